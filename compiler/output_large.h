#ifndef COMPILER_OUTPUT_LARGE_H
#define COMPILER_OUTPUT_LARGE_H
/* Writing past the system's cache, for files of which a cached copy is dear: it takes as much memory as the
 * file has octets, which a virtual machine's host has to find first, and all is synced anyway. Where the file
 * system does not offer that, it is written as any other. */
#include <stdbool.h>
#include <stddef.h>

struct output_large;

/* Of that many octets or more it pays. A smaller image is better cached: it is read soon. */
enum { OUTPUT_LARGE = 1 << 26 };

/* For a file that was just opened and is empty. NULL: not here. */
struct output_large *output_large_new(int fd);
/* Returns 0 or errno. */
int output_large_put(struct output_large *x, const void *bytes, size_t n);
/* The rest; x is gone afterwards. Returns 0 or errno. Not synced. */
int output_large_end(struct output_large *x);
#endif
