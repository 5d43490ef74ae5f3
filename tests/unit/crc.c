/* schemas/crc.h, both ways, against the definition bit by bit: every length up to several steps of
 * folding, every alignment, every cut in two, many cuts in many pieces, and values that others publish. */
#include "schemas/crc.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

enum { LONGEST = 400, ALIGN = 16, BIG = 200000 };

static uint64_t seed = 88172645463325252u;

static uint32_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 16);
}

/* As 802.3 has it: bits in the order of the wire, the register complemented at both ends. */
static uint32_t defined(const uint8_t *p, size_t n)
{
    uint32_t v = UINT32_MAX;
    for (size_t i = 0; i < n * 8; i++) {
        uint32_t out = (v ^ (uint32_t)p[i / 8] >> i % 8) & 1;
        v = v >> 1 ^ (out ? 0xedb88320u : 0);
    }
    return ~v;
}

static uint32_t whole(enum crc_way way, const uint8_t *p, size_t n)
{
    struct crc c;
    crc_init(&c, way);
    crc_add(&c, p, n);
    return crc_value(&c);
}

static void published(struct unit *u, enum crc_way way)
{
    static const uint8_t zeros[32];
    CHECK(u, whole(way, NULL, 0) == 0);
    CHECK(u, whole(way, (const uint8_t *)"123456789", 9) == 0xcbf43926u);
    CHECK(u, whole(way, zeros, 32) == 0x190a55adu);
    CHECK(u, whole(way, (const uint8_t *)"The quick brown fox jumps over the lazy dog", 43) == 0x414fa339u);
}

/* In a block of exactly its size, so that a sanitizer sees an octet read too many. */
static void lengths(struct unit *u, enum crc_way way)
{
    for (size_t n = 0; n <= LONGEST; n++)
        for (size_t at = 0; at < ALIGN; at++) {
            uint8_t *p = malloc(at + n ? at + n : 1);
            if (!CHECK(u, p != NULL))
                return;
            for (size_t i = 0; i < at + n; i++)
                p[i] = (uint8_t)rnd();
            CHECK(u, whole(way, p + at, n) == defined(p + at, n));
            free(p);
        }
}

static void cuts(struct unit *u, enum crc_way way)
{
    uint8_t b[LONGEST];
    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (uint8_t)rnd();
    struct crc c;
    const uint32_t want = defined(b, sizeof b);
    for (size_t k = 0; k <= sizeof b; k++) {
        crc_init(&c, way);
        crc_add(&c, b, k);
        CHECK(u, crc_value(&c) == defined(b, k));
        crc_add(&c, b + k, sizeof b - k);
        CHECK(u, crc_value(&c) == want);
    }
}

static void pieces(struct unit *u, enum crc_way way)
{
    uint8_t *b = malloc(BIG);
    if (!CHECK(u, b != NULL))
        return;
    for (size_t i = 0; i < BIG; i++)
        b[i] = (uint8_t)rnd();
    const uint32_t want = defined(b, BIG);
    CHECK(u, whole(way, b, BIG) == want);
    for (unsigned round = 0; round < 50; round++) {
        struct crc c;
        crc_init(&c, way);
        for (size_t at = 0; at < BIG;) {
            size_t n = rnd() % (round % 5 ? 300 : 60000);
            n = n < BIG - at ? n : BIG - at;
            crc_add(&c, b + at, n);
            at += n;
        }
        CHECK(u, crc_value(&c) == want);
    }
    /* No single bit may change unseen. */
    for (unsigned i = 0; i < 50; i++) {
        uint32_t at = rnd() % BIG;
        b[at] ^= (uint8_t)(1u << i % 8);
        CHECK(u, whole(way, b, BIG) != want);
        b[at] ^= (uint8_t)(1u << i % 8);
    }
    free(b);
}

int main(void)
{
    struct unit u = {0};
    static const enum crc_way ways[] = {CRC_PORTABLE, CRC_FASTEST};
    struct crc c;
    crc_init(&c, CRC_PORTABLE);
    CHECK(&u, !c.folds);
#if defined __x86_64__
    crc_init(&c, CRC_FASTEST);
    CHECK(&u, c.folds == !!__builtin_cpu_supports("pclmul"));
#endif
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        published(&u, ways[i]);
        lengths(&u, ways[i]);
        cuts(&u, ways[i]);
        pieces(&u, ways[i]);
    }
    return unit_end(&u);
}
