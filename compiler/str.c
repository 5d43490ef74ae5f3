/* Interned strings, maps keyed by them, and the search for near names. Insertion order is the
 * only order that ever shows; hash values never do. */
#include "compiler/str.h"
#include "compiler/arena.h"

#include <ctype.h>
#include <string.h>

struct strs {
    struct arena *a;
    struct entry {
        const char *s;              /* NULL: free                                              */
        uint32_t n, hash;
    } *slots;
    size_t n_slots, used;           /* n_slots is a power of two, at most half full            */
};

static uint32_t hash_bytes(const char *s, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ n;
    uint64_t w;
    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&w, s, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (n)
        memcpy(&w, s, n);
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(h ^ h >> 32);
}

static void begin(struct strs *t)
{
    t->used = 0;
    t->n_slots = 1024;
    t->slots = arena_array(t->a, t->n_slots, sizeof *t->slots);
}

struct strs *strs_new(struct arena *a)
{
    struct strs *t = arena_alloc(a, sizeof *t);
    t->a = a;
    begin(t);
    return t;
}

void strs_forget(struct strs *t)
{
    arena_release(t->a, t->slots, t->n_slots * sizeof *t->slots);
    begin(t);
}

static struct entry *probe(const struct strs *t, const char *s, size_t n, uint32_t hash)
{
    size_t mask = t->n_slots - 1, i = hash & mask;
    for (;; i = (i + 1) & mask) {
        struct entry *e = &t->slots[i];
        if (!e->s || (e->hash == hash && e->n == n && !memcmp(e->s, s, n)))
            return e;
    }
}

static void rehash(struct strs *t)
{
    struct entry *old = t->slots;
    size_t n = t->n_slots;
    t->n_slots = n * 2;
    t->slots = arena_array(t->a, t->n_slots, sizeof *t->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].s)
            *probe(t, old[i].s, old[i].n, old[i].hash) = old[i];
    arena_release(t->a, old, n * sizeof *old);
}

static struct str intern(struct strs *t, const char *s, size_t n, bool copy)
{
    if (!n)
        return (struct str){ "", 0 };
    if (n > UINT32_MAX)
        n = UINT32_MAX;
    uint32_t hash = hash_bytes(s, n);
    struct entry *e = probe(t, s, n, hash);
    if (!e->s) {
        if (2 * (t->used + 1) > t->n_slots) {
            rehash(t);
            e = probe(t, s, n, hash);
        }
        *e = (struct entry){ copy ? arena_copy(t->a, s, n) : s, (uint32_t)n, hash };
        t->used++;
    }
    return (struct str){ e->s, e->n };
}

struct str str_intern(struct strs *t, const char *s, size_t n)
{
    return intern(t, s, n, true);
}

struct str str_keep(struct strs *t, const char *s, size_t n)
{
    return intern(t, s, n, n > UINT32_MAX);
}

struct str str_of(struct strs *t, const char *s)
{
    return str_intern(t, s, strlen(s));
}

bool str_find(const struct strs *t, const char *s, size_t n, struct str *out)
{
    if (!n) {
        *out = (struct str){ "", 0 };
        return true;
    }
    const struct entry *e = probe(t, s, n, hash_bytes(s, n));
    *out = (struct str){ e->s ? e->s : "", e->s ? e->n : 0 };
    return e->s != NULL;
}

struct map {
    struct arena *a;
    struct pair {
        struct str key;
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
    uint64_t h = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
    size_t mask = m->n_slots - 1, i = (size_t)(h >> 32) & mask;
    while (m->slots[i] && m->pairs[m->slots[i] - 1].key.s != key)
        i = (i + 1) & mask;
    return &m->slots[i];
}

/* The empty string is one key wherever its terminator lies. */
static const char *map_key(struct str key)
{
    static const char empty[] = "";
    return key.n ? key.s : empty;
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

static void map_insert(struct map *m, struct str key, void *value)
{
    if (2 * (m->n + 1) > m->n_slots) {
        arena_release(m->a, m->slots, m->n_slots * sizeof *m->slots);
        m->n_slots = m->n_slots ? m->n_slots * 2 : 16;
        m->slots = arena_array(m->a, m->n_slots, sizeof *m->slots);
        for (size_t i = 0; i < m->n; i++)
            *map_probe(m, m->pairs[i].key.s) = (uint32_t)(i + 1); /* NOLINT: n counts pairs  */
    }
    m->pairs = arena_grow(m->a, m->pairs, &m->cap, m->n + 1, sizeof *m->pairs);
    key.s = map_key(key);
    m->pairs[m->n] = (struct pair){ key, value };
    *map_probe(m, key.s) = (uint32_t)++m->n;
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
        *key = m->pairs[i].key;
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
