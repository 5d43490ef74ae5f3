/* See event.h: the algorithms, as functions of an object's values and parameters alone. */
#include <math.h>

#include "runtime/engine/event.h"
#include "runtime/object/convert.h"

enum { LOW_ENABLE = 1, HIGH_ENABLE = 2 };

struct range { float high, low, deadband; uint64_t enable; };

static struct range range_of(const struct db *db, uint32_t object)
{
    struct range r = {0, 0, 0, 0};
    (void)prop_real(db, object, P_high_limit, &r.high);
    (void)prop_real(db, object, P_low_limit, &r.low);
    (void)prop_real(db, object, P_deadband, &r.deadband);
    (void)prop_bits(db, object, P_limit_enable, &r.enable);
    return r;
}

/* 13.3.6. Equality never triggers. */
static enum event_state out_of_range(float v, const struct range *r, enum event_state alg,
                                     bool *at_once)
{
    bool high = r->enable & HIGH_ENABLE && v > r->high, low = r->enable & LOW_ENABLE && v < r->low;
    if (alg == ES_high_limit) {
        *at_once = !(r->enable & HIGH_ENABLE);
        if (low && !*at_once)
            return ES_low_limit;
        return *at_once || v < r->high - r->deadband ? ES_normal : ES_high_limit;
    }
    if (alg == ES_low_limit) {
        *at_once = !(r->enable & LOW_ENABLE);
        if (high && !*at_once)
            return ES_high_limit;
        return *at_once || v > r->low + r->deadband ? ES_normal : ES_low_limit;
    }
    return high ? ES_high_limit : low ? ES_low_limit : ES_normal;
}

static bool listed(const struct db *db, uint32_t object, uint32_t property, uint32_t value)
{
    struct span s;
    if (!prop_value(db, object, property, &s))
        return false;
    struct rd r = rd_of(s.p, s.n);
    while (rd_left(&r) && rd_ok(&r))
        if (rd_unsigned(&r, APP) == value && rd_ok(&r))
            return true;
    return false;
}

/* 13.3.2. */
static bool alarming(const struct db *db, uint32_t object)
{
    uint32_t v = db->live[object].pv, alarm;
    if (convert_type(db, object) == DT_unsigned)
        return listed(db, object, P_alarm_values, v);
    return prop_unsigned(db, object, P_alarm_value, &alarm) && alarm == v;
}

static void limits(const struct db *db, uint32_t object, enum event_state alg, struct verdict *v)
{
    struct range r = range_of(db, object);
    float pv = pv_real(v->said.value);
    v->state = out_of_range(pv, &r, alg, &v->at_once);
    enum event_state exceeded = v->state == ES_normal ? alg : v->state;
    v->left = (alg == ES_high_limit && pv < r.high - r.deadband) || (alg == ES_low_limit && pv > r.low + r.deadband);
    v->limit = pv_of_real(alg == ES_low_limit ? r.low : r.high);
    v->said.deadband = pv_of_real(r.deadband);
    v->said.other = pv_of_real(exceeded == ES_low_limit ? r.low : r.high);
}

struct verdict event_rule(const struct db *db, uint32_t object, enum event_state alg)
{
    const struct shape *s = &db->shapes[le16_get(db->img.objects[object].shape)];
    struct verdict v = {.state = ES_normal, .said = {.type = s->def->event_type,
                        .value = db->live[object].pv,
                        .reliability = db->live[object].reliability}};
    bool inhibited = false;
    switch (s->def->event_type) {
    case EV_out_of_range: limits(db, object, alg, &v); break;
    case EV_change_of_state: v.state = alarming(db, object) ? ES_offnormal : ES_normal; break;
    case EV_command_failure:
        v.said.other = convert_feedback(db, object);
        v.state = v.said.other == v.said.value ? ES_normal : ES_offnormal;
        break;
    default: break;
    }
    if (prop_boolean(db, object, P_event_algorithm_inhibit, &inhibited) && inhibited) {
        v.state = ES_normal;                    /* 13.2.2.1: at once, whatever the delays */
        v.at_once = true;
    }
    return v;
}

enum reliability event_fault(const struct db *db, uint32_t object)
{
    uint32_t pv = db->live[object].pv;
    float limit;
    enum datatype type = convert_type(db, object);
    if (type == DT_real && prop_real(db, object, P_fault_high_limit, &limit) && pv_real(pv) > limit)
        return REL_over_range;
    if (type == DT_real && prop_real(db, object, P_fault_low_limit, &limit) && pv_real(pv) < limit)
        return REL_under_range;
    if (type == DT_unsigned && listed(db, object, P_fault_values, pv))
        return REL_multi_state_fault;
    return REL_no_fault_detected;
}

/* The project's delays are exact to the millisecond until a client writes the property, which
 * counts seconds. */
uint64_t event_delay(const struct db *db, uint32_t object, enum event_state to)
{
    const struct img_alarm *a = alarm_point(db, object);
    uint32_t seconds = 0, exact = 0;
    bool normal = to == ES_normal && prop_unsigned(db, object, P_time_delay_normal, &seconds);
    if (!normal)
        (void)prop_unsigned(db, object, P_time_delay, &seconds);
    if (a)
        exact = le32_get(normal ? a->delay_normal : a->delay);
    return exact / 1000 + (exact % 1000 != 0) == seconds ? exact : (uint64_t)seconds * 1000;
}
