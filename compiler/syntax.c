/* Looking around in a syntax tree, and printing one. */
#include "compiler/syntax.h"
#include "compiler/ctx.h"

#include <string.h>

const struct attr *node_attr(const struct node *n, enum at name)
{
    if (n->n_attrs && !n->attrs) {
        if (!memchr(n->text, (int)name, n->n_attrs))
            return NULL;
        node_wake(n);
    }
    for (size_t i = 0; n->attrs && i < n->n_attrs; i++)
        if (n->attrs[i].name == name)
            return &n->attrs[i];
    return NULL;
}

struct srcpos node_pos(const struct node *n)
{
    return (struct srcpos){ n->file, n->line, n->col };
}

/* From the name over '=' and quote. */
static uint32_t name_width(const struct attr *a)
{
    static const uint8_t widths[AT_COUNT] = {
#define X(name) [AT_##name] = sizeof #name - 1 + 2,
        ATTRIBUTES(X)
#undef X
    };
    return widths[a->name];
}

struct srcpos value_pos(const struct node *n, const struct attr *a)
{
    uint32_t to_value = a->gap == ATTR_FAR ? 0 : name_width(a) + a->gap;
    return (struct srcpos){ n->file, a->line, a->col + to_value };
}

void attr_place(struct attr *a, uint32_t line, uint32_t col, uint32_t to_value)
{
    uint32_t width = name_width(a);
    bool near = to_value >= width && to_value - width < ATTR_FAR;
    a->line = (line < ATTR_LINE_MAX ? line : ATTR_LINE_MAX) & ATTR_LINE_MAX;
    a->col = col;
    a->wrong = 0;
    a->gap = (near ? to_value - width : ATTR_FAR) & 15;
}

struct node *node_child(const struct node *n, enum el name)
{
    struct node *c = n->child;
    while (c && c->name != name)
        c = c->next;
    return c;
}

struct node *node_next(const struct node *n, enum el name)
{
    struct node *c = n->next;
    while (c && c->name != name)
        c = c->next;
    return c;
}

void node_sleep(struct node *n, struct origin *origin, const char *numbers)
{
    n->attrs = NULL;
    n->text = numbers;
    n->origin = origin;
}

struct node *node_new(struct ctx *ctx, enum el name, size_t n_attrs)
{
    struct node *n = arena_alloc(ctx->arena, sizeof *n);
    n->name = (uint16_t)name;
    n->n_attrs = (uint16_t)n_attrs;
    n->text = "";
    if (n_attrs)
        n->attrs = arena_array(ctx->arena, n_attrs, sizeof *n->attrs);
    return n;
}

static void dump(const struct node *n, const struct ctx *ctx, FILE *f, int depth)
{
    for (; n; n = n->next) {
        fprintf(f, "%*s%s", 2 * depth, "", el_names[n->name]);
        for (size_t i = 0; i < n->n_attrs; i++)
            fprintf(f, " %s=\"%s\"", at_names[n->attrs[i].name], n->attrs[i].value);
        if (n->text_n)
            fprintf(f, " \"%s\"", n->text);
        fprintf(f, "  @%s:%u:%u\n", diag_file_name(ctx, n->file), n->line, n->col);
        if (n->child)
            dump(n->child, ctx, f, depth + 1);
    }
}

void syntax_dump(const struct node *root, const struct ctx *ctx, FILE *f)
{
    dump(root, ctx, f, 0);
}
