/* `bacc export-csv`: the project's variables as a point list, one row per variable and device,
 * self-contained: state texts and alarm points stand in each row that uses them. Read back by
 * import_csv.c. Values are as the project writes them, objects as they are published. */
#include "compiler/commands.h"
#include "compiler/csv.h"
#include "compiler/number_text.h"
#include "compiler/options.h"
#include "compiler/outfile.h"
#include "compiler/output.h"
#include "compiler/pass.h"
#include "compiler/plan.h"
#include "compiler/publish.h"
#include "compiler/syntax.h"
#include "compiler/textbuf.h"
#include "schemas/units.h"

#include <stdio.h>
#include <string.h>

enum col {
    X_name, X_type, X_unit, X_access, X_low, X_high, X_initial, X_retain, X_commandable,
    X_covIncrement, X_minimumOnTime, X_minimumOffTime, X_counters, X_stateTexts, X_states,
    X_polarity, X_description, X_location, X_discipline, X_dataPointName, X_dataPointType,
    X_alarmPoint, X_alarm, X_notificationClass, X_classInstance, X_class, X_bacnetVisible, X_plc,
    X_device, X_deviceInstance, X_instance, X_number, X_guid, X_formerly, X_bind, X_sources, X_COLS
};
static const char *const titles[X_COLS] = {
    "name", "type", "unit", "access", "low", "high", "initial", "retain", "commandable",
    "covIncrement", "minimumOnTime", "minimumOffTime", "counters", "stateTexts", "states",
    "polarity", "description", "location", "discipline", "dataPointName", "dataPointType",
    "alarmPoint", "alarm", "notificationClass", "classInstance", "class", "bacnetVisible", "plc",
    "device", "deviceInstance", "instance", "number", "guid", "formerly",
    "bind", "sources",
};
/* Columns that hold a Variable's attribute as it is written. */
static const struct { enum col col; enum at at; } plain[] = {
    { X_name, AT_name },               { X_type, AT_type },         { X_unit, AT_unit },
    { X_access, AT_access },           { X_low, AT_low },           { X_high, AT_high },
    { X_initial, AT_initial },         { X_retain, AT_retain },
    { X_commandable, AT_commandable }, { X_covIncrement, AT_covIncrement },
    { X_stateTexts, AT_stateTexts },   { X_polarity, AT_polarity },
    { X_description, AT_description }, { X_location, AT_location },
    { X_discipline, AT_discipline },   { X_dataPointName, AT_dataPointName },
    { X_dataPointType, AT_dataPointType }, { X_alarmPoint, AT_alarmPoint },
    { X_notificationClass, AT_notificationClass }, { X_bacnetVisible, AT_bacnetVisible },
    { X_guid, AT_guid },               { X_formerly, AT_formerly },
    { X_minimumOnTime, AT_minimumOnTime }, { X_minimumOffTime, AT_minimumOffTime },
    { X_counters, AT_counters },
};

struct sheet {
    struct ctx *ctx;
    struct textbuf out;
    char delimiter, decimal;
    const char *cells[X_COLS];
    const char *first[X_COLS];  /* of the variable's first object                              */
    struct map *numbers;        /* what an object stands for (as a pointer) -> its number      */
    struct map *schedules;      /* variable's name -> struct place                             */
};
struct place { const struct device *device; const struct schedule *schedule; };

static struct str pointer_key(struct ctx *ctx, const void *p)
{
    return ctx_str(ctx, (const char *)&p, sizeof p);
}

static const char *number_text(struct sheet *s, uint32_t n)
{
    return n == NOT_SET ? "" : arena_printf(s->ctx->arena, "%u", n);
}

static void end_row(struct sheet *s)
{
    for (size_t i = 0; i < X_COLS; i++) {
        if (i)
            textbuf_bytes(&s->out, &s->delimiter, 1);
        textbuf_cell(&s->out, s->cells[i] ? s->cells[i] : "", s->delimiter);
    }
    textbuf_add(&s->out, "\r\n");
}

/* Text of a "a=b|c=d" cell. */
static void piece(struct textbuf *b, const char *text, bool key)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '|' || (key && *text == '='))
            textbuf_add(b, "\\");
        textbuf_bytes(b, text, 1);
    }
}

static const char *states_cell(struct sheet *s, const struct state_set *set)
{
    struct textbuf b = { .arena = s->ctx->arena };
    for (uint32_t i = 0; i < set->n_states; i++) {
        textbuf_printf(&b, "%s%lld", i ? "|" : "", (long long)set->states[i].value);
        if (set->states[i].wire_given)
            textbuf_printf(&b, ":%u", set->states[i].wire);
        textbuf_add(&b, "=");
        piece(&b, set->states[i].text.s, false);
    }
    return b.s;
}

static void attribute(struct textbuf *b, const char *name, const char *value)
{
    textbuf_printf(b, "%s%s=", b->n ? "|" : "", name);
    piece(b, value, false);
}

/* The element's attributes as it has them, but those with a column or place of their own; and no password in clear. */
static void attributes(struct textbuf *b, const struct node *n)
{
    for (size_t i = 0; i < n->n_attrs; i++) {
        const struct attr *at = &n->attrs[i];
        if (at->name != AT_name && at->name != AT_instance && at->name != AT_source && at->name != AT_id &&
            at->name != AT_password)
            attribute(b, at_names[at->name], at->value);
    }
}

static const char *attributes_cell(struct sheet *s, const struct node *n)
{
    struct textbuf b = { .arena = s->ctx->arena };
    textbuf_add(&b, "");
    attributes(&b, n);
    return b.s;
}

/* The alarm point of a source, unless one above has it, too. */
static void set_source_alarm(struct textbuf *b, const struct binding *first, const struct binding *of)
{
    const struct source *s = of->source.to;
    const struct alarm_point *alarm = s->alarm_point.to;
    for (; first != of; first = first->next) {
        const struct source *above = first->source.to;
        if (above && above != s && above->alarm_point.to == alarm)
            return;
    }
    attribute(b, "alarm", alarm->name.s);
    attributes(b, alarm->node);
}

/* The Binds, and what their sources are. */
static void set_binds(struct sheet *s, const struct binding *first)
{
    struct textbuf binds = { .arena = s->ctx->arena }, sources = { .arena = s->ctx->arena };
    s->cells[X_bind] = s->cells[X_sources] = "";
    for (const struct binding *b = first; b; b = b->next) {
        const struct source *of = b->source.to;
        const struct binding *k = first;
        attribute(&binds, "source", b->source.name.s);
        attributes(&binds, b->node);
        while (k != b && k->source.to != of)
            k = k->next;
        if (k != b || !of)
            continue;                                   /* it stands there already              */
        attribute(&sources, "id", of->id.s);
        attribute(&sources, "kind", of->kind.s);
        attributes(&sources, of->node);
        if (of->alarm_point.to)
            set_source_alarm(&sources, first, b);
    }
    if (first)
        s->cells[X_bind] = binds.s;
    if (sources.n)
        s->cells[X_sources] = sources.s;
}

static void set_alarm(struct sheet *s, const struct alarm_point *a)
{
    s->cells[X_alarmPoint] = a ? a->name.s : "";
    s->cells[X_alarm] = a ? attributes_cell(s, a->node) : "";
}

static void set_device(struct sheet *s, const struct device *d)
{
    s->cells[X_plc] = d->plc->name.s;
    s->cells[X_device] = d->name.s;
    s->cells[X_deviceInstance] = number_text(s, d->instance);
}

static const char *type_word(uint32_t type)
{
    switch (type) {
    case OT_analog_input: return "AI";
    case OT_analog_output: return "AO";
    case OT_analog_value: return "AV";
    case OT_binary_input: return "BI";
    case OT_binary_output: return "BO";
    case OT_binary_value: return "BV";
    case OT_multi_state_input: return "MI";
    case OT_multi_state_output: return "MO";
    case OT_multi_state_value: return "MV";
    default: return "";
    }
}

static const char *numbered(struct sheet *s, const void *of)
{
    const char *n = map_get(s->numbers, pointer_key(s->ctx, of));
    return n ? n : "";
}

static const char *written(const struct variable *v, enum at at)
{
    const struct attr *a = node_attr(v->node, at);
    return a ? a->value : "";
}

static bool commandable(const struct publication *p) { return p->commandable; }
static bool reversed(const struct publication *p) { return p->reverse; }

/* Is another object of the variable so? Then this row must say that it is not: what a row leaves
 * empty is read as the first row's. */
static bool others(const struct publication *p, bool (*is)(const struct publication *))
{
    for (const struct publication *q = p->variable->publications; q; q = publication_next(q))
        if (is(q))
            return true;
    return false;
}

/* A further row says what it would leave empty, where the first one does not. */
static void unlike_first(struct sheet *s, const struct publication *p)
{
    if (p == p->variable->publications) {
        memcpy(s->first, s->cells, sizeof s->first);
        return;
    }
    if (!*s->cells[X_dataPointName] && *s->first[X_dataPointName])
        s->cells[X_dataPointName] = publication_name(p).s;
    if (!*s->cells[X_description] && *s->first[X_description])
        s->cells[X_description] = publication_description(p).s;
    if (!*s->cells[X_alarm] && *s->first[X_alarm])
        s->cells[X_alarm] = "kind=none";
    if (!*s->cells[X_bind] && *s->first[X_bind])
        s->cells[X_bind] = "source=";
}

static void published(struct sheet *s, const struct publication *p)
{
    const struct notification_class *c = publication_class(p);
    set_device(s, p->device);
    const struct object_row *row = publication_row(p);
    set_alarm(s, publication_alarm(p));
    const struct on_plc *on = on_of(p->variable, p->device->plc);
    set_binds(s, on && on->bindings ? on->bindings : variable_rare(p->variable)->bindings);
    s->cells[X_bacnetVisible] = "true";
    s->cells[X_dataPointName] = str_eq(publication_name(p), p->variable->name) ? "" : publication_name(p).s;
    s->cells[X_description] = row && row->description.n ? row->description.s : written(p->variable, AT_description);
    s->cells[X_dataPointType] = type_word(p->type);
    bool value = p->type == OT_analog_value || p->type == OT_binary_value ||
                 p->type == OT_multi_state_value;
    s->cells[X_commandable] = value && p->commandable       ? "true"
                            : value && others(p, commandable) ? "false"
                                                              : written(p->variable, AT_commandable);
    s->cells[X_polarity] = p->reverse ? "reverse" : others(p, reversed) ? "normal" : "";
    s->cells[X_instance] = number_text(s, publication_instance(p));
    s->cells[X_number] = publication_instance(p) != NOT_SET ? s->cells[X_instance] : numbered(s, p);
    s->cells[X_notificationClass] = c ? c->name.s : written(p->variable, AT_notificationClass);
    s->cells[X_classInstance] = !c ? "" : c->instance != NOT_SET ? number_text(s, c->instance) : numbered(s, c);
    s->cells[X_class] = !c || c->automatic ? "" : attributes_cell(s, c->node);
    unlike_first(s, p);
    end_row(s);
}

static bool is_number(enum col c)
{
    return c == X_low || c == X_high || c == X_initial || c == X_covIncrement;
}

/* A number in its shortest form, with the decimal sign that was asked for; any other text as it is. */
static const char *number_cell(struct sheet *s, const char *text, size_t n)
{
    double number;
    char out[32], *point;
    if (!parse_real(text, n, &number))
        return text;
    print_real(out, number);
    if ((point = strchr(out, '.')) != NULL)
        *point = s->decimal;
    return arena_copy(s->ctx->arena, out, strlen(out));
}

static void variable_rows(struct sheet *s, const struct variable *v)
{
    memset(s->cells, 0, sizeof s->cells);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        const struct attr *a = node_attr(v->node, plain[i].at);
        s->cells[plain[i].col] = a && is_number(plain[i].col) ? number_cell(s, a->value, a->n) : written(v, plain[i].at);
    }
    /* A unit that only this project's Units know means nothing elsewhere. */
    const char *unit = s->cells[X_unit];
    const struct unit *known = unit_by_code(v->unit_code);
    if (*unit && v->unit_code != BACNET_UNITS_NO_UNITS && known &&
        strncmp(unit, "bacnet:", 7) != 0 && !unit_by_symbol(unit, strlen(unit)))
        s->cells[X_unit] = arena_printf(s->ctx->arena, "bacnet:%s", known->name);
    if (v->states.to)
        s->cells[X_states] = states_cell(s, v->states.to);
    set_alarm(s, variable_rare(v)->alarm_point.to);
    set_binds(s, variable_rare(v)->bindings);
    const struct place *at = map_get(s->schedules, v->name);
    if (at) {
        set_device(s, at->device);
        s->cells[X_instance] = number_text(s, at->schedule->instance);
        s->cells[X_number] = at->schedule->instance != NOT_SET ? s->cells[X_instance]
                                                                : numbered(s, at->schedule);
        s->cells[X_dataPointName] = at->schedule->name.s;
        const struct str initial = at->schedule->default_text;
        s->cells[X_initial] = at->schedule->default_null ? "" : number_cell(s, initial.s, initial.n);
    }
    if (!v->publications) {
        if (!strcmp(s->cells[X_bacnetVisible], "true"))
            s->cells[X_bacnetVisible] = "";             /* a row takes its object away              */
        end_row(s);
    }
    for (const struct publication *p = v->publications; p; p = publication_next(p))
        published(s, p);
}

static void find_numbers(struct sheet *s)
{
    s->numbers = map_new(s->ctx->arena);
    s->schedules = map_new(s->ctx->arena);
    const struct plan *plan = s->ctx->plan;
    for (uint32_t i = 0; plan && i < plan->n_plcs; i++) {
        for (uint32_t k = 0; k < plan->plcs[i].n_devices; k++) {
            const struct plan_device *d = &plan->plcs[i].devices[k];
            for (uint32_t j = 0; j < d->n_objects; j++)
                if (d->objects[j].instance != NOT_SET)
                    map_set(s->numbers, pointer_key(s->ctx, d->objects[j].of),
                            arena_printf(s->ctx->arena, "%u", d->objects[j].instance));
        }
    }
    for (struct device *d = first_device(s->ctx->model, NULL); d; d = next_device(d, NULL)) {
        for (const struct schedule *c = d->schedules; c; c = c->next) {
            struct place *at = arena_alloc(s->ctx->arena, sizeof *at);
            *at = (struct place){ d, c };
            if (c->variable.name.n)
                map_add(s->schedules, c->variable.name, at);
        }
    }
}

int cmd_export_csv(struct ctx *ctx)
{
    const char *path = opt_str(ctx, OPT_OUTPUT), *delimiter = opt_str(ctx, OPT_DELIMITER);
    const char *decimal = opt_str(ctx, OPT_DECIMAL);
    struct sheet s = { .ctx = ctx, .out.arena = ctx->arena, .delimiter = ';', .decimal = decimal ? *decimal : '.' };
    if (decimal && strcmp(decimal, ".") != 0 && strcmp(decimal, ",") != 0) {
        fprintf(stderr, "bacc export-csv: --decimal '%s': it is '.' or ','\n", decimal);
        return 1;
    }
    if (delimiter && !(s.delimiter = csv_delimiter(delimiter))) {
        fprintf(stderr, "bacc export-csv: --delimiter '%s': it is ; , | or tab\n", delimiter);
        return 1;
    }
    ctx->prints = !path || output_is_stdout(path);
    ctx->keeps_nodes = true;            /* attributes are exported as written                  */
    if (!passes_run(ctx, false))
        return 1;
    if (!ctx->model || diag_errors(ctx) || diag_machine_failed(ctx))
        return passes_finish(ctx);
    find_numbers(&s);
    if (opt_has(ctx, OPT_BOM))
        textbuf_add(&s.out, "\xef\xbb\xbf");
    for (size_t i = 0; i < X_COLS; i++)
        s.cells[i] = titles[i];
    end_row(&s);
    uint32_t n = 0;
    for (const struct variable *v = ctx->model->variables; v; v = v->next)
        if (!variable_rare(v)->of_source) {     /* its object comes with the source, nobody wrote it */
            variable_rows(&s, v);
            n++;
        }
    if (path && output_is_input(ctx, path))
        diag_machine(ctx, "%s: is part of the project; the list would replace it", path);
    else if (outfile_write(ctx, path ? path : "-", s.out.s, s.out.n, true) && !ctx->prints)
        opt_say(ctx, "%s: %u variable%s\n", path, n, n == 1 ? "" : "s");
    return passes_finish(ctx);
}
