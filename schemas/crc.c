/* CRC-32 of IEEE 802.3: by tables, sixteen octets at a time, and where the processor multiplies without
 * carries, by folding 64 octets at a time.
 *
 * The octets are a polynomial over GF(2), and the CRC is what is left of it, times x^32, modulo
 *     P = x^32+x^26+x^23+x^22+x^16+x^12+x^11+x^10+x^8+x^7+x^5+x^4+x^2+x+1.
 * An octet's bit 0 is sent first, so it has the highest power: everything here is mirrored. In a 32-bit
 * register bit 31 is x^0 and bit 0 is x^31; times x is a shift to the right, and what falls out comes back
 * as P without x^32, which is POLY.
 *
 * Folding. Only the remainder counts, so sixteen octets A that D bits further octets follow may be replaced
 * by anything congruent to A x^D that stands D bits later, added (xor) to the octets there. Let H be A's
 * first eight octets and L the other eight, each a polynomial of degree 63 at most:
 *     A x^D = H x^(64+D) + L x^D,   congruent to   H (x^(64+D) mod P) + L (x^D mod P),
 * which has degree 63 + 31 and so fits the sixteen octets there. The instruction multiplies plain numbers.
 * Mirrored, x^i is bit 63-i of a factor, so that x^i x^j comes out at bit 126-i-j, while in sixteen mirrored
 * octets x^(i+j) is bit 127-i-j: the product is once times x more than asked for. The factors are therefore
 * x^(63+D) and x^(D-1) modulo P, 32-bit remainders that stand in the upper half of their 64 bits (x^0 is
 * bit 63). Four lanes, each folded 64 octets ahead (D = 512), keep the multiplier busy; in the end they are
 * folded into one another (D = 128), and the sixteen octets left go through the tables like any others. */
#include "schemas/crc.h"
#include "schemas/le.h"

#define POLY 0xedb88320u

static uint32_t times_x(uint32_t v) { return v >> 1 ^ (v & 1 ? POLY : 0); }

static uint64_t factor(unsigned power)
{
    uint32_t v = UINT32_C(1) << 31;
    while (power--)
        v = times_x(v);
    return (uint64_t)v << 32;
}

/* Four octets of a step of sixteen, `k` octets before its end. */
static uint32_t word(const struct crc *c, uint32_t w, unsigned k)
{
    return c->t[k + 3][w & 0xff] ^ c->t[k + 2][w >> 8 & 0xff] ^ c->t[k + 1][w >> 16 & 0xff] ^ c->t[k][w >> 24];
}

static uint32_t by_tables(const struct crc *c, uint32_t v, const uint8_t *p, size_t n)
{
    for (; n >= 16; p += 16, n -= 16)
        v = word(c, v ^ le32_at(p), 12) ^ word(c, le32_at(p + 4), 8) ^ word(c, le32_at(p + 8), 4) ^
            word(c, le32_at(p + 12), 0);
    for (; n; p++, n--)
        v = v >> 8 ^ c->t[0][(v ^ *p) & 0xff];
    return v;
}

#if defined __x86_64__
#include <immintrin.h>

enum { FOLD_MIN = 64 };

static bool can_fold(void) { return __builtin_cpu_supports("pclmul"); }

__attribute__((target("pclmul")))
static __m128i ahead(__m128i a, __m128i by)
{
    return _mm_xor_si128(_mm_clmulepi64_si128(a, by, 0x00), _mm_clmulepi64_si128(a, by, 0x11));
}

static __m128i load(const void *p) { return _mm_loadu_si128(p); }

/* All whole sixteens of `n` octets, at least 64: `left` takes the sixteen octets they come to. */
__attribute__((target("pclmul")))
static void fold(const struct crc *c, const uint8_t *p, size_t n, uint8_t left[16])
{
    const __m128i far = load(c->far), near = load(c->near);
    __m128i a0 = _mm_xor_si128(load(p), _mm_cvtsi32_si128((int32_t)c->v));
    __m128i a1 = load(p + 16), a2 = load(p + 32), a3 = load(p + 48);
    for (p += 64, n -= 64; n >= 64; p += 64, n -= 64) {
        a0 = _mm_xor_si128(ahead(a0, far), load(p));
        a1 = _mm_xor_si128(ahead(a1, far), load(p + 16));
        a2 = _mm_xor_si128(ahead(a2, far), load(p + 32));
        a3 = _mm_xor_si128(ahead(a3, far), load(p + 48));
    }
    a1 = _mm_xor_si128(ahead(a0, near), a1);
    a2 = _mm_xor_si128(ahead(a1, near), a2);
    a3 = _mm_xor_si128(ahead(a2, near), a3);
    for (; n >= 16; p += 16, n -= 16)
        a3 = _mm_xor_si128(ahead(a3, near), load(p));
    _mm_storeu_si128((void *)left, a3);
}
#else
enum { FOLD_MIN = 64 };

static bool can_fold(void) { return false; }

static void fold(const struct crc *c, const uint8_t *p, size_t n, uint8_t left[16])
{
    (void)c, (void)p, (void)n, (void)left;
}
#endif

void crc_init(struct crc *c, enum crc_way way)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t v = i;
        for (int k = 0; k < 8; k++)
            v = times_x(v);
        c->t[0][i] = v;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int k = 1; k < 16; k++)
            c->t[k][i] = c->t[k - 1][i] >> 8 ^ c->t[0][c->t[k - 1][i] & 0xff];
    c->v = UINT32_MAX;
    c->folds = way == CRC_FASTEST && can_fold();
    c->far[0] = factor(512 + 63);
    c->far[1] = factor(512 - 1);
    c->near[0] = factor(128 + 63);
    c->near[1] = factor(128 - 1);
}

void crc_add(struct crc *c, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    if (c->folds && n >= FOLD_MIN) {
        uint8_t left[16] = {0};
        fold(c, p, n, left);
        c->v = by_tables(c, 0, left, sizeof left);      /* the register is in these octets already */
        p += n & ~(size_t)15;
        n &= 15;
    }
    c->v = by_tables(c, c->v, p, n);
}

uint32_t crc_value(const struct crc *c) { return ~c->v; }
