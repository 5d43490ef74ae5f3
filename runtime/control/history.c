/* What the store keeps of the past: who changed what (audit), and what alarms there were (events); a page at a
 * time, of which the filters let some rows pass. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/object/alarm.h"
#include "schemas/print.h"

enum { PAGE = 200 };

/* ---- a page ---- */

/* One identity is looked up by the store; of several, each row is looked at. */
static bool about(struct call *k, struct job *j, const struct point *p)
{
    const struct image *img = &k->db->img;
    uint32_t n = point_objects(k->db, p);
    if (n < 2) {
        memcpy(j->q.key.id, p->object != DB_NONE ? img->object_ids[p->object].b : img->variable_ids[p->variable].b, 16);
        return true;
    }
    j->keep = malloc(n * sizeof *j->keep);
    if (!j->keep) {
        (void)call_fail(k, "busy", "no memory");
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
        memcpy(j->keep[i], img->object_ids[point_object(k->db, p, i)].b, 16);
    j->filter.n_ids = n;
    return true;
}

static bool is_about(const struct job *j, const struct store_note *n)
{
    for (size_t i = 0; i < j->filter.n_ids; i++)
        if (!memcmp(j->keep[i], n->id, 16))
            return true;
    return !j->filter.n_ids;
}

/* Also on a later page: a clock may have been set back. */
static bool in_time(const struct job *j, const struct store_note *n)
{
    return n->time > j->q.time && (!j->filter.until || n->time <= j->filter.until);
}

static void page(struct call *k, struct job *j, const char *key,
                 void (*say)(struct call *k, const struct job *j, const struct store_note *n, const struct store_row *r))
{
    struct wr *w = &k->out;
    uint64_t first = 0, last = 0;
    struct store_note n;
    if (j->q.fault) {
        (void)call_fail(k, "storage", "%s", store_fault_name((enum store_fault)j->q.fault));
        return;
    }
    jw_open(w, '{');
    jw_key(w, key);
    jw_open(w, '[');
    for (const struct store_row *r = NULL; (r = store_next(&j->q, r));) {
        first = first ? first : r->position;
        last = r->position;
        if (store_note_of(r, &n))
            say(k, j, &n, r);
    }
    jw_close(w, ']');
    if (j->q.more)
        jw_member_count(w, "next", j->q.backwards ? first - 1 : last + 1);
    jw_close(w, '}');
}

/* Filters that both have; shown: of objects alone. False: said why not, as by each filter. */
static bool filter_common(struct call *k, struct job *j, bool shown)
{
    const char *name = json_string(json_get(k->req, "name")), *code = "bad-request";
    struct point p = {DB_NONE, DB_NONE};
    uint32_t d;
    j->filter.device = DB_NONE;
    if (!call_time(k, "until", &j->filter.until) || !call_device(k, "device", &d))
        return false;
    if (d != DB_NONE)
        j->filter.device = k->db->devices[d].instance;
    if (name && !point_find(k->db, name, &p, &code, k->text)) {
        k->code = code;
        return false;
    }
    if (name && shown && p.object == DB_NONE) {
        (void)call_fail(k, "unknown-name", "'%.80s' is shown by no object", name);
        return false;
    }
    return !name || about(k, j, &p);
}

static bool filter_range(struct call *k, struct job *j, bool onwards)
{
    double from = 0, limit = 100;
    if (!call_time(k, "since", &j->q.time))
        return false;
    if (!json_whole(k->req, "from", 1, 1e15, &from) || !json_whole(k->req, "limit", 1, PAGE, &limit)) {
        (void)call_fail(k, "bad-request", "limit: 1 to %d; from: a number", PAGE);
        return false;
    }
    j->q.time = onwards ? j->q.time - 1 : INT64_MIN;    /* `since` itself belongs to it */
    j->q.from = onwards && from == 0 ? STORE_FROM_TIME : STORE_FROM_POSITION;
    j->q.position = (uint64_t)from;
    j->q.limit = (uint32_t)limit;
    return true;
}

/* The newest, or those from `since` on; `from`: where the last page ended. */
static enum end ask(struct call *k, enum store_of of, bool (*filter)(struct call *k, struct job *j),
                    void (*finish)(struct call *k, struct job *j))
{
    const bool onwards = json_string(json_get(k->req, "since")) != NULL;
    struct job *j = call_job(k);
    if (!j)
        return call_fail(k, "busy", "too many requests wait");
    j->q.of = of;
    j->q.backwards = !onwards;
    j->finish = finish;
    if (filter_range(k, j, onwards) && filter(k, j))
        return call_ask_store(k, j);
    j->used = false;
    return END_FAILED;
}

/* ---- audit ---- */

static void say_note(const struct store_note *n, const struct store_row *r, struct wr *w)
{
    static const char *const keys[STORE_TEXTS] = {"who", "name", "old", "new"};
    const char *kind = audit_kind_name(n->kind), *type = object_type_name(oid_type(n->object));
    const char *property = property_name(n->number[AUDIT_property]);
    jw_open(w, '{');
    jw_member_count(w, "n", r->position);
    jw_key(w, "time");
    jw_time(w, n->time);
    jw_member(w, "kind", kind ? kind : "?");
    for (unsigned i = 0; i < STORE_TEXTS; i++) {
        jw_key(w, keys[i]);
        jw_bytes(w, n->text[i].p, n->text[i].n);
    }
    if (n->object) {
        jw_member_count(w, "device", n->device);
        jw_key(w, "object");
        jw_format(w, "%s,%u", type ? type : "proprietary", oid_instance(n->object));
    }
    if (property)
        jw_member(w, "property", property);
    if (n->number[AUDIT_index] != UINT32_MAX)
        jw_member_count(w, "index", n->number[AUDIT_index]);
    if (n->number[AUDIT_priority])
        jw_member_count(w, "priority", n->number[AUDIT_priority]);
    const char *code = n->number[AUDIT_code] ? error_code_name(bac_err_code(n->number[AUDIT_code]))
                                             : "done";
    jw_member(w, "result", code ? code : "refused");
    jw_close(w, '}');
}

static void say_asked(struct call *k, const struct job *j, const struct store_note *n, const struct store_row *r)
{
    if ((!j->filter.kind || n->kind == j->filter.kind) &&
        (j->filter.device == DB_NONE || n->device == j->filter.device) &&
        in_time(j, n) && is_about(j, n))
        say_note(n, r, &k->out);
}

static void finish_audit(struct call *k, struct job *j) { page(k, j, "entries", say_asked); }

static uint32_t kind_of(const char *word)
{
    for (uint32_t i = 1; word && i < AUDIT_KINDS; i++)
        if (!strcmp(audit_kind_name(i), word))
            return i;
    return AUDIT_KINDS;
}

static bool filter_audit(struct call *k, struct job *j)
{
    const char *kind = json_string(json_get(k->req, "kind"));
    j->filter.kind = kind ? kind_of(kind) : 0;
    if (j->filter.kind < AUDIT_KINDS)
        return filter_common(k, j, false);
    (void)call_fail(k, "bad-request", "kind: write manual auto ack reset manage");
    return false;
}

static enum end cmd_audit(struct call *k) { return ask(k, STORE_OF_AUDIT, filter_audit, finish_audit); }

/* ---- events ---- */

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

/* A stamp is local time as it was then: the time zone, or what it says, may be another by now. */
static bool stamped(const struct stamp *at, int64_t time)
{
    const int64_t quarter = 15 * 60000, most = 60 * quarter;
    int64_t offset = zone_plain(at->date, at->time) - (time - time % 10);
    return offset % quarter == 0 && offset <= most && offset >= -most;
}

/* Does that transition still wait for its acknowledgement? */
static bool is_open(const struct db *db, const struct store_note *n)
{
    enum event_transition k = alarm_transition_of(n->number[EVENT_states] & 0xff);
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        const struct device *d = &db->devices[i];
        uint32_t object = d->instance == n->device ? db_find(d, n->object) : DB_NONE;
        const struct event *e = object == DB_NONE ? NULL : alarm_event(db, object);
        if (e && !memcmp(db->img.object_ids[object].b, n->id, sizeof n->id) && !(e->acked >> k & 1))
            return stamped(&e->stamp[k], n->time);
    }
    return false;
}

static bool lets_pass(const struct db *db, const struct event_filter *f, const struct store_note *n)
{
    uint32_t type = n->number[EVENT_type], to = n->number[EVENT_states] & 0xff;
    uint32_t priority = n->number[EVENT_priority];
    if ((f->kind && n->kind + 1 != f->kind) || (f->device != DB_NONE && n->device != f->device))
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
    if (in_time(j, n) && lets_pass(k->db, &j->filter, n) && is_about(j, n))
        say_event(n, r, &k->out);
}

static void finish_events(struct call *k, struct job *j) { page(k, j, "events", say_passing); }

static bool filter_kind(struct call *k, struct event_filter *f)
{
    const char *kind = json_string(json_get(k->req, "kind"));
    f->kind = !kind ? 0 : !strcmp(kind, "transition") ? 1 : !strcmp(kind, "ack") ? 2
              : !strcmp(kind, "reset") ? 3 : 4;
    if (f->kind < 4)
        return true;
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

static bool filter_events(struct call *k, struct job *j)
{
    return filter_kind(k, &j->filter) && filter_type(k, &j->filter) && filter_numbers(k, &j->filter) &&
           filter_common(k, j, true);
}

static enum end cmd_events(struct call *k) { return ask(k, STORE_OF_EVENTS, filter_events, finish_events); }

const struct command_row history_commands[] = {
    {"audit", cmd_audit}, {"events", cmd_events}, {NULL, NULL},
};
