/* See limit.h. */
#include "runtime/base/limit.h"

#include <string.h>

enum { OBJECTS_MOST = 65536 };

void limit_init(struct limiter *l, uint32_t devices, uint32_t objects)
{
    uint32_t n = objects < OBJECTS_MOST ? objects : OBJECTS_MOST;
    memset(l, 0, sizeof *l);
    /* Four Who-Is in a row are answered whole; then a full round in ten seconds. */
    const struct limit_rate r = {4 * devices + 64, devices / 10 + 16, 16 * devices + 1024, devices + 256};
    l->rates[LIMIT_DISCOVERY] = r;
    /* And two Who-Has for each object, which is mostly one answer to one question. */
    l->rates[LIMIT_NAMES] = (struct limit_rate){r.burst + 2 * n, r.per_s + n / 10, r.all_burst + 8 * n, r.all_per_s + n};
    l->rates[LIMIT_NETWORK] = (struct limit_rate){64, 16, 512, 128};
    l->rates[LIMIT_BVLL] = (struct limit_rate){128, 32, 1024, 512};
    l->rates[LIMIT_DISTRIBUTE] = (struct limit_rate){4096, 512, 16384, 4096};
}

/* The peer's bucket; a stranger takes the place of the one not seen for longest. */
static struct limit_bucket *bucket_of(struct limiter *l, const uint8_t address[4])
{
    uint32_t h = ((uint32_t)address[0] << 24 | (uint32_t)address[1] << 16 |
                  (uint32_t)address[2] << 8 | address[3]) * 2654435761u;
    struct limit_bucket *set = &l->peers[(h >> 16) % (LIMIT_SLOTS / LIMIT_WAYS) * LIMIT_WAYS];
    struct limit_bucket *oldest = set;
    for (unsigned i = 0; i < LIMIT_WAYS; i++) {
        if (set[i].at_ms && !memcmp(set[i].address, address, 4))
            return &set[i];
        if (set[i].at_ms < oldest->at_ms)
            oldest = &set[i];
    }
    memset(oldest, 0, sizeof *oldest);
    memcpy(oldest->address, address, 4);
    return oldest;
}

static void leak(struct limiter *l, struct limit_bucket *b, bool all, uint64_t now)
{
    uint64_t ms = now - b->at_ms;
    for (unsigned k = 0; k < LIMITS; k++) {
        uint64_t back = ms * (all ? l->rates[k].all_per_s : l->rates[k].per_s);
        b->used[k] = back < b->used[k] ? b->used[k] - (uint32_t)back : 0;
    }
    b->at_ms = now;
}

bool limit_take(struct limiter *l, enum limit_kind kind, const uint8_t address[4], uint64_t now_ms)
{
    const struct limit_rate *r = &l->rates[kind];
    struct limit_bucket *b = bucket_of(l, address);
    leak(l, b, false, now_ms);
    leak(l, &l->all, true, now_ms);
    if (b->used[kind] >= r->burst * 1000 || l->all.used[kind] >= r->all_burst * 1000) {
        l->refused[kind]++;
        return false;
    }
    b->used[kind] += 1000;
    l->all.used[kind] += 1000;
    return true;
}
