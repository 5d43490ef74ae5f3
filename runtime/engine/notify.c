/* See notify.h: lines, windows, pace. What is sent is an intent; the message is made by
 * service/event_notification.c. */
#include "runtime/engine/notify.h"

#include <errno.h>
#include <stdlib.h>

#include "runtime/data/store.h"
#include "runtime/engine/notify_inside.h"

enum { MONDAY = 1 };

int notify_open(struct notify **out, struct db *db)
{
    struct notify *n = calloc(1, sizeof *n);
    *out = n;
    if (!n)
        return -ENOMEM;
    n->db = db;
    n->channels = calloc(NOTIFY_CHANNELS, sizeof *n->channels);
    if (!n->channels) {
        notify_close(n);
        *out = NULL;
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < db->n_events; i++)         /* what a stopped program owes */
        for (unsigned k = 0; k < TRANSITIONS; k++) {
            struct announcement *a = db->events[i].unsent >> k & 1
                ? alarm_announce(db, db->events[i].object, (enum event_transition)k) : NULL;
            if (a)
                alarms_queue(&db->alarms, a);
        }
    return 0;
}

void notify_close(struct notify *n)
{
    if (n)
        free(n->channels);
    free(n);
}

/* ---- lines ---- */

static void line_up(struct notify *n, struct channel *c, struct delivery *d, uint8_t priority)
{
    struct alarms *a = &n->db->alarms;
    uint32_t me = (uint32_t)(d - a->deliveries) + 1;
    d->next = 0;
    if (c->last[priority])
        a->deliveries[c->last[priority] - 1].next = me;
    else
        c->first[priority] = me;
    c->last[priority] = me;
    c->urgent = c->queued && c->urgent < priority ? c->urgent : priority;
    c->queued++;
    n->queued++;
}

static struct delivery *line_next(struct notify *n, struct channel *c)
{
    if (!c->queued)
        return NULL;
    while (!c->first[c->urgent])
        c->urgent++;
    return &n->db->alarms.deliveries[c->first[c->urgent] - 1];
}

static void line_drop(struct notify *n, struct channel *c)
{
    uint8_t p = c->urgent;
    c->first[p] = n->db->alarms.deliveries[c->first[p] - 1].next;
    if (!c->first[p])
        c->last[p] = 0;
    c->queued--;
    n->queued--;
}

static void unlink_from(struct alarms *a, struct announcement *what, const struct delivery *d)
{
    uint32_t *at = &what->first, me = (uint32_t)(d - a->deliveries) + 1;
    while (*at && *at != me)
        at = &a->deliveries[*at - 1].sibling;
    if (*at)
        *at = d->sibling;
}

/* Everybody who is there has it: after a crash it need not be said again for the sake of one who
 * did not answer before, either. */
static void told(struct notify *n, const struct announcement *what)
{
    const struct alarms *a = &n->db->alarms;
    if (what->notify == NOTIFY_ack_notification)
        return;
    for (uint32_t i = what->first; i; i = a->deliveries[i - 1].sibling) {
        const struct delivery *d = &a->deliveries[i - 1];
        if (!d->confirmed || n->channels[d->channel].known)
            return;
    }
    alarm_sent(n->db, what->event, (enum event_transition)what->transition);
}

/* A delivery is over; with the last one so is its announcement. */
static void finish(struct notify *n, struct delivery *d)
{
    struct alarms *a = &n->db->alarms;
    struct announcement *what = &a->announcements[d->announcement];
    unlink_from(a, what, d);
    delivery_give(a, d);
    told(n, what);
    if (!--what->refs)
        alarms_give(a, what);
}

/* ---- whom to ---- */

/* 13.2.5: day of the week, time of day, transition. */
static bool meant_for(const struct destination *d, const struct now *now, unsigned transition)
{
    uint32_t at = time_number(now->time);
    uint8_t day = now->date.wday;
    return d->transitions >> transition & 1 && day >= MONDAY && d->days >> (day - MONDAY) & 1 &&
           time_number(d->from) <= at && at <= time_number(d->to);
}

static bool same_recipient(const struct channel *c, const struct channel *k)
{
    return c->to == k->to && c->instance == k->instance && c->network == k->network &&
           c->mac_n == k->mac_n && !memcmp(c->mac, k->mac, c->mac_n);
}

static void key_of(const struct recipient *r, struct channel *k)
{
    *k = (struct channel){.to = INTENT_DEVICE};
    if (!r->is_address) {
        k->instance = oid_instance(r->device);
        return;
    }
    k->network = r->network;
    k->to = INTENT_ADDRESS;
    if (r->network == BACNET_NETWORK_GLOBAL)
        k->to = INTENT_GLOBAL;
    else if (!r->mac.n)
        k->to = r->network ? INTENT_REMOTE : INTENT_LOCAL;
    k->mac_n = k->to == INTENT_ADDRESS ? (uint8_t)r->mac.n : 0;
    memcpy(k->mac, r->mac.p, k->mac_n);
}

/* The recipient's line; an idle one gives way to a new recipient. NULL: all are busy. */
static struct channel *channel_of(struct notify *n, const struct recipient *r)
{
    struct channel key, *idle = NULL;
    key_of(r, &key);
    for (uint32_t i = 0; i < n->n_channels; i++) {
        struct channel *c = &n->channels[i];
        if (same_recipient(c, &key))
            return c;
        if (!c->queued && !c->under_way && !c->down_until && (!idle || c->used < idle->used))
            idle = c;
    }
    if (n->n_channels < NOTIFY_CHANNELS)
        idle = &n->channels[n->n_channels++];
    if (!idle)
        return NULL;
    *idle = key;
    idle->tokens = NOTIFY_BURST;
    return idle;
}

static void hand(struct notify *n, struct announcement *what, const struct destination *to)
{
    struct alarms *a = &n->db->alarms;
    struct channel *c = channel_of(n, &to->to_whom);
    bool full = c && c->down_until && c->queued >= NOTIFY_DOWN_KEPT;
    struct delivery *d = c && !full ? delivery_take(a) : NULL;
    if (!d) {
        a->undelivered++;
        return;
    }
    d->announcement = (uint32_t)(what - a->announcements);
    d->process = to->process;
    d->confirmed = to->confirmed && c->to <= INTENT_ADDRESS;    /* nobody confirms a broadcast */
    d->channel = (uint16_t)(c - n->channels);
    if (c->down_until && !c->queued && !c->under_way)
        c->down_until = 1;                      /* nothing waits behind it: this one is tried now */
    c->used = ++n->uses;
    what->refs++;
    d->sibling = what->first;
    what->first = (uint32_t)(d - a->deliveries) + 1;
    line_up(n, c, d, what->priority);
}

static void expand(struct notify *n, struct announcement *what)
{
    struct db *db = n->db;
    const struct device *dev = &db->devices[what->device];
    struct span list;
    uint32_t class = what->class <= BACNET_INSTANCE_MAX
                         ? db_find(dev, OID(OT_notification_class, what->class)) : DB_NONE;
    what->refs = 1;                             /* ours, while the list is walked */
    bool silent = dev->state == DEVICE_STOPPED || dev->communication;
    if (!silent && class != DB_NONE && prop_value(db, class, P_recipient_list, &list)) {
        struct rd r = rd_of(list.p, list.n);
        while (rd_left(&r)) {
            struct destination to = rd_destination(&r);
            if (!rd_ok(&r))
                break;
            if (meant_for(&to, &n->today, what->transition))
                hand(n, what, &to);
        }
    }
    if (--what->refs)
        return;
    told(n, what);
    alarms_give(&db->alarms, what);
}

/* ---- sending ---- */

static bool say(struct notify *n, struct channel *c, struct delivery *d)
{
    const struct announcement *what = &n->db->alarms.announcements[d->announcement];
    struct intent i = {.kind = INTENT_EVENT, .to = c->to, .device = what->device,
                       .object = n->db->events[what->event].object, .instance = c->instance,
                       .arg = (uint32_t)(d - n->db->alarms.deliveries), .arg2 = d->serial};
    i.peer.snet = c->network;
    i.peer.slen = c->mac_n;
    memcpy(i.peer.sadr, c->mac, c->mac_n);
    if (!outbox_put(n->db->outbox, &i))
        return false;
    d->attempts++;
    c->under_way++;
    return true;
}

static bool may_say(const struct channel *c, const struct delivery *d, uint64_t now)
{
    if (d->confirmed && c->down_until && (now < c->down_until || c->under_way))
        return false;                           /* one at a time to one that was silent */
    return d->confirmed ? c->under_way < NOTIFY_WINDOW : c->tokens > 0;
}

static unsigned drain(struct notify *n, struct channel *c, uint64_t now, unsigned room)
{
    unsigned said = 0;
    for (struct delivery *d; said < room && (d = line_next(n, c)); said++) {
        if (!may_say(c, d, now))
            break;
        if (!say(n, c, d))
            break;                              /* the outbox is full: next turn */
        line_drop(n, c);
        c->tokens -= !d->confirmed;
    }
    return said;
}

/* ---- how it ended ---- */

/* A device that is silent may have moved: it is looked for once more, for the same message. */
static void failed(struct notify *n, struct channel *c, struct delivery *d, uint64_t now)
{
    uint8_t p = n->db->alarms.announcements[d->announcement].priority;
    if (c->to == INTENT_DEVICE && d->attempts == 1 && !c->down_until) {
        d->end = DELIVERY_NONE;
        line_up(n, c, d, p);
        return;
    }
    c->down_until = now + NOTIFY_DOWN_MS;
    c->known = false;
    n->db->alarms.undelivered++;
    finish(n, d);
}

static void collect(struct notify *n, uint64_t now)
{
    struct alarms *a = &n->db->alarms;
    while (a->ended) {
        struct delivery *d = &a->deliveries[a->ended - 1];
        struct channel *c = &n->channels[d->channel];
        a->ended = d->next;
        c->under_way--;
        if (d->end == DELIVERY_FAILED) {
            failed(n, c, d, now);
            continue;
        }
        c->down_until = 0;
        c->known = true;
        a->sent += d->end == DELIVERY_DONE;
        finish(n, d);
    }
}

static void refill(struct notify *n, uint64_t now)
{
    if (now < n->paced + NOTIFY_PACE_MS)
        return;
    n->paced = now;
    for (uint32_t i = 0; i < n->n_channels; i++)
        n->channels[i].tokens = NOTIFY_BURST;
}

/* When a line that waits may go on. */
static uint64_t next_time(const struct notify *n, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (uint32_t i = 0; n->queued && i < n->n_channels; i++) {
        const struct channel *c = &n->channels[i];
        uint64_t at = c->down_until > now ? c->down_until : n->paced + NOTIFY_PACE_MS;
        if (c->queued && at < next)
            next = at;
    }
    return next;
}

uint64_t notify_turn(struct notify *n, uint64_t now_ms)
{
    struct alarms *a = &n->db->alarms;
    struct announcement *what;
    unsigned room = NOTIFY_TURN;
    if (!n->db->n_events)
        return UINT64_MAX;
    a->settled = store_done(a->store);
    collect(n, now_ms);
    if (a->waiting)
        n->today = alarm_now(n->db);
    while (a->waiting && deliveries_free(a) >= ELEMENTS_MAX && (what = alarms_next(a)))
        expand(n, what);
    if (!n->queued)
        return UINT64_MAX;
    refill(n, now_ms);
    for (uint32_t i = 0; room && i < n->n_channels; i++) {
        n->turn = (n->turn + 1) % n->n_channels;        /* each may be the first */
        if (n->channels[n->turn].queued)
            room -= drain(n, &n->channels[n->turn], now_ms, room);
    }
    return !room && n->queued ? now_ms : next_time(n, now_ms);
}
