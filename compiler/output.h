#ifndef COMPILER_OUTPUT_H
#define COMPILER_OUTPUT_H
/* Files are written whole or not at all: a temporary beside the target, synced, then renamed. */
#include "compiler/ctx.h"

struct outputs;                 /* files of one command, committed together                    */
struct output;

/* Is it the project, a file that it includes, or its numbers? What is made of them must not take
 * their place. */
bool output_is_input(struct ctx *ctx, const char *path);
/* "-" or its name in the system. What is told of the run goes elsewhere then. */
bool output_is_stdout(const char *path);
struct outputs *outputs_new(struct ctx *ctx);
/* The temporary of `path` ("-": standard output itself), to be filled piece by piece with about `expected` octets. NULL: reported
 * (diag_machine), what was written before is removed, nothing else is to be done. */
struct output *output_open(struct outputs *o, const char *path, size_t expected);
/* What goes wrong is told by output_close(). */
void output_put(struct output *f, const void *bytes, size_t n);
/* Nothing follows: the disk can begin, so that output_close() has less to wait for; or all is on it
 * afterwards, which takes its time and can be done beside. */
void output_end(struct output *f);
void output_sync(struct output *f);
/* false: as output_open(). */
bool output_close(struct output *f);
/* All at once. */
bool output_write(struct outputs *o, const char *path, const void *bytes, size_t n);
/* Renames all in the order they were written.
 * false: reported, and what was not yet renamed is removed. */
bool outputs_commit(struct outputs *o);
void outputs_abandon(struct outputs *o);
#endif
