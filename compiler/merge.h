#ifndef COMPILER_MERGE_H
#define COMPILER_MERGE_H
/* A merge while it runs: what the project has (merge_find.c), what changes (merge.c). */
#include "compiler/import.h"
#include "compiler/syntax.h"
#include "compiler/xmledit.h"

enum { MERGE_FILES_MAX = 65535 };   /* of nodes                                                */

struct merge {
    struct plist *l;
    struct ctx *ctx;
    const struct import_options *o;
    struct xmledit *edit;
    enum merge_mode mode;
    struct map *variables, *by_guid, *by_object;        /* name, GUID, object name -> node     */
    /* "plc\ndevice\n" and the object's name, the variable's, the object's as EDE has it (NULL: several),
     * its type and number -> struct stand */
    struct map *by_place, *in_place, *by_form, *by_number;
    struct map *listed;                                 /* place and name as EDE has it: is in the list */
    struct map *placed;                                 /* name of a variable that is published */
    struct map *numbers;                                /* place and type -> number in the numbering file */
    struct map *child_names;                            /* place, element and number -> name in the numbering file */
    struct map *classes_renamed;                        /* old name -> new                     */
    size_t n_renamed;                                   /* objects that the list knows under another name */
    struct srcpos first_renamed;
    struct map *schedule_variables;                     /* list's name -> name in the project  */
    struct map *schedule_of;                            /* EDE: variable of the project -> its Schedule */
    struct map *only_device;                            /* plc -> its device; NULL: several    */
    struct map *schedules;                              /* variables whose Schedule changes -> that, or what gets it */
    struct map *points;                                 /* variable -> the point that was brought into it */
    struct map *states, *alarms;                        /* name -> node                        */
    struct map *sources;                                /* those that the project has, or gets */
    struct map *devices;                                /* "plc\nname" -> node                 */
    struct map *objects;                                /* "plc\ndevice\nvariable" -> Object   */
    struct map *only_object;                            /* variable -> its Object; NULL: several */
    struct map *in_rows;                                /* variable -> one of them               */
    struct map *renamed;                                /* old variable -> new                 */
    struct map *sets_new, *alarms_new;                  /* list's name -> name in the project  */
    struct textbuf new_states, new_alarms, new_sources, new_variables;
    const struct node *states_last, *alarms_last, *sources_last, *variables_last, *first_plc;
    size_t n_devices, n_classes, n_alarms;              /* classes of alarms and alarm points that have changed */
    uint32_t n_files;                                   /* nodes of later ones are a template's */
    size_t n_made;                                      /* points that would change what a template makes */
    struct srcpos made;                                 /* the first of them                   */
    bool refused;                                       /* the point at hand is such a one     */
    const char *indent, *step;                          /* of new variables; of what is in the Project */
};

static inline bool merge_adds(const struct merge *m)
{
    return m->mode != MERGE_UPDATE;
}
static inline bool merge_updates(const struct merge *m)
{
    return m->mode == MERGE_UPDATE || m->mode == MERGE_UPDATE_ADD;
}

void merge_index(struct merge *m);
const char *merge_attr(const struct node *n, enum at name);     /* "" if not given            */
struct str merge_named(struct merge *m, const struct node *n, enum at name);
struct str merge_guid(struct merge *m, const char *s);          /* small letters, without braces */
struct str merge_key(struct merge *m, const char *a, const char *b, const char *c);
/* By its GUID, its name, its former name (not EDE); NULL: new. */
const struct node *merge_variable(struct merge *m, const struct plist_point *p);
struct merge_word {             /* what says something of a variable                           */
    const struct node *n;       /* the Variable, or the Object row that refines it             */
    const struct node *var, *device;    /* device: where it is published; NULL: not known      */
    const struct plist_point *p;        /* that is brought into it                             */
    const struct plist_point *row;      /* EDE: the file's row of this object                  */
};
/* Is the wanted value what the project says already, in other words or numbers? It says it as
 * attribute `at`, or says nothing and means it. */
bool merge_same(struct merge *m, const struct merge_word *w, enum at at, enum pa a, struct str want);
/* Is `want`, of an EDE file, what such a file would have of `have`? The text as it would have it, but for lost letters. */
bool merge_ede_text(const char *have, const char *want);
struct str merge_ede_form(struct merge *m, const char *text);
/* AI, BV ... of the object, perhaps with a row; the word's point may be NULL. */
const char *merge_object_type(const struct merge_word *w, const struct node *row);
/* Has the object a priority array? By the row's word, perhaps NULL, the variable's, or by itself. */
bool merge_commandable(struct merge *m, const struct merge_word *w, const struct node *row);
extern const enum at merge_at[PA_COUNT];                /* how a Variable calls what a list says  */
/* How an Object row calls that attribute of its variable; AT_name where it has none such. */
bool merge_row_attr(enum pa a, enum at *at);
/* The list's set or alarm point in the project: one that is alike, or a new one. `var` (perhaps
 * NULL) is what refers to it now, for an alarm point also an Object row. */
struct str merge_states(struct merge *m, const struct node *var, struct str name);
struct str merge_alarm(struct merge *m, const struct node *var, struct str name);
/* The list's alarm point is but the range, which the device serves as limits (Device@limitProperties). */
bool merge_served_range(struct merge *m, const struct merge_word *w, struct str name);
/* What an EDE file says of a set, in terms of the project: texts that stand for none, those of a reversed object. */
bool merge_no_states(struct merge *m, const struct node *var, struct str name);
/* The list does not have the texts of the variable's states: the project's stay. */
bool merge_states_stay(struct merge *m, const struct node *var, struct plist_point *p);
struct str merge_turned(struct merge *m, struct str name);
/* merge_edit.c: made by a Use: the project says it nowhere in these words. */
bool merge_made(const struct merge *m, const struct node *n);
/* An attribute (empty: away with it), or lines before the end tag. What a template makes stays; that is remembered. */
void merge_edit_attr(struct merge *m, const struct node *n, const char *name, const char *value);
void merge_edit_child(struct merge *m, const struct node *n, const char *text);
/* The indentation of what comes into that Variables or AlarmPoints; NULL: one that is made in the Project. */
const char *merge_inside(struct merge *m, const struct node *parent);
/* New elements in the order that a project has: texts, alarm points, sources, variables, PLCs. An included file is one
 * element: beside that nothing can stand. */
void merge_insert_new(struct merge *m);
/* merge_object.c: an attribute as it is to be; false: it was. */
bool merge_set(struct merge *m, const struct node *n, enum at at, const char *value);
/* The object's row of the table; NULL: none. */
const struct node *merge_row(struct merge *m, const struct node *var, const struct plist_publish *o);
/* What n, the variable or an Object row, says of the variable's object o (NULL: of the only one). */
struct merge_word merge_word_of(struct merge *m, const struct node *n, const struct node *var, const struct plist_point *p,
                                const struct plist_publish *o);
/* An object that nobody describes is described by its name: is that the one that it will have? `row` may be NULL. */
bool merge_named_so(const struct merge *m, const struct node *row, const struct node *var, struct str listed, struct str want);
/* A row of the object table of the device; `var` NULL: of a variable that is new. */
bool merge_add_row(struct merge *m, const struct node *var, const struct plist_point *p, const struct plist_publish *o);
/* The object is where the list has it, and says what the list says. False: it did. */
bool merge_publish(struct merge *m, const struct node *var, const struct plist_point *p, struct plist_publish *o);
/* merge_bind.c: the project gets the sources that the point names and it lacks; the variable the point's Binds; an On
 * that holds but the object's own Binds, where the project has none for that PLC. */
void merge_sources(struct merge *m, const struct plist_point *p);
bool merge_bind(struct merge *m, const struct node *var, const struct plist_point *p);
bool merge_unbound(struct merge *m, const struct node *var, const struct plist_publish *o);
/* merge_place.c: where objects stand (EDE only) and what they are called there. */
void merge_index_places(struct merge *m);
void merge_index_list(struct merge *m);     /* after merge_places                               */
const struct node *merge_object(struct merge *m, struct plist_point *p);           /* NULL: new */
/* Is it the object that the variable itself, or its On, puts there? */
bool merge_at_home(struct merge *m, const struct node *var, const struct plist_publish *o);
/* All objects of a variable have its unit, range and default: a further row that has another is told. */
void merge_contrary(struct merge *m, const struct node *var, const struct plist_point *first, const struct plist_point *p);
/* The name of the class, calendar or schedule that has the list's number; NULL: none is known. */
const struct str *merge_child_name(struct merge *m, const char *plc, const char *device, const struct plist_child *c);
bool merge_of_source(struct merge *m, const struct plist_point *p);   /* a Source's own object  */
bool merge_numbered(struct merge *m, const struct node *var, const struct plist_point *p,
                    const struct plist_publish *o);     /* it has that number without saying it */
const struct node *merge_on(const struct node *var, const char *plc);
/* The device that an On without a word of it means: the variable's, or the PLC's only one. */
const char *merge_device_meant(const struct merge *m, const struct node *var, struct str plc);
/* The names of PLCs, devices and classes in the list become those of the project; false: it lacks a device, reported. */
bool merge_places(struct merge *m);
#endif
