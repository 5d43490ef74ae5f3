/* ReadRange, 135-2020 clause 15.8, on lists: by position, or all. Records of logs are numbered and
 * dated and live in storage: they are log_range.c's. */
#include "runtime/object/convert.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

enum { TAIL = 3 + 5 + 2 };      /* around the items: flags, their number, two tags               */
enum flag { FIRST_ITEM = 1, LAST_ITEM = 2, MORE_ITEMS = 4 };

static void rd_range_of(struct rd *r, struct range *q)
{
    q->kind = RANGE_ALL;
    if (rd_is_open(r, 3)) {
        q->kind = RANGE_POSITION;
        rd_open(r, 3);
        q->reference = rd_unsigned(r, APP);
        q->count = rd_integer(r, APP);
        rd_close(r, 3);
    } else if (rd_is_open(r, 6)) {
        q->kind = RANGE_SEQUENCE;
        rd_open(r, 6);
        q->reference = rd_unsigned(r, APP);
        q->count = rd_integer(r, APP);
        rd_close(r, 6);
    } else if (rd_is_open(r, 7)) {
        q->kind = RANGE_TIME;
        rd_open(r, 7);
        q->date = rd_date(r, APP);
        q->time = rd_time(r, APP);
        q->count = rd_integer(r, APP);
        rd_close(r, 7);
    }
}

/* Element types that only we write are not in type_check(): theirs begin with a known tag. */
static bool next_element(struct rd *r, enum datatype type, enum datatype present)
{
    struct rd from = *r;
    switch (type) {
    case DT_address_binding:
        (void)rd_oid(r, APP);
        (void)rd_unsigned(r, APP);
        (void)rd_octets(r, APP);
        return rd_ok(r);
    case DT_cov_subscription:
    case DT_cov_multiple_subscription:
    case DT_router_entry:
    case DT_fdt_entry: {
        bool is_open = rd_is_open(r, 0);
        do
            (void)rd_element(r);
        while (rd_left(r) && !(is_open ? rd_is_open(r, 0) : rd_is(r, 0, TAG_unsigned)));
        return rd_ok(r) && r->p > from.p;
    }
    default: return !type_check(type, present, r, 0) && r->p > from.p;
    }
}

/* From and to (1..n, inclusive) of what is asked for; false: nothing. */
static bool bounds(const struct range *q, uint32_t n, uint32_t *from, uint32_t *to)
{
    *from = 1;
    *to = n;
    if (q->kind == RANGE_ALL)
        return n;
    if (!q->reference || q->reference > n)
        return false;
    if (q->count > 0) {
        *from = q->reference;
        *to = (uint32_t)q->count - 1 < n - *from ? *from + (uint32_t)q->count - 1 : n;
    } else {
        uint32_t back = (uint32_t)-(int64_t)q->count - 1;
        *to = q->reference;
        *from = back < *to ? *to - back : 1;
    }
    return true;
}

static uint32_t count_elements(struct span all, enum datatype type, enum datatype present)
{
    uint32_t n = 0;
    for (struct rd r = rd_of(all.p, all.n); rd_left(&r) && next_element(&r, type, present);)
        n++;
    return n;
}

/* The part of the list that fits; nearest to the reference where counted backwards. One item at least:
 * if not even that fits, the stack says so, while "none, but more" would be asked for without end. */
static struct span cut(struct span all, enum datatype type, enum datatype present, bool backwards,
                       size_t room, uint32_t *from, uint32_t *to)
{
    struct rd r = rd_of(all.p, all.n);
    const uint8_t *begin = r.p, *end = r.p;
    for (uint32_t i = 1; i <= *to; i++) {
        const uint8_t *at = r.p;
        (void)next_element(&r, type, present);
        if (i < *from)
            continue;
        begin = i == *from ? at : begin;
        if (!backwards && i > *from && (size_t)(r.p - begin) > room) {
            *to = i - 1;
            return (struct span){begin, (size_t)(end - begin)};
        }
        end = r.p;
    }
    while (*from < *to && (size_t)(end - begin) > room) {
        struct rd head = rd_of(begin, (size_t)(end - begin));
        (void)next_element(&head, type, present);
        begin = head.p;
        ++*from;
    }
    return (struct span){begin, (size_t)(end - begin)};
}

static void answer(struct wr *ack, uint64_t flags, uint32_t n, struct span items)
{
    wr_bits(ack, 3, (struct bits){3, flags});
    wr_unsigned(ack, 4, n);
    wr_open(ack, 5);
    wr_bytes(ack, items.p, items.n);
    wr_close(ack, 5);
}

static bac_err of_list(struct device *d, uint32_t object, const struct slot *s,
                       const struct range *q, struct wr *ack)
{
    enum datatype type = (enum datatype)s->def->type, present = convert_type(d->db, object);
    struct wr w = wr_of(d->db->listing, LISTING_MAX);
    bac_err e = prop_read_slot(d, object, s, BACNET_INDEX_ALL, &w);
    if (e)
        return e;
    if (!wr_fits(&w))
        return BAC_ERR(resources, other);
    struct span all = {w.buf, w.len};
    uint32_t n = count_elements(all, type, present), from, to;
    if (!bounds(q, n, &from, &to)) {
        answer(ack, 0, 0, (struct span){NULL, 0});
        return BAC_OK;
    }
    uint32_t asked_from = from, asked_to = to;
    size_t room = ack->cap > ack->len + TAIL ? ack->cap - ack->len - TAIL : 0;
    struct span items = cut(all, type, present, q->count < 0, room, &from, &to);
    uint32_t count = to + 1 - from;
    answer(ack, (count && from == 1 ? FIRST_ITEM : 0u) | (count && to == n ? LAST_ITEM : 0u) |
                    (from != asked_from || to != asked_to ? MORE_ITEMS : 0u), count, items);
    return BAC_OK;
}

static bac_err range_of(struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                        const struct range *q)
{
    if (index != BACNET_INDEX_ALL && s->def->form != ARRAY)
        return BAC_ERR(property, property_is_not_an_array);
    if (index != BACNET_INDEX_ALL) {
        struct wr none = wr_of(NULL, 0);
        bac_err e = index ? prop_read_slot(d, object, s, index, &none)
                          : BAC_ERR(property, invalid_array_index);
        if (e)
            return e;
    }
    if (s->def->form != LIST)
        return BAC_ERR(services, property_is_not_a_list);
    if (q->kind != RANGE_ALL && !q->count)
        return BAC_ERR(services, parameter_out_of_range);
    if (s->def->code == PC_log_buffer)
        return BAC_OK;
    if (q->kind == RANGE_SEQUENCE)
        return BAC_ERR(property, list_item_not_numbered);
    return q->kind == RANGE_TIME ? BAC_ERR(property, list_item_not_timestamped) : BAC_OK;
}

struct svc_result svc_read_range(struct device *d, const struct peer *from, struct rd *req,
                                 struct wr *ack)
{
    struct range q = {0};
    struct reference ref = rd_reference(req);
    rd_range_of(req, &q);
    if (!rd_end(req))
        return svc_reject_rd(req);
    uint32_t object = object_find(d, ref.oid, from->port);
    if (object == DB_NONE)
        return svc_error(BAC_ERR(object, unknown_object));
    const struct slot *s = db_slot(d->db, object, ref.property);
    if (!s)
        return svc_error(BAC_ERR(property, unknown_property));
    bac_err e = range_of(d, object, s, ref.index, &q);
    if (e)
        return svc_error(e);
    if (s->def->code == PC_log_buffer)
        return svc_log_range(d, object, ref.property, &q, ack);
    wr_oid(ack, 0, db_oid(d->db, object));
    wr_enumerated(ack, 1, ref.property);
    e = of_list(d, object, s, &q, ack);
    return e ? svc_error(e) : svc_ack();
}
