/* Which line of the lock is which object's. Order of knowing: GUID, name, former name, name of something
 * removed; a trend log or a schedule that is called after its variable first by what that was called. */
#include "compiler/number_match.h"

#include <string.h>

#include "compiler/lock_find.h"
#include "compiler/model.h"

struct range { uint32_t begin, end; };      /* of a device's objects                               */

struct str number_guid(const struct plan_object *o)
{
    return o->remembered ? plan_guid(o) : (struct str){"", 0};
}

/* That of its variable is no reason against a schedule, whether the line has it or the project. */
static bool same_guid(const struct lock_line *line, const struct plan_object *o)
{
    struct str have = lock_guid(line), guid = have.n ? number_guid(o) : have;
    return !guid.n || number_same(have, guid) || plan_guid_of_variable(o) || number_same(have, plan_variable_guid(o));
}

/* The living before what is gone. */
static struct lock_line *by_guid(const struct lock_device *d, const struct plan_object *o, struct str guid)
{
    struct lock_line *gone = NULL, *live = NULL, *l;
    struct lock_search s = lock_search(d, BY_GUID, o->kind, guid);
    while ((l = lock_next(&s)))
        if (!l->claimed && l->type == plan_type(o)) {
            if (l->state == LOCK_LIVE)
                live = l;
            else if (!gone)
                gone = l;
        }
    return live ? live : gone;
}

static struct lock_line *by_name(const struct lock_device *d, const struct plan_object *o, struct str name,
                                 enum lock_state state)
{
    struct lock_search s = lock_search(d, BY_NAME, o->kind, name);
    struct lock_line *l;
    while ((l = lock_next(&s)))
        if (!l->claimed && l->type == plan_type(o) && l->state == state && same_guid(l, o))
            return l;
    return NULL;
}

/* Texts that are the same become the same: they are compared once. */
static void claim(struct plan_object *o, struct lock_line *line)
{
    if (!line || o->line)
        return;
    o->line = line;
    line->claimed = true;
    line->given = o->given;
    if (!o->given)
        o->instance = line->instance;
    if (number_same(line->name, plan_key(o)))
        line->name = plan_key(o);
    if (number_same(line->title, o->name))
        line->title = o->name;
}

/* By name, as far as nothing else is known. The lines of a large file lie anywhere: slots, lines and their
 * texts are asked for some objects ahead. Returns how many objects have no line. */
static uint32_t match_names(struct plan_device *d, struct range r, enum lock_state state)
{
    enum { AHEAD = 24, LINES_AHEAD = 16, TEXTS_AHEAD = 8, RING = 32 };
    const struct lock_device *l = d->lock;
    const struct lock_line *guess[RING] = {NULL};
    uint32_t hashes[RING] = {0}, without = 0, n = r.end - r.begin;
    struct plan_object *objects = d->objects + r.begin;
    for (uint32_t i = 0; i < n + AHEAD; i++) {
        if (i < n && !objects[i].line) {
            hashes[i % RING] = lock_hash(BY_NAME, objects[i].kind, plan_key(&objects[i]));
            lock_prefetch(l, hashes[i % RING]);
        }
        uint32_t at = i - (AHEAD - LINES_AHEAD);
        if (at < n && (guess[at % RING] = lock_guess(l, hashes[at % RING])))
            __builtin_prefetch(guess[at % RING]);
        at = i - (AHEAD - TEXTS_AHEAD);
        if (at < n && guess[at % RING])
            __builtin_prefetch(guess[at % RING]->name.s);
        at = i - AHEAD;
        if (at >= n || objects[at].line)
            continue;
        claim(&objects[at], by_name(l, &objects[at], plan_key(&objects[at]), state));
        without += !objects[at].line;
    }
    return without;
}

static void match_guids(struct plan_device *d, struct range r)
{
    const struct lock_device *l = d->lock;
    for (uint32_t i = r.begin; l->n_guids && i < r.end; i++) {
        struct str guid = number_guid(&d->objects[i]);
        if (guid.n)
            claim(&d->objects[i], by_guid(l, &d->objects[i], guid));
    }
}

static void claim_as(const struct plan_device *d, struct plan_object *o, struct str was)
{
    if (was.n && !o->line)
        claim(o, by_name(d->lock, o, was, LOCK_LIVE));
}

static void match_former_names(struct plan_device *d, struct range r)
{
    for (uint32_t i = r.begin; i < r.end; i++)
        if (d->objects[i].remembered)
            claim_as(d, &d->objects[i], plan_formerly(&d->objects[i]));
}

/* Variables, which are the first: where they lie plan.c says. */
static struct range variables_of(const struct plan_device *d)
{
    uint32_t begin = 0, end;
    while (begin < d->n_objects && d->objects[begin].kind == LK_device)
        begin++;
    end = begin + d->device->n_publications;
    return (struct range){begin, end < d->n_objects ? end : d->n_objects};
}

void number_match_variables(struct plan_device *d)
{
    const struct range r = variables_of(d);
    if (!d->lock->n_lines)
        return;
    match_guids(d, r);
    if (!match_names(d, r, LOCK_LIVE))
        return;
    match_former_names(d, r);
    (void)match_names(d, r, LOCK_GONE);
}

/* ---- those that are called after a variable ---- */

/* The variable after which it is called; NULL: it has a name of its own, or is something else. */
static const struct variable *called_after(const struct plan_object *o)
{
    const struct trend_log *t = o->kind == LK_trend ? o->of : NULL;
    const struct schedule *s = o->kind == LK_schedule ? o->of : NULL;
    const struct attr *name = t ? node_attr(t->node, AT_name) : s && !s->automatic ? node_attr(s->node, AT_name) : NULL;
    if ((name && name->n) || (s && s->automatic && s->row && s->row->name.n))
        return NULL;
    return t ? t->of.variable.to : s ? s->variable.to : NULL;
}

/* The line of the variable's object; NULL: it is new, or its device is not being compiled. */
static const struct lock_line *line_of(const struct publication *p)
{
    const struct plan_device *d = p ? p->device->plan : NULL;
    const struct range r = d ? variables_of(d) : (struct range){0, 0};
    uint32_t i = d ? r.begin + (uint32_t)(p - p->device->publications) : 0;
    return i < r.end && d->objects[i].of == p ? d->objects[i].line : NULL;
}

static void claim_trend(struct ctx *ctx, const struct plan_device *d, struct plan_object *o, struct str variable)
{
    struct str was = {"", 0};
    if (variable.n) {
        const char *text = arena_printf(ctx->arena, "%.*s trend", (int)variable.n, variable.s);
        was = (struct str){text, (uint32_t)strlen(text)};
    }
    if (!number_same(was, plan_key(o)))
        claim_as(d, o, was);
}

/* Where a variable was renamed, its trend log and its schedule are still the ones that had its former name:
 * before anything else that is called so now. */
static void match_called_after(struct ctx *ctx, struct plan_device *d, struct range r)
{
    for (uint32_t i = r.begin; i < r.end; i++) {
        struct plan_object *o = &d->objects[i];
        const struct variable *v = o->line ? NULL : called_after(o);
        const struct trend_log *t = o->kind == LK_trend ? o->of : NULL;
        const struct lock_line *line = v && t ? line_of(t->of.publication) : NULL;
        if (!v)
            continue;
        if (!t)
            claim_as(d, o, variable_rare(v)->formerly);
        else if (line) {
            if (!number_same(line->title, v->data_point_name.n ? v->data_point_name : v->name))
                claim_trend(ctx, d, o, line->title);
            if (!number_same(line->name, v->name))
                claim_trend(ctx, d, o, line->name);
        } else
            claim_trend(ctx, d, o, variable_rare(v)->formerly);
    }
}

/* One whose variable has got a dataPointName was called as the variable. */
static void match_handles(struct ctx *ctx, struct plan_device *d, struct range r)
{
    for (uint32_t i = r.begin; i < r.end; i++) {
        struct plan_object *o = &d->objects[i];
        const struct variable *v = o->line ? NULL : called_after(o);
        if (v && o->kind == LK_schedule)
            claim_as(d, o, v->name);
        else if (v)
            claim_trend(ctx, d, o, v->name);
    }
}

void number_match_others(struct ctx *ctx, struct plan_device *d)
{
    const struct range r = {variables_of(d).end, d->n_objects};
    if (!d->lock->n_lines)
        return;
    match_guids(d, r);
    match_called_after(ctx, d, r);
    if (!match_names(d, r, LOCK_LIVE))
        return;
    match_former_names(d, r);
    match_handles(ctx, d, r);
    (void)match_names(d, r, LOCK_GONE);
}
