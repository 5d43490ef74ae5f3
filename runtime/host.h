#ifndef HOST_H
#define HOST_H
/* A running image: its state, its sockets, its stack and the loop that turns them. Owned by main;
 * the one place where everything meets that must not know of each other. */
#include "runtime/base/gate.h"
#include "runtime/base/loop.h"
#include "runtime/base/options.h"
#include "runtime/control/control.h"
#include "runtime/data/audit.h"
#include "runtime/data/db.h"
#include "runtime/engine/engines.h"
#include "runtime/net/udp.h"
#include "runtime/object/persist.h"
#include "runtime/stack.h"

struct host_options {
    const char *image;
    const char *bind, *port;    /* of the first IPv4 port, over what the project says            */
    const char *data;           /* NULL: beside the image                                        */
    const char *control;        /* NULL: in data                                                 */
    const char *metrics;        /* ADDR:PORT, NULL: none                                         */
    const char *log_level, *log_format;
    bool simulate;
};
struct reload;
struct sources;
enum { HOST_COUNTERS = 64, HOST_PATH = 1024 };
struct host {
    struct host_options options;
    struct clock clock;
    struct log log;
    struct timers timers;
    struct loop loop;
    struct outbox outbox;
    struct db db;
    struct stack *stack;
    struct engines engines;
    struct gate *gate;
    int gate_waker;
    struct udp udp[NET_PORTS];
    struct udp_batch *batch;
    uint8_t n_ports;
    int signals, clock_set;     /* clock_set: the machine's clock; -1: nobody tells              */
    int addresses;              /* the machine's addresses and adapters; -1: nobody tells        */
    struct timer look;          /* ... when they are looked at                                   */
    bool away[NET_PORTS];       /* the machine does not have that port's address                 */
    uint64_t lost;              /* datagrams that the system would not take                      */
    bool has_db, stop;
    /* host_state.c: what survives, and who may look at it */
    struct store *store;
    struct persist persist;
    struct audit audit;
    struct log_reader *logs;
    struct control *control;
    struct control_view view;
    struct counter counters[HOST_COUNTERS];
    char image[HOST_PATH], data[HOST_PATH], socket[HOST_PATH];
    char port_text[NET_PORTS][UDP_TEXT];
    const char *port_list[NET_PORTS];
    struct timer watchdog;
    uint64_t watchdog_ms;       /* 0: nobody watches                                             */
    bool ails_said;             /* the log's last word on the store ...                          */
    uint64_t ails_ms;           /* ... and when                                                  */
    uint64_t seen_ms;           /* when duplicate instances were last looked for                 */
    /* host_reload.c: the next image, made ready beside the loop */
    struct reload *reload;
    uint64_t reloads, reloads_refused;
    /* host_sources.c: where values come from */
    struct sources *sources;
    struct control_source *source_view;
};

enum { HOST_WHY = 256 };
/* False: `why` says what could not be had, and nothing is left open. */
bool host_open(struct host *h, const struct host_options *o, char why[HOST_WHY]);
void host_close(struct host *h);
void host_serve(struct host *h);        /* until SIGTERM or SIGINT                               */

/* Says so where the machine does not know the image's time zone. */
void host_zone(struct host *h);
bool host_runs_by_image(const struct db *db, const struct device *d);   /* unless somebody says otherwise */

/* runtime/ports.c: image ports -> sockets and what the Network Port objects show. */
bool ports_options(const struct host *h, char why[HOST_WHY]);  /* whether --bind and --port can be meant */
bool ports_open(struct host *h, struct stack_port out[NET_PORTS], char why[HOST_WHY]);
/* Once the stack is open and what clients wrote is back: the objects show the stack's tables. */
void ports_attach(struct host *h);
int ports_listen(struct host *h, uint8_t port);         /* its sockets are in the loop: 0, -errno */
void ports_turn(struct host *h);        /* each turn: learned numbers, commands, activation      */

/* The machine's addresses may be others: ports_news() has that looked at soon, ports_look() does. */
void ports_news(struct host *h);
void ports_look(struct host *h);

/* The same for sockets that are open already. */
bool ports_again(struct host *h, struct stack_port out[NET_PORTS], char why[HOST_WHY]);
/* A stack for h->db, on those ports. 0 or -errno. */
int host_open_stack(struct host *h, const struct stack_port *ports);

/* runtime/host_state.c */
enum { HOST_TAG_STORE = 2, HOST_TAG_RELOAD = 3, HOST_TAG_GATE = 4, HOST_TAG_CLOCK = 5, HOST_TAG_ADDRESSES = 6,
       HOST_TAG_PORT = 0x100, HOST_TAG_PORT_ALL = 0x200, HOST_TAG_CONTROL = 0x1000, HOST_TAG_SOURCE = 0x10000,
       HOST_TIMER_WATCHDOG = 40, HOST_TIMER_SOURCES = 41, HOST_TIMER_LOOK = 42 };
bool host_state_open(struct host *h, char why[HOST_WHY]);
bool host_control_open(struct host *h, char why[HOST_WHY]);
void host_state_close(struct host *h);
void host_ports_shown(struct host *h);                  /* the addresses that status tells        */
/* True: it was for the store or the control socket. */
bool host_state_event(struct host *h, const struct loop_event *e);
/* After the events of a turn: what the control socket's clients ask. */
void host_state_lines(struct host *h);
/* End of a turn: listeners are told, the journal goes to the store, answers that waited leave. True:
 * there is more. */
bool host_state_turn(struct host *h);
void host_watchdog(struct host *h);

/* runtime/host_reload.c */
void host_reload(struct host *h, const struct control_ask *ask);        /* NULL: by signal        */
void host_reload_done(struct host *h);                  /* the thread has said so                 */
/* Between turns, when everything written has been settled. True: it waits for that. */
bool host_reload_turn(struct host *h);
void host_reload_close(struct host *h);

/* runtime/host_sources.c */
void host_sources_open(struct host *h);
/* After a reload, in place of closing and opening: `was` and `path` are those of the image before.
 * sources_pause() came first. */
void host_sources_swap(struct host *h, const struct image *was, const char *path);
void host_sources_close(struct host *h, bool last);             /* last: goodbyes are said        */
bool host_sources_event(struct host *h, const struct loop_event *e);    /* True: it was theirs     */
void host_sources_show(struct host *h);                         /* in h->view                     */

int cmd_run(const struct verb *c, int argc, char **argv);
int cmd_check(const struct verb *c, int argc, char **argv);
#endif
