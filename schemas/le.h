#ifndef SCHEMAS_LE_H
#define SCHEMAS_LE_H
/* Little-endian numbers as records of the device image hold them: made of bytes, so that a record
 * needs no alignment. */
#include <stdint.h>
#include <string.h>

typedef struct { uint8_t b[2]; } le16;
typedef struct { uint8_t b[4]; } le32;
typedef struct { uint8_t b[8]; } le64;

static inline uint16_t le16_get(le16 v) { return (uint16_t)(v.b[0] | v.b[1] << 8); }
static inline uint32_t le32_at(const uint8_t p[4])
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint32_t le32_get(le32 v) { return le32_at(v.b); }
static inline uint64_t le64_get(le64 v)
{
    return v.b[0] | (uint64_t)v.b[1] << 8 | (uint64_t)v.b[2] << 16 | (uint64_t)v.b[3] << 24 |
           (uint64_t)v.b[4] << 32 | (uint64_t)v.b[5] << 40 | (uint64_t)v.b[6] << 48 | (uint64_t)v.b[7] << 56;
}
static inline le16 le16_of(uint16_t v) { return (le16){{(uint8_t)v, (uint8_t)(v >> 8)}}; }
static inline le32 le32_of(uint32_t v)
{
    return (le32){{(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)}};
}
static inline le64 le64_of(uint64_t v)
{
    return (le64){{(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24),
                   (uint8_t)(v >> 32), (uint8_t)(v >> 40), (uint8_t)(v >> 48), (uint8_t)(v >> 56)}};
}
static inline le64 le64_of_real(double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    return le64_of(u);
}
static inline double le64_real(le64 v)
{
    uint64_t u = le64_get(v);
    double d;
    memcpy(&d, &u, sizeof d);
    return d;
}
#endif
