/* What a project has already; its state texts and alarm points, and which of them are those of a list. */
#include "compiler/merge.h"
#include "compiler/plist_write.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

struct str merge_named(struct merge *m, const struct node *n, enum at name)
{
    const char *s = merge_attr(n, name);
    return ctx_str(m->ctx, s, strlen(s));
}

struct str merge_guid(struct merge *m, const char *s)
{
    char buf[40];
    size_t i = 0;
    for (s += *s == '{'; i < sizeof buf - 1 && *s && *s != '}'; s++)
        buf[i++] = *s >= 'A' && *s <= 'F' ? (char)(*s + 32) : *s;
    return ctx_str(m->ctx, buf, i);
}

static void index_variable(struct merge *m, struct node *v)
{
    struct str guid = merge_guid(m, merge_attr(v, AT_guid));
    struct str object = merge_named(m, v, AT_dataPointName);
    map_add(m->variables, merge_named(m, v, AT_name), v);
    (void)plist_unique(m->l, "variable", merge_named(m, v, AT_name));
    if (guid.n)
        map_add(m->by_guid, guid, v);
    if (object.n && map_add(m->by_object, object, v))
        map_set(m->by_object, object, NULL);            /* not unique: no identity             */
}

static void index_object(struct merge *m, struct str key, struct node *o)
{
    map_add(m->objects, key, o);
    if (!strcmp(merge_attr(o, AT_enabled), "false"))
        return;                                         /* there is no object that it describes     */
    map_add(m->in_rows, merge_named(m, o, AT_variable), o);
    if (map_add(m->only_object, merge_named(m, o, AT_variable), o))
        map_set(m->only_object, merge_named(m, o, AT_variable), NULL);
}

static void index_plc(struct merge *m, const struct node *plc)
{
    for (const struct node *c = node_child(plc, EL_Channel); c; c = node_next(c, EL_Channel)) {
        for (struct node *d = node_child(c, EL_Device); d; d = node_next(d, EL_Device)) {
            const char *device = merge_attr(d, AT_name);
            map_add(m->devices, merge_key(m, merge_attr(plc, AT_name), device, ""), d);
            if (map_add(m->only_device, merge_named(m, plc, AT_name), d))
                map_set(m->only_device, merge_named(m, plc, AT_name), NULL);
            m->n_devices++;
            for (struct node *o = node_child(d, EL_Object); o; o = node_next(o, EL_Object))
                index_object(m, merge_key(m, merge_attr(plc, AT_name), device, merge_attr(o, AT_variable)), o);
        }
    }
}

void merge_index(struct merge *m)
{
    struct map **maps[] = { &m->variables, &m->by_guid, &m->by_object, &m->states, &m->alarms,
                            &m->devices, &m->objects, &m->only_object, &m->in_rows, &m->renamed, &m->sets_new,
                            &m->alarms_new,
                            &m->schedule_variables, &m->schedule_of, &m->only_device, &m->points,
                            &m->schedules, &m->sources, &m->classes_renamed };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = map_new(m->ctx->arena);
    for (struct node *n = m->ctx->tree->child; n; n = n->next) {
        if (n->name == EL_StateTexts) {
            map_add(m->states, merge_named(m, n, AT_name), n);
            m->states_last = n->file == m->ctx->tree->file ? n : m->states_last;
        } else if (n->name == EL_AlarmPoints) {
            m->alarms_last = n->line ? n : m->alarms_last;      /* without a line: of templates */
            for (struct node *a = n->child; a; a = a->next)
                map_add(m->alarms, merge_named(m, a, AT_name), a);
        } else if (n->name == EL_Sources) {
            m->sources_last = n->line ? n : m->sources_last;
            for (struct node *s = n->child; s; s = s->next)
                map_add(m->sources, merge_named(m, s, AT_id), s);
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

const struct node *merge_variable(struct merge *m, const struct plist_point *p)
{
    const struct node *n = p->attrs[PA_guid].n ? map_get(m->by_guid, merge_guid(m, p->attrs[PA_guid].s)) : NULL;
    n = n ? n : map_get(m->variables, p->name);
    return n ? n : map_get(m->variables, p->attrs[PA_formerly]);
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
    return strtoll(merge_attr(state, AT_value), NULL, 10) + (multi ? 1 - base : 0);
}

static bool ede_alike(const struct node *n, const struct plist_states *s, long long base)
{
    size_t known = 0;
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State)) {
        long long number = ede_number(t, base, s);
        size_t i = 0;
        while (i < s->n && s->states[i].value != number)
            i++;
        if (i == s->n || !merge_ede_text(t->text, s->states[i].text.s))
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

static long long base_of(const struct node *n)
{
    long long base = LLONG_MAX;
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State)) {
        long long v = strtoll(merge_attr(t, AT_value), NULL, 10);
        base = v < base ? v : base;
    }
    return base;
}

static bool states_equal(const struct node *n, const struct plist_states *s)
{
    size_t count = 0;
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State), count++) {
        const char *wire = merge_attr(t, AT_wire);
        const long long value = strtoll(merge_attr(t, AT_value), NULL, 10);
        size_t i = 0;                                   /* a project may have them in any order    */
        while (i < s->n && s->states[i].value != value)
            i++;
        if (i == s->n || strcmp(t->text, s->states[i].text.s) != 0 ||
            (*wire ? strtoll(wire, NULL, 10) : -1) != s->states[i].wire)
            return false;
    }
    return count == s->n;
}

static bool states_alike(struct merge *m, const struct node *n, const struct plist_states *s)
{
    return m->o->ede ? ede_alike(n, s, base_of(n)) : states_equal(n, s);
}

/* An EDE file tells the texts of a multi-state object, not which numbers the variable holds: those are what they were.
 * A text that is the same but for what such files lack stays, too; a state that the project has not is counted on. */
static const struct plist_states *own_numbers(struct merge *m, const struct node *n, const struct plist_states *s)
{
    struct plist_state *own = arena_array(m->ctx->arena, s->n + 1, sizeof *own);
    const long long base = base_of(n);
    long long next = base;
    bool wired = false;
    size_t count = 0;
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State)) {
        const long long v = strtoll(merge_attr(t, AT_value), NULL, 10);
        next = v >= next ? v + 1 : next;
        wired |= *merge_attr(t, AT_wire) != 0;
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct node *t = node_child(n, EL_State);
        while (t && ede_number(t, base, s) != s->states[i].value)
            t = node_next(t, EL_State);
        char filler[32];
        snprintf(filler, sizeof filler, "State %zu", i + 1);
        if (!t && wired && !strcmp(filler, s->states[i].text.s))
            continue;                                   /* a number between them               */
        struct plist_state *to = &own[count++];
        *to = (struct plist_state){ .value = next, .wire = wired ? s->states[i].value : -1, .text = s->states[i].text };
        next += !t;
        if (!t)
            continue;
        const char *wire = merge_attr(t, AT_wire);
        to->value = strtoll(merge_attr(t, AT_value), NULL, 10);
        to->wire = *wire ? strtoll(wire, NULL, 10) : -1;
        if (merge_ede_text(t->text, to->text.s))
            to->text = ctx_str(m->ctx, t->text, t->text_n);
    }
    return plist_states_of(m->l, merge_named(m, n, AT_name), own, count, s->pos);
}

bool merge_no_states(struct merge *m, const struct node *var, struct str name)
{
    const struct plist_states *s = list_states(m->l, name);
    return m->o->ede && s && s->n == 2 && s->states[0].value == 0 && !*merge_attr(var, AT_stateTexts) &&
           !strcmp(s->states[0].text.s, "Inactive") && !strcmp(s->states[1].text.s, "Active");
}

bool merge_states_stay(struct merge *m, const struct node *var, struct plist_point *p)
{
    const struct node *n = map_get(m->states, merge_named(m, var, AT_stateTexts));
    const struct plist_states *s = list_states(m->l, p->attrs[PA_stateTexts]);
    double wire, most = 0;
    struct str text;
    if (!(p->weak >> PA_stateTexts & 1) || !s)
        return false;
    if (!n) {
        p->weak &= ~(1u << PA_stateTexts);              /* it has none                         */
        return false;
    }
    for (const struct node *t = node_child(n, EL_State); t; t = node_next(t, EL_State)) {
        const char *given = merge_attr(t, AT_wire);
        wire = plist_number(m->l, given, strlen(given), &text, &wire) ? wire : most + 1;
        most = wire > most ? wire : most;
    }
    if (p->counted && (double)s->n != most)
        diag(m->ctx, p->pos, D_IMPORT_ADJUSTED, "'%s' has %.0f states, which stay; the list has %zu, and not their texts",
             merge_attr(var, AT_name), most, s->n);
    return true;
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
    struct str have = var ? merge_named(m, var, AT_stateTexts) : ctx_str(m->ctx, "", 0);
    const struct node *n = map_get(m->states, have);
    if (!s)                                             /* only named: it is the project's     */
        return name;
    if (n && states_alike(m, n, s))
        return have;
    if (var && merge_made(m, var)) {                    /* it will not get another             */
        m->refused = true;
        return have;
    }
    const bool own = m->o->ede && n && s->n && s->states[0].value == 1;
    if (own)
        s = own_numbers(m, n, s);
    struct str *known = map_get(m->sets_new, s->name);
    if (known)
        return *known;
    known = arena_alloc(m->ctx->arena, sizeof *known);
    map_set(m->sets_new, s->name, known);
    for (size_t i = 0; i < map_count(m->states); i++) {
        n = map_at(m->states, i, known);
        if (own ? states_equal(n, s) : states_alike(m, n, s))
            return *known;
    }
    struct plist_states copy = *s;
    copy.name = *known = free_name(m, m->states, own ? have : name);
    plist_write_states(&copy, m->step, m->step, &m->new_states);
    return *known;
}

static const struct plist_alarm *list_alarm(struct plist *l, struct str name)
{
    return map_get(l->by_key, plist_format(l, "alarm named\n%s", name.s));
}

/* What an alarm point watches is said whole by a point list's cell; delays, texts and the like it may leave out. An
 * EDE file knows but two limits. */
static bool lacked(const struct merge *m, enum at at, const struct plist_alarm *a)
{
    static const enum at watched[] = { AT_high, AT_low, AT_faultHigh, AT_faultLow, AT_alarmStates, AT_faultStates, AT_feedback };
    bool lacks = false;
    for (size_t i = 0; i < sizeof watched / sizeof *watched && !m->o->ede; i++)
        lacks |= at == watched[i];
    for (size_t i = 0; i < a->n && lacks; i++)
        lacks = strcmp(at_names[at], a->attrs[i].name.s) != 0;
    return lacks;
}

static void update_alarm(struct merge *m, const struct node *n, const struct plist_alarm *a)
{
    struct textbuf gone = { .arena = m->ctx->arena };
    for (size_t i = 0; i < a->n; i++)
        merge_edit_attr(m, n, a->attrs[i].name.s, a->attrs[i].value.s);
    for (size_t i = 0; i < n->n_attrs; i++) {
        if (!lacked(m, n->attrs[i].name, a))
            continue;
        textbuf_printf(&gone, "%s%s", gone.n ? ", " : "", at_names[n->attrs[i].name]);
        merge_edit_attr(m, n, at_names[n->attrs[i].name], "");
    }
    if (merge_made(m, n))
        return;
    m->n_alarms++;
    if (gone.n)
        diag(m->ctx, a->pos, D_IMPORT_ADJUSTED, "alarm point '%s' loses %s, which the list does not have", merge_attr(n, AT_name),
             gone.s);
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
        if (!have && a->attrs[i].value.n)
            return false;
        have = have ? have : "";
        bool equal = !strcmp(have, a->attrs[i].value.s) ||
                     (plist_number(m->l, have, strlen(have), &text, &x) &&
                      plist_number(m->l, a->attrs[i].value.s, a->attrs[i].value.n, &text, &y) &&
                      x == y);
        if (!equal)
            return false;
    }
    for (size_t i = 0; i < n->n_attrs; i++)
        if (lacked(m, n->attrs[i].name, a))
            return false;
    return true;
}

struct str merge_alarm(struct merge *m, const struct node *var, struct str name)
{
    const struct plist_alarm *a = list_alarm(m->l, name);
    struct str have = var ? merge_named(m, var, AT_alarmPoint) : ctx_str(m->ctx, "", 0);
    const struct node *n = map_get(m->alarms, have);
    if (!a || (n && alarm_alike(m, n, a)))
        return a ? have : name;
    if (var && merge_made(m, var) && !str_eq(have, name)) {
        m->refused = true;
        return have;
    }
    struct str *known = map_get(m->alarms_new, name);
    if (known)
        return *known;
    known = arena_alloc(m->ctx->arena, sizeof *known);
    map_set(m->alarms_new, name, known);
    n = map_get(m->alarms, name);
    *known = name;
    if (n && alarm_alike(m, n, a))
        return name;
    if (n && m->mode != MERGE_ADD_ALL && m->mode != MERGE_ADD_NEW) {
        update_alarm(m, n, a);                          /* the point is the list's to change   */
        return name;
    }
    struct plist_alarm copy = *a;
    copy.name = *known = free_name(m, m->alarms, name);
    plist_write_alarm(&copy, merge_inside(m, m->alarms_last), &m->new_alarms);
    return *known;
}

static bool same_number(struct merge *m, const char *a, const char *b)
{
    struct str text;
    double x, y;
    return plist_number(m->l, a, strlen(a), &text, &x) && plist_number(m->l, b, strlen(b), &text, &y) && (float)x == (float)y;
}

bool merge_served_range(struct merge *m, const struct merge_word *w, struct str name)
{
    const struct plist_alarm *a = list_alarm(m->l, name);
    if (!m->o->ede || !a || !w->device || strcmp(merge_attr(w->device, AT_limitProperties), "domat") != 0 ||
        *merge_attr(w->n, AT_alarmPoint))
        return false;
    for (size_t i = 1; i < a->n; i++) {                 /* behind the kind                      */
        const bool high = !strcmp(a->attrs[i].name.s, "high");
        const char *want = a->attrs[i].value.s;
        if (!same_number(m, merge_attr(w->var, high ? AT_high : AT_low), want) &&
            !same_number(m, w->row ? w->row->attrs[high ? PA_high : PA_low].s : "", want))
            return false;
    }
    return true;
}
