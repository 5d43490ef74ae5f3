/* Numbers for objects: the lock's where the object is known, else the next one that was never used.
 * Order of knowing: GUID, name, former name, name of something removed. An explicit number wins,
 * but never takes another object's. Brings the lock in memory up to date; writes nothing. */
#include <stdlib.h>
#include <string.h>

#include "compiler/check.h"
#include "compiler/options.h"
#include "compiler/plan.h"

/* Every number of a device that a line knows: open addressing, the living before the others. */
struct numbers {
    struct lock_line **slots;
    uint32_t mask;
};

static struct lock_line **slot_of(const struct numbers *n, uint32_t type, uint32_t instance)
{
    uint32_t i = img_hash_object(0, OID(type, instance));
    for (;; i++) {
        struct lock_line **s = &n->slots[i & n->mask];
        if (!*s || ((*s)->type == type && (*s)->instance == instance))
            return s;
    }
}

static void numbers_add(struct numbers *n, struct lock_line *line)
{
    struct lock_line **s = slot_of(n, line->type, line->instance);
    if (!*s || ((*s)->state != LOCK_LIVE && line->state == LOCK_LIVE))
        *s = line;
}

static struct numbers numbers_of(struct ctx *ctx, const struct plan_device *d)
{
    uint32_t size = img_hash_slots(2 * (uint32_t)(d->lock->n_lines + d->n_objects) + 8);
    struct numbers n = {arena_array(ctx->arena, size, sizeof *n.slots), size - 1};
    for (size_t i = 0; i < d->lock->n_lines; i++)
        numbers_add(&n, d->lock->lines[i]);
    return n;
}

/* ---- which line is which object's ---- */

static void touch(struct lock *l, struct lock_line *line)
{
    l->changed = true;
    line->changes += !line->touched;
    line->touched = true;
}

static struct lock_line *named(const struct lock_device *d, const struct plan_object *o, struct str name)
{
    return d->names[o->kind] ? map_get(d->names[o->kind], name) : NULL;
}

static bool same_guid(const struct lock_line *line, struct str guid)
{
    return !line->guid.n || !guid.n || str_eq(line->guid, guid);
}

static struct str guid_of(struct ctx *ctx, const struct plan_object *o)
{
    struct str guid = plan_guid(o);
    return guid.n ? ctx_str(ctx, guid.s, guid.n) : guid;
}

static struct lock_line *by_guid(const struct lock_device *d, const struct plan_object *o, struct str guid)
{
    struct lock_line *gone = NULL;
    struct lock_line *l = guid.n && d->guids[o->kind] ? map_get(d->guids[o->kind], guid) : NULL;
    for (; l; l = l->same_guid)
        if (!l->claimed && l->type == o->def->type) {
            if (l->state == LOCK_LIVE)
                return l;
            gone = l;
        }
    return gone;
}

static struct lock_line *by_name(struct ctx *ctx, const struct lock_device *d, const struct plan_object *o, struct str name,
                                 enum lock_state state)
{
    struct str guid = guid_of(ctx, o);
    for (struct lock_line *l = named(d, o, name); l; l = l->same_name)
        if (!l->claimed && l->type == o->def->type && l->state == state && same_guid(l, guid))
            return l;
    return NULL;
}

static void claim(struct plan_object *o, struct lock_line *line)
{
    if (line && !o->line) {
        o->line = line;
        line->claimed = true;
    }
}

static void match(struct ctx *ctx, struct plan_device *d)
{
    const struct lock_device *l = d->lock;
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        struct str guid = guid_of(ctx, o);
        if (guid.n)
            claim(o, by_guid(l, o, guid));
    }
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (!d->objects[i].line)
            claim(&d->objects[i], by_name(ctx, l, &d->objects[i], d->objects[i].key, LOCK_LIVE));
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        struct str was = o->line ? (struct str){"", 0} : plan_formerly(o);
        if (was.n)
            claim(o, by_name(ctx, l, o, ctx_str(ctx, was.s, was.n), LOCK_LIVE));
    }
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (!d->objects[i].line)
            claim(&d->objects[i], by_name(ctx, l, &d->objects[i], d->objects[i].key, LOCK_GONE));
}

/* ---- bringing a line up to date ---- */

static void rename_line(struct ctx *ctx, struct lock *l, struct lock_line *line, struct str name)
{
    if (str_eq(line->name, name))
        return;
    touch(l, line);
    line->born = lock_birth(line);
    for (struct lock_line *old = map_get(line->device->names[line->kind], name); old; old = old->same_name)
        if (old != line && old->type == line->type && old->state == LOCK_GONE)
            old->state = LOCK_USED;
    line->name = name;
    lock_index(ctx, line);
}

static void new_line(struct ctx *ctx, struct plan_device *d, struct plan_object *o)
{
    struct lock_line *line = lock_add(ctx, d->lock, o->kind, o->def->type, o->key);
    struct str born = o->key;
    for (unsigned k = 2; map_get(d->lock->births, born); k++) {
        const char *next = arena_printf(ctx->arena, "%s#%u", o->key.s, k);
        line->born = born = ctx_str(ctx, next, strlen(next));
    }
    line->instance = o->instance;
    line->claimed = true;
    o->line = line;
    for (const struct lock_line *was = named(d->lock, o, o->key); was; was = was->same_name)
        if (was->state == LOCK_LIVE && !was->claimed && was->type != o->def->type) {
            diag(ctx, plan_pos(o), D_RETYPED, "'%s' was %s,%u and becomes a new %s", o->key.s,
                 object_type_name(was->type), was->instance, object_type_name(o->def->type));
            break;
        }
}

static void renumber(struct ctx *ctx, struct plan_device *d, struct lock_line *line, uint32_t instance)
{
    struct lock_line *used = lock_add(ctx, d->lock, line->kind, line->type, line->name);
    used->state = LOCK_USED;
    used->instance = line->instance;
    used->claimed = true;
    line->instance = instance;
}

static void update(struct ctx *ctx, struct lock *l, struct plan_device *d, struct plan_object *o)
{
    bool fresh = !o->line;
    if (fresh)
        new_line(ctx, d, o);
    struct lock_line *line = o->line;
    if (line->instance != o->instance) {
        renumber(ctx, d, line, o->instance);
        touch(l, line);
    }
    if (fresh || line->state != LOCK_LIVE)
        touch(l, line);
    line->state = LOCK_LIVE;
    rename_line(ctx, l, line, o->key);
    if (line->title.n != o->name.n || memcmp(line->title.s, o->name.s, o->name.n)) {
        line->title = ctx_str(ctx, o->name.s, o->name.n);
        touch(l, line);
    }
    struct str guid = guid_of(ctx, o);
    if (guid.n && !str_eq(line->guid, guid)) {
        line->guid = guid;
        l->changed = true;
    }
    if (fresh)
        lock_index(ctx, line);
}

/* ---- numbers ---- */

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
    const struct lock_line *line = *slot_of(n, o->def->type, o->instance);
    const char *type = object_type_name(o->def->type);
    if (!line || line == o->line || (line->state == LOCK_USED && str_eq(line->name, o->key)))
        return;
    const struct plan_object *owner = line->claimed ? owner_of(d, line) : NULL;
    if (owner && owner->given && owner->instance != o->instance)
        return;                         /* is being given another one in this very run */
    if (!owner) {
        if (line->line || line->state != LOCK_LIVE)
            diag(ctx, plan_pos(o), D_REUSED_NUMBER, "'%s' takes %s,%u, which '%s' had before", o->key.s, type,
                 o->instance, line->name.s);
        return;
    }
    diag(ctx, plan_pos(o), D_INSTANCE_TAKEN, "'%s' cannot be %s,%u: that is '%s'", o->key.s, type, o->instance,
         owner->key.s);
    diag_note(ctx, plan_pos(owner), "'%s' stands here", owner->key.s);
}

/* The next number of a type, 0: not begun. Explicit numbers do not push it up. */
struct counter { uint32_t type, next; };

static uint32_t next_number(struct ctx *ctx, const struct plan_device *d, const struct numbers *n,
                            struct counter *c, const struct plan_object *o)
{
    while (c->next <= BACNET_INSTANCE_MAX && *slot_of(n, c->type, c->next))
        c->next++;
    if (c->next <= BACNET_INSTANCE_MAX)
        return c->next++;
    for (uint32_t i = 0; i <= BACNET_INSTANCE_MAX; i++)
        if (!*slot_of(n, c->type, i))
            return i;
    diag_machine(ctx, "%s: no number of type %s is left in device '%s' for '%s'", ctx->project_path,
                 object_type_name(c->type), d->device->name.s, o->key.s);
    return 0;
}

static void counters_of(const struct plan_device *d, struct counter *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        c[i].type = obj_defs[i].type;
        c[i].next = d->device->first_instance == NOT_SET ? 0 : d->device->first_instance;
    }
    for (size_t i = 0; i < d->lock->n_lines; i++) {
        const struct lock_line *l = d->lock->lines[i];
        for (size_t k = 0; k < n; k++)
            if (c[k].type == l->type && !l->given && l->instance >= c[k].next)
                c[k].next = l->instance + 1;
    }
}

static void give_numbers(struct ctx *ctx, struct plan_device *d)
{
    struct numbers n = numbers_of(ctx, d);
    struct counter *c = arena_array(ctx->arena, n_obj_defs, sizeof *c);
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        if (o->line)
            o->line->given = o->given;
        if (o->given && o->kind != LK_device)
            explicit_number(ctx, d, &n, o);
    }
    counters_of(d, c, n_obj_defs);
    /* what the project asks for is not given to anybody else */
    struct lock_line *taken = arena_array(ctx->arena, d->n_objects + 1, sizeof *taken);
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        if (!o->given && o->line)
            o->instance = o->line->instance;
        taken[i].type = o->def->type;
        taken[i].instance = o->instance;
        if (o->given)
            numbers_add(&n, &taken[i]);
    }
    for (uint32_t i = 0; i < d->n_objects; i++) {
        struct plan_object *o = &d->objects[i];
        for (size_t k = 0; o->instance == NOT_SET && k < n_obj_defs; k++)
            if (c[k].type == o->def->type) {
                taken[i].instance = o->instance = next_number(ctx, d, &n, &c[k], o);
                numbers_add(&n, &taken[i]);
            }
    }
    arena_release(ctx->arena, taken, (d->n_objects + 1) * sizeof *taken);
    arena_release(ctx->arena, n.slots, ((size_t)n.mask + 1) * sizeof *n.slots);
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* By identifier: the keys are sorted, and each object moves once. */
static void sort_objects(struct ctx *ctx, struct plan_device *d)
{
    struct plan_object *sorted = arena_array(ctx->arena, d->n_objects, sizeof *sorted);
    uint64_t *keys = arena_array(ctx->arena, d->n_objects, sizeof *keys);
    for (uint32_t i = 0; i < d->n_objects; i++)
        keys[i] = (uint64_t)OID(d->objects[i].def->type, d->objects[i].instance) << 32 | i;
    qsort(keys, d->n_objects, sizeof *keys, ascending);
    for (uint32_t i = 0; i < d->n_objects; i++)
        sorted[i] = d->objects[(uint32_t)keys[i]];
    arena_release(ctx->arena, keys, d->n_objects * sizeof *keys);
    arena_release(ctx->arena, d->objects, d->cap * sizeof *d->objects);
    d->objects = sorted;
    d->cap = d->n_objects;
}

static void number_device(struct ctx *ctx, struct lock *l, struct plan_device *d)
{
    match(ctx, d);
    give_numbers(ctx, d);
    size_t known = d->lock->n_lines;
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->objects[i].kind != LK_device)
            update(ctx, l, d, &d->objects[i]);
    for (size_t i = 0; i < known; i++) {
        struct lock_line *line = d->lock->lines[i];
        if (line->state == LOCK_LIVE && !line->claimed) {
            touch(l, line);
            line->state = LOCK_GONE;
        }
    }
    sort_objects(ctx, d);
    d->published = arena_array(ctx->arena, d->device->n_publications + 1, sizeof *d->published);
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->objects[i].kind == LK_variable) {
            const struct publication *p = d->objects[i].of;
            d->published[p - d->device->publications] = d->objects[i].instance;
        }
}

/* ---- devices ---- */

static bool set_text(struct ctx *ctx, struct str *to, struct str from)
{
    if (to->n == from.n && !memcmp(to->s, from.s, from.n))
        return false;
    *to = ctx_str(ctx, from.s, from.n);
    return true;
}

static bool equal(struct str a, struct str b) { return a.n == b.n && !memcmp(a.s, b.s, a.n); }

static struct lock_device *find_device(const struct lock *l, const struct device *d, int how)
{
    for (size_t i = 0; i < l->n_devices; i++) {
        struct lock_device *x = l->devices[i];
        bool plc = equal(x->plc, d->plc->name) || (d->plc->formerly.n && equal(x->plc, d->plc->formerly));
        bool hit = how == 0   ? d->guid.n && equal(x->guid, d->guid)
                   : how == 1 ? plc && equal(x->handle, d->name)
                   : how == 2 ? equal(x->handle, d->name)
                   : how == 3 ? d->formerly.n && plc && equal(x->handle, d->formerly)
                              : d->formerly.n && equal(x->handle, d->formerly);
        if (hit && !x->claimed)
            return x;
    }
    return NULL;
}

static struct lock_device *new_device(struct ctx *ctx, struct lock *l, const struct device *d)
{
    struct str key = d->name;
    bool taken = true;
    for (unsigned k = 1; taken; k++) {
        if (k > 1) {
            const char *next = k == 2 ? arena_printf(ctx->arena, "%s@%s", d->name.s, d->plc->name.s)
                                      : arena_printf(ctx->arena, "%s@%s#%u", d->name.s, d->plc->name.s, k - 1);
            key = ctx_str(ctx, next, strlen(next));
        }
        taken = false;
        for (size_t i = 0; i < l->n_devices; i++)
            taken = taken || equal(l->devices[i]->key, key);
    }
    return lock_add_device(ctx, l, key);
}

/* A new device in the place of another that the project has no more: perhaps only another name. */
static void warn_successor(struct ctx *ctx, const struct lock *l, const struct device *d)
{
    for (size_t i = 0; i < l->n_devices; i++) {
        const struct lock_device *x = l->devices[i];
        if (x->claimed || x->instance != d->instance || !x->line)
            continue;
        diag(ctx, d->pos, D_REUSED_NUMBER, "'%s' is a new device, but has instance %u, which '%s' "
             "had before: its objects are numbered anew", d->name.s, d->instance, x->handle.s);
        diag_hint(ctx, "if it is the same device, keep its numbers with formerly=\"%s\"",
                  x->handle.s);
        return;
    }
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
    for (size_t i = 0; i < d->n_lines; i++)
        if (d->lines[i]->state == LOCK_LIVE) {
            touch(l, d->lines[i]);
            d->lines[i]->state = LOCK_GONE;
        }
}

static struct plan_device *planned(struct plan *plan, const struct device *d)
{
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++)
            if (plan->plcs[k].devices[i].device == d)
                return &plan->plcs[k].devices[i];
    return NULL;
}

static void match_device(struct plan *plan, const struct device *d, int how)
{
    struct plan_device *p = planned(plan, d);
    struct lock_device *x = p && p->lock ? NULL : find_device(plan->lock, d, how);
    if (!x || (!p && how > 1))
        return;
    x->claimed = true;
    if (p)
        p->lock = x;
}

/* Devices of a PLC that is not being compiled keep their claim, so that nobody else gets it. */
static void match_devices(struct ctx *ctx, struct plan *plan)
{
    for (int how = 0; how <= 4; how++)
        for (const struct plc *p = ctx->model->plcs; p; p = p->next)
            for (const struct channel *c = p->channels; c; c = c->next)
                for (const struct device *d = c->devices; d; d = d->next)
                    match_device(plan, d, how);
}

void pass_number(struct ctx *ctx)
{
    struct plan *plan = ctx->plan;
    ctx->plan = NULL;
    if (!plan || !(plan->lock = lock_load(ctx)))
        return;
    size_t known = plan->lock->n_devices;
    const char *only = opt_str(ctx, OPT_PLC);
    match_devices(ctx, plan);
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++) {
            struct plan_device *d = &plan->plcs[k].devices[i];
            if (!d->lock) {
                warn_successor(ctx, plan->lock, d->device);
                d->lock = new_device(ctx, plan->lock, d->device);
            }
            update_device(ctx, plan->lock, d);
            number_device(ctx, plan->lock, d);
        }
    for (size_t i = 0; i < known; i++) {
        struct lock_device *d = plan->lock->devices[i];
        if (!d->claimed && !d->gone && (!only || !strcmp(only, d->plc.s)))
            remove_device(plan->lock, d);
    }
    lock_forget(plan->lock);
    lint_instances(ctx, plan);
    check_references(ctx, plan);
    if (plan->lock->changed && opt_has(ctx, OPT_FROZEN))
        diag(ctx, (struct srcpos){plan->lock->file, 0, 0}, D_LOCK_FROZEN, "the numbers would change");
    if (!diag_errors(ctx) && !diag_machine_failed(ctx))
        ctx->plan = plan;
}
