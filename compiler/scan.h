#ifndef COMPILER_SCAN_H
#define COMPILER_SCAN_H
/* Finds start tags and attributes in raw XML, forwards only, with exact lines and columns. It is
 * no parser: libxml2 has accepted (or refused) the same bytes; this only says where things are. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
    const char *base, *p, *end;     /* p: what has been counted                                */
    uint32_t line, col;             /* of p: 1-based, columns in characters                    */
    const uint32_t *lines;          /* NULL, or what text_check.h says of blocks               */
};
struct scan_attr {
    const char *name, *value;       /* in the raw bytes; the value without its quotes          */
    size_t name_n, value_n;
    uint32_t line, col;
    uint16_t to_value;              /* columns; 0: the value starts on another line            */
};

struct scan scan_of(const char *bytes, size_t n);
struct scan scan_start(const struct scan *s);           /* of the same, from its beginning     */
void scan_to(struct scan *s, const char *p);            /* counts up to p, never back          */
bool scan_plain(const char *p, const char *end);        /* ASCII without a line end            */
/* The next start tag with that name: s->p at its '<'. false: none, s is unchanged. */
bool scan_tag(struct scan *s, const char *prefix, const char *local);
/* From a start tag's '<', or from the end of an attribute, to the next attribute. */
bool scan_attr(struct scan *s, struct scan_attr *a);
#endif
