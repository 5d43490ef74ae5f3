/* Identities of objects: keys of the value store, which survive a rename and another number. And what
 * objects are found by. Part of the second half. */
#include "compiler/emit.h"

#include "compiler/consts.h"

#include <stdlib.h>
#include <string.h>

/* Over "Main/variable/analog-input/AHU1_TSup": what it was called when it got its number. What the objects
 * of a type begin with is kept: types take turns. */
enum { TYPES = 64 };
struct identities {
    const struct plan_device *d;
    struct begin {
        struct buf key;         /* behind what is common: that of the object before            */
        size_t common;          /* 0: not written yet                                          */
        int kind;
    } begins[TYPES];
};

static struct begin *begin_of(struct identities *x, const struct plan_object *o)
{
    struct begin *b = &x->begins[o->def % TYPES];
    if (b->common && b->kind == o->kind)
        return b;
    b->kind = o->kind;
    b->key.n = 0;
    buf_bytes(&b->key, x->d->lock->key.s, x->d->lock->key.n);
    if (o->line)
        buf_printf(&b->key, "/%s/%s/", lock_kind_names[o->kind], object_type_name(plan_type(o)));
    else
        buf_str(&b->key, "/device");
    b->common = b->key.n;
    return b;
}

static struct img_identity identity(struct identities *x, const struct plan_object *o)
{
    struct begin *b = begin_of(x, o);
    b->key.n = b->common;
    if (o->line) {
        struct str birth = lock_birth(o->line);
        buf_bytes(&b->key, birth.s, birth.n);
    }
    return identity_of(b->key.s, b->key.n);
}

void emit_identities(struct emit *e, uint32_t *oids, uint32_t *names)
{
    enum { AHEAD = 12 };
    struct img_identity *out = ib_add(&e->t, SEC_object_ids, e->n_objects);
    for (uint32_t i = 0; i < e->plc->n_devices; i++) {
        const struct plan_device *d = &e->plc->devices[i];
        struct identities ids = {.d = d};
        for (unsigned t = 0; t < TYPES; t++)
            ids.begins[t].key = buf_of(&e->side);
        for (uint32_t k = 0; k < d->n_objects; k++) {
            const struct plan_object *o = &d->objects[k];
            uint32_t index = e->first[i] + o->index;
            if (k + AHEAD < d->n_objects)
                __builtin_prefetch(o[AHEAD].line);
            out[index] = identity(&ids, o);
            oids[index] = img_hash_object(i, OID(plan_type(o), o->instance));
            names[index] = img_hash_name(i, o->name.s, o->name.n);
        }
        for (unsigned t = 0; t < TYPES; t++)
            buf_free(&ids.begins[t].key);
    }
}

/* ---- variables: by the first object's name at birth, which renaming keeps, else by their own ---- */

struct name_list { struct str *names; bool *taken; size_t n, cap; };    /* sorted; taken: by something else */

static int by_text(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return memcmp(x->s, y->s, x->n);
}

static void list_name(struct emit *e, struct name_list *l, struct str name)
{
    if (l->n == l->cap)
        l->names = arena_grow(e->side.arena, l->names, &l->cap, l->n + 1, sizeof *l->names);
    l->names[l->n++] = name;
}

static void sort_names(struct emit *e, struct name_list *l)
{
    l->taken = arena_array(e->side.arena, l->n + 1, sizeof *l->taken);
    if (l->n)
        qsort(l->names, l->n, sizeof *l->names, by_text);
    for (size_t i = 1; i < l->n; i++)
        if (!by_text(&l->names[i], &l->names[i - 1]))
            l->taken[i] = l->taken[i - 1] = true;
}

static bool *find_name(const struct name_list *l, struct str name)
{
    const struct str *x = l->n ? bsearch(&name, l->names, l->n, sizeof *l->names, by_text) : NULL;
    return x ? &l->taken[x - l->names] : NULL;
}

/* With what objects of variables were born that are called otherwise now, or were when they went: what is stored for that
 * name is theirs. */
struct former { struct str born, name; bool live; };
struct formers { struct former *list; size_t n, cap; };

static int by_birth(const void *a, const void *b)
{
    const struct former *x = a, *y = b;
    return by_text(&x->born, &y->born);
}

static struct formers formers_of(struct emit *e)
{
    struct formers l = {0};
    for (uint32_t i = 0; i < e->plc->n_devices; i++) {
        const struct lock_device *d = e->plc->devices[i].lock;
        for (uint32_t k = 0; d->n_births && k < d->n_lines; k++) {
            const struct lock_line *line = lock_at(d, k);
            if (line->kind != LK_variable || !lock_born(line).n || str_same(lock_born(line), line->name))
                continue;
            if (l.n == l.cap)
                l.list = arena_grow(e->side.arena, l.list, &l.cap, l.n + 1, sizeof *l.list);
            l.list[l.n++] = (struct former){lock_born(line), line->name, line->state == LOCK_LIVE};
        }
    }
    if (l.n)
        qsort(l.list, l.n, sizeof *l.list, by_birth);
    return l;
}

/* Of a variable with an object the file says it where an object has gone; else it is as it was. */
static bool of_another(const struct formers *l, struct str born, const struct variable *v, bool gone)
{
    const struct former want = {.born = born};
    const struct former *at = l->n ? bsearch(&want, l->list, l->n, sizeof *l->list, by_birth) : NULL;
    while (at && at > l->list && !by_birth(at - 1, &want))
        at--;
    for (; at && at < l->list + l->n && !by_birth(at, &want); at++)
        if ((gone || at->live) && !str_same(at->name, v->name))
            return true;
    return false;
}

static struct str text_of(const char *s) { return (struct str){s, (uint32_t)strlen(s)}; }

/* What the numbering file would say that it was born with, were it there. */
static struct str own_birth(struct emit *e, const struct formers *l, const struct variable *v, bool gone)
{
    struct str name = v->name;
    for (unsigned k = 2; of_another(l, name, v, gone); k++)
        name = text_of(arena_printf(e->side.arena, "%s#%u", v->name.s, k));
    return name;
}

static const struct plan_object *object_of(const struct emit *e, uint32_t i) { return i == IMG_NONE ? NULL : e->objects[i]; }

static struct str birth_of(const struct variable *v, const struct plan_object *o)
{
    return o ? lock_birth(o->line) : v->name;
}

/* Schedules have names of their own, perhaps those of other variables. */
static struct name_list schedule_names(struct emit *e, const uint32_t *objects)
{
    struct name_list l = {0};
    for (uint32_t i = 0; i < e->n_variables; i++) {
        const struct plan_object *o = object_of(e, objects[i]);
        if (o && o->kind == LK_schedule)
            list_name(e, &l, lock_birth(o->line));
    }
    sort_names(e, &l);
    for (uint32_t i = 0; l.n && i < e->n_variables; i++) {
        const struct plan_object *o = object_of(e, objects[i]);
        bool *taken = o && o->kind == LK_schedule ? NULL : find_name(&l, birth_of(emit_chosen(e, i), o));
        if (taken)
            *taken = true;
    }
    return l;
}

/* Two whose first objects were born alike, in two devices: the one in the device with the lower key has that name. */
struct first { struct str born, device; };
struct firsts { struct first *list; size_t n, cap; };

static int by_first(const void *a, const void *b)
{
    const struct first *x = a, *y = b;
    const int order = by_text(&x->born, &y->born);
    return order ? order : by_text(&x->device, &y->device);
}

static struct first first_of(const struct emit *e, const struct plan_object *o, uint32_t index)
{
    uint32_t d = 0, end = e->plc->n_devices;
    while (end - d > 1) {
        const uint32_t middle = d + (end - d) / 2;
        *(e->first[middle] <= index ? &d : &end) = middle;
    }
    return (struct first){lock_birth(o->line), e->plc->devices[d].lock->key};
}

static bool renamed(const struct plan_object *o) { return o && o->kind != LK_schedule && lock_born(o->line).n; }

static struct firsts firsts_of(struct emit *e, const uint32_t *objects)
{
    struct firsts l = {0};
    for (uint32_t i = 0; i < e->n_variables; i++) {
        const struct plan_object *o = object_of(e, objects[i]);
        if (!renamed(o))
            continue;
        if (l.n == l.cap)
            l.list = arena_grow(e->side.arena, l.list, &l.cap, l.n + 1, sizeof *l.list);
        l.list[l.n++] = first_of(e, o, objects[i]);
    }
    if (l.n)
        qsort(l.list, l.n, sizeof *l.list, by_first);
    return l;
}

/* The birth, with the device before it where that is another's. */
static struct str birth_in(struct emit *e, const struct firsts *l, struct first want)
{
    const struct first *at = l->n ? bsearch(&want, l->list, l->n, sizeof *l->list, by_first) : NULL;
    if (!at || at == l->list || by_text(&at[-1].born, &want.born))
        return want.born;
    return text_of(arena_printf(e->side.arena, "%.*s/%.*s", (int)want.device.n, want.device.s, (int)want.born.n, want.born.s));
}

static struct img_identity variable_identity(struct emit *e, const char *begin, struct str name)
{
    const size_t n = strlen(begin), all = n + name.n;
    char small[512], *key = all < sizeof small ? small : arena_alloc(e->side.arena, all + 1);
    memcpy(key, begin, n);
    memcpy(key + n, name.s, name.n);
    return identity_of(key, all);
}

void emit_variable_identities(struct emit *e, const uint32_t *objects)
{
    struct img_identity *ids = ib_add(&e->t, SEC_variable_ids, e->n_variables);
    const struct formers formers = formers_of(e);
    const struct firsts firsts = firsts_of(e, objects);
    const struct name_list schedules = schedule_names(e, objects);
    for (uint32_t i = 0; i < e->n_variables; i++) {
        const struct variable *v = emit_chosen(e, i);
        const struct plan_object *o = object_of(e, objects[i]);
        const struct str birth = birth_of(v, o);
        if (o && o->kind == LK_schedule)
            ids[i] = *find_name(&schedules, birth) || of_another(&formers, birth, v, false)
                   ? variable_identity(e, "schedule/", v->name) : variable_identity(e, "variable/", birth);
        else
            ids[i] = variable_identity(e, "variable/", renamed(o) ? birth_in(e, &firsts, first_of(e, o, objects[i]))
                                                                  : own_birth(e, &formers, v, !o));
    }
}
