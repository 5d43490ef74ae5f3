#ifndef APDU_SEGMENT_H
#define APDU_SEGMENT_H
/* Windows of segments, either way (clauses 5.2.2 and 5.3). Only counts: the bytes lie in a chain of
 * blocks beside it, the timers and the addresses are the transaction's. */
#include "runtime/base/pool.h"
#include "schemas/wire.h"

enum { SEG_BLOCK = 1024, SEG_WINDOW_MAX = 127 };

/* ---- receiving ---- */
struct seg_rx {
    uint8_t initial, last;      /* last sequence acknowledged; last one taken in order           */
    uint8_t window, duplicates;
    uint8_t beyond;             /* how far ahead of `last` the latest one behind a gap was; 0: none   */
};
enum seg_verdict {
    SEG_TAKE,                   /* next in order; nothing to say yet                             */
    SEG_TAKE_ACK,               /* next in order; end of a window or of all: acknowledge `last`  */
    SEG_DISCARD,                /* seen already, or behind a gap that was told                   */
    SEG_AGAIN,                  /* seen, and acknowledged: say that once more, it may be lost    */
    SEG_NAK,                    /* a gap: say the last one that was in order, once               */
};
void seg_rx_first(struct seg_rx *s, uint8_t window);     /* sequence 0 was taken: acknowledge it */
enum seg_verdict seg_rx_next(struct seg_rx *s, uint8_t sequence, bool more);

/* ---- sending ---- */
struct seg_tx {
    uint32_t n;                 /* segments in all                                               */
    uint32_t base, next;        /* first not acknowledged; next to be sent                       */
    uint8_t window;             /* actual one; 1 until the first acknowledgement                 */
};
enum seg_ack { SEG_ACK_IGNORE, SEG_ACK_GO_ON, SEG_ACK_ALL };
void seg_tx_start(struct seg_tx *s, size_t octets, size_t per_segment);
enum seg_ack seg_tx_ack(struct seg_tx *s, uint8_t sequence, uint8_t window, bool nak);
void seg_tx_again(struct seg_tx *s);                     /* the window from its beginning        */
static inline bool seg_tx_ready(const struct seg_tx *s)
{
    return s->next < s->n && s->next - s->base < s->window;
}

/* ---- the bytes ---- */
struct chain {
    struct chain_block *first, *last;
    size_t n;
};
bool chain_add(struct pool *blocks, struct chain *c, const uint8_t *p, size_t n); /* false: full */
/* Writes octets from .. from + n, or what there is of them. */
void chain_write(const struct chain *c, size_t from, size_t n, struct wr *w);
void chain_free(struct pool *blocks, struct chain *c);
size_t chain_item(void);                                 /* size of the pool's items             */
#endif
