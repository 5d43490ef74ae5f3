/* DeviceCommunicationControl and ReinitializeDevice, 135-2020 clauses 16.1, 16.4. Both need the
 * management password, which is compared off the loop; a device that has none refuses both. What
 * they ask for is done by engine/manage.c, after the acknowledgement. */
#include "runtime/base/gate.h"
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
    case GATE_BUSY: return svc_abort(ABORT_out_of_resources);
    default: return no;
    }
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
    if (r.kind != SVC_SIMPLE_ACK)
        return r;
    if (mode == DCC_DISABLE)            /* 16.1.1.3.1, revision 20: not any more */
        return svc_error(BAC_ERR(services, service_request_denied));
    d->communication_wanted = (uint8_t)(mode + 1);
    d->communication_until_ms = timed ? clock_ms(d->db->clock) + minutes * 60000u : 0;
    d->db->managed++;
    return r;
}

static struct svc_result unsupported(void)
{
    return svc_error(BAC_ERR(services, optional_functionality_not_supported));
}

struct svc_result svc_reinitialize_device(struct device *d, const struct peer *from,
                                          struct rd *req, struct wr *ack)
{
    static const uint8_t reason[REINIT_STATES] = {
        [REINIT_COLD] = RESTART_coldstart, [REINIT_WARM] = RESTART_warmstart,
        [REINIT_ACTIVATE] = RESTART_activate_changes,
    };
    uint32_t state = rd_enumerated(req, 0);
    struct password p = rd_password(req, 1);
    (void)ack;
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (state >= REINIT_STATES)
        return svc_reject(REJECT_undefined_enumeration);
    struct svc_result r = admit(d, from, &p);
    if (r.kind != SVC_SIMPLE_ACK)
        return r;
    if (!reason[state])
        return unsupported();
    d->restart_wanted = reason[state];
    d->db->activate_ports = true;       /* a restart makes them take effect as well */
    d->db->managed++;
    return r;
}
