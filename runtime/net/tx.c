/* See tx.h. */
#include "runtime/net/tx.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

enum { SMALL = 2048 };          /* a datagram with everything before it */

int tx_init(struct tx *t, size_t longest)
{
    *t = (struct tx){.size = TX_MAX * SMALL + TX_HEADROOM + longest, .longest = longest};
    t->block = malloc(t->size);
    return t->block ? 0 : -ENOMEM;
}

void tx_fini(struct tx *t)
{
    free(t->block);
    *t = (struct tx){0};
}

bool tx_room(const struct tx *t, size_t n)
{
    return n <= TX_MAX - t->n && t->size - t->used >= TX_HEADROOM + t->longest + (n - 1) * SMALL;
}

struct wr tx_begin(const struct tx *t, size_t cap)
{
    size_t left = t->size - t->used;
    left = left > TX_HEADROOM ? left - TX_HEADROOM : 0;
    return wr_of(t->block + t->used + (left ? TX_HEADROOM : 0), cap < left ? cap : left);
}

struct datagram *tx_add(struct tx *t, const struct wr *w, size_t head)
{
    assert(head <= TX_HEADROOM);
    if (t->n == TX_MAX || !wr_fits(w) || !w->cap)
        return NULL;
    struct datagram *d = &t->out[t->n++];
    *d = (struct datagram){.bytes = w->buf - head, .n = w->len + head};
    t->used = (size_t)(w->buf - t->block) + w->len;
    return d;
}
