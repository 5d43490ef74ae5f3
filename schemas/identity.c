#include "schemas/identity.h"

static uint64_t avalanche(uint64_t h)
{
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 27) * 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

struct img_identity identity_of(const void *key, size_t n)
{
    const uint8_t *p = key;
    uint64_t a = 0x243f6a8885a308d3u ^ n, b = 0x13198a2e03707344u + n;
    while (n) {
        uint64_t w = 0;
        size_t k = n < 8 ? n : 8;
        if (k == 8)
            w = le64_get(*(const le64 *)(const void *)p);
        for (size_t i = 0; k < 8 && i < k; i++)
            w |= (uint64_t)p[i] << (8 * i);
        a = avalanche(a ^ w) * 5 + 0x9e3779b97f4a7c15u;
        b = avalanche(b + w * 0xd6e8feb86659fd93u) ^ a >> 17;
        p += k;
        n -= k;
    }
    a = avalanche(a + b);
    b = avalanche(b ^ a);
    struct img_identity id;
    const le64 halves[2] = {le64_of(a), le64_of(b)};
    memcpy(&id, halves, sizeof id);
    return id;
}
