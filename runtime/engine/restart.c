/* See restart.h. */
#include "runtime/engine/restart.h"

#include "runtime/object/alarm.h"
#include "runtime/wire/types.h"

enum { BURST = 8, PACE_MS = 8 };        /* half the pace of I-Am, so that those come first        */

void restart_note(struct device *d, uint8_t reason)
{
    d->restart_reason = reason;
    d->restarted_ms = db_now(d->db);
    d->restart_told = 0;
    if (!d->restart_untold)
        d->db->restarts_untold++;
    d->restart_untold = true;
}

void restart_all(struct db *db, uint8_t reason)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        restart_note(&db->devices[i], reason);
}

/* Recipient number n, from 0. False: there are fewer. */
static bool recipient(const struct device *d, uint32_t n, struct recipient *out)
{
    struct span list;
    if (!prop_value(d->db, d->object, P_restart_notification_recipients, &list))
        return false;
    struct rd r = rd_of(list.p, list.n);
    for (; rd_left(&r) && rd_ok(&r); n--) {
        *out = rd_recipient(&r);
        if (!n)
            return rd_ok(&r);
    }
    return false;
}

static struct intent intent_for(const struct device *d, const struct recipient *to)
{
    struct intent say = {.kind = INTENT_RESTART, .to = (uint8_t)recipients_reach(to),
                         .device = (uint16_t)d->index, .object = d->object};
    if (say.to == INTENT_DEVICE)
        say.instance = oid_instance(to->device);
    else
        say.peer.snet = to->network;
    if (say.to == INTENT_ADDRESS) {
        say.peer.slen = (uint8_t)to->mac.n;     /* rd_recipient(): at most PEER_SADR_MAX */
        memcpy(say.peer.sadr, to->mac.p, say.peer.slen);
    }
    return say;
}

/* False: the outbox is full, or the device has told everybody. */
static bool tell_next(struct device *d)
{
    struct recipient to;
    if (d->state != DEVICE_RUNNING || !recipient(d, d->restart_told, &to)) {
        d->restart_untold = false;
        d->db->restarts_untold--;
        return false;
    }
    struct intent say = intent_for(d, &to);
    if (!outbox_put(d->db->outbox, &say))
        return false;
    d->restart_told++;
    return true;
}

uint64_t restart_turn(struct db *db)
{
    uint64_t now = clock_ms(db->clock);
    unsigned said = 0;
    if (!db->restarts_untold)
        return UINT64_MAX;
    if (now < db->restart_due_ms)
        return db->restart_due_ms;
    for (uint32_t i = 0; i < db->img.n_devices && said < BURST; i++) {
        struct device *d = &db->devices[i];
        while (d->restart_untold && said < BURST && tell_next(d))
            said++;
    }
    db->restart_due_ms = now + PACE_MS;
    return db->restarts_untold ? db->restart_due_ms : UINT64_MAX;
}
