/* Numbers for objects: the lock's where the object is known, else the next one that was never used.
 * An explicit number wins, but never takes another object's. Brings the lock in memory up to date; writes
 * nothing. */
#include <string.h>

#include "compiler/check.h"
#include "compiler/lock_find.h"
#include "compiler/number_born.h"
#include "compiler/number_device.h"
#include "compiler/number_former.h"
#include "compiler/number_match.h"
#include "compiler/options.h"
#include "compiler/plan.h"
#include "compiler/sort.h"

static void touch(struct lock *l, struct lock_line *line)
{
    l->changed = true;
    line->changes += !line->touched;
    line->touched = true;
}

/* ---- bringing a line up to date ---- */

/* Another object has the name of this one now, which is gone or about to be: of it only the number stays, or two
 * lines of one name were written, which nobody could tell apart. */
static void give_name(struct lock *l, const struct lock_line *to, struct lock_line *old)
{
    if (old == to || old->type != to->type || (old->state != LOCK_GONE && (old->state != LOCK_LIVE || old->claimed)))
        return;
    if (old->state == LOCK_LIVE)
        touch(l, old);
    old->state = LOCK_OUSTED;
}

static void give_names(struct lock *l, const struct lock_device *d, const struct lock_line *to, struct str name)
{
    struct lock_search s = lock_search(d, BY_NAME, to->kind, name);
    for (struct lock_line *old; (old = lock_next(&s)); )
        give_name(l, to, old);
}

static void rename_line(struct ctx *ctx, struct lock *l, struct lock_device *d, struct lock_line *line, struct str name)
{
    if (str_same(line->name, name))
        return;
    touch(l, line);
    lock_set_born(ctx, line, lock_birth(line));
    give_names(l, d, line, name);
    line->name = name;
    lock_index(ctx, d, line);
    number_born_note(ctx, l, line);
}

static bool born(const struct lock_device *d, struct str name)
{
    struct lock_search s = lock_search(d, BY_BIRTH, LK_variable, name);
    return d->n_births && lock_next(&s);
}

static bool named(const struct lock_device *d, enum lock_kind kind, struct str name)
{
    struct lock_search s = lock_search(d, BY_NAME, kind, name);
    return lock_next(&s);
}

/* Not with a name with which something was born that is, or may be again; nor with another variable's in any device, as
 * what the runtime stores for variables is theirs alone. */
static void set_birth(struct ctx *ctx, struct lock *l, const struct lock_device *d, struct lock_line *line,
                      struct str first)
{
    struct str name = first;
    for (unsigned k = 2; born(d, name) || (line->kind == LK_variable && number_born_other(ctx, l, name, line->name)); k++) {
        const char *next = arena_printf(ctx->arena, "%.*s#%u", (int)first.n, first.s, k);
        name = ctx_str(ctx, next, strlen(next));
        lock_set_born(ctx, line, name);
    }
}

/* The line of an object of the same variable. Objects of devices before are ordered: their lines have their names. */
static const struct lock_line *line_of(const struct publication *q, const struct plan_object *o)
{
    const struct plan_device *d = q->device->plan, *own = ((const struct publication *)o->of)->device->plan;
    if (d > own) {
        const struct plan_object *x = number_object_of(q);
        return x ? x->line : NULL;
    }
    struct lock_search s = lock_search(d->lock, BY_NAME, LK_variable, plan_key(o));
    const struct lock_line *line;
    while ((line = lock_next(&s)) && !(line->state == LOCK_LIVE && line->claimed))
        ;
    return line;
}

/* With what the variable's first object was born, as by that name the runtime knows what the variable holds: a new object
 * may become the first. n == 0: there is none yet, or it is that which it is called. */
static struct str first_birth(const struct plan_object *o)
{
    const struct publication *p = o->kind == LK_variable ? o->of : NULL;
    const struct plan_device *first = NULL;
    struct str birth = {"", 0};
    for (const struct publication *q = p ? p->variable->publications : NULL; q; q = publication_next(q)) {
        const struct plan_device *d = q->device->plan;
        const bool sooner = q != p && d && q->device->plc == p->device->plc && (!first || d < first);
        const struct lock_line *line = sooner ? line_of(q, o) : NULL;
        if (!line)
            continue;
        first = d;
        birth = lock_birth(line);
    }
    return str_same(birth, plan_key(o)) ? (struct str){"", 0} : birth;
}

/* What was this object until now, by that GUID or name, and has another type. */
static struct lock_line *of_other_type(const struct lock_device *d, const struct plan_object *o, enum lock_by by, struct str text)
{
    struct lock_search s = lock_search(d, by, o->kind, text);
    struct lock_line *was;
    while (text.n && (was = lock_next(&s)))
        if (was->kind == o->kind && was->state == LOCK_LIVE && !was->claimed && was->type != plan_type(o) &&
            str_same(by == BY_GUID ? lock_guid(was) : was->name, text))
            return was;
    return NULL;
}

static void new_line(struct ctx *ctx, struct lock *l, struct lock_device *d, struct plan_object *o)
{
    struct lock_line *line = lock_add(ctx, d, o->kind, plan_type(o), plan_key(o)), *was, *retyped = NULL;
    const struct str variable = o->kind != LK_variable ? number_birth(o)
                                : number_born_any(ctx, l) ? first_birth(o) : (struct str){"", 0};
    if (variable.n && !named(d, o->kind, variable))
        lock_set_born(ctx, line, variable);
    set_birth(ctx, l, d, line, lock_birth(line));
    number_born_note(ctx, l, line);
    line->instance = o->instance;
    line->claimed = true;
    o->line = line;
    struct lock_search s = lock_search(d, BY_NAME, o->kind, plan_key(o));
    while ((was = lock_next(&s)))
        if (was->state == LOCK_LIVE && !was->claimed && was->type != plan_type(o))
            retyped = was;
        else
            give_name(l, line, was);
    if (!retyped && o->remembered)      /* renamed as well                                     */
        retyped = of_other_type(d, o, BY_GUID, plan_guid(o));
    if (!retyped && o->remembered)
        retyped = of_other_type(d, o, BY_NAME, plan_formerly(o));
    if (retyped)
        diag(ctx, plan_pos(o), D_RETYPED, "'%s' was %s,%u and becomes a new %s", plan_key(o).s,
             object_type_name(retyped->type), retyped->instance, object_type_name(plan_type(o)));
}

static void renumber(struct ctx *ctx, struct lock_device *d, struct lock_line *line, uint32_t instance)
{
    struct lock_line *used = lock_add(ctx, d, (enum lock_kind)line->kind, line->type, line->name);
    used->state = LOCK_USED;
    used->instance = line->instance;
    used->claimed = true;
    line->instance = instance;
}

/* A schedule called by a dataPointName: whose, as without a GUID nothing else tells when that is another. A line from
 * before lines said it learns it when something changes: what a new compiler knows more does not change a file. */
static void note_variable(struct ctx *ctx, struct lock *l, struct lock_line *line, const struct plan_object *o)
{
    const struct str variable = number_birth(o), had = number_variable(line);
    const struct str of = str_same(lock_born(line), variable) ? (struct str){"", 0} : variable;
    if (str_same(lock_of(line), of))
        return;
    lock_set_of(ctx, line, of);
    l->changed |= had.n && !plan_variable_guid(o).n;
}

static bool is_born(const struct lock_device *d, const struct lock_line *line, enum lock_by by)
{
    struct lock_search s = lock_search(d, by, line->kind, lock_birth(line));
    const struct lock_line *x;
    while ((x = lock_next(&s)))
        if (x != line && x->claimed && x->kind == line->kind && x->type == line->type && x->state < LOCK_USED &&
            str_same(lock_birth(x), lock_birth(line)))
            return true;
    return false;
}

/* What took its name loses it, or was renamed: then what is stored for the name with which both were born is that's. */
static void come_back(struct ctx *ctx, struct lock *l, struct lock_device *d, struct lock_line *line, struct str name)
{
    if (line->state == LOCK_OUSTED && str_same(line->name, name))
        give_names(l, d, line, name);
    lock_index(ctx, d, line);
    if (!is_born(d, line, BY_BIRTH) && !is_born(d, line, BY_NAME))
        return;
    struct str first = lock_birth(line);
    lock_set_born(ctx, line, first);
    lock_index(ctx, d, line);           /* so that its next birth is another one               */
    set_birth(ctx, l, d, line, first);
    lock_index(ctx, d, line);
}

static void update(struct ctx *ctx, struct lock *l, struct lock_device *d, struct plan_object *o)
{
    bool fresh = !o->line;
    if (fresh)
        new_line(ctx, l, d, o);
    struct lock_line *line = o->line;
    if (line->instance != o->instance) {
        renumber(ctx, d, line, o->instance);
        touch(l, line);
    }
    if (fresh || line->state != LOCK_LIVE)
        touch(l, line);
    if (!fresh && line->state != LOCK_LIVE)
        come_back(ctx, l, d, line, plan_key(o));
    line->state = LOCK_LIVE;
    rename_line(ctx, l, d, line, plan_key(o));
    if (!str_same(line->title, o->name)) {
        line->title = o->name;
        touch(l, line);
    }
    struct str guid = number_guid(o);
    if (!str_same(lock_guid(line), guid)) {         /* none any more: the next one is no other object's */
        l->changed |= !plan_guid_of_variable(o) || lock_guid(line).n;   /* else when something changes */
        lock_set_guid(ctx, line, guid);
    }
    if (o->kind == LK_schedule)
        note_variable(ctx, l, line, o);
    if (fresh && (line->more || o->kind == LK_schedule))    /* a claimed line is found for its birth only */
        lock_index(ctx, d, line);
}

/* ---- numbers ---- */

/* The numbers of those types of which the project gives one, or of which none is left above the highest:
 * whose they are. The other types are numbered upward and need no such table. */
enum { TYPES = 128 };
struct number {
    struct lock_line *line;             /* NULL: given by the project                          */
    uint32_t oid;
    bool taken;
};
struct numbers {
    struct number *slots;               /* open addressing; NULL: no type has a table          */
    uint32_t mask;
    bool covers[TYPES];
};

static struct number *slot_of(const struct numbers *n, uint32_t type, uint32_t instance)
{
    uint32_t oid = OID(type, instance);
    for (uint32_t i = img_hash_object(0, oid);; i++) {
        struct number *s = &n->slots[i & n->mask];
        if (!s->taken || s->oid == oid)
            return s;
    }
}

/* The living before the others. */
static void numbers_add(struct numbers *n, uint32_t type, uint32_t instance, struct lock_line *line)
{
    struct number *s = slot_of(n, type, instance);
    if (!s->taken || (s->line && s->line->state != LOCK_LIVE && (!line || line->state == LOCK_LIVE)))
        *s = (struct number){line, OID(type, instance), true};
}

static bool covers(const struct numbers *n, uint32_t type) { return type < TYPES && n->covers[type]; }

static void numbers_drop(struct ctx *ctx, struct numbers *n)
{
    arena_release(ctx->arena, n->slots, n->slots ? ((size_t)n->mask + 1) * sizeof *n->slots : 0);
    n->slots = NULL;
}

/* What the lines have, of the types that are covered. */
static void numbers_fill(struct ctx *ctx, const struct plan_device *d, struct numbers *n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->lock->n_lines; i++)
        count += covers(n, lock_at(d->lock, i)->type);
    for (uint32_t i = 0; i < d->n_objects; i++)
        count += covers(n, plan_type(&d->objects[i]));
    n->mask = img_hash_slots(2 * count + 8) - 1;
    n->slots = arena_array(ctx->arena, (size_t)n->mask + 1, sizeof *n->slots);
    for (uint32_t i = 0; i < d->lock->n_lines; i++) {
        struct lock_line *line = lock_at(d->lock, i);
        if (covers(n, line->type))
            numbers_add(n, line->type, line->instance, line);
    }
}

static void numbers_take(struct numbers *n, const struct plan_object *o)
{
    if (covers(n, plan_type(o)) && o->instance != NOT_SET)
        numbers_add(n, plan_type(o), o->instance, NULL);
}

static const struct plan_object *owner_of(const struct plan_device *d, const struct lock_line *line)
{
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->objects[i].line == line)
            return &d->objects[i];
    return NULL;
}

/* An explicit number: free, or this object's, or left behind by something that is gone. */
static void explicit_number(struct ctx *ctx, const struct plan_device *d, const struct numbers *n,
                            const struct plan_object *o)
{
    const struct lock_line *line = slot_of(n, plan_type(o), o->instance)->line;
    const char *type = object_type_name(plan_type(o));
    if (!line || line == o->line || (line->state >= LOCK_OUSTED && str_same(line->name, plan_key(o))))
        return;
    const struct plan_object *owner = line->claimed ? owner_of(d, line) : NULL;
    if (owner && owner->given && owner->instance != o->instance)
        return;                         /* is being given another one in this very run */
    if (!owner) {
        if (line->line || line->state != LOCK_LIVE)
            diag(ctx, plan_pos(o), D_REUSED_NUMBER, "'%s' takes %s,%u, which '%.*s' had before", plan_key(o).s, type,
                 o->instance, (int)line->name.n, line->name.s);
        return;
    }
    diag(ctx, plan_pos(o), D_INSTANCE_TAKEN, "'%s' cannot be %s,%u: that is '%s'", plan_key(o).s, type, o->instance,
         plan_key(owner).s);
    diag_note(ctx, plan_pos(owner), "'%s' stands here", plan_key(owner).s);
}

/* What the project gives, checked, and then taken before anybody else is given a number. */
static struct numbers given_numbers(struct ctx *ctx, const struct plan_device *d)
{
    struct numbers n = {0};
    bool any = false;
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->objects[i].given && d->objects[i].kind != LK_device)
            any = n.covers[plan_type(&d->objects[i])] = true;
    if (!any)
        return n;
    numbers_fill(ctx, d, &n);
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->objects[i].given && d->objects[i].kind != LK_device)
            explicit_number(ctx, d, &n, &d->objects[i]);
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->objects[i].given)
            numbers_take(&n, &d->objects[i]);
    return n;
}

/* The next number of each type. Explicit numbers do not push it up. */
static void counters_of(const struct plan_device *d, uint32_t next[TYPES])
{
    for (unsigned t = 0; t < TYPES; t++)
        next[t] = d->device->first_instance == NOT_SET ? 0 : d->device->first_instance;
    for (uint32_t i = 0; i < d->lock->n_lines; i++) {
        const struct lock_line *l = lock_at(d->lock, i);
        if (l->type < TYPES && !l->given && l->instance >= next[l->type])
            next[l->type] = l->instance + 1;
    }
}

static uint32_t next_number(struct ctx *ctx, const struct plan_device *d, struct numbers *n, uint32_t *next,
                            const struct plan_object *o)
{
    uint32_t type = plan_type(o);
    while (*next <= BACNET_INSTANCE_MAX && covers(n, type) && slot_of(n, type, *next)->taken)
        ++*next;
    if (*next <= BACNET_INSTANCE_MAX)
        return (*next)++;
    if (!covers(n, type)) {
        n->covers[type] = true;
        numbers_drop(ctx, n);
        numbers_fill(ctx, d, n);
        for (uint32_t i = 0; i < d->n_objects; i++)
            numbers_take(n, &d->objects[i]);
    }
    for (uint32_t i = 0; i <= BACNET_INSTANCE_MAX; i++)
        if (!slot_of(n, type, i)->taken)
            return i;
    diag_machine(ctx, "%s: no number of type %s is left in device '%s' for '%s'", ctx->project_path,
                 object_type_name(type), d->device->name.s, plan_key(o).s);
    return 0;
}

static void give_numbers(struct ctx *ctx, struct plan_device *d)
{
    struct numbers n = given_numbers(ctx, d);
    uint32_t next[TYPES];
    counters_of(d, next);
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        if (o->instance != NOT_SET)
            continue;
        o->instance = next_number(ctx, d, &n, &next[plan_type(o)], o);
        numbers_take(&n, o);
    }
    numbers_drop(ctx, &n);
}

/* By identifier. Those of a type mostly have their numbers in the order of the project: then it is enough
 * to put the types one behind the other. */
static void order_objects(struct ctx *ctx, struct plan_device *d)
{
    uint32_t at[TYPES + 1] = {0}, last[TYPES] = {0};
    bool ascending = true;
    d->order = arena_array(ctx->arena, (size_t)d->n_objects + 1, sizeof *d->order);
    for (uint32_t i = 0; i < d->n_objects; i++)
        at[plan_type(&d->objects[i]) + 1]++;
    for (unsigned t = 0; t < TYPES; t++)
        at[t + 1] += at[t];
    for (uint32_t i = 0; i < d->n_objects; i++) {
        uint32_t type = plan_type(&d->objects[i]), instance = d->objects[i].instance;
        ascending = ascending && instance >= last[type];
        last[type] = instance;
        d->objects[i].index = at[type];
        d->order[at[type]++] = i;
    }
    if (ascending)
        return;
    struct sort_item *v = arena_array(ctx->arena, d->n_objects, sizeof *v);
    for (uint32_t i = 0; i < d->n_objects; i++)
        v[i] = (struct sort_item){OID(plan_type(&d->objects[i]), d->objects[i].instance), {.at = i}};
    sort_items(ctx->arena, v, d->n_objects);
    for (uint32_t i = 0; i < d->n_objects; i++)
        d->objects[d->order[i] = v[i].at].index = i;
    arena_release(ctx->arena, v, d->n_objects * sizeof *v);
}

/* What is known first: what is new is born with a name with which nothing else was. */
static void update_lines(struct ctx *ctx, struct lock *l, struct plan_device *d)
{
    enum { AHEAD = 12 };
    const bool known = d->lock->n_lines > 0;
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        if (known && i + AHEAD < d->n_objects)
            __builtin_prefetch(o[AHEAD].line);
        if (o->line)
            update(ctx, l, d->lock, o);
        else
            fresh += o->kind != LK_device;
        plan_note(d, o);
    }
    if (fresh && l->exists)
        number_tell_formers(ctx, l, d);
    for (uint32_t i = 0; fresh && i < d->n_objects; i++)
        if (d->objects[i].kind != LK_device && !d->objects[i].line)
            update(ctx, l, d->lock, &d->objects[i]);
}

static void number_device(struct ctx *ctx, struct lock *l, struct plan_device *d)
{
    give_numbers(ctx, d);
    uint32_t known = d->lock->n_lines;
    d->published = arena_array(ctx->arena, (size_t)d->device->n_publications + 1, sizeof *d->published);
    update_lines(ctx, l, d);
    for (uint32_t i = 0; i < known; i++) {
        struct lock_line *line = lock_at(d->lock, i);
        if (line->state == LOCK_LIVE && !line->claimed) {
            touch(l, line);
            line->state = LOCK_GONE;
        }
    }
    order_objects(ctx, d);
}

/* ---- devices ---- */

static bool set_text(struct ctx *ctx, struct str *to, struct str from)
{
    if (to->n == from.n && !memcmp(to->s, from.s, from.n))
        return false;
    *to = ctx_str(ctx, from.s, from.n);
    return true;
}

static void update_device(struct ctx *ctx, struct lock *l, struct plan_device *p)
{
    struct lock_device *d = p->lock;
    const struct device *m = p->device;
    bool changed = !d->changes || d->gone || d->instance != m->instance;
    d->gone = false;
    d->instance = m->instance;
    changed |= set_text(ctx, &d->handle, m->name);
    changed |= set_text(ctx, &d->title, m->object_name);
    d->changes += changed;
    bool noted = set_text(ctx, &d->plc, m->plc->name);
    if (m->guid.n)
        noted |= set_text(ctx, &d->guid, m->guid);
    l->changed |= changed || noted;
}

static void remove_device(struct lock *l, struct lock_device *d)
{
    l->changed = true;
    d->gone = true;
    d->changes++;
    for (uint32_t i = 0; i < d->n_lines; i++) {
        struct lock_line *line = lock_at(d, i);
        if (line->state == LOCK_LIVE) {
            touch(l, line);
            line->state = LOCK_GONE;
        }
    }
}

static void match_device(struct number_devices *known, const struct device *d, enum number_by by)
{
    struct plan_device *p = d->plan;
    struct lock_device *x = p && p->lock ? NULL : number_device_known(known, d, by);
    if (!x || (!p && by > BY_PLACE))
        return;
    x->claimed = true;
    if (p)
        p->lock = x;
}

/* Devices of a PLC that is not being compiled keep their claim, so that nobody else gets it. */
static void match_devices(const struct model *m, struct number_devices *known)
{
    for (int by = 0; by < NUMBER_BY; by++)
        for (const struct plc *p = m->plcs; p; p = p->next)
            for (const struct channel *c = p->channels; c; c = c->next)
                for (const struct device *d = c->devices; d; d = d->next)
                    match_device(known, d, (enum number_by)by);
}

void pass_number(struct ctx *ctx)
{
    struct plan *plan = ctx->plan;
    ctx->plan = NULL;
    if (!plan || !(plan->lock = lock_take(ctx)))
        return;
    size_t known = plan->lock->n_devices;
    const char *only = opt_str(ctx, OPT_PLC);
    struct number_devices *devices = number_devices_new(ctx, plan->lock);
    match_devices(ctx->model, devices);
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++) {
            struct plan_device *d = &plan->plcs[k].devices[i];
            if (!d->lock)
                d->lock = number_device_new(devices, d->device);
            update_device(ctx, plan->lock, d);
            number_match(ctx, d);
        }
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++)
            number_match_trends(ctx, &plan->plcs[k].devices[i]);
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++)
            number_device(ctx, plan->lock, &plan->plcs[k].devices[i]);
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++)
            number_note_trends(ctx, &plan->plcs[k].devices[i]);
    for (size_t i = 0; i < known; i++) {
        struct lock_device *d = plan->lock->devices[i];
        if (!d->claimed && !d->gone && (!only || !strcmp(only, d->plc.s)))
            remove_device(plan->lock, d);
    }
    lock_forget(ctx, plan->lock);
    lint_instances(ctx, plan);
    check_references(ctx, plan);
    if (plan->lock->changed && opt_has(ctx, OPT_FROZEN) && lock_sure(ctx))
        diag(ctx, (struct srcpos){plan->lock->file, 0, 0}, D_LOCK_FROZEN, "the numbers would change");
    if (!diag_errors(ctx) && !diag_machine_failed(ctx))
        ctx->plan = plan;
}
