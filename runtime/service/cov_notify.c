/* COV notifications, 135-2020 clauses 13.1, 13.16 to 13.18: written when their turn has come, with the
 * values of that moment. */
#include "runtime/object/cov.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

enum {
    CONFIRMED_COV = 1, CONFIRMED_COV_MULTIPLE = 31,
    UNCONFIRMED_COV = 2, UNCONFIRMED_COV_MULTIPLE = 11,
    HEADERS = 40,               /* NPDU with both addresses, APDU, and what closes the message   */
};

/* Status_Flags go with every property of an object that has them (table 13-1). */
static void status_flags(const struct device *d, const struct sub_item *i, struct wr *w)
{
    if (i->property == P_status_flags || !db_slot(d->db, i->object, P_status_flags))
        return;
    wr_enumerated(w, 0, P_status_flags);
    wr_open(w, 2);
    wr_bits(w, APP, (struct bits){4, prop_status_flags(d->db, i->object)});
    wr_close(w, 2);
}

static void single(const struct device *d, const struct sub *x, struct wr *w)
{
    struct sub_item *i = subs_item_at(d->db->subs, x->first);
    struct cov_value now;
    wr_unsigned(w, 0, x->process);
    wr_oid(w, 1, OID(OT_device, d->instance));
    wr_oid(w, 2, db_oid(d->db, i->object));
    wr_unsigned(w, 3, subs_remaining(x, clock_ms(d->db->clock)));
    wr_open(w, 4);
    cov_write_value(d, i, w);
    status_flags(d, i, w);
    wr_close(w, 4);
    cov_read(d->db, i->object, i->property, i->index, &now);
    cov_mark(i, &now);
}

static void changed_at(const struct device *d, const struct sub_item *i, struct wr *w)
{
    struct bdate date;
    struct btime time;
    zone_local(&d->db->zone, i->changed_ms, &date, &time);
    wr_time(w, 3, time);
}

/* What is due of one object; false: nothing (more) fits. */
static bool of_object(const struct device *d, const struct sub *x, uint32_t object, struct wr *w,
                      size_t limit)
{
    const struct subs *s = d->db->subs;
    size_t begin = w->len, n = 0;
    struct cov_value now;
    wr_oid(w, 0, db_oid(d->db, object));
    wr_open(w, 1);
    for (uint32_t k = x->first; k != SUBS_NONE; k = subs_item_at(s, k)->sibling) {
        struct sub_item *i = subs_item_at(s, k);
        size_t mark = w->len;
        if (i->object != object || !i->due)
            continue;
        cov_write_value(d, i, w);
        if (i->timestamped)
            changed_at(d, i, w);
        if (w->len > limit && (n || begin > limit / 2)) {
            w->len = mark;
            break;
        }
        cov_read(d->db, i->object, i->property, i->index, &now);
        cov_mark(i, &now);
        n++;
    }
    wr_close(w, 1);
    if (!n)
        w->len = begin;
    return n;
}

/* What does not fit stays due and goes with the next one. */
static void several(const struct device *d, const struct sub *x, size_t limit, struct wr *w)
{
    const struct subs *s = d->db->subs;
    struct bdate date;
    struct btime time;
    zone_local(&d->db->zone, db_now(d->db), &date, &time);
    if (x->state == SUB_FLYING)         /* written before, but nothing could take it */
        for (uint32_t k = x->first; k != SUBS_NONE; k = subs_item_at(s, k)->sibling)
            subs_item_at(s, k)->due = true;
    wr_unsigned(w, 0, x->process);
    wr_oid(w, 1, OID(OT_device, d->instance));
    wr_unsigned(w, 2, subs_remaining(x, clock_ms(d->db->clock)));
    wr_open(w, 3);
    wr_date(w, APP, date);
    wr_time(w, APP, time);
    wr_close(w, 3);
    wr_open(w, 4);
    for (uint32_t k = x->first; k != SUBS_NONE && w->len < limit; k = subs_item_at(s, k)->sibling)
        if (subs_item_at(s, k)->due && !of_object(d, x, subs_item_at(s, k)->object, w, limit))
            break;
    wr_close(w, 4);
}

bool svc_cov_notification(struct device *d, const struct intent *what, struct initiation *how,
                          struct wr *body)
{
    struct subs *s = d->db->subs;
    struct sub *x = subs_at(s, what->arg);
    if (x->generation != what->arg2)
        return false;                   /* cancelled, or its time is over */
    bool confirmed = subs_subscriber(s, x)->confirmed;
    size_t limit = what->peer.max_apdu > HEADERS * 2 ? what->peer.max_apdu - HEADERS : HEADERS;
    *how = (struct initiation){.confirmed = confirmed};
    if (x->kind == SUB_MULTIPLE) {
        how->choice = confirmed ? CONFIRMED_COV_MULTIPLE : UNCONFIRMED_COV_MULTIPLE;
        several(d, x, limit, body);
    } else {
        how->choice = confirmed ? CONFIRMED_COV : UNCONFIRMED_COV;
        single(d, x, body);
    }
    subs_sent(s, x);
    return true;
}

void svc_cov_outcome(struct device *d, const struct intent *what, const struct outcome *end)
{
    struct subs *s = d->db->subs;
    struct sub *x = subs_at(s, what->arg);
    bool unheard = end->kind == OUTCOME_TIMEOUT || svc_busy(end), answered = !unheard && end->kind != OUTCOME_UNREACHABLE;
    if (x->generation != what->arg2)
        return;
    if (unheard)
        subs_again(s, x);
    subs_ended(s, x, answered, clock_ms(d->db->clock));
}
