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

static void add(struct schedules *all, struct device *d, struct variable *v, const struct on_plc *on,
                const struct object_row *row)
{
    static const struct object_row nothing;
    const struct object_row *r = row ? row : &nothing;
    struct schedule *s = arena_alloc(all->ctx->arena, sizeof *s);
    s->name = r->name.n ? r->name : v->data_point_name.n ? v->data_point_name : v->name;
    s->description = r->description.n ? r->description : v->description;
    s->guid = r->guid.n ? r->guid : variable_rare(v)->guid;
    s->formerly = r->formerly.n ? r->formerly : variable_rare(v)->formerly;
    s->pos = row ? row->pos : v->pos;
    s->node = v->node;
    s->row = row;
    s->variable = (struct ref){v->name, v};
    s->instance = row && row->instance != NOT_SET ? row->instance : on ? on->instance : NOT_SET;
    s->type = v->type;
    s->default_text = v->initial_text;
    s->default_value = v->initial;
    s->default_null = !v->initial_text.n;
    s->priority = BACNET_PRIORITY_DEFAULT;
    s->effective_from = s->effective_to = (struct date){255, 255, 255, 255};
    s->enabled = s->automatic = true;
    s->borrowed = !r->name.n;
    *d->schedules_end = s;
    d->schedules_end = &s->next;
    note(all, d, s);
}

static void twice(struct schedules *all, const struct variable *v, const struct object_row *row, struct srcpos first)
{
    diag(all->ctx, place(row->node, AT_variable), D_DUPLICATE_SCHEDULE, "'%s' has two schedules", v->name.s);
    diag_note(all->ctx, first, "the first one");
}

/* The row of the object table that is the variable's schedule in that PLC: one at most. */
static const struct row_link *chosen(struct schedules *all, const struct plc *plc, const struct variable *v,
                                     const struct row_link *rows)
{
    const struct schedule *written = schedule_of(all, plc, v);
    const struct row_link *first = NULL;
    for (const struct row_link *l = rows; l; l = l->next)
        if (l->device->plc == plc && l->row->enabled != NO)
            first = l;
    for (const struct row_link *l = rows; l; l = l->next)
        if (l->device->plc == plc && l->row->enabled != NO && (written || l != first))
            twice(all, v, l->row, written ? written->pos : first->row->pos);
        else if (written && written->device == l->device && l->row->enabled == NO)
            diag(all->ctx, place(l->row->node, AT_enabled), D_NO_EFFECT,
                 "enabled has no effect: the Schedule element says whether there is one");
    return first;
}

static bool switched_off(const struct row_link *rows, const struct device *d)
{
    while (rows && rows->device != d)
        rows = rows->next;
    return rows && rows->row->enabled == NO;
}

void publish_schedule(struct schedules *all, struct variable *v, const struct row_link *rows)
{
    for (const struct plc *plc = all->ctx->model->plcs; plc; plc = plc->next) {
        const struct on_plc *on = on_of(v, plc);
        const struct row_link *row = rows ? chosen(all, plc, v, rows) : NULL;
        if (schedule_of(all, plc, v))
            continue;
        struct device *d = row ? row->device : visible_on(v, on) ? automatic_device(all->ctx, v, on, plc) : NULL;
        if (d && !switched_off(rows, d))
            add(all, d, v, on, row ? row->row : NULL);
    }
}
