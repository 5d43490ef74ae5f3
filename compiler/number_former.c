/* formerly with a slip in it would renumber in silence. It may stay for good, and does: what it says is of no use any
 * more once the new name is in the lock, also that of an object in another device. */
#include "compiler/number_former.h"

#include "compiler/lock_find.h"
#include "compiler/model.h"

static bool ever(const struct lock *l, const struct plan_object *o, struct str name)
{
    static const uint8_t ways[] = {BY_NAME, BY_BIRTH};
    for (size_t i = 0; i < 2 * l->n_devices; i++) {
        struct lock_search s = lock_search(l->devices[i / 2], ways[i % 2], (enum lock_kind)o->kind, name);
        const struct lock_line *line;
        while ((line = lock_next(&s)))
            if (line->kind == o->kind && str_same(i % 2 ? lock_birth(line) : line->name, name))
                return true;
    }
    return false;
}

/* The Uses that made something that the lock has: what their templates have got since is new there. */
static uint8_t *known_uses(struct ctx *ctx, const struct plan_plc *p)
{
    uint8_t *uses = arena_array(ctx->arena, diag_file_count(ctx), sizeof *uses);
    for (uint32_t i = 0; i < p->n_devices; i++)
        for (uint32_t k = 0; k < p->devices[i].n_objects; k++) {
            const struct plan_object *o = &p->devices[i].objects[k];
            struct srcpos use;
            if (o->line && o->line->line)
                uses[diag_file_outer(ctx, plan_pos(o).file, &use)] = 1;
        }
    return uses;
}

static void tell_nearest(struct ctx *ctx, const struct plan_device *d, const struct plan_object *o, struct str was)
{
    struct near near = near_of(was.s, was.n);
    const struct lock_line *best = NULL;
    for (uint32_t i = 0; i < d->lock->n_lines; i++) {
        const struct lock_line *line = lock_at(d->lock, i);
        if (line->kind != o->kind || line->state != LOCK_LIVE || line->claimed)
            continue;
        near_offer(&near, line->name.s, line->name.n);
        best = near_take(&near) == line->name.s ? line : best;
    }
    if (best)
        diag_hint(ctx, "did you mean '%.*s'?", (int)best->name.n, best->name.s);
}

/* True: it is told. */
static bool tell_former(struct ctx *ctx, const struct lock *l, const struct plan_device *d, const struct plan_object *o)
{
    const struct str was = plan_formerly(o);
    if (!was.n || ever(l, o, was) || ever(l, o, plan_key(o)))
        return false;
    struct plan_plc *plc = (struct plan_plc *)(uintptr_t)d->plc;
    struct srcpos pos = plan_pos(o), use;       /* nodes are gone                                  */
    const uint32_t made = diag_file_outer(ctx, pos.file, &use);
    if (made) {                         /* by a Use, which says it once for all that it makes      */
        plc->uses = plc->uses ? plc->uses : known_uses(ctx, plc);
        if (plc->uses[made])
            return false;
        plc->uses[made] = 1;
        pos = use;
    }
    diag(ctx, pos, D_FORMERLY_UNKNOWN, "nothing was called '%.*s': '%s' is new, and gets a new number", (int)was.n, was.s,
         plan_key(o).s);
    return true;
}

void number_tell_formers(struct ctx *ctx, const struct lock *l, const struct plan_device *d)
{
    enum { HINTS = 32 };                /* each looks through all lines; who has more sees how it is from these */
    unsigned told = 0;
    for (uint32_t i = 0; i < d->n_objects; i++) {
        const struct plan_object *o = &d->objects[i];
        const struct schedule *s = o->kind == LK_schedule ? o->of : NULL;
        bool may_be = o->remembered && !o->line && o->kind != LK_device && !(s && s->borrowed);
        if (may_be && tell_former(ctx, l, d, o) && told++ < HINTS)
            tell_nearest(ctx, d, o, plan_formerly(o));
    }
}
