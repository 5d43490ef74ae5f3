/* Trend Logs on a driven clock, with a store: polled and aligned, COV, triggered; the window, a full
 * buffer, purging, restart, steps of the clock; ReadRange of the records (clauses 12.25, 15.8). */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/data/log_reader.h"
#include "runtime/engine/trend.h"
#include "runtime/object/carry.h"
#include "runtime/object/trend.h"
#include "tests/unit/world.h"

static struct unit unit;

struct fixture {
    struct world w;
    struct store *store;
    struct log_reader *reader;
    uint32_t temp, polled, cov, triggered;
    char dir[200];
};

static void turn(struct fixture *f)
{
    for (int i = 0; i < 20; i++) {
        uint64_t next = trend_turn(&f->w.db);
        db_settle(&f->w.db);
        if (next > clock_ms(&f->w.clock))
            return;
    }
}

static void pass(struct fixture *f, uint32_t ms)
{
    for (uint64_t end = clock_ms(&f->w.clock) + ms;;) {
        uint64_t next = trend_turn(&f->w.db), now = clock_ms(&f->w.clock);
        db_settle(&f->w.db);
        if (next > end) {
            clock_advance(&f->w.clock, end - now);
            turn(f);
            return;
        }
        clock_advance(&f->w.clock, next > now ? next - now : 0);
    }
}

static uint32_t log_of(struct mk *m, uint32_t n, const char *name, unsigned group, uint32_t type)
{
    uint32_t object = mk_object(m, OID(OT_trend_log, n), name, group, 0, IMG_NONE);
    uint8_t b[32];
    struct wr w = wr_of(b, sizeof b);
    wr_enumerated(&w, APP, type);
    mk_const(m, object, P_logging_type, SCALAR, DT_enumerated, &w, 1);
    return object;
}

static void open_world(struct fixture *f)
{
    struct mk m;
    mk_begin(&m);
    f->temp = mk_variable(&m, "temp", VT_real, IMG_VAR_READABLE, IMG_NONE, 20.5);
    f->w.ai = mk_object(&m, OID(OT_analog_input, 1), "temp", ALL_GROUPS, 0, f->temp);
    (void)mk_object(&m, OID(OT_device, 1001), "Main", 0, 0, IMG_NONE);
    f->polled = log_of(&m, 1, "polled", G_POLLED, LT_polled);
    f->cov = log_of(&m, 2, "cov", G_COV_LOG, LT_cov);
    f->triggered = log_of(&m, 3, "triggered", G_TRIGGERED, LT_triggered);
    (void)mk_object(&m, OID(OT_network_port, 1), "port", G_IPV4, 0, IMG_NONE);
    mk_device(&m, 1001, IMG_DEV_ENABLED);
    mk_link(&m);
    world_open(&f->w, &m);
    f->w.db.alarms.store = f->store;
    f->w.db.logs = f->reader;
}

static bac_err put(struct fixture *f, uint32_t object, uint32_t property, const void *v, size_t n)
{
    struct origin by = {.who = BY_CLIENT};
    return prop_write(f->w.d, object, property, BACNET_INDEX_ALL, (struct span){v, n}, &by, NULL);
}
#define PUT(f, object, property, ...) \
    put(f, object, property, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define ANYTIME 0xa4, 255, 255, 255, 255, 0xb4, 255, 255, 255, 255

static void configure(struct fixture *f)
{
    const uint32_t logs[] = {f->polled, f->cov, f->triggered};
    for (unsigned i = 0; i < 3; i++) {
        CHECK(&unit, !PUT(f, logs[i], P_start_time, ANYTIME));
        CHECK(&unit, !PUT(f, logs[i], P_stop_time, ANYTIME));
        CHECK(&unit, !PUT(f, logs[i], P_buffer_size, 0x21, 10));
        CHECK(&unit, !PUT(f, logs[i], P_stop_when_full, 0x10));
        CHECK(&unit, !PUT(f, logs[i], P_log_device_object_property, 0x0c, 0, 0, 0, 1, 0x19, 85));
    }
    CHECK(&unit, !PUT(f, f->polled, P_log_interval, 0x22, 0x17, 0x70));       /* one minute */
    CHECK(&unit, !PUT(f, f->polled, P_align_intervals, 0x11));
    CHECK(&unit, !PUT(f, f->polled, P_interval_offset, 0x22, 0x03, 0xe8));    /* 10 s */
    CHECK(&unit, !PUT(f, f->cov, P_client_cov_increment, 0x44, 0x3f, 0x80, 0, 0));
}

static void make(struct fixture *f, uint32_t lazy_ms)
{
    const char *base = getenv("WORK");
    struct store_options o = {.lazy_ms = lazy_ms};
    char why[200];
    *f = (struct fixture){0};
    snprintf(f->dir, sizeof f->dir, "%s/trend.XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(f->dir) || store_open(&f->store, f->dir, &o, why, sizeof why) ||
        log_reader_open(&f->reader, f->store))
        exit(1);
    open_world(f);
    trend_start(&f->w.db);
    configure(f);
    turn(f);
}

static void discard(struct fixture *f)
{
    char cmd[300];
    world_end(&f->w);
    (void)store_close(f->store);
    log_reader_close(f->reader);
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", f->dir);
    CHECK(&unit, system(cmd) == 0);
}

static uint32_t count(struct fixture *f, uint32_t log)
{
    return (uint32_t)world_number(&f->w, log, P_record_count, BACNET_INDEX_ALL);
}
static uint32_t total(struct fixture *f, uint32_t log)
{
    return (uint32_t)world_number(&f->w, log, P_total_record_count, BACNET_INDEX_ALL);
}

/* ---- ReadRange ---- */

struct reply {
    struct svc_result r;
    uint64_t flags;
    uint32_t n, sequence;
    float first, last;                          /* of the REAL records                            */
    unsigned status;                            /* of the last log-status record                  */
    struct datetime at;                         /* of the last record                             */
};

static struct svc_result execute(struct fixture *f, struct wr *req, struct wr *ack)
{
    struct peer from = {0};
    struct rd r = rd_of(req->buf, req->len);
    struct svc_result result = svc_read_range(f->w.d, &from, &r, ack);
    while (result.kind == SVC_WAIT) {
        struct pollfd p = {.fd = store_fd(f->store), .events = POLLIN};
        struct store_query *q;
        (void)poll(&p, 1, 5000);
        store_take(f->store);
        if (!(q = store_answered(f->store)))
            continue;
        uint64_t token = log_reader_answered(f->reader, q);
        CHECK(&unit, token == result.ticket);
        r = rd_of(req->buf, req->len);
        ack->len = 0;
        result = svc_read_range(f->w.d, &from, &r, ack);
        log_reader_forget(f->reader, token);
    }
    return result;
}

static void take_items(struct rd *r, struct reply *out)
{
    for (uint32_t i = 0, reals = 0; i < out->n; i++) {
        rd_open(r, 0);
        out->at = rd_datetime(r);
        rd_close(r, 0);
        rd_open(r, 1);
        if (rd_is(r, 2, TAG_real)) {
            out->last = rd_real(r, 2);
            out->first = reals++ ? out->first : out->last;
        } else if (rd_is(r, 0, TAG_bits)) {
            out->status = (unsigned)rd_bits(r, 0).v;
        } else {
            (void)rd_element(r);
        }
        rd_close(r, 1);
        if (rd_is(r, 2, TAG_bits))
            (void)rd_bits(r, 2);
    }
}

/* `choice`: context tag of the range, 0: none. */
static struct reply range(struct fixture *f, uint32_t log, unsigned choice, uint32_t reference,
                          struct datetime *at, int32_t n, size_t room)
{
    uint8_t a[64], b[4096];
    struct wr req = wr_of(a, sizeof a), ack = wr_of(b, room);
    struct reply out = {0};
    wr_oid(&req, 0, db_oid(&f->w.db, log));
    wr_enumerated(&req, 1, P_log_buffer);
    if (choice) {
        wr_open(&req, choice);
        if (choice == 7)
            wr_datetime(&req, *at);
        else
            wr_unsigned(&req, APP, reference);
        wr_integer(&req, APP, n);
        wr_close(&req, choice);
    }
    out.r = execute(f, &req, &ack);
    CHECK(&unit, wr_fits(&ack));
    if (out.r.kind != SVC_COMPLEX_ACK)
        return out;
    struct rd r = rd_of(b, ack.len);
    (void)rd_oid(&r, 0);
    (void)rd_enumerated(&r, 1);
    out.flags = rd_bits(&r, 3).v;
    out.n = rd_unsigned(&r, 4);
    rd_open(&r, 5);
    take_items(&r, &out);
    rd_close(&r, 5);
    if (rd_left(&r))
        out.sequence = rd_unsigned(&r, 6);
    CHECK(&unit, rd_end(&r));
    return out;
}

enum { F = 1, L = 2, M = 4, WIDE = 4096 };

static void test_polled(struct fixture *f)
{
    CHECK(&unit, count(f, f->polled) == 0);
    CHECK(&unit, !PUT(f, f->polled, P_enable, 0x11));
    pass(f, 9000);
    CHECK(&unit, count(f, f->polled) == 1);     /* log-status: enabled */
    pass(f, 1001);                              /* ten seconds past the minute */
    CHECK(&unit, count(f, f->polled) == 2);
    for (int i = 1; i < 8; i++) {
        values_input(&f->w.db, f->temp, 20 + i, &by_source);
        pass(f, 60000);
    }
    CHECK(&unit, count(f, f->polled) == 9 && total(f, f->polled) == 9);
    struct reply r = range(f, f->polled, 0, 0, NULL, 0, WIDE);
    CHECK(&unit, r.n == 9 && r.flags == (F | L) && !r.sequence);
    CHECK(&unit, r.first == 20.5f && r.last == 27 && !r.status);
    CHECK(&unit, r.at.time.second == 10 && !r.at.time.hundredth);
    pass(f, 300000);                            /* round and round */
    CHECK(&unit, count(f, f->polled) == 10 && total(f, f->polled) == 14);
    CHECK(&unit, PUT(f, f->polled, P_buffer_size, 0x21, 20) == BAC_ERR(property, write_access_denied));
    CHECK(&unit, PUT(f, f->polled, P_trigger, 0x11) == BAC_ERR(property, not_configured_for_triggered_logging));
    CHECK(&unit, PUT(f, f->polled, P_log_interval, 0x21, 0) == BAC_ERR(property, value_out_of_range));
}

static void test_ranges(struct fixture *f)
{
    struct reply r = range(f, f->polled, 3, 1, NULL, 3, WIDE);
    CHECK(&unit, r.n == 3 && r.flags == F && !r.sequence && r.first == 23);
    r = range(f, f->polled, 3, 10, NULL, -2, WIDE);
    CHECK(&unit, r.n == 2 && r.flags == L);
    r = range(f, f->polled, 3, 11, NULL, 2, WIDE);
    CHECK(&unit, r.n == 0 && !r.flags && !r.sequence);
    r = range(f, f->polled, 6, 5, NULL, 2, WIDE);
    CHECK(&unit, r.n == 2 && r.flags == F && r.sequence == 5 && r.first == 23 && r.last == 24);
    r = range(f, f->polled, 6, 14, NULL, -3, WIDE);
    CHECK(&unit, r.n == 3 && r.flags == L && r.sequence == 12);
    r = range(f, f->polled, 6, 4, NULL, 2, WIDE);
    CHECK(&unit, r.n == 0 && !r.flags && !r.sequence);      /* no longer there */
    r = range(f, f->polled, 6, 15, NULL, -2, WIDE);
    CHECK(&unit, r.n == 0);
    struct reply third = range(f, f->polled, 3, 3, NULL, 1, WIDE);
    r = range(f, f->polled, 7, 0, &third.at, 2, WIDE);
    CHECK(&unit, r.n == 2 && r.sequence == 8);              /* strictly newer */
    r = range(f, f->polled, 7, 0, &third.at, -5, WIDE);
    CHECK(&unit, r.n == 2 && r.sequence == 5 && r.flags == F);
    r = range(f, f->polled, 3, 1, NULL, 0, WIDE);
    CHECK(&unit, r.r.kind == SVC_ERROR && r.r.code == ERR_parameter_out_of_range);
    r = range(f, f->polled, 0, 0, NULL, 0, 150);
    CHECK(&unit, r.n > 0 && r.n < 10 && r.flags == (F | M));
    uint32_t kept = r.n;
    r = range(f, f->polled, 3, 10, NULL, -10, 150);
    CHECK(&unit, r.n == kept && r.flags == (L | M));        /* those nearest to the reference */
}

static void test_purge(struct fixture *f)
{
    CHECK(&unit, PUT(f, f->polled, P_record_count, 0x21, 5) == BAC_ERR(property, write_access_denied));
    CHECK(&unit, !PUT(f, f->polled, P_record_count, 0x21, 0));
    CHECK(&unit, count(f, f->polled) == 1 && total(f, f->polled) == 15);
    CHECK(&unit, trend_new(trend_of(&f->w.db, f->polled)) == 1);      /* of the record that says so */
    struct reply r = range(f, f->polled, 0, 0, NULL, 0, WIDE);
    CHECK(&unit, r.n == 1 && r.status == BUFFER_PURGED && r.flags == (F | L));
}

static void test_full(struct fixture *f)
{
    CHECK(&unit, !PUT(f, f->polled, P_stop_when_full, 0x11));
    pass(f, 20 * 60000);
    CHECK(&unit, count(f, f->polled) == 10);
    CHECK(&unit, !world_number(&f->w, f->polled, P_enable, BACNET_INDEX_ALL));
    struct reply r = range(f, f->polled, 3, 10, NULL, -1, WIDE);
    CHECK(&unit, r.status == LOG_DISABLED);
    CHECK(&unit, PUT(f, f->polled, P_enable, 0x11) == BAC_ERR(object, log_buffer_full));
    uint32_t before = total(f, f->polled);
    CHECK(&unit, !PUT(f, f->polled, P_record_count, 0x21, 0));
    r = range(f, f->polled, 0, 0, NULL, 0, WIDE);
    CHECK(&unit, r.n == 1 && r.status == (BUFFER_PURGED | LOG_DISABLED));
    CHECK(&unit, !PUT(f, f->polled, P_enable, 0x11));
    turn(f);
    pass(f, 5 * 60000);
    CHECK(&unit, !PUT(f, f->polled, P_enable, 0x10));
    turn(f);
    CHECK(&unit, !PUT(f, f->polled, P_enable, 0x11));
    turn(f);
    CHECK(&unit, count(f, f->polled) == 9);     /* 2 marks, 5 values, 2 marks: room for one that it is full */
    pass(f, 60000);
    r = range(f, f->polled, 0, 0, NULL, 0, WIDE);
    CHECK(&unit, r.n == 10 && r.flags == (F | L) && r.status == LOG_DISABLED && total(f, f->polled) == before + 10);
    CHECK(&unit, !PUT(f, f->polled, P_record_count, 0x21, 0));
    CHECK(&unit, !PUT(f, f->polled, P_stop_when_full, 0x10));
}

static void test_cov(struct fixture *f)
{
    CHECK(&unit, !PUT(f, f->cov, P_enable, 0x11));
    turn(f);
    CHECK(&unit, count(f, f->cov) == 2);        /* enabled, and the value as it is */
    values_input(&f->w.db, f->temp, 27.5, &by_source);
    turn(f);
    CHECK(&unit, count(f, f->cov) == 2);        /* less than the increment */
    values_input(&f->w.db, f->temp, 28, &by_source);
    turn(f);
    CHECK(&unit, count(f, f->cov) == 3);
    values_quality(&f->w.db, f->temp, REL_communication_failure);
    turn(f);
    CHECK(&unit, count(f, f->cov) == 4);        /* Status_Flags */
    values_quality(&f->w.db, f->temp, REL_no_fault_detected);
    turn(f);
    CHECK(&unit, !PUT(f, f->cov, P_enable, 0x10));
    turn(f);
    struct reply r = range(f, f->cov, 0, 0, NULL, 0, WIDE);
    CHECK(&unit, r.n == 6 && r.last == 28 && r.status == LOG_DISABLED);
}

static void test_triggered(struct fixture *f)
{
    CHECK(&unit, !PUT(f, f->triggered, P_enable, 0x11));
    turn(f);
    uint32_t n = count(f, f->triggered);
    CHECK(&unit, !PUT(f, f->triggered, P_trigger, 0x11));
    turn(f);
    CHECK(&unit, count(f, f->triggered) == n + 1);
    CHECK(&unit, !world_number(&f->w, f->triggered, P_trigger, BACNET_INDEX_ALL));
}

static void test_window(struct fixture *f)
{
    struct bdate date;
    struct btime time;
    uint8_t b[16];
    struct wr w = wr_of(b, sizeof b);
    zone_local(&f->w.db.zone, db_now(&f->w.db) + 3600000, &date, &time);
    wr_datetime(&w, (struct datetime){date, time});
    CHECK(&unit, !put(f, f->polled, P_start_time, b, w.len));
    CHECK(&unit, !PUT(f, f->polled, P_enable, 0x11));
    turn(f);
    uint32_t n = total(f, f->polled);
    pass(f, 3500000);
    CHECK(&unit, total(f, f->polled) == n);
    pass(f, 200000);
    CHECK(&unit, total(f, f->polled) > n);
    CHECK(&unit, PUT(f, f->polled, P_start_time, 0xa4, 126, 255, 1, 255, 0xb4, 0, 0, 0, 0) ==
                     BAC_ERR(property, value_out_of_range));
}

/* Never a gap without its mark: storage that took nothing, a process that could not run. */
static void test_gaps(struct fixture *f)
{
    CHECK(&unit, !PUT(f, f->polled, P_start_time, ANYTIME));
    turn(f);
    uint32_t n = total(f, f->polled);
    f->w.db.alarms.store = NULL;
    pass(f, 180000);
    CHECK(&unit, total(f, f->polled) == n);
    f->w.db.alarms.store = f->store;
    pass(f, 60000);
    CHECK(&unit, total(f, f->polled) == n + 2);
    struct reply r = range(f, f->polled, 6, n + 1, NULL, 2, WIDE);
    CHECK(&unit, r.n == 2 && r.status == LOG_INTERRUPTED && r.last == 28);
    clock_advance(&f->w.clock, 200000);
    turn(f);
    CHECK(&unit, total(f, f->polled) == n + 4);
    r = range(f, f->polled, 6, n + 3, NULL, 2, WIDE);
    CHECK(&unit, r.n == 2 && r.status == LOG_INTERRUPTED && r.last == 28);
    pass(f, 120000);
    r = range(f, f->polled, 6, n + 4, NULL, 10, WIDE);
    CHECK(&unit, r.n == 3 && r.at.time.second == 10 && r.sequence == n + 4);
    clock_advance(&f->w.clock, 1000);
    f->w.db.time_offset_ms -= 3600000;          /* back: the log goes on, and says so */
    pass(f, 61000);
    CHECK(&unit, total(f, f->polled) >= n + 8);
    r = range(f, f->polled, 6, n + 8, NULL, 1, WIDE);
    CHECK(&unit, r.n == 1 && r.last == 28 && r.at.time.second == 10);
}

/* From `at` on, records come at these full hours, one after the other. */
static void nights(struct fixture *f, int64_t at, const uint8_t *hours, unsigned n)
{
    f->w.db.time_offset_ms = at - f->w.clock.wall_ms;
    turn(f);
    for (unsigned i = 0; i < n; i++) {
        uint32_t before = total(f, f->polled);
        for (unsigned m = 0; m < 30 * 60 && total(f, f->polled) == before; m++)
            pass(f, 60000);
        struct reply r = range(f, f->polled, 6, before + 1, NULL, 1, WIDE);
        CHECK(&unit, r.n == 1 && r.at.time.hour == hours[i] && !r.at.time.minute);
    }
}

/* A day has 23 hours when summer time begins: midnight is midnight all the same. */
static void test_midnights(struct fixture *f)
{
    CHECK(&unit, zone_init(&f->w.db.zone, "Europe/Prague"));
    f->w.db.time_offset_ms = 1774695600000 - f->w.clock.wall_ms;       /* 2026-03-28 11:00 UTC */
    CHECK(&unit, !PUT(f, f->polled, P_log_interval, 0x23, 0x83, 0xd6, 0x00));
    CHECK(&unit, !PUT(f, f->polled, P_interval_offset, 0x21, 0));
    turn(f);
    uint32_t n = total(f, f->polled);
    for (uint8_t day = 29; day < 32; day++) {
        pass(f, 86400000);
        struct reply r = range(f, f->polled, 6, ++n, NULL, 1, WIDE);
        CHECK(&unit, r.n == 1 && r.at.date.day == day && !r.at.time.hour && !r.at.time.minute);
        CHECK(&unit, total(f, f->polled) == n);
    }
    static const uint8_t spring[] = {0, 3, 4, 6}, autumn[] = {1, 3, 5, 7};
    CHECK(&unit, !PUT(f, f->polled, P_log_interval, 0x23, 0x0a, 0xfc, 0x80));      /* every second hour */
    nights(f, 1774738200000, spring, sizeof spring);           /* 2026-03-28 22:50 UTC: there is no two o'clock */
    CHECK(&unit, !PUT(f, f->polled, P_interval_offset, 0x23, 0x05, 0x7e, 0x40));   /* odd hours */
    nights(f, 1792879800000, autumn, sizeof autumn);           /* 2026-10-24 22:10 UTC: two comes twice */
    CHECK(&unit, !PUT(f, f->polled, P_interval_offset, 0x21, 0));
    CHECK(&unit, !PUT(f, f->polled, P_log_interval, 0x23, 0x83, 0xd6, 0x00));
    static const uint8_t santiago[] = {1, 0};
    CHECK(&unit, zone_init(&f->w.db.zone, "America/Santiago"));
    nights(f, 1788645000000, santiago, sizeof santiago);       /* 2026-09-05 21:50 UTC: there is no midnight */
    CHECK(&unit, zone_init(&f->w.db.zone, "UTC"));
    f->w.db.time_offset_ms = 0;
    CHECK(&unit, !PUT(f, f->polled, P_log_interval, 0x22, 0x17, 0x70));
    turn(f);
}

static void test_step_and_restart(struct fixture *f)
{
    uint32_t n = total(f, f->polled);
    CHECK(&unit, !PUT(f, f->triggered, P_record_count, 0x21, 0));
    f->w.db.time_offset_ms += 7200000;
    turn(f);
    CHECK(&unit, total(f, f->polled) == n + 1);
    pass(f, 60001);
    CHECK(&unit, total(f, f->polled) == n + 2);
    int64_t at = f->w.clock.wall_ms + f->w.db.time_offset_ms;
    uint64_t fresh = trend_new(trend_of(&f->w.db, f->triggered));
    world_end(&f->w);
    open_world(f);
    clock_set_wall(&f->w.clock, at);
    store_flush(f->store);
    for (uint64_t last = store_trend_purge(f->store, (const uint8_t[16]){1}, 0); store_done(f->store) < last;) {
        struct pollfd p = {.fd = store_fd(f->store), .events = POLLIN};
        (void)poll(&p, 1, 1000);
        store_take(f->store);
    }
    CHECK(&unit, !trend_load(&f->w.db, f->store, NULL));     /* as values come back before the logs do */
    configure(f);
    CHECK(&unit, !trend_load(&f->w.db, f->store, NULL));
    CHECK(&unit, fresh && fresh < total(f, f->triggered) && trend_new(trend_of(&f->w.db, f->triggered)) == fresh);
    CHECK(&unit, !PUT(f, f->polled, P_enable, 0x11));
    trend_start(&f->w.db);
    turn(f);
    CHECK(&unit, total(f, f->polled) == n + 3);
    struct reply r = range(f, f->polled, 6, n + 3, NULL, 1, WIDE);
    CHECK(&unit, r.n == 1 && r.status == LOG_INTERRUPTED);
}

static bool settled(struct fixture *f, uint64_t ticket)
{
    for (unsigned i = 0; i < 2000 && store_done(f->store) < ticket; i++)
        (void)poll(NULL, 0, 10);
    return store_done(f->store) >= ticket;
}

/* Records wait for company before they are committed; a client that purges a log waits for none. */
static void test_purge_waits_for_nobody(void)
{
    enum { HOUR = 3600000 };
    struct fixture f;
    struct store_key key = {.property = 1};
    make(&f, HOUR);
    uint64_t before = store_put(f.store, &key, 0, (struct span){(const uint8_t *)"", 1});
    CHECK(&unit, settled(&f, before) && total(&f, f.triggered) == 0);
    CHECK(&unit, !PUT(&f, f.triggered, P_record_count, 0x21, 0));
    CHECK(&unit, total(&f, f.triggered) == 1 && settled(&f, before + 1));
    CHECK(&unit, !PUT(&f, f.triggered, P_record_count, 0x21, 0));      /* the record before, and its own */
    CHECK(&unit, total(&f, f.triggered) == 2 && settled(&f, before + 3));
    discard(&f);
}

/* The next image, in which the variable is `temp` (NAN: as it was). */
static void reload(struct fixture *f, double temp)
{
    struct world was = f->w;
    struct carry c;
    open_world(f);
    f->w.clock = was.clock;
    was.d->db = &was.db;
    was.db.clock = &was.clock;
    CHECK(&unit, !carry_open(&c, &was.db, &f->w.db));
    carry_rest(&c);
    carry_close(&c);
    if (!isnan(temp))
        values_input(&f->w.db, f->temp, temp, &by_source);
    db_settle(&f->w.db);
    trend_start(&f->w.db);
    world_end(&was);
    turn(f);
}

/* What was recorded last is not recorded again after a reload; what is another value with it, is. */
static void test_reload(void)
{
    struct fixture f;
    make(&f, 0);
    CHECK(&unit, !PUT(&f, f.cov, P_enable, 0x11));
    turn(&f);
    CHECK(&unit, count(&f, f.cov) == 2);
    reload(&f, NAN);
    values_input(&f.w.db, f.temp, 20.9, &by_source);
    turn(&f);
    CHECK(&unit, count(&f, f.cov) == 2);
    reload(&f, 30);
    CHECK(&unit, count(&f, f.cov) == 3);
    reload(&f, NAN);
    CHECK(&unit, count(&f, f.cov) == 3);
    discard(&f);
}

int main(void)
{
    struct fixture f;
    test_reload();
    test_purge_waits_for_nobody();
    make(&f, 0);
    test_polled(&f);
    test_ranges(&f);
    test_purge(&f);
    test_full(&f);
    test_cov(&f);
    test_triggered(&f);
    test_window(&f);
    test_gaps(&f);
    test_midnights(&f);
    test_step_and_restart(&f);
    discard(&f);
    return unit_end(&unit);
}
