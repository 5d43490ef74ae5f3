/* See port.h. */
#include "runtime/object/port.h"

static uint32_t port_of(const struct db *db, uint32_t object)
{
    uint32_t i = 0;
    while (i < db->img.n_ports && le32_get(db->img.ports[i].object) != object)
        i++;
    return i;
}

struct port_info *port_info_of(struct db *db, uint32_t object)
{
    uint32_t i = port_of(db, object);
    return i < db->img.n_ports ? &db->ports[i] : NULL;
}

bool port_setting(enum prop_code code)
{
    return code == PC_bdt || code == PC_accept_fd || code == PC_fd_bbmd_address ||
           code == PC_fd_lifetime;
}

/* ---- as on the wire ---- */

static bool take_host(struct rd *r, uint8_t address[6])
{
    rd_open(r, 0);
    if (!rd_is(r, 1, TAG_octets))
        return false;                   /* names are not looked up here */
    struct span s = rd_octets(r, 1);
    rd_close(r, 0);
    uint32_t port = rd_unsigned(r, 1);
    if (!rd_ok(r) || s.n != 4 || !port || port > UINT16_MAX)
        return false;
    memcpy(address, s.p, 4);
    address[4] = (uint8_t)(port >> 8);
    address[5] = (uint8_t)port;
    return true;
}

/* Ones, then zeros: annex J.4.3.2 makes an address of all nodes with it. */
static bool is_mask(const uint8_t m[4])
{
    uint32_t host = ~((uint32_t)m[0] << 24 | (uint32_t)m[1] << 16 | (uint32_t)m[2] << 8 | m[3]);
    return !(host & (host + 1)) && host != UINT32_MAX;
}

/* One node, not nobody nor everybody. */
static bool is_node(const uint8_t address[4])
{
    return address[0] && address[0] < 224;
}

static bool take_bdt_entry(struct rd *r, struct bdt_entry *e)
{
    struct rd host = rd_enclosed(r, 0);
    memset(e->mask, 0xff, sizeof e->mask);
    if (!rd_ok(r) || !take_host(&host, e->address))
        return false;
    if (rd_is(r, 1, TAG_octets)) {
        struct span s = rd_octets(r, 1);
        if (s.n != 4)
            return false;
        memcpy(e->mask, s.p, 4);
    }
    return rd_ok(r);
}

bac_err port_admit(uint32_t property, struct rd e)
{
    struct bdt_entry entry;
    bool good = true;
    if (property == P_bbmd_broadcast_distribution_table)
        good = take_bdt_entry(&e, &entry) && is_node(entry.address) && is_mask(entry.mask);
    else if (property == P_fd_bbmd_address)
        good = take_host(&e, entry.address) && is_node(entry.address);
    else if (property == P_fd_subscription_lifetime)
        good = rd_unsigned(&e, APP) > 0;
    return good ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

bac_err port_admit_table(const struct db *db, uint32_t object, struct span table)
{
    uint32_t i = port_of(db, object), n = 0, others = 0;
    const struct ip_tables *t = i < db->img.n_ports ? db->ports[i].tables : NULL;
    struct rd r = rd_of(table.p, table.n);
    struct bdt_entry e[BDT_MAX + 1];
    for (; rd_left(&r) && n <= BDT_MAX && take_bdt_entry(&r, &e[n]); n++) {
        others += !t || memcmp(e[n].address, t->bdt[0].address, sizeof e[n].address);
        for (uint32_t k = 0; k < n; k++)
            if (!memcmp(e[k].address, e[n].address, sizeof e[n].address))
                return BAC_ERR(property, value_out_of_range);       /* would be sent everything twice */
    }
    return others + 1 > BDT_MAX ? BAC_ERR(resources, no_space_to_write_property) : BAC_OK;
}

/* ---- changes ---- */

void port_written(struct db *db, uint32_t object)
{
    struct port_info *p = port_info_of(db, object);
    if (p)
        p->changes_pending = true;
}

/* What is in use is what stays, also over the next restart. */
static void discard(struct db *db, uint32_t object, struct port_info *p)
{
    static const struct { uint32_t property; enum prop_code code; } settings[] = {
        { P_bbmd_broadcast_distribution_table, PC_bdt },
        { P_bbmd_accept_fd_registrations, PC_accept_fd },
        { P_fd_bbmd_address, PC_fd_bbmd_address },
        { P_fd_subscription_lifetime, PC_fd_lifetime },
    };
    struct span old;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct wr w = wr_of(db->scratch, OVERLAY_VALUE_MAX);
        if (!overlay_get(&db->overlay, object, settings[i].property, &old))
            continue;
        port_active(db, p, settings[i].code, &w);
        struct span now = {w.buf, w.len};
        if (overlay_set(&db->overlay, object, settings[i].property, &now, 1))
            journal_note(&db->journal, JOURNAL_PROPERTY, object, settings[i].property);
    }
    p->changes_pending = false;
}

bac_err port_command(struct db *db, uint32_t object, uint32_t command)
{
    struct port_info *p = port_info_of(db, object);
    if (!p || p->command)
        return BAC_ERR(object, busy);
    switch (command) {
    case PORT_IDLE: return BAC_ERR(property, value_out_of_range);
    case PORT_DISCARD_CHANGES: discard(db, object, p); return BAC_OK;
    case PORT_RENEW_FD:
        if (p->mode != IP_foreign)
            return BAC_ERR(property, value_out_of_range);
        p->command = PORT_RENEW_FD;
        return BAC_OK;
    case PORT_VALIDATE_CHANGES: return BAC_OK;  /* they were validated when written */
    default: return BAC_ERR(property, optional_functionality_not_supported);
    }
}

void port_restarted(const struct device *d)
{
    for (uint32_t i = 0; i < d->db->img.n_ports; i++)
        d->db->activate_ports |= le32_get(d->db->img.ports[i].object) - d->first_object < d->n_objects;
}

static void activate_bdt(struct span over, struct ip_tables *t)
{
    struct rd r = rd_of(over.p, over.n);
    struct bdt_entry self = t->bdt[0], e;       /* ours comes first, written or not */
    t->n_bdt = 0;
    t->bdt[t->n_bdt++] = self;
    while (rd_left(&r) && t->n_bdt < BDT_MAX && take_bdt_entry(&r, &e)) {
        if (!memcmp(e.address, self.address, sizeof e.address))
            t->bdt[0] = e;
        else
            t->bdt[t->n_bdt++] = e;
    }
}

void port_activate(struct db *db, uint32_t port, struct ip_tables *t)
{
    uint32_t object = le32_get(db->img.ports[port].object);
    struct span over;
    db->ports[port].changes_pending = false;
    if (object == IMG_NONE || !(db->live[object].flags & LIVE_OVERLAY))
        return;
    if (overlay_get(&db->overlay, object, P_bbmd_broadcast_distribution_table, &over))
        activate_bdt(over, t);
    if (overlay_get(&db->overlay, object, P_bbmd_accept_fd_registrations, &over)) {
        struct rd r = rd_of(over.p, over.n);
        t->accept_foreign = rd_boolean(&r, APP);
        t->n_fdt = t->accept_foreign ? t->n_fdt : 0;
    }
    if (overlay_get(&db->overlay, object, P_fd_bbmd_address, &over)) {
        struct rd r = rd_of(over.p, over.n);
        (void)take_host(&r, t->bbmd);
    }
    if (overlay_get(&db->overlay, object, P_fd_subscription_lifetime, &over)) {
        struct rd r = rd_of(over.p, over.n);
        t->lifetime_s = (uint16_t)rd_unsigned(&r, APP);
    }
}
