#ifndef COMPILER_HASH_H
#define COMPILER_HASH_H
/* Octets as numbers, and a hash for look-ups within one run; it never shows, never is written. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The first n octets, at most 8, as a number; no two texts of one length give the same. */
static inline uint64_t str_octets(const char *s, size_t n)
{
    uint64_t w;
    uint32_t a, b;
    if (n >= 8) {
        memcpy(&w, s, 8);
        return w;
    }
    if (n >= 4) {
        memcpy(&a, s, 4);
        memcpy(&b, s + n - 4, 4);
        return a | (uint64_t)b << 32;
    }
    return n ? (unsigned char)s[0] | (uint64_t)(unsigned char)s[n / 2] << 8 | (uint64_t)(unsigned char)s[n - 1] << 16 : 0;
}

static inline uint32_t hash_of(uint32_t salt, const char *s, size_t n)
{
    uint64_t h = ((uint64_t)salt << 32 | (uint32_t)n) * 0x9e3779b97f4a7c15u;
    for (; n >= 8; s += 8, n -= 8) {
        h = (h ^ str_octets(s, 8)) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    h = (h ^ str_octets(s, n)) * 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(h ^ h >> 32);
}
#endif
