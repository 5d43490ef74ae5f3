/* A SCHEDULE_* variable becomes a schedule of its device, in each PLC that shows it and has none written
 * for it. There may be thousands: what is written is found by the variable, the end of a list is known. */
#include "compiler/publish_pass.h"

struct schedules {
    struct ctx *ctx;
    struct map *written;         /* variable's name -> struct written, the latest first        */
};
struct written {
    struct schedule *schedule;
    struct written *next;
};

static void note(struct schedules *all, struct device *d, struct schedule *s)
{
    struct written *w = arena_alloc(all->ctx->arena, sizeof *w);
    s->device = d;
    *w = (struct written){s, map_get(all->written, s->variable.name)};
    map_set(all->written, s->variable.name, w);
}

struct schedules *schedules_new(struct ctx *ctx)
{
    struct schedules *all = arena_alloc(ctx->arena, sizeof *all);
    *all = (struct schedules){ctx, map_new(ctx->arena)};
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        d->schedules_end = &d->schedules;
        for (struct schedule *s = d->schedules; s; s = s->next) {
            d->schedules_end = &s->next;
            if (s->variable.to)
                note(all, d, s);
        }
    }
    return all;
}

const struct schedule *schedule_of(const struct schedules *all, const struct plc *plc, const struct variable *v)
{
    const struct written *w = map_get(all->written, v->name);
    while (w && (w->schedule->variable.to != v || w->schedule->device->plc != plc))
        w = w->next;
    return w ? w->schedule : NULL;
}

static void add(struct schedules *all, struct device *d, struct variable *v, const struct on_plc *on)
{
    struct schedule *s = arena_alloc(all->ctx->arena, sizeof *s);
    s->name = v->data_point_name.n ? v->data_point_name : v->name;
    s->description = v->description;
    s->guid = variable_rare(v)->guid;
    s->formerly = variable_rare(v)->formerly;
    s->pos = v->pos;
    s->node = v->node;
    s->variable = (struct ref){v->name, v};
    s->instance = on ? on->instance : NOT_SET;
    s->type = v->type;
    s->default_text = v->initial_text;
    s->default_value = v->initial;
    s->default_null = !v->initial_text.n;
    s->priority = BACNET_PRIORITY_DEFAULT;
    s->effective_from = s->effective_to = (struct date){255, 255, 255, 255};
    s->enabled = s->automatic = true;
    *d->schedules_end = s;
    d->schedules_end = &s->next;
    note(all, d, s);
}

void publish_schedule(struct schedules *all, struct variable *v)
{
    for (const struct plc *plc = all->ctx->model->plcs; plc; plc = plc->next) {
        const struct on_plc *on = on_of(v, plc);
        if (schedule_of(all, plc, v) || !visible_on(v, on))
            continue;
        struct device *d = automatic_device(all->ctx, v, on, plc);
        if (d)
            add(all, d, v, on);
    }
}
