/* See compute.h: the Device object (clause 12.11). */
#include "runtime/object/compute.h"
#include "runtime/object/cov.h"
#include "runtime/object/prop.h"
#include "runtime/wire/types.h"
#include "schemas/version.h"

static void object_id(const struct device *d, uint32_t object, uint32_t i, struct wr *w)
{
    (void)object;
    wr_oid(w, APP, db_oid(d->db, d->first_object + i));
}

/* 65 bits do not fit into struct bits; clause 20.2.10 by hand. */
static void object_types(struct wr *w)
{
    uint8_t b[(OTS_BITS + 7) / 8] = {0};
    for (size_t i = 0; i < n_obj_defs; i++)
        if (obj_defs[i].type < OTS_BITS)
            b[obj_defs[i].type / 8] |= (uint8_t)(0x80 >> obj_defs[i].type % 8);
    wr_tag(w, TAG_bits, false, sizeof b + 1);
    wr_u8(w, (uint8_t)(sizeof b * 8 - OTS_BITS));
    wr_bytes(w, b, sizeof b);
}

static void read_time(const struct device *d, uint8_t code, struct wr *w)
{
    struct zone *z = &d->db->zone;
    int64_t now = db_now(d->db);
    struct bdate date;
    struct btime time;
    zone_local(z, now, &date, &time);
    if (code == PC_local_date)
        wr_date(w, APP, date);
    else if (code == PC_local_time)
        wr_time(w, APP, time);
    else if (code == PC_utc_offset)
        wr_integer(w, APP, zone_utc_offset(z, now));
    else
        wr_boolean(w, APP, zone_dst(z, now));
}

/* Clause 12.11.47: unspecified while the machine does not know the year. */
static void restart_time(const struct device *d, struct wr *w)
{
    static const int64_t clock_is_set = 946684800000;       /* 2000-01-01 */
    struct time_stamp t = {TS_datetime, 0, {{255, 255, 255, 255}, {255, 255, 255, 255}}};
    if (d->restarted_ms >= clock_is_set)
        zone_local(&d->db->zone, d->restarted_ms, &t.at.date, &t.at.time);
    wr_time_stamp(w, &t);
}

static void restore_time(const struct device *d, struct wr *w)
{
    struct time_stamp t = {TS_datetime, 0, {d->restored_date, d->restored_time}};
    wr_time_stamp(w, &t);
}

static void file_date(const struct device *d, struct wr *w)
{
    struct datetime t = {{255, 255, 255, 255}, {255, 255, 255, 255}};
    if (d->procedure.changed_ms)
        zone_local(&d->db->zone, d->procedure.changed_ms, &t.date, &t.time);
    wr_datetime(w, t);
}

static void file_id(const struct device *d, uint32_t object, uint32_t i, struct wr *w)
{
    (void)object;
    (void)i;
    wr_oid(w, APP, db_oid(d->db, d->file));
}

/* Devices that ours had to look for (12.11.32). */
static void address_binding(const struct db *db, struct wr *w)
{
    for (uint32_t i = 0; i < db->n_bindings; i++) {
        const struct binding *b = &db->bindings[i];
        if (!b->used || !b->wanted)
            continue;
        wr_oid(w, APP, OID(OT_device, b->instance));
        wr_unsigned(w, APP, b->peer.snet);
        wr_octets(w, APP, b->peer.snet ? b->peer.sadr : b->peer.mac,
                  b->peer.snet ? b->peer.slen : sizeof b->peer.mac);
    }
}

bac_err compute_device(const struct device *d, const struct slot *s, uint32_t index, struct wr *w)
{
    const struct db *db = d->db;
    switch (s->def->code) {
    case PC_system_status: wr_enumerated(w, APP, d->system_status); return BAC_OK;
    case PC_object_list: return compute_array(d, 0, d->n_objects, object_id, index, w);
    case PC_database_revision: wr_unsigned(w, APP, d->revision); return BAC_OK;
    case PC_local_date:
    case PC_local_time:
    case PC_utc_offset:
    case PC_daylight_savings_status: read_time(d, s->def->code, w); return BAC_OK;
    case PC_services_supported: wr_bits(w, APP, (struct bits){SS_BITS, db->services}); return BAC_OK;
    case PC_object_types_supported: object_types(w); return BAC_OK;
    case PC_segmentation_supported: wr_enumerated(w, APP, db->limits.segmentation); return BAC_OK;
    case PC_max_segments_accepted: wr_unsigned(w, APP, db->limits.max_segments); return BAC_OK;
    case PC_apdu_segment_timeout:
        wr_unsigned(w, APP, db->limits.apdu_segment_timeout);
        return BAC_OK;
    case PC_max_apdu_length: wr_unsigned(w, APP, db->limits.max_apdu); return BAC_OK;
    case PC_firmware_revision:
    case PC_application_software_version:
        wr_string(w, APP, BAC_VERSION, sizeof BAC_VERSION - 1);
        return BAC_OK;
    case PC_device_address_binding: address_binding(db, w); return BAC_OK;
    case PC_active_cov_subscriptions: cov_list(d, false, w); return BAC_OK;
    case PC_active_cov_multiple_subscriptions: cov_list(d, true, w); return BAC_OK;
    case PC_last_restart_reason: wr_enumerated(w, APP, d->restart_reason); return BAC_OK;
    case PC_time_of_device_restart: restart_time(d, w); return BAC_OK;
    case PC_configuration_files:
        return compute_array(d, 0, d->file != DB_NONE, file_id, index, w);
    case PC_last_restore_time: restore_time(d, w); return BAC_OK;
    case PC_backup_state: wr_enumerated(w, APP, d->procedure.state); return BAC_OK;
    case PC_file_size: wr_unsigned(w, APP, d->procedure.n); return BAC_OK;
    case PC_modification_date: file_date(d, w); return BAC_OK;
    default: return BAC_ERR(property, unknown_property);
    }
}
