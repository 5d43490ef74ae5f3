/* A device under test. See dut.h; composed as runtime/host.c composes it, without sockets, signals
 * and storage, and with small pools. */
#include "tests/dut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/gate.h"
#include "runtime/engine/engines.h"
#include "runtime/engine/restart.h"
#include "runtime/object/binary.h"
#include "runtime/object/prop.h"
#include "runtime/object/values.h"
#include "runtime/service/services.h"
#include "runtime/stack.h"

const uint8_t dut_mac[6] = {127, 0, 3, 1, 0xba, 0xc0}, dut_everyone[6] = {127, 255, 255, 255, 0xba, 0xc0};

struct dut {
    struct clock clock;
    struct log log;
    struct timers timers;
    struct outbox outbox;
    struct db db;
    struct stack *stack;
    struct engines engines;
    struct gate *gate;
    struct dut_out out[DUT_OUT_MAX];
    size_t first, n;
};

static void collect(void *ctx, const struct datagram *d, size_t n)
{
    struct dut *t = ctx;
    for (size_t i = 0; i < n && t->n < DUT_OUT_MAX; i++) {
        struct dut_out *o = &t->out[t->n++];
        memcpy(o->to, d[i].to, 6);
        o->n = d[i].n < DUT_MESSAGE ? d[i].n : DUT_MESSAGE;
        memcpy(o->bytes, d[i].bytes, o->n);
    }
}

static void give_up(const char *why)
{
    fprintf(stderr, "device under test: %s\n", why);
    exit(1);
}

static void set_ports(struct dut *t, struct stack_port ports[NET_PORTS])
{
    const struct image *img = &t->db.img;
    if (img->n_ports > NET_PORTS)
        give_up("too many ports");
    for (uint8_t i = 0; i < img->n_ports; i++) {
        const struct img_port *p = &img->ports[i];
        uint16_t flags = le16_get(p->flags);
        bool ipv4 = p->type == NT_ipv4;
        ports[i] = (struct stack_port){.kind = ipv4 ? PORT_IPV4 : PORT_VIRTUAL, .id = p->id,
                                       .network = le16_get(p->network)};
        ports[i].mode = flags & IMG_PORT_BBMD ? MODE_BBMD : MODE_NORMAL;
        struct port_info *info = &t->db.ports[i];
        *info = (struct port_info){.type = p->type, .mode = ports[i].mode, .network = ports[i].network,
                                   .quality = ports[i].network ? NQ_configured : NQ_unknown, .udp_port = 47808};
        if (!ipv4)
            continue;
        memcpy(ports[i].mac, dut_mac, 6);
        memcpy(ports[i].everyone, dut_everyone, 6);
        memcpy(info->ip, dut_mac, 4);
        memcpy(info->everyone, dut_everyone, 4);
        memcpy(info->mac, dut_mac, 6);
        info->mac_len = 6;
        ports[i].n_peers = (uint16_t)le32_get(p->n_peers);
        ports[i].peers = (const void *)(img->peers + le32_get(p->first_peer));
    }
}

static void set_devices(struct dut *t, struct stack_device *out)
{
    for (uint32_t i = 0; i < t->db.img.n_devices; i++) {
        struct device *d = &t->db.devices[i];
        out[i] = (struct stack_device){.device = d, .instance = d->instance, .port = (uint8_t)d->port};
        out[i].vmac[0] = (uint8_t)(d->instance >> 16);
        out[i].vmac[1] = (uint8_t)(d->instance >> 8);
        out[i].vmac[2] = (uint8_t)d->instance;
        if (d->img->mac_len == NET_VMAC)
            memcpy(out[i].vmac, d->img->mac, NET_VMAC);
        uint32_t retries;
        if (prop_unsigned(&t->db, d->object, P_apdu_timeout, &out[i].patience.timeout_ms) &&
            prop_unsigned(&t->db, d->object, P_number_of_apdu_retries, &retries))
            out[i].patience.retries = (uint8_t)retries;
        out[i].running = d->flags & IMG_DEV_ENABLED;
        d->state = out[i].running ? DEVICE_RUNNING : DEVICE_STOPPED;
    }
}

static void open_stack(struct dut *t)
{
    struct stack_port ports[NET_PORTS];
    struct stack_device *devices = calloc(t->db.img.n_devices + 1, sizeof *devices);
    struct stack_config c = {.services = &services, .clock = &t->clock, .log = &t->log, .timers = &t->timers,
                             .outbox = &t->outbox, .ports = ports, .n_ports = (uint8_t)t->db.img.n_ports,
                             .devices = devices, .n_devices = (uint16_t)t->db.img.n_devices,
                             .n_objects = t->db.img.n_objects, .send = collect, .ctx = t};
    stack_defaults(&c.tsm);
    c.tsm.transactions = 32;
    c.tsm.blocks = 32;
    c.tsm.longest = 64 << 10;
    t->db.limits = (struct limits){.max_apdu = c.tsm.max_apdu, .max_segments = c.tsm.max_segments,
                                   .apdu_segment_timeout = (uint16_t)c.tsm.segment_timeout_ms,
                                   .segmentation = SEG_both};
    set_ports(t, ports);
    set_devices(t, devices);
    if (timers_init(&t->timers, stack_timers(&c) + 64) || stack_open(&t->stack, &c))
        give_up("out of memory");
    free(devices);
}

static void turn(struct dut *t)
{
    bool more = true;
    for (int i = 0; i < 1000 && more; i++) {
        more = engines_turn(&t->engines);
        more |= stack_turn(t->stack);
        db_settle(&t->db);
    }
}

static void fire(struct dut *t)
{
    timers_take(&t->timers, clock_ms(&t->clock));
    for (struct timer *x; (x = timers_fired(&t->timers));)
        if (x->kind < TIMER_ENGINE)
            stack_timer(t->stack, x);
        else
            engines_timer(&t->engines, x);
    turn(t);
}

/* Discovery answers are paced by timers of a few ms: whatever comes within 100 ms counts as now. */
static void settle(struct dut *t)
{
    turn(t);
    for (int i = 0; i < 50; i++) {
        uint64_t next = timers_next(&t->timers), now = clock_ms(&t->clock);
        if (next == UINT64_MAX || next > now + 100)
            return;
        clock_advance(&t->clock, next > now ? next - now : 0);
        fire(t);
    }
}

struct dut *dut_open(const uint8_t *image, size_t n)
{
    struct dut *t = calloc(1, sizeof *t);
    uint8_t *bytes = malloc(n ? n : 1);
    char why[256];
    if (!t || !bytes)
        give_up("out of memory");
    memcpy(bytes, image, n);
    clock_init_manual(&t->clock, 1795219200000);            /* 2026-11-21 00:00 UTC, a Saturday    */
    log_init(&t->log, 2, &t->clock);
    t->log.level = LOGGED_ERROR;
    if (outbox_init(&t->outbox, 256))
        give_up("out of memory");
    if (!db_open(&t->db, bytes, n, &t->clock, &t->outbox, why, sizeof why))
        give_up(why);
    services_announce(&t->db);
    open_stack(t);
    if (gate_open(&t->gate, -1))
        give_up("out of memory");
    t->db.gate = t->gate;
    values_start(&t->db);
    if (engines_open(&t->engines, &t->db, &t->timers))
        give_up("no memory");
    restart_all(&t->db, RESTART_coldstart);
    binary_start(&t->db);
    db_settle(&t->db);
    settle(t);
    dut_clear(t);           /* what it says of its start */
    return t;
}

void dut_close(struct dut *t)
{
    stack_close(t->stack);
    gate_close(t->gate);
    engines_close(&t->engines);
    db_close(&t->db);
    timers_fini(&t->timers);
    outbox_fini(&t->outbox);
    free(t);
}

void dut_input(struct dut *t, const uint8_t from[6], bool directed, const uint8_t *bytes, size_t n)
{
    stack_input(t->stack, 0, from, directed, bytes, n);
    settle(t);
}

void dut_sleep(struct dut *t, uint64_t ms)
{
    uint64_t end = clock_ms(&t->clock) + ms;
    turn(t);
    for (uint64_t next; (next = timers_next(&t->timers)) <= end;) {
        uint64_t now = clock_ms(&t->clock);
        clock_advance(&t->clock, next > now ? next - now : 0);
        fire(t);
    }
    clock_advance(&t->clock, end - clock_ms(&t->clock));
    turn(t);
}

bool dut_set(struct dut *t, const char *variable, double value)
{
    uint32_t v = img_find_variable(&t->db.img, variable, strlen(variable));
    if (v == IMG_NONE)
        return false;
    values_input(&t->db, v, value, &(struct origin){.who = BY_SOURCE});
    settle(t);
    return true;
}

bool dut_quality(struct dut *t, const char *variable, unsigned reliability)
{
    uint32_t v = img_find_variable(&t->db.img, variable, strlen(variable));
    if (v == IMG_NONE)
        return false;
    values_quality(&t->db, v, (enum reliability)reliability);
    settle(t);
    return true;
}

const struct dut_out *dut_take(struct dut *t)
{
    if (t->first < t->n)
        return &t->out[t->first++];
    t->first = t->n = 0;
    return NULL;
}

struct db *dut_db(struct dut *t) { return &t->db; }
size_t dut_waiting(const struct dut *t) { return t->n - t->first; }
void dut_clear(struct dut *t) { t->first = t->n = 0; }

const uint8_t *dut_image(size_t *n)
{
    static uint8_t buf[1 << 20];
    static size_t size;
    const char *path = getenv("FUZZ_IMAGE");
    FILE *f = size || !path ? NULL : fopen(path, "rb");
    if (f) {
        size = fread(buf, 1, sizeof buf, f);
        fclose(f);
    }
    if (!size) {
        fputs("FUZZ_IMAGE must name an image\n", stderr);
        exit(1);
    }
    *n = size;
    return buf;
}
