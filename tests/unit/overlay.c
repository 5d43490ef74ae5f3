/* Overlay against a plain model; the local time of zones. */
#include <stdlib.h>

#include "runtime/data/overlay.h"
#include "runtime/data/zone.h"
#include "tests/unit/unit.h"

enum { OBJECTS = 50, PROPS = 4, ROUNDS = 60000 };

struct model { uint8_t b[300]; size_t n; bool there; };

static uint32_t next(uint32_t *x) { return (*x = *x * 1664525u + 1013904223u) >> 8; }

static void test_overlay(struct unit *u)
{
    static struct model m[OBJECTS][PROPS];
    void *memory = calloc(1, overlay_bytes(OBJECTS));
    struct overlay o;
    struct span s;
    uint32_t x = 7;
    overlay_init(&o, memory, OBJECTS);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t object = next(&x) % OBJECTS, property = next(&x) % PROPS;
        struct model *it = &m[object][property];
        if (next(&x) % 4 == 0) {
            overlay_drop(&o, object, property);
            it->there = false;
        } else {
            it->n = next(&x) % sizeof it->b;
            memset(it->b, (int)next(&x), sizeof it->b);
            struct span parts[] = {{it->b, it->n / 3}, {it->b, it->n - it->n / 3}};
            CHECK(u, overlay_set(&o, object, property, parts, 2));
            it->there = true;
        }
        bool there = overlay_get(&o, object, property, &s);
        CHECK(u, there == it->there && (!there || (s.n == it->n && !memcmp(s.p, it->b, s.n))));
    }
    for (uint32_t k = 0; k < OBJECTS * PROPS; k++) {
        struct model *it = &m[k / PROPS][k % PROPS];
        bool there = overlay_get(&o, k / PROPS, k % PROPS, &s);
        CHECK(u, there == it->there && (!there || (s.n == it->n && !memcmp(s.p, it->b, s.n))));
    }
    CHECK(u, o.used <= OBJECTS * PROPS && o.slab_used < 1u << 20);       /* blocks come back */
    uint8_t *big = calloc(1, OVERLAY_VALUE_MAX + 1);
    struct span whole = {big, OVERLAY_VALUE_MAX}, more = {big, OVERLAY_VALUE_MAX + 1};
    uint32_t n = 0;
    CHECK(u, !overlay_set(&o, 1, 1, &more, 1));
    while (n < 100000 && overlay_set(&o, n, 99, &whole, 1))
        n++;
    CHECK(u, n > 10 && n < 1000);                                        /* full, and it says so */
    CHECK(u, overlay_get(&o, n - 1, 99, &s) && s.n == OVERLAY_VALUE_MAX);
    free(big);
    free(memory);
}

static bool shows(struct zone *z, int64_t utc_s, uint8_t month, uint8_t day, uint8_t hour, uint8_t wday)
{
    struct bdate d;
    struct btime t;
    zone_local(z, utc_s * 1000 + 120, &d, &t);
    return d.month == month && d.day == day && t.hour == hour && d.wday == wday && t.hundredth == 12;
}

static void test_zone(struct unit *u)
{
    struct zone z;
    struct bdate d;
    struct btime t;
    CHECK(u, !zone_init(&z, "No/Such_Zone") && !zone_init(&z, "../../etc/passwd"));
    if (!zone_init(&z, "Europe/Prague"))
        return;                                                          /* no zone data here */
    CHECK(u, shows(&z, 1795219200, 11, 21, 1, 6));                       /* 2026-11-21T00:00Z */
    CHECK(u, zone_utc_offset(&z, 1795219200000) == -60 && !zone_dst(&z, 1795219200000));
    CHECK(u, shows(&z, 1782000000, 6, 21, 2, 7));                        /* 2026-06-21T00:00Z */
    CHECK(u, zone_utc_offset(&z, 1782000000000) == -60 && zone_dst(&z, 1782000000000));
    CHECK(u, shows(&z, 1774745999, 3, 29, 1, 7) && shows(&z, 1774746000, 3, 29, 3, 7));
    for (int64_t s = 1774000000; s < 1806000000; s += 12347) {           /* there and back */
        zone_local(&z, s * 1000, &d, &t);
        int64_t back = zone_utc(&z, d, t);
        CHECK(u, back == s * 1000 || back == (s - 3600) * 1000);
    }
    struct zone other;                  /* opened beside the one that is used, and then taken in turns */
    if (zone_init(&other, "America/New_York")) {
        CHECK(u, shows(&z, 1795219200 + 7200, 11, 21, 3, 6) && shows(&other, 1795219200, 11, 20, 19, 5));
        CHECK(u, shows(&z, 1795219200 + 14400, 11, 21, 5, 6) && zone_utc_offset(&other, 1795219200000) == 300);
    }
    CHECK(u, zone_weekday(126, 11, 21) == 6 && zone_weekday(100, 2, 29) == 2);
}

int main(void)
{
    struct unit u = {0, 0};
    test_overlay(&u);
    test_zone(&u);
    return unit_end(&u);
}
