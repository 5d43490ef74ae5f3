#ifndef APDU_TXN_H
#define APDU_TXN_H
/* Inside of tsm: what a transaction is. For tsm.c (both roles, input, timers), tsm_server.c,
 * tsm_client.c and tsm_out.c alone. */
#include "runtime/apdu/segment.h"
#include "runtime/apdu/tsm.h"
#include "runtime/base/pool.h"

enum state {
    S_RECEIVING,        /* server: SEGMENTED_REQUEST                                             */
    S_HELD,             /* server: AWAIT_RESPONSE, storage is slower than we                     */
    S_ASLEEP,           /* server: AWAIT_RESPONSE, the service waits for something               */
    S_SENDING,          /* server: SEGMENTED_RESPONSE                                            */
    C_SENDING,          /* client: SEGMENTED_REQUEST                                             */
    C_WAITING,          /* client: AWAIT_CONFIRMATION                                            */
    C_RECEIVING,        /* client: SEGMENTED_CONF                                                */
};
enum say { SAY_ACK = 1, SAY_NAK = 2, SAY_SEGMENTS = 4, SAY_WHOLE = 8, SAY_ABORT = 16 };

struct txn {
    struct timer timer;
    struct txn *chained;            /* same bucket                                               */
    struct txn *ready;              /* next one with something to say                            */
    struct peer peer;
    struct intent intent;           /* client                                                    */
    struct chain sent, got;         /* what we send in parts or again; what came in parts        */
    struct seg_rx rx;
    struct seg_tx tx;
    uint64_t ticket;                /* S_HELD                                                    */
    uint16_t device, size;          /* size: service octets in one segment                       */
    uint8_t state, say, invoke, choice, retries, reason, priority;
    bool is_ready, over;            /* over: leave when everything is said                       */
    bool stopped;                   /* client: its device was; whoever waits hears of it         */
};

enum { BUCKETS = 1024 };
struct tsm {
    struct tsm_config c;
    struct timers *timers;
    struct pool txns, blocks;
    struct txn *buckets[BUCKETS];
    uint16_t waiting[BUCKETS];      /* requests of ours by the hash of their peer                */
    struct txn *first, *last;       /* those with something to say                               */
    uint8_t *whole;                 /* a message put together; `longest` octets                  */
    uint8_t next_invoke;
    struct tsm_stats stats;
};

static inline bool txn_is_client(const struct txn *x) { return x->state >= C_SENDING; }
/* The device's, where it has its own: of our requests, and of answers in segments (clause 5.4.5.2). */
static inline struct tsm_patience txn_patience(const struct tsm *t, const struct txn *x)
{
    if (t->c.patience && t->c.patience[x->device].timeout_ms)
        return t->c.patience[x->device];
    return (struct tsm_patience){t->c.apdu_timeout_ms, t->c.retries};
}
struct txn *txn_find(struct tsm *t, bool client, uint16_t device, const struct peer *p,
                     uint8_t invoke);
/* NULL: no slot. */
struct txn *txn_open(struct tsm *t, enum state s, uint16_t device, const struct peer *p,
                     uint8_t invoke, uint8_t choice);
void txn_free(struct tsm *t, struct txn *x);
void txn_close(struct tsm *t, struct txn *x);   /* one that has something to say leaves after it */
void txn_timer(struct tsm *t, struct txn *x, uint64_t due);
void txn_say(struct tsm *t, struct txn *x, uint8_t what);
void txn_abort(struct tsm *t, struct txn *x, uint8_t reason);
bool txn_peer_has_room(struct tsm *t, const struct peer *p);
uint16_t *txn_waiting(struct tsm *t, const struct peer *p);
/* Keeps a segment's octets; false: too many. */
bool txn_take(struct tsm *t, struct txn *x, const struct apdu *a);
/* A further segment. True: all there; the acknowledgement is in `e`. */
bool txn_more_segments(struct tsm *t, struct txn *x, const struct apdu *a, uint64_t now,
                       struct tsm_event *e);
void txn_whole(struct tsm *t, const struct txn *x, struct rd *body);
void txn_event_abort(struct tsm_event *e, bool server, uint8_t reason);
void txn_event_end(struct tsm_event *e, const struct txn *x, enum outcome_kind kind);

void tsm_on_request(struct tsm *t, uint16_t device, const struct peer *peer, const struct apdu *a,
                    uint64_t now, struct tsm_event *e);
void tsm_on_answer(struct tsm *t, uint16_t device, const struct peer *peer, const struct apdu *a,
                   uint64_t now, struct tsm_event *e);
#endif
