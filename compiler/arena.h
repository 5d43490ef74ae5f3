#ifndef COMPILER_ARENA_H
#define COMPILER_ARENA_H
/* The compiler's memory: one arena per run, which lives until the process ends, and short ones for
 * what only a pass needs. Everything an arena hands out is zeroed and aligned for any type. It never
 * returns NULL: without memory there is nothing left to compile, so it says so and exits with
 * status 1. */
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_drop(struct arena *a);                                    /* with all it handed out */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);      /* checked product        */
/* The same for a table in which places are looked at, in no order, before they are filled in. */
void *arena_table(struct arena *a, size_t count, size_t size);
/* The array grown to hold at least `need` elements; *cap is in elements. A large one moves, and the
 * old place is gone; a small one is copied and stays behind in the arena, so grow by doubling only
 * (this does). */
void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size);
/* Gives a large array (its full size in bytes) back, for others; of small ones nothing is gained. */
void arena_release(struct arena *a, void *p, size_t size);
char *arena_bytes(struct arena *a, size_t size, size_t align);      /* align: a power of two   */
char *arena_copy(struct arena *a, const void *bytes, size_t n);      /* NUL-terminated, unaligned */

__attribute__((format(printf, 2, 3)))
char *arena_printf(struct arena *a, const char *fmt, ...);
#endif
