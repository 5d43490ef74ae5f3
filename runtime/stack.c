/* One datagram: BVLL, NPDU, APDU, transaction, service, and the answer in place. See stack.h. */
#include "runtime/stack.h"

#include "runtime/net/link.h"
#include "runtime/stack_inside.h"

enum { CHOICE_I_AM = 0, HEAD = HEAD_ACK };

/* A message to one of our own devices: comes in again when the turn ends. */
static void keep_loop(struct stack *s, const struct datagram *d)
{
    if (s->n_loops == STACK_LOOPS || d->n > sizeof s->loops[0].bytes) {
        s->stats.dropped++;
        return;
    }
    struct looped *l = &s->loops[s->n_loops++];
    l->d = *d;
    memcpy(l->bytes, d->bytes, d->n);
    l->d.bytes = l->bytes;
}

void stack_flush(struct stack *s)
{
    if (!s->tx.n)
        return;
    for (size_t i = 0; i < s->tx.n; i++)
        if (s->tx.out[i].loop)
            keep_loop(s, &s->tx.out[i]);
    s->c.send(s->c.ctx, s->tx.out, s->tx.n);
    tx_clear(&s->tx);
}

void stack_need_room(struct stack *s)
{
    if (!tx_room(&s->tx, STACK_RESERVE))
        stack_flush(s);
}

struct node *stack_node(struct stack *s, uint32_t instance)
{
    uint16_t lo = 0, hi = s->c.n_devices;
    while (lo < hi) {
        uint16_t mid = (uint16_t)(lo + (hi - lo) / 2);
        if (s->nodes[s->by_instance[mid]].instance < instance)
            lo = (uint16_t)(mid + 1);
        else
            hi = mid;
    }
    bool found = lo < s->c.n_devices && s->nodes[s->by_instance[lo]].instance == instance;
    return found ? &s->nodes[s->by_instance[lo]] : NULL;
}

/* ---- answers ---- */

/* Octets of an answer that the peer can take, and the most for one APDU. */
static size_t answer_limit(const struct stack *s, const struct peer *p, size_t *one)
{
    const struct tsm_config *c = &s->c.tsm;
    size_t max = p->max_apdu < c->max_apdu ? p->max_apdu : c->max_apdu;
    *one = max;
    if (!p->seg_ok || !c->transmit)
        return max - HEAD;
    size_t all = p->segs && p->segs != UINT8_MAX ? p->segs * (max - HEAD_ACK_SEG) : c->longest;
    all = all < c->longest ? all : c->longest;
    return all > max - HEAD ? all : max - HEAD;
}

static void refuse(struct stack *s, uint16_t node, const struct peer *to, bool reject,
                   uint8_t reason)
{
    struct wr w = tx_begin(&s->tx, 8);
    if (reject)
        wr_reject(&w, to->invoke_id, reason);
    else
        wr_abort(&w, true, to->invoke_id, reason);
    router_send(&s->router, node, to, false, to->priority, &w);
    s->stats.rejects += reject;
    s->stats.aborts += !reject;
}

/* Header and length of a finished answer; `w` already holds the service data behind 3 octets. */
static void put_head(struct stack *s, const struct svc_result *r, const struct peer *to,
                     uint8_t choice, size_t body, struct wr *w)
{
    w->len = 0;
    switch (r->kind) {
    case SVC_SIMPLE_ACK: wr_simple_ack(w, to->invoke_id, choice); break;
    case SVC_COMPLEX_ACK:
        wr_ack_head(w, &(struct apdu){.invoke = to->invoke_id, .choice = choice});
        w->len += body;
        break;
    case SVC_ERROR:
        wr_error(w, to->invoke_id, choice, r->cls, r->code);
        s->stats.errors++;
        break;
    case SVC_ERROR_BODY:
        wr_error_head(w, to->invoke_id, choice);
        w->len += body;
        s->stats.errors++;
        break;
    default: break;
    }
}

static void answer(struct stack *s, uint16_t node, const struct peer *to, uint8_t choice,
                   const struct svc_result *r, struct wr *w, const struct wr *body, size_t one)
{
    uint64_t now = clock_ms(s->c.clock);
    bool has_body = r->kind == SVC_COMPLEX_ACK || r->kind == SVC_ERROR_BODY;
    uint8_t reason = 0;
    if (has_body && !wr_fits(body)) {
        refuse(s, node, to, false, !to->seg_ok || !s->c.tsm.transmit
                                       ? ABORT_segmentation_not_supported : ABORT_buffer_overflow);
        return;
    }
    if (has_body && body->len + HEAD > one) {
        reason = r->kind == SVC_ERROR_BODY
                     ? ABORT_segmentation_not_supported
                     : tsm_respond(s->tsm, node, to, choice, body->buf, body->len, now);
        if (reason)
            refuse(s, node, to, false, reason);
        return;
    }
    put_head(s, r, to, choice, body->len, w);
    if (r->ticket > s->committed) {
        reason = tsm_hold(s->tsm, node, to, choice, r->ticket, w->buf, w->len, now);
        if (reason)
            refuse(s, node, to, false, reason);
        return;
    }
    router_send(&s->router, node, to, false, to->priority, w);
    s->stats.answers++;
}

static void execute(struct stack *s, uint16_t node, const struct peer *from, uint8_t choice,
                    struct rd *req)
{
    const struct service *svc = s->confirmed[choice];
    struct device *d = s->nodes[node].device;
    s->stats.requests++;
    if (s->c.services->communication(d) == 1 && !(svc && svc->always))
        return;                         /* clause 16.1: silent */
    if (!svc) {
        s->stats.unknown_service++;
        refuse(s, node, from, true, REJECT_unrecognized_service);
        return;
    }
    size_t one, limit = answer_limit(s, from, &one);
    struct wr w = tx_begin(&s->tx, limit + HEAD);
    struct wr body = wr_of(w.buf + HEAD, w.cap - HEAD);
    const struct span whole = {req->p, rd_left(req)};
    struct svc_result r = svc->fn(d, from, req, &body);
    uint8_t reason;
    switch (r.kind) {
    case SVC_WAIT:
        reason = tsm_sleep(s->tsm, node, from, choice, r.ticket, whole, clock_ms(s->c.clock));
        if (reason)
            refuse(s, node, from, false, reason);
        break;
    case SVC_DROP: break;
    case SVC_REJECT: refuse(s, node, from, true, (uint8_t)r.code); break;
    case SVC_ABORT: refuse(s, node, from, false, (uint8_t)r.code); break;
    default: answer(s, node, from, choice, &r, &w, &body, one);
    }
}

bool stack_resume_one(struct stack *s, uint64_t token)
{
    struct tsm_event e;
    struct peer from;
    if (!tsm_wake(s->tsm, token, &from, &e))
        return false;
    stack_need_room(s);
    execute(s, e.device, &from, e.choice, &e.body);
    return true;
}

void stack_resume(struct stack *s, uint64_t token)
{
    while (stack_resume_one(s, token))
        continue;
}

/* ---- what comes in ---- */

/* Once per message, whichever devices it is for. */
static void heard_i_am(struct stack *s, const struct peer *from, struct rd body)
{
    struct i_am said;
    if (!bind_i_am(body, &said))
        return;
    struct node *own = stack_node(s, said.instance);
    if (own) {
        stack_rival_heard(s, own, from);
        return;
    }
    bind_put(&s->bind, &said, from, clock_ms(s->c.clock));
    stack_found(s, said.instance);
}

static void unconfirmed(struct stack *s, uint16_t node, const struct peer *from,
                        const struct apdu *a)
{
    const struct service *svc = s->unconfirmed[a->choice];
    struct device *d = s->nodes[node].device;
    struct rd body = a->body;
    uint8_t nothing[1];
    struct wr w = wr_of(nothing, 0);
    if (!svc || (s->c.services->communication(d) == 1 && !svc->always))
        return;
    s->stats.unconfirmed++;
    (void)svc->fn(d, from, &body, &w);
}

static void transaction(struct stack *s, uint16_t node, const struct peer *from,
                        const struct apdu *a)
{
    struct tsm_event e;
    tsm_input(s->tsm, node, from, a, clock_ms(s->c.clock), &e);
    if (e.acknowledge) {
        struct wr w = tx_begin(&s->tx, 8);
        wr_segment_ack(&w, false, a->type == PDU_confirmed, a->invoke, e.sequence, e.window);
        router_send(&s->router, node, from, false, from->priority, &w);
    }
    if (e.verdict == TSM_EXECUTE) {
        execute(s, node, from, e.choice, &e.body);
    } else if (e.verdict == TSM_ENDED) {
        stack_ended(s, &e);
    } else if (e.verdict == TSM_ABORT) {
        struct wr w = tx_begin(&s->tx, 8);
        wr_abort(&w, e.server, a->invoke, e.reason);
        router_send(&s->router, node, from, false, from->priority, &w);
        s->stats.aborts++;
    }
}

static void deliver(struct stack *s, struct net_in *in)
{
    struct apdu a;
    if (in->scope == SCOPE_NONE)
        return;
    if (!apdu_decode(in->apdu, &a)) {
        s->stats.dropped++;
        return;
    }
    struct peer *from = &in->from;
    from->invoke_id = a.invoke;
    from->segs = a.max_segs;
    from->seg_ok = a.sa;
    from->max_apdu = a.type == PDU_confirmed ? a.max_apdu : APDU_MAX;
    if (a.type == PDU_unconfirmed && a.choice == CHOICE_I_AM) {
        heard_i_am(s, from, a.body);
        in->scope = SCOPE_ONE;          /* one device may look at it; the address is kept for all */
        in->first = 0;
        in->last = 1;
    }
    if (a.type != PDU_unconfirmed && from->broadcast) {
        s->stats.dropped++;             /* clause 5.4: only unconfirmed services by broadcast */
        return;
    }
    uint16_t first = in->scope == SCOPE_ALL ? 0 : in->first;
    uint16_t last = in->scope == SCOPE_ALL ? s->c.n_devices : in->last;
    for (uint16_t n = first; n < last; n++) {
        if (!s->nodes[n].running)
            continue;
        stack_need_room(s);
        if (a.type == PDU_unconfirmed)
            unconfirmed(s, n, from, &a);
        else
            transaction(s, n, from, &a);
    }
}

void stack_input(struct stack *s, uint8_t port, const uint8_t from[NET_MAC], bool directed,
                 const uint8_t *bytes, size_t n)
{
    struct link_in link;
    struct net_in in;
    uint64_t now = clock_ms(s->c.clock);
    stack_need_room(s);
    bool taken = link_input(&s->router, port, from, directed, bytes, n, now, &link);
    const struct net_port *p = &s->router.ports[port];
    if (p->mode == MODE_BBMD || (p->mode == MODE_FOREIGN && !p->bbmd->due_ms))
        timer_set(s->c.timers, &s->foreign[port], now);     /* copies to send, entries to expire */
    if (!taken)
        return;
    router_input(&s->router, port, link.source, link.broadcast, link.npdu, now, &in);
    deliver(s, &in);
}

/* Messages between our own devices, those that were there when the round began. */
static bool loop_back(struct stack *s)
{
    size_t n = s->n_loops;
    struct net_in in;
    for (size_t i = 0; i < n; i++) {
        stack_need_room(s);
        router_loop(&s->router, &s->loops[i].d, &in);
        deliver(s, &in);
    }
    for (size_t i = n; i < s->n_loops; i++) {
        s->loops[i - n] = s->loops[i];
        s->loops[i - n].d.bytes = s->loops[i - n].bytes;
    }
    s->n_loops -= n;
    return s->n_loops;
}

void stack_timer(struct stack *s, const struct timer *t)
{
    uint64_t now = clock_ms(s->c.clock);
    s->router.now_ms = now;
    stack_need_room(s);
    if (t->kind == TIMER_TRANSACTION) {
        struct tsm_event e;
        tsm_timer(s->tsm, t->index, now, &e);
        if (e.verdict == TSM_ENDED)
            stack_ended(s, &e);
    } else if (t->kind == TIMER_FOREIGN) {
        uint8_t port = (uint8_t)t->index;
        const struct net_port *p = &s->router.ports[port];
        bool foreign = p->mode == MODE_FOREIGN;
        uint64_t next = foreign ? foreign_tick(p->bbmd, now, &s->tx, port) : bbmd_tick(p->bbmd, now);
        if (foreign ? foreign_drain(p->bbmd, &s->tx, port, now) : bbmd_drain(p->bbmd, &s->tx, port))
            next = now;
        if (next != UINT64_MAX)
            timer_set(s->c.timers, &s->foreign[port], next);
    } else if (t->kind == TIMER_PACE) {
        stack_pace(s);
    } else if (t->kind == TIMER_BIND) {
        stack_parked_check(s);
    } else if (t->kind == TIMER_RIVALS) {
        stack_rivals_look(s);
    }
}

/* What we ourselves broadcast goes on to peers and foreign devices, heard by ourselves or not; as a foreign
 * device to the BBMD, once that has registered us. */
static void pass_on(struct stack *s, uint64_t now)
{
    for (uint8_t i = 0; i < s->router.n_ports; i++) {
        const struct net_port *p = &s->router.ports[i];
        struct timer *t = &s->foreign[i];
        if (p->bbmd && p->bbmd->queued && (p->mode == MODE_BBMD || foreign_registered(p->bbmd, now)) &&
            (!timer_armed(t) || t->due > now))
            timer_set(s->c.timers, t, now);
    }
}

bool stack_turn(struct stack *s)
{
    struct tsm_out out;
    uint64_t now = s->router.now_ms = clock_ms(s->c.clock);
    bool more = stack_say(s);
    for (unsigned i = 0; i < STACK_SLICE && tsm_waiting(s->tsm); i++) {
        stack_need_room(s);
        struct wr w = tx_begin(&s->tx, APDU_MAX);
        if (!tsm_output(s->tsm, &w, &out))
            continue;
        if (out.asks)                   /* again, perhaps by another way */
            router_way(&s->router, &out.to);
        router_send(&s->router, out.device, &out.to, out.reply, out.to.priority, &w);
        if (out.asks && out.to.snet)
            router_seek(&s->router, NET_PORTS, out.to.snet);
    }
    stack_flush(s);
    more |= loop_back(s);
    pass_on(s, now);
    stack_flush(s);
    return more || s->n_loops || tsm_waiting(s->tsm);
}

void stack_committed(struct stack *s, uint64_t ticket, bool ok)
{
    s->committed = ticket > s->committed ? ticket : s->committed;
    tsm_committed(s->tsm, ticket, ok);
}
