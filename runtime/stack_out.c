/* What is said unasked: intents of services and engines become messages when their turn has come.
 * Discovery answers are paced, others wait for an address. See stack.h. */
#include <assert.h>
#include <errno.h>

#include "runtime/stack_inside.h"

/* PARKED: its address is looked for; WAIT: no transaction is free now; LATER: enough of ours wait for
 * that peer; NO: its address cannot be looked for; MUTE: never, and no other attempt would change that. */
enum sent { SENT, SENT_PARKED, SENT_WAIT, SENT_LATER, SENT_NO, SENT_MUTE };

static void report(struct stack *s, const struct intent *what, enum outcome_kind kind)
{
    struct outcome end = {.kind = (uint8_t)kind};
    struct node *n = &s->nodes[s->node_of[what->device]];
    if (kind != OUTCOME_ACK)
        s->stats.undelivered++;
    s->c.services->outcome(n->device, what, &end);
}

void stack_ended(struct stack *s, const struct tsm_event *e)
{
    struct node *n = &s->nodes[e->device];
    s->put_off = 0;
    if (e->outcome.kind != OUTCOME_ACK)
        s->stats.undelivered++;
    if (e->outcome.kind == OUTCOME_TIMEOUT && e->intent.to == INTENT_DEVICE)
        bind_drop(&s->bind, e->intent.instance);
    struct intent what = e->intent;
    what.device = n->index;
    s->c.services->outcome(n->device, &what, &e->outcome);
}

/* ---- waiting for an address ---- */

static bool park(struct stack *s, const struct intent *what)
{
    for (size_t i = 0; i < STACK_PARKED; i++) {
        struct parked *p = &s->parked[i];
        if (p->used)
            continue;
        *p = (struct parked){*what, clock_ms(s->c.clock) + BIND_WAIT_MS, true};
        s->n_parked++;
        if (!timer_armed(&s->wait))
            timer_set(s->c.timers, &s->wait, p->deadline_ms);
        return true;
    }
    s->stats.parked_full++;
    return false;
}

static void unpark(struct stack *s, struct parked *p)
{
    p->used = false;
    s->n_parked--;
}

void stack_found(struct stack *s, uint32_t instance)
{
    for (size_t i = 0; s->n_parked && i < STACK_PARKED; i++) {
        struct parked *p = &s->parked[i];
        if (p->used && p->what.instance == instance && outbox_put(s->c.outbox, &p->what))
            unpark(s, p);
    }
}

void stack_parked_check(struct stack *s)
{
    uint64_t now = clock_ms(s->c.clock), next = UINT64_MAX;
    for (size_t i = 0; s->n_parked && i < STACK_PARKED; i++) {
        struct parked *p = &s->parked[i];
        if (!p->used)
            continue;
        if (p->deadline_ms <= now) {
            struct intent what = p->what;
            unpark(s, p);
            report(s, &what, OUTCOME_UNREACHABLE);
        } else if (p->deadline_ms < next) {
            next = p->deadline_ms;
        }
    }
    if (next != UINT64_MAX)
        timer_set(s->c.timers, &s->wait, next);
}

/* ---- whom to ---- */

static void peer_of_node(const struct stack *s, uint16_t node, struct peer *to)
{
    const struct net_device *d = &s->places[node];
    const struct net_port *p = &s->router.ports[d->port];
    *to = (struct peer){.port = d->port, .max_apdu = s->c.tsm.max_apdu, .seg_ok = true};
    if (p->kind == PORT_VIRTUAL)
        memcpy(to->mac, d->vmac, NET_VMAC);
    else
        memcpy(to->mac, p->mac, NET_MAC);
}

static enum sent find_device(struct stack *s, const struct intent *what, struct peer *to)
{
    struct node *own = stack_node(s, what->instance);
    if (own) {
        peer_of_node(s, (uint16_t)(own - s->nodes), to);
        return SENT;
    }
    const struct binding *b = bind_want(&s->bind, what->instance);
    if (b) {
        *to = b->peer;
        return SENT;
    }
    struct intent ask = {.kind = INTENT_WHO_IS, .to = INTENT_GLOBAL, .device = what->device,
                         .object = what->instance};
    bool asked = false;                 /* one Who-Is for all that wait for the same device */
    for (size_t i = 0; s->n_parked && i < STACK_PARKED && !asked; i++)
        asked = s->parked[i].used && s->parked[i].what.instance == what->instance;
    if (!park(s, what))
        return SENT_NO;
    if (!asked)
        outbox_put(s->c.outbox, &ask);
    return SENT_PARKED;
}

/* ---- saying it ---- */

static void send_unconfirmed(struct stack *s, uint16_t node, const struct intent *what,
                             const struct peer *to, const struct initiation *how, struct wr *w)
{
    w->buf[0] = PDU_unconfirmed << 4;
    w->buf[1] = how->choice;
    if (what->to == INTENT_LOCAL)
        router_broadcast(&s->router, node, 0, how->priority, w);
    else if (what->to == INTENT_REMOTE)
        router_broadcast(&s->router, node, what->peer.snet, how->priority, w);
    else if (what->to == INTENT_GLOBAL)
        router_broadcast(&s->router, node, NET_GLOBAL, how->priority, w);
    else
        router_send(&s->router, node, to, false, how->priority, w);
    s->stats.notified++;
}

static bool is_discovery(const struct intent *what)
{
    return what->kind == INTENT_I_AM || what->kind == INTENT_I_HAVE;
}

/* A device has said how much it takes. What is too long for it would never arrive. */
static void shorten(const struct stack *s, const struct intent *what, const struct peer *to,
                    const struct initiation *how, struct wr *body)
{
    size_t head = how->confirmed ? HEAD_REQUEST : 2;
    bool whole = head + body->len <= to->max_apdu, parts = how->confirmed && to->seg_ok && s->c.tsm.transmit;
    if (what->to != INTENT_DEVICE || whole || parts || !how->spare.n || !wr_fits(body))
        return;
    body->len -= how->spare.n;
    memmove(body->buf + how->spare.at, body->buf + how->spare.at + how->spare.n, body->len - how->spare.at);
}

static enum sent say_intent(struct stack *s, const struct intent *what)
{
    uint16_t node = s->node_of[what->device];
    struct node *n = &s->nodes[node];
    struct initiation how = {0};
    struct peer to = what->peer;
    bool broadcast = what->to >= INTENT_LOCAL;
    if (!n->running || (!is_discovery(what) && s->c.services->communication(n->device)))
        return SENT_MUTE;               /* stopped, or told to initiate nothing: not said at all */
    if (what->to == INTENT_ADDRESS)
        router_peer(&s->router, node, what->peer.snet, what->peer.sadr, what->peer.slen, &to);
    if (what->to == INTENT_DEVICE) {
        enum sent found = find_device(s, what, &to);
        if (found != SENT)
            return found;
    }
    stack_need_room(s);
    if (to.snet && (what->to == INTENT_ADDRESS || what->to == INTENT_DEVICE || what->kind == INTENT_COV)) {
        router_way(&s->router, &to);
        router_seek(&s->router, NET_PORTS, to.snet);
    }
    struct wr w = tx_begin(&s->tx, s->tx.longest);
    struct wr body = wr_of(w.buf + 2, w.cap - 2);
    if (!s->c.services->initiate(n->device, what, &how, &body))
        return SENT;
    shorten(s, what, &to, &how, &body);
    w.len = body.len + 2;
    if (!how.confirmed && body.len + 2 <= APDU_MAX) {
        send_unconfirmed(s, node, what, &to, &how, &w);
        if (what->kind == INTENT_EVENT)
            report(s, what, OUTCOME_ACK);       /* nobody will say more of it */
        return SENT;
    }
    if (!how.confirmed || broadcast || !wr_fits(&body))
        return SENT_MUTE;
    struct intent mine = *what;
    mine.device = node;                 /* transactions count devices as the network does */
    int err = tsm_request(s->tsm, &mine, &to, how.priority, how.choice, body.buf, body.len,
                          clock_ms(s->c.clock));
    s->stats.notified += !err;
    return !err ? SENT : err == -EAGAIN ? SENT_WAIT : err == -EBUSY ? SENT_LATER : SENT_MUTE;
}

void stack_pace(struct stack *s)
{
    s->pace_left = PACE_BURST;
    while (s->pace_left && outbox_first(&s->slow)) {
        (void)say_intent(s, outbox_first(&s->slow));
        outbox_drop(&s->slow);
        s->pace_left--;
    }
    if (outbox_first(&s->slow) || s->pace_left < PACE_BURST)
        timer_set(s->c.timers, &s->pace, clock_ms(s->c.clock) + PACE_MS);
}

/* A discovery answer goes at once while the burst lasts, then in line behind the others. */
static void say_paced(struct stack *s, const struct intent *what)
{
    enum limit_kind kind = what->kind == INTENT_I_HAVE ? LIMIT_NAMES : LIMIT_DISCOVERY;
    if (what->to == INTENT_PEER && !limit_take(&s->limit, kind, what->peer.mac, clock_ms(s->c.clock)))
        return;                         /* a small question with a forged source draws no storm */
    if (!s->pace_left || outbox_first(&s->slow)) {
        (void)outbox_put(&s->slow, what);
    } else {
        s->pace_left--;
        (void)say_intent(s, what);
    }
    if (!timer_armed(&s->pace))
        timer_set(s->c.timers, &s->pace, clock_ms(s->c.clock) + PACE_MS);
}

/* One intent of the outbox. False: it stays first, nothing can be said now. */
static bool say_first(struct stack *s, struct intent what, unsigned *put_off)
{
    if (is_discovery(&what)) {
        say_paced(s, &what);
        return true;
    }
    enum sent done = say_intent(s, &what);
    if (done == SENT_NO || done == SENT_MUTE)
        report(s, &what, done == SENT_NO ? OUTCOME_UNREACHABLE : OUTCOME_NEVER);
    if (done == SENT_LATER) {           /* behind the others, whose peers may be well */
        outbox_drop(s->c.outbox);
        (void)outbox_put(s->c.outbox, &what);
        s->put_off++;
        ++*put_off;
        return true;
    }
    if (done != SENT_WAIT)              /* WAIT: no transaction free, again when one ends */
        s->put_off = 0;
    return done != SENT_WAIT;
}

bool stack_say(struct stack *s)
{
    const struct intent *first;
    unsigned put_off = 0;
    for (unsigned i = 0; i < STACK_SLICE && (first = outbox_first(s->c.outbox)); i++) {
        unsigned before = put_off;
        assert(first->device < s->c.n_devices);
        if (!say_first(s, *first, &put_off))
            return false;
        if (put_off == before)
            outbox_drop(s->c.outbox);
        if (s->put_off >= s->c.outbox->n)
            return false;               /* all that is left waits for its peers */
        if (put_off == STACK_PUT_OFF)
            break;
    }
    return outbox_first(s->c.outbox);
}
