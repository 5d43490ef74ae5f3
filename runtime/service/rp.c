/* ReadProperty, 135-2020 clause 15.5. */
#include "runtime/service/services.h"

struct svc_result svc_read_property(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    struct reference q = rd_reference(req);
    if (!rd_end(req))
        return svc_reject_rd(req);
    uint32_t object = object_find(d, q.oid, from->port);
    if (object == DB_NONE)
        return svc_error(BAC_ERR(object, unknown_object));
    wr_oid(ack, 0, db_oid(d->db, object));
    wr_enumerated(ack, 1, q.property);
    if (q.index != BACNET_INDEX_ALL)
        wr_unsigned(ack, 2, q.index);
    wr_open(ack, 3);
    bac_err e = prop_read(d, object, q.property, q.index, ack);
    if (e)
        return svc_error(e);
    wr_close(ack, 3);
    return svc_ack();
}
