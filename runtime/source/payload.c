/* See payload.h. JSON is scanned in place (RFC 8259); a document that is not well-formed to its end
 * has no values. */
#include "runtime/source/payload.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schemas/print.h"
#include "schemas/utf8.h"

struct scan { const char *p, *end; };

static void blank(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

static bool take(struct scan *s, char c)
{
    blank(s);
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

/* What stands between the quotes, as written. */
static bool string(struct scan *s, struct span *out)
{
    if (!take(s, '"'))
        return false;
    const char *from = s->p;
    for (; s->p < s->end; s->p++) {
        if (*s->p == '"') {
            *out = (struct span){(const uint8_t *)from, (size_t)(s->p - from)};
            s->p++;
            return true;
        }
        if ((unsigned char)*s->p < 0x20)
            return false;
        if (*s->p == '\\' && ++s->p == s->end)
            return false;
    }
    return false;
}

static bool word(struct scan *s)
{
    const char *from = s->p;
    while (s->p < s->end && ((*s->p >= 'a' && *s->p <= 'z') || (*s->p >= '0' && *s->p <= '9') ||
                             *s->p == '-' || *s->p == '+' || *s->p == '.' || *s->p == 'E'))
        s->p++;
    return s->p > from;
}

/* Steps over a value; its extent, blanks aside, in *out. */
static bool skip(struct scan *s, int depth, struct span *out)
{
    struct span ignored;
    blank(s);
    const char *from = s->p;
    bool good = false;
    if (s->p == s->end || depth > PAYLOAD_DEPTH)
        return false;
    if (*s->p == '"') {
        good = string(s, &ignored);
    } else if (*s->p == '{' || *s->p == '[') {
        bool object = *s->p++ == '{';
        char close = object ? '}' : ']';
        good = take(s, close);
        while (!good) {
            if (object && (!string(s, &ignored) || !take(s, ':')))
                return false;
            if (!skip(s, depth + 1, &ignored))
                return false;
            good = take(s, close);
            if (!good && !take(s, ','))
                return false;
        }
    } else {
        good = word(s);
    }
    *out = (struct span){(const uint8_t *)from, (size_t)(s->p - from)};
    return good;
}

/* ---- paths ---- */

struct step { const char *name; size_t n; unsigned long index; };  /* name NULL: the index        */

/* The next step of a path; 1: there is one, 0: the end, -1: it is none. */
static int next_step(const char **path, struct step *st)
{
    const char *p = *path;
    if (!*p)
        return 0;
    if (*p == '.') {
        st->name = ++p;
        st->n = strcspn(p, ".[");
        *path = p + st->n;
        return st->n ? 1 : -1;
    }
    if (*p++ != '[')
        return -1;
    if (*p == '"' || *p == '\'') {
        const char *end = strchr(p + 1, *p);
        if (!end || end[1] != ']')
            return -1;
        *st = (struct step){p + 1, (size_t)(end - p - 1), 0};
        *path = end + 2;
        return 1;
    }
    size_t digits = strspn(p, "0123456789");
    if (!digits || digits > 6 || p[digits] != ']')
        return -1;
    *st = (struct step){NULL, 0, strtoul(p, NULL, 10)};
    *path = p + digits + 1;
    return 1;
}

bool payload_path_good(const char *path)
{
    struct step st;
    int n = 0, more;
    if (*path++ != '$')
        return false;
    while ((more = next_step(&path, &st)) == 1)
        n++;
    return more == 0 && n <= PAYLOAD_DEPTH;
}

static bool enter(struct span in, const struct step *st, struct span *out)
{
    struct scan s = {(const char *)in.p, (const char *)in.p + in.n};
    struct span key = {0};
    if (!take(&s, st->name ? '{' : '[') || take(&s, st->name ? '}' : ']'))
        return false;
    for (unsigned long i = 0;; i++) {
        if (st->name && (!string(&s, &key) || !take(&s, ':')))
            return false;
        if (!skip(&s, 0, out))
            return false;
        if (st->name ? key.n == st->n && !memcmp(key.p, st->name, key.n) : i == st->index)
            return true;
        if (!take(&s, ','))
            return false;
    }
}

static bool find(const char *path, const void *bytes, size_t n, struct span *out, const char **why)
{
    struct scan s = {bytes, (const char *)bytes + n};
    struct step st;
    int more;
    *why = "not JSON";
    if (!skip(&s, 0, out))
        return false;
    blank(&s);
    if (s.p != s.end)
        return false;
    *why = "nothing at its path";
    for (path++; (more = next_step(&path, &st)) == 1;) {
        struct span in = *out;
        if (!enter(in, &st, out))
            return false;
    }
    return more == 0;
}

/* ---- values ---- */

static bool same(const char *a, size_t n, const char *word_)
{
    return strlen(word_) == n && !strncasecmp(a, word_, n);
}

/* The code of \uXXXX at the start; UINT_MAX: there is none. */
static unsigned escaped(const char *s, size_t n)
{
    char hex[5] = "";
    if (n < 6 || s[0] != '\\' || s[1] != 'u')
        return UINT_MAX;
    memcpy(hex, s + 2, 4);
    return (unsigned)strtoul(hex, NULL, 16);
}

/* What a JSON string with escapes says; 0: more than fits `out`, thus no name of a state. */
static size_t plain(const char *s, size_t n, char *out, size_t cap)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    struct wr w = wr_of(out, cap);
    for (size_t i = 0; i < n; i++) {
        char next = s[i] == '\\' && i + 1 < n ? s[i + 1] : 0;
        unsigned code = escaped(s + i, n - i), low;
        const char *p = next ? strchr(from, next) : NULL;
        if (p) {
            wr_bytes(&w, &to[p - from], 1);
            i++;
        } else if (code != UINT_MAX) {
            uint8_t octets[4];
            i += 5;
            low = code >> 10 == 0x36 ? escaped(s + i + 1, n - i - 1) : 0;
            if (low >> 10 == 0x37) {            /* the other half of one beyond U+FFFF */
                code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
                i += 6;
            }
            wr_bytes(&w, octets, utf8_put(octets, code));
        } else {
            wr_bytes(&w, &s[i], 1);
        }
    }
    return wr_fits(&w) ? w.len : 0;
}

static bool state(const struct payload_form *f, const char *s, size_t n, double *value)
{
    char text[1024];
    bool escapes = memchr(s, '\\', n) != NULL;
    size_t len = escapes ? plain(s, n, text, sizeof text) : n;
    for (size_t i = 0; i < f->n_words; i++)
        if (same(escapes ? text : s, len, f->words[i].text)) {
            *value = f->words[i].value;
            return true;
        }
    return false;
}

static bool number(const struct payload_form *f, const char *s, size_t n, double *value)
{
    char text[64], *end;
    while (n && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n' || *s == '"'))
        s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r' || s[n - 1] == '\n' ||
                 s[n - 1] == '"' || !s[n - 1]))
        n--;
    if (f->n_words && state(f, s, n, value))
        return true;
    bool on = same(s, n, "true") || same(s, n, "on");
    if (on || same(s, n, "false") || same(s, n, "off")) {
        *value = f->boolean ? on * f->scale + f->offset : on;
        return true;
    }
    if (!n || n >= sizeof text)
        return false;
    memcpy(text, s, n);
    text[n] = 0;
    if (strspn(text, "0123456789+-.eE") != n)
        return false;
    double v = strtod(text, &end);
    if (end == text || *end || !isfinite(v))
        return false;
    *value = v * f->scale + f->offset;
    return isfinite(*value);
}

bool payload_read(const struct payload_form *f, const void *bytes, size_t n, double *value,
                  const char **why)
{
    struct span s = {bytes, n};
    if (n > PAYLOAD_MAX) {
        *why = "larger than 64 KiB";
        return false;
    }
    if (f->path && *f->path && !find(f->path, bytes, n, &s, why))
        return false;
    *why = "no number";
    return number(f, (const char *)s.p, s.n, value);
}

static void bytes_of(struct wr *w, const char *s) { wr_bytes(w, s, strlen(s)); }

static void put_number(const struct payload_form *f, double value, struct wr *w)
{
    double raw = (value - f->offset) / f->scale;
    char text[40];
    int digits = 15;
    if (f->boolean) {
        bytes_of(w, raw != 0 ? "true" : "false");
    } else if (raw == floor(raw) && fabs(raw) < 1e15) {
        snprintf(text, sizeof text, "%.0f", raw);
        bytes_of(w, text);
    } else if (f->single && f->scale == 1 && f->offset == 0) {
        print_real32(w, (float)raw);
    } else {
        do
            snprintf(text, sizeof text, "%.*g", digits, raw);
        while (strtod(text, NULL) != raw && digits++ < 17);
        bytes_of(w, text);
    }
}

bool payload_write(const struct payload_form *f, double value, struct wr *w)
{
    const char *path = f->path;
    struct step st;
    int depth = 0;
    if (path && *path == '$')
        for (path++; next_step(&path, &st) == 1; depth++) {
            if (!st.name)
                return false;
            bytes_of(w, "{\"");
            wr_bytes(w, st.name, st.n);
            bytes_of(w, "\":");
        }
    put_number(f, value, w);
    while (depth--)
        bytes_of(w, "}");
    return true;
}
