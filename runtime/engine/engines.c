/* See engines.h. */
#include "runtime/engine/engines.h"

#include "runtime/engine/cov.h"
#include "runtime/engine/event.h"
#include "runtime/engine/manage.h"
#include "runtime/engine/notify.h"
#include "runtime/engine/restart.h"
#include "runtime/engine/schedule.h"
#include "runtime/engine/trend.h"
#include "runtime/object/binary.h"

int engines_again(struct engines *e)
{
    notify_close(e->notify);
    event_close(e->events);
    e->notify = NULL;
    schedule_start(e->db);
    trend_start(e->db);
    int err = event_open(&e->events, e->db);
    return err ? err : notify_open(&e->notify, e->db);
}

int engines_open(struct engines *e, struct db *db, struct timers *timers)
{
    *e = (struct engines){.db = db, .timers = timers};
    e->cov.kind = TIMER_COV;
    e->manage.kind = TIMER_MANAGE;
    e->event.kind = TIMER_EVENT;
    e->schedule.kind = TIMER_SCHEDULE;
    e->trend.kind = TIMER_TREND;
    e->restart.kind = TIMER_RESTART;
    e->binary.kind = TIMER_BINARY;
    return engines_again(e);
}

void engines_close(struct engines *e)
{
    notify_close(e->notify);
    event_close(e->events);
    e->notify = NULL;
    e->events = NULL;
}

static void again(struct engines *e, struct timer *t, uint64_t due)
{
    if (due == UINT64_MAX)
        timer_stop(e->timers, t);
    else if (!timer_armed(t) || t->due != due)
        timer_set(e->timers, t, due);
}

/* Objects enter their states, then it is said. True: there is more to do now. */
static bool events_turn(struct engines *e)
{
    notify_restored(e->notify);         /* of a state that was imported */
    uint64_t now = clock_ms(e->db->clock), next = event_turn(e->events, now);
    uint64_t then = notify_turn(e->notify, now);
    next = then < next ? then : next;
    again(e, &e->event, next);
    return next <= now;
}

static bool trends_turn(struct engines *e)
{
    uint64_t next = trend_turn(e->db);
    again(e, &e->trend, next);
    return next <= clock_ms(e->db->clock) || (e->db->trends.ready && e->db->n_events);
}

bool engines_turn(struct engines *e)
{
    again(e, &e->manage, manage_turn(e->db));       /* first: a restore changes schedules, too */
    again(e, &e->schedule, schedule_turn(e->db));
    again(e, &e->restart, restart_turn(e->db));
    again(e, &e->binary, binary_turn(e->db));
    bool more = events_turn(e);         /* first: COV tells of the new states in the same turn */
    more |= trends_turn(e);             /* after: records carry the new states */
    more |= cov_turn(e->db);
    again(e, &e->cov, subs_next_tick(e->db->subs));
    return more;
}

void engines_timer(struct engines *e, const struct timer *t)
{
    if (t->kind == TIMER_COV)
        again(e, &e->cov, cov_tick(e->db));
    else if (t->kind == TIMER_MANAGE)
        again(e, &e->manage, manage_turn(e->db));
    else if (t->kind == TIMER_SCHEDULE)
        again(e, &e->schedule, schedule_turn(e->db));
}
