/* Births of variables' objects, over all devices: found by their text, however many devices there are. Made when the first
 * new object asks, from lines; most projects have none. */
#include "compiler/number_born.h"

#include "compiler/ctx.h"
#include "compiler/hash.h"

struct lock_births {            /* open addressing: index in lines + 1, at most half full      */
    uint32_t *slots;
    size_t n_slots;
    const struct lock_line **lines;
    size_t n, cap;
};

static uint32_t *slot_of(const struct lock_births *b, struct str born, size_t *at)
{
    *at = (*at == SIZE_MAX ? hash_of(0, born.s, born.n) : *at + 1) & (b->n_slots - 1);
    return &b->slots[*at];
}

static void put(struct lock_births *b, uint32_t index)
{
    size_t at = SIZE_MAX;
    uint32_t *slot;
    while (*(slot = slot_of(b, lock_born(b->lines[index]), &at)))
        ;
    *slot = index + 1;
}

static void add(struct ctx *ctx, struct lock_births *b, const struct lock_line *line)
{
    if (line->kind != LK_variable || !lock_born(line).n)
        return;
    if (b->n == b->cap)
        b->lines = arena_grow(ctx->arena, b->lines, &b->cap, b->n + 1, sizeof *b->lines);
    b->lines[b->n++] = line;
    if (2 * b->n <= b->n_slots) {
        put(b, (uint32_t)(b->n - 1));
        return;
    }
    b->n_slots = b->n_slots ? 2 * b->n_slots : 64;
    b->slots = arena_array(ctx->arena, b->n_slots, sizeof *b->slots);
    for (uint32_t i = 0; i < b->n; i++)
        put(b, i);
}

static struct lock_births *births_of(struct ctx *ctx, struct lock *l)
{
    if (l->births)
        return l->births;
    l->births = arena_alloc(ctx->arena, sizeof *l->births);
    for (size_t i = 0; i < l->n_devices; i++)
        for (uint32_t k = 0; l->devices[i]->n_births && k < l->devices[i]->n_lines; k++)
            add(ctx, l->births, lock_at(l->devices[i], k));
    return l->births;
}

bool number_born_any(struct ctx *ctx, struct lock *l) { return births_of(ctx, l)->n; }

bool number_born_other(struct ctx *ctx, struct lock *l, struct str born, struct str name)
{
    const struct lock_births *b = births_of(ctx, l);
    size_t at = SIZE_MAX;
    for (uint32_t i; b->n && (i = *slot_of(b, born, &at)) != 0;) {
        const struct lock_line *line = b->lines[i - 1];
        if (str_same(lock_born(line), born) && !str_same(line->name, name))
            return true;
    }
    return false;
}

void number_born_note(struct ctx *ctx, struct lock *l, const struct lock_line *line)
{
    if (l->births)                      /* else it is among the lines when these are asked     */
        add(ctx, l->births, line);
}
