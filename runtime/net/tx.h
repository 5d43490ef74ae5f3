#ifndef NET_TX_H
#define NET_TX_H
/* The datagrams of a turn, written one behind the other into one block and sent in a batch. Each
 * begins with headroom, so that headers are put before a finished APDU without moving it. Whoever
 * finds it full flushes it (the conductor); nobody here sends. */
#include "schemas/wire.h"

enum { TX_MAX = 96, TX_HEADROOM = 64 };

struct datagram {
    uint8_t port;               /* network port it leaves through                                */
    bool loop;                  /* to one of our own devices: comes back in as input             */
    uint8_t to[6], from[6];     /* `from`: only of a loop                                        */
    const uint8_t *bytes;
    size_t n;
};

struct tx {
    uint8_t *block;
    size_t size, used, longest; /* longest: octets that one message may need behind its headroom */
    struct datagram out[TX_MAX];
    size_t n;
};

int tx_init(struct tx *t, size_t longest);      /* 0 or -ENOMEM                                  */
void tx_fini(struct tx *t);
/* Is there room for `n` more datagrams, one of them of the longest kind? Else: flush first. */
bool tx_room(const struct tx *t, size_t n);
/* A writer at the next free place behind its headroom; `cap` is cut to what is left. */
struct wr tx_begin(const struct tx *t, size_t cap);
/* Takes w->buf[-head .. w->len) as a datagram; the place is used up. NULL: full, dropped. */
struct datagram *tx_add(struct tx *t, const struct wr *w, size_t head);
static inline void tx_clear(struct tx *t) { t->n = t->used = 0; }
#endif
