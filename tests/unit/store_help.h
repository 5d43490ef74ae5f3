/* What the store's tests share: a scratch directory, waiting for tickets, questions. */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "runtime/data/store.h"
#include "runtime/data/store_query.h"

#define CHECK(x)                                                                 \
    do {                                                                         \
        if (!(x)) {                                                              \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);              \
            exit(1);                                                             \
        }                                                                        \
    } while (0)

static inline void scratch(char *dir, size_t n)
{
    const char *base = getenv("WORK");
    snprintf(dir, n, "%s/store.XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(dir));
}

static inline void discard(const char *dir)
{
    char cmd[600];
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
    CHECK(system(cmd) == 0);
}

static inline uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static inline struct span bytes(const void *p, size_t n) { return (struct span){p, n}; }

static inline struct store_key key_of(unsigned n, uint32_t property, uint32_t sub)
{
    struct store_key k = {.property = property, .sub = sub};
    k.id[0] = (uint8_t)(n >> 16);
    k.id[1] = (uint8_t)(n >> 8);
    k.id[2] = (uint8_t)n;
    k.id[15] = 1;
    return k;
}

static inline void settle(struct store *s, uint64_t ticket)
{
    CHECK(ticket && ticket != STORE_REFUSED);
    while (store_done(s) < ticket) {
        struct pollfd p = {.fd = store_fd(s), .events = POLLIN};
        CHECK(poll(&p, 1, 20000) == 1);
        store_take(s);
    }
}

static inline void ask(struct store *s, struct store_query *q)
{
    struct store_query *got;
    CHECK(store_ask(s, q));
    while (!(got = store_answered(s))) {
        struct pollfd p = {.fd = store_fd(s), .events = POLLIN};
        CHECK(poll(&p, 1, 20000) == 1);
        store_take(s);
    }
    CHECK(got == q);
}

static inline struct store *open_at(const char *dir, const struct store_options *o)
{
    struct store *s;
    char why[200];
    int failed = store_open(&s, dir, o, why, sizeof why);
    if (failed)
        fprintf(stderr, "%s: %s\n", store_fault_name((enum store_fault)failed), why);
    CHECK(!failed);
    return s;
}
#endif
