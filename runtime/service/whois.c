/* Who-Is and I-Am, 135-2020 clause 16.10. Unconfirmed: whatever is wrong is dropped in silence. */
#include "runtime/service/services.h"

struct svc_result svc_who_is(struct device *d, const struct peer *from, struct rd *req, struct wr *ack)
{
    uint32_t low = 0, high = BACNET_INSTANCE_WILDCARD;
    (void)ack;
    if (rd_left(req)) {
        low = rd_unsigned(req, 0);
        high = rd_unsigned(req, 1);
    }
    if (!rd_end(req) || low > high || high > BACNET_INSTANCE_WILDCARD || d->instance < low ||
        d->instance > high)
        return svc_drop();
    struct intent say = {.kind = INTENT_I_AM, .to = INTENT_PEER, .device = (uint16_t)d->index,
                         .object = d->object, .peer = *from};
    outbox_put(d->db->outbox, &say);
    return svc_drop();
}

/* Our own broadcasts come back where a router or a second socket returns them. */
static bool is_us(const struct db *db, const struct peer *from)
{
    for (uint32_t i = 0; i < db->img.n_ports; i++) {
        const struct port_info *p = &db->ports[i];
        if (from->snet ? p->network == from->snet && p->type == NT_virtual
                       : i == from->port && !memcmp(p->mac, from->mac, sizeof p->mac))
            return true;
    }
    return false;
}

/* The address is the conductor's to remember; here only: does somebody else have our instance? */
struct svc_result svc_i_am(struct device *d, const struct peer *from, struct rd *req, struct wr *ack)
{
    (void)ack;
    uint32_t oid = rd_oid(req, APP);
    if (rd_ok(req) && oid == OID(OT_device, d->instance) && !is_us(d->db, from))
        d->duplicate = true;
    return svc_drop();
}
