/* data/store_pend.h: what is put comes back, whatever the distances; a record a minute takes five octets
 * beside its data. */
#include "runtime/data/store_pend.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

enum { RECORDS = 300, LONGEST = 40 };

static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Any number of bits, so that every length of a difference occurs. */
static uint64_t some(void) { return rnd() >> rnd() % 64; }

static void round_trip(struct unit *u, bool wild)
{
    static uint8_t bytes[RECORDS * (PEND_HEAD + LONGEST)], data[RECORDS][LONGEST];
    struct store_pending put[RECORDS], before = {.position = wild ? some() : 0, .time = wild ? (int64_t)some() : 0};
    struct store_pending p = before;
    size_t used = 0, at = 0;
    for (unsigned i = 0; i < RECORDS; i++) {
        for (unsigned k = 0; k < LONGEST; k++)
            data[i][k] = (uint8_t)rnd();
        uint64_t time = wild ? some() * (rnd() % 2 ? 1 : UINT64_MAX) : (uint64_t)p.time + rnd() % 100000;
        put[i] = (struct store_pending){.position = wild ? rnd() : p.position + 1 + rnd() % 3,
                                        .time = (int64_t)time, .data = data[i],
                                        .n = (uint32_t)(rnd() % (LONGEST + 1))};
        size_t n = pend_put(bytes + used, &p, &put[i]);
        CHECK(u, n <= PEND_HEAD + put[i].n);
        used += n;
        p = put[i];
    }
    p = before;
    for (unsigned i = 0; i < RECORDS; i++) {
        CHECK(u, pend_next(bytes, used, &at, &p));
        CHECK(u, p.position == put[i].position && p.time == put[i].time && p.n == put[i].n &&
                     !memcmp(p.data, put[i].data, p.n));
    }
    CHECK(u, at == used && !pend_next(bytes, used, &at, &p));
}

static void small(struct unit *u)
{
    static const uint8_t real[8] = {0};
    struct store_pending a = {.position = 700, .time = 1795219200000}, b = a;
    uint8_t bytes[64];
    b.position++;
    b.time += 60000;
    b.data = real;
    b.n = sizeof real;
    CHECK(u, pend_put(bytes, &a, &b) == 5 + sizeof real);
}

static void extremes(struct unit *u)
{
    static const uint64_t positions[] = {0, 1, 127, 128, INT64_MAX, UINT64_MAX};
    static const int64_t times[] = {0, 1, -1, 63, 64, -64, -65, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            for (size_t k = 0; k < 9; k++)
                for (size_t m = 0; m < 9; m++) {
                    struct store_pending a = {.position = positions[i], .time = times[k]}, got = a;
                    struct store_pending b = {.position = positions[j], .time = times[m]};
                    uint8_t bytes[PEND_HEAD];
                    size_t at = 0, n = pend_put(bytes, &a, &b);
                    CHECK(u, n <= PEND_HEAD && pend_next(bytes, n, &at, &got) && at == n);
                    CHECK(u, got.position == b.position && got.time == b.time && got.n == 0);
                }
}

int main(void)
{
    struct unit u = {0};
    small(&u);
    extremes(&u);
    for (unsigned i = 0; i < 200; i++)
        round_trip(&u, i % 2);
    return unit_end(&u);
}
