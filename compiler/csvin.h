#ifndef COMPILER_CSVIN_H
#define COMPILER_CSVIN_H
/* A point list while it is read: rows by import_csv.c, cells with parts by csvin_cells.c. */
#include "compiler/csv.h"
#include "compiler/grammar.h"
#include "compiler/import.h"

enum {                          /* columns; those of a Variable's attributes are its numbers in plist.h */
    CC_name = PA_COUNT, CC_plc, CC_device, CC_device_instance, CC_instance, CC_number, CC_states,
    CC_alarm, CC_class_instance, CC_class, CC_bind, CC_sources, CC_COUNT
};

struct csvin {
    struct plist *l;
    const struct import_options *o;
    struct csv csv;
    int column[CC_COUNT];       /* index in a row, -1: not there                               */
    uint8_t kind[CC_COUNT];
    struct map *schedules;      /* variables of the project that are schedules                 */
    struct map *guids;          /* GUID -> point                                               */
    struct map *sets, *alarms;  /* name as written -> the name it got here                     */
    struct str sources;         /* the last such cell that was read                            */
    struct map *classes;        /* "plc\ndevice\n" and the class's name -> struct plist_child   */
};
struct csvin_row {
    struct str v[CC_COUNT];
    struct srcpos at[CC_COUNT], pos;
    bool no_alarm;
    struct plist_bind *binds;   /* csvin_bind(); unbound: the cell says that there is none     */
    bool unbound;
};

/* The row's states, alarm point, and class of alarms in that device; false: reported. */
bool csvin_states(struct csvin *c, struct csvin_row *v);
bool csvin_alarm(struct csvin *c, struct csvin_row *v);
bool csvin_class(struct csvin *c, struct csvin_row *v, struct plist_device *d);

/* csvin_bind.c: the row's Binds and sources; what becomes of them in its point, whose row for that PLC has been
 * added; whether all that a new project needs has been said. */
bool csvin_bind(struct csvin *c, struct csvin_row *v);
bool csvin_take_bind(struct csvin *c, const struct csvin_row *v, struct plist_point *p, bool first, struct str plc);
void csvin_check_sources(struct csvin *c);

/* The next piece of "a=b|c=d"; '\\' takes the next character as it is. false: no more. */
bool csvin_piece(struct csvin *c, const char **p, struct str *key, struct str *value);
/* The names of the element's attributes, for a hint. */
struct str csvin_attributes(struct csvin *c, enum el el, enum at but);
#endif
