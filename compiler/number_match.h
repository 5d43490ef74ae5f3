#ifndef COMPILER_NUMBER_MATCH_H
#define COMPILER_NUMBER_MATCH_H
/* Inside of pass "number": which line of the lock is which object's. */
#include <string.h>

#include "compiler/plan.h"

static inline bool number_same(struct str a, struct str b)
{
    return a.n == b.n && (a.s == b.s || !memcmp(a.s, b.s, a.n));
}
/* n == 0: the project gives none. */
struct str number_guid(const struct plan_object *o);
/* A device whose lock is known: its variables; then, once that is done for all devices, everything else. */
void number_match_variables(struct plan_device *d);
void number_match_others(struct ctx *ctx, struct plan_device *d);
#endif
