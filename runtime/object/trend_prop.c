/* See trend.h: properties. */
#include <math.h>

#include "runtime/data/store.h"
#include "runtime/object/persist.h"
#include "runtime/object/trend.h"

struct trend *trend_of(const struct db *db, uint32_t object)
{
    if (!trends_has(oid_type(db_oid(db, object))) || db->live[object].pv >= db->trends.n)
        return NULL;
    return &db->trends.items[db->live[object].pv];
}

static uint32_t number(const struct db *db, uint32_t object, uint32_t property, uint32_t absent)
{
    uint32_t n;
    return prop_unsigned(db, object, property, &n) ? n : absent;
}

static bool boolean(const struct db *db, uint32_t object, uint32_t property)
{
    bool v;
    return prop_boolean(db, object, property, &v) && v;
}

/* Hundredths of a second, as properties say it, to ms. */
static uint32_t ms_of(uint32_t hundredths)
{
    return hundredths < UINT32_MAX / 10 ? hundredths * 10 : UINT32_MAX;
}

static void take_reference(const struct db *db, struct trend *t)
{
    struct span s;
    struct prop_ref ref = {.object = TYPE_NONE};
    if (prop_value(db, t->object, P_log_device_object_property, &s)) {
        struct rd r = rd_of(s.p, s.n);
        ref = rd_prop_ref(&r, true);
        if (!rd_ok(&r))
            ref.object = TYPE_NONE;
    }
    t->of_object = ref.object;
    t->of_device = ref.device;
    t->property = ref.property;
    t->index = ref.index;
    const struct device *d = prop_ref_device(db, &ref, le16_get(db->img.objects[t->object].device));
    t->subject = d && ref.object != TYPE_NONE && oid_instance(ref.object) != BACNET_INSTANCE_WILDCARD
                     ? db_find(d, ref.object) : DB_NONE;
}

unsigned trend_configure(struct db *db, struct trend *t)
{
    struct trend was = *t;
    t->size = number(db, t->object, P_buffer_size, 1);
    t->threshold = number(db, t->object, P_notification_threshold, 0);
    t->type = (uint8_t)number(db, t->object, P_logging_type, LT_polled);
    t->interval_ms = ms_of(number(db, t->object, P_log_interval, 0));
    t->offset_ms = ms_of(number(db, t->object, P_interval_offset, 0));
    t->align = boolean(db, t->object, P_align_intervals);
    t->stop_when_full = boolean(db, t->object, P_stop_when_full);
    if (!prop_real(db, t->object, P_client_cov_increment, &t->increment))
        t->increment = NAN;
    take_reference(db, t);
    db->trends.ready |= trend_ready(t);
    unsigned different = was.size != t->size ? TREND_SIZE : 0;
    if (was.type != t->type || was.interval_ms != t->interval_ms || was.offset_ms != t->offset_ms ||
        was.align != t->align)
        different |= TREND_TIMING;
    if (was.of_object != t->of_object || was.of_device != t->of_device ||
        was.property != t->property || was.index != t->index)
        different |= TREND_SUBJECT;
    return different;
}

/* UTC ms; false: unspecified. */
static bool moment(struct db *db, uint32_t object, uint32_t property, int64_t *at)
{
    struct span s;
    if (!prop_value(db, object, property, &s))
        return false;
    struct rd r = rd_of(s.p, s.n);
    struct datetime t = rd_datetime(&r);
    if (!rd_ok(&r) || !date_is_specific(t.date) || !time_is_specific(t.time))
        return false;
    *at = zone_reached(&db->zone, t.date, t.time);
    return true;
}

bool trend_in_window(struct db *db, const struct trend *t, int64_t now, int64_t *edge)
{
    int64_t start, stop;
    bool starts = moment(db, t->object, P_start_time, &start);
    bool stops = moment(db, t->object, P_stop_time, &stop);
    *edge = INT64_MAX;
    if (stops && stop > now)
        *edge = stop;
    if (starts && start > now && start < *edge)
        *edge = start;
    return (!starts || now >= start) && (!stops || now < stop);
}

bac_err trend_read(const struct db *db, uint32_t object, uint8_t code, struct wr *w)
{
    const struct trend *t = trend_of(db, object);
    if (code == PC_log_enable) {
        wr_boolean(w, APP, boolean(db, object, P_enable));
        return BAC_OK;
    }
    switch (code) {
    case PC_record_count: wr_unsigned(w, APP, t ? trend_count(t) : 0); break;
    case PC_total_record_count: wr_unsigned(w, APP, t ? store_sequence(t->last) : 0); break;
    case PC_records_since_notification:
        wr_unsigned(w, APP, t ? (uint32_t)trend_new(t) : 0);
        break;
    case PC_last_notify_record: wr_unsigned(w, APP, t ? store_sequence(t->notified) : 0); break;
    default: wr_boolean(w, APP, t && t->trigger);
    }
    return BAC_OK;
}

/* Clause 12.25.8: a device that we would have to ask is an option that we do not have. */
static bac_err reference_admitted(const struct db *db, const struct trend *t, struct prop_ref ref)
{
    uint16_t own = le16_get(db->img.objects[t->object].device);
    bool unset = ref.device != TYPE_NONE && oid_instance(ref.device) == BACNET_INSTANCE_WILDCARD;
    return unset || prop_ref_device(db, &ref, own) ? BAC_OK
                                                   : BAC_ERR(property, optional_functionality_not_supported);
}

bool trend_interval_fits(const struct db *db, uint32_t object, struct rd interval)
{
    bool none = !rd_unsigned(&interval, APP);
    return !trend_of(db, object) || none == (number(db, object, P_logging_type, LT_polled) == LT_cov);
}

bac_err trend_admit(const struct db *db, uint32_t object, uint32_t property, struct rd value)
{
    const struct trend *t = trend_of(db, object);
    uint32_t n;
    if (!t)
        return BAC_OK;
    switch (property) {
    case P_enable:
        if (rd_boolean(&value, APP) && boolean(db, object, P_stop_when_full) &&
            trend_count(t) >= t->size)
            return BAC_ERR(object, log_buffer_full);
        return BAC_OK;
    case P_buffer_size:
        n = rd_unsigned(&value, APP);
        if (boolean(db, object, P_enable))
            return BAC_ERR(property, write_access_denied);
        if (n < 2)
            return BAC_ERR(property, value_out_of_range);
        return n > PROP_RECORDS_MAX ? BAC_ERR(resources, no_space_to_write_property) : BAC_OK;
    case P_log_interval:
        if (t->type == LT_triggered)
            return BAC_ERR(property, write_access_denied);
        return trend_interval_fits(db, object, value) ? BAC_OK : BAC_ERR(property, value_out_of_range);
    case P_log_device_object_property:
        return reference_admitted(db, t, rd_prop_ref(&value, true));
    default: return BAC_OK;
    }
}

bac_err trend_write(struct db *db, uint32_t object, uint8_t code, struct rd value)
{
    struct trend *t = trend_of(db, object);
    if (!t)
        return BAC_ERR(property, write_access_denied);
    if (code == PC_record_count) {
        if (rd_unsigned(&value, APP))
            return BAC_ERR(property, write_access_denied);
        uint64_t ticket = trend_purge(db, t);
        if (ticket) {
            store_flush(db->alarms.store);      /* records wait for company, the client does not  */
            (void)persist_follow(&db->journal, ticket);
        }
        return BAC_OK;
    }
    if (t->type != LT_triggered)
        return BAC_ERR(property, not_configured_for_triggered_logging);
    t->trigger = rd_boolean(&value, APP);
    if (t->trigger)
        db_touch(db, object);
    return BAC_OK;
}
