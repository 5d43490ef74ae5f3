/* See subs.h: subscriptions, items, watches; who comes when is subs_line.c's. */
#include "runtime/data/subs.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "runtime/data/subs_int.h"

static uint32_t power_of_two(uint32_t n)
{
    uint32_t p = 16;
    while (p < n)
        p *= 2;
    return p;
}

int subs_open(struct subs **out, uint32_t n_objects, uint32_t cap)
{
    struct subs *s = calloc(1, sizeof *s);
    *out = s;
    if (!s)
        return -ENOMEM;
    uint32_t buckets = power_of_two(cap);
    s->mask = buckets - 1;
    s->n_objects = n_objects;
    s->per_host = cap - cap / 4;        /* one never takes all */
    s->max_flying = SUBS_FLYING;
    s->pending_first = s->pending_last = SUBS_NONE;
    for (int k = 0; k < 2; k++)
        s->ready[k].first = s->ready[k].last = SUBS_NONE;
    s->sub_hash = calloc(buckets, sizeof *s->sub_hash);
    s->subscriber_hash = calloc(buckets, sizeof *s->subscriber_hash);
    s->watch_of = calloc(n_objects ? n_objects : 1, sizeof *s->watch_of);
    if (!s->sub_hash || !s->subscriber_hash || !s->watch_of ||
        pool_init(&s->subs, sizeof(struct sub), cap) ||
        pool_init(&s->items, sizeof(struct sub_item), cap) ||
        pool_init(&s->subscribers, sizeof(struct subscriber), cap) ||
        pool_init(&s->watches, sizeof(struct watch), cap) || timers_init(&s->timers, cap * 2)) {
        subs_close(s);
        *out = NULL;
        return -ENOMEM;
    }
    return 0;
}

void subs_close(struct subs *s)
{
    if (!s)
        return;
    pool_fini(&s->subs);
    pool_fini(&s->items);
    pool_fini(&s->subscribers);
    pool_fini(&s->watches);
    timers_fini(&s->timers);
    free(s->sub_hash);
    free(s->subscriber_hash);
    free(s->watch_of);
    free(s);
}

/* ---- subscribers ---- */

static uint32_t mix(uint32_t h, uint32_t v) { return (h ^ v) * 2654435761u; }

static uint32_t hash_peer(const struct peer *p)
{
    const uint8_t *a = p->snet ? p->sadr : p->mac;
    size_t n = p->snet ? p->slen : sizeof p->mac;
    uint32_t h = mix(2166136261u, p->snet);
    for (size_t i = 0; i < n; i++)
        h = (h ^ a[i]) * 16777619u;
    return h ^ h >> 15;
}

static uint32_t *subscriber_bucket(const struct subs *s, const struct peer *p)
{
    return &s->subscriber_hash[hash_peer(p) & s->mask];
}

static struct subscriber *find_subscriber(const struct subs *s, const struct peer *p,
                                          bool confirmed)
{
    for (uint32_t i = *subscriber_bucket(s, p); i;) {
        struct subscriber *r = pool_at(&s->subscribers, i - 1);
        if (r->confirmed == confirmed && peer_same(&r->peer, p))
            return r;
        i = r->hashed;
    }
    return NULL;
}

/* Those at one IPv4 address, whatever their ports, or behind one router; a few addresses are counted as one. */
static uint32_t *host_of(struct subs *s, const struct peer *p)
{
    uint32_t h = 2166136261u ^ p->port;
    for (size_t i = 0; i < 4; i++)
        h = (h ^ p->mac[i]) * 16777619u;
    return &s->of_host[(h ^ h >> 15) % SUBS_HOSTS];
}

static void count_items(struct subs *s, struct subscriber *r, uint32_t more, uint32_t less)
{
    uint32_t *host = host_of(s, &r->peer);
    r->n_items += more - less;
    *host += more - less;
}

/* What a host watches, told with or without confirmation: one never takes all. */
static bool has_enough(struct subs *s, const struct peer *p) { return *host_of(s, p) >= s->per_host; }

static struct subscriber *take_subscriber(struct subs *s, const struct peer *p, bool confirmed)
{
    struct subscriber *r = find_subscriber(s, p, confirmed);
    if (!r) {
        r = pool_take(&s->subscribers);
        if (!r)
            return NULL;
        uint32_t *b = subscriber_bucket(s, p), at = pool_index(&s->subscribers, r);
        r->first = r->last = r->ready_next = SUBS_NONE;
        r->confirmed = confirmed;
        r->used = true;
        r->timer.kind = SUBS_PAUSE;
        r->timer.index = at;
        r->hashed = *b;
        r->peer = *p;
        *b = at + 1;
    }
    *host_of(s, &r->peer) -= r->n_items;
    r->peer = *p;               /* the newest way to it, and what it can take */
    *host_of(s, &r->peer) += r->n_items;
    return r;
}

static void leave_subscriber(struct subs *s, struct sub *x)
{
    struct subscriber *r = subs_subscriber(s, x);
    subs_line_leave(s, x);
    count_items(s, r, 0, x->n_items);
    if (--r->n_subs)
        return;
    subs_line_close(s, r);
    uint32_t *at = subscriber_bucket(s, &r->peer), self = pool_index(&s->subscribers, r);
    while (*at != self + 1)
        at = &((struct subscriber *)pool_at(&s->subscribers, *at - 1))->hashed;
    *at = r->hashed;
    timer_stop(&s->timers, &r->timer);
    r->used = false;
    pool_give(&s->subscribers, r);
}

void subs_heard(struct subs *s, const struct peer *p)
{
    struct subscriber *r = find_subscriber(s, p, true);
    if (!r)
        return;
    r->failures = 0;
    subs_line_resume(s, r);
}

/* ---- subscriptions ---- */

static uint32_t *sub_bucket(const struct subs *s, const struct sub_key *k)
{
    uint32_t h = mix(mix(mix(hash_peer(k->peer), k->process), k->object), k->property);
    h = mix(mix(h, k->index), (uint32_t)k->device << 8 | k->kind);
    return &s->sub_hash[(h ^ h >> 16) & s->mask];
}

/* A Multiple subscription is known by its process alone; the others by what they watch, too. */
static struct sub_key key_of(const struct subs *s, const struct sub *x)
{
    struct sub_key k = {.peer = &subs_subscriber(s, x)->peer, .process = x->process,
                        .device = x->device, .kind = x->kind};
    if (x->kind != SUB_MULTIPLE) {
        const struct sub_item *i = subs_item_at(s, x->first);
        k.object = i->object;
        k.property = i->property;
        k.index = i->index;
    }
    return k;
}

static bool same_key(const struct subs *s, const struct sub *x, const struct sub_key *k)
{
    if (x->process != k->process || x->device != k->device || x->kind != k->kind)
        return false;
    struct sub_key own = key_of(s, x);
    return own.object == k->object && own.property == k->property && own.index == k->index &&
           peer_same(own.peer, k->peer);
}

struct sub *subs_find(const struct subs *s, const struct sub_key *k)
{
    for (uint32_t i = *sub_bucket(s, k); i;) {
        struct sub *x = subs_at(s, i - 1);
        if (same_key(s, x, k))
            return x;
        i = x->hashed;
    }
    return NULL;
}

static void hash_in(struct subs *s, struct sub *x, const struct sub_key *k)
{
    uint32_t *b = sub_bucket(s, k);
    x->hashed = *b;
    *b = pool_index(&s->subs, x) + 1;
}

static void hash_out(struct subs *s, struct sub *x)
{
    struct sub_key k = key_of(s, x);
    uint32_t *at = sub_bucket(s, &k), self = pool_index(&s->subs, x);
    while (*at != self + 1)
        at = &subs_at(s, *at - 1)->hashed;
    *at = x->hashed;
}

struct sub *subs_put(struct subs *s, const struct sub_key *k, bool confirmed)
{
    struct sub *x = subs_find(s, k);
    struct subscriber *r = take_subscriber(s, k->peer, confirmed);
    bool room = r && (x || !has_enough(s, k->peer));
    if (room && !x && (x = pool_take(&s->subs))) {
        x->first = x->due_next = x->due_prev = SUBS_NONE;
        x->process = k->process;
        x->device = k->device;
        x->kind = k->kind;
        x->generation = ++s->generation;
        x->timer.kind = SUBS_LIFETIME;
        x->timer.index = pool_index(&s->subs, x);
        x->subscriber = pool_index(&s->subscribers, r);
        r->n_subs++;
        if (k->kind != SUB_MULTIPLE && !subs_item(s, x, k->object, k->property, k->index)) {
            pool_give(&s->subs, x);
            r->n_subs--;
            x = NULL;
        } else {
            hash_in(s, x, k);
        }
    } else if (room && x && subs_subscriber(s, x) != r) {
        r->n_subs++;            /* from confirmed to unconfirmed or back: it changes lines */
        count_items(s, r, x->n_items, 0);
        leave_subscriber(s, x);
        x->subscriber = pool_index(&s->subscribers, r);
        x->generation = ++s->generation;        /* what is on its way of it finds nobody any more */
    }
    if (!room || !x) {
        s->stats.refused++;
        if (r && !r->n_subs) {  /* made for nothing */
            r->n_subs = 1;
            leave_subscriber(s, &(struct sub){.subscriber = pool_index(&s->subscribers, r)});
        }
        return NULL;
    }
    return x;
}

/* ---- watches and items ---- */

static struct watch *watch_at(const struct subs *s, uint32_t object)
{
    uint32_t w = s->watch_of[object];
    return w ? pool_at(&s->watches, w - 1) : NULL;
}

static struct watch *take_watch(struct subs *s, uint32_t object)
{
    struct watch *w = watch_at(s, object);
    if (w)
        return w;
    w = pool_take(&s->watches);
    if (!w)
        return NULL;
    w->object = object;
    w->first = w->cursor = w->pending_next = SUBS_NONE;
    s->watch_of[object] = pool_index(&s->watches, w) + 1;
    return w;
}

struct sub_item *subs_item(struct subs *s, struct sub *x, uint32_t object, uint32_t property,
                           uint32_t index)
{
    uint32_t *end = &x->first;
    for (; *end != SUBS_NONE; end = &subs_item_at(s, *end)->sibling) {
        struct sub_item *i = subs_item_at(s, *end);
        if (i->object == object && i->property == property && i->index == index)
            return i;
    }
    struct subscriber *r = subs_subscriber(s, x);
    struct watch *w = has_enough(s, &r->peer) ? NULL : take_watch(s, object);
    struct sub_item *i = w ? pool_take(&s->items) : NULL;
    if (!i) {
        if (w && !w->n)
            subs_watch_free(s, w);
        return NULL;
    }
    uint32_t self = pool_index(&s->items, i);
    i->object = object;
    i->property = property;
    i->index = index;
    i->sub = pool_index(&s->subs, x);
    i->increment = NAN;
    i->sibling = SUBS_NONE;
    *end = self;
    x->n_items++;
    count_items(s, r, 1, 0);
    i->prev = SUBS_NONE;
    i->next = w->first;
    if (w->first != SUBS_NONE)
        subs_item_at(s, w->first)->prev = self;
    w->first = self;
    w->n++;
    return i;
}

static void unwatch(struct subs *s, struct sub_item *i)
{
    struct watch *w = watch_at(s, i->object);
    if (w->cursor == pool_index(&s->items, i))
        w->cursor = i->next;
    if (i->next != SUBS_NONE)
        subs_item_at(s, i->next)->prev = i->prev;
    if (i->prev != SUBS_NONE)
        subs_item_at(s, i->prev)->next = i->next;
    else
        w->first = i->next;
    if (!--w->n)
        subs_watch_free(s, w);
    pool_give(&s->items, i);
}

void subs_drop(struct subs *s, struct sub *x)
{
    hash_out(s, x);
    leave_subscriber(s, x);
    for (uint32_t k = x->first, next; k != SUBS_NONE; k = next) {
        next = subs_item_at(s, k)->sibling;
        unwatch(s, subs_item_at(s, k));
    }
    timer_stop(&s->timers, &x->timer);
    x->kind = 0;
    x->generation = 0;
    pool_give(&s->subs, x);
}

void subs_drop_item(struct subs *s, struct sub *x, struct sub_item *i)
{
    if (x->n_items == 1) {
        subs_drop(s, x);
        return;
    }
    uint32_t *at = &x->first, self = pool_index(&s->items, i);
    while (*at != self)
        at = &subs_item_at(s, *at)->sibling;
    *at = i->sibling;
    x->n_items--;
    count_items(s, subs_subscriber(s, x), 0, 1);
    unwatch(s, i);
}

void subs_drop_device(struct subs *s, uint16_t device)
{
    for (uint32_t i = 0; i < s->subs.n && s->subs.used; i++)
        if (subs_at(s, i)->kind && subs_at(s, i)->device == device)
            subs_drop(s, subs_at(s, i));
}

/* ---- lifetimes ---- */

void subs_lifetime(struct subs *s, struct sub *x, uint64_t now_ms, uint32_t seconds)
{
    x->expires_ms = seconds ? now_ms + (uint64_t)seconds * 1000 : 0;
    if (seconds)
        timer_set(&s->timers, &x->timer, x->expires_ms);
    else
        timer_stop(&s->timers, &x->timer);
}

uint32_t subs_remaining(const struct sub *x, uint64_t now_ms)
{
    if (!x->expires_ms)
        return 0;
    uint64_t left = x->expires_ms > now_ms ? x->expires_ms - now_ms : 0;
    left = (left + 999) / 1000;
    return left ? (uint32_t)left : 1;   /* 0 would mean for ever */
}

void subs_tick(struct subs *s, uint64_t now_ms)
{
    timers_take(&s->timers, now_ms);
    for (struct timer *t; (t = timers_fired(&s->timers));) {
        if (t->kind == SUBS_PAUSE) {
            subs_line_resume(s, pool_at(&s->subscribers, t->index));
        } else {
            s->stats.expired++;
            subs_drop(s, subs_at(s, t->index));
        }
    }
}

uint64_t subs_next_tick(const struct subs *s) { return timers_next(&s->timers); }

/* ---- a new image ---- */

void subs_move(struct subs *s, const uint32_t *new_object, const uint32_t *new_device,
               uint32_t n_new_objects)
{
    uint32_t *watch_of = calloc(n_new_objects ? n_new_objects : 1, sizeof *watch_of);
    for (uint32_t i = 0; i < s->subs.n; i++) {
        struct sub *x = subs_at(s, i);
        bool flew = x->kind && (x->state == SUB_HANDED || x->state == SUB_FLYING);
        for (uint32_t k = flew ? x->first : SUBS_NONE; k != SUBS_NONE; k = subs_item_at(s, k)->sibling)
            subs_item_at(s, k)->sent = false;   /* nobody hears the answer: it is told once more */
        if (x->kind)
            subs_ended(s, x, true, 0);
        for (uint32_t k = x->kind ? x->first : SUBS_NONE, next; k != SUBS_NONE; k = next) {
            struct sub_item *item = subs_item_at(s, k);
            next = x->n_items > 1 ? item->sibling : SUBS_NONE;
            if (!watch_of || new_object[item->object] == SUBS_NONE)
                subs_drop_item(s, x, item);
        }
    }
    if (!watch_of)
        return;
    for (uint32_t i = 0; i < s->subs.n; i++)
        if (subs_at(s, i)->kind)
            hash_out(s, subs_at(s, i));
    for (uint32_t i = 0; i < s->n_objects; i++) {
        struct watch *w = watch_at(s, i);
        if (!w)
            continue;
        w->object = new_object[i];
        watch_of[w->object] = s->watch_of[i];
    }
    free(s->watch_of);
    s->watch_of = watch_of;
    s->n_objects = n_new_objects;
    for (uint32_t i = 0; i < s->subs.n; i++) {
        struct sub *x = subs_at(s, i);
        if (!x->kind)
            continue;
        x->device = (uint16_t)new_device[x->device];
        for (uint32_t k = x->first; k != SUBS_NONE; k = subs_item_at(s, k)->sibling)
            subs_item_at(s, k)->object = new_object[subs_item_at(s, k)->object];
        struct sub_key key = key_of(s, x);
        hash_in(s, x, &key);
    }
}
