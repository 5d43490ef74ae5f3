/* Schedules and calendars on a driven clock: entries, layers, periods, midnight, both daylight
 * changes, leap days, steps of the clock (135-2020 clauses 12.9, 12.24). */
#include "runtime/engine/schedule.h"
#include "runtime/object/convert.h"
#include "runtime/object/values.h"
#include "runtime/wire/dates.h"

#include <time.h>

#include "tests/unit/world.h"

static struct unit unit;

/* ---- dates ---- */

static struct bdate day(unsigned year, uint8_t month, uint8_t d)
{
    uint8_t y = (uint8_t)(year - 1900);
    return (struct bdate){y, month, d, zone_weekday(y, month, d)};
}

static void test_dates(void)
{
    CHECK(&unit, dates_in_month(124, 2) == 29 && dates_in_month(126, 2) == 28);
    CHECK(&unit, dates_in_month(0, 2) == 28 && dates_in_month(100, 2) == 29);      /* 1900, 2000 */
    CHECK(&unit, dates_match((struct bdate){255, 255, 32, 255}, day(2028, 2, 29)));
    CHECK(&unit, !dates_match((struct bdate){255, 255, 32, 255}, day(2028, 2, 28)));
    CHECK(&unit, dates_match((struct bdate){255, 13, 255, 255}, day(2026, 11, 20)));
    CHECK(&unit, !dates_match((struct bdate){255, 14, 255, 255}, day(2026, 11, 20)));
    CHECK(&unit, dates_match((struct bdate){255, 255, 33, 255}, day(2026, 11, 21)));
    CHECK(&unit, dates_match((struct bdate){255, 255, 34, 255}, day(2026, 11, 20)));
    CHECK(&unit, dates_match((struct bdate){255, 255, 255, 5}, day(2026, 11, 20)));        /* a Friday */
    CHECK(&unit, dates_week_n_day(255, 5, 255, day(2026, 11, 29)));
    CHECK(&unit, !dates_week_n_day(255, 5, 255, day(2026, 11, 28)));
    CHECK(&unit, dates_week_n_day(255, 6, 5, day(2026, 11, 27)));                  /* the last Friday */
    CHECK(&unit, !dates_week_n_day(255, 6, 5, day(2026, 11, 20)));
    CHECK(&unit, dates_week_n_day(255, 7, 5, day(2026, 11, 20)));
    CHECK(&unit, dates_week_n_day(2, 6, 255, day(2028, 2, 29)) && dates_week_n_day(2, 6, 255, day(2028, 2, 23)));
    CHECK(&unit, !dates_week_n_day(2, 6, 255, day(2028, 2, 22)));
    struct date_range open_end = {day(2026, 11, 20), {255, 255, 255, 255}};
    CHECK(&unit, dates_in_range(&open_end, day(2054, 1, 1)) && !dates_in_range(&open_end, day(2026, 11, 19)));
}

/* ---- a device with one schedule ---- */

static void write_hex(struct world *w, uint32_t object, uint32_t property, const uint8_t *v, size_t n)
{
    struct origin by = {.who = BY_CLIENT};
    CHECK(&unit, !prop_write(w->d, object, property, BACNET_INDEX_ALL, (struct span){v, n}, &by, NULL));
}
#define PUT(w, object, property, ...) \
    write_hex(w, object, property, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

struct fixture { struct world w; uint32_t sch, cal; };

static void make(struct fixture *f)
{
    struct mk m;
    const unsigned c = IMG_OBJ_COMMANDABLE | IMG_OBJ_WRITABLE | IMG_OBJ_RETAIN;
    mk_begin(&m);
    (void)mk_object(&m, OID(OT_analog_output, 1), "valve", G_COMMAND, c, IMG_NONE);
    (void)mk_object(&m, OID(OT_binary_output, 1), "fan", G_COMMAND, c, IMG_NONE);
    (void)mk_object(&m, OID(OT_calendar, 1), "holidays", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_device, 1001), "Main", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_schedule, 1), "program", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_network_port, 1), "port", G_IPV4, 0, IMG_NONE);
    mk_device(&m, 1001, IMG_DEV_ENABLED);
    mk_link(&m);
    world_open(&f->w, &m);
    f->sch = db_find(f->w.d, OID(OT_schedule, 1));
    f->cal = db_find(f->w.d, OID(OT_calendar, 1));
    f->w.ao = db_find(f->w.d, OID(OT_analog_output, 1));
    f->w.bo = db_find(f->w.d, OID(OT_binary_output, 1));
    /* Schedule_Default 10.0; every day 06:00 21.0, 22:00 16.0; writes analog-output,1 at 12 */
    PUT(&f->w, f->sch, P_schedule_default, 0x44, 0x41, 0x20, 0, 0);
    static const uint8_t one[] = {0x0e, 0xb4, 6, 0, 0, 0, 0x44, 0x41, 0xa8, 0, 0,
                                  0xb4, 22, 0, 0, 0, 0x44, 0x41, 0x80, 0, 0, 0x0f};
    uint8_t all[7 * sizeof one];
    for (size_t i = 0; i < 7; i++)
        memcpy(all + i * sizeof one, one, sizeof one);
    write_hex(&f->w, f->sch, P_weekly_schedule, all, sizeof all);
    PUT(&f->w, f->sch, P_list_of_object_property_references, 0x0c, 0x00, 0x40, 0x00, 0x01, 0x19, 0x55);
    PUT(&f->w, f->sch, P_priority_for_writing, 0x21, 12);
    schedule_start(&f->w.db);
    db_settle(&f->w.db);
}

static void turn(struct fixture *f)
{
    (void)schedule_turn(&f->w.db);
    db_settle(&f->w.db);
}

/* Sleeps as the loop does: to each deadline and no further. Returns how often it was woken. */
static unsigned run_to(struct fixture *f, int64_t wall_ms)
{
    unsigned woken = 0;
    turn(f);
    while (f->w.clock.wall_ms < wall_ms) {
        uint64_t due = schedule_turn(&f->w.db), now = clock_ms(&f->w.clock);
        uint64_t left = (uint64_t)(wall_ms - f->w.clock.wall_ms);
        uint64_t step = due > now ? due - now : 1;
        clock_advance(&f->w.clock, step < left ? step : left);
        turn(f);
        woken++;
    }
    return woken;
}

static float said(const struct fixture *f)
{
    const struct program *p = &f->w.db.programs[f->w.db.live[f->sch].pv];
    struct rd r = rd_of(p->value, p->n);
    return rd_is(&r, APP, TAG_real) ? rd_real(&r, APP) : -1;
}
static float target(const struct fixture *f) { return pv_real(f->w.db.live[f->w.ao].pv); }
static uint8_t at_priority(const struct fixture *f)
{
    return f->w.db.commands[f->w.db.live[f->w.ao].command].active;
}

static int64_t utc(struct fixture *f, struct bdate d, uint8_t hour, uint8_t minute)
{
    return zone_utc(&f->w.db.zone, d, (struct btime){hour, minute, 0, 0});
}

static void test_week(void)
{
    struct fixture f;
    make(&f);                                   /* 2026-11-21 00:00 UTC */
    turn(&f);
    CHECK(&unit, said(&f) == 10 && target(&f) == 10 && at_priority(&f) == 12);
    run_to(&f, utc(&f, day(2026, 11, 21), 5, 59));
    CHECK(&unit, said(&f) == 10);
    run_to(&f, utc(&f, day(2026, 11, 21), 6, 0));
    CHECK(&unit, said(&f) == 21 && target(&f) == 21);
    unsigned woken = run_to(&f, utc(&f, day(2026, 11, 22), 0, 0));
    CHECK(&unit, said(&f) == 10);                      /* nothing carries over midnight (12.24.4) */
    CHECK(&unit, woken < 18 * 4 + 10);                 /* it sleeps in between */
    db_close(&f.w.db);
}

static void test_layers(void)
{
    struct fixture f;
    make(&f);
    run_to(&f, utc(&f, day(2026, 11, 21), 7, 0));
    CHECK(&unit, said(&f) == 21);
    /* Exception today at 08:00 = 5.0, priority 10; another of priority 3 with NULL from 09:00 */
    PUT(&f.w, f.sch, P_exception_schedule,
        0x0e, 0x0c, 126, 11, 21, 255, 0x0f, 0x2e, 0xb4, 8, 0, 0, 0, 0x44, 0x40, 0xa0, 0, 0, 0x2f, 0x39, 10,
        0x0e, 0x0c, 126, 11, 21, 255, 0x0f, 0x2e, 0xb4, 8, 30, 0, 0, 0x44, 0x40, 0xe0, 0, 0,
        0xb4, 9, 0, 0, 0, 0x00, 0x2f, 0x39, 3);
    turn(&f);
    CHECK(&unit, said(&f) == 21);                      /* no exception has a value yet */
    run_to(&f, utc(&f, day(2026, 11, 21), 8, 0));
    CHECK(&unit, said(&f) == 5);
    run_to(&f, utc(&f, day(2026, 11, 21), 8, 30));
    CHECK(&unit, said(&f) == 7);
    run_to(&f, utc(&f, day(2026, 11, 21), 9, 0));
    CHECK(&unit, said(&f) == 5);                       /* NULL gives way to the next one */
    run_to(&f, utc(&f, day(2026, 11, 22), 8, 10));
    CHECK(&unit, said(&f) == 21);
    db_close(&f.w.db);
}

static void test_calendar(void)
{
    struct fixture f;
    uint8_t octets[8];
    struct wr w = wr_of(octets, sizeof octets);
    make(&f);
    PUT(&f.w, f.sch, P_exception_schedule,      /* [1] calendar,1: from midnight 4.0 */
        0x1c, 0x01, 0x80, 0x00, 0x01, 0x2e, 0xb4, 0, 0, 0, 0, 0x44, 0x40, 0x80, 0, 0, 0x2f, 0x39, 9);
    run_to(&f, utc(&f, day(2026, 11, 21), 7, 0));
    CHECK(&unit, said(&f) == 21);
    PUT(&f.w, f.cal, P_date_list, 0x0c, 126, 11, 21, 255);
    turn(&f);
    CHECK(&unit, said(&f) == 4 && target(&f) == 4);    /* at once, when the calendar changes */
    CHECK(&unit, !prop_read(f.w.d, f.cal, P_present_value, BACNET_INDEX_ALL, &w) && octets[0] == 0x11);
    run_to(&f, utc(&f, day(2026, 11, 22), 7, 0));
    w.len = 0;
    CHECK(&unit, said(&f) == 21);
    CHECK(&unit, !prop_read(f.w.d, f.cal, P_present_value, BACNET_INDEX_ALL, &w) && octets[0] == 0x10);
    db_close(&f.w.db);
}

static void test_period_and_service(void)
{
    struct fixture f;
    make(&f);
    run_to(&f, utc(&f, day(2026, 11, 21), 7, 0));
    PUT(&f.w, f.sch, P_effective_period, 0xa4, 126, 12, 1, 255, 0xa4, 255, 255, 255, 255);
    PUT(&f.w, f.w.ao, P_present_value, 0x44, 0x42, 0x20, 0, 0);     /* a client, at 16 */
    turn(&f);
    CHECK(&unit, said(&f) == 10 && target(&f) == 21);  /* not in effect: nothing is written */
    PUT(&f.w, f.sch, P_effective_period, 0xa4, 255, 255, 255, 255, 0xa4, 255, 255, 255, 255);
    turn(&f);
    CHECK(&unit, said(&f) == 21 && target(&f) == 21);
    PUT(&f.w, f.sch, P_out_of_service, 0x11);
    turn(&f);
    PUT(&f.w, f.sch, P_present_value, 0x44, 0x41, 0xf0, 0, 0);      /* 30.0 */
    turn(&f);
    CHECK(&unit, said(&f) == 30 && target(&f) == 30);
    run_to(&f, utc(&f, day(2026, 11, 21), 23, 0));
    CHECK(&unit, said(&f) == 30);                      /* time passes, it stays */
    PUT(&f.w, f.sch, P_out_of_service, 0x10);
    turn(&f);
    CHECK(&unit, said(&f) == 16 && target(&f) == 16);
    PUT(&f.w, f.sch, P_schedule_default, 0x11); /* TRUE among REAL: CONFIGURATION_ERROR */
    turn(&f);
    CHECK(&unit, f.w.db.live[f.sch].reliability == REL_configuration_error);
    PUT(&f.w, f.sch, P_schedule_default, 0x00); /* NULL goes with everything; relinquishes */
    turn(&f);
    CHECK(&unit, f.w.db.live[f.sch].reliability == 0);
    run_to(&f, utc(&f, day(2026, 11, 22), 0, 0));
    CHECK(&unit, at_priority(&f) == 16 && target(&f) == 40);
    db_close(&f.w.db);
}

/* A boolean program: binary targets get ENUMERATED, whatever the client wrote. */
static void test_datatypes(void)
{
    struct fixture f;
    make(&f);
    static const uint8_t days[] = {0x0e, 0xb4, 1, 0, 0, 0, 0x11, 0x0f, 0x0e, 0x0f, 0x0e, 0x0f, 0x0e, 0x0f,
                                   0x0e, 0x0f, 0x0e, 0xb4, 1, 0, 0, 0, 0x11, 0x0f, 0x0e, 0x0f};
    write_hex(&f.w, f.sch, P_weekly_schedule, days, sizeof days);
    PUT(&f.w, f.sch, P_schedule_default, 0x91, 0);
    PUT(&f.w, f.sch, P_list_of_object_property_references, 0x0c, 0x01, 0x00, 0x00, 0x01, 0x19, 0x55);
    turn(&f);
    CHECK(&unit, f.w.db.live[f.sch].reliability == 0 && f.w.db.live[f.w.bo].pv == 0);
    run_to(&f, utc(&f, day(2026, 11, 21), 1, 0));
    CHECK(&unit, f.w.db.live[f.w.bo].pv == 1);
    db_close(&f.w.db);
}

/* Europe/Prague: 2027-03-28 02:00 -> 03:00, 2026-10-25 03:00 -> 02:00. The clock on the wall counts. */
static void test_zone(void)
{
    struct fixture f;
    make(&f);
    CHECK(&unit, zone_init(&f.w.db.zone, "Europe/Prague"));
    int64_t six = utc(&f, day(2027, 3, 28), 6, 0);
    CHECK(&unit, six == 1806206400000);                /* 04:00 UTC: summer time already */
    clock_set_wall(&f.w.clock, six - 1000);
    turn(&f);
    CHECK(&unit, said(&f) == 10);
    run_to(&f, six);
    CHECK(&unit, said(&f) == 21);
    six = utc(&f, day(2027, 10, 31), 6, 0);
    CHECK(&unit, six == 1824958800000);                /* 05:00 UTC: winter time again */
    clock_set_wall(&f.w.clock, six - 1);
    turn(&f);
    CHECK(&unit, said(&f) == 10);
    run_to(&f, six);
    CHECK(&unit, said(&f) == 21);
    clock_set_wall(&f.w.clock, six - 3600000);  /* somebody sets the clock back: at once */
    turn(&f);
    CHECK(&unit, said(&f) == 10 && target(&f) == 10);
    db_close(&f.w.db);
    CHECK(&unit, zone_init(&f.w.db.zone, "UTC"));
}

/* What the program of test_years() says, from libc's calendar alone. */
static float expected(time_t t)
{
    struct tm tm;
    localtime_r(&t, &tm);
    int minute = tm.tm_hour * 60 + tm.tm_min, year = tm.tm_year + 1900;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool last = tm.tm_mday == days[tm.tm_mon] + (leap && tm.tm_mon == 1);
    if (tm.tm_mon == 1 && tm.tm_mday == 29)
        return 40;
    if (tm.tm_mday >= 29 && minute >= 150 && minute < 180)
        return 30;
    if (last && minute >= 720)
        return 50;
    if (year == 2027 && tm.tm_mon == 2 && tm.tm_mday <= 28 && minute >= 1425)
        return 60;
    return minute >= 1320 ? 16 : minute >= 360 ? 21 : 10;
}

/* Six years of quarters of an hour against libc: leap days, week 5, last days, a range, and twelve changes of
 * daylight saving, three of them where an entry stands in the hour that is not there or there twice. */
static void test_years(void)
{
    struct fixture f;
    make(&f);
    CHECK(&unit, zone_init(&f.w.db.zone, "Europe/Prague"));
    static const uint8_t exceptions[] = {
        0x0e, 0x0c, 0xff, 2, 29, 0xff, 0x0f, 0x2e, 0xb4, 0, 0, 0, 0, 0x44, 0x42, 0x20, 0, 0, 0x2f, 0x39, 4,
        0x0e, 0x2b, 0xff, 5, 0xff, 0x0f, 0x2e, 0xb4, 2, 30, 0, 0, 0x44, 0x41, 0xf0, 0, 0,
        0xb4, 3, 0, 0, 0, 0x00, 0x2f, 0x39, 5,
        0x0e, 0x0c, 0xff, 0xff, 32, 0xff, 0x0f, 0x2e, 0xb4, 12, 0, 0, 0, 0x44, 0x42, 0x48, 0, 0, 0x2f, 0x39, 6,
        0x0e, 0x1e, 0xa4, 127, 3, 1, 0xff, 0xa4, 127, 3, 28, 0xff, 0x1f, 0x0f,
        0x2e, 0xb4, 23, 45, 0, 0, 0x44, 0x42, 0x70, 0, 0, 0x2f, 0x39, 7};
    write_hex(&f.w, f.sch, P_exception_schedule, exceptions, sizeof exceptions);
    unsigned wrong = 0, changes = 0;
    float before = -1;
    int64_t end = utc(&f, day(2033, 1, 1), 0, 0);
    for (int64_t t = f.w.clock.wall_ms; t < end; t += 900000) {
        run_to(&f, t);
        float want = expected((time_t)(t / 1000)), got = said(&f);
        changes += got < before || got > before;
        before = got;
        if ((got < want || got > want || target(&f) < want || target(&f) > want) && wrong++ < 5)
            printf("at %lld: %g, target %g, instead of %g\n", (long long)t / 1000, (double)got, (double)target(&f), (double)want);
    }
    CHECK(&unit, wrong == 0);
    CHECK(&unit, changes > 3 * 365 * 6 && changes < 5 * 365 * 6);
    db_close(&f.w.db);
    CHECK(&unit, zone_init(&f.w.db.zone, "UTC"));
}

/* 2026-10-25, 02:00 to 03:00 twice: an entry at 02:20 is due twice, both times to the minute. */
static void test_hour_twice(void)
{
    struct fixture f;
    make(&f);
    CHECK(&unit, zone_init(&f.w.db.zone, "Europe/Prague"));
    PUT(&f.w, f.sch, P_exception_schedule,
        0x0e, 0x0c, 126, 10, 25, 0xff, 0x0f, 0x2e, 0xb4, 2, 20, 0, 0, 0x44, 0x41, 0xf0, 0, 0, 0x2f, 0x39, 5);
    int64_t first = utc(&f, day(2026, 10, 25), 2, 20), hour = 3600000;
    CHECK(&unit, first == 1792887600000);              /* 00:20 UTC: still summer time */
    clock_set_wall(&f.w.clock, first - 1000);
    turn(&f);
    CHECK(&unit, said(&f) == 10);
    run_to(&f, first);
    CHECK(&unit, said(&f) == 30);
    run_to(&f, first + hour - 1000);                   /* 02:19:59 once more */
    CHECK(&unit, said(&f) == 10);
    run_to(&f, first + hour);
    CHECK(&unit, said(&f) == 30 && target(&f) == 30);
    db_close(&f.w.db);
    CHECK(&unit, zone_init(&f.w.db.zone, "UTC"));
}

/* ---- a device on the network ---- */

/* How many requests wait to be sent; takes the first away. */
static size_t asked(struct fixture *f, struct intent *what)
{
    size_t n = f->w.outbox.n;
    const struct intent *first = outbox_first(&f->w.outbox);
    if (first) {
        *what = *first;
        outbox_drop(&f->w.outbox);
    }
    return n;
}

static void ends(struct fixture *f, const struct intent *what, enum outcome_kind how)
{
    struct outcome end = {.kind = (uint8_t)how};
    services.outcome(f->w.d, what, &end);
    turn(f);
}

/* The value of the request that an intent becomes. */
static float request_value(struct fixture *f, const struct intent *what)
{
    uint8_t octets[64];
    struct initiation how = {0};
    struct wr w = wr_of(octets, sizeof octets);
    if (!services.initiate(f->w.d, what, &how, &w))
        return -1;
    struct rd r = rd_of(octets, w.len);
    CHECK(&unit, rd_oid(&r, 0) == OID(OT_analog_output, 7) && rd_enumerated(&r, 1) == P_present_value);
    struct rd value = rd_enclosed(&r, 3);
    CHECK(&unit, rd_unsigned(&r, 4) == 12 && how.confirmed);
    return rd_real(&value, APP);
}

static void wait_ms(struct fixture *f, uint32_t ms)
{
    clock_advance(&f->w.clock, ms);
    turn(f);
}

/* What another device was to have reaches it in the end, the latest value last. */
static void test_remote(void)
{
    struct fixture f;
    struct intent what = {0};
    make(&f);
    PUT(&f.w, f.sch, P_list_of_object_property_references, 0x0c, 0x00, 0x40, 0x00, 0x07, 0x19, 0x55,
        0x3c, 0x02, 0x00, 0x15, 0xb3);
    turn(&f);
    CHECK(&unit, asked(&f, &what) == 1 && what.instance == 5555 && what.kind == INTENT_WRITE);
    CHECK(&unit, request_value(&f, &what) >= 10 && request_value(&f, &what) <= 10);
    PUT(&f.w, f.sch, P_schedule_default, 0x44, 0x41, 0x30, 0, 0);      /* 11.0, while that is under way */
    turn(&f);
    struct intent none;
    CHECK(&unit, said(&f) == 11 && asked(&f, &none) == 0);
    ends(&f, &what, OUTCOME_ACK);
    CHECK(&unit, asked(&f, &what) == 1 && request_value(&f, &what) >= 11);
    ends(&f, &what, OUTCOME_TIMEOUT);                  /* again after 15 s, 30 s ... */
    CHECK(&unit, asked(&f, &none) == 0);
    wait_ms(&f, 14000);
    CHECK(&unit, asked(&f, &none) == 0);
    wait_ms(&f, 1000);
    CHECK(&unit, asked(&f, &what) == 1);
    ends(&f, &what, OUTCOME_UNREACHABLE);
    wait_ms(&f, 29000);
    CHECK(&unit, asked(&f, &none) == 0);
    wait_ms(&f, 1000);
    CHECK(&unit, asked(&f, &what) == 1);
    ends(&f, &what, OUTCOME_ABORT);
    PUT(&f.w, f.sch, P_schedule_default, 0x44, 0x41, 0x40, 0, 0);      /* 12.0: at once, and from the beginning */
    turn(&f);
    CHECK(&unit, asked(&f, &what) == 1 && request_value(&f, &what) >= 12);
    ends(&f, &what, OUTCOME_TIMEOUT);
    wait_ms(&f, 15000);
    CHECK(&unit, asked(&f, &what) == 1);
    ends(&f, &what, OUTCOME_ERROR);                    /* refused: not again */
    CHECK(&unit, !run_to(&f, f.w.clock.wall_ms) && asked(&f, &none) == 0);
    wait_ms(&f, 3600000);
    CHECK(&unit, asked(&f, &none) == 0);
    while (outbox_put(&f.w.outbox, &(struct intent){.kind = INTENT_I_AM}))
        continue;
    PUT(&f.w, f.sch, P_schedule_default, 0x44, 0x41, 0x50, 0, 0);      /* 13.0 finds the outbox full */
    turn(&f);
    while (asked(&f, &what))
        CHECK(&unit, what.kind == INTENT_I_AM);
    wait_ms(&f, 1000);
    CHECK(&unit, asked(&f, &what) == 1 && request_value(&f, &what) >= 13);
    wait_ms(&f, 299000);
    CHECK(&unit, asked(&f, &none) == 0);
    wait_ms(&f, 1000);                                 /* nobody says how that ended */
    CHECK(&unit, asked(&f, &what) == 1);
    PUT(&f.w, f.sch, P_list_of_object_property_references, 0x0c, 0x00, 0x40, 0x00, 0x01, 0x19, 0x55);
    CHECK(&unit, request_value(&f, &what) < 0);        /* one of ours by now: nothing to ask for */
    ends(&f, &what, OUTCOME_TIMEOUT);
    wait_ms(&f, 600000);
    CHECK(&unit, asked(&f, &none) == 0);
    db_close(&f.w.db);
}

/* A client writes these references, in this order. */
static void relist(struct fixture *f, const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    uint8_t list[64];
    memcpy(list, a, a_n);
    if (b_n)
        memcpy(list + a_n, b, b_n);
    write_hex(&f->w, f->sch, P_list_of_object_property_references, list, a_n + b_n);
    turn(f);
}

/* A client changes the list while requests are under way: every reference has the value in the end, none
 * is written to twice that needed it once. */
static void test_relist(void)
{
    struct fixture f;
    struct intent first = {0}, what = {0}, none;
    static const uint8_t five[] = {0x0c, 0x00, 0x40, 0x00, 0x07, 0x19, 0x55, 0x3c, 0x02, 0x00, 0x15, 0xb3},
                         six[] = {0x0c, 0x00, 0x40, 0x00, 0x07, 0x19, 0x55, 0x3c, 0x02, 0x00, 0x1a, 0x0a};
    make(&f);
    turn(&f);
    relist(&f, five, sizeof five, NULL, 0);
    CHECK(&unit, asked(&f, &first) == 1 && first.instance == 5555 && request_value(&f, &first) >= 10);
    relist(&f, five, sizeof five, six, sizeof six);
    CHECK(&unit, asked(&f, &what) == 1 && what.instance == 6666 && what.arg == 1);
    ends(&f, &what, OUTCOME_ACK);
    ends(&f, &first, OUTCOME_ACK);
    wait_ms(&f, 600000);
    CHECK(&unit, asked(&f, &none) == 0);               /* once each */
    PUT(&f.w, f.sch, P_schedule_default, 0x44, 0x41, 0x30, 0, 0);
    turn(&f);
    CHECK(&unit, asked(&f, &first) == 2 && first.arg == 0 && asked(&f, &what) == 1 && what.arg == 1);
    ends(&f, &what, OUTCOME_ACK);
    relist(&f, six, sizeof six, five, sizeof five);    /* the other way round, the first under way */
    CHECK(&unit, asked(&f, &what) == 1 && what.arg == 1 && what.instance == 5555);
    ends(&f, &first, OUTCOME_ACK);
    ends(&f, &what, OUTCOME_TIMEOUT);
    wait_ms(&f, 15000);
    CHECK(&unit, asked(&f, &what) == 1 && what.arg == 1 && what.instance == 5555);
    ends(&f, &what, OUTCOME_ACK);
    wait_ms(&f, 600000);
    CHECK(&unit, asked(&f, &none) == 0);
    db_close(&f.w.db);
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    test_dates();
    test_week();
    test_layers();
    test_calendar();
    test_period_and_service();
    test_datatypes();
    test_zone();
    test_years();
    test_hour_twice();
    test_remote();
    test_relist();
    return unit_end(&unit);
}
