#ifndef COMPILER_GRAMMAR_H
#define COMPILER_GRAMMAR_H
/* The form of a project: which element may stand where, once or often, with which attributes.
 * schemas/project.xsd says the same to editors; a test compares the two. */
#include "compiler/syntax.h"

#include <stdbool.h>

enum { AT_WORDS = (AT_COUNT + 63) / 64 };
_Static_assert(EL_COUNT <= 64, "elements fit a mask");

struct at_set {
    uint64_t w[AT_WORDS];
};
struct grammar {                    /* masks made from the rows, indexed by enum el            */
    uint64_t children[EL_COUNT];
    uint64_t once, text;            /* at most one per parent; holds character data            */
    uint64_t numbered;              /* has a number for a name                                 */
    struct at_set allowed[EL_COUNT], required[EL_COUNT];
    enum at naming[EL_COUNT];       /* what others refer to it by, if it must have a name     */
};

const struct grammar *grammar_new(struct ctx *ctx);
enum el el_by_name(const char *name, size_t n);         /* EL_NONE: no such                    */
enum at at_by_name(const char *name, size_t n);         /* AT_NONE: no such                    */
/* The nearest allowed name, or NULL. */
const char *grammar_near_child(const struct grammar *g, enum el parent, const char *want, size_t n);
const char *grammar_near_attr(const struct grammar *g, enum el el, const char *want, size_t n);
/* The element that a misspelt name can only mean: one letter or its case is wrong, or two are exchanged. */
enum el grammar_meant_child(const struct grammar *g, enum el parent, const char *want, size_t n);  /* or EL_NONE */
/* What may stand in an element, however deep, as a mask. */
uint64_t grammar_below(const struct grammar *g, enum el el);
/* The attribute that a misspelt name can only mean, in the same way; where it is near to nothing, the one that
 * gives the element its name, if the value can be one. */
enum at grammar_meant_attr(const struct grammar *g, enum el el, const char *want, size_t n, const char *value,
                           size_t value_n);             /* or AT_NONE */
/* "Device, Project": where an element may stand; "" for Project. */
const char *grammar_parents(const struct grammar *g, struct ctx *ctx, enum el el);

static inline bool el_in(uint64_t set, enum el el)
{
    return set >> el & 1;
}
static inline bool at_in(const struct at_set *set, enum at at)
{
    return set->w[at / 64] >> (at % 64) & 1;
}
static inline void at_put(struct at_set *set, enum at at)
{
    set->w[at / 64] |= UINT64_C(1) << (at % 64);
}
#endif
