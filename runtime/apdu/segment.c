/* See segment.h. Sequence numbers run modulo 256. */
#include "runtime/apdu/segment.h"

struct chain_block {
    struct chain_block *next;
    size_t n;
    uint8_t bytes[SEG_BLOCK];
};

void seg_rx_first(struct seg_rx *s, uint8_t window) { *s = (struct seg_rx){.window = window}; }

/* Clause 5.4.2.2: seen in this window, or, where it has not begun, in the one before. */
static bool duplicate(const struct seg_rx *s, uint8_t sequence)
{
    uint8_t first = (uint8_t)(s->initial + 1);
    uint8_t received = (uint8_t)(s->last - s->initial);
    if (received && (uint8_t)(sequence - first) < received)
        return true;
    return !received && (uint8_t)(first - sequence) <= s->window && sequence != first;
}

enum seg_verdict seg_rx_next(struct seg_rx *s, uint8_t sequence, bool more)
{
    if (sequence == (uint8_t)(s->last + 1)) {
        s->last = sequence;
        s->duplicates = s->beyond = 0;
        if (more && (uint8_t)(s->last - s->initial) < s->window)
            return SEG_TAKE;
        s->initial = s->last;
        return SEG_TAKE_ACK;
    }
    uint8_t ahead = (uint8_t)(sequence - s->last);
    bool seen = duplicate(s, sequence);
    if (seen && ++s->duplicates < s->window) {
        /* The window comes again. At its end, what was acknowledged is once more: of a first window, which is one
         * segment (5.4.4.1), nothing else comes. */
        bool end = sequence == s->last && s->initial == s->last && !s->beyond;
        s->beyond = 0;
        return end ? SEG_AGAIN : SEG_DISCARD;
    }
    /* One NAK makes the sender go back: what it had under way behind the gap needs none. What comes no later than
     * the one before was sent anew, and still lacks what the NAK asked for. */
    bool told = !seen && s->beyond && ahead > s->beyond;
    s->duplicates = 0;
    s->initial = s->last;
    s->beyond = seen ? 0 : ahead;
    return told ? SEG_DISCARD : SEG_NAK;
}

void seg_tx_start(struct seg_tx *s, size_t octets, size_t per_segment)
{
    *s = (struct seg_tx){.n = (uint32_t)((octets + per_segment - 1) / per_segment), .window = 1};
}

enum seg_ack seg_tx_ack(struct seg_tx *s, uint8_t sequence, uint8_t window, bool nak)
{
    uint8_t ahead = (uint8_t)(sequence - (uint8_t)s->base);
    if (ahead >= s->next - s->base) {
        /* A NAK of the window's very first segment names the last one before it. */
        if (!nak || ahead != UINT8_MAX || !s->base)
            return SEG_ACK_IGNORE;
        s->next = s->base;
        return SEG_ACK_GO_ON;
    }
    s->base += ahead + 1u;
    if (nak)
        s->next = s->base;              /* else what is under way may well arrive */
    s->window = window && window <= SEG_WINDOW_MAX ? window : 1;
    return s->base == s->n ? SEG_ACK_ALL : SEG_ACK_GO_ON;
}

void seg_tx_again(struct seg_tx *s) { s->next = s->base; }

size_t chain_item(void) { return sizeof(struct chain_block); }

bool chain_add(struct pool *blocks, struct chain *c, const uint8_t *p, size_t n)
{
    while (n) {
        if (!c->last || c->last->n == SEG_BLOCK) {
            struct chain_block *b = pool_take(blocks);
            if (!b)
                return false;
            if (c->last)
                c->last->next = b;
            else
                c->first = b;
            c->last = b;
        }
        size_t room = SEG_BLOCK - c->last->n, part = n < room ? n : room;
        memcpy(c->last->bytes + c->last->n, p, part);
        c->last->n += part;
        c->n += part;
        p += part;
        n -= part;
    }
    return true;
}

void chain_write(const struct chain *c, size_t from, size_t n, struct wr *w)
{
    for (const struct chain_block *b = c->first; b && n; b = b->next) {
        if (from >= b->n) {
            from -= b->n;
            continue;
        }
        size_t part = b->n - from < n ? b->n - from : n;
        wr_bytes(w, b->bytes + from, part);
        n -= part;
        from = 0;
    }
}

void chain_free(struct pool *blocks, struct chain *c)
{
    while (c->first) {
        struct chain_block *b = c->first;
        c->first = b->next;
        pool_give(blocks, b);
    }
    *c = (struct chain){0};
}
