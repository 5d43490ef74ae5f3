#ifndef SCHEMAS_LE_H
#define SCHEMAS_LE_H
/* Little-endian numbers as records of the device image hold them: made of bytes, so that a record
 * needs no alignment. Defined in image.c. */
#include <stdint.h>

typedef struct { uint8_t b[2]; } le16;
typedef struct { uint8_t b[4]; } le32;
typedef struct { uint8_t b[8]; } le64;

static inline uint16_t le16_get(le16 v) { return (uint16_t)(v.b[0] | v.b[1] << 8); }
static inline uint32_t le32_get(le32 v)
{
    return v.b[0] | (uint32_t)v.b[1] << 8 | (uint32_t)v.b[2] << 16 | (uint32_t)v.b[3] << 24;
}
le16 le16_of(uint16_t v);
le32 le32_of(uint32_t v);
le64 le64_of_real(double v);
double le64_real(le64 v);
#endif
