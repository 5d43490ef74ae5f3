#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H
/* Intrinsic reporting, 135-2020 clauses 13.2, 13.3: looks at every object that changed, whatever
 * changed it, keeps the delays, and lets objects enter their event states. Evaluation is bounded in
 * a turn; what found no room (storage, announcements) is tried again, nothing is forgotten. */
#include "runtime/base/timer.h"
#include "runtime/object/alarm.h"

enum {
    EVENT_SLICE = 4096,             /* objects looked at in one turn                              */
    EVENT_ENTER = 256,              /* and that enter a state, which costs more                   */
    EVENT_INHIBIT_MS = 10000,       /* after start: how long a source may take to say something   */
    EVENT_RETRY_MS = 20,
};

/* event_rule.c: what the algorithm of the object's type says now. `alg`: the state that it is in,
 * latching aside. */
struct verdict {
    enum event_state state;
    bool at_once;               /* no delay is kept                                               */
    bool left;                  /* the limit that was exceeded is left, perhaps for the other one  */
    uint32_t limit;             /* that limit                                                     */
    struct said said;           /* values and type                                                */
};
struct verdict event_rule(const struct db *db, uint32_t object, enum event_state alg);
/* What FAULT_OUT_OF_RANGE, FAULT_STATE find (13.4). */
enum reliability event_fault(const struct db *db, uint32_t object);
/* Delay before that state, ms. */
uint64_t event_delay(const struct db *db, uint32_t object, enum event_state to);

struct event_engine;
int event_open(struct event_engine **e, struct db *db);                 /* 0 or -ENOMEM           */
void event_close(struct event_engine *e);
/* Looks at the dirty sets. When to come again, ms; now or earlier: at once; UINT64_MAX: never. */
uint64_t event_turn(struct event_engine *e, uint64_t now_ms);
#endif
