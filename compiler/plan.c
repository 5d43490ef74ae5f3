/* What becomes an object: the rows of publish.c, and what devices and ports bring of their own.
 * Says nothing of numbers (number.c) nor of property values (consts.c). */
#include "compiler/plan.h"

#include <math.h>
#include <string.h>

#include "compiler/ahead.h"
#include "compiler/options.h"
#include "compiler/resolve.h"

static struct plan_object *add(struct ctx *ctx, struct plan_device *d, enum lock_kind kind, uint32_t type,
                               const void *of, struct str key)
{
    const struct obj_def *def = obj_def(type);
    if (!def)
        return NULL;
    size_t cap = d->cap;
    d->objects = arena_grow(ctx->arena, d->objects, &cap, (size_t)d->n_objects + 1, sizeof *d->objects);
    d->cap = (uint32_t)cap;
    struct plan_object *o = &d->objects[d->n_objects++];
    o->def = (uint8_t)(def - obj_defs);
    o->kind = kind & 15u;
    o->groups = G_ALL;
    o->instance = NOT_SET;
    o->of = of;
    o->key = key.s;
    o->name = key;
    o->remembered = plan_guid(o).n || plan_formerly(o).n;
    return o;
}

static void given(struct plan_object *o, uint32_t instance)
{
    o->given = instance != NOT_SET;
    o->instance = instance;
}

static uint16_t value_groups(const struct publication *p)
{
    const struct variable *v = p->variable;
    const struct alarm_point *a = publication_alarm(p);
    bool analog = obj_def(p->type)->present == DT_real, binary = obj_def(p->type)->present == DT_enumerated;
    unsigned g = G_ALL;
    if (p->commandable)
        g |= G_COMMAND;
    if (binary && v->counters == YES)
        g |= G_COUNTED;
    if (binary && p->commandable && (variable_rare(v)->minimum_on != NOT_SET || variable_rare(v)->minimum_off != NOT_SET))
        g |= G_MINIMUM;
    if (a)
        g |= G_INTRINSIC;
    if (analog && (!isnan(v->high) || !isnan(v->low)))
        g |= p->device->domat_limits ? G_RANGE | G_LIMITS : G_RANGE;
    if (a && a->kind == ALARM_limits)
        g |= G_LIMITS;
    if (!analog && v->states.to)
        g |= G_TEXTS;
    if (a && (analog ? !isnan(a->fault_high) || !isnan(a->fault_low) : a->fault_states.n > 0))
        g |= G_FAULTS;
    return (uint16_t)g;
}

static void add_publications(struct ctx *ctx, struct plan_device *d)
{
    enum { AHEAD = 8 };
    const uint32_t n = d->device->n_publications;
    for (uint32_t i = 0; i < n; i++) {
        struct publication *p = &d->device->publications[i];
        if (i + AHEAD < n)
            fetch_variable(p[AHEAD].variable, BEFORE(initial));
        struct plan_object *o = add(ctx, d, LK_variable, p->type, p, p->variable->name);
        if (!o)
            continue;
        o->name = publication_name(p);
        o->groups = value_groups(p);
        given(o, publication_instance(p));
    }
}

/* Schedules, calendars, trend logs and classes are alike in what names and numbers them. */
#define ADD_NAMED(ctx, d, kind, type, list, of_type)                            \
    for (struct of_type *x = (list); x; x = x->next) {                          \
        struct plan_object *o = add(ctx, d, kind, type, x, x->name);            \
        if (!o)                                                                 \
            break;                                                              \
        given(o, x->instance);                                                  \
    }

/* Schedule@enabled: only what is enabled exists. */
static void drop_disabled(struct plan_device *d)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->n_objects; i++) {
        const struct plan_object *o = &d->objects[i];
        const struct schedule *s = o->kind == LK_schedule ? o->of : NULL;
        if (!s || s->enabled)
            d->objects[n++] = *o;
    }
    d->n_objects = n;
}

static void add_named(struct ctx *ctx, struct plan_device *d)
{
    const struct device *dev = d->device;
    ADD_NAMED(ctx, d, LK_class, OT_notification_class, dev->classes, notification_class)
    ADD_NAMED(ctx, d, LK_calendar, OT_calendar, dev->calendars, calendar)
    ADD_NAMED(ctx, d, LK_schedule, OT_schedule, dev->schedules, schedule)
    drop_disabled(d);
    uint32_t i = d->n_objects;
    ADD_NAMED(ctx, d, LK_trend, OT_trend_log, dev->trend_logs, trend_log)
    for (const struct trend_log *t = dev->trend_logs; t && i < d->n_objects; t = t->next) {
        unsigned how = t->logging == LT_polled ? G_POLLED : t->logging == LT_cov ? G_COV_LOG : G_TRIGGERED;
        if (t->full_alarm)
            how |= G_INTRINSIC;
        d->objects[i++].groups |= (uint16_t)how;
    }
}

static bool name_taken(const struct plan_device *d, struct str name)
{
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (str_eq(d->objects[i].name, name))
            return true;
    return false;
}

/* `name`, or "name (2)" and so on: the first that is free. Most are words that the project does not know. */
static struct str unique_name(struct ctx *ctx, const struct plan_device *d, const char *name)
{
    const char *text = name;
    struct str known;
    for (unsigned k = 2; str_find(ctx->strs, text, strlen(text), &known) && name_taken(d, known); k++)
        text = arena_printf(ctx->arena, "%s (%u)", name, k);
    return ctx_str(ctx, text, strlen(text));
}

/* A Network Port's number is the port's id. */
static void add_port(struct ctx *ctx, struct plan_device *d, const struct port *port, bool router)
{
    char id[16];
    int n = snprintf(id, sizeof id, "%u", port->id);
    const struct str name = unique_name(ctx, d, arena_printf(ctx->arena, "Port %u", port->id));
    struct plan_object *o = add(ctx, d, LK_port, OT_network_port, port, ctx_str(ctx, id, (size_t)n));
    if (!o)
        return;
    o->name = name;
    o->groups |= port->type == NT_ipv4 ? G_IPV4 : 0;
    o->groups |= port->bbmd ? G_BBMD : 0;
    o->groups |= port->foreign ? G_FOREIGN : 0;
    o->groups |= router ? G_ROUTER : 0;
    given(o, port->id);
}

/* What notifies also remembers what it notified. */
static void add_event_log(struct ctx *ctx, struct plan_device *d)
{
    static const char name[] = "Event log";
    const struct device *dev = d->device;
    const struct str unique = dev->classes ? unique_name(ctx, d, name) : (struct str){"", 0};
    struct plan_object *o = NULL;
    if (dev->classes)
        o = add(ctx, d, LK_event_log, OT_event_log, dev, ctx_str(ctx, name, sizeof name - 1));
    if (o)
        o->name = unique;
}

static bool has_password(const struct device *d)
{
    return d->password.n || d->password_file.n || d->password_hash.n;
}

/* What backup reads and restore writes: both need the management password. */
static void add_configuration(struct ctx *ctx, struct plan_device *d)
{
    static const char name[] = "Configuration";
    const struct device *dev = d->device;
    const struct str unique = has_password(dev) ? unique_name(ctx, d, name) : (struct str){"", 0};
    struct plan_object *o = NULL;
    if (has_password(dev))
        o = add(ctx, d, LK_file, OT_file, dev, ctx_str(ctx, name, sizeof name - 1));
    if (o)
        o->name = unique;
}

/* The Device object and those of variables, for which there is room. */
static void plan_most(struct ctx *ctx, struct plan_device *d)
{
    struct device *dev = d->device;
    struct plan_object *o = add(ctx, d, LK_device, OT_device, dev, dev->name);
    if (o) {
        o->name = dev->object_name;
        o->groups |= dev->location.n ? G_LOCATION : 0;
        o->groups |= has_password(dev) ? G_RESTORE : 0;
        given(o, dev->instance);
    }
    add_publications(ctx, d);
}

static void plan_rest(struct ctx *ctx, struct plan_plc *p, struct plan_device *d, bool router)
{
    struct device *dev = d->device;
    dev->plan = d;
    add_named(ctx, d);
    for (uint32_t i = 0; i < p->n_ports; i++) {
        if (p->ports[i] == dev->port)
            d->port = i;
        if (router || p->ports[i] == dev->port)
            add_port(ctx, d, p->ports[i], router && p->n_ports > 1);
    }
    add_event_log(ctx, d);
    add_configuration(ctx, d);
}

static void begin_plc(struct ctx *ctx, struct plan_plc *p)
{
    const struct channel *c;
    uint32_t n_devices = 0, n_ports = 0, virtuals = 1;
    for (c = p->plc->channels; c; c = c->next) {
        for (const struct port *x = c->ports; x; x = x->next)
            n_ports++;
        for (const struct device *x = c->devices; x; x = x->next)
            n_devices++;
    }
    p->ports = arena_array(ctx->arena, n_ports + 1, sizeof *p->ports);
    p->devices = arena_array(ctx->arena, n_devices + 1, sizeof *p->devices);
    for (c = p->plc->channels; c; c = c->next)
        for (struct port *x = c->ports; x; x = x->next)
            p->ports[p->n_ports++] = x;
    bool have_router = false;
    for (c = p->plc->channels; c; c = c->next)
        for (struct device *x = c->devices; x; x = x->next)
            have_router = have_router || x->port->type == NT_ipv4;
    if (!have_router)
        virtuals = 0;
    for (c = p->plc->channels; c; c = c->next)
        for (struct device *x = c->devices; x; x = x->next) {
            bool first = have_router && x->port->type == NT_ipv4;
            p->devices[first ? 0 : virtuals++].device = x;
        }
    p->n_devices = virtuals;
    for (uint32_t i = 0; i < p->n_devices; i++) {
        struct plan_device *d = &p->devices[i];
        size_t cap = 0;
        d->plc = p;
        d->objects = arena_grow(ctx->arena, NULL, &cap, d->device->n_publications + 16u, sizeof *d->objects);
        d->cap = (uint32_t)cap;
    }
}

struct plan *plan_begin(struct ctx *ctx)
{
    const char *only = opt_str(ctx, OPT_PLC);
    struct plan *plan = arena_alloc(ctx->arena, sizeof *plan);
    uint32_t n = 0;
    for (const struct plc *p = ctx->model->plcs; p; p = p->next)
        n++;
    plan->plcs = arena_array(ctx->arena, n + 1, sizeof *plan->plcs);
    for (struct plc *p = ctx->model->plcs; p; p = p->next) {
        if (only && strcmp(only, p->name.s))
            continue;
        plan->plcs[plan->n_plcs].plc = p;
        begin_plc(ctx, &plan->plcs[plan->n_plcs++]);
    }
    return plan;
}

void plan_variables(struct ctx *ctx, struct plan *plan)
{
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++)
            plan_most(ctx, &plan->plcs[k].devices[i]);
}

void pass_plan(struct ctx *ctx)
{
    struct plan *plan = ahead_plan(ctx);
    if (!plan) {
        plan = plan_begin(ctx);
        plan_variables(ctx, plan);
    }
    if (!plan->n_plcs) {
        const char *only = opt_str(ctx, OPT_PLC);
        diag_machine(ctx, "%s: no PLC is named '%s'", ctx->project_path, only ? only : "");
        return;
    }
    for (uint32_t k = 0; k < plan->n_plcs; k++)
        for (uint32_t i = 0; i < plan->plcs[k].n_devices; i++)
            plan_rest(ctx, &plan->plcs[k], &plan->plcs[k].devices[i], i == 0);
    ctx->plan = plan;
}

/* ---- once everything has its number ---- */

uint32_t plan_publication(const struct plan_device *d, const struct publication *p)
{
    const struct plan_device *x = p ? p->device->plan : NULL;
    return x && x->plc == d->plc ? OID(p->type, x->published[p - x->device->publications]) : NOT_SET;
}

void plan_note(struct plan_device *d, const struct plan_object *o)
{
    void *of = (void *)(uintptr_t)o->of;        /* it only learns its number                   */
    if (o->kind == LK_variable)
        d->published[(const struct publication *)o->of - d->device->publications] = o->instance;
    else if (o->kind == LK_class)
        ((struct notification_class *)of)->number = o->instance;
    else if (o->kind == LK_calendar)
        ((struct calendar *)of)->number = o->instance;
    else if (o->kind == LK_schedule)
        ((struct schedule *)of)->number = o->instance;
}

uint32_t plan_calendar(const struct calendar *c) { return OID(OT_calendar, c->number); }
uint32_t plan_schedule(const struct schedule *s) { return s->enabled ? OID(OT_schedule, s->number) : NOT_SET; }

const struct plan_object *plan_find(const struct plan_device *d, uint32_t oid)
{
    uint32_t lo = 0, hi = d->n_objects;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        const struct plan_object *o = plan_at(d, mid);
        uint32_t at = OID(plan_type(o), o->instance);
        if (at == oid)
            return o;
        if (at < oid)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

void plan_drop(struct ctx *ctx, struct plan_plc *p)
{
    for (uint32_t i = 0; i < p->n_devices; i++) {
        struct plan_device *d = &p->devices[i];
        struct device *m = d->device;
        arena_release(ctx->arena, d->objects, d->cap * sizeof *d->objects);
        arena_release(ctx->arena, d->published, ((size_t)m->n_publications + 1) * sizeof *d->published);
        arena_release(ctx->arena, m->publications, (size_t)m->n_publications * sizeof *m->publications);
        arena_release(ctx->arena, d->order, ((size_t)d->n_objects + 1) * sizeof *d->order);
        d->objects = NULL;
        d->published = d->order = NULL;
        d->n_objects = d->cap = 0;
        m->publications = NULL;
        m->n_publications = 0;
    }
}

void plan_dump(const struct ctx *ctx, FILE *f)
{
    for (uint32_t k = 0; ctx->plan && k < ctx->plan->n_plcs; k++) {
        const struct plan_plc *p = &ctx->plan->plcs[k];
        fprintf(f, "plc %s\n", p->plc->name.s);
        for (uint32_t i = 0; i < p->n_devices; i++) {
            const struct plan_device *d = &p->devices[i];
            fprintf(f, "  device %s %u\n", d->device->name.s, d->device->instance);
            for (uint32_t j = 0; j < d->n_objects; j++) {
                const struct plan_object *o = d->order ? plan_at(d, j) : &d->objects[j];
                fprintf(f, "    %s", object_type_name(plan_type(o)));
                if (o->instance == NOT_SET)
                    fprintf(f, ",?");
                else
                    fprintf(f, ",%u", o->instance);
                fprintf(f, " %s '%s' groups %u\n", o->key, o->name.s, o->groups);
            }
        }
    }
}
