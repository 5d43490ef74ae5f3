#ifndef COMPILER_DIFF_H
#define COMPILER_DIFF_H
/* What differs between two builds of a project, as those see it who have imported the first: the
 * SCADA and its engineer. */
#include "compiler/ctx.h"
#include "schemas/image.h"

enum diff_level {
    DIFF_SAME,
    DIFF_COMPATIBLE,            /* what clients have imported is as it was                     */
    DIFF_REIMPORT,              /* everything known answers, but rows of the EDE files differ   */
    DIFF_BREAKING,              /* something known is gone, or answers otherwise                */
    DIFF_LEVELS,
};
struct change {
    uint8_t level;              /* enum diff_level                                             */
    const char *what;           /* "added", "renumbered", "units" ...                          */
    uint32_t device;            /* instance, IMG_NONE: of the project as a whole               */
    uint32_t oid;               /* IMG_NONE: not an object's; as it was, or is if it is new    */
    struct span name;           /* of the object or variable                                   */
    struct span before, after;  /* p NULL: there is none                                       */
    const char *hint;           /* or NULL                                                     */
};
struct diff {
    struct change *changes;     /* device by device, in the old order; what is new follows     */
    size_t n, cap;
    size_t count[DIFF_LEVELS];
};

/* Images of all PLCs on both sides. */
void diff_images(struct ctx *ctx, struct diff *d, const struct image *was, size_t n_was,
                 const struct image *is, size_t n_is);

/* diff_object.c: pairs of the same object, in the eyes of clients. */
struct diff_side {
    const struct image *img;
    uint32_t device, object;
};
void diff_add(struct ctx *ctx, struct diff *d, struct change c);
bool diff_same(struct span a, struct span b);
void diff_object(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is);
/* diff_plc.c */
void diff_plcs(struct ctx *ctx, struct diff *d, const struct image *was, size_t n_was, const struct image *is, size_t n_is);
bool diff_alike(struct diff_side a, struct diff_side b);        /* may be one that was renamed  */
#endif
