/* Operations on alarms: what is wrong now, acknowledge, reset. */
#include <stdio.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/object/alarm.h"

enum { LIST_MOST = 500 };

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

struct doing { struct span who; unsigned did; uint64_t ticket; };       /* ticket: of the store      */
typedef unsigned on_alarm(struct db *db, uint32_t object, struct span who, uint64_t *ticket);

static unsigned reset(struct db *db, uint32_t object, struct span who, uint64_t *ticket)
{
    return alarm_reset(db, object, who, ticket);
}

/* Does it to those of a point's objects that have alarms. fn NULL: to none. How many have alarms. */
static unsigned of_point(struct db *db, const struct point *p, on_alarm *fn, struct doing *d)
{
    uint32_t have = 0;
    for (uint32_t i = 0, n = point_objects(db, p); i < n; i++) {
        uint32_t object = point_object(db, p, i);
        if (!alarm_event(db, object))
            continue;
        have++;
        if (fn)
            d->did += fn(db, object, d->who, &d->ticket);
    }
    return have;
}

/* An object that is named for itself stands for itself alone. */
static bool alarm_find(struct db *db, const struct json *name, struct point *p, const char **code,
                       char text[256])
{
    const char *s = json_string(name);
    if (!s || !point_find(db, s, p, code, text))
        return false;
    if (img_find_variable(&db->img, s, strlen(s)) == IMG_NONE)
        p->variable = DB_NONE;
    if (of_point(db, p, NULL, NULL))
        return true;
    *code = "bad-request";
    snprintf(text, 256, "'%.120s' has no alarm", s);
    return false;
}

static enum end on_named(struct call *k, on_alarm *fn, const char *done)
{
    struct db *db = k->db;
    struct doing d = {.who = {(const uint8_t *)k->client->who, strlen(k->client->who)}};
    const char *code = "bad-request";
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
        d.did += fn(db, db->events[i].object, d.who, &d.ticket);
    for (const struct json *j = json_first(json_get(k->req, "names")); !all && j; j = json_next(j))
        if (alarm_find(db, j, &p, &code, k->text))
            (void)of_point(db, &p, fn, &d);
    jw_open(&k->out, '{');
    k->ticket = persist_follow(&db->journal, d.ticket);
    jw_member_count(&k->out, "count", d.did);
    jw_key(&k->out, "text");
    jw_format(&k->out, "%u %s", d.did, done);
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end cmd_ack(struct call *k) { return on_named(k, alarm_acknowledge_all, "acknowledged"); }
static enum end cmd_reset(struct call *k) { return on_named(k, reset, "reset"); }

const struct command_row alarm_commands[] = {
    {"alarms", cmd_alarms}, {"ack", cmd_ack}, {"reset", cmd_reset}, {NULL, NULL},
};
