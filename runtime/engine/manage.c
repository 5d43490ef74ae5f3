/* See manage.h. */
#include "runtime/engine/manage.h"

#include "runtime/engine/cov.h"
#include "runtime/engine/restart.h"
#include "runtime/object/backup.h"

void manage_communication(struct device *d, uint8_t mode, uint64_t until_ms)
{
    bool was = d->communication;
    d->communication = mode;
    d->communication_wanted = 0;
    d->communication_until_ms = mode ? until_ms : 0;
    if (was && !mode)
        cov_wake(d->db, (uint16_t)d->index);
}

/* What a device forgets when it starts anew, and that it says who it is. Subscriptions without
 * end may be lost (13.14.1.1.4); all of them are, so that subscribers see it in one way. */
void manage_restart(struct device *d, uint8_t reason)
{
    struct intent say = {.kind = INTENT_I_AM, .to = INTENT_GLOBAL, .device = (uint16_t)d->index,
                         .object = d->object};
    d->restart_wanted = 0;
    d->restarts++;
    if (procedure_runs(&d->procedure) && !d->procedure.applying)
        backup_end(d, BACKUP_IDLE);     /* an operator's restart ends it */
    restart_note(d, reason);
    subs_drop_device(d->db->subs, (uint16_t)d->index);
    manage_communication(d, 0, 0);
    if (d->state != DEVICE_STOPPED)
        outbox_put(d->db->outbox, &say);
}

/* Until when the device's backup or restore waits; UINT64_MAX: none is under way. */
static uint64_t procedure_turn(struct device *d, uint64_t now)
{
    struct procedure *p = &d->procedure;
    if (!procedure_runs(p))
        return UINT64_MAX;
    if (p->applying) {
        if (!restore_turn(d))
            return p->last ? now + 1 : now;     /* for storage; for the next slice */
        manage_restart(d, RESTART_warmstart);
        return UINT64_MAX;
    }
    if (p->until_ms > now)
        return p->until_ms;
    backup_end(d, BACKUP_IDLE);         /* 19.1.4: nobody goes on with it */
    return UINT64_MAX;
}

uint64_t manage_turn(struct db *db)
{
    uint64_t now = clock_ms(db->clock), next = UINT64_MAX;
    if (db->managed == db->managed_seen && now < db->managed_ms)
        return db->managed_ms;
    db->managed_seen = db->managed;
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        struct device *d = &db->devices[i];
        if (d->communication_wanted)
            manage_communication(d, (uint8_t)(d->communication_wanted - 1),
                                 d->communication_until_ms);
        if (d->restart_wanted)
            manage_restart(d, d->restart_wanted);
        if (d->communication_until_ms && d->communication_until_ms <= now)
            manage_communication(d, 0, 0);
        if (d->communication_until_ms && d->communication_until_ms < next)
            next = d->communication_until_ms;
        uint64_t then = procedure_turn(d, now);
        next = then < next ? then : next;
    }
    db->managed_ms = next;
    return next;
}
