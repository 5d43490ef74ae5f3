/* See bind.h. A hash table of short probes, so that a flood of I-Am costs memory nowhere. */
#include "runtime/apdu/bind.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "runtime/apdu/apdu.h"
#include "schemas/bacnet.h"
#include "schemas/tag.h"

enum { PROBES = 8 };

int bind_init(struct bind *b, uint32_t size)
{
    assert(size >= PROBES && !(size & (size - 1)));
    *b = (struct bind){.table = calloc(size, sizeof *b->table), .size = size};
    return b->table ? 0 : -ENOMEM;
}

void bind_fini(struct bind *b)
{
    free(b->table);
    *b = (struct bind){0};
}

bool bind_i_am(struct rd r, struct i_am *said)
{
    uint32_t oid = rd_oid(&r, APP);
    uint32_t max = rd_unsigned(&r, APP);
    uint32_t seg = rd_enumerated(&r, APP);
    uint32_t vendor = rd_unsigned(&r, APP);
    if (!rd_end(&r) || oid_type(oid) != OT_device || oid_instance(oid) > BACNET_INSTANCE_MAX ||
        seg > SEG_none || vendor > UINT16_MAX)
        return false;
    max = max < APDU_MIN ? APDU_MIN : max > UINT16_MAX ? UINT16_MAX : max;
    *said = (struct i_am){oid_instance(oid), (uint16_t)max, (uint16_t)vendor, (uint8_t)seg};
    return true;
}

static struct binding *place(const struct bind *b, uint32_t instance, uint32_t probe)
{
    return &b->table[((instance * 2654435761u >> 7) + probe) & (b->size - 1)];
}

static struct binding *find(const struct bind *b, uint32_t instance)
{
    for (uint32_t i = 0; i < PROBES; i++) {
        struct binding *e = place(b, instance, i);
        if (e->used && e->instance == instance)
            return e;
    }
    return NULL;
}

const struct binding *bind_want(struct bind *b, uint32_t instance)
{
    struct binding *e = find(b, instance);
    if (e && !e->wanted) {
        e->wanted = true;
        b->changes++;
    }
    return e;
}

/* The first free place, else the one heard of least recently, strangers before wanted ones. */
static struct binding *victim(const struct bind *b, uint32_t instance)
{
    struct binding *worst = place(b, instance, 0);
    for (uint32_t i = 0; i < PROBES && worst->used; i++) {
        struct binding *e = place(b, instance, i);
        if (!e->used || (worst->wanted && !e->wanted) ||
            (worst->wanted == e->wanted && e->seen_ms < worst->seen_ms))
            worst = e;
    }
    return worst;
}

void bind_put(struct bind *b, const struct i_am *said, const struct peer *from, uint64_t now_ms)
{
    struct binding *e = find(b, said->instance);
    bool wanted = e && e->wanted;
    if (!e)
        e = victim(b, said->instance);
    if ((e->used && e->wanted && !wanted) || (wanted && !peer_same(&e->peer, from)))
        b->changes++;
    *e = (struct binding){said->instance, said->vendor, true, wanted, *from, now_ms};
    e->peer.max_apdu = said->max_apdu;
    e->peer.seg_ok = said->segmentation == SEG_both || said->segmentation == SEG_receive;
    e->peer.segs = 0;
    e->peer.broadcast = false;
}

void bind_drop(struct bind *b, uint32_t instance)
{
    struct binding *e = find(b, instance);
    if (!e)
        return;
    b->changes += e->wanted;
    *e = (struct binding){0};
}
