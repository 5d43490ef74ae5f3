#ifndef OBJECT_CARRY_H
#define OBJECT_CARRY_H
/* From one image to the next while both are open: what is the same (by identity), and its live state
 * carried over. Nothing is sent and nothing stored. In two steps, so that the swap of a large image
 * holds up nobody: first all of it in slices, between which the old image goes on serving, and again what
 * it changes meanwhile (data/change.h notes it); then, in the turn of the swap, the little that is left. */
#include "runtime/data/db.h"
#include "runtime/object/persist.h"

struct carry {
    struct db *old;                             /* only its notes of what has changed are touched */
    struct db *now;
    uint32_t *object, *variable, *device;       /* old index -> new one; DB_NONE: gone            */
    uint32_t kept, gone, fresh;                 /* objects                                        */
    uint32_t misfit;                            /* values and writes that went: they fit no more  */
    uint32_t done, all;                         /* variables, then objects, carried once          */
    bool last;                                  /* in the turn of the swap: writes, too           */
};

/* The maps alone; images do not change, so another thread may do it. -ENOMEM. */
int carry_open(struct carry *c, struct db *old, struct db *now);
void carry_close(struct carry *c);
void carry_forget(struct carry *c);             /* somebody else closes a copy of it              */
/* carry_back.c: what `now` has and `old` had not may have been there before: it goes on as it was then, from the
 * store. `now` has been started (values_start) and is nobody else's yet, so another thread may do it. In *found:
 * how much there was, and how much does not fit. 0, or an enum store_fault. */
int carry_back(const struct carry *c, struct store *s, struct persist *found);
/* The next `n` variables and objects: values, modes, priority arrays, alarm states, counts; `now` has
 * been started (values_start). Returns how many are still to be carried, or have changed since. */
uint32_t carry_some(struct carry *c, uint32_t n);
/* Whatever has changed since, and what clients wrote over constants, logs, devices. */
void carry_rest(struct carry *c);
#endif
