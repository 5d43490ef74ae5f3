/* See alarm.h: what survives of an alarm, and its history. One record for each object: form, state,
 * bits, then for each transition its stamp, what it said, its text. */
#include "runtime/object/alarm.h"
#include "runtime/data/audit.h"
#include "runtime/data/change.h"
#include "runtime/data/store.h"

/* Octets of storage that a transition asks for: itself, its record in the Event Log, its history, and
 * what is owed to its recipients. */
enum { TRANSITION_ROOM = 4096, LATE = 256 };
enum { FORM_1 = 1, FORM = 2, FORM_OWES = 3, MEMORY = 1, OWES = 1, SAVED_MAX = 64 + TRANSITIONS * (ALARM_TEXT + 32) };

struct now alarm_now(struct db *db)
{
    struct now now;
    zone_local(&db->zone, db_now(db), &now.date, &now.time);
    return now;
}

static struct stamp take_stamp(struct rd *r)
{
    const uint8_t *b = rd_take(r, 8).p;
    return (struct stamp){{b[0], b[1], b[2], b[3]}, {b[4], b[5], b[6], b[7]}};
}

static void put_stamp(struct wr *w, const struct stamp *at)
{
    const uint8_t b[8] = {at->date.year, at->date.month, at->date.day, at->date.wday,
                          at->time.hour, at->time.minute, at->time.second, at->time.hundredth};
    wr_bytes(w, b, sizeof b);
}

void alarm_put_said(struct wr *w, const struct stamp *at, const struct said *s)
{
    const uint8_t b[5] = {s->from, s->to, s->type, s->reliability, s->flags};
    put_stamp(w, at);
    wr_bytes(w, b, sizeof b);
    wr_u32(w, s->value);
    wr_u32(w, s->other);
    wr_u32(w, s->deadband);
}

bool alarm_take_said(struct rd *r, struct stamp *at, struct said *s)
{
    *at = take_stamp(r);
    *s = (struct said){.from = rd_u8(r)};
    s->to = rd_u8(r);
    s->type = rd_u8(r);
    s->reliability = rd_u8(r);
    s->flags = rd_u8(r);
    s->value = rd_u32(r);
    s->other = rd_u32(r);
    s->deadband = rd_u32(r);
    return rd_ok(r) && s->from <= ES_low_limit && s->to <= ES_low_limit;
}

/* The newest tickets are settled, and failed: a disk that is full, or gone. */
static bool failing(const struct db *db)
{
    return store_failed(db->alarms.store, store_done(db->alarms.store));
}

bool alarm_room(const struct db *db)
{
    return store_room(db->alarms.store, TRANSITION_ROOM) || failing(db);
}

uint64_t alarm_unless_failing(const struct db *db, uint64_t ticket)
{
    return ticket == STORE_REFUSED && failing(db) ? 0 : ticket;
}

/* Events whose state storage had no room for, a few at a time. */
void alarm_save_late(struct db *db)
{
    struct alarms *a = &db->alarms;
    uint32_t saved = 0;
    for (uint32_t i = 0; a->unsaved && i < db->n_events && saved < LATE; i++) {
        if (!store_room(a->store, TRANSITION_ROOM))
            return;
        const struct event *e = &db->events[a->looked];
        a->looked = (a->looked + 1) % db->n_events;
        if (!e->unsaved)
            continue;
        saved++;
        if (alarm_save(db, e->object) == STORE_REFUSED)
            return;
    }
}

uint64_t alarm_save(struct db *db, uint32_t object)
{
    struct event *e = db_event(db, object);
    uint8_t b[SAVED_MAX];
    struct wr w = wr_of(b, sizeof b);
    struct store_key key = {.property = ALARM_KEPT};
    if (!db->alarms.store)
        return 0;
    memcpy(key.id, db->img.object_ids[object].b, 16);
    wr_u8(&w, e->owes ? FORM_OWES : FORM);
    wr_u8(&w, db->live[object].event_state);
    wr_u8(&w, e->acked);
    wr_u8(&w, (uint8_t)((e->memory ? MEMORY : 0) | e->owes << OWES));
    for (int k = 0; k < TRANSITIONS; k++) {
        alarm_put_said(&w, &e->stamp[k], &e->said[k]);
        wr_u8(&w, e->text_n[k]);
        wr_bytes(&w, db->alarms.texts[db->live[object].event][k], e->text_n[k]);
    }
    for (int k = 0; k < TRANSITIONS; k++)
        if (e->owes >> k & 1) {
            wr_u8(&w, e->ack_state[k]);
            put_stamp(&w, &e->ack_at[k]);
        }
    uint64_t ticket = store_put(db->alarms.store, &key, db_now(db), (struct span){b, w.len});
    bool unsaved = ticket == STORE_REFUSED;
    if (unsaved && !failing(db))
        return ticket;
    if (unsaved != e->unsaved)
        db->alarms.unsaved = unsaved ? db->alarms.unsaved + 1 : db->alarms.unsaved - 1;
    e->unsaved = unsaved;
    return unsaved ? 0 : ticket;
}

bool alarm_restore(struct db *db, uint32_t object, struct span data)
{
    struct rd r = rd_of(data.p, data.n);
    struct event now = {.object = object};
    uint32_t i = db->live[object].event;
    uint8_t form = rd_u8(&r);
    if (i == DB_NONE || form < FORM_1 || form > FORM_OWES)
        return false;
    uint8_t state = rd_u8(&r);
    now.acked = rd_u8(&r) & 7;
    if (form == FORM_1)
        (void)rd_u8(&r);                        /* what was to be told: has a record of its own now */
    uint8_t bits = rd_u8(&r);
    now.memory = bits & MEMORY;
    now.owes = form == FORM_OWES ? bits >> OWES & 7 : 0;
    for (int k = 0; k < TRANSITIONS; k++) {
        bool good = alarm_take_said(&r, &now.stamp[k], &now.said[k]);
        now.text_n[k] = rd_u8(&r);
        struct span text = rd_take(&r, now.text_n[k] <= ALARM_TEXT ? now.text_n[k] : SIZE_MAX);
        if (!rd_ok(&r) || !good)
            return false;
        memcpy(db->alarms.texts[i][k], text.p, text.n);
    }
    for (int k = 0; k < TRANSITIONS; k++)
        if (now.owes >> k & 1) {
            now.ack_state[k] = rd_u8(&r);
            now.ack_at[k] = take_stamp(&r);
        }
    if (!rd_end(&r) || state > ES_low_limit)
        return false;
    alarm_owes(db, db_event(db, object), now.owes);
    *db_event(db, object) = now;
    db_live(db, object)->event_state = state;
    return true;
}

/* Who acknowledged and reset is in the audit, too. */
static void audit(struct db *db, const struct store_note *n, enum alarm_history kind,
                  const struct peer *by)
{
    struct audit_entry e = {.kind = kind == HISTORY_ack ? AUDIT_ACK : AUDIT_RESET,
                            .time = n->time, .device = n->device, .oid = n->object,
                            .property = UINT32_MAX, .index = BACNET_INDEX_ALL};
    struct span who = n->text[EVENT_source];
    memcpy(e.id, n->id, sizeof e.id);
    if (by)
        audit_peer(by, e.who, sizeof e.who);
    else if (who.n)
        memcpy(e.who, who.p, who.n < sizeof e.who ? who.n : sizeof e.who - 1);
    audit_text(e.name, n->text[EVENT_name]);
    if (by)
        audit_text(e.now, who);
    audit_note(db->audit, &e);
}

static void tell(struct db *db, const struct event *e, enum event_transition k, int64_t time)
{
    uint32_t i = db->live[e->object].event;
    const struct said *s = &e->said[k];
    struct alarm_news news = {.time = time, .event = i, .transition = (uint8_t)k, .from = s->from,
                              .to = s->to, .type = s->type, .n = e->text_n[k]};
    memcpy(news.text, db->alarms.texts[i][k], news.n);
    alarms_news(&db->alarms, &news);
}

uint64_t alarm_note(struct db *db, uint32_t object, enum alarm_history kind, enum event_transition k,
                    struct span source, const struct peer *by)
{
    const struct event *e = alarm_event(db, object);
    const struct said *s = &e->said[k];
    struct store_note note = {.time = db_now(db), .kind = kind};
    char peer[80] = "";
    struct alarm_class c = alarm_class(db, object);
    memcpy(note.id, db->img.object_ids[object].b, 16);
    note.device = db->devices[le16_get(db->img.objects[object].device)].instance;
    note.object = db_oid(db, object);
    note.number[EVENT_class] = c.number;
    note.number[EVENT_priority] = c.priority[k];
    note.number[EVENT_type] = s->type;
    note.number[EVENT_states] = (uint32_t)s->from << 8 | s->to;
    if (by)
        audit_peer(by, peer, sizeof peer);
    note.text[EVENT_peer] = (struct span){(const uint8_t *)peer, strlen(peer)};
    note.text[EVENT_source] = source;
    note.text[EVENT_name] = db_name(db, object);
    note.text[EVENT_message] =
        (struct span){(const uint8_t *)db->alarms.texts[db->live[object].event][k], e->text_n[k]};
    if (kind == HISTORY_transition)
        tell(db, e, k, note.time);
    else
        audit(db, &note, kind, by);
    return db->alarms.store ? store_note(db->alarms.store, STORE_EVENTS, &note) : 0;
}
