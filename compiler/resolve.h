#ifndef COMPILER_RESOLVE_H
#define COMPILER_RESOLVE_H
/* Names to things: shared by the passes from resolve to check. */
#include "compiler/ctx.h"
#include "compiler/model.h"

/* The thing of that name in the map; NULL: reported with `code` at place(n, at), with the nearest
 * name as hint. An empty name is NULL without a word. */
void *resolve_name(struct ctx *ctx, const struct map *map, struct str name, const struct node *n,
                   enum at at, enum diag_code code, const char *what);
/* Adds to the map; false: the name is taken, reported with both places; `what` in plural. */
bool resolve_add(struct ctx *ctx, struct map *map, struct str name, void *thing, struct srcpos pos,
                 const struct srcpos *(*place_of)(const void *thing), const char *what);

void resolve_units(struct ctx *ctx);                    /* unit_code, cov_increment            */
void resolve_device_names(struct ctx *ctx);             /* before anything refers to them      */
void resolve_devices(struct ctx *ctx);                  /* ports, names, what stands in devices */

struct device *device_by_name(const struct plc *plc, struct str name);
struct notification_class *class_by_name(const struct device *d, struct str name);

bool type_is_integer(unsigned var_type);                /* SINT .. DWORD, SCHEDULE_INT         */
bool type_is_real(unsigned var_type);
bool type_is_bool(unsigned var_type);
bool type_is_schedule(unsigned var_type);
/* What the type can hold; REAL and LREAL: the largest finite. */
void type_range(unsigned var_type, double *lo, double *hi);
const char *type_name(unsigned var_type);
#endif
