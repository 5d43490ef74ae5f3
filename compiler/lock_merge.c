/* What is left when branches have met and the lines of both were kept. Two lines of one object are one again, as
 * far as they agree on its number; which of two objects keeps a number is for people. */
#include <string.h>

#include "compiler/lock_find.h"
#include "compiler/sort.h"
#include "schemas/bacnet.h"

struct merged { struct ctx *ctx; struct lock *lock; struct lock_device *device; };

static struct srcpos pos(const struct merged *m, const struct lock_line *l)
{
    return (struct srcpos){m->lock->file, l->line, 1};
}

static bool alike(const struct lock_line *a, const struct lock_line *b)
{
    return a->state == b->state && str_same(a->name, b->name) && str_same(a->title, b->title) &&
           str_same(lock_guid(a), lock_guid(b)) && str_same(lock_born(a), lock_born(b)) && str_same(lock_of(a), lock_of(b));
}

/* The line to which more has happened stays. Where as much has happened to both, but not the same, neither branch's
 * revision may come out: what it said was another thing. */
static void unite(const struct merged *m, struct lock_line *a, struct lock_line *b)
{
    bool tie = a->changes == b->changes, first = tie ? a->state <= b->state : a->changes > b->changes;
    struct lock_line *keep = first ? a : b, *drop = first ? b : a;
    if (tie && keep->changes < UINT32_MAX - 1 && !alike(a, b))
        keep->changes++;
    if (!lock_guid(keep).n && lock_guid(drop).n)
        lock_set_guid(m->ctx, keep, lock_guid(drop));
    if (tie && !lock_of(keep).n && lock_of(drop).n)
        lock_set_of(m->ctx, keep, lock_of(drop));
    drop->state = LOCK_TWIN;
    drop->claimed = true;
    drop->changes = 0;
    m->lock->changed = true;
}

static void same_object(void *arg, struct lock_line *a, struct lock_line *b)
{
    const struct merged *m = arg;
    if (a->instance == b->instance) {
        unite(m, b, a);
        return;
    }
    if ((a->state == LOCK_LIVE) != (b->state == LOCK_LIVE)) {
        (a->state == LOCK_LIVE ? b : a)->state = LOCK_OUSTED;   /* the name is that of what there is */
        m->device->n_ousted++;
        m->lock->changed = true;
        return;
    }
    diag(m->ctx, pos(m, a), D_LOCK_DUPLICATE_OBJECT, "%s '%.*s' of device '%s' stands here twice as %s",
         lock_kind_names[a->kind], (int)a->name.n, a->name.s, m->device->key.s, object_type_name(a->type));
    diag_note(m->ctx, pos(m, b), "here as well, with number %u", b->instance);
}

static void same_number(const struct merged *m, const struct lock_line *a, const struct lock_line *b)
{
    bool one = a->kind == b->kind && str_same(lock_birth(a), lock_birth(b));
    diag(m->ctx, pos(m, b), D_LOCK_DUPLICATE_NUMBER,
         "%s %u of device '%s' belongs to '%.*s' and to '%.*s'", object_type_name(b->type), b->instance,
         m->device->key.s, (int)a->name.n, a->name.s, (int)b->name.n, b->name.s);
    diag_note(m->ctx, pos(m, a), "'%.*s' has the number here", (int)a->name.n, a->name.s);
    if (one)
        diag_hint(m->ctx, "both were '%.*s': keep the line with the name that the project has now",
                  (int)lock_birth(a).n, lock_birth(a).s);
}

/* Two lines with one number; what is left of the first, or else the second. */
static struct lock_line *two(const struct merged *m, struct lock_line *a, struct lock_line *b)
{
    struct lock_line *keep = a->state <= b->state ? a : b, *other = keep == a ? b : a;
    bool live = other->state == LOCK_LIVE, one = a->kind == b->kind && str_same(lock_birth(a), lock_birth(b));
    if (one && other->state <= LOCK_GONE && (!live || a->changes != b->changes)) {
        unite(m, a, b);
    } else if (live) {
        same_number(m, a, b);
    } else {                            /* when it comes back the number is another's          */
        if (keep->state == LOCK_OUSTED && other->state == LOCK_USED && !one)
            keep->state = LOCK_USED;
        other->state = LOCK_USED;
    }
    return a->state <= b->state ? a : b;
}

/* Lines are in the order of the file, and sorting keeps it: the later line is the one reported. */
void lock_merge(struct ctx *ctx, struct lock *l, struct lock_device *d)
{
    struct merged m = {ctx, l, d};
    struct sort_item *v = arena_array(ctx->arena, (size_t)d->n_lines + 1, sizeof *v);
    size_t n = 0;
    lock_index_all(ctx, d, same_object, &m);
    for (uint32_t i = 0; i < d->n_lines; i++) {
        struct lock_line *a = lock_at(d, i);
        if (a->state <= (d->n_ousted ? LOCK_USED : LOCK_GONE))
            v[n++] = (struct sort_item){OID((uint32_t)a->type, a->instance), {.at = i}};
    }
    sort_items(ctx->arena, v, n);
    for (size_t i = 1; i < n; i++)
        if (v[i].key == v[i - 1].key) {
            struct lock_line *a = lock_at(d, v[i - 1].at), *b = lock_at(d, v[i].at);
            v[i].at = two(&m, a, b) == a ? v[i - 1].at : v[i].at;
        }
    arena_release(ctx->arena, v, ((size_t)d->n_lines + 1) * sizeof *v);
}

/* The project says what a device is: of two lines the one to which more has happened counts. */
void lock_merge_device(struct lock *l, struct lock_device *d, const struct lock_device *twin)
{
    bool alike = d->gone == twin->gone && d->instance == twin->instance && str_same(d->plc, twin->plc) &&
                 str_same(d->handle, twin->handle) && str_same(d->title, twin->title) && str_same(d->guid, twin->guid);
    bool tie = d->changes == twin->changes;
    struct str guid = d->guid.n ? d->guid : twin->guid;
    if (twin->changes > d->changes) {
        d->plc = twin->plc;
        d->handle = twin->handle;
        d->title = twin->title;
        d->instance = twin->instance;
        d->changes = twin->changes;
        d->gone = twin->gone;
        guid = twin->guid.n ? twin->guid : guid;
    }
    d->guid = guid;
    if (tie && !alike && d->changes < UINT32_MAX - 1)
        d->changes++;
    l->changed = true;
}
