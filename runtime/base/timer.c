/* A binary heap of pointers to embedded timers. See timer.h. */
#include "runtime/base/timer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

int timers_init(struct timers *ts, size_t cap)
{
    *ts = (struct timers){.heap = calloc(cap ? cap : 1, sizeof(struct timer *)), .cap = cap};
    return ts->heap ? 0 : -ENOMEM;
}

int timers_reserve(struct timers *ts, size_t cap)
{
    if (cap <= ts->cap)
        return 0;
    struct timer **more = realloc(ts->heap, cap * sizeof *more);
    if (!more)
        return -ENOMEM;
    ts->heap = more;
    ts->cap = cap;
    return 0;
}

void timers_fini(struct timers *ts)
{
    free(ts->heap);
    *ts = (struct timers){0};
}

static bool before(const struct timer *a, const struct timer *b)
{
    return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

static void put(struct timers *ts, size_t i, struct timer *t)
{
    ts->heap[i] = t;
    t->at = i + 1;
}

static void sift_up(struct timers *ts, size_t i, struct timer *t)
{
    while (i > 0 && before(t, ts->heap[(i - 1) / 2])) {
        put(ts, i, ts->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(ts, i, t);
}

static void sift_down(struct timers *ts, size_t i, struct timer *t)
{
    for (;;) {
        size_t kid = 2 * i + 1;
        if (kid >= ts->n)
            break;
        if (kid + 1 < ts->n && before(ts->heap[kid + 1], ts->heap[kid]))
            kid++;
        if (!before(ts->heap[kid], t))
            break;
        put(ts, i, ts->heap[kid]);
        i = kid;
    }
    put(ts, i, t);
}

static void take_off(struct timers *ts, struct timer *t)
{
    size_t i = t->at - 1;
    struct timer *last = ts->heap[--ts->n];
    t->at = 0;
    if (last == t)
        return;
    if (i > 0 && before(last, ts->heap[(i - 1) / 2]))
        sift_up(ts, i, last);
    else
        sift_down(ts, i, last);
}

static void unlink_fired(struct timers *ts, struct timer *t)
{
    if (t->prev)
        t->prev->next = t->next;
    else
        ts->first = t->next;
    if (t->next)
        t->next->prev = t->prev;
    else
        ts->last = t->prev;
    t->prev = t->next = NULL;
    t->fired = false;
}

void timer_stop(struct timers *ts, struct timer *t)
{
    if (t->fired)
        unlink_fired(ts, t);
    else if (t->at)
        take_off(ts, t);
}

void timer_set(struct timers *ts, struct timer *t, uint64_t due_ms)
{
    timer_stop(ts, t);
    assert(ts->n < ts->cap);
    t->due = due_ms;
    t->seq = ts->seq++;
    sift_up(ts, ts->n++, t);
}

uint64_t timers_next(const struct timers *ts)
{
    if (ts->first)
        return 0;
    return ts->n ? ts->heap[0]->due : UINT64_MAX;
}

void timers_take(struct timers *ts, uint64_t now_ms)
{
    while (ts->n && ts->heap[0]->due <= now_ms) {
        struct timer *t = ts->heap[0];
        take_off(ts, t);
        t->fired = true;
        t->prev = ts->last;
        t->next = NULL;
        if (ts->last)
            ts->last->next = t;
        else
            ts->first = t;
        ts->last = t;
    }
}

struct timer *timers_fired(struct timers *ts)
{
    struct timer *t = ts->first;
    if (t)
        unlink_fired(ts, t);
    return t;
}
