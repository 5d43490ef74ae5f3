/* Pass "publish": the object tables. For each variable, in the order of the project, the devices
 * that show it: by bacnetVisible and On, then by manual rows. */
#include "compiler/publish_pass.h"

#include "compiler/model_pass.h"
#include "compiler/resolve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct publisher {
    struct ctx *ctx;
    struct map *rows;            /* variable's name -> struct row_link                          */
    struct str known;            /* the last name of a device that was found                   */
    struct schedules *schedules;
    struct publication *last;    /* of the variable                                            */
};

static void collect_rows(struct publisher *p)
{
    for (struct device *d = first_device(p->ctx->model, NULL); d; d = next_device(d, NULL))
        for (struct object_row *r = d->rows; r; r = r->next) {
            if (!r->variable.to)
                continue;
            struct row_link *link = arena_alloc(p->ctx->arena, sizeof *link);
            struct row_link *first = map_get(p->rows, r->variable.name);
            link->row = r;
            link->device = d;
            if (first && first->device == d) {          /* the latest: devices come one by one     */
                diag(p->ctx, r->pos, D_DUPLICATE_ROW, "'%s' has two rows in device '%s'",
                     r->variable.name.s, d->name.s);
                diag_note(p->ctx, first->row->pos, "the first one");
                continue;
            }
            link->next = first;
            map_set(p->rows, r->variable.name, link);
        }
}

static bool is_output(uint32_t t)
{
    return t == OT_analog_output || t == OT_binary_output || t == OT_multi_state_output;
}
static bool is_value(uint32_t t)
{
    return t == OT_analog_value || t == OT_binary_value || t == OT_multi_state_value;
}
static bool is_binary(uint32_t t)
{
    return t == OT_binary_input || t == OT_binary_value || t == OT_binary_output;
}

/* What the row says, else the variable. */
static void describe(struct publication *p, const struct object_row *r)
{
    const struct variable *v = p->variable;
    p->type = (uint8_t)(r && r->type != NOT_SET ? r->type : v->object_type);
    p->reverse = is_binary(p->type) && refined(r ? r->reverse : UNSET, v->reverse) == YES;
    enum tristate command = refined(r ? r->commandable : UNSET, v->commandable);
    bool values = command == UNSET ? p->device->commandable_values : command == YES;
    p->commandable = is_output(p->type) || (is_value(p->type) && values);
    p->writable = p->commandable || (is_value(p->type) && v->access != ACCESS_READ);
}

static struct publication_more *more(struct ctx *ctx, struct publication *p)
{
    if (!p->more) {
        p->more = arena_alloc(ctx->arena, sizeof *p->more);
        p->more->pos = p->variable->pos;
    }
    return p->more;
}

static void emit(struct publisher *pub, struct device *d, struct variable *v, const struct object_row *row,
                 const struct on_plc *on, bool guessed)
{
    struct publication *p = &d->publications[d->n_publications++];
    *p = (struct publication){.variable = v, .device = d, .guessed = guessed};
    if (row || on) {
        more(pub->ctx, p)->row = row;
        p->more->on = on;
        p->more->pos = row ? row->pos : node_pos(on->node);
    }
    describe(p, row);
    if (pub->last)
        more(pub->ctx, pub->last)->same_variable = p;
    else
        v->publications = p;
    pub->last = p;
    if (!guessed)
        publish_class(pub->ctx, p);
}

struct device *automatic_device(struct ctx *ctx, const struct variable *v, const struct on_plc *on,
                                const struct plc *plc)
{
    const struct str name = device_on(v, on);
    if (name.n)
        return device_by_name(plc, name);
    if (!plc->only_device && plc->channels && first_device(ctx->model, plc))
        diag(ctx, node_pos(on ? on->node : v->node), D_NO_DEFAULT_DEVICE,
             "'%s' names no device, and PLC '%s' has several", v->name.s, plc->name.s);
    return plc->only_device;
}

/* Whether any PLC has the device that the variable names. */
static bool device_known(struct publisher *pub, const struct variable *v)
{
    struct ctx *ctx = pub->ctx;
    const struct str name = v->device;
    if (str_eq(name, pub->known))
        return true;
    if (device_name_known(ctx->model, name)) {
        pub->known = name;
        return true;
    }
    if (name_may_be_lost(ctx, EL_Device, name, place(v->node, AT_bacnetDevice)))
        return false;
    diag(ctx, place(v->node, AT_bacnetDevice), D_UNKNOWN_DEVICE, "there is no device '%s'", name.s);
    struct near near = near_of(name.s, name.n);
    if (diag_errors(ctx) < 200)
        for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL))
            near_offer(&near, d->name.s, d->name.n);
    if (near_take(&near))
        diag_hint(ctx, "did you mean '%s'?", near_take(&near));
    return false;
}

static struct row_link *rows_of(const struct publisher *pub, const struct variable *v)
{
    struct row_link *rows = map_count(pub->rows) ? map_get(pub->rows, v->name) : NULL;
    return rows && rows->row->variable.to == v ? rows : NULL;    /* else another of that name: reported */
}

static void publish_variable(struct publisher *pub, struct variable *v)
{
    struct row_link *rows = rows_of(pub, v);
    bool lost = v->device.n && !device_known(pub, v);
    pub->last = NULL;
    for (const struct plc *plc = pub->ctx->model->plcs; plc; plc = plc->next) {
        const struct on_plc *on = on_of(v, plc);
        if (!visible_on(v, on))
            continue;
        struct device *d = automatic_device(pub->ctx, v, on, plc);
        struct row_link *l = rows;
        if (!d) {
            bool guess = !rows && (lost || !device_on(v, on).n);
            if (guess && (d = first_device(pub->ctx->model, plc)))
                emit(pub, d, v, NULL, on, true);
            continue;
        }
        while (l && l->device != d)
            l = l->next;
        if (!l)
            emit(pub, d, v, NULL, on, false);
    }
    for (struct row_link *l = rows; l; l = l->next)
        if (l->row->enabled != NO)
            emit(pub, l->device, v, l->row, on_of(v, l->device->plc), false);
}

static void publish_loss(struct publisher *pub, struct variable *v)
{
    pub->last = NULL;
    for (const struct plc *plc = pub->ctx->model->plcs; plc; plc = plc->next) {
        struct device *d = source_device(pub->ctx->model, variable_rare(v)->of_source, plc);
        if (d)
            emit(pub, d, v, NULL, NULL, false);
    }
}

static void publish_all(struct publisher *pub)
{
    struct model *m = pub->ctx->model;
    for (struct variable *v = m->variables; v; v = v->next) {
        look_ahead(v, BEFORE(name));
        if (variable_rare(v)->of_source)
            publish_loss(pub, v);
        else if (!type_is_schedule(v->type))
            publish_variable(pub, v);
        else
            publish_schedule(pub->schedules, v, rows_of(pub, v));
        m->n_unpublished += !v->publications;
    }
}

/* An integer schedule without states of its own counts as the object does that it writes. */
static void take_states(const struct schedule *s, const struct publication *p)
{
    struct variable *v = s->variable.to;
    bool multi = p->type == OT_multi_state_input || p->type == OT_multi_state_output ||
                 p->type == OT_multi_state_value;
    if (s->type == VT_schedule_int && multi && v && !v->states.to)
        v->states.to = p->variable->states.to;
}

static void find_target(const struct schedules *all, const struct device *d, struct target *t)
{
    if (!t->variable.to)
        return;
    t->publication = publication_of(t->variable.to, d);
    if (!t->publication)
        t->schedule = schedule_of(all, d->plc, t->variable.to);
}

static void find_targets(const struct schedules *all, struct device *d)
{
    for (struct schedule *s = d->schedules; s; s = s->next)
        for (struct target *t = s->targets; t; t = t->next) {
            find_target(all, d, t);
            if (t->publication)
                take_states(s, t->publication);
        }
    for (struct trend_log *t = d->trend_logs; t; t = t->next)
        find_target(all, d, &t->of);
}

void pass_publish(struct ctx *ctx)
{
    if (!ctx->model)
        return;
    struct model *m = ctx->model;
    struct publisher pub = {.ctx = ctx, .rows = map_new(ctx->arena), .schedules = schedules_new(ctx)};
    publish_sources(ctx);
    collect_rows(&pub);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL)) {
        d->publications = arena_array(ctx->arena, d->n_publications, sizeof *d->publications);
        d->n_publications = 0;
    }
    publish_all(&pub);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL))
        publish_classes(ctx, d);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL))
        find_targets(pub.schedules, d);
}

struct publication *publication_of(const struct variable *v, const struct device *home)
{
    struct publication *found = NULL;
    for (struct publication *p = v->publications; p; p = publication_next(p)) {
        if (p->device == home)
            return p;
        if (!found && p->device->plc == home->plc)
            found = p;
    }
    return found;
}

void publish_dump(const struct ctx *ctx, FILE *f)
{
    if (!ctx->model)
        return;
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        fprintf(f, "device %s/%s: \"%s\"\n", d->plc->name.s, d->name.s, d->object_name.s);
        for (uint32_t i = 0; i < d->n_publications; i++) {
            const struct publication *p = &d->publications[i];
            fprintf(f, "  %s %s \"%s\" \"%s\"%s%s%s", object_type_name(p->type), p->variable->name.s,
                    publication_name(p).s, publication_description(p).s,
                    publication_row(p) ? " manual" : "",
                    p->reverse ? " reverse" : "",
                    p->commandable ? " commandable" : p->writable ? " writable" : "");
            if (publication_instance(p) != NOT_SET)
                fprintf(f, " instance %u", publication_instance(p));
            const struct notification_class *c = publication_class(p);
            if (publication_alarm(p))
                fprintf(f, " alarm %s class %s", publication_alarm(p)->name.s, c ? c->name.s : "none");
            fputc('\n', f);
        }
    }
}
