/* See trend.h: records. Properties are trend_prop.c's. */
#include "runtime/object/trend.h"

#include <math.h>

#include "runtime/data/change.h"
#include "runtime/data/store.h"
#include "runtime/object/persist.h"

enum { VALUE_MAX = 480, RECORD_MAX = 540 };
enum { NO_FLAGS = -1 };

uint32_t trend_count(const struct trend *t) { return (uint32_t)(t->last + 1 - t->first); }

bool trend_full(const struct trend *t)
{
    return t->stop_when_full && trend_count(t) + 1 >= t->size;
}

/* It says what to record, be that there or not; instance 4194303 says nothing (clause 12.25.8). */
static bool has_subject(const struct trend *t)
{
    bool device = t->of_device == TYPE_NONE || oid_instance(t->of_device) != BACNET_INSTANCE_WILDCARD;
    return !t->events && t->of_object != TYPE_NONE && device &&
           oid_instance(t->of_object) != BACNET_INSTANCE_WILDCARD;
}

uint64_t trend_new(const struct trend *t)
{
    return t->last - (t->notified > t->purged ? t->notified : t->purged);
}

bool trend_ready(const struct trend *t) { return t->threshold && trend_new(t) >= t->threshold; }

/* `datum` has its context tag. Ticket of the store; 0: not taken. */
static uint64_t put(struct db *db, struct trend *t, const struct wr *datum, int flags)
{
    uint8_t record[RECORD_MAX];
    struct wr w = wr_of(record, sizeof record);
    struct bdate date;
    struct btime time;
    int64_t now = db_now(db);
    now -= now % 10;                            /* as it can be said in hundredths */
    zone_local(&db->zone, now, &date, &time);
    wr_open(&w, 0);
    wr_date(&w, APP, date);
    wr_time(&w, APP, time);
    wr_close(&w, 0);
    wr_open(&w, 1);
    wr_bytes(&w, datum->buf, datum->len);
    wr_close(&w, 1);
    if (flags != NO_FLAGS)
        wr_bits(&w, 2, (struct bits){4, (unsigned)flags});
    uint64_t ticket = STORE_REFUSED;
    if (db->alarms.store && wr_fits(&w))
        ticket = store_trend(db->alarms.store, db->img.object_ids[t->object].b, t->last + 1, now,
                             (struct span){record, w.len});
    if (!ticket || ticket == STORE_REFUSED) {
        db->trends.lost++;
        t->gap = true;
        return 0;
    }
    t->last++;
    if (trend_count(t) > t->size)
        t->first = t->last + 1 - t->size;
    db->trends.ready |= trend_ready(t);
    return ticket;
}

static uint64_t append(struct db *db, struct trend *t, const struct wr *datum, int flags)
{
    uint8_t interrupted[8];
    struct wr w = wr_of(interrupted, sizeof interrupted);
    if (t->gap) {                               /* what was lost before this leaves its mark */
        t->gap = false;
        wr_bits(&w, 0, (struct bits){3, LOG_INTERRUPTED});
        if (!put(db, t, &w, NO_FLAGS))
            return 0;
    }
    return put(db, t, datum, flags);
}

/* The choices of BACnetLogRecord for a property's value: primitives that it knows, or any. */
static void wr_datum(struct wr *w, struct span value)
{
    struct rd r = rd_of(value.p, value.n);
    struct tag t;
    bool one = rd_tag_peek(&r, &t) && !t.ctx && t.kind == TK_primitive;
    if (one) {
        (void)rd_element(&r);
        one = rd_ok(&r) && !rd_left(&r);
    }
    r = rd_of(value.p, value.n);
    switch (one ? t.num : 255u) {
    case TAG_boolean: wr_boolean(w, 1, rd_boolean(&r, APP)); break;
    case TAG_real: wr_real(w, 2, rd_real(&r, APP)); break;
    case TAG_enumerated: wr_enumerated(w, 3, rd_enumerated(&r, APP)); break;
    case TAG_unsigned: wr_unsigned(w, 4, rd_unsigned(&r, APP)); break;
    case TAG_integer: wr_integer(w, 5, rd_integer(&r, APP)); break;
    case TAG_bits: wr_bits(w, 6, rd_bits(&r, APP)); break;
    case TAG_null: wr_null(w, 7); break;
    default:
        wr_open(w, 10);
        wr_bytes(w, value.p, value.n);
        wr_close(w, 10);
    }
}

/* By a mark of what happened meanwhile: what is left is for the one that it stops. */
static bool is_full(struct db *db, struct trend *t)
{
    bool full = trend_full(t);
    if (full)
        trend_stop_full(db, t);
    return full;
}

void trend_sample(struct db *db, struct trend *t)
{
    uint8_t value[VALUE_MAX], datum[VALUE_MAX + 16];
    struct wr v = wr_of(value, sizeof value), w = wr_of(datum, sizeof datum);
    if (!has_subject(t) || is_full(db, t))
        return;
    bool there = t->subject != DB_NONE;
    bac_err e = BAC_ERR(object, unknown_object);
    if (there)
        e = prop_read(&db->devices[le16_get(db->img.objects[t->subject].device)], t->subject, t->property,
                      t->index, &v);
    if (!e && !wr_fits(&v))
        e = BAC_ERR(resources, other);
    if (e)
        wr_failure(&w, 8, e);
    else
        wr_datum(&w, (struct span){value, v.len});
    bool flags = there && db_slot(db, t->subject, P_status_flags) != NULL;
    (void)append(db, t, &w, flags ? prop_status_flags(db, t->subject) : NO_FLAGS);
    if (trend_full(t))
        trend_stop_full(db, t);
}

uint64_t trend_status(struct db *db, struct trend *t, unsigned status)
{
    uint8_t datum[8];
    struct wr w = wr_of(datum, sizeof datum);
    wr_bits(&w, 0, (struct bits){3, status});
    return append(db, t, &w, NO_FLAGS);
}

void trend_time_change(struct db *db, struct trend *t, double seconds)
{
    uint8_t datum[8];
    struct wr w = wr_of(datum, sizeof datum);
    wr_real(&w, t->events ? 2 : 9, (float)seconds);
    (void)append(db, t, &w, NO_FLAGS);
    if (trend_full(t))
        trend_stop_full(db, t);
}

uint64_t trend_event(struct db *db, struct trend *t, struct span notification)
{
    uint8_t datum[VALUE_MAX + 16];
    struct wr w = wr_of(datum, sizeof datum);
    if (!t->logging || is_full(db, t))
        return 0;
    wr_open(&w, 1);
    wr_bytes(&w, notification.p, notification.n);
    wr_close(&w, 1);
    uint64_t ticket = append(db, t, &w, NO_FLAGS);
    if (trend_full(t))
        trend_stop_full(db, t);
    return ticket;
}

/* One group: no start finds a buffer that is empty without a word. */
uint64_t trend_purge(struct db *db, struct trend *t)
{
    store_begin(db->alarms.store);
    if (db->alarms.store && t->last)
        (void)store_trend_purge(db->alarms.store, db->img.object_ids[t->object].b, t->last);
    t->purged = t->last;
    t->first = t->last + 1;
    t->seen = false;
    uint64_t ticket = trend_status(db, t, BUFFER_PURGED | (t->logging ? 0u : LOG_DISABLED));
    store_end(db->alarms.store);
    return ticket;
}

void trend_stop_full(struct db *db, struct trend *t)
{
    static const uint8_t no = TAG_boolean << 4;
    struct span value = {&no, 1};
    t->logging = false;
    (void)trend_status(db, t, LOG_DISABLED);
    if (overlay_set(&db->overlay, t->object, P_enable, &value, 1)) {
        db_live(db, t->object)->flags |= LIVE_OVERLAY;
        if (journal_room(&db->journal))
            journal_note(&db->journal, JOURNAL_PROPERTY, t->object, P_enable);
    }
    db_touch(db, t->object);
}

void trend_limits(struct db *db, const struct trend *t)
{
    if (db->alarms.store)
        (void)store_trend_limits(db->alarms.store, db->img.object_ids[t->object].b, t->size,
                                 (int64_t)img_keep(&db->img, t->object) * 1000);
}

/* ---- from one run to the next ---- */

struct loading {
    struct db *db;
    struct persist_index *index;
    const struct persist_wanted *wanted;        /* NULL: all                                       */
};

static bool load_one(void *ctx, const struct store_log *log)
{
    struct loading *l = ctx;
    struct store_key key = {.property = P_log_buffer};
    uint32_t object;
    memcpy(key.id, log->id, 16);
    if (persist_index_find(l->index, &key, &object) != PERSIST_OF_OBJECT ||
        (l->wanted && !l->wanted->is(l->wanted->ctx, PERSIST_OF_OBJECT, object, key.property)))
        return true;
    struct trend *t = trend_of(l->db, object);
    if (!t)
        return true;
    (void)trend_configure(l->db, t);
    t->first = log->first ? log->first : log->last + 1;
    t->last = log->last;
    t->purged = log->purged < log->last ? log->purged : log->last;
    if (t->first <= log->purged)
        t->first = log->purged < log->last ? log->purged + 1 : log->last + 1;
    if (trend_count(t) > t->size)
        t->first = t->last + 1 - t->size;
    int64_t edge;
    t->logged = trend_in_window(l->db, t, log->last_time, &edge);
    return true;
}

int trend_load(struct db *db, struct store *s, const struct persist_wanted *wanted)
{
    struct loading l = {.db = db, .wanted = wanted};
    if (!db->trends.n || !s)
        return 0;
    l.index = persist_index_open(db);
    if (!l.index)
        return -1;
    int fault = store_load_logs(s, load_one, &l);
    persist_index_close(l.index);
    return fault;
}

void trend_carry(const struct db *old, uint32_t from, struct db *now, uint32_t to)
{
    const struct trend *was = trend_of(old, from);
    struct trend *is = trend_of(now, to);
    if (!was || !is)
        return;
    is->first = was->first;
    is->last = was->last;
    is->notified = was->notified;
    is->purged = was->purged;
    is->begun = was->begun;
    is->logging = was->logging;
    is->gap = was->gap;
    is->kept_known = was->kept_known;
    memcpy(is->kept, was->kept, sizeof is->kept);
    is->since = was->since;
    (void)trend_configure(now, is);
    is->due = is->type == was->type && is->interval_ms == was->interval_ms && is->offset_ms == was->offset_ms &&
              is->align == was->align ? was->due : TREND_DUE_ANEW;
    if (is->type != was->type || is->of_object != was->of_object || is->of_device != was->of_device ||
        is->property != was->property || is->index != was->index)
        return;
    is->seen = was->seen;               /* what it recorded last is no change */
    is->value = was->value;
    is->flags = was->flags;
}
