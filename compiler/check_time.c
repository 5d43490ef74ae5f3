/* Checks of calendars, schedules and trend logs. */
#include "compiler/check.h"

#include "compiler/number_text.h"
#include "compiler/publish.h"
#include "compiler/resolve.h"
#include "compiler/sort.h"
#include "schemas/objdefs.h"

#include <math.h>
#include <string.h>

static bool exists(struct ctx *ctx, struct date d, const struct node *n, enum at at)
{
    const uint8_t ymd[3] = {d.year, d.month, d.day};
    if (date_exists(ymd))
        return true;
    diag(ctx, place(n, at), D_NEVER, "there is no such day: %s", node_attr(n, at)->value);
    return false;
}

/* -1, 0, 1; parts that are any compare equal. */
static int compare(struct date a, struct date b)
{
    const uint8_t x[3] = {a.year, a.month, a.day}, y[3] = {b.year, b.month, b.day};
    for (int i = 0; i < 3; i++)
        if (x[i] != y[i])
            return x[i] == 255 || y[i] == 255 ? 0 : x[i] < y[i] ? -1 : 1;
    return 0;
}

static bool is_day(struct date d)
{
    const uint8_t ymd[3] = {d.year, d.month, d.day};
    return d.year != 255 && d.month != 255 && d.day != 255 && date_exists(ymd);
}

/* Clause 12.9: the ends of a range are days, or open. */
static bool whole(struct ctx *ctx, struct date d, const struct node *n, enum at at)
{
    int any = (d.year == 255) + (d.month == 255) + (d.day == 255);
    if (any == 0 || any == 3)
        return true;
    diag(ctx, place(n, at), D_BAD_DATE, "%s is a whole date without *: ranges have no pattern", at_names[at]);
    return false;
}

static void check_period(struct ctx *ctx, struct date from, struct date to, const struct node *n,
                         enum at at_from, enum at at_to)
{
    if (!whole(ctx, from, n, at_from) || !whole(ctx, to, n, at_to))
        return;
    bool good = exists(ctx, from, n, at_from);
    good = exists(ctx, to, n, at_to) && good;
    if (good && compare(from, to) > 0) {
        diag(ctx, place(n, at_from), D_NEVER, "%s is after %s", at_names[at_from], at_names[at_to]);
        diag_note(ctx, place(n, at_to), "%s is here", at_names[at_to]);
    }
}

void check_entry(struct ctx *ctx, const struct calendar_entry *e)
{
    if (e->kind == CE_DATE)
        exists(ctx, e->from, e->node, AT_on);
    else if (e->kind == CE_RANGE)
        check_period(ctx, e->from, e->to, e->node, AT_from, AT_to);
}

/* What the runtime reads and clients may write of a list or array. */
static void check_length(struct ctx *ctx, struct srcpos pos, struct str name, uint32_t n, const char *what)
{
    if (n > PROP_ELEMENTS_MAX)
        diag(ctx, pos, D_TOO_MANY, "'%s' has %u %s; %d is the limit", name.s, n, what, PROP_ELEMENTS_MAX);
}

void check_calendars(struct ctx *ctx)
{
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL))
        for (const struct calendar *c = d->calendars; c; c = c->next) {
            uint32_t n = 0;
            for (const struct calendar_entry *e = c->entries; e; e = e->next, n++)
                check_entry(ctx, e);
            check_length(ctx, c->pos, c->name, n, "dates");
        }
}

/* A value fits the schedule's type and its variable's states. */
static void check_value(struct ctx *ctx, const struct schedule *s, double value, struct str text,
                        const struct node *n, enum at at)
{
    double lo, hi;
    const struct variable *v = s->variable.to;
    if (!v || !schedule_typed(s))
        return;
    type_range(s->type, &lo, &hi);
    if (value < lo || value > hi || (!type_is_real(s->type) && floor(value) != value))
        diag(ctx, place(n, at), D_SCHEDULE_VALUE, "%s cannot hold '%s'", type_name(s->type), text.s);
    else if (v->states.to && !state_by_value(v->states.to, value))
        diag(ctx, place(n, at), D_SCHEDULE_VALUE, "'%s' is no state of '%s'", text.s, v->name.s);
    else if (at != AT_initial && (value < v->low || value > v->high))       /* NaN: not given       */
        diag(ctx, place(n, at), D_SCHEDULE_VALUE, "'%s' is outside low..high of '%s'", text.s, v->name.s);
}

static void check_times(struct ctx *ctx, const struct schedule *s, const struct switching *t)
{
    for (; t; t = t->next)
        if (!t->is_null && !t->automatic)
            check_value(ctx, s, t->value, t->text, t->node, AT_value);
}

static bool target_fits(const struct schedule *s, uint32_t type)
{
    if (type_is_bool(s->type))
        return is_binary(type);
    return is_analog(type) || (type_is_integer(s->type) && is_multi(type));
}

static struct srcpos target_place(const struct target *t)
{
    return place(t->node, t->oid == NOT_SET ? AT_variable : AT_object);
}

static void misfit(struct ctx *ctx, const struct schedule *s, const struct target *t, uint32_t type)
{
    const struct publication *p = t->publication;
    if (p)
        diag(ctx, target_place(t), D_TARGET_TYPE,
             "%s '%s' is not written by a %s", object_type_name(p->type), p->variable->name.s, type_name(s->type));
    else
        diag(ctx, place(t->node, AT_object), D_TARGET_TYPE, "%s,%u is not written by a %s", object_type_name(type),
             oid_instance(t->oid), type_name(s->type));
    if (p)
        diag_note(ctx, publication_pos(p), "the object");
}

static bool device_of_plc(struct ctx *ctx, const struct device *d, uint32_t instance)
{
    struct plc *p = d->plc;
    if (!p->instances) {
        for (const struct device *x = first_device(NULL, p); x; x = next_device(x, p))
            p->n_instances++;
        p->instances = arena_array(ctx->arena, p->n_instances, sizeof *p->instances);
        uint32_t i = 0;
        for (const struct device *x = first_device(NULL, p); x; x = next_device(x, p))
            p->instances[i++] = (struct sort_item){x->instance, {.of = x}};
        sort_items(ctx->arena, p->instances, p->n_instances);
    }
    return sort_find(p->instances, p->n_instances, instance) != NULL;
}

/* What is meant has been understood, though other attributes may not have been. */
static bool subject_known(const struct target *t)
{
    return sound(t->node, AT_variable) && sound(t->node, AT_device) && sound(t->node, AT_object);
}

static void check_target(struct ctx *ctx, const struct device *d, const struct schedule *s, const struct target *t)
{
    const struct variable *v = t->variable.to;
    bool object = t->oid != NOT_SET;
    if (!subject_known(t))
        return;
    if ((t->variable.name.n != 0) == object || (t->device != NOT_SET && !object)) {
        diag(ctx, t->pos, D_ATTRIBUTE_CONFLICT,
             "a target is a variable, or an object with or without its device");
        return;
    }
    uint32_t type = object ? oid_type(t->oid) : NOT_SET;
    if ((is_analog(type) || is_binary(type) || is_multi(type)) && t->property == P_present_value &&
        sound(t->node, AT_property) && schedule_typed(s) && !target_fits(s, type))
        misfit(ctx, s, t, type);
    if (object && obj_def(type) && (t->device == NOT_SET || device_of_plc(ctx, d, t->device)))
        check_written(ctx, t, obj_def(type));
    if (!v)
        return;
    const struct publication *p = t->publication;
    if (!p && (!visibility_known(v) || row_may_be_lost(ctx, d->plc, v, place(t->node, AT_variable))))
        return;
    if (!p) {
        diag(ctx, place(t->node, AT_variable), D_NOT_PUBLISHED, "'%s' is not published in this PLC",
             v->name.s);
        diag_note(ctx, v->pos, "the variable");
    } else if (t->property == P_present_value && sound(t->node, AT_property) && schedule_typed(s) &&
               ((object_known(p) && !target_fits(s, p->type)) || (writing_known(p) && !p->writable))) {
        misfit(ctx, s, t, p->type);
    } else if (object_known(p)) {
        check_written(ctx, t, obj_def(p->type));
    }
}

static bool counting_known(const struct target *t)
{
    const struct publication *p = t->publication;
    const struct object_row *row = publication_row(p);
    return sound(t->node, AT_property) && object_known(p) && values_known(p->variable) &&
           (!p->variable->poisoned || sound(p->variable->node, AT_polarity)) &&
           (!row || sound(row->node, AT_polarity));
}

/* All targets get the same number on the wire; each must mean what the schedule says. */
static void check_meaning(struct ctx *ctx, const struct schedule *s, double value, struct str text)
{
    const struct state_set *own = ((const struct variable *)s->variable.to)->states.to;
    if (own && !state_by_value(own, value))
        return;                         /* check_value() says so                               */
    for (const struct target *t = s->targets; t; t = t->next) {
        const struct publication *p = t->publication;       /* one that is not written is told once    */
        double wire, lo, hi;
        if (!p || !p->writable || t->property != P_present_value || !target_fits(s, p->type) || !counting_known(t))
            continue;
        bool known = wire_value(p, value, &wire) && wire == schedule_wire(s, value);
        type_range(type_known(p->variable) ? p->variable->type : VT_lreal, &lo, &hi);
        bool held = round(value) >= lo && round(value) <= hi;
        if (known && held && !(value < p->variable->low || value > p->variable->high))  /* NaN: not given */
            continue;
        if (known && !held)
            diag(ctx, target_place(t), D_SCHEDULE_VALUE, "%s '%s' cannot hold '%s'", type_name(p->variable->type),
                 p->variable->name.s, text.s);
        else if (known)
            diag(ctx, target_place(t), D_SCHEDULE_VALUE, "'%s' is outside low..high of '%s', which refuses it",
                 text.s, p->variable->name.s);
        else
            diag(ctx, target_place(t), D_TARGET_TYPE,
                 "'%s' has no value '%s', or counts otherwise than the schedule's first target",
                 p->variable->name.s, text.s);
        diag_note(ctx, publication_pos(p), "the object");
        return;
    }
}

static void check_meanings(struct ctx *ctx, const struct schedule *s, const struct switching *t)
{
    for (; t; t = t->next)
        if (!t->is_null && !t->automatic)
            check_meaning(ctx, s, t->value, t->text);
}

/* Device@scheduleLimits; what the compiler carries over midnight does not count. */
static void check_amount(struct ctx *ctx, const struct schedule *s)
{
    uint32_t entries = 0, exceptions = 0;
    for (int day = 0; day < 7; day++)
        for (const struct switching *t = s->week[day]; t; t = t->next)
            entries += !t->automatic;
    for (const struct exception *x = s->exceptions; x; x = x->next)
        exceptions++;
    if (entries > IMG_WEEK_ENTRIES)
        diag(ctx, s->pos, D_TOO_MANY, "the week has %u entries; the device's scheduleLimits allow %d", entries,
             IMG_WEEK_ENTRIES);
    if (exceptions > IMG_EXCEPTIONS)
        diag(ctx, s->pos, D_TOO_MANY, "there are %u exceptions; the device's scheduleLimits allow %d", exceptions,
             IMG_EXCEPTIONS);
}

static void check_all_meanings(struct ctx *ctx, const struct schedule *s)
{
    if (!schedule_typed(s) || !values_known(s->variable.to))
        return;
    for (int day = 0; day < 7; day++)
        check_meanings(ctx, s, s->week[day]);
    for (const struct exception *x = s->exceptions; x; x = x->next)
        check_meanings(ctx, s, x->times);
    if (!s->default_null)
        check_meaning(ctx, s, s->default_value, s->default_text);
}

void check_found_targets(struct ctx *ctx, const struct schedule *s)
{
    for (const struct target *t = schedule_typed(s) ? s->targets : NULL; t; t = t->next) {
        const struct publication *p = t->oid != NOT_SET && !t->variable.name.n ? t->publication : NULL;
        if (p && t->property == P_present_value && sound(t->node, AT_property) && writing_known(p) && !p->writable)
            misfit(ctx, s, t, p->type);
    }
    check_all_meanings(ctx, s);
}

/* What the schedule says that is less than the first state of a multi-state object; n == 0: nothing. */
static struct str below_states(const struct schedule *s)
{
    const struct switching *none = NULL;
    for (const struct exception *x = s->exceptions; x; x = x->next)
        for (const struct switching *t = x->times; t && !none; t = t->next)
            none = !t->is_null && !t->automatic && schedule_wire(s, t->value) < 1 ? t : NULL;
    for (int day = 0; day < 7; day++)
        for (const struct switching *t = s->week[day]; t && !none; t = t->next)
            none = !t->is_null && !t->automatic && schedule_wire(s, t->value) < 1 ? t : NULL;
    if (!none && !s->default_null && schedule_wire(s, s->default_value) < 1)
        return s->default_text;
    return none ? none->text : (struct str){"", 0};
}

void check_targets_elsewhere(struct ctx *ctx, const struct schedule *s)
{
    const struct str text = schedule_typed(s) ? below_states(s) : (struct str){"", 0};
    for (const struct target *t = text.n ? s->targets : NULL; t; t = t->next) {
        if (t->publication || t->oid == NOT_SET || t->property != P_present_value || !is_multi(oid_type(t->oid)))
            continue;
        diag(ctx, target_place(t), D_SCHEDULE_VALUE, "%s,%u has no state for '%s': states count from 1",
             object_type_name(oid_type(t->oid)), oid_instance(t->oid), text.s);
        diag_hint(ctx, "write values from 1, or give '%s' stateTexts, which shift them",
                  ((const struct variable *)s->variable.to)->name.s);
    }
}

/* Two targets that are one. */
static void check_targets_differ(struct ctx *ctx, const struct schedule *s)
{
    struct map *seen = s->targets && s->targets->next ? map_new(ctx->arena) : NULL;
    for (struct target *t = seen ? s->targets : NULL; t; t = t->next) {
        const struct variable *v = t->variable.to;
        if ((!v && t->oid == NOT_SET) || !sound(t->node, AT_property) || !sound(t->node, AT_device))
            continue;
        const char *key = arena_printf(ctx->arena, "%u %u %u %u %s", t->device, t->oid, t->property, t->index,
                                       v ? v->name.s : "");
        const struct target *first = map_add(seen, str_of(ctx->strs, key), t);
        if (!first)
            continue;
        diag(ctx, t->pos, D_NO_EFFECT, "this target has no effect: the schedule writes it already");
        diag_note(ctx, first->pos, "the first one");
    }
}

/* An exception of days that all lie outside the effective period. */
static void check_occurs(struct ctx *ctx, const struct schedule *s, const struct calendar_entry *e)
{
    const struct date from = s->effective_from, to = s->effective_to;
    const struct date last = e->kind == CE_RANGE ? e->to : e->from;
    if (e->kind == CE_WEEK_N_DAY)
        return;
    bool late = is_day(e->from) && is_day(to) && compare(e->from, to) > 0;
    bool early = is_day(last) && is_day(from) && compare(last, from) < 0;
    if (!late && !early)
        return;
    diag(ctx, e->pos, D_NEVER, "the schedule is not in effect then: it %s", late ? "ends before" : "begins later");
    diag_note(ctx, place(s->node, late ? AT_effectiveTo : AT_effectiveFrom), "said here");
}

/* Clause 19.2.3: priority 6 is that of the minimum on and off times, and of nothing else in any object. */
static void check_priority(struct ctx *ctx, const struct schedule *s)
{
    if (s->priority == BACNET_PRIORITY_MIN_ON_OFF && sound(s->node, AT_priority))
        diag(ctx, place(s->node, AT_priority), D_NEVER,
             "priority 6 is reserved for minimum on and off times: no object takes what the schedule says");
}

static void check_schedule(struct ctx *ctx, const struct device *d, const struct schedule *s)
{
    for (int day = 0; day < 7; day++)
        check_times(ctx, s, s->week[day]);
    for (const struct exception *x = s->exceptions; x; x = x->next) {
        check_times(ctx, s, x->times);
        if (x->period) {
            check_entry(ctx, x->period);
            check_occurs(ctx, s, x->period);
        }
        if (!node_child(x->node, EL_At) && !x->node->lacks)
            diag(ctx, x->pos, D_NEVER, "the exception has no At: it changes nothing");
    }
    check_all_meanings(ctx, s);
    if (!s->default_null)
        check_value(ctx, s, s->default_value, s->default_text, s->node,
                    s->automatic ? AT_initial : AT_default);
    check_period(ctx, s->effective_from, s->effective_to, s->node, AT_effectiveFrom, AT_effectiveTo);
    check_priority(ctx, s);
    uint32_t n = 0;
    for (const struct target *t = s->targets; t; t = t->next, n++)
        check_target(ctx, d, s, t);
    check_length(ctx, s->pos, s->name, n, "targets");
    n = 0;
    for (const struct exception *x = s->exceptions; x; x = x->next)
        n++;
    check_length(ctx, s->pos, s->name, n, "exceptions");
    check_targets_differ(ctx, s);
}

/* Attributes of other objects, in a row that is a Schedule. */
static void check_schedule_row(struct ctx *ctx, const struct object_row *r)
{
    static const enum at none[] = {AT_type, AT_polarity, AT_commandable, AT_alarmPoint, AT_notificationClass};
    const struct variable *v = r->variable.to;
    if (!v || !type_known(v) || !type_is_schedule(v->type))
        return;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        check_no_effect(ctx, r->node, none[i], "a SCHEDULE_ variable is a Schedule");
}

void check_schedules(struct ctx *ctx)
{
    struct map *seen = map_new(ctx->arena);
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        for (const struct object_row *r = d->rows; r; r = r->next)
            check_schedule_row(ctx, r);
        for (struct schedule *s = d->schedules; s; s = s->next) {
            const struct schedule *o = s->automatic || !s->variable.to ? NULL : map_add(seen, s->variable.name, s);
            if (o) {
                diag(ctx, place(s->node, AT_variable), D_DUPLICATE_SCHEDULE,
                     "'%s' has two schedules", s->variable.name.s);
                diag_note(ctx, o->pos, "the first one");
            }
            check_schedule(ctx, d, s);
            if (d->domat_schedules)
                check_amount(ctx, s);
        }
    }
}

static void check_source_of(struct ctx *ctx, const struct device *d, const struct trend_log *t)
{
    const struct target *of = &t->of;
    bool object = of->oid != NOT_SET;
    if (!subject_known(of))
        return;
    if ((of->variable.name.n != 0) == object || (of->device != NOT_SET && !object)) {
        diag(ctx, t->pos, D_ATTRIBUTE_CONFLICT,
             "a trend log reads a variable, or an object with or without its device");
        return;
    }
    const struct variable *v = of->variable.to;
    if (v && !of->publication && !(type_known(v) && visibility_known(v)))
        return;
    if (v && !of->publication && row_may_be_lost(ctx, d->plc, v, place(t->node, AT_variable)))
        return;
    if (v && !of->publication && !type_is_schedule(v->type)) {
        diag(ctx, place(t->node, AT_variable), D_NOT_PUBLISHED, "'%s' is not published in this PLC",
             v->name.s);
        diag_note(ctx, v->pos, "the variable");
        return;
    }
    if (of->device != NOT_SET && !device_of_plc(ctx, d, of->device)) {
        diag(ctx, place(t->node, AT_device), D_RECORDS_NOTHING,
             "PLC '%s' has no device %u: bacrt records objects of its own devices only", d->plc->name.s, of->device);
        return;
    }
    uint32_t type = of->publication ? of->publication->type : object ? oid_type(of->oid) : OT_schedule;
    const struct obj_def *def = obj_def(type);
    if (of->publication && !object_known(of->publication))
        return;
    if (def)
        (void)check_property(ctx, of, def);
}

/* Only what divides a day is in step with it. */
static void check_alignment(struct ctx *ctx, const struct trend_log *t)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    bool divides = t->interval && DAY_MS % t->interval == 0;
    if (!divides && t->align)
        check_no_effect(ctx, t->node, AT_align, "a day is no multiple of the interval");
    if (t->offset && (!divides || !t->align))
        check_no_effect(ctx, t->node, AT_offset, t->align ? "a day is no multiple of the interval" : "align is false");
}

static void check_logging(struct ctx *ctx, const struct trend_log *t)
{
    if (t->logging != LT_polled) {
        check_no_effect(ctx, t->node, AT_interval, "only polled logs have an interval");
        check_no_effect(ctx, t->node, AT_offset, "only polled logs have an interval");
        check_no_effect(ctx, t->node, AT_align, "only polled logs have an interval");
    } else if (t->interval < 300000) {
        diag(ctx, place(t->node, AT_interval), D_FAST_TREND, "a log entry every %s",
             node_attr(t->node, AT_interval)->value);
    }
    if (t->logging == LT_polled && sound(t->node, AT_interval) && sound(t->node, AT_align) && sound(t->node, AT_offset))
        check_alignment(ctx, t);
    if (t->logging != LT_cov)
        check_no_effect(ctx, t->node, AT_covIncrement, "only logging=\"cov\" uses it");
}

static void check_trend(struct ctx *ctx, const struct device *d, const struct trend_log *t)
{
    check_source_of(ctx, d, t);
    bool sized = sound(t->node, AT_bufferSize) && sound(t->node, AT_threshold);
    if (sized && (t->threshold < (t->buffer_size + 9) / 10 || t->threshold >= t->buffer_size))
        diag(ctx, place(t->node, AT_threshold), D_TREND_THRESHOLD,
             "threshold %u is not in %u..%u for a buffer of %u", t->threshold,
             (t->buffer_size + 9) / 10, t->buffer_size - 1, t->buffer_size);
    if (!t->full_alarm && sound(t->node, AT_fullAlarm)) {
        check_no_effect(ctx, t->node, AT_threshold, "fullAlarm is false");
        check_no_effect(ctx, t->node, AT_notificationClass, "fullAlarm is false");
    }
    if (sound(t->node, AT_logging))
        check_logging(ctx, t);
    if (t->cov_increment < 0)
        diag(ctx, place(t->node, AT_covIncrement), D_NEGATIVE, "covIncrement is negative");
    check_real(ctx, t->node, AT_covIncrement, t->cov_increment, object_type_name(OT_trend_log));
}

void check_trend_logs(struct ctx *ctx)
{
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL))
        for (const struct trend_log *t = d->trend_logs; t; t = t->next)
            check_trend(ctx, d, t);
}
