#ifndef DATA_SUBS_H
#define DATA_SUBS_H
/* COV subscriptions (135-2020 clause 13.1, 13.14 to 13.16): who wants to hear of what, for how long,
 * and who is next to be told. Bounded, indexed both ways, allocated once. Knows nothing of values:
 * what a change is, is runtime/object/cov.c's; when it is told, runtime/engine/cov.c's.
 *
 * A subscription is what one notification tells: an object, a property, or (Multiple) several.
 * A subscriber is an address, once for its confirmed and once for its other subscriptions; those
 * of its subscriptions that have something to say stand in its line, and subscribers take turns. */
#include <stddef.h>

#include "runtime/base/peer.h"
#include "runtime/base/pool.h"
#include "runtime/base/timer.h"

#define SUBS_NONE UINT32_MAX
enum sub_kind { SUB_OBJECT = 1, SUB_PROPERTY, SUB_MULTIPLE };
enum sub_state {
    SUB_IDLE,
    SUB_DUE,            /* stands in its subscriber's line                                       */
    SUB_HANDED,         /* its intent is on the way                                              */
    SUB_FLYING,         /* confirmed: sent, not yet answered                                     */
};
struct sub_item {               /* one watched object or property                                */
    uint32_t object, property, index;
    uint32_t sub;
    uint32_t next, prev;        /* of the same object                                            */
    uint32_t sibling;           /* of the same subscription                                      */
    float increment;            /* NaN: the object's COV_Increment                               */
    uint64_t last;              /* what was sent last, see cov_read()                            */
    int64_t changed_ms;         /* UTC, of the change that is to be told                         */
    uint8_t last_flags;
    bool sent, due, timestamped;
};
struct sub {
    struct timer timer;         /* end of its lifetime                                           */
    uint32_t subscriber, process, generation;
    uint32_t first, n_items;
    uint32_t hashed;            /* next of the same bucket                                       */
    uint32_t due_next, due_prev;
    uint32_t max_delay;         /* Multiple: seconds                                             */
    uint64_t expires_ms;        /* monotonic; 0: never                                           */
    uint16_t device;
    uint8_t kind, state;        /* kind 0: not in use                                            */
    bool again;                 /* something changed while it was on the way                     */
};
struct subscriber {
    struct timer timer;         /* end of a pause                                                */
    struct peer peer;
    uint32_t n_subs, flying, hashed;
    uint32_t n_items;           /* that its subscriptions watch                                  */
    uint32_t first, last;       /* its line                                                      */
    uint32_t ready_next;
    uint8_t failures;           /* in a row                                                      */
    bool confirmed, ready, paused, used;
};
struct watch {                  /* an object that somebody watches                               */
    uint32_t object, first, n;
    uint32_t cursor;            /* where looking goes on                                         */
    uint32_t pending_next;
    bool pending, again;        /* waits to be looked at; changed since looking began            */
};
enum { SUBS_MAX = 16384, SUBS_PEER_FLYING = 32, SUBS_FLYING = 1024, SUBS_HOSTS = 4096 };
struct subs {
    struct pool subs, items, subscribers, watches;
    struct timers timers;       /* lifetimes and pauses                                          */
    uint32_t *sub_hash, *subscriber_hash, *watch_of;   /* index + 1, 0: none                     */
    uint32_t mask, n_objects, generation;
    uint32_t per_host;          /* items that the subscribers of one host may have               */
    uint32_t of_host[SUBS_HOSTS];                      /* and have, by a hash of its address     */
    uint32_t flying, max_flying;
    struct { uint32_t first, last; } ready[2];         /* who has something to say; 1: confirmed */
    bool turn;                  /* of the confirmed ones                                         */
    uint32_t pending_first, pending_last;              /* watches to look at                     */
    struct { uint64_t notified, expired, refused, failed; } stats;
};
int subs_open(struct subs **s, uint32_t n_objects, uint32_t cap);        /* 0 or -ENOMEM         */
void subs_close(struct subs *s);
static inline struct sub *subs_at(const struct subs *s, uint32_t i) { return pool_at(&s->subs, i); }
static inline struct sub_item *subs_item_at(const struct subs *s, uint32_t i)
{
    return pool_at(&s->items, i);
}
static inline struct subscriber *subs_subscriber(const struct subs *s, const struct sub *x)
{
    return pool_at(&s->subscribers, x->subscriber);
}
struct sub_key {
    const struct peer *peer;
    uint32_t process;
    uint16_t device;
    uint8_t kind;               /* enum sub_kind; Multiple: object, property, index are 0        */
    uint32_t object, property, index;
};
struct sub *subs_find(const struct subs *s, const struct sub_key *k);
/* Found, or new and without items; NULL: no room. `confirmed` and the peer's abilities are as now. */
struct sub *subs_put(struct subs *s, const struct sub_key *k, bool confirmed);
/* Found, or new; NULL: no room. */
struct sub_item *subs_item(struct subs *s, struct sub *x, uint32_t object, uint32_t property,
                           uint32_t index);
void subs_drop(struct subs *s, struct sub *x);
void subs_drop_item(struct subs *s, struct sub *x, struct sub_item *i);  /* the last one: sub too */
void subs_drop_device(struct subs *s, uint16_t device);
void subs_lifetime(struct subs *s, struct sub *x, uint64_t now_ms, uint32_t seconds); /* 0: ever */
uint32_t subs_remaining(const struct sub *x, uint64_t now_ms);           /* s, rounded up        */
/* Ends lifetimes and pauses; deadline of the next, UINT64_MAX: none. */
void subs_tick(struct subs *s, uint64_t now_ms);
uint64_t subs_next_tick(const struct subs *s);

/* Somebody watches this object: look at it when there is time. */
void subs_pend(struct subs *s, uint32_t object);
struct watch *subs_pending(const struct subs *s);                        /* NULL: none           */
/* The next item of the watch, or NULL: all seen, the watch is pending no more (or again). */
struct sub_item *subs_look(struct subs *s, struct watch *w);

void subs_due(struct subs *s, struct sub_item *i);       /* has something to say                 */
/* Whose turn it is: taken off its line, SUB_HANDED. NULL: nobody may speak now. */
struct sub *subs_take(struct subs *s);
void subs_sent(struct subs *s, struct sub *x);           /* encoded: IDLE, or FLYING if confirmed */
void subs_ended(struct subs *s, struct sub *x, bool answered, uint64_t now_ms);
/* One that is on its way may not have been heard: it is told again, in its newest form, when it has ended. */
void subs_again(struct subs *s, struct sub *x);
void subs_heard(struct subs *s, const struct peer *p);   /* it lives: no pause                   */
/* After a reload: indexes in the new image by those in the old one; SUBS_NONE: gone. What was on
 * its way is not any more. */
void subs_move(struct subs *s, const uint32_t *new_object, const uint32_t *new_device,
               uint32_t n_new_objects);
#endif
