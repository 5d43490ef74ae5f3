/* See journal.h. */
#include "runtime/data/journal.h"

uint64_t journal_note(struct journal *j, enum journal_kind kind, uint32_t object, uint32_t arg)
{
    if (!j->on)
        return 0;
    if (j->n) {
        struct journal_entry *e = &j->ring[(j->head + j->n - 1) % j->cap];
        if (e->kind == kind && e->object == object && e->arg == arg)
            return j->noted = j->last;       /* the store reads values when it takes the entry */
    }
    if (j->n == j->cap)
        return j->noted = j->last;           /* callers ask journal_room() first */
    j->ring[(j->head + j->n++) % j->cap] = (struct journal_entry){kind, object, arg};
    return j->noted = ++j->last;
}

bool journal_peek(const struct journal *j, struct journal_entry *e)
{
    if (j->n)
        *e = j->ring[j->head];
    return j->n;
}

bool journal_take(struct journal *j, struct journal_entry *e, uint64_t *ticket)
{
    if (!j->n)
        return false;
    *e = j->ring[j->head];
    j->head = (j->head + 1) % j->cap;
    j->n--;
    *ticket = j->last - j->n;
    return true;
}
