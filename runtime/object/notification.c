/* See notification.h. */
#include "runtime/object/notification.h"

#include "runtime/object/convert.h"
#include "runtime/object/trend.h"
#include "runtime/wire/types.h"

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

struct part notification_body(const struct device *d, const struct announcement *a, uint32_t process,
                              struct wr *w)
{
    struct part text = {0, 0};
    uint32_t object = d->db->events[a->event].object;
    struct time_stamp at = {TS_datetime, 0, {a->stamp.date, a->stamp.time}};
    bool ack = a->notify == NOTIFY_ack_notification;
    wr_unsigned(w, 0, process);
    wr_oid(w, 1, OID(OT_device, d->instance));
    wr_oid(w, 2, db_oid(d->db, object));
    wr_open(w, 3);
    wr_time_stamp(w, &at);
    wr_close(w, 3);
    wr_unsigned(w, 4, a->class);
    wr_unsigned(w, 5, a->priority);
    wr_enumerated(w, 6, a->said.type);
    text.at = w->len;
    if (a->n)
        wr_string(w, 7, a->text, a->n);
    text.n = w->len - text.at;
    wr_enumerated(w, 8, a->notify);
    if (!ack) {
        wr_boolean(w, 9, a->ack_required);
        wr_enumerated(w, 10, a->said.from);
    }
    wr_enumerated(w, 11, a->said.to);
    if (!ack)
        event_values(d, object, &a->said, w);
    return text;
}

void notification_log(struct db *db, const struct announcement *a)
{
    const struct device *d = &db->devices[a->device];
    uint8_t b[NOTIFICATION_MAX];
    struct wr w = wr_of(b, sizeof b);
    struct trend *t = d->event_log == DB_NONE ? NULL : trend_of(db, d->event_log);
    if (!t)
        return;
    (void)notification_body(d, a, 0, &w);
    if (wr_fits(&w))
        (void)trend_event(db, t, (struct span){b, w.len});
}
