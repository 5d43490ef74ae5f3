/* What stands in a device, as the checks of unique things see it. */
#include "compiler/check_walk.h"

#include "compiler/resolve.h"

#define ITEM(x, t) &(struct item){(x)->name, (x)->guid, (t), (x)->instance, (x)->pos, (x)->node, NULL}

static void walk_self(struct walk *w, const struct device *d)
{
    w->each(w, d, &(struct item){d->object_name, d->guid, OT_device, NOT_SET, d->pos, d->node, NULL});
}

static void walk_publication(struct walk *w, const struct device *d, const struct publication *p)
{
    const struct object_row *row = publication_row(p);
    const struct on_plc *on = publication_on(p);
    const struct node *n = row && row->instance != NOT_SET ? row->node : on ? on->node : p->variable->node;
    if (!p->guessed)
        w->each(w, d, &(struct item){publication_name(p), row ? row->guid : (struct str){"", 0}, p->type,
                                     publication_instance(p), publication_pos(p), n, p->variable});
}

static void walk_named(struct walk *w, const struct device *d)
{
    for (const struct notification_class *c = d->classes; c; c = c->next)
        w->each(w, d, ITEM(c, OT_notification_class));
    for (const struct calendar *c = d->calendars; c; c = c->next)
        w->each(w, d, ITEM(c, OT_calendar));
    for (const struct schedule *s = d->schedules; s; s = s->next)
        if (!s->enabled || !schedule_typed(s))
            continue;
        else if (s->automatic)                  /* its GUID is the variable's, or its row's    */
            w->each(w, d, &(struct item){.name = s->name, .guid = s->row ? s->row->guid : (struct str){"", 0},
                                         .type = OT_schedule, .instance = s->instance, .pos = s->pos,
                                         .node = s->row && s->row->instance != NOT_SET ? s->row->node : s->node});
        else
            w->each(w, d, ITEM(s, OT_schedule));
    for (const struct trend_log *t = d->trend_logs; t; t = t->next)
        w->each(w, d, ITEM(t, OT_trend_log));
}

void walk_device(struct walk *w, struct device *d)
{
    walk_self(w, d);
    for (uint32_t i = 0; i < d->n_publications; i++)
        walk_publication(w, d, &d->publications[i]);
    walk_named(w, d);
}

void walk_others(struct walk *w, const struct device *d)
{
    walk_self(w, d);
    walk_named(w, d);
}

const struct entry *walk_first(struct walk *w, struct str key, const struct item *item)
{
    if (!w->map) {
        w->scratch = arena_new();
        w->map = map_new(w->scratch);
    }
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
