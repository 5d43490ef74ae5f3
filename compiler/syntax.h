#ifndef COMPILER_SYNTAX_H
#define COMPILER_SYNTAX_H
/* The syntax tree: what the XML says, in document order, xi:include already spliced in, with the
 * place of every element and attribute. Form is checked before it is built (known element in a
 * place where it may stand, known attribute of that element, no duplicates), values are not.
 * What was wrong is left out, so later passes see only well-placed nodes. */
#include "compiler/diag.h"
#include "compiler/syntax_names.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

enum el {                       /* EL_Variable ... ; EL_NONE is no element                     */
    EL_NONE,
#define X(name) EL_##name,
    ELEMENTS(X)
#undef X
    EL_COUNT
};
enum at {                       /* AT_name ... ; AT_NONE is no attribute                       */
    AT_NONE,
#define X(name) AT_##name,
    ATTRIBUTES(X)
#undef X
    AT_COUNT
};

enum {
    ATTR_MAX = (1 << 24) - 1,   /* octets of a value; libxml2 takes 10,000,000                 */
    ATTR_LINE_MAX = (1 << 27) - 1,
    ATTR_FAR = 15               /* gap: the value stands on another line, or far off           */
};
/* A large project is mostly these: small rather than plain. */
struct attr {
    const char *value;          /* UTF-8, NUL-terminated, normalised by XML's rules            */
    uint32_t n : 24;
    uint32_t name : 8;          /* enum at                                                     */
    uint32_t line : 27;         /* of the attribute's name; the file is the element's          */
    uint32_t wrong : 1;         /* expand, build: the value cannot be what it must; reported   */
    uint32_t gap : 4;           /* blanks around the '='; ATTR_FAR: use the name's place       */
    uint32_t col;
} __attribute__((packed, aligned(4)));
_Static_assert(AT_COUNT <= 256, "struct attr has 8 bits for a name");

/* A node may be asleep: it knows which attributes there are, and reads the element again from its file
 * when one is asked for. A large project's variables are like that: of most nobody ever asks. */
struct node {
    struct node *child, *next;  /* first child; next sibling                                   */
    struct attr *attrs;         /* in document order; asleep: NULL, though n_attrs is not 0    */
    const char *text;           /* the element's own character data, trimmed; "" if none;
                                   asleep: the attributes' numbers (enum at), one octet each   */
    struct origin *origin;      /* where to read again; NULL: nowhere                          */
    uint32_t text_n;
    uint32_t line, col;         /* of '<' of the start tag, as in struct srcpos                */
    uint16_t file;
    uint16_t name;              /* enum el                                                     */
    uint16_t n_attrs;
    bool lacks;                 /* a child was left out, which has been told                   */
};

extern const char *const el_names[EL_COUNT];
extern const char *const at_names[AT_COUNT];

/* Where an attribute stands. to_value: columns from its name to the value's first character,
 * 0: on another line. */
void attr_place(struct attr *a, uint32_t line, uint32_t col, uint32_t to_value);
const struct attr *node_attr(const struct node *n, enum at name);    /* NULL: not given        */
struct srcpos node_pos(const struct node *n);
struct srcpos value_pos(const struct node *n, const struct attr *a); /* of the value           */
struct node *node_child(const struct node *n, enum el name);         /* first so named, or NULL */
struct node *node_next(const struct node *n, enum el name);          /* next sibling so named  */
/* n_attrs numbers of attributes, which stay, become the node's; what it had of attributes is dropped. */
void node_sleep(struct node *n, struct origin *origin, const char *numbers);
void node_wake(const struct node *n);                   /* wake.c; nothing if it is awake      */
/* A file of diag_file(); a: where the record lies.                                            */
struct origin *origin_new(struct ctx *ctx, struct arena *a, uint32_t file);
struct node *node_new(struct ctx *ctx, enum el name, size_t n_attrs);
void syntax_dump(const struct node *root, const struct ctx *ctx, FILE *f);
#endif
