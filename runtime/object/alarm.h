#ifndef OBJECT_ALARM_H
#define OBJECT_ALARM_H
/* Event state of objects with intrinsic reporting: transitions, acknowledgement, reset, what is
 * kept of them (135-2020 clauses 13.2, 13.5). When a transition is due is the engine's to find.
 * Beside the standard's states an alarm point may latch: its state stays after the cause has gone
 * until somebody resets (or acknowledges) it. */
#include "runtime/base/log.h"
#include "runtime/data/store.h"
#include "runtime/object/prop.h"

/* Properties of the runtime's own in the store, above 4194303. Never reused. */
enum { ALARM_KEPT = STORE_OWN | 0x11, ALARM_KEPT_RECIPIENTS = STORE_OWN | 0x12,
       ALARM_OWED = STORE_OWN | 0x13 };

enum alarm_state { ALARM_normal, ALARM_active, ALARM_acked, ALARM_memory, ALARM_acked_memory };
enum alarm_state alarm_state(const struct db *db, const struct event *e);
const char *alarm_state_name(enum alarm_state s);

static inline const struct event *alarm_event(const struct db *db, uint32_t object)
{
    uint32_t i = db->live[object].event;
    return i == DB_NONE ? NULL : &db->events[i];
}
static inline const struct img_alarm *alarm_point(const struct db *db, uint32_t object)
{
    uint32_t i = le32_get(db->img.objects[object].alarm);
    return i == IMG_NONE ? NULL : &db->img.alarms[i];
}
static inline enum event_transition alarm_transition_of(uint32_t state)
{
    return state == ES_normal ? TO_normal : state == ES_fault ? TO_fault : TO_offnormal;
}
/* Event_Detection_Enable; FALSE: none of the services knows the object (12.x.38). */
bool alarm_detects(const struct db *db, uint32_t object);

struct alarm_class {
    uint32_t object;            /* DB_NONE: there is no such Notification Class                   */
    uint32_t number;
    uint8_t priority[TRANSITIONS];
    uint8_t ack_required;       /* bit enum event_transition                                      */
};
struct alarm_class alarm_class(const struct db *db, uint32_t object);

/* The object enters a state: time stamp, text, acknowledgement, history, storage, and the
 * announcement if Event_Enable says so. `what` holds values and type; from, to, flags are filled
 * in. False: no room now (storage, announcements), nothing changed. */
bool alarm_enter(struct db *db, uint32_t object, enum event_state to, const struct said *what);
/* Detection was switched off: as if nothing had ever been (12.x.38). */
void alarm_forget(struct db *db, uint32_t object);
/* Latched, or no longer so. */
void alarm_remember(struct db *db, uint32_t object, bool memory);

/* AcknowledgeAlarm, clause 13.5; `at`: NULL: whichever time (an operator's). */
struct alarm_ack {
    uint32_t state;             /* enum event_state, as acknowledged                              */
    const struct stamp *at;
    struct span source;         /* who, UTF-8                                                     */
};
bac_err alarm_acknowledge(struct db *db, uint32_t object, const struct alarm_ack *ack,
                          const struct peer *by, uint64_t *ticket);
/* A recipient that is slow may have all announcements waiting: then the notification of an acknowledgement is
 * owed, said as soon as there is room, and before the object's next transition. */
void alarm_acks_late(struct db *db);
void alarm_owes(struct db *db, struct event *e, uint8_t owes);
/* All of an object's unacknowledged transitions; count of them. *ticket, of the store: when the last of them is kept;
 * as it was where there is none. */
unsigned alarm_acknowledge_all(struct db *db, uint32_t object, struct span source, uint64_t *ticket);
/* A latched alarm whose cause has gone returns to Normal; anything else is not affected. False:
 * there is nothing to reset. *ticket as above, of what the history says of it. */
bool alarm_reset(struct db *db, uint32_t object, struct span source, uint64_t *ticket);

/* alarm_text.c: Event_Message_Texts_Config with its placeholders filled in; octets, at most
 * ALARM_TEXT, cut between characters. */
uint8_t alarm_text(const struct db *db, uint32_t object, enum event_transition k,
                   const struct said *what, char out[ALARM_TEXT]);
const char *event_state_name(uint32_t state);
const char *event_type_name(uint32_t type);             /* NULL: none that is used here           */

/* alarm_save.c. Ticket of the store, 0, or STORE_REFUSED: not now. A store that fails and is full takes
 * nothing more, but alarms go on: then 0, and alarm_save_late() catches up when it is sound again. */
uint64_t alarm_save(struct db *db, uint32_t object);
void alarm_save_late(struct db *db);
/* Can a transition go on? */
bool alarm_room(const struct db *db);
uint64_t alarm_unless_failing(const struct db *db, uint64_t ticket);    /* REFUSED by such one: 0 */
/* What was stored; false: it no longer fits. Nothing is announced or evaluated by this. */
bool alarm_restore(struct db *db, uint32_t object, struct span data);
/* alarm_owed.c: announcements that some recipient has not had yet, so that a restart forgets none and
 * tells nobody twice. With the deliveries that are left once it is listed, else with none: then it is
 * for the whole list. Tickets as alarm_save(). */
uint64_t alarm_owe(struct db *db, const struct announcement *n);
uint64_t alarm_paid(struct db *db, const struct announcement *n);
bool alarm_owed(struct db *db, uint32_t object, uint32_t serial, struct span data);
/* Those of an image before this one; `object`: old index to new or DB_NONE. */
void alarm_owed_carry(const struct db *old, struct db *now, const uint32_t *object);
/* For the records of this directory. */
void alarm_put_said(struct wr *w, const struct stamp *at, const struct said *s);
bool alarm_take_said(struct rd *r, struct stamp *at, struct said *s);
struct now { struct bdate date; struct btime time; };
struct now alarm_now(struct db *db);
enum alarm_history { HISTORY_transition, HISTORY_ack, HISTORY_reset };
/* A line of history; `by` may be NULL. */
uint64_t alarm_note(struct db *db, uint32_t object, enum alarm_history kind, enum event_transition k,
                struct span source, const struct peer *by);

/* recipients.c: what clients changed in a compiled Recipient_List stays apart from it: a list that
 * was compiled anew brings its changes along. */
void recipients_changed(struct db *db, uint32_t object);
bool recipients_compiled(const struct db *db, uint32_t object, struct span *list);
/* The project's come first; those of clients that then find no room are kept aside until there is some, or a
 * client has written the list: left_then, those that had none beside the list compiled then. */
bool recipients_restore(struct db *db, uint32_t object, struct span compiled_then, struct span left_then);
struct span recipients_left(const struct db *db, uint32_t object);
uint32_t recipients_left_out(const struct db *db);
void recipients_tell(struct db *db, struct log *log);
void recipients_keep(struct db *db);                    /* into storage: lists that have been put together anew */
/* May a client leave that element in a list of destinations or recipients? Not one that could never be
 * told anything because it is no address, no device, or its window ends before it begins; unless it stands
 * there already, as a project may want. Its type and form have been checked; elements of other properties
 * may always. */
bac_err recipients_admit(const struct db *db, uint32_t object, uint32_t property, struct rd element);
/* Is it everybody on BACnet/IP, said by a broadcast address? Whoever hears a confirmed request by broadcast drops
 * it (13.8): they are told unconfirmed, as are those of a broadcast in BACnet's own form. */
struct recipient;
bool recipients_everyone(const struct db *db, const struct recipient *r);
enum intent_to recipients_reach(const struct recipient *r);     /* to whom an intent for it goes  */
#endif
