/* Operations on Trend Logs: which there are, and their records, page by page from the store's
 * reader: the buffer that ReadRange shows, and what is kept beyond it. Values are those of the
 * variable. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/control/names.h"
#include "runtime/object/convert.h"
#include "runtime/object/program.h"
#include "runtime/object/trend.h"

enum { LIST_PAGE = 200, RECORDS_PAGE = 1000, ALL_FLAGS = 4 };

/* ---- names ---- */

/* By its own name, or by that of the only thing that it logs. */
static struct trend *find(struct call *k, const char *name)
{
    struct point p;
    struct trend *found = NULL;
    const char *code = "bad-request";
    if (!name) {
        (void)call_fail(k, code, "name: the name of a trend log");
        return NULL;
    }
    if (!point_find(k->db, name, &p, &code, k->text)) {
        k->code = code;
        return NULL;
    }
    if (p.object != DB_NONE && (found = trend_of(k->db, p.object)) && !found->events)
        return found;
    found = NULL;
    for (uint32_t i = 0; i < k->db->trends.n; i++) {
        struct trend *t = &k->db->trends.items[i];
        bool same = t->subject != DB_NONE &&
                    (p.variable == DB_NONE ? t->subject == p.object
                                           : db_variable(k->db, t->subject) == p.variable);
        if (same && found) {
            (void)call_fail(k, "ambiguous-name", "'%.80s' is in several trend logs; say which",
                            name);
            return NULL;
        }
        found = same ? t : found;
    }
    if (!found)
        (void)call_fail(k, "unknown-name", "no trend log has '%.120s'", name);
    return found;
}

static struct point subject_of(const struct db *db, const struct trend *t)
{
    uint32_t v = t->subject == DB_NONE ? IMG_NONE : db_variable(db, t->subject);
    return (struct point){v == IMG_NONE ? DB_NONE : v, t->subject};
}

/* Does it log the value of a point, that has unit and words? */
static bool of_point(const struct db *db, const struct trend *t)
{
    return t->subject != DB_NONE && t->property == P_present_value &&
           convert_type(db, t->subject) != DT_null;
}

/* ... or what a Schedule says, whose variable has them? */
static bool of_schedule(const struct db *db, const struct trend *t)
{
    return t->subject != DB_NONE && t->property == P_present_value &&
           oid_type(db_oid(db, t->subject)) == OT_schedule && db_variable(db, t->subject) != IMG_NONE;
}

static const char *state_of(const struct db *db, const struct trend *t)
{
    bool enabled = false;
    (void)prop_boolean(db, t->object, P_enable, &enabled);
    return t->logging ? "logging" : enabled ? "waiting" : "disabled";
}

static void say_subject(const struct db *db, const struct trend *t, struct wr *w)
{
    struct point p = subject_of(db, t);
    const char *property = property_name(t->property);
    jw_key(w, "of");
    jw_open(w, '{');
    if (t->subject != DB_NONE) {
        jw_key(w, "name");
        point_name(db, &p, w);
        object_write(db, t->subject, w);
    }
    if (property)
        jw_member(w, "property", property);
    else
        jw_member_count(w, "property", t->property);
    if (t->index != BACNET_INDEX_ALL)
        jw_member_count(w, "index", t->index);
    jw_close(w, '}');
    if (p.variable == DB_NONE || (!of_point(db, t) && !of_schedule(db, t)))
        return;
    struct span unit = img_text(&db->img, db->img.variables[p.variable].unit);
    if (unit.n) {
        jw_key(w, "unit");
        jw_bytes(w, unit.p, unit.n);
    }
}

/* `at`: the moment whose offset from UTC is told. */
static void say_log(struct db *db, const struct trend *t, int64_t at, struct wr *w)
{
    static const char *const types[] = {"polled", "cov", "triggered"};
    struct span name = db_name(db, t->object);
    struct point p = subject_of(db, t);
    jw_open(w, '{');
    jw_key(w, "name");
    jw_bytes(w, name.p, name.n);
    object_write(db, t->object, w);
    say_subject(db, t, w);
    jw_member(w, "logging", t->type < 3 ? types[t->type] : "polled");
    if (t->type == LT_polled) {
        jw_key(w, "interval");
        jw_number(w, t->interval_ms / 1000.0);
    }
    jw_member(w, "state", state_of(db, t));
    jw_member_bool(w, "stopWhenFull", t->stop_when_full);
    jw_member_count(w, "size", t->size);
    jw_member_count(w, "records", trend_count(t));
    jw_member_count(w, "total", store_sequence(t->last));
    jw_member_count(w, "keep", img_keep(&db->img, t->object));
    (void)zone_dst(&db->zone, at);  /* offset is of that time from here on */
    int minutes = db->zone.offset / 60;
    jw_key(w, "utcOffset");
    jw_number(w, minutes);
    if (of_point(db, t) || of_schedule(db, t)) {
        jw_member_bool(w, "steps", convert_type(db, t->subject) != DT_real);
        point_states(db, &p, w);
    }
    jw_close(w, '}');
}

/* ---- list ---- */

static enum end cmd_trends(struct call *k)
{
    const char *pattern = json_string(json_get(k->req, "pattern"));
    double offset = 0;
    uint32_t i, n = 0;
    if (!json_whole(k->req, "offset", 0, UINT32_MAX, &offset) || (pattern && strlen(pattern) > 64))
        return call_fail(k, "bad-request", "offset: a number; pattern: 64 characters at most");
    jw_open(&k->out, '{');
    jw_key(&k->out, "logs");
    jw_open(&k->out, '[');
    for (i = (uint32_t)offset; i < k->db->trends.n && n < LIST_PAGE; i++) {
        const struct trend *t = &k->db->trends.items[i];
        struct span name = db_name(k->db, t->object);
        if (t->events || (pattern && !pattern_matches(pattern, (const char *)name.p, name.n)))
            continue;
        say_log(k->db, t, db_now(k->db), &k->out);
        n++;
    }
    jw_close(&k->out, ']');
    if (i < k->db->trends.n)
        jw_member_count(&k->out, "next", i);
    jw_close(&k->out, '}');
    return END_DONE;
}

/* ---- records ---- */

static void say_words(struct wr *w, const char *key, struct bits b, const char *const *words)
{
    jw_key(w, key);
    jw_open(w, '[');
    for (unsigned i = 0; i < b.n && words[i]; i++)
        if (b.v >> i & 1)
            jw_text(w, words[i]);
    jw_close(w, ']');
}

static void say_value(const struct db *db, const struct point *p, double value, struct wr *w)
{
    struct span text;
    jw_key(w, "value");
    point_value_json(db, p, value, w);
    if (point_text(db, p, value, &text)) {
        jw_key(w, "text");
        jw_bytes(w, text.p, text.n);
    }
}

/* As the variable counts. What the object recorded when it was one of another datatype stays the number
 * that it was. */
static void say_number(const struct db *db, const struct trend *t, enum datatype type, double n, struct wr *w)
{
    struct point p = subject_of(db, t);
    double value = n;
    if (of_schedule(db, t)) {
        say_value(db, &p, program_count(db, t->subject, n), w);
    } else if (of_point(db, t) && type == convert_type(db, t->subject)) {
        bool counts = p.variable != DB_NONE && type != DT_real;
        if (counts && convert_from_wire(db, t->subject, (uint32_t)n, &value))
            value = n;                          /* a state that the variable has no more */
        say_value(db, &p, value, w);
    } else {
        jw_key(w, "value");
        jw_number(w, n);
    }
}

static void say_boolean(const struct db *db, const struct trend *t, bool v, struct wr *w)
{
    if (of_schedule(db, t)) {
        say_number(db, t, DT_boolean, v, w);
    } else {
        jw_key(w, "value");
        jw_bool(w, v);
    }
}

static void say_bits(struct bits b, struct wr *w)
{
    char text[65];
    for (unsigned i = 0; i < b.n; i++)
        text[i] = (char)('0' + (b.v >> i & 1));
    text[b.n] = 0;
    jw_member(w, "value", text);
}

static void say_failure(struct rd *r, struct wr *w)
{
    struct rd in = rd_enclosed(r, 8);
    const char *class = error_class_name(rd_enumerated(&in, APP));
    const char *code = error_code_name(rd_enumerated(&in, APP));
    jw_key(w, "failure");
    jw_format(w, "%s/%s", class ? class : "other", code ? code : "other");
}

static void say_any(struct rd *r, struct wr *w)
{
    struct rd in = rd_enclosed(r, 10);
    struct span s = rd_rest(&in);
    char text[1000];
    size_t n = s.n < sizeof text / 2 - 1 ? s.n : sizeof text / 2 - 1;
    text[0] = 0;
    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", s.p[i]);
    jw_member(w, "encoded", text);
}

/* The choices of BACnetLogRecord's log-datum (clause 21). */
static void say_datum(const struct db *db, const struct trend *t, struct rd *r, struct wr *w)
{
    static const char *const status[] = {"log-disabled", "buffer-purged", "log-interrupted", NULL};
    struct tag tag;
    if (!rd_tag_peek(r, &tag) || !tag.ctx)
        return;
    switch (tag.num) {
    case 0: say_words(w, "status", rd_bits(r, 0), status); return;
    case 1: say_boolean(db, t, rd_boolean(r, 1), w); return;
    case 2: say_number(db, t, DT_real, (double)rd_real(r, 2), w); return;
    case 3: say_number(db, t, DT_enumerated, rd_enumerated(r, 3), w); return;
    case 4: say_number(db, t, DT_unsigned, rd_unsigned(r, 4), w); return;
    case 5: say_number(db, t, DT_integer, rd_integer(r, 5), w); return;
    case 6: say_bits(rd_bits(r, 6), w); return;
    case 8: say_failure(r, w); return;
    case 9:
        jw_key(w, "timeChange");
        jw_number(w, (double)rd_real(r, 9));
        return;
    case 10: say_any(r, w); return;
    default:
        jw_key(w, "value");
        jw_null(w);
    }
}

static void say_record(const struct db *db, const struct trend *t, const struct store_row *row,
                       struct wr *w)
{
    static const char *const flags[] = {"in-alarm", "fault", "overridden", "out-of-service", NULL};
    struct rd r = rd_of(row->data, row->n);
    (void)rd_enclosed(&r, 0);
    struct rd datum = rd_enclosed(&r, 1);
    jw_open(w, '{');
    jw_member_count(w, "n", store_sequence(row->position));
    jw_key(w, "time");
    jw_time(w, row->time);
    say_datum(db, t, &datum, w);
    if (rd_is(&r, 2, TAG_bits)) {
        struct bits b = rd_bits(&r, 2);
        if (b.v && b.n <= ALL_FLAGS)
            say_words(w, "flags", b, flags);
    }
    jw_close(w, '}');
}

/* The image may be another one by now. */
static const struct trend *still(const struct db *db, const struct job *j)
{
    uint32_t object = j->filter.kind;
    return object < db->img.n_objects && !memcmp(db->img.object_ids[object].b, j->q.key.id, 16)
               ? trend_of(db, object)
               : NULL;
}

/* Also behind the first one: a clock may have been set back. */
static bool asked_for(const struct job *j, const struct store_row *r)
{
    return r->time > j->q.time && (!j->filter.until || r->time <= j->filter.until);
}

/* When the newest of the records was made; without one it is now. */
static int64_t newest(const struct db *db, const struct job *j)
{
    int64_t at = INT64_MIN;
    for (const struct store_row *r = NULL; (r = store_next(&j->q, r));)
        at = asked_for(j, r) && r->time > at ? r->time : at;
    return at == INT64_MIN ? db_now(db) : at;
}

static void finish_records(struct call *k, struct job *j)
{
    struct wr *w = &k->out;
    const struct trend *t = still(k->db, j);
    uint64_t first = 0, last = 0;
    if (j->q.fault || !t) {
        (void)call_fail(k, t ? "storage" : "unknown-name", "%s",
                        t ? store_fault_name((enum store_fault)j->q.fault) : "it has just gone");
        return;
    }
    jw_open(w, '{');
    jw_key(w, "log");
    say_log(k->db, t, newest(k->db, j), w);
    jw_key(w, "records");
    jw_open(w, '[');
    for (const struct store_row *r = NULL; (r = store_next(&j->q, r));) {
        first = first ? first : r->position;
        last = r->position;
        if (asked_for(j, r))
            say_record(k->db, t, r, w);
    }
    jw_close(w, ']');
    if (j->q.more && last)
        jw_member_count(w, "next", j->q.backwards ? first - 1 : last + 1);
    jw_close(w, '}');
}

/* Ascending from the oldest, from `since`, or `from` where the last page ended; `last`: the newest.
 */
static enum end cmd_records(struct call *k)
{
    const char *since = json_string(json_get(k->req, "since"));
    double from = 0, limit = RECORDS_PAGE;
    bool last = false, buffer = false;
    const struct trend *t = find(k, json_string(json_get(k->req, "name")));
    struct job *j = t ? call_job(k) : NULL;
    if (!t)
        return END_FAILED;
    if (!j)
        return call_fail(k, "busy", "too many requests wait");
    (void)json_bool(json_get(k->req, "last"), &last);
    (void)json_bool(json_get(k->req, "buffer"), &buffer);
    j->q.of = STORE_OF_TREND;
    j->q.backwards = last;
    j->finish = finish_records;
    j->filter.kind = t->object;
    memcpy(j->q.key.id, k->db->img.object_ids[t->object].b, 16);
    if (!call_time(k, "since", &j->q.time) || !call_time(k, "until", &j->filter.until)) {
        j->used = false;
        return END_FAILED;
    }
    if (!json_whole(k->req, "from", 1, 1e15, &from) || !json_whole(k->req, "limit", 1, RECORDS_PAGE, &limit)) {
        j->used = false;
        return call_fail(k, "bad-request", "limit: 1 to %d; from: a number", RECORDS_PAGE);
    }
    j->q.time = since ? j->q.time - 1 : INT64_MIN;      /* `since` itself belongs to it */
    j->q.from = since && from == 0 && !last ? STORE_FROM_TIME : STORE_FROM_POSITION;
    j->q.position = (uint64_t)from;
    j->q.limit = (uint32_t)limit;
    j->q.low = buffer ? t->first : t->since;    /* before, it logged something else */
    j->q.high = t->last;
    return call_ask_store(k, j);
}

const struct command_row trend_commands[] = {
    {"trends", cmd_trends},
    {"trend", cmd_records},
    {NULL, NULL},
};
