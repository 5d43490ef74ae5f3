/* Binds and sources of a point list: kept, compared, written. */
#include "compiler/plist_bind.h"

bool plist_pairs_alike(const struct plist_pair *a, size_t n_a, const struct plist_pair *b, size_t n_b)
{
    bool same = n_a == n_b;
    for (size_t i = 0; i < n_a && same; i++)
        same = str_eq(a[i].name, b[i].name) && str_eq(a[i].value, b[i].value);
    return same;
}

bool plist_binds_alike(const struct plist_bind *a, const struct plist_bind *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!str_eq(a->source, b->source) || !plist_pairs_alike(a->attrs, a->n, b->attrs, b->n))
            return false;
    return !a && !b;
}

static struct str source_key(const struct plist *l, struct str id)
{
    const char *key = arena_printf(l->ctx->arena, "source\n%s", id.s);
    return ctx_str(l->ctx, key, id.n + sizeof "source\n" - 1);
}

struct plist_source *plist_find_source(const struct plist *l, struct str id)
{
    return map_get(l->by_key, source_key(l, id));
}

void plist_add_source(struct plist *l, struct plist_source *s)
{
    map_set(l->by_key, source_key(l, s->id), s);
    *l->sources_end = s;
    l->sources_end = &s->next;
}

static void write_pairs(const struct plist_pair *a, size_t n, struct textbuf *out)
{
    for (size_t i = 0; i < n; i++)
        textbuf_attr(out, a[i].name.s, a[i].value.s);
    textbuf_add(out, "/>\n");
}

void plist_write_binds(const struct plist_bind *b, const char *indent, struct textbuf *out)
{
    for (; b; b = b->next) {
        textbuf_printf(out, "%s<Bind", indent);
        textbuf_attr(out, "source", b->source.s);
        write_pairs(b->attrs, b->n, out);
    }
}

void plist_write_source(const struct plist_source *s, const char *indent, struct textbuf *out)
{
    textbuf_printf(out, "%s<%s", indent, s->element);
    textbuf_attr(out, "id", s->id.s);
    write_pairs(s->attrs, s->n, out);
}

bool plist_bound(const struct plist_point *p)
{
    for (const struct plist_publish *o = p->publish; o; o = o->next)
        if (o->binds)
            return true;
    return p->binds != NULL;
}
