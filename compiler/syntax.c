/* Looking around in a syntax tree, and printing one. */
#include "compiler/syntax.h"
#include "compiler/ctx.h"

const struct attr *node_attr(const struct node *n, enum at name)
{
    for (size_t i = 0; i < n->n_attrs; i++)
        if (n->attrs[i].name == name)
            return &n->attrs[i];
    return NULL;
}

struct srcpos node_pos(const struct node *n)
{
    return (struct srcpos){ n->file, n->line, n->col };
}

struct srcpos attr_pos(const struct node *n, const struct attr *a)
{
    return (struct srcpos){ n->file, a->line, a->col };
}

struct srcpos value_pos(const struct node *n, const struct attr *a)
{
    return (struct srcpos){ n->file, a->line, a->col + a->to_value };
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
