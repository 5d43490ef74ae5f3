/* Checks of alarm points, of the objects that use them, of notification classes and recipients. */
#include "compiler/check.h"

#include "compiler/publish.h"
#include "compiler/resolve.h"
#include "schemas/objdefs.h"

#include <math.h>
#include <string.h>

/* Which attributes belong to which kind. */
static const struct { enum at at; enum alarm_kind kind; } of_kind[] = {
    {AT_high, ALARM_limits},     {AT_low, ALARM_limits},          {AT_deadband, ALARM_limits},
    {AT_faultHigh, ALARM_limits}, {AT_faultLow, ALARM_limits},    {AT_alarmStates, ALARM_states},
    {AT_faultStates, ALARM_states}, {AT_feedback, ALARM_feedback},
};

static void check_limits(struct ctx *ctx, const struct alarm_point *p)
{
    if (p->low >= p->high) {
        diag(ctx, place(p->node, AT_low), D_LIMITS_UPSIDE_DOWN, "low is not below high");
        diag_note(ctx, place(p->node, AT_high), "high is here");
    } else if (p->deadband > 0 && p->deadband > p->high - p->low) {
        diag(ctx, place(p->node, AT_deadband), D_LIMITS_UPSIDE_DOWN,
             "the deadband is wider than the limits are apart: the alarm would never return");
    }
    if (p->fault_low >= p->fault_high) {
        diag(ctx, place(p->node, AT_faultLow), D_LIMITS_UPSIDE_DOWN, "faultLow is not below faultHigh");
        diag_note(ctx, place(p->node, AT_faultHigh), "faultHigh is here");
    }
    if (p->fault_high < p->high) {
        diag(ctx, place(p->node, AT_faultHigh), D_LIMITS_UPSIDE_DOWN,
             "faultHigh is below high: a fault comes before the alarm can");
        diag_note(ctx, place(p->node, AT_high), "high is here");
    }
    if (p->fault_low > p->low) {
        diag(ctx, place(p->node, AT_faultLow), D_LIMITS_UPSIDE_DOWN,
             "faultLow is above low: a fault comes before the alarm can");
        diag_note(ctx, place(p->node, AT_low), "low is here");
    }
    const struct { enum at at; double value; } all[] = {
        {AT_high, p->high}, {AT_low, p->low}, {AT_deadband, p->deadband},
        {AT_faultHigh, p->fault_high}, {AT_faultLow, p->fault_low},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        check_real(ctx, p->node, all[i].at, all[i].value, "an analog object");
    if (p->deadband < 0)
        diag(ctx, place(p->node, AT_deadband), D_NEGATIVE, "deadband is negative");
}

static void check_text(struct ctx *ctx, const struct alarm_point *p)
{
    static const char *const known[] = {"{name}", "{description}", "{state}", "{value}", "{unit}"};
    for (const char *s = p->text.n ? strchr(p->text.s, '{') : NULL; s; s = strchr(s + 1, '{')) {
        struct near near = near_of(s, strcspn(s, "} ") + 1);
        bool good = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            good |= !strncmp(s, known[i], strlen(known[i]));
            near_offer(&near, known[i], strlen(known[i]));
        }
        if (good)
            continue;
        diag(ctx, place(p->node, AT_text), D_BAD_PLACEHOLDER, "there is no placeholder '%.*s'",
             (int)strcspn(s, "} ") + (s[strcspn(s, "} ")] == '}'), s);
        if (near_take(&near))
            diag_hint(ctx, "did you mean '%s'?", near_take(&near));
    }
}

/* An alarm point that watches for faults only (13.2.2): these come and go without delay and are not held. */
static void check_faults_alone(struct ctx *ctx, const struct alarm_point *p)
{
    static const char why[] = "it tells of faults alone, which come and go with their cause";
    check_no_effect(ctx, p->node, AT_deadband, why);
    if (p->delay)
        check_no_effect(ctx, p->node, AT_delay, why);
    if (p->delay_normal != NOT_SET && p->delay_normal)
        check_no_effect(ctx, p->node, AT_delayNormal, why);
    if (p->reset != RESET_auto)
        check_no_effect(ctx, p->node, AT_reset, why);
}

/* Nothing of it makes an alarm. */
static bool lacks_cause(const struct alarm_point *p)
{
    if (p->kind == ALARM_limits)
        return !node_attr(p->node, AT_high) && !node_attr(p->node, AT_low);
    return p->kind == ALARM_states && !p->alarm_states.n && sound(p->node, AT_alarmStates);
}

static bool tells_faults(const struct alarm_point *p)
{
    return p->kind == ALARM_limits ? node_attr(p->node, AT_faultHigh) || node_attr(p->node, AT_faultLow)
                                   : p->fault_states.n > 0;
}

static void check_kind(struct ctx *ctx, const struct alarm_point *p)
{
    for (size_t i = 0; i < sizeof of_kind / sizeof *of_kind; i++)
        if (of_kind[i].kind != (enum alarm_kind)p->kind)
            check_no_effect(ctx, p->node, of_kind[i].at, "it belongs to another kind");
    bool untold = p->kind == ALARM_states && !sound(p->node, AT_faultStates);
    if (lacks_cause(p) && (tells_faults(p) || untold))
        check_faults_alone(ctx, p);
    else if (lacks_cause(p))
        diag(ctx, p->pos, D_ALARM_INCOMPLETE,
             p->kind == ALARM_limits ? "kind=\"limits\" needs high or low, or faultHigh or faultLow"
                                     : "kind=\"states\" needs alarmStates or faultStates");
    if (p->kind == ALARM_feedback && !p->feedback.name.n)
        diag(ctx, p->pos, D_ALARM_INCOMPLETE, "kind=\"feedback\" needs feedback");
}

void check_alarm_points(struct ctx *ctx)
{
    for (const struct alarm_point *p = ctx->model->alarm_points; p; p = p->next) {
        if (sound(p->node, AT_kind))
            check_kind(ctx, p);
        if (p->kind == ALARM_limits || !sound(p->node, AT_kind))
            check_limits(ctx, p);
        const struct variable *reset = p->reset_variable.to;
        if (reset && !type_is_bool(reset->type) && type_known(reset)) {
            diag(ctx, place(p->node, AT_resetVariable), D_FEEDBACK_TYPE,
                 "the reset variable '%s' is %s, not BOOL", reset->name.s, type_name(reset->type));
            diag_note(ctx, reset->pos, "the variable");
        }
        if (p->reset == RESET_auto && sound(p->node, AT_reset))
            check_no_effect(ctx, p->node, AT_resetVariable, "reset is auto");
        check_text(ctx, p);
    }
}

/* Where the object got its alarm point from. */
static struct srcpos alarm_place(const struct publication *p)
{
    const struct object_row *row = publication_row(p);
    return place(row && row->alarm_point.name.n ? row->node : p->variable->node, AT_alarmPoint);
}

/* A value that the object may have; without texts the numbers of a multi-state object are 1 to high. */
static bool is_state(const struct publication *p, double value)
{
    double wire;
    return wire_value(p, value, &wire) && floor(value) == value && !(!p->variable->states.to && value > p->variable->high);
}

static bool has_blanks(const struct state_set *set)
{
    for (uint32_t i = 0; i < set->n_states; i++)
        if (strchr(set->states[i].text.s, ' '))
            return true;
    return false;
}

static void check_words(struct ctx *ctx, const struct publication *p, struct str states, enum at at)
{
    const struct state_set *set = p->variable->states.to;
    const struct alarm_point *a = publication_alarm(p);
    unsigned n = 0;
    if (!values_known(p->variable))
        return;
    struct state_list list = state_list(ctx, p->variable, states);
    for (struct str word; state_next(ctx, &list, &word); n++) {
        double value;
        if (value_read(p->variable, word, &value) && is_state(p, value))
            continue;
        diag(ctx, alarm_place(p), D_ALARM_STATE, "'%s' of '%s' is no state of '%s'", word.s, a->name.s,
             p->variable->name.s);
        diag_note(ctx, place(a->node, at), "named here");
        const char *meant = near_value(p->variable, word.s, word.n);
        if (meant)
            diag_hint(ctx, "did you mean '%s'?", meant);
        else if (set && list.between == ' ' && strchr(states.s, ' ') && has_blanks(set))
            diag_hint(ctx, "texts that have blanks stand between ; or in quotes");
    }
    if (states.n && !n) {
        diag(ctx, alarm_place(p), D_ALARM_STATE, "'%s' names no state in %s", a->name.s, at_names[at]);
        diag_note(ctx, place(a->node, at), "here");
    }
    if (is_binary(p->type) && at == AT_alarmStates && n > 1) {
        diag(ctx, alarm_place(p), D_ALARM_STATE, "%s has one alarm state, and '%s' names %u",
             object_type_name(p->type), a->name.s, n);
        diag_note(ctx, place(a->node, at), "named here");
    }
    double *values;
    if (set && is_multi(p->type) && at == AT_alarmStates && n &&
        alarm_values(ctx, p->variable, states, &values) == set->n_states) {
        diag(ctx, alarm_place(p), D_ALARM_STATE, "every state of '%s' is an alarm state of '%s': it is never normal",
             p->variable->name.s, a->name.s);
        diag_note(ctx, place(a->node, at), "named here");
    }
    if (is_binary(p->type) && at == AT_faultStates && n)
        check_no_effect(ctx, a->node, at, "binary objects have no fault states");
}

static void check_feedback(struct ctx *ctx, const struct publication *p)
{
    const struct alarm_point *a = publication_alarm(p);
    const struct variable *f = a->feedback.to;
    if (!f || !type_known(f) || !type_known(p->variable))
        return;
    bool same = f == p->variable;
    if (!same && type_is_bool(f->type) == type_is_bool(p->variable->type) &&
        type_is_real(f->type) == type_is_real(p->variable->type) && !type_is_schedule(f->type))
        return;
    if (same)
        diag(ctx, alarm_place(p), D_FEEDBACK_TYPE, "'%s' is its own feedback", f->name.s);
    else
        diag(ctx, alarm_place(p), D_FEEDBACK_TYPE, "feedback '%s' is %s, but '%s' is %s", f->name.s,
             type_name(f->type), p->variable->name.s, type_name(p->variable->type));
    diag_note(ctx, place(a->node, AT_feedback), "named here");
}

/* An analog output has none (table 12-3); inputs and values that share the alarm point do. */
static void check_fault_limits(struct ctx *ctx, const struct publication *p, enum at at)
{
    const struct alarm_point *a = publication_alarm(p);
    const struct attr *given = node_attr(a->node, at);
    if (!given || !given->n)
        return;
    diag(ctx, alarm_place(p), D_NO_EFFECT, "%s of '%s' has no effect: an analog output has no fault limits", at_names[at],
         a->name.s);
    diag_note(ctx, place(a->node, at), "named here");
    diag_hint(ctx, "give the output an alarm point without it");
}

/* What the variable's type alone decides: limits that are never passed, and an alarm that is never left. */
static void check_reach(struct ctx *ctx, const struct publication *p)
{
    const struct alarm_point *a = publication_alarm(p);
    const struct variable *v = p->variable;
    const bool outputs = p->type == OT_analog_output;           /* has no fault limits           */
    double lo, hi;
    if (!type_known(v) || type_is_real(v->type))
        return;
    type_range(v->type, &lo, &hi);
    /* A limit at the very end is the other one's company, as in 0 and 200 of an UINT. NaN: not given. */
    const struct { enum at at; bool never; } all[] = {
        {AT_high, a->high > hi || (a->high == hi && !(a->low > lo))},
        {AT_low, a->low < lo || (a->low == lo && !(a->high < hi))},
        {AT_faultHigh, !outputs && a->fault_high > hi}, {AT_faultLow, !outputs && a->fault_low < lo},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].never) {
            diag(ctx, alarm_place(p), D_NO_EFFECT, "%s of '%s' has no effect: %s '%s' goes no further", at_names[all[i].at],
                 a->name.s, type_name(v->type), v->name.s);
            diag_note(ctx, place(a->node, all[i].at), "named here");
            diag_hint(ctx, "give the variable a wider type, or an alarm point with a limit that it passes");
        }
    if ((a->high < hi && a->high - a->deadband <= lo) || (a->low > lo && a->low + a->deadband >= hi)) {
        diag(ctx, alarm_place(p), D_LIMITS_UPSIDE_DOWN,
             "the deadband of '%s' reaches to where %s '%s' ends: the alarm would never return", a->name.s,
             type_name(v->type), v->name.s);
        diag_note(ctx, place(a->node, AT_deadband), "named here");
    }
}

static bool kind_fits(uint8_t kind, uint32_t type)
{
    switch ((enum alarm_kind)kind) {
    case ALARM_limits: return is_analog(type);
    case ALARM_states: return (is_binary(type) || is_multi(type)) && !is_output(type);
    case ALARM_feedback: return (is_binary(type) || is_multi(type)) && is_output(type);
    default: return false;
    }
}

void check_alarm(struct ctx *ctx, const struct publication *p)
{
    static const char *const on[] = {"analog objects", "BI, BV, MI and MV", "BO and MO"};
    static const char *const kinds[] = {"limits", "states", "feedback"};
    const struct alarm_point *a = publication_alarm(p);
    if (!a || (a->poisoned && !sound(a->node, AT_kind)))
        return;
    if (!kind_fits(a->kind, p->type)) {
        diag(ctx, alarm_place(p), D_ALARM_KIND, "kind=\"%s\" is for %s; '%s' is %s", kinds[a->kind],
             on[a->kind], p->variable->name.s, object_type_name(p->type));
        diag_note(ctx, a->pos, "the alarm point");
    } else if (lacks_cause(a) && tells_faults(a) && (is_binary(p->type) || p->type == OT_analog_output)) {
        diag(ctx, alarm_place(p), D_ALARM_INCOMPLETE, "'%s' tells of faults alone, and %s has no fault %s", a->name.s,
             object_type_name(p->type), a->kind == ALARM_states ? "states" : "limits");
        diag_note(ctx, a->pos, "the alarm point");
    } else if (a->kind == ALARM_states) {
        check_words(ctx, p, a->alarm_states, AT_alarmStates);
        check_words(ctx, p, a->fault_states, AT_faultStates);
    } else if (a->kind == ALARM_feedback) {
        check_feedback(ctx, p);
    } else {
        check_reach(ctx, p);
        if (p->type == OT_analog_output) {
            check_fault_limits(ctx, p, AT_faultHigh);
            check_fault_limits(ctx, p, AT_faultLow);
        }
    }
}

static void check_recipient(struct ctx *ctx, const struct recipient *r)
{
    const struct attr *broadcast = node_attr(r->node, AT_broadcast);
    if (r->confirmed && broadcast && !broadcast->wrong)
        diag(ctx, place(r->node, AT_confirmed), D_CONFIRMED_BROADCAST,
             "confirmed notifications cannot go to a broadcast");
    if (!r->days || !r->transitions || r->from > r->to)
        diag(ctx, r->pos, D_NEVER, "this recipient never gets anything: %s",
             !r->days ? "it has no days" : !r->transitions ? "it has no transitions"
                                                           : "from is after to");
    if (r->days && r->transitions && r->from > r->to)
        diag_hint(ctx, "over midnight it takes two: one to 23:59:59.99, one from 00:00");
}

/* Annex J.1.2: an address on BACnet/IP is the IP address and the UDP port. */
static void check_local(struct ctx *ctx, const struct device *d, const struct recipient *r)
{
    enum { BIP_OCTETS = 6 };
    if (r->kind != RCP_ADDRESS || r->mac_len == BIP_OCTETS || !d->port || d->port->type != NT_ipv4 ||
        !sound(d->port->node, AT_type) || (r->network && r->network != d->port->network))
        return;
    diag(ctx, place(r->node, AT_mac), D_MAC_LENGTH, "on the network of '%s', BACnet/IP, an address has 12 digits, not %u",
         d->name.s, 2u * r->mac_len);
}

static bool overlap(const struct recipient *a, const struct recipient *b)
{
    return (a->transitions & b->transitions) && (a->days & b->days) && a->from <= b->to && b->from <= a->to;
}

static struct str recipient_key(struct ctx *ctx, const struct recipient *r)
{
    char key[80] = "";
    int n = snprintf(key, sizeof key, "%d %u %u %u ", (int)r->kind, r->device, r->network, r->process_id);
    for (unsigned i = 0; i < r->mac_len && n < (int)sizeof key - 2; i++)
        n += snprintf(key + n, sizeof key - (size_t)n, "%02x", r->mac[i]);
    return ctx_str(ctx, key, (size_t)n);
}

/* Two entries by which one recipient gets the same notification twice. */
static void check_twice(struct ctx *ctx, const struct notification_class *c)
{
    struct entry { const struct recipient *r; struct entry *before; };
    struct map *seen = c->recipients && c->recipients->next ? map_new(ctx->arena) : NULL;
    for (const struct recipient *r = seen ? c->recipients : NULL; r; r = r->next) {
        if (r->kind == RCP_NONE)
            continue;
        struct str key = recipient_key(ctx, r);
        struct entry *e = arena_alloc(ctx->arena, sizeof *e), *o = map_get(seen, key);
        *e = (struct entry){r, o};
        map_set(seen, key, e);
        while (o && !overlap(o->r, r))
            o = o->before;
        if (o) {
            diag(ctx, r->pos, D_RECIPIENT_TWICE, "this recipient gets the same notifications twice");
            diag_note(ctx, o->r->pos, "the other entry");
        }
    }
}

static void check_room(struct ctx *ctx, const struct notification_class *c)
{
    uint32_t n = 0;
    for (const struct recipient *r = c->recipients; r; r = r->next)
        n++;
    if (n > PROP_ELEMENTS_MAX)
        diag(ctx, c->pos, D_TOO_MANY, "notification class '%s' has %u recipients; %d is the limit", c->name.s, n,
             PROP_ELEMENTS_MAX);
}

void check_classes(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    for (const struct recipient *r = m->recipients; r; r = r->next)
        check_recipient(ctx, r);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL)) {
        for (const struct recipient *r = d->recipients; r; r = r->next)
            check_recipient(ctx, r);
        for (const struct notification_class *c = d->classes; c; c = c->next) {
            for (const struct recipient *r = c->recipients; r; r = r->next) {
                check_recipient(ctx, r);
                check_local(ctx, d, r);
            }
            check_twice(ctx, c);
            check_room(ctx, c);
            if (c->recipients || may_be_lost(ctx, EL_Recipient))
                continue;
            if (c->automatic)
                diag(ctx, c->pos, D_NO_RECIPIENTS,
                     "device '%s' has alarms, but nobody gets them: Class_1 has no recipients",
                     d->name.s);
            else
                diag(ctx, c->pos, D_NO_RECIPIENTS, "notification class '%s' has no recipients",
                     c->name.s);
        }
    }
}
