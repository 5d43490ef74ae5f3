#ifndef BASE_PEER_H
#define BASE_PEER_H
/* Who is at the other end: enough to answer at once, or much later (subscribers keep a copy).
 * Values only; never looks anything up. Clause 6.2.2 for the remote part, Annex J for `mac`. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { PEER_SADR_MAX = 18 };

struct peer {
    uint8_t port;       /* index of the network port the message came through                   */
    uint8_t asked;      /* 0, or 1 + the index of the port by whose address it knows us: another one */
    uint8_t mac[6];     /* next hop there: IPv4 address, UDP port, both in network order         */
    uint16_t snet;      /* 0: on that port's network; else the remote network ...                */
    uint8_t slen;       /* ... and the address there, also of one of our own virtual devices     */
    uint8_t sadr[PEER_SADR_MAX];
    uint16_t max_apdu;  /* octets the peer accepts                                               */
    uint8_t invoke_id;  /* of the request being served                                           */
    uint8_t segs;       /* most segments the peer accepts; 0: not said                           */
    uint8_t priority;   /* network priority of the request, kept for the answer                  */
    bool broadcast;     /* the request came by broadcast                                         */
    bool seg_ok;        /* accepts segmented answers                                             */
};

/* The same address? A remote one is the same through whatever router it came. */
static inline bool peer_same(const struct peer *a, const struct peer *b)
{
    if (a->snet != b->snet || a->slen != b->slen)
        return false;
    if (a->snet)
        return !memcmp(a->sadr, b->sadr, a->slen);
    return a->port == b->port && !memcmp(a->mac, b->mac, sizeof a->mac);
}
#endif
