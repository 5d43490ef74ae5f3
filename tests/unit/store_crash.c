/* kill -9 at any moment: a child writes values, events and trend records and notes in shared memory
 * what was acknowledged; it is killed; everything acknowledged must be there. Many times. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "tests/unit/store_help.h"

enum { KEYS = 50, LOGS = 20 };
struct shared {
    volatile uint64_t value[KEYS], trend[LOGS], events;     /* acknowledged                      */
    volatile uint64_t started;
};
static struct shared *shared;
static char dir[300];

/* What one ticket stands for; the ring remembers those that are not settled yet. */
struct promise {
    uint64_t ticket, number;
    unsigned kind, index;
};
enum { PROMISES = 4096 };
static struct promise promises[PROMISES];

struct state {
    uint64_t value[KEYS], trend[LOGS], events;
    unsigned n;
};

static bool take_value(void *ctx, const struct store_key *key, int64_t time, struct span data)
{
    struct state *st = ctx;
    (void)time;
    CHECK(data.n >= 8 && key->property < KEYS);
    memcpy(&st->value[key->property], data.p, 8);
    for (size_t i = 8; i < data.n; i++)
        CHECK(data.p[i] == (uint8_t)st->value[key->property]);
    return true;
}

static bool take_log(void *ctx, const struct store_log *log)
{
    struct state *st = ctx;
    st->trend[log->id[2]] = log->last;
    return true;
}

static uint64_t last_event(struct store *s)
{
    static uint64_t buf[200];
    struct store_query q = {.of = STORE_OF_EVENTS, .backwards = true, .limit = 1,
                            .buf = (uint8_t *)buf, .cap = sizeof buf};
    ask(s, &q);
    CHECK(!q.fault);
    return q.n ? (uint64_t)store_next(&q, NULL)->time : 0;
}

/* Each log without a hole, each record what was written. */
static void whole_logs(struct store *s, const struct state *st)
{
    static uint64_t buf[30000];
    for (unsigned i = 0; i < LOGS; i++) {
        struct store_query q = {.of = STORE_OF_TREND, .key = key_of(i, 0, 0), .limit = 600,
                                .backwards = true, .buf = (uint8_t *)buf, .cap = sizeof buf};
        uint64_t expect = 0, from = st->trend[i] > 600 ? st->trend[i] - 599 : 1;
        ask(s, &q);
        CHECK(!q.fault && q.n == (st->trend[i] ? st->trend[i] - from + 1 : 0));
        expect = from;
        for (const struct store_row *r = NULL; (r = store_next(&q, r)); expect++)
            CHECK(r->position == expect && r->n == 8 && !memcmp(r->data, &expect, 8));
    }
}

static void verify(struct store *s, struct state *st)
{
    memset(st, 0, sizeof *st);
    CHECK(store_load(s, take_value, st) == STORE_OK);
    CHECK(store_load_logs(s, take_log, st) == STORE_OK);
    st->events = last_event(s);
    for (unsigned i = 0; i < KEYS; i++)
        CHECK(st->value[i] >= shared->value[i]);
    for (unsigned i = 0; i < LOGS; i++)
        CHECK(st->trend[i] >= shared->trend[i]);
    CHECK(st->events >= shared->events);
    whole_logs(s, st);
}

static uint64_t write_one(struct store *s, struct state *st, struct promise *p)
{
    uint8_t data[2000];
    p->kind = (unsigned)rand() % 3;
    if (p->kind == 0) {
        p->index = (unsigned)rand() % KEYS;
        p->number = ++st->value[p->index];
        struct store_key k = key_of(p->index, p->index, 0);
        memset(data, (uint8_t)p->number, sizeof data);
        memcpy(data, &p->number, 8);
        return store_put(s, &k, 1, bytes(data, 8 + (size_t)rand() % 1900));
    }
    if (p->kind == 1) {
        p->index = (unsigned)rand() % LOGS;
        p->number = ++st->trend[p->index];
        struct store_key k = key_of(p->index, 0, 0);
        return store_trend(s, k.id, p->number, (int64_t)p->number, bytes(&p->number, 8));
    }
    p->number = ++st->events;
    struct store_note n = {.time = (int64_t)p->number, .text = {bytes("peer", 4)}};
    return store_note(s, STORE_EVENTS, &n);
}

static void acknowledge(const struct promise *p)
{
    if (p->kind == 0 && p->number > shared->value[p->index])
        shared->value[p->index] = p->number;
    else if (p->kind == 1)
        shared->trend[p->index] = p->number;
    else if (p->kind == 2)
        shared->events = p->number;
}

static void child(void)
{
    struct state st;
    struct store_options o = {.lazy_ms = 5};
    struct store *s = open_at(dir, &o);
    uint64_t first = 0, next = 0;
    verify(s, &st);
    shared->started++;
    for (;;) {
        struct promise *p = &promises[next % PROMISES];
        if (next - first < PROMISES) {
            p->ticket = write_one(s, &st, p);
            CHECK(p->ticket != STORE_REFUSED);
            next++;
        }
        uint64_t done = store_done(s);
        while (first < next && promises[first % PROMISES].ticket <= done) {
            CHECK(!store_failed(s, promises[first % PROMISES].ticket));
            acknowledge(&promises[first++ % PROMISES]);
        }
        if (rand() % 50 == 0)
            usleep((unsigned)rand() % 300);
    }
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atol(argv[1]) : 150;
    struct state st;
    scratch(dir, sizeof dir);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    for (unsigned i = 0; i < rounds; i++) {
        uint64_t before = shared->started;
        pid_t pid = fork();
        CHECK(pid >= 0);
        srand(i);
        if (!pid) {
            child();
            _exit(1);
        }
        for (int n = 0; shared->started == before && n < 20000 && !waitpid(pid, NULL, WNOHANG); n++)
            usleep(500);
        usleep((unsigned)rand() % 30000);
        int status;
        CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    struct store *s = open_at(dir, NULL);
    verify(s, &st);
    uint64_t acknowledged = shared->events;
    for (unsigned i = 0; i < LOGS; i++)
        acknowledged += shared->trend[i];
    for (unsigned i = 0; i < KEYS; i++)
        acknowledged += shared->value[i];
    CHECK(store_close(s) == 0 && acknowledged > rounds);
    printf("%u kills, %llu acknowledged puts, none lost\n", rounds,
           (unsigned long long)acknowledged);
    discard(dir);
    return 0;
}
