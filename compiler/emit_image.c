/* The image of a PLC: project, ports, devices; the rest in emit_object.c and emit_variable.c.
 * What was made is checked by the reader's rules, which the runtime uses, before anybody gets it. */
#include "compiler/emit.h"

#include "compiler/ahead.h"

#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The project's GUID as 16 octets, or a hash of what it has. */
static struct img_identity project_identity(struct ctx *ctx, const struct model *m)
{
    struct img_identity id = {{0}};
    size_t n = 0;
    for (uint32_t i = 0; i < m->guid.n; i++) {
        int v = hex(m->guid.s[i]);
        if (v >= 0 && n < 32) {
            id.b[n / 2] = (uint8_t)(id.b[n / 2] << 4 | v);
            n++;
        }
    }
    if (n == 32)
        return id;
    const char *key = arena_printf(ctx->arena, "project/%s%s", m->guid.s, m->guid.n ? "" : m->name.s);
    return identity_of(key, strlen(key));
}

static void emit_project(struct emit *e)
{
    const struct model *m = e->ctx->model;
    const struct plc *plc = e->plc->plc;
    struct image_build *b = &e->t;
    struct img_project p = {
        ib_text(b, m->name), ib_text(b, m->guid), ib_text(b, m->author),
        ib_text(b, m->last_change), ib_text(b, m->description), ib_text(b, plc->name),
        ib_text(b, plc->description), ib_text(b, plc->time_zone),
    };
    memcpy(ib_add(&e->b, SEC_project, 1), &p, sizeof p);
}

static void emit_peers(struct image_build *b, const struct port *port, struct img_port *p)
{
    uint32_t first = ib_count(b, SEC_peers), n = 0;
    for (const struct peer_entry *x = port->peers; x; x = x->next, n++) {
        struct img_peer *out = ib_add(b, SEC_peers, 1);
        memcpy(out->address, x->ip, sizeof out->address);
        memcpy(out->mask, x->mask, sizeof out->mask);
        out->port = le16_of(x->udp_port);
    }
    p->first_peer = le32_of(first);
    p->n_peers = le32_of(n);
}

static void emit_ports(struct emit *e)
{
    struct image_build *b = &e->b;
    for (uint32_t i = 0; i < e->plc->n_ports; i++) {
        const struct port *x = e->plc->ports[i];
        struct img_port p = {.id = (uint8_t)x->id, .type = (uint8_t)x->type, .object = le32_of(IMG_NONE)};
        unsigned flags = (port_in_use(x) ? IMG_PORT_ENABLED : 0u) | (x->bbmd ? IMG_PORT_BBMD : 0u) |
                         (x->foreign ? IMG_PORT_FOREIGN : 0u);
        p.flags = le16_of((uint16_t)flags);
        p.network = le16_of((uint16_t)x->network);
        p.udp_port = le16_of((uint16_t)x->udp_port);
        p.adapter = ib_text(&e->t, x->adapter);
        p.address = ib_text(&e->t, x->address);
        p.foreign_bbmd = ib_text(&e->t, x->foreign_bbmd);
        p.foreign_ttl = le16_of((uint16_t)x->foreign_ttl);
        for (size_t bit = 0; x->type == NT_ipv4 && bit < 32 && x->mask[bit / 8] << bit % 8 & 0x80; bit++)
            p.prefix = le16_of((uint16_t)(bit + 1));
        emit_peers(b, x, &p);
        memcpy(ib_add(b, SEC_ports, 1), &p, sizeof p);
    }
}

/* The router's Network Port objects are its ports'. */
static void link_ports(struct emit *e)
{
    const struct plan_device *d = &e->plc->devices[0];
    for (uint32_t i = 0; e->plc->n_devices && i < d->n_objects; i++)
        for (uint32_t k = 0; d->objects[i].kind == LK_port && k < e->plc->n_ports; k++)
            if (d->objects[i].of == e->plc->ports[k])
                ((struct img_port *)ib_at(&e->b, SEC_ports, k))->object = le32_of(e->first[0] + d->objects[i].index);
}

static void emit_allows(struct image_build *b, const struct allow *a)
{
    for (; a; a = a->next) {
        struct img_access *out = ib_add(b, SEC_accesses, 1);
        memcpy(out->address, a->address, sizeof out->address);
        out->prefix = a->prefix;
        out->family = a->family;
    }
}

static uint16_t device_flags(const struct device *d)
{
    unsigned f = (d->enabled ? IMG_DEV_ENABLED : 0u) | (d->read_only ? IMG_DEV_READ_ONLY : 0u) |
                 (d->use_subscriptions ? IMG_DEV_SUBSCRIBE : 0u);
    f |= d->domat_schedules ? IMG_DEV_SCHEDULE_LIMITS : 0u;
    f |= d->time_sync == TIME_OFFSET ? IMG_DEV_TIME_OFFSET : d->time_sync == TIME_SET ? IMG_DEV_TIME_SET : 0u;
    return (uint16_t)f;
}

static struct img_identity device_identity(struct ctx *ctx, const struct lock_device *d)
{
    const char *key = arena_printf(ctx->arena, "device/%s", d->key.s);
    return identity_of(key, strlen(key));
}

static void emit_device(struct emit *e, uint32_t i)
{
    const struct plan_device *d = &e->plc->devices[i];
    const struct device *m = d->device;
    struct image_build *b = &e->b;
    struct img_device out = {.instance = le32_of(m->instance)};
    uint32_t first_access = ib_count(b, SEC_accesses);
    emit_allows(b, m->channel->allows);
    emit_allows(b, m->allows);
    out.first_access = le32_of(first_access);
    out.n_accesses = le32_of(ib_count(b, SEC_accesses) - first_access);
    out.identity = device_identity(e->ctx, d->lock);
    emit_objects(e, d, i);
    for (uint32_t k = 0; k < d->n_objects; k++)
        if (d->objects[k].kind == LK_device)
            out.object = le32_of(e->first[i] + d->objects[k].index);
    out.first_object = le32_of(e->first[i]);
    out.n_objects = le32_of(d->n_objects);
    out.port = le16_of((uint16_t)d->port);
    out.flags = le16_of(device_flags(m));
    out.database_revision = le32_of(lock_revision(d->lock));
    if (m->port->type == NT_virtual) {  /* unique on its network: the instance, three octets */
        out.mac_len = 3;
        for (unsigned k = 0; k < 3; k++)
            out.mac[k] = (uint8_t)(m->instance >> (16 - 8 * k));
    }
    memcpy(ib_add(b, SEC_devices, 1), &out, sizeof out);
}

/* Which object has which index. */
static void prepare(struct emit *e)
{
    uint32_t n_devices = e->plc->n_devices;
    e->first = arena_array(e->ctx->arena, (size_t)n_devices + 1, sizeof *e->first);
    for (uint32_t i = 0; i < n_devices; i++) {
        e->first[i] = e->n_objects;
        e->n_objects += e->plc->devices[i].n_objects;
    }
    e->objects = arena_array(e->ctx->arena, (size_t)e->n_objects + 1, sizeof *e->objects);
    e->variable_of = arena_array(e->ctx->arena, (size_t)e->n_objects + 1, sizeof *e->variable_of);
    for (uint32_t i = 0; i < n_devices; i++) {
        const struct plan_device *d = &e->plc->devices[i];
        for (uint32_t k = 0; k < d->n_objects; k++) {
            const struct plan_object *o = &d->objects[k];
            uint32_t index = e->first[i] + o->index;
            e->variable_of[index] = emit_variable_index(e, emit_variable_of(o));
            e->objects[index] = o;
        }
    }
    (void)ib_add(&e->b, SEC_objects, e->n_objects);
}

/* Texts that what is made now refers to: they stand behind those of the variables. */
static void emit_texts(struct emit *e)
{
    emit_project(e);
    emit_ports(e);
    link_ports(e);
    for (uint32_t i = 0; i < e->plc->n_devices; i++) {
        const struct plan_device *d = &e->plc->devices[i];
        const struct img_identity id = device_identity(e->ctx, d->lock);
        struct img_device *out = ib_at(&e->b, SEC_devices, i);
        out->handle = ib_text(&e->t, d->device->name);
        out->password = ib_text(&e->t, emit_password(e->ctx, d->device, &id));
    }
    emit_alarm_texts(e);
    ib_forget(&e->t);
}

enum { WORTH = 4096 };              /* so many that a thread pays                              */

static void second_half(void *arg)
{
    struct emit *e = arg;
    struct arena *a = e->side.arena;
    if (e->begun)
        ahead_wait(e->ctx);
    else
        emit_variables(e);
    uint32_t *names = arena_array(a, (size_t)e->n_objects + 1, sizeof *names);
    uint32_t *oids = arena_array(a, (size_t)e->n_objects + 1, sizeof *oids);
    emit_links(e);
    emit_identities(e, oids, names);
    ib_hash(&e->t, SEC_object_hash, e->n_objects, oids);
    ib_hash(&e->t, SEC_name_hash, e->n_objects, names);
    arena_release(a, names, ((size_t)e->n_objects + 1) * sizeof *names);
    arena_release(a, oids, ((size_t)e->n_objects + 1) * sizeof *oids);
    if (e->next)
        e->next->run(e->next->arg);
}

static void emit_halves(struct emit *e)
{
    struct beside second;
    beside_begin(&second, second_half, e, e->n_objects + e->n_variables > WORTH);
    for (uint32_t i = 0; i < e->plc->n_devices; i++)
        emit_device(e, i);
    emit_trends(e);
    ib_forget(&e->b);
    beside_end(&second);
    emit_texts(e);
    ib_adopt(&e->b, &e->t);
}

static void check_records(void *arg)
{
    struct emitted_check *x = arg;
    struct img_check c = {x->img, x->why, sizeof x->why, IMG_WHOLE};
    x->right = image_check_values(&c) && image_check_shapes(&c) && image_check_records(&c);
}

/* Keys are read from what the other one checks: they are what was just made, not what a stranger sent. */
static void check_hashes(void *arg)
{
    struct emitted_check *x = arg;
    struct img_check c = {x->img, x->why, sizeof x->why, IMG_WHOLE};
    x->right = image_check_hashes(&c);
}

struct emit *emit_begin(struct ctx *ctx, const struct plc *plc)
{
    struct emit *e = arena_alloc(ctx->arena, sizeof *e);
    e->ctx = ctx;
    e->of = plc;
    e->side = *ctx;
    e->side.arena = arena_new();
    e->state_sets = map_new(e->side.arena);
    e->sources = map_new(e->side.arena);
    e->n_variables = ctx->model->n_variables;
    ib_init(&e->b, ctx);
    ib_init(&e->t, &e->side);
    ib_remember(&e->b, ctx->model->n_variables);
    ib_remember(&e->t, ctx->model->n_variables);
    return e;
}

void emit_abandon(struct emit *e)
{
    arena_drop(e->side.arena);
}

bool emit_image(struct ctx *ctx, struct plan_plc *plc, const struct emit_next *next, struct emitted *out)
{
    struct emit *ahead = ahead_emit(ctx), *e = ahead ? ahead : emit_begin(ctx, plc->plc);
    out->side = e->side.arena;
    e->plc = plc;
    e->next = next;
    e->begun = ahead;
    if (!ahead)
        emit_choose(e);
    prepare(e);
    emit_halves(e);
    plan_drop(ctx, plc);
    size_t n_variables = (size_t)ctx->model->n_variables + 1;
    arena_release(ctx->arena, e->objects, ((size_t)e->n_objects + 1) * sizeof *e->objects);
    arena_release(ctx->arena, e->variable_of, ((size_t)e->n_objects + 1) * sizeof *e->variable_of);
    if (e->variables)
        arena_release(ctx->arena, e->variables, n_variables * sizeof *e->variables);
    if (e->variable_at)
        arena_release(ctx->arena, e->variable_at, n_variables * sizeof *e->variable_at);
    void (*const halves[])(void *arg) = {check_records, check_hashes};
    if (!ib_finish(&e->b, project_identity(ctx, ctx->model).b, &out->img)) {
        diag_machine(ctx, "%s: the image of '%s' is not right: larger than 4 GB", ctx->project_path, plc->plc->name.s);
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        out->checks[i].img = &out->img;
        beside_begin(&out->checks[i].beside, halves[i], &out->checks[i], e->n_objects > WORTH);
    }
    ib_seal(&e->b);
    memcpy(out->pieces, e->b.sec, sizeof out->pieces);
    if (!diag_machine_failed(ctx))
        return true;
    (void)emit_checked(ctx, plc, out);
    return false;
}

bool emit_checked(struct ctx *ctx, const struct plan_plc *plc, struct emitted *x)
{
    bool right = true;
    for (size_t i = 0; i < 2; i++) {
        struct emitted_check *c = &x->checks[i];
        beside_end(&c->beside);
        if (right && !c->right)
            diag_machine(ctx, "%s: the image of '%s' is not right: %s", ctx->project_path, plc->plc->name.s, c->why);
        right = right && c->right;
    }
    return right;
}

void emit_drop(struct emitted *x)
{
    for (size_t i = 0; i < BUILD_SECTIONS; i++)
        buf_free(&x->pieces[i]);
    arena_drop(x->side);
}
