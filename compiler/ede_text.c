/* Cells of an EDE file: made safe for importers that know no quoting, numbers without exponent,
 * and at the end the encoding that was asked for. */
#include <errno.h>
#include <iconv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/ede.h"
#include "schemas/print.h"
#include "schemas/utf8.h"

/* One reader takes an apostrophe for a quote and loses the row where its pair is missing. */
static void odd_apostrophes(struct ede *e, struct span text)
{
    bool odd = false;
    for (size_t i = 0; i < text.n; i++)
        odd ^= text.p[i] == '\'';
    if (odd && !e->apostrophes++)
        e->first_apostrophe = (struct str){arena_copy(e->ctx->arena, text.p, text.n), (uint32_t)text.n};
}

/* Line ends and tabs become blanks; the delimiter another sign and quotes nothing, unless quoting
 * is on. Counted, so that one warning tells. */
struct str ede_safe(struct ede *e, struct span text)
{
    char *s = arena_alloc(e->ctx->arena, text.n + 1);
    bool quoting = e->dialect->quote != QUOTE_never, changed = false;
    uint32_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = (char)text.p[i];
        if ((unsigned char)c < 0x20 || c == 0x7f)
            c = ' ';
        else if (!quoting && c == e->dialect->delimiter)
            c = c == ';' ? ',' : c == ',' ? ';' : ' ';
        else if (!quoting && c == '"')
            c = 0;
        changed |= c != (char)text.p[i];
        if (c)
            s[n++] = c;
    }
    odd_apostrophes(e, text);
    if (changed && !e->changed_texts++)
        e->first_changed = (struct str){arena_copy(e->ctx->arena, text.p, text.n), (uint32_t)text.n};
    return (struct str){s, n};
}

/* The first cell of a row: importers pass over rows that begin like a comment or a header's key. */
struct str ede_key(struct ede *e, struct span text)
{
    static const char *const keys[] = {"#", "PROJECT_NAME", "AUTHOR_", "VERSION_OF_REFERENCEFILE", "TIMESTAMP_",
                                       "LIMITED_RESOURCES", "VERSION_OF_LAYOUT"};
    struct str safe = ede_safe(e, text);
    size_t i = 0, n = sizeof keys / sizeof *keys;
    while (i < n && strncasecmp(safe.s, keys[i], strlen(keys[i])) != 0)
        i++;
    if (i == n)
        return safe;
    if (!e->changed_texts++)
        e->first_changed = (struct str){arena_copy(e->ctx->arena, text.p, text.n), (uint32_t)text.n};
    char *s = arena_printf(e->ctx->arena, "_%.*s", (int)safe.n, safe.s);
    return (struct str){s, safe.n + 1};
}

static bool must_quote(const struct ede *e, struct str s, bool is_text)
{
    if (e->dialect->quote == QUOTE_all)
        return true;
    if (e->dialect->quote == QUOTE_text && is_text && s.n)
        return true;
    return e->dialect->quote >= QUOTE_minimal &&
           (memchr(s.s, e->dialect->delimiter, s.n) || memchr(s.s, '"', s.n));
}

void ede_cell(struct ede *e, enum ede_file f, bool first, struct span text)
{
    ede_cell_of(e, f, first, text, true);
}

void ede_cell_of(struct ede *e, enum ede_file f, bool first, struct span text, bool is_text)
{
    struct buf *b = &e->file[f];
    struct str s = ede_safe(e, text);
    if (!first)
        buf_char(b, e->dialect->delimiter);
    if (!must_quote(e, s, is_text)) {
        buf_bytes(b, s.s, s.n);
        return;
    }
    buf_char(b, '"');
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.s[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.s[i]);
    }
    buf_char(b, '"');
}

/* Words and numbers of the format itself: never quoted, never changed. */
void ede_cell_str(struct ede *e, enum ede_file f, bool first, const char *text)
{
    if (!first)
        buf_char(&e->file[f], e->dialect->delimiter);
    buf_str(&e->file[f], text);
}

void ede_row_end(struct ede *e, enum ede_file f, unsigned cells, unsigned pad_to)
{
    for (; cells < pad_to; cells++)
        buf_char(&e->file[f], e->dialect->delimiter);
    if (e->dialect->trailing)
        buf_char(&e->file[f], e->dialect->delimiter);
    buf_str(&e->file[f], e->dialect->eol);
}

/* The fewest digits that are read as the same REAL, written out: importers know no exponents. */
void ede_real(struct ede *e, char out[64], float v)
{
    enum { MOST = 9 };          /* digits that tell one REAL from the next                     */
    char form[32], digits[MOST + 1], *p = out;
    int n = 0, exponent;
    out[0] = 0;
    if (!isfinite(v))
        return;
    for (int more = 0; more < MOST; more++) {
        snprintf(form, sizeof form, "%.*e", more, (double)fabsf(v));
        float back = strtof(form, NULL);
        if (!(back < fabsf(v)) && !(back > fabsf(v)))
            break;
    }
    for (const char *c = form; *c != 'e'; c++)
        if (*c >= '0' && *c <= '9')
            digits[n++] = *c;
    exponent = (int)strtol(strchr(form, 'e') + 1, NULL, 10);
    if (v < 0)
        *p++ = '-';
    if (exponent < 0)
        *p++ = '0';
    for (int i = 0; i <= exponent; i++)
        *p++ = i < n ? digits[i] : '0';
    if (n > exponent + 1)
        *p++ = e->dialect->decimal;
    for (int i = exponent + 1; i < n; i++)
        *p++ = i < 0 ? '0' : digits[i];
    *p = 0;
}

/* Characters that the encoding has not become '?'; returns how many. */
static uint32_t encode(iconv_t cd, char *in, size_t left, struct buf *out)
{
    uint32_t lost = 0;
    while (left) {
        size_t room = 2 * left + 16;
        char *at = buf_take(out, room);
        size_t free_room = room, k = iconv(cd, &in, &left, &at, &free_room);
        out->n -= free_room;
        if (k == (size_t)-1 && left) {
            unsigned code;
            size_t skip = utf8_next(in, left, &code);
            skip = skip ? skip : 1;
            in += skip;
            left -= skip;
            buf_char(out, '?');
            lost++;
        }
    }
    return lost;
}

struct str ede_as_read(struct ede *e, struct str text)
{
    struct buf out = buf_of(e->ctx);
    iconv_t cd = strcmp(e->dialect->encoding, "UTF-8") ? iconv_open(e->dialect->encoding, "UTF-8") : (iconv_t)-1;
    if (cd == (iconv_t)-1)
        return text;
    (void)encode(cd, arena_copy(e->ctx->arena, text.s, text.n), text.n, &out);
    iconv_close(cd);
    return ctx_str(e->ctx, out.s, out.n);
}

bool ede_encode(struct ede *e, enum ede_file f)
{
    struct buf *b = &e->file[f], out = buf_of(e->ctx);
    if (!strcmp(e->dialect->encoding, "UTF-8")) {
        if (!e->dialect->bom)
            return true;
        buf_str(&out, "\xef\xbb\xbf");
        buf_bytes(&out, b->s, b->n);
        *b = out;
        return true;
    }
    iconv_t cd = iconv_open(e->dialect->encoding, "UTF-8");
    if (cd == (iconv_t)-1) {
        diag_machine(e->ctx, "this system cannot write the encoding %s", e->dialect->encoding);
        return false;
    }
    e->lost += encode(cd, b->s, b->n, &out);
    iconv_close(cd);
    *b = out;
    return true;
}
