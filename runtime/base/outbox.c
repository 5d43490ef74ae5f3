/* Ring of intents. See outbox.h. */
#include "runtime/base/outbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

int outbox_init(struct outbox *o, size_t cap)
{
    *o = (struct outbox){.ring = calloc(cap, sizeof *o->ring), .cap = cap};
    return o->ring ? 0 : -ENOMEM;
}

void outbox_fini(struct outbox *o)
{
    free(o->ring);
    *o = (struct outbox){0};
}

bool outbox_put(struct outbox *o, const struct intent *what)
{
    if (o->n == o->cap) {
        o->refused++;
        return false;
    }
    size_t at = o->head + o->n;
    o->ring[at < o->cap ? at : at - o->cap] = *what;
    o->n++;
    return true;
}

const struct intent *outbox_first(const struct outbox *o)
{
    return o->n ? &o->ring[o->head] : NULL;
}

void outbox_drop(struct outbox *o)
{
    assert(o->n);
    o->head = o->head + 1 < o->cap ? o->head + 1 : 0;
    o->n--;
}
