/* See engines.h. */
#include "runtime/engine/engines.h"

#include "runtime/engine/cov.h"
#include "runtime/engine/manage.h"

void engines_init(struct engines *e, struct db *db, struct timers *timers)
{
    *e = (struct engines){.db = db, .timers = timers};
    e->cov.kind = TIMER_COV;
    e->manage.kind = TIMER_MANAGE;
}

static void again(struct engines *e, struct timer *t, uint64_t due)
{
    if (due == UINT64_MAX)
        timer_stop(e->timers, t);
    else if (!timer_armed(t) || t->due != due)
        timer_set(e->timers, t, due);
}

bool engines_turn(struct engines *e)
{
    again(e, &e->manage, manage_turn(e->db));
    bool more = cov_turn(e->db);
    again(e, &e->cov, subs_next_tick(e->db->subs));
    return more;
}

void engines_timer(struct engines *e, const struct timer *t)
{
    if (t->kind == TIMER_COV)
        again(e, &e->cov, cov_tick(e->db));
    else if (t->kind == TIMER_MANAGE)
        again(e, &e->manage, manage_turn(e->db));
}
