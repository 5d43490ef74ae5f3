#ifndef NET_LINK_H
#define NET_LINK_H
/* An IPv4 port's data link: takes the BVLL off a datagram and answers what Annex J asks of this node
 * (plain, BBMD or foreign device). What is left is an NPDU for the router. */
#include "runtime/net/router.h"

struct link_in {
    struct rd npdu;
    uint8_t source[NET_MAC];    /* whom to answer: of a forwarded NPDU, who sent it first        */
    bool broadcast;
};
/* `directed`: it came in on the broadcast address. False: nothing for the router. */
bool link_input(struct router *r, uint8_t port, const uint8_t from[NET_MAC], bool directed,
                const uint8_t *bytes, size_t n, uint64_t now_ms, struct link_in *in);
#endif
