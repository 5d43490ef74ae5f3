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
struct variable {                /* a large project is mostly these: small                     */
    struct str name, description, discipline, unit;
    struct str initial_text;     /* as written: number, true/false or a state's text           */
    struct str data_point_name;  /* empty: not given                                           */
    struct srcpos pos;
    uint32_t serial;             /* order in the project, from 0                               */
    const struct node *node;
    struct variable_rare *rare;  /* NULL: nothing; read by variable_rare()                     */
    uint8_t type, access;        /* enum var_type, enum access                                 */
    uint8_t retain, reverse, commandable, counters;             /* enum tristate               */
    uint8_t visible;             /* where no On says otherwise; enum tristate                  */
    bool poisoned;
    bool increment_given;        /* resolve.c: before it became the unit's default             */
    uint32_t unit_code;          /* BACNET_UNITS_NO_UNITS where none or unknown                */
    uint32_t data_point_type;    /* object type given, or NOT_SET                              */
    uint32_t object_type;        /* given or suggested; OT_schedule for SCHEDULE_*             */
    struct str device;           /* bacnetDevice, where no On says otherwise                   */
    double high, low;            /* NaN: not given                                             */
    double initial;              /* resolve.c: as the variable holds it; where not given 0, or
                                    the nearest to it in the range, or the first state         */
    double cov_increment;        /* given, or the unit's default                               */
    struct ref states;
    struct publication *publications;   /* publish.c: its objects, by same_variable            */
    struct variable *next;
};

static inline const struct variable_rare *variable_rare(const struct variable *v)
{
    return v->rare ? v->rare : &variable_nothing_rare;
}
#endif
