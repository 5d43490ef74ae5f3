#include "schemas/utf8.h"

#include <stdint.h>
#include <string.h>

size_t utf8_next(const void *bytes, size_t n, unsigned *code)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t *p = bytes;
    if (!n)
        return 0;
    *code = p[0];
    if (p[0] < 0x80)
        return 1;
    size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
        return 0;
    uint32_t c = p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    *code = c;
    bool fine = c >= least[len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    return fine ? len : 0;
}

/* Is an octet of `w` 0 or above 0x7f? One of 0x81 and more, or a 0 (the lowest lends from above), has its
 * top bit after 1 is taken from each; one of 0x80 has it before. */
static uint64_t odd_ones(uint64_t w) { return ((w - 0x0101010101010101u) | w) & 0x8080808080808080u; }

/* By whole words; the last of them may overlap the one before. */
bool utf8_plain(const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    uint64_t odd = 0, w;
    uint32_t first, last;
    if (n >= 8) {
        const uint8_t *end = p + n - 8;
        for (; p < end; p += 8) {
            memcpy(&w, p, 8);
            odd |= odd_ones(w);
        }
        memcpy(&w, end, 8);
        odd |= odd_ones(w);
    } else if (n >= 4) {
        memcpy(&first, p, 4);
        memcpy(&last, p + n - 4, 4);
        odd = odd_ones((uint64_t)first << 32 | last);
    } else {
        while (n--)
            odd |= (uint8_t)(p[n] - 1) > 0x7e;
    }
    return !odd;
}

bool utf8_valid(const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    if (utf8_plain(p, n))
        return true;
    while (n) {
        uint64_t eight;
        unsigned code;
        if (n >= 8 && (memcpy(&eight, p, 8), !(eight & 0x8080808080808080u))) {
            p += 8;
            n -= 8;
            continue;
        }
        size_t len = utf8_next(p, n, &code);
        if (!len)
            return false;
        p += len;
        n -= len;
    }
    return true;
}

size_t utf8_cut(const void *bytes, size_t n, size_t most)
{
    const uint8_t *p = bytes;
    if (n <= most)
        return n;
    while (most && (p[most] & 0xc0) == 0x80)
        most--;
    return most;
}

size_t utf8_put(uint8_t out[4], unsigned code)
{
    static const unsigned lead[] = {0, 0xc0, 0xe0, 0xf0};
    size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    out[0] = (uint8_t)(lead[more] | code >> 6 * more);
    for (size_t i = 1; i <= more; i++)
        out[i] = (uint8_t)(0x80 | (code >> 6 * (more - i) & 0x3f));
    return more + 1;
}
