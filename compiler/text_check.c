#include "compiler/text_check.h"

#include "compiler/beside.h"
#include "schemas/utf8.h"

/* From `from` on, up to where a sequence ends at or behind `to`; short of that: the first bad octet. */
static const char *first_bad(const char *from, const char *to, const char *end)
{
    enum { STEP = 64 };
    const char *p = from;
    while (p < to) {
        const char *stop = to - p > STEP ? p + STEP : to;
        unsigned code;
        if (utf8_plain(p, (size_t)(stop - p))) {
            p = stop;
            continue;
        }
        while (p < stop) {
            size_t n = *p ? utf8_next(p, (size_t)(end - p), &code) : 0;
            if (!n)
                return p;
            p += n;
        }
    }
    return p;
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
