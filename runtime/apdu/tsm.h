#ifndef APDU_TSM_H
#define APDU_TSM_H
/* Transactions of both roles, clause 5.4: requests being received in segments, answers being sent
 * in segments or held until storage has them, and our own confirmed requests with their retries.
 * A request that comes in one piece and is answered in one needs none of it. No sockets, no calls
 * upward: what is to be sent waits in a list until the conductor asks for it (tsm_output), what
 * ended is said once (struct tsm_event). Limits are answered in the standard's words and counted. */
#include "runtime/apdu/apdu.h"
#include "runtime/base/outbox.h"
#include "runtime/base/timer.h"

struct tsm_patience {               /* with one device: its APDU_Timeout, Number_Of_APDU_Retries */
    uint32_t timeout_ms;            /* 0: as configured for all                                  */
    uint8_t retries;
};
struct tsm_config {
    uint16_t max_apdu;              /* ours: 50..1476                                            */
    uint8_t window;                 /* 1..127: proposed and granted                              */
    uint8_t max_segments;           /* announced with our requests; 255: more than 64            */
    bool receive, transmit;         /* segments                                                  */
    uint8_t retries;
    uint32_t apdu_timeout_ms, segment_timeout_ms;
    const struct tsm_patience *patience;    /* by device, borrowed; NULL: alike for all          */
    uint32_t transactions;          /* of all kinds together                                     */
    uint32_t blocks;                /* of SEG_BLOCK octets, for all of them                      */
    uint32_t longest;               /* octets of a request or answer in segments                 */
    uint16_t per_peer;              /* transactions that one peer may keep open                  */
    uint16_t unproven;              /* of them, answers whose first segment nobody acknowledged  */
    uint16_t per_server;            /* requests of ours that may wait for one peer               */
};
struct tsm_stats {
    uint64_t retries, timeouts, no_slot, duplicates;
    uint64_t aborts;                /* written by tsm_output(); those in an event are its caller's to count */
    uint32_t open, high;            /* transactions now, and at most                             */
};
struct tsm;

enum tsm_verdict {
    TSM_NOTHING,        /* consumed, or not ours                                                 */
    TSM_EXECUTE,        /* a whole request: choice and body                                      */
    TSM_ABORT,          /* tell the peer: reason (server = 1 for `execute`d ones)                */
    TSM_ENDED,          /* one of our requests ended: intent and outcome                         */
};
struct tsm_event {
    uint8_t verdict;
    bool acknowledge;   /* EXECUTE: first a SegmentACK with these                                */
    uint8_t sequence, window;
    uint8_t choice, reason;
    bool server;        /* ABORT: we speak as the server                                         */
    struct rd body;     /* valid until the next call                                             */
    uint16_t device;
    struct intent intent;
    struct outcome outcome;
};

int tsm_open(struct tsm **t, const struct tsm_config *c, struct timers *timers);  /* 0, -ENOMEM  */
void tsm_close(struct tsm *t);
const struct tsm_stats *tsm_stats(const struct tsm *t);
uint32_t tsm_timers(const struct tsm_config *c);    /* how many timers it can have armed          */

/* A PDU of ours or for us: requests, acknowledgements, errors, aborts. `peer` is filled in. */
void tsm_input(struct tsm *t, uint16_t device, const struct peer *peer, const struct apdu *a,
               uint64_t now_ms, struct tsm_event *e);
/* The timer with this index fired. */
void tsm_timer(struct tsm *t, uint32_t index, uint64_t now_ms, struct tsm_event *e);

/* Answers a request with more than one APDU holds. 0, or the reason to abort with. */
uint8_t tsm_respond(struct tsm *t, uint16_t device, const struct peer *peer, uint8_t choice,
                    const uint8_t *body, size_t n, uint64_t now_ms);
/* Keeps a finished answer back until storage has committed the ticket. 0 or an abort reason. */
uint8_t tsm_hold(struct tsm *t, uint16_t device, const struct peer *peer, uint8_t choice,
                 uint64_t ticket, const uint8_t *apdu, size_t n, uint64_t now_ms);
/* Keeps a request whose service waits for something; 0 or an abort reason. */
uint8_t tsm_sleep(struct tsm *t, uint16_t device, const struct peer *peer, uint8_t choice,
                  uint64_t token, struct span body, uint64_t now_ms);
/* One that waits for this token: to be executed again for this peer. False: none (more). */
bool tsm_wake(struct tsm *t, uint64_t token, struct peer *peer, struct tsm_event *e);
void tsm_committed(struct tsm *t, uint64_t ticket, bool ok);

/* Starts a confirmed service. 0, or -EAGAIN: no slot now; -EBUSY: enough wait for that peer;
 * -EMSGSIZE: it takes no segments. */
int tsm_request(struct tsm *t, const struct intent *what, const struct peer *peer, uint8_t priority,
                uint8_t choice, const uint8_t *body, size_t n, uint64_t now_ms);
/* Forgets everything of a device (stopped, reloaded); ended requests are not reported. */
void tsm_forget(struct tsm *t, uint16_t device);

/* The next PDU that waits to be sent, written to w. False: nothing more. */
struct tsm_out {
    uint16_t device;
    bool reply;         /* data expecting reply                                                  */
    bool asks;          /* a request of ours; else it goes back to who has asked                 */
    struct peer to;
};
bool tsm_waiting(const struct tsm *t);
bool tsm_output(struct tsm *t, struct wr *w, struct tsm_out *out);
#endif
