/* See blocks.h. */
#include "runtime/source/blocks.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    if (a->poll_ms != b->poll_ms)
        return a->poll_ms < b->poll_ms ? -1 : 1;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return a->point < b->point ? -1 : a->point > b->point;
}

struct block block_single(const struct block *b, const struct place *places, uint32_t i)
{
    struct block one = *b;
    one.first = b->first + i;
    one.n = 1;
    one.address = places[one.first].address;
    one.count = places[one.first].count;
    return one;
}

size_t blocks_plan(struct place *places, size_t n, unsigned max_gap, struct block *out)
{
    size_t blocks = 0;
    qsort(places, n, sizeof *places, compare);
    for (size_t i = 0; i < n; i++) {
        const struct place *p = &places[i];
        struct block *b = blocks ? &out[blocks - 1] : NULL;
        uint32_t max = p->table <= TABLE_DISCRETE ? BLOCK_BITS : BLOCK_REGISTERS;
        uint32_t end = (uint32_t)p->address + p->count;
        if (b && b->unit == p->unit && b->table == p->table && b->poll_ms == p->poll_ms &&
            p->address <= (uint32_t)b->address + b->count + max_gap && end - b->address <= max) {
            b->n++;
            if (end > (uint32_t)b->address + b->count)
                b->count = (uint16_t)(end - b->address);
            continue;
        }
        out[blocks++] = (struct block){.first = (uint32_t)i, .n = 1, .poll_ms = p->poll_ms, .address = p->address,
                                       .count = p->count, .unit = p->unit, .table = p->table};
    }
    return blocks;
}

bool blocks_register(const char *text, uint8_t *table, uint16_t *address)
{
    static const char *const tables[] = {"coil:", "discrete:", "input:", "holding:"};
    char *end;
    for (uint8_t t = 0; text && t < 4; t++) {
        size_t n = strlen(tables[t]);
        if (strncmp(text, tables[t], n) != 0)
            continue;
        unsigned long a = strtoul(text + n, &end, 10);
        *table = t;
        *address = (uint16_t)a;
        return end != text + n && !*end && a <= 65535;
    }
    return false;
}

bool blocks_reads(const struct attrs *a, bool output)   /* an output's register is written, unless another one is */
{
    const char *r = attr_text(a, "register", NULL), *out = attr_text(a, "writeRegister", r);
    return r && (!output || !strncmp(r, "input", 5) || !strncmp(r, "discrete", 8) || strcmp(out, r) != 0);
}

bool blocks_writes(const struct attrs *a, bool writable)
{
    const char *r = attr_text(a, "register", "");
    return attr_text(a, "writeRegister", NULL) ||
           (writable && (!strncmp(r, "coil", 4) || !strncmp(r, "holding", 7)));
}
