#include "compiler/scan.h"

#include "compiler/text_check.h"

#include <string.h>

struct scan scan_of(const char *bytes, size_t n)
{
    return (struct scan){ bytes, bytes, bytes + n, 1, 1, NULL };
}

struct scan scan_start(const struct scan *s)
{
    return (struct scan){ s->base, s->base, s->end, 1, 1, s->lines };
}

/* The eight bytes at p hold a newline. */
static bool has_newline(uint64_t w)
{
    uint64_t x = w ^ 0x0a0a0a0a0a0a0a0au;
    return (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
}

bool scan_plain(const char *p, const char *end)
{
    uint64_t w, bad = 0;
    for (; end - p >= 8; p += 8) {
        memcpy(&w, p, 8);
        bad |= (w & 0x8080808080808080u) | has_newline(w);
    }
    for (; p < end; p++)
        bad |= *p == '\n' || (unsigned char)*p >= 0x80;
    return !bad;
}

enum { FAR = 256 };                 /* octets                                                  */

/* The line that follows the line end at `last`, counted on from q or from the block that it is in. */
static uint32_t line_after(const struct scan *s, const char *q, const char *last)
{
    size_t block = (size_t)(last - s->base) / TEXT_BLOCK;
    if (!s->lines || (size_t)(q - s->base) / TEXT_BLOCK >= block)
        return s->line + text_newlines(q, last) + 1;
    return 1 + s->lines[block] + text_newlines(s->base + block * TEXT_BLOCK, last) + 1;
}

void scan_to(struct scan *s, const char *p)
{
    const char *q = s->p;
    uint32_t line = s->line, col = s->col;
    const char *last = p - q >= FAR ? memrchr(q, '\n', (size_t)(p - q)) : NULL;
    if (last) {                     /* columns count only in the last line                     */
        line = line_after(s, q, last);
        col = 1;
        q = last + 1;
    }
    while (q < p) {
        uint64_t w;
        if (p - q >= 8 && (memcpy(&w, q, 8), !has_newline(w))) {
            uint64_t continues = w & ~(w << 1) & 0x8080808080808080u;   /* bytes 10xxxxxx      */
            col += continues ? 8 - (uint32_t)__builtin_popcountll(continues) : 8;
            q += 8;
        } else if (*q++ == '\n') {
            line++;
            col = 1;
        } else {
            col += ((unsigned char)q[-1] & 0xc0) != 0x80;
        }
    }
    s->p = q;
    s->line = line;
    s->col = col;
}

static const char *after(const char *p, const char *end, const char *mark, size_t n)
{
    const char *at = memmem(p, (size_t)(end - p), mark, n);
    return at ? at + n : end;
}

static bool starts(const char *p, const char *end, const char *with, size_t n)
{
    return (size_t)(end - p) >= n && !memcmp(p, with, n);
}

/* Bytes that end a name in a tag. */
static const bool ends_name[256] = { [' '] = true,  ['\t'] = true, ['\n'] = true, ['\r'] = true,
                                     ['>'] = true,  ['/'] = true,  ['='] = true };

static bool name_ends(const char *p, const char *end)
{
    return p == end || ends_name[(unsigned char)*p];
}

bool scan_tag(struct scan *s, const char *prefix, const char *local)
{
    size_t pn = prefix ? strlen(prefix) : 0, n = strlen(local);
    const char *p = s->p + (s->p < s->end && *s->p == '<');     /* past the tag found before   */
    while ((p = memchr(p, '<', (size_t)(s->end - p)))) {
        const char *q = p + 1;
        if (starts(p, s->end, "<!--", 4)) {
            p = after(p + 4, s->end, "-->", 3);
        } else if (starts(p, s->end, "<![CDATA[", 9)) {
            p = after(p + 9, s->end, "]]>", 3);
        } else if (starts(p, s->end, "<?", 2)) {
            p = after(p + 2, s->end, "?>", 2);
        } else if ((!pn || (starts(q, s->end, prefix, pn) && starts(q + pn, s->end, ":", 1))) &&
                   starts(q + (pn ? pn + 1 : 0), s->end, local, n) &&
                   name_ends(q + (pn ? pn + 1 : 0) + n, s->end)) {
            scan_to(s, p);
            return true;
        } else {
            p = q;
        }
    }
    return false;
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
        p++;
    return p;
}

bool scan_attr(struct scan *s, struct scan_attr *a)
{
    const char *p = s->p;
    if (p < s->end && *p == '<')
        while (!name_ends(p, s->end))
            p++;
    p = skip_space(p, s->end);
    if (p == s->end || *p == '>' || *p == '/')
        return false;
    scan_to(s, p);
    *a = (struct scan_attr){ .name = p, .line = s->line, .col = s->col };
    unsigned char all = 0;
    while (!name_ends(p, s->end))
        all |= (unsigned char)*p++;
    a->name_n = (size_t)(p - a->name);
    const char *name_end = p;
    p = skip_space(p, s->end);
    if (p == s->end || *p != '=')
        return false;
    p = skip_space(p + 1, s->end);
    if (p == s->end || (*p != '"' && *p != '\''))
        return false;
    const char *close = memchr(p + 1, *p, (size_t)(s->end - p - 1));
    if (!close)
        return false;
    if (p == name_end + 1 && all < 0x80) {      /* name="...: bytes are columns                */
        s->p = p + 1;
        s->col += (uint32_t)(s->p - a->name);
    } else {
        scan_to(s, p + 1);
    }
    uint32_t apart = s->line == a->line ? s->col - a->col : 0;
    a->to_value = (uint16_t)(apart <= UINT16_MAX ? apart : 0);
    a->value = p + 1;
    a->value_n = (size_t)(close - p - 1);
    scan_to(s, close + 1);
    return true;
}
