#ifndef COMPILER_AHEAD_H
#define COMPILER_AHEAD_H
/* What later passes will need, begun beside "check", which only reads: what variables become in the plan, then
 * their records in the image. */
#include "compiler/ctx.h"

/* Where there are many, and no error so far. */
void ahead_begin(struct ctx *ctx);
/* The plan as plan_begin() and plan_variables() leave it. NULL: nothing was begun. */
struct plan *ahead_plan(struct ctx *ctx);
/* The image of the only PLC; its variables are under way until ahead_wait(). NULL: nothing was begun. */
struct emit *ahead_emit(struct ctx *ctx);
void ahead_wait(struct ctx *ctx);
/* The end of what was begun, also if nobody took it. */
void ahead_end(struct ctx *ctx);
#endif
