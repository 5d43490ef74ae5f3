/* Constants of intrinsic reporting (clause 13.2) and of the Notification Class (12.21). */
#include <float.h>
#include <math.h>

#include "compiler/consts.h"

static void bits(struct wr *w, uint8_t n, uint64_t v) { wr_bits(w, APP, (struct bits){n, v}); }

/* A limit, else the variable's range, else 0 with the limit disabled. */
static void limit(struct wr *w, double alarm, double range)
{
    wr_real(w, APP, !isnan(alarm) ? (float)alarm : !isnan(range) ? (float)range : 0.0f);
}

static bool limits(const struct publication *p, uint32_t property, struct wr *w)
{
    static const struct alarm_point none = {.high = NAN, .low = NAN, .deadband = NAN, .fault_high = NAN, .fault_low = NAN};
    const struct alarm_point *own = publication_alarm(p), *a = own ? own : &none;
    switch (property) {
    case P_high_limit:
        limit(w, a->high, p->variable->high);
        return own || !isnan(p->variable->high);
    case P_low_limit:
        limit(w, a->low, p->variable->low);
        return own || !isnan(p->variable->low);
    case P_deadband:
        limit(w, a->deadband, NAN);
        return true;
    case P_limit_enable:                /* BACnetLimitEnable: low, high */
        bits(w, 2, (isnan(a->low) ? 0u : 1u) | (isnan(a->high) ? 0u : 2u));
        return true;
    case P_fault_high_limit:            /* 12.2: both or none */
        wr_real(w, APP, isnan(a->fault_high) ? FLT_MAX : (float)a->fault_high);
        return true;
    case P_fault_low_limit:
        wr_real(w, APP, isnan(a->fault_low) ? -FLT_MAX : (float)a->fault_low);
        return true;
    default:
        return false;
    }
}

/* Alarm_Value, Alarm_Values, Fault_Values: as on the wire. */
static bool states(const struct publication *p, struct str which, struct const_value *v)
{
    double *values = NULL, wire;
    uint32_t n = alarm_values(v->ctx, p->variable, which, &values);
    for (uint32_t i = 0; i < n; i++) {
        if (!wire_value(p, values[i], &wire))
            continue;
        if (v->kind == TAG_enumerated) {
            wr_enumerated(&v->w, APP, (uint32_t)wire);
            return true;
        }
        wr_unsigned(&v->w, APP, (uint64_t)wire);
    }
    if (v->kind == TAG_enumerated)      /* none given: ACTIVE is the alarm */
        wr_enumerated(&v->w, APP, 1);
    return true;
}

static uint32_t seconds(uint32_t ms) { return ms / 1000 + (ms % 1000 != 0); }

bool consts_alarm(const struct publication *p, uint32_t property, struct const_value *v)
{
    const struct alarm_point *a = publication_alarm(p);
    if (!a)
        return limits(p, property, &v->w);
    switch (property) {
    case P_event_detection_enable:
        wr_boolean(&v->w, APP, true);
        return true;
    case P_event_enable:
        bits(&v->w, TRANSITIONS, 7);
        return true;
    case P_notify_type:
        wr_enumerated(&v->w, APP, NOTIFY_alarm);
        return true;
    case P_event_message_texts_config:
        for (int i = 0; i < TRANSITIONS; i++) {
            wr_string(&v->w, APP, a->text.s, a->text.n);
            const_end(v);
        }
        return true;
    case P_time_delay:
        wr_unsigned(&v->w, APP, a->delay == NOT_SET ? 0 : seconds(a->delay));
        return true;
    case P_time_delay_normal:
        wr_unsigned(&v->w, APP, seconds(a->delay_normal));
        return a->delay_normal != NOT_SET;
    case P_event_algorithm_inhibit:
        wr_boolean(&v->w, APP, false);
        return true;
    case P_alarm_value:
    case P_alarm_values:
        return states(p, a->alarm_states, v);
    case P_fault_values:
        return states(p, a->fault_states, v);
    default:
        return limits(p, property, &v->w);
    }
}

/* ---- Notification Class ---- */

uint32_t class_number(const struct notification_class *c)
{
    return c ? c->number : NOT_SET;
}

/* BACnetDestination: days, from, to, recipient, process, confirmed, transitions. */
static void destination(const struct recipient *r, struct wr *w)
{
    bits(w, 7, r->days);
    wr_time(w, APP, time_of_day(r->from));
    wr_time(w, APP, time_of_day(r->to));
    if (r->kind == RCP_DEVICE) {
        wr_oid(w, 0, OID(OT_device, r->device));
    } else {
        bool address = r->kind == RCP_ADDRESS;
        uint32_t network = r->kind == RCP_GLOBAL ? BACNET_NETWORK_GLOBAL
                         : r->kind == RCP_LOCAL || r->network == NOT_SET ? 0 : r->network;
        wr_open(w, 1);
        wr_unsigned(w, APP, network);
        wr_octets(w, APP, r->mac, address ? r->mac_len : 0);
        wr_close(w, 1);
    }
    wr_unsigned(w, APP, r->process_id);
    wr_boolean(w, APP, r->confirmed);
    bits(w, TRANSITIONS, r->transitions);
}

bool consts_class(const struct plan_object *o, uint32_t property, struct const_value *v)
{
    const struct notification_class *c = o->of;
    switch (property) {
    case P_notification_class:
        wr_unsigned(&v->w, APP, o->instance);
        return true;
    case P_priority:
        for (int i = 0; i < TRANSITIONS; i++) {
            wr_unsigned(&v->w, APP, c->priority[i]);
            const_end(v);
        }
        return true;
    case P_ack_required:
        bits(&v->w, TRANSITIONS, c->ack_required);
        return true;
    case P_recipient_list:
        for (const struct recipient *r = c->recipients; r; r = r->next)
            if (r->kind != RCP_NONE)
                destination(r, &v->w);
        return true;
    default:
        return false;
    }
}
