/* ConfirmedEventNotification, UnconfirmedEventNotification, 135-2020 clauses 13.6, 13.7: what an
 * announcement says, to one of its recipients. */
#include "runtime/data/alarms.h"
#include "runtime/object/convert.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

enum { CONFIRMED_EVENT = 2, UNCONFIRMED_EVENT = 3 };

/* Network priority of an event priority (13.2.5.3): life safety, critical, urgent, normal. */
static uint8_t network_priority(uint8_t priority) { return (uint8_t)(3 - priority / 64); }

static void status_flags(const struct said *s, int ctx, struct wr *w)
{
    wr_bits(w, ctx, (struct bits){4, s->flags});
}

/* BACnetPropertyStates: boolean-valued objects as BACnetBinaryPV, others as Unsigned. */
static void change_of_state(enum datatype type, const struct said *s, struct wr *w)
{
    wr_open(w, 0);
    if (type == DT_enumerated)
        wr_enumerated(w, 1, s->value);
    else
        wr_unsigned(w, 11, s->value);
    wr_close(w, 0);
    status_flags(s, 1, w);
}

static void command_failure(enum datatype type, const struct said *s, struct wr *w)
{
    wr_open(w, 0);
    convert_encode(type, s->value, w);
    wr_close(w, 0);
    status_flags(s, 1, w);
    wr_open(w, 2);
    convert_encode(type, s->other, w);
    wr_close(w, 2);
}

static void out_of_range(const struct said *s, struct wr *w)
{
    wr_real(w, 0, pv_real(s->value));
    status_flags(s, 1, w);
    wr_real(w, 2, pv_real(s->deadband));
    wr_real(w, 3, pv_real(s->other));
}

static void buffer_ready(const struct device *d, uint32_t object, const struct said *s,
                         struct wr *w)
{
    wr_open(w, 0);
    wr_oid(w, 0, db_oid(d->db, object));
    wr_enumerated(w, 1, P_log_buffer);
    wr_oid(w, 3, OID(OT_device, d->instance));
    wr_close(w, 0);
    wr_unsigned(w, 1, s->value);
    wr_unsigned(w, 2, s->other);
}

static void property_value(uint32_t property, enum datatype type, uint32_t value, struct wr *w)
{
    wr_enumerated(w, 0, property);
    wr_open(w, 2);
    convert_encode(type, value, w);
    wr_close(w, 2);
}

/* Properties by table 13-5. */
static void change_of_reliability(const struct device *d, uint32_t object, enum datatype type,
                                  const struct said *s, struct wr *w)
{
    wr_enumerated(w, 0, s->reliability);
    status_flags(s, 1, w);
    wr_open(w, 2);
    if (type != DT_null)
        property_value(P_present_value, type, s->value, w);
    if (type != DT_null && db_slot(d->db, object, P_feedback_value))
        property_value(P_feedback_value, type, s->other, w);
    wr_close(w, 2);
}

static void event_values(const struct device *d, uint32_t object, const struct said *s,
                         struct wr *w)
{
    enum datatype type = convert_type(d->db, object);
    wr_open(w, 12);
    wr_open(w, s->type);
    switch (s->type) {
    case EV_change_of_state: change_of_state(type, s, w); break;
    case EV_command_failure: command_failure(type, s, w); break;
    case EV_out_of_range: out_of_range(s, w); break;
    case EV_buffer_ready: buffer_ready(d, object, s, w); break;
    default: change_of_reliability(d, object, type, s, w); break;
    }
    wr_close(w, s->type);
    wr_close(w, 12);
}

static const struct delivery *find(const struct device *d, const struct intent *what)
{
    const struct alarms *a = &d->db->alarms;
    if (what->arg >= a->delivering || a->deliveries[what->arg].serial != what->arg2)
        return NULL;
    return &a->deliveries[what->arg];
}

bool svc_event_notification(struct device *d, const struct intent *what, struct initiation *how,
                            struct wr *w)
{
    const struct delivery *to = find(d, what);
    if (!to)
        return false;
    const struct announcement *a = &d->db->alarms.announcements[to->announcement];
    struct time_stamp at = {TS_datetime, 0, {a->stamp.date, a->stamp.time}};
    bool ack = a->notify == NOTIFY_ack_notification;
    how->confirmed = to->confirmed;
    how->choice = to->confirmed ? CONFIRMED_EVENT : UNCONFIRMED_EVENT;
    how->priority = network_priority(a->priority);
    wr_unsigned(w, 0, to->process);
    wr_oid(w, 1, OID(OT_device, d->instance));
    wr_oid(w, 2, db_oid(d->db, what->object));
    wr_open(w, 3);
    wr_time_stamp(w, &at);
    wr_close(w, 3);
    wr_unsigned(w, 4, a->class);
    wr_unsigned(w, 5, a->priority);
    wr_enumerated(w, 6, a->said.type);
    if (a->n)
        wr_string(w, 7, a->text, a->n);
    wr_enumerated(w, 8, a->notify);
    if (!ack) {
        wr_boolean(w, 9, a->ack_required);
        wr_enumerated(w, 10, a->said.from);
    }
    wr_enumerated(w, 11, a->said.to);
    if (!ack)
        event_values(d, what->object, &a->said, w);
    return true;
}

/* One that answers with an error is there; it is not asked to take it again. */
void svc_event_outcome(struct device *d, const struct intent *what, const struct outcome *end)
{
    enum delivery_end how = DELIVERY_LOST;
    if (end->kind == OUTCOME_ACK)
        how = DELIVERY_DONE;
    else if (end->kind == OUTCOME_TIMEOUT || end->kind == OUTCOME_UNREACHABLE)
        how = DELIVERY_FAILED;
    delivery_end(&d->db->alarms, what->arg, what->arg2, how);
}
