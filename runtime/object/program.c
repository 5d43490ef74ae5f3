/* See program.h. */
#include "runtime/object/program.h"

#include "runtime/object/convert.h"

#include <math.h>

bool program_number(struct span v, double *out)
{
    struct rd r = rd_of(v.p, v.n);
    struct tag t;
    if (!rd_tag_peek(&r, &t) || t.ctx)
        return false;
    switch (t.num) {
    case TAG_boolean: *out = rd_boolean(&r, APP); break;
    case TAG_unsigned: *out = rd_unsigned(&r, APP); break;
    case TAG_enumerated: *out = rd_enumerated(&r, APP); break;
    case TAG_integer: *out = rd_integer(&r, APP); break;
    case TAG_real: *out = (double)rd_real(&r, APP); break;
    case TAG_double: *out = rd_double(&r, APP); break;
    default: return false;
    }
    return rd_ok(&r);
}

void program_put(enum datatype want, struct span v, struct wr *w)
{
    double n;
    bool number = program_number(v, &n), whole = number && n >= 0 && n <= UINT32_MAX && n == floor(n);
    if (number && want == DT_real)
        wr_real(w, APP, (float)n);
    else if (whole && want == DT_unsigned)
        wr_unsigned(w, APP, (uint64_t)n);
    else if (whole && want == DT_enumerated)
        wr_enumerated(w, APP, (uint32_t)n);
    else if (whole && want == DT_boolean && n <= 1)
        wr_boolean(w, APP, n != 0);
    else if (number && want == DT_integer && n >= INT32_MIN && n <= INT32_MAX && n == floor(n))
        wr_integer(w, APP, (int32_t)n);
    else
        wr_bytes(w, v.p, v.n);
}

enum datatype program_takes(const struct prop_ref *ref)
{
    const struct obj_def *def = obj_def(oid_type(ref->object));
    const struct prop_def *p = def ? prop_def(def, ref->property) : NULL;
    if (!p)
        return DT_null;
    if (ref->property == P_present_value)
        return (enum datatype)def->present;
    return p->type == DT_present ? (enum datatype)def->present : (enum datatype)p->type;
}

uint8_t program_priority(const struct db *db, uint32_t object)
{
    uint32_t priority = BACNET_PRIORITY_DEFAULT;
    (void)prop_unsigned(db, object, P_priority_for_writing, &priority);
    return priority < 1 || priority > 16 ? BACNET_PRIORITY_DEFAULT : (uint8_t)priority;
}

struct rd program_references(const struct db *db, uint32_t object)
{
    struct span all = {NULL, 0};
    (void)prop_value(db, object, P_list_of_object_property_references, &all);
    return rd_of(all.p, all.n);
}

bool program_next(struct rd *r, struct prop_ref *out)
{
    if (!rd_left(r))
        return false;
    *out = rd_prop_ref(r, true);
    return rd_ok(r);
}

bool program_reference(const struct db *db, uint32_t object, uint32_t n, struct prop_ref *out)
{
    struct rd r = program_references(db, object);
    while (program_next(&r, out))
        if (!n--)
            return true;
    return false;
}

uint32_t program_target(const struct db *db, uint32_t object)
{
    uint16_t own = le16_get(db->img.objects[object].device);
    struct rd r = program_references(db, object);
    struct prop_ref ref;
    while (program_next(&r, &ref)) {
        const struct device *d = ref.property == P_present_value ? prop_ref_device(db, &ref, own) : NULL;
        uint32_t target = d ? db_find(d, ref.object) : DB_NONE;
        if (target != DB_NONE)
            return target;
    }
    return DB_NONE;
}

/* The first thing that it writes as a Present_Value is an analog object, which has no states. */
static bool writes_analog(const struct db *db, uint32_t object)
{
    struct rd r = program_references(db, object);
    struct prop_ref ref;
    while (program_next(&r, &ref))
        if (ref.property == P_present_value)
            return program_takes(&ref) == DT_real;
    return false;
}

/* The object that it writes says how it counts; where that is elsewhere, the states of its own variable do. */
double program_count(const struct db *db, uint32_t object, double n)
{
    uint32_t target = program_target(db, object);
    double as_variable;
    if (n >= 0 && n <= UINT32_MAX &&
        (target == DB_NONE ? !writes_analog(db, object) && convert_from_state(db, db_variable(db, object), n, &as_variable)
         : convert_type(db, target) != DT_real && !convert_from_wire(db, target, (uint32_t)n, &as_variable)))
        return as_variable;
    return n;
}

static unsigned default_tag(const struct db *db, uint32_t object)
{
    uint32_t v = db_variable(db, object);
    bool real = v != IMG_NONE && db->img.variables[v].type == VT_schedule_real;
    struct span s = {NULL, 0};
    struct tag t = {.num = TAG_null};
    if (prop_value(db, object, P_schedule_default, &s)) {
        struct rd r = rd_of(s.p, s.n);
        (void)rd_tag_peek(&r, &t);
    }
    return t.num != TAG_null ? t.num : real ? TAG_real : TAG_unsigned;
}

bac_err program_encode(const struct db *db, uint32_t object, double v, struct wr *w)
{
    uint32_t target = program_target(db, object), wire = 0;
    enum datatype type = target == DB_NONE ? DT_null : convert_type(db, target);
    unsigned tag = type == DT_null ? default_tag(db, object)
                   : type == DT_real ? TAG_real : type == DT_enumerated ? TAG_enumerated : TAG_unsigned;
    if (type != DT_null && type != DT_real) {
        if (convert_to_wire(db, target, v, &wire))
            return BAC_ERR(property, value_out_of_range);
        v = wire;
    }
    if (tag == TAG_boolean && (v == 0 || v == 1)) {
        wr_boolean(w, APP, v != 0);
        return BAC_OK;
    }
    return convert_put((enum datatype)tag, v, w) ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

bool program_as_variable(const struct db *db, uint32_t object, struct span value, double *out)
{
    double n;
    if (!program_number(value, &n))
        return false;
    *out = program_count(db, object, n);
    return true;
}

bool program_request(const struct db *db, uint32_t object, uint32_t reference, uint32_t instance,
                     struct wr *body)
{
    struct prop_ref ref;
    if (oid_type(db_oid(db, object)) != OT_schedule ||
        !program_reference(db, object, reference, &ref) || ref.device == TYPE_NONE ||
        oid_instance(ref.device) != instance || db->live[object].pv >= db->n_programs)
        return false;
    const struct program *p = &db->programs[db->live[object].pv];
    wr_oid(body, 0, ref.object);
    wr_enumerated(body, 1, ref.property);
    if (ref.index != BACNET_INDEX_ALL)
        wr_unsigned(body, 2, ref.index);
    wr_open(body, 3);
    program_put(program_takes(&ref), (struct span){p->value, p->n}, body);
    wr_close(body, 3);
    wr_unsigned(body, 4, program_priority(db, object));
    return true;
}

bac_err program_write(struct db *db, uint32_t object, struct span value)
{
    double n;
    struct program *p = &db->programs[db->live[object].pv];
    bool null = value.n == 1 && value.p[0] == 0;
    if (!null && !program_number(value, &n))
        return BAC_ERR(property, datatype_not_supported);
    if (value.n > PROGRAM_VALUE)
        return BAC_ERR(property, datatype_not_supported);
    memcpy(p->value, value.p, value.n);
    p->n = (uint8_t)value.n;
    p->written = true;
    db_touch(db, object);
    return BAC_OK;
}

struct entries { uint32_t n; struct span before; };

static void count_entries(struct entries *e, struct rd times)
{
    while (rd_left(&times)) {
        struct time_value v = rd_time_value(&times);
        bool midnight = !v.time.hour && !v.time.minute && !v.time.second && !v.time.hundredth;
        bool carried = midnight && e->before.p && e->before.n == v.value.n &&
                       !memcmp(e->before.p, v.value.p, v.value.n);
        if (!rd_ok(&times))
            return;
        e->n += !carried;
        e->before = v.value;
    }
}

bool program_within_limits(uint32_t property, const struct span *parts, size_t n)
{
    struct entries e = {0, {NULL, 0}};
    uint32_t exceptions = 0;
    if (property != P_weekly_schedule && property != P_exception_schedule)
        return true;
    /* a week goes round: what Sunday ends with is before Monday */
    for (unsigned turn = 0; turn < (property == P_weekly_schedule ? 2u : 1u); turn++) {
        e.n = 0;
        for (size_t i = 0; i < n; i++)
            for (struct rd r = rd_of(parts[i].p, parts[i].n); rd_left(&r);) {
                if (property == P_weekly_schedule) {
                    count_entries(&e, rd_daily_schedule(&r));
                } else {
                    (void)rd_special_event(&r);
                    exceptions++;
                }
                if (!rd_ok(&r))
                    break;
            }
    }
    return e.n <= IMG_WEEK_ENTRIES && exceptions <= IMG_EXCEPTIONS;
}
