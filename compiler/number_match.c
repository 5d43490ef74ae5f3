/* Which line of the lock is which object's. Order of knowing: GUID, name, former name, former name of the
 * variable after which it is called, name of something removed. A schedule called by a
 * dataPointName is its variable's before its own name counts. A trend log whose variable is called otherwise than in
 * the lock is found by what that was called there before its own name counts. */
#include "compiler/number_match.h"

#include <string.h>

#include "compiler/lock_find.h"
#include "compiler/model.h"
#include "compiler/resolve.h"

struct range { uint32_t begin, end; };      /* of a device's objects                               */

struct str number_guid(const struct plan_object *o)
{
    return o->remembered ? plan_guid(o) : (struct str){"", 0};
}

/* That of the variable, whose object a row with a GUID of its own describes; n == 0: there is none, or it is a schedule. */
static struct str guid_behind(const struct plan_object *o)
{
    const struct publication *p = o->kind == LK_variable ? o->of : NULL;
    return p ? variable_rare(p->variable)->guid : (struct str){"", 0};
}

/* That of its variable is no reason against a schedule, whether the line has it or the project; nor is it one against
 * an object that a row of the table gives another now. */
static bool same_guid(const struct lock_line *line, const struct plan_object *o)
{
    struct str have = lock_guid(line), guid = have.n ? number_guid(o) : have;
    return !guid.n || str_same(have, guid) || plan_guid_of_variable(o) || str_same(have, plan_variable_guid(o)) ||
           str_same(have, guid_behind(o));
}

/* The living before what is gone. */
static struct lock_line *by_guid(const struct lock_device *d, const struct plan_object *o, struct str guid)
{
    struct lock_line *first = NULL, *l;
    struct lock_search s = lock_search(d, BY_GUID, o->kind, guid);
    while ((l = lock_next(&s)))
        if (!l->claimed && l->type == plan_type(o) && l->state < LOCK_USED && (!first || l->state < first->state))
            first = l;
    return first;
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

static struct lock_line *by_birth(const struct lock_device *d, const struct plan_object *o, struct str name)
{
    struct lock_search s = lock_search(d, BY_BIRTH, o->kind, name);
    struct lock_line *l;
    while ((l = lock_next(&s)))
        if (!l->claimed && l->kind == o->kind && l->type == plan_type(o) && l->state == LOCK_LIVE && same_guid(l, o))
            return l;
    return NULL;
}

/* ---- those that are called after a variable ---- */

const struct plan_object *number_object_of(const struct publication *p)
{
    const struct plan_device *d = p ? p->device->plan : NULL;
    const uint32_t i = d ? 1 + (uint32_t)(p - p->device->publications) : 0;     /* behind the Device object */
    return d && i < d->n_objects && d->objects[i].of == p ? &d->objects[i] : NULL;
}

/* What the trend log logs and is called after; NULL: it has a name of its own, or that device is not compiled. */
static const struct plan_object *logged(const struct trend_log *t)
{
    return !t->borrowed ? NULL : t->of.schedule ? t->of.schedule->object : number_object_of(t->of.publication);
}

/* What the lock had of it when the trend log last was there; NULL: it is new, or comes back. */
static const struct lock_line *last(const struct plan_object *of)
{
    return of->line && of->line->state == LOCK_LIVE ? of->line : NULL;
}

/* A trend log of something that is new, or has another name now: one that is called so in the lock is
 * another's, which is asked first. */
static bool called_otherwise(const struct plan_object *o)
{
    const struct plan_object *of = o->kind == LK_trend ? logged(o->of) : NULL;
    const struct lock_line *line = of ? last(of) : NULL;
    return of && (!line || !str_same(line->title, of->name) || !str_same(line->name, plan_key(of)));
}

struct str number_birth(const struct plan_object *o)
{
    const struct schedule *s = o->kind == LK_schedule ? o->of : NULL;
    const struct variable *v = s && s->borrowed ? s->variable.to : NULL;
    return v && !str_eq(s->name, v->name) ? v->name : (struct str){"", 0};
}

struct str number_variable(const struct lock_line *line)
{
    return lock_of(line).n ? lock_of(line) : lock_born(line);
}

/* ---- claiming ---- */

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
    if (str_same(line->name, plan_key(o)))
        line->name = plan_key(o);
    if (str_same(line->title, o->name))
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
        if (state != LOCK_LIVE || !called_otherwise(&objects[at]))
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
    for (uint32_t i = r.begin; l->n_guids && i < r.end; i++) {      /* a row gives it another, and the variable another name */
        struct str guid = d->objects[i].line || !d->objects[i].remembered ? (struct str){"", 0} : guid_behind(&d->objects[i]);
        if (guid.n)
            claim(&d->objects[i], by_guid(l, &d->objects[i], guid));
    }
}

static void claim_as(const struct plan_device *d, struct plan_object *o, struct str was)
{
    if (was.n && !o->line)
        claim(o, by_name(d->lock, o, was, LOCK_LIVE));
}

static void claim_born(const struct plan_device *d, struct plan_object *o, struct str was)
{
    if (was.n && !o->line)
        claim(o, by_birth(d->lock, o, was));
}

static void match_former_names(struct plan_device *d, struct range r)
{
    for (uint32_t i = r.begin; i < r.end; i++)
        if (d->objects[i].remembered)
            claim_as(d, &d->objects[i], plan_formerly(&d->objects[i]));
}

/* Of a line that does not say it: it is called by the variable's name, or by the dataPointName of that with whose
 * name it was born. */
static struct str variable_of(struct ctx *ctx, const struct lock_line *line)
{
    struct str name;
    const struct variable *v = lock_of(line).n || !lock_born(line).n || !str_find(ctx->strs, line->name.s, line->name.n, &name)
                             ? NULL : variable_by_name(ctx, name);
    return v && type_is_schedule(v->type) ? v->name : number_variable(line);
}

static struct lock_line *by_variable(struct ctx *ctx, const struct plan_device *d, const struct plan_object *o, enum lock_by by,
                                     struct str name)
{
    struct lock_search s = lock_search(d->lock, by, LK_schedule, name);
    struct lock_line *l;
    while (name.n && (l = lock_next(&s)))
        if (!l->claimed && l->kind == LK_schedule && l->state == LOCK_LIVE && same_guid(l, o) &&
            str_same(by == BY_NAME && !lock_of(l).n ? name : variable_of(ctx, l), name))
            return l;
    return NULL;
}

/* By its own name, where the line says that it is that variable's, or says none: one from before lines said it. */
static struct lock_line *by_both(struct ctx *ctx, const struct plan_device *d, const struct plan_object *o,
                                 const struct variable *v)
{
    struct lock_line *l = by_name(d->lock, o, plan_key(o), LOCK_LIVE);
    struct str of = l && v ? variable_of(ctx, l) : (struct str){"", 0};
    return !of.n || str_same(of, v->name) || str_same(of, variable_rare(v)->formerly) ? l : NULL;
}

/* A schedule that is called after its variable stays that's, whoever has its dataPointName now. One way to know for
 * all of them, then the next: the surer one counts, whose ever it is. */
static void match_schedules(struct ctx *ctx, struct plan_device *d, struct range r)
{
    static const uint8_t ways[] = {BY_OF, BY_OF, BY_NAME, BY_NAME, BY_BIRTH, BY_BIRTH};
    for (unsigned way = 0; way <= sizeof ways; way++)
        for (uint32_t i = r.begin; i < r.end; i++) {
            struct plan_object *o = &d->objects[i];
            const struct schedule *s = o->line ? NULL : o->of;
            const struct variable *v = s && s->borrowed ? s->variable.to : NULL;
            if (!s)
                continue;
            if (!way)
                claim(o, by_both(ctx, d, o, v));
            else if (v)
                claim(o, by_variable(ctx, d, o, ways[way - 1], way % 2 ? v->name : variable_rare(v)->formerly));
            else if (way == 2)
                claim_as(d, o, s->formerly);
        }
}

/* At last, by what the line was born with, whatever it says now. */
static void match_born(struct plan_device *d, struct range r)
{
    for (unsigned way = 0; way < 2; way++)
        for (uint32_t i = r.begin; i < r.end; i++) {
            struct plan_object *o = &d->objects[i];
            const struct schedule *s = o->line ? NULL : o->of;
            const struct variable *v = s && s->borrowed ? s->variable.to : NULL;
            if (v)
                claim_born(d, o, way ? variable_rare(v)->formerly : v->name);
        }
}

static struct str trend_of(struct ctx *ctx, struct str name)
{
    const char *text = name.n ? arena_printf(ctx->arena, "%.*s trend", (int)name.n, name.s) : "";
    return (struct str){text, (uint32_t)strlen(text)};
}

/* That of an object with a name of its own: nothing in its name tells of that when the variable's is another. */
static bool called_alike(const struct plan_object *o, const struct plan_object *of)
{
    static const char end[] = " trend";
    const struct str name = plan_key(o);
    return name.n == of->name.n + sizeof end - 1 && !memcmp(name.s, of->name.s, of->name.n) &&
           !memcmp(name.s + of->name.n, end, sizeof end - 1);
}

/* With what it was born, and where, unless in the trend log's device: births are different in a device. */
static struct str birth_of(struct ctx *ctx, const struct plan_device *d, const struct plan_object *o,
                           const struct plan_object *of)
{
    const struct trend_log *t = o->of;
    const struct plan_device *home = t->of.schedule ? t->of.schedule->device->plan : t->of.publication->device->plan;
    const struct str birth = lock_birth(of->line), key = home->lock->key;
    if (home == d)
        return birth;
    const char *text = arena_printf(ctx->arena, "%.*s/%.*s", (int)key.n, key.s, (int)birth.n, birth.s);
    return (struct str){text, (uint32_t)strlen(text)};
}

static void match_logged(struct ctx *ctx, struct plan_device *d, struct range r)
{
    for (uint32_t i = r.begin; d->lock->n_ofs && i < r.end; i++) {
        struct plan_object *o = &d->objects[i];
        const struct plan_object *of = o->kind == LK_trend && !o->line ? logged(o->of) : NULL;
        if (!of || !last(of))
            continue;
        struct lock_search s = lock_search(d->lock, BY_OF, LK_trend, birth_of(ctx, d, o, of));
        struct lock_line *l;
        while ((l = lock_next(&s)) && (l->claimed || l->state != LOCK_LIVE || !same_guid(l, o)))
            ;
        claim(o, l);
    }
}

/* Those that called_otherwise() held back, by what was logged then, next by their own name. */
static void match_called_otherwise(struct ctx *ctx, struct plan_device *d, struct range r)
{
    for (unsigned way = 0; way < 3; way++)
        for (uint32_t i = r.begin; i < r.end; i++) {
            struct plan_object *o = &d->objects[i];
            if (o->line || !called_otherwise(o))
                continue;
            const struct lock_line *line = last(logged(o->of));
            if (way == 2)
                claim_as(d, o, plan_key(o));
            else if (line)
                claim_as(d, o, trend_of(ctx, way ? line->name : line->title));
        }
}

/* Those that have no line still: what is logged may be in another device than before, or its line of another
 * branch than the trend log's. */
static void match_trends(struct ctx *ctx, struct plan_device *d, struct range r)
{
    for (unsigned way = 0; way < 4; way++)
        for (uint32_t i = r.begin; i < r.end; i++) {
            struct plan_object *o = &d->objects[i];
            const struct trend_log *t = o->kind == LK_trend && !o->line ? o->of : NULL;
            if (!t || !t->borrowed)
                continue;
            const struct variable *v = t->of.variable.to;
            const struct plan_object *of = logged(t);
            const struct lock_line *line = of ? of->line : NULL;
            if (line && way)
                (way == 1 ? claim_as : claim_born)(d, o, trend_of(ctx, way == 2 ? line->title : lock_birth(line)));
            else if (!line && way < 2)
                claim_as(d, o, trend_of(ctx, way ? variable_rare(v)->formerly : v->name));
        }
}

/* ---- the two parts of a device ---- */

static bool is_last(const struct plan_object *o)
{
    return o->kind == LK_port || o->kind == LK_event_log || o->kind == LK_file;
}

/* Where those of the kind begin that end there. */
static uint32_t begin_of(const struct plan_device *d, enum lock_kind kind, uint32_t end)
{
    while (end && d->objects[end - 1].kind == kind)
        end--;
    return end;
}

/* Trend logs and the few objects that plan.c puts behind them. */
static struct range trends_of(const struct plan_device *d)
{
    uint32_t end = d->n_objects;
    while (end && is_last(&d->objects[end - 1]))
        end--;
    return (struct range){begin_of(d, LK_trend, end), d->n_objects};
}

/* The model's schedule learns which object it is: trend logs ask for it. */
static void note_schedules(struct plan_device *d, struct range r)
{
    for (uint32_t i = r.begin; i < r.end; i++)
        ((struct schedule *)(uintptr_t)d->objects[i].of)->object = &d->objects[i];
}

/* By name and former name. True: there are some without a line still. */
static bool match_surely(struct plan_device *d, struct range r)
{
    if (!match_names(d, r, LOCK_LIVE))
        return false;
    match_former_names(d, r);
    return true;
}

/* What was removed and comes back, then where another had its name meanwhile; and at last, where a name was taken
 * back that had been changed, what was born with it. */
static void match_gone(struct plan_device *d, struct range r)
{
    bool some = match_names(d, r, LOCK_GONE);
    if (some && d->lock->n_ousted)
        some = match_names(d, r, LOCK_OUSTED);
    for (uint32_t i = r.begin; some && d->lock->n_births && i < r.end; i++)
        claim_born(d, &d->objects[i], plan_key(&d->objects[i]));
}

void number_match(struct ctx *ctx, struct plan_device *d)
{
    const struct range r = {d->n_objects && d->objects[0].kind == LK_device, trends_of(d).begin};
    const struct range schedules = {begin_of(d, LK_schedule, r.end), r.end};
    note_schedules(d, schedules);
    if (!d->lock->n_lines)
        return;
    match_guids(d, r);
    match_schedules(ctx, d, schedules);
    if (!match_surely(d, r))
        return;
    match_born(d, schedules);
    match_gone(d, r);
}

void number_note_trends(struct ctx *ctx, struct plan_device *d)
{
    const struct range r = trends_of(d);
    for (uint32_t i = r.begin; i < r.end; i++) {
        const struct plan_object *o = &d->objects[i], *of = o->kind == LK_trend ? logged(o->of) : NULL;
        const struct str born = of && of->line && !called_alike(o, of) ? birth_of(ctx, d, o, of) : (struct str){"", 0};
        if (o->line && !str_same(lock_of(o->line), born))
            lock_set_of(ctx, o->line, born);
    }
}

void number_match_trends(struct ctx *ctx, struct plan_device *d)
{
    const struct range r = trends_of(d);
    if (!d->lock->n_lines)
        return;
    match_guids(d, r);
    match_logged(ctx, d, r);
    if (!match_surely(d, r))
        return;
    match_called_otherwise(ctx, d, r);
    match_trends(ctx, d, r);
    match_gone(d, r);
}
