#ifndef SOURCE_FEED_H
#define SOURCE_FEED_H
/* Between a source's thread and the loop: two mailboxes, one each way, without locks. A mailbox has
 * one slot per point and a ring of the slots that have news; the latest value wins, so that neither
 * side can flood the other. The thread knows nothing of the image and the state: what it needs is
 * copied when it is opened. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "runtime/source/attr.h"

enum { FEED_WHY = 160 };
enum feed_state { FEED_CONNECTING, FEED_CONNECTED, FEED_LOST, FEED_UNAVAILABLE };

struct mailbox {                /* one writer, one reader                                         */
    _Atomic uint64_t *value;    /* bits of a double, see mail_*                                   */
    atomic_bool *queued;
    uint32_t *ring;
    size_t mask;
    atomic_size_t head, tail;
    int fd;                     /* wakes the reader                                               */
};
/* A number; or none, and why: enum reliability in a NaN. */
uint64_t mail_value(double v);                  /* NaN and infinities: unreliable-other           */
uint64_t mail_bad(unsigned reliability);
bool mail_is_bad(uint64_t mail, unsigned *reliability);
double mail_double(uint64_t mail);

struct feed;
struct feed_setup {             /* what a kind looks at when it is opened; on the loop's side     */
    const struct image *img;
    uint32_t source;
    const uint32_t *bindings;   /* of point 0, 1, ...                                             */
    uint32_t n_points;
    const char *folder;
};
struct feed_kind {
    const char *name;           /* as in the image                                                */
    bool confirms;              /* a write's result means that the peer has been asked for it     */
    /* Everything the thread needs, or NULL and `why`. */
    void *(*open)(const struct feed_setup *s, char why[FEED_WHY]);
    void (*run)(struct feed *f, void *work);    /* until feed_stopping()                          */
    void (*close)(void *work);
    /* What a binding does, by its attributes. */
    bool (*reads)(const struct attrs *a, bool output);
    bool (*writes)(const struct attrs *a, bool writable);
    const char *from, *to;      /* attributes: where it is read; where it is written, if elsewhere */
};

extern const struct feed_kind feed_mqtt, feed_modbus;

struct feed {
    struct mailbox in;          /* thread -> loop: n samples, n results of writes, the state      */
    struct mailbox out;         /* loop -> thread: n values                                       */
    const struct feed_kind *kind;
    void *work;
    uint32_t n;
    atomic_int refs;
    atomic_bool stop, farewell, ended;
    atomic_uint_least64_t samples, failures;
    pthread_mutex_t lock;       /* of what follows                                                */
    enum feed_state state;
    char reason[FEED_WHY];
};

/* NULL: `why`. The thread runs. */
struct feed *feed_open(const struct feed_kind *kind, const struct feed_setup *s, char why[FEED_WHY]);
/* The thread is to end, with a goodbye to its peer if there is time for one. */
void feed_stop(struct feed *f, bool farewell);
/* Lets go; the thread ends when it can and frees the rest. until_ms: it is waited for, by feed_ms(). */
void feed_close(struct feed *f, uint64_t until_ms);

/* The loop's side. */
bool feed_take(struct feed *f, uint32_t *slot, uint64_t *mail);   /* false: nothing more         */
void feed_send(struct feed *f, uint32_t point, double value);
enum feed_state feed_look(struct feed *f, char reason[FEED_WHY]);

/* The thread's side. */
bool feed_stopping(const struct feed *f);
void feed_sample(struct feed *f, uint32_t point, uint64_t mail);
void feed_again(struct feed *f, uint32_t point);                  /* send its value once more     */
void feed_result(struct feed *f, uint32_t point, uint64_t mail);  /* the value written, or bad   */
void feed_say(struct feed *f, enum feed_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));                        /* fmt NULL: no reason         */
bool feed_wanted(struct feed *f, uint32_t *point, double *value); /* next value to write         */
/* Sleeps up to ms, less when there is something to write, to stop, or on `fd` (-1: none; `out`: also
 * when it can be written). */
void feed_sleep(struct feed *f, uint64_t ms, int fd, bool out);
uint64_t feed_ms(void);                                           /* monotonic                   */
#endif
