#ifndef STACK_INSIDE_H
#define STACK_INSIDE_H
/* Shared by stack.c (in), stack_out.c (what is said unasked), stack_open.c and stack_rival.c. Nobody else
 * includes it. */
#include "runtime/net/bbmd.h"
#include "runtime/stack.h"

enum {
    STACK_RESERVE = 24,         /* datagrams that handling one may add before anybody looks      */
    STACK_SLICE = 256,          /* segments, and notifications, in one turn                      */
    STACK_LOOPS = 64,
    STACK_PUT_OFF = 16,         /* of them in one turn                                           */
    STACK_PARKED = 1024,        /* intents that wait for the address of a device                 */
    PACE_MS = 8, PACE_BURST = 16,               /* I-Am and I-Have: 2 a millisecond, so that a
                                                   receiver with a buffer of 200 KB loses none  */
    BINDINGS = 2048,
    BIND_WAIT_MS = 3000,        /* for the I-Am of a device that is looked for                   */
};

struct node {                   /* a device as the network layer counts them                     */
    struct device *device;
    uint32_t instance;
    uint16_t index;             /* in the image                                                  */
    bool running, conflict;
    struct peer rival;          /* in a conflict: who it is ...                                  */
    uint64_t rival_ms;          /* ... and when it last said so                                  */
};
struct parked {                 /* to a device whose address is looked for                       */
    struct intent what;         /* to: INTENT_DEVICE                                             */
    uint64_t deadline_ms;       /* of the search for an address                                  */
    bool used;
};

struct stack {
    struct stack_config c;
    struct tx tx;
    struct router router;
    struct limiter limit;
    struct tsm *tsm;
    struct bind bind;
    struct net_device *places;  /* where the nodes sit, sorted for the router                    */
    struct node *nodes;         /* same order                                                    */
    struct tsm_patience *patience;  /* same order                                                */
    uint16_t *node_of;          /* image index -> node                                           */
    uint16_t *by_instance;      /* nodes sorted by instance                                      */
    const struct service *confirmed[256], *unconfirmed[256];
    struct bbmd *bbmds;         /* for ports that need one                                       */
    struct timer foreign[NET_PORTS], pace, wait, rivals;
    struct outbox slow;         /* I-Am, I-Have: sent in small bursts                            */
    unsigned pace_left;
    struct parked *parked;
    size_t n_parked;
    uint64_t committed;         /* storage's newest ticket                                       */
    struct looped {
        struct datagram d;
        uint8_t bytes[APDU_MAX + TX_HEADROOM];
    } loops[STACK_LOOPS];       /* between devices of ours                                       */
    size_t n_loops;
    size_t put_off;             /* intents in a row that found enough waiting for their peer     */
    struct stack_stats stats;
};

void stack_flush(struct stack *s);
/* Room for a long message and for what comes with it. */
void stack_need_room(struct stack *s);
struct node *stack_node(struct stack *s, uint32_t instance);    /* NULL: not one of ours         */
/* Drains outbox and slow ring by a slice. True: there is more that can go now. */
bool stack_say(struct stack *s);
void stack_pace(struct stack *s);
void stack_parked_check(struct stack *s);
void stack_found(struct stack *s, uint32_t instance);
/* stack_rival.c */
void stack_rival_heard(struct stack *s, struct node *own, const struct peer *from);
void stack_rivals_look(struct stack *s);                        /* its timer                     */
void stack_ended(struct stack *s, const struct tsm_event *e);
#endif
