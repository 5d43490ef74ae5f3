#ifndef SOURCE_BLOCKS_H
#define SOURCE_BLOCKS_H
/* Which registers are read together: those of one unit, table and poll time that lie near each other.
 * No I/O. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/source/attr.h"

enum table { TABLE_COIL, TABLE_DISCRETE, TABLE_INPUT, TABLE_HOLDING };
enum { BLOCK_REGISTERS = 125, BLOCK_BITS = 2000 };
struct place {                  /* what a binding reads                                           */
    uint32_t point;             /* whose                                                          */
    uint32_t poll_ms;
    uint16_t address, count;
    uint8_t unit, table;        /* enum table                                                     */
};
struct block {
    uint32_t first, n;          /* places                                                         */
    uint32_t poll_ms;
    uint16_t address, count;
    uint8_t unit, table;
    uint64_t due_ms;
    uint64_t asked_ms;          /* the last time; 0: never                                        */
    uint8_t bad;                /* had no answer, or a refusal, then                              */
    uint8_t deaf;               /* had no answer                                                  */
};
/* Sorts the places and groups them; gaps of up to max_gap registers are read along. Returns how many
 * blocks (at most n) were written to `out`. */
size_t blocks_plan(struct place *places, size_t n, unsigned max_gap, struct block *out);
/* holding:100; false: it is none. */
bool blocks_register(const char *text, uint8_t *table, uint16_t *address);
/* Does a binding read its register, and write one? An output's variable is not read, a writable one may be written. */
bool blocks_reads(const struct attrs *a, bool output);
bool blocks_writes(const struct attrs *a, bool writable);
/* Only this place of a block. */
struct block block_single(const struct block *b, const struct place *places, uint32_t i);
#endif
