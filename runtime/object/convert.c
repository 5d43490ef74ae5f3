/* See convert.h. */
#include "runtime/object/convert.h"

#include <math.h>

#include "runtime/object/prop.h"

enum datatype convert_type(const struct db *db, uint32_t object)
{
    return (enum datatype)db->shapes[le16_get(db->img.objects[object].shape)].def->present;
}

static const struct img_variable *variable_of(const struct db *db, uint32_t object)
{
    uint32_t v = db_variable(db, object);
    return v == IMG_NONE ? NULL : &db->img.variables[v];
}

static bool reversed(const struct db *db, uint32_t object)
{
    return le16_get(db->img.objects[object].flags) & IMG_OBJ_REVERSE;
}

/* States are ascending by their wire number and mostly contiguous: guess, then look. */
static const struct img_state *by_value(const struct db *db, const struct img_state_set *s, int64_t v)
{
    const struct img_state *states = &db->img.states[le32_get(s->first)];
    uint32_t n = le32_get(s->count);
    int64_t guess = n ? v - (int32_t)le32_get(states[0].value) : -1;
    if (guess >= 0 && guess < n && (int32_t)le32_get(states[guess].value) == v)
        return &states[guess];
    for (uint32_t i = 0; i < n; i++)
        if ((int32_t)le32_get(states[i].value) == v)
            return &states[i];
    return NULL;
}

static const struct img_state *by_wire(const struct db *db, const struct img_state_set *s, uint32_t w)
{
    const struct img_state *states = &db->img.states[le32_get(s->first)];
    uint32_t lo = 0, hi = le32_get(s->count);
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2, at = le32_get(states[mid].wire);
        if (at == w)
            return &states[mid];
        if (at < w)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static const struct img_state_set *set_of(const struct db *db, const struct img_variable *v)
{
    return v && le32_get(v->states) != IMG_NONE ? &db->img.state_sets[le32_get(v->states)] : NULL;
}

static enum reliability state_to_wire(const struct db *db, uint32_t object, double value,
                                      uint32_t *wire)
{
    const struct img_state_set *set = set_of(db, variable_of(db, object));
    uint32_t n;
    if (value != floor(value) || value < INT32_MIN || value > INT32_MAX)
        return REL_multi_state_out_of_range;
    if (set) {
        const struct img_state *s = by_value(db, set, (int64_t)value);
        if (!s)
            return REL_multi_state_out_of_range;
        *wire = le32_get(s->wire);
        return REL_no_fault_detected;
    }
    if (value < 1 || (prop_unsigned(db, object, P_number_of_states, &n) && value > n))
        return REL_multi_state_out_of_range;
    *wire = (uint32_t)value;
    return REL_no_fault_detected;
}

enum reliability convert_to_wire(const struct db *db, uint32_t object, double value, uint32_t *wire)
{
    if (!isfinite(value))
        return REL_unreliable_other;
    switch (convert_type(db, object)) {
    case DT_real:
        if (!isfinite((float)value))
            return value > 0 ? REL_over_range : REL_under_range;
        *wire = pv_of_real((float)value);
        return REL_no_fault_detected;
    case DT_enumerated:
        *wire = (value != 0) != reversed(db, object);
        return REL_no_fault_detected;
    case DT_unsigned: return state_to_wire(db, object, value, wire);
    default: return REL_no_fault_detected;
    }
}

bool convert_range(uint8_t type, double *low, double *high)
{
    static const double lo[VAR_TYPES] = {
        [VT_sint] = -128, [VT_int] = -32768, [VT_dint] = -2147483648.0, [VT_schedule_int] = -2147483648.0,
    };
    static const double hi[VAR_TYPES] = {
        [VT_bool] = 1, [VT_sint] = 127, [VT_int] = 32767, [VT_dint] = 2147483647.0,
        [VT_usint] = 255, [VT_uint] = 65535, [VT_udint] = 4294967295.0,
        [VT_byte] = 255, [VT_word] = 65535, [VT_dword] = 4294967295.0,
        [VT_schedule_bool] = 1, [VT_schedule_int] = 4294967295.0,
    };
    if (type >= VAR_TYPES || hi[type] == 0)
        return false;                                        /* REAL, LREAL */
    *low = lo[type];
    *high = hi[type];
    return true;
}

bac_err convert_fit(uint8_t type, double *value)
{
    double low, high, v = round(*value) + 0.0;                 /* never -0 */
    if (!convert_range(type, &low, &high)) {
        bool holds = type == VT_lreal ? isfinite(*value) : isfinite((float)*value);
        return holds ? BAC_OK : BAC_ERR(property, value_out_of_range);
    }
    if (v < low || v > high)
        return BAC_ERR(property, value_out_of_range);
    *value = v;
    return BAC_OK;
}

bool convert_holds(uint8_t type, double value)
{
    double held = value;
    return !convert_fit(type, &held) && held == value;
}

bool convert_put(enum datatype type, double value, struct wr *w)
{
    bool whole = value >= 0 && value <= UINT32_MAX && value == floor(value);
    if (type == DT_real)
        wr_real(w, APP, (float)value);
    else if (whole && type == DT_enumerated)
        wr_enumerated(w, APP, (uint32_t)value);
    else if (whole)
        wr_unsigned(w, APP, (uint32_t)value);
    return type == DT_real || whole;
}

bool convert_from_state(const struct db *db, uint32_t variable, double wire, double *value)
{
    const struct img_variable *v = variable == IMG_NONE ? NULL : &db->img.variables[variable];
    const struct img_state_set *set = set_of(db, v);
    const bool whole = v && v->type == VT_schedule_int && wire == floor(wire) && wire >= 0 && wire <= UINT32_MAX;
    const struct img_state *s = set && whole ? by_wire(db, set, (uint32_t)wire) : NULL;
    if (s)
        *value = (int32_t)le32_get(s->value);
    return s;
}

bac_err convert_from_wire(const struct db *db, uint32_t object, uint32_t wire, double *value)
{
    const struct img_variable *v = variable_of(db, object);
    const struct img_state_set *set = set_of(db, v);
    double low, high;
    switch (convert_type(db, object)) {
    case DT_real:
        *value = (double)pv_real(wire);
        if (v && convert_range(v->type, &low, &high) && (float)*value == (float)high)
            *value = high;              /* 4294967295 is 4294967296 as a REAL */
        break;
    case DT_enumerated: *value = (wire != 0) != reversed(db, object); break;
    case DT_unsigned:
        *value = wire;
        if (set) {
            const struct img_state *s = by_wire(db, set, wire);
            if (!s)
                return BAC_ERR(property, value_out_of_range);
            *value = (int32_t)le32_get(s->value);
        }
        break;
    default: return BAC_ERR(property, value_out_of_range);
    }
    return v ? convert_fit(v->type, value) : BAC_OK;
}

uint32_t convert_held(const struct db *db, uint32_t object, uint32_t wire)
{
    double value;
    return convert_type(db, object) == DT_real && !convert_from_wire(db, object, wire, &value)
           ? pv_of_real((float)value)
           : wire;
}

void convert_encode(enum datatype type, uint32_t wire, struct wr *w)
{
    if (type == DT_real)
        wr_real(w, APP, pv_real(wire));
    else if (type == DT_enumerated)
        wr_enumerated(w, APP, wire);
    else
        wr_unsigned(w, APP, wire);
}

uint32_t convert_decode(enum datatype type, struct rd *r)
{
    if (type == DT_real)
        return pv_of_real(rd_real(r, APP));
    return type == DT_enumerated ? rd_enumerated(r, APP) : rd_unsigned(r, APP);
}

void convert_keep(const struct db *db, uint32_t object, uint32_t wire, struct wr *w)
{
    enum datatype type = convert_type(db, object);
    double value;
    if (type == DT_unsigned && set_of(db, variable_of(db, object)) && !convert_from_wire(db, object, wire, &value))
        wr_integer(w, APP, (int32_t)value);
    else
        convert_encode(type, wire, w);
}

bool convert_kept(const struct db *db, uint32_t object, struct rd *r, uint32_t *wire)
{
    if (convert_type(db, object) == DT_unsigned && rd_is(r, APP, TAG_integer))
        return convert_to_wire(db, object, rd_integer(r, APP), wire) == REL_no_fault_detected;
    *wire = convert_decode(convert_type(db, object), r);
    return true;
}

bool convert_kept_fits(const struct db *db, uint32_t object, struct span kept, unsigned n)
{
    struct rd r = rd_of(kept.p, kept.n);
    const bool array = n > 1;
    uint32_t wire;
    while (n-- && rd_ok(&r))
        if (rd_is(&r, APP, TAG_null))
            rd_null(&r, APP);
        else
            (void)convert_kept(db, object, &r, &wire);      /* a state that is no more is no damage */
    if (array && rd_is(&r, APP, TAG_unsigned))
        (void)rd_unsigned(&r, APP);                         /* which slots are schedules'          */
    return rd_end(&r);
}

uint32_t convert_feedback(const struct db *db, uint32_t object)
{
    uint32_t alarm = le32_get(db->img.objects[object].alarm), wire = db->live[object].pv;
    uint32_t v = alarm == IMG_NONE ? IMG_NONE : le32_get(db->img.alarms[alarm].feedback);
    if (v != IMG_NONE && convert_to_wire(db, object, db->cells[v].value, &wire))
        return 0;
    return wire;
}
