#ifndef BASE_TIMER_H
#define BASE_TIMER_H
/* Timers by deadline; equal deadlines in the order they were set. No callbacks: the loop takes all
 * due timers off the heap first, then asks for one after the other and looks at `kind`. A timer
 * that re-arms itself while it is served therefore waits for the next round. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whom the conductor hands a fired timer to; `index` means something to that one alone. */
enum timer_kind { TIMER_TRANSACTION, TIMER_FOREIGN, TIMER_PACE, TIMER_BIND, TIMER_RIVALS, TIMER_ENGINE = 64 };

struct timer {
    uint64_t due;               /* ms, monotonic                                                 */
    uint64_t seq;               /* order among equals                                            */
    size_t at;                  /* place in the heap + 1; 0: not there                           */
    struct timer *prev, *next;  /* while it waits in the fired list                              */
    bool fired;
    uint16_t kind;              /* owner's: what to do                                           */
    uint32_t index;             /* owner's: to whom                                              */
};

struct timers {
    struct timer **heap;
    size_t n, cap;
    uint64_t seq;
    struct timer *first, *last; /* fired, not yet served                                         */
};

int timers_init(struct timers *ts, size_t cap);     /* cap: all timers that can ever run; -ENOMEM */
int timers_reserve(struct timers *ts, size_t cap);     /* that many, what runs goes on; -ENOMEM  */
void timers_fini(struct timers *ts);
void timer_set(struct timers *ts, struct timer *t, uint64_t due_ms);   /* arms or moves           */
void timer_stop(struct timers *ts, struct timer *t);                   /* also one already fired  */
static inline bool timer_armed(const struct timer *t) { return t->at || t->fired; }
uint64_t timers_next(const struct timers *ts);      /* deadline of the earliest; UINT64_MAX: none */
void timers_take(struct timers *ts, uint64_t now_ms);                  /* due ones off the heap   */
struct timer *timers_fired(struct timers *ts);                         /* next to serve, or NULL  */
#endif
