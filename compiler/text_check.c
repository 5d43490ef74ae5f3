#include "compiler/text_check.h"

#include <stdbool.h>
#include <string.h>

#include "compiler/beside.h"

/* Length of the well-formed sequence at p (RFC 3629), or 0. */
static size_t utf8_at(const unsigned char *p, const unsigned char *end)
{
    size_t left = (size_t)(end - p);
    size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    if (!n || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool bad = (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
               (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f);
    return bad ? 0 : n;
}

/* From `from` on, up to where a sequence ends at or behind `to`; short of that: the first bad octet. */
static const char *first_bad(const char *from, const char *to, const char *end)
{
    const unsigned char *p = (const unsigned char *)from, *stop = (const unsigned char *)to;
    while (p < stop) {
        uint64_t w[4];
        if (stop - p >= 32) {
            memcpy(w, p, sizeof w);
            /* ASCII without a zero byte: subtracting one borrows from the top bit of none */
            uint64_t odd = (w[0] | (w[0] - 0x0101010101010101u)) | (w[1] | (w[1] - 0x0101010101010101u)) |
                           (w[2] | (w[2] - 0x0101010101010101u)) | (w[3] | (w[3] - 0x0101010101010101u));
            if (!(odd & 0x8080808080808080u)) {
                p += 32;
                continue;
            }
        }
        size_t n = *p ? utf8_at(p, (const unsigned char *)end) : 0;
        if (!n)
            break;
        p += n;
    }
    return (const char *)p;
}

/* Lines are counted side by side, each place of a block for itself: the compiler makes few steps of that. */
uint32_t text_newlines(const char *p, const char *end)
{
    enum { BLOCK = 64, BLOCKS = 255 };
    uint32_t n = 0;
    while (end - p >= BLOCK) {
        uint8_t count[BLOCK] = {0};
        for (unsigned b = 0; b < BLOCKS && end - p >= BLOCK; b++, p += BLOCK)
            for (unsigned i = 0; i < BLOCK; i++)
                count[i] = (uint8_t)(count[i] + (p[i] == '\n'));
        for (unsigned i = 0; i < BLOCK; i++)
            n += count[i];
    }
    for (; p < end; p++)
        n += *p == '\n';
    return n;
}

/* Some blocks of the text. */
struct part {
    const char *bytes, *end;    /* of all                                                      */
    size_t first, last;         /* blocks, the last one not among them                         */
    const char *from;           /* where the first one's first sequence begins                 */
    const char *bad;            /* or where the last one's last sequence ends                  */
    uint32_t *lines;
};

static const char *block_end(const struct part *x, size_t i)
{
    size_t left = (size_t)(x->end - x->bytes) - i * TEXT_BLOCK;
    return x->bytes + i * TEXT_BLOCK + (left < TEXT_BLOCK ? left : TEXT_BLOCK);
}

/* lines[] of each block: how many are in it. */
static void look(void *arg)
{
    struct part *x = arg;
    x->bad = x->from;
    for (size_t i = x->first; i < x->last; i++) {
        const char *end = block_end(x, i);
        x->bad = first_bad(x->bad, end, x->end);
        if (x->bad < end)
            return;
        if (x->lines)
            x->lines[i] = text_newlines(x->bytes + i * TEXT_BLOCK, end);
    }
}

static void sum(uint32_t *lines, size_t n)
{
    uint32_t before = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t in = lines[i];
        lines[i] = before;
        before += in;
    }
}

size_t text_first_bad(const char *bytes, size_t n, uint32_t *lines)
{
    enum { WORTH = 64 };                /* blocks                                                  */
    size_t blocks = n / TEXT_BLOCK + 1, half = blocks >= WORTH ? blocks / 2 : blocks;
    struct part a = {.bytes = bytes, .end = bytes + n, .last = half, .from = bytes, .lines = lines}, b = a;
    struct beside beside;
    b.first = half;
    b.last = blocks;
    b.from = block_end(&a, half - 1);
    for (unsigned i = 0; i < 3 && b.from < b.end && ((unsigned char)*b.from & 0xc0) == 0x80; i++)
        b.from++;
    beside_begin(&beside, look, &b, half < blocks);
    look(&a);
    beside_end(&beside);
    const char *bad = a.bad < b.from ? a.bad : b.bad;
    if (bad == bytes + n && lines)
        sum(lines, blocks);
    return (size_t)(bad - bytes);
}
