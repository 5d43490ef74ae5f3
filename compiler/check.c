/* Pass "check": the table of checks. All run; diagnostics are sorted by place afterwards. */
#include "compiler/check.h"

#include "compiler/model_pass.h"
#include "compiler/publish.h"

static const struct check {
    const char *name;
    void (*run)(struct ctx *ctx);
} checks[] = {
    {"project", check_project},           {"zones", check_zones},
    {"variables", check_variables},
    {"objects", check_objects},           {"names", check_names},
    {"instances", check_instances},       {"guids", check_guids},
    {"former-names", check_former_names}, {"alarm-points", check_alarm_points},
    {"alarms", check_alarms},             {"classes", check_classes},
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

void check_no_effect(struct ctx *ctx, const struct node *n, enum at at, const char *why)
{
    if (n && node_attr(n, at))
        diag(ctx, place(n, at), D_NO_EFFECT, "%s has no effect: %s", at_names[at], why);
}

void check_project(struct ctx *ctx)
{
    const struct model *m = ctx->model;
    if (!m->plcs)
        diag(ctx, m->pos, D_NO_PLC, "the project has no Plc");
    for (const struct plc *p = m->plcs; p; p = p->next)
        if (!first_device(m, p))
            diag(ctx, p->pos, D_NO_DEVICE, "PLC '%s' has no Device", p->name.s);
}
