#ifndef ENGINE_ENGINES_H
#define ENGINE_ENGINES_H
/* All engines of a running image, as its owner turns them: once per turn before the stack speaks,
 * and when a timer of theirs fires. */
#include "runtime/base/timer.h"
#include "runtime/data/db.h"

enum engine_timer { TIMER_COV = TIMER_ENGINE, TIMER_MANAGE, TIMER_EVENT, TIMER_SCHEDULE, TIMER_TREND,
                    TIMER_RESTART, TIMER_BINARY,
                    ENGINE_TIMERS_END };
enum { ENGINES_TIMERS = ENGINE_TIMERS_END - TIMER_ENGINE };   /* that can be armed at once        */

struct event_engine;
struct notify;
struct engines {
    struct db *db;
    struct timers *timers;
    struct timer cov, manage, event, schedule, trend, restart, binary;
    struct event_engine *events;
    struct notify *notify;
};
/* 0 or -ENOMEM; after values and states have been restored. Again: the database is another one. */
int engines_open(struct engines *e, struct db *db, struct timers *timers);
int engines_again(struct engines *e);
void engines_close(struct engines *e);
/* Looks at the dirty set (before db_settle) and fills the outbox. True: there is more to do now. */
bool engines_turn(struct engines *e);
void engines_timer(struct engines *e, const struct timer *t);  /* kinds from TIMER_ENGINE on      */
#endif
