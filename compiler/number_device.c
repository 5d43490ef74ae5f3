/* Which device of the lock is which of the project's: by GUID, by name, by a former name. There may be
 * thousands on a virtual network: all are found, none is searched for. */
#include "compiler/number_device.h"

#include <string.h>

#include "compiler/model.h"

/* Devices of the lock that are found by the same text, in the lock's order. */
struct chain {
    struct lock_device *device;
    struct chain *next, *last;          /* last: only in the first                             */
};
struct number_devices {
    struct ctx *ctx;
    struct lock *lock;
    size_t known;                       /* those that the file has                             */
    struct map *keys, *guids, *handles;
    struct map *homes;                  /* by PLC and handle                                   */
    struct map *instances;
};

static void put(struct number_devices *x, struct map *m, struct str key, struct lock_device *d)
{
    if (!key.n)
        return;
    key = ctx_str(x->ctx, key.s, key.n);
    struct chain *c = arena_alloc(x->ctx->arena, sizeof *c), *first = map_get(m, key);
    *c = (struct chain){d, NULL, c};
    if (!first) {
        map_set(m, key, c);
        return;
    }
    first->last->next = c;
    first->last = c;
}

static struct str home_key(struct ctx *ctx, struct str plc, struct str handle)
{
    const char *text = arena_printf(ctx->arena, "%.*s\n%.*s", (int)plc.n, plc.s, (int)handle.n, handle.s);
    return ctx_str(ctx, text, strlen(text));
}

static struct str instance_key(struct ctx *ctx, uint32_t instance)
{
    char text[16];
    return ctx_str(ctx, text, (size_t)snprintf(text, sizeof text, "%u", instance));
}

struct number_devices *number_devices_new(struct ctx *ctx, struct lock *l)
{
    struct number_devices *x = arena_alloc(ctx->arena, sizeof *x);
    struct map **all[] = {&x->keys, &x->guids, &x->handles, &x->homes, &x->instances};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = map_new(ctx->arena);
    x->ctx = ctx;
    x->lock = l;
    x->known = l->n_devices;
    for (size_t i = 0; i < l->n_devices; i++) {
        struct lock_device *d = l->devices[i];
        put(x, x->keys, d->key, d);
        put(x, x->guids, d->guid, d);
        put(x, x->handles, d->handle, d);
        put(x, x->homes, home_key(ctx, d->plc, d->handle), d);
        put(x, x->instances, instance_key(ctx, d->instance), d);
    }
    return x;
}

static struct lock_device *unclaimed(struct number_devices *x, const struct map *m, struct str key)
{
    struct chain *c = key.n && x->known ? map_get(m, ctx_str(x->ctx, key.s, key.n)) : NULL;
    while (c && c->device->claimed)
        c = c->next;
    return c ? c->device : NULL;
}

static struct lock_device *living(struct number_devices *x, struct str handle, const uint32_t *instance)
{
    struct chain *c = handle.n && x->known ? map_get(x->handles, ctx_str(x->ctx, handle.s, handle.n)) : NULL;
    while (c && (c->device->claimed || c->device->gone || (instance && c->device->instance != *instance)))
        c = c->next;
    return c ? c->device : NULL;
}

static struct lock_device *at_home(struct number_devices *x, const struct plc *plc, struct str handle)
{
    struct lock_device *d = NULL;
    if (x->known && handle.n)
        d = unclaimed(x, x->homes, home_key(x->ctx, plc->name, handle));
    if (!d && x->known && handle.n && plc->formerly.n)
        d = unclaimed(x, x->homes, home_key(x->ctx, plc->formerly, handle));
    return d;
}

/* With the same instance in the same PLC, and there until now: of a PLC that is not compiled the renamed ones are not
 * known yet. */
static struct lock_device *born(struct number_devices *x, const struct device *d)
{
    struct lock_device *found = unclaimed(x, x->keys, d->name);
    return found && !found->gone && found->instance == d->instance && str_same(found->plc, d->plc->name) ? found : NULL;
}

struct lock_device *number_device_known(struct number_devices *x, const struct device *d, enum number_by by)
{
    switch (by) {
    case BY_DEVICE_GUID: return unclaimed(x, x->guids, d->guid);
    case BY_HOME: return at_home(x, d->plc, d->name);
    case BY_PLACE: return living(x, d->name, &d->instance);
    case BY_FORMER_HOME: return at_home(x, d->plc, d->formerly);
    case BY_FORMER_PLACE: return living(x, d->formerly, &d->instance);
    case BY_LIVING: return living(x, d->name, NULL);
    case BY_HANDLE: return unclaimed(x, x->handles, d->name);
    case BY_FORMER_LIVING: return living(x, d->formerly, NULL);
    case BY_FORMER_HANDLE: return unclaimed(x, x->handles, d->formerly);
    case BY_DEVICE_BIRTH: return born(x, d);
    default: return NULL;
    }
}

/* A new device in the place of another that the project has no more: perhaps only another name. */
static void warn_successor(struct number_devices *x, const struct device *d)
{
    const struct chain *c = x->known ? map_get(x->instances, instance_key(x->ctx, d->instance)) : NULL;
    while (c && (c->device->claimed || !c->device->line))
        c = c->next;
    if (!c)
        return;
    diag(x->ctx, d->pos, D_REUSED_NUMBER, "'%s' is a new device, but has instance %u, which '%s' "
         "had before: its objects are numbered anew", d->name.s, d->instance, c->device->handle.s);
    diag_hint(x->ctx, "if it is the same device, keep its numbers with formerly=\"%s\"", c->device->handle.s);
}

struct lock_device *number_device_new(struct number_devices *x, const struct device *d)
{
    struct ctx *ctx = x->ctx;
    struct str key = d->name;
    warn_successor(x, d);
    for (unsigned k = 1; map_get(x->keys, key); k++) {
        const char *next = k == 1 ? arena_printf(ctx->arena, "%s@%s", d->name.s, d->plc->name.s)
                                  : arena_printf(ctx->arena, "%s@%s#%u", d->name.s, d->plc->name.s, k);
        key = ctx_str(ctx, next, strlen(next));
    }
    struct lock_device *made = lock_add_device(ctx, x->lock, key);
    put(x, x->keys, key, made);
    return made;
}
