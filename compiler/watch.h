#ifndef COMPILER_WATCH_H
#define COMPILER_WATCH_H
/* `bacc compile --watch`. */
struct ctx;

/* Compiles again and again, whenever a file that the project consists of has changed. Returns only
 * where the machine fails. */
int watch_project(struct ctx *ctx);
#endif
