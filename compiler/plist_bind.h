#ifndef COMPILER_PLIST_BIND_H
#define COMPILER_PLIST_BIND_H
/* What a point list says of where values come from: a variable's Binds, and the sources that they name. */
#include "compiler/plist.h"

struct plist_bind {             /* a Bind                                                      */
    struct str source;
    struct plist_pair *attrs;   /* the others                                                  */
    size_t n;
    struct srcpos pos;
    struct plist_bind *next;
};
struct plist_source {           /* a Mqtt, Modbus or Simulate                                  */
    const char *element;
    struct str id;
    struct plist_pair *attrs;
    size_t n;
    struct srcpos pos;
    struct plist_source *next;
};

bool plist_pairs_alike(const struct plist_pair *a, size_t n_a, const struct plist_pair *b, size_t n_b);
bool plist_binds_alike(const struct plist_bind *a, const struct plist_bind *b);
struct plist_source *plist_find_source(const struct plist *l, struct str id);       /* NULL: no row says what it is */
void plist_add_source(struct plist *l, struct plist_source *s);
void plist_write_binds(const struct plist_bind *b, const char *indent, struct textbuf *out);
void plist_write_source(const struct plist_source *s, const char *indent, struct textbuf *out);
/* The point has Binds of its own or of one of its objects. */
bool plist_bound(const struct plist_point *p);
#endif
