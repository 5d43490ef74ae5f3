/* What the project says of an object, looked up in what it was made of: a million objects would
 * carry these texts around for the few that are asked for. */
#include "compiler/model.h"
#include "compiler/plan.h"

/* Records of these kinds have the members of the same name. */
#define MEMBER_OF(o, member, dflt)                                                            \
    switch ((o)->kind) {                                                                      \
    case LK_class: return ((const struct notification_class *)(o)->of)->member;               \
    case LK_calendar: return ((const struct calendar *)(o)->of)->member;                      \
    case LK_schedule: return ((const struct schedule *)(o)->of)->member;                      \
    case LK_trend: return ((const struct trend_log *)(o)->of)->member;                        \
    default: return dflt;                                                                     \
    }

static const struct str nothing = {"", 0};

struct str plan_description(const struct plan_device *d, const struct plan_object *o)
{
    const struct device *dev = d->device;
    if (o->kind == LK_variable)
        return publication_description(o->of);
    if (o->kind == LK_device) {         /* the router speaks for the controller                */
        const struct plc *plc = d->plc->plc;
        if (dev->description.n || d != d->plc->devices)
            return dev->description;
        return plc->description.n || d->plc->n_devices > 1 ? plc->description : plc->name;
    }
    if (o->kind == LK_schedule && ((const struct schedule *)o->of)->automatic) {
        const struct schedule *s = o->of;
        return s->description.n ? s->description : s->name;
    }
    MEMBER_OF(o, description, nothing)
}

struct str plan_variable_guid(const struct plan_object *o)
{
    const struct schedule *s = o->kind == LK_schedule ? o->of : NULL;
    const struct variable *v = s ? s->variable.to : NULL;
    return v ? variable_rare(v)->guid : nothing;
}

bool plan_guid_of_variable(const struct plan_object *o)
{
    return plan_variable_guid(o).n && !((const struct schedule *)o->of)->guid.n;
}

struct str plan_guid(const struct plan_object *o)
{
    if (o->kind == LK_variable)
        return publication_guid(o->of);
    if (plan_guid_of_variable(o))
        return plan_variable_guid(o);
    MEMBER_OF(o, guid, nothing)
}

struct str plan_formerly(const struct plan_object *o)
{
    if (o->kind == LK_variable)
        return publication_formerly(o->of);
    MEMBER_OF(o, formerly, nothing)
}

struct srcpos plan_pos(const struct plan_object *o)
{
    if (o->kind == LK_variable)
        return publication_pos(o->of);
    if (o->kind == LK_port)
        return ((const struct port *)o->of)->pos;
    MEMBER_OF(o, pos, ((const struct device *)o->of)->pos)
}
