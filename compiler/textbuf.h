#ifndef COMPILER_TEXTBUF_H
#define COMPILER_TEXTBUF_H
/* Text that grows in the arena, and the ways to write into it. */
#include <stddef.h>

struct arena;

struct textbuf {
    struct arena *arena;
    char *s;                    /* NUL-terminated as soon as something was added               */
    size_t n, cap;
};

void textbuf_bytes(struct textbuf *b, const char *s, size_t n);
void textbuf_add(struct textbuf *b, const char *s);
__attribute__((format(printf, 2, 3)))
void textbuf_printf(struct textbuf *b, const char *fmt, ...);
/* The same text inside an attribute's quotes, and as an element's content. */
void textbuf_xml(struct textbuf *b, const char *s, char quote);
/* ` name="value"`; nothing if value is NULL or empty. */
void textbuf_attr(struct textbuf *b, const char *name, const char *value);
/* One cell of separated values, quoted where it must be. */
void textbuf_cell(struct textbuf *b, const char *s, char delimiter);
#endif
