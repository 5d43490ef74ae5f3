/* Pass "resolve": names become pointers, units become codes, values written as text become numbers,
 * defaults that depend on other things are filled in. A bad reference is reported and poisons only
 * what uses it. */
#include "compiler/resolve.h"

#include "compiler/model_pass.h"
#include "compiler/number_text.h"
#include "compiler/publish_pass.h"

#include <math.h>
#include <string.h>

enum { TEXTS_AHEAD = 4 };        /* variables whose texts are asked for before they are looked at */

/* What a report says that there is none of. */
static bool perhaps_lost(struct ctx *ctx, enum diag_code code, struct str name, struct srcpos pos)
{
    static const struct {
        enum diag_code code;
        enum el el;
    } of[] = {
        {D_UNKNOWN_VARIABLE, EL_Variable}, {D_UNKNOWN_STATE_TEXTS, EL_StateTexts},
        {D_UNKNOWN_ALARM_POINT, EL_AlarmPoint}, {D_UNKNOWN_PLC, EL_Plc},
        {D_UNKNOWN_SOURCE, EL_Mqtt}, {D_UNKNOWN_SOURCE, EL_Modbus}, {D_UNKNOWN_SOURCE, EL_Simulate},
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (of[i].code == code && name_may_be_lost(ctx, of[i].el, name, pos))
            return true;
    return false;
}

void *resolve_name(struct ctx *ctx, const struct map *map, struct str name, const struct node *n,
                   enum at at, enum diag_code code, const char *what)
{
    if (!name.n)
        return NULL;
    void *thing = map_get(map, name);
    if (thing || perhaps_lost(ctx, code, name, place(n, at)))
        return thing;
    diag(ctx, place(n, at), code, "there is no %s '%s'", what, name.s);
    if (diag_errors(ctx) > HINTS_LIMIT)
        return NULL;
    struct near near = near_of(name.s, name.n);
    for (size_t i = 0; i < map_count(map); i++) {
        struct str key;
        map_at(map, i, &key);
        near_offer(&near, key.s, key.n);
    }
    if (near_take(&near))
        diag_hint(ctx, "did you mean '%s'?", near_take(&near));
    return NULL;
}

bool resolve_add(struct ctx *ctx, struct map *map, struct str name, void *thing, struct srcpos pos,
                 const struct srcpos *(*place_of)(const void *thing), const char *what)
{
    if (!name.n)
        return true;
    const void *earlier = map_add(map, name, thing);
    if (!earlier)
        return true;
    diag(ctx, pos, D_DUPLICATE_NAME, "there are two %s '%s'", what, name.s);
    diag_note(ctx, *place_of(earlier), "the first one");
    return false;
}

#define PLACE_OF(s)                                                                                \
    static const struct srcpos *place_of_##s(const void *thing)                                    \
    {                                                                                              \
        return &((const struct s *)thing)->pos;                                                    \
    }
PLACE_OF(variable)
PLACE_OF(state_set)
PLACE_OF(alarm_point)
PLACE_OF(source)
PLACE_OF(plc)

static const struct type_row {
    const char *name;
    double lo, hi;
} type_rows[VAR_TYPES] = {
    [VT_bool] = {"BOOL", 0, 1},
    [VT_sint] = {"SINT", -128, 127},
    [VT_int] = {"INT", -32768, 32767},
    [VT_dint] = {"DINT", -2147483648.0, 2147483647.0},
    [VT_usint] = {"USINT", 0, 255},
    [VT_uint] = {"UINT", 0, 65535},
    [VT_udint] = {"UDINT", 0, 4294967295.0},
    [VT_byte] = {"BYTE", 0, 255},
    [VT_word] = {"WORD", 0, 65535},
    [VT_dword] = {"DWORD", 0, 4294967295.0},
    [VT_real] = {"REAL", -3.4028234663852886e38, 3.4028234663852886e38},
    [VT_lreal] = {"LREAL", -1.7976931348623157e308, 1.7976931348623157e308},
    [VT_schedule_bool] = {"SCHEDULE_BOOL", 0, 1},
    [VT_schedule_int] = {"SCHEDULE_INT", -2147483648.0, 2147483647.0},
    [VT_schedule_real] = {"SCHEDULE_REAL", -3.4028234663852886e38, 3.4028234663852886e38},
};

bool type_is_bool(unsigned t) { return t == VT_bool || t == VT_schedule_bool; }
bool type_is_real(unsigned t) { return t == VT_real || t == VT_lreal || t == VT_schedule_real; }
bool type_is_integer(unsigned t) { return !type_is_bool(t) && !type_is_real(t); }
bool type_is_schedule(unsigned t) { return t >= VT_schedule_bool; }
const char *type_name(unsigned t) { return type_rows[t].name; }

void type_range(unsigned t, double *lo, double *hi)
{
    *lo = type_rows[t].lo;
    *hi = type_rows[t].hi;
}

/* Type and access say what kind of object a variable wants to be. */
static uint32_t suggested_type(const struct variable *v)
{
    static const uint8_t by_access[3][3] = {       /* analog, binary, multi-state              */
        [ACCESS_READ_WRITE] = {OT_analog_value, OT_binary_value, OT_multi_state_value},
        [ACCESS_READ] = {OT_analog_input, OT_binary_input, OT_multi_state_input},
        [ACCESS_OUTPUT] = {OT_analog_output, OT_binary_output, OT_multi_state_output},
    };
    if (type_is_schedule(v->type))
        return OT_schedule;
    unsigned kind = type_is_bool(v->type) ? 1 : type_is_integer(v->type) && v->states.name.n ? 2 : 0;
    return by_access[v->access][kind];
}

bool type_known(const struct variable *v)
{
    return !v->poisoned || sound(v->node, AT_type);
}

bool values_known(const struct variable *v)
{
    return type_known(v) && (v->states.to || !v->states.name.n);
}

const char *near_value(const struct variable *v, const char *text, size_t n)
{
    struct near near = near_of(text, n);
    const struct state_set *set = v->states.to;
    for (uint32_t i = 0; set && i < set->n_states; i++)
        near_offer(&near, set->states[i].text.s, set->states[i].text.n);
    if (type_is_bool(v->type)) {
        near_offer(&near, "true", 4);
        near_offer(&near, "false", 5);
    }
    return near_take(&near);
}

void tell_no_value(struct ctx *ctx, struct srcpos pos, const struct variable *v, struct str text)
{
    if (!values_known(v))
        return;
    diag(ctx, pos, D_BAD_VALUE, "'%s' is no value of '%s'", text.s, v->name.s);
    const char *meant = near_value(v, text.s, text.n);
    if (meant)
        diag_hint(ctx, "did you mean '%s'?", meant);
}

bool schedule_typed(const struct schedule *s)
{
    const struct variable *v = s->variable.to;
    return v && type_is_schedule(v->type);
}

bool value_read(const struct variable *v, struct str text, double *value)
{
    if (parse_real(text.s, text.n, value))
        return true;
    if (type_is_bool(v->type) && text.n == 4 && !memcmp(text.s, "true", 4)) {
        *value = 1;
        return true;
    }
    if (type_is_bool(v->type) && text.n == 5 && !memcmp(text.s, "false", 5)) {
        *value = 0;
        return true;
    }
    const struct state *s = v->states.to ? state_by_text(v->states.to, text) : NULL;
    if (s)
        *value = (double)s->value;
    return s != NULL;
}

static void initial_value(struct ctx *ctx, struct variable *v)
{
    const struct state_set *set = v->states.to;
    if (v->initial_text.n && !value_read(v, v->initial_text, &v->initial)) {
        tell_no_value(ctx, place(v->node, AT_initial), v, v->initial_text);
        v->initial_text.n = 0;
    }
    if (v->initial_text.n)
        return;
    v->initial = 0;
    if (set && set->n_states && !state_by_value(set, 0))
        v->initial = (double)set->states[0].value;
    if (v->low > v->initial)
        v->initial = v->low;
    if (v->high < v->initial)
        v->initial = v->high;
}

static void resolve_bindings(struct ctx *ctx, struct binding *first)
{
    for (struct binding *b = first; b; b = b->next)
        b->source.to = resolve_name(ctx, ctx->model->source_map, b->source.name,
                                    b->node, AT_source, D_UNKNOWN_SOURCE, "source");
}

static void tell_no_device(struct ctx *ctx, const struct on_plc *on)
{
    const struct plc *plc = on->plc.to;
    struct near near = near_of(on->device.name.s, on->device.name.n);
    if (name_may_be_lost(ctx, EL_Device, on->device.name, place(on->node, AT_bacnetDevice)))
        return;
    diag(ctx, place(on->node, AT_bacnetDevice), D_UNKNOWN_DEVICE, "PLC '%s' has no device '%s'", plc->name.s,
         on->device.name.s);
    if (diag_errors(ctx) > HINTS_LIMIT)
        return;
    for (const struct device *d = first_device(ctx->model, plc); d; d = next_device(d, plc))
        near_offer(&near, d->name.s, d->name.n);
    if (near_take(&near))
        diag_hint(ctx, "did you mean '%s'?", near_take(&near));
}

static void resolve_on(struct ctx *ctx, struct variable *v)
{
    for (struct on_plc *on = variable_rare(v)->on_list; on; on = on->next) {
        on->plc.to = resolve_name(ctx, ctx->model->plc_map, on->plc.name, on->node, AT_plc,
                                  D_UNKNOWN_PLC, "PLC");
        for (struct on_plc *o = variable_rare(v)->on_list; on->plc.to && o != on; o = o->next)
            if (o->plc.to == on->plc.to) {
                diag(ctx, node_pos(on->node), D_DUPLICATE_ON, "'%s' has two On for PLC '%s'",
                     v->name.s, on->plc.name.s);
                diag_note(ctx, node_pos(o->node), "the first one");
                break;
            }
        if (on->plc.to && on->device.name.n) {
            on->device.to = device_by_name(on->plc.to, on->device.name);
            if (!on->device.to)
                tell_no_device(ctx, on);
        }
        resolve_bindings(ctx, on->bindings);
    }
}

static void resolve_variable(struct ctx *ctx, struct variable *v)
{
    struct model *m = ctx->model;
    if (v->states.name.n)
        v->states.to = resolve_name(ctx, m->state_set_map, v->states.name,
                                    v->node, AT_stateTexts, D_UNKNOWN_STATE_TEXTS,
                                    "StateTexts");
    const struct state_set *set = v->states.to;
    if (set && set->poisoned)
        v->states.to = NULL;
    if (variable_rare(v)->alarm_point.name.n)
        v->rare->alarm_point.to = resolve_name(ctx, m->alarm_point_map, variable_rare(v)->alarm_point.name,
                                         v->node, AT_alarmPoint, D_UNKNOWN_ALARM_POINT,
                                         "alarm point");
    bool given = v->data_point_type != NOT_SET && !type_is_schedule(v->type);
    v->object_type = (uint8_t)(given ? v->data_point_type : suggested_type(v));
    initial_value(ctx, v);
    if (variable_rare(v)->bindings)
        resolve_bindings(ctx, variable_rare(v)->bindings);
    if (variable_rare(v)->on_list)
        resolve_on(ctx, v);
}

static void resolve_alarm_point(struct ctx *ctx, struct alarm_point *p)
{
    p->feedback.to = resolve_variable_name(ctx, p->feedback.name, p->node, AT_feedback);
    p->reset_variable.to = resolve_variable_name(ctx, p->reset_variable.name, p->node, AT_resetVariable);
}

#define FILL_MAP(map, first, type, key, what)                                                      \
    for (struct type *t = (first); t; t = t->next) {                                               \
        if (!t->key.n)                                                                             \
            lose_node(ctx, t->node);                                                           \
        resolve_add(ctx, (map), t->key, t, t->pos, place_of_##type, what);                         \
    }

/* Made when a variable is first asked for by name: of most projects few are. */
static const struct map *variables_by_name(struct ctx *ctx)
{
    struct model *m = ctx->model;
    if (!m->variable_map) {
        m->variable_map = map_new(ctx->arena);
        map_expect(m->variable_map, m->n_variables);
        for (struct variable *v = m->variables; v; v = v->next)
            if (v->name.n)
                (void)map_add(m->variable_map, v->name, v);
    }
    return m->variable_map;
}

struct variable *variable_by_name(struct ctx *ctx, struct str name)
{
    return map_get(variables_by_name(ctx), name);
}

struct variable *resolve_variable_name(struct ctx *ctx, struct str name, const struct node *n, enum at at)
{
    if (!name.n)
        return NULL;
    return resolve_name(ctx, variables_by_name(ctx), name, n, at, D_UNKNOWN_VARIABLE, "variable");
}

static void report_twins(struct ctx *ctx)
{
    struct map *map = map_new(ctx->arena);
    FILL_MAP(map, ctx->model->variables, variable, name, "variables");
    map_drop(map);
}

static void resolve_variables(struct ctx *ctx)
{
    struct model *m = ctx->model;
    struct units *units = resolve_units_begin(ctx);
    struct names *names = names_new(ctx->arena, ctx->strs);
    struct room *room = room_new(ctx);
    const struct variable *soon = m->variables;
    bool twins = false;
    for (int i = 0; soon && i < TEXTS_AHEAD; i++)
        soon = soon->next;
    for (struct variable *v = m->variables; v; v = v->next, soon = soon ? soon->next : NULL) {
        look_ahead(v, BEFORE(node));
        if (soon) {
            __builtin_prefetch(soon->name.s);
            __builtin_prefetch(soon->initial_text.s);
        }
        if (!v->name.n)
            lose_node(ctx, v->node);
        else
            twins |= !names_add(names, v->name);
        m->any_guid |= variable_rare(v)->guid.n != 0;
        m->any_formerly |= variable_rare(v)->formerly.n != 0;
        m->any_binding |= variable_rare(v)->bindings || variable_rare(v)->on_list;
        resolve_variable(ctx, v);
        resolve_unit(units, v);
        room_variable(room, v);
    }
    room_end(room);
    names_drop(names);
    if (twins)
        report_twins(ctx);
    resolve_units_end(units);
}

void pass_resolve(struct ctx *ctx)
{
    struct model *m = ctx->model;
    if (!m)
        return;
    m->state_set_map = map_new(ctx->arena);
    m->alarm_point_map = map_new(ctx->arena);
    m->source_map = map_new(ctx->arena);
    m->plc_map = map_new(ctx->arena);
    FILL_MAP(m->state_set_map, m->state_sets, state_set, name, "StateTexts");
    FILL_MAP(m->alarm_point_map, m->alarm_points, alarm_point, name, "alarm points");
    FILL_MAP(m->source_map, m->sources, source, id, "sources");
    FILL_MAP(m->plc_map, m->plcs, plc, name, "PLCs");
    resolve_device_names(ctx);
    resolve_variables(ctx);
    for (struct alarm_point *p = m->alarm_points; p; p = p->next)
        resolve_alarm_point(ctx, p);
    for (struct source *s = m->sources; s; s = s->next)
        s->alarm_point.to = resolve_name(ctx, m->alarm_point_map, s->alarm_point.name,
                                         s->node, AT_alarmPoint, D_UNKNOWN_ALARM_POINT,
                                         "alarm point");
    resolve_devices(ctx);
}
