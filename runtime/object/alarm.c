/* See alarm.h: states, transitions, acknowledgement. */
#include "runtime/object/alarm.h"

#include "runtime/data/change.h"
#include "runtime/data/store.h"
#include "runtime/object/notification.h"
#include "runtime/object/persist.h"
#include "runtime/object/values.h"

const char *alarm_state_name(enum alarm_state s)
{
    static const char *const names[] = {"normal", "active", "active-acked", "memory",
                                        "memory-acked"};
    return names[s];
}

enum alarm_state alarm_state(const struct db *db, const struct event *e)
{
    uint8_t state = db->live[e->object].event_state;
    if (state == ES_normal)
        return ALARM_normal;
    bool acked = e->acked >> alarm_transition_of(state) & 1;
    if (e->memory && state != ES_fault)
        return acked ? ALARM_acked_memory : ALARM_memory;
    return acked ? ALARM_acked : ALARM_active;
}

bool alarm_detects(const struct db *db, uint32_t object)
{
    bool on = true;
    if (db->live[object].event == DB_NONE)
        return false;
    (void)prop_boolean(db, object, P_event_detection_enable, &on);
    return on;
}

/* Without the class nothing is distributed and nothing needs to be acknowledged. */
struct alarm_class alarm_class(const struct db *db, uint32_t object)
{
    struct alarm_class c = {DB_NONE, 0, {255, 255, 255}, 0};
    const struct device *d = &db->devices[le16_get(db->img.objects[object].device)];
    struct span s;
    uint64_t bits = 0;
    if (!prop_unsigned(db, object, P_notification_class, &c.number) ||
        c.number > BACNET_INSTANCE_MAX)
        return c;
    c.object = db_find(d, OID(OT_notification_class, c.number));
    if (c.object == DB_NONE)
        return c;
    if (prop_value(db, c.object, P_priority, &s)) {
        struct rd r = rd_of(s.p, s.n);
        for (int k = 0; k < TRANSITIONS; k++)
            c.priority[k] = (uint8_t)rd_unsigned(&r, APP);
    }
    (void)prop_bits(db, c.object, P_ack_required, &bits);
    c.ack_required = (uint8_t)(bits & 7);
    return c;
}

/* The transition as it is announced. */
static void describe(const struct db *db, uint32_t object, enum event_transition k, struct announcement *n)
{
    const struct event *e = alarm_event(db, object);
    uint32_t notify = NOTIFY_alarm;
    struct alarm_class c = alarm_class(db, object);
    (void)prop_unsigned(db, object, P_notify_type, &notify);
    n->event = db->live[object].event;
    n->device = le16_get(db->img.objects[object].device);
    n->class = c.number;
    n->transition = (uint8_t)k;
    n->priority = c.priority[k];
    n->ack_required = c.ack_required >> k & 1;
    n->notify = (uint8_t)notify;
    n->stamp = e->stamp[k];
    n->said = e->said[k];
    n->n = e->text_n[k];
    memcpy(n->text, db->alarms.texts[n->event][k], n->n);
}

/* NULL: no room. */
static struct announcement *announce(struct db *db, uint32_t object, enum event_transition k)
{
    struct announcement *n = alarms_take(&db->alarms);
    if (n)
        describe(db, object, k, n);
    return n;
}

static void record(struct db *db, struct event *e, enum event_transition k, const struct said *what)
{
    struct now now = alarm_now(db);
    uint32_t i = db->live[e->object].event;
    e->stamp[k] = (struct stamp){now.date, now.time};
    e->said[k] = *what;
    e->text_n[k] = alarm_text(db, e->object, k, what, db->alarms.texts[i][k]);
}

/* Status_Flags as they are after the transition (13.3). */
static uint8_t flags_after(const struct db *db, uint32_t object, enum event_state to)
{
    uint8_t flags = prop_status_flags(db, object) & (uint8_t)~SF_in_alarm;
    return (uint8_t)(flags | (to != ES_normal ? SF_in_alarm : 0));
}

/* What is announced is what was recorded; the Event Log has it first, so that it is on the disk with
 * what waits for the disk. */
static void speak(struct db *db, const struct event *e, enum event_transition k,
                  struct announcement *n)
{
    n->stamp = e->stamp[k];
    n->said = e->said[k];
    n->n = e->text_n[k];
    memcpy(n->text, db->alarms.texts[n->event][k], n->n);
    notification_log(db, n);
}

/* The state, and what is owed for it; refused: nothing is, and the announcement is gone. The caller
 * has asked for room, so one of the two alone is refused only by a store that is at its end. */
static uint64_t save(struct db *db, uint32_t object, struct announcement *n)
{
    uint64_t owed = n ? alarm_owe(db, n) : 0;
    uint64_t ticket = owed == STORE_REFUSED ? owed : alarm_save(db, object);
    if (ticket == STORE_REFUSED && n) {
        if (owed != STORE_REFUSED)
            (void)alarm_paid(db, n);
        alarms_give(&db->alarms, n);
    }
    return ticket;
}

/* ---- acknowledgement ---- */

void alarm_owes(struct db *db, struct event *e, uint8_t owes)
{
    db->alarms.owing += !e->owes && owes;
    db->alarms.owing -= e->owes && !owes;
    e->owes = owes;
}

static bool enabled(const struct db *db, uint32_t object, enum event_transition k)
{
    uint64_t enable = 7;
    (void)prop_bits(db, object, P_event_enable, &enable);
    return enable >> k & 1;
}

/* ACK_NOTIFICATION (13.5.1.3): as the event, at the time of the acknowledgement. */
static void describe_ack(const struct db *db, uint32_t object, enum event_transition k, struct announcement *n)
{
    const struct event *e = alarm_event(db, object);
    describe(db, object, k, n);
    n->notify = NOTIFY_ack_notification;
    n->stamp = e->ack_at[k];
    n->said.to = e->ack_state[k];
}

/* The Event Log has it when it is taken, however late it is told. */
static void log_ack(struct db *db, uint32_t object, enum event_transition k)
{
    struct announcement what = {.ticket = 0};
    if (!enabled(db, object, k))
        return;
    describe_ack(db, object, k, &what);
    notification_log(db, &what);
}

/* The announcement, or that it is owed. The state is stored with either. False: not now. */
static bool tell_ack(struct db *db, uint32_t object, enum event_transition k, uint64_t *ticket)
{
    struct event *e = db_event(db, object);
    uint8_t owed = e->owes, bit = (uint8_t)(1u << k);
    bool tell = enabled(db, object, k);
    struct announcement *n = tell ? alarms_take(&db->alarms) : NULL;
    if (n)
        describe_ack(db, object, k, n);
    alarm_owes(db, e, (uint8_t)(tell && !n ? owed | bit : owed & ~bit));
    *ticket = save(db, object, n);
    if (*ticket == STORE_REFUSED) {
        alarm_owes(db, e, owed);
        return false;
    }
    if (n) {
        n->ticket = *ticket;
        alarms_queue(&db->alarms, n);
    }
    return true;
}

/* What is owed of an object. False: there is no room for it yet. */
static bool pay(struct db *db, struct event *e)
{
    for (unsigned k = 0; k < TRANSITIONS; k++) {
        uint64_t ticket;
        if (!(e->owes >> k & 1))
            continue;
        if (!alarms_free(&db->alarms) || !alarm_room(db) || db->alarms.restored)
            return false;                       /* restored: older ones, which go first */
        store_begin(db->alarms.store);
        bool told = tell_ack(db, e->object, (enum event_transition)k, &ticket);
        store_end(db->alarms.store);
        if (!told)
            return false;
    }
    return true;
}

void alarm_acks_late(struct db *db)
{
    struct alarms *a = &db->alarms;
    for (uint32_t i = 0; a->owing && i < db->n_events && alarms_free(a); i++) {
        const struct event *e = &db->events[a->asked];
        if (e->owes && !pay(db, db_event(db, e->object)))
            return;
        a->asked = (a->asked + 1) % db->n_events;
    }
}

static bool take_ack(struct db *db, uint32_t object, enum event_transition k, uint32_t state,
                     struct span source, const struct peer *by, uint64_t *ticket)
{
    struct event *e = db_event(db, object);
    struct now now = alarm_now(db);
    uint8_t bit = (uint8_t)(1u << k);
    if (!alarm_room(db))
        return false;
    e->acked |= bit;
    e->ack_at[k] = (struct stamp){now.date, now.time};
    e->ack_state[k] = (uint8_t)state;
    store_begin(db->alarms.store);
    log_ack(db, object, k);
    bool taken = tell_ack(db, object, k, ticket);
    if (taken)
        (void)alarm_note(db, object, HISTORY_ack, k, source, by);
    store_end(db->alarms.store);
    if (!taken) {
        e->acked &= (uint8_t)~bit;
        return false;
    }
    db_touch(db, object);
    db->alarms.acknowledged++;
    return true;
}

bool alarm_enter(struct db *db, uint32_t object, enum event_state to, const struct said *what)
{
    struct event *e = db_event(db, object), before = *e;
    struct live *l = db_live(db, object);
    enum event_transition k = alarm_transition_of(to);
    struct alarm_class c = alarm_class(db, object);
    char text[ALARM_TEXT];
    uint64_t enable = 7;
    struct said said = *what;
    if (!alarm_room(db) || !pay(db, e))         /* what was owed is of the transition before */
        return false;
    before.owes = e->owes;
    (void)prop_bits(db, object, P_event_enable, &enable);
    struct announcement *n = enable >> k & 1 ? announce(db, object, k) : NULL;
    if (enable >> k & 1 && !n)
        return false;
    said.from = l->event_state;
    said.to = (uint8_t)to;
    said.flags = flags_after(db, object, to);
    memcpy(text, db->alarms.texts[l->event][k], sizeof text);
    record(db, e, k, &said);
    e->acked = (uint8_t)((e->acked & ~(1u << k)) | (c.ack_required >> k & 1 ? 0u : 1u << k));
    e->memory = e->reset = false;
    l->event_state = (uint8_t)to;
    store_begin(db->alarms.store);
    if (n)
        speak(db, e, k, n);
    uint64_t ticket = save(db, object, n);
    if (ticket != STORE_REFUSED)
        (void)alarm_note(db, object, HISTORY_transition, k, (struct span){NULL, 0}, NULL);
    store_end(db->alarms.store);
    if (ticket == STORE_REFUSED) {              /* not stored, so it did not happen yet */
        *e = before;
        l->event_state = said.from;
        memcpy(db->alarms.texts[l->event][k], text, sizeof text);
        return false;
    }
    db_touch(db, object);
    db->alarms.transitions++;
    if (n) {
        n->ticket = ticket;
        alarms_queue(&db->alarms, n);
    }
    return true;
}

void alarm_forget(struct db *db, uint32_t object)
{
    static const struct stamp unspecified = {{255, 255, 255, 255}, {255, 255, 255, 255}};
    struct event *e = db_event(db, object);
    bool changed = db->live[object].event_state != ES_normal || e->acked != 7 || e->memory || e->owes;
    for (int k = 0; k < TRANSITIONS; k++) {
        changed |= memcmp(&e->stamp[k], &unspecified, sizeof unspecified) != 0;
        e->stamp[k] = unspecified;
        e->text_n[k] = 0;
    }
    if (!changed)
        return;
    e->acked = 7;
    alarm_owes(db, e, 0);
    e->memory = e->reset = false;
    values_event_state(db, object, ES_normal);
    db_touch(db, object);
    (void)alarm_save(db, object);
}

void alarm_remember(struct db *db, uint32_t object, bool memory)
{
    struct event *e = db_event(db, object);
    if (e->memory == memory)
        return;
    e->memory = memory;
    if (alarm_save(db, object) == STORE_REFUSED)
        e->memory = !memory;                    /* the engine asks again */
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return !memcmp(&a->date, &b->date, sizeof a->date) &&
           !memcmp(&a->time, &b->time, sizeof a->time);
}

/* Which transition is meant (13.5.1.1): its to-state, or for HIGH_LIMIT and LOW_LIMIT the general
 * OFFNORMAL too. TRANSITIONS: none such. */
static unsigned transition_meant(const struct event *e, uint32_t state)
{
    unsigned k = alarm_transition_of(state);
    if (state > ES_low_limit)
        return TRANSITIONS;
    bool general = k == TO_offnormal && state == ES_offnormal;
    return general || e->said[k].to == state || e->stamp[k].date.year == 255 ? k : TRANSITIONS;
}

bac_err alarm_acknowledge(struct db *db, uint32_t object, const struct alarm_ack *ack,
                          const struct peer *by, uint64_t *ticket)
{
    const struct event *e = alarm_event(db, object);
    *ticket = 0;
    if (!alarm_detects(db, object))
        return BAC_ERR(object, no_alarm_configured);
    unsigned k = transition_meant(e, ack->state);
    if (k == TRANSITIONS)
        return BAC_ERR(services, invalid_event_state);
    if (ack->at && !same_stamp(ack->at, &e->stamp[k]))      /* no such transition yet: the state is wrong */
        return e->stamp[k].date.year == 255 ? BAC_ERR(services, invalid_event_state)
                                            : BAC_ERR(services, invalid_time_stamp);
    if (e->acked >> k & 1) {                    /* it was; nobody needs to hear it again */
        uint64_t again = db->journal.failed ? persist_follow(&db->journal, alarm_save(db, object)) : 0;
        *ticket = again ? again : db->journal.last;     /* as the first, if that waits for the disk, too */
        return BAC_OK;
    }
    if (!take_ack(db, object, (enum event_transition)k, ack->state, ack->source, by, ticket))
        return BAC_ERR(resources, other);
    *ticket = persist_follow(&db->journal, *ticket);
    return BAC_OK;
}

unsigned alarm_acknowledge_all(struct db *db, uint32_t object, struct span source, uint64_t *ticket)
{
    const struct event *e = alarm_event(db, object);
    unsigned n = 0;
    uint64_t t;
    if (!alarm_detects(db, object))
        return 0;
    for (unsigned k = 0; k < TRANSITIONS; k++) {
        if (e->acked >> k & 1 || !take_ack(db, object, (enum event_transition)k, e->said[k].to, source, NULL, &t))
            continue;
        *ticket = t;
        n++;
    }
    return n;
}

bool alarm_reset(struct db *db, uint32_t object, struct span source, uint64_t *ticket)
{
    const struct event *e = alarm_event(db, object);
    if (!e || !e->memory || db->live[object].event_state == ES_normal)
        return false;
    db_event(db, object)->reset = true;
    *ticket = alarm_note(db, object, HISTORY_reset, TO_offnormal, source, NULL);
    db_touch(db, object);
    return true;
}
