/* See alarm.h: what is still to be told to whom. A record for each announcement, by the object and the
 * announcement's serial: written with the transition, renewed when recipients have had it, erased
 * with the last of them. Form, class, kind, time stamp, what it says, text, then marks of those who
 * are left; none at all: nobody has had it, and the class's list says who is meant. Marks of the first form were others:
 * everybody is told, rather than nobody. */
#include "runtime/object/alarm.h"

#include <stdlib.h>

#include "runtime/data/store.h"

enum { OWED_FORM = 1, OWED_MARKS = 2, OWED_MAX = 64 + 32 + ALARM_TEXT + ELEMENTS_MAX * 4 };

static struct store_key key_of(const struct db *db, const struct announcement *n)
{
    struct store_key key = {.property = ALARM_OWED, .sub = n->serial};
    memcpy(key.id, db->img.object_ids[db->events[n->event].object].b, sizeof key.id);
    return key;
}

/* Has the recipient had it, though nobody has looked yet? */
static bool over(const struct delivery *d)
{
    return d->end == DELIVERY_DONE || d->end == DELIVERY_LOST;
}

uint64_t alarm_owe(struct db *db, const struct announcement *n)
{
    const struct alarms *a = &db->alarms;
    uint8_t b[OWED_MAX];
    struct wr w = wr_of(b, sizeof b);
    struct store_key key = key_of(db, n);
    if (!a->store)
        return 0;
    wr_u8(&w, OWED_FORM);
    wr_u32(&w, n->class);
    wr_u8(&w, n->transition);
    wr_u8(&w, n->priority);
    wr_u8(&w, n->notify);
    wr_u8(&w, n->ack_required);
    alarm_put_said(&w, &n->stamp, &n->said);
    wr_u8(&w, n->n);
    wr_bytes(&w, n->text, n->n);
    const size_t whole = w.len;
    for (uint32_t i = n->listed ? n->first : 0; i; i = a->deliveries[i - 1].sibling)
        wr_u32(&w, a->deliveries[i - 1].mark);
    for (unsigned i = 0; n->only && i < n->n_only; i++)
        wr_u32(&w, n->only[i]);
    if (!wr_fits(&w))                           /* rather everybody again than nobody */
        w.len = whole;
    if (w.len > whole)
        b[0] = OWED_MARKS;
    return alarm_unless_failing(db, store_put(a->store, &key, db_now(db), (struct span){b, w.len}));
}

uint64_t alarm_paid(struct db *db, const struct announcement *n)
{
    struct store_key key = key_of(db, n);
    return db->alarms.store ? alarm_unless_failing(db, store_erase(db->alarms.store, &key)) : 0;
}

static bool take(struct rd *r, struct announcement *n)
{
    uint8_t form = rd_u8(r);
    bool good = form == OWED_FORM || form == OWED_MARKS;
    n->class = rd_u32(r);
    n->transition = rd_u8(r);
    n->priority = rd_u8(r);
    n->notify = rd_u8(r);
    n->ack_required = rd_u8(r) & 1;
    good &= alarm_take_said(r, &n->stamp, &n->said);
    n->n = rd_u8(r);
    struct span text = rd_take(r, n->n <= ALARM_TEXT ? n->n : SIZE_MAX);
    if (!rd_ok(r) || !good || n->transition >= TRANSITIONS || n->notify > NOTIFY_ack_notification ||
        rd_left(r) % 4 || rd_left(r) > ELEMENTS_MAX * 4)
        return false;
    memcpy(n->text, text.p, text.n);
    n->n_only = form == OWED_MARKS ? (uint16_t)(rd_left(r) / 4) : 0;
    n->only = n->n_only ? malloc(n->n_only * sizeof *n->only) : NULL;
    for (unsigned i = 0; n->only && i < n->n_only; i++)
        n->only[i] = rd_u32(r);
    return n->only || !n->n_only;
}

bool alarm_owed(struct db *db, uint32_t object, uint32_t serial, struct span data)
{
    struct rd r = rd_of(data.p, data.n);
    struct announcement *n = alarm_event(db, object) ? alarms_take(&db->alarms) : NULL;
    if (!n)
        return false;
    n->event = db->live[object].event;
    n->device = le16_get(db->img.objects[object].device);
    n->serial = serial;
    if (!take(&r, n)) {
        alarms_give(&db->alarms, n);
        return false;
    }
    alarms_restored(&db->alarms, n);
    return true;
}

/* The deliveries that are left become a list of marks: their lines are another image's. False: none is
 * left. (Without memory for the list everybody is told, rather than nobody.) */
static bool carry_marks(const struct alarms *old, const struct announcement *was,
                        struct announcement *n)
{
    unsigned left = was->n_only;
    for (uint32_t i = was->first; i; i = old->deliveries[i - 1].sibling)
        left += !over(&old->deliveries[i - 1]);
    n->only = left ? malloc(left * sizeof *n->only) : NULL;
    if (!n->only)
        return left;
    for (unsigned i = 0; was->only && i < was->n_only; i++)
        n->only[n->n_only++] = was->only[i];
    for (uint32_t i = was->first; i; i = old->deliveries[i - 1].sibling)
        if (!over(&old->deliveries[i - 1]))
            n->only[n->n_only++] = old->deliveries[i - 1].mark;
    return true;
}

void alarm_owed_carry(const struct db *old, struct db *now, const uint32_t *object)
{
    const struct alarms *a = &old->alarms;
    now->alarms.announced = a->announced;
    for (uint32_t i = 0; a->unsaved && i < now->n_events; i++)
        now->alarms.unsaved += now->events[i].unsaved;
    for (uint32_t i = 0; a->owing && i < now->n_events; i++)
        now->alarms.owing += now->events[i].owes != 0;
    for (uint32_t i = 0; i < a->used; i++) {
        const struct announcement *was = &a->announcements[i];
        uint32_t to = was->live ? object[old->events[was->event].object] : DB_NONE;
        struct announcement *n = to != DB_NONE && alarm_event(now, to) ? alarms_take(&now->alarms)
                                                                       : NULL;
        if (!n)
            continue;
        *n = *was;
        n->event = now->live[to].event;
        n->device = le16_get(now->img.objects[to].device);
        n->only = NULL;
        n->n_only = 0;
        n->first = n->refs = n->prev = n->older = n->newer = 0;
        n->marked = false;
        bool left = carry_marks(a, was, n);
        n->listed = was->listed && !left;       /* nobody is left: its record is to be erased */
        alarms_restored(&now->alarms, n);
    }
}
