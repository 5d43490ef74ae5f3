/* Checks of what must be unique or new: object names, instances, GUIDs, former names. */
#include "compiler/check.h"

#include "compiler/publish.h"
#include "compiler/resolve.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

/* One thing with a name and perhaps a number: what the objects of a device have in common. */
struct item {
    struct str name, guid, formerly;
    uint32_t type, instance;
    struct srcpos pos;
    const struct node *node;     /* that gives the instance                                    */
};
/* What outlives the item: what maps point to. */
struct entry {
    struct srcpos pos;
    const struct node *node;
    struct str what;
};
struct walk {
    struct ctx *ctx;
    struct arena *scratch;       /* for map and entries                                        */
    struct map *map;
    const regex_t *pattern;
    void (*each)(struct walk *w, const struct device *d, const struct item *item);
};

#define ITEM(x, t)                                                                                 \
    &(struct item){(x)->name, (x)->guid, (x)->formerly, (t), (x)->instance, (x)->pos, (x)->node}

static void walk_device(struct walk *w, struct device *d)
{
    w->each(w, d, &(struct item){d->object_name, d->guid, d->formerly, OT_device, NOT_SET, d->pos, d->node});
    for (uint32_t i = 0; i < d->n_publications; i++) {
        const struct publication *p = &d->publications[i];
        const struct object_row *row = publication_row(p);
        const struct node *n = row && row->instance != NOT_SET ? row->node : publication_on(p)->node;
        if (p->guessed)
            continue;
        w->each(w, d, &(struct item){publication_name(p), row ? row->guid : (struct str){"", 0},
                                     (struct str){"", 0}, p->type, publication_instance(p),
                                     publication_pos(p), n});
    }
    for (const struct notification_class *c = d->classes; c; c = c->next)
        w->each(w, d, ITEM(c, OT_notification_class));
    for (const struct calendar *c = d->calendars; c; c = c->next)
        w->each(w, d, ITEM(c, OT_calendar));
    for (const struct schedule *s = d->schedules; s; s = s->next)
        if (s->poisoned || !s->enabled)
            continue;
        else if (s->automatic)                  /* its GUID is the variable's                  */
            w->each(w, d, &(struct item){.name = s->name, .type = OT_schedule,
                                         .instance = s->instance, .pos = s->pos,
                                         .node = s->node});
        else
            w->each(w, d, ITEM(s, OT_schedule));
    for (const struct trend_log *t = d->trend_logs; t; t = t->next)
        w->each(w, d, ITEM(t, OT_trend_log));
}

static struct walk walk_of(struct ctx *ctx, void (*each)(struct walk *, const struct device *, const struct item *))
{
    struct arena *scratch = arena_new();
    return (struct walk){ctx, scratch, map_new(scratch), NULL, each};
}

static const struct entry *taken(struct walk *w, struct str key, const struct item *item)
{
    const struct entry *earlier = map_get(w->map, key);
    if (earlier)
        return earlier;
    struct entry *e = arena_alloc(w->scratch, sizeof *e);
    e->pos = item->pos;
    e->node = item->node;
    e->what = item->name;
    map_add(w->map, key, e);
    return NULL;
}

static void each_name(struct walk *w, const struct device *d, const struct item *item)
{
    if (!item->name.n)
        return;
    const struct entry *earlier = taken(w, item->name, item);
    if (earlier) {
        diag(w->ctx, item->pos, D_DUPLICATE_OBJECT_NAME, "device '%s' has two objects '%s'",
             d->name.s, item->name.s);
        diag_note(w->ctx, earlier->pos, "the first one");
    }
    if (w->pattern && regexec(w->pattern, item->name.s, 0, NULL, 0))
        diag(w->ctx, item->pos, D_NAME_PATTERN, "'%s' does not match namePattern '%s'",
             item->name.s, w->ctx->model->name_pattern.s);
}

void check_names(struct ctx *ctx)
{
    regex_t re;
    bool pattern = ctx->model->name_pattern.n &&
                   !regcomp(&re, ctx->model->name_pattern.s, REG_EXTENDED | REG_NOSUB);
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        struct walk w = walk_of(ctx, each_name);
        w.pattern = pattern ? &re : NULL;
        walk_device(&w, d);
        arena_drop(w.scratch);
    }
    if (pattern)
        regfree(&re);
}

static void each_instance(struct walk *w, const struct device *d, const struct item *item)
{
    (void)d;
    if (item->instance == NOT_SET)
        return;
    char key[32];
    snprintf(key, sizeof key, "%u,%u", item->type, item->instance);
    const struct entry *earlier = taken(w, str_of(w->ctx->strs, key), item);
    if (earlier) {
        diag(w->ctx, place(item->node, AT_instance), D_DUPLICATE_INSTANCE,
             "%s %u is already taken by '%s'", object_type_name(item->type), item->instance,
             earlier->what.s);
        diag_note(w->ctx, place(earlier->node, AT_instance), "first used here");
    }
}

void check_instances(struct ctx *ctx)
{
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        struct walk w = walk_of(ctx, each_instance);
        walk_device(&w, d);
        arena_drop(w.scratch);
    }
}

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
    const struct entry *earlier = taken(w, str_intern(w->ctx->strs, lower, g.n), item);
    if (earlier) {
        diag(w->ctx, item->pos, D_DUPLICATE_GUID, "'%s' has the GUID of '%s'", item->name.s,
             earlier->what.s);
        diag_note(w->ctx, earlier->pos, "the other one");
    }
}

void check_guids(struct ctx *ctx)
{
    struct walk w = walk_of(ctx, each_guid);
    for (const struct variable *v = ctx->model->variables; v; v = v->next)
        if (v->guid.n)
            each_guid(&w, NULL, &(struct item){.name = v->name, .guid = v->guid, .pos = v->pos});
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL))
        walk_device(&w, d);
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
    for (const struct type *x = (first); x; x = x->next) {                                         \
        const struct type *o = x->formerly.n ? (first) : NULL;                                     \
        while (o && !str_eq(o->name, x->formerly))                                                 \
            o = o->next;                                                                           \
        former(ctx, x->formerly, x->name, x->node, o ? &o->pos : NULL);                            \
    }

void check_former_names(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    for (const struct variable *v = m->variables; v; v = v->next) {
        const struct variable *o = v->formerly.n ? map_get(m->variable_map, v->formerly) : NULL;
        former(ctx, v->formerly, v->name, v->node, o ? &o->pos : NULL);
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
