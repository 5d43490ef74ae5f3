/* Rate of durable puts against the barest thing that can do the same: one loop that commits groups
 * of upserts in SQLite. Groups of equal size, the same file system, the same keys. Then what ten
 * thousand trend logs a minute cost.
 *   store DIR [seconds]     prints "name value unit" lines */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/store_help.h"

enum { KEYS = 10000, LOGS = 10000 };

static double seconds(uint64_t since) { return (double)(now_us() - since) / 1e6; }

static double rss_mb(void)
{
    char line[100];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmRSS:", 6))
            kb = strtod(line + 6, NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

/* What this process wrote to files (and, little, to wake its threads), as the kernel counts. */
static double written_mb(void)
{
    char line[100];
    double n = 0;
    FILE *f = fopen("/proc/self/io", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "wchar:", 6))
            n = strtod(line + 6, NULL);
    if (f)
        fclose(f);
    return n / 1e6;
}

static double bare(const char *dir, double limit, unsigned group)
{
    char path[500];
    sqlite3 *db;
    sqlite3_stmt *put;
    uint8_t data[40] = {0};
    snprintf(path, sizeof path, "%s/bare.db", dir);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(!sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE v"
                            " (id BLOB, p INTEGER, s INTEGER, time INTEGER, data BLOB,"
                            " PRIMARY KEY (id, p, s)) WITHOUT ROWID", 0, 0, 0));
    CHECK(!sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO v VALUES (?1, 85, 0, ?2, ?3)", -1, &put,
                              NULL));
    uint64_t begin = now_us(), n = 0;
    while (seconds(begin) < limit) {
        CHECK(!sqlite3_exec(db, "BEGIN", 0, 0, 0));
        for (unsigned i = 0; i < group; i++, n++) {
            struct store_key k = key_of((unsigned)(n * 7919 % KEYS), 85, 0);
            sqlite3_bind_blob(put, 1, k.id, 16, SQLITE_STATIC);
            sqlite3_bind_int64(put, 2, (int64_t)n);
            sqlite3_bind_blob(put, 3, data, sizeof data, SQLITE_STATIC);
            CHECK(sqlite3_step(put) == SQLITE_DONE);
            sqlite3_reset(put);
        }
        CHECK(!sqlite3_exec(db, "COMMIT", 0, 0, 0));
    }
    double rate = (double)n / seconds(begin);
    sqlite3_finalize(put);
    sqlite3_close(db);
    return rate;
}

/* `window` puts wait for their acknowledgement at any time. */
static double stored(const char *dir, double limit, unsigned window, double *put_ns)
{
    char at[400];
    uint8_t data[40] = {0};
    snprintf(at, sizeof at, "%s/store-%u", dir, window);
    struct store *s = open_at(at, NULL);
    uint64_t begin = now_us(), n = 0, inside = 0;
    while (seconds(begin) < limit) {
        uint64_t a = now_us(), k0 = n;
        for (; n - store_done(s) < window && n - k0 < window; n++) {
            struct store_key k = key_of((unsigned)(n * 7919 % KEYS), 85, 0);
            CHECK(store_put(s, &k, (int64_t)n, bytes(data, sizeof data)) == n + 1);
        }
        inside += now_us() - a;
        settle(s, n - window / 2 > 0 && n > window / 2 ? n - window / 2 : n);
    }
    double rate = (double)store_done(s) / seconds(begin);
    *put_ns = (double)inside * 1000 / (double)n;
    CHECK(store_close(s) == 0);
    return rate;
}

static void trends(const char *dir)
{
    char at[400];
    enum { MINUTES = 64, RECORD = 22 };
    uint8_t data[RECORD] = {0};
    double before_rss = rss_mb(), most = 0;
    uint64_t worst = 0, late = 0;
    snprintf(at, sizeof at, "%s/trends", dir);
    struct store *s = open_at(at, NULL);
    for (unsigned i = 0; i < LOGS; i++) {
        struct store_key k = key_of(i, 0, 0);
        CHECK(store_trend_limits(s, k.id, 10000, 0) != STORE_REFUSED);
    }
    store_flush(s);
    double before = written_mb();
    uint64_t begin = now_us();
    for (unsigned m = 1; m <= MINUTES; m++) {
        uint64_t t = 0;
        for (unsigned i = 0; i < LOGS; i++) {
            struct store_key k = key_of(i, 0, 0);
            uint64_t a = now_us();
            while ((t = store_trend(s, k.id, m, (int64_t)m * 60000 + i, bytes(data, RECORD))) ==
                   STORE_REFUSED) {
                late++;
                usleep(1000);
            }
            a = now_us() - a;
            worst = a > worst ? a : worst;
        }
        store_flush(s);
        settle(s, t);
        most = rss_mb() > most ? rss_mb() : most;
    }
    double took = seconds(begin), mb = written_mb() - before;
    printf("trend-records-per-second %.0f\n", MINUTES * LOGS / took);
    printf("trend-minute-of-10000-logs-ms %.1f (refused %llu, longest call %llu us)\n",
           took * 1000 / MINUTES, (unsigned long long)late, (unsigned long long)worst);
    printf("trend-written-mb-per-minute %.2f\n", mb / MINUTES);
    printf("trend-memory-mb %.1f (the process %.1f)\n", most - before_rss, most);
    static uint64_t buf[4000];
    uint64_t reads = 0;
    for (begin = now_us(); reads < 2000; reads++) {
        struct store_query q = {.of = STORE_OF_TREND, .limit = 20, .buf = (uint8_t *)buf,
                                .cap = sizeof buf, .key = key_of((unsigned)rand() % LOGS, 0, 0)};
        q.from = reads % 2 ? STORE_FROM_TIME : STORE_FROM_POSITION;
        q.position = (uint64_t)rand() % MINUTES;
        q.time = (rand() % MINUTES) * 60000;
        ask(s, &q);
        CHECK(!q.fault);
    }
    printf("trend-read-of-20-us %.0f\n", (double)(now_us() - begin) / 2000);
    uint64_t a = now_us();
    CHECK(store_close(s) == 0);
    printf("close-ms %.0f\n", (double)(now_us() - a) / 1000);
    a = now_us();
    s = open_at(at, NULL);
    printf("open-with-10000-logs-ms %.0f\n", (double)(now_us() - a) / 1000);
    CHECK(store_close(s) == 0);
}

int main(int argc, char **argv)
{
    static const unsigned sizes[] = {1, 32, 1000};
    double limit = argc > 2 ? strtod(argv[2], NULL) : 2, ns;
    char dir[300];
    if (argc < 2) {
        fprintf(stderr, "usage: store DIR [seconds]\n");
        return 1;
    }
    snprintf(dir, sizeof dir, "%s/bench.XXXXXX", argv[1]);
    CHECK(mkdtemp(dir));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char at[400];
        snprintf(at, sizeof at, "%s/bare-%u", dir, sizes[i]);
        CHECK(mkdir(at, 0755) == 0);
        double b = bare(at, limit, sizes[i]);
        /* twice in flight: one half is being committed while the other gathers */
        double r = stored(dir, limit, sizes[i] * 2, &ns);
        printf("durable-puts-per-second group %u: store %.0f, bare SQLite %.0f, ratio %.2f; "
               "a put costs the loop %.0f ns\n", sizes[i], r, b, r / b, ns);
    }
    trends(dir);
    discard(dir);
    return 0;
}
