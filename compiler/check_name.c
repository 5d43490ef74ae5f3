/* Checks of what must be unique in a device: object names and instances. A million of them are right: the
 * names are a set of bits, instances ascend or are sorted, and who the first was is asked when there is a
 * second. */
#include "compiler/check_walk.h"
#include "compiler/resolve.h"
#include "compiler/sort.h"

#include <string.h>

/* A variable of a name that another has already, which has been told: its object is called so, too. */
static bool of_twin(const struct walk *w, const struct item *item)
{
    const struct variable *v = item->variable;
    return v && str_eq(item->name, v->name) && variable_by_name(w->ctx, v->name) != v;
}

static void each_name(struct walk *w, const struct device *d, const struct item *item)
{
    if (!item->name.n)
        return;
    const struct entry *earlier = walk_first(w, item->name, item);
    if (earlier && !of_twin(w, item)) {
        diag(w->ctx, item->pos, D_DUPLICATE_OBJECT_NAME, "device '%s' has two objects '%s'",
             d->name.s, item->name.s);
        diag_note(w->ctx, earlier->pos, "the first one");
    }
    if (w->pattern && regexec(w->pattern, item->name.s, 0, NULL, 0))
        diag(w->ctx, item->pos, D_NAME_PATTERN, "'%s' does not match namePattern '%s'",
             item->name.s, w->ctx->model->name_pattern.s);
}

static void each_instance(struct walk *w, const struct device *d, const struct item *item)
{
    (void)d;
    if (item->instance == NOT_SET)
        return;
    char key[32];
    snprintf(key, sizeof key, "%u,%u", item->type, item->instance);
    const struct entry *earlier = walk_first(w, str_of(w->ctx->strs, key), item);
    if (earlier) {
        diag(w->ctx, place(item->node, AT_instance), D_DUPLICATE_INSTANCE,
             "%s %u is already taken by '%s'", object_type_name(item->type), item->instance,
             earlier->what.s);
        diag_note(w->ctx, place(earlier->node, AT_instance), "first used here");
    }
}

/* ---- is there anything to be said? ---- */

enum { TYPES = OT_trend_log + 1 };
struct unique {
    struct ctx *ctx;
    regex_t pattern;
    bool has_pattern;
    struct names *names;         /* of the device at hand                                      */
    uint32_t highest[TYPES];     /* explicit instance + 1 so far                               */
    struct device *device;
    bool name_twice, unordered;  /* unordered: an instance may be there twice                  */
    struct sort_item *numbers;   /* then: identifiers with an explicit instance                */
    size_t n_numbers, cap;
};

struct unique *unique_new(struct ctx *ctx)
{
    struct unique *u = arena_alloc(ctx->arena, sizeof *u);
    const struct str pattern = ctx->model->name_pattern;
    u->ctx = ctx;
    u->has_pattern = pattern.n && !regcomp(&u->pattern, pattern.s, REG_EXTENDED | REG_NOSUB);
    u->names = names_new(ctx->arena, ctx->strs);
    return u;
}

void unique_drop(struct unique *u)
{
    names_drop(u->names);
    if (u->has_pattern)
        regfree(&u->pattern);
}

static void show(struct unique *u, struct str name, uint32_t type, uint32_t instance)
{
    if (name.n && !names_add(u->names, name))
        u->name_twice = true;
    if (instance == NOT_SET)
        return;
    if (type >= TYPES || instance < u->highest[type])
        u->unordered = true;
    else
        u->highest[type] = instance + 1;
}

static void show_item(struct walk *w, const struct device *d, const struct item *item)
{
    (void)d;
    show(w->unique, item->name, item->type, item->instance);
}

void unique_device(struct unique *u, struct device *d)
{
    names_clear(u->names);
    memset(u->highest, 0, sizeof u->highest);
    u->device = d;
    u->name_twice = u->unordered = false;
    walk_others(&(struct walk){.unique = u, .each = show_item}, d);
}

void unique_object(struct unique *u, const struct publication *p)
{
    if (!p->guessed)
        show(u, publication_name(p), p->type, publication_instance(p));
}

static void collect(struct walk *w, const struct device *d, const struct item *item)
{
    struct unique *u = w->unique;
    (void)d;
    if (item->instance == NOT_SET)
        return;
    u->numbers = arena_grow(w->scratch, u->numbers, &u->cap, u->n_numbers + 1, sizeof *u->numbers);
    u->numbers[u->n_numbers++] = (struct sort_item){OID(item->type, item->instance), {.at = 0}};
}

static bool instance_twice(struct unique *u)
{
    struct walk w = {.ctx = u->ctx, .scratch = arena_new(), .unique = u, .each = collect};
    bool twice = false;
    walk_device(&w, u->device);
    sort_items(w.scratch, u->numbers, u->n_numbers);
    for (size_t i = 1; i < u->n_numbers && !twice; i++)
        twice = u->numbers[i].key == u->numbers[i - 1].key;
    u->numbers = NULL;
    u->n_numbers = u->cap = 0;
    arena_drop(w.scratch);
    return twice;
}

void unique_end(struct unique *u)
{
    struct walk names = {.ctx = u->ctx, .pattern = u->has_pattern ? &u->pattern : NULL, .each = each_name};
    struct walk instances = {.ctx = u->ctx, .each = each_instance};
    if (u->name_twice || u->has_pattern)
        walk_device(&names, u->device);
    if (u->unordered && instance_twice(u))
        walk_device(&instances, u->device);
    if (names.scratch)
        arena_drop(names.scratch);
    if (instances.scratch)
        arena_drop(instances.scratch);
}
