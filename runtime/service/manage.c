/* DeviceCommunicationControl and ReinitializeDevice, 135-2020 clauses 16.1, 16.4. Both need the
 * management password, which is compared off the loop; a device that has none refuses both. What
 * they ask for is done by engine/manage.c, after the acknowledgement. */
#include <stdio.h>

#include "runtime/base/gate.h"
#include "runtime/object/backup.h"
#include "runtime/object/port.h"
#include "runtime/service/services.h"

enum { DCC_ENABLE, DCC_DISABLE, DCC_DISABLE_INITIATION };
enum {
    REINIT_COLD, REINIT_WARM, REINIT_START_BACKUP, REINIT_END_BACKUP, REINIT_START_RESTORE,
    REINIT_END_RESTORE, REINIT_ABORT_RESTORE, REINIT_ACTIVATE, REINIT_STATES,
};

struct password {
    bool given;
    uint8_t charset;
    struct span text;
};

static struct password rd_password(struct rd *r, unsigned ctx)
{
    struct password p = {.given = rd_is(r, (int)ctx, TAG_string)};
    if (p.given)
        p.text = rd_string(r, (int)ctx, &p.charset);
    return p;
}

/* SVC_SIMPLE_ACK: it is the right one. */
static struct svc_result admit(struct device *d, const struct peer *from, const struct password *p)
{
    const struct db *db = d->db;
    const char *hash = (const char *)img_text(&db->img, d->img->password).p;
    struct svc_result no = svc_error(BAC_ERR(security, password_failure));
    uint64_t token = 0;
    if (!*hash || !p->given || p->charset || !svc_may_write(d, from))
        return no;
    switch (gate_ask(db->gate, d->index, hash, p->text.p, p->text.n, clock_ms(db->clock), &token)) {
    case GATE_YES: return svc_ok();
    case GATE_WAIT: return svc_wait(token);
    case GATE_BUSY: return svc_wait(GATE_ROOM);
    default: return no;
    }
}

static void note_communication(const struct device *d, const struct peer *from, uint32_t mode, uint32_t minutes,
                               const struct svc_result *answer)
{
    static const char *const modes[] = {"enable", "disable", "disable-initiation"};
    char what[80];
    int n = snprintf(what, sizeof what, "communication %s", modes[mode]);
    if (minutes)
        (void)snprintf(what + n, sizeof what - (size_t)n, ", %u min", minutes);
    svc_note_management(d, from, answer, what);
}

struct svc_result svc_device_communication_control(struct device *d, const struct peer *from,
                                                   struct rd *req, struct wr *ack)
{
    bool timed = rd_is(req, 0, TAG_unsigned);
    uint32_t minutes = timed ? rd_unsigned(req, 0) : 0;
    uint32_t mode = rd_enumerated(req, 1);
    struct password p = rd_password(req, 2);
    (void)ack;
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (mode > DCC_DISABLE_INITIATION)
        return svc_reject(REJECT_undefined_enumeration);
    if (timed && (!minutes || minutes > UINT16_MAX))
        return svc_reject(REJECT_parameter_out_of_range);
    struct svc_result r = admit(d, from, &p);
    if (r.kind == SVC_SIMPLE_ACK && mode == DCC_DISABLE)        /* 16.1.1.3.1, revision 20: not any more */
        r = svc_error(BAC_ERR(services, service_request_denied));
    if (r.kind == SVC_SIMPLE_ACK) {
        d->communication_wanted = (uint8_t)(mode + 1);
        d->communication_until_ms = timed ? clock_ms(d->db->clock) + minutes * 60000u : 0;
        d->db->managed++;
    }
    note_communication(d, from, mode, minutes, &r);
    return r;
}

/* ---- ReinitializeDevice ---- */

static const char *const reinit_names[REINIT_STATES] = {
    "coldstart", "warmstart", "start-backup", "end-backup", "start-restore", "end-restore", "abort-restore",
    "activate-changes",
};
enum { PROCEDURES_MAX = 8 };            /* of all devices at once: each holds a file in memory   */

static bool too_many(const struct db *db)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        n += procedure_runs(&db->devices[i].procedure);
    return n >= PROCEDURES_MAX;
}

/* Clause 19.1. A restore writes: nothing for a device that is read only. */
static struct svc_result start(struct device *d, const struct peer *from, bool backup)
{
    if (!backup && d->flags & IMG_DEV_READ_ONLY)
        return svc_error(BAC_ERR(services, optional_functionality_not_supported));
    if (procedure_runs(&d->procedure))
        return svc_error(BAC_ERR(device, configuration_in_progress));
    if (too_many(d->db))
        return svc_abort(ABORT_out_of_resources);
    bac_err e = backup ? backup_begin(d, from) : restore_begin(d, from);
    return e ? svc_error(e) : svc_ok();
}

static struct svc_result finish(struct device *d, uint32_t state)
{
    const struct procedure *p = &d->procedure;
    bool backup = state == REINIT_END_BACKUP;
    if (!procedure_runs(p) || procedure_restores(p) == backup)
        return svc_error(BAC_ERR(services, service_request_denied));
    if (p->applying)
        return svc_error(BAC_ERR(device, configuration_in_progress));
    if (state == REINIT_END_RESTORE) {
        bac_err e = restore_end(d);
        return e ? svc_error(e) : svc_ok();
    }
    backup_end(d, BACKUP_IDLE);
    return svc_ok();
}

static struct svc_result restart(struct device *d, uint8_t reason)
{
    if (procedure_runs(&d->procedure))
        return svc_error(BAC_ERR(device, configuration_in_progress));
    d->restart_wanted = reason;
    port_restarted(d);                  /* changes take effect by a restart as well */
    d->db->managed++;
    return svc_ok();
}

static struct svc_result reinitialize(struct device *d, const struct peer *from, uint32_t state)
{
    switch (state) {
    case REINIT_COLD: return restart(d, RESTART_coldstart);
    case REINIT_WARM: return restart(d, RESTART_warmstart);
    case REINIT_ACTIVATE: return restart(d, RESTART_activate_changes);
    default: break;
    }
    if (d->file == DB_NONE)             /* an image of before there were files */
        return svc_error(BAC_ERR(services, optional_functionality_not_supported));
    if (state == REINIT_START_BACKUP || state == REINIT_START_RESTORE)
        return start(d, from, state == REINIT_START_BACKUP);
    return finish(d, state);
}

struct svc_result svc_reinitialize_device(struct device *d, const struct peer *from,
                                          struct rd *req, struct wr *ack)
{
    uint32_t state = rd_enumerated(req, 0);
    struct password p = rd_password(req, 1);
    char what[40];
    (void)ack;
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (state >= REINIT_STATES)
        return svc_reject(REJECT_undefined_enumeration);
    struct svc_result r = admit(d, from, &p);
    if (r.kind == SVC_SIMPLE_ACK)
        r = reinitialize(d, from, state);
    (void)snprintf(what, sizeof what, "reinitialize %s", reinit_names[state]);
    svc_note_management(d, from, &r, what);
    return r;
}
