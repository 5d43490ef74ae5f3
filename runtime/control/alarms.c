/* Operations on alarms: what is wrong now, acknowledge, reset, and the history of it all. */
#include <stdio.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/control/names.h"
#include "runtime/object/alarm.h"

enum { LIST_MOST = 500, HISTORY_PAGE = 200 };

/* UTC, as every time on this socket; on the wire it is the PLC's local time. */
static void say_stamp(struct db *db, const char *key, const struct stamp *s, struct wr *w)
{
    if (s->date.year == 255)
        return;
    jw_key(w, key);
    jw_time(w, zone_utc(&db->zone, s->date, s->time));
}

static void say_object(const struct db *db, uint32_t object, struct wr *w)
{
    struct span name = db_name(db, object);
    jw_key(w, "name");
    jw_bytes(w, name.p, name.n);
    object_write(db, object, w);
}

static const char *const transition_words[TRANSITIONS] = {"to-offnormal", "to-fault", "to-normal"};

/* What it is like now: which of the five states, what waits for somebody. */
static void say_state(const struct db *db, const struct event *e, struct wr *w)
{
    jw_member(w, "state", alarm_state_name(alarm_state(db, e)));
    jw_member(w, "eventState", event_state_name(db->live[e->object].event_state));
    jw_key(w, "unacknowledged");
    jw_open(w, '[');
    for (unsigned n = 0; n < TRANSITIONS; n++)
        if (!(e->acked >> n & 1))
            jw_text(w, transition_words[n]);
    jw_close(w, ']');
}

static void say_alarm(struct db *db, const struct event *e, struct wr *w)
{
    uint32_t i = db->live[e->object].event;
    enum event_transition k = alarm_transition_of(db->live[e->object].event_state);
    struct alarm_class c = alarm_class(db, e->object);
    jw_open(w, '{');
    say_object(db, e->object, w);
    say_state(db, e, w);
    jw_member_count(w, "class", c.number);
    jw_member_count(w, "priority", c.priority[k]);
    say_stamp(db, "since", &e->stamp[k], w);
    jw_key(w, "text");
    jw_bytes(w, db->alarms.texts[i][k], e->text_n[k]);
    jw_close(w, '}');
}

void alarms_write_news(struct db *db, const struct alarm_news *news, struct wr *w)
{
    const struct event *e = &db->events[news->event];
    struct alarm_class c = alarm_class(db, e->object);
    const char *type = event_type_name(news->type);
    jw_key(w, "time");
    jw_time(w, news->time);
    say_object(db, e->object, w);
    jw_member(w, "type", type ? type : "?");
    jw_member(w, "from", event_state_name(news->from));
    jw_member(w, "to", event_state_name(news->to));
    say_state(db, e, w);
    jw_member_count(w, "class", c.number);
    jw_member_count(w, "priority", c.priority[news->transition]);
    jw_key(w, "text");
    jw_bytes(w, news->text, news->n);
}

static bool worth_saying(const struct db *db, const struct event *e, bool all)
{
    return alarm_detects(db, e->object) &&
           (all || db->live[e->object].event_state != ES_normal || e->acked != 7);
}

static enum end cmd_alarms(struct call *k)
{
    struct db *db = k->db;
    double from = 0;
    bool all = false;
    uint32_t d, n = 0, i;
    (void)json_bool(json_get(k->req, "all"), &all);
    if (!json_whole(k->req, "offset", 0, 1e9, &from))
        return call_fail(k, "bad-request", "offset: a number");
    if (!call_device(k, "device", &d))
        return END_FAILED;
    jw_open(&k->out, '{');
    jw_key(&k->out, "alarms");
    jw_open(&k->out, '[');
    for (i = (uint32_t)from; i < db->n_events && n < LIST_MOST; i++) {
        const struct event *e = &db->events[i];
        if (!worth_saying(db, e, all) ||
            (d != DB_NONE && le16_get(db->img.objects[e->object].device) != d))
            continue;
        say_alarm(db, e, &k->out);
        n++;
    }
    jw_close(&k->out, ']');
    if (i < db->n_events)
        jw_member_count(&k->out, "next", i);
    jw_member_count(&k->out, "waiting", db->alarms.waiting);
    jw_member_count(&k->out, "sent", db->alarms.sent);
    jw_member_count(&k->out, "undelivered", db->alarms.undelivered);
    jw_close(&k->out, '}');
    return END_DONE;
}

/* ---- ack, reset ---- */

typedef unsigned on_alarm(struct db *db, uint32_t object, struct span who);

static unsigned acknowledge(struct db *db, uint32_t object, struct span who)
{
    return alarm_acknowledge_all(db, object, who);
}

static unsigned reset(struct db *db, uint32_t object, struct span who)
{
    return alarm_reset(db, object, who);
}

/* Does it to those of a point's objects that have alarms. fn NULL: to none. How many have alarms. */
static unsigned of_point(struct db *db, const struct point *p, on_alarm *fn, struct span who, unsigned *did)
{
    uint32_t have = 0;
    for (uint32_t i = 0, n = point_objects(db, p); i < n; i++) {
        uint32_t object = point_object(db, p, i);
        if (!alarm_event(db, object))
            continue;
        have++;
        if (fn)
            *did += fn(db, object, who);
    }
    return have;
}

/* An object that is named for itself stands for itself alone. */
static bool alarm_find(struct db *db, const struct json *name, struct point *p, const char **code,
                       char text[256])
{
    static const struct span nobody = {NULL, 0};
    const char *s = json_string(name);
    if (!s || !point_find(db, s, p, code, text))
        return false;
    if (img_find_variable(&db->img, s, strlen(s)) == IMG_NONE)
        p->variable = DB_NONE;
    if (of_point(db, p, NULL, nobody, NULL))
        return true;
    *code = "bad-request";
    snprintf(text, 256, "'%.120s' has no alarm", s);
    return false;
}

static enum end on_named(struct call *k, on_alarm *fn, const char *done)
{
    struct db *db = k->db;
    struct span who = {(const uint8_t *)k->client->who, strlen(k->client->who)};
    const char *code = "bad-request";
    unsigned n = 0;
    bool all = false;
    struct point p;
    (void)json_bool(json_get(k->req, "all"), &all);
    if (!all && !json_array(json_get(k->req, "names")))
        return call_fail(k, code, "names: a list of names; or all: true");
    for (const struct json *j = json_first(json_get(k->req, "names")); !all && j; j = json_next(j))
        if (!alarm_find(db, j, &p, &code, k->text)) {
            k->code = code;             /* nothing is done unless every name is known and has one */
            return END_FAILED;
        }
    for (uint32_t i = 0; all && i < db->n_events; i++)
        n += fn(db, db->events[i].object, who);
    for (const struct json *j = json_first(json_get(k->req, "names")); !all && j; j = json_next(j))
        if (alarm_find(db, j, &p, &code, k->text))
            (void)of_point(db, &p, fn, who, &n);
    jw_open(&k->out, '{');
    jw_member_count(&k->out, "count", n);
    jw_key(&k->out, "text");
    jw_format(&k->out, "%u %s", n, done);
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end cmd_ack(struct call *k) { return on_named(k, acknowledge, "acknowledged"); }
static enum end cmd_reset(struct call *k) { return on_named(k, reset, "reset"); }

/* ---- history ---- */

static void say_event(const struct store_note *n, const struct store_row *r, struct wr *w)
{
    static const char *const kinds[] = {"transition", "ack", "reset"};
    static const char *const keys[STORE_TEXTS] = {"who", "source", "name", "text"};
    const char *type = object_type_name(oid_type(n->object));
    jw_open(w, '{');
    jw_member_count(w, "n", r->position);
    jw_key(w, "time");
    jw_time(w, n->time);
    jw_member(w, "kind", n->kind < 3 ? kinds[n->kind] : "?");
    jw_member_count(w, "device", n->device);
    jw_key(w, "object");
    jw_format(w, "%s,%u", type ? type : "proprietary", oid_instance(n->object));
    if (event_type_name(n->number[EVENT_type]))
        jw_member(w, "type", event_type_name(n->number[EVENT_type]));
    jw_member(w, "from", event_state_name(n->number[EVENT_states] >> 8 & 0xff));
    jw_member(w, "to", event_state_name(n->number[EVENT_states] & 0xff));
    jw_member_count(w, "class", n->number[EVENT_class]);
    jw_member_count(w, "priority", n->number[EVENT_priority]);
    for (unsigned i = 0; i < STORE_TEXTS; i++) {
        if (!n->text[i].n)
            continue;
        jw_key(w, keys[i]);
        jw_bytes(w, n->text[i].p, n->text[i].n);
    }
    jw_close(w, '}');
}

/* Does that transition still wait for its acknowledgement? */
static bool is_open(struct db *db, const struct store_note *n)
{
    enum event_transition k = alarm_transition_of(n->number[EVENT_states] & 0xff);
    struct stamp at;
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        const struct device *d = &db->devices[i];
        uint32_t object = d->instance == n->device ? db_find(d, n->object) : DB_NONE;
        const struct event *e = object == DB_NONE ? NULL : alarm_event(db, object);
        if (!e || memcmp(db->img.object_ids[object].b, n->id, sizeof n->id) || e->acked >> k & 1)
            continue;
        zone_local(&db->zone, n->time, &at.date, &at.time);
        return !memcmp(&at.date, &e->stamp[k].date, sizeof at.date) &&
               !memcmp(&at.time, &e->stamp[k].time, sizeof at.time);
    }
    return false;
}

static bool lets_pass(struct db *db, const struct event_filter *f, const struct store_note *n)
{
    uint32_t type = n->number[EVENT_type], to = n->number[EVENT_states] & 0xff;
    uint32_t priority = n->number[EVENT_priority];
    if ((f->kind && n->kind + 1 != f->kind) || (f->device != DB_NONE && n->device != f->device) ||
        (f->until && n->time > f->until))
        return false;
    if ((f->types && (type > 31 || !(f->types >> type & 1))) ||
        (f->states && (to > 31 || !(f->states >> to & 1))))
        return false;
    if (priority < f->low || priority > f->high ||
        (f->by_class && n->number[EVENT_class] != f->class))
        return false;
    return !f->open || (n->kind == HISTORY_transition && is_open(db, n));
}

static void say_passing(struct call *k, const struct job *j, const struct store_note *n, const struct store_row *r)
{
    if (lets_pass(k->db, &j->filter, n) && call_is_about(j, n))
        say_event(n, r, &k->out);
}

static void finish_events(struct call *k, struct job *j) { call_page(k, j, "events", say_passing); }

/* ---- filters; each false: said why not ---- */

static bool filter_kind(struct call *k, struct event_filter *f)
{
    const char *kind = json_string(json_get(k->req, "kind"));
    f->kind = !kind ? 0 : !strcmp(kind, "transition") ? 1 : !strcmp(kind, "ack") ? 2
              : !strcmp(kind, "reset") ? 3 : 4;
    if (f->kind < 4)
        return call_time(k, "until", &f->until);
    (void)call_fail(k, "bad-request", "kind: transition ack reset");
    return false;
}

static bool filter_type(struct call *k, struct event_filter *f)
{
    const char *type = json_string(json_get(k->req, "type")),
               *state = json_string(json_get(k->req, "state"));
    for (uint32_t i = 0; type && i < 32; i++)
        if (event_type_name(i) && !strcmp(event_type_name(i), type))
            f->types |= 1u << i;
    for (uint32_t i = 0; state && i <= ES_low_limit; i++)
        if (!strcmp(event_state_name(i), state) || (!strcmp(state, "active") && i != ES_normal))
            f->states |= 1u << i;
    if ((!type || f->types) && (!state || f->states))
        return true;
    (void)call_fail(k, "bad-request", "type: change-of-state command-failure out-of-range "
                    "buffer-ready change-of-reliability; state: normal fault offnormal high-limit "
                    "low-limit active");
    return false;
}

static bool filter_numbers(struct call *k, struct event_filter *f)
{
    double low = 0, high = 255, class = 0;
    f->by_class = json_get(k->req, "class") != NULL;
    (void)json_bool(json_get(k->req, "unacknowledged"), &f->open);
    if (!json_whole(k->req, "priorityLow", 0, 255, &low) ||
        !json_whole(k->req, "priorityHigh", 0, 255, &high) ||
        !json_whole(k->req, "class", 0, BACNET_INSTANCE_MAX, &class)) {
        (void)call_fail(k, "bad-request", "priorityLow, priorityHigh: 0 to 255; class: a number");
        return false;
    }
    f->low = (uint8_t)low;
    f->high = (uint8_t)high;
    f->class = (uint32_t)class;
    return true;
}

static bool filter_object(struct call *k, struct job *j)
{
    const char *name = json_string(json_get(k->req, "name")), *code = "bad-request";
    struct point p = {DB_NONE, DB_NONE};
    uint32_t d;
    j->filter.device = DB_NONE;
    if (!call_device(k, "device", &d))
        return false;
    if (d != DB_NONE)
        j->filter.device = k->db->devices[d].instance;
    if (name && !point_find(k->db, name, &p, &code, k->text)) {
        k->code = code;
        return false;
    }
    if (name && p.object == DB_NONE) {
        (void)call_fail(k, "unknown-name", "'%.80s' is shown by no object", name);
        return false;
    }
    return !name || call_about(k, j, &p);
}

/* A page is so many records of the history; those that the filters let pass are told. */
static enum end cmd_events(struct call *k)
{
    const char *since = json_string(json_get(k->req, "since"));
    double from = 0, limit = 100;
    struct job *j = call_job(k);
    if (!j)
        return call_fail(k, "busy", "too many requests wait");
    j->q.of = STORE_OF_EVENTS;
    j->q.backwards = !since;
    j->finish = finish_events;
    if (!call_time(k, "since", &j->q.time)) {
        j->used = false;
        return END_FAILED;
    }
    if (!json_whole(k->req, "from", 1, 1e15, &from) || !json_whole(k->req, "limit", 1, HISTORY_PAGE, &limit)) {
        j->used = false;
        return call_fail(k, "bad-request", "limit: 1 to %d; from: a number", HISTORY_PAGE);
    }
    j->q.from = since && from == 0 ? STORE_FROM_TIME : STORE_FROM_POSITION;
    j->q.position = (uint64_t)from;
    j->q.limit = (uint32_t)limit;
    if (!filter_kind(k, &j->filter) || !filter_type(k, &j->filter) ||
        !filter_numbers(k, &j->filter) || !filter_object(k, j)) {
        j->used = false;
        return END_FAILED;
    }
    return call_ask_store(k, j);
}

const struct command_row alarm_commands[] = {
    {"alarms", cmd_alarms}, {"ack", cmd_ack}, {"reset", cmd_reset}, {"events", cmd_events},
    {NULL, NULL},
};
