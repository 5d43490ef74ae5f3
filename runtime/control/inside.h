#ifndef CONTROL_INSIDE_H
#define CONTROL_INSIDE_H
/* Shared by the files of the control socket. Nobody else includes it. */
#include <sys/types.h>

#include "runtime/control/control.h"
#include "runtime/control/json.h"
#include "runtime/control/names.h"
#include "runtime/data/alarms.h"
#include "runtime/data/store_query.h"

enum {
    CLIENTS = 32, LINE_MAX_OCTETS = 262144, OUT_MAX = 1 << 20, OUT_BUSY = 1 << 19,
    ANSWER_MAX = 400000,        /* of one line that we write                                      */
    OWED_MOST = 64,             /* answers that one waits for: then he is not read from           */
    PENDING = CLIENTS * OWED_MOST, JOBS = 8, ASKS = 16, ID_MAX = 72,
    SLICE_NS = 1000000,         /* requests of one turn of the loop, of all clients together      */
};
enum { TAG_LISTEN, TAG_METRICS, TAG_CLIENT = 8, TAG_SCRAPE = 48, SCRAPES = 8 };

struct client {
    int fd;                     /* -1: free                                                       */
    uint32_t generation;        /* answers of a former client are dropped by it                   */
    char who[80];               /* for the audit: uid and pid                                     */
    char *in;                   /* LINE_MAX_OCTETS                                                */
    size_t n_in;
    uint8_t *out;
    size_t n_out, sent, cap_out;
    uint32_t flags;             /* what the loop waits for                                        */
    bool waiting;               /* lines in `in` wait for their turn                              */
    bool skips;                 /* the rest of a line that was too long; `in` is empty            */
    bool ended;                 /* it sends no more, and stays until it has all its answers       */
    unsigned owed;              /* answers that are yet to come                                   */
    bool closing;               /* when all is written                                            */
    uint8_t *watched;           /* bit per point (variables, then objects); NULL: not subscribed  */
    bool all, writes, alarms;
    uint64_t missed;            /* events that found no room                                      */
};
struct pending {                /* an answer that waits for the disk                              */
    uint32_t client, generation;
    uint64_t ticket;            /* of the journal                                                 */
    char *line;                 /* NULL: free                                                     */
    size_t n;
    char id[ID_MAX];
};
struct call;
struct job {                    /* an answer that waits for the store's reader                    */
    bool used;
    uint32_t client, generation;
    char id[ID_MAX];
    struct store_query q;
    /* Writes the result from q; runs on the loop. */
    void (*finish)(struct call *k, struct job *j);
    struct store_prune prune;   /* or for this, until `ticket` is done                            */
    uint8_t (*keep)[16];
    uint64_t ticket;
    struct event_filter {       /* of events and audit; what is 0 or NULL does not matter         */
        uint32_t kind, device;  /* kind + 1; DB_NONE                                              */
        int64_t until;
        uint32_t types, states; /* bit enum event_type, event_state                               */
        uint8_t low, high;      /* priority                                                       */
        bool by_class, open;    /* open: transitions that still wait to be acknowledged           */
        size_t n_ids;           /* of a variable that several objects show: theirs, in `keep`     */
        uint32_t class;
    } filter;
};
struct scrape { int fd; char head[512]; size_t n; uint8_t *out; size_t n_out, sent; };

struct control {
    struct control_config c;
    struct db *db;
    int listen, metrics;
    int spare;                  /* descriptor: to turn away when there are no others              */
    dev_t path_dev;             /* the socket's file, so that only our own is removed             */
    ino_t path_ino;
    struct client clients[CLIENTS];
    unsigned first;             /* client whose lines are looked at first                         */
    bool lines;                 /* somebody's may wait                                            */
    struct scrape scrapes[SCRAPES];
    struct pending pending[PENDING];
    unsigned n_pending;
    struct job jobs[JOBS];
    struct control_ask asks[ASKS];
    size_t n_asks;
    uint64_t settled;           /* journal ticket                                                 */
    uint8_t *answer;            /* ANSWER_MAX                                                     */
    double *last;               /* values as last told, by point; NULL: nobody ever listened      */
    uint32_t *told, turn;       /* by point: turn in which it was told                            */
    uint64_t served, refused, dropped;         /* requests; connections; clients thrown out       */
};

/* One request being served. */
enum end { END_DONE, END_LATER, END_FAILED };
struct call {
    struct control *c;
    struct client *client;
    struct db *db;
    const struct json *req;
    struct wr out;              /* the result is appended here                                    */
    uint64_t ticket;            /* answer after this                                              */
    char id[ID_MAX];            /* as JSON                                                        */
    const char *code;           /* END_FAILED                                                     */
    char text[256];
};
typedef enum end command_fn(struct call *k);
struct command_row { const char *op; command_fn *fn; };

enum end call_fail(struct call *k, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Is each member that it knows of its kind? What is not would be as if it were not there. False: call_fail() was called. */
bool call_kinds(struct call *k);
/* The device that a member of the request names, as text or number, as index; none there: DB_NONE. False: call_fail()
 * was called. */
bool call_device(struct call *k, const char *member, uint32_t *device);
/* The request's `name`, a time; none there: *ms stays. False: call_fail() was called. */
bool call_time(struct call *k, const char *name, int64_t *ms);
/* In the audit: a management request, of one device or (NULL) of all. */
void call_note(const struct call *k, const struct device *d, const char *what);
struct job *call_job(struct call *k);           /* NULL: all are taken; then call_fail(busy)      */
enum end call_ask_store(struct call *k, struct job *j);  /* j->q is asked, or j given back       */
void control_line(struct control *c, struct client *client, const char *line, size_t n);
void control_send(struct control *c, struct client *client, const void *line, size_t n);
void control_finish(struct control *c, struct job *j);

/* command tables, one per file; ends with an op of NULL */
extern const struct command_row value_commands[];       /* values.c                               */
extern const struct command_row manage_commands[];      /* manage.c                               */
extern const struct command_row state_commands[];       /* state.c                                */
extern const struct command_row history_commands[];     /* history.c                              */
extern const struct command_row alarm_commands[];       /* alarms.c                               */
extern const struct command_row recipient_commands[];   /* recipients.c                           */
extern const struct command_row schedule_commands[];    /* schedules.c                            */
extern const struct command_row trend_commands[];       /* trends.c                               */

/* events.c */
enum end events_subscribe(struct call *k);
enum end events_unsubscribe(struct call *k);
void events_tell(struct control *c);
/* Who listens decides what is gathered. */
void events_hear(struct control *c);
/* alarms.c: an alarm as it is told, without what the caller has opened. */
void alarms_write_news(struct db *db, const struct alarm_news *news, struct wr *w);
int metrics_open(struct control *c, char why[CONTROL_WHY]);
void metrics_event(struct control *c, uint32_t tag, uint32_t flags);
void metrics_close(struct control *c);
#endif
