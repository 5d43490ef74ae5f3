#ifndef COMPILER_RESOLVE_H
#define COMPILER_RESOLVE_H
/* Names to things: shared by the passes from resolve to check. */
#include "compiler/ctx.h"
#include "compiler/model.h"

#include <stddef.h>

/* A search for near names is linear in the names: it stops where errors come by the hundred. */
enum { HINTS_LIMIT = 200 };

/* The thing of that name in the map; NULL: reported with `code` at place(n, at), with the nearest
 * name as hint. An empty name is NULL without a word. */
void *resolve_name(struct ctx *ctx, const struct map *map, struct str name, const struct node *n,
                   enum at at, enum diag_code code, const char *what);
/* Adds to the map; false: the name is taken, reported with both places; `what` in plural. */
bool resolve_add(struct ctx *ctx, struct map *map, struct str name, void *thing, struct srcpos pos,
                 const struct srcpos *(*place_of)(const void *thing), const char *what);

/* The variable of that name, without a report; the first of several. */
struct variable *variable_by_name(struct ctx *ctx, struct str name);
/* resolve_name() among the variables. */
struct variable *resolve_variable_name(struct ctx *ctx, struct str name, const struct node *n, enum at at);

/* unit_code, cov_increment of each variable; what is no unit is reported at the end. */
struct units *resolve_units_begin(struct ctx *ctx);
void resolve_unit(struct units *u, struct variable *v);
void resolve_units_end(struct units *u);
void resolve_device_names(struct ctx *ctx);             /* before anything refers to them      */
void resolve_devices(struct ctx *ctx);                  /* ports, names, what stands in devices */

struct device *device_by_name(const struct plc *plc, struct str name);
struct notification_class *class_by_name(const struct device *d, struct str name);

/* A million variables do not fit into any cache: the memory of one that comes soon is asked for early.
 * They lie one after the other as they were made, so the way to the next says where. */
#define BEFORE(member) offsetof(struct variable, member)        /* what lies before it         */
static inline void fetch_variable(const void *v, size_t size)
{
    enum { LINE = 64 };
    for (size_t i = 0; i < size; i += LINE)
        __builtin_prefetch((const char *)v + i);
    __builtin_prefetch((const char *)v + size - 1);
}
static inline void look_ahead(const struct variable *v, size_t size)
{
    enum { AHEAD = 6, FAR = 1024 };
    const char *here = (const char *)v, *next = (const char *)v->next;
    if (next > here && next - here < FAR)
        fetch_variable(here + AHEAD * (next - here), size);
}

/* Not misread or missing: nothing is said of what rests on them, so that one mistake is told once. */
bool type_known(const struct variable *v);
bool values_known(const struct variable *v);            /* type and states                     */
/* "'On' is no value of 'Fan'", with what was meant; nothing where that cannot be known. */
void tell_no_value(struct ctx *ctx, struct srcpos pos, const struct variable *v, struct str text);
const char *near_value(const struct variable *v, const char *text, size_t n);   /* NULL: none  */
bool schedule_typed(const struct schedule *s);          /* it has its variable, of such a type */
bool type_is_integer(unsigned var_type);                /* SINT .. DWORD, SCHEDULE_INT         */
bool type_is_real(unsigned var_type);
bool type_is_bool(unsigned var_type);
bool type_is_schedule(unsigned var_type);
/* What the type can hold; REAL and LREAL: the largest finite. */
void type_range(unsigned var_type, double *lo, double *hi);
const char *type_name(unsigned var_type);
#endif
