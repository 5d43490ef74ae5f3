/* Who-Has, 135-2020 clause 16.9. We never ask ourselves, so I-Have is not listened to. */
#include "runtime/service/services.h"

struct svc_result svc_who_has(struct device *d, const struct peer *from, struct rd *req,
                              struct wr *ack)
{
    uint32_t low = 0, high = BACNET_INSTANCE_WILDCARD, object = DB_NONE;
    uint8_t charset = 0;
    struct span name = {NULL, 0};
    (void)ack;
    if (rd_is(req, 0, TAG_unsigned)) {
        low = rd_unsigned(req, 0);
        high = rd_unsigned(req, 1);
    }
    bool by_id = rd_is(req, 2, TAG_oid);
    uint32_t oid = by_id ? rd_oid(req, 2) : 0;
    if (!by_id)
        name = rd_string(req, 3, &charset);
    if (!rd_end(req) || low > high || high > BACNET_INSTANCE_WILDCARD || d->instance < low ||
        d->instance > high)
        return svc_drop();
    if (by_id)
        object = db_find(d, oid);
    else if (charset == 0)
        object = db_find_name(d, name.p, name.n);
    if (object == DB_NONE)
        return svc_drop();
    struct intent say = {.kind = INTENT_I_HAVE, .to = INTENT_PEER, .device = (uint16_t)d->index,
                         .object = object, .peer = *from};
    outbox_put(d->db->outbox, &say);
    return svc_drop();
}
