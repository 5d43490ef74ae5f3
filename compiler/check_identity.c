/* Checks of what must be unique or new in a project: GUIDs and former names. */
#include "compiler/check_walk.h"

#include "compiler/resolve.h"

#include <ctype.h>

static void each_guid(struct walk *w, const struct device *d, const struct item *item)
{
    (void)d;
    char lower[40];
    struct str g = item->guid;
    if (g.n == 38) {                         /* in braces                                      */
        g.s++;
        g.n = 36;
    }
    if (!g.n || g.n >= sizeof lower)
        return;
    for (uint32_t i = 0; i < g.n; i++)
        lower[i] = (char)tolower((unsigned char)g.s[i]);
    const struct entry *earlier = walk_first(w, str_intern(w->ctx->strs, lower, g.n), item);
    if (earlier) {
        diag(w->ctx, item->pos, D_DUPLICATE_GUID, "'%s' has the GUID of '%s'", item->name.s,
             earlier->what.s);
        diag_note(w->ctx, earlier->pos, "the other one");
    }
}

static void see_guid(struct walk *w, const struct device *d, const struct item *item)
{
    (void)d;
    w->found |= item->guid.n != 0;
}

/* Most projects have none. */
static bool any_guid(const struct model *m)
{
    struct walk w = {.each = see_guid, .found = m->any_guid};
    for (struct device *d = first_device(m, NULL); d && !w.found; d = next_device(d, NULL)) {
        for (const struct object_row *r = d->rows; r; r = r->next)
            w.found |= r->guid.n != 0;
        walk_others(&w, d);
    }
    return w.found;
}

void check_guids(struct ctx *ctx)
{
    struct walk w = {.ctx = ctx, .each = each_guid};
    if (!any_guid(ctx->model))
        return;
    for (const struct variable *v = ctx->model->variables; v; v = v->next)
        if (variable_rare(v)->guid.n)
            each_guid(&w, NULL, &(struct item){.name = v->name, .guid = variable_rare(v)->guid, .pos = v->pos});
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL))
        walk_device(&w, d);
    if (w.scratch)
        arena_drop(w.scratch);
}

static void former(struct ctx *ctx, struct str formerly, struct str name, const struct node *n,
                   const struct srcpos *holder)
{
    if (!formerly.n)
        return;
    if (str_eq(formerly, name))
        diag(ctx, place(n, AT_formerly), D_NO_EFFECT, "formerly has no effect: it is the name");
    else if (holder) {
        diag(ctx, place(n, AT_formerly), D_FORMERLY_EXISTS, "'%s' still exists", formerly.s);
        diag_note(ctx, *holder, "here");
    }
}

#define FORMER_OF(first, type)                                                                     \
    do {                                                                                           \
        struct map *named = NULL;                                                                  \
        for (struct type *x = (first); x; x = x->next) {                                           \
            if (x->formerly.n && !named) {                                                         \
                named = map_new(ctx->arena);                                                       \
                for (struct type *y = (first); y; y = y->next)                                     \
                    if (y->name.n)                                                                 \
                        (void)map_add(named, y->name, y);                                          \
            }                                                                                      \
            const struct type *o = x->formerly.n ? map_get(named, x->formerly) : NULL;             \
            former(ctx, x->formerly, x->name, x->node, o ? &o->pos : NULL);                        \
        }                                                                                          \
    } while (0);

void check_former_names(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    for (const struct variable *v = m->any_formerly ? m->variables : NULL; v; v = v->next) {
        const struct variable *o = variable_rare(v)->formerly.n ? variable_by_name(ctx, variable_rare(v)->formerly) : NULL;
        former(ctx, variable_rare(v)->formerly, v->name, v->node, o ? &o->pos : NULL);
    }
    FORMER_OF(m->plcs, plc)
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL)) {
        const struct device *heir = d->formerly.n ? device_by_name(d->plc, d->formerly) : NULL;
        former(ctx, d->formerly, d->name, d->node, heir ? &heir->pos : NULL);
        FORMER_OF(d->classes, notification_class)
        FORMER_OF(d->calendars, calendar)
        FORMER_OF(d->schedules, schedule)
        FORMER_OF(d->trend_logs, trend_log)
    }
}
