/* The ports of an image on this machine: sockets for the IPv4 ones, numbers for all of them, and
 * what their Network Port objects show (clause 12.56). */
#include <errno.h>
#include <stdio.h>

#include "runtime/host.h"
#include "runtime/object/port.h"

/* --bind and --port belong to the first IPv4 port. */
static bool override_address(const struct host *h, const char **address, uint16_t *udp_port,
                             char dotted[UDP_TEXT], char why[HOST_WHY])
{
    uint8_t mac[6] = {0, 0, 0, 0, (uint8_t)(*udp_port >> 8), (uint8_t)*udp_port};
    unsigned long port;
    if (h->options.bind) {
        if (!udp_parse(h->options.bind, mac)) {
            snprintf(why, HOST_WHY, "--bind %s: not an IPv4 address", h->options.bind);
            return false;
        }
        snprintf(dotted, UDP_TEXT, "%u.%u.%u.%u", mac[0], mac[1], mac[2], mac[3]);
        *address = dotted;
        *udp_port = (uint16_t)(mac[4] << 8 | mac[5]);
    }
    if (h->options.port) {
        if (!options_number(h->options.port, 1, UINT16_MAX, &port)) {
            snprintf(why, HOST_WHY, "--port %s: not a UDP port", h->options.port);
            return false;
        }
        *udp_port = (uint16_t)port;
    }
    return true;
}

/* Whom a broadcast reaches is the system's to say: a project that says another mask is mistaken, or the system is. */
static void compare_mask(struct host *h, const struct img_port *p, const struct udp *u)
{
    unsigned bits = 0, said = le16_get(p->prefix);
    while (bits < 32 && u->mask[bits / 8] << bits % 8 & 0x80)
        bits++;
    if (said && said != bits)
        log_say(&h->log, LOGGED_WARNING, "mask", "port %u: the adapter's subnet mask has %u bits, in the project %u",
                p->id, bits, said);
}

static bool open_ipv4(struct host *h, uint8_t i, bool first, char why[HOST_WHY])
{
    const struct img_port *p = &h->db.img.ports[i];
    const char *adapter = (const char *)img_text(&h->db.img, p->adapter).p;
    const char *address = (const char *)img_text(&h->db.img, p->address).p;
    uint16_t udp_port = le16_get(p->udp_port);
    char dotted[UDP_TEXT], reason[UDP_WHY];
    if (first && !override_address(h, &address, &udp_port, dotted, why))
        return false;
    if (first && h->options.bind)
        adapter = "";
    int err = udp_open(&h->udp[i], adapter, address, udp_port, reason);
    if (err == -EADDRNOTAVAIL && *adapter && !*address) {
        log_say(&h->log, LOGGED_WARNING, "adapter", "%s; serving on all addresses", reason);
        err = udp_open(&h->udp[i], "", "", udp_port, reason);
    }
    if (err)
        snprintf(why, HOST_WHY, "port %u: %s", p->id, reason);
    else if (!first || !h->options.bind)
        compare_mask(h, p, &h->udp[i]);
    return !err;
}

/* The first name server of this machine; none: zeros. */
static void dns_server(uint8_t address[4])
{
    char line[128], dotted[64];
    uint8_t mac[6];
    FILE *f = fopen("/etc/resolv.conf", "r");
    memset(address, 0, 4);
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, " nameserver %63s", dotted) == 1 && udp_parse(dotted, mac)) {
            memcpy(address, mac, 4);
            break;
        }
    if (f)
        fclose(f);
}

static void show(struct port_info *info, const struct img_port *p, const struct udp *u,
                 const struct stack_port *s)
{
    *info = (struct port_info){.type = p->type, .mode = s->mode, .network = s->network,
                               .quality = s->network ? NQ_configured : NQ_unknown,
                               .udp_port = (uint16_t)(s->mac[4] << 8 | s->mac[5])};
    if (s->kind != PORT_IPV4)
        return;
    memcpy(info->ip, s->mac, 4);
    memcpy(info->mask, u->mask, 4);
    memcpy(info->gateway, u->gateway, 4);
    dns_server(info->dns);
    memcpy(info->mac, s->mac, 6);
    info->mac_len = 6;
}

static uint8_t mode_of(uint16_t flags)
{
    return flags & IMG_PORT_BBMD ? MODE_BBMD : flags & IMG_PORT_FOREIGN ? MODE_FOREIGN : MODE_NORMAL;
}

static bool describe_ipv4(const struct host *h, uint8_t i, struct stack_port *out,
                          char why[HOST_WHY])
{
    const struct image *img = &h->db.img;
    const struct img_port *p = &img->ports[i];
    const char *bbmd = (const char *)img_text(img, p->foreign_bbmd).p;
    out->mode = mode_of(le16_get(p->flags));
    memcpy(out->mac, h->udp[i].mac, NET_MAC);
    memcpy(out->everyone, h->udp[i].everyone, NET_MAC);
    if (!h->udp[i].any)
        memcpy(out->mask, h->udp[i].mask, sizeof out->mask);
    out->n_peers = (uint16_t)le32_get(p->n_peers);
    out->peers = img->peers + le32_get(p->first_peer);
    out->bbmd[4] = BACNET_UDP_PORT >> 8;
    out->bbmd[5] = BACNET_UDP_PORT & 0xff;
    out->lifetime_s = le16_get(p->foreign_ttl);
    if (out->mode != MODE_FOREIGN || udp_parse(bbmd, out->bbmd))
        return true;
    snprintf(why, HOST_WHY, "port %u: BBMD '%s' is not an IPv4 address", p->id, bbmd);
    return false;
}

static bool ports(struct host *h, struct stack_port out[NET_PORTS], bool open, char why[HOST_WHY])
{
    const struct image *img = &h->db.img;
    bool first = true;
    for (uint8_t i = 0; open && i < NET_PORTS; i++)
        h->udp[i].fd = h->udp[i].fd_all = -1;
    if (img->n_ports > NET_PORTS) {
        snprintf(why, HOST_WHY, "%u ports; at most %d are served", img->n_ports, NET_PORTS);
        return false;
    }
    for (uint8_t i = 0; i < img->n_ports; i++) {
        const struct img_port *p = &img->ports[i];
        bool enabled = le16_get(p->flags) & IMG_PORT_ENABLED;
        out[i] = (struct stack_port){.kind = p->type == NT_ipv4 ? PORT_IPV4 : PORT_VIRTUAL,
                                     .id = p->id};
        out[i].network = enabled ? le16_get(p->network) : 0;
        if (p->type == NT_ipv4 && enabled) {
            if ((open && !open_ipv4(h, i, first, why)) || !describe_ipv4(h, i, &out[i], why))
                return false;
            first = false;
        }
        show(&h->db.ports[i], p, &h->udp[i], &out[i]);
    }
    h->n_ports = (uint8_t)img->n_ports;
    if (first)
        snprintf(why, HOST_WHY, "no IPv4 port is enabled");
    return !first;
}

bool ports_open(struct host *h, struct stack_port out[NET_PORTS], char why[HOST_WHY])
{
    return ports(h, out, true, why);
}

bool ports_again(struct host *h, struct stack_port out[NET_PORTS], char why[HOST_WHY])
{
    return ports(h, out, false, why);
}

/* ---- while it runs ---- */

static void activate(struct host *h)
{
    h->db.activate_ports = false;
    for (uint8_t i = 0; i < h->n_ports; i++) {
        struct ip_tables *t = stack_ip(h->stack, i);
        if (!t)
            continue;
        port_activate(&h->db, i, t);
        stack_ip_changed(h->stack, i);
    }
}

void ports_attach(struct host *h)
{
    const struct bind *b = stack_bindings(h->stack);
    h->db.routes = &stack_router(h->stack)->routes;
    h->db.bindings = b->table;
    h->db.n_bindings = b->size;
    for (uint8_t i = 0; i < h->n_ports; i++)
        h->db.ports[i].tables = stack_ip(h->stack, i);
    activate(h);
}

void ports_turn(struct host *h)
{
    const struct router *r = stack_router(h->stack);
    for (uint8_t i = 0; i < h->n_ports; i++) {
        struct port_info *p = &h->db.ports[i];
        p->network = r->ports[i].network;       /* learned (clause 6.6.3.12) */
        p->quality = r->ports[i].quality;
        if (p->command)
            stack_ip_changed(h->stack, i);      /* the only one that waits: renew registration */
        p->command = PORT_IDLE;
    }
    if (h->db.activate_ports)
        activate(h);
}
