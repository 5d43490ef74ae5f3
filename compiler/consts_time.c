/* Constants of Schedule (12.24) and Calendar (12.9). A schedule's values are those of the objects that
 * it writes: the first target says in which datatype, and how a multi-state or a reversed binary
 * object counts. A schedule without targets of this PLC counts as its variable does. */
#include "compiler/consts.h"

static struct bdate date(struct date d) { return (struct bdate){d.year, d.month, d.day, d.wday}; }

struct btime time_of_day(uint32_t hundredths)
{
    return (struct btime){(uint8_t)(hundredths / 360000 % 24), (uint8_t)(hundredths / 6000 % 60),
                          (uint8_t)(hundredths / 100 % 60), (uint8_t)(hundredths % 100)};
}

/* ---- values ---- */

static bool negative(const struct switching *t)
{
    for (; t; t = t->next)
        if (!t->is_null && t->value < 0)
            return true;
    return false;
}

static bool any_negative(const struct schedule *s)
{
    bool found = !s->default_null && s->default_value < 0;
    for (unsigned i = 0; i < 7; i++)
        found = found || negative(s->week[i]);
    for (const struct exception *x = s->exceptions; x; x = x->next)
        found = found || negative(x->times);
    return found;
}

static enum datatype own_type(const struct schedule *s)
{
    if (s->type == VT_schedule_bool)
        return DT_boolean;
    if (s->type == VT_schedule_real)
        return DT_real;
    return any_negative(s) ? DT_integer : DT_unsigned;
}

/* What the object of a target takes; DT_null: it does not say. */
static enum datatype taken_by(const struct target *t)
{
    uint32_t type = t->publication ? t->publication->type : t->oid != NOT_SET ? oid_type(t->oid) : NOT_SET;
    const struct obj_def *def = t->property == P_present_value ? obj_def(type) : NULL;
    return def ? (enum datatype)def->present : DT_null;
}

enum datatype schedule_type(const struct schedule *s)
{
    for (const struct target *t = s->targets; t; t = t->next)
        if (taken_by(t) != DT_null)
            return taken_by(t);
    return own_type(s);
}

static void scheduled(const struct schedule *s, bool null, double value, struct wr *w)
{
    double wire = schedule_wire(s, value);
    if (null) {
        wr_null(w, APP);
        return;
    }
    switch (schedule_type(s)) {
    case DT_boolean: wr_boolean(w, APP, wire != 0); break;
    case DT_enumerated: wr_enumerated(w, APP, wire != 0); break;
    case DT_unsigned: wr_unsigned(w, APP, wire > 0 ? (uint64_t)wire : 0); break;
    case DT_integer: wr_integer(w, APP, (int32_t)wire); break;
    default: wr_real(w, APP, (float)wire); break;
    }
}

static void time_values(const struct schedule *s, const struct switching *t, struct wr *w)
{
    for (; t; t = t->next) {
        wr_time(w, APP, time_of_day(t->time));
        scheduled(s, t->is_null, t->value, w);
    }
}

/* ---- periods ---- */

static void calendar_entry(const struct calendar_entry *e, struct wr *w)
{
    const uint8_t week_n_day[3] = {e->month, e->week, e->day};
    switch (e->kind) {
    case CE_DATE:
        wr_date(w, 0, date(e->from));
        break;
    case CE_RANGE:
        wr_open(w, 1);
        wr_date(w, APP, date(e->from));
        wr_date(w, APP, date(e->to));
        wr_close(w, 1);
        break;
    case CE_WEEK_N_DAY:
        wr_octets(w, 2, week_n_day, sizeof week_n_day);
        break;
    }
}

static void special_event(const struct schedule *s, const struct exception *x, struct wr *w)
{
    if (x->calendar.to) {
        wr_oid(w, 1, plan_calendar(x->calendar.to));
    } else if (x->period) {
        wr_open(w, 0);
        calendar_entry(x->period, w);
        wr_close(w, 0);
    }
    wr_open(w, 2);
    time_values(s, x->times, w);
    wr_close(w, 2);
    wr_unsigned(w, 3, x->priority);
}

/* ---- references ---- */

/* The object of a variable: what shows it, or the schedule that it is. Its device goes to `device`. */
static uint32_t object_of(const struct target *t, const struct plan_device *d, uint32_t *device)
{
    const struct publication *p = t->publication;
    *device = d->device->instance;
    if (p) {
        *device = p->device->instance;
        return plan_publication(d, p);
    }
    if (t->schedule) {
        *device = t->schedule->device->instance;
        return plan_schedule(t->schedule);
    }
    *device = t->device == NOT_SET ? *device : t->device;
    return t->oid;
}

/* BACnetDeviceObjectPropertyReference; the device's own objects without the device. */
bool const_reference(const struct target *t, const struct plan_device *d, struct wr *w)
{
    uint32_t device, oid = object_of(t, d, &device);
    if (oid == NOT_SET)
        return false;
    wr_oid(w, 0, oid);
    wr_unsigned(w, 1, t->property == NOT_SET ? P_present_value : t->property);
    if (t->index != NOT_SET)
        wr_unsigned(w, 2, t->index);
    if (device != d->device->instance)
        wr_oid(w, 3, OID(OT_device, device));
    return true;
}

bool consts_schedule(const struct schedule *s, const struct plan_device *d, uint32_t property,
                     struct const_value *v)
{
    struct wr *w = &v->w;
    switch (property) {
    case P_effective_period:
        wr_date(w, APP, date(s->effective_from));
        wr_date(w, APP, date(s->effective_to));
        return true;
    case P_weekly_schedule:
        for (unsigned i = 0; i < 7; i++) {
            wr_open(w, 0);
            time_values(s, s->week[i], w);
            wr_close(w, 0);
            const_end(v);
        }
        return true;
    case P_exception_schedule:
        for (const struct exception *x = s->exceptions; x; x = x->next) {
            special_event(s, x, w);
            const_end(v);
        }
        return true;
    case P_schedule_default:
        scheduled(s, s->default_null, s->default_value, w);
        return true;
    case P_list_of_object_property_references:
        for (const struct target *t = s->targets; t; t = t->next)
            (void)const_reference(t, d, w);
        return true;
    case P_priority_for_writing:
        wr_unsigned(w, APP, s->priority);
        return true;
    case P_tags:
        return const_tags(s->variable.to, v);
    default:
        return false;
    }
}

bool consts_calendar(const struct calendar *c, uint32_t property, struct wr *w)
{
    if (property != P_date_list)
        return false;
    for (const struct calendar_entry *e = c->entries; e; e = e->next)
        calendar_entry(e, w);
    return true;
}
