/* ReadRange on the records of a Trend Log, 135-2020 clause 15.8: by position, sequence number, time.
 * The records are in storage: the request is put off until its reader has them. */
#include "runtime/data/log_reader.h"
#include "runtime/object/trend.h"
#include "runtime/service/services.h"

enum {
    RECORDS_MAX = 4096,
    TAIL = 3 + 3 + 2 + 5,   /* around the records: flags, their number, two tags, first sequence number */
};
enum flag { FIRST_ITEM = 1, LAST_ITEM = 2, MORE_ITEMS = 4 };
struct items { uint32_t n; uint64_t first, last; bool cut; };

static uint32_t wanted(const struct range *q)
{
    if (q->kind == RANGE_ALL)
        return UINT32_MAX;
    return q->count < 0 ? (uint32_t)-(int64_t)q->count : (uint32_t)q->count;
}

/* What to ask the store; false: nothing of the buffer is meant. */
static bool question(struct db *db, const struct trend *t, const struct range *q,
                     struct store_query *out)
{
    *out = (struct store_query){.of = STORE_OF_TREND, .from = STORE_FROM_POSITION,
                                .backwards = q->kind != RANGE_ALL && q->count < 0,
                                .low = t->first, .high = t->last, .position = t->first};
    memcpy(out->key.id, db->img.object_ids[t->object].b, sizeof out->key.id);
    out->limit = wanted(q) < RECORDS_MAX ? wanted(q) : RECORDS_MAX;
    if (q->kind == RANGE_POSITION)
        out->position = q->reference ? t->first + q->reference - 1 : 0;
    if (q->kind == RANGE_SEQUENCE)
        out->position = store_position(t->last, q->reference);
    if (q->kind == RANGE_TIME) {
        out->from = STORE_FROM_TIME;
        out->time = zone_reached(&db->zone, q->date, q->time);
    }
    return trend_count(t) && out->position >= t->first && out->position <= t->last;
}

/* The rows that fit; counted backwards, those nearest to the reference, which are the last ones. One
 * at least: if not even that fits, the stack says so, while "none, but more" would be asked for without end. */
static const struct store_row *fit(const struct store_query *q, size_t room, struct items *out)
{
    size_t all = 0;
    const struct store_row *row, *from;
    for (row = store_next(q, NULL); row; row = store_next(q, row))
        all += row->n;
    from = store_next(q, NULL);
    while (q->backwards && from && all > room && (row = store_next(q, from)) != NULL) {
        all -= from->n;
        from = row;
        out->cut = true;
    }
    size_t used = 0;
    for (row = from; row; row = store_next(q, row)) {
        if (out->n && used + row->n > room) {
            out->cut = true;
            break;
        }
        used += row->n;
        out->first = out->n++ ? out->first : row->position;
        out->last = row->position;
    }
    return from;
}

static void head(const struct db *db, uint32_t object, uint32_t property, struct wr *ack)
{
    wr_oid(ack, 0, db_oid(db, object));
    wr_enumerated(ack, 1, property);
}

static void tail(struct wr *ack, uint64_t flags, const struct store_query *q,
                 const struct store_row *from, uint32_t n)
{
    wr_bits(ack, 3, (struct bits){3, flags});
    wr_unsigned(ack, 4, n);
    wr_open(ack, 5);
    for (uint32_t i = 0; i < n; i++, from = store_next(q, from))
        wr_bytes(ack, from->data, from->n);
    wr_close(ack, 5);
}

static struct svc_result answered(const struct db *db, uint32_t object, uint32_t property,
                                  const struct range *range, const struct log_answer *slot,
                                  struct wr *ack)
{
    const struct store_query *q = &slot->q;
    struct items got = {0};
    if (q->fault)
        return svc_error(BAC_ERR(device, operational_problem));
    head(db, object, property, ack);
    size_t room = ack->cap > ack->len + TAIL ? ack->cap - ack->len - TAIL : 0;
    const struct store_row *from = fit(q, room, &got);
    bool more = got.cut || (q->more && got.n < wanted(range));
    uint64_t flags = got.n ? (got.first == q->low ? FIRST_ITEM : 0u) |
                             (got.last == q->high ? LAST_ITEM : 0u) : 0u;
    tail(ack, flags | (more ? MORE_ITEMS : 0u), q, from, got.n);
    if (got.n && (range->kind == RANGE_SEQUENCE || range->kind == RANGE_TIME))
        wr_unsigned(ack, 6, store_sequence(got.first));
    return svc_ack();
}

struct svc_result svc_log_range(struct device *d, uint32_t object, uint32_t property,
                                const struct range *q, struct wr *ack)
{
    struct db *db = d->db;
    const struct trend *t = trend_of(db, object);
    struct log_question what = {object, (uint32_t)q->kind, q->reference, q->count, q->date, q->time};
    struct store_query ask;
    if (q->kind == RANGE_TIME && (!date_is_specific(q->date) || !time_is_specific(q->time)))
        return svc_error(BAC_ERR(services, parameter_out_of_range));
    const struct log_answer *slot = db->logs ? log_reader_answer(db->logs, &what) : NULL;
    if (slot)
        return answered(db, object, property, q, slot, ack);
    if (!t || !question(db, t, q, &ask)) {
        head(db, object, property, ack);
        tail(ack, 0, NULL, NULL, 0);
        return svc_ack();
    }
    if (db->logs && !log_reader_room(db->logs))
        return svc_wait(LOG_READER_ROOM);       /* many logs are read at once: one after the other */
    uint64_t token = db->logs ? log_reader_ask(db->logs, &what, &ask) : 0;
    return token ? svc_wait(token) : svc_abort(ABORT_out_of_resources);
}
