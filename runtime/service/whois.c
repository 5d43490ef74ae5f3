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

/* Executed by the conductor, which keeps the addresses and notices a second device with our number;
 * here it has its row, because what we execute is what Protocol_Services_Supported says. */
struct svc_result svc_i_am(struct device *d, const struct peer *from, struct rd *req, struct wr *ack)
{
    (void)d;
    (void)from;
    (void)req;
    (void)ack;
    return svc_drop();
}
