/* Pass "expand": Template and Use become plain elements. What a Use makes is copied from the template
 * with ${name} and ${PARAM} filled in, so names, and with them numbers, come from the Use's name and
 * the inner one. Variables and alarm points hang behind those of the project; the others in a device.
 * Every copy has a file of its own, which says in diagnostics where it was used. */
#include <string.h>

#include "compiler/buf.h"
#include "compiler/model_pass.h"
#include "compiler/resolve.h"
#include "compiler/syntax.h"

enum { DEPTH = 16, NODES = 4000000 };

struct param {
    const struct node *declared;        /* Param; NULL: the Use's own name                     */
    struct str name, value, old;        /* old: with the names before formerly                 */
    bool given;
    struct param *next;
};
struct scope {                          /* a Use being expanded                                */
    const struct node *use, *template;
    const struct scope *outer;
    struct node *device;                /* gets what stands in a device; NULL: not known       */
    struct param *params;
    const struct param *until;          /* those from it on are not known yet; NULL: all are   */
    uint32_t file;
    bool renamed;                       /* it, or one around it, was called otherwise          */
    bool homeless;                      /* a missing device has been told                      */
};
struct homes {                          /* devices that are found by one handle, or all        */
    struct node *first, **end;          /* end: of its children, or somewhere before           */
    unsigned n;
};
struct expander {
    struct ctx *ctx;
    struct map *templates;
    struct map *homes;                  /* handle of a device -> struct homes                  */
    struct homes *any;                  /* all devices                                         */
    struct node *variables, *points;    /* made here, as needed                                */
    struct node **variables_end, **points_end;
    struct node ***device_end, **other_end;     /* where the children of `device` end is kept  */
    struct node *device;                /* the last that got some                              */
    bool unknown;                       /* filled(): a parameter that there is not             */
    size_t nodes;
};

/* ---- placeholders ---- */

static const struct param *param_of(const struct scope *s, const char *name, size_t n)
{
    const struct param *p = s->params;
    while (p && p != s->until && (p->name.n != n || memcmp(p->name.s, name, n)))
        p = p->next;
    return p == s->until ? NULL : p;
}

static void unknown(struct expander *x, const struct scope *s, struct srcpos pos, const char *name, size_t n)
{
    struct near near = near_of(name, n);
    const struct param *later = s->until;
    while (later && (later->name.n != n || memcmp(later->name.s, name, n)))
        later = later->next;
    if (later) {
        diag(x->ctx, pos, D_TEMPLATE_PARAMETER, "parameter '%.*s' is not declared before the default that names it",
             (int)n, name);
        diag_hint(x->ctx, "a default may name the Use and the parameters that stand before it");
        return;
    }
    diag(x->ctx, pos, D_TEMPLATE_PARAMETER, "template '%s' has no parameter '%.*s'",
         node_attr(s->template, AT_name)->value, (int)n, name);
    for (const struct param *p = s->params; p != s->until; p = p->next)
        near_offer(&near, p->name.s, p->name.n);
    if (near_take(&near))
        diag_hint(x->ctx, "did you mean '%s'?", near_take(&near));
}

/* The text with its placeholders filled in; $${ is ${. */
static struct str filled(struct expander *x, const struct scope *s, struct str in, struct srcpos pos, bool old)
{
    if (!s || !s->template || !strstr(in.s, "${"))
        return in;
    struct buf out = buf_of(x->ctx);
    const char *p = in.s;
    for (const char *open; (open = strstr(p, "${"));) {
        bool literal = open > p && open[-1] == '$';
        const char *close = strchr(open, '}');
        buf_bytes(&out, p, (size_t)(open - p) - literal);
        if (literal || !close) {
            if (!close && !literal && !old)
                diag(x->ctx, pos, D_TEMPLATE_PARAMETER, "'%s' is not closed by '}'", open);
            buf_str(&out, "${");
            p = open + 2;
            continue;
        }
        size_t n = (size_t)(close - open) - 2;
        const struct param *param = param_of(s, open + 2, n);
        if (!param && !old) {
            unknown(x, s, pos, open + 2, n);
            x->unknown = true;
        }
        if (param) {
            struct str v = old ? param->old : param->value;
            buf_bytes(&out, v.s, v.n);
        }
        p = close + 1;
    }
    buf_str(&out, p);
    return (struct str){arena_copy(x->ctx->arena, out.s, out.n), (uint32_t)out.n};
}

static struct str text_of(const struct attr *a) { return (struct str){a->value, a->n}; }

/* ---- copies ---- */

/* What the element was called before its Use was renamed; n == 0: the same, or it has no such name. */
static struct str former_name(struct expander *x, const struct scope *s, const struct node *n)
{
    const struct attr *name = node_attr(n, AT_name), *variable = node_attr(n, AT_variable);
    struct srcpos nowhere = {0, 0, 0};
    struct str none = {"", 0};
    if (n->name != EL_Variable && n->name != EL_Calendar && n->name != EL_Schedule && n->name != EL_TrendLog)
        return none;
    const struct attr *a = name && name->n ? name : variable;
    if (!s->renamed || !a || node_attr(n, AT_formerly))
        return none;
    struct str was = filled(x, s, text_of(a), nowhere, true), is = filled(x, s, text_of(a), nowhere, false);
    if (was.n == is.n && !memcmp(was.s, is.s, is.n))
        return none;
    if (n->name == EL_TrendLog && a == variable) {
        const char *trend = arena_printf(x->ctx->arena, "%s trend", was.s);
        return (struct str){trend, (uint32_t)strlen(trend)};
    }
    return was;
}

static struct node *copy(struct expander *x, const struct scope *s, const struct node *n)
{
    struct str former = former_name(x, s, n);
    struct node *c = node_new(x->ctx, (enum el)n->name, n->n_attrs + (former.n ? 1u : 0u));
    struct node **end = &c->child;
    x->nodes++;
    c->line = n->line;
    c->col = n->col;
    c->file = s->file <= UINT16_MAX ? (uint16_t)s->file : n->file;
    c->text = n->text;
    c->text_n = n->text_n;
    for (uint16_t i = 0; i < n->n_attrs; i++) {
        const struct attr *a = &n->attrs[i];
        x->unknown = false;
        struct str v = filled(x, s, text_of(a), value_pos(c, a), false);
        c->attrs[i] = *a;
        c->attrs[i].wrong = x->unknown;
        if (x->unknown && a->name == AT_name)
            lose_use(x->ctx, s->use);
        c->attrs[i].value = v.s;
        c->attrs[i].n = (v.n < ATTR_MAX ? v.n : ATTR_MAX) & ATTR_MAX;
    }
    if (former.n) {
        struct attr *a = &c->attrs[n->n_attrs];
        *a = (struct attr){.value = former.s, .n = former.n & ATTR_MAX, .name = AT_formerly};
        attr_place(a, n->line, n->col, 0);
    }
    for (const struct node *k = n->child; k; k = k->next) {
        *end = copy(x, s, k);
        end = &(*end)->next;
    }
    return c;
}

/* ---- where they go ---- */

static void append_project(struct expander *x, struct node **box, struct node ***end, enum el el, struct node *n)
{
    if (!*box) {
        struct node **last = &x->ctx->tree->child;
        while (*last)
            last = &(*last)->next;
        *last = *box = node_new(x->ctx, el, 0);
        (*box)->file = x->ctx->tree->file;
        *end = &(*box)->child;
    }
    **end = n;
    *end = &n->next;
}

static void append_device(struct expander *x, struct scope *s, struct node *n)
{
    if (!s->device) {
        if (!s->homeless)
            diag(x->ctx, node_pos(s->use), D_NO_DEFAULT_DEVICE,
                 "template '%s' has %s elements: put the Use into a Device, or give it a device",
                 node_attr(s->template, AT_name)->value, el_names[n->name]);
        s->homeless = true;
        return;
    }
    if (x->device != s->device) {
        const struct attr *a = node_attr(s->device, AT_name);
        struct homes *h = a ? map_get(x->homes, str_intern(x->ctx->strs, a->value, a->n)) : NULL;
        x->device = s->device;
        x->device_end = h && h->first == s->device ? &h->end : &x->other_end;
        if (!h || h->first != s->device)
            x->other_end = &s->device->child;
    }
    while (**x->device_end)
        *x->device_end = &(**x->device_end)->next;
    **x->device_end = n;
}

static void place_copy(struct expander *x, struct scope *s, struct node *n)
{
    if (n->name == EL_Variable)
        append_project(x, &x->variables, &x->variables_end, EL_Variables, n);
    else if (n->name == EL_AlarmPoint)
        append_project(x, &x->points, &x->points_end, EL_AlarmPoints, n);
    else
        append_device(x, s, n);
}

static void add_home(struct homes *h, struct node *device)
{
    if (h->n++)
        return;
    h->first = device;
    h->end = &device->child;
}

/* Found once: a project has one Use after the other, and perhaps many devices. */
static void find_homes(struct expander *x)
{
    const struct node *project = x->ctx->tree;
    x->homes = map_new(x->ctx->arena);
    x->any = arena_alloc(x->ctx->arena, sizeof *x->any);
    for (const struct node *p = node_child(project, EL_Plc); p; p = node_next(p, EL_Plc))
        for (const struct node *c = node_child(p, EL_Channel); c; c = node_next(c, EL_Channel))
            for (struct node *d = node_child(c, EL_Device); d; d = node_next(d, EL_Device)) {
                const struct attr *a = node_attr(d, AT_name);
                add_home(x->any, d);
                if (!a || !a->n) {
                    lose_node(x->ctx, d);
                    continue;
                }
                struct str name = str_intern(x->ctx->strs, a->value, a->n);
                struct homes *h = map_get(x->homes, name);
                if (!h) {
                    h = arena_alloc(x->ctx->arena, sizeof *h);
                    map_set(x->homes, name, h);
                }
                add_home(h, d);
            }
}

static void tell_no_device(struct expander *x, struct srcpos pos, struct str name)
{
    struct near near = near_of(name.s, name.n);
    if (name_may_be_lost(x->ctx, EL_Device, name, pos))
        return;
    diag(x->ctx, pos, D_UNKNOWN_DEVICE, "there is no device '%s'", name.s);
    for (size_t i = 0; diag_errors(x->ctx) <= HINTS_LIMIT && i < map_count(x->homes); i++) {
        struct str key;
        map_at(x->homes, i, &key);
        near_offer(&near, key.s, key.n);
    }
    if (near_take(&near))
        diag_hint(x->ctx, "did you mean '%s'?", near_take(&near));
}

static void choose_device(struct expander *x, struct scope *s)
{
    const struct attr *a = node_attr(s->use, AT_device);
    if (!a && s->device)
        return;
    struct str name = a ? filled(x, s->outer, text_of(a), value_pos(s->use, a), false) : (struct str){"", 0};
    const struct homes *h = a ? map_get(x->homes, str_intern(x->ctx->strs, name.s, name.n)) : x->any;
    s->device = h && h->n == 1 ? h->first : NULL;
    if (s->device || !a)
        return;                         /* where none is said, that is told when something needs it */
    s->homeless = true;
    if (h)
        diag(x->ctx, value_pos(s->use, a), D_UNKNOWN_DEVICE,
             "there are %u devices '%s': put the Use into the one that is meant", h->n, name.s);
    else
        tell_no_device(x, value_pos(s->use, a), name);
}

/* ---- a Use ---- */

static struct param *add_param(struct expander *x, struct param ***end, const char *name, struct str value)
{
    struct param *p = arena_alloc(x->ctx->arena, sizeof *p);
    p->name = (struct str){name, (uint32_t)strlen(name)};
    p->value = p->old = value;
    **end = p;
    *end = &p->next;
    return p;
}

static void own_name(struct expander *x, struct scope *s, struct param ***end)
{
    const struct attr *name = node_attr(s->use, AT_name), *former = node_attr(s->use, AT_formerly);
    if (!name || !name->n)
        return;
    struct srcpos pos = value_pos(s->use, name);
    struct param *p = add_param(x, end, "name", filled(x, s->outer, text_of(name), pos, false));
    p->given = true;
    if (former && former->n)
        p->old = filled(x, s->outer, text_of(former), value_pos(s->use, former), false);
    else if (s->outer && s->outer->renamed)
        p->old = filled(x, s->outer, text_of(name), pos, true);
    s->renamed = (former && former->n) || (s->outer && s->outer->renamed);
}

static void take_args(struct expander *x, struct scope *s)
{
    for (const struct node *n = node_child(s->use, EL_Arg); n; n = node_next(n, EL_Arg)) {
        const struct attr *name = node_attr(n, AT_name), *value = node_attr(n, AT_value);
        if (!name || !value)
            continue;
        struct param *p = s->params;
        while (p && (!p->declared || strcmp(p->name.s, name->value)))
            p = p->next;
        if (!p) {
            unknown(x, s, value_pos(n, name), name->value, name->n);
            continue;
        }
        if (p->given)
            diag(x->ctx, value_pos(n, name), D_TEMPLATE_PARAMETER, "'%s' is given twice", p->name.s);
        p->given = true;
        p->value = filled(x, s->outer, text_of(value), value_pos(n, value), false);
        p->old = s->renamed ? filled(x, s->outer, text_of(value), value_pos(n, value), true) : p->value;
    }
}

/* A default may name the Use and the parameters before it. */
static void fill_defaults(struct expander *x, struct scope *s)
{
    for (struct param *p = s->params; p; p = p->next) {
        const struct attr *a = p->declared && !p->given ? node_attr(p->declared, AT_default) : NULL;
        if (!a || !strstr(a->value, "${"))
            continue;
        struct srcpos pos = value_pos(p->declared, a);
        if (s->file <= UINT16_MAX)
            pos.file = (uint16_t)s->file;
        s->until = p;
        p->value = filled(x, s, text_of(a), pos, false);
        p->old = s->renamed ? filled(x, s, text_of(a), pos, true) : p->value;
    }
    s->until = NULL;
}

static bool says_name(const char *text)
{
    const char *p = text;
    while ((p = strstr(p, "${name}")) && p > text && p[-1] == '$')
        p++;
    return p != NULL;
}

static bool asks_for_name(const struct node *n)
{
    for (uint32_t i = 0; i < n->n_attrs; i++)
        if (says_name(n->attrs[i].value))
            return true;
    if (says_name(n->text))
        return true;
    for (const struct node *c = n->child; c; c = c->next)
        if (asks_for_name(c))
            return true;
    return false;
}

/* A parameter with neither value nor default; the copy would be full of consequences. */
static bool complete(struct expander *x, const struct scope *s)
{
    bool good = true;
    if (!param_of(s, "name", 4) && asks_for_name(s->template)) {
        diag(x->ctx, node_pos(s->use), D_TEMPLATE_PARAMETER, "template '%s' says ${name}, and this Use has no name",
             node_attr(s->template, AT_name)->value);
        diag_hint(x->ctx, "give the Use a name");
        good = false;
    }
    for (const struct param *p = s->params; p; p = p->next)
        if (!p->given && !node_attr(p->declared, AT_default)) {
            diag(x->ctx, node_pos(s->use), D_TEMPLATE_PARAMETER, "parameter '%s' of template '%s' has no value",
                 p->name.s, node_attr(s->template, AT_name)->value);
            diag_note(x->ctx, node_pos(p->declared), "it is declared here");
            good = false;
        }
    return good;
}

static bool open_scope(struct expander *x, struct scope *s)
{
    struct param **tail = &s->params, ***end = &tail;
    own_name(x, s, end);
    for (const struct node *n = node_child(s->template, EL_Param); n; n = node_next(n, EL_Param)) {
        const struct attr *name = node_attr(n, AT_name), *value = node_attr(n, AT_default);
        if (name && !name->n)
            continue;                   /* told by learn()                                     */
        if (name && param_of(s, name->value, name->n)) {
            diag(x->ctx, value_pos(n, name), D_TEMPLATE_PARAMETER, "there is a parameter '%s' already",
                 name->value);
            continue;
        }
        if (name)
            add_param(x, end, name->value, value ? text_of(value) : (struct str){"", 0})->declared = n;
    }
    take_args(x, s);
    const char *template = node_attr(s->template, AT_name)->value;
    const struct attr *name = node_attr(s->use, AT_name);
    s->file = diag_file_use(x->ctx, s->template->file, node_pos(s->use),
                            name && name->n && s->params ? arena_printf(x->ctx->arena,
                                         "template '%s' is used here for '%s'", template,
                                                s->params->value.s)
                                 : arena_printf(x->ctx->arena, "template '%s' is used here", template));
    choose_device(x, s);
    if (!complete(x, s))
        return false;
    fill_defaults(x, s);
    return true;
}

static const struct node *template_of(struct expander *x, const struct node *use)
{
    const struct attr *a = node_attr(use, AT_template);
    if (!a)
        return NULL;
    const struct node *t = map_get(x->templates, str_intern(x->ctx->strs, a->value, a->n));
    if (t)
        return t;
    struct near near = near_of(a->value, a->n);
    if (name_may_be_lost(x->ctx, EL_Template, str_intern(x->ctx->strs, a->value, a->n), value_pos(use, a)))
        return NULL;
    diag(x->ctx, value_pos(use, a), D_UNKNOWN_TEMPLATE, "there is no template '%s'", a->value);
    for (size_t i = 0; diag_errors(x->ctx) <= HINTS_LIMIT && i < map_count(x->templates); i++) {
        struct str key;
        map_at(x->templates, i, &key);
        near_offer(&near, key.s, key.n);
    }
    if (near_take(&near))
        diag_hint(x->ctx, "did you mean '%s'?", near_take(&near));
    return NULL;
}

static bool too_deep(struct expander *x, const struct scope *s)
{
    unsigned depth = 0;
    for (const struct scope *o = s; o; o = o->outer) {
        if (o != s && o->template == s->template) {
            diag(x->ctx, node_pos(s->use), D_TEMPLATE_LOOP, "template '%s' uses itself",
                 node_attr(s->template, AT_name)->value);
            return true;
        }
        depth++;
    }
    if (depth > DEPTH)
        diag(x->ctx, node_pos(s->use), D_TEMPLATE_LOOP, "templates are nested deeper than %u", DEPTH);
    return depth > DEPTH;
}

static void expand_use(struct expander *x, const struct node *use, const struct scope *outer, struct node *device)
{
    struct scope s = {.use = use, .outer = outer, .device = device};
    s.template = template_of(x, use);
    if (!s.template || too_deep(x, &s) || !open_scope(x, &s)) {
        lose_use(x->ctx, use);
        return;
    }
    for (const struct node *n = s.template->child; n; n = n->next) {
        if (x->nodes > NODES) {
            diag(x->ctx, node_pos(use), D_TOO_MANY, "templates make more than %u elements", NODES);
            return;
        }
        if (n->name == EL_Use)
            expand_use(x, copy(x, &(struct scope){.file = s.file}, n), &s, s.device);
        else if (n->name != EL_Param)
            place_copy(x, &s, copy(x, &s, n));
    }
}

static void expand_in(struct expander *x, const struct node *parent, struct node *device)
{
    for (const struct node *n = node_child(parent, EL_Use); n; n = node_next(n, EL_Use))
        expand_use(x, n, NULL, device);
}

static bool named(struct expander *x, const struct node *n)
{
    const struct attr *a = node_attr(n, AT_name);
    if (a && !a->n)
        diag(x->ctx, value_pos(n, a), D_EMPTY_NAME, "the name of %s is empty", el_names[n->name]);
    return a && a->n;
}

static void learn(struct expander *x, const struct node *t)
{
    const struct attr *a = node_attr(t, AT_name);
    for (const struct node *p = node_child(t, EL_Param); p; p = node_next(p, EL_Param))
        (void)named(x, p);
    if (!named(x, t)) {
        lose_node(x->ctx, t);
        return;
    }
    struct node *first = map_get(x->templates, str_intern(x->ctx->strs, a->value, a->n));
    if (!first) {
        map_set(x->templates, str_intern(x->ctx->strs, a->value, a->n), (void *)(uintptr_t)t);
        return;
    }
    diag(x->ctx, value_pos(t, a), D_DUPLICATE_NAME, "there are two templates '%s'", a->value);
    diag_note(x->ctx, node_pos(first), "the first one");
}

void pass_expand(struct ctx *ctx)
{
    if (!ctx->tree)
        return;
    struct expander *x = arena_alloc(ctx->arena, sizeof *x);
    const struct node *project = ctx->tree;
    x->ctx = ctx;
    x->templates = map_new(ctx->arena);
    for (const struct node *n = node_child(project, EL_Template); n; n = node_next(n, EL_Template))
        learn(x, n);
    find_homes(x);
    expand_in(x, project, NULL);
    for (const struct node *n = project->child; n; n = n->next)
        if ((n->name == EL_Variables || n->name == EL_AlarmPoints) && n != x->variables && n != x->points)
            expand_in(x, n, NULL);
    for (const struct node *p = node_child(project, EL_Plc); p; p = node_next(p, EL_Plc))
        for (const struct node *c = node_child(p, EL_Channel); c; c = node_next(c, EL_Channel))
            for (struct node *d = node_child(c, EL_Device); d; d = node_next(d, EL_Device))
                expand_in(x, d, d);
}
