#ifndef BASE_PAGES_H
#define BASE_PAGES_H
/* Large memory that is about to be touched whole: from the system in huge pages where it has them, which
 * saves a fault per 4 KiB and most of the address translation of random access. */
#include <stddef.h>

enum { PAGES_HUGE = 1 << 21 };
/* malloc(), in huge pages from two of them on. free() frees it. */
void *pages_alloc(size_t n);
/* n octets of zeros, or NULL; the first `filled` of them are about to be written and come in huge pages,
 * the rest only takes room when it is touched. */
void *pages_zeros(size_t n, size_t filled);
void pages_free(void *p, size_t n);         /* what pages_zeros(n) gave, or NULL                */
#endif
