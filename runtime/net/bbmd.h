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
    uint64_t until_ms;                  /* the last one that was accepted is good until then ... */
    uint8_t registrar[6];               /* ... with this BBMD,                                   */
    uint8_t answered[6];                /* which has answered from here                          */
    struct bbmd_frame {
        uint8_t bytes[BVLL_MTU];        /* a Forwarded-NPDU, or as a foreign device what the BBMD is to distribute */
        size_t n;
        uint16_t bdt, fdt;              /* how far it has been sent                              */
        uint8_t skip[6];                /* who needs no copy                                     */
        bool peers, subnet;             /* to the distribution table; to our own subnet          */
        bool again;                     /* as a foreign device: was refused once ...             */
        uint64_t sent_ms;               /* ... and when it was sent                              */
    } queue[BBMD_QUEUE];
    uint16_t head, queued;              /* those that wait; before head: the last ones sent      */
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
/* Expires foreign devices. When to call again (ms; UINT64_MAX: never). */
uint64_t bbmd_tick(struct bbmd *b, uint64_t now_ms);
void bbmd_send(struct tx *tx, uint8_t port, const uint8_t to[6], const struct wr *w);

/* As a foreign device (foreign.c): is our registration good? */
bool foreign_registered(const struct bbmd *b, uint64_t now_ms);
/* A broadcast of ours (NPDU bytes). True: it goes to the BBMD now; else it waits until we are registered. */
bool foreign_broadcast(struct bbmd *b, const uint8_t *npdu, size_t n, uint64_t now_ms);
/* What waited, once we are registered. True: more is waiting. */
bool foreign_drain(struct bbmd *b, struct tx *tx, uint8_t port, uint64_t now_ms);
/* A Result from our BBMD; false if it is from somebody else. One with several addresses may answer from
 * another than it is asked at. */
bool foreign_result(struct bbmd *b, const uint8_t from[6], uint16_t code, uint64_t now_ms);
/* Registers anew where due. When to call again. */
uint64_t foreign_tick(struct bbmd *b, uint64_t now_ms, struct tx *tx, uint8_t port);
#endif
