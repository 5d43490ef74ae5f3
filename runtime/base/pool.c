/* See pool.h. */
#include "runtime/base/pool.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int pool_init(struct pool *p, size_t size, uint32_t n)
{
    size_t align = _Alignof(max_align_t);
    *p = (struct pool){.size = (size + align - 1) / align * align, .n = n};
    p->items = calloc(n ? n : 1, p->size);
    p->next = calloc(n ? n : 1, sizeof *p->next);
    if (!p->items || !p->next) {
        pool_fini(p);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < n; i++)
        p->next[i] = i + 1;
    return 0;
}

void pool_fini(struct pool *p)
{
    free(p->items);
    free(p->next);
    *p = (struct pool){0};
}

void *pool_take(struct pool *p)
{
    if (p->free == p->n) {
        p->refused++;
        return NULL;
    }
    uint8_t *item = p->items + p->free * p->size;
    p->free = p->next[p->free];
    if (++p->used > p->high)
        p->high = p->used;
    memset(item, 0, p->size);
    return item;
}

uint32_t pool_index(const struct pool *p, const void *item)
{
    size_t off = (size_t)((const uint8_t *)item - p->items);
    assert(off % p->size == 0 && off / p->size < p->n);
    return (uint32_t)(off / p->size);
}

void pool_give(struct pool *p, void *item)
{
    uint32_t i = pool_index(p, item);
    assert(p->used);
    p->next[i] = p->free;
    p->free = i;
    p->used--;
}

void *pool_at(const struct pool *p, uint32_t index)
{
    assert(index < p->n);
    return p->items + index * p->size;
}
