/* See prop.h: writing. Checks come in the order object, property, array or not, index, access,
 * datatype, range (clause 15.9); nothing changes before all of them are passed. */
#include "runtime/object/alarm.h"
#include "runtime/data/change.h"
#include "runtime/object/binary.h"
#include "runtime/object/convert.h"
#include "runtime/object/port.h"
#include "runtime/object/program.h"
#include "runtime/object/trend.h"
#include "runtime/object/values.h"
#include "runtime/wire/types.h"

struct write {
    struct device *d;
    uint32_t object, index;
    const struct slot *slot;
    enum datatype present;
    const struct origin *by;
};

/* Conditional writability, all of it. */
static bool write_allowed(const struct device *d, uint32_t object, const struct slot *s,
                          enum writer who)
{
    const struct db *db = d->db;
    const struct live *l = &db->live[object];
    if (d->flags & IMG_DEV_READ_ONLY && who == BY_CLIENT)
        return false;               /* the project's own programs and the operator here go on  */
    if (s->def->flags & PF_OOS && l->flags & LIVE_OOS)
        return true;                            /* 12.x: simulation while Out_Of_Service        */
    if (s->def->code == PC_present_value)       /* commandable (19.2), or writable by project   */
        return l->command != DB_NONE ||
               le16_get(db->img.objects[object].flags) & IMG_OBJ_WRITABLE;
    if (s->def->code == PC_relinquish_default && l->command == DB_NONE)
        return false;
    return s->def->flags & PF_WRITE;
}

static bool resizable(const struct prop_def *def)
{
    struct wr none = {NULL, 0, 0};
    return def->form == ARRAY && !def->size && type_default((enum datatype)def->type, &none);
}

/* A Trend Log that does not log by Trigger has no Trigger; clause 12.25 has an error of its own for writing it. */
static bac_err absent(const struct device *d, uint32_t object, uint32_t property)
{
    bool trigger = property == P_trigger && oid_type(db_oid(d->db, object)) == OT_trend_log;
    return trigger ? BAC_ERR(property, not_configured_for_triggered_logging) : BAC_ERR(property, unknown_property);
}

static bac_err writable_by(const struct device *d, uint32_t object, uint32_t property, uint32_t index,
                           enum writer who)
{
    const struct slot *s = db_slot(d->db, object, property);
    struct wr none = {NULL, 0, 0};
    if (!s)
        return absent(d, object, property);
    if (index != BACNET_INDEX_ALL) {
        bac_err e = s->def->form == ARRAY ? prop_read_slot(d, object, s, index, &none)
                                          : BAC_ERR(property, property_is_not_an_array);
        if (e)
            return e;
    }
    if (!write_allowed(d, object, s, who) || (index == 0 && !resizable(s->def)))
        return BAC_ERR(property, write_access_denied);
    return BAC_OK;
}

bac_err prop_writable(const struct device *d, uint32_t object, uint32_t property, uint32_t index)
{
    return writable_by(d, object, property, index, BY_CLIENT);
}

static bool one_null(struct span v) { return v.n == 1 && v.p[0] == 0; }

static bool takes_null(const struct prop_def *def)
{
    return def->type == DT_any || def->type == DT_optional_unsigned || def->type == DT_client_cov;
}

static bool real_below(const struct db *db, uint32_t object, uint32_t property, float v)
{
    float other;
    return prop_real(db, object, property, &other) && v < other;
}

static bool real_above(const struct db *db, uint32_t object, uint32_t property, float v)
{
    float other;
    return prop_real(db, object, property, &other) && v > other;
}

bac_err prop_admit(const struct db *db, uint32_t object, uint32_t property, struct rd e)
{
    bool bad = false;
    uint32_t n;
    switch (property) {
    case P_cov_increment:
    case P_client_cov_increment:
    case P_deadband: bad = rd_real(&e, APP) < 0; break;
    case P_min_pres_value: bad = real_above(db, object, P_max_pres_value, rd_real(&e, APP)); break;
    case P_max_pres_value: bad = real_below(db, object, P_min_pres_value, rd_real(&e, APP)); break;
    case P_fault_high_limit: bad = real_below(db, object, P_fault_low_limit, rd_real(&e, APP)); break;
    case P_fault_low_limit: bad = real_above(db, object, P_fault_high_limit, rd_real(&e, APP)); break;
    case P_alarm_values:
    case P_fault_values: return values_check_state(db, object, rd_unsigned(&e, APP));
    case P_bbmd_broadcast_distribution_table:
    case P_fd_bbmd_address:
    case P_fd_subscription_lifetime: return port_admit(property, e);
    case P_backup_failure_timeout: bad = !rd_unsigned(&e, APP); break;
    case P_notification_class: bad = rd_unsigned(&e, APP) > BACNET_INSTANCE_WILDCARD; break;
    case P_priority_for_writing:
        n = rd_unsigned(&e, APP);
        bad = n < 1 || n > 16 || n == BACNET_PRIORITY_MIN_ON_OFF;      /* 19.2.3: of no other use */
        break;
    default: break;
    }
    return bad ? BAC_ERR(property, value_out_of_range) : BAC_OK;
}

/* One element off `r`: checked, then appended to `w` in its shortest form. */
static bac_err take_element(const struct write *q, struct rd *r, struct wr *w)
{
    const struct prop_def *def = q->slot->def;
    struct rd from = *r;
    bac_err e = type_check((enum datatype)def->type, q->present, r, def->limit);
    if (!e)
        e = prop_admit(q->d->db, q->object, q->slot->property, from);
    if (!e && q->by->who != BY_START)           /* what was stored was admitted when it was written */
        e = trend_admit(q->d->db, q->object, q->slot->property, from);
    if (!e && q->by->who != BY_START)
        e = recipients_admit(q->d->db, q->object, q->slot->property, from);
    if (!e)
        type_copy(&from, (enum datatype)def->type, q->present, w);
    return e;
}

static bac_err store(const struct write *q, const struct span *parts, size_t n)
{
    struct db *db = q->d->db;
    if (q->d->flags & IMG_DEV_SCHEDULE_LIMITS && q->by->who != BY_START &&
        !program_within_limits(q->slot->property, parts, n))
        return BAC_ERR(resources, no_space_to_write_property);
    bool relists = q->slot->property == P_list_of_object_property_references && q->by->who != BY_START;
    struct relist now;
    if (relists)
        program_compare(db, q->object, parts[0], &now);
    if (!overlay_set(&db->overlay, q->object, q->slot->property, parts, n))
        return BAC_ERR(resources, no_space_to_write_property);
    if (relists)
        program_relist(db, q->object, &now);
    db_live(db, q->object)->flags |= LIVE_OVERLAY;
    return BAC_OK;
}

static bac_err write_whole(const struct write *q, struct rd *r)
{
    const struct prop_def *def = q->slot->def;
    struct wr w = wr_of(q->d->db->scratch, OVERLAY_VALUE_MAX);
    uint32_t n = 0;
    do {
        if (def->form != SCALAR && !rd_left(r))
            break;                                           /* an empty list or array */
        if (rd_left(r) > OVERLAY_VALUE_MAX)
            return BAC_ERR(resources, no_space_to_write_property);
        bac_err e = take_element(q, r, &w);
        if (e)
            return e;
        n++;
    } while (rd_left(r) && def->form != SCALAR);
    if (rd_left(r))
        return BAC_ERR(property, invalid_data_type);         /* several values for a scalar */
    if (def->form == ARRAY && def->size && n != def->size)
        return BAC_ERR(property, value_out_of_range);
    struct span all = {w.buf, w.len};
    if (!wr_fits(&w) || (def->form != SCALAR && n > ELEMENTS_MAX))
        return BAC_ERR(resources, no_space_to_write_property);
    bac_err e = def->type == DT_bdt_entry && q->by->who != BY_START ? port_admit_table(q->d->db, q->object, all) : BAC_OK;
    return e ? e : store(q, &all, 1);
}

/* The elements of an array one after the other, and where element `index` begins and ends. */
static bool cut(const struct write *q, struct span *before, struct span *after)
{
    struct span all;
    if (!prop_value(q->d->db, q->object, q->slot->property, &all))
        return false;
    struct rd r = rd_of(all.p, all.n);
    const uint8_t *from = r.p;
    for (uint32_t i = 0; i < q->index && rd_left(&r); i++) {
        from = r.p;
        (void)type_check((enum datatype)q->slot->def->type, q->present, &r, 0);
    }
    *before = (struct span){all.p, (size_t)(from - all.p)};
    *after = (struct span){r.p, all.n - (size_t)(r.p - all.p)};
    return true;
}

static bac_err write_element(const struct write *q, struct rd *r)
{
    struct wr w = wr_of(q->d->db->scratch, OVERLAY_VALUE_MAX);
    struct span parts[3];
    bac_err e = take_element(q, r, &w);
    if (e)
        return e;
    if (rd_left(r))
        return BAC_ERR(property, invalid_data_type);
    if (!wr_fits(&w) || !cut(q, &parts[0], &parts[2]))
        return BAC_ERR(resources, no_space_to_write_property);
    parts[1] = (struct span){w.buf, w.len};
    return store(q, parts, 3);
}

/* Index 0: the new size (clause 15.9.1.1.3); what is added holds the type's default. */
static bac_err resize(const struct write *q, struct rd *r)
{
    const struct prop_def *def = q->slot->def;
    struct wr w = wr_of(q->d->db->scratch, OVERLAY_VALUE_MAX);
    struct span all;
    if (!rd_is(r, APP, TAG_unsigned))
        return BAC_ERR(property, invalid_data_type);
    uint32_t want = rd_unsigned(r, APP);
    if (!rd_end(r))
        return BAC_ERR(property, value_out_of_range);
    if (want > ELEMENTS_MAX || !prop_value(q->d->db, q->object, q->slot->property, &all))
        return BAC_ERR(resources, no_space_to_write_property);
    struct rd old = rd_of(all.p, all.n);
    for (uint32_t i = 0; i < want; i++) {
        const uint8_t *from = old.p;
        if (!rd_left(&old)) {
            (void)type_default((enum datatype)def->type, &w);
            continue;
        }
        (void)type_check((enum datatype)def->type, q->present, &old, 0);
        wr_bytes(&w, from, (size_t)(old.p - from));
    }
    all = (struct span){w.buf, w.len};
    return wr_fits(&w) ? store(q, &all, 1) : BAC_ERR(resources, no_space_to_write_property);
}

/* Clause 12.11.2: a Device's name is unique internetwork-wide, so at least among those that we are. */
static bool another_device_is(const struct device *d, uint32_t object, struct span name)
{
    const struct db *db = d->db;
    if (oid_type(db_oid(db, object)) != OT_device)
        return false;
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        uint32_t other = db_find(&db->devices[i], OID(OT_device, db->devices[i].instance));
        if (other == DB_NONE || other == object)
            continue;
        struct span s = db_name(db, other);
        if (s.n == name.n && !memcmp(s.p, name.p, s.n))
            return true;
    }
    return false;
}

/* A name that was stored before is not refused at start. */
static bac_err write_name(const struct write *q, struct rd *r)
{
    struct device *d = q->d;
    uint8_t charset;
    bac_err e = type_check(DT_string, DT_null, &(struct rd){r->p, r->p, r->end, NULL, 0}, 0);
    if (e)
        return e;
    struct span s = rd_string(r, APP, &charset);
    if (rd_left(r))
        return BAC_ERR(property, invalid_data_type);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 127)
            return BAC_ERR(property, value_out_of_range);    /* clause 12.1.1.2: printable */
    if (!s.n)
        return BAC_ERR(property, value_out_of_range);
    uint32_t holder = db_find_name(d, s.p, s.n);
    if (holder == q->object)
        return BAC_OK;
    if (holder != DB_NONE || (q->by->who != BY_START && another_device_is(d, q->object, s)))
        return BAC_ERR(property, duplicate_name);
    if (!db_rename(d, q->object, s.p, s.n))
        return BAC_ERR(resources, no_space_to_write_property);
    if (q->by->who != BY_START) {                            /* 12.11.35 */
        d->revision++;
        journal_note(&d->db->journal, JOURNAL_DEVICE, d->index, 0);
    }
    return BAC_OK;
}

static bac_err write_present(const struct write *q, struct rd *r, bool null)
{
    if (null)
        return values_write(q->d->db, q->object, true, 0, q->by);
    struct rd from = *r;
    bac_err e = type_check(q->present, q->present, r, 0);
    if (e)
        return e;
    if (rd_left(r))
        return BAC_ERR(property, invalid_data_type);
    return values_write(q->d->db, q->object, false, convert_decode(q->present, &from), q->by);
}

/* Live properties that are no Present_Value. */
static bac_err write_live(const struct write *q, struct rd *r)
{
    const struct prop_def *def = q->slot->def;
    struct db *db = q->d->db;
    struct rd from = *r;
    bac_err e = type_check((enum datatype)def->type, q->present, r, def->limit);
    if (!e && rd_left(r))
        e = BAC_ERR(property, invalid_data_type);
    if (e)
        return e;
    switch (def->code) {
    case PC_out_of_service:
        values_out_of_service(db, q->object, rd_boolean(&from, APP));
        if (q->by->who == BY_START)
            break;
        if (db->live[q->object].command == DB_NONE)             /* as it stands now, until it is in service again */
            journal_note(&db->journal, JOURNAL_PROPERTY, q->object, P_present_value);
        else if (db_variable(db, q->object) != IMG_NONE)        /* what it was driven to when it was taken out        */
            journal_note(&db->journal, JOURNAL_VARIABLE, db_variable(db, q->object), 0);
        journal_note(&db->journal, JOURNAL_PROPERTY, q->object, P_reliability);
        break;
    case PC_reliability: {
        uint32_t reliability = rd_enumerated(&from, APP);
        if (reliability == 11)                               /* reserved, clause 21 */
            return BAC_ERR(property, value_out_of_range);
        values_reliability(db, q->object, (enum reliability)reliability);
        break;
    }
    case PC_schedule_value: {
        struct wr w = wr_of(db->scratch, OVERLAY_VALUE_MAX);
        type_copy(&from, (enum datatype)def->type, q->present, &w);
        e = program_write(db, q->object, (struct span){w.buf, w.len});
        break;
    }
    case PC_record_count:
    case PC_trigger: e = trend_write(db, q->object, def->code, from); break;
    case PC_last_restore_time: {                             /* from the store alone */
        struct time_stamp t = rd_time_stamp(&from);
        q->d->restored_date = t.at.date;
        q->d->restored_time = t.at.time;
        break;
    }
    case PC_state_count:
    case PC_active_time: e = binary_write(db, q->object, def->code, rd_unsigned(&from, APP)); break;
    case PC_port_command: e = port_command(db, q->object, rd_enumerated(&from, APP)); break;
    case PC_relinquish_default: {
        uint32_t wire = convert_decode(q->present, &from);
        e = q->by->who == BY_START ? values_check_kept(db, q->object, wire)
                                   : values_check(db, q->object, wire);
        if (!e)
            values_relinquish_default(db, q->object, wire);
        break;
    }
    default: e = BAC_ERR(property, write_access_denied);
    }
    return e;
}

static bac_err put(const struct write *q, struct rd *r, bool null)
{
    switch (q->slot->def->code) {
    case PC_present_value: return write_present(q, r, null);
    case PC_object_name: return null ? BAC_OK : write_name(q, r);
    case PC_image:
    case PC_log_enable: break;
    case PC_bdt:
    case PC_accept_fd:
    case PC_fd_bbmd_address:
    case PC_fd_lifetime: {
        bac_err e = null ? BAC_OK : write_whole(q, r);
        if (!e && !null)
            port_written(q->d->db, q->object);
        return e;
    }
    default: return null && !takes_null(q->slot->def) ? BAC_OK : write_live(q, r);
    }
    if (null && !takes_null(q->slot->def))
        return BAC_OK;                          /* 15.9.2, revision 21: accepted, unchanged */
    if (q->index == BACNET_INDEX_ALL)
        return write_whole(q, r);
    return q->index ? write_element(q, r) : resize(q, r);
}

bac_err prop_write(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                   struct span value, const struct origin *by, uint64_t *ticket)
{
    struct db *db = d->db;
    struct rd r = rd_of(value.p, value.n);
    bac_err e = writable_by(d, object, property, index, (enum writer)by->who);
    if (ticket)
        *ticket = 0;
    if (e)
        return e;
    if (by->who == BY_CLIENT && procedure_restores(&d->procedure))
        return BAC_ERR(device, configuration_in_progress);
    if (!journal_room(&db->journal))
        return BAC_ERR(resources, no_space_to_write_property);
    struct write q = {d, object, index, db_slot(db, object, property), convert_type(db, object), by};
    db->journal.noted = 0;
    e = put(&q, &r, one_null(value));
    if (e)
        return e;
    if (q.slot->def->code != PC_present_value && q.slot->def->code != PC_port_command &&
        q.slot->def->code != PC_record_count && q.slot->def->code != PC_trigger &&
        q.slot->def->code != PC_state_count && q.slot->def->code != PC_active_time) {
        db_touch(db, object);
        if (property == P_recipient_list)
            recipients_changed(db, object);
        if (property == P_minimum_on_time || property == P_minimum_off_time)
            binary_time_written(db, object);
        journal_note(&db->journal, JOURNAL_PROPERTY, object, property);
    }
    if (ticket)
        *ticket = db->journal.noted;
    return BAC_OK;
}

static bool is_kept(enum prop_code code)
{
    return code == PC_image || code == PC_object_name || code == PC_log_enable || port_setting(code) ||
           code == PC_out_of_service || code == PC_schedule_value || code == PC_relinquish_default ||
           code == PC_priority_array || code == PC_last_restore_time;
}

bool prop_comes_last(uint32_t property)
{
    return property == P_min_pres_value || property == P_max_pres_value ||
           property == P_fault_low_limit || property == P_fault_high_limit || prop_is_simulated(property);
}

bool prop_is_simulated(uint32_t property) { return property == P_present_value || property == P_reliability; }

bool prop_fits(const struct db *db, uint32_t object, uint32_t property, struct span value)
{
    const struct slot *s = db_slot(db, object, property);
    struct rd r = rd_of(value.p, value.n);
    uint32_t n = 0;
    if (!s || !is_kept((enum prop_code)s->def->code) || value.n > OVERLAY_VALUE_MAX)
        return false;
    for (; rd_left(&r); n++)
        if (type_check((enum datatype)s->def->type, convert_type(db, object), &r, s->def->limit))
            return false;
    return s->def->form == SCALAR ? n == 1 : s->def->size ? n == s->def->size : n <= ELEMENTS_MAX;
}

bool prop_restore(struct db *db, uint32_t object, uint32_t property, struct span value)
{
    static const struct origin by = {BY_START, 0, NULL};
    const struct slot *s = db_slot(db, object, property);
    struct rd r = rd_of(value.p, value.n);
    if (!s || (prop_is_simulated(property) && !(db->live[object].flags & LIVE_OOS)) ||
        (s->def->code == PC_present_value && db->live[object].command != DB_NONE) ||
        (property == P_log_interval && !trend_interval_fits(db, object, r)))
        return false;
    struct write q = {&db->devices[le16_get(db->img.objects[object].device)], object,
                      BACNET_INDEX_ALL, s, convert_type(db, object), &by};
    return !put(&q, &r, false);
}
