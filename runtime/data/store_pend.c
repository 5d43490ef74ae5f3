/* See store_pend.h. A record: its position less the one before, its time less the one before with the
 * sign in the lowest bit, the number of its octets, each in groups of seven bits from the lowest on, where
 * the top bit says that another follows; then the octets. Differences wrap, so that any two fit. */
#include "runtime/data/store_pend.h"

#include <string.h>

static size_t put(uint8_t *to, uint64_t v)
{
    size_t n = 0;
    for (; v > 0x7f; v >>= 7)
        to[n++] = (uint8_t)(v | 0x80);
    to[n++] = (uint8_t)v;
    return n;
}

static uint64_t get(const uint8_t *bytes, size_t *at)
{
    uint64_t v = 0;
    unsigned shift = 0;
    uint8_t b;
    do {
        b = bytes[(*at)++];
        v |= (uint64_t)(b & 0x7f) << shift;
        shift += 7;
    } while (b & 0x80);
    return v;
}

size_t pend_put(uint8_t *to, const struct store_pending *before, const struct store_pending *p)
{
    uint64_t time = (uint64_t)p->time - (uint64_t)before->time;
    size_t n = put(to, p->position - before->position);
    n += put(to + n, time << 1 ^ (time >> 63 ? UINT64_MAX : 0));
    n += put(to + n, p->n);
    if (p->n)
        memcpy(to + n, p->data, p->n);
    return n + p->n;
}

bool pend_next(const uint8_t *bytes, size_t used, size_t *at, struct store_pending *p)
{
    if (*at >= used)
        return false;
    p->position += get(bytes, at);
    uint64_t time = get(bytes, at);
    p->time = (int64_t)((uint64_t)p->time + (time >> 1 ^ (time & 1 ? UINT64_MAX : 0)));
    p->n = (uint32_t)get(bytes, at);
    p->data = bytes + *at;
    *at += p->n;
    return true;
}
