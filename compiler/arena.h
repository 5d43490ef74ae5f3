#ifndef COMPILER_ARENA_H
#define COMPILER_ARENA_H
/* The compiler's memory: one arena per run, and nobody has to free. Everything it hands out is
 * zeroed, aligned for any type and lives until the process ends or arena_release(). It never returns NULL: without memory
 * there is nothing left to compile, so it says so and exits with status 1. */
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);      /* checked product        */
/* The array, from arena_array() or this function or (*cap 0) none, grown to hold at least `need`
 * elements; *cap is in elements, doubles, and tells the old size. The old place is void: of a small
 * array it stays behind in the arena, a large one moves with its pages. */
void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size);
/* A large array or allocation of that many bytes that nobody needs any more goes back to the system;
 * of a small one nothing happens. */
void arena_release(struct arena *a, void *p, size_t size);
char *arena_copy(struct arena *a, const void *bytes, size_t n);      /* NUL-terminated, unaligned */
size_t arena_used(const struct arena *a);                            /* bytes asked of the system */

__attribute__((format(printf, 2, 3)))
char *arena_printf(struct arena *a, const char *fmt, ...);
#endif
