/* Checks of variables and of the objects that show them: types, ranges, states, values. */
#include "compiler/check.h"

#include "compiler/number_text.h"
#include "compiler/publish.h"
#include "compiler/resolve.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void check_range(struct ctx *ctx, const struct variable *v)
{
    char a[32], b[32];
    double lo, hi;
    type_range(type_known(v) ? v->type : VT_lreal, &lo, &hi);
    if (v->low > v->high) {
        print_real(a, v->low);
        print_real(b, v->high);
        diag(ctx, place(v->node, AT_low), D_RANGE_UPSIDE_DOWN, "low %s is above high %s", a, b);
        diag_note(ctx, place(v->node, AT_high), "high is here");
    }
    if (v->low < lo || v->low > hi)
        diag(ctx, place(v->node, AT_low), D_TYPE_RANGE, "%s cannot hold low '%s'",
             type_name(v->type), node_attr(v->node, AT_low)->value);
    if (v->high < lo || v->high > hi)
        diag(ctx, place(v->node, AT_high), D_TYPE_RANGE, "%s cannot hold high '%s'",
             type_name(v->type), node_attr(v->node, AT_high)->value);
    if (v->cov_increment < 0)
        diag(ctx, place(v->node, AT_covIncrement), D_NEGATIVE, "covIncrement is negative");
}

static void check_initial(struct ctx *ctx, const struct variable *v)
{
    double lo, hi;
    const struct state_set *set = v->states.to;
    if (!v->initial_text.n)
        return;
    type_range(type_known(v) ? v->type : VT_lreal, &lo, &hi);
    if (type_known(v) && (v->initial < lo || v->initial > hi ||
                          (!type_is_real(v->type) && floor(v->initial) != v->initial)))
        diag(ctx, place(v->node, AT_initial), D_TYPE_RANGE, "%s cannot hold initial '%s'", type_name(v->type),
             v->initial_text.s);
    else if (v->initial < v->low || v->initial > v->high)
        diag(ctx, place(v->node, AT_initial), D_OUTSIDE_RANGE, "initial '%s' is outside low..high",
             v->initial_text.s);
    else if (set && type_known(v) && !type_is_real(v->type) && !state_by_value(set, v->initial)) {
        diag(ctx, place(v->node, AT_initial), D_BAD_VALUE, "initial '%s' is no state of '%s'",
             v->initial_text.s, set->name.s);
        diag_note(ctx, set->pos, "the states");
    }
}

static void check_states(struct ctx *ctx, const struct variable *v)
{
    const struct state_set *set = v->states.to;
    double lo, hi;
    if (!set || !type_known(v))
        return;
    if (type_is_real(v->type)) {
        check_no_effect(ctx, v->node, AT_stateTexts, "the variable is a real number");
        return;
    }
    type_range(v->type, &lo, &hi);
    if (type_is_bool(v->type)) {
        if (set->n_states == 2 && set->states[0].value == 0 && set->states[1].value == 1)
            return;
        diag(ctx, place(v->node, AT_stateTexts), D_BINARY_STATES,
             "'%s' of a %s has other states than 0 and 1", set->name.s, type_name(v->type));
        diag_note(ctx, set->pos, "the states");
        return;
    }
    for (uint32_t i = 0; i < set->n_states; i++)
        if ((double)set->states[i].value < lo || (double)set->states[i].value > hi) {
            diag(ctx, place(v->node, AT_stateTexts), D_TYPE_RANGE, "%s cannot hold state %lld of '%s'",
                 type_name(v->type), (long long)set->states[i].value, set->name.s);
            diag_note(ctx, set->states[i].pos, "the state");
            return;
        }
}

/* The node says what only objects of other sorts have. */
static void check_sort(struct ctx *ctx, const struct node *n, bool binary, bool takes_commands)
{
    if (!binary)
        check_no_effect(ctx, n, AT_polarity, "only binary objects have a polarity");
    if (!takes_commands)
        check_no_effect(ctx, n, AT_commandable, "an input object takes no commands");
}

/* Polarity, or whether it takes commands, but every object of the variable is of another sort. */
static void check_sorts(struct ctx *ctx, const struct variable *v)
{
    bool binary = false, takes_commands = false;
    if (!v->publications || variable_rare(v)->of_source ||
        (!v->poisoned && v->reverse == UNSET && v->commandable == UNSET))
        return;
    for (const struct publication *p = v->publications; p; p = publication_next(p)) {
        bool known = object_known(p);
        binary |= !known || is_binary(p->type);
        takes_commands |= !known || !is_input(p->type);
    }
    check_sort(ctx, v->node, binary, takes_commands);
}

/* Attributes of objects, where the variable is a Schedule. */
static void check_schedule_variable(struct ctx *ctx, const struct variable *v)
{
    static const enum at none[] = {AT_dataPointType, AT_covIncrement, AT_commandable, AT_polarity, AT_counters,
                                   AT_minimumOnTime, AT_minimumOffTime, AT_notificationClass};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        check_no_effect(ctx, v->node, none[i], "a SCHEDULE_ variable is a Schedule");
}

/* A device or a number for an object, and nobody said that there is to be one. */
static void check_place(struct ctx *ctx, const struct variable *v)
{
    bool told = v->visible != UNSET || type_is_schedule(v->type);
    for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
        told |= on->visible != UNSET;
    if (told || v->publications || !visibility_known(v) || may_be_lost(ctx, EL_Object))
        return;
    check_no_effect(ctx, v->node, AT_bacnetDevice, "without bacnetVisible the variable is not published");
    for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next) {
        check_no_effect(ctx, on->node, AT_bacnetDevice, "without bacnetVisible the variable is not published");
        check_no_effect(ctx, on->node, AT_instance, "without bacnetVisible the variable is not published");
    }
}

/* A unit or an increment, but every object of the variable counts states. */
static void check_analog(struct ctx *ctx, const struct variable *v)
{
    for (const struct publication *p = v->publications; p; p = publication_next(p))
        if (is_analog(p->type) || !object_known(p))
            return;
    if (!v->publications || variable_rare(v)->of_source)
        return;
    if (v->poisoned || v->unit.n)
        check_no_effect(ctx, v->node, AT_unit, "only analog objects have units");
    if (v->poisoned || v->increment_given)
        check_no_effect(ctx, v->node, AT_covIncrement, "only analog objects have an increment");
}

static bool may_alarm(const struct node *n, bool poisoned, const struct ref *alarm_point)
{
    return alarm_point->name.n || (poisoned && !sound(n, AT_alarmPoint));
}

/* A class of alarms, where nothing is alarmed. */
static void check_class(struct ctx *ctx, const struct variable *v, const struct variable_rare *r)
{
    if (!r->notification_class.name.n || r->of_source || may_alarm(v->node, v->poisoned, &r->alarm_point) ||
        may_be_lost(ctx, EL_Object) || type_is_schedule(v->type))
        return;
    for (const struct publication *p = v->publications; p; p = publication_next(p)) {
        const struct object_row *row = publication_row(p);
        if (row && may_alarm(row->node, row->poisoned, &row->alarm_point))
            return;
    }
    check_no_effect(ctx, v->node, AT_notificationClass, "the variable has no alarm point");
}

void check_variable(struct ctx *ctx, const struct variable *v)
{
    check_range(ctx, v);
    check_initial(ctx, v);
    check_states(ctx, v);
    check_analog(ctx, v);
    check_sorts(ctx, v);
    if (v->device.n || v->rare)
        check_place(ctx, v);
    if (v->rare)
        check_class(ctx, v, v->rare);
    if (variable_rare(v)->alarm_point.to && !v->publications && v->name.n && visibility_known(v) &&
        !may_be_lost(ctx, EL_Device) && !may_be_lost(ctx, EL_Object))
        diag(ctx, place(v->node, AT_alarmPoint), D_ALARM_UNPUBLISHED,
             "'%s' has an alarm point, but no object announces it", v->name.s);
    if (type_is_schedule(v->type) && type_known(v))
        check_schedule_variable(ctx, v);
}

/* A misspelt row names a variable that there is not, and is meant for the one that its hint names. */
bool row_may_be_lost(struct ctx *ctx, const struct plc *plc, const struct variable *v, struct srcpos at)
{
    if (v->node->lacks || name_may_be_lost(ctx, EL_Object, v->name, at))
        return true;
    if (!may_be_lost(ctx, EL_Object) || diag_errors(ctx) > HINTS_LIMIT)
        return false;
    for (struct device *d = first_device(ctx->model, plc); d; d = next_device(d, plc))
        for (const struct object_row *r = d->rows; r; r = r->next) {
            struct near near = near_of(r->variable.name.s, r->variable.name.n);
            if (r->variable.to)
                continue;
            near_offer(&near, v->name.s, v->name.n);
            if (near_take(&near))
                return true;
        }
    return false;
}

bool visibility_known(const struct variable *v)
{
    bool known = !v->poisoned || sound(v->node, AT_bacnetVisible);
    for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
        known &= sound(on->node, AT_bacnetVisible) && on->plc.to && (on->device.to || !on->device.name.n);
    return known;
}

bool object_known(const struct publication *p)
{
    const struct variable *v = p->variable;
    const struct object_row *row = publication_row(p);
    if (row && row->poisoned && !sound(row->node, AT_type))
        return false;
    if (!v->poisoned || (row && row->type != NOT_SET && sound(v->node, AT_type)))
        return true;
    return sound(v->node, AT_type) && sound(v->node, AT_dataPointType) &&
           (v->data_point_type != NOT_SET || sound(v->node, AT_access));
}

bool writing_known(const struct publication *p)
{
    const struct variable *v = p->variable;
    const struct object_row *row = publication_row(p);
    return object_known(p) && (!v->poisoned || (sound(v->node, AT_access) && sound(v->node, AT_commandable))) &&
           (!row || !row->poisoned || sound(row->node, AT_commandable));
}

/* Whether an object of that type can show the variable. */
static bool type_fits(const struct publication *p)
{
    unsigned t = p->variable->type;
    if (type_is_bool(t))
        return is_binary(p->type) || (is_multi(p->type) && p->variable->states.name.n);
    return is_analog(p->type) || (is_multi(p->type) && type_is_integer(t));
}

static void check_precision(struct ctx *ctx, const struct publication *p)
{
    const struct variable *v = p->variable;
    double lo, hi, most = 16777216.0;
    type_range(v->type, &lo, &hi);
    if (!is_analog(p->type) || !type_is_integer(v->type))
        return;
    lo = v->low > lo ? v->low : lo;
    hi = v->high < hi ? v->high : hi;
    if ((lo < -most || hi > most) && (!v->poisoned || (sound(v->node, AT_low) && sound(v->node, AT_high))))
        diag(ctx, publication_pos(p), D_LOSES_PRECISION, "'%s' is %s; values beyond 16777216 lose digits in %s",
             v->name.s, type_name(v->type), object_type_name(p->type));
}

/* What LREAL holds and REAL, which analog objects have, does not; other types are held to their own range. */
static void check_magnitude(struct ctx *ctx, const struct publication *p)
{
    const struct variable *v = p->variable;
    const struct { enum at at; double value; } all[] = {
        {AT_low, v->low}, {AT_high, v->high}, {AT_initial, v->initial}, {AT_covIncrement, v->cov_increment},
    };
    for (size_t i = 0; is_analog(p->type) && i < sizeof all / sizeof *all; i++)
        if (v->type == VT_lreal || all[i].at == AT_covIncrement)
            check_real(ctx, v->node, all[i].at, all[i].value, object_type_name(p->type));
}

/* Where the object's type is said. */
static struct srcpos type_place(const struct publication *p)
{
    const struct object_row *row = publication_row(p);
    return row && row->type != NOT_SET ? place(row->node, AT_type) : place(p->variable->node, AT_dataPointType);
}

static void check_one_state(struct ctx *ctx, const struct publication *p)
{
    const struct variable *v = p->variable;
    bool told = v->states.name.n || (v->high >= 1 && v->high < UINT16_MAX);
    if (is_multi(p->type) && !told && object_known(p) && sound(v->node, AT_high) && sound(v->node, AT_stateTexts))
        diag(ctx, type_place(p), D_ONE_STATE, "'%s' has neither stateTexts nor high: its %s has one state only",
             v->name.s, object_type_name(p->type));
}

static void check_row(struct ctx *ctx, const struct publication *p, const struct object_row *row)
{
    const struct on_plc *on = publication_on(p);
    check_sort(ctx, row->node, is_binary(p->type), !is_input(p->type));
    const uint32_t number = publication_on_instance(p);
    if (number != NOT_SET && row->instance != NOT_SET && number != row->instance)
        check_no_effect(ctx, on->node, AT_instance, "the object's row gives another");
    if (row->notification_class.name.n && !may_alarm(row->node, row->poisoned, &row->alarm_point) &&
        !may_alarm(p->variable->node, p->variable->poisoned, &variable_rare(p->variable)->alarm_point))
        check_no_effect(ctx, row->node, AT_notificationClass, "the object has no alarm point");
}

/* A device that is only read commands nothing, but its priority array shows what holds without commands. */
static bool has_say(const struct publication *p)
{
    return writing_known(p) && (p->commandable || (p->writable && !p->device->read_only));
}

/* The next one that has a say as well: of those behind it, each looks at the next in its turn. */
static void check_rivals(struct ctx *ctx, const struct publication *p)
{
    const struct publication *q = has_say(p) ? publication_next(p) : NULL;
    while (q && !(q->device->plc == p->device->plc && has_say(q)))
        q = publication_next(q);
    if (!q || !(p->commandable || q->commandable))
        return;
    diag(ctx, publication_pos(p), D_COMMANDED_TWICE, "'%s' is %s as %s of '%s', and %s as %s of '%s'",
         p->variable->name.s, q->commandable ? "commanded" : "written", object_type_name(q->type),
         q->device->name.s, p->commandable ? "commanded" : "written", object_type_name(p->type),
         p->device->name.s);
    diag_note(ctx, publication_pos(q), "the other object");
}

/* The node is asked where the values do not tell by themselves that nothing is given. */
void check_object(struct ctx *ctx, const struct publication *p)
{
    const struct variable *v = p->variable;
    const struct object_row *row = publication_row(p);
    if (!type_fits(p)) {
        diag(ctx, type_place(p), D_TYPE_MISFIT,
             "%s cannot show '%s', which is %s%s", object_type_name(p->type), v->name.s,
             type_name(v->type),
             type_is_bool(v->type) && is_multi(p->type) ? " without stateTexts" : "");
        return;
    }
    check_precision(ctx, p);
    check_magnitude(ctx, p);
    check_one_state(ctx, p);
    if (is_output(p->type) && v->access == ACCESS_READ && (!v->poisoned || sound(v->node, AT_access)))
        diag(ctx, type_place(p), D_OUTPUT_OF_INPUT,
             "'%s' has access=\"read\": commands to its %s reach nothing", v->name.s,
             object_type_name(p->type));
    check_rivals(ctx, p);
    if (row)
        check_row(ctx, p, row);
    if (is_output(p->type) && (row && row->commandable != UNSET ? row->commandable : v->commandable) == NO)
        check_no_effect(ctx, row && row->commandable != UNSET ? row->node : v->node, AT_commandable,
                        "an output object always takes commands");
    if (!is_binary(p->type) && (v->poisoned || v->counters != UNSET))
        check_no_effect(ctx, v->node, AT_counters, "only binary objects count changes of state");
    if ((v->poisoned || v->rare) && (!is_binary(p->type) || (!p->commandable && writing_known(p)))) {
        check_no_effect(ctx, v->node, AT_minimumOnTime, "only commandable binary objects have minimum times");
        check_no_effect(ctx, v->node, AT_minimumOffTime, "only commandable binary objects have minimum times");
    }
}
