/* NPDU and BVLL headers: round trips, every truncation, what must not be looked at; what is carried on. */
#include "runtime/net/bbmd.h"
#include "runtime/net/link.h"
#include "runtime/net/bvll.h"
#include "runtime/net/npdu.h"
#include "runtime/net/router.h"
#include "tests/unit/unit.h"

static void npdu_round_trip(struct unit *u)
{
    struct npdu in = {.reply = true, .has_dnet = true, .has_snet = true, .priority = 3, .dlen = 6,
                      .slen = 3, .hops = 254, .dnet = 7, .snet = 2001}, out;
    uint8_t bytes[NPDU_HEADER_MAX];
    memcpy(in.dadr, "\xa5\x03\x07\x56\xba\xc0", 6);
    memcpy(in.sadr, "\x00\x03\xe9", 3);
    struct wr w = wr_of(bytes, sizeof bytes);
    npdu_encode(&w, &in);
    CHECK(u, w.len == 2 + 9 + 6 + 1);
    struct rd r = rd_of(bytes, w.len);
    CHECK(u, npdu_decode(&r, &out) && !rd_left(&r));
    CHECK(u, out.reply && !out.message && out.priority == 3 && out.hops == 254);
    CHECK(u, out.has_dnet && out.dnet == 7 && out.dlen == 6 && !memcmp(out.dadr, in.dadr, 6));
    CHECK(u, out.has_snet && out.snet == 2001 && out.slen == 3 && !memcmp(out.sadr, in.sadr, 3));
    for (size_t n = 0; n < w.len; n++) {
        r = rd_of(bytes, n);
        CHECK(u, !npdu_decode(&r, &out));
    }
}

static void npdu_refused(struct unit *u)
{
    static const struct {
        size_t n;
        uint8_t bytes[12];
    } bad[] = {
        {2, {2, 0}},                                    /* version                             */
        {6, {1, 8, 0xff, 0xff, 1, 5}},                  /* SNET 65535: clause 6.2.2            */
        {6, {1, 8, 0, 0, 1, 5}},                        /* SNET 0                              */
        {5, {1, 8, 0, 5, 0}},                           /* SLEN 0                              */
        {7, {1, 0x20, 0xff, 0xff, 1, 5, 255}},          /* a station on "all networks"         */
        {6, {1, 0x20, 0, 5, 19, 255}},                  /* no data link has such addresses     */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rd r = rd_of(bad[i].bytes, bad[i].n);
        struct npdu n;
        CHECK(u, !npdu_decode(&r, &n));
    }
}

static void bvll(struct unit *u)
{
    static const uint8_t forwarded[] = {0x81, 4, 0, 12, 10, 0, 0, 1, 0xba, 0xc0, 1, 0};
    struct bvll b;
    CHECK(u, bvll_decode(forwarded, sizeof forwarded, &b));
    CHECK(u, b.function == BVLL_forwarded && rd_left(&b.body) == 2 && b.origin[0] == 10);
    for (size_t n = 0; n < sizeof forwarded; n++)
        CHECK(u, !bvll_decode(forwarded, n, &b));
    CHECK(u, !bvll_decode("\x82\x0a\0\x04", 4, &b));
    CHECK(u, !bvll_decode("\x81\x20\0\x04", 4, &b));
    CHECK(u, !bvll_decode("\x81\x04\0\x06\1\2", 6, &b));    /* no room for the origin */
    CHECK(u, bvll_nak(BVLL_register_foreign) == 0x30 && !bvll_nak(BVLL_unicast));
    CHECK(u, !bvll_nak(BVLL_result) && !bvll_nak(255));
}

/* Who says Original-Broadcast-NPDU to a BBMD alone, from another subnet, is heard, but not carried on. */
static void strangers(struct unit *u)
{
    static struct bbmd b;
    static struct tx tx;
    static const uint8_t self[6] = {10, 0, 1, 2, 0xba, 0xc0}, all[6] = {10, 0, 1, 255, 0xba, 0xc0},
                         near[6] = {10, 0, 1, 9, 0xba, 0xc0}, far[6] = {10, 0, 2, 9, 0xba, 0xc0},
                         mask[4] = {255, 255, 255, 0}, none[4] = {0, 0, 0, 0},
                         bytes[] = {0x81, BVLL_broadcast, 0, 8, 1, 0, 0x10, 8};
    static const struct { const uint8_t *from, *mask; bool directed, carried; } cases[] = {
        {near, mask, true, true}, {near, mask, false, true}, {far, mask, true, true},
        {far, mask, false, false}, {far, none, false, true},
    };
    CHECK(u, !tx_init(&tx, BVLL_MTU));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bvll in;
        struct bbmd_local local;
        bbmd_init(&b, self, all, cases[i].mask);
        CHECK(u, bvll_decode(bytes, sizeof bytes, &in));
        CHECK(u, bbmd_input(&b, &in, cases[i].from, cases[i].directed, 0, &tx, 0, &local));
        CHECK(u, b.queued == cases[i].carried && b.stats.unregistered == !cases[i].carried);
    }
    tx_fini(&tx);
}

/* A node that babbles is heard, but its broadcasts go on to the other subnets only so often. */
static void babbling(struct unit *u)
{
    enum { BURST = 4096 };
    static struct bbmd b;
    static struct router r;
    static struct limiter limit;
    static struct tx tx;
    static const uint8_t self[6] = {10, 0, 1, 2, 0xba, 0xc0}, all[6] = {10, 0, 1, 255, 0xba, 0xc0},
                         from[6] = {10, 0, 1, 9, 0xba, 0xc0}, other[6] = {10, 0, 1, 8, 0xba, 0xc0},
                         mask[4] = {255, 255, 255, 0}, bytes[] = {0x81, BVLL_broadcast, 0, 8, 1, 0, 0x10, 8};
    struct link_in in;
    unsigned heard = 0;
    CHECK(u, !tx_init(&tx, BVLL_MTU + TX_HEADROOM));
    router_init(&r, &tx);
    limit_init(&limit, 1, 0);
    bbmd_init(&b, self, all, mask);
    r.limit = &limit;
    r.n_ports = 1;
    r.ports[0] = (struct net_port){.kind = PORT_IPV4, .mode = MODE_BBMD, .bbmd = &b};
    memcpy(r.ports[0].mac, self, sizeof self);
    for (unsigned i = 0; i < BURST + 100; i++) {
        heard += link_input(&r, 0, from, true, bytes, sizeof bytes, 5000, &in) && in.broadcast;
        while (bbmd_drain(&b, &tx, 0))
            tx_clear(&tx);
        tx_clear(&tx);
    }
    CHECK(u, heard == BURST + 100 && b.stats.distributed == BURST && limit.refused[LIMIT_DISTRIBUTE] == 100);
    CHECK(u, link_input(&r, 0, other, true, bytes, sizeof bytes, 5000, &in) && b.stats.distributed == BURST + 1);
    CHECK(u, link_input(&r, 0, from, true, bytes, sizeof bytes, 5100, &in) && b.stats.distributed == BURST + 2);
    tx_fini(&tx);
}

/* The functions of what waits to be sent, one character each, and nothing waits any more. */
static void functions(struct tx *tx, char text[TX_MAX + 1])
{
    for (size_t i = 0; i < tx->n; i++)
        text[i] = (char)('0' + tx->out[i].bytes[1]);
    text[tx->n] = '\0';
    tx_clear(tx);
}

/* A foreign device: what it broadcasts before it is registered, or while the BBMD has forgotten it, waits. */
static void foreign(struct unit *u)
{
    static struct bbmd b;
    static struct tx tx;
    static const uint8_t self[6] = {10, 0, 3, 1, 0xba, 0xc0}, all[6] = {10, 0, 3, 255, 0xba, 0xc0},
                         at[6] = {10, 0, 1, 1, 0xba, 0xc0}, mask[4] = {255, 255, 255, 0}, npdu[] = {1, 0, 0x10, 8};
    char text[TX_MAX + 1];
    uint64_t now = 1000;
    bbmd_init(&b, self, all, mask);
    memcpy(b.t.bbmd, at, sizeof at);
    b.t.lifetime_s = 60;
    CHECK(u, !tx_init(&tx, BVLL_MTU));
    CHECK(u, !foreign_broadcast(&b, npdu, sizeof npdu, now) && !foreign_drain(&b, &tx, 0, now));
    CHECK(u, foreign_tick(&b, now, &tx, 0) == now + 10000 && foreign_tick(&b, now + 9999, &tx, 0) == now + 10000);
    functions(&tx, text);
    CHECK(u, !strcmp(text, "5"));
    CHECK(u, !foreign_result(&b, self, BVLL_nak_register, now) && foreign_result(&b, at, BVLL_ok, now));
    CHECK(u, !foreign_result(&b, self, BVLL_ok, now));                  /* nothing was asked */
    CHECK(u, foreign_tick(&b, now + 10000, &tx, 0) == now + 30000);     /* half its time, not sooner */
    CHECK(u, !foreign_drain(&b, &tx, 0, now) && foreign_broadcast(&b, npdu, sizeof npdu, now + 6000) && !b.queued);
    functions(&tx, text);
    CHECK(u, !strcmp(text, "9"));
    now += 6000;
    CHECK(u, foreign_broadcast(&b, npdu, sizeof npdu, now) && foreign_result(&b, at, BVLL_nak_distribute, now + 5));
    CHECK(u, b.queued == 2 && !foreign_registered(&b, now + 5));         /* the first one is too old to be meant */
    CHECK(u, !foreign_broadcast(&b, npdu, sizeof npdu, now + 6) && foreign_result(&b, at, BVLL_nak_distribute, now + 6));
    (void)foreign_tick(&b, now + 6, &tx, 0);
    CHECK(u, b.queued == 3 && foreign_result(&b, at, BVLL_ok, now + 9) && !foreign_drain(&b, &tx, 0, now + 9));
    functions(&tx, text);
    CHECK(u, !strcmp(text, "5999") && !b.queued);
    CHECK(u, foreign_result(&b, at, BVLL_nak_distribute, now + 20) && b.queued == 1);   /* twice is enough */
    for (unsigned i = 0; i < BBMD_QUEUE + 9; i++)
        CHECK(u, !foreign_broadcast(&b, npdu, sizeof npdu, now + 30));
    CHECK(u, b.queued == BBMD_QUEUE && b.stats.queue_full == 10);
    CHECK(u, foreign_result(&b, at, BVLL_ok, now + 40) && foreign_registered(&b, now + 90039));
    CHECK(u, !foreign_registered(&b, now + 90040));
    memcpy(b.t.bbmd, self, sizeof self);                                /* another BBMD is not told of us yet, */
    CHECK(u, !foreign_registered(&b, now + 50));
    b.due_ms = 0;
    (void)foreign_tick(&b, now + 50, &tx, 0);
    CHECK(u, foreign_result(&b, all, BVLL_ok, now + 51) && foreign_registered(&b, now + 51));
    CHECK(u, foreign_result(&b, all, BVLL_nak_distribute, now + 52) && !foreign_registered(&b, now + 52));
    tx_fini(&tx);
}

/* Between two B/IP networks the longest APDU goes on whole: with its headers it is a NPDU of 1497 octets (6.1). */
static void longest(struct unit *u)
{
    static struct router r;
    static struct tx tx;
    static uint8_t bytes[BVLL_MTU];
    static const uint8_t there[] = {10, 0, 2, 9, 0xba, 0xc0}, origin[] = {10, 0, 3, 9, 0xba, 0xc0},
                         here[] = {10, 0, 1, 9, 0xba, 0xc0};
    CHECK(u, !tx_init(&tx, BVLL_MTU + TX_HEADROOM));
    router_init(&r, &tx);
    r.n_ports = 2;
    r.ports[0] = (struct net_port){.kind = PORT_IPV4, .network = 1, .mac = {10, 0, 1, 1, 0xba, 0xc0}};
    r.ports[1] = (struct net_port){.kind = PORT_IPV4, .network = 2, .mac = {10, 0, 2, 1, 0xba, 0xc0}};
    for (unsigned far = 0; far < 2; far++)              /* to the other network, and to one beyond it */
        for (size_t n = 1475; n < 1479; n++) {
            struct npdu came = {.has_dnet = true, .dnet = far ? 7 : 2, .dlen = 6, .hops = 9, .has_snet = true,
                                .snet = 3, .slen = 6};
            struct wr w = wr_of(bytes, sizeof bytes);
            struct net_in in;
            memcpy(came.dadr, there, 6);
            memcpy(came.sadr, origin, 6);
            npdu_encode(&w, &came);
            size_t head = w.len - (far ? 0 : 10), whole = head + n;
            router_learn(&r, 7, 1, there);
            router_input(&r, 0, here, false, rd_of(bytes, w.len + n), 0, &in);
            CHECK(u, tx.n == 1 && (tx.out[0].port == 1) == (whole <= 1497));
            CHECK(u, tx.out[0].port == 0 || tx.out[0].n == BVLL_HEADER + whole);
            tx_clear(&tx);
        }
    tx_fini(&tx);
}

/* What a router says of networks, and who asks for one, is said on our other port, too (6.6.3.2 to 6.6.3.7). */
static void other_ports(struct unit *u)
{
    static struct router r;
    static struct tx tx;
    static const struct { uint8_t port, n, said[8], want_n, want[16]; } cases[] = {
        {0, 8, {1, 0x80, 1, 0, 77, 0, 0, 0}, 5, {1, 0x80, 1, 0, 77}},                  /* not what is our own   */
        {0, 5, {1, 0x80, 4, 0, 77}, 5, {1, 0x80, 4, 0, 77}},
        {0, 3, {1, 0x80, 5}, 5, {1, 0x80, 5, 0, 77}},                                   /* all that it leads to  */
        {0, 7, {1, 0x80, 1, 0, 2, 255, 255}, 0, {0}},
        {1, 5, {1, 0x80, 0, 0, 88}, 14, {1, 0x88, 0, 2, 6, 10, 0, 1, 9, 0xba, 0xc0, 0, 0, 88}},
    };
    static const uint8_t from[] = {10, 0, 1, 9, 0xba, 0xc0};
    CHECK(u, !tx_init(&tx, BVLL_MTU + TX_HEADROOM));
    router_init(&r, &tx);
    r.n_ports = 2;
    r.ports[0] = (struct net_port){.kind = PORT_IPV4, .network = 1, .mac = {10, 0, 1, 1, 0xba, 0xc0}};
    r.ports[1] = (struct net_port){.kind = PORT_IPV4, .network = 2, .mac = {10, 0, 2, 1, 0xba, 0xc0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_in in;
        size_t whole = BVLL_HEADER + cases[i].want_n;
        tx_clear(&tx);
        router_input(&r, cases[i].port, from, true, rd_of(cases[i].said, cases[i].n), 0, &in);
        CHECK(u, tx.n == (cases[i].want_n > 0));
        CHECK(u, !tx.n || (tx.out[0].port != cases[i].port && tx.out[0].n == whole && tx.out[0].bytes[1] == BVLL_broadcast));
        CHECK(u, !tx.n || !memcmp(tx.out[0].bytes + BVLL_HEADER, cases[i].want, cases[i].want_n));
    }
    CHECK(u, router_route(&r, 77) && router_route(&r, 77)->port == 0 && !router_route(&r, 2));
    tx_fini(&tx);
}

/* A network that nobody is known to lead to: messages for it are said to all on one port (6.5.3); on the others its
 * router is looked for, once a second. With one port there is nowhere else to look. */
static void looked_for(struct unit *u)
{
    static struct router r;
    static struct tx tx;
    static const uint8_t from[] = {10, 0, 1, 9, 0xba, 0xc0}, want[] = {1, 0x80, 0, 0, 88},
        to_far[] = {1, 0x24, 0, 88, 1, 5, 255, 0, 5, 1, 12, 12, 2, 0, 0, 1, 25, 77};
    struct net_in in;
    CHECK(u, !tx_init(&tx, BVLL_MTU + TX_HEADROOM));
    router_init(&r, &tx);
    r.n_ports = 2;
    r.ports[0] = (struct net_port){.kind = PORT_IPV4, .network = 1, .mac = {10, 0, 1, 1, 0xba, 0xc0}};
    r.ports[1] = (struct net_port){.kind = PORT_IPV4, .network = 2, .mac = {10, 0, 2, 1, 0xba, 0xc0}};
    router_input(&r, 0, from, true, rd_of(to_far, sizeof to_far), 5000, &in);
    CHECK(u, in.scope == SCOPE_NONE && tx.n == 1 && tx.out[0].port == 1 && tx.out[0].bytes[1] == BVLL_broadcast &&
             tx.out[0].n == BVLL_HEADER + sizeof want && !memcmp(tx.out[0].bytes + BVLL_HEADER, want, sizeof want));
    router_input(&r, 0, from, true, rd_of(to_far, sizeof to_far), 5999, &in);
    CHECK(u, tx.n == 1);
    tx_clear(&tx);
    r.now_ms = 6000;
    router_seek(&r, NET_PORTS, 88);
    CHECK(u, tx.n == 2 && tx.out[0].port == 0 && tx.out[1].port == 1);
    router_learn(&r, 88, 1, from);
    tx_clear(&tx);
    r.now_ms = 9000;
    router_seek(&r, NET_PORTS, 88);
    CHECK(u, !tx.n);
    r.n_ports = 1;
    router_seek(&r, NET_PORTS, 99);
    CHECK(u, !tx.n);
    tx_fini(&tx);
}

/* Who asked the router's device by its address on another of its networks hears that address answer: SNET and SADR
 * are that network and address (clause 6.2.2), or the answer is nobody's whom it asked. */
static void asked_elsewhere(struct unit *u)
{
    static struct router r;
    static struct tx tx;
    static const struct net_device device = {.port = 0};
    static const uint8_t from[] = {10, 0, 1, 9, 0xba, 0xc0},
        to_other[] = {1, 0x24, 0, 2, 6, 10, 0, 2, 1, 0xba, 0xc0, 255, 0, 5, 1, 12, 12, 2, 0, 0, 1, 25, 77},
        to_this[] = {1, 4, 0, 5, 1, 12, 12, 2, 0, 0, 1, 25, 77},
        from_other[] = {1, 8, 0, 2, 6, 10, 0, 2, 1, 0xba, 0xc0, 0x20, 1, 15}, from_this[] = {1, 0, 0x20, 1, 15};
    const struct { struct rd said; const uint8_t *want; size_t n; } cases[] = {
        {rd_of(to_other, sizeof to_other), from_other, sizeof from_other},
        {rd_of(to_this, sizeof to_this), from_this, sizeof from_this},
    };
    CHECK(u, !tx_init(&tx, BVLL_MTU + TX_HEADROOM));
    router_init(&r, &tx);
    r.n_ports = 2;
    r.ports[0] = (struct net_port){.kind = PORT_IPV4, .network = 1, .mac = {10, 0, 1, 1, 0xba, 0xc0}};
    r.ports[1] = (struct net_port){.kind = PORT_IPV4, .network = 2, .mac = {10, 0, 2, 1, 0xba, 0xc0}};
    r.devices = &device;
    r.n_devices = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_in in;
        tx_clear(&tx);
        router_input(&r, 0, from, false, cases[i].said, 0, &in);
        CHECK(u, in.scope == SCOPE_ONE || in.scope == SCOPE_PORT);
        struct wr w = tx_begin(&tx, tx.longest);
        wr_bytes(&w, (const uint8_t[]){0x20, 1, 15}, 3);
        router_send(&r, 0, &in.from, false, 0, &w);
        CHECK(u, tx.n == 1 && tx.out[0].port == 0 && !memcmp(tx.out[0].to, from, sizeof from));
        CHECK(u, tx.n == 1 && tx.out[0].n == BVLL_HEADER + cases[i].n &&
                 !memcmp(tx.out[0].bytes + BVLL_HEADER, cases[i].want, cases[i].n));
    }
    tx_fini(&tx);
}

int main(void)
{
    struct unit u = {0, 0};
    npdu_round_trip(&u);
    npdu_refused(&u);
    bvll(&u);
    strangers(&u);
    babbling(&u);
    foreign(&u);
    longest(&u);
    other_ports(&u);
    looked_for(&u);
    asked_elsewhere(&u);
    return unit_end(&u);
}
