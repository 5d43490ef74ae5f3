#ifndef ENGINE_NOTIFY_H
#define ENGINE_NOTIFY_H
/* Distribution of event notifications, 135-2020 clause 13.2.5: which recipients of the Notification
 * Class an announcement is for, and when each gets it. Every recipient has a line of its own, most
 * urgent first; a confirmed one has a few under way at a time, an unconfirmed one so many in so
 * many milliseconds, one that does not answer is left in peace for a while. None waits for another. */
#include "runtime/object/alarm.h"

enum {
    NOTIFY_CHANNELS = 1024,     /* recipients that something is under way to                      */
    NOTIFY_WINDOW = 4,          /* confirmed ones under way to one recipient that has answered    */
    NOTIFY_PACE_MS = 8, NOTIFY_BURST = 16,      /* unconfirmed: 2,000 a second to one recipient   */
    NOTIFY_TURN = 256,          /* messages in one turn                                           */
    NOTIFY_HAND = 512,          /* recipients looked up in one turn, or one announcement's        */
    NOTIFY_MARKS = 256,         /* marks put into storage in one turn                             */
    NOTIFY_DOWN_MS = 30000,     /* before one that did not answer is tried again ...              */
    NOTIFY_PROBES = 2,          /* ... with so many, as it may be one alone that it does not answer */
    NOTIFY_PROBED = 256,        /* not where more are silent: transactions are for others, too    */
    NOTIFY_BUSY_MS = 1000,      /* before one that had no room is tried again                     */
    NOTIFY_BUSY_ALONE = 8,      /* attempts, where it has room for what comes later               */
    NOTIFY_ATTEMPTS = 240,      /* for each message                                               */
    NOTIFY_UNMARKED = 64,       /* under way or over to one recipient, and not yet marked as over in
                                 * storage: what a crash may have it told twice                   */
    NOTIFY_SILENT_MS = 1000,    /* no answer for so long: it may be down                          */
    NOTIFY_DOWN_KEPT = 256,     /* what waits for one that is; the rest is given up               */
};

struct notify;
int notify_open(struct notify **n, struct db *db);      /* 0 or -ENOMEM                           */
void notify_close(struct notify *n);
/* Announcements of another run or image get into line, in their order: before an object says anything more. */
void notify_restored(struct notify *n);
/* As event_turn(). */
uint64_t notify_turn(struct notify *n, uint64_t now_ms);
#endif
