#ifndef ENGINE_COV_H
#define ENGINE_COV_H
/* From what changed in a turn to who is told: looks at the watched objects of the dirty set and
 * hands notifications to the outbox, both in bounded slices; the first leave in the same turn. */
#include "runtime/data/subs.h"
#include "runtime/object/cov.h"

enum { COV_LOOK = 1024, COV_HAND = 256 };       /* items looked at, notifications, in one turn  */

/* True: there is more that can be done at once. */
bool cov_turn(struct db *db);
/* Lifetimes and pauses; when to come again (ms), UINT64_MAX: never. */
uint64_t cov_tick(struct db *db);
/* A device may speak again: its subscribers are told what they missed. */
void cov_wake(struct db *db, uint16_t device);
#endif
