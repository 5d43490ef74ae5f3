/* What a point list says of where a variable's values come from, in the project: its Binds, or those of an On. */
#include "compiler/grammar.h"
#include "compiler/merge.h"
#include "compiler/number_text.h"
#include "compiler/plist_bind.h"
#include "compiler/plist_write.h"
#include "compiler/vocab.h"

#include <string.h>

/* The project's source of that name, or the list's, which the project gets. */
static void need_source(struct merge *m, const struct plist_bind *b)
{
    if (map_get(m->sources, b->source))
        return;
    const struct plist_source *s = plist_find_source(m->l, b->source);
    if (!s) {
        diag(m->ctx, b->pos, D_IMPORT_VALUE, "the project has no source '%s', and no row says what it is (column sources)",
             b->source.s);
        return;
    }
    struct plist_source own = *s;
    own.attrs = arena_array(m->ctx->arena, s->n, sizeof *own.attrs);
    for (size_t i = own.n = 0; i < s->n; i++) {
        const bool alarm = !strcmp(s->attrs[i].name.s, "alarmPoint");
        if (alarm && !map_get(m->alarms, s->attrs[i].value) && !plist_has(m->l, "alarm", s->attrs[i].value)) {
            diag(m->ctx, s->pos, D_IMPORT_ADJUSTED, "the project has no alarm point '%s'; source '%s' comes without",
                 s->attrs[i].value.s, s->id.s);
            continue;
        }
        own.attrs[own.n] = s->attrs[i];
        if (alarm)
            own.attrs[own.n].value = merge_alarm(m, NULL, s->attrs[i].value);
        own.n++;
    }
    map_set(m->sources, b->source, (void *)(uintptr_t)s);
    plist_write_source(&own, merge_inside(m, m->sources_last), &m->new_sources);
}

void merge_sources(struct merge *m, const struct plist_point *p)
{
    for (const struct plist_bind *b = p->binds; b; b = b->next)
        need_source(m, b);
    for (const struct plist_publish *o = p->publish; o; o = o->next)
        for (const struct plist_bind *b = o->binds; b; b = b->next)
            need_source(m, b);
}

/* The same value, in other words or numbers, or none where that means the same. */
static bool same(struct merge *m, enum at at, const char *a, const char *b)
{
    const struct vocab_row *row = vocab_find(EL_Bind, at);
    struct str text;
    double x, y;
    uint64_t ms, other;
    a = *a || !row ? a : row->dflt;
    b = *b || !row ? b : row->dflt;
    if (!strcmp(a, b))
        return true;
    if (plist_number(m->l, a, strlen(a), &text, &x) && plist_number(m->l, b, strlen(b), &text, &y))
        return x == y;
    return row && row->kind == VK_duration && parse_duration(a, strlen(a), &ms) && parse_duration(b, strlen(b), &other) &&
           ms == other;
}

static bool listed(const struct plist_bind *b, enum at at)
{
    for (size_t i = 0; i < b->n; i++)
        if (!strcmp(b->attrs[i].name.s, at_names[at]))
            return true;
    return false;
}

/* A cell says a Bind whole. */
static bool change_bind(struct merge *m, const struct node *var, const struct node *n, const struct plist_bind *b)
{
    const bool other = strcmp(merge_attr(n, AT_source), b->source.s) != 0;
    struct textbuf gone = { .arena = m->ctx->arena };
    bool changed = other;
    if (other)
        merge_edit_attr(m, n, "source", b->source.s);
    for (size_t i = 0; i < b->n; i++) {
        const enum at at = at_by_name(b->attrs[i].name.s, b->attrs[i].name.n);
        if (same(m, at, merge_attr(n, at), b->attrs[i].value.s))
            continue;
        merge_edit_attr(m, n, at_names[at], b->attrs[i].value.s);
        changed = true;
    }
    for (size_t i = 0; i < n->n_attrs; i++) {
        const enum at at = n->attrs[i].name;
        if (at == AT_source || listed(b, at) || same(m, at, n->attrs[i].value, ""))
            continue;
        textbuf_printf(&gone, "%s%s", gone.n ? ", " : "", at_names[at]);
        merge_edit_attr(m, n, at_names[at], "");
        changed = true;
    }
    if (gone.n && !other && !merge_made(m, n))
        diag(m->ctx, b->pos, D_IMPORT_ADJUSTED, "the Bind of '%s' loses %s, which the list does not have",
             merge_attr(var, AT_name), gone.s);
    return changed;
}

static void tell_stays(struct merge *m, const struct node *var, struct srcpos pos)
{
    diag(m->ctx, pos, D_IMPORT_ADJUSTED, "'%s' has a Bind that the list does not have; it stays", merge_attr(var, AT_name));
    diag_hint(m->ctx, "remove it from the project");
}

static bool change_binds(struct merge *m, const struct node *var, const struct node *holder, const struct plist_bind *b)
{
    const struct node *n = node_child(holder, EL_Bind);
    const struct srcpos pos = b->pos;
    bool changed = false;
    for (; n && b; n = node_next(n, EL_Bind), b = b->next)
        changed |= change_bind(m, var, n, b);
    if (n)
        tell_stays(m, var, pos);
    if (!b)
        return changed;
    struct textbuf text = { .arena = m->ctx->arena };
    plist_write_binds(b, xmledit_child_indent(m->edit, holder), &text);
    merge_edit_child(m, holder, text.s);
    return true;
}

static bool same_binds(struct merge *m, const struct node *holder, const struct plist_bind *b)
{
    const struct node *n = node_child(holder, EL_Bind);
    for (; n && b; n = node_next(n, EL_Bind), b = b->next) {
        bool as_it_is = !strcmp(merge_attr(n, AT_source), b->source.s);
        for (size_t i = 0; i < b->n && as_it_is; i++) {
            const enum at at = at_by_name(b->attrs[i].name.s, b->attrs[i].name.n);
            as_it_is = same(m, at, merge_attr(n, at), b->attrs[i].value.s);
        }
        for (size_t i = 0; i < n->n_attrs && as_it_is; i++)
            as_it_is = n->attrs[i].name == AT_source || listed(b, n->attrs[i].name) ||
                       same(m, n->attrs[i].name, n->attrs[i].value, "");
        if (!as_it_is)
            return false;
    }
    return !n && !b;
}

/* Where the Binds stand that a list without controllers means: at the variable, or at the On that has them, or the only
 * ones. */
static const struct node *holder_somewhere(struct merge *m, const struct node *var, const struct plist_bind *b)
{
    const struct node *only = NULL;
    unsigned n = 0;
    if (node_child(var, EL_Bind))
        return var;
    for (const struct node *on = node_child(var, EL_On); on; on = node_next(on, EL_On)) {
        if (!node_child(on, EL_Bind))
            continue;
        if (same_binds(m, on, b))
            return on;
        only = on;
        n++;
    }
    return n == 1 ? only : var;
}

/* Where the Binds of that PLC stand: an On that has its own, else the variable. */
static const struct node *holder_of(struct merge *m, const struct node *var, const struct plist_point *p,
                                    const struct plist_publish *o)
{
    const struct node *on = o ? merge_on(var, o->plc.s) : NULL;
    if (!o)
        return holder_somewhere(m, var, p->binds);
    return on && node_child(on, EL_Bind) ? on : var;
}

bool merge_bind(struct merge *m, const struct node *var, const struct plist_point *p)
{
    if (p->unbound && !p->binds && node_child(holder_of(m, var, p, p->publish), EL_Bind))
        tell_stays(m, var, p->pos);
    bool changed = p->binds && change_binds(m, var, holder_of(m, var, p, p->publish), p->binds);
    for (const struct plist_publish *o = p->publish; o; o = o->next) {
        const struct node *on = merge_on(var, o->plc.s);
        if (o->binds && on)
            changed |= change_binds(m, var, on, o->binds);
        else if (p->binds && !o->binds && o != p->publish && holder_of(m, var, p, o) == on && on)
            changed |= change_binds(m, var, on, p->binds);      /* as in the first row          */
    }
    return changed;
}

bool merge_unbound(struct merge *m, const struct node *var, const struct plist_publish *o)
{
    struct plist_publish own = *o;
    struct textbuf text = { .arena = m->ctx->arena };
    if (!o->binds || merge_on(var, o->plc.s))
        return false;
    own.object = true;
    plist_write_publish(&own, xmledit_child_indent(m->edit, var), m->step, &text);
    merge_edit_child(m, var, text.s);
    return true;
}
