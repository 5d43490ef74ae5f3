#ifndef BASE_POOL_H
#define BASE_POOL_H
/* A fixed number of equal items, taken and given back in constant time. Sized at start; a full pool
 * says NULL and counts, which the caller turns into a protocol answer. */
#include <stddef.h>
#include <stdint.h>

struct pool {
    uint8_t *items;
    uint32_t *next;     /* free list by index                                                    */
    size_t size;        /* of an item, rounded up for alignment                                  */
    uint32_t n, free;   /* items; head of the free list, n: none                                 */
    uint32_t used, high;
    uint64_t refused;
};

int pool_init(struct pool *p, size_t size, uint32_t n);    /* 0 or -ENOMEM                       */
void pool_fini(struct pool *p);
void *pool_take(struct pool *p);                           /* zeroed item, or NULL               */
void pool_give(struct pool *p, void *item);
uint32_t pool_index(const struct pool *p, const void *item);
void *pool_at(const struct pool *p, uint32_t index);       /* whether taken or not               */
#endif
