/* Names of points and what they hold, as the control socket sees them. A point is a variable, or an
 * object with a Present_Value that shows no variable. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "runtime/control/names.h"
#include "runtime/object/convert.h"
#include "runtime/object/values.h"

const char *device_state_name(uint8_t state)
{
    static const char *const names[] = {"stopped", "running", "configuration-error"};
    return state < 3 ? names[state] : "unknown";
}

const char *quality_name(uint32_t r)
{
    static const char *const names[] = {
        "good", "no-sensor", "over-range", "under-range", "open-loop", "shorted-loop", "no-output",
        "unreliable", "process-error", "multi-state-fault", "configuration-error", NULL,
        "communication-failure", "member-fault", "monitored-object-fault", "tripped", "lamp-failure",
        "activation-failure", "renew-dhcp-failure", "renew-fd-registration-failure",
        "restart-auto-negotiation-failure", "restart-failure", "proprietary-command-failure",
        "faults-listed", "referenced-object-fault", "multi-state-out-of-range",
    };
    return r < sizeof names / sizeof *names && names[r] ? names[r] : "unreliable";
}

const char *writer_name(uint32_t who)
{
    static const char *const names[] = {"start", "source", "client", "operator", "schedule", "engine"};
    return who < sizeof names / sizeof *names ? names[who] : "unknown";
}

static bool has_value(const struct db *db, uint32_t object)
{
    return db_slot(db, object, P_present_value) && convert_type(db, object) != DT_null;
}

static struct point point_of_object(const struct db *db, uint32_t object)
{
    uint32_t v = db_variable(db, object);
    return (struct point){v == IMG_NONE ? DB_NONE : v, object};
}

bool device_find(const struct db *db, const char *name, uint32_t *device)
{
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    bool is_number = *name >= '0' && *name <= '9' && !*end;
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        const struct device *d = &db->devices[i];
        struct span handle = img_text(&db->img, d->img->handle), full = db_name(db, d->object);
        if ((is_number && number == d->instance) ||
            (handle.n == strlen(name) && !memcmp(handle.p, name, handle.n)) ||
            (full.n == strlen(name) && !memcmp(full.p, name, full.n))) {
            *device = i;
            return true;
        }
    }
    return false;
}

static bool oid_of(const char *text, uint32_t *oid)
{
    const char *comma = strchr(text, ',');
    char *end;
    long type = comma ? object_type_by_name(text, (size_t)(comma - text)) : -1;
    if (comma && type < 0 && *text >= '0' && *text <= '9') {
        type = strtol(text, &end, 10);
        type = end == comma && type < 1024 ? type : -1;
    }
    if (type < 0 || comma[1] < '0' || comma[1] > '9')
        return false;
    unsigned long instance = strtoul(comma + 1, &end, 10);
    if (*end || instance > BACNET_INSTANCE_MAX)
        return false;
    *oid = OID(type, instance);
    return true;
}

/* In one device; DB_NONE: not there. */
static uint32_t object_in(const struct device *d, const char *text)
{
    uint32_t oid;
    uint32_t object = db_find_name(d, text, strlen(text));
    if (object == DB_NONE && oid_of(text, &oid))
        object = db_find(d, oid);
    return object;
}

static uint32_t object_anywhere(const struct db *db, const char *name, unsigned *hits)
{
    uint32_t found = DB_NONE;
    *hits = 0;
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        uint32_t object = object_in(&db->devices[i], name);
        if (object == DB_NONE)
            continue;
        found = found == DB_NONE ? object : found;
        ++*hits;
    }
    return found;
}

/* `device:object`; either part may hold colons of its own. */
static uint32_t object_of_device(const struct db *db, const char *name)
{
    char device[256];
    uint32_t index;
    for (const char *colon = strchr(name, ':'); colon; colon = strchr(colon + 1, ':')) {
        size_t n = (size_t)(colon - name);
        if (n >= sizeof device)
            break;
        memcpy(device, name, n);
        device[n] = 0;
        if (!device_find(db, device, &index))
            continue;
        uint32_t object = object_in(&db->devices[index], colon + 1);
        if (object != DB_NONE)
            return object;
    }
    return DB_NONE;
}

bool point_find(const struct db *db, const char *name, struct point *p, const char **code,
                char text[256])
{
    unsigned hits;
    uint32_t v = img_find_variable(&db->img, name, strlen(name));
    if (v != IMG_NONE) {
        const struct img_variable *var = &db->img.variables[v];
        *p = (struct point){v, le16_get(var->n_objects) ? img_shown_by(&db->img, var, 0) : DB_NONE};
        return true;
    }
    uint32_t object = object_anywhere(db, name, &hits);
    if (hits > 1) {
        *code = "ambiguous-name";
        snprintf(text, 256, "'%.80s' is in %u devices; say device:object", name, hits);
        return false;
    }
    if (object == DB_NONE)
        object = object_of_device(db, name);
    if (object == DB_NONE) {
        *code = "unknown-name";
        snprintf(text, 256, "there is no variable or object '%.120s'", name);
        return false;
    }
    *p = point_of_object(db, object);
    return true;
}

uint32_t point_objects(const struct db *db, const struct point *p)
{
    return p->variable == DB_NONE ? 1 : le16_get(db->img.variables[p->variable].n_objects);
}

uint32_t point_object(const struct db *db, const struct point *p, uint32_t i)
{
    return p->variable == DB_NONE ? p->object : img_shown_by(&db->img, &db->img.variables[p->variable], i);
}

uint32_t point_count(const struct db *db) { return db->img.n_variables + db->img.n_objects; }

bool point_at(const struct db *db, uint32_t i, struct point *p)
{
    uint32_t nv = db->img.n_variables;
    if (i < nv) {
        const struct img_variable *v = &db->img.variables[i];
        *p = (struct point){i, le16_get(v->n_objects) ? img_shown_by(&db->img, v, 0) : DB_NONE};
        return true;
    }
    *p = point_of_object(db, i - nv);
    return p->variable == DB_NONE && has_value(db, p->object);
}

uint32_t point_number(const struct db *db, const struct point *p)
{
    return p->variable != DB_NONE ? p->variable : db->img.n_variables + p->object;
}

void point_name(const struct db *db, const struct point *p, struct wr *w)
{
    struct span s = p->variable != DB_NONE ? img_text(&db->img, db->img.variables[p->variable].name)
                                           : db_name(db, p->object);
    jw_bytes(w, s.p, s.n);
}

double point_value(const struct db *db, const struct point *p)
{
    if (p->variable != DB_NONE)
        return db->cells[p->variable].value;
    uint32_t pv = db->live[p->object].pv;
    return convert_type(db, p->object) == DT_real ? (double)pv_real(pv) : pv;
}

static bool is_bool(const struct db *db, const struct point *p)
{
    if (p->variable == DB_NONE)
        return convert_type(db, p->object) == DT_enumerated;
    uint8_t type = db->img.variables[p->variable].type;
    return type == VT_bool || type == VT_schedule_bool;
}

void point_value_json(const struct db *db, const struct point *p, double value, struct wr *w)
{
    if (is_bool(db, p))
        jw_bool(w, value != 0);
    else
        jw_number(w, value);
}

static const struct img_state_set *states_of(const struct db *db, const struct point *p)
{
    uint32_t set = p->variable == DB_NONE ? IMG_NONE
                                          : le32_get(db->img.variables[p->variable].states);
    return set == IMG_NONE ? NULL : &db->img.state_sets[set];
}

/* The words of an object that has no variable with states: State_Text[n], Active_Text ... */
static bool object_text(const struct db *db, uint32_t object, uint32_t n, struct span *text)
{
    struct span all;
    uint8_t charset;
    enum datatype type = convert_type(db, object);
    uint32_t property = type == DT_unsigned ? P_state_text : n ? P_active_text : P_inactive_text;
    if (type == DT_real || (type == DT_unsigned && !n) || !prop_value(db, object, property, &all))
        return false;
    struct rd r = rd_of(all.p, all.n);
    for (uint32_t i = 1; type == DT_unsigned && i < n && rd_left(&r); i++)
        (void)rd_element(&r);
    *text = rd_string(&r, APP, &charset);
    return rd_ok(&r);
}

bool point_text(const struct db *db, const struct point *p, double value, struct span *text)
{
    const struct img_state_set *set = states_of(db, p);
    if (set) {
        const struct img_state *s = &db->img.states[le32_get(set->first)];
        for (uint32_t i = 0; i < le32_get(set->count); i++)
            if ((double)(int32_t)le32_get(s[i].value) == value) {
                *text = img_text(&db->img, s[i].text);
                return true;
            }
        return false;
    }
    if (p->object == DB_NONE || value < 0 || value > UINT16_MAX)
        return false;
    return p->variable == DB_NONE && object_text(db, p->object, (uint32_t)value, text);
}

static void say_state(double value, struct span text, struct wr *w)
{
    jw_open(w, '{');
    jw_key(w, "value");
    jw_number(w, value);
    jw_key(w, "text");
    jw_bytes(w, text.p, text.n);
    jw_close(w, '}');
}

void point_states(const struct db *db, const struct point *p, struct wr *w)
{
    const struct img_state_set *set = states_of(db, p);
    struct span text;
    uint32_t n = p->variable == DB_NONE && p->object != DB_NONE ? 256 : 0;
    if (!set && (!n || !(point_text(db, p, 0, &text) || point_text(db, p, 1, &text))))
        return;
    jw_key(w, "states");
    jw_open(w, '[');
    for (uint32_t i = 0; set && i < le32_get(set->count); i++) {
        const struct img_state *s = &db->img.states[le32_get(set->first) + i];
        say_state((int32_t)le32_get(s->value), img_text(&db->img, s->text), w);
    }
    for (uint32_t i = 0; !set && i < n; i++)
        if (point_text(db, p, i, &text))
            say_state(i, text, w);
    jw_close(w, ']');
}

void object_write(const struct db *db, uint32_t object, struct wr *w)
{
    uint32_t oid = db_oid(db, object);
    const char *type = object_type_name(oid_type(oid));
    jw_member_count(w, "device", db->devices[le16_get(db->img.objects[object].device)].instance);
    jw_key(w, "object");
    jw_format(w, "%s,%u", type ? type : "proprietary", oid_instance(oid));
}

static void write_objects(const struct db *db, const struct point *p, struct wr *w)
{
    const struct img_variable *v = p->variable == DB_NONE ? NULL : &db->img.variables[p->variable];
    uint32_t n = v ? le16_get(v->n_objects) : 1;
    jw_key(w, "objects");
    jw_open(w, '[');
    for (uint32_t i = 0; i < n; i++) {
        uint32_t object = v ? img_shown_by(&db->img, v, i) : p->object;
        struct span name = db_name(db, object);
        jw_open(w, '{');
        object_write(db, object, w);
        jw_key(w, "name");
        jw_bytes(w, name.p, name.n);
        jw_key(w, "flags");
        jw_count(w, prop_status_flags(db, object));
        uint32_t c = db->live[object].command;
        if (c != DB_NONE)
            jw_member_count(w, "priority", db->commands[c].active);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

/* What the project says of a variable; nothing where it does not. */
static void write_text(const struct db *db, const char *key, le32 at, struct wr *w)
{
    struct span text = img_text(&db->img, at);
    if (!text.n)
        return;
    jw_key(w, key);
    jw_bytes(w, text.p, text.n);
}

/* A Calendar's: is today one of its days? */
static void write_today(const struct db *db, uint32_t object, struct wr *w)
{
    uint8_t b[4];
    struct wr value = wr_of(b, sizeof b);
    const struct device *d = &db->devices[le16_get(db->img.objects[object].device)];
    if (oid_type(db_oid(db, object)) != OT_calendar ||
        prop_read(d, object, P_present_value, BACNET_INDEX_ALL, &value))
        return;
    struct rd r = rd_of(b, value.len);
    jw_member_bool(w, "value", rd_boolean(&r, APP));
}

void point_write(const struct db *db, const struct point *p, struct wr *w)
{
    double value = point_value(db, p);
    struct span text;
    jw_open(w, '{');
    jw_key(w, "name");
    point_name(db, p, w);
    if (p->variable == DB_NONE && !has_value(db, p->object)) {
        write_today(db, p->object, w);
        write_objects(db, p, w);
        jw_close(w, '}');
        return;
    }
    jw_key(w, "value");
    point_value_json(db, p, value, w);
    if (point_text(db, p, value, &text)) {
        jw_key(w, "text");
        jw_bytes(w, text.p, text.n);
    }
    if (p->variable != DB_NONE) {
        const struct cell *c = &db->cells[p->variable];
        const struct img_variable *v = &db->img.variables[p->variable];
        write_text(db, "unit", v->unit, w);
        write_text(db, "discipline", v->discipline, w);
        jw_member(w, "quality", quality_name(c->quality));
        jw_member(w, "mode", c->flags & CELL_MANUAL ? "manual" : "auto");
        jw_member(w, "by", writer_name(c->writer));
        jw_key(w, "time");
        jw_time(w, c->time_ms);
    } else {
        jw_member(w, "quality", quality_name(db->live[p->object].reliability));
    }
    write_objects(db, p, w);
    jw_close(w, '}');
}

static bool same_word(struct span s, const char *word)
{
    return s.n == strlen(word) && !strncasecmp((const char *)s.p, word, s.n);
}

static bool state_named(const struct db *db, const struct point *p, const char *word, double *out)
{
    const struct img_state_set *set = states_of(db, p);
    struct span text;
    for (uint32_t i = 0; set && i < le32_get(set->count); i++) {
        const struct img_state *s = &db->img.states[le32_get(set->first) + i];
        if (same_word(img_text(&db->img, s->text), word)) {
            *out = (int32_t)le32_get(s->value);
            return true;
        }
    }
    uint32_t n = 2;
    if (set || p->object == DB_NONE || p->variable != DB_NONE || convert_type(db, p->object) == DT_real)
        return false;
    (void)prop_unsigned(db, p->object, P_number_of_states, &n);
    for (uint32_t i = 0; i <= n; i++)
        if (object_text(db, p->object, i, &text) && same_word(text, word)) {
            *out = i;
            return true;
        }
    return false;
}

bool point_parse(const struct db *db, const struct point *p, const struct json *j, double *out)
{
    const char *word = json_string(j);
    bool flag;
    char *end;
    if (json_bool(j, &flag)) {
        *out = flag;
        return is_bool(db, p);
    }
    if (!word)
        return json_number(j, out) && (!is_bool(db, p) || *out == 0 || *out == 1);
    if (state_named(db, p, word, out))
        return true;
    if (is_bool(db, p) && (!strcmp(word, "true") || !strcmp(word, "false"))) {
        *out = word[0] == 't';
        return true;
    }
    *out = strtod(word, &end);
    return end != word && !*end && isfinite(*out) && (!is_bool(db, p) || *out == 0 || *out == 1);
}

/* No recursion, no backtracking beyond the last star. */
bool pattern_matches(const char *pattern, const char *s, size_t n)
{
    const char *star = NULL;
    size_t at = 0, mark = 0;
    while (at < n) {
        if (*pattern == '*') {
            star = pattern++;
            mark = at;
        } else if (*pattern == '?' || (*pattern && *pattern == s[at])) {
            pattern++;
            at++;
        } else if (star) {
            pattern = star + 1;
            at = ++mark;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}
