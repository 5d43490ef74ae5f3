/* The loop of a running image. See host.h; one turn as the layers want it: datagrams, timers, what
 * is to be said, then sleep. The only blocking call is the wait. */
#include "runtime/host.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/base/notify.h"
#include "runtime/engine/restart.h"
#include "runtime/object/binary.h"
#include "runtime/object/values.h"
#include "runtime/service/services.h"
#include "runtime/source/source.h"

enum {
    TAG_SIGNAL = 1,
    BATCHES = 4,                /* of one socket before the others and the timers have their turn */
    OTHER_TIMERS = 256,
};

static void send_batch(void *ctx, const struct datagram *d, size_t n)
{
    struct host *h = ctx;
    for (uint8_t i = 0; i < h->n_ports; i++)
        if (h->udp[i].fd >= 0)
            h->lost += udp_send(h->batch, &h->udp[i], i, d, n);
}

/* ---- start ---- */

static void set_limits(struct host *h, const struct tsm_config *c)
{
    struct limits *l = &h->db.limits;
    l->max_apdu = c->max_apdu;
    l->apdu_segment_timeout = (uint16_t)c->segment_timeout_ms;
    l->max_segments = c->max_segments;
    l->segmentation = c->receive ? (c->transmit ? SEG_both : SEG_receive)
                                 : (c->transmit ? SEG_transmit : SEG_none);
}

bool host_runs_by_image(const struct db *db, const struct device *d)
{
    return d->flags & IMG_DEV_ENABLED && le16_get(db->img.ports[d->port].flags) & IMG_PORT_ENABLED;
}

/* A device whose number stands for its address on a virtual network, unless the image says other. */
static struct stack_device place(const struct host *h, uint32_t i)
{
    struct device *d = &h->db.devices[i];
    struct stack_device s = {.device = d, .instance = d->instance, .port = (uint8_t)d->port};
    s.vmac[0] = (uint8_t)(d->instance >> 16);
    s.vmac[1] = (uint8_t)(d->instance >> 8);
    s.vmac[2] = (uint8_t)d->instance;
    if (d->img->mac_len == NET_VMAC)
        memcpy(s.vmac, d->img->mac, NET_VMAC);
    uint32_t timeout, retries;
    if (prop_unsigned(&h->db, d->object, P_apdu_timeout, &timeout) &&
        prop_unsigned(&h->db, d->object, P_number_of_apdu_retries, &retries))
        s.patience = (struct tsm_patience){timeout, (uint8_t)retries};
    s.running = host_runs_by_image(&h->db, d);
    d->state = s.running ? DEVICE_RUNNING : DEVICE_STOPPED;
    return s;
}

int host_open_stack(struct host *h, const struct stack_port *ports)
{
    uint32_t n = h->db.img.n_devices;
    struct stack_device *devices = calloc(n ? n : 1, sizeof *devices);
    struct stack_config c = {.services = &services, .clock = &h->clock, .log = &h->log,
                             .timers = &h->timers, .outbox = &h->outbox, .ports = ports,
                             .n_ports = h->n_ports, .devices = devices,
                             .n_devices = (uint16_t)n, .n_objects = h->db.img.n_objects, .send = send_batch, .ctx = h};
    if (!devices)
        return -ENOMEM;
    stack_defaults(&c.tsm);
    set_limits(h, &c.tsm);
    for (uint32_t i = 0; i < n; i++)
        devices[i] = place(h, i);
    int err = timers_reserve(&h->timers, stack_timers(&c) + OTHER_TIMERS);
    err = err ? err : stack_open(&h->stack, &c);
    free(devices);
    if (!err)
        ports_attach(h);
    return err;
}

static int watch(struct host *h)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    int err;
    h->signals = loop_signals(signals, sizeof signals / sizeof *signals);
    if (h->signals < 0)
        return h->signals;
    err = loop_add(&h->loop, h->signals, TAG_SIGNAL, LOOP_READ);
    h->clock_set = loop_clock();
    if (!err && h->clock_set >= 0)
        err = loop_add(&h->loop, h->clock_set, HOST_TAG_CLOCK, LOOP_READ);
    h->look.kind = HOST_TIMER_LOOK;
    h->addresses = udp_watch();
    if (!err && h->addresses >= 0)
        err = loop_add(&h->loop, h->addresses, HOST_TAG_ADDRESSES, LOOP_READ);
    for (uint8_t i = 0; !err && i < h->n_ports; i++)
        err = ports_listen(h, i);
    return err;
}

static bool set_log(struct host *h, char why[HOST_WHY])
{
    const struct host_options *o = &h->options;
    log_init(&h->log, STDERR_FILENO, &h->clock);
    h->log.journal = getenv("JOURNAL_STREAM") != NULL;
    if (o->log_level && !log_level_of(o->log_level, &h->log.level)) {
        snprintf(why, HOST_WHY, "--log-level %s: not one of error, warning, info, debug",
                 o->log_level);
        return false;
    }
    h->log.json = o->log_format && !strcmp(o->log_format, "json");
    if (o->log_format && !h->log.json && strcmp(o->log_format, "text")) {
        snprintf(why, HOST_WHY, "--log-format %s: not one of text, json", o->log_format);
        return false;
    }
    return true;
}

static int open_gate(struct host *h)
{
    h->gate_waker = loop_waker();
    int err = h->gate_waker < 0 ? h->gate_waker : gate_open(&h->gate, h->gate_waker);
    return err ? err : loop_add(&h->loop, h->gate_waker, HOST_TAG_GATE, LOOP_READ);
}

void host_zone(struct host *h)
{
    const struct image *img = &h->db.img;
    const char *name = img->n_project ? (const char *)img_text(img, img->project->time_zone).p : "";
    if (*name && !*h->db.zone.name)
        log_say(&h->log, LOGGED_WARNING, "zone", "time zone '%s' is not known here; local time is the machine's", name);
}

bool host_open(struct host *h, const struct host_options *o, char why[HOST_WHY])
{
    struct stack_port ports[NET_PORTS];
    char reason[160];
    *h = (struct host){.options = *o, .signals = -1, .clock_set = -1, .addresses = -1, .gate_waker = -1, .loop = {-1}};
    clock_init(&h->clock);
    for (unsigned i = 0; i < NET_PORTS; i++)
        h->udp[i].fd = h->udp[i].fd_all = -1;
    if (!set_log(h, why) || !ports_options(h, why))
        return false;
    int err = loop_open(&h->loop);
    err = err ? err : udp_batch_open(&h->batch);
    err = err ? err : outbox_init(&h->outbox, 8192);
    err = err ? err : open_gate(h);
    if (err) {
        snprintf(why, HOST_WHY, "%s", strerror(-err));
        host_close(h);
        return false;
    }
    h->has_db = image_load(&h->db, o->image, &h->clock, &h->outbox, reason, sizeof reason);
    if (!h->has_db) {
        snprintf(why, HOST_WHY, "%s", reason);
        host_close(h);
        return false;
    }
    services_announce(&h->db);
    host_zone(h);
    (void)zone_dst(&h->db.zone, db_now(&h->db));        /* before there are threads */
    h->db.gate = h->gate;
    values_start(&h->db);
    if (!host_state_open(h, why) || !ports_open(h, ports, why)) {
        host_close(h);
        return false;
    }
    err = engines_open(&h->engines, &h->db, &h->timers);
    err = err ? err : host_open_stack(h, ports);
    err = err ? err : watch(h);
    if (err)
        snprintf(why, HOST_WHY, "%s", strerror(-err));
    if (err || !host_control_open(h, why)) {
        host_close(h);
        return false;
    }
    host_sources_open(h);
    restart_all(&h->db, RESTART_coldstart);
    binary_start(&h->db);
    db_settle(&h->db);
    return true;
}

void host_close(struct host *h)
{
    host_reload_close(h);
    host_sources_close(h, true);
    host_state_close(h);
    stack_close(h->stack);
    engines_close(&h->engines);
    if (h->has_db)
        db_close(&h->db);
    for (unsigned i = 0; i < NET_PORTS; i++)
        udp_close(&h->udp[i]);
    udp_batch_close(h->batch);
    outbox_fini(&h->outbox);
    timers_fini(&h->timers);
    gate_close(h->gate);
    if (h->gate_waker >= 0)
        close(h->gate_waker);
    if (h->signals >= 0)
        close(h->signals);
    if (h->clock_set >= 0)
        close(h->clock_set);
    if (h->addresses >= 0)
        close(h->addresses);
    loop_close(&h->loop);
}

/* ---- the loop ---- */

static void receive(struct host *h, uint8_t port, int fd, bool directed)
{
    struct udp_in in[UDP_BATCH];
    size_t n = UDP_BATCH;
    for (unsigned i = 0; i < BATCHES && n == UDP_BATCH; i++) {
        n = udp_receive(h->batch, fd, in);
        for (size_t k = 0; k < n; k++)
            stack_input(h->stack, port, in[k].from, directed, in[k].bytes, in[k].n);
    }
}

static void on_event(struct host *h, const struct loop_event *e)
{
    uint8_t port = e->tag & 0xff;
    if (e->tag == HOST_TAG_GATE) {
        loop_wake_take(h->gate_waker);
        for (uint64_t token; (token = gate_done(h->gate));)
            stack_resume(h->stack, token);
        while (gate_room(h->gate, clock_ms(&h->clock)) && stack_resume_one(h->stack, GATE_ROOM))
            continue;
        return;
    }
    if (e->tag == HOST_TAG_CLOCK) {
        loop_clock_take(h->clock_set);  /* the turn that follows sees it */
        return;
    }
    if (e->tag == HOST_TAG_ADDRESSES) {
        ports_news(h);
        return;
    }
    if (host_state_event(h, e) || host_sources_event(h, e))
        return;
    switch (e->tag & ~0xffu) {
    case HOST_TAG_PORT: receive(h, port, h->udp[port].fd, false); break;
    case HOST_TAG_PORT_ALL: receive(h, port, h->udp[port].fd_all, true); break;
    default:
        for (int s; (s = loop_signal_take(h->signals));) {
            if (s == SIGHUP) {
                host_reload(h, NULL);
                continue;
            }
            log_say(&h->log, LOGGED_INFO, "stop", "%s", strsignal(s));
            h->stop = true;
        }
    }
}

/* How long nobody needs the loop. */
static uint64_t patience(const struct host *h, bool more)
{
    uint64_t next = timers_next(&h->timers), now = clock_ms(&h->clock);
    if (more || next <= now)
        return 0;
    return next == UINT64_MAX ? UINT64_MAX : next - now;
}

static void say_what_runs(struct host *h)
{
    char text[UDP_TEXT];
    for (uint8_t i = 0; i < h->n_ports; i++)
        if (h->udp[i].fd >= 0)
            log_say(&h->log, LOGGED_INFO, "serving", "%u devices, %u objects on %s%s",
                    h->db.img.n_devices, h->db.img.n_objects, udp_text(h->udp[i].mac, text),
                    h->udp[i].any ? " (all addresses)" : "");
}

void host_serve(struct host *h)
{
    struct loop_event events[LOOP_EVENTS];
    say_what_runs(h);
    stack_start(h->stack);
    host_watchdog(h);
    notify_say("READY=1");
    while (!h->stop) {
        while (persist_flush(&h->persist))
            ;                           /* values are stored before the alarms that they raise */
        bool more = engines_turn(&h->engines);
        more |= host_state_turn(h);
        ports_turn(h);
        if (h->sources)
            sources_turn(h->sources);
        db_settle(&h->db);
        more |= stack_turn(h->stack);
        more |= h->db.objects.n || h->db.variables.n;   /* one device of ours wrote to another */
        more |= host_reload_turn(h);
        int n = loop_wait(&h->loop, patience(h, more), events, LOOP_EVENTS);
        clock_tick(&h->clock);
        for (int i = 0; i < n; i++)
            on_event(h, &events[i]);
        host_state_lines(h);
        timers_take(&h->timers, clock_ms(&h->clock));
        for (struct timer *t; (t = timers_fired(&h->timers));)
            if (t->kind == HOST_TIMER_WATCHDOG)
                host_watchdog(h);
            else if (t->kind == HOST_TIMER_SOURCES)
                sources_timer(h->sources, t);
            else if (t->kind == HOST_TIMER_LOOK)
                ports_look(h);
            else if (t->kind < TIMER_ENGINE)
                stack_timer(h->stack, t);
            else
                engines_timer(&h->engines, t);
    }
    notify_say("STOPPING=1");
    (void)stack_turn(h->stack);
    (void)host_state_turn(h);
}

/* ---- commands ---- */

/* A source takes three descriptors, and there may be more of them than what is usual allows. */
static void allow_descriptors(void)
{
    enum { ENOUGH = 262144 };
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) || l.rlim_cur >= ENOUGH)
        return;
    l.rlim_cur = l.rlim_max < ENOUGH ? l.rlim_max : ENOUGH;
    (void)setrlimit(RLIMIT_NOFILE, &l);
}

int cmd_run(const struct verb *c, int argc, char **argv)
{
    struct host_options o = {0};
    const struct option_row rows[] = {
        {"bind", &o.bind, NULL},           {"port", &o.port, NULL},
        {"data", &o.data, NULL},           {"control", &o.control, NULL},
        {"log-level", &o.log_level, NULL}, {"log-format", &o.log_format, NULL},
        {"simulate", NULL, &o.simulate},   {"metrics", &o.metrics, NULL},
    };
    char why[HOST_WHY];
    int n;
    bool helped;
    if (!options_take(c, rows, sizeof rows / sizeof *rows, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (n != 1) {
        fprintf(stderr, n ? "bacrt run: one image, not %d; see bacrt run --help\n"
                          : "bacrt run: an image is needed; see bacrt run --help\n", n);
        return 1;
    }
    o.image = argv[0];
    (void)signal(SIGPIPE, SIG_IGN);     /* whoever reads the log may leave                           */
    sigset_t hup;
    sigemptyset(&hup);
    sigaddset(&hup, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &hup, NULL);   /* one that comes while it starts waits for the loop */
    allow_descriptors();
    /* Fixed, or it grows with what a reload frees, and the next one clears megabytes in the loop that
     * the kernel would hand out clear, page by page when they are used. */
    (void)mallopt(M_MMAP_THRESHOLD, 256 << 10);
    struct host *h = malloc(sizeof *h);
    if (!h || !host_open(h, &o, why)) {
        fprintf(stderr, "bacrt: %s: %s\n", o.image, h ? why : "out of memory");
        free(h);
        return 1;
    }
    host_serve(h);
    host_close(h);
    free(h);
    return 0;
}

int cmd_check(const struct verb *c, int argc, char **argv)
{
    struct clock clock;
    struct outbox outbox;
    struct db db;
    char why[HOST_WHY];
    int n, status = 1;
    bool helped;
    if (!options_take(c, NULL, 0, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (n != 1) {
        fprintf(stderr, n ? "bacrt check: one image, not %d; see bacrt check --help\n"
                          : "bacrt check: an image is needed; see bacrt check --help\n", n);
        return 1;
    }
    clock_init(&clock);
    if (outbox_init(&outbox, 16))
        return 1;
    if (image_load(&db, argv[0], &clock, &outbox, why, sizeof why)) {
        printf("%s: good: %u devices, %u objects, %u variables\n", argv[0], db.img.n_devices,
               db.img.n_objects, db.img.n_variables);
        db_close(&db);
        status = 0;
    } else {
        fprintf(stderr, "bacrt: %s: %s\n", argv[0], why);
    }
    outbox_fini(&outbox);
    return status;
}
