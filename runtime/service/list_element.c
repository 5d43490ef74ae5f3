/* AddListElement, RemoveListElement, 135-2020 clauses 15.1, 15.2. The error carries the number of
 * the element that failed. */
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

typedef bac_err change_fn(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                          struct span elements, const struct origin *by, uint32_t *failed,
                          uint64_t *ticket);

static struct svc_result refuse(bac_err e, uint32_t failed, struct wr *ack)
{
    wr_failure(ack, 0, e);
    wr_unsigned(ack, 1, failed);
    return (struct svc_result){SVC_ERROR_BODY, 0, 0, 0};
}

static bac_err change_list(struct device *d, const struct peer *from, uint32_t object, const struct reference *q,
                           struct span elements, char sign, uint32_t *failed, uint64_t *ticket)
{
    struct origin by = {BY_CLIENT, 0, from};
    change_fn *fn = sign == '+' ? prop_list_add : prop_list_remove;
    if (object == DB_NONE)
        return BAC_ERR(object, unknown_object);
    if (!svc_may_write(d, from)) {
        bac_err e = prop_writable(d, object, q->property, q->index);
        return e ? e : BAC_ERR(property, write_access_denied);
    }
    return fn(d, object, q->property, q->index, elements, &by, failed, ticket);
}

static struct svc_result change(struct device *d, const struct peer *from, struct rd *req,
                                struct wr *ack, char sign)
{
    struct reference q = rd_reference(req);
    struct rd list = rd_enclosed(req, 3);
    uint32_t failed = 0;
    struct svc_result ok = svc_ok();
    if (!rd_end(req))
        return svc_reject_rd(req);
    uint32_t object = db_find(d, q.oid);
    struct span elements = {list.p, rd_left(&list)};
    bac_err e = change_list(d, from, object, &q, elements, sign, &failed, &ok.ticket);
    svc_note_elements(d, from, object, &q, sign, elements, e);
    return e ? refuse(e, failed, ack) : ok;
}

struct svc_result svc_add_list_element(struct device *d, const struct peer *from, struct rd *req,
                                       struct wr *ack)
{
    return change(d, from, req, ack, '+');
}

struct svc_result svc_remove_list_element(struct device *d, const struct peer *from, struct rd *req,
                                          struct wr *ack)
{
    return change(d, from, req, ack, '-');
}
