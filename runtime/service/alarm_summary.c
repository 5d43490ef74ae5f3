/* What is wrong now: GetAlarmSummary, GetEnrollmentSummary, GetEventInformation, 135-2020 clauses
 * 13.10 to 13.12. Objects come in the order of their identifiers. */
#include "runtime/object/alarm.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

enum { MORE_ROOM = 4 };         /* the end of a GetEventInformation answer                        */

static struct svc_result none_expected(struct rd *req, struct svc_result ok)
{
    return rd_end(req) ? ok : svc_reject(REJECT_too_many_arguments);
}

static bool is_alarm(const struct db *db, uint32_t object)
{
    uint32_t notify = NOTIFY_alarm;
    (void)prop_unsigned(db, object, P_notify_type, &notify);
    return notify == NOTIFY_alarm;
}

static void acked(const struct event *e, int ctx, struct wr *w)
{
    wr_bits(w, ctx, (struct bits){TRANSITIONS, e->acked});
}

/* Longer than what can be sent to that peer: the stack refuses it, and nobody needs the rest. */
static bool too_long(const struct wr *w, const struct peer *from)
{
    return w->len > (from->seg_ok ? w->cap : from->max_apdu);
}

struct svc_result svc_get_alarm_summary(struct device *d, const struct peer *from, struct rd *req,
                                        struct wr *w)
{
    const struct db *db = d->db;
    if (rd_left(req))
        return none_expected(req, svc_ack());
    for (uint32_t i = d->first_object; i < d->first_object + d->n_objects; i++) {
        if (too_long(w, from))
            break;
        if (db->live[i].event_state == ES_normal || !alarm_detects(db, i) || !is_alarm(db, i))
            continue;
        wr_oid(w, APP, db_oid(db, i));
        wr_enumerated(w, APP, db->live[i].event_state);
        acked(alarm_event(db, i), APP, w);
    }
    return svc_ack();
}

/* ---- GetEnrollmentSummary ---- */

struct filter {
    uint32_t ack, state, type, class, low, high;
    bool has_recipient;
    struct recipient recipient;
    uint32_t process;
};
enum { ACK_all, ACK_acked, ACK_not_acked, ACKS };
enum { STATE_offnormal, STATE_fault, STATE_normal, STATE_all, STATE_active, STATES };
enum { ANY = UINT32_MAX };

static uint32_t opt_enumerated(struct rd *r, int ctx, uint32_t absent)
{
    return rd_is(r, ctx, TAG_enumerated) ? rd_enumerated(r, ctx) : absent;
}

static void read_filter(struct rd *r, struct filter *f)
{
    *f = (struct filter){.high = 255};
    f->ack = rd_enumerated(r, 0);
    if (rd_is_open(r, 1)) {
        rd_open(r, 1);
        rd_open(r, 0);
        f->recipient = rd_recipient(r);
        rd_close(r, 0);
        f->process = rd_unsigned(r, 1);
        rd_close(r, 1);
        f->has_recipient = true;
    }
    f->state = opt_enumerated(r, 2, STATE_all);
    f->type = opt_enumerated(r, 3, ANY);
    if (rd_is_open(r, 4)) {
        rd_open(r, 4);
        f->low = rd_unsigned(r, 0);
        f->high = rd_unsigned(r, 1);
        rd_close(r, 4);
    }
    f->class = rd_opt_unsigned(r, 5, ANY);
}

static bool state_passes(const struct filter *f, uint8_t state)
{
    switch (f->state) {
    case STATE_offnormal: return state != ES_normal && state != ES_fault;
    case STATE_fault: return state == ES_fault;
    case STATE_normal: return state == ES_normal;
    case STATE_active: return state != ES_normal;
    default: return true;
    }
}

static bool enrolled(const struct db *db, uint32_t class, const struct filter *f)
{
    struct span s;
    if (!f->has_recipient)
        return true;
    if (class == DB_NONE || !prop_value(db, class, P_recipient_list, &s))
        return false;
    struct rd r = rd_of(s.p, s.n);
    while (rd_left(&r) && rd_ok(&r)) {
        struct destination to = rd_destination(&r);
        if (rd_ok(&r) && to.process == f->process && recipient_same(&to.to_whom, &f->recipient))
            return true;
    }
    return false;
}

/* What a class says to the filter, for the objects that have it: most have the same as the one before. */
struct enrolment { uint32_t number; bool known, passes[TRANSITIONS]; uint8_t priority[TRANSITIONS]; };

static void look_up(const struct db *db, uint32_t object, const struct filter *f,
                    struct enrolment *n)
{
    uint32_t number = 0;
    (void)prop_unsigned(db, object, P_notification_class, &number);
    if (n->known && n->number == number)
        return;
    struct alarm_class c = alarm_class(db, object);
    bool here = (f->class == ANY || f->class == c.number) && enrolled(db, c.object, f);
    *n = (struct enrolment){.number = number, .known = true};
    for (unsigned k = 0; k < TRANSITIONS; k++) {
        n->priority[k] = c.priority[k];
        n->passes[k] = here && c.priority[k] >= f->low && c.priority[k] <= f->high;
    }
}

static void summarize(const struct db *db, uint32_t object, const struct filter *f,
                      struct enrolment *n, struct wr *w)
{
    uint8_t state = db->live[object].event_state;
    const struct event *e = alarm_event(db, object);
    enum event_transition k = alarm_transition_of(state);
    /* Of the object's algorithm also in FAULT: it is enrolled for that, and found by it. */
    uint32_t type = db->shapes[le16_get(db->img.objects[object].shape)].def->event_type;
    if ((f->ack == ACK_acked && e->acked != 7) || (f->ack == ACK_not_acked && e->acked == 7) ||
        !state_passes(f, state) || (f->type != ANY && f->type != type))
        return;
    look_up(db, object, f, n);
    if (!n->passes[k] || !alarm_detects(db, object))
        return;
    wr_oid(w, APP, db_oid(db, object));
    wr_enumerated(w, APP, type);
    wr_enumerated(w, APP, state);
    wr_unsigned(w, APP, n->priority[k]);
    wr_unsigned(w, APP, n->number);
}

struct svc_result svc_get_enrollment_summary(struct device *d, const struct peer *from,
                                             struct rd *req, struct wr *w)
{
    struct filter f;
    struct enrolment n = {.known = false};
    read_filter(req, &f);
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (f.ack >= ACKS || f.state >= STATES)
        return svc_reject(REJECT_undefined_enumeration);
    if (f.low > 255 || f.high > 255 || f.low > f.high)
        return svc_reject(REJECT_parameter_out_of_range);
    for (uint32_t i = d->first_object;
         i < d->first_object + d->n_objects && !too_long(w, from); i++)
        if (alarm_event(d->db, i))
            summarize(d->db, i, &f, &n, w);
    return svc_ack();
}

/* ---- GetEventInformation ---- */

static void information(const struct db *db, uint32_t object, struct wr *w)
{
    const struct event *e = alarm_event(db, object);
    struct alarm_class c = alarm_class(db, object);
    uint32_t notify = NOTIFY_alarm;
    uint64_t enable = 7;
    (void)prop_unsigned(db, object, P_notify_type, &notify);
    (void)prop_bits(db, object, P_event_enable, &enable);
    wr_oid(w, 0, db_oid(db, object));
    wr_enumerated(w, 1, db->live[object].event_state);
    acked(e, 2, w);
    wr_open(w, 3);
    for (int k = 0; k < TRANSITIONS; k++) {
        struct time_stamp at = {TS_datetime, 0, {e->stamp[k].date, e->stamp[k].time}};
        wr_time_stamp(w, &at);
    }
    wr_close(w, 3);
    wr_enumerated(w, 4, notify);
    wr_bits(w, 5, (struct bits){TRANSITIONS, enable});
    wr_open(w, 6);
    for (int k = 0; k < TRANSITIONS; k++)
        wr_unsigned(w, APP, c.priority[k]);
    wr_close(w, 6);
}

/* The first object behind the last one received, which may be gone or well by now. */
static uint32_t first_after(const struct device *d, uint32_t oid)
{
    uint32_t lo = d->first_object, hi = d->first_object + d->n_objects;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (db_oid(d->db, mid) <= oid)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct svc_result svc_get_event_information(struct device *d, const struct peer *from,
                                            struct rd *req, struct wr *w)
{
    const struct db *db = d->db;
    bool more = false, given = rd_is(req, 0, TAG_oid);
    uint32_t last = given ? rd_oid(req, 0) : 0, one = from->max_apdu > 3u ? from->max_apdu - 3u : 0;
    size_t limit = w->cap < one ? w->cap : one;     /* it can be continued */
    if (!rd_end(req))
        return svc_reject_rd(req);
    limit = limit > MORE_ROOM ? limit - MORE_ROOM : 0;
    wr_open(w, 0);
    const size_t empty = w->len;
    for (uint32_t i = given ? first_after(d, last) : d->first_object;
         i < d->first_object + d->n_objects; i++) {
        size_t mark = w->len;
        const struct event *e = alarm_event(db, i);
        if (!e || (db->live[i].event_state == ES_normal && e->acked == 7) || !alarm_detects(db, i))
            continue;
        information(db, i, w);
        /* None of several, and still more, would be asked for again without end: a first one that
         * is too long for one APDU goes out in segments, or the stack says that it cannot. */
        if (w->len <= limit || mark == empty)
            continue;
        w->len = mark;
        more = true;
        break;
    }
    wr_close(w, 0);
    wr_boolean(w, 1, more);
    return svc_ack();
}
