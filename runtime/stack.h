#ifndef STACK_H
#define STACK_H
/* The conductor: a datagram in, its answers out, and at the end of a turn what services and engines
 * want said. Knows both ends (net and apdu; services and devices) and is the only one that does.
 * Opens no sockets and reads no clock: its owner feeds it, ticks the clock and sends what it says,
 * over UDP or in a test. Bounded in every turn; allocates at start only. */
#include "runtime/apdu/bind.h"
#include "runtime/apdu/tsm.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/net/router.h"
#include "runtime/service/service.h"
#include "schemas/image.h"

struct stack;

struct stack_port {             /* in the order of the image's ports                             */
    uint8_t kind, mode;         /* enum port_kind, enum port_mode                                */
    uint8_t id;
    uint16_t network;           /* 0: none configured                                            */
    uint8_t mac[NET_MAC], everyone[NET_MAC];    /* IPv4                                          */
    uint8_t mask[4];            /* of its subnet; zeros: of whichever the machine is on          */
    uint8_t bbmd[NET_MAC];      /* MODE_FOREIGN: where to register ...                           */
    uint16_t lifetime_s;        /* ... and for how long                                          */
    const struct img_peer *peers;   /* MODE_BBMD; borrowed during stack_open                     */
    uint16_t n_peers;
};
struct stack_device {           /* in the order of the image; exactly one is on IPv4 ports       */
    struct device *device;
    uint32_t instance;
    uint8_t port;
    uint8_t vmac[NET_VMAC];     /* on a virtual network                                          */
    bool running;
    struct tsm_patience patience;
};
struct stack_config {
    const struct service_table *services;
    const struct clock *clock;
    struct log *log;
    struct timers *timers;      /* sized for stack_timers() more than the others need            */
    struct outbox *outbox;      /* drained here                                                  */
    struct tsm_config tsm;
    const struct stack_port *ports;
    uint8_t n_ports;
    const struct stack_device *devices;
    uint16_t n_devices;
    uint32_t n_objects;         /* of all of them: how many names there are to be asked for      */
    /* Where datagrams go; called during input and turns, never otherwise. */
    void (*send)(void *ctx, const struct datagram *d, size_t n);
    void *ctx;
};
struct stack_stats {
    uint64_t requests, unconfirmed, answers, errors, rejects, aborts, unknown_service, dropped;
    uint64_t notified, undelivered, parked_full;
};

void stack_defaults(struct tsm_config *c);                      /* windows, time-outs, limits    */
uint32_t stack_timers(const struct stack_config *c);
int stack_open(struct stack **s, const struct stack_config *c); /* 0 or -ENOMEM                  */
void stack_close(struct stack *s);
/* What the one before it, on the same ports, has learned of the network: routes, network numbers, foreign
 * devices that registered. */
void stack_learned(struct stack *s, const struct stack *was);
/* A port has another address and another subnet now; `is` also says what it was opened with. stack_start()
 * tells the network. */
void stack_moved(struct stack *s, uint8_t port, const struct stack_port *is);
/* Says who we are: I-Am-Router, network numbers, one I-Am per running device (paced). */
void stack_start(struct stack *s);

/* A datagram from an IPv4 port; `directed`: it came to the broadcast address. Answers may wait in
 * the batch until stack_turn(). */
void stack_input(struct stack *s, uint8_t port, const uint8_t from[NET_MAC], bool directed,
                 const uint8_t *bytes, size_t n);
/* A fired timer of kind TIMER_TRANSACTION .. TIMER_RIVALS. */
void stack_timer(struct stack *s, const struct timer *t);
/* Storage has committed everything up to the ticket (or could not). */
void stack_committed(struct stack *s, uint64_t ticket, bool ok);
/* What requests waited for (SVC_WAIT) is there: they are executed again. */
void stack_resume(struct stack *s, uint64_t token);
/* One of those that wait for it. False: none does. */
bool stack_resume_one(struct stack *s, uint64_t token);
/* The end of a turn: segments, notifications, answers; a bounded slice. True: there is more. */
bool stack_turn(struct stack *s);

/* A stopped device is silent; started again it says I-Am. */
void stack_run(struct stack *s, uint16_t device, bool running);
/* Another device on the network says it has our instance number: who; false: nobody does, or did so for a
 * quarter of an hour, though asked. */
bool stack_conflict(const struct stack *s, uint16_t device, struct peer *who);
const struct stack_stats *stack_stats(const struct stack *s);
const struct tsm_stats *stack_tsm_stats(const struct stack *s);
const struct limiter *stack_limits(const struct stack *s);      /* whom we refused to answer     */
const struct bind *stack_bindings(const struct stack *s);       /* for Device_Address_Binding    */
struct router *stack_router(struct stack *s);                   /* tables for Network Ports      */
/* The tables of a BBMD or foreign device, to be changed and then taken up; NULL: it is neither. */
struct ip_tables *stack_ip(struct stack *s, uint8_t port);
void stack_ip_changed(struct stack *s, uint8_t port);           /* a foreign device registers now */
#endif
