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
    struct variable *v = variables_add(ctx->arena, m->all);
    const struct str empty = {"", 0};
    const char *text = arena_printf(ctx->arena, "Source %s is lost", s->id.s);
    v->name = free_name(ctx, s);
    v->description = (struct str){text, (uint32_t)strlen(text)};
    v->discipline = v->unit = v->initial_text = v->data_point_name = empty;
    v->states.name = v->device = empty;
    build_rare(ctx, v)->alarm_point = s->alarm_point;
    v->node = s->node;
    v->pos = s->pos;
    m->n_variables = m->all->n;
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

static bool feeds(const struct source *s, const struct plc *plc)
{
    const struct fed *f = s->fed;
    while (f && f->plc != plc)
        f = f->next;
    return s->feeds_all || f;
}

/* Sources of a variable that may be in that PLC; NULL: in every one. */
static void note_feeds(struct ctx *ctx, const struct binding *b, const struct plc *plc)
{
    for (; b; b = b->next) {
        struct source *s = b->source.to;
        if (!s || !s->alarm_point.to || (plc && feeds(s, plc)))
            continue;
        if (!plc) {
            s->feeds_all = true;
            continue;
        }
        struct fed *f = arena_alloc(ctx->arena, sizeof *f);
        *f = (struct fed){plc, s->fed};
        s->fed = f;
    }
}

static void note_variable(struct ctx *ctx, const struct variable_rare *r)
{
    if (!r->on_list)
        note_feeds(ctx, r->bindings, NULL);
    for (const struct on_plc *on = r->on_list; on; on = on->next)
        if (on->plc.to)
            note_feeds(ctx, on->bindings ? on->bindings : r->bindings, on->plc.to);
}

void publish_sources(struct ctx *ctx)
{
    struct variable **end = &ctx->model->variables;
    bool any = false;
    for (struct source *s = ctx->model->sources; s; s = s->next)
        any = any || s->alarm_point.to;         /* the list is long: look for its end only then */
    for (; any && *end; end = &(*end)->next)
        note_variable(ctx, variable_rare(*end));
    for (struct source *s = ctx->model->sources; s; s = s->next)
        if (s->alarm_point.to && (s->fed || (s->feeds_all && ctx->model->plcs))) {
            *end = new_variable(ctx, s);
            end = &(*end)->next;
        }
}

struct device *source_device(const struct model *m, const struct source *s, const struct plc *plc)
{
    struct device *d = first_device(m, plc);
    while (d && (!d->port || d->port->type != NT_ipv4))
        d = next_device(d, plc);
    return d && feeds(s, plc) ? d : NULL;
}
