/* Decides where a message goes. See router.h; clauses 6.5 and 6.6. */
#include "runtime/net/router.h"

#include "runtime/net/bbmd.h"
#include "runtime/net/bvll.h"

void router_init(struct router *r, struct tx *tx)
{
    *r = (struct router){.tx = tx};
}

bool router_may_answer(struct router *r, enum limit_kind kind, const uint8_t mac[NET_MAC])
{
    return !r->limit || limit_take(r->limit, kind, mac, r->now_ms);
}

uint8_t router_port_of(const struct router *r, uint16_t network)
{
    uint8_t p = 0;
    while (p < r->n_ports && (!network || r->ports[p].network != network))
        p++;
    return p < r->n_ports ? p : NET_PORTS;
}

struct net_route *router_route(struct router *r, uint16_t network)
{
    for (uint16_t i = 0; i < r->routes.n; i++)
        if (r->routes.rows[i].network == network)
            return &r->routes.rows[i];
    return NULL;
}

void router_learn(struct router *r, uint16_t network, uint8_t port, const uint8_t mac[NET_MAC])
{
    if (!network || network == NET_GLOBAL || router_port_of(r, network) != NET_PORTS)
        return;
    struct net_route *route = router_route(r, network);
    if (!route && r->routes.n < NET_ROUTES) {
        route = &r->routes.rows[r->routes.n++];
    } else if (!route) {                /* full: the places are reused in turn */
        route = &r->routes.rows[r->routes.next_victim];
        r->routes.next_victim = (uint16_t)((r->routes.next_victim + 1) % NET_ROUTES);
    }
    uint64_t busy = route->network == network ? route->busy_until : 0;
    *route = (struct net_route){network, port, {0}, busy};
    memcpy(route->mac, mac, NET_MAC);
}

/* First device from `from` on that is not before (port, vmac). */
static uint16_t lower_bound(const struct router *r, uint8_t port, const uint8_t vmac[NET_VMAC])
{
    uint16_t lo = 1, hi = r->n_devices;
    while (lo < hi) {
        uint16_t mid = (uint16_t)(lo + (hi - lo) / 2);
        const struct net_device *d = &r->devices[mid];
        if (d->port < port || (d->port == port && memcmp(d->vmac, vmac, NET_VMAC) < 0))
            lo = (uint16_t)(mid + 1);
        else
            hi = mid;
    }
    return lo;
}

uint16_t router_find(const struct router *r, uint8_t port, const uint8_t *vmac, uint8_t n)
{
    if (n != NET_VMAC)
        return NET_NOBODY;
    uint16_t i = lower_bound(r, port, vmac);
    bool found = i < r->n_devices && r->devices[i].port == port &&
                 !memcmp(r->devices[i].vmac, vmac, NET_VMAC);
    return found ? i : NET_NOBODY;
}

static void deliver_one(struct net_in *in, uint16_t device)
{
    if (device == NET_NOBODY)
        return;
    in->scope = SCOPE_ONE;
    in->first = device;
    in->last = (uint16_t)(device + 1);
}

/* All devices of a port; device 0 answers on every IPv4 port. */
static void deliver_port(const struct router *r, struct net_in *in, uint8_t port)
{
    static const uint8_t least[NET_VMAC];
    if (r->ports[port].kind == PORT_IPV4) {
        deliver_one(in, 0);
        return;
    }
    in->scope = SCOPE_PORT;
    in->first = lower_bound(r, port, least);
    in->last = in->first;
    while (in->last < r->n_devices && r->devices[in->last].port == port)
        in->last++;
}

void router_emit(struct router *r, uint8_t port, const uint8_t *mac, const struct npdu *n,
                 const struct wr *w)
{
    const struct net_port *p = &r->ports[port];
    uint8_t bytes[NPDU_HEADER_MAX];
    struct wr h = wr_of(bytes, sizeof bytes);
    npdu_encode(&h, n);
    size_t head = h.len;
    if (!wr_fits(w) || !w->buf || !w->cap || (!mac && p->kind == PORT_VIRTUAL))
        return;         /* what we broadcast on a virtual network would only reach ourselves */
    memcpy(w->buf - head, bytes, head);
    if (p->kind == PORT_IPV4) {
        bool everyone = !mac || !memcmp(mac, p->everyone, NET_MAC);
        if (everyone && p->mode == MODE_FOREIGN) {
            if (!foreign_broadcast(p->bbmd, w->buf - head, w->len + head, r->now_ms))
                return;
            mac = p->bbmd->t.bbmd;
        }
        if (everyone && p->mode == MODE_BBMD)
            bbmd_own_broadcast(p->bbmd, w->buf - head, w->len + head);
        uint8_t function = !everyone                 ? BVLL_unicast
                           : p->mode == MODE_FOREIGN ? BVLL_distribute
                                                     : BVLL_broadcast;
        head += BVLL_HEADER;
        bvll_put_header(w->buf - head, function, w->len + head);
    }
    struct datagram *d = tx_add(r->tx, w, head);
    if (!d)
        return;
    d->port = port;
    memcpy(d->to, mac ? mac : p->everyone, NET_MAC);
    d->loop = p->kind == PORT_VIRTUAL || !memcmp(d->to, p->mac, NET_MAC);
    r->stats.out++;
}

static void set_source(struct npdu *n, uint16_t network, const uint8_t *mac, uint8_t mac_n)
{
    n->has_snet = true;
    n->snet = network;
    n->slen = mac_n;
    memcpy(n->sadr, mac, mac_n);
}

/* A copy of what came in, out through another port with the headers of its new leg. */
static void forward(struct router *r, uint8_t from, const uint8_t src[NET_MAC], uint8_t to,
                    const uint8_t *mac, const struct npdu *came, struct rd body, bool arrived)
{
    struct npdu n = *came;
    struct span s = rd_rest(&body);
    uint8_t bytes[NPDU_HEADER_MAX];
    struct wr head = wr_of(bytes, sizeof bytes);
    if (!n.has_snet)
        set_source(&n, r->ports[from].network, src, r->ports[from].kind == PORT_VIRTUAL ? NET_VMAC : NET_MAC);
    if (arrived) {                      /* on its destination network: clause 6.2.2.1 */
        n.has_dnet = false;
        n.dlen = 0;
    } else {
        n.hops--;
    }
    npdu_encode(&head, &n);
    if (head.len + s.n > BVLL_NPDU_MAX) {
        netmsg_reject(r, from, src, came, NR_too_long, came->dnet);
        return;
    }
    struct wr w = tx_begin(r->tx, r->tx->longest);
    wr_bytes(&w, s.p, s.n);
    router_emit(r, to, mac, &n, &w);
    r->stats.forwarded++;
}

/* DNET X'FFFF': ours, and on through every other port (clause 6.3.2). */
static void global(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                   const struct npdu *n, struct rd body, struct net_in *in)
{
    deliver_one(in, 0);
    if (n->hops <= 1 || !r->ports[port].network)
        return;
    if (r->n_ports > 1)
        in->scope = SCOPE_ALL;
    for (uint8_t p = 0; p < r->n_ports; p++)
        if (p != port && r->ports[p].kind == PORT_IPV4)
            forward(r, port, mac, p, NULL, n, body, false);
}

/* To one of the networks at our own ports. */
static void to_own_network(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], uint8_t to,
                           const struct npdu *n, struct rd body, struct net_in *in)
{
    const struct net_port *p = &r->ports[to];
    if (n->hops <= 1) {
        r->stats.hops++;
    } else if (p->kind == PORT_VIRTUAL) {
        if (n->message)
            return;                     /* our nodes there have no network layer of their own */
        if (n->dlen)
            deliver_one(in, router_find(r, to, n->dadr, n->dlen));
        else
            deliver_port(r, in, to);
    } else if (!n->dlen) {
        in->from.asked = (uint8_t)(to + 1);
        deliver_port(r, in, to);
        forward(r, port, mac, to, NULL, n, body, true);
    } else if (n->dlen != NET_MAC) {
        netmsg_reject(r, port, mac, n, NR_addressing, n->dnet);
    } else if (!memcmp(n->dadr, p->mac, NET_MAC)) {
        in->from.asked = (uint8_t)(to + 1);
        deliver_one(in, 0);
    } else {
        forward(r, port, mac, to, n->dadr, n, body, true);
    }
}

static void to_far_network(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                           bool broadcast, const struct npdu *n, struct rd body, uint64_t now_ms)
{
    const struct net_route *route = router_route(r, n->dnet);
    if (route && route->port == port)
        return;                         /* its router hears it on that network itself */
    if (route && route->busy_until > now_ms) {
        netmsg_reject(r, port, mac, n, NR_busy, n->dnet);
    } else if (route && n->hops > 1) {
        forward(r, port, mac, route->port, route->mac, n, body, false);
    } else if (route) {
        r->stats.hops++;
    } else if (!broadcast) {
        r->stats.no_route++;
        netmsg_reject(r, port, mac, n, NR_no_route, n->dnet);
        netmsg_who_is_router(r, port, n->dnet);
    } else {
        router_seek(r, port, n->dnet);  /* clause 6.5.3: said to all for want of a router, and again when one is known */
    }
}

/* A message with a DNET; n_ports 1: a plain node takes what is global or names its own network. */
static void routed(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], bool broadcast,
                   const struct npdu *n, struct rd body, uint64_t now_ms, struct net_in *in)
{
    const struct net_port *p = &r->ports[port];
    uint8_t to = router_port_of(r, n->dnet);
    if (n->dnet == NET_GLOBAL) {
        global(r, port, mac, n, body, in);
    } else if (to == port) {            /* lenient: already where it wants to go; never sent back */
        if (!n->dlen || (n->dlen == NET_MAC && !memcmp(n->dadr, p->mac, NET_MAC)))
            deliver_port(r, in, port);
    } else if (r->n_ports == 1) {
        r->stats.no_route++;
    } else if (to != NET_PORTS) {
        to_own_network(r, port, mac, to, n, body, in);
    } else {
        to_far_network(r, port, mac, broadcast, n, body, now_ms);
    }
}

static void describe(struct net_in *in, uint8_t port, const uint8_t mac[NET_MAC], bool broadcast,
                     const struct npdu *n, struct rd apdu)
{
    in->apdu = apdu;
    in->from = (struct peer){.port = port, .priority = n->priority};
    /* Who does not know the way to a network says it to all on his own (clause 6.5.3): it is for DADR alone. */
    in->from.broadcast = n->has_dnet ? !n->dlen : broadcast;
    memcpy(in->from.mac, mac, NET_MAC);
    if (n->has_snet) {
        in->from.snet = n->snet;
        in->from.slen = n->slen;
        memcpy(in->from.sadr, n->sadr, n->slen);
    }
}

void router_loop(struct router *r, const struct datagram *d, struct net_in *in)
{
    struct rd bytes = rd_of(d->bytes, d->n);
    bool virtual = r->ports[d->port].kind == PORT_VIRTUAL;
    struct npdu n;
    in->scope = SCOPE_NONE;
    if (!virtual)
        (void)rd_take(&bytes, BVLL_HEADER);
    if (!npdu_decode(&bytes, &n) || n.has_dnet || n.message)
        return;
    describe(in, d->port, d->from, false, &n, bytes);
    deliver_one(in, virtual ? router_find(r, d->port, d->to, NET_VMAC) : 0);
}

void router_input(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], bool broadcast,
                  struct rd npdu, uint64_t now_ms, struct net_in *in)
{
    struct npdu n;
    in->scope = SCOPE_NONE;
    r->now_ms = now_ms;
    if (!npdu_decode(&npdu, &n)) {
        r->stats.bad_npdu++;
        return;
    }
    if (n.has_snet && router_port_of(r, n.snet) != NET_PORTS) {
        r->stats.loops++;               /* said to come from a network that only we lead to */
        return;
    }
    if (n.has_snet)
        router_learn(r, n.snet, port, mac);
    describe(in, port, mac, broadcast, &n, npdu);
    if (n.has_dnet)
        routed(r, port, mac, broadcast, &n, npdu, now_ms, in);
    else
        deliver_port(r, in, port);
    if (n.message) {
        bool ours = in->scope != SCOPE_NONE;
        in->scope = SCOPE_NONE;
        if (ours)
            netmsg_input(r, port, mac, broadcast, &n, &npdu, now_ms);
    }
}

/* SNET and SADR where the device does not sit on the network that the message leaves through. */
static void put_source(const struct router *r, uint16_t device, uint8_t port, struct npdu *n)
{
    const struct net_device *d = &r->devices[device];
    bool virtual = r->ports[d->port].kind == PORT_VIRTUAL;
    if (virtual ? d->port == port : r->ports[port].kind == PORT_IPV4)
        return;
    set_source(n, r->ports[d->port].network, virtual ? d->vmac : r->ports[d->port].mac, virtual ? NET_VMAC : NET_MAC);
}

/* Whom it asked is who answers. A subscriber may be older than the network: then the device as it is. */
static void put_asked(const struct net_port *p, struct npdu *n)
{
    if (p->kind == PORT_IPV4 && p->network)
        set_source(n, p->network, p->mac, NET_MAC);
}

/* To everybody (mac NULL) or that one, through that port or every BACnet/IP port (NET_PORTS). */
static void send_through(struct router *r, uint16_t device, uint8_t only, const uint8_t *mac, const struct npdu *n,
                         const struct wr *w)
{
    struct wr copy = *w;
    for (uint8_t p = 0; p < r->n_ports; p++) {
        if (r->ports[p].kind != PORT_IPV4 || (only != NET_PORTS && only != p))
            continue;
        struct npdu leg = *n;
        put_source(r, device, p, &leg);
        if (copy.buf != w->buf) {       /* a second port: headers may differ, so does the place */
            copy = tx_begin(r->tx, w->len);
            wr_bytes(&copy, w->buf, w->len);
        }
        router_emit(r, p, mac, &leg, &copy);
        copy.buf = NULL;
    }
}

void router_send(struct router *r, uint16_t device, const struct peer *to, bool reply,
                 uint8_t priority, const struct wr *w)
{
    struct npdu n = {.reply = reply, .priority = priority};
    size_t before = r->tx->n;
    if (to->snet) {
        n.has_dnet = true;
        n.dnet = to->snet;
        n.dlen = to->slen;
        n.hops = NPDU_HOPS;
        memcpy(n.dadr, to->sadr, to->slen);
        if (!memcmp(to->mac, r->ports[to->port].everyone, NET_MAC)) {
            send_through(r, device, NET_PORTS, NULL, &n, w);    /* clause 6.5.3: for want of a router */
            return;
        }
    }
    put_source(r, device, to->port, &n);
    if (!n.has_snet && to->asked)
        put_asked(&r->ports[to->asked - 1], &n);
    router_emit(r, to->port, to->mac, &n, w);
    if (r->tx->n > before && r->tx->out[before].loop) {
        const struct net_device *d = &r->devices[device];
        struct datagram *own = &r->tx->out[before];
        if (d->port == to->port)        /* on one network: the source is in no header */
            memcpy(own->from, r->ports[d->port].kind == PORT_VIRTUAL ? d->vmac
                                                                    : r->ports[d->port].mac,
                   r->ports[d->port].kind == PORT_VIRTUAL ? NET_VMAC : NET_MAC);
    }
}

void router_broadcast(struct router *r, uint16_t device, uint16_t network, uint8_t priority,
                      const struct wr *w)
{
    struct npdu n = {.priority = priority};
    uint8_t only = router_port_of(r, network);
    const struct net_route *route = router_route(r, network);
    if (network && only == NET_PORTS) {
        n.has_dnet = true;
        n.dnet = network;
        n.hops = NPDU_HOPS;
    }
    if (route)
        only = route->port;
    send_through(r, device, only, route ? route->mac : NULL, &n, w);
}

void router_peer(struct router *r, uint16_t device, uint16_t network, const uint8_t *adr,
                 uint8_t n, struct peer *out)
{
    uint8_t here = r->devices[device].port;
    uint8_t port = network ? router_port_of(r, network) : n == NET_MAC ? r->devices[0].port : here;
    *out = (struct peer){.port = port, .max_apdu = 1476};
    n = n <= PEER_SADR_MAX ? n : PEER_SADR_MAX;
    if (port != NET_PORTS) {
        memcpy(out->mac, adr, n < NET_MAC ? n : NET_MAC);
        return;
    }
    out->snet = network;
    out->slen = n;
    memcpy(out->sadr, adr, n);
    router_way(r, out);
}

void router_way(struct router *r, struct peer *to)
{
    if (!to->snet || router_port_of(r, to->snet) != NET_PORTS)
        return;
    const struct net_route *route = router_route(r, to->snet);
    to->port = route ? route->port : r->devices[0].port;        /* unknown way: said to all, its router takes it on */
    memcpy(to->mac, route ? route->mac : r->ports[to->port].everyone, NET_MAC);
    if (to->asked == to->port + 1)
        to->asked = 0;                  /* no message comes from the network that it is on */
}
