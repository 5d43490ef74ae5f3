/* Interned strings, maps keyed by them, and the search for near names. Insertion order is the
 * only order that ever shows; hash values never do. */
#include "compiler/str.h"
#include "compiler/arena.h"
#include "compiler/hash.h"

#include <ctype.h>
#include <string.h>

/* Stands before the bytes of every interned string. */
struct head {
    uint32_t id, n;                 /* id: from 1, in order of birth; 0 is the empty string    */
};
enum { LATER = 16 };                /* so many look-ups are under way at once                  */
struct strs {
    struct arena *a;
    struct slot {
        uint32_t hash, id;          /* id 0: free                                              */
    } *slots;
    size_t n_slots;                 /* a power of two, at most half full                       */
    const char **texts;             /* by id                                                   */
    size_t n, cap, used;            /* used: slots                                             */
    struct later {
        struct str *to;
        const char *s;
        uint32_t n, hash;
    } later[LATER];
    unsigned first, waiting;        /* a ring                                                  */
};
static const struct {
    struct head head;
    char s[8];
} empty = { { 0, 0 }, "" };

static struct head head_of(const char *s)
{
    struct head h;
    memcpy(&h, s - sizeof h, sizeof h);
    return h;
}

static void begin(struct strs *t, size_t n_slots)
{
    t->used = 0;
    t->n_slots = n_slots;
    t->slots = arena_table(t->a, t->n_slots, sizeof *t->slots);
}

struct strs *strs_new(struct arena *a)
{
    struct strs *t = arena_alloc(a, sizeof *t);
    t->a = a;
    t->texts = arena_grow(a, NULL, &t->cap, 1024, sizeof *t->texts);
    t->texts[0] = empty.s;
    t->n = 1;
    begin(t, 1024);
    return t;
}

static struct slot *probe(const struct strs *t, const char *s, size_t n, uint32_t hash)
{
    size_t mask = t->n_slots - 1, i = hash & mask;
    for (;; i = (i + 1) & mask) {
        struct slot *e = &t->slots[i];
        if (!e->id)
            return e;
        if (e->hash != hash)
            continue;
        const char *text = t->texts[e->id];
        if (head_of(text).n == n && !memcmp(text, s, n))
            return e;
    }
}

static void rehash(struct strs *t, size_t n_slots)
{
    struct slot *old = t->slots;
    size_t n = t->n_slots, used = t->used, mask = n_slots - 1;
    begin(t, n_slots);
    t->used = used;
    for (size_t i = 0; i < n; i++) {
        size_t k = old[i].hash & mask;
        if (!old[i].id)
            continue;
        while (t->slots[k].id)
            k = (k + 1) & mask;
        t->slots[k] = old[i];
    }
    arena_release(t->a, old, n * sizeof *old);
}

void strs_expect(struct strs *t, size_t n)
{
    size_t n_slots = t->n_slots;
    while (n_slots < 2 * (t->used + n) && n_slots < SIZE_MAX / 32)
        n_slots *= 2;
    if (n_slots == t->n_slots)
        return;
    rehash(t, n_slots);
}

void strs_forget(struct strs *t)
{
    arena_release(t->a, t->slots, t->n_slots * sizeof *t->slots);
    begin(t, 1024);
}

/* A copy that can be interned: its head has a length, and a number when it is known to be new. */
static char *copy_of(struct strs *t, const char *s, size_t n)
{
    struct head h = { 0, (uint32_t)n };
    char *text = arena_bytes(t->a, sizeof h + n + 1, _Alignof(struct head));
    memcpy(text, &h, sizeof h);
    memcpy(text + sizeof h, s, n);
    text[sizeof h + n] = 0;
    return text + sizeof h;
}

/* ours: s is a copy_of(); else one is made if the string is new. */
static struct str intern(struct strs *t, const char *s, size_t n, uint32_t hash, bool ours)
{
    struct slot *e = probe(t, s, n, hash);
    if (e->id)
        return (struct str){ t->texts[e->id], (uint32_t)n };
    if (2 * (t->used + 1) > t->n_slots) {
        rehash(t, 2 * t->n_slots);
        e = probe(t, s, n, hash);
    }
    char *text = ours ? (char *)(uintptr_t)s : copy_of(t, s, n);
    struct head h = { (uint32_t)t->n, (uint32_t)n };
    memcpy(text - sizeof h, &h, sizeof h);
    t->texts = arena_grow(t->a, t->texts, &t->cap, t->n + 1, sizeof *t->texts);
    t->texts[t->n++] = text;
    *e = (struct slot){ hash, h.id };
    t->used++;
    return (struct str){ text, (uint32_t)n };
}

struct str str_intern(struct strs *t, const char *s, size_t n)
{
    if (!n)
        return (struct str){ empty.s, 0 };
    n = n < UINT32_MAX ? n : UINT32_MAX;
    return intern(t, s, n, hash_of(0, s, n), false);
}

static void settle_one(struct strs *t)
{
    struct later *l = &t->later[t->first];
    *l->to = intern(t, l->s, l->n, l->hash, true);
    t->first = (t->first + 1) % LATER;
    t->waiting--;
}

void str_later(struct strs *t, struct str *to, const char *s, size_t n)
{
    if (!n) {
        *to = (struct str){ empty.s, 0 };
        return;
    }
    n = n < UINT32_MAX ? n : UINT32_MAX;
    if (t->waiting == LATER)
        settle_one(t);
    struct later *l = &t->later[(t->first + t->waiting++) % LATER];
    *l = (struct later){ to, copy_of(t, s, n), (uint32_t)n, hash_of(0, s, n) };
    *to = (struct str){ l->s, l->n };
    __builtin_prefetch(&t->slots[l->hash & (t->n_slots - 1)], 1);
}

void strs_settle(struct strs *t)
{
    while (t->waiting)
        settle_one(t);
}

struct str str_of(struct strs *t, const char *s)
{
    return str_intern(t, s, strlen(s));
}

bool str_find(const struct strs *t, const char *s, size_t n, struct str *out)
{
    const struct slot *e = n ? probe(t, s, n, hash_of(0, s, n)) : NULL;
    bool found = !n || e->id;
    *out = (struct str){ n && found ? t->texts[e->id] : empty.s, found ? (uint32_t)n : 0 };
    return found;
}

struct str str_interned(const char *s)
{
    return (struct str){ s, *s ? head_of(s).n : 0 };
}

uint32_t str_number(struct str s)
{
    return s.n ? head_of(s.s).id : 0;
}

struct names {
    struct arena *a;
    uint64_t *bits;
    size_t n, low, high;            /* words; those from low to below high are not all zero    */
};

struct names *names_new(struct arena *a, const struct strs *t)
{
    struct names *set = arena_alloc(a, sizeof *set);
    set->a = a;
    set->n = set->low = t->n / 64 + 1;
    set->bits = arena_array(a, set->n, sizeof *set->bits);
    return set;
}

bool names_add(struct names *set, struct str name)
{
    uint32_t id = str_number(name);
    size_t word = id / 64;
    uint64_t bit = (uint64_t)1 << id % 64;
    if (set->bits[word] & bit)
        return false;
    set->bits[word] |= bit;
    if (word < set->low)
        set->low = word;
    if (word >= set->high)
        set->high = word + 1;
    return true;
}

void names_clear(struct names *set)
{
    if (set->low < set->high)
        memset(set->bits + set->low, 0, (set->high - set->low) * sizeof *set->bits);
    set->low = set->n;
    set->high = 0;
}

void names_drop(struct names *set)
{
    arena_release(set->a, set->bits, set->n * sizeof *set->bits);
    *set = (struct names){ .a = set->a };
}

/* Keys are found by their numbers: those that were born one after the other lie side by side. */
struct map {
    struct arena *a;
    struct pair {
        const char *key;
        void *value;
    } *pairs;                       /* in order of insertion                                   */
    size_t n, cap;
    uint32_t *slots;                /* index into pairs + 1; 0: free                           */
    size_t n_slots;
};

struct map *map_new(struct arena *a)
{
    struct map *m = arena_alloc(a, sizeof *m);
    m->a = a;
    return m;
}

static uint32_t *map_probe(const struct map *m, const char *key)
{
    size_t mask = m->n_slots - 1, i = head_of(key).id & mask;
    while (m->slots[i] && m->pairs[m->slots[i] - 1].key != key)
        i = (i + 1) & mask;
    return &m->slots[i];
}

/* The empty string is one key wherever its terminator lies. */
static const char *map_key(struct str key)
{
    return key.n ? key.s : empty.s;
}

static struct pair *map_find(const struct map *m, struct str key)
{
    if (!m->n)
        return NULL;
    uint32_t at = *map_probe(m, map_key(key));
    return at ? &m->pairs[at - 1] : NULL;
}

void *map_get(const struct map *m, struct str key)
{
    const struct pair *p = map_find(m, key);
    return p ? p->value : NULL;
}

static void map_reserve(struct map *m, size_t n)
{
    size_t n_slots = m->n_slots ? m->n_slots : 16;
    while (n_slots < 2 * (n + 1) && n_slots < SIZE_MAX / 4)
        n_slots *= 2;
    if (n_slots == m->n_slots)
        return;
    arena_release(m->a, m->slots, m->n_slots * sizeof *m->slots);
    m->n_slots = n_slots;
    m->slots = arena_table(m->a, m->n_slots, sizeof *m->slots);
    for (size_t i = 0; i < m->n; i++)
        *map_probe(m, m->pairs[i].key) = (uint32_t)(i + 1);     /* NOLINT: n counts pairs      */
}

void map_expect(struct map *m, size_t n)
{
    map_reserve(m, n);
    m->pairs = arena_grow(m->a, m->pairs, &m->cap, n, sizeof *m->pairs);
}

static void map_insert(struct map *m, struct str key, void *value)
{
    map_reserve(m, m->n + 1);
    m->pairs = arena_grow(m->a, m->pairs, &m->cap, m->n + 1, sizeof *m->pairs);
    m->pairs[m->n] = (struct pair){ map_key(key), value };
    *map_probe(m, m->pairs[m->n].key) = (uint32_t)(m->n + 1);
    m->n++;
}

void *map_add(struct map *m, struct str key, void *value)
{
    struct pair *p = map_find(m, key);
    if (p)
        return p->value;
    map_insert(m, key, value);
    return NULL;
}

void map_set(struct map *m, struct str key, void *value)
{
    struct pair *p = map_find(m, key);
    if (p)
        p->value = value;
    else
        map_insert(m, key, value);
}

void map_drop(struct map *m)
{
    arena_release(m->a, m->pairs, m->cap * sizeof *m->pairs);
    arena_release(m->a, m->slots, m->n_slots * sizeof *m->slots);
    *m = (struct map){ .a = m->a };
}

size_t map_count(const struct map *m)
{
    return m->n;
}

void *map_at(const struct map *m, size_t i, struct str *key)
{
    if (key)
        *key = (struct str){ m->pairs[i].key, head_of(m->pairs[i].key).n };
    return m->pairs[i].value;
}

enum { NEAR_MAX = 64 };

static unsigned min2(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned low(char c)
{
    return (unsigned)tolower((unsigned char)c);
}

unsigned str_distance(const char *a, size_t an, const char *b, size_t bn, unsigned limit)
{
    unsigned rows[3][NEAR_MAX + 1];
    size_t gap = an > bn ? an - bn : bn - an;
    if (an > NEAR_MAX || bn > NEAR_MAX || gap > limit)
        return limit + 1;
    unsigned *two = rows[0], *one = rows[1], *now = rows[2];
    for (size_t j = 0; j <= bn; j++)
        one[j] = (unsigned)j;
    for (size_t i = 1; i <= an; i++) {
        now[0] = (unsigned)i;
        unsigned best = now[0];
        for (size_t j = 1; j <= bn; j++) {
            unsigned same = low(a[i - 1]) == low(b[j - 1]) ? 0 : 1;
            unsigned d = min2(min2(one[j], now[j - 1]) + 1, one[j - 1] + same);
            if (i > 1 && j > 1 && low(a[i - 1]) == low(b[j - 2]) && low(a[i - 2]) == low(b[j - 1]))
                d = min2(d, two[j - 2] + 1);
            now[j] = d;
            best = min2(best, d);
        }
        if (best > limit)
            return limit + 1;
        unsigned *free_row = two;
        two = one;
        one = now;
        now = free_row;
    }
    return min2(one[bn], limit + 1);
}

struct near near_of(const char *want, size_t n)
{
    unsigned limit = n < 3 ? 1 : n < 6 ? 2 : 3;
    return (struct near){ want, n, NULL, NULL, SIZE_MAX, limit + 1 };
}

/* Three letters or more are all of one name and the beginning of the other. */
static bool begins(const char *a, size_t an, const char *b, size_t bn)
{
    size_t n = an < bn ? an : bn;
    for (size_t i = 0; i < n; i++)
        if (low(a[i]) != low(b[i]))
            return false;
    return n >= 3;
}

void near_offer(struct near *s, const char *candidate, size_t n)
{
    if (!s->distance)
        return;
    size_t gap = n > s->want_n ? n - s->want_n : s->want_n - n;
    if (gap < s->gap && begins(s->want, s->want_n, candidate, n)) {
        s->longer = candidate;
        s->gap = gap;
    }
    unsigned d = str_distance(s->want, s->want_n, candidate, n, s->distance - 1);
    if (d < s->distance) {
        s->distance = d;
        s->best = candidate;
    }
}

const char *near_take(const struct near *s)
{
    return s->best ? s->best : s->longer;
}
