#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
/* The only source of time. Read once per turn of the loop (clock_tick); everything that happens in
 * a turn happens at the same instant. Tests make one that only moves when told. */
#include <stdbool.h>
#include <stdint.h>

struct clock {
    uint64_t mono_ns;   /* never goes back; for timeouts                                         */
    int64_t wall_ms;    /* UTC, since 1970-01-01; may jump                                       */
    bool manual;        /* moved by clock_advance() and clock_set_wall() alone                   */
};

void clock_init(struct clock *c);                              /* the machine's                  */
void clock_init_manual(struct clock *c, int64_t wall_ms);      /* a test's: monotonic from 1 s   */
void clock_tick(struct clock *c);                              /* now; nothing on a manual one   */
void clock_advance(struct clock *c, uint64_t ms);              /* manual: both times             */
void clock_set_wall(struct clock *c, int64_t wall_ms);         /* manual                         */
/* The machine's own clock; false: we may not. */
bool clock_set(struct clock *c, int64_t wall_ms);
static inline uint64_t clock_ms(const struct clock *c) { return c->mono_ns / 1000000u; }
#endif
