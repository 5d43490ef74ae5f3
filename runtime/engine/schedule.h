#ifndef ENGINE_SCHEDULE_H
#define ENGINE_SCHEDULE_H
/* Schedule objects (135-2020 clause 12.24): from the time and what the object holds to its
 * Present_Value, and from there to the objects that it references. Looked at again when anything
 * that it depends on changes: its own properties, a calendar of its device, the day, the clock. Never
 * polls: each program knows when its value can change next. */
#include "runtime/data/db.h"

/* What a program says at a moment; the value is one application-tagged primitive. */
struct schedule_now {
    struct span value;          /* borrowed from the object's properties                          */
    bool in_effect;             /* within Effective_Period                                        */
    bool consistent;            /* all values of kinds that go together                           */
    bool fitting;               /* ... and that all the properties take that it references        */
    uint32_t next;              /* hundredths since midnight of the next entry today, or 24 h     */
    uint8_t layer;              /* 1..16: an exception of that priority; 17 week; 18 default      */
};
/* Pure but for the db: what the object says on a day at a time (clause 12.24.4 to 12.24.7). */
void schedule_say(const struct db *db, uint32_t object, struct bdate day, struct btime time,
                  struct schedule_now *out);

/* Every program is due: after start, restart, a step of the clock. */
void schedule_start(struct db *db);
/* What changed in this turn. Returns when to come again (monotonic ms), UINT64_MAX: never. */
uint64_t schedule_turn(struct db *db);
/* schedule_held.c: priorities of objects of ours that a schedule has commanded, and none commands now, are given
 * back, unless somebody else has written there since. When programs_moved says that there may be some. */
void schedule_let_go(struct db *db);
#endif
