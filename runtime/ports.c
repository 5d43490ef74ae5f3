/* The ports of an image on this machine: sockets for the IPv4 ones, numbers for all of them, and
 * what their Network Port objects show (clause 12.56). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runtime/host.h"
#include "runtime/object/port.h"

/* --bind and --port belong to the first IPv4 port. */
static bool override_address(const struct host *h, const char **address, uint16_t *udp_port,
                             char dotted[UDP_TEXT], char why[HOST_WHY])
{
    uint8_t mac[6] = {0, 0, 0, 0, (uint8_t)(*udp_port >> 8), (uint8_t)*udp_port};
    uint64_t port;
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

bool ports_options(const struct host *h, char why[HOST_WHY])
{
    const char *address;
    char dotted[UDP_TEXT];
    uint16_t udp_port = 0;
    return override_address(h, &address, &udp_port, dotted, why);
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

/* By which words a port's address is found. False: an option is none. */
struct words {
    const char *adapter, *address;
    char dotted[UDP_TEXT];
    uint16_t udp_port;
    bool overridden;
};

static bool words_of(const struct host *h, uint8_t i, bool first, struct words *w, char why[HOST_WHY])
{
    const struct img_port *p = &h->db.img.ports[i];
    w->adapter = (const char *)img_text(&h->db.img, p->adapter).p;
    w->address = (const char *)img_text(&h->db.img, p->address).p;
    w->udp_port = le16_get(p->udp_port);
    w->overridden = first && h->options.bind;
    if (first && !override_address(h, &w->address, &w->udp_port, w->dotted, why))
        return false;
    if (w->overridden)
        w->adapter = "";
    return true;
}

static bool open_ipv4(struct host *h, uint8_t i, bool first, char why[HOST_WHY])
{
    const struct img_port *p = &h->db.img.ports[i];
    char reason[UDP_WHY];
    struct words w;
    if (!words_of(h, i, first, &w, why))
        return false;
    int err = udp_open(&h->udp[i], w.adapter, w.address, w.udp_port, reason);
    if (err == -EADDRNOTAVAIL && *w.adapter && !*w.address) {
        log_say(&h->log, LOGGED_WARNING, "adapter", "%s; serving on all addresses", reason);
        err = udp_open(&h->udp[i], "", "", w.udp_port, reason);
    }
    if (err)
        snprintf(why, HOST_WHY, "port %u: %s", p->id, reason);
    else if (!w.overridden)
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

static void show_address(struct port_info *info, const struct udp *u)
{
    memcpy(info->ip, u->mac, 4);
    memcpy(info->everyone, u->everyone, 4);
    memcpy(info->mask, u->mask, 4);
    memcpy(info->gateway, u->gateway, 4);
    dns_server(info->dns);
    memcpy(info->mac, u->mac, 6);
    info->mac_len = 6;
}

static void show(struct port_info *info, const struct img_port *p, const struct udp *u,
                 const struct stack_port *s)
{
    *info = (struct port_info){.type = p->type, .mode = s->mode, .network = s->network,
                               .quality = s->network ? NQ_configured : NQ_unknown,
                               .udp_port = (uint16_t)(s->mac[4] << 8 | s->mac[5])};
    if (s->kind == PORT_IPV4)
        show_address(info, u);
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

/* ---- addresses that come and go ---- */

/* SETTLE_MS: an address, its route and the next one come one after the other. */
enum { SETTLE_MS = 500, REOPEN_MS = 5000 };

int ports_listen(struct host *h, uint8_t port)
{
    const struct udp *u = &h->udp[port];
    int err = u->fd < 0 ? 0 : loop_add(&h->loop, u->fd, HOST_TAG_PORT | port, LOOP_READ);
    return err || u->fd_all < 0 ? err : loop_add(&h->loop, u->fd_all, HOST_TAG_PORT_ALL | port, LOOP_READ);
}

void ports_news(struct host *h)
{
    udp_watch_take(h->addresses);
    if (!timer_armed(&h->look))
        timer_set(&h->timers, &h->look, clock_ms(&h->clock) + SETTLE_MS);
}

/* The port's sockets are at an address that it has no more: others. True: the network is to be told. */
static bool move(struct host *h, uint8_t i, bool first)
{
    struct udp *u = &h->udp[i];
    const struct img_port *p = &h->db.img.ports[i];
    char why[HOST_WHY], is[UDP_TEXT], was[UDP_TEXT];
    struct stack_port now = {.kind = PORT_IPV4, .id = p->id};
    udp_text(h->db.ports[i].mac, was);
    udp_close(u);                       /* so that they are out of the loop as well */
    bool good = open_ipv4(h, i, first, why) && describe_ipv4(h, i, &now, why);
    int err = good ? ports_listen(h, i) : 0;
    if (err)
        snprintf(why, HOST_WHY, "port %u: %s", p->id, strerror(-err));
    if (err || !good) {
        udp_close(u);
        log_limited(&h->log, LOGGED_ERROR, 0x530000u + i, "address", "%s; it is tried again", why);
        timer_set(&h->timers, &h->look, clock_ms(&h->clock) + REOPEN_MS);
        return false;
    }
    show_address(&h->db.ports[i], u);
    stack_moved(h->stack, i, &now);
    log_say(&h->log, LOGGED_INFO, "address", "port %u: on %s%s now, it was %s", p->id, udp_text(u->mac, is),
            u->any ? " (all addresses)" : "", was);
    return true;
}

/* Told once. The sockets stay, for the address may come back. */
static void missed(struct host *h, uint8_t i)
{
    char text[UDP_TEXT];
    if (!h->away[i])
        log_say(&h->log, LOGGED_WARNING, "address",
                "port %u: the machine has no address %s any more; nothing is heard there until it has one",
                h->db.img.ports[i].id, udp_text(h->udp[i].mac, text));
    h->away[i] = true;
}

/* True: it is there again, or another is. */
static bool found(struct host *h, uint8_t i, bool first, enum udp_news news)
{
    char text[UDP_TEXT];
    bool again = h->away[i];
    if (again && news == UDP_SAME)
        log_say(&h->log, LOGGED_INFO, "address", "port %u: %s is there again", h->db.img.ports[i].id,
                udp_text(h->udp[i].mac, text));
    h->away[i] = false;
    if (news == UDP_OTHER)
        return move(h, i, first);
    show_address(&h->db.ports[i], &h->udp[i]);          /* the way out may be another */
    return again;
}

void ports_look(struct host *h)
{
    bool first = true, tell = false;
    for (uint8_t i = 0; i < h->n_ports; i++) {
        const struct img_port *p = &h->db.img.ports[i];
        enum udp_news news = UDP_OTHER;                 /* it could not be opened the last time */
        char why[HOST_WHY];
        struct words w;
        if (p->type != NT_ipv4 || !(le16_get(p->flags) & IMG_PORT_ENABLED))
            continue;
        if (h->udp[i].fd >= 0 && words_of(h, i, first, &w, why)) {
            news = udp_look(&h->udp[i], w.adapter, w.address);
            if (news == UDP_GONE && h->udp[i].any)      /* the adapter was not there before either */
                news = udp_look(&h->udp[i], "", "");
        }
        if (news == UDP_GONE)
            missed(h, i);
        else
            tell |= found(h, i, first, news);
        first = false;
    }
    host_ports_shown(h);
    if (tell)
        stack_start(h->stack);
}
