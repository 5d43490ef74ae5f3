/* Trend records: reading in all ways, over journal and merged pages, against a plain model; clocks
 * set back; buffers, retention, purging, pruning; sequence numbers that wrap. */
#include "tests/unit/store_help.h"

static char dir[300];
enum { MOST = 3000 };
static int64_t model[MOST + 1];         /* time of each position; 0: not there */
static uint64_t buf[4000];

static void add(struct store *s, const uint8_t id[16], uint64_t position, int64_t time)
{
    uint64_t data[3] = {position, (uint64_t)time, 77};
    CHECK(store_trend(s, id, position, time, bytes(data, (size_t)(position % 24 + 1))) != STORE_REFUSED);
    model[position] = time;
}

static bool fits(const struct store_query *q, uint64_t p)
{
    return model[p] && p >= q->low && (!q->high || p <= q->high);
}

/* What the answer must be, by looking at everything. */
static uint64_t expected_begin(const struct store_query *q, uint64_t last)
{
    if (!q->backwards) {
        for (uint64_t p = 1; p <= last; p++)
            if (fits(q, p) &&
                (q->from == STORE_FROM_TIME ? model[p] > q->time : p >= q->position))
                return p;
        return 0;
    }
    for (uint64_t p = last; p; p--)
        if (fits(q, p) && (q->from == STORE_FROM_TIME ? model[p] < q->time
                                                      : !q->position || p <= q->position))
            return p;
    return 0;
}

static void compare(struct store *s, struct store_query *q, uint64_t last)
{
    uint64_t want[64] = {0}, n = 0;
    uint64_t p = expected_begin(q, last);
    bool more = false;
    for (; p && p <= last; p += q->backwards ? (uint64_t)-1 : 1)
        if (fits(q, p)) {
            if (n == q->limit) {
                more = true;
                break;
            }
            want[n++] = p;
        }
    ask(s, q);
    CHECK(!q->fault && q->n == n && q->more == more);
    uint64_t i = 0;
    for (const struct store_row *r = NULL; (r = store_next(q, r)); i++) {
        uint64_t w = q->backwards ? want[n - 1 - i] : want[i];
        CHECK(r->position == w && r->time == model[w] && r->n == w % 24 + 1);
        CHECK(!memcmp(r->data, &w, 1));         /* as the machine has it */
    }
    CHECK(i == n);
}

static void compare_all(struct store *s, const uint8_t id[16], uint64_t last, unsigned tries)
{
    for (unsigned i = 0; i < tries; i++) {
        struct store_query q = {.of = STORE_OF_TREND, .buf = (uint8_t *)buf, .cap = sizeof buf};
        memcpy(q.key.id, id, 16);
        q.from = rand() % 2 ? STORE_FROM_TIME : STORE_FROM_POSITION;
        q.backwards = rand() % 2;
        q.limit = (uint32_t)(rand() % 60);
        q.position = (uint64_t)rand() % (last + 5);
        q.time = model[1 + (uint64_t)rand() % last] + rand() % 3 - 1;
        if (rand() % 3 == 0) {
            q.low = (uint64_t)rand() % last;
            q.high = q.low + (uint64_t)rand() % 100;
        }
        compare(s, &q, last);
    }
}

static void ways_of_reading(void)
{
    struct store_key k = key_of(5, 0, 0), quiet = key_of(6, 0, 0);
    struct store *s = open_at(dir, NULL);
    int64_t t = 1000000;
    memset(model, 0, sizeof model);
    uint64_t gap = 0;
    for (uint64_t p = 1; p <= MOST; p++) {
        t += rand() % 100 == 0 ? -(rand() % 5000) : rand() % 20;    /* the clock is set back */
        if (rand() % 200 == 0)
            gap = 1 + p;
        if (p == gap)
            continue;
        add(s, k.id, p, t);
        if (p % 97 == 0) {
            compare_all(s, k.id, p, 20);
            if (p % 7 == 0) {                                       /* and all of it again */
                CHECK(store_close(s) == 0);
                s = open_at(dir, NULL);
                compare_all(s, k.id, p, 20);
            }
        }
    }
    struct store_query q = {.of = STORE_OF_TREND, .limit = 9, .key = quiet, .buf = (uint8_t *)buf,
                            .cap = sizeof buf};
    ask(s, &q);
    CHECK(!q.fault && q.n == 0 && !q.more);
    uint64_t twice = store_trend(s, k.id, 17, t, bytes("x", 1));
    store_flush(s);
    settle(s, twice);
    CHECK(store_failed(s, twice) && !store_failed(s, twice - 1));
    compare_all(s, k.id, MOST, 50);
    uint64_t ticket = store_trend_purge(s, k.id, MOST - 8);
    for (uint64_t p = 1; p <= MOST - 8; p++)
        model[p] = 0;
    settle(s, ticket);
    compare_all(s, k.id, MOST, 50);
    ticket = store_trend_purge(s, k.id, UINT64_MAX >> 1);
    settle(s, ticket);
    CHECK(store_close(s) == 1);     /* the record that went back */
    memset(model, 0, sizeof model);
    s = open_at(dir, NULL);
    struct store_query none = {.of = STORE_OF_TREND, .limit = 9, .key = k, .buf = (uint8_t *)buf,
                               .cap = sizeof buf};
    ask(s, &none);
    CHECK(!none.fault && none.n == 0);
    CHECK(store_close(s) == 0);
}

static bool find_log(void *ctx, const struct store_log *log)
{
    struct store_log *want = ctx;
    if (memcmp(want->id, log->id, 16))
        return true;
    *want = *log;
    return false;
}

static struct store_log log_of(struct store *s, const struct store_key *k)
{
    struct store_log log = {0};
    memcpy(log.id, k->id, 16);
    CHECK(store_load_logs(s, find_log, &log) == STORE_OK);
    return log;
}

static void bounds(void)
{
    const struct store_key ring = key_of(7, 0, 0), keep = key_of(8, 0, 0), dead = key_of(5, 0, 0);
    struct store *s = open_at(dir, NULL);
    CHECK(log_of(s, &dead).last == MOST && log_of(s, &dead).first == 0);    /* counts on */
    memset(model, 0, sizeof model);
    store_trend_limits(s, ring.id, 100, 0);
    store_trend_limits(s, keep.id, 100, 500 * 1000);
    for (uint64_t p = 1; p <= MOST; p++) {
        add(s, ring.id, p, (int64_t)p * 1000);
        add(s, keep.id, p, (int64_t)p * 1000);
    }
    store_flush(s);
    CHECK(store_close(s) == 0);
    s = open_at(dir, NULL);
    struct store_log log = log_of(s, &ring);
    CHECK(log.last == MOST && log.first <= MOST - 99 && log.first > MOST - 300);
    CHECK(log.last_time == MOST * 1000);
    log = log_of(s, &keep);
    CHECK(log.last == MOST && log.first <= MOST - 499 && log.first > MOST - 900);
    struct store_prune p = {.keep = &keep.id, .n = 1,
                            .dry = true};
    settle(s, store_prune(s, &p));
    CHECK(p.logs == 2 && p.values == 0 && p.records > 0);
    struct store_key value = key_of(99, 85, 0), stays = key_of(8, 85, 0);
    store_put(s, &value, 1, bytes("v", 1));
    store_put(s, &stays, 1, bytes("v", 1));
    p.dry = false;
    settle(s, store_prune(s, &p));
    CHECK(p.logs == 2 && p.values == 1);
    CHECK(store_close(s) == 0);
    s = open_at(dir, NULL);
    CHECK(log_of(s, &ring).last == 0 && log_of(s, &keep).last == MOST);
    settle(s, store_trend(s, ring.id, 1, 1, bytes("new", 3)));      /* begins anew */
    CHECK(log_of(s, &ring).last == 1);
    CHECK(store_close(s) == 0);
}

static uint64_t first_after(const struct store_key *k, const struct store_options *o, const int64_t *times, unsigned n)
{
    const struct store_key other = key_of(98, 85, 0);
    struct store *s = open_at(dir, o);
    for (unsigned i = 0; i < n; i++)
        settle(s, store_put(s, &other, times[i], bytes("v", 1)));
    CHECK(store_close(s) == 0);
    s = open_at(dir, NULL);
    uint64_t first = log_of(s, k).first;
    CHECK(log_of(s, k).last == MOST && store_close(s) == 0);
    return first;
}

/* A log that records nothing any more: what it kept goes all the same, by age and by the file's size; not by
 * a time that only somebody else believes in. */
static void quiet_logs(void)
{
    const struct store_key k = key_of(10, 0, 0);
    const int64_t minute = 60000, now = (int64_t)time(NULL) * 1000, year = 365LL * 86400000;
    struct store *s = open_at(dir, NULL);
    memset(model, 0, sizeof model);
    store_trend_limits(s, k.id, 100, year);
    for (uint64_t p = 1; p <= MOST; p++)
        add(s, k.id, p, now - 200 * minute + (int64_t)p);
    store_flush(s);
    CHECK(store_close(s) == 0);
    CHECK(first_after(&k, NULL, (int64_t[]){now, now + 100 * year}, 2) == 1);
    struct store_options small = {.file_max = 4096};
    CHECK(first_after(&k, &small, (int64_t[]){now, now, now}, 3) == 257);
    s = open_at(dir, NULL);
    store_trend_limits(s, k.id, 100, 30 * minute);
    store_flush(s);
    CHECK(store_close(s) == 0);
    CHECK(first_after(&k, NULL, (int64_t[]){now}, 1) == MOST - 99);
}

static void sequences(void)
{
    uint64_t wrap = UINT32_MAX;
    CHECK(store_sequence(1) == 1 && store_sequence(wrap) == UINT32_MAX);
    CHECK(store_sequence(wrap + 1) == 1 && store_sequence(2 * wrap + 5) == 5);
    CHECK(store_position(10, 3) == 3 && store_position(10, 10) == 10 && !store_position(10, 11));
    CHECK(store_position(wrap + 5, UINT32_MAX) == wrap && store_position(wrap + 5, 5) == wrap + 5);
    CHECK(store_position(wrap + 5, 6) == 6 && !store_position(5, 0) && !store_position(0, 1));
}

int main(void)
{
    srand(7);
    scratch(dir, sizeof dir);
    sequences();
    ways_of_reading();
    bounds();
    quiet_logs();
    discard(dir);
    return 0;
}
