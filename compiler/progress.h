#ifndef COMPILER_PROGRESS_H
#define COMPILER_PROGRESS_H
/* A line on the terminal while a run takes long: what is being done, and how much of a file is read.
 * Nothing is shown in the first second ($BACC_PROGRESS: in so many milliseconds; no number: never), nor
 * where standard error is no terminal or TERM is dumb. */
#include <stddef.h>

struct ctx;

void progress_begin(struct ctx *ctx);                   /* of a run                            */
void progress_step(struct ctx *ctx, const char *what);
/* In between, as often as one likes: costs a counter mostly. */
void progress_part(struct ctx *ctx, size_t done, size_t total);
void progress_end(struct ctx *ctx);                     /* the line is gone; before other output */
#endif
