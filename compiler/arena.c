/* The arenas: small blocks that double in size, handed out by bumping a pointer, and mappings of
 * their own for what is large. A mapping grows in place or moves without being copied, and what was
 * never touched costs nothing. A mapping that is given back waits for the next who wants one: fresh
 * pages of the system cost more than anything that is done with them. No huge pages are asked for: in
 * a virtual machine each is memory that its host has to find, and a million variables took a quarter
 * longer. */
#include "compiler/arena.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
enum { FIRST = 1 << 16, LARGEST = 1 << 23, MAPPED = 1 << 20, PAGE = 1 << 12, ALIGN = _Alignof(max_align_t) };

struct block {
    struct block *before, *after;
    struct block **list;        /* where it is the last: its arena's, so that another arena may make it longer */
    size_t size;                /* with this head                                              */
};
enum { HEAD = (sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN };
struct arena {
    char *p, *end;
    struct block *small;        /* from malloc: kept apart, so that leak checkers reach all    */
    struct block *mapped;
    size_t next_size;
    struct arena *before, *after;
};

static _Noreturn void out_of_memory(void)
{
    fputs("bacc: out of memory\n", stderr);
    exit(1);
}

/* Mappings that nobody needs, all arenas'; their content is old. And all arenas there are: one that lives
 * until the process ends is not lost. */
static struct {
    pthread_mutex_t lock;
    struct block *list;
    struct arena *arenas;
} spare = {PTHREAD_MUTEX_INITIALIZER, NULL, NULL};

static void link_in(struct block **list, struct block *b)
{
    b->before = *list;
    b->after = NULL;
    b->list = list;
    if (b->before)
        b->before->after = b;
    *list = b;
}

static void unlink_from_list(struct block *b)
{
    if (b->before)
        b->before->after = b->after;
    if (b->after)
        b->after->before = b->before;
    else
        *b->list = b->before;
}

/* A spare mapping of that size: the smallest that holds it, of which the rest stays spare. */
static struct block *spare_take(size_t size)
{
    struct block *best = NULL;
    (void)pthread_mutex_lock(&spare.lock);
    for (struct block *b = spare.list; b; b = b->before)
        if (b->size >= size && (!best || b->size < best->size))
            best = b;
    if (best) {
        unlink_from_list(best);
        size_t rest = (best->size - size) / PAGE * PAGE;
        if (rest >= MAPPED) {
            struct block *b = (struct block *)((char *)best + (best->size - rest));
            best->size -= rest;
            b->size = rest;
            link_in(&spare.list, b);
        }
    }
    (void)pthread_mutex_unlock(&spare.lock);
    return best;
}

static void spare_put(struct block *b)
{
    (void)pthread_mutex_lock(&spare.lock);
    link_in(&spare.list, b);
    (void)pthread_mutex_unlock(&spare.lock);
}

static struct block *map_fresh(size_t size)
{
    struct block *b = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b == MAP_FAILED)
        return NULL;
    b->size = size;
    return b;
}

/* Zeroed; of at least that size, in whole pages. */
static struct block *map_block(size_t size)
{
    size = (size + PAGE - 1) / PAGE * PAGE;
    struct block *b = spare_take(size);
    if (!b)
        return map_fresh(size);
    memset((char *)b + HEAD, 0, b->size - HEAD);    /* all: an array in it may grow             */
    return b;
}

static char *block_new(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - HEAD - PAGE)
        out_of_memory();
    struct block *b = size < MAPPED ? calloc(1, size + HEAD) : map_block(size + HEAD);
    if (!b)
        out_of_memory();
    if (size < MAPPED)
        b->size = size + HEAD;
    link_in(size < MAPPED ? &a->small : &a->mapped, b);
    return (char *)b + HEAD;
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        out_of_memory();
    a->next_size = FIRST;
    (void)pthread_mutex_lock(&spare.lock);
    a->before = spare.arenas;
    if (a->before)
        a->before->after = a;
    spare.arenas = a;
    (void)pthread_mutex_unlock(&spare.lock);
    return a;
}

void arena_drop(struct arena *a)
{
    (void)pthread_mutex_lock(&spare.lock);
    *(a->after ? &a->after->before : &spare.arenas) = a->before;
    if (a->before)
        a->before->after = a->after;
    (void)pthread_mutex_unlock(&spare.lock);
    for (struct block *b = a->small, *next; b; b = next) {
        next = b->before;
        free(b);
    }
    for (struct block *b = a->mapped, *next; b; b = next) {
        next = b->before;
        spare_put(b);
    }
    free(a);
}

static void *take(struct arena *a, size_t size)
{
    if (size >= MAPPED)
        return block_new(a, size);
    if (size > (size_t)(a->end - a->p)) {
        if (size > a->next_size / 8)    /* big ones live alone; the current block goes on      */
            return block_new(a, size);
        size_t room = a->next_size - HEAD;      /* whole pages with the head                   */
        a->p = block_new(a, room);
        a->end = a->p + room;
        if (a->next_size < LARGEST)
            a->next_size *= 2;
    }
    void *p = a->p;
    a->p += size;
    return p;
}

char *arena_bytes(struct arena *a, size_t size, size_t align)
{
    if (a->p) {
        size_t skip = (size_t)(-(uintptr_t)a->p) & (align - 1), left = (size_t)(a->end - a->p);
        a->p += skip < left ? skip : left;  /* a full block: the next one is aligned           */
    }
    return take(a, size ? size : 1);
}

void *arena_alloc(struct arena *a, size_t size)
{
    return arena_bytes(a, size, ALIGN);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory();
    return arena_alloc(a, count * size);
}

/* A page that is read before it is written is made twice: first it is the system's page of zeros, of which every
 * processor then has to be told that it is no longer. So all of a table's pages are made at once. */
void *arena_table(struct arena *a, size_t count, size_t size)
{
    char *p = arena_array(a, count, size);
    if (count * size >= MAPPED) {
        struct block *b = (struct block *)(void *)(p - HEAD);
        if (madvise(b, (count * size + HEAD + PAGE - 1) / PAGE * PAGE, MADV_POPULATE_WRITE))
            memset(p, 0, count * size);         /* a system that cannot                        */
    }
    return p;
}

void arena_release(struct arena *a, void *p, size_t size)
{
    (void)a;                        /* the mapping knows whose it is                            */
    if (!p || size < MAPPED)
        return;
    struct block *b = (struct block *)((char *)p - HEAD);
    unlink_from_list(b);
    spare_put(b);
}

/* A mapping made longer; what is added reads as zeros. */
static void *lengthen(struct arena *a, void *p, size_t size)
{
    struct block *b = (struct block *)((char *)p - HEAD), *longer;
    if (size > SIZE_MAX - HEAD - PAGE)
        out_of_memory();
    size = (size + HEAD + PAGE - 1) / PAGE * PAGE;
    if (size <= b->size)            /* a spare one may be longer than was asked for            */
        return p;
    unlink_from_list(b);
    if ((longer = spare_take(size)) != NULL) {
        size_t n = b->size;
        memcpy((char *)longer + HEAD, (char *)b + HEAD, n - HEAD);
        memset((char *)longer + n, 0, longer->size - n);
        spare_put(b);
        b = longer;
    } else {
        b = mremap(b, b->size, size, MREMAP_MAYMOVE);
        if (b == MAP_FAILED)
            out_of_memory();
        b->size = size;
    }
    link_in(&a->mapped, b);
    return (char *)b + HEAD;
}

void *arena_grow(struct arena *a, void *old, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return old;
    bool exact = !*cap && size && need >= MAPPED / size;    /* who begins large knows how large    */
    size_t n = *cap ? *cap : exact ? need : 8;
    while (n < need) {
        if (n > SIZE_MAX / 2)
            out_of_memory();
        n *= 2;
    }
    if (size && n > SIZE_MAX / size)
        out_of_memory();
    void *p;
    if (*cap * size >= MAPPED) {
        p = lengthen(a, old, n * size);
    } else {
        p = arena_array(a, n, size);
        if (*cap)
            memcpy(p, old, *cap * size);
    }
    *cap = n;
    return p;
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
