/* See compute.h: what every object and the inputs, outputs, values have. */
#include "runtime/object/compute.h"

#include "runtime/object/binary.h"
#include "runtime/object/command.h"
#include "runtime/object/convert.h"
#include "runtime/object/prop.h"
#include "runtime/object/trend.h"
#include "runtime/wire/dates.h"

bac_err compute_array(const struct device *d, uint32_t object, uint32_t n, array_fn *write,
                      uint32_t index, struct wr *w)
{
    if (index == BACNET_INDEX_ALL) {
        for (uint32_t i = 0; i < n && wr_fits(w); i++)      /* no work for what is too long */
            write(d, object, i, w);
    } else if (index == 0) {
        wr_unsigned(w, APP, n);
    } else if (index > n) {
        return BAC_ERR(property, invalid_array_index);
    } else {
        write(d, object, index - 1, w);
    }
    return BAC_OK;
}

/* Clause 12.x: everything present but these four. */
static bool listed(uint32_t property)
{
    return property != P_object_identifier && property != P_object_name &&
           property != P_object_type && property != P_property_list;
}

static const struct shape *shape_of(const struct db *db, uint32_t object)
{
    return &db->shapes[le16_get(db->img.objects[object].shape)];
}

static bac_err property_list(const struct device *d, uint32_t object, uint32_t index, struct wr *w)
{
    const struct shape *s = shape_of(d->db, object);
    uint32_t n = 0;
    for (uint32_t k = 0; k < s->n_slots; k++) {
        uint32_t property = d->db->slots[s->first_slot + k].property;
        if (!listed(property))
            continue;
        n++;
        if (index == BACNET_INDEX_ALL || index == n)
            wr_enumerated(w, APP, property);
    }
    if (index == 0)
        wr_unsigned(w, APP, n);
    return index != BACNET_INDEX_ALL && index > n ? BAC_ERR(property, invalid_array_index) : BAC_OK;
}

static void priority_slot(const struct device *d, uint32_t object, uint32_t i, struct wr *w)
{
    const struct command *c = &d->db->commands[d->db->live[object].command];
    if (command_has(c, i + 1))
        convert_encode(convert_type(d->db, object), c->slot[i], w);
    else
        wr_null(w, APP);
}

static void event_time(const struct device *d, uint32_t object, uint32_t i, struct wr *w)
{
    const struct stamp *s = &d->db->events[d->db->live[object].event].stamp[i];
    struct time_stamp t = {TS_datetime, 0, {s->date, s->time}};
    wr_time_stamp(w, &t);
}

static void event_text(const struct device *d, uint32_t object, uint32_t i, struct wr *w)
{
    uint32_t e = d->db->live[object].event;
    wr_string(w, APP, d->db->alarms.texts[e][i], d->db->events[e].text_n[i]);
}

/* Clause 12.9.6: is today in the Date_List? */
static bool calendar_today(const struct device *d, uint32_t object)
{
    struct bdate day;
    struct btime time;
    struct span list;
    zone_local(&d->db->zone, db_now(d->db), &day, &time);
    return prop_value(d->db, object, P_date_list, &list) && dates_list(list, day);
}

static bac_err read_command(const struct device *d, uint32_t object, uint8_t code, uint32_t index,
                            struct wr *w)
{
    const struct db *db = d->db;
    if (db->live[object].command == DB_NONE)
        return BAC_ERR(property, unknown_property);
    const struct command *c = &db->commands[db->live[object].command];
    if (code == PC_priority_array)
        return compute_array(d, object, 16, priority_slot, index, w);
    if (code == PC_relinquish_default)
        convert_encode(convert_type(db, object), c->relinquish_default, w);
    else if (c->active)
        wr_unsigned(w, APP, c->active);
    else
        wr_null(w, APP);
    return BAC_OK;
}

static bac_err read_event(const struct device *d, uint32_t object, uint8_t code, uint32_t index,
                          struct wr *w)
{
    const struct db *db = d->db;
    if (db->live[object].event == DB_NONE)
        return BAC_ERR(property, unknown_property);
    if (code == PC_event_time_stamps)
        return compute_array(d, object, TRANSITIONS, event_time, index, w);
    if (code == PC_event_message_texts)
        return compute_array(d, object, TRANSITIONS, event_text, index, w);
    wr_bits(w, APP, (struct bits){TRANSITIONS, db->events[db->live[object].event].acked});
    return BAC_OK;
}

bac_err compute_read(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                     struct wr *w)
{
    const struct db *db = d->db;
    const struct live *l = &db->live[object];
    uint32_t oid = db_oid(db, object);
    if (oid_type(oid) == OT_network_port && s->def->code != PC_object_identifier &&
        s->def->code != PC_object_type && s->def->code != PC_property_list)
        return compute_port(d, object, s, index, w);
    switch (s->def->code) {
    case PC_object_identifier: wr_oid(w, APP, oid); return BAC_OK;
    case PC_object_type: wr_enumerated(w, APP, oid_type(oid)); return BAC_OK;
    case PC_property_list: return property_list(d, object, index, w);
    case PC_present_value:
        convert_encode((enum datatype)shape_of(db, object)->def->present, l->pv, w);
        return BAC_OK;
    case PC_status_flags:
        wr_bits(w, APP, (struct bits){4, prop_status_flags(db, object)});
        return BAC_OK;
    case PC_event_state: wr_enumerated(w, APP, l->event_state); return BAC_OK;
    case PC_reliability: wr_enumerated(w, APP, l->reliability); return BAC_OK;
    case PC_out_of_service: wr_boolean(w, APP, l->flags & LIVE_OOS); return BAC_OK;
    case PC_priority_array:
    case PC_relinquish_default:
    case PC_current_command_priority: return read_command(d, object, s->def->code, index, w);
    case PC_acked_transitions:
    case PC_event_time_stamps:
    case PC_event_message_texts: return read_event(d, object, s->def->code, index, w);
    case PC_feedback_value:
        convert_encode(convert_type(db, object), convert_feedback(db, object), w);
        return BAC_OK;
    case PC_schedule_value:
        wr_bytes(w, db->programs[l->pv].value, db->programs[l->pv].n);
        return BAC_OK;
    case PC_calendar_value: wr_boolean(w, APP, calendar_today(d, object)); return BAC_OK;
    case PC_log_enable:
    case PC_record_count:
    case PC_total_record_count:
    case PC_records_since_notification:
    case PC_last_notify_record:
    case PC_trigger: return trend_read(db, object, s->def->code, w);
    case PC_state_time:
    case PC_state_count:
    case PC_state_count_reset:
    case PC_active_time:
    case PC_active_time_reset: return binary_read(d->db, object, s->def->code, w);
    default: return compute_device(d, s, index, w);
    }
}

uint8_t prop_status_flags(const struct db *db, uint32_t object)
{
    const struct live *l = &db->live[object];
    return (uint8_t)((l->event_state != ES_normal ? SF_in_alarm : 0) |
                     (l->reliability != REL_no_fault_detected ? SF_fault : 0) |
                     (l->flags & LIVE_OVERRIDDEN ? SF_overridden : 0) |
                     (l->flags & LIVE_OOS ? SF_out_of_service : 0));
}
