#ifndef COMPILER_MODEL_VARIABLE_H
#define COMPILER_MODEL_VARIABLE_H
/* The model, its variables. Included by model.h. */

enum access { ACCESS_READ_WRITE, ACCESS_READ, ACCESS_OUTPUT };
struct on_plc {                  /* Variable/On: what holds for one PLC                        */
    const struct node *node;
    struct ref plc, device;
    uint32_t instance;
    uint8_t visible;             /* enum tristate                                              */
    struct binding *bindings;
    struct on_plc *next;
};
struct variable_rare {           /* what few variables have                                    */
    struct str formerly, guid, location;
    struct ref notification_class;              /* by name, looked up in each device           */
    uint32_t minimum_on, minimum_off;           /* ms, NOT_SET                                 */
    struct ref alarm_point;
    struct binding *bindings;    /* where no On says otherwise                                 */
    struct on_plc *on_list;
    const struct source *of_source;     /* publish_source.c: it says that this source is lost  */
};
extern const struct variable_rare variable_nothing_rare;
/* A large project is mostly these: small, and what a pass looks at lies together. */
struct variable {
    struct variable *next;
    struct publication *publications;   /* publish.c: its objects, by publication_next()       */
    struct variable_rare *rare;  /* NULL: nothing; read by variable_rare()                     */
    uint8_t type, access;        /* enum var_type, enum access                                 */
    uint8_t retain, reverse, commandable, counters;             /* enum tristate               */
    uint8_t visible;             /* where no On says otherwise; enum tristate                  */
    bool poisoned;
    bool increment_given;        /* resolve.c: before it became the unit's default             */
    uint8_t object_type;         /* resolve.c: given or suggested; OT_schedule for SCHEDULE_*  */
    struct str device;           /* bacnetDevice, where no On says otherwise                   */
    /* from here on not for publish.c                                                          */
    struct str name;
    struct str data_point_name;  /* empty: not given                                           */
    struct ref states;
    struct str initial_text;     /* as written: number, true/false or a state's text           */
    double high, low;            /* NaN: not given                                             */
    double initial;              /* resolve.c: as the variable holds it; where not given 0, or
                                    the nearest to it in the range, or the first state         */
    double cov_increment;        /* given, or the unit's default                               */
    /* from here on not for the checks                                                         */
    struct str unit;
    uint32_t unit_code;          /* BACNET_UNITS_NO_UNITS where none or unknown                */
    uint32_t data_point_type;    /* object type given, or NOT_SET                              */
    uint32_t serial;             /* order in the project, from 0                               */
    /* from here on not for resolve.c                                                          */
    const struct node *node;
    struct srcpos pos;
    struct str description, discipline;
};
_Static_assert(sizeof(struct variable) <= 208, "a million variables lie in memory at once");

/* All of a project. They lie one behind the other in blocks, each twice as long as the one before. */
enum { VARIABLE_BLOCK = 64, VARIABLE_BLOCKS = 26 };
struct variables {
    struct variable *blocks[VARIABLE_BLOCKS];
    uint32_t n;
};
/* A new one, zeroed, with its serial number. */
struct variable *variables_add(struct arena *a, struct variables *l);
static inline struct variable *variable_at(const struct variables *l, uint32_t serial)
{
    unsigned block = 31u - (unsigned)__builtin_clz(serial / VARIABLE_BLOCK + 1);
    return l->blocks[block] + (serial - VARIABLE_BLOCK * ((UINT32_C(1) << block) - 1));
}

static inline const struct variable_rare *variable_rare(const struct variable *v)
{
    return v->rare ? v->rare : &variable_nothing_rare;
}
#endif
