/* The client side: our confirmed requests and how they end. Clause 5.4.4. */
#include "runtime/apdu/txn.h"

#include <errno.h>

#include "schemas/bacnet.h"
#include "schemas/tag.h"

/* ---- client ---- */

int tsm_request(struct tsm *t, const struct intent *what, const struct peer *peer,
                uint8_t priority, uint8_t choice, const uint8_t *body, size_t n, uint64_t now)
{
    uint16_t max = peer->max_apdu < t->c.max_apdu ? peer->max_apdu : t->c.max_apdu;
    bool whole = n + HEAD_REQUEST <= max;
    struct txn *x = NULL;
    max = max < APDU_MIN ? APDU_MIN : max;
    if (!whole && (!peer->seg_ok || !t->c.transmit || n > t->c.longest))
        return -EMSGSIZE;
    if (*txn_waiting(t, peer) >= t->c.per_server)
        return -EBUSY;
    for (unsigned i = 0; i < 256; i++) {
        uint8_t invoke = t->next_invoke++;
        if (!txn_find(t, true, what->device, peer, invoke)) {
            x = txn_open(t, whole ? C_WAITING : C_SENDING, what->device, peer, invoke, choice);
            break;
        }
    }
    if (!x || !chain_add(&t->blocks, &x->sent, body, n)) {
        if (x)
            txn_close(t, x);
        return -EAGAIN;
    }
    x->intent = *what;
    x->priority = priority;
    x->peer.priority = priority;
    x->size = (uint16_t)(max - HEAD_REQUEST_SEG);
    if (!whole)
        seg_tx_start(&x->tx, n, x->size);
    txn_say(t, x, whole ? SAY_WHOLE : SAY_SEGMENTS);
    txn_timer(t, x, now + (whole ? txn_patience(t, x).timeout_ms : t->c.segment_timeout_ms));
    return 0;
}

static void first_answer_segment(struct tsm *t, struct txn *x, const struct apdu *a, uint64_t now,
                                 struct tsm_event *e)
{
    if (!t->c.receive || a->sequence || !a->window || a->window > SEG_WINDOW_MAX) {
        txn_event_end(e, x, OUTCOME_ABORT);
        e->outcome.code = !t->c.receive ? ABORT_segmentation_not_supported
                          : a->sequence ? ABORT_invalid_apdu_in_this_state
                                        : ABORT_window_size_out_of_range;
        txn_abort(t, x, (uint8_t)e->outcome.code);
        return;
    }
    if (!txn_take(t, x, a)) {
        txn_event_end(e, x, OUTCOME_ABORT);
        e->outcome.code = ABORT_out_of_resources;
        txn_abort(t, x, ABORT_out_of_resources);
        return;
    }
    x->state = C_RECEIVING;
    seg_rx_first(&x->rx, a->window < t->c.window ? a->window : t->c.window);
    txn_say(t, x, SAY_ACK);
    txn_timer(t, x, now + 4u * t->c.segment_timeout_ms);
}

static void on_complex_ack(struct tsm *t, struct txn *x, const struct apdu *a, uint64_t now,
                           struct tsm_event *e)
{
    struct rd body = a->body;
    if (a->seg && x->state != C_RECEIVING) {
        first_answer_segment(t, x, a, now, e);
        return;
    }
    if (a->seg) {
        if (!txn_more_segments(t, x, a, now, e)) {
            if (x->over) {              /* it grew too long: told the peer, tell the asker */
                txn_event_end(e, x, OUTCOME_ABORT);
                e->outcome.code = ABORT_buffer_overflow;
            }
            return;
        }
        x->say &= (uint8_t)~(SAY_ACK | SAY_NAK);
        txn_whole(t, x, &body);
    } else if (x->state == C_RECEIVING) {
        return;
    }
    struct span s = rd_rest(&body);
    txn_event_end(e, x, OUTCOME_ACK);
    e->outcome.body = s.p;
    e->outcome.n = s.n;
    txn_close(t, x);
}

static void on_error(struct tsm *t, struct txn *x, const struct apdu *a, struct tsm_event *e)
{
    struct rd r = a->body;
    txn_event_end(e, x, OUTCOME_ERROR);
    e->outcome.body = r.p;
    e->outcome.n = rd_left(&r);
    if (rd_is_open(&r, 0))              /* the constructed error bodies begin with the plain one */
        rd_open(&r, 0);
    e->outcome.cls = (uint16_t)rd_enumerated(&r, APP);
    e->outcome.code = (uint16_t)rd_enumerated(&r, APP);
    txn_close(t, x);
}

void tsm_on_answer(struct tsm *t, uint16_t device, const struct peer *peer,
                      const struct apdu *a, uint64_t now, struct tsm_event *e)
{
    struct txn *x = t->stats.open ? txn_find(t, true, device, peer, a->invoke) : NULL;
    if (!x) {
        if (a->type == PDU_complex_ack && a->seg)
            txn_event_abort(e, false, ABORT_invalid_apdu_in_this_state);
        return;
    }
    bool of_service = a->type == PDU_reject || a->type == PDU_abort || a->choice == x->choice;
    if (!of_service || (x->state == C_SENDING && x->tx.next < x->tx.n && a->type <= PDU_complex_ack))
        return;
    if (a->type != PDU_complex_ack)
        x->say = 0;                     /* it ends here: what waited to be sent is void */
    switch (a->type) {
    case PDU_complex_ack: on_complex_ack(t, x, a, now, e); break;
    case PDU_error: on_error(t, x, a, e); break;
    case PDU_simple_ack:
        txn_event_end(e, x, OUTCOME_ACK);
        txn_close(t, x);
        break;
    default:
        txn_event_end(e, x, a->type == PDU_reject ? OUTCOME_REJECT : OUTCOME_ABORT);
        e->outcome.code = a->choice;
        txn_close(t, x);
    }
}
