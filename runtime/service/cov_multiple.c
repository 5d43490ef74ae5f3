/* SubscribeCOVPropertyMultiple, 135-2020 clause 13.16. Read twice: everything is checked before
 * anything is subscribed; the error names the first reference that failed. */
#include <math.h>

#include "runtime/object/cov.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

struct ask {
    struct sub_key key;
    uint32_t lifetime, max_delay;
    bool confirmed, has_confirmed, has_lifetime;
};
struct wish {
    uint32_t oid, property, index, given;       /* given: the index as the request has it */
    float increment;
    bool timestamped;
};

enum { DELAY_MAX = 3600 };

static void rd_ask(struct rd *r, struct ask *q)
{
    q->key.process = rd_unsigned(r, 0);
    q->has_confirmed = rd_is(r, 1, TAG_boolean);
    q->confirmed = q->has_confirmed && rd_boolean(r, 1);
    q->has_lifetime = rd_is(r, 2, TAG_unsigned);
    q->lifetime = q->has_lifetime ? rd_unsigned(r, 2) : 0;
    q->max_delay = rd_opt_unsigned(r, 3, 0);
    if (q->max_delay > DELAY_MAX)
        rd_fail(r, rd_range);
}

/* The next reference of the list; `oid` stays while one object's references last. False: the end. */
static bool next(struct rd *r, struct wish *w, bool *inside)
{
    if (*inside && rd_is_close(r, 1)) {
        rd_close(r, 1);
        *inside = false;
    }
    if (!*inside) {
        if (!rd_left(r))
            return false;
        w->oid = rd_oid(r, 0);
        rd_open(r, 1);
        *inside = true;
    }
    rd_open(r, 0);
    w->property = rd_enumerated(r, 0);
    struct rd at = *r;
    w->index = rd_opt_index(r, 1);
    w->given = rd_index_given(at, 1, w->index);
    rd_close(r, 0);
    w->increment = rd_opt_increment(r, 1);
    w->timestamped = rd_boolean(r, 2);
    return rd_ok(r);
}

static bac_err check(const struct device *d, const struct peer *from, const struct wish *w)
{
    uint32_t object = object_find(d, w->oid, from->port);
    if (object == DB_NONE)
        return BAC_ERR(object, unknown_object);
    bac_err e = cov_property(d, object, w->property, w->index);
    if (e)
        return e;
    if (!isnan(w->increment) && !(w->increment >= 0 && isfinite(w->increment)))
        return BAC_ERR(services, parameter_out_of_range);
    return BAC_OK;
}

static struct svc_result failed(const struct wish *w, bac_err e, struct wr *ack)
{
    ack->len = 0;
    wr_open(ack, 1);
    wr_oid(ack, 0, w->oid);
    wr_open(ack, 1);
    wr_enumerated(ack, 0, w->property);
    if (w->index != BACNET_INDEX_ALL)
        wr_unsigned(ack, 1, w->given);
    wr_close(ack, 1);
    wr_failure(ack, 2, e);
    wr_close(ack, 1);
    return (struct svc_result){SVC_ERROR_BODY, 0, 0, 0};
}

static struct svc_result refused(bac_err e, struct wr *ack)
{
    ack->len = 0;
    wr_failure(ack, 0, e);
    return (struct svc_result){SVC_ERROR_BODY, 0, 0, 0};
}

static bool add(struct device *d, struct sub *x, uint32_t object, const struct wish *w)
{
    struct subs *s = d->db->subs;
    struct sub_item *i = subs_item(s, x, object, w->property, w->index);
    if (!i)
        return false;
    i->increment = w->increment;
    i->timestamped = w->timestamped;
    i->changed_ms = db_now(d->db);
    subs_due(s, i);
    return true;
}

static void take_away(struct device *d, struct sub *x, uint32_t object, const struct wish *w)
{
    struct subs *s = d->db->subs;
    for (uint32_t k = x->first; k != SUBS_NONE; k = subs_item_at(s, k)->sibling) {
        struct sub_item *i = subs_item_at(s, k);
        if (i->object == object && i->property == w->property && i->index == w->index) {
            subs_drop_item(s, x, i);
            return;
        }
    }
}

static struct svc_result cancel(struct device *d, const struct ask *q, struct rd list)
{
    struct wish w;
    bool inside = false;
    struct sub *x;
    while ((x = subs_find(d->db->subs, &q->key)) && next(&list, &w, &inside))
        take_away(d, x, object_find(d, w.oid, q->key.peer->port), &w);
    return svc_ok();
}

static struct svc_result subscribe(struct device *d, const struct ask *q, struct rd list,
                                   struct wr *ack)
{
    struct subs *s = d->db->subs;
    struct wish w;
    bool inside = false, fresh = !subs_find(s, &q->key);
    struct sub *x = subs_put(s, &q->key, q->confirmed);
    if (!x)
        return refused(BAC_ERR(resources, no_space_to_add_list_element), ack);
    while (next(&list, &w, &inside)) {
        if (add(d, x, object_find(d, w.oid, q->key.peer->port), &w))
            continue;
        if (fresh)
            subs_drop(s, x);
        return failed(&w, BAC_ERR(resources, no_space_to_add_list_element), ack);
    }
    x->max_delay = q->max_delay;
    subs_lifetime(s, x, clock_ms(d->db->clock), q->lifetime);
    subs_heard(s, q->key.peer);
    return svc_ok();
}

struct svc_result svc_subscribe_cov_multiple(struct device *d, const struct peer *from,
                                             struct rd *req, struct wr *ack)
{
    struct ask q = {.key = {.peer = from, .device = (uint16_t)d->index, .kind = SUB_MULTIPLE}};
    struct wish w = {0}, bad;
    bool inside = false;
    bac_err e = BAC_OK;
    unsigned n = 0;
    rd_ask(req, &q);
    struct rd list = rd_enclosed(req, 4);
    if (!rd_end(req))
        return svc_reject_rd(req);
    for (struct rd r = list; next(&r, &w, &inside) || !rd_ok(&r); n++) {
        if (!rd_ok(&r))
            return svc_reject_rd(&r);
        bac_err now = e ? BAC_OK : check(d, from, &w);
        if (now) {
            e = now;
            bad = w;
        }
    }
    if (!n || q.has_lifetime != q.has_confirmed)
        return svc_reject(REJECT_missing_required_parameter);
    if (!q.has_confirmed)
        return cancel(d, &q, list);
    if (e)
        return failed(&bad, e, ack);
    if (!q.lifetime)
        return refused(BAC_ERR(services, inconsistent_parameters), ack);
    return subscribe(d, &q, list, ack);
}
