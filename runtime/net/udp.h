#ifndef NET_UDP_H
#define NET_UDP_H
/* The sockets of an IPv4 port: all POSIX networking of the tree is here. Addresses are six octets,
 * IPv4 address and UDP port in network order. Datagrams come and go in batches; nothing blocks. */
#include "runtime/net/tx.h"

enum { UDP_BATCH = 64, UDP_SIZE = 1600, UDP_WHY = 160 };

struct udp {
    int fd;                     /* sends, and receives what is for us alone                      */
    int fd_all;                 /* receives the subnet's broadcasts; -1: fd does                 */
    bool any;                   /* bound to all addresses of the machine                         */
    uint8_t mac[6];             /* ours                                                          */
    uint8_t everyone[6];        /* broadcast address                                             */
    uint8_t mask[4], gateway[4];
};
struct udp_in {
    uint8_t from[6];
    const uint8_t *bytes;
    size_t n;
};
struct udp_batch;               /* buffers and headers of a batch, both ways                     */

/* address: dotted; NULL or "" or "0.0.0.0": the adapter's, or without adapter all of them.
 * port 0: a client's, any free one; it speaks to BACnet's standard port.
 * 0, or -errno with the reason in words. A port in use is an error, though client programs on the
 * same machine may share the broadcast address. */
int udp_open(struct udp *u, const char *adapter, const char *address, uint16_t port,
             char why[UDP_WHY]);
void udp_close(struct udp *u);
/* What udp_open() would find by the same words now; an address that the machine still has stays ours. Takes the
 * gateway over, nothing else. */
enum udp_news { UDP_SAME, UDP_OTHER, UDP_GONE };
enum udp_news udp_look(struct udp *u, const char *adapter, const char *address);
/* Readable when addresses of the machine or its adapters come and go. fd or -errno. */
int udp_watch(void);
void udp_watch_take(int fd);
int udp_batch_open(struct udp_batch **b);                       /* 0 or -ENOMEM                  */
void udp_batch_close(struct udp_batch *b);
/* What waits at the socket, up to UDP_BATCH; valid until the next call. */
size_t udp_receive(struct udp_batch *b, int fd, struct udp_in in[UDP_BATCH]);
/* Sends what has `port`; returns how many could not be sent (dropped: the network is like that). */
size_t udp_send(struct udp_batch *b, const struct udp *u, uint8_t port, const struct datagram *d,
                size_t n);
/* "192.168.1.5", "192.168.1.5:47808"; false: neither. `port` stays where none is given. */
bool udp_parse(const char *text, uint8_t mac[6]);
enum { UDP_TEXT = 24 };
const char *udp_text(const uint8_t mac[6], char text[UDP_TEXT]);
#endif
