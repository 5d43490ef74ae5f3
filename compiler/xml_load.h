#ifndef COMPILER_XML_LOAD_H
#define COMPILER_XML_LOAD_H
/* Shared by the two halves of the loader: xml.c drives libxml2, xml_tree.c makes nodes from what
 * it says. Nobody else includes this. */
#include "compiler/ctx.h"
#include "compiler/grammar.h"
#include "compiler/scan.h"
#include "compiler/source.h"

enum { XML_DEPTH = 100, XML_INCLUDES = 20, XML_FILES = 65535, XML_MISTAKES = 10 };

/* An open element. A skipped one has no node; what it holds is not looked at. */
struct xml_level {
    struct node *node;
    struct node **tail;             /* where its next child goes                               */
    enum el name;                   /* EL_NONE above the root                                  */
    uint64_t seen;                  /* children so far, for those that stand once              */
    uint32_t line, col;             /* of the start tag, also if skipped                       */
    const char *tag;                /* as written                                              */
    bool skip, splice, including;   /* splice: children go to the level above;
                                       including: an xi:include, its file could not be had     */
    bool lost;                      /* of xi: nothing stands in the place of the file          */
    bool text_told;
    bool offered;                   /* a Variable for ctx->offers; the node is theirs          */
};
struct xml_attr_in {                /* one attribute as libxml2 reports it, five pointers in a row */
    const char *local, *prefix, *uri, *value, *end;
};
static inline size_t xml_value_n(const struct xml_attr_in *a) { return (size_t)(a->end - a->value); }
enum { XML_SHAPES = 64 };
struct xml_shape {                  /* attributes of a Variable, none told of: those most have  */
    size_t n;                       /* 0: free                                                 */
    const char *locals[AT_COUNT];   /* by pointer                                              */
    uint8_t names[AT_COUNT];        /* enum at                                                 */
};
struct xml_total {                  /* of a project: a file that is included again counts again */
    uint32_t files;
    uint64_t bytes;
    struct xml_load *spare;         /* of a file that has been read; NULL: none                */
    bool told;
};
struct xml_load {
    struct ctx *ctx;
    const struct grammar *grammar;
    const struct xml_load *from;    /* the file that includes this one                         */
    struct srcpos from_pos;         /* and where                                               */
    const char *path;
    char *real;                     /* malloc'd, for loops; NULL: not a file                   */
    uint32_t file;
    unsigned nesting;               /* includes                                                */
    struct xml_total *total;
    struct source src;
    struct scan scan, again;        /* again: for places behind the scan                       */
    const char *behind;             /* the last tag that was offered, if the scan is not there */
    struct xml_level levels[XML_DEPTH + 1];
    unsigned depth;                 /* levels[depth] is the innermost open element             */
    unsigned too_deep;              /* elements open beyond XML_DEPTH                          */
    bool tag_lost;                  /* malformed since the last start tag: what it lacks is a
                                       guess                                                   */
    bool broken;                    /* not well-formed: its tree is what could be read         */
    size_t begin;                   /* of the start tag, if it is                              */
    bool no_namespace;              /* told once; the file is read as if it had the right one  */
    const char *ns;                 /* the project's namespace as libxml2's dictionary has it  */
    const char *include_error;      /* why the pending xi:include's file could not be had      */
    struct srcpos include_pos;
    char *text;                     /* of the innermost text element                           */
    size_t text_n, text_cap;
    struct xml_known { const char *key; unsigned id, n; } els[128], ats[512]; /* by pointer   */
    /* from here on kept for the next file                                                     */
    struct { const char *s; uint32_t n; } values[1024];  /* values seen lately                 */
    struct xml_shape *shapes;       /* XML_SHAPES; NULL: nothing was offered                   */
};

struct srcpos xml_place(struct xml_load *ld, size_t offset);
void xml_tree_start(struct xml_load *ld, const char *local, const char *prefix, const char *uri,
                    const struct xml_attr_in *attrs, size_t n);
void xml_tree_end(struct xml_load *ld);
/* The file is not well-formed, which has been told (at `told`; line 0: not at a place of its own): whatever can
 * stand where it stands may be missing, and of the elements that are open something. */
void xml_tree_broken(struct xml_load *ld, struct srcpos told);
/* An end tag that is not that of the innermost element: if one around it is meant, all within that are closed, too. */
void xml_tree_close(struct xml_load *ld, const char *local, size_t n);
/* xml_offer.c. Names as libxml2's dictionary has them. */
enum el xml_el_of(struct xml_load *ld, const char *local);
const struct xml_known *xml_at_of(struct xml_load *ld, const char *local);
/* Room in ctx->offers for a node with as many attributes as there can be, and for all values with their
 * terminators. */
struct node *xml_offer_room(struct xml_load *ld, const struct xml_attr_in *in, size_t n, char **room);
/* A start tag that needs nothing but to be handed on. false: it has to be looked at like anything else. */
bool xml_offer(struct xml_load *ld, const char *local, const char *uri, const struct xml_attr_in *in, size_t n);
/* Something will hang on the element that is open: if it was offered, its node is made. */
void xml_offer_whole(struct xml_load *ld);
/* offset: of the text in the file. */
void xml_tree_text(struct xml_load *ld, const char *s, size_t n, size_t offset);
/* Reads the file that an xi:include names into the level that is open; false: it was not read. Could it not
 * be had, ld->include_error says why (a fallback may mend it); any other reason has been told. */
bool xml_include(struct xml_load *ld, const char *href, size_t n, struct srcpos pos);
#endif
