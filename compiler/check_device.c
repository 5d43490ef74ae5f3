/* Checks of ports and devices. */
#include "compiler/check.h"

#include "compiler/publish.h"
#include "schemas/objdefs.h"

#include <string.h>

static void twice(struct ctx *ctx, struct srcpos pos, enum diag_code code, const char *what,
                  unsigned number, struct srcpos first)
{
    diag(ctx, pos, code, "%s %u is used twice", what, number);
    diag_note(ctx, first, "first used here");
}

/* What of a port makes its address has been understood. */
static bool addressed(const struct port *p)
{
    static const enum at parts[] = {AT_type, AT_adapter, AT_address, AT_udpPort, AT_enabled};
    for (size_t i = 0; p->poisoned && i < sizeof parts / sizeof *parts; i++)
        if (!sound(p->node, parts[i]))
            return false;
    return true;
}

static bool listens_everywhere(const struct port *p) { return !p->address.n && !p->adapter.n; }

static bool opens_socket(const struct port *p) { return p->type == NT_ipv4 && addressed(p) && port_in_use(p); }

static void check_pair(struct ctx *ctx, const struct port *p, const struct port *o)
{
    if (p->id == o->id && p->id != NOT_SET)
        twice(ctx, place(p->node, AT_id), D_DUPLICATE_PORT, "port id", p->id, place(o->node, AT_id));
    if (p->network && p->network == o->network)
        twice(ctx, place(p->node, AT_network), D_DUPLICATE_NETWORK, "network number", p->network,
              place(o->node, AT_network));
    if (opens_socket(p) && opens_socket(o) && p->udp_port == o->udp_port &&
        (listens_everywhere(p) || listens_everywhere(o) ||
         (str_eq(p->address, o->address) && str_eq(p->adapter, o->adapter)))) {
        const struct port *all = listens_everywhere(p) ? p : listens_everywhere(o) ? o : NULL;
        if (all)
            diag(ctx, p->pos, D_DUPLICATE_ADDRESS, "port %u takes UDP port %u on every adapter: it names none", all->id,
                 all->udp_port);
        else
            diag(ctx, p->pos, D_DUPLICATE_ADDRESS, "two ports have the same address and UDP port %u", p->udp_port);
        diag_note(ctx, o->pos, "the other one");
    }
}

/* Beside ourselves, each once: who stands twice would get every broadcast twice. */
static void check_peers(struct ctx *ctx, const struct port *p)
{
    uint32_t peers = 0;
    for (const struct peer_entry *x = p->peers; x; x = x->next)
        peers++;
    for (const struct peer_entry *x = p->peers; x && peers < PROP_BDT_MAX; x = x->next)
        for (const struct peer_entry *o = p->peers; o != x; o = o->next)
            if (x->ip[0] && !memcmp(x->ip, o->ip, sizeof x->ip) && x->udp_port == o->udp_port) {
                diag(ctx, x->pos, D_DUPLICATE_ADDRESS, "peer %u.%u.%u.%u:%u stands twice", x->ip[0], x->ip[1],
                     x->ip[2], x->ip[3], x->udp_port);
                diag_note(ctx, o->pos, "the other one");
                break;
            }
    if (peers >= PROP_BDT_MAX)
        diag(ctx, p->pos, D_TOO_MANY, "port %u has %u peers; %d is the limit", p->id, peers, PROP_BDT_MAX - 1);
}

static void check_port(struct ctx *ctx, const struct port *p, unsigned n_ports)
{
    if (p->type == NT_virtual) {
        static const enum at ip[] = {AT_adapter, AT_address, AT_udpPort, AT_mask};
        for (size_t i = 0; i < sizeof ip / sizeof *ip; i++)
            check_no_effect(ctx, p->node, ip[i], "the port is virtual");
        if (p->bbmd || p->foreign)
            diag(ctx, p->pos, D_ATTRIBUTE_CONFLICT, "a virtual port has no Bbmd or ForeignDevice");
    }
    if (p->type == NT_ipv4 && p->mask[3] >= 254)
        diag(ctx, place(p->node, AT_mask), D_BAD_ADDRESS, "mask leaves the subnet no broadcast address");
    check_peers(ctx, p);
    if (p->bbmd && p->foreign)
        diag(ctx, p->pos, D_ATTRIBUTE_CONFLICT,
             "a port is a BBMD or registers as foreign device, not both");
    if (!p->network && n_ports > 1 && sound(p->node, AT_network))
        diag(ctx, p->pos, D_NO_NETWORK, "port %u has no network number, and the PLC routes", p->id);
}

static void check_router(struct ctx *ctx, const struct plc *plc)
{
    const struct device *router = NULL;
    bool ipv4 = false;
    for (const struct channel *c = plc->channels; c; c = c->next)
        for (const struct port *p = c->ports; p; p = p->next)
            ipv4 |= p->type == NT_ipv4;
    for (const struct device *d = first_device(ctx->model, plc); d; d = next_device(d, plc)) {
        if (!d->port || d->port->type != NT_ipv4)
            continue;
        if (router) {
            diag(ctx, place(d->node, AT_port), D_IPV4_DEVICES,
                 "'%s' sits on an IPv4 port, which '%s' does already", d->name.s, router->name.s);
            diag_note(ctx, place(router->node, AT_port), "the device that is the router");
        } else {
            router = d;
        }
    }
    if (!router && first_device(ctx->model, plc) && !may_be_lost(ctx, EL_Device) && !may_be_lost(ctx, EL_Port))
        diag(ctx, plc->pos, D_IPV4_DEVICES, ipv4 ? "no device of PLC '%s' sits on an IPv4 port"
                                                 : "PLC '%s' has no IPv4 port", plc->name.s);
}

/* The port with every port before it. */
static void check_pairs(struct ctx *ctx, const struct plc *plc, const struct port *p)
{
    for (const struct channel *c = plc->channels; c; c = c->next)
        for (const struct port *o = c->ports; o; o = o->next) {
            if (o == p)
                return;
            check_pair(ctx, p, o);
        }
}

enum { PORTS_MAX = 254 };               /* as many as there are ids                            */

void check_ports(struct ctx *ctx)
{
    for (const struct plc *plc = ctx->model->plcs; plc; plc = plc->next) {
        unsigned n_ports = 0;
        for (const struct channel *c = plc->channels; c; c = c->next)
            for (const struct port *p = c->ports; p; p = p->next)
                n_ports++;
        for (const struct channel *c = plc->channels; c; c = c->next)
            for (const struct port *p = c->ports; p; p = p->next) {
                check_port(ctx, p, n_ports);
                if (n_ports <= PORTS_MAX)
                    check_pairs(ctx, plc, p);
            }
        if (n_ports > PORTS_MAX)
            diag(ctx, plc->pos, D_TOO_MANY, "PLC '%s' has %u ports; %d is the limit", plc->name.s, n_ports, PORTS_MAX);
        bool placed = true;
        for (struct device *d = first_device(ctx->model, plc); d; d = next_device(d, plc))
            placed &= d->port != NULL && sound(d->port->node, AT_type);
        if (placed)
            check_router(ctx, plc);
    }
}

size_t password_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void check_password(struct ctx *ctx, const struct device *d)
{
    unsigned given = 0u + (d->password.n > 0) + (d->password_file.n > 0) + (d->password_hash.n > 0);
    if (given > 1)
        diag(ctx, d->pos, D_ATTRIBUTE_CONFLICT, "a device has one management password, not %u", given);
    if (d->password.n) {
        diag(ctx, place(d->node, AT_managementPassword), D_PLAIN_PASSWORD,
             "the management password stands in the project in clear");
        if (password_length(d->password.s) > PASSWORD_MAX)
            diag(ctx, place(d->node, AT_managementPassword), D_NAME_TOO_LONG,
                 "a management password has at most 20 characters");
    }
}

/* The entry that lets in all that this one does; NULL: not all. */
static const struct allow *covering(const struct allow *list, const struct allow *a)
{
    for (; list; list = list->next) {
        unsigned bits = list->prefix, i = bits / 8;
        uint8_t mask = (uint8_t)(0xff00u >> bits % 8);
        if (list->family == a->family && bits <= a->prefix && !memcmp(list->address, a->address, i) &&
            (bits % 8 == 0 || ((list->address[i] ^ a->address[i]) & mask) == 0))
            return list;
    }
    return NULL;
}

/* A device's list adds to its channel's: one that seems to narrow it does nothing. */
static void check_access(struct ctx *ctx, const struct device *d)
{
    for (const struct allow *a = d->channel->allows ? d->allows : NULL, *next; a; a = next) {
        const struct allow *by = covering(d->channel->allows, a);
        for (next = a->next; next && next->pos.line == a->pos.line && next->pos.col == a->pos.col; next = next->next)
            by = by ? covering(d->channel->allows, next) : NULL;        /* a range is several networks */
        if (!by)
            continue;
        diag(ctx, a->pos, D_NO_EFFECT, "this Allow has no effect: the channel lets these addresses in already");
        diag_note(ctx, by->pos, "here");
        diag_hint(ctx, "remove it; where one device is to let in fewer, give each device its own Access");
    }
}

static struct srcpos place_of_object_name(const struct device *d)
{
    return place(d->node, node_attr(d->node, AT_objectName) ? AT_objectName : AT_name);
}

/* Clause 12.11: the name of a Device is unique internetwork-wide. Controllers that call their devices alike
 * by default are perhaps on different sites: then it is a warning. */
static void check_object_name(struct ctx *ctx, struct map *names, struct device *d)
{
    const bool known = d->object_name.n && sound(d->node, AT_objectName);
    const struct device *o = known ? map_add(names, d->object_name, d) : NULL;
    bool given = o && node_attr(d->node, AT_objectName) && node_attr(o->node, AT_objectName);
    bool twins = o && d->plc == o->plc && str_eq(d->name, o->name) && !given;      /* told already */
    if (!o || twins)
        return;
    if (d->plc == o->plc || given)
        diag(ctx, place_of_object_name(d), D_DUPLICATE_OBJECT_NAME,
             "the Object_Name '%s' is already taken by device '%s'", d->object_name.s, o->name.s);
    else if (may_be_lost(ctx, EL_Device))
        return;                         /* a PLC's only device has another name by default     */
    else
        diag(ctx, place_of_object_name(d), D_DEVICE_NAME_TWICE, "the Object_Name '%s' is that of a device of PLC '%s'",
             d->object_name.s, o->plc->name.s);
    diag_note(ctx, place_of_object_name(o), "first used here");
}

void check_devices(struct ctx *ctx)
{
    struct map *instances = map_new(ctx->arena), *names = map_new(ctx->arena);
    for (struct device *d = first_device(ctx->model, NULL); d; d = next_device(d, NULL)) {
        check_password(ctx, d);
        check_access(ctx, d);
        check_object_name(ctx, names, d);
        if (d->instance == NOT_SET)
            continue;
        const char *key = arena_printf(ctx->arena, "%u", d->instance);
        const struct device *o = map_add(instances, str_of(ctx->strs, key), d);
        if (o) {
            diag(ctx, place(d->node, AT_instance), D_DUPLICATE_DEVICE,
                 "device instance %u is already taken by '%s'", d->instance, o->name.s);
            diag_note(ctx, place(o->node, AT_instance), "first used here");
        }
    }
}
