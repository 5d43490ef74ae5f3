#ifndef COMPILER_BUF_H
#define COMPILER_BUF_H
/* Bytes that grow, in the run's arena: texts to be written, sections of an image. */
#include <string.h>

#include "compiler/ctx.h"

struct buf {
    struct arena *arena;
    char *s;                    /* not terminated                                              */
    size_t n, cap;
};

static inline struct buf buf_of(struct ctx *ctx) { return (struct buf){ctx->arena, NULL, 0, 0}; }
/* Room for n bytes beyond those used. */
void buf_reserve(struct buf *b, size_t n);
/* Room for n more bytes at the end, counted as used; undefined content. */
static inline char *buf_take(struct buf *b, size_t n)
{
    if (n > b->cap - b->n)
        buf_reserve(b, n);
    b->n += n;
    return b->s + b->n - n;
}
void buf_free(struct buf *b);                    /* empty again; large content goes back       */
static inline void buf_bytes(struct buf *b, const void *bytes, size_t n)
{
    if (n)
        memcpy(buf_take(b, n), bytes, n);
}
void buf_str(struct buf *b, const char *text);
static inline void buf_char(struct buf *b, char c) { *buf_take(b, 1) = c; }
void buf_number(struct buf *b, uint64_t v);
__attribute__((format(printf, 2, 3)))
void buf_printf(struct buf *b, const char *fmt, ...);
#endif
