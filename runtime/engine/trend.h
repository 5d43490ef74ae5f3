#ifndef ENGINE_TREND_H
#define ENGINE_TREND_H
/* Trend Log objects (135-2020 clause 12.25): when something is recorded. Polled ones by the clock,
 * aligned to the day or not; COV ones when their subject changes; triggered ones when told. Logs in
 * this process only watch objects of this process. */
#include "runtime/data/db.h"

/* Takes all logs' properties; those that logged before a restart say that they were interrupted. */
void trend_start(struct db *db);
/* What changed in this turn, what is due; a bounded slice. Returns when to come again (monotonic ms,
 * now: there is more), UINT64_MAX: never. */
uint64_t trend_turn(struct db *db);
#endif
