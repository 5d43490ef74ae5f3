#ifndef COMPILER_LOST_H
#define COMPILER_LOST_H
/* What of the project was not understood, which has been told: nothing is told that only follows from its being
 * away. Of most that is lost it is known what it may be called; a reference to anything else is told all the
 * same, so that one run finds every mistake. Filled from load to resolve. */
#include "compiler/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;
struct lost_place;
struct srcpos;
struct map;
struct node;
struct lost_text;

struct lost {
    uint64_t kinds;             /* of elements (enum el) of which there may be more than was understood;
                                   EL_NONE: an attribute was left out                          */
    uint64_t unnamed;           /* of these, the ones that may be called anything              */
    struct lost_text *names;    /* what the others may be called: whatever stood in them       */
    size_t n_names, names_cap, known;           /* known: those that are in `map`              */
    struct map *map;            /* by name                                                     */
    struct lost_text *parts;    /* what is in all names that a Use would have made             */
    size_t n_parts, parts_cap;
    bool constants;             /* the names that templates have without a placeholder are among `names` */
    struct map *doubtful;       /* names that nobody else has -> where the first reference is: it would be told
                                   if nothing were missing                                     */
    struct lost_place *place;   /* the first file, or part of one, that could not be read; NULL: none */
    const char *where;          /* whoever names something of it may look                      */
};

/* Some of these kinds are missing, and may be called anything. */
void lose_kinds(struct ctx *ctx, uint64_t kinds);
/* Some of these kinds are missing; lose_name() says what they may be called. */
void lose_named(struct ctx *ctx, uint64_t kinds);
void lose_name(struct ctx *ctx, const char *s, size_t n);
/* An element that has no name which could be used: it may be called what any of its attributes says. One that
 * says nothing is no reason to be silent about a name that nobody has. */
void lose_node(struct ctx *ctx, const struct node *n);
/* What a Use would have made of a template is missing. */
void lose_use(struct ctx *ctx, const struct node *use);

/* Whether the project may have such an element (enum el) that was not understood; or such a one of that name. */
bool may_be_lost(const struct ctx *ctx, unsigned el);
bool name_may_be_lost(struct ctx *ctx, unsigned el, struct str name, struct srcpos at);

/* A file could not be included there; or a file could not be read to its end, which was told there. When all has
 * been looked at, what was told of the first gets a note with the names of which it cannot be said whether there
 * is such a thing. */
void lose_include(struct ctx *ctx, struct srcpos pos);
void lose_unread(struct ctx *ctx, struct srcpos pos);
void lost_tell(struct ctx *ctx);
#endif
