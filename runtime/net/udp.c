/* See udp.h. */
#include "runtime/net/udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "schemas/bacnet.h"

enum { SOCKET_BUFFER = 4 << 20, SOCKET_BUFFER_LEAST = 256 << 10 };

struct udp_batch {
    struct mmsghdr rx[UDP_BATCH], tx[TX_MAX];
    struct iovec rx_io[UDP_BATCH], tx_io[TX_MAX];
    struct sockaddr_in rx_from[UDP_BATCH], tx_to[TX_MAX];
    uint8_t bytes[UDP_BATCH][UDP_SIZE];
};

static struct sockaddr_in to_sockaddr(const uint8_t mac[6])
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    memcpy(&a.sin_addr.s_addr, mac, 4);
    memcpy(&a.sin_port, mac + 4, 2);
    return a;
}

static void from_sockaddr(const struct sockaddr_in *a, uint8_t mac[6])
{
    memcpy(mac, &a->sin_addr.s_addr, 4);
    memcpy(mac + 4, &a->sin_port, 2);
}

/* ---- opening ---- */

static struct in_addr inet_of(const struct sockaddr *a)
{
    struct sockaddr_in in;
    memcpy(&in, a, sizeof in);
    return in.sin_addr;
}

/* Does this interface fit? With neither name nor address: the first that is not the loopback. */
static bool fits(const struct ifaddrs *i, const char *adapter, in_addr_t address)
{
    if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !i->ifa_netmask)
        return false;
    if (adapter && *adapter && strcmp(i->ifa_name, adapter))
        return false;
    if (address != htonl(INADDR_ANY)) {
        in_addr_t mask = inet_of(i->ifa_netmask).s_addr;
        in_addr_t own = inet_of(i->ifa_addr).s_addr;
        return own == address || ((i->ifa_flags & IFF_LOOPBACK) && !((own ^ address) & mask));
    }
    return (adapter && *adapter) || ((i->ifa_flags & IFF_UP) && !(i->ifa_flags & IFF_LOOPBACK));
}

/* The way out of the adapter's subnet: the kernel's default route; none: zeros. */
static void find_gateway(struct udp *u, const char *adapter)
{
    char line[256], name[IF_NAMESIZE];
    unsigned long to, by;
    FILE *f = fopen("/proc/net/route", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "%15s %lx %lx", name, &to, &by) == 3 && !to && !strcmp(name, adapter)) {
            in_addr_t gateway = (in_addr_t)by;
            memcpy(u->gateway, &gateway, 4);
            break;
        }
    if (f)
        fclose(f);
}

/* Fills address, mask and broadcast address of u from the interface; false: there is none. */
static bool from_interface(struct udp *u, const char *adapter, in_addr_t address)
{
    struct ifaddrs *all = NULL, *i;
    if (getifaddrs(&all))
        return false;
    for (i = all; i && !fits(i, adapter, address); i = i->ifa_next)
        continue;
    if (i) {
        in_addr_t mask = inet_of(i->ifa_netmask).s_addr;
        in_addr_t own = address != htonl(INADDR_ANY) ? address : inet_of(i->ifa_addr).s_addr;
        in_addr_t everyone = own | ~mask;
        memcpy(u->mac, &own, 4);
        memcpy(u->mask, &mask, 4);
        memcpy(u->everyone, &everyone, 4);
        find_gateway(u, i->ifa_name);
    }
    freeifaddrs(all);
    return i;
}

/* Is a socket bound to exactly this address? Only asked after a bind was refused: it tells a rival
 * from a client program that listens on all addresses and does not mind sharing. */
static bool taken(const struct sockaddr_in *a)
{
    char want[16], line[256];
    bool found = false;
    FILE *f = fopen("/proc/net/udp", "r");
    if (!f)
        return true;
    snprintf(want, sizeof want, "%08X:%04X", a->sin_addr.s_addr, ntohs(a->sin_port));
    while (!found && fgets(line, sizeof line, f)) {
        const char *colon = strchr(line, ':');
        found = colon && !strncmp(colon + 2, want, strlen(want));
    }
    fclose(f);
    return found;
}

static int set_on(int fd, int option)
{
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, option, &on, sizeof on);
}

static void widen(int fd, int option)
{
    int got = 0;
    socklen_t len = sizeof got;
    for (int n = SOCKET_BUFFER; n >= SOCKET_BUFFER_LEAST; n /= 2) {
        setsockopt(fd, SOL_SOCKET, option, &n, sizeof n);
        if (!getsockopt(fd, SOL_SOCKET, option, &got, &len) && got >= n)
            return;
    }
}

static int open_socket(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    widen(fd, SO_RCVBUF);
    widen(fd, SO_SNDBUF);
    if (set_on(fd, SO_BROADCAST) < 0) {
        int err = -errno;
        close(fd);
        return err;
    }
    return fd;
}

static int bind_to(int fd, const struct sockaddr_in *a)
{
    struct sockaddr sa;
    memcpy(&sa, a, sizeof sa);
    return bind(fd, &sa, sizeof *a) < 0 ? -errno : 0;
}

/* First alone: a second device at the same address is a mistake. Sharing is allowed afterwards. */
static int bind_own(int fd, const struct sockaddr_in *a)
{
    int err = bind_to(fd, a);
    if (err == -EADDRINUSE && !taken(a)) {
        set_on(fd, SO_REUSEADDR);
        set_on(fd, SO_REUSEPORT);
        err = bind_to(fd, a);
    } else if (!err) {
        set_on(fd, SO_REUSEADDR);
        set_on(fd, SO_REUSEPORT);
    }
    return err;
}

static int open_broadcast(struct udp *u)
{
    struct sockaddr_in a = to_sockaddr(u->everyone);
    int fd = open_socket();
    if (fd < 0)
        return fd;
    set_on(fd, SO_REUSEADDR);
    set_on(fd, SO_REUSEPORT);
    int err = bind_to(fd, &a);
    if (err) {
        close(fd);
        return err;
    }
    u->fd_all = fd;
    return 0;
}

/* A client's ephemeral port. */
static void learn_port(struct udp *u)
{
    struct sockaddr sa;
    struct sockaddr_in in;
    socklen_t len = sizeof sa;
    if (getsockname(u->fd, &sa, &len))
        return;
    memcpy(&in, &sa, sizeof in);
    memcpy(u->mac + 4, &in.sin_port, 2);
}

static int fail(struct udp *u, int err, char *why, const char *what)
{
    char text[UDP_TEXT];
    snprintf(why, UDP_WHY, "%s %s: %s", what, udp_text(u->mac, text), strerror(-err));
    udp_close(u);
    return err;
}

/* Own, broadcast address and mask, by adapter and address; `any` for all addresses. */
static int find_address(struct udp *u, const char *adapter, const char *address, char why[UDP_WHY])
{
    struct in_addr want = {htonl(INADDR_ANY)};
    bool named = adapter && *adapter;
    if (address && *address && inet_pton(AF_INET, address, &want) != 1) {
        snprintf(why, UDP_WHY, "'%s' is not an IPv4 address", address);
        return -EINVAL;
    }
    if (!from_interface(u, adapter, want.s_addr)) {
        if (want.s_addr != htonl(INADDR_ANY) || named) {
            snprintf(why, UDP_WHY, "%s%s has no address %s", named ? "adapter " : "this machine",
                     named ? adapter : "", address && *address ? address : "of its own");
            return -EADDRNOTAVAIL;
        }
        memcpy(u->mac, (uint8_t[4]){127, 0, 0, 1}, 4);      /* a machine without a network */
        memcpy(u->mask, (uint8_t[4]){255, 0, 0, 0}, 4);
        memcpy(u->everyone, (uint8_t[4]){127, 255, 255, 255}, 4);
    }
    u->any = want.s_addr == htonl(INADDR_ANY) && !named;
    return 0;
}

int udp_open(struct udp *u, const char *adapter, const char *address, uint16_t port,
             char why[UDP_WHY])
{
    uint8_t be[2] = {(uint8_t)(port >> 8), (uint8_t)port};
    *u = (struct udp){.fd = -1, .fd_all = -1};
    int err = find_address(u, adapter, address, why);
    if (err)
        return err;
    memcpy(u->mac + 4, be, 2);
    memcpy(u->everyone + 4, be, 2);
    u->fd = open_socket();
    if (u->fd < 0)
        return fail(u, u->fd, why, "socket for");
    struct sockaddr_in own = to_sockaddr(u->mac);
    if (u->any)
        own.sin_addr.s_addr = htonl(INADDR_ANY);
    err = bind_own(u->fd, &own);
    if (err)
        return fail(u, err, why, "cannot serve");
    if (!port) {
        learn_port(u);
        u->everyone[4] = BACNET_UDP_PORT >> 8;
        u->everyone[5] = BACNET_UDP_PORT & 0xff;
        (void)open_broadcast(u);        /* to overhear what is said to everybody; not a must */
        return 0;
    }
    if (u->any)
        return 0;
    err = open_broadcast(u);
    return err ? fail(u, err, why, "cannot listen to the broadcasts of") : 0;
}

void udp_close(struct udp *u)
{
    if (u->fd >= 0)
        close(u->fd);
    if (u->fd_all >= 0)
        close(u->fd_all);
    u->fd = u->fd_all = -1;
}

/* ---- addresses that come and go ---- */

enum udp_news udp_look(struct udp *u, const char *adapter, const char *address)
{
    struct udp now = {.fd = -1};
    char why[UDP_WHY];
    in_addr_t own;
    bool named = adapter && *adapter, given = address && *address && strcmp(address, "0.0.0.0") != 0;
    bool alone = u->any && (named || u->mac[0] == 127);         /* for want of something better */
    memcpy(&own, u->mac, sizeof own);
    if (!given && !alone && from_interface(&now, adapter, own))
        now.any = u->any;
    else if (find_address(&now, adapter, address, why))
        return UDP_GONE;
    memcpy(u->gateway, now.gateway, sizeof u->gateway);
    bool same = u->any == now.any && !memcmp(u->mac, now.mac, 4) && !memcmp(u->mask, now.mask, 4) &&
                !memcmp(u->everyone, now.everyone, 4);
    return same ? UDP_SAME : UDP_OTHER;
}

int udp_watch(void)
{
    const struct sockaddr_nl all = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
    struct sockaddr sa;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0)
        return -errno;
    memcpy(&sa, &all, sizeof all);
    if (bind(fd, &sa, sizeof all) < 0) {
        int err = -errno;
        close(fd);
        return err;
    }
    return fd;
}

/* What has changed is looked up; that something has is enough, also where some of it was lost (ENOBUFS). */
void udp_watch_take(int fd)
{
    uint8_t message[512];
    for (int i = 0; i < 1000; i++)
        if (recv(fd, message, sizeof message, MSG_DONTWAIT) <= 0 && errno != ENOBUFS)
            return;
}

/* ---- batches ---- */

int udp_batch_open(struct udp_batch **out)
{
    struct udp_batch *b = calloc(1, sizeof *b);
    *out = b;
    if (!b)
        return -ENOMEM;
    for (size_t i = 0; i < UDP_BATCH; i++) {
        b->rx_io[i] = (struct iovec){b->bytes[i], UDP_SIZE};
        b->rx[i].msg_hdr = (struct msghdr){.msg_name = &b->rx_from[i], .msg_iov = &b->rx_io[i],
                                           .msg_iovlen = 1};
    }
    for (size_t i = 0; i < TX_MAX; i++)
        b->tx[i].msg_hdr = (struct msghdr){.msg_name = &b->tx_to[i], .msg_iov = &b->tx_io[i],
                                           .msg_iovlen = 1,
                                           .msg_namelen = sizeof b->tx_to[i]};
    return 0;
}

void udp_batch_close(struct udp_batch *b) { free(b); }

size_t udp_receive(struct udp_batch *b, int fd, struct udp_in in[UDP_BATCH])
{
    for (size_t i = 0; i < UDP_BATCH; i++)
        b->rx[i].msg_hdr.msg_namelen = sizeof b->rx_from[i];
    int n = recvmmsg(fd, b->rx, UDP_BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++) {
        from_sockaddr(&b->rx_from[i], in[i].from);
        in[i].bytes = b->bytes[i];
        in[i].n = b->rx[i].msg_len;
    }
    return n > 0 ? (size_t)n : 0;
}

size_t udp_send(struct udp_batch *b, const struct udp *u, uint8_t port, const struct datagram *d,
                size_t n)
{
    size_t count = 0, sent = 0, lost = 0;
    for (size_t i = 0; i < n && count < TX_MAX; i++) {
        if (d[i].port != port || d[i].loop)
            continue;
        union {
            const void *from;
            void *to;                   /* sendmmsg only reads; its iovec does not say so */
        } bytes = {d[i].bytes};
        b->tx_to[count] = to_sockaddr(d[i].to);
        b->tx_io[count] = (struct iovec){bytes.to, d[i].n};
        count++;
    }
    while (sent < count) {
        int done = sendmmsg(u->fd, b->tx + sent, (unsigned)(count - sent), MSG_DONTWAIT);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            lost++;                     /* this one cannot be sent; the others may */
        sent += done > 0 ? (size_t)done : 1;
    }
    return lost;
}

/* ---- text ---- */

bool udp_parse(const char *text, uint8_t mac[6])
{
    char host[16];
    struct in_addr a;
    const char *colon = strchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : strlen(text);
    if (n >= sizeof host)
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    if (inet_pton(AF_INET, host, &a) != 1)
        return false;
    if (colon) {
        char *end;
        unsigned long port = strtoul(colon + 1, &end, 10);
        if (colon[1] < '0' || colon[1] > '9' || *end || port > UINT16_MAX)
            return false;
        mac[4] = (uint8_t)(port >> 8);
        mac[5] = (uint8_t)port;
    }
    memcpy(mac, &a.s_addr, 4);
    return true;
}

const char *udp_text(const uint8_t mac[6], char text[UDP_TEXT])
{
    snprintf(text, UDP_TEXT, "%u.%u.%u.%u:%u", mac[0], mac[1], mac[2], mac[3],
             (unsigned)(mac[4] << 8 | mac[5]));
    return text;
}
