#ifndef COMPILER_OUTFILE_H
#define COMPILER_OUTFILE_H
/* Whole text files, written so that the old one stays until the new one is complete. */
#include <stdbool.h>
#include <stddef.h>

struct ctx;

/* Writes a temporary file beside `path`, syncs and renames it; "-" is standard output. Keeps the
 * mode of a file that exists; !replace: such a file is an error. false: said through
 * diag_machine, nothing has changed. */
bool outfile_write(struct ctx *ctx, const char *path, const char *s, size_t n, bool replace);
#endif
