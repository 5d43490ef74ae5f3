/* Operations on alarms: what is wrong now, acknowledge, reset, and the history of it all. */
#include <stdio.h>
#include <string.h>

#include "runtime/control/inside.h"
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
    uint32_t oid = db_oid(db, object);
    const char *type = object_type_name(oid_type(oid));
    struct span name = db_name(db, object);
    jw_key(w, "name");
    jw_bytes(w, name.p, name.n);
    jw_member_count(w, "device", db->devices[le16_get(db->img.objects[object].device)].instance);
    jw_key(w, "object");
    jw_format(w, "%s,%u", type ? type : "proprietary", oid_instance(oid));
}

static void say_alarm(struct db *db, const struct event *e, struct wr *w)
{
    static const char *const words[TRANSITIONS] = {"to-offnormal", "to-fault", "to-normal"};
    uint32_t i = db->live[e->object].event;
    uint8_t state = db->live[e->object].event_state;
    enum event_transition k = alarm_transition_of(state);
    struct alarm_class c = alarm_class(db, e->object);
    jw_open(w, '{');
    say_object(db, e->object, w);
    jw_member(w, "state", alarm_state_name(alarm_state(db, e)));
    jw_member(w, "eventState", event_state_name(state));
    jw_key(w, "unacknowledged");
    jw_open(w, '[');
    for (unsigned n = 0; n < TRANSITIONS; n++)
        if (!(e->acked >> n & 1))
            jw_text(w, words[n]);
    jw_close(w, ']');
    jw_member_count(w, "class", c.number);
    jw_member_count(w, "priority", c.priority[k]);
    say_stamp(db, "since", &e->stamp[k], w);
    jw_key(w, "text");
    jw_bytes(w, db->alarms.texts[i][k], e->text_n[k]);
    jw_close(w, '}');
}

static bool worth_saying(const struct db *db, const struct event *e, bool all)
{
    return alarm_detects(db, e->object) &&
           (all || db->live[e->object].event_state != ES_normal || e->acked != 7);
}

static enum end cmd_alarms(struct call *k)
{
    struct db *db = k->db;
    const char *device = json_string(json_get(k->req, "device"));
    double from = 0;
    bool all = false;
    uint32_t d = DB_NONE, n = 0, i;
    (void)json_bool(json_get(k->req, "all"), &all);
    if (!json_whole(k->req, "offset", 0, 1e9, &from))
        return call_fail(k, "bad-request", "offset: a number");
    if (device && !device_find(db, device, &d))
        return call_fail(k, "unknown-device", "there is no device '%.80s'", device);
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

/* Of a point: its own object, or every object that shows the variable. */
static unsigned of_point(struct db *db, const struct point *p, on_alarm *fn, struct span who)
{
    unsigned n = 0;
    if (p->object != DB_NONE)
        return alarm_event(db, p->object) ? fn(db, p->object, who) : 0;
    const struct img_variable *v = &db->img.variables[p->variable];
    for (uint32_t i = 0; i < le16_get(v->n_objects); i++) {
        uint32_t object = le32_get(db->img.variable_objects[le32_get(v->first_object) + i]);
        n += alarm_event(db, object) ? fn(db, object, who) : 0;
    }
    return n;
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
        if (!json_string(j) || !point_find(db, json_string(j), &p, &code, k->text)) {
            k->code = code;             /* nothing is done unless every name is known */
            return END_FAILED;
        }
    for (uint32_t i = 0; all && i < db->n_events; i++)
        n += fn(db, db->events[i].object, who);
    for (const struct json *j = json_first(json_get(k->req, "names")); !all && j; j = json_next(j))
        if (point_find(db, json_string(j), &p, &code, k->text))
            n += of_point(db, &p, fn, who);
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

static void finish_events(struct call *k, struct job *j)
{
    struct wr *w = &k->out;
    uint64_t first = 0, last = 0;
    struct store_note n;
    if (j->q.fault) {
        (void)call_fail(k, "storage", "%s", store_fault_name((enum store_fault)j->q.fault));
        return;
    }
    jw_open(w, '{');
    jw_key(w, "events");
    jw_open(w, '[');
    for (const struct store_row *r = NULL; (r = store_next(&j->q, r));) {
        first = first ? first : r->position;
        last = r->position;
        if (!store_note_of(r, &n) || (j->filter.kind && n.kind + 1 != j->filter.kind) ||
            (j->filter.device != DB_NONE && n.device != j->filter.device) ||
            (j->filter.until && n.time > j->filter.until))
            continue;
        say_event(&n, r, w);
    }
    jw_close(w, ']');
    if (j->q.more)
        jw_member_count(w, "next", j->q.backwards ? first - 1 : last + 1);
    jw_close(w, '}');
}

/* False: said why not. */
static bool event_filter(struct call *k, struct job *j)
{
    const char *kind = json_string(json_get(k->req, "kind")),
               *name = json_string(json_get(k->req, "name")),
               *device = json_string(json_get(k->req, "device")),
               *until = json_string(json_get(k->req, "until")), *code = "bad-request";
    struct point p = {DB_NONE, DB_NONE};
    uint32_t d;
    j->filter.device = DB_NONE;
    j->filter.kind = !kind ? 0 : !strcmp(kind, "transition") ? 1 : !strcmp(kind, "ack") ? 2
                     : !strcmp(kind, "reset") ? 3 : 4;
    if (j->filter.kind == 4 || (until && !json_time(until, &j->filter.until))) {
        (void)call_fail(k, code, "kind: transition ack reset; until: a time");
        return false;
    }
    if (device && !device_find(k->db, device, &d)) {
        (void)call_fail(k, "unknown-device", "there is no device '%.80s'", device);
        return false;
    }
    if (device)
        j->filter.device = k->db->devices[d].instance;
    if (name && !point_find(k->db, name, &p, &code, k->text)) {
        k->code = code;
        return false;
    }
    if (name && p.object == DB_NONE && le16_get(k->db->img.variables[p.variable].n_objects))
        p.object = le32_get(k->db->img.variable_objects[
            le32_get(k->db->img.variables[p.variable].first_object)]);
    if (name && p.object == DB_NONE) {
        (void)call_fail(k, "unknown-name", "'%.80s' is shown by no object", name);
        return false;
    }
    if (name)
        memcpy(j->q.key.id, k->db->img.object_ids[p.object].b, 16);
    return true;
}

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
    if (!json_whole(k->req, "from", 1, 1e15, &from) ||
        !json_whole(k->req, "limit", 1, HISTORY_PAGE, &limit) ||
        (since && !json_time(since, &j->q.time))) {
        j->used = false;
        return call_fail(k, "bad-request", "limit: 1 to %d; from: a number; since: a time",
                         HISTORY_PAGE);
    }
    j->q.from = since && from == 0 ? STORE_FROM_TIME : STORE_FROM_POSITION;
    j->q.position = (uint64_t)from;
    j->q.limit = (uint32_t)limit;
    if (!event_filter(k, j)) {
        j->used = false;
        return END_FAILED;
    }
    return call_ask_store(k, j);
}

const struct command_row alarm_commands[] = {
    {"alarms", cmd_alarms}, {"ack", cmd_ack}, {"reset", cmd_reset}, {"events", cmd_events},
    {NULL, NULL},
};
