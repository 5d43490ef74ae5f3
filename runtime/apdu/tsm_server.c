/* The server side: requests in segments, answers in segments or held. Clause 5.4.5. */
#include "runtime/apdu/txn.h"

#include "schemas/bacnet.h"

/* ---- server: receiving ---- */

static bool window_out_of_range(const struct apdu *a) { return !a->window || a->window > SEG_WINDOW_MAX; }

static void first_segment(struct tsm *t, uint16_t device, const struct peer *peer,
                          const struct apdu *a, uint64_t now, struct tsm_event *e)
{
    if (!t->c.receive) {
        txn_event_abort(e, true, ABORT_segmentation_not_supported);
        return;
    }
    if (a->sequence) {
        txn_event_abort(e, true, ABORT_invalid_apdu_in_this_state);
        return;
    }
    if (window_out_of_range(a)) {
        txn_event_abort(e, true, ABORT_window_size_out_of_range);
        return;
    }
    struct txn *x = txn_peer_has_room(t, peer)
                        ? txn_open(t, S_RECEIVING, device, peer, a->invoke, a->choice) : NULL;
    if (!x || !txn_take(t, x, a)) {
        if (x)
            txn_close(t, x);
        txn_event_abort(e, true, ABORT_out_of_resources);
        return;
    }
    seg_rx_first(&x->rx, a->window < t->c.window ? a->window : t->c.window);
    if (!a->more) {
        e->acknowledge = true;
        e->sequence = 0;
        e->window = x->rx.window;
        e->verdict = TSM_EXECUTE;
        e->choice = x->choice;
        txn_whole(t, x, &e->body);
        txn_close(t, x);
        return;
    }
    txn_say(t, x, SAY_ACK);
    txn_timer(t, x, now + 4u * t->c.segment_timeout_ms);
}

void tsm_on_request(struct tsm *t, uint16_t device, const struct peer *peer,
                       const struct apdu *a, uint64_t now, struct tsm_event *e)
{
    struct txn *x = t->stats.open ? txn_find(t, false, device, peer, a->invoke) : NULL;
    if (!x && a->seg) {
        first_segment(t, device, peer, a, now, e);
    } else if (!x) {
        e->verdict = TSM_EXECUTE;
        e->choice = a->choice;
        e->body = a->body;
    } else if (x->state != S_RECEIVING) {
        t->stats.duplicates++;          /* a retry while the answer is on its way */
    } else if (!a->seg || (a->sequence == 0 && a->choice != x->choice)) {
        txn_abort(t, x, ABORT_invalid_apdu_in_this_state);
    } else if (window_out_of_range(a)) {
        txn_abort(t, x, ABORT_window_size_out_of_range);    /* clause 18.10: in any segment of it */
    } else if (txn_more_segments(t, x, a, now, e)) {
        e->verdict = TSM_EXECUTE;
        e->choice = x->choice;
        txn_whole(t, x, &e->body);
        x->say = 0;                     /* the last acknowledgement is in the event */
        txn_close(t, x);
    }
}

/* ---- server: answering ---- */

uint8_t tsm_respond(struct tsm *t, uint16_t device, const struct peer *peer, uint8_t choice,
                    const uint8_t *body, size_t n, uint64_t now)
{
    uint16_t max = peer->max_apdu < t->c.max_apdu ? peer->max_apdu : t->c.max_apdu;
    size_t size = max - (size_t)HEAD_ACK_SEG, segments = (n + size - 1) / size;
    if (!peer->seg_ok || !t->c.transmit)
        return ABORT_segmentation_not_supported;
    if ((peer->segs && peer->segs != UINT8_MAX && segments > peer->segs) || n > t->c.longest)
        return ABORT_buffer_overflow;
    struct txn *x = txn_peer_has_room(t, peer)
                        ? txn_open(t, S_SENDING, device, peer, peer->invoke_id, choice) : NULL;
    if (!x || !chain_add(&t->blocks, &x->sent, body, n)) {
        if (x)
            txn_close(t, x);
        return ABORT_out_of_resources;
    }
    x->size = (uint16_t)size;
    seg_tx_start(&x->tx, n, size);
    txn_say(t, x, SAY_SEGMENTS);
    txn_timer(t, x, now + t->c.segment_timeout_ms);
    return 0;
}

uint8_t tsm_hold(struct tsm *t, uint16_t device, const struct peer *peer, uint8_t choice,
                 uint64_t ticket, const uint8_t *apdu, size_t n, uint64_t now)
{
    struct txn *x = txn_open(t, S_HELD, device, peer, peer->invoke_id, choice);
    if (!x || !chain_add(&t->blocks, &x->sent, apdu, n)) {
        if (x)
            txn_close(t, x);
        return ABORT_out_of_resources;
    }
    x->ticket = ticket;
    txn_timer(t, x, now + t->c.apdu_timeout_ms);
    return 0;
}

uint8_t tsm_sleep(struct tsm *t, uint16_t device, const struct peer *peer, uint8_t choice,
                  uint64_t token, struct span body, uint64_t now)
{
    struct txn *x = txn_peer_has_room(t, peer)
                        ? txn_open(t, S_ASLEEP, device, peer, peer->invoke_id, choice) : NULL;
    if (!x || !chain_add(&t->blocks, &x->got, body.p, body.n)) {
        if (x)
            txn_close(t, x);
        return ABORT_out_of_resources;
    }
    x->ticket = token;
    txn_timer(t, x, now + t->c.apdu_timeout_ms);
    return 0;
}

bool tsm_wake(struct tsm *t, uint64_t token, struct peer *peer, struct tsm_event *e)
{
    for (size_t b = 0; b < BUCKETS && t->stats.open; b++)
        for (struct txn *x = t->buckets[b]; x; x = x->chained) {
            if (x->state != S_ASLEEP || x->over || x->ticket != token)
                continue;
            *e = (struct tsm_event){.verdict = TSM_EXECUTE, .choice = x->choice, .device = x->device};
            *peer = x->peer;
            txn_whole(t, x, &e->body);
            txn_close(t, x);
            return true;
        }
    return false;
}

static void release_held(struct tsm *t, struct txn *x, bool ok)
{
    if (!ok) {                          /* the promise of durability cannot be kept */
        uint8_t bytes[16];
        struct wr w = wr_of(bytes, sizeof bytes);
        wr_error(&w, x->invoke, x->choice, ERR_CLASS_device, ERR_operational_problem);
        chain_free(&t->blocks, &x->sent);
        (void)chain_add(&t->blocks, &x->sent, bytes, w.len);
    }
    txn_say(t, x, SAY_WHOLE);
    txn_close(t, x);
}

void tsm_committed(struct tsm *t, uint64_t ticket, bool ok)
{
    for (size_t b = 0; b < BUCKETS && t->stats.open; b++)
        for (struct txn *x = t->buckets[b], *next; x; x = next) {
            next = x->chained;
            if (x->state == S_HELD && !x->over && x->ticket <= ticket)
                release_held(t, x, ok);
        }
}
