#ifndef BASE_TABLES_H
#define BASE_TABLES_H
/* The network side's tables as plain rows: kept by net and apdu, shown by the Network Port and
 * Device objects (clauses 12.11, 12.56), which borrow them and never write. Times are of clock_ms(). */
#include "runtime/base/peer.h"
#include "schemas/objdefs.h"

enum { BDT_MAX = PROP_BDT_MAX, FDT_MAX = 256, NET_ROUTES = 256 };

struct bdt_entry {
    uint8_t address[6], mask[4];        /* all ones: unicast to the peer (two-hop)               */
};
struct fdt_entry {
    uint8_t address[6];
    uint16_t ttl_s;
    uint64_t expires_ms;                /* grace included                                        */
};
enum foreign_state { FOREIGN_UNREGISTERED, FOREIGN_REGISTERED, FOREIGN_REFUSED };

struct ip_tables {                      /* of an IPv4 port that is a BBMD or a foreign device    */
    struct bdt_entry bdt[BDT_MAX];
    struct fdt_entry fdt[FDT_MAX];
    uint16_t n_bdt, n_fdt;
    bool accept_foreign;
    uint8_t bbmd[6];                    /* as a foreign device: where we register ...            */
    uint16_t lifetime_s;                /* ... and for how long                                  */
    uint8_t state, unanswered;          /* enum foreign_state; registrations without an answer   */
};
struct net_route {                      /* a network behind another router                       */
    uint16_t network;
    uint8_t port, mac[6];               /* index of the port, the router's address there         */
    uint64_t busy_until;                /* 0: not busy                                           */
};
struct route_table {
    struct net_route rows[NET_ROUTES];
    uint16_t n, next_victim;
};
struct binding {                        /* a device elsewhere and its address                    */
    uint32_t instance;
    uint16_t vendor;
    bool used, wanted;          /* wanted: somebody asked for it; shown in the Device objects    */
    struct peer peer;           /* max_apdu and seg_ok as the device said                        */
    uint64_t seen_ms;
};
#endif
