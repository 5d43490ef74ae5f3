/* The one arena of a run: blocks that double in size, handed out by bumping a pointer. Never frees.
 * What is large has a mapping of its own, so that an array grows by moving pages instead of leaving
 * a copy behind, and is asked for in huge pages: a million variables would fault 4 KiB at a time. */
#include "compiler/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { FIRST = 1 << 16, LARGEST = 1 << 23, ALONE = 1 << 20, ALIGN = _Alignof(max_align_t) };

#ifdef MADV_HUGEPAGE
enum { ADVICE = MADV_HUGEPAGE };
#else
enum { ADVICE = MADV_NORMAL };
#endif

struct block {
    struct block *before;       /* keeps every block reachable for leak checkers               */
};
struct arena {
    char *p, *end;
    struct block *blocks;
    size_t used, next_size;
};

static _Noreturn void out_of_memory(void)
{
    fputs("bacc: out of memory\n", stderr);
    exit(1);
}

/* Zeroed pages that nothing else shares. */
static void *map_alone(struct arena *a, size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        out_of_memory();
    (void)madvise(p, size, ADVICE);
    a->used += size;
    return p;
}

static char *block_new(struct arena *a, size_t size)
{
    if (size >= LARGEST)
        return map_alone(a, size);
    struct block *b = calloc(1, size + ALIGN);
    if (!b)
        out_of_memory();
    b->before = a->blocks;
    a->blocks = b;
    a->used += size + ALIGN;
    return (char *)b + ALIGN;
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        out_of_memory();
    a->next_size = FIRST;
    return a;
}

static void *take(struct arena *a, size_t size)
{
    if (size >= ALONE)
        return map_alone(a, size);
    if (size > (size_t)(a->end - a->p)) {
        if (size > a->next_size / 8)    /* big ones live alone; the current block goes on      */
            return block_new(a, size);
        a->p = block_new(a, a->next_size);
        a->end = a->p + a->next_size;
        if (a->next_size < LARGEST)
            a->next_size *= 2;
    }
    void *p = a->p;
    a->p += size;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t skip = a->p ? (size_t)(-(uintptr_t)a->p) & (ALIGN - 1) : 0;
    if (skip > (size_t)(a->end - a->p))
        skip = (size_t)(a->end - a->p);     /* the block is full: the next one is aligned      */
    a->p += skip;
    return take(a, size ? size : 1);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory();
    return arena_alloc(a, count * size);
}

void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return old;
    size_t n = *cap ? *cap : 8;
    while (n < need) {
        if (n > SIZE_MAX / 2)
            out_of_memory();
        n *= 2;
    }
    if (size && n > SIZE_MAX / size)
        out_of_memory();
    void *p;
    if (*cap * size >= ALONE) {
        p = mremap(old, *cap * size, n * size, MREMAP_MAYMOVE);
        if (p == MAP_FAILED)
            out_of_memory();
        (void)madvise(p, n * size, ADVICE);
        a->used += (n - *cap) * size;
    } else {
        p = arena_array(a, n, size);
        if (*cap)
            memcpy(p, old, *cap * size);
    }
    *cap = n;
    return p;
}

void arena_release(struct arena *a, void *p, size_t size)
{
    if (size < ALONE)
        return;
    (void)munmap(p, size);
    a->used -= size;
}

char *arena_copy(struct arena *a, const void *bytes, size_t n)
{
    if (n == SIZE_MAX)
        out_of_memory();
    char *p = take(a, n + 1);
    if (n)
        memcpy(p, bytes, n);
    return p;                               /* blocks are zeroed: the NUL is there             */
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = take(a, n > 0 ? (size_t)n + 1 : 1);
    va_start(ap, fmt);
    if (n > 0)
        vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}
