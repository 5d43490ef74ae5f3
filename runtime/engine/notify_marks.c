/* See notify_inside.h: what storage knows of deliveries. A restart tells a recipient again what it may
 * not have had; marks in storage say what it has had. One group of marks is stored at a time while the
 * next is gathered, so that a slow disk makes groups larger, not marks later; and a recipient is only so
 * far ahead of its marks. */
#include <stdlib.h>

#include "runtime/data/store.h"
#include "runtime/engine/notify_inside.h"

void notify_mark(struct notify *n, struct announcement *what)
{
    struct alarms *a = &n->db->alarms;
    if (what->marked)
        return;
    what->marked = true;
    what->next = a->marked;
    a->marked = (uint32_t)(what - a->announcements) + 1;
}

static void forget_generation(struct notify *n, unsigned generation)
{
    for (uint32_t i = 0; i < n->n_channels; i++)
        n->channels[i].unmarked[generation] = 0;
}

/* False: storage has no room now. */
static bool put(struct notify *n, struct announcement *what)
{
    uint64_t ticket = what->refs ? alarm_owe(n->db, what) : alarm_paid(n->db, what);
    if (ticket == STORE_REFUSED)
        return false;
    if (ticket)
        n->put = ticket;
    return true;
}

void notify_flush(struct notify *n)
{
    struct alarms *a = &n->db->alarms;
    if (n->closed > a->settled)
        return;
    if (n->closed) {
        n->unsafe = store_failed(a->store, n->closed);
        n->closed = 0;
        forget_generation(n, !n->generation);
    }
    if (!a->marked)
        return;
    for (unsigned i = 0; a->marked; i++) {
        struct announcement *what = &a->announcements[a->marked - 1];
        if (i == NOTIFY_MARKS || !put(n, what))
            return;                             /* the group goes on with the next turn */
        a->marked = what->next;
        what->marked = false;
        if (!what->refs)
            alarms_give(a, what);
    }
    n->closed = n->put;
    n->put = 0;
    if (n->closed)
        n->generation = !n->generation;
    else
        forget_generation(n, n->generation);    /* nothing is kept, nothing to wait for */
}

static int by_serial(const void *a, const void *b)
{
    const struct announcement *const *x = a, *const *y = b;
    return ((*x)->serial > (*y)->serial) - ((*x)->serial < (*y)->serial);
}

/* Without memory to sort them they come as they are. */
void notify_restored(struct notify *n)
{
    struct alarms *a = &n->db->alarms;
    uint32_t count = 0, k = 0;
    if (!a->restored)
        return;
    for (uint32_t i = a->restored; i; i = a->announcements[i - 1].next)
        count++;
    struct announcement **all = malloc(count * sizeof(struct announcement *));
    for (uint32_t i = a->restored; all && i; i = a->announcements[i - 1].next)
        all[k++] = &a->announcements[i - 1];
    if (all)
        qsort(all, count, sizeof *all, by_serial);
    for (uint32_t i = 0, at = a->restored; i < count; i++) {
        struct announcement *what = all ? all[i] : &a->announcements[at - 1];
        at = all ? at : what->next;
        if (what->listed)
            notify_mark(n, what);
        else
            alarms_queue(a, what);
    }
    a->restored = 0;
    free(all);
}

/* FNV-1a. */
uint32_t notify_hash(struct span octets)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < octets.n; i++)
        h = (h ^ octets.p[i]) * 16777619u;
    return h;
}
