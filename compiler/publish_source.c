/* Source@alarmPoint: the loss of a source is a variable and a Binary Input of the router, ACTIVE while
 * the source is lost, in each PLC whose variables it feeds. From there on it is like any other. */
#include "compiler/build.h"
#include "compiler/publish.h"
#include "compiler/resolve.h"

#include <math.h>
#include <string.h>

static struct str free_name(struct ctx *ctx, const struct source *s)
{
    const char *name = arena_printf(ctx->arena, "Source_%s", s->id.s);
    while (variable_by_name(ctx, str_of(ctx->strs, name)))
        name = arena_printf(ctx->arena, "%s_", name);
    return str_of(ctx->strs, name);
}

static struct variable *new_variable(struct ctx *ctx, struct source *s)
{
    struct model *m = ctx->model;
    struct variable *v = arena_alloc(ctx->arena, sizeof *v);
    const struct str empty = {"", 0};
    const char *text = arena_printf(ctx->arena, "Source %s is lost", s->id.s);
    v->name = free_name(ctx, s);
    v->description = (struct str){text, (uint32_t)strlen(text)};
    v->discipline = v->unit = v->initial_text = v->data_point_name = empty;
    v->states.name = v->device = empty;
    build_rare(ctx, v)->alarm_point = s->alarm_point;
    v->node = s->node;
    v->pos = s->pos;
    v->serial = m->n_variables++;
    v->type = VT_bool;
    v->access = ACCESS_READ;
    v->object_type = OT_binary_input;
    v->data_point_type = NOT_SET;
    v->unit_code = BACNET_UNITS_NO_UNITS;
    v->high = v->low = v->cov_increment = NAN;
    v->rare->of_source = s;
    s->lost = v;
    map_set(m->variable_map, v->name, v);
    return v;
}

static bool bound(const struct binding *b, const struct source *s)
{
    while (b && b->source.to != s)
        b = b->next;
    return b != NULL;
}

/* Does it feed a variable that may be in this PLC? */
static bool feeds(const struct model *m, const struct source *s, const struct plc *plc)
{
    for (const struct variable *v = m->variables; v; v = v->next) {
        if (!variable_rare(v)->on_list && bound(variable_rare(v)->bindings, s))
            return true;
        for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
            if (on->plc.to == plc && bound(on->bindings ? on->bindings : variable_rare(v)->bindings, s))
                return true;
    }
    return false;
}

static bool used(const struct model *m, const struct source *s)
{
    const struct plc *p = s->alarm_point.to ? m->plcs : NULL;
    while (p && !feeds(m, s, p))
        p = p->next;
    return p != NULL;
}

void publish_sources(struct ctx *ctx)
{
    struct variable **end = &ctx->model->variables;
    bool any = false;
    for (struct source *s = ctx->model->sources; s; s = s->next)
        any = any || s->alarm_point.to;         /* the list is long: look for its end only then */
    while (any && *end)
        end = &(*end)->next;
    for (struct source *s = ctx->model->sources; s; s = s->next)
        if (used(ctx->model, s)) {
            *end = new_variable(ctx, s);
            end = &(*end)->next;
        }
}

struct device *source_device(const struct model *m, const struct source *s, const struct plc *plc)
{
    struct device *d = first_device(m, plc);
    while (d && (!d->port || d->port->type != NT_ipv4))
        d = next_device(d, plc);
    return d && feeds(m, s, plc) ? d : NULL;
}
