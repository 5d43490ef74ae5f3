#include "compiler/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_reserve(struct buf *b, size_t n)
{
    b->s = arena_grow(b->arena, b->s, &b->cap, b->n + n, 1);
}

void buf_free(struct buf *b)
{
    arena_release(b->arena, b->s, b->cap);
    *b = (struct buf){b->arena, NULL, 0, 0};
}

void buf_str(struct buf *b, const char *text) { buf_bytes(b, text, strlen(text)); }

void buf_number(struct buf *b, uint64_t v)
{
    char digits[20];
    size_t n = sizeof digits;
    do
        digits[--n] = (char)('0' + v % 10);
    while (v /= 10);
    buf_bytes(b, digits + n, sizeof digits - n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n > 0 && (size_t)n < sizeof small) {
        buf_bytes(b, small, (size_t)n);
    } else if (n > 0) {
        vsnprintf(buf_take(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
        b->n--;
    }
    va_end(again);
}
