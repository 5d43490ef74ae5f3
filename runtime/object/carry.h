#ifndef OBJECT_CARRY_H
#define OBJECT_CARRY_H
/* From one image to the next while both are open: what is the same (by identity), and its live state
 * carried over. Nothing is sent and nothing stored. */
#include "runtime/data/db.h"

struct carry {
    const struct db *old;
    struct db *now;
    uint32_t *object, *variable, *device;       /* old index -> new one; DB_NONE: gone            */
    uint32_t kept, gone, fresh;                 /* objects                                        */
};

/* The maps alone; images do not change, so another thread may do it. -ENOMEM. */
int carry_open(struct carry *c, const struct db *old, struct db *now);
void carry_close(struct carry *c);
/* Values, modes, priority arrays, overlays, alarm states; `now` has been started (values_start). */
void carry_state(struct carry *c);
#endif
