#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H
/* The local control socket: JSON lines over a Unix stream socket, and the page of metrics. Its
 * protocol is bacrt-control.7. A client that is slow, mad or hostile costs its own connection.
 *
 * What only the owner of the loop can do (take a new image, start and stop devices) is not called
 * from here: it is asked for with control_next() and answered with control_reply(). */
#include "runtime/base/loop.h"
#include "runtime/data/audit.h"
#include "runtime/object/persist.h"

struct store_query;
struct control;

struct counter {                /* for status and metrics                                         */
    const char *name, *help;    /* name as Prometheus wants it, without the bacrt_ in front       */
    uint64_t value;
    bool gauge;                 /* may fall                                                       */
};
struct control_source {         /* how a source of values is doing                                */
    const char *id, *kind, *state;
    const char *reason;         /* NULL: nothing wrong                                            */
    uint64_t samples, failures;
};
/* What status shows of the rest of the program; kept up to date by the owner before it hands over
 * an event. */
struct control_view {
    const char *version, *image, *data;
    int64_t started;            /* UTC, ms                                                        */
    const struct counter *counters;
    size_t n_counters;
    const struct control_source *sources;
    size_t n_sources;
    const char *const *ports;   /* addresses served                                               */
    size_t n_ports;
};
struct control_config {
    const char *path;           /* NULL: no socket                                                */
    const char *metrics;        /* ADDR:PORT, NULL: none                                          */
    struct loop *loop;
    uint32_t tag;               /* events of ours: tag | 0 .. CONTROL_TAGS - 1                     */
    const struct clock *clock;
    struct log *log;
    struct db *db;
    struct store *store;        /* may be NULL                                                    */
    struct audit *audit;
    struct persist *persist;
    const struct control_view *view;
};
enum { CONTROL_TAGS = 64, CONTROL_WHY = 200, CONTROL_QUERY = 0x43540000 };

/* False: `why`; nothing is left open. */
bool control_open(struct control **c, const struct control_config *config, char why[CONTROL_WHY]);
void control_close(struct control *c);
void control_event(struct control *c, uint32_t tag, uint32_t flags);
/* Serves what clients have sent, for a millisecond at most; where the loop handles its events. */
void control_lines(struct control *c);
bool control_waits(const struct control *c);        /* some of it is left for the next turn      */
/* Before the dirty sets are emptied: what changed goes to those who listen. */
void control_turn(struct control *c);
/* The journal's ticket is settled (persist_settled). */
void control_settled(struct control *c, uint64_t ticket, bool ok);
/* The store's descriptor fired; and: an answered query of kind CONTROL_QUERY. */
void control_store(struct control *c);
void control_answered(struct control *c, struct store_query *q);
/* Another image: names, indexes and subscriptions are looked up anew. */
void control_swap(struct control *c, struct db *now);
void control_device_state(struct control *c, uint32_t device); /* changed; listeners are told     */

enum control_what { ASK_RELOAD, ASK_START, ASK_STOP, ASK_RESTART };
struct control_ask {
    enum control_what what;
    uint32_t device;            /* index                                                          */
    char path[1024];            /* ASK_RELOAD: another image; "": the same path again              */
    uint32_t client, generation;
    char id[72], who[80];
};
bool control_next(struct control *c, struct control_ask *ask);
/* `code` NULL: done, `text` is said with it. Otherwise a code of bacrt-control.7 and why. */
void control_reply(struct control *c, const struct control_ask *ask, const char *code,
                   const char *text);
#endif
