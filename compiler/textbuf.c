/* Growing text; escaping for XML attributes and for separated values. */
#include "compiler/textbuf.h"
#include "compiler/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void reserve(struct textbuf *b, size_t more)
{
    b->s = arena_grow(b->arena, b->s, &b->cap, b->n + more + 1, 1);
}

void textbuf_bytes(struct textbuf *b, const char *s, size_t n)
{
    reserve(b, n);
    if (n)
        memcpy(b->s + b->n, s, n);
    b->n += n;
    b->s[b->n] = 0;
}

void textbuf_add(struct textbuf *b, const char *s)
{
    textbuf_bytes(b, s, strlen(s));
}

void textbuf_printf(struct textbuf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n > 0) {
        reserve(b, (size_t)n);
        vsnprintf(b->s + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void textbuf_xml(struct textbuf *b, const char *s, char quote)
{
    for (; *s; s++) {
        switch (*s) {
        case '&': textbuf_add(b, "&amp;"); break;
        case '<': textbuf_add(b, "&lt;"); break;
        case '>': textbuf_add(b, "&gt;"); break;
        case '\n': textbuf_add(b, "&#10;"); break;
        case '\t': textbuf_add(b, "&#9;"); break;
        case '"': textbuf_add(b, quote == '"' ? "&quot;" : "\""); break;
        case '\'': textbuf_add(b, quote == '\'' ? "&apos;" : "'"); break;
        default: textbuf_bytes(b, s, 1);
        }
    }
}

void textbuf_attr(struct textbuf *b, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    textbuf_printf(b, " %s=\"", name);
    textbuf_xml(b, value, '"');
    textbuf_add(b, "\"");
}

void textbuf_cell(struct textbuf *b, const char *s, char delimiter)
{
    char special[] = { '"', '\n', '\r', delimiter, 0 };
    size_t n = strlen(s);
    if (!s[strcspn(s, special)] && *s != '#' && !(n && (s[0] == ' ' || s[n - 1] == ' '))) {
        textbuf_bytes(b, s, n);
        return;
    }
    textbuf_add(b, "\"");
    for (; *s; s++) {
        if (*s == '"')
            textbuf_add(b, "\"");
        textbuf_bytes(b, s, 1);
    }
    textbuf_add(b, "\"");
}
