/* What a project has already, and whether a list says the same in other words. */
#include "compiler/merge.h"
#include "compiler/number_text.h"
#include "schemas/units.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const enum at merge_at[PA_COUNT] = {
#define X(name) AT_##name,
    PLIST_ATTRS(X)
#undef X
};

const char *merge_attr(const struct node *n, enum at name)
{
    const struct attr *a = node_attr(n, name);
    return a ? a->value : "";
}

struct str merge_key(struct merge *m, const char *a, const char *b, const char *c)
{
    const char *s = arena_printf(m->ctx->arena, "%s\n%s\n%s", a, b, c);
    return ctx_str(m->ctx, s, strlen(s));
}

static struct str named(struct merge *m, const struct node *n, enum at name)
{
    const char *s = merge_attr(n, name);
    return ctx_str(m->ctx, s, strlen(s));
}

static struct str lower(struct merge *m, const char *s)
{
    char buf[40];
    size_t i = 0;
    for (; i < sizeof buf - 1 && s[i]; i++)
        buf[i] = s[i] >= 'A' && s[i] <= 'F' ? (char)(s[i] + 32) : s[i];
    return ctx_str(m->ctx, buf, i);
}

static void index_variable(struct merge *m, struct node *v)
{
    struct str guid = lower(m, merge_attr(v, AT_guid));
    struct str object = named(m, v, AT_dataPointName);
    map_add(m->variables, named(m, v, AT_name), v);
    (void)plist_unique(m->l, "variable", named(m, v, AT_name));
    if (guid.n)
        map_add(m->by_guid, guid, v);
    if (object.n && map_add(m->by_object, object, v))
        map_set(m->by_object, object, NULL);            /* not unique: no identity             */
}

static void index_object(struct merge *m, struct str key, struct node *o)
{
    map_add(m->objects, key, o);
    if (map_add(m->only_object, named(m, o, AT_variable), o))
        map_set(m->only_object, named(m, o, AT_variable), NULL);
}

static void index_plc(struct merge *m, const struct node *plc)
{
    for (const struct node *c = node_child(plc, EL_Channel); c; c = node_next(c, EL_Channel)) {
        for (struct node *d = node_child(c, EL_Device); d; d = node_next(d, EL_Device)) {
            const char *device = merge_attr(d, AT_name);
            map_add(m->devices, merge_key(m, merge_attr(plc, AT_name), device, ""), d);
            if (map_add(m->only_device, named(m, plc, AT_name), d))
                map_set(m->only_device, named(m, plc, AT_name), NULL);
            m->n_devices++;
            for (struct node *o = node_child(d, EL_Object); o; o = node_next(o, EL_Object))
                index_object(m, merge_key(m, merge_attr(plc, AT_name), device, merge_attr(o, AT_variable)), o);
        }
    }
}

bool merge_made(const struct merge *m, const struct node *n)
{
    return n->file >= m->n_files;
}

void merge_edit_attr(struct merge *m, const struct node *n, const char *name, const char *value)
{
    m->refused |= merge_made(m, n);
    if (!merge_made(m, n))
        xmledit_attr(m->edit, n, name, value);
}

void merge_edit_child(struct merge *m, const struct node *n, const char *text)
{
    m->refused |= merge_made(m, n);
    if (!merge_made(m, n))
        xmledit_child(m->edit, n, text);
}

const char *merge_inside(struct merge *m, const struct node *parent)
{
    return parent ? xmledit_child_indent(m->edit, parent) : arena_printf(m->ctx->arena, "%s%s", m->step, m->step);
}

void merge_index(struct merge *m)
{
    struct map **maps[] = { &m->variables, &m->by_guid, &m->by_object, &m->states, &m->alarms,
                            &m->devices, &m->objects, &m->only_object, &m->renamed, &m->sets_new, &m->alarms_new,
                            &m->schedule_variables, &m->only_device, &m->points };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = map_new(m->ctx->arena);
    for (struct node *n = m->ctx->tree->child; n; n = n->next) {
        if (n->name == EL_StateTexts) {
            map_add(m->states, named(m, n, AT_name), n);
            m->states_last = n->file == m->ctx->tree->file ? n : m->states_last;
        } else if (n->name == EL_AlarmPoints) {
            m->alarms_last = n->line ? n : m->alarms_last;      /* without a line: of templates */
            for (struct node *a = n->child; a; a = a->next)
                map_add(m->alarms, named(m, a, AT_name), a);
        } else if (n->name == EL_Variables) {
            m->variables_last = n->line ? n : m->variables_last;
            for (struct node *v = n->child; v; v = v->next)
                if (v->name == EL_Variable)
                    index_variable(m, v);
        } else if (n->name == EL_Plc) {
            m->first_plc = m->first_plc ? m->first_plc : n;
            index_plc(m, n);
        }
    }
}

/* ---- alike -------------------------------------------------------------------------------- */

static bool unit_code(struct merge *m, const char *text, uint32_t *code)
{
    for (const struct node *u = node_child(m->ctx->tree, EL_Units); u; u = node_next(u, EL_Units))
        for (const struct node *a = u->child; a; a = a->next)
            if (!strcmp(merge_attr(a, AT_text), text))
                text = merge_attr(a, AT_bacnet);
    const struct unit_symbol *s = unit_by_symbol(text, strlen(text));
    if (s) {
        *code = s->code;
        return true;
    }
    if (!strncmp(text, "bacnet:", 7))
        text += 7;
    const struct unit *u = unit_by_name(text, strlen(text));
    char *end;
    *code = u ? u->code : (uint32_t)strtoul(text, &end, 10);
    return u || (*text && !*end);
}

/* What the variable will say when the list is brought in. */
static const char *to_be(const struct merge_word *w, enum pa a)
{
    return w->p->attrs[a].n && !(w->p->weak >> a & 1) ? w->p->attrs[a].s : merge_attr(w->var, merge_at[a]);
}

/* What the compiler would suggest for a variable that gives no data point type. */
static const char *suggested(const struct merge_word *w)
{
    static const char words[3][3][3] = { { "AI", "AO", "AV" }, { "BI", "BO", "BV" },
                                         { "MI", "MO", "MV" } };
    const char *type = to_be(w, PA_type), *access = to_be(w, PA_access);
    size_t kind = !strcmp(type, "BOOL") ? 1 : strstr(type, "REAL") ? 0 : *to_be(w, PA_stateTexts) ? 2 : 0;
    return words[kind][!strcmp(access, "read") ? 0 : !strcmp(access, "output") ? 1 : 2];
}

static const struct node *its_row(struct merge *m, const struct merge_word *w)
{
    return map_get(m->only_object, named(m, w->var, AT_name));
}

/* Has the object a priority array without a word of it: an output, or a value object of such a device? */
static bool by_itself(struct merge *m, const struct merge_word *w)
{
    const struct node *row = its_row(m, w);
    const char *type = row ? merge_attr(row, AT_type) : "";
    type = *type ? type : *to_be(w, PA_dataPointType) ? to_be(w, PA_dataPointType) : suggested(w);
    return type[1] == 'O' || (type[1] == 'V' && w->device && !strcmp(merge_attr(w->device, AT_commandableValues), "true"));
}

/* What a variable is that says nothing of retain: true where it is commandable. */
static const char *supposed_retain(struct merge *m, const struct merge_word *w)
{
    const struct node *row = its_row(m, w);
    const char *commandable = row ? merge_attr(row, AT_commandable) : "";
    commandable = *commandable ? commandable : to_be(w, PA_commandable);
    return (*commandable ? !strcmp(commandable, "true") : by_itself(m, w)) ? "true" : "false";
}

/* The class of alarms that do not say theirs. */
static const char *supposed_class(const struct merge_word *w)
{
    const struct node *first = w->device ? node_child(w->device, EL_NotificationClass) : NULL;
    if (!w->device || *merge_attr(w->device, AT_defaultNotificationClass))
        return w->device ? merge_attr(w->device, AT_defaultNotificationClass) : "";
    for (const struct node *c = first; c; c = node_next(c, EL_NotificationClass))
        if (!strcmp(merge_attr(c, AT_name), "Class_1"))
            return "Class_1";
    return !first ? "Class_1" : node_next(first, EL_NotificationClass) ? "" : merge_attr(first, AT_name);
}

/* What the compiler takes for a value that is not given: 0, or what of the range is next to it. */
static double supposed_initial(struct merge *m, const struct node *v)
{
    const char *low = merge_attr(v, AT_low), *high = merge_attr(v, AT_high);
    struct str text;
    double bound, value = 0;
    if (plist_number(m->l, high, strlen(high), &text, &bound) && bound < value)
        value = bound;
    if (plist_number(m->l, low, strlen(low), &text, &bound) && bound > value)
        value = bound;
    return value;
}

bool merge_row_attr(enum pa a, enum at *at)
{
    switch (a) {
    case PA_dataPointName: *at = AT_name; return true;
    case PA_dataPointType: *at = AT_type; return true;
    case PA_description: case PA_polarity: case PA_commandable: case PA_alarmPoint:
    case PA_notificationClass: *at = merge_at[a]; return true;
    default: return false;
    }
}

/* An EDE file has no quotes and no separators in its texts: what it has instead is the same text. */
static bool ede_text(const char *have, const char *want)
{
    for (;; have++, want++) {
        while (*have == '"')
            have++;
        while (*want == '"')
            want++;
        const char a = *have == ';' ? ',' : *have > 0 && *have < ' ' ? ' ' : *have, b = *want == ';' ? ',' : *want;
        if (a != b || !a)
            return a == b;
    }
}

/* Where a file has limits only, they may be those of the alarm point. */
static bool alarm_limit(struct merge *m, const struct node *v, enum at at, double value)
{
    const char *alarm = merge_attr(v, AT_alarmPoint);
    const struct node *n = map_get(m->alarms, ctx_str(m->ctx, alarm, strlen(alarm)));
    const char *limit = n ? merge_attr(n, at) : "";
    struct str text;
    double x;
    return plist_number(m->l, limit, strlen(limit), &text, &x) && (float)x == (float)value;
}

/* Cells have no blanks around their text. */
static bool same_text(const char *have, struct str want)
{
    size_t n;
    have += strspn(have, " \t");
    for (n = strlen(have); n && (have[n - 1] == ' ' || have[n - 1] == '\t'); n--)
        ;
    return n == want.n && !memcmp(have, want.s, n);
}

bool merge_same(struct merge *m, const struct merge_word *w, enum at at, enum pa a, struct str want)
{
    const struct node *var = w->n;
    const char *have = merge_attr(var, at);
    struct str text;
    double x, y;
    uint32_t code, other;
    uint64_t ms = 0, want_ms;
    if (same_text(have, want) || (m->o->ede && *have && ede_text(have, want.s)))
        return true;
    switch (a) {
    case PA_unit:
        return unit_code(m, have, &code) && unit_code(m, want.s, &other) && code == other;
    case PA_dataPointType:
        return !*have && !strcmp(suggested(w), want.s);
    case PA_dataPointName:
        return !*have && !strcmp(merge_attr(var, AT_name), want.s);
    case PA_description:                                /* the name, where none is given       */
        return !*have && !strcmp(merge_attr(var, *merge_attr(var, AT_dataPointName) ? AT_dataPointName : AT_name), want.s);
    case PA_access:
        return !*have && !strcmp(want.s, "readWrite");
    case PA_low: case PA_high: case PA_initial: case PA_covIncrement:
        if (!plist_number(m->l, want.s, want.n, &text, &y))
            return false;
        if (!*have)
            return m->o->ede && (a == PA_initial ? (float)supposed_initial(m, var) == (float)y
                                                 : !m->o->limits_given && alarm_limit(m, var, at, y));
        /* An EDE file has them as the device has: REAL. */
        return plist_number(m->l, have, strlen(have), &text, &x) && (m->o->ede ? (float)x == (float)y : x == y);
    case PA_notificationClass:
        return !*have && !strcmp(supposed_class(w), want.s);
    case PA_guid:
        return !strcasecmp(have, want.s);
    case PA_retain:
        return !*have && !strcmp(supposed_retain(m, w), want.s);
    case PA_commandable:
        return !*have && !strcmp(want.s, by_itself(m, w) ? "true" : "false");
    case PA_counters: case PA_bacnetVisible:
        return !*have && !strcmp(want.s, "false");
    case PA_bacnetDevice:
        return !*have && w->device && !strcmp(merge_attr(w->device, AT_name), want.s);
    case PA_minimumOnTime: case PA_minimumOffTime:
        return parse_duration(want.s, want.n, &want_ms) && (!*have || parse_duration(have, strlen(have), &ms)) && ms == want_ms;
    case PA_polarity:
        return !*have && !strcmp(want.s, "normal");
    default:
        return false;
    }
}

/* ---- state texts and alarm points --------------------------------------------------------- */

static const struct plist_states *list_states(struct plist *l, struct str name)
{
    return map_get(l->by_key, plist_format(l, "states named\n%s", name.s));
}

/* The number on the wire that a state of the project has in an EDE file: its own, else counted from 1. */
static long long ede_number(const struct node *state, long long base, const struct plist_states *s)
{
    const char *wire = merge_attr(state, AT_wire);
    const bool multi = s->n && s->states[0].value == 1;
    if (multi && *wire)
        return strtoll(wire, NULL, 10);
    return strtoll(merge_attr(state, AT_value), NULL, 10) + (multi && base == 0);
}

static bool ede_alike(const struct node *n, const struct plist_states *s, long long base)
{
    size_t known = 0;
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State)) {
        long long number = ede_number(t, base, s);
        size_t i = 0;
        while (i < s->n && s->states[i].value != number)
            i++;
        if (i == s->n || !ede_text(t->text, s->states[i].text.s))
            return false;
        known++;
    }
    for (size_t i = 0; i < s->n; i++) {                 /* numbers between them have texts that say nothing */
        char filler[32];
        snprintf(filler, sizeof filler, "State %zu", i + 1);
        known += !strcmp(filler, s->states[i].text.s);
    }
    return known >= s->n;
}

static bool states_alike(struct merge *m, const struct node *n, const struct plist_states *s)
{
    size_t i = 0;
    long long base = LLONG_MAX;
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State)) {
        long long v = strtoll(merge_attr(t, AT_value), NULL, 10);
        base = v < base ? v : base;
    }
    if (m->o->ede)
        return ede_alike(n, s, base);
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State), i++) {
        const char *wire = merge_attr(t, AT_wire);
        if (i == s->n || strcmp(t->text, s->states[i].text.s) != 0 ||
            strtoll(merge_attr(t, AT_value), NULL, 10) != s->states[i].value ||
            (*wire ? strtoll(wire, NULL, 10) : -1) != s->states[i].wire)
            return false;
    }
    return i == s->n;
}

bool merge_no_states(struct merge *m, const struct node *var, struct str name)
{
    const struct plist_states *s = list_states(m->l, name);
    return m->o->ede && s && s->n == 2 && s->states[0].value == 0 && !*merge_attr(var, AT_stateTexts) &&
           !strcmp(s->states[0].text.s, "Inactive") && !strcmp(s->states[1].text.s, "Active");
}

struct str merge_turned(struct merge *m, struct str name)
{
    const struct plist_states *s = list_states(m->l, name);
    if (!s || s->n != 2 || s->states[0].value != 0)
        return name;
    struct plist_state turned[2] = { s->states[0], s->states[1] };
    turned[0].text = s->states[1].text;
    turned[1].text = s->states[0].text;
    return plist_states_of(m->l, plist_format(m->l, "%s_%s", turned[0].text.s, turned[1].text.s), turned, 2, s->pos)->name;
}

/* A new element's text with a name that the project does not have. */
static struct str free_name(struct merge *m, struct map *taken, struct str want)
{
    struct str name = want;
    for (unsigned i = 2; map_get(taken, name); i++)
        name = plist_format(m->l, "%s_%u", want.s, i);
    return name;
}

struct str merge_states(struct merge *m, const struct node *var, struct str name)
{
    const struct plist_states *s = list_states(m->l, name);
    struct str have = var ? named(m, var, AT_stateTexts) : ctx_str(m->ctx, "", 0);
    const struct node *n = map_get(m->states, have);
    if (!s)                                             /* only named: it is the project's     */
        return name;
    if (n && states_alike(m, n, s))
        return have;
    struct str *known = map_get(m->sets_new, name);
    if (known)
        return *known;
    known = arena_alloc(m->ctx->arena, sizeof *known);
    map_set(m->sets_new, name, known);
    for (size_t i = 0; i < map_count(m->states); i++) {
        n = map_at(m->states, i, known);
        if (states_alike(m, n, s))
            return *known;
    }
    struct plist_states copy = *s;
    copy.name = *known = free_name(m, m->states, name);
    plist_write_states(&copy, m->step, m->step, &m->new_states);
    return *known;
}

static const struct plist_alarm *list_alarm(struct plist *l, struct str name)
{
    return map_get(l->by_key, plist_format(l, "alarm named\n%s", name.s));
}

/* Does the project's alarm point say all that the list's does? It may say more. */
static bool alarm_alike(struct merge *m, const struct node *n, const struct plist_alarm *a)
{
    struct str text;
    double x, y;
    for (size_t i = 0; i < a->n; i++) {
        const char *have = NULL;
        for (size_t k = 0; k < n->n_attrs; k++)
            if (!strcmp(at_names[n->attrs[k].name], a->attrs[i].name.s))
                have = n->attrs[k].value;
        if (!have)
            return false;
        bool equal = !strcmp(have, a->attrs[i].value.s) ||
                     (plist_number(m->l, have, strlen(have), &text, &x) &&
                      plist_number(m->l, a->attrs[i].value.s, a->attrs[i].value.n, &text, &y) &&
                      x == y);
        if (!equal)
            return false;
    }
    return true;
}

struct str merge_alarm(struct merge *m, const struct node *var, struct str name)
{
    const struct plist_alarm *a = list_alarm(m->l, name);
    struct str have = var ? named(m, var, AT_alarmPoint) : ctx_str(m->ctx, "", 0);
    const struct node *n = map_get(m->alarms, have);
    if (!a || (n && alarm_alike(m, n, a)))
        return a ? have : name;
    struct str *known = map_get(m->alarms_new, name);
    if (known)
        return *known;
    known = arena_alloc(m->ctx->arena, sizeof *known);
    map_set(m->alarms_new, name, known);
    n = map_get(m->alarms, name);
    *known = name;
    if (n && m->mode != MERGE_ADD_ALL && m->mode != MERGE_ADD_NEW) {
        for (size_t i = 0; i < a->n; i++)               /* the point is the list's to change   */
            merge_edit_attr(m, n, a->attrs[i].name.s, a->attrs[i].value.s);
        return name;
    }
    if (n && alarm_alike(m, n, a))
        return name;
    struct plist_alarm copy = *a;
    copy.name = *known = free_name(m, m->alarms, name);
    plist_write_alarm(&copy, merge_inside(m, m->alarms_last), &m->new_alarms);
    return *known;
}

const struct node *merge_device(struct merge *m, const struct plist_device *d, const char **plc)
{
    const struct node *by_name = NULL, *by_number = NULL, *only = NULL;
    const char *name = m->o->device ? m->o->device : d->name.s, *at[3] = { "", "", "" };
    for (size_t i = 0; i < map_count(m->devices); i++) {
        struct str key;
        const struct node *n = map_at(m->devices, i, &key);
        const char *own = arena_printf(m->ctx->arena, "%.*s", (int)strcspn(key.s, "\n"), key.s);
        only = n;
        at[2] = own;
        if (!strcmp(merge_attr(n, AT_name), name) && (!by_name || !strcmp(own, d->plc.s))) {
            by_name = n;
            at[0] = own;
        }
        if (d->instance.n && !strcmp(merge_attr(n, AT_instance), d->instance.s) && !by_number) {
            by_number = n;
            at[1] = own;
        }
    }
    bool use_number = m->o->ede && by_number && !m->o->device;
    const struct node *found = use_number ? by_number : by_name;
    *plc = use_number ? at[1] : at[0];
    if (!found && m->n_devices == 1 && !m->l->devices->next && !m->o->device) {
        found = only;
        *plc = at[2];
    }
    if (!found) {
        diag(m->ctx, d->pos, D_IMPORT_TARGET, "the project has no device '%s'%s%s", name,
             m->o->ede ? ", nor one with instance " : "", m->o->ede ? d->instance.s : "");
        diag_hint(m->ctx, "--device=NAME says into which one");
    }
    return found;
}
