/* How many objects each device has at most, counted while resolve.c looks at the variables anyway: the
 * publications of a device lie in one piece, and a million of them must not move as they become more.
 * Variables of one device name are counted together; where they go is decided once for all of them. */
#include "compiler/publish_pass.h"

#include "compiler/resolve.h"

struct room {
    struct ctx *ctx;
    struct map *by_name;         /* of a device -> struct claim                                */
    struct claim *last;
};
struct claim {
    struct str name;             /* empty: the variable names no device                        */
    uint32_t n;
};

struct room *room_new(struct ctx *ctx)
{
    struct room *r = arena_alloc(ctx->arena, sizeof *r);
    *r = (struct room){ctx, map_new(ctx->arena), NULL};
    return r;
}

static struct claim *claim_of(struct room *r, struct str name)
{
    if (r->last && str_eq(r->last->name, name))
        return r->last;
    struct claim *c = map_get(r->by_name, name);
    if (!c) {
        c = arena_alloc(r->ctx->arena, sizeof *c);
        c->name = name;
        map_set(r->by_name, name, c);
    }
    return r->last = c;
}

bool device_name_known(const struct model *m, struct str name)
{
    for (const struct plc *p = m->plcs; p; p = p->next)
        if (device_by_name(p, name))
            return true;
    return false;
}

/* n objects more for the device of that name; for any, where the project fails to say which. */
static void claim_in(const struct model *m, const struct plc *plc, struct str name, bool any, uint32_t n)
{
    struct device *d = name.n ? device_by_name(plc, name) : plc->only_device;
    if (!d && any)
        d = first_device(m, plc);
    if (d)
        d->n_publications += n;
}

void room_variable(struct room *r, const struct variable *v)
{
    const struct model *m = r->ctx->model;
    const struct str own = v->device;
    if (type_is_schedule(v->type))
        return;
    if (!variable_rare(v)->on_list) {
        if (v->visible == YES)
            claim_of(r, own)->n++;
        return;
    }
    bool lost = own.n && !device_name_known(m, own);
    for (const struct plc *plc = m->plcs; plc; plc = plc->next) {
        const struct on_plc *on = on_of(v, plc);
        const struct str name = device_on(v, on);
        if (visible_on(v, on))
            claim_in(m, plc, name, lost || !name.n, 1);
    }
}

void room_end(struct room *r)
{
    const struct model *m = r->ctx->model;
    uint32_t n_sources = 0;
    for (size_t i = 0; i < map_count(r->by_name); i++) {
        const struct claim *c = map_at(r->by_name, i, NULL);
        bool any = !c->name.n || !device_name_known(m, c->name);
        for (const struct plc *plc = m->plcs; plc; plc = plc->next)
            claim_in(m, plc, c->name, any, c->n);
    }
    for (const struct source *s = m->sources; s; s = s->next)
        n_sources += s->alarm_point.name.n != 0;
    for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL)) {
        for (const struct object_row *row = d->rows; row; row = row->next)
            d->n_publications++;
        d->n_publications += n_sources;
    }
}
