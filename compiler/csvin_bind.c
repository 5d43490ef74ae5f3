/* The cells of a point list that say where values come from: "source=meters|register=holding:100", and
 * "id=meters|kind=Modbus|url=...". Either may go on with a further one, the latter with the alarm points of sources. */
#include "compiler/csvin.h"
#include "compiler/plist_bind.h"
#include "compiler/vocab.h"

#include <string.h>

/* The pieces up to the one that begins the next thing, called `first` or `other`; what they are is looked at later. */
static struct plist_pair *pieces(struct csvin *c, const char **p, const char *first, const char *other, size_t *n)
{
    struct plist_pair *pairs = NULL, pair;
    size_t cap = 0;
    const char *next = *p;
    for (*n = 0; csvin_piece(c, &next, &pair.name, &pair.value); *p = next) {
        if (*n && (!strcmp(pair.name.s, first) || !strcmp(pair.name.s, other)))
            break;
        pairs = arena_grow(c->l->ctx->arena, pairs, &cap, *n + 1, sizeof *pairs);
        pairs[(*n)++] = pair;
    }
    return pairs;
}

static bool of_element(struct csvin *c, struct srcpos at, enum el el, enum at but, const struct plist_pair *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const enum at name = at_by_name(a[i].name.s, a[i].name.n);
        if (!name || name == but || !vocab_find(el, name)) {
            diag(c->l->ctx, at, D_IMPORT_VALUE, "'%s' is no attribute of %s", a[i].name.n ? a[i].name.s : a[i].value.s,
                 el_names[el]);
            diag_hint(c->l->ctx, "the attributes are %s", csvin_attributes(c, el, but).s);
            return false;
        }
        for (size_t k = 0; k < i; k++)
            if (str_eq(a[k].name, a[i].name)) {
                diag(c->l->ctx, at, D_IMPORT_VALUE, "'%s' stands twice", a[i].name.s);
                return false;
            }
    }
    return true;
}

static bool read_binds(struct csvin *c, struct csvin_row *v)
{
    const struct srcpos at = v->at[CC_bind];
    struct plist_bind **end = &v->binds;
    for (const char *p = v->v[CC_bind].s; *p;) {
        size_t n;
        struct plist_pair *a = pieces(c, &p, "source", "source", &n);
        if (strcmp(a[0].name.s, "source") != 0) {
            diag(c->l->ctx, at, D_IMPORT_VALUE, "'%s' stands before any source", a[0].name.n ? a[0].name.s : a[0].value.s);
            diag_hint(c->l->ctx, "write source=meters|register=holding:100");
            return false;
        }
        if (n == 1 && !a[0].value.n && !*p && !v->binds) {
            v->unbound = true;
            return true;
        }
        if (!a[0].value.n) {
            diag(c->l->ctx, at, D_IMPORT_VALUE, "a Bind without a source");
            return false;
        }
        if (!of_element(c, at, EL_Bind, AT_source, a + 1, n - 1))
            return false;
        struct plist_bind *b = arena_alloc(c->l->ctx->arena, sizeof *b);
        *b = (struct plist_bind){ .source = a[0].value, .attrs = a + 1, .n = n - 1, .pos = at };
        *end = b;
        end = &b->next;
    }
    return true;
}

static bool take_source(struct csvin *c, const struct csvin_row *v, struct plist_pair *a, size_t n)
{
    const struct srcpos at = v->at[CC_sources];
    const enum el el = n > 1 && !strcmp(a[1].name.s, "kind") ? el_by_name(a[1].value.s, a[1].value.n) : EL_NONE;
    if (strcmp(a[0].name.s, "id") != 0 || !a[0].value.n || (el != EL_Mqtt && el != EL_Modbus && el != EL_Simulate)) {
        diag(c->l->ctx, at, D_IMPORT_VALUE, "a source is id=NAME|kind=KIND and its attributes");
        diag_hint(c->l->ctx, "the kinds are Mqtt, Modbus, Simulate");
        return false;
    }
    if (!of_element(c, at, el, AT_id, a + 2, n - 2))
        return false;
    struct plist_source *s = plist_find_source(c->l, a[0].value);
    if (s && (strcmp(s->element, el_names[el]) != 0 || !plist_pairs_alike(s->attrs, s->n, a + 2, n - 2))) {
        diag(c->l->ctx, at, D_IMPORT_VALUE, "source '%s' has other attributes above", s->id.s);
        diag_note(c->l->ctx, s->pos, "here");
        return false;
    }
    if (!s) {
        s = arena_alloc(c->l->ctx->arena, sizeof *s);
        *s = (struct plist_source){ .element = el_names[el], .id = a[0].value, .attrs = a + 2, .n = n - 2, .pos = at };
        plist_add_source(c->l, s);
    }
    return true;
}

/* What an alarm point is that sources name. */
static bool take_alarm(struct csvin *c, const struct csvin_row *v, struct plist_pair *a, size_t n)
{
    const struct srcpos at = v->at[CC_sources];
    if (!a[0].value.n) {
        diag(c->l->ctx, at, D_IMPORT_VALUE, "an alarm point without a name");
        return false;
    }
    if (!of_element(c, at, EL_AlarmPoint, AT_name, a + 1, n - 1))
        return false;
    const struct plist_alarm *alarm = plist_alarm_of(c->l, a[0].value, a + 1, n - 1, at);
    if (!str_eq(alarm->name, a[0].value)) {
        diag(c->l->ctx, at, D_IMPORT_VALUE, "alarm point '%s' has other attributes above", a[0].value.s);
        return false;
    }
    return true;
}

bool csvin_bind(struct csvin *c, struct csvin_row *v)
{
    if (v->v[CC_sources].n && !str_eq(v->v[CC_sources], c->sources)) {      /* a list says it in every row */
        for (const char *p = v->v[CC_sources].s; *p;) {
            size_t n;
            struct plist_pair *a = pieces(c, &p, "id", "alarm", &n);
            if (strcmp(a[0].name.s, "alarm") ? !take_source(c, v, a, n) : !take_alarm(c, v, a, n))
                return false;
        }
        c->sources = v->v[CC_sources];
    }
    return read_binds(c, v);
}

static const struct plist_bind *of_object(const struct plist_point *p, const struct plist_publish *o)
{
    return o && o->binds ? o->binds : p->binds;
}

bool csvin_take_bind(struct csvin *c, const struct csvin_row *v, struct plist_point *p, bool first, struct str plc)
{
    struct plist_publish *own = p->publish, *there = NULL;
    if (first) {
        p->binds = v->binds;
        p->unbound = v->unbound;
        return true;
    }
    for (; own && own->next; own = own->next)
        there = str_eq(own->plc, plc) ? own : there;
    if (!own || (!v->binds && !v->unbound)) {           /* as in the first row                 */
        if (own && p->parted)
            own->binds = p->publish->binds;
        return true;
    }
    if (there && !plist_binds_alike(of_object(p, there), v->binds)) {
        diag(c->l->ctx, v->at[CC_bind], D_IMPORT_VALUE, "'%s' is bound otherwise above, in the same PLC", p->name.s);
        diag_note(c->l->ctx, there->pos, "here");
        return false;
    }
    if (v->unbound && p->binds) {                       /* what others have is not all objects'  */
        for (struct plist_publish *o = p->publish; o != own; o = o->next)
            o->binds = o->binds ? o->binds : p->binds;
        p->binds = NULL;
        p->parted = true;
    } else if (!plist_binds_alike(p->binds, v->binds)) {
        own->binds = v->binds;
    }
    return true;
}

static void check_binds(struct csvin *c, const struct plist_bind *b)
{
    for (; b; b = b->next)
        if (!plist_find_source(c->l, b->source))
            diag(c->l->ctx, b->pos, D_IMPORT_VALUE, "no row says what the source '%s' is (column sources)", b->source.s);
}

void csvin_check_sources(struct csvin *c)
{
    for (const struct plist_point *p = c->l->points; p; p = p->next) {
        check_binds(c, p->binds);
        for (const struct plist_publish *o = p->publish; o; o = o->next)
            check_binds(c, o->binds);
    }
    for (struct plist_source *s = c->l->sources; s; s = s->next)
        for (size_t i = 0; i < s->n; i++)
            if (!strcmp(s->attrs[i].name.s, "alarmPoint") && !plist_has(c->l, "alarm", s->attrs[i].value)) {
                diag(c->l->ctx, s->pos, D_IMPORT_ADJUSTED,
                     "no row says what the alarm point '%s' of source '%s' is; it is left out", s->attrs[i].value.s, s->id.s);
                s->attrs[i].value = plist_text(c->l, "", 0);
            }
}
