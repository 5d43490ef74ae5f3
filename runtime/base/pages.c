/* See pages.h. */
#include "runtime/base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* To whole huge pages, unless most of the last one were left over. */
static size_t rounded(size_t n)
{
    size_t over = n % PAGES_HUGE;
    return over > PAGES_HUGE / 2 ? n + PAGES_HUGE - over : n;
}

static void advise(void *p, size_t n)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(p, n / PAGES_HUGE * PAGES_HUGE, MADV_HUGEPAGE);
#else
    (void)p, (void)n;
#endif
}

void *pages_alloc(size_t n)
{
    void *b = NULL;
    if (n < 2 * (size_t)PAGES_HUGE)
        return malloc(n);
    if (posix_memalign(&b, PAGES_HUGE, rounded(n)) != 0)
        return NULL;
    advise(b, rounded(n));
    return b;
}

void *pages_zeros(size_t n, size_t filled)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    filled = rounded(filled);
    if (filled >= 2 * (size_t)PAGES_HUGE)
        advise(p, filled < n ? filled : n);
    return p;
}

void pages_free(void *p, size_t n)
{
    if (p)
        (void)munmap(p, n);
}
