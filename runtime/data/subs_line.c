/* See subs.h: what is to be looked at, and whose notification goes next. Subscribers take turns, one
 * notification each, so that nobody waits for somebody else's ten thousand. One that does not
 * answer is asked less and less often; what it should know is then told in its newest form. */
#include "runtime/data/subs_int.h"

enum { PAUSE_FROM = 2, PAUSE_MS = 10000, PAUSE_MAX_MS = 600000 };

/* ---- looking ---- */

void subs_pend(struct subs *s, uint32_t object)
{
    uint32_t i = s->watch_of[object];
    if (!i--)
        return;
    struct watch *w = pool_at(&s->watches, i);
    w->again = w->pending;
    if (w->pending)
        return;
    w->pending = true;
    w->cursor = w->first;
    w->pending_next = SUBS_NONE;
    if (s->pending_last == SUBS_NONE)
        s->pending_first = i;
    else
        ((struct watch *)pool_at(&s->watches, s->pending_last))->pending_next = i;
    s->pending_last = i;
}

struct watch *subs_pending(const struct subs *s)
{
    return s->pending_first == SUBS_NONE ? NULL : pool_at(&s->watches, s->pending_first);
}

static void pending_remove(struct subs *s, struct watch *w)
{
    uint32_t *at = &s->pending_first, last = SUBS_NONE, self = pool_index(&s->watches, w);
    while (*at != self) {
        last = *at;
        at = &((struct watch *)pool_at(&s->watches, *at))->pending_next;
    }
    *at = w->pending_next;
    if (s->pending_last == self)
        s->pending_last = last;
    w->pending = false;
}

struct sub_item *subs_look(struct subs *s, struct watch *w)
{
    if (w->cursor != SUBS_NONE) {
        struct sub_item *i = subs_item_at(s, w->cursor);
        w->cursor = i->next;
        return i;
    }
    bool again = w->again;
    uint32_t object = w->object;
    w->again = false;
    pending_remove(s, w);
    if (again)
        subs_pend(s, object);
    return NULL;
}

void subs_watch_free(struct subs *s, struct watch *w)
{
    if (w->pending)
        pending_remove(s, w);
    s->watch_of[w->object] = 0;
    pool_give(&s->watches, w);
}

/* ---- the round of subscribers ---- */

static bool may_speak(const struct subscriber *r)
{
    if (r->first == SUBS_NONE || r->paused)
        return false;
    return !r->confirmed || r->flying < (r->failures ? 1u : SUBS_PEER_FLYING);
}

static struct subscriber *subscriber_at(const struct subs *s, uint32_t i)
{
    return pool_at(&s->subscribers, i);
}

static void join_round(struct subs *s, struct subscriber *r)
{
    uint32_t i = pool_index(&s->subscribers, r);
    if (r->ready || !may_speak(r))
        return;
    r->ready = true;
    r->ready_next = SUBS_NONE;
    if (s->ready[r->confirmed].last == SUBS_NONE)
        s->ready[r->confirmed].first = i;
    else
        subscriber_at(s, s->ready[r->confirmed].last)->ready_next = i;
    s->ready[r->confirmed].last = i;
}

static void leave_round(struct subs *s, struct subscriber *r)
{
    uint32_t *at = &s->ready[r->confirmed].first, last = SUBS_NONE;
    uint32_t self = pool_index(&s->subscribers, r);
    if (!r->ready)
        return;
    while (*at != self) {
        last = *at;
        at = &subscriber_at(s, *at)->ready_next;
    }
    *at = r->ready_next;
    if (s->ready[r->confirmed].last == self)
        s->ready[r->confirmed].last = last;
    r->ready = false;
}

void subs_line_close(struct subs *s, struct subscriber *r) { leave_round(s, r); }

void subs_line_resume(struct subs *s, struct subscriber *r)
{
    r->paused = false;
    timer_stop(&s->timers, &r->timer);
    join_round(s, r);
}

/* ---- lines ---- */

static void line_in(struct subs *s, struct sub *x)
{
    struct subscriber *r = subs_subscriber(s, x);
    uint32_t self = pool_index(&s->subs, x);
    x->state = SUB_DUE;
    x->due_next = SUBS_NONE;
    x->due_prev = r->last;
    if (r->last == SUBS_NONE)
        r->first = self;
    else
        subs_at(s, r->last)->due_next = self;
    r->last = self;
    join_round(s, r);
}

static void line_out(struct subs *s, struct sub *x)
{
    struct subscriber *r = subs_subscriber(s, x);
    if (x->due_prev == SUBS_NONE)
        r->first = x->due_next;
    else
        subs_at(s, x->due_prev)->due_next = x->due_next;
    if (x->due_next == SUBS_NONE)
        r->last = x->due_prev;
    else
        subs_at(s, x->due_next)->due_prev = x->due_prev;
}

/* One that is on its way counts no more; its answer will find nobody. */
void subs_line_leave(struct subs *s, struct sub *x)
{
    struct subscriber *r = subs_subscriber(s, x);
    if (x->state == SUB_DUE) {
        line_out(s, x);
        if (r->first == SUBS_NONE)
            leave_round(s, r);
    } else if (r->confirmed && x->state != SUB_IDLE) {
        r->flying--;
        s->flying--;
    }
    x->state = SUB_IDLE;
}

void subs_due(struct subs *s, struct sub_item *i)
{
    struct sub *x = subs_at(s, i->sub);
    i->due = true;
    if (x->state == SUB_IDLE)
        line_in(s, x);
    else if (x->state == SUB_FLYING)
        x->again = true;                /* goes with the newest value when the answer is there */
}

struct sub *subs_take(struct subs *s)
{
    bool full = s->flying >= s->max_flying;
    uint32_t first[2] = {s->ready[0].first, full ? SUBS_NONE : s->ready[1].first};
    s->turn = !s->turn;
    uint32_t i = first[s->turn] != SUBS_NONE ? first[s->turn] : first[!s->turn];
    if (i == SUBS_NONE)
        return NULL;
    struct subscriber *r = subscriber_at(s, i);
    leave_round(s, r);
    struct sub *x = subs_at(s, r->first);
    line_out(s, x);
    x->state = SUB_HANDED;
    x->again = false;
    r->flying += r->confirmed;
    s->flying += r->confirmed;
    join_round(s, r);
    return x;
}

static void rest(struct subs *s, struct sub *x)
{
    struct subscriber *r = subs_subscriber(s, x);
    bool more = x->again;
    x->state = SUB_IDLE;
    x->again = false;
    for (uint32_t k = x->first; k != SUBS_NONE && !more; k = subs_item_at(s, k)->sibling)
        more = x->kind == SUB_MULTIPLE && subs_item_at(s, k)->due;
    if (more)
        line_in(s, x);
    else
        join_round(s, r);
}

void subs_sent(struct subs *s, struct sub *x)
{
    s->stats.notified++;
    if (subs_subscriber(s, x)->confirmed)
        x->state = SUB_FLYING;
    else
        rest(s, x);
}

void subs_again(struct subs *s, struct sub *x)
{
    if (x->state != SUB_FLYING)
        return;
    x->again = true;
    for (uint32_t k = x->first; k != SUBS_NONE; k = subs_item_at(s, k)->sibling)
        subs_item_at(s, k)->due = true;
}

void subs_ended(struct subs *s, struct sub *x, bool answered, uint64_t now_ms)
{
    struct subscriber *r = subs_subscriber(s, x);
    if (x->state != SUB_FLYING && x->state != SUB_HANDED)
        return;
    if (r->confirmed) {
        r->flying--;
        s->flying--;
    }
    if (answered) {
        r->failures = 0;
    } else if (r->confirmed) {
        s->stats.failed++;
        r->failures = r->failures < 16 ? (uint8_t)(r->failures + 1) : r->failures;
        if (r->failures >= PAUSE_FROM) {
            uint64_t pause = (uint64_t)PAUSE_MS << (r->failures - PAUSE_FROM);
            r->paused = true;
            leave_round(s, r);
            timer_set(&s->timers, &r->timer, now_ms + (pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS));
        }
    }
    rest(s, x);
}
