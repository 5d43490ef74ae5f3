/* The network layer's own messages, clauses 6.4 and 6.6.3: asked, answered, learned from. */
#include "runtime/net/router.h"

enum { BUSY_MS = 30000, SEEK_MS = 1000 };

/* A message of ours: to one station, or to everybody on the port. `to` gives a way back for a far
 * asker. */
static void say(struct router *r, uint8_t port, const uint8_t *mac, const struct npdu *to,
                uint8_t type, const struct wr *data)
{
    struct npdu n = {.message = true, .type = type};
    if (mac && to && to->has_snet) {
        n.has_dnet = true;
        n.dnet = to->snet;
        n.dlen = to->slen;
        n.hops = NPDU_HOPS;
        memcpy(n.dadr, to->sadr, to->slen);
    }
    router_emit(r, port, mac, &n, data);
}

void netmsg_reject(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                   const struct npdu *n, enum net_reject why, uint16_t network)
{
    struct wr w = tx_begin(r->tx, 8);
    if (r->ports[port].kind != PORT_IPV4 || (n->message && n->type == NM_reject))
        return;                         /* clause 6.6.3.5: never about a rejection */
    if (!router_may_answer(r, LIMIT_NETWORK, mac))
        return;
    wr_u8(&w, (uint8_t)why);
    wr_u16(&w, network);
    say(r, port, mac, n, NM_reject, &w);
}

static void who_is_router(struct router *r, uint8_t but, const struct npdu *n, uint16_t network)
{
    for (uint8_t p = 0; p < r->n_ports; p++) {
        struct wr w = tx_begin(r->tx, 8);
        if (p == but || r->ports[p].kind != PORT_IPV4)
            continue;
        wr_u16(&w, network);
        router_emit(r, p, NULL, n, &w);
    }
}

void netmsg_who_is_router(struct router *r, uint8_t but, uint16_t network)
{
    struct npdu n = {.message = true, .type = NM_who_is_router};
    who_is_router(r, but, &n, network);
}

void router_seek(struct router *r, uint8_t but, uint16_t network)
{
    unsigned n = 0;
    for (uint8_t p = 0; p < r->n_ports; p++)
        n += r->ports[p].kind == PORT_IPV4;
    if (n < 2 || router_route(r, network) || (r->sought == network && r->now_ms < r->sought_ms + SEEK_MS))
        return;
    r->sought = network;
    r->sought_ms = r->now_ms;
    netmsg_who_is_router(r, but, network);
}

/* Networks reached through us and not through `port`; with `only`, that one. Count written. */
static unsigned put_networks(const struct router *r, uint8_t port, uint16_t only, struct wr *w)
{
    unsigned count = 0;
    for (uint8_t p = 0; p < r->n_ports; p++)
        if (p != port && r->ports[p].network && (!only || only == r->ports[p].network)) {
            wr_u16(w, r->ports[p].network);
            count++;
        }
    for (uint16_t i = 0; i < r->routes.n; i++)
        if (r->routes.rows[i].port != port && (!only || only == r->routes.rows[i].network)) {
            wr_u16(w, r->routes.rows[i].network);
            count++;
        }
    return count;
}

/* Clause 6.6.3.2: what we do not know goes on, and says who has asked. */
static void ask_others(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], const struct npdu *came,
                       uint16_t network)
{
    struct npdu n = {.message = true, .type = NM_who_is_router, .has_snet = true, .snet = r->ports[port].network,
                     .slen = NET_MAC};
    memcpy(n.sadr, mac, NET_MAC);
    if (came->has_snet) {
        n.snet = came->snet;
        n.slen = came->slen;
        memcpy(n.sadr, came->sadr, n.slen);
    }
    n.has_snet = n.snet;
    who_is_router(r, port, &n, network);
}

static void on_who_is_router(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                             const struct npdu *n, struct rd *data)
{
    struct wr w = tx_begin(r->tx, 2 * (NET_PORTS + NET_ROUTES));
    uint16_t wanted = rd_left(data) ? rd_u16(data) : 0;
    if (!rd_ok(data) || r->n_ports == 1 || (wanted && wanted == r->ports[port].network))
        return;
    if (!router_may_answer(r, LIMIT_NETWORK, mac))
        return;
    if (put_networks(r, port, wanted, &w))
        say(r, port, NULL, NULL, NM_i_am_router, &w);
    else if (wanted && !router_route(r, wanted))
        ask_others(r, port, mac, n, wanted);
}

static bool by_that_router(const struct net_route *t, uint8_t port, const uint8_t mac[NET_MAC])
{
    return t->port == port && !memcmp(t->mac, mac, NET_MAC);
}

/* Clauses 6.6.3.3, 6.6.3.6, 6.6.3.7: what a router says of networks is said on our other ports, too, where they
 * are reached through us. With none named it means all of its own. */
static void pass_on(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], uint8_t type, struct rd named)
{
    bool all = !rd_left(&named);
    if (r->n_ports == 1 || !router_may_answer(r, LIMIT_NETWORK, mac))
        return;
    for (uint8_t p = 0; p < r->n_ports; p++) {
        struct wr w = tx_begin(r->tx, r->tx->longest);
        struct rd data = named;
        if (p == port || r->ports[p].kind != PORT_IPV4)
            continue;
        while (rd_left(&data) >= 2) {
            uint16_t network = rd_u16(&data);
            if (network && network != NET_GLOBAL && router_port_of(r, network) == NET_PORTS)
                wr_u16(&w, network);
        }
        for (uint16_t i = 0; all && i < r->routes.n; i++)
            if (by_that_router(&r->routes.rows[i], port, mac))
                wr_u16(&w, r->routes.rows[i].network);
        if (w.len)
            say(r, p, NULL, NULL, type, &w);
    }
}

static void on_i_am_router(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                           struct rd *data)
{
    if (rd_left(data))
        pass_on(r, port, mac, NM_i_am_router, *data);
    while (rd_left(data) >= 2) {
        uint16_t network = rd_u16(data);
        router_learn(r, network, port, mac);
        struct net_route *route = router_route(r, network);
        if (route)
            route->busy_until = 0;
    }
}

/* Router-Busy and -Available: the networks named, or with none named all of that router's. */
static void on_busy(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], struct rd *data,
                    uint64_t until)
{
    bool all = !rd_left(data);
    for (uint16_t i = 0; all && i < r->routes.n; i++)
        if (by_that_router(&r->routes.rows[i], port, mac))
            r->routes.rows[i].busy_until = until;
    while (rd_left(data) >= 2) {
        struct net_route *t = router_route(r, rd_u16(data));
        if (t && by_that_router(t, port, mac))
            t->busy_until = until;
    }
}

static void on_reject(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], struct rd *data,
                      uint64_t now_ms)
{
    uint8_t why = rd_u8(data);
    struct net_route *t = router_route(r, rd_u16(data));
    if (!rd_ok(data) || !t || !by_that_router(t, port, mac))
        return;
    if (why == NR_busy)
        t->busy_until = now_ms + BUSY_MS;
    else if (why == NR_no_route)
        *t = r->routes.rows[--r->routes.n];
}

/* Clause 6.6.3.8: no ports named asks for the table; changes to it are acknowledged, not made. */
static void on_init_table(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                          const struct npdu *n, struct rd *data)
{
    struct wr w = tx_begin(r->tx, 4 * (NET_PORTS + NET_ROUTES) + 1);
    uint8_t ports = rd_u8(data);
    unsigned count = 0;
    if (!rd_ok(data) || r->n_ports == 1 || !router_may_answer(r, LIMIT_NETWORK, mac))
        return;
    wr_u8(&w, 0);
    for (uint8_t p = 0; !ports && p < r->n_ports; p++)
        if (r->ports[p].network) {
            wr_u16(&w, r->ports[p].network);
            wr_u8(&w, r->ports[p].id);
            wr_u8(&w, 0);
            count++;
        }
    for (uint16_t i = 0; !ports && i < r->routes.n && count < UINT8_MAX; i++, count++) {
        wr_u16(&w, r->routes.rows[i].network);
        wr_u8(&w, r->ports[r->routes.rows[i].port].id);
        wr_u8(&w, 0);
    }
    if (!wr_fits(&w))
        return;
    w.buf[0] = (uint8_t)count;
    say(r, port, mac, n, NM_init_routing_table_ack, &w);
}

static void say_network_number(struct router *r, uint8_t port)
{
    const struct net_port *p = &r->ports[port];
    struct wr w = tx_begin(r->tx, 8);
    if (!p->network)
        return;
    wr_u16(&w, p->network);
    wr_u8(&w, p->quality == NQ_configured);
    say(r, port, NULL, NULL, NM_network_number_is, &w);
}

/* Learned by a plain node only: a router's number is configured (clause 6.6.3.12). */
static void on_network_number(struct router *r, uint8_t port, struct rd *data)
{
    struct net_port *p = &r->ports[port];
    uint16_t network = rd_u16(data);
    uint8_t configured = rd_u8(data);
    if (!rd_ok(data) || !network || network == NET_GLOBAL || configured > 1 ||
        p->quality == NQ_configured || (p->quality == NQ_learned_configured && !configured) ||
        router_port_of(r, network) != NET_PORTS)
        return;
    p->network = network;
    p->quality = configured ? NQ_learned_configured : NQ_learned;
}

void netmsg_input(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], bool broadcast,
                  const struct npdu *n, struct rd *data, uint64_t now_ms)
{
    bool far = n->has_snet || n->has_dnet;
    switch (n->type) {
    case NM_who_is_router: on_who_is_router(r, port, mac, n, data); break;
    case NM_i_am_router: on_i_am_router(r, port, mac, data); break;
    case NM_reject: on_reject(r, port, mac, data, now_ms); break;
    case NM_router_busy:
    case NM_router_available:
        pass_on(r, port, mac, n->type, *data);
        on_busy(r, port, mac, data, n->type == NM_router_busy ? now_ms + BUSY_MS : 0);
        break;
    case NM_init_routing_table: on_init_table(r, port, mac, n, data); break;
    case NM_what_is_network_number:
        if (!far && router_may_answer(r, LIMIT_NETWORK, mac))
            say_network_number(r, port);
        break;
    case NM_network_number_is:
        if (!far)
            on_network_number(r, port, data);
        break;
    case NM_i_could_be_router:
    case NM_init_routing_table_ack: break;
    case NM_establish_connection:
    case NM_disconnect_connection:
        if (!broadcast && r->n_ports > 1)
            netmsg_reject(r, port, mac, n, NR_no_route, rd_u16(data));
        break;
    default:
        if (!broadcast)
            netmsg_reject(r, port, mac, n, NR_unknown_message, n->has_dnet ? n->dnet : 0);
    }
}

void router_announce(struct router *r)
{
    for (uint8_t p = 0; p < r->n_ports; p++) {
        struct wr w = tx_begin(r->tx, 2 * (NET_PORTS + NET_ROUTES));
        if (r->ports[p].kind != PORT_IPV4)
            continue;
        if (r->n_ports > 1 && put_networks(r, p, 0, &w))
            say(r, p, NULL, NULL, NM_i_am_router, &w);
        if (r->ports[p].quality == NQ_configured)
            say_network_number(r, p);
    }
}
