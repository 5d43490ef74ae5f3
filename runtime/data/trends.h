#ifndef DATA_TRENDS_H
#define DATA_TRENDS_H
/* What a Trend Log or an Event Log knows at run time (135-2020 clauses 12.25, 12.27). Its records are
 * in the store; here is only which positions of them are its buffer. live.pv of the object is the
 * index of its trend. An Event Log has no subject: what happens to alarms is put into it. */
#include "schemas/bacnet.h"

#include <stdbool.h>
#include <stdint.h>

static inline bool trends_has(uint32_t object_type)
{
    return object_type == OT_trend_log || object_type == OT_event_log;
}

enum { TREND_OF = 24 };         /* octets that say whose records they are                         */
struct trend {
    uint32_t object;
    /* what is logged; properties of the object, taken apart by trend_configure() */
    uint32_t subject, of_object, of_device;    /* subject: index of an object, DB_NONE: none      */
    uint32_t property, index;
    uint32_t size, interval_ms, offset_ms;
    float increment;                           /* NaN: the subject's own                          */
    uint32_t threshold;                        /* Notification_Threshold; 0: never                */
    uint8_t type;                              /* enum logging_type                               */
    bool align, stop_when_full;
    bool events;                               /* an Event Log: its records are notifications     */
    /* where it stands */
    bool begun, logging, trigger, seen;        /* seen: value and flags are those last recorded   */
    bool gap;                                  /* storage took a record not; none since           */
    bool logged;                               /* in its window when the last run ended           */
    bool kept_known;                           /* kept: of what the records in the store are      */
    uint8_t kept[TREND_OF];
    uint64_t since;                            /* position of the first record of that; 0: all are */
    uint8_t flags;
    uint64_t value;
    uint64_t notified;                         /* position of the last one that was announced     */
    uint64_t purged;                           /* up to there it was emptied                      */
    uint64_t first, last;                      /* positions in the store; first = last + 1: empty */
    int64_t due, look;                         /* UTC ms: next record; next edge of its window    */
    uint32_t next;                             /* of the same subject, index + 1                  */
};
struct trends {
    struct trend *items;
    uint32_t n;
    uint32_t *heads;                           /* by subject & mask: index + 1                    */
    uint32_t mask;
    int64_t due, lag;                          /* UTC ms; wall clock less monotonic clock         */
    uint32_t at;                               /* where a look at all of them goes on ...         */
    int64_t next;                              /* ... and what will be due first after it         */
    uint64_t lost;                             /* records that storage did not take               */
    bool ready;                                /* one has as many new records as its threshold    */
};
#endif
