/* What of its datatype's values a writable property takes: the restrictions of an EPICS (135.1 clause 4),
 * the range restrictions of a PICS. runtime/object/prop_write.c refuses the others. */
#include <math.h>
#include <string.h>

#include "compiler/epics.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/print.h"
#include "schemas/tag.h"

/* NAN: no bound; `words`: where the bound is another property, or there is none to be told in numbers. */
static const struct limit { uint16_t property; double low, high; const char *words; } limits[] = {
    {P_present_value, NAN, NAN, "within the range or the states of its variable"},
    {P_relinquish_default, NAN, NAN, "as present-value"},
    {P_alarm_values, NAN, NAN, "any state of its variable"},
    {P_fault_values, NAN, NAN, "any state of its variable"},
    {P_min_pres_value, NAN, NAN, "not above max-pres-value"},
    {P_max_pres_value, NAN, NAN, "not below min-pres-value"},
    {P_fault_high_limit, NAN, NAN, "not below fault-low-limit"},
    {P_fault_low_limit, NAN, NAN, "not above fault-high-limit"},
    {P_cov_increment, 0, NAN, NULL},
    {P_client_cov_increment, 0, NAN, NULL},
    {P_deadband, 0, NAN, NULL},
    {P_notification_class, 0, BACNET_INSTANCE_WILDCARD, NULL},
    {P_priority, 0, 255, NULL},
    {P_priority_for_writing, 1, 16, "1 .. 16 without 6"},
    {P_buffer_size, 2, PROP_RECORDS_MAX, NULL},
    {P_record_count, 0, 0, NULL},
    {P_log_interval, NAN, NAN, "0 where logging is by COV, else more"},
    {P_backup_failure_timeout, 1, 65535, NULL},
    {P_fd_subscription_lifetime, 1, 65535, NULL},
};

static const struct limit *limit_of(uint32_t property)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].property == property)
            return &limits[i];
    return NULL;
}

bool statement_range(struct buf *b, uint32_t property)
{
    const struct limit *l = limit_of(property);
    if (!l)
        return false;
    if (l->words)
        buf_str(b, l->words);
    else if (isnan(l->high))
        buf_printf(b, "%.0f or more", l->low);
    else if (l->low < l->high)
        buf_printf(b, "%.0f .. %.0f", l->low, l->high);
    else
        buf_printf(b, "%.0f", l->low);
    return true;
}

/* ---- of one object ---- */

static bool constant(const struct image *img, uint32_t object, uint32_t property, double *out)
{
    struct img_value v;
    if (!img_const(img, object, property, &v))
        return false;
    struct rd r = rd_of(v.octets, v.n);
    if (rd_is(&r, APP, TAG_real))
        *out = (double)rd_real(&r, APP);
    else if (rd_is(&r, APP, TAG_unsigned))
        *out = rd_unsigned(&r, APP);
    else if (rd_is(&r, APP, TAG_enumerated))
        *out = rd_enumerated(&r, APP);
    else
        return false;
    return rd_ok(&r);
}

static const struct img_variable *variable_of(const struct image *img, uint32_t object)
{
    uint32_t v = le32_get(img->objects[object].variable);
    return v == IMG_NONE ? NULL : &img->variables[v];
}

/* Whole numbers that variables of the type hold. */
static bool type_range(uint8_t type, double *low, double *high)
{
    static const struct { double low, high; } of[VAR_TYPES] = {
        [VT_bool] = {0, 1}, [VT_sint] = {-128, 127}, [VT_int] = {-32768, 32767}, [VT_dint] = {-2147483648.0, 2147483647.0},
        [VT_usint] = {0, 255}, [VT_uint] = {0, 65535}, [VT_udint] = {0, 4294967295.0},
        [VT_byte] = {0, 255}, [VT_word] = {0, 65535}, [VT_dword] = {0, 4294967295.0},
    };
    *low = of[type].low;
    *high = of[type].high;
    return of[type].high != 0;
}

/* The REAL nearest to v of those that are not above it, or not below. */
static double real_within(double v, bool above)
{
    float f = (float)v;
    if (above ? (double)f < v : (double)f > v)
        f = nextafterf(f, above ? INFINITY : -INFINITY);
    return (double)f;
}

static void number(struct buf *b, double v, bool real)
{
    if (real)
        epics_real(b, (float)v);
    else
        buf_printf(b, "%.0f", v);
}

struct bounds { double low, high; bool real, whole; };

static void print(struct buf *b, const struct bounds *s)
{
    const char *before = " <";
    if (!isnan(s->low)) {
        buf_printf(b, "%sminimum: ", before);
        number(b, s->low, s->real);
        before = "; ";
    }
    if (!isnan(s->high)) {
        buf_printf(b, "%smaximum: ", before);
        number(b, s->high, s->real);
        before = "; ";
    }
    if (s->real && s->whole) {
        buf_printf(b, "%sresolution: 1.0", before);
        before = "; ";
    }
    if (*before == ';')
        buf_char(b, '>');
}

/* Does the variable take the number? */
static bool taken_by(const struct img_variable *v, double value)
{
    double low, high;
    if (type_range(v->type, &low, &high) && (value < low || value > high))
        return false;
    return !(value < le64_real(v->low)) && !(value > le64_real(v->high));
}

/* Without a set of states the variable's numbers are those on the wire. */
static struct bounds numbers(const struct img_variable *v, double n)
{
    struct bounds s = {1, n, false, false};
    double low, high;
    if (!v)
        return s;
    if (type_range(v->type, &low, &high)) {
        s.low = fmax(s.low, low);
        s.high = fmin(s.high, high);
    }
    s.low = fmax(s.low, ceil(le64_real(v->low)));       /* NaN: not given; the other one counts */
    s.high = fmin(s.high, floor(le64_real(v->high)));
    return s;
}

/* States: from .. to, or some of these; `any`, or those that the variable takes of a client. */
static void states(struct buf *b, const struct image *img, uint32_t object, bool any)
{
    const struct img_variable *v = variable_of(img, object);
    uint32_t set = v ? le32_get(v->states) : IMG_NONE, taken = 0;
    struct bounds s = {NAN, NAN, false, false};
    struct buf only = {.arena = b->arena};
    double n;
    if (!constant(img, object, P_number_of_states, &n))
        return;
    if (set == IMG_NONE)
        s = numbers(any ? NULL : v, n);
    for (uint32_t i = 0; set != IMG_NONE && i < le32_get(img->state_sets[set].count); i++) {
        const struct img_state *x = &img->states[le32_get(img->state_sets[set].first) + i];
        uint32_t wire = le32_get(x->wire);
        if (!wire || wire > n || (!any && !taken_by(v, (int32_t)le32_get(x->value))))
            continue;
        if (only.n <= EPICS_LINE)
            buf_printf(&only, "%s%u", taken ? "," : "", wire);
        s.low = taken ? s.low : wire;
        s.high = wire;
        taken++;
    }
    if (!taken || s.high - s.low + 1 == taken || only.n > EPICS_LINE / 2) {
        print(b, &s);
        return;
    }
    buf_str(b, " <only: ");
    buf_bytes(b, only.s, only.n);
    buf_char(b, '>');
}

/* Analog values: the range, and what the variable behind can hold. */
static struct bounds analog(const struct image *img, uint32_t object)
{
    const struct img_variable *v = variable_of(img, object);
    struct bounds s = {NAN, NAN, true, false};
    double low, high;
    if (v && type_range(v->type, &low, &high)) {
        s.low = real_within(low, true);
        s.high = real_within(high, false);
        s.whole = true;
    }
    if (constant(img, object, P_min_pres_value, &low) && !(low < s.low))
        s.low = low;
    if (constant(img, object, P_max_pres_value, &high) && !(high > s.high))
        s.high = high;
    return s;
}

void statement_limits(struct buf *b, const struct image *img, uint32_t object, const struct prop_def *def)
{
    unsigned present = obj_def(oid_type(le32_get(img->objects[object].oid)))->present;
    const struct limit *l = limit_of(def->property);
    struct bounds s = {l ? l->low : NAN, l ? l->high : NAN, def->type == DT_real || def->type == DT_client_cov, false};
    double type;
    switch (def->property) {
    case P_present_value: case P_relinquish_default: case P_alarm_values: case P_fault_values:
        if (present == DT_unsigned)
            states(b, img, object, def->property == P_alarm_values || def->property == P_fault_values);
        if (present != DT_real)
            return;
        s = analog(img, object);
        break;
    case P_min_pres_value: (void)constant(img, object, P_max_pres_value, &s.high); break;
    case P_max_pres_value: (void)constant(img, object, P_min_pres_value, &s.low); break;
    case P_fault_high_limit: (void)constant(img, object, P_fault_low_limit, &s.low); break;
    case P_fault_low_limit: (void)constant(img, object, P_fault_high_limit, &s.high); break;
    case P_priority_for_writing: buf_str(b, " <only: 1,2,3,4,5,7,8,9,10,11,12,13,14,15,16>"); return;
    case P_log_interval:
        if (!constant(img, object, P_logging_type, &type))
            break;
        s.low = type == LT_cov ? 0 : 1;
        s.high = type == LT_cov ? 0 : NAN;
        break;
    default: break;
    }
    print(b, &s);
}
