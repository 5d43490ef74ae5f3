/* See notify.h: lines, windows, pace. What is sent is an intent; the message is made by
 * service/event_notification.c. */
#include "runtime/engine/notify.h"

#include <errno.h>
#include <stdlib.h>

#include "runtime/data/store.h"
#include "runtime/engine/notify_inside.h"

enum { MONDAY = 1, MARK_ENTRY = 0xffff };        /* octets of a mark that tell entries of one recipient apart */

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
    notify_restored(n);
    return 0;
}

void notify_close(struct notify *n)
{
    if (n)
        free(n->channels);
    free(n);
}

/* ---- lines ---- */

/* At the end of a line, or at its head: what has been said already and is said again, in the order it had. */
static void line_up(struct notify *n, struct channel *c, struct delivery *d, uint8_t line, bool again)
{
    struct alarms *a = &n->db->alarms;
    uint32_t me = (uint32_t)(d - a->deliveries) + 1, before = again ? 0 : c->last[line];
    uint32_t at = again ? c->first[line] : 0;
    while (at && a->deliveries[at - 1].attempts && a->deliveries[at - 1].serial < d->serial) {
        before = at;
        at = a->deliveries[at - 1].next;
    }
    d->line = line;
    d->lined = true;
    d->prev = before;
    d->next = at;
    *(d->prev ? &a->deliveries[d->prev - 1].next : &c->first[line]) = me;
    *(d->next ? &a->deliveries[d->next - 1].prev : &c->last[line]) = me;
    c->urgent = c->queued && c->urgent < line ? c->urgent : line;
    c->queued++;
    n->queued++;
}

static void leave(struct notify *n, struct channel *c, struct delivery *d)
{
    struct alarms *a = &n->db->alarms;
    *(d->prev ? &a->deliveries[d->prev - 1].next : &c->first[d->line]) = d->next;
    *(d->next ? &a->deliveries[d->next - 1].prev : &c->last[d->line]) = d->prev;
    d->lined = false;
    c->queued--;
    n->queued--;
}

/* An object's more urgent word does not overtake what it said before: that goes ahead of it. */
static void go_ahead(struct notify *n, const struct announcement *what)
{
    struct alarms *a = &n->db->alarms;
    uint32_t before[ALARM_OLDER] = {0};
    unsigned k = 0;
    for (uint32_t i = what->older; i && k < ALARM_OLDER; i = a->announcements[i - 1].older)
        before[k++] = i - 1;
    while (k--)
        for (uint32_t i = a->announcements[before[k]].first; i; i = a->deliveries[i - 1].sibling) {
            struct delivery *d = &a->deliveries[i - 1];
            if (d->line <= what->line)
                continue;
            if (!d->lined) {
                d->line = what->line;           /* under way; where it comes back to if nobody answers */
                continue;
            }
            leave(n, &n->channels[d->channel], d);
            line_up(n, &n->channels[d->channel], d, what->line, false);
        }
}

static struct delivery *line_next(struct notify *n, struct channel *c)
{
    if (!c->queued)
        return NULL;
    while (!c->first[c->urgent])
        c->urgent++;
    return &n->db->alarms.deliveries[c->first[c->urgent] - 1];
}

/* Off the line: the oldest of the least urgent. */
static struct delivery *line_last(struct notify *n, struct channel *c)
{
    unsigned p = ALARM_PRIORITIES - 1;
    while (!c->first[p])
        p--;
    struct delivery *d = &n->db->alarms.deliveries[c->first[p] - 1];
    leave(n, c, d);
    return d;
}

static void unlink_from(struct alarms *a, struct announcement *what, const struct delivery *d)
{
    uint32_t *at = &what->first, me = (uint32_t)(d - a->deliveries) + 1;
    while (*at && *at != me)
        at = &a->deliveries[*at - 1].sibling;
    if (*at)
        *at = d->sibling;
}

/* A delivery is over; with the last one so is its announcement, once storage has that. */
static void finish(struct notify *n, struct delivery *d)
{
    struct alarms *a = &n->db->alarms;
    struct announcement *what = &a->announcements[d->announcement];
    unlink_from(a, what, d);
    n->channels[d->channel].unmarked[n->generation]++;
    delivery_give(a, d);
    what->refs--;
    notify_mark(n, what);
}

/* ---- who does not answer ---- */

static bool silent(const struct channel *c, uint64_t now)
{
    return c->down_until || (c->under_way && now > c->heard + NOTIFY_SILENT_MS);
}

static uint32_t most_kept(const struct notify *n, const struct channel *c)
{
    return c->down_until && n->share > NOTIFY_DOWN_KEPT ? NOTIFY_DOWN_KEPT : n->share;
}

/* Those who are silent have half of all deliveries together, and of what these announce where that gets
 * scarce, so that the others never wait for room; what is more than that is given up, the least urgent
 * first. False: there is more to give up. */
static bool give_up(struct notify *n, uint64_t now)
{
    const struct alarms *a = &n->db->alarms;
    bool scarce = a->held > a->n_announcements / 4 * 3;
    uint32_t n_silent = 0;
    unsigned room = NOTIFY_TURN;
    for (uint32_t i = 0; i < n->n_channels; i++)
        n_silent += silent(&n->channels[i], now);
    n->silent = n_silent;
    n->share = (scarce ? a->n_announcements : a->n_deliveries) / 2 / (n_silent ? n_silent : 1);
    for (uint32_t i = 0; n_silent && i < n->n_channels; i++) {
        struct channel *c = &n->channels[i];
        while (silent(c, now) && c->queued > most_kept(n, c)) {
            if (!room--)
                return false;
            n->db->alarms.undelivered++;
            finish(n, line_last(n, c));
        }
    }
    return true;
}

/* ---- whom to ---- */

/* 13.2.5: day of the week, time of day, transition; at the time of the event, however late it is told. What ends at
 * a whole second lasts to its end: 17:59:59 and 18:00:00 have nothing between them that nobody is told of. */
static bool meant_for(const struct destination *d, const struct stamp *now, unsigned transition)
{
    uint32_t at = time_number(now->time), end = time_number(d->to) + (d->to.hundredth ? 0 : 99);
    uint8_t day = now->date.wday;
    return d->transitions >> transition & 1 && day >= MONDAY && d->days >> (day - MONDAY) & 1 &&
           time_number(d->from) <= at && at <= end;
}

static bool same_recipient(const struct channel *c, const struct channel *k)
{
    return c->to == k->to && c->instance == k->instance && c->network == k->network &&
           c->mac_n == k->mac_n && !memcmp(c->mac, k->mac, c->mac_n);
}

static void key_of(const struct recipient *r, struct channel *k)
{
    *k = (struct channel){.to = (uint8_t)recipients_reach(r)};
    if (k->to == INTENT_DEVICE) {
        k->instance = oid_instance(r->device);
        return;
    }
    k->network = r->network;
    k->mac_n = k->to == INTENT_ADDRESS ? (uint8_t)r->mac.n : 0;
    memcpy(k->mac, r->mac.p, k->mac_n);
}

static uint32_t hash_of(const struct channel *k)
{
    return notify_hash((struct span){k->mac, k->mac_n}) ^ (k->instance << 3 | k->to) ^ (uint32_t)k->network << 13;
}

/* One that nothing waits for; else the silent one for which the least waits, which is given up. */
static struct channel *idle_channel(struct notify *n)
{
    struct channel *idle = NULL, *down = NULL;
    if (n->n_channels < NOTIFY_CHANNELS)
        return &n->channels[n->n_channels++];
    for (uint32_t i = 0; i < n->n_channels; i++) {
        struct channel *c = &n->channels[i];
        if (!c->queued && !c->under_way && !c->down_until && (!idle || c->used < idle->used))
            idle = c;
        if (c->down_until && !c->under_way && (!down || c->queued < down->queued))
            down = c;
    }
    while (!idle && down && down->queued) {
        n->db->alarms.undelivered++;
        finish(n, line_last(n, down));
    }
    return idle ? idle : down;
}

/* The recipient's line; an idle one gives way to a new recipient. NULL: all are busy. */
static struct channel *channel_of(struct notify *n, const struct recipient *r)
{
    struct channel key, *c;
    key_of(r, &key);
    uint32_t hash = hash_of(&key);
    for (uint32_t i = 0; i < n->n_channels; i++)
        if (n->hashes[i] == hash && same_recipient(&n->channels[i], &key))
            return &n->channels[i];
    c = idle_channel(n);
    if (!c)
        return NULL;
    *c = key;
    n->hashes[c - n->channels] = hash;
    c->tokens = NOTIFY_BURST;
    return c;
}

static void hand(struct notify *n, struct announcement *what, const struct destination *to,
                 uint32_t mark)
{
    struct alarms *a = &n->db->alarms;
    struct channel *c = channel_of(n, &to->to_whom);
    n->handed++;
    bool full = c && silent(c, n->now) && c->queued >= most_kept(n, c);
    struct delivery *d = c && !full ? delivery_take(a) : NULL;
    if (!d) {
        a->undelivered++;
        return;
    }
    d->announcement = (uint32_t)(what - a->announcements);
    d->process = to->process;
    d->mark = mark;
    d->confirmed = to->confirmed && c->to <= INTENT_ADDRESS &&  /* nobody confirms a broadcast */
                   !recipients_everyone(n->db, &to->to_whom);
    d->channel = (uint16_t)(c - n->channels);
    if (c->down_until && c->queued <= 1 && !c->under_way)
        c->down_until = 1;                      /* nothing else waits: it is tried now */
    c->used = ++n->uses;
    what->refs++;
    d->sibling = what->first;
    what->first = (uint32_t)(d - a->deliveries) + 1;
    line_up(n, c, d, what->line, false);
}

/* An entry of a Recipient_List, and whose it is, so that it is known when it has been changed, too. */
static uint32_t mark_of(struct span entry, const struct destination *to)
{
    struct channel key;
    key_of(&to->to_whom, &key);
    uint32_t who = hash_of(&key) * 2654435761u, what = notify_hash(entry);
    return (who & ~(uint32_t)MARK_ENTRY) | ((what ^ what >> 16) & MARK_ENTRY);
}

struct entry { struct destination to; uint32_t mark; };
static bool next_entry(struct rd *r, struct entry *e)
{
    const uint8_t *from = r->p;
    if (!rd_left(r))
        return false;
    e->to = rd_destination(r);
    e->mark = mark_of((struct span){from, (size_t)(r->p - from)}, &e->to);
    return rd_ok(r);
}

/* Of the recipients that it is still for, those whose entry stands in the list come first; how many. */
static unsigned unchanged(const struct announcement *what, struct span list)
{
    struct rd r = rd_of(list.p, list.n);
    struct entry e;
    unsigned n = 0;
    while (what->n_only && next_entry(&r, &e))
        for (unsigned i = n; i < what->n_only; i++)
            if (what->only[i] == e.mark) {
                what->only[i] = what->only[n];
                what->only[n++] = e.mark;
                break;
            }
    return n;
}

/* Who had it before a restart or reload does not get it again, nor who was not meant then. One whose entry is
 * another since does. */
static bool still_for(const struct announcement *what, unsigned same, uint32_t mark)
{
    for (unsigned i = 0; i < what->n_only; i++)
        if (what->only[i] == mark || (i >= same && (what->only[i] ^ mark) <= MARK_ENTRY))
            return true;
    return !what->only;
}

/* A class that another image has not any more, or by another number: that of the object now. */
static bool recipients_of(const struct db *db, struct announcement *what, struct span *list)
{
    uint32_t class = what->class <= BACNET_INSTANCE_MAX
                         ? db_find(&db->devices[what->device], OID(OT_notification_class, what->class)) : DB_NONE;
    if (class == DB_NONE) {
        struct alarm_class now = alarm_class(db, db->events[what->event].object);
        class = now.object;
        what->class = now.number;
    }
    return class != DB_NONE && prop_value(db, class, P_recipient_list, list);
}

/* Is it a recipient, though perhaps by another entry? */
static bool still_listed(const struct notify *n, const struct delivery *d)
{
    struct span list = {NULL, 0};
    struct entry e;
    if (!recipients_of(n->db, &n->db->alarms.announcements[d->announcement], &list))
        return false;
    struct rd r = rd_of(list.p, list.n);
    while (next_entry(&r, &e))
        if ((e.mark ^ d->mark) <= MARK_ENTRY)
            return true;
    return false;
}

static void expand(struct notify *n, struct announcement *what)
{
    struct db *db = n->db;
    const struct device *dev = &db->devices[what->device];
    struct span list;
    struct entry e;
    bool quiet = dev->state == DEVICE_STOPPED || dev->communication;
    if (!quiet && recipients_of(db, what, &list)) {
        struct rd r = rd_of(list.p, list.n);
        unsigned same = unchanged(what, list);
        go_ahead(n, what);
        while (next_entry(&r, &e))
            if (meant_for(&e.to, &what->stamp, what->transition) && still_for(what, same, e.mark))
                hand(n, what, &e.to, e.mark);
            else
                n->handed++;                    /* looked up, as the others */
    }
    what->listed = true;
    free(what->only);
    what->only = NULL;
    what->n_only = 0;
    if (!what->refs)
        notify_mark(n, what);
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
    d->said = ++c->said;
    if (!c->under_way++)
        c->heard = n->now;
    return true;
}

/* Is something that the object said before under way to the same recipient? A request that is lost is
 * made again seconds later, and would come after what followed it. */
static bool overtakes(const struct notify *n, const struct delivery *d)
{
    const struct alarms *a = &n->db->alarms;
    const struct announcement *what = &a->announcements[d->announcement];
    unsigned k = 0;
    for (uint32_t i = what->older; i && k < ALARM_OLDER; i = a->announcements[i - 1].older, k++)
        for (uint32_t j = a->announcements[i - 1].first; j; j = a->deliveries[j - 1].sibling) {
            const struct delivery *before = &a->deliveries[j - 1];
            if (before->channel == d->channel && before->confirmed && !before->lined && !before->end)
                return true;
        }
    return false;
}

/* An unconfirmed one to a device can be said when its address has been found. */
static bool may_fail(const struct channel *c, const struct delivery *d)
{
    return d->confirmed || c->to == INTENT_DEVICE;
}

static bool may_say(const struct notify *n, const struct channel *c, const struct delivery *d,
                    uint64_t now)
{
    if (c->under_way && overtakes(n, d))
        return false;
    if (!n->unsafe && c->under_way + c->unmarked[0] + c->unmarked[1] >= NOTIFY_UNMARKED)
        return false;
    if (d->confirmed && now < c->busy_until)
        return false;
    if (c->down_until && may_fail(c, d))
        return now >= c->down_until && c->under_way < (n->silent > NOTIFY_PROBED ? 1u : NOTIFY_PROBES);
    return d->confirmed ? c->under_way < (c->known ? NOTIFY_WINDOW : 1u) : c->tokens > 0;
}

static unsigned drain(struct notify *n, struct channel *c, uint64_t now, unsigned room)
{
    unsigned said = 0;
    for (struct delivery *d; said < room && (d = line_next(n, c)); said++) {
        if (!may_say(n, c, d, now))
            break;
        if (d->attempts && (d->stale || !still_listed(n, d))) { /* tried before, and the list is another one */
            leave(n, c, d);
            n->db->alarms.undelivered++;
            finish(n, d);
            continue;
        }
        if (!say(n, c, d))
            break;                              /* the outbox is full: next turn */
        leave(n, c, d);
        c->tokens -= !d->confirmed;
    }
    return said;
}

/* ---- how it ended ---- */

/* What a recipient did not answer waits until it does. A device that is silent may have moved: it is looked for
 * at once. Given up is what was tried for hours, and what alone is not answered: all that follows it would
 * wait for ever. */
static void failed(struct notify *n, struct channel *c, struct delivery *d, uint64_t now)
{
    bool moved = c->to == INTENT_DEVICE && d->attempts == 1 && !c->down_until;
    bool alone = c->answered > d->said;
    if (!moved && !alone) {
        c->down_until = now + NOTIFY_DOWN_MS;
        c->known = false;
    }
    if (!moved && (alone || d->attempts >= NOTIFY_ATTEMPTS)) {
        n->db->alarms.undelivered++;
        finish(n, d);
        return;
    }
    d->end = DELIVERY_NONE;
    line_up(n, c, d, d->line, true);
}

/* There, but without room: the same again soon, in the order it had. */
static void put_off(struct notify *n, struct channel *c, struct delivery *d, uint64_t now)
{
    const bool alone = c->answered > d->said;
    c->down_until = 0;
    c->busy_until = now + NOTIFY_BUSY_MS;
    if (d->attempts >= (alone ? NOTIFY_BUSY_ALONE : NOTIFY_ATTEMPTS)) {
        n->db->alarms.undelivered++;
        finish(n, d);
        return;
    }
    d->end = DELIVERY_NONE;
    line_up(n, c, d, d->line, true);
}

static void collect(struct notify *n, uint64_t now)
{
    struct alarms *a = &n->db->alarms;
    while (a->ended) {
        struct delivery *d = &a->deliveries[a->ended - 1];
        struct channel *c = &n->channels[d->channel];
        a->ended = d->next;
        c->under_way--;
        c->heard = now;
        if (d->end == DELIVERY_AGAIN) {
            d->end = DELIVERY_NONE;
            d->attempts--;
            line_up(n, c, d, d->line, true);
            continue;
        }
        if (d->end == DELIVERY_FAILED) {
            failed(n, c, d, now);
            continue;
        }
        if (d->end == DELIVERY_BUSY) {
            put_off(n, c, d, now);
            continue;
        }
        if (may_fail(c, d) && d->end != DELIVERY_NEVER) {
            c->down_until = 0;
            c->known = true;
            c->answered = d->said > c->answered ? d->said : c->answered;
        }
        a->sent += d->end == DELIVERY_DONE;
        a->undelivered += d->end == DELIVERY_LOST;
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

/* When the first of a line may go. UINT64_MAX: an answer or storage wakes the loop before. */
static uint64_t may_go(struct notify *n, struct channel *c, uint64_t now)
{
    const struct delivery *d = line_next(n, c);
    if (!d)
        return UINT64_MAX;
    if (may_say(n, c, d, now) || (!d->confirmed && !c->tokens && !c->down_until))
        return n->paced + NOTIFY_PACE_MS;       /* the outbox was full, or it is paced */
    if (d->confirmed && c->busy_until > now && !c->under_way)
        return c->busy_until;
    if (c->down_until > now && !c->under_way)
        return c->down_until;
    if (!c->down_until && c->under_way && !silent(c, now))
        return c->heard + NOTIFY_SILENT_MS + 1; /* then it is, and has less room */
    return UINT64_MAX;
}

static uint64_t next_time(struct notify *n, uint64_t now)
{
    uint64_t next = n->db->alarms.marked && !n->closed ? now + NOTIFY_PACE_MS : UINT64_MAX;
    for (uint32_t i = 0; n->queued && i < n->n_channels; i++) {
        uint64_t at = may_go(n, &n->channels[i], now);
        next = at < next ? at : next;
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
    n->now = now_ms;
    a->settled = store_done(a->store);
    collect(n, now_ms);
    bool all = give_up(n, now_ms);
    n->handed = 0;
    while (a->waiting && deliveries_free(a) >= ELEMENTS_MAX && n->handed < NOTIFY_HAND &&
           (what = alarms_next(a)))
        expand(n, what);
    all &= n->handed < NOTIFY_HAND;
    notify_flush(n);
    refill(n, now_ms);
    for (uint32_t i = 0; n->queued && room && i < n->n_channels; i++) {
        n->turn = (n->turn + 1) % n->n_channels;        /* each may be the first */
        if (n->channels[n->turn].queued)
            room -= drain(n, &n->channels[n->turn], now_ms, room);
    }
    return (!room && n->queued) || !all ? now_ms : next_time(n, now_ms);
}
