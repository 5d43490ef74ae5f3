/* SubscribeCOV and SubscribeCOVProperty, 135-2020 clauses 13.14, 13.15. */
#include <math.h>

#include "runtime/object/cov.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

struct ask {
    struct sub_key key;
    uint32_t oid, lifetime;
    bool confirmed, has_confirmed, has_lifetime;
    float increment;            /* NaN: not given                                                */
};

static void rd_ask(struct rd *r, struct ask *q)
{
    q->key.process = rd_unsigned(r, 0);
    q->oid = rd_oid(r, 1);
    q->has_confirmed = rd_is(r, 2, TAG_boolean);
    q->confirmed = q->has_confirmed && rd_boolean(r, 2);
    q->has_lifetime = rd_is(r, 3, TAG_unsigned);
    q->lifetime = q->has_lifetime ? rd_unsigned(r, 3) : 0;
    q->increment = NAN;
}

static struct svc_result cancel(struct device *d, const struct sub_key *k)
{
    struct sub *x = subs_find(d->db->subs, k);
    if (x)
        subs_drop(d->db->subs, x);
    return svc_ok();
}

/* The same key again renews; either way the first notification follows the acknowledgement. */
static struct svc_result subscribe(struct device *d, const struct ask *q)
{
    struct subs *s = d->db->subs;
    struct sub *x = subs_put(s, &q->key, q->confirmed);
    if (!x)
        return svc_error(BAC_ERR(resources, no_space_to_add_list_element));
    struct sub_item *i = subs_item_at(s, x->first);
    i->increment = q->increment;
    i->changed_ms = db_now(d->db);
    subs_lifetime(s, x, clock_ms(d->db->clock), q->lifetime);
    subs_heard(s, q->key.peer);
    subs_due(s, i);
    return svc_ok();
}

struct svc_result svc_subscribe_cov(struct device *d, const struct peer *from, struct rd *req,
                                    struct wr *ack)
{
    struct ask q = {.key = {.peer = from, .device = (uint16_t)d->index, .kind = SUB_OBJECT,
                            .property = P_present_value, .index = BACNET_INDEX_ALL}};
    (void)ack;
    rd_ask(req, &q);
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (q.has_lifetime && !q.has_confirmed)
        return svc_reject(REJECT_missing_required_parameter);
    uint32_t object = object_find(d, q.oid, from->port);
    if (object == DB_NONE)
        return svc_error(BAC_ERR(object, unknown_object));
    if (!cov_object(d->db, object))
        return svc_error(BAC_ERR(object, optional_functionality_not_supported));
    q.key.object = object;
    return q.has_confirmed ? subscribe(d, &q) : cancel(d, &q.key);
}

struct svc_result svc_subscribe_cov_property(struct device *d, const struct peer *from,
                                             struct rd *req, struct wr *ack)
{
    struct ask q = {.key = {.peer = from, .device = (uint16_t)d->index, .kind = SUB_PROPERTY}};
    (void)ack;
    rd_ask(req, &q);
    rd_open(req, 4);
    q.key.property = rd_enumerated(req, 0);
    q.key.index = rd_opt_index(req, 1);
    rd_close(req, 4);
    q.increment = rd_opt_increment(req, 5);
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (q.has_lifetime != q.has_confirmed)
        return svc_reject(REJECT_missing_required_parameter);
    uint32_t object = object_find(d, q.oid, from->port);
    if (object == DB_NONE)
        return svc_error(BAC_ERR(object, unknown_object));
    bac_err e = cov_property(d, object, q.key.property, q.key.index);
    if (e)
        return svc_error(e);
    q.key.object = object;
    if (!q.has_confirmed)
        return cancel(d, &q.key);
    if (!q.lifetime)                    /* 13.15.1.1.4: none for ever */
        return svc_error(BAC_ERR(services, inconsistent_parameters));
    if (!isnan(q.increment) && !(q.increment >= 0 && isfinite(q.increment)))
        return svc_error(BAC_ERR(services, parameter_out_of_range));
    return subscribe(d, &q);
}
