/* See event.h: which objects are looked at, when, and how their alarm points latch. */
#include "runtime/engine/event.h"

#include <errno.h>
#include <stdlib.h>

#include "runtime/data/change.h"
#include "runtime/data/store.h"
#include "runtime/object/convert.h"
#include "runtime/object/trend.h"
#include "runtime/object/values.h"

struct point {                  /* by index of db->events                                         */
    struct timer timer;         /* runs while a condition waits for its delay                     */
    bool queued;
    bool reset;                 /* its reset variable rose in this turn, before the cause went    */
    bool of_source;             /* the alarm of a source that is lost                             */
    bool left;                  /* the limit that was exceeded, since                             */
    uint64_t left_since;
};
struct tie { uint32_t variable, event; bool reset; };     /* feedback, or reset variable        */
struct event_engine {
    struct db *db;
    struct timers timers;       /* of the points; the owner has one timer for all                 */
    struct point *points;
    uint32_t *todo, head, n;    /* ring of events to look at                                      */
    struct tie *watches;
    uint32_t n_watches;
    uint8_t *watched;           /* bit per variable                                               */
    uint64_t now, started;
    bool inhibited;             /* sources may still be on their way                              */
};

static void look_at(struct event_engine *e, uint32_t event)
{
    if (e->points[event].queued)
        return;
    e->points[event].queued = true;
    e->todo[(e->head + e->n++) % e->db->n_events] = event;
}

static void tie(struct event_engine *e, uint32_t variable, uint32_t event, bool reset)
{
    if (variable == IMG_NONE)
        return;
    e->watches[e->n_watches++] = (struct tie){variable, event, reset};
    e->watched[variable / 8] |= (uint8_t)(1u << variable % 8);
}

static int by_variable(const void *a, const void *b)
{
    const struct tie *x = a, *y = b;
    if (x->variable != y->variable)
        return x->variable < y->variable ? -1 : 1;
    return (x->event > y->event) - (x->event < y->event);
}

int event_open(struct event_engine **out, struct db *db)
{
    struct event_engine *e = calloc(1, sizeof *e);
    uint32_t n = db->n_events;
    *out = e;
    if (!e)
        return -ENOMEM;
    e->db = db;
    e->points = calloc(n + 1u, sizeof *e->points);
    e->todo = calloc(n + 1u, sizeof *e->todo);
    e->watches = calloc(2u * n + 1u, sizeof *e->watches);
    e->watched = calloc(db->img.n_variables / 8u + 1u, 1);
    if (!e->points || !e->todo || !e->watches || !e->watched || timers_init(&e->timers, n + 1u)) {
        event_close(e);
        *out = NULL;
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct img_alarm *a = alarm_point(db, db->events[i].object);
        e->points[i].timer.index = i;
        look_at(e, i);
        if (!a)
            continue;
        tie(e, le32_get(a->feedback), i, false);
        tie(e, le32_get(a->reset_variable), i, true);
    }
    for (uint32_t i = 0; i < db->img.n_sources; i++) {
        uint32_t object = le32_get(db->img.sources[i].alarm_object);
        if (object != IMG_NONE && db->live[object].event != DB_NONE)
            e->points[db->live[object].event].of_source = true;
    }
    qsort(e->watches, e->n_watches, sizeof *e->watches, by_variable);
    e->started = clock_ms(db->clock);
    e->inhibited = true;
    return 0;
}

void event_close(struct event_engine *e)
{
    if (!e)
        return;
    timers_fini(&e->timers);
    free(e->points);
    free(e->todo);
    free(e->watches);
    free(e->watched);
    free(e);
}

/* After a start a bound variable holds what it held, or nothing, and its source may not be there yet:
 * that is no reason for an alarm, nor for the end of one, until the source had time to speak: some seconds, or
 * what `stale` gives it. */
static bool silent(const struct event_engine *e, uint32_t v)
{
    const struct db *db = e->db;
    if (v == IMG_NONE || !le32_get(db->img.variables[v].n_bindings))
        return false;
    if (!e->inhibited && !(db->cells[v].flags & CELL_AWAITED))
        return false;
    return db->cells[v].writer == BY_START && !values_is_manual(db, v);
}

/* Is nothing to be said of the object yet? (That a source is lost is its own alarm, at once; but one that was
 * lost is so until it had that time.) */
static bool unheard(const struct event_engine *e, uint32_t object)
{
    const struct db *db = e->db;
    if (e->inhibited && e->points[db->live[object].event].of_source)
        return db->live[object].event_state != ES_normal && !db->live[object].pv;
    return !(db->live[object].flags & LIVE_OOS) && silent(e, db_variable(db, object));
}

/* The same of the other half of what its algorithm compares. */
static bool no_feedback(const struct event_engine *e, uint32_t object)
{
    const struct img_alarm *a = alarm_point(e->db, object);
    return a && silent(e, le32_get(a->feedback));
}

static enum alarm_reset reset_of(const struct db *db, uint32_t object)
{
    const struct img_alarm *a = alarm_point(db, object);
    return a ? (enum alarm_reset)a->reset : RESET_auto;
}

static bool is_offnormal(uint8_t state) { return state != ES_normal && state != ES_fault; }

static bool inhibited(const struct db *db, uint32_t object)
{
    bool on = false;
    return prop_boolean(db, object, P_event_algorithm_inhibit, &on) && on;
}

static bool may_end(const struct db *db, const struct event *ev)
{
    if (inhibited(db, ev->object))
        return true;                            /* no alarm is held, latched or not */
    switch (reset_of(db, ev->object)) {
    case RESET_manual: return ev->reset;
    case RESET_on_ack: return ev->reset || ev->acked >> TO_offnormal & 1;
    default: return true;
    }
}

/* To or from FAULT, at once (13.2.2.1.2). True: nothing more to do now. */
static bool faulty(struct event_engine *e, uint32_t object, bool *ok)
{
    struct db *db = e->db;
    const struct live *l = &db->live[object];
    const struct event *ev = alarm_event(db, object);
    struct said said = {.type = EV_change_of_reliability, .reliability = l->reliability,
                        .value = l->pv, .other = convert_feedback(db, object)};
    bool kept = (ev->memory || is_offnormal(l->event_state)) && !may_end(db, ev);
    if (l->reliability != REL_no_fault_detected) {
        if (l->event_state == ES_fault && ev->said[TO_fault].reliability == l->reliability)
            return true;
        *ok = alarm_enter(db, object, ES_fault, &said);
        if (*ok && kept)
            alarm_remember(db, object, true);   /* a latched alarm outlives the fault */
        return true;
    }
    if (l->event_state != ES_fault)
        return false;
    *ok = alarm_enter(db, object, ES_normal, &said);
    if (!*ok)
        return true;
    if (kept && is_offnormal(ev->said[TO_offnormal].to)) {
        said = ev->said[TO_offnormal];
        said.value = l->pv;
        said.reliability = l->reliability;
        *ok = alarm_enter(db, object, (enum event_state)said.to, &said);
    }
    return !*ok;
}

/* The cause is gone, or came back. A latched alarm stays in its state. */
static bool arrive(struct event_engine *e, uint32_t object, const struct verdict *v)
{
    struct db *db = e->db;
    const struct event *ev = alarm_event(db, object);
    if (v->state != ES_normal || reset_of(db, object) == RESET_auto || inhibited(db, object))
        return alarm_enter(db, object, v->state, &v->said);
    if (reset_of(db, object) == RESET_on_ack && ev->acked >> TO_offnormal & 1)
        return alarm_enter(db, object, ES_normal, &v->said);
    alarm_remember(db, object, true);
    return ev->memory;
}

static bool another_value(const struct event *ev, const struct verdict *v)
{
    return v->said.type == EV_change_of_state && v->said.value != ev->said[TO_offnormal].value;
}

static void stop(struct event_engine *e, uint32_t event)
{
    timer_stop(&e->timers, &e->points[event].timer);
    e->points[event].left = false;
    if (e->db->events[event].waiting)
        db_event(e->db, e->db->events[event].object)->waiting = false;
}

/* The condition began now: its delay runs. */
static void wait_for(struct event_engine *e, uint32_t object, const struct verdict *v)
{
    struct event *ev = db_event(e->db, object);
    ev->since = e->now;
    ev->target = (uint8_t)v->state;
    ev->cause = v->said.value;
    ev->waiting = true;
}

/* 13.3.6: a value beyond the other limit has left this one too. How long it has is counted apart: it may go to and
 * fro across the other limit, faster than the delays. */
static void count_left(struct event_engine *e, uint32_t event, const struct verdict *v)
{
    struct point *p = &e->points[event];
    const struct event *ev = &e->db->events[event];
    if (v->left && !p->left)
        p->left_since = ev->waiting && ev->target == ES_normal ? ev->since : e->now;
    p->left = v->left;
    if (p->left && v->state == ES_normal && ev->since != p->left_since)
        db_event(e->db, ev->object)->since = p->left_since;
}

/* The delay is not over at `due`. Perhaps the one of NORMAL is, which lies between the two limits. False: no room. */
static bool not_yet(struct event_engine *e, uint32_t event, struct verdict v, uint64_t due)
{
    struct point *p = &e->points[event];
    uint32_t object = e->db->events[event].object;
    uint64_t back = p->left && v.state != ES_normal ? p->left_since + event_delay(e->db, object, ES_normal) : due;
    timer_set(&e->timers, &p->timer, back > e->now && back < due ? back : due);
    if (back > e->now)
        return true;
    v.state = ES_normal;
    v.said.other = v.limit;
    return arrive(e, object, &v);
}

/* BUFFER_READY (13.3.7): NORMAL to NORMAL, whenever so many records are new. False: no room. */
static bool buffer_ready(struct db *db, uint32_t object)
{
    struct trend *t = trend_of(db, object);
    uint64_t last = t->last;            /* an Event Log goes on with the record of this */
    struct said said = {.type = EV_buffer_ready, .value = store_sequence(t->notified),
                        .other = store_sequence(last)};
    if (!trend_ready(t) || db->live[object].event_state != ES_normal)
        return true;
    if (!alarm_enter(db, object, ES_normal, &said))
        return false;
    t->notified = last;
    return true;
}

/* The algorithm with its delays. False: no room, again later. */
static bool timed(struct event_engine *e, uint32_t event)
{
    struct db *db = e->db;
    const struct event *ev = &db->events[event];
    uint32_t object = ev->object;
    enum event_state state = (enum event_state)db->live[object].event_state;
    enum event_state alg = ev->memory ? ES_normal : state;
    struct verdict v = event_rule(db, object, alg);
    bool change = v.state != alg || (is_offnormal((uint8_t)alg) && another_value(ev, &v));
    if (!change) {
        stop(e, event);
        if (!ev->memory || !may_end(db, ev))
            return true;
        v = event_rule(db, object, state);      /* the limit that had been exceeded */
        return alarm_enter(db, object, ES_normal, &v.said);
    }
    uint64_t delay = v.at_once ? 0 : event_delay(db, object, v.state);
    /* 13.3.2 a, c: any alarm value brings the alarm; in it, another one has to stay. */
    bool another = is_offnormal((uint8_t)alg) && v.said.type == EV_change_of_state &&
                   v.state != ES_normal && ev->cause != v.said.value;
    bool same = ev->waiting && ev->target == v.state && !another;
    if (!same)
        wait_for(e, object, &v);
    count_left(e, event, &v);
    if (ev->since + delay > e->now)
        return not_yet(e, event, v, ev->since + delay);
    if (!arrive(e, object, &v))
        return false;
    stop(e, event);
    return true;
}

/* False: no room now. */
static bool evaluate(struct event_engine *e, uint32_t event)
{
    struct db *db = e->db;
    uint32_t object = db->events[event].object;
    bool ok = true;
    if (unheard(e, object))
        return true;
    enum reliability fault = event_fault(db, object);
    if (fault != db->live[object].fault)        /* also where no events are detected (13.4) */
        values_fault(db, object, fault);
    if (!alarm_detects(db, object)) {
        stop(e, event);
        alarm_forget(db, object);
        return true;
    }
    if (faulty(e, object, &ok)) {
        stop(e, event);
        return ok;
    }
    if (no_feedback(e, object)) {
        stop(e, event);
        return true;
    }
    return trend_of(db, object) ? buffer_ready(db, object) : timed(e, event);
}

static bool reset(struct event_engine *e, uint32_t event)
{
    static const uint8_t who[] = "reset variable";
    uint64_t ticket;
    return alarm_reset(e->db, e->db->events[event].object, (struct span){who, sizeof who - 1}, &ticket);
}

/* Its rising edge: it has just changed. The cause may have gone in the same turn, which is seen later. */
static void reset_by(struct event_engine *e, const struct tie *w)
{
    if (e->db->cells[w->variable].value != 0)
        e->points[w->event].reset = !reset(e, w->event);
}

static void reset_late(struct event_engine *e, uint32_t event)
{
    bool wanted = e->points[event].reset;
    e->points[event].reset = false;
    if (wanted && reset(e, event))
        look_at(e, event);
}

static void take_variable(struct event_engine *e, uint32_t variable)
{
    uint32_t lo = 0, hi = e->n_watches;
    if (!(e->watched[variable / 8] >> variable % 8 & 1))
        return;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (e->watches[mid].variable < variable)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < e->n_watches && e->watches[lo].variable == variable; lo++) {
        if (e->watches[lo].reset)
            reset_by(e, &e->watches[lo]);
        look_at(e, e->watches[lo].event);
    }
}

static void take_dirty(struct event_engine *e)
{
    struct db *db = e->db;
    for (uint32_t i = 0; i < db->variables.n; i++)
        take_variable(e, db->variables.items[i]);
    for (uint32_t i = 0; i < db->objects.n; i++) {
        uint32_t event = db->live[db->objects.items[i]].event;
        if (event != DB_NONE)
            look_at(e, event);
    }
}

/* A feedback that has spoken now, or had its time, may be what it was. */
static void take_spoken(struct event_engine *e)
{
    for (uint32_t i = 0; e->db->alarms.spoken && i < e->n_watches; i++)
        if (!e->watches[i].reset)
            look_at(e, e->watches[i].event);
    e->db->alarms.spoken = false;
}

/* Logs have as many new records as they are to tell of. */
static void take_logs(struct event_engine *e)
{
    struct trends *all = &e->db->trends;
    for (uint32_t i = 0; all->ready && i < all->n; i++) {
        uint32_t event = e->db->live[all->items[i].object].event;
        if (event != DB_NONE && trend_ready(&all->items[i]))
            look_at(e, event);
    }
    all->ready = false;
}

static void take_timers(struct event_engine *e)
{
    if (e->inhibited && e->now >= e->started + EVENT_INHIBIT_MS) {
        e->inhibited = false;
        for (uint32_t i = 0; i < e->db->n_events; i++)
            look_at(e, i);
    }
    timers_take(&e->timers, e->now);
    for (struct timer *t; (t = timers_fired(&e->timers));)
        look_at(e, t->index);
}

uint64_t event_turn(struct event_engine *e, uint64_t now_ms)
{
    e->now = now_ms;
    if (!e->db->n_events)
        return UINT64_MAX;
    alarm_save_late(e->db);
    alarm_acks_late(e->db);
    take_timers(e);
    take_dirty(e);
    take_spoken(e);
    take_logs(e);
    uint64_t enough = e->db->alarms.transitions + EVENT_ENTER;
    for (unsigned i = 0; e->n && i < EVENT_SLICE && e->db->alarms.transitions < enough; i++) {
        uint32_t event = e->todo[e->head];
        e->head = (e->head + 1) % e->db->n_events;
        e->n--;
        e->points[event].queued = false;
        if (!evaluate(e, event)) {
            look_at(e, event);
            return now_ms + EVENT_RETRY_MS;
        }
        reset_late(e, event);
    }
    uint64_t next = timers_next(&e->timers);
    if (e->inhibited && e->started + EVENT_INHIBIT_MS < next)
        next = e->started + EVENT_INHIBIT_MS;
    if (e->db->alarms.owing && now_ms + EVENT_RETRY_MS < next)
        next = now_ms + EVENT_RETRY_MS;
    return e->n ? now_ms : next;
}
