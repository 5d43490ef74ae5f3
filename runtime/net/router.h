#ifndef NET_ROUTER_H
#define NET_ROUTER_H
/* The network layer of all ports of a process: which device a message is for, what goes on to
 * another port, and the network layer's own messages (clauses 6.4 to 6.6, Annex H for virtual
 * networks). Ports: IPv4 ones, and virtual networks whose nodes are devices of ours. Devices are
 * indexes; device 0 sits on the IPv4 ports and is the router. With a single port it is a plain node.
 * Never looks into an APDU; whatever it says goes to `tx`. */
#include "runtime/base/limit.h"
#include "runtime/base/tables.h"
#include "runtime/net/npdu.h"
#include "runtime/net/tx.h"

enum { NET_PORTS = 32, NET_MAC = 6, NET_VMAC = 3, NET_NOBODY = 0xffff };
enum port_kind { PORT_IPV4, PORT_VIRTUAL };
enum port_mode { MODE_NORMAL, MODE_FOREIGN, MODE_BBMD };       /* BACnet_IP_Mode                 */
enum network_quality { NQ_unknown, NQ_learned, NQ_learned_configured, NQ_configured };

struct bbmd;
struct net_port {
    uint8_t kind, mode, quality;
    uint8_t id;                     /* in routing tables: 1..255                                 */
    uint16_t network;               /* 0: not known                                              */
    uint8_t mac[NET_MAC];           /* IPv4: own address and UDP port                            */
    uint8_t everyone[NET_MAC];      /* IPv4: broadcast address and UDP port                      */
    struct bbmd *bbmd;              /* MODE_BBMD and MODE_FOREIGN                                */
};
struct net_device {
    uint8_t port;                   /* device 0: an IPv4 port; the others virtual ones           */
    uint8_t vmac[NET_VMAC];         /* of a virtual device: its instance number                  */
};
struct net_stats {
    uint64_t in, out, bad_bvll, bad_npdu, no_route, hops, forwarded, loops;
};

struct router {
    struct net_port ports[NET_PORTS];
    uint8_t n_ports;
    const struct net_device *devices;   /* borrowed; sorted by (port, vmac) from index 1 on      */
    uint16_t n_devices;
    struct route_table routes;
    struct tx *tx;
    struct limiter *limit;          /* borrowed; NULL: none                                      */
    uint64_t now_ms;                /* of the message being looked at, or of the turn            */
    uint64_t sought_ms;             /* when and for which network a router was looked for        */
    uint16_t sought;
    struct net_stats stats;
};

/* Which of our devices a message is for. */
enum net_scope { SCOPE_NONE, SCOPE_ONE, SCOPE_PORT, SCOPE_ALL };
struct net_in {
    uint8_t scope;
    uint16_t first, last;           /* devices first .. last-1 (SCOPE_PORT, ONE); ALL: everybody */
    struct peer from;               /* the application's part (max_apdu ...) is not filled in    */
    struct rd apdu;
};

void router_init(struct router *r, struct tx *tx);
/* One NPDU that came in. What is for others is sent on, what is the network layer's own is answered;
 * what is for our devices is described in `in` (scope NONE: nothing). */
void router_input(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], bool broadcast,
                  struct rd npdu, uint64_t now_ms, struct net_in *in);
/* A datagram of ours to a device of ours (datagram.loop). */
void router_loop(struct router *r, const struct datagram *d, struct net_in *in);
/* The APDU in `w` (from tx_begin) goes from a device to a peer. `reply`: a reply is expected. */
void router_send(struct router *r, uint16_t device, const struct peer *to, bool reply,
                 uint8_t priority, const struct wr *w);
/* The same to everybody: network 0 the own one, NET_GLOBAL all, else that one. */
void router_broadcast(struct router *r, uint16_t device, uint16_t network, uint8_t priority,
                      const struct wr *w);
/* The peer at an address as a recipient or a binding gives it; `network` 0: the device's own. */
void router_peer(struct router *r, uint16_t device, uint16_t network, const uint8_t *adr,
                 uint8_t n, struct peer *out);
/* What we say of ourselves to a peer on a far network goes by the router that leads there now, which may be another
 * one than when the peer was heard of. */
void router_way(struct router *r, struct peer *to);
/* Whoever leads to that network, if nobody is known to and there are several to ask on, is asked for; `but`: not on
 * that port, NET_PORTS: on all. */
void router_seek(struct router *r, uint8_t but, uint16_t network);
/* At start: I-Am-Router-To-Network and Network-Number-Is, on every IPv4 port. */
void router_announce(struct router *r);
/* Our device with that address on a virtual network, or NET_NOBODY. */
uint16_t router_find(const struct router *r, uint8_t port, const uint8_t *vmac, uint8_t n);

/* Between the two files of this module (router.c decides, netmsg.c speaks for the network layer). */
void netmsg_input(struct router *r, uint8_t port, const uint8_t mac[NET_MAC], bool broadcast,
                  const struct npdu *n, struct rd *data, uint64_t now_ms);
void netmsg_reject(struct router *r, uint8_t port, const uint8_t mac[NET_MAC],
                   const struct npdu *n, enum net_reject why, uint16_t network);
void netmsg_who_is_router(struct router *r, uint8_t but, uint16_t network);
struct net_route *router_route(struct router *r, uint16_t network);
void router_learn(struct router *r, uint16_t network, uint8_t port, const uint8_t mac[NET_MAC]);
bool router_may_answer(struct router *r, enum limit_kind kind, const uint8_t mac[NET_MAC]);
uint8_t router_port_of(const struct router *r, uint16_t network);    /* NET_PORTS: not ours      */
/* Puts NPDU and BVLL headers before w and queues it; mac NULL: broadcast on that port. */
void router_emit(struct router *r, uint8_t port, const uint8_t *mac, const struct npdu *n,
                 const struct wr *w);
#endif
