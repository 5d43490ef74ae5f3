/* Reads a whole text file and makes it UTF-8, finding its encoding by itself. What iconv
 * accepts beyond valid text (NUL characters, encoded surrogates) is refused here. */
#include "compiler/intext.h"
#include "compiler/arena.h"
#include "compiler/ctx.h"
#include "compiler/source.h"
#include "schemas/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

enum { SAMPLE = 4096 };         /* bytes looked at to recognise UTF-16                         */

char *intext_bytes(struct ctx *ctx, const char *path, size_t *n)
{
    struct source src;
    const char *why = source_read(path, &src);
    if (!why && src.n > INTEXT_MAX) {
        why = "larger than 256 MiB";
        source_free(&src);
    }
    if (why) {
        diag_machine(ctx, "%s: %s", path, why);
        return NULL;
    }
    char *copy = arena_copy(ctx->arena, src.bytes, src.n);
    *n = src.n;
    source_free(&src);
    return copy;
}

/* Octets of well-formed UTF-8 at the start: all n, or up to the first that is none. */
static size_t utf8_part(const char *s, size_t n)
{
    size_t i = 0, len = 1;
    unsigned code;
    for (; i < n && len; i += len)
        len = utf8_next(s + i, n - i, &code);
    return i;
}

/* The place behind n bytes of well-formed UTF-8. */
static struct srcpos place_of(uint32_t file, const char *s, size_t n)
{
    struct srcpos pos = { file, 1, 1 };
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n') {
            pos.line++;
            pos.col = 1;
        } else if (((unsigned char)s[i] & 0xc0) != 0x80) {
            pos.col++;
        }
    }
    return pos;
}

static const char *utf16_of(const unsigned char *p, size_t n)
{
    size_t zeros[2] = { 0, 0 }, look = n < SAMPLE ? n : SAMPLE;
    for (size_t i = 0; i < look; i++)
        if (!p[i])
            zeros[i & 1]++;
    if (zeros[1] > look / 8 && zeros[0] < zeros[1] / 16 + 1)
        return "UTF-16LE";
    if (zeros[0] > look / 8 && zeros[1] < zeros[0] / 16 + 1)
        return "UTF-16BE";
    return NULL;
}

/* What the bytes say about themselves; *skip is the length of the byte order mark. */
static const char *detect(const unsigned char *p, size_t n, size_t *skip)
{
    *skip = 0;
    if (n >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) {
        *skip = 3;
        return "UTF-8";
    }
    if (n >= 4 && !memcmp(p, "\xff\xfe\0\0", 4)) {
        *skip = 4;
        return "UTF-32LE";
    }
    if (n >= 2 && p[0] == 0xff && p[1] == 0xfe) {
        *skip = 2;
        return "UTF-16LE";
    }
    if (n >= 2 && p[0] == 0xfe && p[1] == 0xff) {
        *skip = 2;
        return "UTF-16BE";
    }
    return utf16_of(p, n);
}

static bool convert(struct ctx *ctx, const char *encoding, const char *bytes, size_t n,
                    struct intext *out)
{
    iconv_t cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1) {
        diag_machine(ctx, "%s: encoding '%s' is not known here", out->path, encoding);
        return false;
    }
    size_t cap = 0, len = 0, left = n;
    char *buf = arena_grow(ctx->arena, NULL, &cap, n + n / 2 + 16, 1);
    char *in = arena_copy(ctx->arena, bytes, n);        /* iconv wants it writable             */
    char *p = in;
    bool ok = true;
    while (left && ok) {
        char *to = buf + len;
        size_t room = cap - len - 1;
        size_t r = iconv(cd, &p, &left, &to, &room);
        int error = errno;
        len = (size_t)(to - buf);
        if (r != (size_t)-1)
            break;
        if (error == E2BIG) {
            buf = arena_grow(ctx->arena, buf, &cap, cap + 1, 1);
            continue;
        }
        diag_file_bytes(ctx, out->file, buf, len);
        diag(ctx, place_of(out->file, buf, len), D_IMPORT_ENCODING,
             error == EINVAL ? "the file ends in the middle of a %s character"
                             : "these bytes are no %s text", encoding);
        ok = false;
    }
    iconv_close(cd);
    buf[len] = 0;
    out->s = buf;
    out->n = len;
    return ok;
}

static bool is_utf8_name(const char *encoding)
{
    return !strcasecmp(encoding, "UTF-8") || !strcasecmp(encoding, "UTF8");
}

/* The text is in out->s: no NUL, valid UTF-8. */
static bool verify(struct ctx *ctx, struct intext *out)
{
    diag_file_bytes(ctx, out->file, out->s, out->n);
    if (!utf8_valid(out->s, out->n)) {
        const size_t bad_at = utf8_part(out->s, out->n);
        diag(ctx, place_of(out->file, out->s, bad_at), D_IMPORT_ENCODING,
             "byte 0x%02X is no UTF-8 text", (unsigned char)out->s[bad_at]);
        return false;
    }
    const char *nul = memchr(out->s, 0, out->n);
    if (nul) {
        diag(ctx, place_of(out->file, out->s, (size_t)(nul - out->s)), D_IMPORT_ENCODING,
             "a NUL character: this is no text file");
        return false;
    }
    return true;
}

bool intext_of(struct ctx *ctx, const char *name, const void *bytes, size_t n,
               const char *encoding, const char *fallback, struct intext *out)
{
    *out = (struct intext){ .path = name, .s = bytes, .n = n };
    out->file = diag_file(ctx, name);
    size_t skip;
    const char *found = detect(bytes, n, &skip);
    if (!encoding)
        encoding = found;
    else if (skip && (!found || strncasecmp(encoding, "UTF", 3) != 0))
        skip = 0;
    const char *text = (const char *)bytes + skip;
    n -= skip;
    if (!encoding) {
        if (utf8_valid(text, n) || memchr(text, 0, n)) {
            encoding = "UTF-8";
        } else {
            encoding = fallback;
            out->guessed = true;
        }
    }
    out->s = text;
    out->n = n;
    if (!is_utf8_name(encoding) && !convert(ctx, encoding, text, n, out))
        return false;
    if (out->n >= 3 && !memcmp(out->s, "\xef\xbb\xbf", 3)) {  /* recoded once more by someone    */
        out->s += 3;
        out->n -= 3;
    }
    if (!verify(ctx, out))
        return false;
    if (out->guessed) {
        diag(ctx, (struct srcpos){ .file = out->file }, D_IMPORT_CODE_PAGE,
             "the file is not UTF-8; it was read as %s", encoding);
    }
    return true;
}

bool intext_read(struct ctx *ctx, const char *path, const char *encoding, const char *fallback,
                 struct intext *out)
{
    size_t n = 0;
    char *bytes = intext_bytes(ctx, path, &n);
    return bytes && intext_of(ctx, path, bytes, n, encoding, fallback, out);
}
