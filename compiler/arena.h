#ifndef COMPILER_ARENA_H
#define COMPILER_ARENA_H
/* The compiler's memory: one arena per run, nobody frees. Everything it hands out is zeroed,
 * aligned for any type and lives until the process ends. It never returns NULL: without memory
 * there is nothing left to compile, so it says so and exits with status 1. */
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);      /* checked product        */
/* The array grown to hold at least `need` elements; *cap is in elements. The old block stays
 * behind in the arena, so grow by doubling only (this does). */
void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size);
char *arena_copy(struct arena *a, const void *bytes, size_t n);      /* NUL-terminated, unaligned */
size_t arena_used(const struct arena *a);                            /* bytes asked of the system */

__attribute__((format(printf, 2, 3)))
char *arena_printf(struct arena *a, const char *fmt, ...);
#endif
