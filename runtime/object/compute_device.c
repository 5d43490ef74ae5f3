/* See compute.h: the Device object (clause 12.11) and the Network Ports (clause 12.56). */
#include "runtime/base/version.h"
#include "runtime/object/compute.h"
#include "runtime/object/prop.h"

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
    case PC_max_apdu_length: wr_unsigned(w, APP, db->limits.max_apdu); return BAC_OK;
    case PC_firmware_revision:
    case PC_application_software_version:
        wr_string(w, APP, BACRT_VERSION, sizeof BACRT_VERSION - 1);
        return BAC_OK;
    case PC_device_address_binding:
        wr_bytes(w, db->address_binding.p, db->address_binding.n);
        return BAC_OK;
    case PC_last_restart_reason: wr_enumerated(w, APP, d->restart_reason); return BAC_OK;
    default: return BAC_ERR(property, unknown_property);
    }
}

/* The router has an object for each port; a device behind it one for the network it is on. */
static const struct port_info *port_of(const struct device *d, uint32_t object)
{
    const struct db *db = d->db;
    for (uint32_t i = 0; i < db->img.n_ports; i++)
        if (le32_get(db->img.ports[i].object) == object)
            return &db->ports[i];
    return &db->ports[d->port];
}

static void mac_address(const struct device *d, const struct port_info *p, struct wr *w)
{
    if (p == &d->db->ports[d->port] && p->type == NT_virtual)
        wr_octets(w, APP, d->img->mac, d->img->mac_len);
    else
        wr_octets(w, APP, p->mac, p->mac_len);
}

static void dns_server(const struct device *d, uint32_t object, uint32_t i, struct wr *w)
{
    (void)i;
    wr_octets(w, APP, port_of(d, object)->dns, 4);
}

static bac_err list(struct span encoded, struct wr *w)
{
    wr_bytes(w, encoded.p, encoded.n);
    return BAC_OK;
}

static bac_err port_address(const struct device *d, uint32_t object, const struct slot *s,
                            const struct port_info *p, uint32_t index, struct wr *w)
{
    switch (s->def->code) {
    case PC_mac_address: mac_address(d, p, w); return BAC_OK;
    case PC_ip_address: wr_octets(w, APP, p->ip, 4); return BAC_OK;
    case PC_ip_subnet_mask: wr_octets(w, APP, p->mask, 4); return BAC_OK;
    case PC_ip_default_gateway: wr_octets(w, APP, p->gateway, 4); return BAC_OK;
    case PC_ip_dns_server: return compute_array(d, object, 1, dns_server, index, w);
    case PC_udp_port: wr_unsigned(w, APP, p->udp_port); return BAC_OK;
    case PC_ip_mode: wr_enumerated(w, APP, p->mode); return BAC_OK;
    case PC_routing_table: return list(p->routing, w);
    case PC_bdt: return list(p->bdt, w);
    case PC_fdt: return list(p->fdt, w);
    case PC_fd_bbmd_address: return list(p->fd_bbmd, w);
    case PC_accept_fd: wr_boolean(w, APP, p->accept_fd); return BAC_OK;
    case PC_fd_lifetime: wr_unsigned(w, APP, p->fd_lifetime); return BAC_OK;
    default: return BAC_ERR(property, unknown_property);
    }
}

bac_err compute_port(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                     struct wr *w)
{
    const struct port_info *p = port_of(d, object);
    uint8_t flags = d->db->live[object].flags & LIVE_OOS ? SF_out_of_service : 0;
    switch (s->def->code) {
    case PC_status_flags:
        flags |= p->reliability ? SF_fault : 0;
        wr_bits(w, APP, (struct bits){4, flags});
        return BAC_OK;
    case PC_reliability: wr_enumerated(w, APP, p->reliability); return BAC_OK;
    case PC_out_of_service: wr_boolean(w, APP, flags != 0); return BAC_OK;
    case PC_network_number: wr_unsigned(w, APP, p->network); return BAC_OK;
    case PC_network_number_quality: wr_enumerated(w, APP, p->quality); return BAC_OK;
    case PC_changes_pending: wr_boolean(w, APP, p->changes_pending); return BAC_OK;
    case PC_port_command: wr_enumerated(w, APP, 0); return BAC_OK;            /* idle */
    case PC_max_apdu_length: wr_unsigned(w, APP, d->db->limits.max_apdu); return BAC_OK;
    case PC_link_speed: wr_real(w, APP, p->link_speed); return BAC_OK;
    default: return port_address(d, object, s, p, index, w);
    }
}
