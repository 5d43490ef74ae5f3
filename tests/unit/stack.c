/* The conductor with services of its own, a virtual clock and no sockets: answers, segments both
 * ways, routing to virtual devices, held answers, retries, hostile bytes. Bytes by hand. */
#include "runtime/stack.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

struct device {
    uint32_t instance;
    uint8_t communication;
};

/* ---- services of the test ---- */

/* 12: echoes its request. 13: n octets of answer. 14: simple. 15: waits for storage, ticket 7. */
static struct svc_result svc_echo(struct device *d, const struct peer *from, struct rd *req,
                                  struct wr *ack)
{
    (void)d, (void)from;
    struct span s = rd_rest(req);
    wr_bytes(ack, s.p, s.n);
    return svc_ack();
}

static struct svc_result svc_long(struct device *d, const struct peer *from, struct rd *req,
                                  struct wr *ack)
{
    (void)d, (void)from;
    uint32_t n = rd_u32(req);
    if (!rd_end(req))
        return svc_reject(REJECT_too_many_arguments);
    for (uint32_t i = 0; i < n; i++)
        wr_u8(ack, (uint8_t)(i * 7));
    return svc_ack();
}

static struct svc_result svc_simple(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    (void)d, (void)from, (void)req, (void)ack;
    return svc_ok();
}

static struct svc_result svc_stored(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    struct svc_result r = svc_simple(d, from, req, ack);
    r.ticket = 7;
    return r;
}

static struct outbox *test_outbox;
static struct svc_result svc_who_is(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    (void)req, (void)ack;
    struct intent what = {.kind = INTENT_I_AM, .to = INTENT_PEER, .peer = *from};
    what.device = (uint16_t)(d->instance - 1000);
    outbox_put(test_outbox, &what);
    return svc_drop();
}

static bool initiate(struct device *d, const struct intent *what, struct initiation *how,
                     struct wr *body)
{
    if (what->kind == INTENT_OTHER) {           /* a confirmed one with `arg` octets */
        *how = (struct initiation){.confirmed = true, .choice = 1};
        for (uint32_t i = 0; i < what->arg; i++)
            wr_u8(body, (uint8_t)i);
        return true;
    }
    *how = (struct initiation){.choice = what->kind == INTENT_WHO_IS ? 8 : 0};
    wr_u8(body, 0xc4);
    wr_u32(body, OID(OT_device, d->instance));
    return true;
}

static struct outcome ended;
static unsigned n_ended;
static void outcome(struct device *d, const struct intent *what, const struct outcome *end)
{
    (void)d, (void)what;
    ended = *end;
    n_ended++;
}

static uint8_t communication(const struct device *d) { return d->communication; }

static const struct service confirmed[] = {
    {12, 0, "echo", svc_echo, false},
    {13, 0, "long", svc_long, false},
    {14, 0, "simple", svc_simple, true},
    {15, 0, "stored", svc_stored, false},
};
static const struct service unconfirmed[] = {{8, 0, "who-is", svc_who_is, false}};
static const struct service_table table = {confirmed, unconfirmed, 4, 1,
                                           initiate,  outcome,     communication};

/* ---- the bench ---- */

enum { CAUGHT = 4096, DEVICES = 5 };
struct bench {
    struct unit u;
    struct clock clock;
    struct log log;
    struct timers timers;
    struct outbox outbox;
    struct stack *stack;
    struct device devices[DEVICES];
    struct {
        uint8_t to[6], bytes[1600];
        size_t n;
    } got[CAUGHT];
    size_t n;
};

static void catch(void *ctx, const struct datagram *d, size_t n)
{
    struct bench *b = ctx;
    for (size_t i = 0; i < n; i++) {
        if (d[i].loop || b->n == CAUGHT)
            continue;
        memcpy(b->got[b->n].to, d[i].to, 6);
        memcpy(b->got[b->n].bytes, d[i].bytes, d[i].n);
        b->got[b->n++].n = d[i].n;
    }
}

static const uint8_t us[6] = {10, 0, 0, 1, 0xba, 0xc0}, all[6] = {10, 0, 0, 255, 0xba, 0xc0};
static const uint8_t client[6] = {10, 0, 0, 9, 0xba, 0xc0};

static struct stack *open_stack(struct bench *b, uint16_t n_devices, uint8_t mode)
{
    struct stack *opened = NULL;
    struct stack_port ports[2] = {{.kind = PORT_IPV4, .id = 1, .network = n_devices > 1 ? 1 : 0},
                                  {.kind = PORT_VIRTUAL, .id = 2, .network = 2001}};
    struct stack_device devices[DEVICES] = {{0}};
    struct stack_config c = {.services = &table, .clock = &b->clock, .log = &b->log,
                             .timers = &b->timers, .outbox = &b->outbox, .ports = ports,
                             .n_ports = n_devices > 1 ? 2 : 1, .devices = devices,
                             .n_devices = n_devices, .send = catch, .ctx = b};
    ports[0].mode = mode;
    memcpy(ports[0].mac, us, 6);
    memcpy(ports[0].everyone, all, 6);
    for (uint16_t i = 0; i < n_devices; i++) {
        b->devices[i] = (struct device){1000u + i, 0};
        devices[i] = (struct stack_device){&b->devices[i], 1000u + i, i != 0, {0}, true, {0, 0}};
        devices[i].vmac[2] = (uint8_t)(10 - i);         /* not in the order of the image */
    }
    stack_defaults(&c.tsm);
    c.tsm.retries = 2;
    c.tsm.segment_timeout_ms = 2000;
    c.tsm.apdu_timeout_ms = 3000;
    CHECK(&b->u, !timers_reserve(&b->timers, stack_timers(&c) + NET_PORTS));
    CHECK(&b->u, !stack_open(&opened, &c));
    return opened;
}

static void set_up(struct bench *b, uint16_t n_devices)
{
    clock_init_manual(&b->clock, 0);
    log_init(&b->log, 2, &b->clock);
    b->log.level = LOGGED_ERROR;
    outbox_init(&b->outbox, 64);
    test_outbox = &b->outbox;
    timers_init(&b->timers, 1);
    b->n = 0;
    b->stack = open_stack(b, n_devices, MODE_NORMAL);
}

static void tear_down(struct bench *b)
{
    CHECK(&b->u, stack_tsm_stats(b->stack)->open == 0);
    stack_close(b->stack);
    timers_fini(&b->timers);
    outbox_fini(&b->outbox);
}

static void turn(struct bench *b, uint64_t ms)
{
    while (stack_turn(b->stack))
        continue;
    for (uint64_t i = 0; i < ms; i++) {
        clock_advance(&b->clock, 1);
        timers_take(&b->timers, clock_ms(&b->clock));
        for (struct timer *t; (t = timers_fired(&b->timers));)
            stack_timer(b->stack, t);
        while (stack_turn(b->stack))
            continue;
    }
}

/* An NPDU in a BVLL of that function, from the client. */
static void say(struct bench *b, uint8_t function, const uint8_t *npdu, size_t n)
{
    uint8_t *bytes = malloc(n + 4);     /* exactly as long as it is: ASan watches the end */
    bytes[0] = 0x81;
    bytes[1] = function;
    bytes[2] = (uint8_t)((n + 4) >> 8);
    bytes[3] = (uint8_t)(n + 4);
    memcpy(bytes + 4, npdu, n);
    stack_input(b->stack, 0, client, function == 0x0b, bytes, n + 4);
    free(bytes);
    turn(b, 0);
}
#define SAY(b, ...) say(b, 0x0a, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define SAY_ALL(b, ...) \
    say(b, 0x0b, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static bool heard(struct bench *b, size_t i, const uint8_t *npdu, size_t n)
{
    bool same = i < b->n && b->got[i].n == n + 4 && !memcmp(b->got[i].bytes + 4, npdu, n);
    for (size_t k = 0; !same && i < b->n && k < b->got[i].n && k < 40; k++)
        fprintf(stderr, "%02x%s", b->got[i].bytes[k], k + 1 < b->got[i].n ? " " : "\n");
    return same;
}
#define HEARD(b, i, ...) \
    CHECK(&(b)->u, heard(b, i, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})))

/* ---- tests ---- */

static void plain(struct bench *b)
{
    set_up(b, 1);
    SAY(b, 1, 4, 0x00, 5, 1, 12, 0xaa, 0xbb);
    HEARD(b, 0, 1, 0, 0x30, 1, 12, 0xaa, 0xbb);
    CHECK(&b->u, !memcmp(b->got[0].to, client, 6) && b->got[0].bytes[1] == 0x0a);
    SAY(b, 1, 7, 0x00, 5, 2, 14);                        /* priority 3 comes back               */
    HEARD(b, 1, 1, 3, 0x20, 2, 14);
    SAY(b, 1, 4, 0x00, 5, 3, 99);                        /* unrecognized service                */
    HEARD(b, 2, 1, 0, 0x60, 3, 9);
    SAY(b, 1, 0x0c, 0, 9, 2, 7, 8, 0x00, 5, 4, 14);      /* from network 9, station 0708        */
    HEARD(b, 3, 1, 0x20, 0, 9, 2, 7, 8, 255, 0x20, 4, 14);
    SAY_ALL(b, 1, 4, 0x00, 5, 5, 14);                    /* confirmed by broadcast: dropped     */
    SAY(b, 1, 0x24, 0, 9, 0, 255, 0x00, 5, 6, 14);       /* for a network that we do not know   */
    SAY(b, 1, 4, 0x00, 0, 7, 13, 0, 0, 0, 100);          /* too long for 50, no segments        */
    CHECK(&b->u, b->n == 5);
    HEARD(b, 4, 1, 0, 0x71, 7, 4);
    SAY_ALL(b, 1, 0x20, 0xff, 0xff, 0, 255, 0x10, 8);    /* global Who-Is                       */
    HEARD(b, 5, 1, 0, 0x10, 0, 0xc4, 2, 0, 3, 0xe8);
    b->devices[0].communication = 1;
    SAY(b, 1, 4, 0x00, 5, 8, 12);
    CHECK(&b->u, b->n == 6);
    SAY(b, 1, 4, 0x00, 5, 8, 14);
    CHECK(&b->u, b->n == 7);
    stack_input(b->stack, 0, client, false, (const uint8_t[]){0x81, 5, 0, 6, 0, 60}, 6);
    turn(b, 0);
    CHECK(&b->u, b->n == 8 && !memcmp(b->got[7].bytes, "\x81\0\0\6\0\x30", 6));
    SAY(b, 1, 0x80, 0x15);                               /* unknown network message             */
    HEARD(b, 8, 1, 0x80, 3, 3, 0, 0);
    SAY_ALL(b, 1, 0x80, 0);                              /* no router                           */
    CHECK(&b->u, b->n == 9);
    tear_down(b);
}

static void held(struct bench *b)
{
    set_up(b, 1);
    SAY(b, 1, 4, 0x00, 5, 1, 15);
    SAY(b, 1, 4, 0x00, 5, 1, 15);                        /* the client repeats itself           */
    CHECK(&b->u, b->n == 0);
    stack_committed(b->stack, 7, true);
    turn(b, 0);
    CHECK(&b->u, b->n == 1);
    HEARD(b, 0, 1, 0, 0x20, 1, 15);
    SAY(b, 1, 4, 0x00, 5, 2, 15);                        /* committed already                   */
    HEARD(b, 1, 1, 0, 0x20, 2, 15);
    tear_down(b);
}

/* 1000 octets in segments of 475: window 1 first, then as the client says. */
static void segmented_answer(struct bench *b)
{
    set_up(b, 1);
    SAY(b, 1, 4, 0x02, 0x73, 1, 13, 0, 0, 3, 0xe8);
    CHECK(&b->u, b->n == 1 && b->got[0].n == 6 + 480);
    CHECK(&b->u, !memcmp(b->got[0].bytes + 4, "\1\4\x3c\1\0\x10\x0d", 7));
    turn(b, 2000);                                       /* T_seg: again                        */
    CHECK(&b->u, b->n == 2 && !memcmp(b->got[0].bytes, b->got[1].bytes, 20));
    SAY(b, 1, 0, 0x41, 1, 0, 9);                         /* a server's acknowledgement: not ours */
    CHECK(&b->u, b->n == 2);
    SAY(b, 1, 0, 0x40, 1, 0, 9);
    CHECK(&b->u, b->n == 4 && !memcmp(b->got[3].bytes + 4, "\1\4\x38\1\2\x10\x0d", 7));
    SAY(b, 1, 0, 0x42, 1, 1, 9);                         /* the third was lost                  */
    CHECK(&b->u, b->n == 5 && b->got[4].n == 6 + 5 + 50);
    CHECK(&b->u, b->got[4].bytes[11] == (uint8_t)(950 * 7));
    SAY(b, 1, 0, 0x40, 1, 2, 9);
    SAY(b, 1, 4, 0x02, 0x13, 2, 13, 0, 0, 3, 0xe8);      /* two segments are too few: Abort 1    */
    HEARD(b, 5, 1, 0, 0x71, 2, 1);
    SAY(b, 1, 4, 0x02, 0x73, 3, 13, 0, 0, 3, 0xe8);
    SAY(b, 1, 0, 0x70, 3, 0);                            /* the client gives up                 */
    turn(b, 10000);
    CHECK(&b->u, b->n == 7);
    SAY(b, 1, 4, 0x02, 0x73, 4, 13, 0, 0, 3, 0xe8);      /* nobody acknowledges                 */
    turn(b, 10000);
    CHECK(&b->u, b->n == 10);
    tear_down(b);
}

static void segmented_request(struct bench *b)
{
    set_up(b, 1);
    SAY(b, 1, 4, 0x0c, 5, 1, 0, 2, 12, 'a');
    HEARD(b, 0, 1, 0, 0x41, 1, 0, 2);
    SAY(b, 1, 4, 0x0c, 5, 1, 2, 2, 12, 'c');             /* out of order                        */
    HEARD(b, 1, 1, 0, 0x43, 1, 0, 2);
    SAY(b, 1, 4, 0x0c, 5, 1, 1, 2, 12, 'b');
    CHECK(&b->u, b->n == 2);
    SAY(b, 1, 4, 0x08, 5, 1, 2, 2, 12, 'c');
    HEARD(b, 2, 1, 0, 0x41, 1, 2, 2);
    HEARD(b, 3, 1, 0, 0x30, 1, 12, 'a', 'b', 'c');
    SAY(b, 1, 4, 0x0c, 5, 2, 3, 2, 12, 'x');             /* begins in the middle: Abort 2       */
    HEARD(b, 4, 1, 0, 0x71, 2, 2);
    SAY(b, 1, 4, 0x0c, 5, 2, 0, 0, 12, 'x');             /* window 0, 128: Abort 7              */
    HEARD(b, 5, 1, 0, 0x71, 2, 7);
    SAY(b, 1, 4, 0x0c, 5, 2, 0, 128, 12, 'x');
    HEARD(b, 6, 1, 0, 0x71, 2, 7);
    SAY(b, 1, 4, 0x0c, 5, 2, 0, 4, 12, 'x');             /* in a later segment, too             */
    SAY(b, 1, 4, 0x08, 5, 2, 1, 0, 12, 'y');
    HEARD(b, 8, 1, 0, 0x71, 2, 7);
    CHECK(&b->u, stack_stats(b->stack)->aborts == 3 && stack_tsm_stats(b->stack)->aborts == 1);
    SAY(b, 1, 4, 0x0c, 5, 2, 0, 4, 12, 'x');             /* never finished                      */
    turn(b, 8001);
    CHECK(&b->u, b->n == 10);
    tear_down(b);
}

static void routed(struct bench *b)
{
    set_up(b, 4);
    stack_start(b->stack);
    turn(b, 10);
    HEARD(b, 0, 1, 0x80, 1, 0x07, 0xd1);                 /* I-Am-Router 2001                    */
    HEARD(b, 1, 1, 0x80, 0x13, 0, 1, 1);
    CHECK(&b->u, b->n == 6 && b->got[2].bytes[1] == 0x0b);
    HEARD(b, 3, 1, 0x28, 0xff, 0xff, 0, 0x07, 0xd1, 3, 0, 0, 9, 255, 0x10, 0, 0xc4, 2, 0, 3, 0xe9);
    b->n = 0;
    SAY(b, 1, 0x24, 0x07, 0xd1, 3, 0, 0, 8, 255, 0x00, 5, 1, 12, 'v');
    HEARD(b, 0, 1, 8, 0x07, 0xd1, 3, 0, 0, 8, 0x30, 1, 12, 'v');
    SAY(b, 1, 0x24, 0x07, 0xd1, 3, 0, 0, 8, 1, 0x00, 5, 1, 12, 'v');     /* hop count runs out */
    SAY(b, 1, 0x24, 0x07, 0xd1, 3, 0, 0, 99, 9, 0x00, 5, 1, 12, 'v');    /* nobody there       */
    CHECK(&b->u, b->n == 1);
    SAY(b, 1, 0x20, 0x07, 0xd1, 0, 255, 0x10, 8);        /* Who-Is to the virtual network       */
    CHECK(&b->u, b->n == 4);
    SAY_ALL(b, 1, 0, 0x10, 8);                           /* to the local one                    */
    CHECK(&b->u, b->n == 5);
    SAY(b, 1, 4 | 0x20, 0, 77, 1, 5, 255, 0x00, 5, 1, 12);
    HEARD(b, 5, 1, 0x80, 3, 1, 0, 77);                   /* no route                            */
    SAY(b, 1, 0x80, 0, 0x07, 0xd1);
    HEARD(b, 6, 1, 0x80, 1, 0x07, 0xd1);
    SAY(b, 1, 0x80, 6, 0);
    HEARD(b, 7, 1, 0x80, 7, 2, 0, 1, 1, 0, 0x07, 0xd1, 2, 0);
    SAY(b, 1, 0x80, 0x12);
    HEARD(b, 8, 1, 0x80, 0x13, 0, 1, 1);
    SAY(b, 1, 8, 0x07, 0xd1, 3, 0, 0, 8, 0x00, 5, 1, 12);        /* our own network as source  */
    CHECK(&b->u, b->n == 9);
    stack_run(b->stack, 2, false);
    SAY(b, 1, 0x24, 0x07, 0xd1, 3, 0, 0, 8, 255, 0x00, 5, 1, 12, 'v');
    CHECK(&b->u, b->n == 9);
    tear_down(b);
}

static void ask(struct bench *b, struct intent what)
{
    outbox_put(&b->outbox, &what);
    turn(b, 0);
}

static void own_requests(struct bench *b)
{
    set_up(b, 4);
    struct intent what = {.kind = INTENT_OTHER, .to = INTENT_PEER, .arg = 2,
                          .peer = {.max_apdu = 206, .seg_ok = true}};
    memcpy(what.peer.mac, client, 6);
    n_ended = 0;
    ask(b, what);
    HEARD(b, 0, 1, 4, 0x02, 0x75, 0, 1, 0, 1);
    turn(b, 3000);
    CHECK(&b->u, b->n == 2 && !n_ended);
    SAY(b, 1, 0, 0x20, 0, 1);
    CHECK(&b->u, n_ended == 1 && ended.kind == OUTCOME_ACK);
    ask(b, what);
    SAY(b, 1, 0, 0x50, 1, 1, 0x91, 2, 0x91, 31);
    CHECK(&b->u, n_ended == 2 && ended.kind == OUTCOME_ERROR && ended.cls == 2 && ended.code == 31);
    ask(b, what);
    turn(b, 9001);
    CHECK(&b->u, n_ended == 3 && ended.kind == OUTCOME_TIMEOUT && b->n == 6);
    what.arg = 500;                                      /* three segments                      */
    ask(b, what);
    CHECK(&b->u, b->n == 7);
    SAY(b, 1, 0, 0x41, 3, 0, 4);
    CHECK(&b->u, b->n == 9 && b->got[8].n == 6 + 6 + 100);
    SAY(b, 1, 0, 0x41, 3, 2, 4);
    SAY(b, 1, 4, 0x3c, 3, 0, 2, 1, 'a');                 /* the answer in two                   */
    SAY(b, 1, 4, 0x38, 3, 1, 2, 1, 'b');
    CHECK(&b->u, n_ended == 4 && ended.kind == OUTCOME_ACK && ended.n == 2 && b->n == 11);
    HEARD(b, 10, 1, 0, 0x40, 3, 1, 2);
    what.device = 1;                                     /* from one virtual device to another  */
    what.to = INTENT_DEVICE;
    what.instance = 1003;
    what.arg = 0;
    ask(b, what);
    CHECK(&b->u, n_ended == 5 && ended.kind == OUTCOME_REJECT && b->n == 11);
    tear_down(b);
}

/* A device that is stopped leaves nobody waiting for the end of what it had begun. */
static void stopped(struct bench *b)
{
    struct intent what = {.kind = INTENT_OTHER, .to = INTENT_PEER, .arg = 2,
                          .peer = {.max_apdu = 206, .seg_ok = true}};
    memcpy(what.peer.mac, client, 6);
    set_up(b, 1);
    n_ended = 0;
    ask(b, what);
    CHECK(&b->u, b->n == 1 && !n_ended);
    stack_run(b->stack, 0, false);
    turn(b, 1);
    CHECK(&b->u, n_ended == 1 && ended.kind == OUTCOME_STOPPED && b->n == 1);
    CHECK(&b->u, stack_tsm_stats(b->stack)->timeouts == 0);
    ask(b, what);                                        /* one that comes late is no fault of the peer */
    CHECK(&b->u, n_ended == 2 && ended.kind == OUTCOME_NEVER && b->n == 1);
    turn(b, 20000);
    CHECK(&b->u, n_ended == 2);
    tear_down(b);
}

/* A stack that takes over knows the routers of the one before, and its foreign devices hear broadcasts. */
static void learned(struct bench *b)
{
    static const uint8_t foreign[6] = {10, 0, 9, 9, 0xba, 0xc0};
    struct intent what = {.kind = INTENT_OTHER, .to = INTENT_ADDRESS, .peer = {.snet = 77, .slen = 1}};
    set_up(b, 1);
    stack_close(b->stack);
    b->stack = open_stack(b, 1, MODE_BBMD);
    SAY_ALL(b, 1, 0x80, 1, 0, 77);                       /* the client is the router to 77      */
    stack_input(b->stack, 0, foreign, false, (const uint8_t[]){0x81, 5, 0, 6, 0, 60}, 6);
    turn(b, 10);
    for (unsigned i = 0; i < 2; i++) {
        if (i) {
            struct stack *old = b->stack;
            b->stack = open_stack(b, 1, MODE_BBMD);
            stack_learned(b->stack, old);
            stack_close(old);
        }
        b->n = 0;
        SAY_ALL(b, 1, 0, 0x10, 8);                       /* Who-Is, and I-Am to everybody else  */
        turn(b, 10);
        size_t told = 0;
        for (size_t k = 0; k < b->n; k++)
            told += !memcmp(b->got[k].to, foreign, 6);
        CHECK(&b->u, told == 1);
        b->n = 0;
        ask(b, what);
        CHECK(&b->u, b->n == 1 && !memcmp(b->got[0].to, client, 6));
        SAY(b, 1, 8, 0, 77, 1, 0, 0x20, b->got[0].bytes[4 + 11], 1);
    }
    turn(b, 100000);                                     /* it does not register again          */
    b->n = 0;
    SAY_ALL(b, 1, 0, 0x10, 8);
    turn(b, 10);
    for (size_t k = 0; k < b->n; k++)
        CHECK(&b->u, memcmp(b->got[k].to, foreign, 6) != 0);
    tear_down(b);
}

/* Somebody has our instance number: asked for every five minutes, and forgotten when nobody says so any more. */
static void rivals(struct bench *b)
{
    static const uint8_t i_am[] = {1, 0, 0x10, 0, 0xc4, 2, 0, 3, 0xe8, 0x22, 1, 0xe0, 0x91, 3, 0x21, 99};
    struct peer who;
    set_up(b, 1);
    CHECK(&b->u, !stack_conflict(b->stack, 0, &who));
    say(b, 0x0b, i_am, sizeof i_am);
    CHECK(&b->u, stack_conflict(b->stack, 0, &who) && !memcmp(who.mac, client, 6));
    turn(b, 299999);
    CHECK(&b->u, b->n == 0);
    turn(b, 1);
    HEARD(b, 0, 1, 0x20, 0xff, 0xff, 0, 255, 0x10, 8, 0xc4, 2, 0, 3, 0xe8);
    say(b, 0x0b, i_am, sizeof i_am);                     /* it answers                          */
    turn(b, 900000);
    CHECK(&b->u, b->n == 4 && stack_conflict(b->stack, 0, &who));
    turn(b, 300000);                                     /* and is gone                         */
    CHECK(&b->u, b->n == 4 && !stack_conflict(b->stack, 0, &who));
    turn(b, 900000);
    CHECK(&b->u, b->n == 4);
    say(b, 0x0b, i_am, sizeof i_am);
    CHECK(&b->u, stack_conflict(b->stack, 0, &who));
    b->devices[0].communication = 1;                     /* silent, it cannot ask               */
    turn(b, 3000000);
    CHECK(&b->u, b->n == 4 && stack_conflict(b->stack, 0, &who));
    tear_down(b);
}

/* Every truncation of a datagram that does something, and every octet changed. */
static void hostile(struct bench *b)
{
    static const uint8_t seeds[][24] = {
        {1, 0x2c, 0x07, 0xd1, 3, 0, 0, 8, 0, 9, 2, 7, 8, 255, 0x0e, 0x73, 1, 0, 4, 12, 1, 2, 3, 4},
        {1, 0x20, 0xff, 0xff, 0, 255, 0x10, 8},
        {1, 0x80, 6, 2, 0, 9, 1, 0, 0, 8, 2, 1, 5},
        {1, 4, 0x02, 0x75, 9, 13, 0, 0, 9, 9},
        {1, 0, 0x40, 9, 0, 16},
        {1, 0, 0x5f, 9, 13, 0x0e, 0x91, 2, 0x91, 31, 0x0f},
    };
    set_up(b, 4);
    for (size_t k = 0; k < sizeof seeds / sizeof *seeds; k++) {
        for (uint8_t f = 0; f < 13; f++)
            for (size_t n = 0; n <= sizeof *seeds; n++)
                say(b, f, seeds[k], n);
        for (size_t i = 0; i < sizeof *seeds; i++)
            for (unsigned v = 0; v < 256; v++) {
                uint8_t bytes[sizeof *seeds];
                memcpy(bytes, seeds[k], sizeof bytes);
                bytes[i] = (uint8_t)v;
                say(b, 0x0a, bytes, sizeof bytes);
                b->n = 0;
            }
        turn(b, 10);
    }
    turn(b, 30000);
    b->n = 0;
    SAY(b, 1, 4, 0x00, 5, 1, 12, 0xaa);                  /* alive and right                     */
    HEARD(b, 0, 1, 0, 0x30, 1, 12, 0xaa);
    turn(b, 30000);
    tear_down(b);
}

int main(void)
{
    static struct bench b;
    plain(&b);
    held(&b);
    segmented_answer(&b);
    segmented_request(&b);
    routed(&b);
    own_requests(&b);
    stopped(&b);
    learned(&b);
    rivals(&b);
    hostile(&b);
    return unit_end(&b.u);
}
