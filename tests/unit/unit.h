#ifndef UNIT_H
#define UNIT_H
/* A unit test is a program that exits 0. CHECK tells where and what, and goes on. */
#include <stdio.h>
#include <string.h>

struct unit {
    int checks, failures;
};

static inline int unit_check(struct unit *u, int ok, const char *file, int line, const char *what)
{
    u->checks++;
    if (!ok) {
        u->failures++;
        fprintf(stderr, "%s:%d: %s\n", file, line, what);
    }
    return ok;
}
#define CHECK(u, x) unit_check((u), !!(x), __FILE__, __LINE__, #x)

static inline int unit_end(const struct unit *u)
{
    printf("%d checks, %d failed\n", u->checks, u->failures);
    return u->failures ? 1 : 0;
}
#endif
