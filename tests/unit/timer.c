/* runtime/base/timer.h: order, ties, stopping what has fired, re-arming while served. */
#include "runtime/base/timer.h"
#include "tests/unit/unit.h"

enum { N = 200 };

static void in_order(struct unit *u)
{
    struct timers ts;
    static struct timer t[N];
    uint64_t last_due = 0, last_seq = 0;
    CHECK(u, !timers_init(&ts, N));
    for (unsigned i = 0; i < N; i++)
        timer_set(&ts, &t[i], (i * 7919u) % 50);
    for (unsigned i = 0; i < N; i += 3)
        timer_stop(&ts, &t[i]);
    timers_take(&ts, 100);
    unsigned n = 0;
    for (struct timer *x; (x = timers_fired(&ts)); n++) {
        CHECK(u, x->due > last_due || (x->due == last_due && (!n || x->seq > last_seq)));
        last_due = x->due;
        last_seq = x->seq;
    }
    CHECK(u, n == N - (N + 2) / 3);
    CHECK(u, timers_next(&ts) == UINT64_MAX);
    timers_fini(&ts);
}

static void fired_ones(struct unit *u)
{
    struct timers ts;
    struct timer a = {.kind = 1}, b = {.kind = 2}, c = {.kind = 3};
    CHECK(u, !timers_init(&ts, 3));
    timer_set(&ts, &a, 10);
    timer_set(&ts, &b, 10);
    timer_set(&ts, &c, 30);
    CHECK(u, timers_next(&ts) == 10);
    timers_take(&ts, 10);
    CHECK(u, timer_armed(&b) && timers_next(&ts) == 0);
    timer_stop(&ts, &b);                    /* fired, but stopped before it was served */
    struct timer *x = timers_fired(&ts);
    CHECK(u, x == &a);
    timer_set(&ts, &a, 10);                 /* re-armed in the past: next round, not this one */
    CHECK(u, !timers_fired(&ts));
    timers_take(&ts, 10);
    CHECK(u, timers_fired(&ts) == &a && !timers_fired(&ts));
    timer_set(&ts, &c, 5);                  /* moved forward */
    CHECK(u, timers_next(&ts) == 5);
    timers_fini(&ts);
}

int main(void)
{
    struct unit u = {0, 0};
    in_order(&u);
    fired_ones(&u);
    return unit_end(&u);
}
