#ifndef COMPILER_MODEL_DEVICE_H
#define COMPILER_MODEL_DEVICE_H
/* The model, second part: what stands in a device. Included by model.h. */

struct recipient {
    struct srcpos pos;
    const struct node *node;
    enum { RCP_NONE, RCP_DEVICE, RCP_ADDRESS, RCP_LOCAL, RCP_REMOTE, RCP_GLOBAL } kind;
    uint32_t device, network, process_id;       /* network: NOT_SET where not given  */
    uint8_t mac[18], mac_len;
    uint8_t transitions, days;   /* enum transitions; bit 0: Monday                            */
    uint32_t from, to;           /* hundredths of a second since midnight                      */
    bool confirmed;
    struct recipient *next;
};
struct notification_class {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    const struct node *node;     /* of the device where automatic                              */
    uint32_t instance, number;   /* number: as numbered                                        */
    uint32_t priority[3];        /* to-offnormal, to-fault, to-normal                          */
    uint8_t ack_required;        /* enum transitions                                           */
    struct recipient *recipients;               /* after resolve.c: with the copied ones, in the
                                                   order project, device, own                  */
    bool poisoned, automatic;    /* automatic: the Class_1 that nobody wrote                   */
    struct notification_class *next;
};

/* As on the wire (clause 20.2.12): 255 is any, year - 1900, Monday 1; month 0: not given.     */
struct date { uint8_t year, month, day, wday; };
struct calendar_entry {
    enum { CE_DATE, CE_RANGE, CE_WEEK_N_DAY } kind;
    struct date from, to;        /* CE_DATE: from                                              */
    uint8_t month, week, day;    /* CE_WEEK_N_DAY, as on the wire                              */
    struct srcpos pos;
    const struct node *node;
    struct calendar_entry *next;
};
struct calendar {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    const struct node *node;
    uint32_t instance, number;   /* number: as numbered                                        */
    struct calendar_entry *entries;
    bool poisoned;
    struct calendar *next;
};
struct switching {               /* At: a switching time                                       */
    uint32_t time;               /* hundredths of a second since midnight                      */
    struct str text;             /* the value as written; "null" relinquishes                  */
    double value;                /* resolve.c: of the variable                                 */
    bool is_null, automatic;     /* automatic: carried over midnight by resolve.c              */
    struct srcpos pos;
    const struct node *node;
    struct switching *next;      /* ascending by time after resolve.c                          */
};
struct exception {
    struct str name;
    struct srcpos pos;
    const struct node *node;
    struct ref calendar;
    struct calendar_entry *period;              /* NULL where calendar is given                */
    uint32_t priority;
    struct switching *times;
    struct exception *next;
};
struct target {                  /* what a schedule writes, what a trend log reads             */
    struct srcpos pos;
    const struct node *node;
    struct ref variable;
    uint32_t device, oid, property, index;      /* NOT_SET where not given                     */
    struct publication *publication;            /* publish.c: the variable's object            */
    const struct schedule *schedule;            /* or the schedule that it is                  */
    bool poisoned;
    struct target *next;
};
struct schedule {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    const struct node *node;
    struct ref variable;
    struct device *device;       /* publish_schedule.c: where it is                            */
    uint32_t instance, number;   /* number: as numbered                                        */
    uint8_t type;                /* resolve.c: VT_schedule_bool, _int or _real                 */
    struct str default_text;
    double default_value;
    bool default_null;           /* also where nothing is given                                */
    uint32_t priority;
    struct date effective_from, effective_to;   /* all 255: open                               */
    struct switching *week[7];   /* Monday first                                               */
    struct exception *exceptions;
    struct target *targets;
    bool enabled, poisoned, automatic;
    bool borrowed;               /* the name is the variable's                                 */
    const struct object_row *row;        /* of an automatic one: what a manual row says of it   */
    const struct plan_object *object;    /* number_match.c: what it became; NULL: nothing       */
    struct schedule *next;
};
struct trend_log {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    const struct node *node;
    struct target of;
    uint32_t instance;
    bool enabled, full_alarm, stop_when_full, align;
    bool poisoned;
    bool borrowed;               /* the name comes from the variable's                         */
    uint64_t keep;               /* ms; 0: the buffer only                                     */
    uint8_t logging;             /* enum logging_type                                          */
    uint32_t interval, offset;   /* ms                                                         */
    uint32_t buffer_size, threshold;            /* threshold: the default where not given      */
    double cov_increment;        /* NaN: the object's                                          */
    struct ref notification_class;              /* resolved also where it is the default       */
    struct trend_log *next;
};
struct object_row {              /* Device/Object: a row of the manual table                   */
    struct srcpos pos;
    const struct node *node;
    struct ref variable, alarm_point, notification_class;
    uint32_t type, instance;     /* NOT_SET                                                    */
    struct str name, description, formerly, guid;
    uint8_t reverse, enabled, commandable;      /* enum tristate                               */
    bool poisoned;
    struct object_row *next;
};
#endif
