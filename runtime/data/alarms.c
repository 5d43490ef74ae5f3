/* See alarms.h. Free lists and lines by index; nothing moves. */
#include "runtime/data/alarms.h"

#include <errno.h>
#include <stdlib.h>

enum { SPARE = 1024, LEAST_DELIVERIES = 8192 };

int alarms_open(struct alarms *a, uint32_t n_events)
{
    *a = (struct alarms){.store = NULL};
    a->n_announcements = n_events > UINT32_MAX / 8 ? UINT32_MAX / 4 : n_events * 2 + SPARE;
    a->n_deliveries = a->n_announcements > UINT32_MAX / 16
                          ? UINT32_MAX / 2 : a->n_announcements * 8 + LEAST_DELIVERIES;
    a->texts = calloc(n_events + 1u, sizeof *a->texts);
    a->newest = calloc(n_events + 1u, sizeof *a->newest);
    a->announcements = calloc(a->n_announcements, sizeof *a->announcements);
    a->deliveries = calloc(a->n_deliveries, sizeof *a->deliveries);
    a->news = calloc(ALARM_NEWS, sizeof *a->news);
    if (a->news && a->texts && a->newest && a->announcements && a->deliveries)
        return 0;
    alarms_close(a);
    return -ENOMEM;
}

void alarms_close(struct alarms *a)
{
    for (uint32_t i = 0; a->announcements && i < a->used; i++)
        free(a->announcements[i].only);
    free(a->news);
    free(a->texts);
    free(a->newest);
    free(a->announcements);
    free(a->deliveries);
    *a = (struct alarms){.store = NULL};
}

void alarms_news(struct alarms *a, const struct alarm_news *what)
{
    if (!a->heard)
        return;
    if (a->news_n == ALARM_NEWS) {
        a->news_missed++;
        return;
    }
    a->news[(a->news_head + a->news_n++) % ALARM_NEWS] = *what;
}

bool alarms_news_take(struct alarms *a, struct alarm_news *what)
{
    if (!a->news_n)
        return false;
    *what = a->news[a->news_head];
    a->news_head = (a->news_head + 1) % ALARM_NEWS;
    a->news_n--;
    return true;
}

/* Items beyond `used` have never been taken: the free list needs no filling at start. */
struct announcement *alarms_take(struct alarms *a)
{
    struct announcement *n;
    if (a->free_announcement) {
        n = &a->announcements[a->free_announcement - 1];
        a->free_announcement = n->next;
    } else if (a->used < a->n_announcements) {
        n = &a->announcements[a->used++];
    } else {
        return NULL;
    }
    *n = (struct announcement){.serial = ++a->announced, .live = true};
    a->held++;
    return n;
}

void alarms_give(struct alarms *a, struct announcement *n)
{
    uint32_t me = (uint32_t)(n - a->announcements) + 1;
    free(n->only);
    n->only = NULL;
    n->live = false;
    if (a->newest[n->event] == me)
        a->newest[n->event] = n->older;
    if (n->newer)
        a->announcements[n->newer - 1].older = n->older;
    if (n->older)
        a->announcements[n->older - 1].newer = n->newer;
    n->next = a->free_announcement;
    a->free_announcement = (uint32_t)(n - a->announcements) + 1;
    a->held--;
}

void alarms_restored(struct alarms *a, struct announcement *n)
{
    n->next = a->restored;
    a->restored = (uint32_t)(n - a->announcements) + 1;
    if (n->serial > a->announced)
        a->announced = n->serial;
}

static void line_up(struct alarms *a, struct announcement *n, uint8_t line)
{
    uint32_t me = (uint32_t)(n - a->announcements) + 1;
    n->line = line;
    n->waits = true;
    n->next = 0;
    n->prev = a->last[line];
    if (n->prev)
        a->announcements[n->prev - 1].next = me;
    else
        a->first[line] = me;
    a->last[line] = me;
    a->waiting++;
}

static void leave(struct alarms *a, struct announcement *n)
{
    if (n->prev)
        a->announcements[n->prev - 1].next = n->next;
    else
        a->first[n->line] = n->next;
    if (n->next)
        a->announcements[n->next - 1].prev = n->prev;
    else
        a->last[n->line] = n->prev;
    n->waits = false;
    a->waiting--;
}

void alarms_queue(struct alarms *a, struct announcement *n)
{
    uint32_t before[ALARM_OLDER] = {0};
    unsigned k = 0;
    n->older = a->newest[n->event];
    if (n->older)
        a->announcements[n->older - 1].newer = (uint32_t)(n - a->announcements) + 1;
    a->newest[n->event] = (uint32_t)(n - a->announcements) + 1;
    for (uint32_t i = n->older; i && k < ALARM_OLDER; i = a->announcements[i - 1].older)
        before[k++] = i - 1;
    while (k--) {                               /* the oldest first */
        struct announcement *was = &a->announcements[before[k]];
        if (was->waits && was->line > n->priority) {
            leave(a, was);
            line_up(a, was, n->priority);
        }
    }
    line_up(a, n, n->priority);
}

struct announcement *alarms_next(struct alarms *a)
{
    for (unsigned p = 0; a->waiting && p < ALARM_PRIORITIES; p++) {
        if (!a->first[p])
            continue;
        struct announcement *n = &a->announcements[a->first[p] - 1];
        if (n->ticket > a->settled)
            continue;
        leave(a, n);
        return n;
    }
    return NULL;
}

struct delivery *delivery_take(struct alarms *a)
{
    struct delivery *d;
    if (a->free_delivery) {
        d = &a->deliveries[a->free_delivery - 1];
        a->free_delivery = d->next;
    } else if (a->delivering < a->n_deliveries) {
        d = &a->deliveries[a->delivering++];
    } else {
        return NULL;
    }
    if (!++a->serial)
        a->serial = 1;
    a->taken++;
    *d = (struct delivery){.serial = a->serial};
    return d;
}

void delivery_give(struct alarms *a, struct delivery *d)
{
    d->serial = 0;
    a->taken--;
    d->next = a->free_delivery;
    a->free_delivery = (uint32_t)(d - a->deliveries) + 1;
}

void deliveries_stale(struct alarms *a, uint16_t device, uint32_t class)
{
    for (uint32_t i = 0; i < a->delivering; i++) {
        struct delivery *d = &a->deliveries[i];
        const struct announcement *what = &a->announcements[d->announcement];
        if (d->serial && d->attempts && what->device == device && what->class == class)
            d->stale = true;
    }
}

void delivery_end(struct alarms *a, uint32_t index, uint32_t serial, enum delivery_end end)
{
    if (index >= a->delivering || !serial)
        return;
    struct delivery *d = &a->deliveries[index];
    if (d->serial != serial || d->end)
        return;
    d->end = (uint8_t)end;
    d->next = a->ended;
    a->ended = index + 1;
}
