/* The store on a bad disk: power cuts that lose what was not synced, writes and syncs that fail,
 * no room, syncs of 200 ms. Acknowledgements hold, nothing is corrupt, the loop never waits. */
#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "tests/fault/vfs.c"
#include "tests/unit/store_help.h"

static char dir[300];
enum { KEYS = 40, LOGS = 12 };
struct state {
    uint64_t value[KEYS], trend[LOGS];
};

static bool take_value(void *ctx, const struct store_key *key, int64_t time, struct span data)
{
    struct state *st = ctx;
    CHECK(data.n >= 8 && key->property < KEYS && (uint64_t)time * 8 == (data.n & ~(size_t)7));
    memcpy(&st->value[key->property], data.p, 8);
    return true;
}

static bool take_log(void *ctx, const struct store_log *log)
{
    ((struct state *)ctx)->trend[log->id[2]] = log->last;
    return true;
}

static uint64_t put_value(struct store *s, unsigned i, uint64_t number)
{
    uint64_t data[400] = {number};
    size_t words = 1 + (size_t)rand() % 399;
    struct store_key k = key_of(i, i, 0);
    return store_put(s, &k, (int64_t)words, bytes(data, words * 8));
}

static uint64_t put_trend(struct store *s, unsigned i, uint64_t number)
{
    struct store_key k = key_of(i, 0, 0);
    return store_trend(s, k.id, number, (int64_t)number, bytes(&number, 8));
}

/* Opens what a power cut left, with a sound disk under it. */
static void verify(const char *at, const struct state *acknowledged, const struct state *written)
{
    static uint64_t buf[40000];
    struct state st = {0};
    char path[400];
    sqlite3 *db;
    sqlite3_stmt *check;
    fault_use(0);
    struct store *s = open_at(at, NULL);
    CHECK(store_load(s, take_value, &st) == STORE_OK);
    CHECK(store_load_logs(s, take_log, &st) == STORE_OK);
    for (unsigned i = 0; i < KEYS; i++)
        CHECK(st.value[i] >= acknowledged->value[i] && st.value[i] <= written->value[i]);
    for (unsigned i = 0; i < LOGS; i++) {
        CHECK(st.trend[i] >= acknowledged->trend[i] && st.trend[i] <= written->trend[i]);
        struct store_query q = {.of = STORE_OF_TREND, .key = key_of(i, 0, 0), .limit = 5000,
                                .buf = (uint8_t *)buf, .cap = sizeof buf};
        uint64_t expect = 1;
        ask(s, &q);
        CHECK(!q.fault && q.n == st.trend[i]);
        for (const struct store_row *r = NULL; (r = store_next(&q, r)); expect++)
            CHECK(r->position == expect && !memcmp(r->data, &expect, 8));
    }
    CHECK(store_close(s) == 0);
    snprintf(path, sizeof path, "%s/state.db", at);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(check) == SQLITE_ROW);
    CHECK(!strcmp((const char *)sqlite3_column_text(check, 0), "ok"));
    sqlite3_finalize(check);
    sqlite3_close(db);
    fault_use(1);
}

struct promise {
    uint64_t ticket, number;
    int trend;
    unsigned index;
};

static void power_cuts(unsigned cuts)
{
    static struct promise promises[1024];
    char run[400], cut[400];
    struct state now = {0}, acknowledged = {0};
    struct store_options o = {.lazy_ms = 2};
    uint64_t first = 0, next = 0;
    snprintf(run, sizeof run, "%s/run", dir);
    struct store *s = open_at(run, &o);
    for (unsigned done_cuts = 0; done_cuts < cuts;) {
        struct promise *p = &promises[next % 1024];
        if (next - first < 1024) {
            p->trend = rand() % 3 == 0;
            p->index = (unsigned)rand() % (p->trend ? LOGS : KEYS);
            p->number = p->trend ? ++now.trend[p->index] : ++now.value[p->index];
            p->ticket = (p->trend ? put_trend : put_value)(s, p->index, p->number);
            CHECK(p->ticket != STORE_REFUSED);
            next++;
        }
        if (rand() % 4 == 0)
            usleep((unsigned)rand() % 150);
        for (uint64_t done = store_done(s); first < next; first++) {
            p = &promises[first % 1024];
            if (p->ticket > done)
                break;
            CHECK(!store_failed(s, p->ticket));
            uint64_t *to = p->trend ? &acknowledged.trend[p->index] : &acknowledged.value[p->index];
            *to = p->number > *to ? p->number : *to;
        }
        if (rand() % 100 == 0) {
            snprintf(cut, sizeof cut, "%s/cut", dir);
            CHECK(mkdir(cut, 0755) == 0);
            fault_cut(cut, done_cuts++);
            verify(cut, &acknowledged, &now);
            discard(cut);
        }
    }
    CHECK(store_close(s) == 0);
    verify(run, &now, &now);
    printf("%u power cuts, %llu puts, every acknowledged one there\n", cuts,
           (unsigned long long)next);
}

/* The n-th write or sync fails, once: nobody outside notices but the counter. */
static void single_failures(void)
{
    static const int codes[] = {SQLITE_IOERR_WRITE, SQLITE_FULL, SQLITE_IOERR_FSYNC};
    char at[400];
    struct state st = {0};
    struct store_status status;
    unsigned failures = 0;
    snprintf(at, sizeof at, "%s/single", dir);
    struct store_options o = {.lazy_ms = 2, .patience_ms = 5000};
    struct store *s = open_at(at, &o);
    for (unsigned c = 0; c < 3; c++)
        for (long n = 1; n < 15; n += c == 2 ? 1 : 3) {
            (c == 2 ? fault_syncs : fault_writes)(n, 1, codes[c]);
            uint64_t t = 0;
            for (unsigned i = 0; i < 20; i++) {
                put_value(s, i, ++st.value[i]);
                t = put_trend(s, i % LOGS, ++st.trend[i % LOGS]);
                if (i % 5 == 0)
                    settle(s, t);
            }
            settle(s, t);
            CHECK(!store_failed_since(s, 1));
        }
    store_status(s, &status);
    failures = (unsigned)status.failures;
    CHECK(failures > 10 && status.state == STORE_OK);
    fault_writes(0, 0, 0);
    fault_syncs(0, 0, 0);
    CHECK(store_close(s) == 0);
    verify(at, &st, &st);
}

/* No room for a long time: tickets fail, the queue fills, puts are refused; then there is room. */
static void full_disk(void)
{
    char at[400];
    struct state st = {0}, least = {0};
    struct store_status status;
    snprintf(at, sizeof at, "%s/full", dir);
    struct store_options o = {.lazy_ms = 2, .patience_ms = 60, .queue = 1 << 18};
    struct store *s = open_at(at, &o);
    settle(s, put_value(s, 0, st.value[0] = 1));
    fault_writes(1, LONG_MAX, SQLITE_FULL);
    uint64_t begin = now_us(), t = put_value(s, 1, st.value[1] = 1);
    settle(s, t);
    CHECK(now_us() - begin > 50000 && store_failed(s, t) && !store_failed(s, 1));
    CHECK(store_failed_since(s, 2) && !store_failed_since(s, t + 1));
    begin = now_us();
    t = put_value(s, 2, st.value[2] = 1);
    settle(s, t);               /* does not wait for the next attempt */
    CHECK(now_us() - begin < 1000000 && store_failed(s, t));
    store_status(s, &status);
    CHECK(status.state == STORE_FULL && status.failures > 1 && status.reason[0]);
    unsigned taken = 0;
    while (put_value(s, 3, st.value[3] + 1) != STORE_REFUSED) {
        st.value[3]++;
        taken++;
    }
    CHECK(taken > 50);
    store_status(s, &status);
    CHECK(status.refused == 1 && status.queued <= 1 << 18);
    struct store_query q = {.of = STORE_OF_VALUES, .limit = 10};
    uint64_t buf[2000];
    q.buf = (uint8_t *)buf;
    q.cap = sizeof buf;
    ask(s, &q);                 /* reading goes on */
    CHECK(!q.fault && q.n == 1);
    fault_writes(0, 0, 0);
    for (int i = 0; i < 400 && (store_status(s, &status), status.state || status.queued); i++)
        usleep(10000);
    CHECK(status.state == STORE_OK && status.queued == 0 && !status.lost);
    t = put_value(s, 4, st.value[4] = 1);
    settle(s, t);
    CHECK(!store_failed(s, t) && !store_failed_since(s, t));
    CHECK(store_close(s) == 0);
    verify(at, &st, &st);
    s = open_at(at, &o);        /* and the end of the process with a disk that stays full */
    fault_writes(1, LONG_MAX, SQLITE_FULL);
    put_value(s, 5, 9);
    begin = now_us();
    CHECK(store_close(s) == 1 && now_us() - begin < 3000000);
    fault_writes(0, 0, 0);
    least = st;
    st.value[5] = 9;
    verify(at, &least, &st);
}

/* Opening with the n-th write failing: an answer, never a crash, and nothing is spoilt. */
static void failing_open(void)
{
    char at[400], why[200];
    struct store *s;
    unsigned refused = 0;
    for (long n = 1; n < 30; n++) {
        snprintf(at, sizeof at, "%s/open-%ld", dir, n);
        fault_writes(n, LONG_MAX, SQLITE_FULL);
        int fault_is = store_open(&s, at, NULL, why, sizeof why);
        CHECK(fault_is == STORE_OK || (fault_is == STORE_FULL && why[0]));
        refused += fault_is != STORE_OK;
        CHECK(put_value(s, 1, 1) == (fault_is ? 0 : 1));
        fault_writes(0, 0, 0);
        store_close(s);
        if (fault_is == STORE_OK)
            break;
        s = open_at(at, NULL);
        settle(s, put_value(s, 1, 1));
        CHECK(store_close(s) == 0);
    }
    CHECK(refused > 3);
    fault_read_only(1);
    CHECK(store_open(&s, at, NULL, why, sizeof why) == STORE_READ_ONLY);
    store_close(s);
    fault_read_only(0);
}

static void slow_disk(void)
{
    enum { N = 3000 };
    static uint64_t took[N];
    char at[400];
    uint64_t worst = 0, long_ones = 0, buf[2000], begin, t = 0;
    struct store_status status;
    snprintf(at, sizeof at, "%s/slow", dir);
    struct store *s = open_at(at, NULL);
    settle(s, put_value(s, 1, 1));
    fault_slow_sync(200);
    begin = now_us();
    struct store_query q = {.of = STORE_OF_VALUES, .limit = 10, .buf = (uint8_t *)buf,
                            .cap = sizeof buf};
    CHECK(store_ask(s, &q));    /* needs nothing that is not there: no sync in its way */
    while (!store_answered(s))
        usleep(100);
    uint64_t read_us = now_us() - begin;
    for (unsigned i = 0; i < N; i++) {
        uint64_t a = now_us();
        t = put_value(s, i % KEYS, i);
        took[i] = now_us() - a;
        CHECK(t != STORE_REFUSED);
        long_ones += took[i] >= 1000;
        worst = took[i] > worst ? took[i] : worst;
        usleep(300);
    }
    settle(s, t);
    store_status(s, &status);
    fault_slow_sync(0);
    printf("syncs of 200 ms: %d puts, longest %llu us, %llu of 1 ms or more; a read %llu us; "
           "%llu commits\n", N, (unsigned long long)worst, (unsigned long long)long_ones,
           (unsigned long long)read_us, (unsigned long long)status.groups);
    /* Another process may have had the processor; a sync in the way would show in every group. */
    CHECK(worst < 100000 && long_ones <= 3 && read_us < 100000 && status.groups < 30);
    CHECK(store_close(s) == 0);
}

int main(int argc, char **argv)
{
    srand(3);
    scratch(dir, sizeof dir);
    fault_install();
    power_cuts(argc > 1 ? (unsigned)atol(argv[1]) : 120);
    single_failures();
    full_disk();
    failing_open();
    slow_disk();
    discard(dir);
    return 0;
}
