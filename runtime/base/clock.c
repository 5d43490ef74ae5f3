/* See clock.h. */
#include "runtime/base/clock.h"

#include <assert.h>
#include <time.h>

void clock_init(struct clock *c)
{
    *c = (struct clock){0};
    clock_tick(c);
}

void clock_init_manual(struct clock *c, int64_t wall_ms)
{
    *c = (struct clock){1000000000u, wall_ms, true};
}

void clock_tick(struct clock *c)
{
    struct timespec t;
    if (c->manual)
        return;
    clock_gettime(CLOCK_MONOTONIC, &t);
    c->mono_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    clock_gettime(CLOCK_REALTIME, &t);
    c->wall_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_advance(struct clock *c, uint64_t ms)
{
    assert(c->manual);
    c->mono_ns += ms * 1000000u;
    c->wall_ms += (int64_t)ms;
}

void clock_set_wall(struct clock *c, int64_t wall_ms)
{
    assert(c->manual);
    c->wall_ms = wall_ms;
}

bool clock_set(struct clock *c, int64_t wall_ms)
{
    struct timespec t = {.tv_sec = (time_t)(wall_ms / 1000), .tv_nsec = (long)(wall_ms % 1000) * 1000000};
    if (!c->manual && clock_settime(CLOCK_REALTIME, &t))
        return false;
    c->wall_ms = wall_ms;
    return true;
}
