/* See link.h; Annex J.2 and J.4.4. */
#include "runtime/net/link.h"

#include "runtime/net/bbmd.h"
#include "runtime/net/bvll.h"

static bool take(struct link_in *in, const struct rd *npdu, const uint8_t source[NET_MAC],
                 bool broadcast)
{
    in->npdu = *npdu;
    in->broadcast = broadcast;
    memcpy(in->source, source, NET_MAC);
    return true;
}

static void answer_nak(struct router *r, uint8_t port, const uint8_t to[NET_MAC], uint16_t code)
{
    struct wr w = tx_begin(r->tx, 6);
    bvll_encode_result(&w, code);
    struct datagram *d = tx_add(r->tx, &w, 0);
    if (!d)
        return;
    d->port = port;
    memcpy(d->to, to, NET_MAC);
}

/* A node that is no BBMD; as a foreign device it takes forwarded NPDUs from anywhere too. */
static bool plain_input(struct router *r, uint8_t port, const struct bvll *b,
                        const uint8_t from[NET_MAC], bool directed, struct link_in *in)
{
    struct net_port *p = &r->ports[port];
    struct rd body = b->body;
    switch (b->function) {
    case BVLL_forwarded: return take(in, &body, b->origin, true);
    case BVLL_broadcast: return take(in, &body, from, true);
    case BVLL_result:
        if (p->mode == MODE_FOREIGN)
            (void)foreign_result(p->bbmd, from, rd_u16(&body), r->now_ms);
        return false;
    default:
        if (bvll_nak(b->function) && !directed)
            answer_nak(r, port, from, bvll_nak(b->function));
        return false;
    }
}

/* Is the sender within its limits? What a BBMD's peer carries comes from a whole subnet: free. */
static bool admitted(struct router *r, const struct bvll *b, const uint8_t from[NET_MAC])
{
    if (b->function == BVLL_distribute)
        return router_may_answer(r, LIMIT_DISTRIBUTE, from);
    return !bvll_nak(b->function) || router_may_answer(r, LIMIT_BVLL, from);
}

bool link_input(struct router *r, uint8_t port, const uint8_t from[NET_MAC], bool directed,
                const uint8_t *bytes, size_t n, uint64_t now_ms, struct link_in *in)
{
    struct net_port *p = &r->ports[port];
    struct bvll b;
    r->stats.in++;
    r->now_ms = now_ms;
    if (!bvll_decode(bytes, n, &b)) {
        r->stats.bad_bvll++;
        return false;
    }
    if (b.function == BVLL_unicast) /* sent to the broadcast address: taken as one, for safety */
        return take(in, &b.body, from, directed);
    bool ours = !memcmp(from, p->mac, NET_MAC) ||
                (b.function == BVLL_forwarded && !memcmp(b.origin, p->mac, NET_MAC));
    if (ours)
        return false;               /* our own broadcast, heard by ourselves */
    if (!admitted(r, &b, from))
        return false;
    if (p->mode != MODE_BBMD)
        return plain_input(r, port, &b, from, directed, in);
    if (b.function == BVLL_broadcast && !router_may_answer(r, LIMIT_DISTRIBUTE, from))
        return take(in, &b.body, from, true);   /* heard, not carried on: no storm leaves its subnet */
    struct bbmd_local local;
    return bbmd_input(p->bbmd, &b, from, directed, now_ms, r->tx, port, &local) &&
           take(in, &local.npdu, local.source, true);
}
