/* Pass "load": the file is read, and its variables, by far the most there is, are built meanwhile, each
 * from a node that is there only for that moment: they look at nothing else. One that gives reason to
 * report anything waits, with its node, for the build pass: whether the file is to be understood at all
 * shows at its end. */
#include <string.h>

#include "compiler/build.h"
#include "compiler/model_pass.h"
#include "compiler/offers.h"
#include "compiler/options.h"
#include "compiler/xml.h"

/* What builds while the loader reads: nothing of the run's context is shared but the strings. */
enum { SHAPES = 64 };
struct early {
    struct ctx view;
    struct ctx *ctx;
    struct build *b;
    struct origin *origin;      /* of the file from which a variable came last                */
    uint32_t origin_file;
    struct shape {              /* attributes of an element, seen lately                       */
        uint32_t n;
        const char *numbers;
    } shapes[SHAPES];
};

static struct origin *origin_of(struct early *e, uint32_t file)
{
    if (!e->origin || e->origin_file != file) {
        e->origin = origin_new(e->ctx, e->view.arena, file);
        e->origin_file = file;
    }
    return e->origin;
}

/* The attributes' numbers as a text that stays; most elements have those of one before. */
static const char *numbers_of(struct early *e, const struct node *n)
{
    char numbers[AT_COUNT];
    uint32_t hash = n->n_attrs;
    if (!n->n_attrs)
        return "";
    for (uint16_t i = 0; i < n->n_attrs; i++) {
        numbers[i] = (char)n->attrs[i].name;
        hash = (hash ^ n->attrs[i].name) * 0x01000193u;
    }
    struct shape *s = &e->shapes[(hash >> 16) % SHAPES];
    if (s->n != n->n_attrs || !s->numbers || memcmp(s->numbers, numbers, s->n) != 0)
        *s = (struct shape){n->n_attrs, str_intern(e->view.strs, numbers, n->n_attrs).s};
    return s->numbers;
}

/* What stays of a node whose values have been understood. */
static const struct node *asleep(struct early *e, const struct node *n)
{
    struct node *to = arena_alloc(e->view.nodes, sizeof *to);
    *to = *n;
    node_sleep(to, origin_of(e, n->file), numbers_of(e, n));
    return to;
}

static void take(void *arg, const struct node *n)
{
    struct early *e = arg;
    struct build *b = e->b;
    size_t said = diags_said(e->view.diags);
    bool plain = !n->child;
    struct variable *v = build_variable_room(b);
    if (plain) {
        build_variable(b, n, v);
        plain = !b->bad && diags_said(e->view.diags) == said;
    }
    v->node = asleep(e, n);
    if (plain)
        return;
    b->waiting = arena_grow(e->view.arena, b->waiting, &b->waiting_cap, b->n_waiting + 1, sizeof *b->waiting);
    b->waiting[b->n_waiting++] = v;
}

void pass_load(struct ctx *ctx)
{
    if (ctx->keeps_nodes || opt_has(ctx, OPT_DUMP)) {
        xml_load(ctx);
        return;
    }
    struct early *e = arena_alloc(ctx->arena, sizeof *e);
    e->ctx = ctx;
    e->view = *ctx;
    e->view.arena = arena_new();
    e->view.nodes = ctx->early_nodes = arena_new();
    e->view.diags = diags_muted(ctx);
    e->b = build_new(&e->view);
    e->b->lent = true;
    ctx->offers = offers_new(take, e);
    xml_load(ctx);
    offers_end(ctx->offers);
    ctx->offers = NULL;
    strs_settle(ctx->strs);
    e->b->lent = false;
    e->b->ctx = ctx;
    ctx->build = e->b;
}

void build_waiting(struct build *b)
{
    for (size_t i = 0; i < b->n_waiting; i++) {
        struct variable *next = b->waiting[i]->next;
        node_wake(b->waiting[i]->node);
        build_variable(b, b->waiting[i]->node, b->waiting[i]);
        b->waiting[i]->next = next;
    }
    b->n_waiting = 0;
}
