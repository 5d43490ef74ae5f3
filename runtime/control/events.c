/* Who listens, and what they are told: values that changed in this turn, each once, and every write
 * with its writer, priority, old and new value. A listener who does not read misses events and is
 * told how many. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/control/names.h"

enum { EVENT_MAX = 4096, POINT_MAX = 1 << 16 };     /* a variable may have many objects */

/* Values as they are now: what `old` will be. */
static bool remember(struct control *c)
{
    uint32_t n = point_count(c->db);
    struct point p;
    if (c->last)
        return true;
    c->last = calloc(n ? n : 1, sizeof *c->last);
    c->told = calloc(n ? n : 1, sizeof *c->told);
    for (uint32_t i = 0; c->last && i < n; i++)
        if (point_at(c->db, i, &p))
            c->last[i] = point_value(c->db, &p);
    return c->last && c->told;
}

enum end events_subscribe(struct call *k)
{
    const struct json *names = json_get(k->req, "names");
    struct client *me = k->client;
    uint32_t n = point_count(k->db);
    uint8_t *watched = calloc(1, n / 8 + 1);
    const char *name, *code = "bad-request";
    struct point p;
    bool writes = true, values = true, alarms = true;
    if (names && !json_array(names) && !json_null(names)) {
        free(watched);
        return call_fail(k, code, "names: an array of strings");
    }
    if (!watched || !remember(k->c)) {
        free(watched);
        return call_fail(k, "busy", "no memory");
    }
    for (const struct json *j = json_array(names) ? json_first(names) : NULL; j; j = json_next(j)) {
        name = json_string(j);
        if (!name || !point_find(k->db, name, &p, &code, k->text)) {
            free(watched);
            if (!name)
                return call_fail(k, code, "names: an array of strings");
            k->code = code;
            return END_FAILED;
        }
        uint32_t i = point_number(k->db, &p);
        watched[i / 8] |= (uint8_t)(1u << i % 8);
    }
    (void)json_bool(json_get(k->req, "writes"), &writes);
    (void)json_bool(json_get(k->req, "values"), &values);
    (void)json_bool(json_get(k->req, "alarms"), &alarms);
    free(me->watched);
    me->watched = values ? watched : NULL;
    if (!values)
        free(watched);
    me->all = !json_array(names);
    me->writes = writes;
    me->alarms = alarms;
    events_hear(k->c);
    jw_open(&k->out, '{');
    jw_member_bool(&k->out, "subscribed", true);
    jw_close(&k->out, '}');
    return END_DONE;
}

enum end events_unsubscribe(struct call *k)
{
    free(k->client->watched);
    k->client->watched = NULL;
    k->client->writes = k->client->alarms = false;
    events_hear(k->c);
    jw_open(&k->out, '{');
    jw_member_bool(&k->out, "subscribed", false);
    jw_close(&k->out, '}');
    return END_DONE;
}

/* Events give way to answers: half of the queue is theirs at most. */
static void tell(struct control *c, struct client *k, const struct wr *line)
{
    if (k->n_out - k->sent > OUT_BUSY) {
        k->missed++;
        return;
    }
    if (k->missed) {
        uint8_t b[128];
        struct wr w = wr_of(b, sizeof b);
        jw_open(&w, '{');
        jw_member(&w, "event", "missed");
        jw_member_count(&w, "count", k->missed);
        jw_close(&w, '}');
        wr_u8(&w, '\n');
        k->missed = 0;
        control_send(c, k, b, w.len);
    }
    control_send(c, k, line->buf, line->len);
}

static void tell_point(struct control *c, const struct point *p)
{
    static uint8_t b[POINT_MAX];
    struct wr w = wr_of(b, sizeof b);
    uint32_t i = point_number(c->db, p);
    if (c->told[i] == c->turn)
        return;
    c->told[i] = c->turn;
    double now = point_value(c->db, p), old = c->last[i];
    c->last[i] = now;
    jw_open(&w, '{');
    jw_member(&w, "event", "value");
    jw_key(&w, "old");
    point_value_json(c->db, p, old, &w);
    jw_key(&w, "point");
    point_write(c->db, p, &w);
    jw_close(&w, '}');
    wr_u8(&w, '\n');
    for (unsigned k = 0; k < CLIENTS && wr_fits(&w); k++) {
        struct client *to = &c->clients[k];
        if (to->fd >= 0 && to->watched && (to->all || to->watched[i / 8] >> i % 8 & 1))
            tell(c, to, &w);
    }
}

static void tell_write(struct control *c, const struct audit_entry *e)
{
    uint8_t b[EVENT_MAX];
    struct wr w = wr_of(b, sizeof b);
    const char *type = object_type_name(oid_type(e->oid)), *property = property_name(e->property);
    const char *code = e->code ? error_code_name(bac_err_code(e->code)) : "done";
    jw_open(&w, '{');
    jw_member(&w, "event", audit_kind_name(e->kind));
    jw_key(&w, "time");
    jw_time(&w, e->time);
    jw_member(&w, "who", e->who);
    jw_member(&w, "name", e->name);
    if (e->oid) {
        jw_member_count(&w, "device", e->device);
        jw_key(&w, "object");
        jw_format(&w, "%s,%u", type ? type : "proprietary", oid_instance(e->oid));
    }
    if (property)
        jw_member(&w, "property", property);
    if (e->priority)
        jw_member_count(&w, "priority", e->priority);
    jw_member(&w, "old", e->old);
    jw_member(&w, "new", e->now);
    jw_member(&w, "result", code ? code : "refused");
    jw_close(&w, '}');
    wr_u8(&w, '\n');
    for (unsigned k = 0; k < CLIENTS && wr_fits(&w); k++)
        if (c->clients[k].fd >= 0 && c->clients[k].writes)
            tell(c, &c->clients[k], &w);
}

/* Who named points hears of their alarms. */
static bool listens_to(const struct client *k, uint32_t point)
{
    return k->all || !k->watched || k->watched[point / 8] >> point % 8 & 1;
}

static void tell_alarm(struct control *c, const struct alarm_news *news)
{
    uint8_t b[EVENT_MAX];
    struct wr w = wr_of(b, sizeof b);
    uint32_t object = c->db->events[news->event].object, v = db_variable(c->db, object);
    struct point p = {v == IMG_NONE ? DB_NONE : v, object};
    uint32_t i = point_number(c->db, &p);
    jw_open(&w, '{');
    jw_member(&w, "event", "alarm");
    alarms_write_news(c->db, news, &w);
    jw_close(&w, '}');
    wr_u8(&w, '\n');
    for (unsigned k = 0; k < CLIENTS && wr_fits(&w); k++)
        if (c->clients[k].fd >= 0 && c->clients[k].alarms && listens_to(&c->clients[k], i))
            tell(c, &c->clients[k], &w);
}

void events_hear(struct control *c)
{
    bool writes = false, alarms = false;
    for (unsigned i = 0; i < CLIENTS; i++) {
        writes |= c->clients[i].fd >= 0 && c->clients[i].writes;
        alarms |= c->clients[i].fd >= 0 && c->clients[i].alarms;
    }
    c->c.audit->heard = writes;
    c->db->alarms.heard = alarms;
}

static void tell_alarms(struct control *c)
{
    struct alarms *a = &c->db->alarms;
    struct alarm_news news;
    while (alarms_news_take(a, &news))
        tell_alarm(c, &news);
    for (unsigned k = 0; a->news_missed && k < CLIENTS; k++)
        if (c->clients[k].alarms)
            c->clients[k].missed += a->news_missed;
    a->news_missed = 0;
}

void events_tell(struct control *c)
{
    const struct db *db = c->db;
    struct audit_entry e;
    bool any = false;
    tell_alarms(c);
    while (audit_take(c->c.audit, &e))
        tell_write(c, &e);
    for (unsigned k = 0; k < CLIENTS; k++)
        any |= c->clients[k].fd >= 0 && c->clients[k].watched;
    if (!any) {
        free(c->last);                  /* the next listener begins afresh */
        free(c->told);
        c->last = NULL;
        c->told = NULL;
        return;
    }
    if (!++c->turn)
        c->turn = 1;
    for (uint32_t i = 0; i < db->variables.n; i++) {
        struct point p;
        if (point_at(db, db->variables.items[i], &p))
            tell_point(c, &p);
    }
    for (uint32_t i = 0; i < db->objects.n; i++) {
        uint32_t object = db->objects.items[i], v = db_variable(db, object);
        struct point p = {v == IMG_NONE ? DB_NONE : v, object};
        if (p.variable != DB_NONE || point_at(db, db->img.n_variables + object, &p))
            tell_point(c, &p);
    }
}

/* Subscriptions by name are by index here: those of another image end, and say so. */
void control_swap(struct control *c, struct db *now)
{
    static const char said[] = "{\"event\":\"reloaded\"}\n";
    bool same = now->img.n_variables == c->db->img.n_variables &&
                now->img.n_objects == c->db->img.n_objects;
    c->db = now;
    events_hear(c);
    free(c->last);
    free(c->told);
    c->last = NULL;
    c->told = NULL;
    for (unsigned k = 0; k < CLIENTS; k++) {
        struct client *to = &c->clients[k];
        if (to->fd < 0 || !to->watched)
            continue;
        if (!same || !to->all) {
            uint8_t *fresh = calloc(1, point_count(now) / 8 + 1);
            free(to->watched);
            to->watched = fresh;        /* who named points subscribes again */
        }
        if (to->watched && !remember(c)) {
            free(to->watched);
            to->watched = NULL;
        }
        control_send(c, to, said, sizeof said - 1);
    }
}

void control_device_state(struct control *c, uint32_t device)
{
    uint8_t b[256];
    struct wr w = wr_of(b, sizeof b);
    const struct device *d = &c->db->devices[device];
    jw_open(&w, '{');
    jw_member(&w, "event", "device");
    jw_member_count(&w, "instance", d->instance);
    jw_member(&w, "status", device_state_name(d->state));
    jw_close(&w, '}');
    wr_u8(&w, '\n');
    for (unsigned k = 0; k < CLIENTS; k++)
        if (c->clients[k].fd >= 0 && c->clients[k].writes)
            tell(c, &c->clients[k], &w);
}
