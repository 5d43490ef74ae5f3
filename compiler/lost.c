#include "compiler/lost.h"

#include "compiler/ctx.h"
#include "compiler/syntax.h"
#include "compiler/textbuf.h"

#include <string.h>

struct lost_place { struct srcpos pos; };
struct lost_text {
    const char *s;              /* a copy: strings are interned by somebody else meanwhile     */
    size_t n;
};
enum {
    SHORT = 1024,               /* octets: nothing has a longer name                           */
    PARTS = 1000,               /* so many that a name is looked through for each              */
    NAMED = 8                   /* names in the note                                           */
};

bool may_be_lost(const struct ctx *ctx, unsigned el) { return ctx->lost.kinds >> el & 1; }

void lose_named(struct ctx *ctx, uint64_t kinds) { ctx->lost.kinds |= kinds; }

void lose_kinds(struct ctx *ctx, uint64_t kinds)
{
    lose_named(ctx, kinds);
    ctx->lost.unnamed |= kinds;
}

static struct lost_text *add(struct ctx *ctx, struct lost_text *v, size_t *n, size_t *cap, const char *s, size_t len)
{
    if (!len || len > SHORT)
        return v;
    v = arena_grow(ctx->arena, v, cap, *n + 1, sizeof *v);
    v[(*n)++] = (struct lost_text){arena_copy(ctx->arena, s, len), len};
    return v;
}

/* As it stands, but for what no name has at its ends: blanks and control characters. */
void lose_name(struct ctx *ctx, const char *s, size_t n)
{
    struct lost *l = &ctx->lost;
    while (n && (unsigned char)*s <= ' ') {
        s++;
        n--;
    }
    while (n && (unsigned char)s[n - 1] <= ' ')
        n--;
    l->names = add(ctx, l->names, &l->n_names, &l->names_cap, s, n);
}

void lose_node(struct ctx *ctx, const struct node *n)
{
    lose_named(ctx, UINT64_C(1) << n->name);
    node_wake(n);
    for (uint16_t i = 0; n->attrs && i < n->n_attrs; i++)
        lose_name(ctx, n->attrs[i].value, n->attrs[i].n);
}

/* Names that are the same whoever uses the template. */
static void constant_names(struct ctx *ctx, const struct node *n)
{
    for (const struct node *k = n->child; k; k = k->next) {
        for (uint16_t i = 0; i < k->n_attrs; i++)
            if (!strstr(k->attrs[i].value, "${"))
                lose_name(ctx, k->attrs[i].value, k->attrs[i].n);
        constant_names(ctx, k);
    }
}

static void add_part(struct ctx *ctx, const struct attr *a)
{
    struct lost *l = &ctx->lost;
    if (a)
        l->parts = add(ctx, l->parts, &l->n_parts, &l->parts_cap, a->value, a->n);
}

void lose_use(struct ctx *ctx, const struct node *use)
{
    static const enum el made[] = {EL_Variable, EL_AlarmPoint, EL_Calendar, EL_Schedule, EL_TrendLog, EL_Object};
    struct lost *l = &ctx->lost;
    uint64_t kinds = 0;
    size_t before = l->n_parts;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        kinds |= UINT64_C(1) << made[i];
    lose_named(ctx, kinds);
    if (before > PARTS)
        return;
    add_part(ctx, node_attr(use, AT_name));
    for (const struct node *a = node_child(use, EL_Arg); a; a = node_next(a, EL_Arg))
        add_part(ctx, node_attr(a, AT_value));
    for (const struct node *t = l->constants ? NULL : node_child(ctx->tree, EL_Template); t; t = node_next(t, EL_Template))
        constant_names(ctx, t);
    l->constants = true;
    if (l->n_parts == before || l->n_parts > PARTS)
        lose_kinds(ctx, kinds);
}

static struct lost_place *lost_place(struct ctx *ctx, struct srcpos pos)
{
    struct lost_place *p = arena_alloc(ctx->arena, sizeof *p);
    *p = (struct lost_place){pos};
    return p;
}

bool name_may_be_lost(struct ctx *ctx, unsigned el, struct str name, struct srcpos at)
{
    struct lost *l = &ctx->lost;
    if (!may_be_lost(ctx, el))
        return false;
    if (l->unnamed >> el & 1) {
        if (!l->doubtful)
            l->doubtful = map_new(ctx->arena);
        if (!map_get(l->doubtful, name))
            map_set(l->doubtful, name, lost_place(ctx, at));
        return true;
    }
    if (!l->map)
        l->map = map_new(ctx->arena);
    for (; l->known < l->n_names; l->known++)
        (void)map_add(l->map, str_intern(ctx->strs, l->names[l->known].s, l->names[l->known].n), l);
    if (map_get(l->map, name))
        return true;
    for (size_t i = 0; i < l->n_parts; i++)
        if (l->parts[i].n <= name.n && memmem(name.s, name.n, l->parts[i].s, l->parts[i].n))
            return true;
    return false;
}

static void lose_at(struct ctx *ctx, struct srcpos pos, const char *where)
{
    if (ctx->lost.place)
        return;
    ctx->lost.place = lost_place(ctx, pos);
    ctx->lost.where = where;
}

void lose_include(struct ctx *ctx, struct srcpos pos) { lose_at(ctx, pos, "be in that file"); }
void lose_unread(struct ctx *ctx, struct srcpos pos) { lose_at(ctx, pos, "stand in what could not be read"); }

void lost_tell(struct ctx *ctx)
{
    const struct lost *l = &ctx->lost;
    size_t n = l->doubtful ? map_count(l->doubtful) : 0;
    struct textbuf others = { .arena = ctx->arena };
    struct str first, name;
    if (!n || !l->place || !diag_resume(ctx, l->place->pos))
        return;
    const struct lost_place *p = map_at(l->doubtful, 0, &first);
    textbuf_add(&others, "");
    for (size_t i = 1; i < n && i < NAMED; i++) {
        map_at(l->doubtful, i, &name);
        textbuf_printf(&others, "%s'%s'", i == 1 ? "" : ", ", name.s);
    }
    if (n == 1)
        diag_note(ctx, p->pos, "'%s' is known nowhere else, and may %s", first.s, l->where);
    else if (n <= NAMED)
        diag_note(ctx, p->pos, "'%s' is known nowhere else, and may %s; so may %s", first.s, l->where, others.s);
    else
        diag_note(ctx, p->pos, "'%s' is known nowhere else, and may %s; so may %s and %zu more", first.s, l->where,
                  others.s, n - NAMED);
}
