#ifndef NET_NPDU_H
#define NET_NPDU_H
/* The network layer's header, clause 6.2. Decodes and encodes; decides nothing. */
#include "runtime/base/peer.h"
#include "schemas/wire.h"

enum { NPDU_HEADER_MAX = 2 + 3 + PEER_SADR_MAX + 3 + PEER_SADR_MAX + 1 + 3, NPDU_HOPS = 255 };
enum { NET_GLOBAL = 0xffff };

enum net_message {
    NM_who_is_router, NM_i_am_router, NM_i_could_be_router, NM_reject, NM_router_busy,
    NM_router_available, NM_init_routing_table, NM_init_routing_table_ack,
    NM_establish_connection, NM_disconnect_connection,
    NM_what_is_network_number = 0x12, NM_network_number_is = 0x13, NM_vendor = 0x80,
};
enum net_reject { NR_other, NR_no_route, NR_busy, NR_unknown_message, NR_too_long,
                  NR_addressing = 6 };

struct npdu {
    bool message;       /* a network layer message of `type`, else an APDU follows               */
    bool reply;         /* data expecting reply                                                  */
    bool has_dnet, has_snet;
    uint8_t priority;   /* 0..3                                                                  */
    uint8_t dlen, slen, hops;
    uint8_t type;
    uint16_t dnet, snet;
    uint8_t dadr[PEER_SADR_MAX], sadr[PEER_SADR_MAX];
};

/* Leaves the cursor at the APDU or the message's data. False: not to be looked at (version,
 * impossible source, address too long, truncated). */
bool npdu_decode(struct rd *r, struct npdu *n);
void npdu_encode(struct wr *w, const struct npdu *n);
#endif
