/* Pass "build", second part: PLCs, channels, ports, devices, recipients, access lists. */
#include "compiler/build.h"

#include "compiler/number_text.h"

#include <math.h>
#include <string.h>

static void conflict(struct build *b, const struct node *n, enum at at, const char *text)
{
    diag(b->ctx, place(n, at), D_ATTRIBUTE_CONFLICT, "%s", text);
    b->bad = true;
}

/* The last address of a prefix, and whether `a` begins one of that length. */
static bool aligned(const uint8_t *a, unsigned prefix, unsigned bits)
{
    for (unsigned i = prefix; i < bits; i++)
        if (a[i / 8] >> (7 - i % 8) & 1)
            return false;
    return true;
}

static void last_of(const uint8_t *a, unsigned prefix, unsigned bits, uint8_t *last)
{
    memcpy(last, a, 16);
    for (unsigned i = prefix; i < bits; i++)
        last[i / 8] = (uint8_t)(last[i / 8] | 0x80u >> i % 8);
}

/* A range as the fewest prefixes, in ascending order. */
static void add_range(struct build *b, struct srcpos pos, const struct allow *first,
                      const uint8_t *to, struct allow ***tail)
{
    unsigned bits = first->family == 6 ? 128 : 32;
    uint8_t at[16], last[16];
    memcpy(at, first->address, 16);
    while (memcmp(at, to, bits / 8) <= 0) {
        unsigned prefix = bits;
        for (; prefix > 0 && aligned(at, prefix - 1, bits); prefix--) {
            last_of(at, prefix - 1, bits, last);
            if (memcmp(last, to, bits / 8) > 0)
                break;
        }
        struct allow *a = arena_alloc(b->ctx->arena, sizeof *a);
        memcpy(a->address, at, 16);
        a->prefix = (uint8_t)prefix;
        a->family = first->family;
        a->pos = pos;
        APPEND(tail, a);
        last_of(at, prefix, bits, at);
        unsigned i = bits / 8;
        while (i > 0 && ++at[i - 1] == 0)
            i--;
        if (!i)
            return;                         /* past the last address there is                  */
    }
}

static bool network(struct build *b, const struct node *n, const struct attr *a, struct allow *to)
{
    if (parse_network(a->value, a->n, to->address, &to->prefix, &to->family))
        return true;
    diag(b->ctx, value_pos(n, a), D_BAD_ADDRESS,
         "%s is an address or a network such as 10.0.0.0/8, not '%s'", at_names[a->name], a->value);
    return false;
}

void build_access(struct build *b, const struct node *n, struct allow ***tail)
{
    if (!node_child(n, EL_Allow) && !n->lacks)  /* a list of nobody would let everybody in            */
        diag(b->ctx, node_pos(n), D_MISSING_CHILD, "Access has no Allow; without Access everybody may write");
    for (const struct node *c = node_child(n, EL_Allow); c; c = node_next(c, EL_Allow)) {
        const struct attr *from = node_attr(c, AT_from), *to = node_attr(c, AT_to);
        struct allow *a = arena_alloc(b->ctx->arena, sizeof *a), last = {0};
        a->pos = node_pos(c);
        if (!from || !network(b, c, from, a))
            continue;
        if (!to) {
            APPEND(tail, a);
            continue;
        }
        if (!network(b, c, to, &last))
            continue;
        bool single = last.family == a->family && a->prefix == last.prefix &&
                      a->prefix == (a->family == 6 ? 128 : 32);
        if (!single || memcmp(a->address, last.address, 16) > 0)
            diag(b->ctx, value_pos(c, to), D_BAD_ADDRESS,
                 "from '%s' to '%s' is no range of addresses", from->value, to->value);
        else
            add_range(b, a->pos, a, last.address, tail);
    }
}

static void recipient_address(struct build *b, const struct node *n, struct recipient *r)
{
    const struct attr *mac = node_attr(n, AT_mac), *address = node_attr(n, AT_address);
    int len = -1;
    r->kind = RCP_ADDRESS;
    if (mac && address)
        conflict(b, n, AT_address, "a recipient has mac or address, not both");
    if (mac) {
        len = parse_hex(mac->value, mac->n, r->mac, 6);
        if (len < 1) {
            diag(b->ctx, value_pos(n, mac), D_BAD_MAC,
                 "mac has 2 to 12 hex digits in pairs, not '%s'", mac->value);
            b->bad = true;
        }
    } else if (address) {
        if (!parse_ipv4_port(address->value, address->n, r->mac)) {
            diag(b->ctx, value_pos(n, address), D_BAD_ADDRESS,
                 "address is an IPv4 address and port such as 165.3.7.86:47808, not '%s'",
                 address->value);
            b->bad = true;
        }
        len = 6;
    }
    r->mac_len = len > 0 ? (uint8_t)len : 0;
    if (r->network == NOT_SET)
        r->network = 0;
}

static void recipient_broadcast(struct build *b, const struct node *n, struct recipient *r)
{
    const struct attr *a = node_attr(n, AT_broadcast);
    int kind = parse_word(a->value, a->n, "local|remote|global");
    r->kind = kind < 0 ? RCP_NONE : kind == 0 ? RCP_LOCAL : kind == 1 ? RCP_REMOTE : RCP_GLOBAL;
    if (r->kind == RCP_REMOTE && sound(n, AT_network) && (r->network == NOT_SET || !r->network))
        conflict(b, n, AT_broadcast, "broadcast=\"remote\" needs the network's number");
    if ((r->kind == RCP_LOCAL || r->kind == RCP_GLOBAL) && r->network != NOT_SET)
        conflict(b, n, AT_network, "only broadcast=\"remote\" names a network");
}

static void build_recipient(struct build *b, const struct node *n, struct recipient ***tail)
{
    struct recipient *r = build_record(b, n, sizeof *r);
    bool device = node_attr(n, AT_device), broadcast = node_attr(n, AT_broadcast);
    bool address = node_attr(n, AT_mac) || node_attr(n, AT_address);
    r->pos = node_pos(n);
    r->node = n;
    if (device + broadcast + address != 1)
        conflict(b, n, AT_NONE, "a recipient is one device, one address or one broadcast");
    else if (device && r->network != NOT_SET)
        conflict(b, n, AT_network, "a recipient by device has no network: it is found by Who-Is");
    else if (device)
        r->kind = RCP_DEVICE;
    else if (address)
        recipient_address(b, n, r);
    else
        recipient_broadcast(b, n, r);
    if (b->bad)
        r->kind = RCP_NONE;
    APPEND(tail, r);
}

void build_recipients(struct build *b, const struct node *n, struct recipient ***tail)
{
    for (const struct node *c = node_child(n, EL_Recipient); c; c = node_next(c, EL_Recipient))
        build_recipient(b, c, tail);
}

static void build_class(struct build *b, const struct node *n, struct notification_class ***tail)
{
    struct notification_class *c = build_record(b, n, sizeof *c);
    struct recipient **end = &c->recipients;
    c->poisoned = b->bad;
    c->node = n;
    c->pos = node_pos(n);
    build_recipients(b, n, &end);
    APPEND(tail, c);
}

static void build_port(struct build *b, const struct node *n, struct channel *c,
                       struct port ***tail)
{
    struct port *p = build_record(b, n, sizeof *p);
    uint8_t ip[4];
    p->poisoned = b->bad;
    p->node = n;
    p->pos = node_pos(n);
    p->channel = c;
    p->type = (int)p->type == 0 ? NT_ipv4 : NT_virtual;
    if (p->network == NOT_SET)
        p->network = 0;
    if (p->address.n && !parse_ipv4(p->address.s, p->address.n, ip))
        diag(b->ctx, place(n, AT_address), D_BAD_ADDRESS, "address is an IPv4 address, not '%s'",
             p->address.s);
    else if (p->address.n && ((!ip[0] && (ip[1] | ip[2] | ip[3])) || ip[0] >= 224))
        diag(b->ctx, place(n, AT_address), D_BAD_ADDRESS, "address is that of this machine, not '%s'", p->address.s);
    if (strpbrk(p->adapter.s, "/ "))
        diag(b->ctx, place(n, AT_adapter), D_BAD_ADDRESS, "adapter is a network interface such as eth0, not '%s'",
             p->adapter.s);
    const struct node *bbmd = node_child(n, EL_Bbmd), *fd = node_child(n, EL_ForeignDevice);
    struct peer_entry **peers_end = &p->peers, ***peers = &peers_end;
    p->bbmd = bbmd != NULL;
    p->foreign = fd != NULL;
    const struct node *e = bbmd ? node_child(bbmd, EL_Peer) : NULL;
    for (; e; e = node_next(e, EL_Peer)) {
        struct peer_entry *peer = build_record(b, e, sizeof *peer);
        peer->pos = node_pos(e);
        APPEND(peers, peer);
    }
    p->foreign_ttl = 60;
    p->foreign_bbmd = build_intern(b, "", 0);
    if (fd)
        build_fill(b, fd, p);
    p->poisoned |= b->bad;
    APPEND(tail, p);
}

static void build_object(struct build *b, const struct node *n, struct object_row ***tail)
{
    struct object_row *r = build_record(b, n, sizeof *r);
    r->poisoned = b->bad;
    r->node = n;
    r->pos = node_pos(n);
    APPEND(tail, r);
}

static void build_trend(struct build *b, const struct node *n, struct trend_log ***tail)
{
    struct trend_log *t = build_record(b, n, sizeof *t);
    t->poisoned = b->bad;
    t->node = t->of.node = n;
    t->pos = t->of.pos = node_pos(n);
    if (t->threshold == NOT_SET) {
        t->threshold = t->buffer_size * 8 / 10;
        if (!t->threshold)
            t->threshold = 1;
    }
    APPEND(tail, t);
}

void build_device(struct build *b, const struct node *n, struct channel *c, struct device ***tail)
{
    struct device *d = build_record(b, n, sizeof *d);
    struct notification_class **classes = &d->classes;
    struct recipient **recipients = &d->recipients;
    struct calendar **calendars = &d->calendars;
    struct schedule **schedules = &d->schedules;
    struct trend_log **trends = &d->trend_logs;
    struct object_row **rows = &d->rows;
    struct allow **allows = &d->allows;
    d->poisoned = b->bad;
    d->node = n;
    d->pos = node_pos(n);
    d->channel = c;
    d->plc = c->plc;
    for (const struct node *k = n->child; k; k = k->next)
        switch (k->name) {
        case EL_NotificationClass: build_class(b, k, &classes); break;
        case EL_Recipients: build_recipients(b, k, &recipients); break;
        case EL_Calendar: build_calendar(b, k, &calendars); break;
        case EL_Schedule: build_schedule(b, k, &schedules); break;
        case EL_TrendLog: build_trend(b, k, &trends); break;
        case EL_Object: build_object(b, k, &rows); break;
        case EL_Access: build_access(b, k, &allows); break;
        default: break;
        }
    APPEND(tail, d);
}

void build_plc(struct build *b, const struct node *n, struct plc ***tail)
{
    struct plc *p = build_record(b, n, sizeof *p);
    struct channel **end = &p->channels, ***channels = &end;
    p->poisoned = b->bad;
    p->node = n;
    p->pos = node_pos(n);
    for (const struct node *k = node_child(n, EL_Channel); k; k = node_next(k, EL_Channel)) {
        struct channel *c = build_record(b, k, sizeof *c);
        struct port **ports = &c->ports;
        struct device **devices = &c->devices;
        struct allow **allows = &c->allows;
        c->node = k;
        c->pos = node_pos(k);
        c->plc = p;
        for (const struct node *e = k->child; e; e = e->next)
            if (e->name == EL_Port)
                build_port(b, e, c, &ports);
            else if (e->name == EL_Device)
                build_device(b, e, c, &devices);
            else if (e->name == EL_Access)
                build_access(b, e, &allows);
        APPEND(channels, c);
    }
    APPEND(tail, p);
}
