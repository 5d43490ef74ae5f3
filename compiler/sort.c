#include "compiler/sort.h"

#include <stdbool.h>
#include <string.h>

enum { FEW = 48, DIGITS = 8, VALUES = 256 };

static bool sorted(const struct sort_item *v, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (v[i].key < v[i - 1].key)
            return false;
    return true;
}

static void insert_each(struct sort_item *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct sort_item x = v[i];
        size_t k = i;
        for (; k && v[k - 1].key > x.key; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

static unsigned digit(uint64_t key, unsigned d) { return key >> 8 * d & 0xff; }

/* Digit by digit from the lowest: each round keeps what the rounds before have put in order. A digit
 * that all have in common needs none. */
void sort_items(struct arena *a, struct sort_item *items, size_t n)
{
    if (sorted(items, n))
        return;
    if (n <= FEW) {
        insert_each(items, n);
        return;
    }
    size_t count[DIGITS][VALUES] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (unsigned d = 0; d < DIGITS; d++)
            count[d][digit(items[i].key, d)]++;
    struct sort_item *scratch = arena_array(a, n, sizeof *scratch), *from = items, *to = scratch;
    for (unsigned d = 0; d < DIGITS; d++) {
        if (count[d][digit(items[0].key, d)] == n)
            continue;
        size_t next[VALUES], sum = 0;
        for (unsigned v = 0; v < VALUES; sum += count[d][v++])
            next[v] = sum;
        for (size_t i = 0; i < n; i++)
            to[next[digit(from[i].key, d)]++] = from[i];
        struct sort_item *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, n * sizeof *items);
    arena_release(a, scratch, n * sizeof *scratch);
}

const struct sort_item *sort_find(const struct sort_item *items, size_t n, uint64_t key)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (items[mid].key < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && items[lo].key == key ? &items[lo] : NULL;
}
