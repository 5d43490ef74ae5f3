/* See trend.h. */
#include "runtime/engine/trend.h"

#include <math.h>

#include "runtime/data/store.h"
#include "runtime/object/alarm.h"
#include "runtime/object/convert.h"
#include "runtime/object/cov.h"
#include "runtime/object/trend.h"

enum { SLICE = 200, STEP_MS = 500, DAY_MS = 86400000 };

/* ---- what is watched ---- */

static void link_all(struct trends *all)
{
    memset(all->heads, 0, ((size_t)all->mask + 1) * sizeof *all->heads);
    for (uint32_t i = 0; i < all->n; i++) {
        struct trend *t = &all->items[i];
        if (t->subject == DB_NONE || t->type != LT_cov)
            continue;
        t->next = all->heads[t->subject & all->mask];
        all->heads[t->subject & all->mask] = i + 1;
    }
}

/* Client_COV_Increment, or what the subject itself says; status flags too (clause 12.25.9). */
static bool changed(const struct trend *t, const struct cov_value *now)
{
    float increment = isnan(t->increment) ? now->increment : t->increment;
    if (!t->seen || t->flags != now->flags)
        return true;
    if (t->value == now->value)
        return false;
    return !now->real || isnan(increment) ||
           cov_reached(pv_real((uint32_t)now->value), pv_real((uint32_t)t->value), increment);
}

static void watch(struct db *db, struct trend *t)
{
    struct cov_value now;
    if (!t->logging || t->type != LT_cov)
        return;
    if (t->subject == DB_NONE) {                /* nothing that could change: said once */
        if (!t->seen)
            trend_sample(db, t);
        t->seen = true;
        return;
    }
    cov_read(db, t->subject, t->property, t->index, &now);
    if (!changed(t, &now))
        return;
    t->seen = true;
    t->value = now.value;
    t->flags = now.flags;
    trend_sample(db, t);
}

/* ---- when ---- */

/* How long ago, by the clock on the wall, the last aligned moment was. */
static int64_t since_aligned(struct db *db, const struct trend *t, int64_t at)
{
    struct bdate date;
    struct btime time;
    int64_t every = t->interval_ms;
    zone_local(&db->zone, at, &date, &time);
    int64_t today = ((time.hour * 60 + time.minute) * 60 + time.second) * 1000LL + at % 1000;
    return (today - t->offset_ms % every + every) % every;
}

/* Between `at` and an aligned time the clock jumps over that: it is reached when it jumps. */
static int64_t jump_after(struct db *db, const struct trend *t, int64_t at)
{
    enum { QUARTER_MS = 900000 };
    int64_t since, now = since_aligned(db, t, at);
    do {
        since = now;
        at = (at / QUARTER_MS + 1) * QUARTER_MS;
        now = since_aligned(db, t, at);
    } while (now > since);
    return at;
}

/* The next record of a polled log after `now`. Intervals that do not divide a day are not aligned. */
static int64_t next_poll(struct db *db, const struct trend *t, int64_t now)
{
    int64_t every = t->interval_ms;
    if (!every)
        return INT64_MAX;
    if (!t->align || DAY_MS % every) {
        int64_t due = t->due == INT64_MAX ? now : t->due;
        return due + every > now && due <= now ? due + every : now + every;
    }
    int64_t at = now - since_aligned(db, t, now) + every;
    int32_t offset = db->zone.offset;           /* as it is now; what follows is as it is at `at` */
    int64_t past = since_aligned(db, t, at);
    bool ahead = db->zone.offset > offset;
    if (!past)
        return at;
    if (at - past > now && !since_aligned(db, t, at - past))
        return at - past;
    return ahead ? jump_after(db, t, at - past) : at + every - past;
}

static void start_logging(struct db *db, struct trend *t, int64_t now)
{
    t->seen = false;
    t->due = INT64_MAX;
    if (t->type == LT_polled && t->interval_ms)
        t->due = t->align && !(DAY_MS % t->interval_ms) ? next_poll(db, t, now - 1) : now;
    watch(db, t);
}

static bool enabled(const struct db *db, const struct trend *t)
{
    bool v;
    return prop_boolean(db, t->object, P_enable, &v) && v;
}

/* Its properties, the clock, or the buffer are others: does it log? `again`: due times are old. */
static void review(struct db *db, struct trend *t, int64_t now, bool again)
{
    bool on = enabled(db, t), fresh = !t->begun;
    if (on && trend_full(t)) {
        trend_stop_full(db, t);
        on = false;
    }
    bool active = trend_in_window(db, t, now, &t->look) && on;
    t->begun = true;
    if (active == t->logging) {
        if (active && again)
            start_logging(db, t, now);
        return;
    }
    t->logging = active;
    if (!fresh)
        (void)trend_status(db, t, active ? 0 : LOG_DISABLED);
    else if (t->last && on && (active || t->logged))
        (void)trend_status(db, t, LOG_INTERRUPTED | (active ? 0u : LOG_DISABLED));
    if (active)
        start_logging(db, t, now);
}

/* What was recorded of another property, or does not fit, goes (clauses 12.25.8, 12.25.13). */
static unsigned take(struct db *db, struct trend *t)
{
    unsigned different = trend_configure(db, t);
    if (different & TREND_SIZE)
        trend_limits(db, t);
    if (different & (TREND_SIZE | TREND_SUBJECT) && t->last)
        (void)trend_purge(db, t);
    if (different & TREND_SUBJECT)
        trend_keep_subject(db, t);
    return different;
}

/* What was announced before is kept with the rest of its event (BUFFER_READY). */
static void recall(const struct db *db, struct trend *t)
{
    const struct event *e = alarm_event(db, t->object);
    if (e && e->said[TO_normal].type == EV_buffer_ready && !t->notified)
        t->notified = store_position(t->last, e->said[TO_normal].other);
}

void trend_start(struct db *db)
{
    int64_t now = db_now(db);
    db->trends.lag = now - (int64_t)clock_ms(db->clock);
    db->trends.due = INT64_MIN;
    for (uint32_t i = 0; i < db->trends.n; i++) {
        struct trend *t = &db->trends.items[i];
        (void)trend_configure(db, t);
        if (trend_count(t) > t->size)
            t->first = t->last + 1 - t->size;
        recall(db, t);
        trend_limits(db, t);
        if (t->last && trend_of_another(db, t))
            (void)trend_purge(db, t);
        trend_keep_subject(db, t);
        bool anew = t->due == TREND_DUE_ANEW;   /* another kind of logging or interval by a reload */
        if (!t->logging || anew)
            t->due = INT64_MAX;
        review(db, t, now, anew);
        watch(db, t);                           /* with another image it may be another value */
    }
    link_all(&db->trends);
}

/* ---- turns ---- */

static void look_at_all(struct db *db)
{
    db->trends.due = INT64_MIN;
    db->trends.at = 0;
}

static void touched(struct db *db, struct trend *t, int64_t now, bool *relink)
{
    unsigned different = take(db, t);
    *relink |= (different & TREND_SUBJECT) != 0;
    review(db, t, now, different != 0);
    if (t->trigger && t->logging)
        trend_sample(db, t);
    t->trigger = false;
    look_at_all(db);
}

static void see_changes(struct db *db, int64_t now)
{
    struct trends *all = &db->trends;
    bool relink = false;
    for (uint32_t i = 0; i < db->objects.n; i++) {
        uint32_t object = db->objects.items[i];
        struct trend *own = trend_of(db, object);
        if (own)
            touched(db, own, now, &relink);
        for (uint32_t k = all->heads[object & all->mask]; k; k = all->items[k - 1].next)
            if (all->items[k - 1].subject == object)
                watch(db, &all->items[k - 1]);
    }
    if (relink)
        link_all(all);
}

static void stepped(struct db *db, int64_t step, int64_t now)
{
    for (uint32_t i = 0; i < db->trends.n; i++) {
        struct trend *t = &db->trends.items[i];
        if (t->logging)
            trend_time_change(db, t, (double)step / 1000);
        if (t->due != INT64_MAX)
            t->due = t->align ? next_poll(db, t, now) : t->due + step;
        review(db, t, now, false);
    }
    look_at_all(db);
}

static void look(struct db *db, struct trend *t, int64_t now)
{
    if (now >= t->look)
        review(db, t, now, false);
    if (!t->logging || now < t->due)
        return;
    if (now - t->due >= t->interval_ms)         /* this process was not allowed to run */
        (void)trend_status(db, t, LOG_INTERRUPTED);
    trend_sample(db, t);
    t->due = next_poll(db, t, now);
}

/* A slice of those that are due. */
static void look_on(struct db *db, int64_t now)
{
    struct trends *all = &db->trends;
    uint32_t n = 0;
    if (!all->at)
        all->next = INT64_MAX;
    for (; all->at < all->n && n < SLICE; all->at++) {
        struct trend *t = &all->items[all->at];
        if (now >= t->look || (t->logging && now >= t->due)) {
            look(db, t, now);
            n++;
        }
        all->next = t->look < all->next ? t->look : all->next;
        all->next = t->logging && t->due < all->next ? t->due : all->next;
    }
    all->due = all->at < all->n ? INT64_MIN : all->next;
    all->at = all->at < all->n ? all->at : 0;
}

uint64_t trend_turn(struct db *db)
{
    struct trends *all = &db->trends;
    int64_t now = db_now(db), lag = now - (int64_t)clock_ms(db->clock), step = lag - all->lag;
    if (!all->n)
        return UINT64_MAX;
    all->lag = lag;
    if (step > STEP_MS || step < -STEP_MS)
        stepped(db, step, now);
    see_changes(db, now);
    if (now >= all->due)
        look_on(db, now);
    if (all->due == INT64_MAX)
        return UINT64_MAX;
    return clock_ms(db->clock) + (uint64_t)(all->due > now ? all->due - now : 0);
}
