#ifndef DATA_STORE_PEND_H
#define DATA_STORE_PEND_H
/* Trend records that wait in memory, one after the other. Ten thousand logs have a dozen each, so a record
 * says only how far it is from the one before: five octets beside its data for one a minute. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_pending {
    uint64_t position;
    int64_t time;
    const uint8_t *data;
    uint32_t n;                 /* octets of data                                                 */
};
enum { PEND_HEAD = 25 };        /* what a record takes at most beside its data                    */

/* Writes a record behind the one `before` (its position and time; zeros count as well). Octets. */
size_t pend_put(uint8_t *to, const struct store_pending *before, const struct store_pending *p);
/* The record at *at, which moves on; *p comes in as the one before. False: there is none. */
bool pend_next(const uint8_t *bytes, size_t used, size_t *at, struct store_pending *p);
#endif
