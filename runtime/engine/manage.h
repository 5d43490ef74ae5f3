#ifndef ENGINE_MANAGE_H
#define ENGINE_MANAGE_H
/* Device management over time (135-2020 clauses 16.1, 16.4, 19.1): communication control that
 * ends by itself, restarts after their acknowledgement, procedures that nobody goes on with. What
 * only the conductor can do (silence, I-Am) it does from what is asked for in struct device. */
#include "runtime/data/db.h"

/* Deadline of the next thing to end (monotonic ms), UINT64_MAX: none. */
uint64_t manage_turn(struct db *db);
/* Begins and ends; also for an operator. `reason`: enum restart_reason. */
void manage_restart(struct device *d, uint8_t reason);
void manage_communication(struct device *d, uint8_t mode, uint64_t until_ms);    /* 0: for ever  */
#endif
