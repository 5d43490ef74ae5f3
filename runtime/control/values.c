/* Operations on values: get, set, manual, auto, list. Every change is in the audit with its old and
 * new value, and is answered when it is durable. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/control/names.h"
#include "runtime/object/convert.h"
#include "runtime/object/program.h"
#include "runtime/object/values.h"
#include "schemas/print.h"

enum {
    LIST_DEFAULT = 500, LIST_MOST = 1000, OPERATOR_PRIORITY = 8, WHY = 512,
    LOOKED_AT = 8192,           /* points for one answer: a pattern may match none of many        */
};

/* ---- one answer of several ---- */

static void item_error(struct call *k, const char *name, const char *code, const char *text)
{
    jw_open(&k->out, '{');
    jw_member(&k->out, "name", name);
    jw_key(&k->out, "error");
    jw_open(&k->out, '{');
    jw_member(&k->out, "code", code);
    jw_member(&k->out, "msg", text);
    jw_close(&k->out, '}');
    jw_close(&k->out, '}');
}

/* ---- get ---- */

/* One number, boolean or string as such; anything else as text for people. */
static void write_tagged(struct wr *w, uint32_t property, struct span s)
{
    struct rd r = rd_of(s.p, s.n);
    char text[4096];
    struct wr t = wr_of(text, sizeof text);
    uint8_t charset;
    if (rd_is(&r, APP, TAG_real) && s.n == 5) {
        jw_number(w, (double)rd_real(&r, APP));
    } else if (rd_is(&r, APP, TAG_boolean) && s.n == 1) {
        jw_bool(w, rd_boolean(&r, APP));
    } else if (rd_is(&r, APP, TAG_unsigned) && s.n <= 5) {
        jw_count(w, rd_unsigned(&r, APP));
    } else if (rd_is(&r, APP, TAG_string)) {
        struct span in = rd_string(&r, APP, &charset);
        jw_bytes(w, in.p, in.n);
    } else {
        print_tagged(&t, r, property);
        jw_bytes(w, text, t.len < sizeof text ? t.len : sizeof text);
    }
}

static void no_property(struct call *k, const char *name, const char *property)
{
    char text[WHY];
    snprintf(text, sizeof text, "it has no property '%.80s'", property);
    item_error(k, name, "unknown-property", text);
}

static enum end get_property(struct call *k, const struct point *p, const char *name,
                             const char *property)
{
    long id = property_by_name(property, strlen(property));
    static uint8_t value[16384];
    struct wr v = wr_of(value, sizeof value);
    if (p->object == DB_NONE || id < 0) {
        no_property(k, name, property);
        return END_DONE;
    }
    const struct device *d = &k->db->devices[le16_get(k->db->img.objects[p->object].device)];
    bac_err e = prop_read(d, p->object, (uint32_t)id, BACNET_INDEX_ALL, &v);
    if (e || !wr_fits(&v)) {
        if (e)
            no_property(k, name, property);
        else
            item_error(k, name, "too-large", property);
        return END_DONE;
    }
    jw_open(&k->out, '{');
    jw_member(&k->out, "name", name);
    jw_member(&k->out, "property", property_name((uint32_t)id));
    jw_key(&k->out, "value");
    write_tagged(&k->out, (uint32_t)id, (struct span){value, v.len});
    jw_close(&k->out, '}');
    return END_DONE;
}

static void get_one(struct call *k, const struct json *j, const char *property)
{
    const char *name = json_string(j), *code;
    char text[256];
    struct point p;
    if (!name)
        item_error(k, "", "bad-request", "a name is a string");
    else if (!point_find(k->db, name, &p, &code, text))
        item_error(k, name, code, text);
    else if (property)
        (void)get_property(k, &p, name, property);
    else
        point_write(k->db, &p, &k->out);
}

static enum end cmd_get(struct call *k)
{
    const struct json *names = json_get(k->req, "names"), *one = json_get(k->req, "name");
    const char *property = json_string(json_get(k->req, "property"));
    if (!json_array(names) && !json_string(one))
        return call_fail(k, "bad-request", "get: name, or names (an array)");
    jw_open(&k->out, '{');
    jw_key(&k->out, "values");
    jw_open(&k->out, '[');
    if (json_string(one))
        get_one(k, one, property);
    for (const struct json *j = json_array(names) ? json_first(names) : NULL; j; j = json_next(j))
        get_one(k, j, property);
    jw_close(&k->out, ']');
    jw_close(&k->out, '}');
    return END_DONE;
}

/* ---- changes ---- */

struct change {
    struct call *k;
    const char *name;
    struct point p;
    struct audit_entry note;
};

/* One code has several causes, and each has another remedy. */
static const char *why_denied(const struct change *c)
{
    const struct db *db = c->k->db;
    uint32_t object = c->p.object;
    if (c->note.property != P_present_value)
        return "not a property that can be written now";
    if (object != DB_NONE && oid_type(db_oid(db, object)) == OT_schedule)
        return "a Schedule says it: written only while its out-of-service is true";
    if (c->p.variable != DB_NONE && db->cells[c->p.variable].flags & CELL_MANUAL)
        return "held by hand: 'manual' gives it another value, 'auto' gives it back";
    if (c->note.priority == BACNET_PRIORITY_MIN_ON_OFF)
        return "priority 6 is for minimum on and off times";
    return "not writable";
}

static const char *code_of(const struct change *c, bac_err e, char text[WHY])
{
    const char *code = error_code_name(bac_err_code(e));
    struct wr w = wr_of(text, WHY - 1);
    code = code ? code : "refused";
    if (bac_err_code(e) == ERR_value_out_of_range && c->note.property == P_present_value) {
        wr_bytes(&w, "outside what it may be: ", 24);
        point_allowed(c->k->db, &c->p, &w);
        text[w.len < WHY - 1 ? w.len : WHY - 1] = 0;
        return code;
    }
    snprintf(text, WHY, "%s", bac_err_code(e) == ERR_value_out_of_range
                                  ? "outside what the property may be"
                              : bac_err_code(e) == ERR_write_access_denied
                                  ? why_denied(c)
                                  : code);
    return code;
}

static void print_point(const struct db *db, const struct point *p, double value, char *text)
{
    struct wr w = wr_of(text, AUDIT_TEXT - 1);
    point_value_json(db, p, value, &w);
    text[wr_fits(&w) ? w.len : 0] = 0;
}

static void begin_change(struct change *c, enum audit_kind kind)
{
    const struct db *db = c->k->db;
    c->note = (struct audit_entry){.kind = (uint8_t)kind, .time = db_now(db),
                                   .property = P_present_value, .index = BACNET_INDEX_ALL};
    snprintf(c->note.who, sizeof c->note.who, "%s", c->k->client->who);
    audit_text(c->note.name, (struct span){(const uint8_t *)c->name, strlen(c->name)});
    print_point(db, &c->p, point_value(db, &c->p), c->note.old);
    if (c->p.object != DB_NONE) {
        c->note.oid = db_oid(db, c->p.object);
        c->note.device = db->devices[le16_get(db->img.objects[c->p.object].device)].instance;
        memcpy(c->note.id, db->img.object_ids[c->p.object].b, 16);
    } else {
        memcpy(c->note.id, db->img.variable_ids[c->p.variable].b, 16);
    }
    c->k->db->journal.noted = 0;
}

static void end_change(struct change *c, bac_err e)
{
    struct call *k = c->k;
    char text[WHY];
    c->note.code = e;
    audit_note(k->c->c.audit, &c->note);
    if (e) {
        const char *code = code_of(c, e, text);
        item_error(k, c->name, code, text);
        return;
    }
    k->ticket = k->db->journal.noted > k->ticket ? k->db->journal.noted : k->ticket;
    point_write(k->db, &c->p, &k->out);
}

static bool commanded(const struct db *db, const struct point *p)
{
    return p->variable == DB_NONE ? db->live[p->object].command != DB_NONE : values_commanded(db, p->variable);
}

/* An object without a variable counts as the wire does. */
static bac_err set_object(struct db *db, uint32_t object, bool null, double value,
                          const struct origin *by)
{
    uint32_t wire = 0;
    if (db->live[object].command == DB_NONE &&
        !(le16_get(db->img.objects[object].flags) & IMG_OBJ_WRITABLE) &&
        !(db->live[object].flags & LIVE_OOS))
        return BAC_ERR(property, write_access_denied);
    if (convert_type(db, object) == DT_real)
        wire = pv_of_real((float)value);
    else if (value != floor(value) || value < 0 || value > UINT32_MAX)
        return BAC_ERR(property, value_out_of_range);
    else
        wire = (uint32_t)value;
    return values_write(db, object, null, wire, by);
}

/* A value of the point, or null; false: it is none, which has been said. */
static bool begin_value(struct change *c, const struct json *value, double *v)
{
    struct db *db = c->k->db;
    bool null = json_null(value);
    *v = 0;
    if (!null && !point_parse(db, &c->p, value, v)) {
        char text[WHY];
        struct wr w = wr_of(text, WHY - 1);
        wr_bytes(&w, "not a value of it: ", 19);
        point_allowed(db, &c->p, &w);
        text[w.len < WHY - 1 ? w.len : WHY - 1] = 0;
        item_error(c->k, c->name, "bad-value", text);
        return false;
    }
    begin_change(c, AUDIT_WRITE);
    if (null)
        memcpy(c->note.now, "null", 5);
    else
        print_point(db, &c->p, *v, c->note.now);
    return true;
}

static void set_point(struct change *c, const struct json *value, double priority)
{
    struct db *db = c->k->db;
    double v;
    bool null = json_null(value);
    struct origin by = {BY_OPERATOR, (uint8_t)priority, NULL};
    if (!begin_value(c, value, &v))
        return;
    if (commanded(db, &c->p))
        c->note.priority = (uint8_t)priority;
    if (c->p.variable == DB_NONE)
        end_change(c, set_object(db, c->p.object, null, v, &by));
    else if (null)
        end_change(c, values_relinquish(db, c->p.variable, &by));
    else
        end_change(c, values_set(db, c->p.variable, v, &by));
}

/* A value of any datatype, that of a Schedule: as the one before, where that takes it. */
static bool encode_any(const struct json *value, struct rd before, struct wr *w)
{
    struct tag t = {.num = TAG_null};
    bool flag;
    double v;
    (void)rd_tag_peek(&before, &t);
    if (json_bool(value, &flag)) {
        wr_boolean(w, APP, flag);
        return true;
    }
    if (!json_number(value, &v))
        return false;
    if (t.num == TAG_real || v != floor(v) || v < 0 || v > UINT32_MAX)
        wr_real(w, APP, (float)v);
    else if (t.num == TAG_enumerated)
        wr_enumerated(w, APP, (uint32_t)v);
    else
        wr_unsigned(w, APP, (uint32_t)v);
    return true;
}

/* A value of the datatype that the object's Present_Value has, as get says it of a property. */
static bool encode_present(enum datatype type, const struct json *value, struct wr *w)
{
    const char *text = json_string(value);
    bool flag = text && !strcmp(text, "active"), word = flag || (text && !strcmp(text, "inactive"));
    double v = 0;
    if (type == DT_enumerated && (word || json_bool(value, &flag)))
        v = flag;
    else if (!json_number(value, &v))
        return false;
    return convert_put(type, v, w);
}

/* The encoded value of a JSON one for that property's datatype. */
static bool encode(const struct slot *s, enum datatype present, const struct json *value, struct rd before, struct wr *w)
{
    bool flag;
    double v = 0;
    const char *text = json_string(value);
    if (json_null(value))
        wr_null(w, APP);
    else if (s->def->type == DT_boolean && json_bool(value, &flag))
        wr_boolean(w, APP, flag);
    else if (s->def->type == DT_string && text)
        wr_string(w, APP, text, strlen(text));
    else if (s->def->type == DT_any)
        return encode_any(value, before, w);
    else if (s->def->type == DT_present)
        return encode_present(present, value, w);
    else if (!json_number(value, &v))
        return false;
    else if (s->def->type == DT_real || s->def->type == DT_client_cov)
        wr_real(w, APP, (float)v);
    else if (v != floor(v))
        return false;
    else if (s->def->type == DT_unsigned && v >= 0 && v <= UINT32_MAX)
        wr_unsigned(w, APP, (uint32_t)v);
    else if (s->def->type == DT_enumerated && v >= 0 && v <= UINT32_MAX)
        wr_enumerated(w, APP, (uint32_t)v);
    else if (s->def->type == DT_integer && v >= INT32_MIN && v <= INT32_MAX)
        wr_integer(w, APP, (int32_t)v);
    else
        return false;
    return wr_fits(w);
}

static void set_property(struct change *c, const char *property, const struct json *value)
{
    struct db *db = c->k->db;
    uint8_t b[2048], was[AUDIT_VALUE];
    struct wr w = wr_of(b, sizeof b), old = wr_of(was, sizeof was);
    long id = property_by_name(property, strlen(property));
    const struct slot *s = c->p.object == DB_NONE || id < 0
                               ? NULL : db_slot(db, c->p.object, (uint32_t)id);
    static const struct origin by = {BY_OPERATOR, 0, NULL};
    uint64_t ticket = 0;
    if (!s) {
        no_property(c->k, c->name, property);
        return;
    }
    struct device *d = &db->devices[le16_get(db->img.objects[c->p.object].device)];
    bool known = !prop_read_slot(d, c->p.object, s, BACNET_INDEX_ALL, &old) && wr_fits(&old);
    if (s->def->form != SCALAR || !encode(s, convert_type(db, c->p.object), value, rd_of(was, known ? old.len : 0), &w)) {
        item_error(c->k, c->name, "bad-value", "not a value of that property");
        return;
    }
    begin_change(c, AUDIT_WRITE);
    c->note.property = (uint32_t)id;
    c->note.old[0] = 0;                 /* there stood the value */
    if (known)
        audit_value(c->note.old, (uint32_t)id, (struct span){was, old.len});
    audit_value(c->note.now, (uint32_t)id, (struct span){b, w.len});
    bac_err e = prop_write(d, c->p.object, (uint32_t)id, BACNET_INDEX_ALL,
                           (struct span){b, w.len}, &by, &ticket);
    db->journal.noted = ticket;
    end_change(c, e);
}

/* What a Schedule that is out of service says: as its variable counts, as everywhere. */
static void set_program(struct change *c, const struct json *value)
{
    struct db *db = c->k->db;
    static const struct origin by = {BY_OPERATOR, 0, NULL}, program = {BY_SCHEDULE, 0, NULL};
    struct device *d = &db->devices[le16_get(db->img.objects[c->p.object].device)];
    uint8_t b[16];
    struct wr w = wr_of(b, sizeof b);
    uint64_t ticket = 0;
    double v;
    bool null = json_null(value);
    bac_err e = BAC_OK;
    if (!begin_value(c, value, &v))
        return;
    if (null)
        wr_null(&w, APP);
    else
        e = program_encode(db, c->p.object, v, &w);
    e = e ? e : prop_write(d, c->p.object, P_present_value, BACNET_INDEX_ALL, (struct span){b, w.len}, &by, &ticket);
    if (!e && !null && c->p.variable != DB_NONE)
        values_input(db, c->p.variable, v, &program);   /* as it will be told in this turn; it is answered now */
    db->journal.noted = ticket;
    end_change(c, e);
}

static void set_one(struct call *k, const char *name, const struct json *value,
                    const struct json *with)
{
    struct change c = {.k = k, .name = name ? name : ""};
    const struct json *of = json_get(with, "property");
    const char *code, *property = json_string(of);
    char text[256];
    double priority = OPERATOR_PRIORITY;
    if (!name || !value)
        item_error(k, c.name, "bad-request", "set: name and value");
    else if (of && !property && !json_null(of))
        item_error(k, name, "bad-request", "property: a text");
    else if (!json_whole(with, "priority", 1, 16, &priority))
        item_error(k, name, "bad-request", "priority: 1 to 16");
    else if (!point_find(k->db, name, &c.p, &code, text))
        item_error(k, name, code, text);
    else if (property && property_by_name(property, strlen(property)) != P_present_value)
        set_property(&c, property, value);
    else if (c.p.object != DB_NONE && oid_type(db_oid(k->db, c.p.object)) == OT_schedule)
        set_program(&c, value);
    else
        set_point(&c, value, priority);
}

static enum end cmd_set(struct call *k)
{
    const struct json *many = json_get(k->req, "values");
    jw_open(&k->out, '{');
    jw_key(&k->out, "values");
    jw_open(&k->out, '[');
    if (json_object(many)) {
        for (const struct json *j = json_first(many); j; j = json_next(j))
            set_one(k, json_key(j), j, k->req);
    } else if (json_array(many)) {
        for (const struct json *j = json_first(many); j; j = json_next(j))
            set_one(k, json_string(json_get(j, "name")), json_get(j, "value"), j);
    } else {
        set_one(k, json_string(json_get(k->req, "name")), json_get(k->req, "value"), k->req);
    }
    jw_close(&k->out, ']');
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end take_or_give(struct call *k, bool manual)
{
    struct change c = {.k = k, .name = json_string(json_get(k->req, "name"))};
    static const struct origin by = {BY_OPERATOR, 0, NULL};
    const char *code;
    double v = 0;
    if (!c.name)
        return call_fail(k, "bad-request", "name is missing");
    if (!point_find(k->db, c.name, &c.p, &code, k->text)) {
        k->code = code;
        return END_FAILED;
    }
    if (c.p.variable == DB_NONE)
        return call_fail(k, "no-variable", "'%.80s' shows no variable", c.name);
    const struct json *value = json_get(k->req, "value");
    if (manual && !value)
        v = point_value(k->db, &c.p);           /* as it is now */
    else if (manual && !point_parse(k->db, &c.p, value, &v))
        return call_fail(k, "bad-value", "not a value or state of '%.80s'", c.name);
    jw_open(&k->out, '{');
    jw_key(&k->out, "values");
    jw_open(&k->out, '[');
    begin_change(&c, manual ? AUDIT_MANUAL : AUDIT_AUTO);
    bac_err e = BAC_OK;
    if (manual)
        e = values_manual(k->db, c.p.variable, v, &by);
    else
        values_auto(k->db, c.p.variable, &by);
    print_point(k->db, &c.p, e ? v : point_value(k->db, &c.p), c.note.now);
    end_change(&c, e);
    jw_close(&k->out, ']');
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end cmd_manual(struct call *k) { return take_or_give(k, true); }
static enum end cmd_auto(struct call *k) { return take_or_give(k, false); }

/* ---- list ---- */

/* Shown by that device, whichever of a variable's objects it is. */
static bool shown_by(const struct db *db, const struct point *p, uint32_t device)
{
    for (uint32_t i = 0, n = point_objects(db, p); i < n; i++)
        if (le16_get(db->img.objects[point_object(db, p, i)].device) == device)
            return true;
    return false;
}

static bool wanted(const struct db *db, const struct point *p, const char *pattern, uint32_t device)
{
    struct span s = p->variable != DB_NONE ? img_text(&db->img, db->img.variables[p->variable].name)
                                           : db_name(db, p->object);
    if (device != DB_NONE && !shown_by(db, p, device))
        return false;
    if (!pattern || pattern_matches(pattern, (const char *)s.p, s.n))
        return true;
    if (p->object == DB_NONE)
        return false;
    s = db_name(db, p->object);
    return pattern_matches(pattern, (const char *)s.p, s.n);
}

static enum end cmd_list(struct call *k)
{
    const char *pattern = json_string(json_get(k->req, "pattern"));
    double offset = 0, limit = LIST_DEFAULT;
    uint32_t d, i, n = 0;
    struct point p;
    if (!json_whole(k->req, "offset", 0, UINT32_MAX, &offset) ||
        !json_whole(k->req, "limit", 1, LIST_MOST, &limit))
        return call_fail(k, "bad-request", "offset from 0, limit from 1 to %d", LIST_MOST);
    if (!call_device(k, "device", &d))
        return END_FAILED;
    jw_open(&k->out, '{');
    jw_key(&k->out, "values");
    jw_open(&k->out, '[');
    for (i = (uint32_t)offset; i < point_count(k->db) && n < (uint32_t)limit; i++) {
        if (k->out.len > ANSWER_MAX / 2 || i - (uint32_t)offset == LOOKED_AT)
            break;
        if (!point_at(k->db, i, &p) || !wanted(k->db, &p, pattern, d))
            continue;
        point_write(k->db, &p, &k->out);
        n++;
    }
    jw_close(&k->out, ']');
    jw_key(&k->out, "next");
    if (i < point_count(k->db))
        jw_count(&k->out, i);
    else
        jw_null(&k->out);
    jw_close(&k->out, '}');
    return END_DONE;
}

const struct command_row value_commands[] = {
    {"get", cmd_get},   {"set", cmd_set},   {"manual", cmd_manual}, {"auto", cmd_auto},
    {"list", cmd_list}, {"subscribe", events_subscribe}, {"unsubscribe", events_unsubscribe},
    {NULL, NULL},
};
