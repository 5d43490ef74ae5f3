/* See bbmd.h. Never looks into the NPDU; as a foreign device: foreign.c. */
#include "runtime/net/bbmd.h"

static const uint8_t all_ones[4] = {255, 255, 255, 255};

void bbmd_init(struct bbmd *b, const uint8_t self[6], const uint8_t subnet[6], const uint8_t mask[4])
{
    *b = (struct bbmd){.t.accept_foreign = true};
    memcpy(b->self, self, 6);
    memcpy(b->subnet, subnet, 6);
    memcpy(b->mask, mask, 4);
    memcpy(b->t.bdt[0].address, self, 6);
    memcpy(b->t.bdt[0].mask, all_ones, 4);
    b->t.n_bdt = 1;
}

void bbmd_send(struct tx *tx, uint8_t port, const uint8_t to[6], const struct wr *w)
{
    struct datagram *d = tx_add(tx, w, 0);
    if (d) {
        d->port = port;
        memcpy(d->to, to, 6);
    }
}

static void send_result(struct tx *tx, uint8_t port, const uint8_t to[6], uint16_t code)
{
    struct wr w = tx_begin(tx, 6);
    bvll_encode_result(&w, code);
    bbmd_send(tx, port, to, &w);
}

/* ---- distribution ---- */

static void enqueue(struct bbmd *b, const uint8_t origin[6], const uint8_t *npdu, size_t n,
                    bool peers, bool subnet, const uint8_t skip[6])
{
    size_t whole = BVLL_HEADER + 6 + n;
    if (b->queued == BBMD_QUEUE || n > BVLL_MTU - BVLL_HEADER - 6) {
        b->stats.queue_full++;
        return;
    }
    struct bbmd_frame *f = &b->queue[(b->head + b->queued++) % BBMD_QUEUE];
    bvll_put_header(f->bytes, BVLL_forwarded, whole);
    memcpy(f->bytes + BVLL_HEADER, origin, 6);
    memcpy(f->bytes + BVLL_HEADER + 6, npdu, n);
    f->n = whole;
    f->bdt = f->fdt = 0;
    f->peers = peers;
    f->subnet = subnet;
    memcpy(f->skip, skip, 6);
    b->stats.distributed++;
}

/* Where the copy for a peer goes: to itself, or by directed broadcast to its subnet (J.4.3.2). */
static void peer_target(const struct bdt_entry *e, uint8_t to[6])
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(e->address[i] | (uint8_t)~e->mask[i]);
    memcpy(to + 4, e->address + 4, 2);
}

/* The next receiver of a frame; false: all have it. */
static bool next_target(struct bbmd *b, struct bbmd_frame *f, uint8_t to[6])
{
    if (f->subnet) {
        f->subnet = false;
        memcpy(to, b->subnet, 6);
        return true;
    }
    while (f->peers && f->bdt < b->t.n_bdt) {
        const struct bdt_entry *e = &b->t.bdt[f->bdt++];
        peer_target(e, to);
        if (memcmp(e->address, b->self, 6) && memcmp(e->address, f->skip, 6))
            return true;
    }
    while (f->fdt < b->t.n_fdt) {
        memcpy(to, b->t.fdt[f->fdt++].address, 6);
        if (memcmp(to, f->skip, 6))
            return true;
    }
    return false;
}

bool bbmd_drain(struct bbmd *b, struct tx *tx, uint8_t port)
{
    for (unsigned sent = 0; b->queued; sent++) {
        struct bbmd_frame *f = &b->queue[b->head];
        uint8_t to[6];
        if (sent == BBMD_SLICE || !tx_room(tx, 1))
            return true;
        if (!next_target(b, f, to)) {
            b->head = (uint16_t)((b->head + 1) % BBMD_QUEUE);
            b->queued--;
            continue;
        }
        struct wr w = tx_begin(tx, f->n);
        wr_bytes(&w, f->bytes, f->n);
        bbmd_send(tx, port, to, &w);
    }
    return false;
}

void bbmd_own_broadcast(struct bbmd *b, const uint8_t *npdu, size_t n)
{
    enqueue(b, b->self, npdu, n, true, false, b->self);
}

/* ---- foreign devices ---- */

static struct fdt_entry *fdt_find(struct bbmd *b, const uint8_t address[6])
{
    for (uint16_t i = 0; i < b->t.n_fdt; i++)
        if (!memcmp(b->t.fdt[i].address, address, 6))
            return &b->t.fdt[i];
    return NULL;
}

static void fdt_remove(struct bbmd *b, struct fdt_entry *e) { *e = b->t.fdt[--b->t.n_fdt]; }

static uint16_t register_foreign(struct bbmd *b, const uint8_t from[6], struct rd *body,
                                 uint64_t now)
{
    uint16_t ttl = rd_u16(body);
    struct fdt_entry *e = fdt_find(b, from);
    unsigned same = 0;                  /* a host with many ports, or pretending to have them */
    if (!rd_end(body) || !b->t.accept_foreign)
        return BVLL_nak_register;
    for (uint16_t i = 0; i < b->t.n_fdt; i++)
        same += !memcmp(b->t.fdt[i].address, from, 4);
    if (!e && (b->t.n_fdt == FDT_MAX || same >= FDT_PER_HOST)) {
        b->stats.fdt_full++;
        return BVLL_nak_register;
    }
    if (!e)
        e = &b->t.fdt[b->t.n_fdt++];
    memcpy(e->address, from, 6);
    e->ttl_s = ttl;
    e->expires_ms = now + (ttl + (uint64_t)FD_GRACE_S) * 1000;
    return BVLL_ok;
}

static void send_bdt(struct bbmd *b, struct tx *tx, uint8_t port, const uint8_t to[6])
{
    size_t whole = BVLL_HEADER + 10u * b->t.n_bdt;
    uint8_t head[BVLL_HEADER];
    struct wr w = tx_begin(tx, whole);
    bvll_put_header(head, BVLL_read_bdt_ack, whole);
    wr_bytes(&w, head, sizeof head);
    for (uint16_t i = 0; i < b->t.n_bdt; i++) {
        wr_bytes(&w, b->t.bdt[i].address, 6);
        wr_bytes(&w, b->t.bdt[i].mask, 4);
    }
    bbmd_send(tx, port, to, &w);
}

static void send_fdt(struct bbmd *b, struct tx *tx, uint8_t port, const uint8_t to[6], uint64_t now)
{
    uint16_t most = (BVLL_MTU - BVLL_HEADER) / 10, n = b->t.n_fdt < most ? b->t.n_fdt : most;
    size_t whole = BVLL_HEADER + 10u * n;
    uint8_t head[BVLL_HEADER];
    struct wr w = tx_begin(tx, whole);
    bvll_put_header(head, BVLL_read_fdt_ack, whole);
    wr_bytes(&w, head, sizeof head);
    for (uint16_t i = 0; i < n; i++) {
        uint64_t left = b->t.fdt[i].expires_ms > now ? (b->t.fdt[i].expires_ms - now + 999) / 1000 : 0;
        wr_bytes(&w, b->t.fdt[i].address, 6);
        wr_u16(&w, b->t.fdt[i].ttl_s);
        wr_u16(&w, (uint16_t)(left < UINT16_MAX ? left : UINT16_MAX));
    }
    bbmd_send(tx, port, to, &w);
}

static uint16_t delete_foreign(struct bbmd *b, struct rd *body)
{
    struct span s = rd_take(body, 6);
    struct fdt_entry *e = rd_end(body) ? fdt_find(b, s.p) : NULL;
    if (!e)
        return BVLL_nak_delete;
    fdt_remove(b, e);
    return BVLL_ok;
}

/* ---- input ---- */

static bool is_peer(const struct bbmd *b, const uint8_t from[6])
{
    for (uint16_t i = 0; i < b->t.n_bdt; i++)
        if (!memcmp(b->t.bdt[i].address, from, 6) && memcmp(from, b->self, 6))
            return true;
    return false;
}

static bool of_our_subnet(const struct bbmd *b, const uint8_t from[6])
{
    unsigned other = 0;
    for (unsigned i = 0; i < 4; i++)
        other |= (from[i] ^ b->self[i]) & b->mask[i];
    return !other;
}

static bool keep_local(struct bbmd_local *local, const struct rd *npdu, const uint8_t source[6])
{
    local->npdu = *npdu;
    memcpy(local->source, source, 6);
    return true;
}

/* J.4.5: from a peer; on our own subnet it is heard already where it came by directed broadcast. */
static bool on_forwarded(struct bbmd *b, const struct bvll *in, const uint8_t from[6],
                         bool directed, struct bbmd_local *local)
{
    if (!is_peer(b, from)) {
        b->stats.not_a_peer++;
        return false;
    }
    enqueue(b, in->origin, in->body.p, rd_left(&in->body), false, !directed, in->origin);
    return keep_local(local, &in->body, in->origin);
}

bool bbmd_input(struct bbmd *b, const struct bvll *in, const uint8_t from[6], bool directed,
                uint64_t now, struct tx *tx, uint8_t port, struct bbmd_local *local)
{
    struct rd body = in->body;
    switch (in->function) {
    case BVLL_broadcast:        /* J.4.5: a broadcast of our own subnet; others have to register  */
        if (directed || of_our_subnet(b, from))
            enqueue(b, from, body.p, rd_left(&body), true, false, from);
        else
            b->stats.unregistered++;
        return keep_local(local, &body, from);
    case BVLL_forwarded: return on_forwarded(b, in, from, directed, local);
    case BVLL_distribute:
        if (!fdt_find(b, from)) {
            b->stats.unregistered++;
            send_result(tx, port, from, BVLL_nak_distribute);
            return false;
        }
        enqueue(b, from, body.p, rd_left(&body), true, true, from);
        return keep_local(local, &body, from);
    case BVLL_write_bdt: send_result(tx, port, from, BVLL_nak_write_bdt); return false;
    case BVLL_read_bdt: send_bdt(b, tx, port, from); return false;
    case BVLL_register_foreign:
        send_result(tx, port, from, register_foreign(b, from, &body, now));
        return false;
    case BVLL_read_fdt: send_fdt(b, tx, port, from, now); return false;
    case BVLL_delete_foreign: send_result(tx, port, from, delete_foreign(b, &body)); return false;
    default: return false;
    }
}

/* ---- time ---- */

uint64_t bbmd_tick(struct bbmd *b, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (uint16_t i = 0; i < b->t.n_fdt;) {
        if (b->t.fdt[i].expires_ms <= now) {
            fdt_remove(b, &b->t.fdt[i]);
            continue;
        }
        next = b->t.fdt[i].expires_ms < next ? b->t.fdt[i].expires_ms : next;
        i++;
    }
    return next;
}
