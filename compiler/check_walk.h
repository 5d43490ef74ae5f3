#ifndef COMPILER_CHECK_WALK_H
#define COMPILER_CHECK_WALK_H
/* One thing of a device after the other, for the checks of what must be unique. */
#include "compiler/check.h"
#include "compiler/publish.h"

#include <regex.h>

/* One thing with a name and perhaps a number: what the objects of a device have in common. */
struct item {
    struct str name, guid;
    uint32_t type, instance;
    struct srcpos pos;
    const struct node *node;     /* that gives the instance                                    */
    const struct variable *variable;    /* of its object; NULL: something else                 */
};
/* What outlives the item: what maps point to. */
struct entry {
    struct srcpos pos;
    const struct node *node;
    struct str what;
};
struct walk {
    struct ctx *ctx;
    struct arena *scratch;       /* for map and entries                                        */
    struct map *map;
    const regex_t *pattern;      /* check_name.c                                               */
    struct unique *unique;
    bool found;                  /* for `each` to set                                          */
    void (*each)(struct walk *w, const struct device *d, const struct item *item);
};

void walk_device(struct walk *w, struct device *d);     /* in the order of the project         */
void walk_others(struct walk *w, const struct device *d);       /* without the publications    */
/* The first that had this key; NULL: it is the item itself. */
const struct entry *walk_first(struct walk *w, struct str key, const struct item *item);
#endif
