#ifndef COMPILER_MERGE_H
#define COMPILER_MERGE_H
/* A merge while it runs: what the project has (merge_find.c), what changes (merge.c). */
#include "compiler/import.h"
#include "compiler/syntax.h"
#include "compiler/xmledit.h"

struct merge {
    struct plist *l;
    struct ctx *ctx;
    const struct import_options *o;
    struct xmledit *edit;
    enum merge_mode mode;
    struct map *variables, *by_guid, *by_object;        /* name, GUID, object name -> node     */
    struct map *states, *alarms;                        /* name -> node                        */
    struct map *devices;                                /* "plc\nname" -> node                 */
    struct map *objects;                                /* "plc\ndevice\nvariable" -> Object   */
    struct map *only_object;                            /* variable -> its Object; NULL: several */
    struct map *renamed;                                /* old variable -> new                 */
    struct map *sets_new, *alarms_new;                  /* list's name -> name in the project  */
    struct textbuf new_states, new_alarms, new_variables;
    const struct node *states_last, *alarms_last, *variables_last, *first_plc;
    size_t n_devices;
    const char *indent;                                 /* of new variables                    */
};

void merge_index(struct merge *m);
const char *merge_attr(const struct node *n, enum at name);     /* "" if not given            */
struct str merge_key(struct merge *m, const char *a, const char *b, const char *c);
/* Is the wanted value what the project says already, in other words or numbers? It says it as
 * attribute `at` of n: the Variable, or the Object row that refines it. */
bool merge_same(struct merge *m, const struct node *n, enum at at, enum pa a, struct str want);
extern const enum at merge_at[PA_COUNT];                /* how a Variable calls what a list says  */
/* How an Object row calls that attribute of its variable; AT_name where it has none such. */
bool merge_row_attr(enum pa a, enum at *at);
/* The list's set or alarm point in the project: one that is alike, or a new one. `var` (perhaps
 * NULL) is what refers to it now, for an alarm point also an Object row. */
struct str merge_states(struct merge *m, const struct node *var, struct str name);
struct str merge_alarm(struct merge *m, const struct node *var, struct str name);
/* The device in the project that the list means; NULL: none, reported. */
const struct node *merge_device(struct merge *m, const struct plist_device *d,
                                const char **plc);
#endif
