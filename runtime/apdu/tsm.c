/* Transactions: opened, found, closed; what both roles share. See tsm.h; clause 5.4. */
#include "runtime/apdu/txn.h"

#include <errno.h>
#include <stdlib.h>

#include "schemas/bacnet.h"

uint32_t tsm_timers(const struct tsm_config *c) { return c->transactions; }
const struct tsm_stats *tsm_stats(const struct tsm *t) { return &t->stats; }
bool tsm_waiting(const struct tsm *t) { return t->first; }

int tsm_open(struct tsm **out, const struct tsm_config *c, struct timers *timers)
{
    struct tsm *t = calloc(1, sizeof *t);
    *out = t;
    if (!t)
        return -ENOMEM;
    t->c = *c;
    t->timers = timers;
    t->whole = malloc(c->longest);
    if (!t->whole || pool_init(&t->txns, sizeof(struct txn), c->transactions) ||
        pool_init(&t->blocks, chain_item(), c->blocks)) {
        tsm_close(t);
        *out = NULL;
        return -ENOMEM;
    }
    return 0;
}

void tsm_close(struct tsm *t)
{
    if (!t)
        return;
    for (size_t b = 0; b < BUCKETS; b++)
        for (struct txn *x = t->buckets[b]; x; x = x->chained)
            timer_stop(t->timers, &x->timer);
    pool_fini(&t->txns);
    pool_fini(&t->blocks);
    free(t->whole);
    free(t);
}

/* ---- finding, opening, closing ---- */

/* A transaction is known by role, our device, the peer's address and the invoke id. */
static struct txn **bucket(struct tsm *t, uint16_t device, const struct peer *p, uint8_t invoke)
{
    uint32_t h = 2166136261u ^ invoke ^ (uint32_t)device << 8;
    const uint8_t *adr = p->snet ? p->sadr : p->mac;
    size_t n = p->snet ? p->slen : sizeof p->mac;
    for (size_t i = 0; i < n; i++)
        h = (h ^ adr[i]) * 16777619u;
    h = (h ^ p->snet) * 16777619u;
    return &t->buckets[(h ^ h >> 16) % BUCKETS];
}

struct txn *txn_find(struct tsm *t, bool client, uint16_t device, const struct peer *p,
                        uint8_t invoke)
{
    struct txn *x = *bucket(t, device, p, invoke);
    while (x && (txn_is_client(x) != client || x->invoke != invoke || x->device != device ||
                 x->over || !peer_same(&x->peer, p)))
        x = x->chained;
    return x;
}

void txn_timer(struct tsm *t, struct txn *x, uint64_t due)
{
    x->timer.kind = TIMER_TRANSACTION;
    x->timer.index = pool_index(&t->txns, x);
    timer_set(t->timers, &x->timer, due);
}

struct txn *txn_open(struct tsm *t, enum state s, uint16_t device, const struct peer *p,
                            uint8_t invoke, uint8_t choice)
{
    struct txn *x = pool_take(&t->txns);
    if (!x) {
        t->stats.no_slot++;
        return NULL;
    }
    struct txn **b = bucket(t, device, p, invoke);
    x->state = (uint8_t)s;
    x->peer = *p;
    x->device = device;
    x->invoke = invoke;
    x->choice = choice;
    x->priority = p->priority;
    x->chained = *b;
    *b = x;
    *txn_waiting(t, p) = (uint16_t)(*txn_waiting(t, p) + txn_is_client(x));
    if (++t->stats.open > t->stats.high)
        t->stats.high = t->stats.open;
    return x;
}

void txn_free(struct tsm *t, struct txn *x)
{
    struct txn **at = bucket(t, x->device, &x->peer, x->invoke);
    while (*at != x)
        at = &(*at)->chained;
    *at = x->chained;
    *txn_waiting(t, &x->peer) = (uint16_t)(*txn_waiting(t, &x->peer) - txn_is_client(x));
    timer_stop(t->timers, &x->timer);
    chain_free(&t->blocks, &x->sent);
    chain_free(&t->blocks, &x->got);
    pool_give(&t->txns, x);
    t->stats.open--;
}

/* One that still has something to say leaves when that is said. */
void txn_close(struct tsm *t, struct txn *x)
{
    x->over = true;
    timer_stop(t->timers, &x->timer);
    if (!x->is_ready)
        txn_free(t, x);
}

void txn_say(struct tsm *t, struct txn *x, uint8_t what)
{
    x->say |= what;
    if (x->is_ready)
        return;
    x->is_ready = true;
    x->ready = NULL;
    if (t->last)
        t->last->ready = x;
    else
        t->first = x;
    t->last = x;
}

void txn_abort(struct tsm *t, struct txn *x, uint8_t reason)
{
    x->say = 0;
    x->reason = reason;
    txn_say(t, x, SAY_ABORT);
    txn_close(t, x);
}

/* What is short and must not wait (an answer that storage holds, a notification of ours) finds the last quarter. */
static bool has_spare(const struct pool *p) { return p->n - p->used > p->n / 4; }

/* What peers at one IPv4 address have open in segments: one with many ports is one, and so is a router. */
static uint32_t of_host(const struct tsm *t, const struct peer *p, size_t *octets)
{
    uint32_t count = 0;
    *octets = 0;
    for (size_t b = 0; b < BUCKETS && t->stats.open; b++)
        for (const struct txn *x = t->buckets[b]; x; x = x->chained)
            if (!txn_is_client(x) && x->state != S_HELD && x->peer.port == p->port && !memcmp(x->peer.mac, p->mac, 4)) {
                count++;
                *octets += x->sent.n + x->got.n;
            }
    return count;
}

/* One host alone takes no more than a part of them, so that others are served beside it. */
static bool host_has_room(const struct tsm *t, const struct peer *p)
{
    uint32_t most = t->c.transactions / 8 > t->c.per_peer ? t->c.transactions / 8 : t->c.per_peer;
    size_t octets;
    return of_host(t, p, &octets) < most && (t->blocks.used <= t->blocks.n / 4 || octets <= t->blocks.n / 4 * SEG_BLOCK);
}

/* Rare enough to count them: only segmented exchanges come here. A peer that has acknowledged
 * nothing yet may be a forged address: it gets few first segments. */
bool txn_peer_has_room(struct tsm *t, const struct peer *p)
{
    unsigned count = 0, unproven = 0;
    for (size_t b = 0; b < BUCKETS && t->stats.open; b++)
        for (const struct txn *x = t->buckets[b]; x; x = x->chained) {
            bool same = !txn_is_client(x) && peer_same(&x->peer, p);
            count += same;
            unproven += same && x->state == S_SENDING && !x->tx.base;
        }
    bool room = count < t->c.per_peer && unproven < t->c.unproven && has_spare(&t->txns) && has_spare(&t->blocks) &&
                host_has_room(t, p);
    t->stats.no_slot += !room;
    return room;
}

/* Our requests to a peer; peers of the same place are counted together. */
uint16_t *txn_waiting(struct tsm *t, const struct peer *p)
{
    return &t->waiting[(size_t)(bucket(t, 0, p, 0) - t->buckets)];
}

void txn_event_abort(struct tsm_event *e, bool server, uint8_t reason)
{
    e->verdict = TSM_ABORT;
    e->server = server;
    e->reason = reason;
}

void txn_event_end(struct tsm_event *e, const struct txn *x, enum outcome_kind kind)
{
    e->verdict = TSM_ENDED;
    e->device = x->device;
    e->intent = x->intent;
    e->outcome = (struct outcome){.kind = (uint8_t)kind, .choice = x->choice};
}

/* ---- segments coming in ---- */

void txn_whole(struct tsm *t, const struct txn *x, struct rd *body)
{
    struct wr w = wr_of(t->whole, t->c.longest);
    chain_write(&x->got, 0, x->got.n, &w);
    *body = rd_of(t->whole, w.len);
}

bool txn_take(struct tsm *t, struct txn *x, const struct apdu *a)
{
    struct rd body = a->body;
    struct span s = rd_rest(&body);
    size_t octets;
    if (t->blocks.used > t->blocks.n / 2 && !txn_is_client(x) &&
        (!has_spare(&t->blocks) || (of_host(t, &x->peer, &octets) && octets > t->blocks.n / 4 * SEG_BLOCK)))
        return false;
    return s.n <= t->c.longest - x->got.n && chain_add(&t->blocks, &x->got, s.p, s.n);
}

/* A further segment, of a request or of an answer to us. True: complete, acknowledgement in `e`. */
bool txn_more_segments(struct tsm *t, struct txn *x, const struct apdu *a, uint64_t now,
                          struct tsm_event *e)
{
    txn_timer(t, x, now + 4u * t->c.segment_timeout_ms);
    switch (seg_rx_next(&x->rx, a->sequence, a->more)) {
    case SEG_DISCARD: t->stats.duplicates++; return false;
    case SEG_AGAIN:
        t->stats.duplicates++;
        txn_say(t, x, SAY_ACK);
        return false;
    case SEG_NAK:
        txn_say(t, x, SAY_NAK);
        return false;
    case SEG_TAKE:
    case SEG_TAKE_ACK: break;
    }
    if (!txn_take(t, x, a)) {
        txn_abort(t, x, ABORT_buffer_overflow);
        return false;
    }
    if (!a->more) {
        e->acknowledge = true;
        e->sequence = x->rx.last;
        e->window = x->rx.window;
        return true;
    }
    if (x->rx.initial == x->rx.last)
        txn_say(t, x, SAY_ACK);
    return false;
}

/* ---- both ---- */

static void on_segment_ack(struct tsm *t, struct txn *x, const struct apdu *a, uint64_t now)
{
    if (!x || (x->state != S_SENDING && x->state != C_SENDING))
        return;
    enum seg_ack verdict = seg_tx_ack(&x->tx, a->sequence, a->window, a->nak);
    if (verdict == SEG_ACK_IGNORE) {
        txn_timer(t, x, now + t->c.segment_timeout_ms);     /* clause 5.4.5.3 DuplicateACK */
        return;
    }
    x->retries = 0;
    if (verdict == SEG_ACK_GO_ON) {
        x->say &= (uint8_t)~SAY_SEGMENTS;
        if (seg_tx_ready(&x->tx))           /* not if the whole window is under way */
            txn_say(t, x, SAY_SEGMENTS);
        txn_timer(t, x, now + t->c.segment_timeout_ms);
    } else if (x->state == S_SENDING) {
        txn_close(t, x);
    } else {
        x->state = C_WAITING;
        txn_timer(t, x, now + txn_patience(t, x).timeout_ms);
    }
}

void tsm_input(struct tsm *t, uint16_t device, const struct peer *peer, const struct apdu *a,
               uint64_t now, struct tsm_event *e)
{
    e->verdict = TSM_NOTHING;
    e->acknowledge = false;
    e->device = device;
    switch (a->type) {
    case PDU_confirmed: tsm_on_request(t, device, peer, a, now, e); break;
    case PDU_segment_ack:
        if (t->stats.open)              /* sent by the server: for us as a client */
            on_segment_ack(t, txn_find(t, a->server, device, peer, a->invoke), a, now);
        break;
    case PDU_abort:
        if (a->server) {
            tsm_on_answer(t, device, peer, a, now, e);
        } else {
            struct txn *x = txn_find(t, false, device, peer, a->invoke);
            if (x) {
                x->say = 0;
                txn_close(t, x);
            }
        }
        break;
    default: tsm_on_answer(t, device, peer, a, now, e);
    }
}

void tsm_timer(struct tsm *t, uint32_t index, uint64_t now, struct tsm_event *e)
{
    struct txn *x = pool_at(&t->txns, index);
    bool sending = x->state == S_SENDING || x->state == C_SENDING;
    e->verdict = TSM_NOTHING;
    struct tsm_patience patience = txn_patience(t, x);
    if (!x->stopped && (sending || x->state == C_WAITING) && x->retries < patience.retries) {
        x->retries++;
        t->stats.retries++;
        if (x->state == C_WAITING && x->tx.n)           /* a segmented request begins anew */
            seg_tx_start(&x->tx, x->sent.n, x->size);
        else if (sending)
            seg_tx_again(&x->tx);
        if (x->state == C_WAITING && x->tx.n)
            x->state = C_SENDING;
        sending = x->tx.n > 0;
        txn_say(t, x, sending ? SAY_SEGMENTS : SAY_WHOLE);
        txn_timer(t, x, now + (sending ? t->c.segment_timeout_ms : patience.timeout_ms));
        return;
    }
    t->stats.timeouts += !x->stopped;
    x->say = 0;
    if (txn_is_client(x))
        txn_event_end(e, x, x->stopped ? OUTCOME_STOPPED : OUTCOME_TIMEOUT);
    if (x->state == S_HELD || x->state == S_ASLEEP)
        txn_abort(t, x, ABORT_application_exceeded_reply_time);
    else
        txn_close(t, x);
}

void tsm_forget(struct tsm *t, uint16_t device)
{
    for (size_t b = 0; b < BUCKETS; b++)
        for (struct txn *x = t->buckets[b], *next; x; x = next) {
            next = x->chained;
            if (x->device != device || x->over)
                continue;
            x->say = 0;
            x->stopped = txn_is_client(x);
            if (x->stopped)
                txn_timer(t, x, 0);             /* ends with the next look at timers */
            else
                txn_close(t, x);
        }
}
