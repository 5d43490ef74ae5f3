/* Constants of the nine value objects, and what every object has. 0-base and polarity are applied
 * here and nowhere else in the compiler: wire_value() and the texts in the order of the wire. */
#include "compiler/consts.h"

#include <math.h>
#include <string.h>

static void string(struct wr *w, struct str s) { wr_string(w, APP, s.s, s.n); }

bool consts_common(const struct plan_object *o, const struct plan_device *d, uint32_t property, struct wr *w)
{
    if (property == P_object_name)
        string(w, o->name);
    else if (property == P_description)
        string(w, plan_description(d, o));
    else
        return false;
    return true;
}

/* ---- texts ---- */

/* The text of the value that is INACTIVE or ACTIVE. */
static bool binary_text(const struct publication *p, bool active, struct wr *w)
{
    const struct state_set *set = p->variable->states.to;
    const struct state *s = set ? state_by_value(set, active != p->reverse) : NULL;
    if (s)
        string(w, s->text);
    return s != NULL;
}

static uint32_t number_of_states(const struct publication *p)
{
    const struct state_set *set = p->variable->states.to;
    if (set)
        return set->max_wire;
    return p->variable->high >= 1 && p->variable->high < UINT16_MAX ? (uint32_t)p->variable->high : 1;
}

/* In the order of the wire; a number that no state has is called by its number. */
static bool state_text(const struct publication *p, struct const_value *v)
{
    const struct state_set *set = p->variable->states.to;
    if (!set)
        return false;
    const struct state **by_wire = arena_array(v->ctx->arena, (size_t)set->max_wire + 1, sizeof *by_wire);
    for (uint32_t i = 0; i < set->n_states; i++)
        if (set->states[i].wire <= set->max_wire)
            by_wire[set->states[i].wire] = &set->states[i];
    for (uint32_t i = 1; i <= set->max_wire; i++) {
        char filler[24];
        int n = snprintf(filler, sizeof filler, "State %u", i);
        string(&v->w, by_wire[i] ? by_wire[i]->text : (struct str){filler, (uint32_t)n});
        const_end(v);
    }
    return true;
}

/* BACnetNameValue: name [0], value. */
bool const_tags(const struct variable *variable, struct const_value *v)
{
    static const char name[] = "discipline";
    if (!variable || !variable->discipline.n)
        return false;
    wr_string(&v->w, 0, name, sizeof name - 1);
    string(&v->w, variable->discipline);
    const_end(v);
    return true;
}

/* ---- values ---- */

static void present(const struct publication *p, double value, struct wr *w)
{
    double wire;
    if (!wire_value(p, value, &wire))
        wire = obj_def(p->type)->present == DT_unsigned;
    if (obj_def(p->type)->present == DT_real)
        wr_real(w, APP, (float)wire);
    else if (obj_def(p->type)->present == DT_enumerated)
        wr_enumerated(w, APP, (uint32_t)wire);
    else
        wr_unsigned(w, APP, (uint64_t)wire);
}

static bool real(struct wr *w, double v)
{
    if (isnan(v))
        return false;
    wr_real(w, APP, (float)v);
    return true;
}

/* The property counts seconds: a shorter minimum would not be kept. */
static uint32_t seconds(uint32_t ms) { return ms == NOT_SET ? 0 : ms / 1000 + (ms % 1000 != 0); }

bool consts_value(const struct publication *p, uint32_t property, struct const_value *v)
{
    const struct variable *var = p->variable;
    switch (property) {
    case P_units:
        wr_enumerated(&v->w, APP, var->unit_code);
        return true;
    case P_min_pres_value:
        return real(&v->w, var->low);
    case P_max_pres_value:
        return real(&v->w, var->high);
    case P_cov_increment:
        return real(&v->w, isnan(var->cov_increment) ? 1 : var->cov_increment);
    case P_relinquish_default:
        present(p, isnan(p->variable->initial) ? 0 : p->variable->initial, &v->w);
        return true;
    case P_minimum_on_time:
        wr_unsigned(&v->w, APP, seconds(variable_rare(var)->minimum_on));
        return true;
    case P_minimum_off_time:
        wr_unsigned(&v->w, APP, seconds(variable_rare(var)->minimum_off));
        return true;
    case P_polarity:
        wr_enumerated(&v->w, APP, p->reverse);
        return true;
    case P_inactive_text:
        return binary_text(p, false, &v->w);
    case P_active_text:
        return binary_text(p, true, &v->w);
    case P_number_of_states:
        wr_unsigned(&v->w, APP, number_of_states(p));
        return true;
    case P_state_text:
        return state_text(p, v);
    case P_tags:
        return const_tags(var, v);
    default:
        return consts_alarm(p, property, v);
    }
}

/* ---- any object ---- */

bool const_encode(const struct plan_object *o, const struct plan_device *d, const struct prop_def *row,
                  struct const_value *v)
{
    v->form = row->form;
    v->kind = (uint8_t)img_kind_of(plan_def(o), row);
    v->n_ends = 0;
    v->w.len = 0;
    if (consts_common(o, d, row->property, &v->w))
        return true;
    switch (o->kind) {
    case LK_device:
        return consts_device(o->of, row->property, &v->w);
    case LK_port:
        return consts_port(o->of, row->property, &v->w);
    case LK_variable:
        if (row->property == P_notification_class) {
            const struct publication *p = o->of;
            uint32_t number = class_number(publication_class(p));
            wr_unsigned(&v->w, APP, number == NOT_SET ? 0 : number);
            return true;
        }
        return consts_value(o->of, row->property, v);
    case LK_class:
        return consts_class(o, row->property, v);
    case LK_schedule:
        return consts_schedule(o->of, d, row->property, v);
    case LK_calendar:
        return consts_calendar(o->of, row->property, &v->w);
    case LK_trend:
        return consts_trend(o->of, d, row->property, v);
    case LK_event_log:
        return consts_event_log(row->property, &v->w);
    case LK_file:
        return consts_file(d->device, row->property, &v->w);
    default:
        return false;
    }
}
