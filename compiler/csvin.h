#ifndef COMPILER_CSVIN_H
#define COMPILER_CSVIN_H
/* A point list while it is read: rows by import_csv.c, cells with parts by csvin_cells.c. */
#include "compiler/csv.h"
#include "compiler/import.h"

enum {                          /* columns; those of a Variable's attributes are its numbers in plist.h */
    CC_name = PA_COUNT, CC_plc, CC_device, CC_device_instance, CC_instance, CC_number, CC_states,
    CC_alarm, CC_class_instance, CC_class, CC_COUNT
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
    struct map *classes;        /* "plc\ndevice\n" and the class's name -> struct plist_child   */
};
struct csvin_row {
    struct str v[CC_COUNT];
    struct srcpos at[CC_COUNT], pos;
    bool no_alarm;
};

/* The row's states, alarm point, and class of alarms in that device; false: reported. */
bool csvin_states(struct csvin *c, struct csvin_row *v);
bool csvin_alarm(struct csvin *c, struct csvin_row *v);
bool csvin_class(struct csvin *c, struct csvin_row *v, struct plist_device *d);
#endif
