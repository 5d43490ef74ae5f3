/* References inside devices: ports, notification classes, calendars, the variables of rows,
 * schedules, targets and trend logs; values of schedules, and what they carry over midnight. */
#include "compiler/resolve.h"

#include "compiler/publish.h"

#include <math.h>
#include <string.h>

static const struct srcpos *place_of_device(const void *thing)
{
    return &((const struct device *)thing)->pos;
}

struct device *first_device(const struct model *m, const struct plc *only)
{
    for (const struct plc *p = only ? only : m->plcs; p; p = only ? NULL : p->next)
        for (const struct channel *c = p->channels; c; c = c->next)
            if (c->devices)
                return c->devices;
    return NULL;
}

struct device *next_device(const struct device *d, const struct plc *only)
{
    if (d->next)
        return d->next;
    for (const struct channel *c = d->channel->next; c; c = c->next)
        if (c->devices)
            return c->devices;
    return only || !d->plc->next ? NULL : first_device(&(struct model){.plcs = d->plc->next}, NULL);
}

struct device *device_by_name(const struct plc *plc, struct str name)
{
    return map_get(plc->device_map, name);
}

struct notification_class *class_by_name(const struct device *d, struct str name)
{
    if (d->class_map)
        return map_get(d->class_map, name);
    for (struct notification_class *c = d->classes; c; c = c->next)
        if (str_eq(c->name, name))
            return c;
    return NULL;
}

/* The first of a name counts. */
static void map_names(struct ctx *ctx, struct device *d)
{
    d->class_map = d->classes ? map_new(ctx->arena) : NULL;
    d->calendar_map = d->calendars ? map_new(ctx->arena) : NULL;
    for (struct notification_class *c = d->classes; c; c = c->next)
        if (c->name.n)
            (void)map_add(d->class_map, c->name, c);
        else
            lose_node(ctx, c->node);
    for (struct calendar *c = d->calendars; c; c = c->next)
        if (c->name.n)
            (void)map_add(d->calendar_map, c->name, c);
        else
            lose_node(ctx, c->node);
}

void resolve_device_names(struct ctx *ctx)
{
    for (struct plc *p = ctx->model->plcs; p; p = p->next) {
        unsigned n = 0;
        p->device_map = map_new(ctx->arena);
        for (struct device *d = first_device(ctx->model, p); d; d = next_device(d, p)) {
            if (!d->name.n)
                lose_node(ctx, d->node);
            resolve_add(ctx, p->device_map, d->name, d, d->pos, place_of_device, "devices");
            map_names(ctx, d);
            p->only_device = n++ ? NULL : d;
        }
        for (struct device *d = first_device(ctx->model, p); d; d = next_device(d, p))
            if (!d->object_name.n)
                d->object_name = p->only_device && p->name.n ? p->name : d->name;
    }
}

static void tell_no_port(struct ctx *ctx, const struct device *d, const struct port *ports)
{
    const char *list = "";
    diag(ctx, place(d->node, AT_port), D_UNKNOWN_PORT, "the channel has no port %u", d->port_id);
    for (const struct port *p = ports; p; p = p->next)
        list = arena_printf(ctx->arena, "%s%s%u", list, *list ? ", " : "", p->id);
    if (ports)
        diag_hint(ctx, "its ports are: %s", list);
}

/* Which port is meant, and which there are, has been understood. */
static bool ports_known(const struct ctx *ctx, const struct device *d)
{
    bool known = sound(d->node, AT_port) && !may_be_lost(ctx, EL_Port);
    for (const struct port *p = d->channel->ports; p; p = p->next)
        known &= sound(p->node, AT_id);
    return known;
}

static void resolve_port(struct ctx *ctx, struct device *d)
{
    struct port *ports = d->channel->ports;
    if (d->port_id == NOT_SET) {
        if (ports && !ports->next)
            d->port = ports;
        else if (ports_known(ctx, d))
            diag(ctx, d->pos, D_DEVICE_WITHOUT_PORT, "device '%s' names none of the channel's ports",
                 d->name.s);
        return;
    }
    for (struct port *p = ports; p && !d->port; p = p->next)
        if (p->id == d->port_id)
            d->port = p;
    if (!d->port && ports_known(ctx, d))
        tell_no_port(ctx, d, ports);
}

static struct variable *variable_of(struct ctx *ctx, struct ref *ref, const struct node *n)
{
    return ref->to = resolve_variable_name(ctx, ref->name, n, AT_variable);
}

static void default_class(struct ctx *ctx, struct device *d)
{
    if (d->default_class.name.n) {
        struct near near = near_of(d->default_class.name.s, d->default_class.name.n);
        d->default_class.to = class_by_name(d, d->default_class.name);
        if (d->default_class.to || name_may_be_lost(ctx, EL_NotificationClass, d->default_class.name,
                                                      place(d->node, AT_defaultNotificationClass)))
            return;
        diag(ctx, place(d->node, AT_defaultNotificationClass), D_UNKNOWN_CLASS,
             "device '%s' has no notification class '%s'", d->name.s, d->default_class.name.s);
        for (const struct notification_class *c = d->classes; c; c = c->next)
            near_offer(&near, c->name.s, c->name.n);
        if (near_take(&near))
            diag_hint(ctx, "did you mean '%s'?", near_take(&near));
        return;
    }
    d->default_class.to = class_by_name(d, str_of(ctx->strs, "Class_1"));
    if (!d->default_class.to && d->classes && !d->classes->next)
        d->default_class.to = d->classes;
}

static void resolve_value(struct ctx *ctx, const struct schedule *s, struct switching *t)
{
    const struct variable *v = s->variable.to;
    if (t->is_null || !v)
        return;
    if (!value_read(v, t->text, &t->value)) {
        tell_no_value(ctx, place(t->node, AT_value), v, t->text);
        t->is_null = true;
    }
}

/* The value of a SCHEDULE_* variable goes on over midnight, whereas a BACnet day that has no entry
 * at 00:00 begins with Schedule_Default: each such day gets the value of the evening before. */
static void carry_over(struct ctx *ctx, struct schedule *s)
{
    const struct switching *last = NULL;
    for (int day = 0; day < 14; day++) {
        struct switching **week = &s->week[day % 7], *first = *week;
        if (day >= 7 && last && !last->is_null && (!first || first->time)) {
            struct switching *t = arena_alloc(ctx->arena, sizeof *t);
            *t = *last;
            t->time = 0;
            t->automatic = true;
            t->next = first;
            *week = t;
        }
        for (const struct switching *t = *week; t; t = t->next)
            last = t;
    }
}

static struct calendar *calendar_by_name(struct ctx *ctx, const struct device *d,
                                         const struct exception *x)
{
    struct calendar *found = d->calendar_map ? map_get(d->calendar_map, x->calendar.name) : NULL;
    if (found || name_may_be_lost(ctx, EL_Calendar, x->calendar.name, place(x->node, AT_calendar)))
        return found;
    struct near near = near_of(x->calendar.name.s, x->calendar.name.n);
    diag(ctx, place(x->node, AT_calendar), D_UNKNOWN_CALENDAR, "device '%s' has no calendar '%s'",
         d->name.s, x->calendar.name.s);
    for (struct calendar *c = diag_errors(ctx) > HINTS_LIMIT ? NULL : d->calendars; c; c = c->next)
        near_offer(&near, c->name.s, c->name.n);
    if (near_take(&near))
        diag_hint(ctx, "did you mean '%s'?", near_take(&near));
    return NULL;
}

static void schedule_in(struct ctx *ctx, struct device *d, struct schedule *s)
{
    struct variable *v = variable_of(ctx, &s->variable, s->node);
    if (v && !type_is_schedule(v->type) && type_known(v)) {
        diag(ctx, place(s->node, AT_variable), D_SCHEDULE_TYPE, "'%s' is %s, not a SCHEDULE_ type",
             v->name.s, type_name(v->type));
        diag_note(ctx, v->pos, "the variable");
    }
    s->type = v && type_is_schedule(v->type) ? v->type : VT_schedule_real;
    s->borrowed = !s->name.n && v;
    if (s->borrowed)
        s->name = v->data_point_name.n ? v->data_point_name : v->name;
    if (!s->default_null && v && !value_read(v, s->default_text, &s->default_value)) {
        tell_no_value(ctx, place(s->node, AT_default), v, s->default_text);
        s->default_null = true;
    }
    for (int day = 0; day < 7; day++)
        for (struct switching *t = s->week[day]; t; t = t->next)
            resolve_value(ctx, s, t);
    for (struct exception *x = s->exceptions; x; x = x->next) {
        if (x->calendar.name.n)
            x->calendar.to = calendar_by_name(ctx, d, x);
        for (struct switching *t = x->times; t; t = t->next)
            resolve_value(ctx, s, t);
    }
    for (struct target *t = s->targets; t; t = t->next)
        variable_of(ctx, &t->variable, t->node);
    carry_over(ctx, s);
}

static void trend_in(struct ctx *ctx, struct trend_log *t)
{
    const struct variable *v = variable_of(ctx, &t->of.variable, t->node);
    if (t->name.n || !v)
        return;
    const struct str name = v->data_point_name.n ? v->data_point_name : v->name;
    t->borrowed = true;
    t->name = str_of(ctx->strs, arena_printf(ctx->arena, "%s trend", name.s));
}

static void row_in(struct ctx *ctx, struct object_row *r)
{
    if (!variable_of(ctx, &r->variable, r->node))
        lose_node(ctx, r->node);            /* it is some variable's                               */
    r->alarm_point.to = resolve_name(ctx, ctx->model->alarm_point_map, r->alarm_point.name,
                                     r->node, AT_alarmPoint, D_UNKNOWN_ALARM_POINT,
                                     "alarm point");
}

void resolve_devices(struct ctx *ctx)
{
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        resolve_port(ctx, d);
        default_class(ctx, d);
        for (struct object_row *r = d->rows; r; r = r->next)
            row_in(ctx, r);
        for (struct schedule *s = d->schedules; s; s = s->next)
            schedule_in(ctx, d, s);
        for (struct trend_log *t = d->trend_logs; t; t = t->next)
            trend_in(ctx, t);
    }
}
