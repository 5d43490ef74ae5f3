#ifndef COMPILER_HASH_H
#define COMPILER_HASH_H
/* A hash for look-ups within one run; never shows, never is written. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t hash_of(uint32_t salt, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t h = ((uint64_t)salt << 32 | (uint32_t)n) * 0x9e3779b97f4a7c15u, w = 0;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&w, p, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (n & 4)
        memcpy(&w, p, 4);
    for (size_t i = n & 4; i < n; i++)
        w |= (uint64_t)p[i] << 8 * i;
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(h ^ h >> 32);
}
#endif
