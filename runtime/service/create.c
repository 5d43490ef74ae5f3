/* CreateObject and DeleteObject, 135-2020 clauses 15.3, 15.4: what a device has is decided when its
 * project is compiled, so every request that makes sense is refused, with the reason. */
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

/* Clause 21: the error, and no initial value's fault. */
static struct svc_result refuse(bac_err e, struct wr *ack)
{
    wr_failure(ack, 0, e);
    wr_unsigned(ack, 1, 0);
    return (struct svc_result){SVC_ERROR_BODY, 0, 0, 0};
}

/* A BACnetPropertyValue of the list of initial values; values may be anything. */
static void rd_initial(struct rd *r)
{
    (void)rd_enumerated(r, 0);
    (void)rd_opt_index(r, 1);
    (void)rd_enclosed(r, 2);
    if (rd_is(r, 3, TAG_unsigned)) {
        uint32_t priority = rd_unsigned(r, 3);
        if (rd_ok(r) && (priority < 1 || priority > 16))
            rd_fail(r, rd_range);
    }
}

struct svc_result svc_create_object(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    struct rd what = rd_enclosed(req, 0);
    bool by_type = rd_is(&what, 0, TAG_enumerated);
    uint32_t type = by_type ? rd_enumerated(&what, 0) : 0;
    uint32_t oid = by_type ? 0 : rd_oid(&what, 1);
    (void)from;
    if (rd_ok(req) && !rd_end(&what))
        return svc_reject_rd(&what);
    if (rd_ok(req) && rd_left(req))
        for (struct rd values = rd_enclosed(req, 1); rd_left(&values);) {
            rd_initial(&values);
            if (!rd_ok(&values))
                return svc_reject_rd(&values);
        }
    if (!rd_end(req))
        return svc_reject_rd(req);
    type = by_type ? type : oid_type(oid);
    if (!obj_def(type))
        return refuse(BAC_ERR(object, unsupported_object_type), ack);
    if (!by_type && oid_instance(oid) > BACNET_INSTANCE_MAX)
        return refuse(BAC_ERR(services, parameter_out_of_range), ack);
    if (!by_type && db_find(d, oid) != DB_NONE)
        return refuse(BAC_ERR(object, object_identifier_already_exists), ack);
    return refuse(BAC_ERR(object, dynamic_creation_not_supported), ack);
}

struct svc_result svc_delete_object(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    uint32_t oid = rd_oid(req, APP);
    (void)from;
    (void)ack;
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (db_find(d, oid) == DB_NONE)
        return svc_error(BAC_ERR(object, unknown_object));
    return svc_error(BAC_ERR(object, object_deletion_not_permitted));
}
