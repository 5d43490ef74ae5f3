#ifndef COMPILER_AHEAD_H
#define COMPILER_AHEAD_H
/* What later passes will need, begun beside "check", which only reads: what variables become in the plan, then
 * their records in the image. */
#include "compiler/ctx.h"

/* Pass "ahead", where there are many. */
void pass_ahead(struct ctx *ctx);
/* The plan as plan_begin() and plan_variables() leave it. NULL: nothing was begun. */
struct plan *ahead_plan(struct ctx *ctx);
/* The image of the only PLC with its variables, for emit_image(). NULL: nothing was begun. */
struct emit *ahead_emit(struct ctx *ctx);
/* What was begun and nobody took. */
void ahead_end(struct ctx *ctx);
#endif
