#ifndef ENGINE_NOTIFY_INSIDE_H
#define ENGINE_NOTIFY_INSIDE_H
/* Inside of notify.c and notify_marks.c: a recipient's line. */
#include "runtime/engine/notify.h"
#include "runtime/wire/types.h"

struct channel {                /* a recipient, whichever devices speak to it                     */
    uint64_t down_until;        /* it did not answer: not before then; 0: it does                 */
    uint64_t busy_until;        /* it has no room: a little later                                 */
    uint64_t used;
    uint64_t heard;             /* last answer, or since when one is waited for, ms               */
    uint32_t instance, queued, under_way;
    uint32_t said, answered;    /* messages; the newest of them that was answered                 */
    uint16_t network;
    uint8_t to, mac_n;          /* to: enum intent_to                                             */
    uint8_t mac[18];
    bool known;                 /* it has answered since it was last silent                       */
    uint8_t urgent;             /* nothing more urgent is in line                                 */
    uint8_t tokens;             /* unconfirmed messages that may go now                           */
    uint16_t unmarked[2];       /* deliveries over that storage does not know of, by generation   */
    uint32_t first[ALARM_PRIORITIES], last[ALARM_PRIORITIES];   /* deliveries, index + 1          */
};
struct notify {
    struct db *db;
    struct channel *channels;
    uint32_t hashes[NOTIFY_CHANNELS];   /* of their recipients                                    */
    uint32_t handed;            /* recipients looked up in this turn                              */
    uint32_t n_channels, queued, turn;
    uint32_t silent;            /* recipients that do not answer                                  */
    uint32_t share;             /* deliveries that wait for each silent recipient at most         */
    uint64_t uses, paced, now;
    unsigned generation;        /* of marks: the one being gathered; the other is being stored    */
    uint64_t put, closed;       /* tickets: newest of this one, last of the other (0: none)       */
    bool unsafe;                /* storage failed lately: nobody waits for it                     */
};

/* notify_marks.c. What storage has of an announcement is older than the truth; it follows soon. */
void notify_mark(struct notify *n, struct announcement *what);
/* Marks into storage, a group at a time; what storage has taken of the group before counts. */
void notify_flush(struct notify *n);
uint32_t notify_hash(struct span octets);

static inline uint32_t time_number(struct btime t)
{
    return ((t.hour * 60u + t.minute) * 60u + t.second) * 100u + t.hundredth;
}
#endif
