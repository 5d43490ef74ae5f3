/* Checks of bindings: what bacrt could not open. There one binding that is not possible takes its whole
 * source with it, so it is an error here. */
#include "compiler/check.h"

#include "compiler/number_text.h"
#include "compiler/publish.h"
#include "compiler/resolve.h"
#include "schemas/bacnet.h"

#include <stdarg.h>
#include <string.h>

enum { REGISTERS = 65536, TOPIC_MAX = 65535, PATH_STEPS = 16 };

/* Which attributes of Bind belong to which kind of source. */
static const struct { enum at at; const char *kinds; } bind_attrs[] = {
    {AT_register, "Modbus"}, {AT_writeRegister, "Modbus"}, {AT_order, "Modbus"},
    {AT_bit, "Modbus"},      {AT_unit, "Modbus"},          {AT_poll, "Modbus"},
    {AT_read, "Mqtt"},       {AT_write, "Mqtt"},           {AT_qos, "Mqtt"}, {AT_retain, "Mqtt"},
    {AT_echo, "Mqtt"},       {AT_deadband, "Mqtt|Modbus"},
    {AT_as, "Mqtt|Modbus"},  {AT_scale, "Mqtt|Modbus"},    {AT_offset, "Mqtt|Modbus"},
    {AT_stale, "Mqtt|Modbus"}, {AT_onStale, "Mqtt|Modbus"},
    {AT_path, "Mqtt|Simulate"},  {AT_signal, "Simulate"},  {AT_period, "Simulate"},
    {AT_amplitude, "Simulate"},  {AT_mean, "Simulate"},    {AT_value, "Simulate"},
    {AT_resolution, "Simulate"},
};

/* The attribute, if it was given, understood and is not empty. */
static const struct attr *given(const struct node *n, enum at at)
{
    const struct attr *a = node_attr(n, at);
    return a && !a->wrong && a->n ? a : NULL;
}

__attribute__((format(printf, 4, 5)))
static void impossible(struct ctx *ctx, const struct node *n, enum at at, const char *fmt, ...)
{
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    diag(ctx, place(n, at), D_BIND_IMPOSSIBLE, "%s", text);
}

/* ---- Modbus ---- */

/* How many registers a number of that form takes. */
static unsigned registers_of(const char *form)
{
    return strstr(form, "64") ? 4 : strstr(form, "32") ? 2 : 1;
}

/* Without `as`: a register for a bit, else as wide as the variable. */
static const char *form_of(const struct variable *v, const struct node *n)
{
    static const char *const by_type[VAR_TYPES] = {
        [VT_bool] = "bool",        [VT_sint] = "int8",        [VT_int] = "int16",
        [VT_dint] = "int32",       [VT_usint] = "uint8",      [VT_uint] = "uint16",
        [VT_udint] = "uint32",     [VT_byte] = "uint8",       [VT_word] = "uint16",
        [VT_dword] = "uint32",     [VT_real] = "float32",     [VT_lreal] = "float64",
        [VT_schedule_bool] = "bool", [VT_schedule_int] = "uint32", [VT_schedule_real] = "float32",
    };
    const struct attr *as = given(n, AT_as);
    return as ? as->value : given(n, AT_bit) ? "uint16" : by_type[v->type];
}

static bool is_bits(const struct attr *a)
{
    return !strncmp(a->value, "coil", 4) || !strncmp(a->value, "discrete", 8);
}

static void check_register(struct ctx *ctx, const struct node *n, enum at at, const char *form)
{
    const struct attr *a = given(n, at);
    const char *colon = a ? strchr(a->value, ':') : NULL;
    int64_t address;
    if (!colon || !parse_int(colon + 1, strlen(colon + 1), &address))
        return;
    unsigned count = is_bits(a) ? 1 : registers_of(form);
    if (address + count > REGISTERS)
        impossible(ctx, n, at, "%s takes %u registers: from '%s' on they go beyond the last", form, count, a->value);
}

/* Read less often than it may be silent: it would be stale between any two readings. */
static void check_stale(struct ctx *ctx, const struct source *s, const struct node *n)
{
    const struct node *polled = given(n, AT_poll) ? n : s->node;
    const struct attr *stale = given(n, AT_stale), *poll = given(polled, AT_poll);
    uint64_t silence, every = 1000;
    if (!stale || !sound(n, AT_poll) || !sound(s->node, AT_poll) || !parse_duration(stale->value, stale->n, &silence) ||
        (poll && !parse_duration(poll->value, poll->n, &every)) || !silence || silence > every)
        return;
    diag(ctx, place(n, AT_stale), D_STALE_TOO_SHORT, "stale after %s, but read every %s only", stale->value,
         poll ? poll->value : "1s");
    if (poll)
        diag_note(ctx, place(polled, AT_poll), "the time between polls");
}

/* A serial line has units 1 to 247, and nobody answers to 0; over TCP there are 0 and 255 besides. */
static void check_unit(struct ctx *ctx, const struct source *s, const struct node *n)
{
    const struct node *whose = node_attr(n, AT_unit) ? n : s->node;
    const struct attr *unit = given(whose, AT_unit), *url = given(s->node, AT_url);
    int64_t k;
    if (!unit || !url || !parse_int(unit->value, unit->n, &k) || k > 255 || k < 0)
        return;
    bool serial = !strncmp(url->value, "modbus-rtu", 10);
    if (serial ? k < 1 || k > 247 : k > 247 && k < 255)
        impossible(ctx, whose, AT_unit, serial ? "unit %d cannot be asked: on a serial line they are 1 to 247"
                                               : "unit %d cannot be asked: they are 0 to 247, and 255", (int)k);
}

static void check_modbus(struct ctx *ctx, const struct variable *v, const struct node *n)
{
    const struct attr *in = given(n, AT_register), *out = given(n, AT_writeRegister);
    const struct attr *order = given(n, AT_order);
    if (!node_attr(n, AT_register) && !node_attr(n, AT_writeRegister))
        diag(ctx, node_pos(n), D_BIND_INCOMPLETE, "a binding to Modbus needs register or writeRegister");
    if (!sound(n, AT_as) || !sound(n, AT_bit) || !type_known(v))
        return;
    const char *form = form_of(v, n);
    unsigned octets = 2 * registers_of(form);
    bool bits = in && is_bits(in) && (!out || is_bits(out));
    if (bits && (order || given(n, AT_bit))) {
        impossible(ctx, n, order ? AT_order : AT_bit, "a coil or discrete input is one bit: it has no %s",
                   order ? "order" : "bits");
    } else if (given(n, AT_bit) && octets != 2) {
        impossible(ctx, n, AT_bit, "bit is a bit of one register, and %s takes %u", form, octets / 2);
    } else if (order && order->n != octets) {
        impossible(ctx, n, AT_order, "order '%s' has %u octets, and %s has %u", order->value, order->n, form, octets);
    }
    check_register(ctx, n, AT_register, form);
    check_register(ctx, n, AT_writeRegister, form);
    if (out && (!strncmp(out->value, "input", 5) || !strncmp(out->value, "discrete", 8)))
        impossible(ctx, n, AT_writeRegister, "'%s' cannot be written: coils and holding registers can", out->value);
}

/* ---- MQTT ---- */

/* As MQTT 3.1.1 has it, 4.7: + is a whole level, # the last one; neither in what is published. */
static bool is_topic(const struct attr *a, bool filter)
{
    for (const char *p = a->value; *p; p++) {
        bool begins = p == a->value || p[-1] == '/', ends = !p[1] || p[1] == '/';
        if ((*p == '+' || *p == '#') && !(filter && begins && ends && (*p == '+' || !p[1])))
            return false;
    }
    return a->n <= TOPIC_MAX;
}

static void check_topic(struct ctx *ctx, const struct node *n, enum at at, bool filter)
{
    const struct attr *a = given(n, at);
    if (a && !is_topic(a, filter))
        impossible(ctx, n, at, filter ? "'%.80s' is no topic: + is a whole level, # the last one"
                                      : "'%.80s' is no topic to publish to: it has no + and #", a->value);
}

/* $ and steps: .name ["name"] [number]. The number of steps, -1: it is no path. */
static int path_steps(const char *p, bool *index)
{
    int steps = 0;
    if (*p++ != '$')
        return -1;
    for (; *p; steps++) {
        size_t n = strcspn(p + 1, ".[");
        const char *end = NULL;
        if (*p == '.' && n) {
            end = p + 1 + n;
        } else if (*p == '[' && (p[1] == '"' || p[1] == '\'')) {
            const char *quote = strchr(p + 2, p[1]);
            end = quote && quote[1] == ']' ? quote + 2 : NULL;
        } else if (*p == '[') {
            size_t digits = strspn(p + 1, "0123456789");
            end = digits && digits <= 6 && p[1 + digits] == ']' ? p + digits + 2 : NULL;
            *index = true;
        }
        if (!end)
            return -1;
        p = end;
    }
    return steps;
}

static void check_mqtt(struct ctx *ctx, const struct node *n)
{
    const struct attr *path = given(n, AT_path);
    bool index = false;
    if (!given(n, AT_read) && !given(n, AT_write) && sound(n, AT_read) && sound(n, AT_write))
        diag(ctx, node_pos(n), D_BIND_INCOMPLETE, "a binding to Mqtt needs read or write");
    check_topic(ctx, n, AT_read, true);
    check_topic(ctx, n, AT_write, false);
    int steps = path ? path_steps(path->value, &index) : 0;
    if (steps < 0 || steps > PATH_STEPS)
        impossible(ctx, n, AT_path, "'%.80s' is no path: $.name[0] is one, of at most %d steps", path->value, PATH_STEPS);
    else if (index && given(n, AT_write))
        impossible(ctx, n, AT_path, "nothing can be written at '%.80s': what the other elements are is not known",
                   path->value);
}

/* The constant of a simulated variable: bacrt would take another one in its place. */
static void check_constant(struct ctx *ctx, const struct variable *v, const struct node *n)
{
    const struct attr *a = given(n, AT_value);
    double value;
    if (a && !value_read(v, (struct str){a->value, a->n}, &value))
        tell_no_value(ctx, place(n, AT_value), v, (struct str){a->value, a->n});
}

static void check_binding(struct ctx *ctx, const struct variable *v, const struct binding *b)
{
    const struct source *s = b->source.to;
    const struct attr *scale = given(b->node, AT_scale), *priority = given(b->node, AT_priority);
    double factor;
    int64_t n;
    if (scale && parse_real(scale->value, scale->n, &factor) && factor == 0)
        impossible(ctx, b->node, AT_scale, "scale 0 makes every value the same");
    if (priority && parse_int(priority->value, priority->n, &n) && n == BACNET_PRIORITY_MIN_ON_OFF)
        impossible(ctx, b->node, AT_priority, "priority 6 is reserved for minimum on and off times");
    if (!s)
        return;
    for (size_t i = 0; i < sizeof bind_attrs / sizeof *bind_attrs; i++)
        if (!strstr(bind_attrs[i].kinds, s->kind.s) && node_attr(b->node, bind_attrs[i].at))
            check_no_effect(ctx, b->node, bind_attrs[i].at, arena_printf(ctx->arena, "the source is %s", s->kind.s));
    if (!strcmp(s->kind.s, "Modbus")) {
        check_modbus(ctx, v, b->node);
        if (node_attr(b->node, AT_unit))
            check_unit(ctx, s, b->node);
        check_stale(ctx, s, b->node);
    }
    if (!strcmp(s->kind.s, "Mqtt"))
        check_mqtt(ctx, b->node);
    if (!strcmp(s->kind.s, "Simulate"))
        check_constant(ctx, v, b->node);
}

static bool is_input_register(const struct attr *a)
{
    return !strncmp(a->value, "input", 5) || !strncmp(a->value, "discrete", 8);
}

/* Nothing goes out by this binding; *told: the attribute that says so. What is only read is written by a writeRegister
 * alone. A simulation stands for something that takes what is written. */
static bool reads_only(const struct variable *v, const struct binding *b, enum at *told)
{
    const struct source *s = b->source.to;
    const struct attr *in = given(b->node, AT_register);
    *told = AT_source;
    if (!s)
        return false;
    if (!strcmp(s->kind.s, "Modbus")) {
        bool fixed = in && is_input_register(in);
        *told = AT_register;
        return in && (fixed || v->access == ACCESS_READ) && !node_attr(b->node, AT_writeRegister) &&
               sound(b->node, AT_writeRegister);
    }
    if (!strcmp(s->kind.s, "Mqtt")) {
        *told = AT_read;
        return given(b->node, AT_read) && !node_attr(b->node, AT_write) && sound(b->node, AT_write);
    }
    return false;
}

/* Did somebody ask for writing? What nobody has said anything of can be written as well, and mostly is not. */
static bool meant_to_be_written(const struct variable *v, const struct publication *p)
{
    const struct object_row *row = publication_row(p);
    return is_output(p->type) || node_attr(v->node, AT_access) ||
           (p->commandable && (v->commandable == YES || (row && row->commandable == YES)));
}

/* An object by which clients are to write the variable and whose PLC has these bindings; NULL: none, or one that is
 * told of anyhow (an output that is declared as read). */
static const struct publication *written_by(const struct variable *v, const struct binding *all)
{
    for (const struct publication *p = v->publications; p; p = publication_next(p)) {
        const struct on_plc *on = on_of(v, p->device->plc);
        const struct binding *own = on && on->bindings ? on->bindings : variable_rare(v)->bindings;
        bool told = is_output(p->type) && v->access == ACCESS_READ;
        if (own == all && p->writable && meant_to_be_written(v, p) && writing_known(p) && !p->device->read_only && !told)
            return p;
    }
    return NULL;
}

/* How to give the binding one. A register that can be written is not for want of access alone. */
static const char *way_out(const struct variable *v, const struct binding *b, enum at told)
{
    const struct attr *in = given(b->node, AT_register);
    if (told == AT_read)
        return "give write, a topic";
    return v->access == ACCESS_READ && (!strncmp(in->value, "coil", 4) || !strncmp(in->value, "holding", 7))
               ? "give access=\"readWrite\"" : "give a writeRegister";
}

/* What is commanded or written, and its sources only read it. */
static void check_reached(struct ctx *ctx, const struct variable *v, const struct binding *all)
{
    enum at told;
    const struct publication *p = all ? written_by(v, all) : NULL;
    bool output = v->access == ACCESS_OUTPUT && sound(v->node, AT_access);
    if (!all || (!output && !p))
        return;
    for (const struct binding *b = all; b; b = b->next)
        if (!reads_only(v, b, &told))
            return;
    (void)reads_only(v, all, &told);
    const struct source *s = all->source.to;
    const char *way = way_out(v, all, told);
    if (output)
        diag(ctx, place(all->node, told), D_OUTPUT_OF_INPUT,
             "'%s' has access=\"output\", but '%s' only reads: commands to it reach nothing", v->name.s, s->id.s);
    else
        diag(ctx, place(all->node, told), D_LOST_WRITES, "'%s' only reads '%s': what is written to its %s reaches nothing",
             s->id.s, v->name.s, object_type_name(p->type));
    if (output || is_output(p->type))
        diag_hint(ctx, "%s", way);
    else
        diag_hint(ctx, v->access == ACCESS_READ ? "%s, or commandable=\"false\" if nobody is to command it"
                                                : "%s, or access=\"read\" if nobody is to write it", way);
}

/* Nothing comes in by this binding. What is an output is written where it is not told to be read elsewhere. */
static bool writes_only(const struct variable *v, const struct binding *b)
{
    const struct source *s = b->source.to;
    const struct attr *in = given(b->node, AT_register), *out = given(b->node, AT_writeRegister);
    if (s && !strcmp(s->kind.s, "Mqtt"))
        return !node_attr(b->node, AT_read) && given(b->node, AT_write);
    if (!s || strcmp(s->kind.s, "Modbus") != 0 || !sound(b->node, AT_register) || !sound(b->node, AT_writeRegister))
        return false;
    if (!in)
        return out;
    return v->access == ACCESS_OUTPUT && !is_input_register(in) && (!out || !strcmp(out->value, in->value));
}

/* A priority to command at, and nothing that commands, or takes commands. */
static void check_priority(struct ctx *ctx, const struct variable *v, const struct binding *b)
{
    if (writes_only(v, b)) {
        check_no_effect(ctx, b->node, AT_priority, "the binding only writes: it has nothing to command");
        return;
    }
    for (const struct publication *p = v->publications; p; p = publication_next(p))
        if (p->commandable || !writing_known(p))
            return;
    if (v->publications)
        check_no_effect(ctx, b->node, AT_priority, "no object of the variable takes commands");
}

static void check_bindings(struct ctx *ctx, const struct variable *v, const struct binding *all)
{
    for (const struct binding *b = all; b; b = b->next) {
        check_binding(ctx, v, b);
        check_priority(ctx, v, b);
    }
    check_reached(ctx, v, all);
}

void check_sources(struct ctx *ctx)
{
    for (const struct source *s = ctx->model->sources; s; s = s->next) {
        if (node_attr(s->node, AT_password))
            diag(ctx, place(s->node, AT_password), D_PLAIN_PASSWORD,
                 "the password of '%s' stands in the project in clear", s->id.s);
        if (!strcmp(s->kind.s, "Modbus"))
            check_unit(ctx, s, s->node);
        check_topic(ctx, s->node, AT_statusTopic, false);
        check_topic(ctx, s->node, AT_availability, true);
    }
    for (const struct variable *v = ctx->model->any_binding ? ctx->model->variables : NULL; v; v = v->next) {
        check_bindings(ctx, v, variable_rare(v)->bindings);
        for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
            check_bindings(ctx, v, on->bindings);
    }
}
