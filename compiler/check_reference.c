/* Targets and subjects by number: the object that a Schedule writes or a TrendLog reads, given as
 * device and object. Where the device is one of the project's own, the object must be there. Objects
 * have numbers only after pass "number", whose last step this is. */
#include "compiler/check.h"

#include "compiler/plan.h"
#include "compiler/sort.h"

const struct prop_def *check_property(struct ctx *ctx, const struct target *t, const struct obj_def *def)
{
    const struct prop_def *p = prop_def(def, t->property);
    if (!sound(t->node, AT_property))
        return NULL;
    if (!p)
        diag(ctx, place(t->node, AT_property), D_NO_PROPERTY, "%s has no property %s", object_type_name(def->type),
             node_attr(t->node, AT_property)->value);
    else if (t->index != NOT_SET && p->form != ARRAY) {
        diag(ctx, place(t->node, AT_index), D_NO_PROPERTY, "%s of %s is no array: it has no index",
             property_name(t->property), object_type_name(def->type));
        diag_hint(ctx, "remove index");
    }
    return p;
}

/* What a schedule says is a number or a truth value. */
static bool takes_values(const struct target *t, const struct prop_def *p, const struct obj_def *def)
{
    unsigned type = p->type == DT_present ? def->present : p->type;
    if (p->form == LIST || (p->form == ARRAY && t->index == NOT_SET))
        return false;
    return type == DT_boolean || type == DT_unsigned || type == DT_integer || type == DT_real || type == DT_double ||
           type == DT_enumerated || type == DT_any;
}

void check_written(struct ctx *ctx, const struct target *t, const struct obj_def *def)
{
    const struct prop_def *p = check_property(ctx, t, def);
    if (p && t->property != P_present_value && !(p->flags & PF_WRITE))
        diag(ctx, place(t->node, AT_property), D_TARGET_TYPE, "%s of %s is not written by anybody",
             property_name(t->property), object_type_name(def->type));
    else if (p && t->property != P_present_value && !takes_values(t, p, def))
        diag(ctx, place(t->node, AT_property), D_TARGET_TYPE, "%s of %s is neither a number nor a truth value",
             property_name(t->property), object_type_name(def->type));
}

/* All planned devices by instance. */
struct numbered {
    struct sort_item *devices;
    size_t n;
    bool clean;                 /* no mistake has been told: what objects have is as it was meant    */
};

static struct numbered by_instance(struct ctx *ctx, const struct plan *plan)
{
    struct numbered all = {NULL, 0, !diag_errors(ctx)};
    size_t room = 0;
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        room += plan->plcs[k].n_devices;
    all.devices = arena_array(ctx->arena, room, sizeof *all.devices);
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++) {
            const struct plan_device *d = &plan->plcs[k].devices[i];
            all.devices[all.n++] = (struct sort_item){d->device->instance, {.of = d}};
        }
    sort_items(ctx->arena, all.devices, all.n);
    return all;
}

/* NULL: of somebody else, or of a PLC that is not compiled now. */
static const struct plan_device *device_of(const struct numbered *all, const struct plan_device *home, uint32_t instance)
{
    if (instance == NOT_SET || instance == home->device->instance)
        return home;
    const struct sort_item *found = sort_find(all->devices, all->n, instance);
    return found ? found->of : NULL;
}

/* Whether what decides about the object's properties has been understood. */
static bool shape_known(const struct plan_object *o)
{
    const struct publication *p = o->kind == LK_variable ? o->of : NULL;
    const struct object_row *row = p ? publication_row(p) : NULL;
    const struct alarm_point *a = p ? publication_alarm(p) : NULL;
    bool named = p && (variable_rare(p->variable)->alarm_point.name.n || (row && row->alarm_point.name.n));
    return p && !p->variable->poisoned && !p->device->poisoned && !(row && row->poisoned) && (a ? !a->poisoned : !named);
}

/* What objects of the type may have, and this one has not: limits without an alarm point, a priority array. */
static void check_present(struct ctx *ctx, const struct numbered *all, const struct target *t, const struct plan_object *o)
{
    const struct prop_def *p = prop_def(plan_def(o), t->property);
    if (p && !(p->group & o->groups) && sound(t->node, AT_property) && (all->clean || shape_known(o)))
        diag(ctx, place(t->node, AT_property), D_NO_PROPERTY, "%s '%s' has no property %s", object_type_name(plan_type(o)),
             o->name.s, property_name(t->property));
}

static void check_present_of(struct ctx *ctx, const struct numbered *all, const struct target *t)
{
    const struct publication *p = t->property != P_present_value ? t->publication : NULL;
    const struct plan_device *d = p ? p->device->plan : NULL;
    const struct plan_object *o = d ? plan_find(d, plan_publication(d, p)) : NULL;
    if (o)
        check_present(ctx, all, t, o);
}

/* Finds the object; a variable's object in the same PLC becomes the target's publication, as if the
 * variable had been named. */
static void look_up(struct ctx *ctx, const struct numbered *all, const struct plan_device *home, struct target *t,
                    bool written)
{
    const struct plan_device *d = t->oid != NOT_SET ? device_of(all, home, t->device) : NULL;
    if (t->variable.name.n)
        check_present_of(ctx, all, t);
    if (!d || t->variable.name.n || !sound(t->node, AT_device))
        return;
    const struct plan_object *o = plan_find(d, t->oid);
    if (!o) {
        diag(ctx, place(t->node, AT_object), D_UNKNOWN_OBJECT, "device '%s' has no object %s,%u",
             d->device->name.s, object_type_name(oid_type(t->oid)), oid_instance(t->oid));
        diag_note(ctx, d->device->pos, "the device");
        return;
    }
    if (o->kind == LK_variable && d->plc == home->plc)
        t->publication = publication_of(((const struct publication *)o->of)->variable, d->device);
    if (written)
        check_written(ctx, t, plan_def(o));
    else
        (void)check_property(ctx, t, plan_def(o));
    check_present(ctx, all, t, o);
}

static void check_schedule_targets(struct ctx *ctx, const struct numbered *all, const struct plan_device *home,
                                   struct schedule *s)
{
    bool found = false;
    for (struct target *t = s->targets; t; t = t->next) {
        look_up(ctx, all, home, t, true);
        found |= t->oid != NOT_SET && !t->variable.name.n && t->publication;
    }
    if (found)
        check_found_targets(ctx, s);
    if (all->clean)
        check_targets_elsewhere(ctx, s);
}

void check_references(struct ctx *ctx, const struct plan *plan)
{
    const struct numbered all = by_instance(ctx, plan);
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++) {
            const struct plan_device *home = &plan->plcs[k].devices[i];
            for (struct schedule *s = home->device->schedules; s; s = s->next)
                check_schedule_targets(ctx, &all, home, s);
            for (struct trend_log *t = home->device->trend_logs; t; t = t->next)
                look_up(ctx, &all, home, &t->of, false);
        }
}
