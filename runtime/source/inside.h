#ifndef SOURCE_INSIDE_H
#define SOURCE_INSIDE_H
/* Shared by source.c (sources) and point.c (what a binding does). Nobody else's. */
#include "runtime/source/feed.h"
#include "runtime/source/simulate.h"
#include "runtime/source/source.h"

enum stale_act { STALE_FAULT, STALE_HOLD, STALE_OOS };
struct point {                  /* a binding; index as in the image                               */
    uint32_t variable, source, local;          /* local: the feed's number                        */
    uint8_t priority, on_stale;
    bool reads, writes;
    bool failed;                /* stale, or its source is lost: shown by on_stale                */
    bool oos;                   /* it was us that took its objects out of service                 */
    bool known;                 /* `peer` is what the other side has                              */
    bool pending;               /* `sent` waits for its result or its echo                        */
    bool apart;                 /* written elsewhere than it is read                              */
    bool ruled;                 /* `sent` is by something that rules over what the source says     */
    bool unsent;                /* did not arrive: again when the source is back                  */
    bool refused;               /* `sent` is not what the other side has, nor will it be          */
    uint8_t tries;              /* of a write that the source did not answer, though it answers   */
    bool held;                  /* `hold` came meanwhile and differs: an old value, or a refusal  */
    double peer, sent, hold, deadband;
    uint64_t stale_ms, seen_ms; /* 0: never stale; last word                                      */
    uint64_t echo_ms, until_ms; /* how long an echo is waited for; until when                     */
};
struct one {                    /* a source                                                       */
    const struct feed_kind *kind;              /* NULL: Simulate, or unknown                      */
    struct feed *feed;
    enum feed_state state;
    uint32_t index;             /* in the image                                                   */
    uint32_t *bindings, n;
    struct replay file;
    bool leaves;                /* nobody goes on saying there that we are online                 */
    char reason[FEED_WHY];
    uint64_t opened_ms;
    uint64_t told_ms;           /* the minute in which it was told in the log, ...                */
    uint32_t told, untold;      /* ... how often, and what was left out since                     */
};
struct sources {
    struct source_config c;
    struct db *db;
    struct one *items;
    uint32_t n;
    struct point *points;       /* one per binding of the image                                   */
    uint32_t n_points;
    uint32_t *bindings;         /* by source                                                      */
    struct sims *sims;
    struct timer watch, simulate;
};

void point_open(struct sources *s, uint32_t i);
/* A sample, the result of a write, silence for too long, the end of waiting for an echo. */
void point_sample(struct sources *s, struct point *p, uint64_t mail);
void point_result(struct sources *s, struct point *p, uint64_t mail);
void point_fail(struct sources *s, struct point *p, unsigned reliability);
void point_release(struct sources *s, struct point *p);        /* puts objects back in service    */
/* When the point must be looked at again; UINT64_MAX: never. */
uint64_t point_due(const struct point *p);
void point_watch(struct sources *s, struct point *p, uint64_t now);
/* Sends the variable's value if the other side has another. `anyway`: also if it seems to have it. */
void point_push(struct sources *s, struct point *p, bool anyway);
/* keep.c: a source that is the same in the image before gives its feed and what its points know to
 * this one. False: there is none. */
bool source_adopt(struct sources *s, struct one *one);
/* Which feeds before that nobody has adopted say farewell. */
void source_farewells(struct sources *s);
/* None is the same, but that of its name may have left something to do. */
void source_inherit(struct sources *s, struct one *one);
/* What point_fail() did to the objects, again. */
void point_fail_again(struct sources *s, struct point *p);
/* The alarm point of a source: lost, or not. */
void source_alarm(struct sources *s, const struct one *one, bool lost);
/* The source is back: what it missed. */
void point_again(struct sources *s, struct point *p);
#endif
