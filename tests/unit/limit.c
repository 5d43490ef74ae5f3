/* Token buckets by address: bursts, refill, strangers, the bucket for everybody. */
#include "runtime/base/limit.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static unsigned takes(struct limiter *l, enum limit_kind k, uint32_t host, unsigned n, uint64_t now)
{
    uint8_t a[4] = {10, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host};
    unsigned got = 0;
    for (unsigned i = 0; i < n; i++)
        got += limit_take(l, k, a, now);
    return got;
}

int main(void)
{
    struct unit u = {0};
    struct limiter *l = malloc(sizeof *l);
    if (!CHECK(&u, l))
        return 1;
    limit_init(l, 1, 0);
    const struct limit_rate r = l->rates[LIMIT_NETWORK];
    CHECK(&u, takes(l, LIMIT_NETWORK, 1, 1000, 1000) == r.burst);
    CHECK(&u, l->refused[LIMIT_NETWORK] == 1000 - r.burst);
    CHECK(&u, takes(l, LIMIT_NETWORK, 2, 10, 1000) == 10);          /* another one is not concerned */
    CHECK(&u, takes(l, LIMIT_BVLL, 1, 10, 1000) == 10);             /* nor another kind */
    CHECK(&u, takes(l, LIMIT_NETWORK, 1, 1000, 2000) == r.per_s);   /* a second later */
    CHECK(&u, takes(l, LIMIT_NETWORK, 1, 1000, 100000) == r.burst);

    limit_init(l, 1, 0);                                               /* many forged sources */
    unsigned all = 0;
    for (uint32_t host = 0; host < 5000; host++)
        all += takes(l, LIMIT_NETWORK, host, 10, 1000);
    CHECK(&u, all == r.all_burst);

    limit_init(l, 1000, 0);                                            /* three Who-Is of 1,000 devices */
    CHECK(&u, takes(l, LIMIT_DISCOVERY, 1, 3000, 1000) == 3000);

    limit_init(l, 1, 300);                                          /* two Who-Has for each of 300 objects */
    CHECK(&u, takes(l, LIMIT_NAMES, 1, 600, 1000) == 600);
    CHECK(&u, takes(l, LIMIT_NAMES, 1, 1000, 1000) == 68 && l->refused[LIMIT_NAMES] == 932);
    CHECK(&u, takes(l, LIMIT_NAMES, 1, 1000, 2000) == 46);
    CHECK(&u, takes(l, LIMIT_DISCOVERY, 1, 1000, 2000) == 68);      /* Who-Is is another matter */
    limit_init(l, 1, UINT32_MAX);                                   /* no number overflows */
    CHECK(&u, l->rates[LIMIT_NAMES].all_burst < UINT32_MAX / 1000);
    free(l);
    return unit_end(&u);
}
