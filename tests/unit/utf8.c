/* schemas/utf8.h: every code point there is and every one there is not, at every place of texts of
 * every length about the word; and malformed sequences by hand from RFC 3629. */
#include "schemas/utf8.h"

#include <stdint.h>

#include "tests/unit/unit.h"

enum { LONGEST = 27 };

static void plain(struct unit *u)
{
    for (size_t n = 0; n <= LONGEST; n++) {
        uint8_t b[LONGEST];
        for (size_t i = 0; i < n; i++)
            b[i] = (uint8_t)(i % 127 + 1);
        CHECK(u, utf8_plain(b, n) && utf8_valid(b, n));
        for (size_t at = 0; at < n; at++) {
            uint8_t was = b[at];
            for (unsigned v = 0; v < 256; v++) {
                b[at] = (uint8_t)v;
                CHECK(u, utf8_plain(b, n) == (v >= 1 && v <= 0x7f));
                CHECK(u, utf8_valid(b, n) == (v <= 0x7f));
            }
            for (size_t other = 0; other < n; other++)
                if (other != at) {
                    uint8_t kept = b[other];
                    b[at] = 0x80;
                    b[other] = 0x80;                /* two that might hide each other */
                    CHECK(u, !utf8_plain(b, n));
                    b[at] = 0;
                    b[other] = 1;
                    CHECK(u, !utf8_plain(b, n));
                    b[other] = kept;
                }
            b[at] = was;
        }
    }
}

static size_t encode(uint32_t c, uint8_t b[4])
{
    if (c < 0x80) {
        b[0] = (uint8_t)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; --i; c >>= 6)
        b[i] = (uint8_t)(0x80 | (c & 0x3f));
    b[0] = (uint8_t)((0xf00u >> n & 0xff) | c);
    return n;
}

static void code_points(struct unit *u)
{
    for (uint32_t c = 0; c < 0x110000 + 0x1000; c++) {
        uint8_t b[4] = {0};
        unsigned got = 0;
        size_t n = encode(c, b);
        int good = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
        uint8_t put[4] = {0};
        CHECK(u, !good || (utf8_put(put, c) == n && !memcmp(put, b, n)));
        size_t len = utf8_next(b, n, &got);
        CHECK(u, good ? len == n && got == c : len == 0);
        CHECK(u, utf8_valid(b, n) == !!good);
        if (n > 1)
            CHECK(u, !utf8_valid(b, n - 1) && !utf8_plain(b, n));
    }
}

static void within(struct unit *u)
{
    static const struct { const char *bytes; size_t n; int good; } pieces[] = {
        {"\xc3\xa4", 2, 1}, {"\xe2\x82\xac", 3, 1}, {"\xf0\x9f\x8c\xa1", 4, 1}, {"\xf4\x8f\xbf\xbf", 4, 1},
        {"\x80", 1, 0}, {"\xc3", 1, 0}, {"\xc0\x80", 2, 0}, {"\xc1\xbf", 2, 0}, {"\xe0\x9f\xbf", 3, 0},
        {"\xed\xa0\x80", 3, 0}, {"\xf0\x8f\xbf\xbf", 4, 0}, {"\xf4\x90\x80\x80", 4, 0}, {"\xf5\x80\x80\x80", 4, 0},
        {"\xe2\x82", 2, 0}, {"\xe2\x28\xa1", 3, 0}, {"\xff", 1, 0}, {"\xfe", 1, 0},
    };
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++)
        for (size_t n = pieces[k].n; n <= LONGEST; n++)
            for (size_t at = 0; at + pieces[k].n <= n; at++) {
                uint8_t b[LONGEST];
                memset(b, 'x', sizeof b);
                memcpy(b + at, pieces[k].bytes, pieces[k].n);
                CHECK(u, utf8_valid(b, n) == pieces[k].good);
            }
}

static void cuts(struct unit *u)
{
    static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xa1z";       /* characters of 1, 2, 3, 4 and 1 octets */
    static const size_t at[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t most = 0; most < sizeof at / sizeof *at; most++)
        CHECK(u, utf8_cut(text, sizeof text - 1, most) == at[most]);
    CHECK(u, utf8_cut("\x80\x80\x80", 3, 2) == 0);
    CHECK(u, utf8_cut(NULL, 0, 5) == 0);
}

int main(void)
{
    struct unit u = {0};
    plain(&u);
    code_points(&u);
    within(&u);
    cuts(&u);
    return unit_end(&u);
}
