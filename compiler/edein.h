#ifndef COMPILER_EDEIN_H
#define COMPILER_EDEIN_H
/* One EDE file while it is read: rows by edein.c, objects by edein_objects.c. */
#include "compiler/csv.h"
#include "compiler/import.h"

enum edein_col {
    C_keyname, C_device, C_name, C_type, C_instance, C_description, C_default, C_min, C_max,
    C_settable, C_commandable, C_hi, C_lo, C_states, C_unit, C_vendor, C_class, C_inline,
    C_discipline, COLS
};

struct edein_row {
    struct str cell[COLS];
    struct srcpos pos;
    struct { uint32_t line, col; } at[COLS];
    uint32_t device, type, instance;
    struct plist_device *dev;
};
static inline struct srcpos edein_at(const struct edein_row *r, enum edein_col col)
{
    return (struct srcpos){ r->pos.file, r->at[col].line, r->at[col].col };
}
struct edein {
    struct plist *l;
    const struct import_options *o;
    const struct edein_sets *sets;
    struct csv csv;
    int column[COLS];           /* index in a row, -1: not there                               */
    struct edein_row *rows;     /* rows that say which object they are                        */
    struct arena *arena;        /* of the rows, while they are needed                         */
    size_t n, cap;
    struct map *vendor_count;   /* vendor-specific address -> how often, as a pointer          */
    bool any_settable, limits_are_range;
    struct { size_t count; struct srcpos pos; } skipped[1024];
};

/* A decimal number of at most max. */
bool edein_whole(struct str s, uint32_t max, uint32_t *out);
/* Devices, classes, schedules, calendars and variables of e->rows into the point list. */
void edein_objects(struct edein *e);
#endif
