#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H
/* How often a peer may make us speak: token buckets by IPv4 address, so that a small request with a
 * forged source draws little to a third party. A bucket for everybody bounds what many sources draw
 * together. Constant memory and time; whoever is refused is dropped and counted. */
#include <stdbool.h>
#include <stdint.h>

enum limit_kind {
    LIMIT_DISCOVERY,    /* I-Am                                                                   */
    LIMIT_NAMES,        /* I-Have                                                                 */
    LIMIT_NETWORK,      /* answers of the network layer, most of them broadcast                   */
    LIMIT_BVLL,         /* answers of BACnet/IP: results, tables                                  */
    LIMIT_DISTRIBUTE,   /* broadcasts that a BBMD carries on for one source                       */
    LIMITS,
};
struct limit_rate {
    uint32_t burst, per_s;              /* for one peer ...                                       */
    uint32_t all_burst, all_per_s;      /* ... and for all together                               */
};
enum { LIMIT_SLOTS = 512, LIMIT_WAYS = 4 };
struct limit_bucket {
    uint8_t address[4];
    uint32_t used[LIMITS];              /* thousandths of a token, running back to 0              */
    uint64_t at_ms;                     /* when it was looked at; 0: free                         */
};
struct limiter {
    struct limit_rate rates[LIMITS];
    struct limit_bucket all, peers[LIMIT_SLOTS];
    uint64_t refused[LIMITS];
};

/* `devices`: how many answer a Who-Is; `objects`: how many there are to be looked for. */
void limit_init(struct limiter *l, uint32_t devices, uint32_t objects);
/* May the peer have one more? False: counted. */
bool limit_take(struct limiter *l, enum limit_kind kind, const uint8_t address[4], uint64_t now_ms);
#endif
