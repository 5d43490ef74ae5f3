#ifndef COMPILER_NUMBER_MATCH_H
#define COMPILER_NUMBER_MATCH_H
/* Inside of pass "number": which line of the lock is which object's. */
#include "compiler/plan.h"

/* n == 0: the project gives none. */
struct str number_guid(const struct plan_object *o);
/* With what a new line is born where that is not its name, n == 0: with that. A schedule whose name is its
 * variable's dataPointName is born with the variable's, as nothing else tells later what the former one was. */
struct str number_birth(const struct plan_object *o);
/* The object of a publication, until its device's objects are ordered; NULL: it is not compiled. */
const struct plan_object *number_object_of(const struct publication *p);
/* The variable that the line says is the schedule's; n == 0: it says none. */
struct str number_variable(const struct lock_line *line);
/* A device whose lock is known: all but trend logs; then, once that is done for all devices, these. */
void number_match(struct ctx *ctx, struct plan_device *d);
void number_match_trends(struct ctx *ctx, struct plan_device *d);
/* All devices are numbered: a trend log's line learns of what it is, where its name does not tell. A file is not
 * written for that: it is where there is something new to learn. */
void number_note_trends(struct ctx *ctx, struct plan_device *d);
#endif
