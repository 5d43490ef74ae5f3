/* Pass "check": what is looked at of each variable and object, in one walk over a million of them, and
 * the table of all other checks. All run; diagnostics are sorted by place afterwards. */
#include "compiler/check.h"

#include "compiler/model_pass.h"
#include "compiler/publish.h"
#include "compiler/resolve.h"

#include <float.h>
#include <math.h>

static void check_each(struct ctx *ctx);

static const struct check {
    const char *name;
    void (*run)(struct ctx *ctx);
} checks[] = {
    {"project", check_project},           {"zones", check_zones},
    {"each", check_each},
    {"guids", check_guids},               {"former-names", check_former_names},
    {"alarm-points", check_alarm_points}, {"classes", check_classes},
    {"ports", check_ports},               {"devices", check_devices},
    {"sources", check_sources},           {"calendars", check_calendars},
    {"schedules", check_schedules},       {"trend-logs", check_trend_logs},
    {"lints", check_lints},
};

void pass_check(struct ctx *ctx)
{
    if (!ctx->model)
        return;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        checks[i].run(ctx);
}

static void check_publications(struct ctx *ctx, const struct device *d, struct unique *u)
{
    enum { AHEAD = 8 };
    const struct publication *end = d->publications + d->n_publications;
    for (const struct publication *p = d->publications; p < end; p++) {
        const struct variable *v = p->variable;
        if (end - p > AHEAD)
            fetch_variable(p[AHEAD].variable, BEFORE(unit));
        if (v->publications == p)
            check_variable(ctx, v);
        if (object_known(p)) {
            check_object(ctx, p);
            check_alarm(ctx, p);
        }
        unique_object(u, p);
    }
}

static void check_each(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    struct unique *u = unique_new(ctx);
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL)) {
        unique_device(u, d);
        check_publications(ctx, d, u);
        unique_end(u);
    }
    unique_drop(u);
    for (const struct variable *v = m->n_unpublished ? m->variables : NULL; v; v = v->next)
        if (!v->publications)
            check_variable(ctx, v);
}

void check_no_effect(struct ctx *ctx, const struct node *n, enum at at, const char *why)
{
    const struct attr *a = n ? node_attr(n, at) : NULL;
    if (a && a->n)                      /* empty: not given                                    */
        diag(ctx, place(n, at), D_NO_EFFECT, "%s has no effect: %s", at_names[at], why);
}

void check_real(struct ctx *ctx, const struct node *n, enum at at, double value, const char *whose)
{
    if (fabs(value) > (double)FLT_MAX && node_attr(n, at))
        diag(ctx, place(n, at), D_TYPE_RANGE, "%s cannot hold %s '%s': it has a REAL", whose, at_names[at],
             node_attr(n, at)->value);
}

void check_project(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    if (!m->plcs && !may_be_lost(ctx, EL_Plc))
        diag(ctx, m->pos, D_NO_PLC, "the project has no Plc");
    for (const struct plc *p = m->plcs; p; p = p->next)
        if (!first_device(m, p) && !may_be_lost(ctx, EL_Device))
            diag(ctx, p->pos, D_NO_DEVICE, "PLC '%s' has no Device", p->name.s);
}
