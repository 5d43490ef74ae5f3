/* compiler/text_check.h against the definition, one octet after the other: characters and mistakes at every place
 * around where the text is cut in two, and the lines of each block. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/text_check.h"
#include "tests/unit/unit.h"

enum { BLOCKS = 66, SIZE = BLOCKS * TEXT_BLOCK - 5, HALF = BLOCKS / 2 * TEXT_BLOCK };
static struct unit unit;

static size_t one_at(const unsigned char *p, size_t left)
{
    static const struct {
        unsigned char low, high, next_low, next_high, n;
    } rows[] = {                        /* RFC 3629, section 4                                     */
        {0x01, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (*p < rows[i].low || *p > rows[i].high || rows[i].n > left)
            continue;
        for (size_t k = 1; k < rows[i].n; k++) {
            unsigned char low = k == 1 ? rows[i].next_low : 0x80, high = k == 1 ? rows[i].next_high : 0xbf;
            if (p[k] < low || p[k] > high)
                return 0;
        }
        return rows[i].n;
    }
    return 0;
}

/* Both from `from`, in front of which all is known to be one octet each. */
static bool same(const char *text, size_t n, size_t from)
{
    size_t at = from, k;
    while (at < n && (k = one_at((const unsigned char *)text + at, n - at)) != 0)
        at += k;
    return text_first_bad(text, n, NULL) == at;
}

static void test_places(char *text)
{
    static const char *const pieces[] = {
        "\xc4\x8d", "\xe2\x82\xac", "\xf0\x9f\x8c\xa1", "\xc4", "\xe2\x82", "\x80", "\x80\x80\x80\x80\x80", "\xed\xa0\x80",
        "\xc0\xaf", "\xf4\x90\x80\x80", "\xf0\x9f\x8c\xa1\x80",
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t at = HALF - 6; at < HALF + 2; at++) {
            char keep[8];
            size_t n = strlen(pieces[i]);
            memcpy(keep, text + at, n);
            memcpy(text + at, pieces[i], n);
            CHECK(&unit, same(text, SIZE, HALF - 8));
            memcpy(text + at, keep, n);
        }
    text[HALF] = 0;
    CHECK(&unit, text_first_bad(text, SIZE, NULL) == HALF);
    text[HALF] = 'a';
    text[TEXT_BLOCK - 1] = (char)0xff;          /* the first one counts, whoever finds it          */
    text[SIZE - 1] = (char)0xff;
    CHECK(&unit, text_first_bad(text, SIZE, NULL) == TEXT_BLOCK - 1);
    text[TEXT_BLOCK - 1] = 'a';
    CHECK(&unit, text_first_bad(text, SIZE, NULL) == SIZE - 1);
    text[SIZE - 1] = 'a';
    for (size_t n = 0; n < 200; n++)
        CHECK(&unit, text_first_bad(text, n, NULL) == n);
}

static void test_lines(char *text)
{
    static uint32_t lines[BLOCKS + 1];
    for (size_t i = 0; i < SIZE; i += 1 + i % 977)
        text[i] = '\n';
    const size_t sizes[] = {SIZE, TEXT_BLOCK, TEXT_BLOCK - 1, 3 * TEXT_BLOCK + 1, 0};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        uint32_t n = 0;
        bool right = text_first_bad(text, sizes[s], lines) == sizes[s];
        for (size_t i = 0; i < sizes[s]; i++) {
            if (i % TEXT_BLOCK == 0)
                right = right && lines[i / TEXT_BLOCK] == n;
            n += text[i] == '\n';
        }
        CHECK(&unit, right && text_newlines(text, text + sizes[s]) == n);
    }
}

int main(void)
{
    char *text = malloc(SIZE + 1);
    if (!text)
        return 1;
    memset(text, 'a', SIZE + 1);
    test_places(text);
    test_lines(text);
    free(text);
    return unit_end(&unit);
}
