#ifndef SCHEMAS_CRC_H
#define SCHEMAS_CRC_H
/* CRC-32 of IEEE 802.3 over octets that may lie in several pieces: the result is that of all of them
 * in a row, however they are cut. No allocation, no state but the caller's `struct crc`. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crc {
    uint32_t v;                             /* the register: what the octets so far leave behind    */
    bool folds;                             /* carry-less multiplication is there, and wanted       */
    uint64_t far[2], near[2];               /* what folding multiplies by: 64 and 16 octets ahead   */
    uint32_t t[16][256];                    /* t[k][i]: octet i with k zero octets after it         */
};
enum crc_way { CRC_FASTEST, CRC_PORTABLE }; /* what this processor does best; tables, on any        */

void crc_init(struct crc *c, enum crc_way way);
void crc_add(struct crc *c, const void *bytes, size_t n);
uint32_t crc_value(const struct crc *c);    /* of what was added so far; adding may go on           */
#endif
