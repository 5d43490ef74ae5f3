#ifndef HOST_H
#define HOST_H
/* A running image: its state, its sockets, its stack and the loop that turns them. Owned by main;
 * the one place where everything meets that must not know of each other. */
#include "runtime/base/loop.h"
#include "runtime/base/options.h"
#include "runtime/data/db.h"
#include "runtime/net/udp.h"
#include "runtime/stack.h"

struct host_options {
    const char *image;
    const char *bind, *port;    /* of the first IPv4 port, over what the project says            */
    const char *data, *control; /* NULL: beside the image; none                                  */
    const char *log_level, *log_format;
    bool simulate;
};
struct host {
    struct host_options options;
    struct clock clock;
    struct log log;
    struct timers timers;
    struct loop loop;
    struct outbox outbox;
    struct db db;
    struct stack *stack;
    struct udp udp[NET_PORTS];
    struct udp_batch *batch;
    uint8_t n_ports;
    int signals;
    uint64_t lost;              /* datagrams that the system would not take                      */
    bool has_db, stop;
};

enum { HOST_WHY = 256 };
/* False: `why` says what could not be had, and nothing is left open. */
bool host_open(struct host *h, const struct host_options *o, char why[HOST_WHY]);
void host_close(struct host *h);
void host_serve(struct host *h);        /* until SIGTERM or SIGINT                               */

/* runtime/ports.c: image ports -> sockets and what the Network Port objects show. */
bool ports_open(struct host *h, struct stack_port out[NET_PORTS], char why[HOST_WHY]);

int cmd_run(const struct verb *c, int argc, char **argv);
int cmd_check(const struct verb *c, int argc, char **argv);
#endif
