/* What waits to be said, one PDU at a time. See tsm_output(). */
#include "runtime/apdu/txn.h"

/* ---- output ---- */

static void write_segment(struct txn *x, const struct tsm_config *c, struct wr *w)
{
    uint32_t i = x->tx.next++;
    struct apdu a = {.seg = true, .more = i + 1 < x->tx.n, .invoke = x->invoke,
                     .choice = x->choice, .sequence = (uint8_t)i, .window = c->window};
    a.sa = c->receive;
    a.max_segs = c->max_segments;
    a.max_apdu = c->max_apdu;
    if (txn_is_client(x))
        wr_request_head(w, &a);
    else
        wr_ack_head(w, &a);
    chain_write(&x->sent, (size_t)i * x->size, x->size, w);
}

static void write_whole(struct txn *x, const struct tsm_config *c, struct wr *w)
{
    struct apdu a = {.sa = c->receive, .max_segs = c->max_segments, .max_apdu = c->max_apdu,
                     .invoke = x->invoke, .choice = x->choice};
    if (txn_is_client(x))
        wr_request_head(w, &a);
    chain_write(&x->sent, 0, x->sent.n, w);
}

/* Says one thing; what it was is taken off x->say. True if a reply is expected. */
static bool say_one(struct tsm *t, struct txn *x, struct wr *w)
{
    bool client = txn_is_client(x);
    if (x->say & (SAY_ACK | SAY_NAK)) {
        wr_segment_ack(w, (x->say & SAY_NAK) != 0, !client, x->invoke, x->rx.last, x->rx.window);
        x->say &= (uint8_t)~(SAY_ACK | SAY_NAK);
        return false;
    }
    if (x->say & SAY_ABORT) {
        wr_abort(w, !client, x->invoke, x->reason);
        x->say = 0;
        t->stats.aborts++;
        return false;
    }
    if (x->say & SAY_WHOLE) {
        write_whole(x, &t->c, w);
        x->say &= (uint8_t)~SAY_WHOLE;
        return client;
    }
    if (seg_tx_ready(&x->tx))
        write_segment(x, &t->c, w);
    if (!seg_tx_ready(&x->tx))
        x->say &= (uint8_t)~SAY_SEGMENTS;
    return true;
}

bool tsm_output(struct tsm *t, struct wr *w, struct tsm_out *out)
{
    struct txn *x;
    for (;;) {
        x = t->first;
        if (!x)
            return false;
        t->first = x->ready;
        if (!t->first)
            t->last = NULL;
        x->is_ready = false;
        if (x->say)
            break;
        if (x->over)
            txn_free(t, x);
    }
    out->device = x->device;
    out->to = x->peer;
    out->to.priority = x->priority;
    out->asks = txn_is_client(x);
    out->reply = say_one(t, x, w);
    if (x->say)
        txn_say(t, x, 0);                   /* goes to the end: windows of several peers take turns */
    else if (x->over)
        txn_free(t, x);
    return true;
}
