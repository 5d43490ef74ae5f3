/* Values between the variable and the wire, at compile time: states, 0-base, polarity. */
#include "compiler/publish.h"

#include "compiler/ctx.h"
#include "compiler/number_text.h"
#include "compiler/resolve.h"
#include "schemas/objdefs.h"

#include <stdlib.h>
#include <string.h>

const struct state *state_by_value(const struct state_set *set, double value)
{
    for (uint32_t i = 0; i < set->n_states; i++)
        if ((double)set->states[i].value == value)
            return &set->states[i];
    return NULL;
}

const struct state *state_by_text(const struct state_set *set, struct str text)
{
    for (uint32_t i = 0; i < set->n_states; i++)
        if (set->states[i].text.n == text.n && !memcmp(set->states[i].text.s, text.s, text.n))
            return &set->states[i];
    return NULL;
}

bool wire_value(const struct publication *p, double value, double *wire)
{
    const struct state_set *set = p->variable->states.to;
    const struct state *s;
    switch (p->type) {
    case OT_binary_input: case OT_binary_output: case OT_binary_value:
        *wire = p->reverse ? 1 - value : value;
        return value == 0 || value == 1;
    case OT_multi_state_input: case OT_multi_state_output: case OT_multi_state_value:
        if (!set) {
            *wire = value;                  /* without texts the number is the state           */
            return value >= 1;
        }
        s = state_by_value(set, value);
        *wire = s ? s->wire : 0;
        return s != NULL;
    default: *wire = value; return true;
    }
}

double schedule_wire(const struct schedule *s, double value)
{
    const struct variable *v = s->variable.to;
    const struct target *t = s->targets, *elsewhere = NULL;
    double wire = value;
    for (; t && (!t->publication || t->property != P_present_value); t = t->next)
        if (!elsewhere && t->oid != NOT_SET && t->property == P_present_value)
            elsewhere = t;
    if (t && wire_value(t->publication, value, &wire))
        return wire;
    const struct obj_def *def = !t && elsewhere ? obj_def(oid_type(elsewhere->oid)) : NULL;
    if (def && def->present == DT_real)
        return value;                       /* an analog object elsewhere has no states        */
    const struct state *state = s->type == VT_schedule_int && v && v->states.to ? state_by_value(v->states.to, value) : NULL;
    return state ? state->wire : value;
}

static bool all_known(struct ctx *ctx, const struct variable *v, struct state_list l)
{
    struct str word;
    double value;
    while (state_next(ctx, &l, &word))
        if (!value_read(v, word, &value))
            return false;
    return true;
}

/* Is there such a separator outside of quotes? */
static bool separated(const char *s, char by)
{
    char quote = 0, before = by;
    for (; *s; before = *s == ' ' ? before : *s, s++) {
        if (quote)
            quote = *s == quote ? 0 : quote;
        else if (*s == by)
            return true;
        else if ((*s == '\'' || *s == '"') && (before == by || s[-1] == ' '))
            quote = *s;
    }
    return false;
}

struct state_list state_list(struct ctx *ctx, const struct variable *v, struct str states)
{
    struct state_list l = { .p = states.s, .between = ' ' };
    double value;
    if (!strpbrk(states.s, " ,;'\"") || all_known(ctx, v, l))
        return l;
    l.between = value_read(v, states, &value) ? 0 : separated(states.s, ';') ? ';' : separated(states.s, ',') ? ',' : ' ';
    l.quotes = l.between != 0;
    return l;
}

bool state_next(struct ctx *ctx, struct state_list *l, struct str *word)
{
    const char *s = l->p, *end;
    while (*s == ' ' || (*s && *s == l->between))
        s++;
    const bool quoted = l->quotes && (*s == '\'' || *s == '"');
    end = quoted ? strchr(s + 1, *s) : NULL;
    if (end) {
        *word = str_intern(ctx->strs, s + 1, (size_t)(end - s - 1));
        l->p = end + 1;
        return true;
    }
    end = l->between ? strchr(s, l->between) : NULL;
    end = end ? end : s + strlen(s);
    l->p = end;
    while (end > s && end[-1] == ' ')
        end--;
    *word = str_intern(ctx->strs, s, (size_t)(end - s));
    return end > s;
}

struct values { double *of; size_t cap; uint32_t n; };      /* ascending, each once               */
static void values_add(struct ctx *ctx, struct values *v, double value)
{
    uint32_t i = 0;
    while (i < v->n && v->of[i] < value)
        i++;
    if (i < v->n && v->of[i] == value)
        return;
    v->of = arena_grow(ctx->arena, v->of, &v->cap, v->n + 1u, sizeof *v->of);
    memmove(v->of + i + 1, v->of + i, (v->n - i) * sizeof *v->of);
    v->of[i] = value;
    v->n++;
}

uint32_t alarm_values(struct ctx *ctx, const struct variable *v, struct str states, double **out)
{
    struct state_list list = state_list(ctx, v, states);
    const struct state_set *set = v->states.to;
    struct values all = {0};
    struct str word;
    double value, number;
    while (state_next(ctx, &list, &word)) {
        if (!value_read(v, word, &value))
            continue;
        values_add(ctx, &all, value);
        const struct state *s = set && !parse_real(word.s, word.n, &number) ? state_by_text(set, word) : NULL;
        for (; s && s < set->states + set->n_states; s++)      /* more than one may have that text    */
            if (s->text.n == word.n && !memcmp(s->text.s, word.s, word.n))
                values_add(ctx, &all, (double)s->value);
    }
    *out = all.of;
    return all.n;
}

struct str publication_name(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    if (r && r->name.n)
        return r->name;
    return p->variable->data_point_name.n ? p->variable->data_point_name : p->variable->name;
}

uint32_t publication_on_instance(const struct publication *p)
{
    const struct on_plc *on = publication_on(p);
    const struct str home = on && on->device.name.n ? on->device.name : p->variable->device;
    return on && (!home.n || str_eq(home, p->device->name)) ? on->instance : NOT_SET;
}

uint32_t publication_instance(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    return r && r->instance != NOT_SET ? r->instance : publication_on_instance(p);
}

struct alarm_point *publication_alarm(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    return r && r->alarm_point.name.n ? r->alarm_point.to : variable_rare(p->variable)->alarm_point.to;
}

struct notification_class *publication_class(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    bool own = r && r->notification_class.name.n;
    struct str name = own ? r->notification_class.name : variable_rare(p->variable)->notification_class.name;
    if (p->guessed || !publication_alarm(p))
        return NULL;
    return name.n ? class_by_name(p->device, name) : p->device->default_class.to;
}

struct str publication_description(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    if (r && r->description.n)
        return r->description;
    return p->variable->description.n ? p->variable->description : publication_name(p);
}

struct str publication_guid(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    return r && r->guid.n ? r->guid : variable_rare(p->variable)->guid;
}

struct str publication_formerly(const struct publication *p)
{
    const struct object_row *r = publication_row(p);
    return r && r->formerly.n ? r->formerly : variable_rare(p->variable)->formerly;
}
