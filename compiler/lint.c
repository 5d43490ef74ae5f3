/* Lints: what is allowed and may be meant, and what a careful reader would ask about. All but the
 * instance ranges, which the project states itself, are off until -W NAME. */
#include "compiler/check.h"

#include "compiler/plan.h"
#include "compiler/publish.h"
#include "compiler/resolve.h"

static bool outside(struct instance_range r, uint32_t n)
{
    return (r.first || r.last) && n != NOT_SET && (n < r.first || n > r.last);
}

static void lint_device_instances(struct ctx *ctx)
{
    struct instance_range r = ctx->model->instance_range;
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL))
        if (outside(r, d->instance)) {
            diag(ctx, place(d->node, AT_instance), D_INSTANCE_RANGE,
                 "device '%s' has instance %u, and the project's devices are %u..%u", d->name.s,
                 d->instance, r.first, r.last);
            diag_note(ctx, place(ctx->model->node, AT_instanceRange), "the range");
        }
}

void lint_instances(struct ctx *ctx, const struct plan *plan)
{
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++) {
            const struct plan_device *d = &plan->plcs[k].devices[i];
            struct instance_range r = d->device->instance_range;
            for (uint32_t n = 0; (r.first || r.last) && n < d->n_objects; n++) {
                const struct plan_object *o = &d->objects[n];
                if (plan_type(o) == OT_device || plan_type(o) == OT_network_port ||
                    !outside(r, o->instance))
                    continue;
                diag(ctx, plan_pos(o), D_INSTANCE_RANGE, "'%s' is %s %u, and the objects of '%s' are %u..%u",
                     o->name.s, object_type_name(plan_type(o)), o->instance, d->device->name.s, r.first,
                     r.last);
                diag_note(ctx, place(d->device->node, AT_instanceRange), "the range");
            }
        }
}

/* ---- objects ---- */

static void lint_object(struct ctx *ctx, const struct publication *p)
{
    const struct variable *v = p->variable;
    const struct object_row *row = publication_row(p);
    if (variable_rare(v)->of_source)                    /* nobody wrote it                                     */
        return;
    if (!v->description.n && !(row && row->description.n) && sound(v->node, AT_description) &&
        sound(row ? row->node : v->node, AT_description))
        diag(ctx, publication_pos(p), D_EMPTY_DESCRIPTION, "'%s' has no description", publication_name(p).s);
    if (is_analog(p->type) && !node_attr(v->node, AT_covIncrement))
        diag(ctx, publication_pos(p), D_MISSING_COV_INCREMENT, "'%s' has no covIncrement", v->name.s);
    if (is_analog(p->type) && p->writable && (!node_attr(v->node, AT_low) || !node_attr(v->node, AT_high)))
        diag(ctx, publication_pos(p), D_MISSING_RANGE, "'%s' is written by clients and has no %s",
             v->name.s, node_attr(v->node, AT_low) ? "high" : node_attr(v->node, AT_high) ? "low"
                                                                                          : "low and high");
    if (ctx->model->sources && !variable_rare(v)->bindings && !(publication_on(p) && publication_on(p)->bindings))
        diag(ctx, publication_pos(p), D_MISSING_SOURCE, "'%s' is bound to no source", v->name.s);
}

static void lint_schedules(struct ctx *ctx, const struct device *d)
{
    for (const struct schedule *s = d->schedules; s; s = s->next) {
        const struct variable *v = s->variable.to;
        if (s->enabled && schedule_typed(s) && sound(s->node, AT_description) && !s->description.n && !v->description.n)
            diag(ctx, s->pos, D_EMPTY_DESCRIPTION, "schedule '%s' has no description", s->name.s);
    }
}

/* ---- what nothing refers to ---- */

struct uses { struct ctx *ctx; struct map *points, *states, *sources, *calendars, *templates; };

static void use(struct map *m, struct str name)
{
    if (name.n)
        (void)map_add(m, name, m);
}

static void use_bindings(struct uses *u, const struct binding *b)
{
    for (; b; b = b->next)
        use(u->sources, b->source.name);
}

static void use_of_variables(struct uses *u, const struct variable *v)
{
    for (; v; v = v->next) {
        use(u->points, variable_rare(v)->alarm_point.name);
        use(u->states, v->states.name);
        use_bindings(u, variable_rare(v)->bindings);
        for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
            use_bindings(u, on->bindings);
    }
}

static void use_of_device(struct uses *u, const struct device *d)
{
    for (const struct object_row *r = d->rows; r; r = r->next)
        use(u->points, r->alarm_point.name);
    for (const struct schedule *s = d->schedules; s; s = s->next)
        for (const struct exception *e = s->exceptions; e; e = e->next)
            use(u->calendars, e->calendar.name);
}

static void use_of_templates(struct uses *u, const struct node *n)
{
    for (const struct node *c = n->child; c; c = c->next) {
        const struct attr *a = c->name == EL_Use ? node_attr(c, AT_template) : NULL;
        if (a)
            use(u->templates, str_intern(u->ctx->strs, a->value, a->n));
        use_of_templates(u, c);
    }
}

static void unused(struct uses *u, const struct map *m, struct srcpos pos, const char *what, struct str name)
{
    if (!map_get(m, name))
        diag(u->ctx, pos, D_UNUSED, "nothing uses %s '%s'", what, name.s);
}

static void lint_unused(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    struct arena *to = ctx->arena;
    struct uses u = {ctx, map_new(to), map_new(to), map_new(to), map_new(to), map_new(to)};
    use_of_variables(&u, m->variables);
    for (const struct source *s = m->sources; s; s = s->next)
        use(u.points, s->alarm_point.name);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL))
        use_of_device(&u, d);
    use_of_templates(&u, m->node);
    for (const struct node *t = node_child(m->node, EL_Template); t; t = node_next(t, EL_Template)) {
        const struct attr *name = node_attr(t, AT_name);
        if (name && name->n)
            unused(&u, u.templates, node_pos(t), "template", str_intern(ctx->strs, name->value, name->n));
    }
    for (const struct alarm_point *p = m->alarm_points; p; p = p->next)
        unused(&u, u.points, p->pos, "alarm point", p->name);
    for (const struct state_set *s = m->state_sets; s; s = s->next)
        unused(&u, u.states, s->pos, "the state texts", s->name);
    for (const struct source *s = m->sources; s; s = s->next)
        unused(&u, u.sources, s->pos, "the source", s->id);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL))
        for (const struct calendar *c = d->calendars; c; c = c->next)
            unused(&u, u.calendars, c->pos, "calendar", c->name);
}

void check_lints(struct ctx *ctx)
{
    static const enum diag_code of_objects[] = {D_EMPTY_DESCRIPTION, D_MISSING_COV_INCREMENT, D_MISSING_RANGE, D_MISSING_SOURCE};
    bool wanted = false;
    for (size_t i = 0; i < sizeof of_objects / sizeof *of_objects; i++)
        wanted |= diag_wanted(ctx, of_objects[i]);
    for (struct device *d = first_device(ctx->model, NULL); d && wanted; d = next_device(d, NULL)) {
        for (uint32_t i = 0; i < d->n_publications; i++)
            if (object_known(&d->publications[i]))
                lint_object(ctx, &d->publications[i]);
        lint_schedules(ctx, d);
    }
    if (diag_wanted(ctx, D_UNUSED))
        lint_unused(ctx);
    lint_device_instances(ctx);
}
