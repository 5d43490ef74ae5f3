/* Variables are by far the most there is, and look at nothing else: they are built while the file is
 * read, each from a node that is there only for that moment. One that gives reason to report anything
 * waits, with its node, for the build pass: whether the file is to be understood at all shows at its
 * end. */
#include <string.h>

#include "compiler/build.h"
#include "compiler/model_pass.h"

static struct origin *origin_of(struct build *b, uint32_t file)
{
    if (!b->origin || b->origin_file != file) {
        b->origin = origin_new(b->ctx, file);
        b->origin_file = file;
    }
    return b->origin;
}

/* What stays of a node whose values have been understood. */
static const struct node *asleep(struct build *b, const struct node *n)
{
    char numbers[AT_COUNT];
    for (uint16_t i = 0; i < n->n_attrs; i++)
        numbers[i] = (char)n->attrs[i].name;
    struct node *to = arena_alloc(b->ctx->nodes, sizeof *to);
    *to = *n;
    node_sleep(to, origin_of(b, n->file), str_intern(b->ctx->strs, numbers, n->n_attrs).s);
    return to;
}

/* A copy with its values, which were only lent. */
static const struct node *kept(struct build *b, const struct node *n)
{
    struct arena *a = b->ctx->nodes;
    struct node *to = arena_alloc(a, sizeof *to);
    *to = *n;
    to->attrs = arena_array(a, n->n_attrs, sizeof *to->attrs);
    for (uint16_t i = 0; i < n->n_attrs; i++) {
        to->attrs[i] = n->attrs[i];
        to->attrs[i].value = arena_copy(b->ctx->arena, n->attrs[i].value, n->attrs[i].n);
    }
    return to;
}

static void on_variable(struct ctx *ctx, struct node *n)
{
    struct build *b = ctx->build;
    struct diag_mark mark = diag_mark(ctx);
    bool plain = !n->child && n->offset != UINT32_MAX;
    struct variable *v = build_variable_room(b);
    if (plain) {
        b->lent = true;
        build_variable(b, n, v);
        b->lent = false;
        plain = !b->bad && !diag_since(ctx, mark);
        if (!plain)
            diag_take_back(ctx, mark);
    }
    if (plain) {
        v->node = v->on.node = asleep(b, n);
        return;
    }
    b->waiting = arena_grow(ctx->arena, b->waiting, &b->waiting_cap, b->n_waiting + 1, sizeof *b->waiting);
    b->waiting[b->n_waiting++] = v;
    v->node = kept(b, n);
}

void build_early(struct ctx *ctx)
{
    build_new(ctx);
    ctx->on_variable = on_variable;
}

void build_waiting(struct build *b)
{
    strs_settle(b->ctx->strs);
    for (size_t i = 0; i < b->n_waiting; i++) {
        struct variable *next = b->waiting[i]->next;
        build_variable(b, b->waiting[i]->node, b->waiting[i]);
        b->waiting[i]->next = next;
    }
    b->n_waiting = 0;
}
