/* 135-2020 clauses 12.11.24, 12.11.25, 16.8: on every day of the year local time is UTC - UTC_Offset, and an hour more
 * while Daylight_Savings_Status is TRUE; UTC_Offset is that of standard time and stays. */
#include <pthread.h>
#include <stdatomic.h>

#include "runtime/data/zone.h"
#include "tests/unit/unit.h"

enum { HOUR_MS = 3600000 };

static void year_of(struct unit *u, const char *name, int32_t offset, unsigned summer_days)
{
    struct zone z;
    unsigned days = 0;
    if (!zone_init(&z, name))
        return;                                 /* a machine without that zone */
    for (int64_t t = 1767225600000; t < 1798761600000; t += HOUR_MS) {          /* 2026 */
        struct bdate date;
        struct btime time;
        int32_t minutes = zone_utc_offset(&z, t);
        bool dst = zone_dst(&z, t);
        zone_local(&z, t, &date, &time);
        days += dst && t / HOUR_MS % 24 == 12;
        if (!CHECK(u, minutes == offset) ||
            !CHECK(u, zone_plain(date, time) == t - (int64_t)minutes * 60000 + (dst ? HOUR_MS : 0))) {
            fprintf(stderr, "%s, %lld ms: UTC_Offset %d%s\n", name, (long long)t, minutes, dst ? ", saving" : "");
            return;
        }
    }
    if (!CHECK(u, days == summer_days))
        fprintf(stderr, "%s saves on %u days\n", name, days);
}

/* 28 March 2027: local clocks go from two to three. */
static void jump(struct unit *u)
{
    enum { JUMP = 3600 };
    const int64_t midnight = 1806192000000;                                     /* UTC */
    static const struct { uint8_t hour, minute; int64_t seconds; } is[] = {
        {1, 59, -60}, {2, 0, 0}, {2, 30, 0}, {2, 59, 0}, {3, 0, 0}, {3, 1, 60},
    };
    struct zone z;
    if (!zone_init(&z, "Europe/Prague"))
        return;
    for (unsigned i = 0; i < sizeof is / sizeof *is; i++) {
        int64_t at = zone_reached(&z, (struct bdate){127, 3, 28, 7}, (struct btime){is[i].hour, is[i].minute, 0, 0});
        if (!CHECK(u, at == midnight + (JUMP + is[i].seconds) * 1000 - (is[i].hour == 2)))
            fprintf(stderr, "%u:%02u is reached at %lld\n", is[i].hour, is[i].minute, (long long)at);
    }
}

/* What lies beside the zones is none of them. */
static void no_zone(struct unit *u, const char *name)
{
    struct zone z;
    if (!CHECK(u, !zone_init(&z, name)))
        fprintf(stderr, "'%s' is taken for a time zone\n", name);
}

static atomic_bool enough;

/* How often a full hour was not half past another one. */
static void *elsewhere(void *wrong)
{
    while (!atomic_load(&enough)) {
        struct zone z;
        if (!zone_init(&z, "Asia/Kolkata"))
            return NULL;
        for (int64_t t = 1767225600000; t < 1767225600000 + 24 * HOUR_MS; t += HOUR_MS) {
            struct bdate date;
            struct btime time;
            zone_local(&z, t, &date, &time);
            *(unsigned *)wrong += time.minute != 30;
        }
    }
    return NULL;
}

/* What is kept for an image that is in another zone is read beside the loop. */
static void two_at_once(struct unit *u)
{
    pthread_t thread;
    unsigned wrong = 0;
    if (!CHECK(u, !pthread_create(&thread, NULL, elsewhere, &wrong)))
        return;
    for (int i = 0; i < 20; i++)
        year_of(u, "Europe/Prague", -60, 210);
    atomic_store(&enough, true);
    pthread_join(thread, NULL);
    CHECK(u, !wrong);
}

int main(void)
{
    struct unit u = {0, 0};
    no_zone(&u, "Europe");
    no_zone(&u, "Europe/");
    no_zone(&u, "zone.tab");
    no_zone(&u, "Europe/Prag");
    no_zone(&u, "../zoneinfo/UTC");
    jump(&u);
    year_of(&u, "UTC", 0, 0);
    year_of(&u, "Europe/Prague", -60, 210);             /* 29 March to 25 October */
    year_of(&u, "Europe/Dublin", 0, 210);               /* which has Irish Standard Time in summer */
    year_of(&u, "America/New_York", 300, 238);          /* 8 March to 1 November */
    year_of(&u, "Australia/Sydney", -600, 183);         /* noon UTC, to 4 April, from 4 October */
    year_of(&u, "America/St_Johns", 210, 238);
    year_of(&u, "Asia/Kolkata", -330, 0);
    two_at_once(&u);
    return unit_end(&u);
}
