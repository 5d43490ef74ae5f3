/* A stack is put together, started and taken down. See stack.h. */
#include <errno.h>
#include <stdlib.h>

#include "runtime/stack_inside.h"
#include "schemas/services.h"

void stack_defaults(struct tsm_config *c)
{
    *c = (struct tsm_config){
        .max_apdu = APDU_MAX,       .window = SERVICE_WINDOW, .max_segments = SERVICE_MAX_SEGMENTS,
        .receive = true,            .transmit = true,      .retries = 3,
        .apdu_timeout_ms = 6000,    .segment_timeout_ms = SERVICE_SEGMENT_TIMEOUT_MS,
        .transactions = 2048,       .blocks = 4096,        .longest = 512 << 10,
        .per_peer = 64,             .unproven = 32,        .per_server = 64,
    };
}

uint32_t stack_timers(const struct stack_config *c)
{
    return tsm_timers(&c->tsm) + NET_PORTS + 3;
}

/* ---- nodes ---- */

struct place {
    uint16_t index;
    bool first;
    const struct stack_device *d;
};

/* The one on an IPv4 port first, the others by port and address, as the router wants them. */
static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->first != y->first)
        return x->first ? -1 : 1;
    if (x->d->port != y->d->port)
        return x->d->port < y->d->port ? -1 : 1;
    return memcmp(x->d->vmac, y->d->vmac, NET_VMAC);
}

struct numbered {
    uint32_t instance;
    uint16_t node;
};

static int by_number(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    return x->instance < y->instance ? -1 : x->instance > y->instance;
}

static int place_nodes(struct stack *s, const struct stack_config *c)
{
    struct place *order = calloc(c->n_devices, sizeof *order);
    struct numbered *numbers = calloc(c->n_devices, sizeof *numbers);
    if (!order || !numbers) {
        free(order);
        free(numbers);
        return -ENOMEM;
    }
    for (uint16_t i = 0; i < c->n_devices; i++)
        order[i] = (struct place){i, c->ports[c->devices[i].port].kind == PORT_IPV4,
                                  &c->devices[i]};
    qsort(order, c->n_devices, sizeof *order, by_place);
    for (uint16_t n = 0; n < c->n_devices; n++) {
        const struct stack_device *d = order[n].d;
        s->places[n].port = d->port;
        memcpy(s->places[n].vmac, d->vmac, NET_VMAC);
        s->nodes[n] = (struct node){.device = d->device, .instance = d->instance,
                                    .index = order[n].index, .running = d->running};
        s->node_of[order[n].index] = n;
        s->patience[n] = d->patience;
        numbers[n] = (struct numbered){d->instance, n};
    }
    qsort(numbers, c->n_devices, sizeof *numbers, by_number);
    for (uint16_t n = 0; n < c->n_devices; n++)
        s->by_instance[n] = numbers[n].node;
    free(order);
    free(numbers);
    return 0;
}

/* ---- ports ---- */

static void set_up_bbmd(const struct stack_port *p, struct bbmd *b)
{
    bbmd_init(b, p->mac, p->everyone, p->mask);
    memcpy(b->t.bbmd, p->bbmd, NET_MAC);
    b->t.lifetime_s = p->lifetime_s;
    b->t.accept_foreign = p->mode == MODE_BBMD;
    for (uint16_t i = 0; i < p->n_peers && b->t.n_bdt < BDT_MAX; i++) {
        uint16_t port = le16_get(p->peers[i].port);
        struct bdt_entry e = {.address = {0, 0, 0, 0, (uint8_t)(port >> 8), (uint8_t)port}};
        memcpy(e.address, p->peers[i].address, 4);
        memcpy(e.mask, p->peers[i].mask, 4);
        if (memcmp(e.address, b->self, NET_MAC))
            b->t.bdt[b->t.n_bdt++] = e;
    }
}

static int set_up_ports(struct stack *s, const struct stack_config *c)
{
    uint8_t wanted = 0;
    for (uint8_t i = 0; i < c->n_ports; i++)
        wanted = (uint8_t)(wanted + (c->ports[i].mode != MODE_NORMAL));
    s->bbmds = calloc(wanted ? wanted : 1u, sizeof *s->bbmds);
    if (!s->bbmds)
        return -ENOMEM;
    struct bbmd *next = s->bbmds;
    for (uint8_t i = 0; i < c->n_ports; i++) {
        const struct stack_port *p = &c->ports[i];
        struct net_port *n = &s->router.ports[i];
        *n = (struct net_port){.kind = p->kind, .mode = p->mode, .id = p->id,
                               .network = p->network};
        n->quality = p->network ? NQ_configured : NQ_unknown;
        memcpy(n->mac, p->mac, NET_MAC);
        memcpy(n->everyone, p->everyone, NET_MAC);
        s->foreign[i].kind = TIMER_FOREIGN;
        s->foreign[i].index = i;
        if (p->mode != MODE_NORMAL) {
            set_up_bbmd(p, next);
            n->bbmd = next++;
        }
    }
    s->router.n_ports = c->n_ports;
    return 0;
}

/* ---- the whole ---- */

static void index_services(struct stack *s)
{
    const struct service_table *t = s->c.services;
    for (size_t i = 0; i < t->n_confirmed; i++)
        s->confirmed[t->confirmed[i].choice] = &t->confirmed[i];
    for (size_t i = 0; i < t->n_unconfirmed; i++)
        s->unconfirmed[t->unconfirmed[i].choice] = &t->unconfirmed[i];
}

static int allocate(struct stack *s)
{
    size_t n = s->c.n_devices;
    s->places = calloc(n, sizeof *s->places);
    s->nodes = calloc(n, sizeof *s->nodes);
    s->patience = calloc(n, sizeof *s->patience);
    s->node_of = calloc(n, sizeof *s->node_of);
    s->by_instance = calloc(n, sizeof *s->by_instance);
    s->parked = calloc(STACK_PARKED, sizeof *s->parked);
    if (!s->places || !s->nodes || !s->patience || !s->node_of || !s->by_instance || !s->parked)
        return -ENOMEM;
    if (tx_init(&s->tx, s->c.tsm.longest + TX_HEADROOM) || outbox_init(&s->slow, 4 * n + 64) ||
        bind_init(&s->bind, BINDINGS))
        return -ENOMEM;
    s->c.tsm.patience = s->patience;
    return tsm_open(&s->tsm, &s->c.tsm, s->c.timers);
}

int stack_open(struct stack **out, const struct stack_config *c)
{
    struct stack *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return -ENOMEM;
    s->c = *c;
    router_init(&s->router, &s->tx);
    int err = allocate(s);
    err = err ? err : place_nodes(s, c);
    err = err ? err : set_up_ports(s, c);
    if (err) {
        stack_close(s);
        return err;
    }
    limit_init(&s->limit, c->n_devices, c->n_objects);
    s->router.limit = &s->limit;
    s->router.devices = s->places;
    s->router.n_devices = c->n_devices;
    s->pace.kind = TIMER_PACE;
    s->wait.kind = TIMER_BIND;
    s->rivals.kind = TIMER_RIVALS;
    s->pace_left = PACE_BURST;
    s->c.devices = NULL;                /* both were copied */
    s->c.ports = NULL;
    index_services(s);
    *out = s;
    return 0;
}

void stack_close(struct stack *s)
{
    if (!s)
        return;
    for (unsigned i = 0; i < NET_PORTS; i++)
        timer_stop(s->c.timers, &s->foreign[i]);
    timer_stop(s->c.timers, &s->pace);
    timer_stop(s->c.timers, &s->wait);
    timer_stop(s->c.timers, &s->rivals);
    tsm_close(s->tsm);
    tx_fini(&s->tx);
    outbox_fini(&s->slow);
    bind_fini(&s->bind);
    free(s->places);
    free(s->nodes);
    free(s->patience);
    free(s->node_of);
    free(s->by_instance);
    free(s->parked);
    free(s->bbmds);
    free(s);
}

static void say_i_am(struct stack *s, uint16_t device)
{
    struct intent what = {.kind = INTENT_I_AM, .to = INTENT_GLOBAL, .device = device};
    outbox_put(s->c.outbox, &what);
}

void stack_start(struct stack *s)
{
    s->router.now_ms = clock_ms(s->c.clock);
    router_announce(&s->router);
    for (uint8_t i = 0; i < s->router.n_ports; i++)
        if (s->router.ports[i].mode == MODE_FOREIGN)
            timer_set(s->c.timers, &s->foreign[i], clock_ms(s->c.clock));
    for (uint16_t i = 0; i < s->c.n_devices; i++)
        if (s->nodes[s->node_of[i]].running)
            say_i_am(s, i);
}

/* Foreign devices stay registered with us; where we are registered ourselves nobody knows the new address. */
void stack_moved(struct stack *s, uint8_t port, const struct stack_port *is)
{
    struct net_port *n = &s->router.ports[port];
    struct bbmd *b = n->bbmd;
    memcpy(n->mac, is->mac, NET_MAC);
    memcpy(n->everyone, is->everyone, NET_MAC);
    if (!b)
        return;
    for (uint16_t i = 0; i < b->t.n_bdt; i++)
        if (!memcmp(b->t.bdt[i].address, b->self, NET_MAC))
            memcpy(b->t.bdt[i].address, is->mac, NET_MAC);
    memcpy(b->self, is->mac, NET_MAC);
    memcpy(b->subnet, is->everyone, NET_MAC);
    memcpy(b->mask, is->mask, sizeof b->mask);
    b->until_ms = 0;
    stack_ip_changed(s, port);
}

/* Foreign devices stay registered, as we do ourselves, and broadcasts that are on their way reach all whom they
 * are for. */
static void keep_bbmd(struct stack *s, uint8_t port, const struct bbmd *was)
{
    struct bbmd *b = s->router.ports[port].bbmd;
    b->until_ms = was->until_ms;
    memcpy(b->registrar, was->registrar, sizeof b->registrar);
    memcpy(b->answered, was->answered, sizeof b->answered);
    if (b->t.accept_foreign) {
        memcpy(b->t.fdt, was->t.fdt, sizeof b->t.fdt);
        b->t.n_fdt = was->t.n_fdt;
    }
    memcpy(b->queue, was->queue, sizeof b->queue);
    b->head = was->head;
    b->queued = was->queued;
    timer_set(s->c.timers, &s->foreign[port], clock_ms(s->c.clock));
}

void stack_learned(struct stack *s, const struct stack *was)
{
    const struct route_table *t = &was->router.routes;
    for (uint8_t i = 0; i < s->router.n_ports && i < was->router.n_ports; i++) {
        struct net_port *is = &s->router.ports[i];
        const struct net_port *old = &was->router.ports[i];
        if (is->kind != old->kind)
            continue;
        bool learned = old->quality == NQ_learned || old->quality == NQ_learned_configured;
        if (!is->network && learned && router_port_of(&s->router, old->network) == NET_PORTS) {
            is->network = old->network;
            is->quality = old->quality;
        }
        if (is->mode != MODE_NORMAL && is->mode == old->mode)
            keep_bbmd(s, i, old->bbmd);
    }
    for (uint16_t i = 0; i < t->n; i++) {
        router_learn(&s->router, t->rows[i].network, t->rows[i].port, t->rows[i].mac);
        struct net_route *r = router_route(&s->router, t->rows[i].network);
        if (r)
            r->busy_until = t->rows[i].busy_until;
    }
}

void stack_run(struct stack *s, uint16_t device, bool running)
{
    uint16_t node = s->node_of[device];
    struct node *n = &s->nodes[node];
    if (running && !n->running) {
        n->conflict = false;            /* until the other one speaks again */
        say_i_am(s, device);
    }
    if (!running)
        tsm_forget(s->tsm, node);
    n->running = running;
}

bool stack_conflict(const struct stack *s, uint16_t device, struct peer *who)
{
    const struct node *n = &s->nodes[s->node_of[device]];
    if (n->conflict)
        *who = n->rival;
    return n->conflict;
}

const struct stack_stats *stack_stats(const struct stack *s) { return &s->stats; }
const struct limiter *stack_limits(const struct stack *s) { return &s->limit; }
const struct tsm_stats *stack_tsm_stats(const struct stack *s) { return tsm_stats(s->tsm); }
const struct bind *stack_bindings(const struct stack *s) { return &s->bind; }
struct router *stack_router(struct stack *s) { return &s->router; }

struct ip_tables *stack_ip(struct stack *s, uint8_t port)
{
    struct bbmd *b = s->router.ports[port].bbmd;
    return b ? &b->t : NULL;
}

void stack_ip_changed(struct stack *s, uint8_t port)
{
    struct bbmd *b = s->router.ports[port].bbmd;
    b->due_ms = 0;
    b->t.unanswered = 0;
    timer_set(s->c.timers, &s->foreign[port], clock_ms(s->c.clock));
}
