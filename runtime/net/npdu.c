/* Clause 6.2.2. See npdu.h. */
#include "runtime/net/npdu.h"

enum { BIT_MESSAGE = 0x80, BIT_DNET = 0x20, BIT_SNET = 0x08, BIT_REPLY = 0x04, VERSION = 1 };

static void take_address(struct rd *r, uint8_t *len, uint8_t *adr)
{
    *len = rd_u8(r);
    if (*len > PEER_SADR_MAX)
        rd_fail(r, "address too long");
    struct span s = rd_take(r, *len);
    if (rd_ok(r))
        memcpy(adr, s.p, s.n);
}

bool npdu_decode(struct rd *r, struct npdu *n)
{
    *n = (struct npdu){0};
    if (rd_u8(r) != VERSION)
        rd_fail(r, "version");
    uint8_t control = rd_u8(r);         /* reserved bits are ignored */
    n->message = (control & BIT_MESSAGE) != 0;
    n->reply = (control & BIT_REPLY) != 0;
    n->priority = control & 3;
    n->has_dnet = (control & BIT_DNET) != 0;
    n->has_snet = (control & BIT_SNET) != 0;
    if (n->has_dnet) {
        n->dnet = rd_u16(r);
        take_address(r, &n->dlen, n->dadr);
        if (!n->dnet || (n->dnet == NET_GLOBAL && n->dlen))
            rd_fail(r, "destination");
    }
    if (n->has_snet) {
        n->snet = rd_u16(r);
        take_address(r, &n->slen, n->sadr);
        if (!n->snet || n->snet == NET_GLOBAL || !n->slen)
            rd_fail(r, "source");
    }
    if (n->has_dnet)
        n->hops = rd_u8(r);
    if (n->message)
        n->type = rd_u8(r);
    return rd_ok(r);
}

void npdu_encode(struct wr *w, const struct npdu *n)
{
    wr_u8(w, VERSION);
    wr_u8(w, (uint8_t)((n->message ? BIT_MESSAGE : 0) | (n->has_dnet ? BIT_DNET : 0) |
                       (n->has_snet ? BIT_SNET : 0) | (n->reply ? BIT_REPLY : 0) |
                       (n->priority & 3)));
    if (n->has_dnet) {
        wr_u16(w, n->dnet);
        wr_u8(w, n->dlen);
        wr_bytes(w, n->dadr, n->dlen);
    }
    if (n->has_snet) {
        wr_u16(w, n->snet);
        wr_u8(w, n->slen);
        wr_bytes(w, n->sadr, n->slen);
    }
    if (n->has_dnet)
        wr_u8(w, n->hops);
    if (n->message)
        wr_u8(w, n->type);
}
