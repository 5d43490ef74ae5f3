#include "compiler/lock_find.h"

#include <string.h>

#include "compiler/arena.h"
#include "compiler/hash.h"

uint32_t lock_hash(enum lock_by by, enum lock_kind kind, struct str text)
{
    return hash_of(by == BY_BIRTH ? LOCK_KINDS * 2u : by * LOCK_KINDS + kind, text.s, text.n);
}

static struct str text_of(const struct lock_line *line, enum lock_by by)
{
    return by == BY_NAME ? line->name : by == BY_GUID ? lock_guid(line) : by == BY_OF ? lock_of(line) : lock_born(line);
}

static size_t mask(const struct lock_table *t) { return t->n_slots - 1; }

/* ---- finding ---- */

struct lock_search lock_search(const struct lock_device *d, enum lock_by by, enum lock_kind kind, struct str text)
{
    uint32_t hash = d->found.n ? lock_hash(by, kind, text) : 0;
    return (struct lock_search){d, text, hash, hash, (uint8_t)by, (uint8_t)kind};
}

struct lock_line *lock_next(struct lock_search *s)
{
    const struct lock_table *t = &s->d->found;
    if (!t->n)
        return NULL;
    for (uint64_t v; (v = t->slots[s->slot & mask(t)]); ) {
        s->slot++;
        if (v >> 32 != s->hash)
            continue;
        struct lock_line *line = lock_at(s->d, (uint32_t)v - 1);
        if ((s->by == BY_BIRTH || line->kind == s->kind) && str_same(text_of(line, s->by), s->text))
            return line;
    }
    return NULL;
}

void lock_prefetch(const struct lock_device *d, uint32_t hash)
{
    if (d->found.n)
        __builtin_prefetch(&d->found.slots[hash & mask(&d->found)]);
}

const struct lock_line *lock_guess(const struct lock_device *d, uint32_t hash)
{
    const struct lock_table *t = &d->found;
    uint64_t v = 0;
    for (uint32_t slot = hash; t->n && (v = t->slots[slot & mask(t)]) && v >> 32 != hash; slot++)
        ;
    return v ? lock_at(d, (uint32_t)v - 1) : NULL;
}

/* ---- adding ---- */

static void put(struct lock_table *t, uint32_t hash, uint32_t i)
{
    uint32_t slot = hash;
    while (t->slots[slot & mask(t)])
        slot++;
    t->slots[slot & mask(t)] = (uint64_t)hash << 32 | (i + 1);
    t->n++;
}

static void resize(struct ctx *ctx, struct lock_table *t, size_t n_slots)
{
    t->slots = arena_table(ctx->arena, n_slots, sizeof *t->slots);
    t->n_slots = n_slots;
    t->n = 0;
}

static void drop(struct ctx *ctx, struct lock_table *t)
{
    arena_release(ctx->arena, t->slots, t->n_slots * sizeof *t->slots);
    *t = (struct lock_table){NULL, 0, 0};
}

/* Room for n more, at most half full. Old entries keep their order among those of one hash: the first
 * free slot behind a gap begins a round in which no run is cut. */
static void make_room(struct ctx *ctx, struct lock_table *t, size_t n)
{
    struct lock_table old = *t;
    size_t n_slots = 16;
    while (n_slots < 2 * (t->n + n))
        n_slots *= 2;
    if (n_slots <= t->n_slots)
        return;
    resize(ctx, t, n_slots);
    size_t begin = 0;
    while (old.n && old.slots[begin])
        begin++;
    for (size_t k = 0; old.n && k < old.n_slots; k++) {
        uint64_t v = old.slots[(begin + k) & mask(&old)];
        if (v)
            put(t, (uint32_t)(v >> 32), (uint32_t)v - 1);
    }
    drop(ctx, &old);
}

static uint32_t index_of(const struct lock_device *d, const struct lock_line *line)
{
    for (unsigned b = 0; b < LOCK_BLOCKS && d->blocks[b]; b++) {
        uint32_t first = LOCK_BLOCK * ((UINT32_C(1) << b) - 1), n = LOCK_BLOCK * (UINT32_C(1) << b);
        if (line >= d->blocks[b] && line < d->blocks[b] + n)
            return first + (uint32_t)(line - d->blocks[b]);
    }
    return 0;
}

static bool found(const struct lock_device *d, const struct lock_line *line, enum lock_by by)
{
    struct lock_search s = lock_search(d, by, line->kind, text_of(line, by));
    const struct lock_line *l;
    while ((l = lock_next(&s)) && l != line)
        ;
    return l != NULL;
}

static void add(struct ctx *ctx, struct lock_device *d, const struct lock_line *line, enum lock_by by, uint32_t i)
{
    if (found(d, line, by))
        return;
    make_room(ctx, &d->found, 1);
    put(&d->found, lock_hash(by, line->kind, text_of(line, by)), i);
}

static void add_rare(struct ctx *ctx, struct lock_device *d, const struct lock_line *line, uint32_t i)
{
    if (line->state < LOCK_USED && line->more->guid.n) {
        add(ctx, d, line, BY_GUID, i);
        d->n_guids++;
    }
    if (line->more->born.n) {
        add(ctx, d, line, BY_BIRTH, i);
        d->n_births++;
    }
    if (line->state == LOCK_LIVE && line->more->of.n) {
        add(ctx, d, line, BY_OF, i);
        d->n_ofs++;
    }
}

void lock_index(struct ctx *ctx, struct lock_device *d, struct lock_line *line)
{
    uint32_t i = index_of(d, line);
    if (line->state != LOCK_USED)
        add(ctx, d, line, BY_NAME, i);
    if (line->more)
        add_rare(ctx, d, line, i);
}

/* The last line before a that has its kind, name and type; where it was ousted, that was, too. */
static struct lock_line *earlier(const struct lock_device *d, const struct lock_line *a, uint32_t hash)
{
    struct lock_search s = {d, a->name, hash, hash, BY_NAME, a->kind};
    struct lock_line *b = NULL, *l;
    while ((l = lock_next(&s)))
        if (l->type == a->type && (a->state == LOCK_OUSTED ? l->state == LOCK_OUSTED : l->state <= LOCK_GONE))
            b = l;
    return b;
}

void lock_index_all(struct ctx *ctx, struct lock_device *d,
                    void (*duplicate)(void *arg, struct lock_line *a, struct lock_line *b), void *arg)
{
    enum { AHEAD = 16 };
    uint32_t hashes[AHEAD] = {0};
    make_room(ctx, &d->found, d->n_lines);
    for (uint32_t i = 0, next = 0; i < d->n_lines; i++) {
        for (; next < d->n_lines && next < i + AHEAD; next++) {
            const struct lock_line *l = lock_at(d, next);
            hashes[next % AHEAD] = lock_hash(BY_NAME, l->kind, l->name);
            lock_prefetch(d, hashes[next % AHEAD]);
        }
        struct lock_line *a = lock_at(d, i), *b;
        if (a->state != LOCK_USED) {
            bool ousted = a->state == LOCK_OUSTED;
            if ((b = earlier(d, a, hashes[i % AHEAD])) && !ousted)
                duplicate(arg, a, b);
            if (!b || !ousted)          /* one is enough: there may be many                    */
                put(&d->found, hashes[i % AHEAD], i);
        }
        if (a->more)
            add_rare(ctx, d, a, i);
    }
}

void lock_forget(struct ctx *ctx, struct lock *l)
{
    for (size_t i = 0; i < l->n_devices; i++)
        drop(ctx, &l->devices[i]->found);
}
