#ifndef COMPILER_SORT_H
#define COMPILER_SORT_H
/* Many things by a number that stands beside them, without looking at the things. */
#include "compiler/arena.h"

#include <stdint.h>

struct sort_item {
    uint64_t key;
    union {                     /* which thing                                                 */
        uint32_t at;
        const void *of;
    };
};
/* Ascending by key; equal ones keep their order. */
void sort_items(struct arena *a, struct sort_item *items, size_t n);
/* Of sorted ones, the first with that key; NULL: there is none. */
const struct sort_item *sort_find(const struct sort_item *items, size_t n, uint64_t key);
#endif
