/* As a foreign device, Annex J.5: registered with a BBMD that carries our broadcasts. See bbmd.h. A broadcast
 * that the BBMD would refuse waits until we are registered; one that it refused, because it has forgotten
 * us since, is said again. */
#include "runtime/net/bbmd.h"

enum {
    ASK_MS = 10000,             /* until a registration is answered or accepted it is repeated   */
    RENEW_LEAST_MS = 5000,
    DOUBT_MS = 5000,            /* a refusal names no message: what was sent lately may be meant */
};

bool foreign_registered(const struct bbmd *b, uint64_t now)
{
    return now < b->until_ms && !memcmp(b->registrar, b->t.bbmd, sizeof b->registrar);
}

static void was_sent(struct bbmd *b, uint64_t now)
{
    b->queue[b->head].sent_ms = now;
    b->head = (uint16_t)((b->head + 1) % BBMD_QUEUE);
    b->queued--;
}

bool foreign_broadcast(struct bbmd *b, const uint8_t *npdu, size_t n, uint64_t now)
{
    size_t whole = BVLL_HEADER + n;
    bool goes = foreign_registered(b, now) && !b->queued;
    if (whole > BVLL_MTU)
        return goes;
    if (b->queued == BBMD_QUEUE) {      /* the oldest gives way */
        b->queue[b->head].n = 0;
        was_sent(b, now);
        b->stats.queue_full++;
    }
    struct bbmd_frame *f = &b->queue[(b->head + b->queued++) % BBMD_QUEUE];
    bvll_put_header(f->bytes, BVLL_distribute, whole);
    memcpy(f->bytes + BVLL_HEADER, npdu, n);
    f->n = whole;
    f->again = false;
    if (goes)
        was_sent(b, now);
    return goes;
}

bool foreign_drain(struct bbmd *b, struct tx *tx, uint8_t port, uint64_t now)
{
    for (unsigned sent = 0; b->queued && foreign_registered(b, now); sent++) {
        const struct bbmd_frame *f = &b->queue[b->head];
        if (sent == BBMD_SLICE || !tx_room(tx, 1))
            return true;
        struct wr w = tx_begin(tx, f->n);
        wr_bytes(&w, f->bytes, f->n);
        bbmd_send(tx, port, b->t.bbmd, &w);
        was_sent(b, now);
    }
    return false;
}

/* What was sent lately waits again, each message once: a BBMD that registers us and still refuses gets no storm. */
static void say_again(struct bbmd *b, uint64_t now)
{
    while (b->queued < BBMD_QUEUE) {
        uint16_t last = (uint16_t)((b->head + BBMD_QUEUE - 1) % BBMD_QUEUE);
        struct bbmd_frame *f = &b->queue[last];
        if (!f->n || f->again || now - f->sent_ms > DOUBT_MS)
            break;
        f->again = true;
        b->head = last;
        b->queued++;
    }
}

static uint64_t half_life(const struct bbmd *b)
{
    uint64_t half = b->t.lifetime_s * 500u;
    return half < RENEW_LEAST_MS ? RENEW_LEAST_MS : half;
}

bool foreign_result(struct bbmd *b, const uint8_t from[6], uint16_t code, uint64_t now)
{
    bool ours = !memcmp(from, b->t.bbmd, sizeof b->t.bbmd) || !memcmp(from, b->answered, sizeof b->answered);
    if (!ours && (code != BVLL_ok || !b->t.unanswered))
        return false;
    if (code == BVLL_ok) {
        b->t.state = FOREIGN_REGISTERED;
        b->t.unanswered = 0;
        b->until_ms = now + (b->t.lifetime_s + (uint64_t)FD_GRACE_S) * 1000;
        b->due_ms = now + half_life(b);
        memcpy(b->registrar, b->t.bbmd, sizeof b->registrar);
        memcpy(b->answered, from, sizeof b->answered);
    } else if (code == BVLL_nak_register) {
        b->t.state = FOREIGN_REFUSED;
        b->until_ms = 0;
    } else if (code == BVLL_nak_distribute && foreign_registered(b, now)) {
        b->t.state = FOREIGN_UNREGISTERED;      /* it has forgotten us: register anew, at once */
        b->until_ms = 0;
        b->due_ms = 0;
        say_again(b, now);
    }
    return true;
}

static void send_registration(struct bbmd *b, struct tx *tx, uint8_t port)
{
    uint8_t head[BVLL_HEADER];
    struct wr w = tx_begin(tx, BVLL_HEADER + 2);
    bvll_put_header(head, BVLL_register_foreign, BVLL_HEADER + 2);
    wr_bytes(&w, head, sizeof head);
    wr_u16(&w, b->t.lifetime_s);
    bbmd_send(tx, port, b->t.bbmd, &w);
}

uint64_t foreign_tick(struct bbmd *b, uint64_t now, struct tx *tx, uint8_t port)
{
    if (b->due_ms > now)
        return b->due_ms;
    if (b->t.state == FOREIGN_REGISTERED && !foreign_registered(b, now))
        b->t.state = FOREIGN_UNREGISTERED;
    send_registration(b, tx, port);
    b->t.unanswered = (uint8_t)(b->t.unanswered + (b->t.unanswered < UINT8_MAX));
    uint64_t half = half_life(b);
    b->due_ms = now + (half < ASK_MS ? half : ASK_MS);
    return b->due_ms;
}
