/* Whether numbers can be given although there are mistakes: what an object is and what it is called has been
 * understood of each. Then what is said of numbers is true, and is said in the same run as the rest. */
#include "compiler/check.h"

#include "compiler/diag_store.h"
#include "compiler/resolve.h"

/* Mistakes after which objects are missing, stand in the wrong place, or may become others. */
static const enum diag_code unsettling[] = {
    D_REPEATED_ELEMENT, D_DUPLICATE_INSTANCE, D_DUPLICATE_DEVICE, D_DUPLICATE_NAME,
    D_DUPLICATE_OBJECT_NAME, D_DUPLICATE_ROW, D_DUPLICATE_GUID, D_DUPLICATE_PORT, D_UNKNOWN_DEVICE, D_UNKNOWN_PLC,
    D_UNKNOWN_SOURCE, D_UNKNOWN_PORT, D_DUPLICATE_ON, D_NO_DEFAULT_DEVICE, D_FORMERLY_EXISTS, D_NO_PLC, D_NO_DEVICE,
    D_DEVICE_WITHOUT_PORT, D_IPV4_DEVICES, D_TYPE_MISFIT, D_SCHEDULE_TYPE, D_DUPLICATE_SCHEDULE, D_UNKNOWN_TEMPLATE,
    D_TEMPLATE_PARAMETER, D_TEMPLATE_LOOP, D_TOO_MANY,
};
/* Mistakes that leave the other numbers as they are, but whose mending may add an object, take one away or
 * give one another number: a class that is made where none is named, a variable that is to be published. */
static const enum diag_code mended_by_objects[] = {
    D_INSTANCE_TAKEN, D_UNKNOWN_CLASS, D_ALARM_WITHOUT_CLASS, D_UNKNOWN_ALARM_POINT, D_ALARM_KIND, D_NOT_PUBLISHED,
};
/* What says which object a thing is. */
static const enum at telling[] = {
    AT_name, AT_guid, AT_formerly, AT_variable, AT_type, AT_dataPointType, AT_access, AT_stateTexts, AT_bacnetVisible,
    AT_bacnetDevice, AT_plc, AT_instance, AT_firstInstance, AT_enabled, AT_port, AT_id, AT_alarmPoint,
    AT_managementPassword, AT_managementPasswordFile, AT_managementPasswordHash,
};

static bool any_told(const struct ctx *ctx, const enum diag_code *codes, size_t n)
{
    const struct diags *d = ctx->diags;
    for (size_t i = 0; i < d->n; i++)
        for (size_t k = 0; d->lines[i].is_error && k < n; k++)
            if (d->lines[i].info->number == (uint16_t)codes[k])
                return true;
    return false;
}

static bool node_sure(const struct node *n)
{
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
        if (!sound(n, telling[i]))
            return false;
    return true;
}

static bool variable_sure(const struct variable *v)
{
    for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
        if (!node_sure(on->node))
            return false;
    return !v->poisoned || node_sure(v->node);
}

static bool device_sure(const struct device *d)
{
    bool sure = d->port && node_sure(d->node) && node_sure(d->port->node);
    for (const struct notification_class *c = d->classes; c && sure; c = c->next)
        sure = node_sure(c->node);
    for (const struct calendar *c = d->calendars; c && sure; c = c->next)
        sure = node_sure(c->node);
    for (const struct schedule *s = d->schedules; s && sure; s = s->next)
        sure = s->name.n && schedule_typed(s) && node_sure(s->node);
    for (const struct trend_log *t = d->trend_logs; t && sure; t = t->next)
        sure = t->name.n && node_sure(t->node);
    for (const struct object_row *r = d->rows; r && sure; r = r->next)
        sure = r->variable.to && node_sure(r->node);
    return sure;
}

bool numbers_sure(const struct ctx *ctx)
{
    const struct model *m = ctx->model;
    if (!diag_errors(ctx))
        return true;
    if (!m || ctx->lost.kinds || !m->plcs || any_told(ctx, unsettling, sizeof unsettling / sizeof *unsettling))
        return false;
    for (const struct source *s = m->sources; s; s = s->next)
        if (s->alarm_point.name.n && !s->alarm_point.to)
            return false;
    for (const struct variable *v = m->variables; v; v = v->next)
        if (!variable_sure(v))
            return false;
    for (const struct plc *p = m->plcs; p; p = p->next)
        if (!node_sure(p->node))
            return false;
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL))
        if (!device_sure(d))
            return false;
    return true;
}

bool lock_sure(const struct ctx *ctx)
{
    const struct model *m = ctx->model;
    if (!diag_errors(ctx))
        return true;
    if (!numbers_sure(ctx) || any_told(ctx, mended_by_objects, sizeof mended_by_objects / sizeof *mended_by_objects))
        return false;
    for (const struct variable *v = m->variables; v; v = v->next)
        if (v->poisoned && !sound(v->node, AT_dataPointName))
            return false;
    for (const struct device *d = first_device(m, NULL); d; d = next_device(d, NULL))
        if (!sound(d->node, AT_objectName))
            return false;
    return true;
}
