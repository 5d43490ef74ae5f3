/* WriteProperty, 135-2020 clause 15.9. */
#include "runtime/data/audit.h"
#include "runtime/service/services.h"

static bac_err write_one(struct device *d, const struct peer *from, uint32_t object,
                         const struct write_item *item, uint64_t *ticket);

/* (Device, 4194303) is no wildcard for writers. */
bac_err svc_write(struct device *d, const struct peer *from, const struct write_item *item,
                  uint64_t *ticket)
{
    uint32_t object = db_find(d, item->ref.oid);
    if (!d->db->audit)
        return write_one(d, from, object, item, ticket);
    struct audit_entry e;
    svc_note_old(d, object, &item->ref, &e);
    bac_err result = write_one(d, from, object, item, ticket);
    svc_note_write(d, from, object, item, result, &e);
    return result;
}

static bac_err write_one(struct device *d, const struct peer *from, uint32_t object,
                         const struct write_item *item, uint64_t *ticket)
{
    if (object == DB_NONE)
        return BAC_ERR(object, unknown_object);
    if (item->priority > 16)
        return BAC_ERR(services, parameter_out_of_range);
    if (!svc_may_write(d, from)) {
        bac_err e = prop_writable(d, object, item->ref.property, item->ref.index);
        return e ? e : BAC_ERR(property, write_access_denied);
    }
    struct origin by = {BY_CLIENT, (uint8_t)item->priority, from};
    bac_err e = prop_write(d, object, item->ref.property, item->ref.index, item->value, &by, ticket);
    if (!e && item->ref.property == P_recipient_list)
        deliveries_stale(&d->db->alarms, (uint16_t)d->index, oid_instance(item->ref.oid));
    return e;
}

struct svc_result svc_write_property(struct device *d, const struct peer *from, struct rd *req,
                                     struct wr *ack)
{
    struct write_item item;
    uint64_t ticket = 0;
    (void)ack;
    item.ref = rd_reference(req);
    struct rd value = rd_enclosed(req, 3);
    bool given = rd_is(req, 4, TAG_unsigned);
    item.priority = given ? rd_unsigned(req, 4) : 0;
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (given && !item.priority)
        item.priority = UINT32_MAX;             /* zero is as wrong as 17 */
    item.value = (struct span){value.p, rd_left(&value)};
    bac_err e = svc_write(d, from, &item, &ticket);
    struct svc_result ok = svc_ok();
    ok.ticket = ticket;
    return e ? svc_error(e) : ok;
}
