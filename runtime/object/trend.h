#ifndef OBJECT_TREND_H
#define OBJECT_TREND_H
/* Trend Log and Event Log objects: their records, which go to the store, and the properties that
 * follow from them (135-2020 clauses 12.25, 12.27). When a Trend Log records is the engine's. */
#include "runtime/data/store.h"
#include "runtime/object/prop.h"
#include "runtime/wire/types.h"

enum { LOG_DISABLED = 1, BUFFER_PURGED = 2, LOG_INTERRUPTED = 4 };     /* BACnetLogStatus         */
enum { TREND_KEPT = STORE_OWN | 0x21 };         /* kept with a log: of what its records are */
#define TREND_DUE_ANEW INT64_MIN                /* when the next record is due counts from now      */
enum { TREND_TIMING = 1, TREND_SUBJECT = 2, TREND_SIZE = 4 };

struct trend *trend_of(const struct db *db, uint32_t object);   /* NULL: no log                    */
/* Takes the properties into the trend; TREND_* of what is different. */
unsigned trend_configure(struct db *db, struct trend *t);
/* Within Start_Time and Stop_Time? *edge: when that can be different, UTC ms; INT64_MAX: never. */
bool trend_in_window(struct db *db, const struct trend *t, int64_t now, int64_t *edge);
bool trend_full(const struct trend *t);        /* all that Stop_When_Full leaves for data          */
uint32_t trend_count(const struct trend *t);
void trend_limits(struct db *db, const struct trend *t);        /* Buffer_Size to the store        */

/* Records. What storage does not take is not counted. */
void trend_sample(struct db *db, struct trend *t);
uint64_t trend_status(struct db *db, struct trend *t, unsigned status);
/* A ConfirmedEventNotification-Request into an Event Log, if it records now. Ticket of the store; 0. */
uint64_t trend_event(struct db *db, struct trend *t, struct span notification);
void trend_time_change(struct db *db, struct trend *t, double seconds);
uint64_t trend_purge(struct db *db, struct trend *t);           /* ticket of the store             */
/* Stop_When_Full has come true: Enable is FALSE, the last record says so. */
void trend_stop_full(struct db *db, struct trend *t);

/* As many records as Notification_Threshold are new since the last notification (13.3.7). */
bool trend_ready(const struct trend *t);
/* Records_Since_Notification: since the last notification or purge, whichever came later (12.25.16). */
uint64_t trend_new(const struct trend *t);

bac_err trend_read(const struct db *db, uint32_t object, uint8_t code, struct wr *w);
/* May a client write that? Type and form have been checked. */
bac_err trend_admit(const struct db *db, uint32_t object, uint32_t property, struct rd value);
/* Logging_Type is the project's: a Log_Interval of 0 is COV's, another one polling's. */
bool trend_interval_fits(const struct db *db, uint32_t object, struct rd interval);
bac_err trend_write(struct db *db, uint32_t object, uint8_t code, struct rd value);
/* What the store has of each log, or of those that are wanted; before trend_start(). 0, or what went wrong. */
struct persist_wanted;
int trend_load(struct db *db, struct store *s, const struct persist_wanted *wanted);
/* Were the stored records made of something else than what the log names now? Of what is not there nobody knows. */
bool trend_of_another(const struct db *db, const struct trend *t);
void trend_keep_subject(struct db *db, struct trend *t);        /* from now on they are of that    */
bool trend_restore_subject(struct db *db, uint32_t object, struct span data);
/* The state of another database's log goes on in this one (reload). */
void trend_carry(const struct db *old, uint32_t from, struct db *now, uint32_t to);
#endif
