/* Windows: loss, duplicates, order, wrap beyond 255 segments; chains. */
#include "runtime/apdu/segment.h"
#include "tests/unit/unit.h"

static void receiving(struct unit *u)
{
    struct seg_rx s;
    seg_rx_first(&s, 3);
    CHECK(u, seg_rx_next(&s, 1, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 1, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_NAK && s.last == 1);
    CHECK(u, seg_rx_next(&s, 2, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 4, true) == SEG_TAKE_ACK && s.last == 4);
    /* Our acknowledgement was lost: the window comes again, and is acknowledged again. */
    CHECK(u, seg_rx_next(&s, 2, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 4, true) == SEG_NAK && s.last == 4);
    CHECK(u, seg_rx_next(&s, 5, false) == SEG_TAKE_ACK);
    /* The first one was lost: until it comes the window is one segment, and no other comes. */
    seg_rx_first(&s, 16);
    for (unsigned i = 0; i < 2; i++)
        CHECK(u, seg_rx_next(&s, 0, true) == SEG_AGAIN && !s.last);
    CHECK(u, seg_rx_next(&s, 1, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 1, true) == SEG_DISCARD);
    /* A window comes again in part: its end is enough. */
    seg_rx_first(&s, 3);
    CHECK(u, seg_rx_next(&s, 1, true) == SEG_TAKE && seg_rx_next(&s, 2, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_TAKE_ACK && seg_rx_next(&s, 1, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_AGAIN && s.last == 3);
    seg_rx_first(&s, 1);
    for (unsigned i = 1; i < 700; i++)
        CHECK(u, seg_rx_next(&s, (uint8_t)i, true) == SEG_TAKE_ACK);
}

/* A burst that lacks one draws a single NAK, however many follow; the next burst that lacks it again, another. */
static void gaps(struct unit *u)
{
    struct seg_rx s;
    seg_rx_first(&s, 6);
    CHECK(u, seg_rx_next(&s, 1, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_NAK && s.last == 1);
    CHECK(u, seg_rx_next(&s, 4, true) == SEG_DISCARD && seg_rx_next(&s, 5, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 6, true) == SEG_DISCARD && s.last == 1);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_NAK && seg_rx_next(&s, 4, true) == SEG_DISCARD);   /* 2 was lost again */
    CHECK(u, seg_rx_next(&s, 4, true) == SEG_NAK);      /* and 3 */
    CHECK(u, seg_rx_next(&s, 2, true) == SEG_TAKE);
    CHECK(u, seg_rx_next(&s, 4, true) == SEG_NAK && s.last == 2);                               /* another gap */
    CHECK(u, seg_rx_next(&s, 5, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 2, true) == SEG_DISCARD);  /* the NAK was lost: the sender's timer sent all anew */
    CHECK(u, seg_rx_next(&s, 6, true) == SEG_NAK);
    CHECK(u, seg_rx_next(&s, 3, true) == SEG_TAKE && seg_rx_next(&s, 4, false) == SEG_TAKE_ACK);
    seg_rx_first(&s, 127);
    for (unsigned i = 1; i < 254; i++)
        CHECK(u, seg_rx_next(&s, (uint8_t)i, true) != SEG_NAK);
    CHECK(u, seg_rx_next(&s, 255, true) == SEG_NAK && s.last == 253);                           /* over the turn of 256 */
    CHECK(u, seg_rx_next(&s, 0, true) == SEG_DISCARD && seg_rx_next(&s, 1, true) == SEG_DISCARD);
    CHECK(u, seg_rx_next(&s, 254, true) == SEG_TAKE);
}

static void send_all(struct seg_tx *s)
{
    while (seg_tx_ready(s))
        s->next++;
}

/* Acknowledgements in the middle of a window: what is under way is not sent again, unless it is asked for. */
static void sending(struct unit *u)
{
    struct seg_tx s;
    seg_tx_start(&s, 100, 10);
    send_all(&s);
    CHECK(u, s.next == 1 && seg_tx_ack(&s, 0, 4, false) == SEG_ACK_GO_ON);
    send_all(&s);
    CHECK(u, s.next == 5 && seg_tx_ack(&s, 1, 4, false) == SEG_ACK_GO_ON && s.next == 5);
    CHECK(u, seg_tx_ack(&s, 2, 2, false) == SEG_ACK_GO_ON && !seg_tx_ready(&s));    /* a smaller window: 3, 4 */
    CHECK(u, seg_tx_ack(&s, 3, 2, true) == SEG_ACK_GO_ON && s.next == 4);
    send_all(&s);
    CHECK(u, s.next == 6 && seg_tx_ack(&s, 9, 2, false) == SEG_ACK_IGNORE);
    CHECK(u, seg_tx_ack(&s, 5, 9, false) == SEG_ACK_GO_ON);
    send_all(&s);
    CHECK(u, s.next == 10 && seg_tx_ack(&s, 9, 9, false) == SEG_ACK_ALL);
}

/* A receiver of ours takes what a sender of ours says, with every `drop`-th segment and every `lose`-th of the answers
 * lost. */
static void both_ends(struct unit *u, unsigned drop, unsigned lose, uint8_t window)
{
    enum { SEGMENTS = 600 };
    struct seg_tx tx;
    struct seg_rx rx = {0};
    unsigned taken = 0, sent = 0, answers = 0, rounds = 0;
    bool first = true, done = false;
    seg_tx_start(&tx, SEGMENTS * 10, 10);
    CHECK(u, tx.n == SEGMENTS);
    while (!done && rounds++ < 10000) {
        bool ack = false, nak = false;
        sent += rounds % 2;                 /* else windows of a multiple of `drop` lack the same one for ever */
        while (seg_tx_ready(&tx)) {
            uint8_t seq = (uint8_t)tx.next++;
            bool more = tx.next < tx.n;
            if (drop && ++sent % drop == 0)
                continue;
            if (first) {
                seg_rx_first(&rx, window);
                first = false;
                taken++;
                ack = true;
                continue;
            }
            switch (seg_rx_next(&rx, seq, more)) {
            case SEG_TAKE: taken++; break;
            case SEG_TAKE_ACK: taken++; ack = true; nak = false; break;
            case SEG_NAK: nak = true; break;
            case SEG_DISCARD: break;
            case SEG_AGAIN: ack = true; nak = false; break;
            }
        }
        if ((!ack && !nak) || (lose && ++answers % lose == 0))
            seg_tx_again(&tx);              /* the timer of clause 5.4.5.3 */
        else
            done = seg_tx_ack(&tx, rx.last, window, nak && !ack) == SEG_ACK_ALL;
    }
    CHECK(u, done && taken == SEGMENTS);
}

static void chains(struct unit *u)
{
    struct pool p;
    struct chain c = {0};
    static uint8_t bytes[3000], back[3000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 31);
    CHECK(u, !pool_init(&p, chain_item(), 3));
    CHECK(u, chain_add(&p, &c, bytes, 1500) && chain_add(&p, &c, bytes + 1500, 1500));
    CHECK(u, c.n == 3000 && p.used == 3);
    for (size_t at = 0; at < 3000; at += 479) {
        struct wr w = wr_of(back, sizeof back);
        size_t want = 3000 - at < 479 ? 3000 - at : 479;
        chain_write(&c, at, 479, &w);
        CHECK(u, w.len == want && !memcmp(back, bytes + at, want));
    }
    CHECK(u, !chain_add(&p, &c, bytes, 73));
    chain_free(&p, &c);
    CHECK(u, !p.used && p.high == 3 && p.refused == 1);
    pool_fini(&p);
}

int main(void)
{
    struct unit u = {0, 0};
    receiving(&u);
    gaps(&u);
    sending(&u);
    both_ends(&u, 0, 0, 127);
    both_ends(&u, 0, 0, 1);
    both_ends(&u, 7, 0, 16);
    both_ends(&u, 3, 0, 4);
    both_ends(&u, 2, 0, 1);
    both_ends(&u, 7, 3, 16);
    both_ends(&u, 5, 2, 4);
    both_ends(&u, 11, 4, 127);
    chains(&u);
    return unit_end(&u);
}
