#ifndef NET_BBMD_H
#define NET_BBMD_H
/* Broadcasts across IP subnets, Annex J.4 and J.5: as a BBMD (distribution table, foreign devices)
 * or as a foreign device registered with one. A broadcast to many is queued and drained in slices
 * (bbmd_drain), so that a long table holds up nobody. Belongs to one IPv4 port. */
#include "runtime/base/tables.h"
#include "runtime/net/bvll.h"
#include "runtime/net/tx.h"

enum { BBMD_QUEUE = 256, FD_GRACE_S = 30, BBMD_SLICE = 16, FDT_PER_HOST = 16 };

struct bbmd_stats {
    uint64_t distributed, not_a_peer, queue_full, fdt_full, unregistered;
};
struct bbmd {
    uint8_t self[6], subnet[6];         /* own address; own subnet's broadcast address           */
    uint8_t mask[4];                    /* of the subnet; zeros: the machine is on several       */
    struct ip_tables t;
    uint64_t due_ms;                    /* next registration as a foreign device                 */
    struct bbmd_frame {
        uint8_t bytes[BVLL_MTU];        /* a Forwarded-NPDU                                      */
        size_t n;
        uint16_t bdt, fdt;              /* how far it has been sent                              */
        uint8_t skip[6];                /* who needs no copy                                     */
        bool peers, subnet;             /* to the distribution table; to our own subnet          */
    } queue[BBMD_QUEUE];
    uint16_t head, queued;
    struct bbmd_stats stats;
};

/* An empty table holds ourselves. */
void bbmd_init(struct bbmd *b, const uint8_t self[6], const uint8_t subnet[6], const uint8_t mask[4]);
/* What the port got as BBMD. True: `npdu` is to be processed here, as a broadcast from `source`. */
struct bbmd_local {
    struct rd npdu;
    uint8_t source[6];
};
bool bbmd_input(struct bbmd *b, const struct bvll *in, const uint8_t from[6], bool directed,
                uint64_t now_ms, struct tx *tx, uint8_t port, struct bbmd_local *local);
/* A broadcast of our own (NPDU bytes) to peers and foreign devices. */
void bbmd_own_broadcast(struct bbmd *b, const uint8_t *npdu, size_t n);
/* Sends waiting copies while tx has room. True: more are waiting. */
bool bbmd_drain(struct bbmd *b, struct tx *tx, uint8_t port);
/* Foreign device: a Result from our BBMD; false if it is from somebody else. */
bool bbmd_result(struct bbmd *b, const uint8_t from[6], uint16_t code);
/* Expires foreign devices, registers anew where due. When to call again (ms; UINT64_MAX: never). */
uint64_t bbmd_tick(struct bbmd *b, uint64_t now_ms, bool foreign, struct tx *tx, uint8_t port);
#endif
