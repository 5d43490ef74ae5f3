/* WritePropertyMultiple, 135-2020 clause 15.10: the whole request is decoded before anything is
 * written, so that a syntax fault is a Reject without effect; then strictly in order up to the
 * first failure, which the error names. */
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

/* One property of an object's list. */
static bool next_item(struct rd *r, struct write_item *item)
{
    item->ref.property = rd_enumerated(r, 0);
    struct rd at = *r;
    item->ref.index = rd_opt_index(r, 1);
    item->given = rd_index_given(at, 1, item->ref.index);
    struct rd value = rd_enclosed(r, 2);
    item->value = (struct span){value.p, rd_left(&value)};
    item->priority = 0;
    if (rd_is(r, 3, TAG_unsigned)) {
        item->priority = rd_unsigned(r, 3);
        if (!item->priority)
            item->priority = UINT32_MAX;
    }
    return rd_ok(r);
}

static struct svc_result failed(bac_err e, const struct write_item *item, uint64_t ticket, struct wr *ack)
{
    wr_failure(ack, 0, e);
    wr_open(ack, 1);
    wr_oid(ack, 0, item->ref.oid);
    wr_enumerated(ack, 1, item->ref.property);
    if (item->ref.index != BACNET_INDEX_ALL)
        wr_unsigned(ack, 2, item->given);
    wr_close(ack, 1);
    return (struct svc_result){SVC_ERROR_BODY, 0, 0, ticket};
}

/* Walks through the request; writes only if `d` is given. */
static struct svc_result walk(struct device *d, const struct peer *from, struct rd *r, struct wr *ack)
{
    struct svc_result ok = svc_ok();
    do {
        struct write_item item;
        item.ref.oid = rd_oid(r, 0);
        rd_open(r, 1);
        do {
            uint64_t ticket = 0;
            if (!next_item(r, &item))
                return svc_reject_rd(r);
            bac_err e = d ? svc_write(d, from, &item, &ticket) : BAC_OK;
            ok.ticket = ticket > ok.ticket ? ticket : ok.ticket;
            if (e)
                return failed(e, &item, ok.ticket, ack);
        } while (!rd_is_close(r, 1));
        rd_close(r, 1);
    } while (rd_left(r));
    return ok;
}

struct svc_result svc_write_property_multiple(struct device *d, const struct peer *from,
                                              struct rd *req, struct wr *ack)
{
    struct rd again = *req;
    struct svc_result syntax = walk(NULL, from, req, ack);
    return syntax.kind == SVC_SIMPLE_ACK ? walk(d, from, &again, ack) : syntax;
}
