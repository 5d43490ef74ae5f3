#ifndef COMPILER_NUMBER_FORMER_H
#define COMPILER_NUMBER_FORMER_H
/* Inside of pass "number": former names that nothing had. */
#include "compiler/plan.h"

/* Objects of the device that get a new number though the project says what they were called: warns where the lock knows
 * of nothing so called. All that the lock has is matched by then; what is new has no line yet. */
void number_tell_formers(struct ctx *ctx, const struct lock *l, const struct plan_device *d);
#endif
