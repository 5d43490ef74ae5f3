#ifndef ENGINE_NOTIFY_INSIDE_H
#define ENGINE_NOTIFY_INSIDE_H
/* Inside of notify.c: a recipient's line. */
#include "runtime/engine/notify.h"
#include "runtime/wire/types.h"

struct channel {                /* a recipient, whichever devices speak to it                     */
    uint64_t down_until;        /* it did not answer: not before then; 0: it does                 */
    uint64_t used;
    uint32_t instance, queued, under_way;
    uint16_t network;
    uint8_t to, mac_n;          /* to: enum intent_to                                             */
    uint8_t mac[18];
    uint8_t urgent;             /* nothing more urgent is in line                                 */
    bool known;                 /* it has answered since it was last silent                       */
    uint8_t tokens;             /* unconfirmed messages that may go now                           */
    uint32_t first[ALARM_PRIORITIES], last[ALARM_PRIORITIES];   /* deliveries, index + 1          */
};
struct notify {
    struct db *db;
    struct channel *channels;
    uint32_t n_channels, queued, turn;
    uint64_t uses, paced;
    struct now today;
};

static inline uint32_t time_number(struct btime t)
{
    return ((t.hour * 60u + t.minute) * 60u + t.second) * 100u + t.hundredth;
}
#endif
