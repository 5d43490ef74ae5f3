/* See compute.h: the Network Port objects (clause 12.56). The tables are the network side's own rows,
 * borrowed; what clients write waits in the overlay until it is activated (port_write.c). */
#include "runtime/object/compute.h"
#include "runtime/object/port.h"
#include "runtime/object/prop.h"

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

/* ---- tables ---- */

static void host_n_port(const uint8_t address[6], struct wr *w)
{
    wr_open(w, 0);
    wr_octets(w, 1, address, 4);
    wr_close(w, 0);
    wr_unsigned(w, 1, (uint32_t)address[4] << 8 | address[5]);
}

/* Routers to the networks beyond this port (12.56.14); those at our own ports are not remote. */
static void routing_table(const struct db *db, const struct port_info *p, struct wr *w)
{
    uint64_t now = clock_ms(db->clock);
    for (uint16_t i = 0; db->routes && i < db->routes->n; i++) {
        const struct net_route *r = &db->routes->rows[i];
        if (r->port != p - db->ports)
            continue;
        wr_unsigned(w, 0, r->network);
        wr_octets(w, 1, r->mac, sizeof r->mac);
        wr_enumerated(w, 2, r->busy_until > now);
    }
}

static void bdt(const struct ip_tables *t, struct wr *w)
{
    for (uint16_t i = 0; i < t->n_bdt; i++) {
        wr_open(w, 0);
        host_n_port(t->bdt[i].address, w);
        wr_close(w, 0);
        wr_octets(w, 1, t->bdt[i].mask, 4);
    }
}

static void fdt(const struct db *db, const struct ip_tables *t, struct wr *w)
{
    uint64_t now = clock_ms(db->clock);
    for (uint16_t i = 0; i < t->n_fdt; i++) {
        const struct fdt_entry *e = &t->fdt[i];
        uint64_t left = e->expires_ms > now ? (e->expires_ms - now + 999) / 1000 : 0;
        wr_octets(w, 0, e->address, sizeof e->address);
        wr_unsigned(w, 1, e->ttl_s);
        wr_unsigned(w, 2, left < UINT16_MAX ? left : UINT16_MAX);
    }
}

void port_active(const struct db *db, const struct port_info *p, enum prop_code code, struct wr *w)
{
    const struct ip_tables *t = p->tables;
    if (!t)
        return;
    switch (code) {
    case PC_bdt: bdt(t, w); break;
    case PC_fdt: fdt(db, t, w); break;
    case PC_accept_fd: wr_boolean(w, APP, t->accept_foreign); break;
    case PC_fd_bbmd_address: host_n_port(t->bbmd, w); break;
    case PC_fd_lifetime: wr_unsigned(w, APP, t->lifetime_s); break;
    default: break;
    }
}

/* What a client wrote is shown although it waits to be activated (12.56.9). */
static bac_err setting(const struct db *db, uint32_t object, const struct slot *s,
                       const struct port_info *p, struct wr *w)
{
    struct span over;
    if (db->live[object].flags & LIVE_OVERLAY &&
        overlay_get(&db->overlay, object, s->property, &over))
        wr_bytes(w, over.p, over.n);
    else
        port_active(db, p, (enum prop_code)s->def->code, w);
    return BAC_OK;
}

static uint8_t reliability(const struct port_info *p)
{
    bool lost = p->tables && p->mode == IP_foreign &&
                (p->tables->state == FOREIGN_REFUSED || p->tables->unanswered >= 3);
    return p->reliability ? p->reliability : lost ? REL_renew_fd_registration_failure : 0;
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
    case PC_routing_table: routing_table(d->db, p, w); return BAC_OK;
    case PC_bdt:
    case PC_fdt:
    case PC_fd_bbmd_address:
    case PC_accept_fd:
    case PC_fd_lifetime: return setting(d->db, object, s, p, w);
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
        flags |= reliability(p) ? SF_fault : 0;
        wr_bits(w, APP, (struct bits){4, flags});
        return BAC_OK;
    case PC_reliability: wr_enumerated(w, APP, reliability(p)); return BAC_OK;
    case PC_out_of_service: wr_boolean(w, APP, flags & SF_out_of_service); return BAC_OK;
    case PC_network_number: wr_unsigned(w, APP, p->network); return BAC_OK;
    case PC_network_number_quality: wr_enumerated(w, APP, p->quality); return BAC_OK;
    case PC_changes_pending: wr_boolean(w, APP, p->changes_pending); return BAC_OK;
    case PC_port_command: wr_enumerated(w, APP, 0); return BAC_OK;            /* idle */
    case PC_max_apdu_length: wr_unsigned(w, APP, d->db->limits.max_apdu); return BAC_OK;
    case PC_link_speed: wr_real(w, APP, p->link_speed); return BAC_OK;
    default: return port_address(d, object, s, p, index, w);
    }
}
