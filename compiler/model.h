#ifndef COMPILER_MODEL_H
#define COMPILER_MODEL_H
/* The typed project: what build.c makes of the syntax tree, what resolve.c connects, what
 * publish.c turns into objects, what the checks read. Everything lies in the run's arena. Every
 * thing knows its node in the source, and with it the place of each attribute (place()). A thing
 * with `poisoned` set is wrong somewhere, has been reported, and is passed over by whoever needs
 * the wrong part: sound() says which part is not. Texts that name something are interned; descriptions and the like are not:
 * their emptiness is n == 0, their equality is bytes. */
#include <stdbool.h>
#include <stdint.h>
#include "compiler/diag.h"
#include "compiler/str.h"
#include "compiler/syntax.h"
#include "schemas/bacnet.h"
#include "schemas/image.h"

#define NOT_SET UINT32_MAX       /* a number that the project does not give                    */

/* A reference by name, before and after resolve.c; its place is place(node, AT_...). */
struct ref {
    struct str name;             /* n == 0: not given                                          */
    void *to;                    /* struct variable *, device * ...; NULL: not (yet) resolved  */
} __attribute__((packed, aligned(4)));
/* Where the value of an attribute stands; the element, if the attribute is not given. */
struct srcpos place(const struct node *n, enum at name);
/* What the model has for the attribute is what the project says: it was understood, or left out where
 * it may be. */
bool sound(const struct node *n, enum at name);

struct instance_range { uint32_t first, last; };     /* both 0: not given                      */
enum tristate { UNSET, NO, YES };
enum transitions { TR_OFFNORMAL = 1, TR_FAULT = 2, TR_NORMAL = 4, TR_ALL = 7 };

struct state {
    struct str text;
    struct srcpos pos;
    int64_t value;               /* as the variable holds it                                   */
    uint32_t wire;               /* Present_Value, from 1; for BOOL sets value + 1             */
    bool wire_given;
};
struct state_set {
    struct str name;
    struct srcpos pos;
    const struct node *node;
    struct state *states;        /* ascending by value                                         */
    uint32_t n_states;
    uint32_t max_wire;
    bool poisoned;
    struct state_set *next;
};
struct unit_alias {
    struct str text;
    struct srcpos pos;
    uint32_t code;               /* NOT_SET: unknown, reported                                 */
    struct unit_alias *next;
};
struct alarm_point {
    struct str name, text;
    struct srcpos pos;
    const struct node *node;
    uint8_t kind, reset;         /* enum alarm_kind, alarm_reset                               */
    bool poisoned;
    double high, low, deadband, fault_high, fault_low;          /* NaN: not given              */
    uint32_t delay, delay_normal;                               /* ms; delay_normal NOT_SET    */
    struct str alarm_states, fault_states;      /* numbers or names, as written; state_list()
                                                   reads them per variable                  */
    struct ref feedback, reset_variable;
    struct alarm_point *next;
};

#include "compiler/model_source.h"

#include "compiler/model_variable.h"
#include "compiler/model_device.h"
#include "compiler/model_plc.h"

struct model {
    struct str name, guid, author, last_change, description, name_pattern;
    struct instance_range instance_range;       /* of devices                                  */
    struct srcpos pos;
    const struct node *node;
    struct unit_alias *units;
    struct state_set *state_sets;
    struct alarm_point *alarm_points;
    struct source *sources;
    struct variable *variables;  /* in the order of the project                                */
    struct variables *all;       /* the same, by serial number                                 */
    uint32_t n_variables;
    bool any_guid, any_formerly, any_binding;   /* resolve.c: a variable has such              */
    uint32_t n_unpublished;      /* publish.c: variables without an object                     */
    struct recipient *recipients;               /* for all classes of all devices              */
    struct plc *plcs;
    /* look-ups by name, filled by resolve.c; variable_map by the first that is asked for      */
    struct map *variable_map, *state_set_map, *alarm_point_map, *source_map, *plc_map;
};
#endif
