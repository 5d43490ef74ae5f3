/* A small client on the same stack as the server: a node that asks and never answers. */
#include "runtime/tool/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/loop.h"
#include "runtime/net/udp.h"
#include "runtime/stack.h"
#include "runtime/tool/show.h"
#include "schemas/tag.h"

enum { WHO_IS = 8, I_AM = 0, READ_PROPERTY = 12, EVERY_NETWORK = 0xffff, TEXT_MAX = 4 << 20, HEARD_MAX = 8192 };

/* The node; services see it as their device. */
struct device {
    struct clock clock;
    struct log log;
    struct timers timers;
    struct outbox outbox;
    struct loop loop;
    struct udp udp;
    struct udp_batch *batch;
    struct stack *stack;
    uint32_t low, high;                 /* whois */
    bool json, any;
    struct heard { uint32_t instance; struct peer from; } *heard;
    uint32_t n_heard;
    uint32_t oid, property, index;      /* read */
    bool done;
    int status;
};

/* ---- what it says and hears ---- */

static bool initiate(struct device *c, const struct intent *what, struct initiation *how,
                     struct wr *body)
{
    if (what->kind == INTENT_WHO_IS) {
        *how = (struct initiation){.choice = WHO_IS};
        uint32_t low = what->arg ? c->low : what->object, high = what->arg ? c->high : what->object;
        if (low || high != BACNET_INSTANCE_WILDCARD) {
            wr_unsigned(body, 0, low);
            wr_unsigned(body, 1, high);
        }
        return true;
    }
    *how = (struct initiation){.confirmed = true, .choice = READ_PROPERTY};
    wr_oid(body, 0, c->oid);
    wr_enumerated(body, 1, c->property);
    if (c->index != BACNET_INDEX_ALL)
        wr_unsigned(body, 2, c->index);
    return true;
}

static void print_answer(struct device *c, const struct outcome *end)
{
    struct rd r = rd_of(end->body, end->n);
    uint32_t oid = rd_oid(&r, 0), property = rd_enumerated(&r, 1), index = rd_opt_unsigned(&r, 2, BACNET_INDEX_ALL);
    struct rd value = rd_enclosed(&r, 3);
    bool any = c->oid == OID(OT_device, BACNET_INSTANCE_WILDCARD) && oid_type(oid) == OT_device;
    if (!rd_end(&r)) {
        fprintf(stderr, "bacrt: the answer cannot be understood\n");
        return;
    }
    if ((oid != c->oid && !any) || property != c->property || index != c->index) {
        fprintf(stderr, "bacrt: what was answered is not what was asked for\n");
        return;
    }
    struct span s = rd_rest(&value);
    struct wr w = wr_of(malloc(TEXT_MAX), TEXT_MAX);
    if (!w.buf)
        return;
    show_value(&w, c->json ? SHOW_JSON : SHOW_TEXT, oid_type(oid), c->property, s);
    fwrite(w.buf, 1, w.len < w.cap ? w.len : w.cap, stdout);
    putchar('\n');
    free(w.buf);
    c->status = 0;
}

static const char *or_number(const char *name, unsigned n, char buf[12])
{
    snprintf(buf, 12, "%u", n);
    return name ? name : buf;
}

static void outcome(struct device *c, const struct intent *what, const struct outcome *end)
{
    char a[12], b[12];
    (void)what;
    c->done = true;
    switch (end->kind) {
    case OUTCOME_ACK: print_answer(c, end); break;
    case OUTCOME_ERROR:
        fprintf(stderr, "bacrt: error: %s: %s\n", or_number(error_class_name(end->cls), end->cls, a),
                or_number(error_code_name(end->code), end->code, b));
        break;
    case OUTCOME_REJECT:
        fprintf(stderr, "bacrt: rejected: %s\n", or_number(reject_reason_name(end->code), end->code, a));
        break;
    case OUTCOME_ABORT:
        fprintf(stderr, "bacrt: aborted: %s\n", or_number(abort_reason_name(end->code), end->code, a));
        break;
    case OUTCOME_TIMEOUT: fprintf(stderr, "bacrt: no answer\n"); break;
    default: fprintf(stderr, "bacrt: no such device answers\n");
    }
}

/* Two devices with one instance number are two: that is what one looks for. */
static bool is_new(struct device *c, uint32_t instance, const struct peer *from)
{
    for (uint32_t i = 0; i < c->n_heard; i++) {
        if (c->heard[i].instance == instance && peer_same(&c->heard[i].from, from))
            return false;
    }
    if (c->n_heard < HEARD_MAX)
        c->heard[c->n_heard++] = (struct heard){instance, *from};
    return true;
}

static void print_i_am(struct device *c, const struct peer *from, const struct i_am *said)
{
    static const char *const segmentation[] = {"both", "transmit", "receive", "none"};
    char text[UDP_TEXT], net[64] = "";
    if (from->snet) {
        int n = snprintf(net, sizeof net, c->json ? ",\"network\":%u,\"mac\":\"" : " network %u mac ",
                         from->snet);
        for (uint8_t i = 0; i < from->slen; i++)
            n += snprintf(net + n, sizeof net - (size_t)n, "%02x", from->sadr[i]);
        snprintf(net + n, sizeof net - (size_t)n, c->json ? "\"" : "");
    }
    printf(c->json ? "%s{\"device\":%u,\"address\":\"%s\"%s,\"maxApdu\":%u,\"segmentation\":\"%s\","
                     "\"vendor\":%u}"
                   : "%sdevice %u at %s%s, APDU %u, segmentation %s, vendor %u\n",
           c->json && c->any ? ",\n " : "", said->instance, udp_text(from->mac, text), net,
           said->max_apdu, segmentation[said->segmentation & 3], said->vendor);
    c->any = true;
}

static struct svc_result heard_i_am(struct device *c, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    struct i_am said;
    (void)ack;
    if (c->heard && bind_i_am(*req, &said) && said.instance >= c->low && said.instance <= c->high &&
        is_new(c, said.instance, from))
        print_i_am(c, from, &said);
    return svc_drop();
}

static uint8_t communication(const struct device *c)
{
    (void)c;
    return 0;
}

static const struct service hears[] = {{I_AM, 0, "i-am", heard_i_am, false}};
static const struct service_table client_services = {
    NULL, hears, 0, 1, initiate, outcome, communication,
};

/* ---- the machinery ---- */

static void send_batch(void *ctx, const struct datagram *d, size_t n)
{
    struct device *c = ctx;
    (void)udp_send(c->batch, &c->udp, 0, d, n);
}

static bool open_client(struct device *c, const char *bind, uint32_t timeout_ms)
{
    uint8_t mac[6] = {0};
    char address[UDP_TEXT] = "", why[UDP_WHY] = "out of memory";
    struct stack_port port = {.kind = PORT_IPV4, .id = 1};
    struct stack_device self = {c, BACNET_INSTANCE_WILDCARD, 0, {0}, true, {0, 0}};
    struct stack_config config = {.services = &client_services, .clock = &c->clock, .log = &c->log,
                                  .timers = &c->timers, .outbox = &c->outbox, .ports = &port,
                                  .n_ports = 1, .devices = &self, .n_devices = 1,
                                  .send = send_batch, .ctx = c};
    clock_init(&c->clock);
    log_init(&c->log, STDERR_FILENO, &c->clock);
    stack_defaults(&config.tsm);
    config.tsm.apdu_timeout_ms = timeout_ms;
    config.tsm.segment_timeout_ms = timeout_ms;
    config.tsm.transactions = 8;
    config.tsm.longest = 2 << 20;
    config.tsm.window = 64;
    if (bind && !udp_parse(bind, mac)) {
        fprintf(stderr, "bacrt: --bind %s: not an IPv4 address\n", bind);
        return false;
    }
    if (bind)
        snprintf(address, sizeof address, "%u.%u.%u.%u", mac[0], mac[1], mac[2], mac[3]);
    if (udp_batch_open(&c->batch) || outbox_init(&c->outbox, 16) ||
        timers_init(&c->timers, stack_timers(&config)) || loop_open(&c->loop) ||
        udp_open(&c->udp, "", address, (uint16_t)(mac[4] << 8 | mac[5]), why)) {
        fprintf(stderr, "bacrt: %s\n", why);
        return false;
    }
    memcpy(port.mac, c->udp.mac, 6);
    memcpy(port.everyone, c->udp.everyone, 6);
    port.everyone[4] = BACNET_UDP_PORT >> 8;
    port.everyone[5] = BACNET_UDP_PORT & 0xff;
    if (stack_open(&c->stack, &config) || loop_add(&c->loop, c->udp.fd, 0, LOOP_READ) ||
        (c->udp.fd_all >= 0 && loop_add(&c->loop, c->udp.fd_all, 1, LOOP_READ))) {
        fprintf(stderr, "bacrt: out of memory\n");
        return false;
    }
    return true;
}

static void close_client(struct device *c)
{
    stack_close(c->stack);
    udp_close(&c->udp);
    udp_batch_close(c->batch);
    outbox_fini(&c->outbox);
    timers_fini(&c->timers);
    loop_close(&c->loop);
    free(c->heard);
}

/* Turns the stack until the request has ended, or for so long. */
static void turn_for(struct device *c, uint64_t ms)
{
    struct loop_event events[2];
    struct udp_in in[UDP_BATCH];
    clock_tick(&c->clock);
    uint64_t until = ms == UINT64_MAX ? ms : clock_ms(&c->clock) + ms;
    while (!c->done && clock_ms(&c->clock) < until) {
        bool more = stack_turn(c->stack);
        uint64_t next = timers_next(&c->timers), now = clock_ms(&c->clock);
        next = next < until ? next : until;
        int n = loop_wait(&c->loop, more || next <= now ? 0 : next - now, events, 2);
        clock_tick(&c->clock);
        for (int i = 0; i < n; i++) {
            bool all = events[i].tag == 1;
            size_t count = udp_receive(c->batch, all ? c->udp.fd_all : c->udp.fd, in);
            for (size_t k = 0; k < count; k++)
                stack_input(c->stack, 0, in[k].from, all, in[k].bytes, in[k].n);
        }
        timers_take(&c->timers, clock_ms(&c->clock));
        for (struct timer *t; (t = timers_fired(&c->timers));)
            stack_timer(c->stack, t);
    }
}

static bool parse_address(const char *text, struct peer *to)
{
    *to = (struct peer){.max_apdu = 1476, .seg_ok = true};
    to->mac[4] = BACNET_UDP_PORT >> 8;
    to->mac[5] = BACNET_UDP_PORT & 0xff;
    if (udp_parse(text, to->mac))
        return true;
    fprintf(stderr, "bacrt: %s: not an IPv4 address\n", text);
    return false;
}

static bool parse_seconds(const char *text, uint32_t *ms)
{
    char *end;
    double s = strtod(text, &end);
    if (end == text || *end || !(s > 0) || s > 3600) {
        fprintf(stderr, "bacrt: --timeout %s: not a number of seconds\n", text);
        return false;
    }
    *ms = (uint32_t)(s * 1000);
    return true;
}

/* ---- commands ---- */

static bool parse_range(struct device *c, int n, char **words)
{
    uint64_t low = 0, high = BACNET_INSTANCE_WILDCARD;
    if (n > 2 || (n > 0 && !options_number(words[0], 0, BACNET_INSTANCE_WILDCARD, &low)) ||
        (n > 1 && !options_number(words[1], low, BACNET_INSTANCE_WILDCARD, &high))) {
        fprintf(stderr, "bacrt whois: LOW and HIGH are instance numbers, 0 to 4194303\n");
        return false;
    }
    c->low = (uint32_t)low;
    c->high = (uint32_t)(n == 1 ? low : high);
    return true;
}

int cmd_whois(const struct verb *v, int argc, char **argv)
{
    const char *bind = NULL, *to = NULL, *timeout = "1";
    struct device c = {.udp = {.fd = -1, .fd_all = -1}, .loop = {-1}, .status = 1};
    struct intent ask = {.kind = INTENT_WHO_IS, .to = INTENT_GLOBAL, .arg = 1};
    const struct option_row rows[] = {{"bind", &bind, NULL}, {"to", &to, NULL},
                                      {"timeout", &timeout, NULL}, {"json", NULL, &c.json}};
    bool helped;
    uint32_t ms;
    int n;
    if (!options_take(v, rows, 4, argc, argv, &n, &helped) || helped)
        return !helped;
    if (!parse_range(&c, n, argv) || !parse_seconds(timeout, &ms) ||
        (to && !parse_address(to, &ask.peer)))
        return 1;
    if (to) {
        ask.to = INTENT_PEER;
        ask.peer.snet = EVERY_NETWORK;  /* also the virtual devices behind it */
    }
    c.heard = calloc(HEARD_MAX, sizeof *c.heard);
    if (c.heard && open_client(&c, bind, ms)) {
        if (c.json)
            printf("[");
        outbox_put(&c.outbox, &ask);
        turn_for(&c, ms);
        if (c.json)
            printf("]\n");
        c.status = c.any ? 0 : 1;
        if (!c.any)
            fprintf(stderr, "bacrt: nobody answers\n");
    }
    close_client(&c);
    return c.status;
}

static bool parse_what(struct device *c, int n, char **words)
{
    uint64_t index = BACNET_INDEX_ALL;
    if (n < 3 || n > 4) {
        fprintf(stderr, "bacrt read: device, object and property are needed; see bacrt read --help\n");
        return false;
    }
    if (!show_parse_oid(words[1], &c->oid)) {
        fprintf(stderr, "bacrt: %s: not an object such as analog-value,1\n", words[1]);
        return false;
    }
    if (!show_parse_property(words[2], &c->property)) {
        fprintf(stderr, "bacrt: %s: not a property\n", words[2]);
        return false;
    }
    if (n == 4 && !options_number(words[3], 0, UINT32_MAX - 1, &index)) {
        fprintf(stderr, "bacrt: %s: not an array index\n", words[3]);
        return false;
    }
    c->index = (uint32_t)index;
    return true;
}

int cmd_read(const struct verb *v, int argc, char **argv)
{
    const char *bind = NULL, *to = NULL, *timeout = "2";
    struct device c = {.udp = {.fd = -1, .fd_all = -1}, .loop = {-1}, .status = 1};
    struct intent ask = {.kind = INTENT_OTHER}, look = {.kind = INTENT_WHO_IS, .to = INTENT_PEER};
    const struct option_row rows[] = {{"bind", &bind, NULL}, {"to", &to, NULL},
                                      {"timeout", &timeout, NULL}, {"json", NULL, &c.json}};
    uint64_t instance = 0;
    bool helped;
    uint32_t ms;
    int n;
    if (!options_take(v, rows, 4, argc, argv, &n, &helped) || helped)
        return !helped;
    if (!parse_what(&c, n, argv) || !parse_seconds(timeout, &ms) ||
        (to && !parse_address(to, &look.peer)))
        return 1;
    if (options_number(argv[0], 0, BACNET_INSTANCE_MAX, &instance))
        ask.to = INTENT_DEVICE;
    else if (!parse_address(argv[0], &ask.peer))
        return 1;
    ask.instance = look.object = (uint32_t)instance;
    look.peer.snet = EVERY_NETWORK;
    if (open_client(&c, bind, ms)) {
        if (to && ask.to == INTENT_DEVICE)
            outbox_put(&c.outbox, &look);
        outbox_put(&c.outbox, &ask);
        turn_for(&c, UINT64_MAX);
    }
    close_client(&c);
    return c.status;
}
