/* Units and what follows from them: text to code, never by guessing; the COV increment that an
 * analog object gets where none is given. */
#include "compiler/resolve.h"

#include "compiler/number_text.h"
#include "compiler/unit_near.h"
#include "schemas/units.h"

#include <math.h>
#include <string.h>

/* A unit text met in the project, once. */
struct unit_text {
    uint32_t code;               /* NOT_SET: unknown                                           */
    uint32_t uses;
    const struct node *first;    /* the variable that uses it first                            */
    double increment;            /* that the table below has; NaN: none                        */
};
struct units {
    struct ctx *ctx;
    struct map *aliases;         /* -> struct unit_alias                                       */
    struct map *texts;           /* -> struct unit_text                                        */
};

/* Increments that neither flood nor hide: a step that an operator cares about (docs: bacc-project
 * under covIncrement). */
static const struct { uint32_t code; double increment; } increments[] = {
    {62, 0.2}, {63, 0.2}, {64, 0.5},             /* °C, K, °F                                  */
    {29, 1}, {98, 1},                            /* %RH, %                                     */
    {96, 20},                                    /* ppm                                        */
    {53, 5}, {54, 0.5}, {133, 1}, {134, 5}, {55, 0.05},        /* Pa, kPa, hPa, mbar, bar      */
    {47, 10}, {48, 0.5}, {49, 0.05},             /* W, kW, MW                                  */
    {18, 100}, {19, 1}, {146, 0.1},              /* Wh, kWh, MWh                               */
    {3, 0.2}, {2, 0.1}, {5, 1}, {6, 0.1}, {27, 0.1},           /* A, mA, V, kV, Hz             */
    {87, 0.1}, {135, 10}, {85, 0.05}, {80, 0.1}, {74, 0.1},    /* l/s, m³/h, m³/s, m³, m/s     */
    {37, 10}, {104, 10}, {31, 0.01}, {30, 1},    /* lx, rpm, m, mm                             */
};

static double increment_of(uint32_t code)
{
    for (size_t i = 0; i < sizeof increments / sizeof *increments; i++)
        if (increments[i].code == code)
            return increments[i].increment;
    return NAN;
}

static double default_increment(const struct variable *v, double increment)
{
    if (isnan(increment))
        increment = v->high > v->low ? (double)(float)((v->high - v->low) / 200) : 1;
    return type_is_integer(v->type) && increment < 1 ? 1 : increment;
}

static uint32_t unit_of(const struct map *aliases, struct str text)
{
    const struct unit_alias *alias = map_get(aliases, text);
    const struct unit *u = NULL;
    int64_t number;
    if (alias)
        return alias->code == NOT_SET ? BACNET_UNITS_NO_UNITS : alias->code;
    if (text.n > 7 && !memcmp(text.s, "bacnet:", 7)) {
        const char *s = text.s + 7;
        size_t n = text.n - 7;
        if (parse_int(s, n, &number))
            u = number >= 0 && number < 65536 ? unit_by_code((uint32_t)number) : NULL;
        else
            u = unit_by_name(s, n);
        return u ? u->code : NOT_SET;
    }
    if ((u = unit_by_name(text.s, text.n)))
        return u->code;
    const struct unit_symbol *symbol = unit_by_symbol(text.s, text.n);
    return symbol ? symbol->code : NOT_SET;
}

static void unknown_unit(struct ctx *ctx, const struct unit_near *near, struct str text, const struct unit_text *t)
{
    struct srcpos pos = place(t->first, AT_unit);
    if (t->uses > 1)
        diag(ctx, pos, D_UNKNOWN_UNIT, "unit '%s' is not known; its %u variables get no-units",
             text.s, t->uses);
    else
        diag(ctx, pos, D_UNKNOWN_UNIT, "unit '%s' is not known; the object gets no-units", text.s);
    const char *meant = unit_near_to(near, text);
    if (meant)
        diag_hint(ctx, "did you mean %s? else name it in Units, or write bacnet:NUMBER", meant);
}

struct units *resolve_units_begin(struct ctx *ctx)
{
    struct units *u = arena_alloc(ctx->arena, sizeof *u);
    *u = (struct units){ctx, map_new(ctx->arena), map_new(ctx->arena)};
    for (struct unit_alias *a = ctx->model->units; a; a = a->next) {
        const struct unit_alias *earlier = map_add(u->aliases, a->text, a);
        if (earlier && earlier->code != a->code) {
            diag(ctx, a->pos, D_DUPLICATE_UNIT, "unit '%s' is translated twice", a->text.s);
            diag_note(ctx, earlier->pos, "first here");
        }
    }
    return u;
}

static struct unit_text *text_of(struct units *u, const struct variable *v)
{
    struct unit_text *t = map_get(u->texts, v->unit);
    if (t)
        return t;
    t = arena_alloc(u->ctx->arena, sizeof *t);
    t->code = unit_of(u->aliases, v->unit);
    t->increment = t->code == NOT_SET ? NAN : increment_of(t->code);
    t->first = v->node;
    map_add(u->texts, v->unit, t);
    return t;
}

void resolve_unit(struct units *u, struct variable *v)
{
    double increment = NAN;
    if (v->unit.n) {
        struct unit_text *t = text_of(u, v);
        t->uses++;
        increment = t->increment;
        v->unit_code = t->code == NOT_SET ? BACNET_UNITS_NO_UNITS : t->code;
    }
    v->increment_given = !isnan(v->cov_increment);
    if (!v->increment_given)
        v->cov_increment = default_increment(v, increment);
}

void resolve_units_end(struct units *u)
{
    struct unit_near *near = NULL;
    for (size_t i = 0; i < map_count(u->texts); i++) {
        struct str text;
        const struct unit_text *t = map_at(u->texts, i, &text);
        if (t->code != NOT_SET)
            continue;
        if (!near)
            near = unit_near_new(u->ctx, u->aliases);
        unknown_unit(u->ctx, near, text, t);
    }
}
