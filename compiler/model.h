#ifndef COMPILER_MODEL_H
#define COMPILER_MODEL_H
/* The typed project: what build.c makes of the syntax tree, what resolve.c connects, what checks
 * read and plan.c turns into objects. Everything lies in the run's arena. Every thing knows its
 * place in the source. A thing with `poisoned` set is wrong somewhere, has been reported, and is
 * passed over by whoever needs the wrong part. */
#include <stdbool.h>
#include <stdint.h>
#include "compiler/diag.h"
#include "compiler/str.h"
#include "schemas/bacnet.h"
#include "schemas/image.h"

#define NOT_SET UINT32_MAX       /* a number that the project does not give                   */

/* A reference by name, before and after resolve.c. */
struct ref {
    struct str name;             /* empty: not given                                           */
    struct srcpos pos;
    void *to;                    /* struct variable *, device * ...; NULL: not (yet) resolved  */
};

struct state { struct str text; struct srcpos pos; int64_t value; uint32_t wire; bool wire_given; };
struct state_set {
    struct str name;
    struct srcpos pos;
    struct state *states;        /* ascending by wire number after checking                    */
    uint32_t n_states;
    bool poisoned;
    struct state_set *next;
};
struct unit_alias { struct str text; struct srcpos pos; uint32_t code; struct unit_alias *next; };

enum transitions { TR_OFFNORMAL = 1, TR_FAULT = 2, TR_NORMAL = 4, TR_ALL = 7 };
struct alarm_point {
    struct str name, text;
    struct srcpos pos;
    enum alarm_kind kind;
    enum alarm_reset reset;
    double high, low, deadband, fault_high, fault_low;          /* NaN: not given              */
    uint32_t delay, delay_normal;                               /* ms; NOT_SET                 */
    struct str alarm_states;     /* numbers or names, as written; resolved per variable        */
    struct srcpos alarm_states_pos;
    struct ref feedback, reset_variable;
    bool poisoned;
    struct alarm_point *next;
};

struct attr { struct str name, value; struct srcpos pos; };     /* kept as written             */
struct source {
    struct str kind, id;         /* "Mqtt", "Modbus", "Simulate"                               */
    struct srcpos pos;
    struct attr *attrs;
    uint32_t n_attrs;
    struct ref alarm_point;
    bool poisoned;
    struct source *next;
};
struct binding { struct ref source; struct srcpos pos; struct attr *attrs; uint32_t n_attrs; struct binding *next; };

enum access { ACCESS_NONE, ACCESS_READ, ACCESS_READ_WRITE, ACCESS_OUTPUT };
enum tristate { UNSET = -1, NO = 0, YES = 1 };

struct on_plc {                  /* Variable/On, and the attributes of Variable for every PLC  */
    struct ref plc;              /* name empty: any PLC                                        */
    struct srcpos pos;
    enum tristate visible;
    struct ref device;
    uint32_t instance;
    struct srcpos instance_pos;
    struct binding *bindings;
    struct on_plc *next;
};
struct variable {
    struct str name, description, formerly, guid, location, discipline;
    struct srcpos pos, name_pos;
    enum var_type type;
    enum access access;
    struct str unit;             /* as written                                                 */
    struct srcpos unit_pos;
    uint32_t unit_code;          /* BACNET_UNITS_NO_UNITS where none or unknown                */
    struct ref states;           /* struct state_set                                           */
    struct ref alarm_point;
    struct ref notification_class;                              /* by name, per device         */
    double high, low, cov_increment, initial;                   /* NaN: not given              */
    struct srcpos high_pos, low_pos, initial_pos;
    struct str initial_text;     /* as written: numbers, true/false or a state's text          */
    bool retain, reverse;
    enum tristate commandable;
    struct str data_point_name;
    struct srcpos data_point_name_pos;
    uint32_t data_point_type;    /* object type given, or NOT_SET                              */
    struct srcpos data_point_type_pos;
    uint32_t object_type;        /* given or suggested; NOT_SET: cannot be published           */
    struct on_plc on;            /* bacnetVisible, bacnetDevice, Bind of the variable itself   */
    struct on_plc *on_list;      /* the On children                                            */
    bool poisoned;
    uint32_t serial;             /* order in the project, from 0                               */
    struct variable *next;
};

struct recipient {
    struct srcpos pos;
    enum { RCP_NONE, RCP_DEVICE, RCP_ADDRESS, RCP_LOCAL, RCP_REMOTE, RCP_GLOBAL } kind;
    uint32_t device, network, process_id;
    uint8_t mac[18], mac_len;
    uint8_t transitions, days;   /* enum transitions; bit 0: Monday                            */
    uint32_t from, to;           /* hundredths of a second since midnight                      */
    bool confirmed;
    struct recipient *next;
};
struct notification_class {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    uint32_t instance;
    struct srcpos instance_pos;
    uint32_t priority[3];        /* to-offnormal, to-fault, to-normal                          */
    uint8_t ack_required;        /* enum transitions                                           */
    struct recipient *recipients;
    bool poisoned, automatic;    /* automatic: Class_1 that nobody wrote                       */
    struct notification_class *next;
};

struct date { uint8_t year, month, day, wday; struct srcpos pos; };     /* as on the wire      */
struct calendar_entry {
    enum { CE_DATE, CE_RANGE, CE_WEEK_N_DAY } kind;
    struct date from, to;        /* CE_DATE: from                                              */
    uint8_t month, week, day;
    struct srcpos pos;
    struct calendar_entry *next;
};
struct calendar {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    uint32_t instance;
    struct srcpos instance_pos;
    struct calendar_entry *entries;
    bool poisoned;
    struct calendar *next;
};
struct at {                      /* a switching time                                           */
    uint32_t time;               /* hundredths since midnight                                  */
    struct str text;             /* the value as written; "null" relinquishes                  */
    double value;
    bool is_null;
    struct srcpos pos;
    struct at *next;
};
struct exception {
    struct str name;
    struct srcpos pos;
    struct ref calendar;
    struct calendar_entry *period;
    uint32_t priority;
    struct at *times;
    struct exception *next;
};
struct target {                  /* what a schedule writes, what a trend log reads             */
    struct srcpos pos;
    struct ref variable;
    uint32_t device, oid, property, index;                      /* NOT_SET where not given     */
    struct target *next;
};
struct schedule {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    struct ref variable;
    uint32_t instance;
    struct srcpos instance_pos;
    struct str default_text;
    double default_value;
    bool default_null;
    struct srcpos default_pos;
    uint32_t priority;
    struct date effective_from, effective_to;
    struct at *week[7];          /* Monday first                                               */
    struct exception *exceptions;
    struct target *targets;
    bool poisoned;
    struct schedule *next;
};
struct trend_log {
    struct str name, description, guid, formerly;
    struct srcpos pos;
    struct target of;
    uint32_t instance;
    struct srcpos instance_pos;
    bool enabled, full_alarm, stop_when_full, align;
    enum logging_type logging;
    uint32_t interval, offset;   /* ms                                                         */
    uint32_t buffer_size, threshold;
    struct srcpos threshold_pos;
    double increment;
    uint64_t keep;               /* ms; 0: the buffer only                                     */
    struct ref notification_class;
    bool poisoned;
    struct trend_log *next;
};

struct object_row {              /* Device/Object: a row of the manual table                   */
    struct srcpos pos;
    struct ref variable, alarm_point, notification_class;
    uint32_t type, instance;
    struct srcpos type_pos, instance_pos;
    struct str name, description, formerly, guid;
    struct srcpos name_pos;
    enum tristate reverse, enabled, commandable;
    bool poisoned;
    struct object_row *next;
};
struct allow { uint8_t address[16]; uint8_t prefix, family; struct srcpos pos; struct allow *next; };
struct device {
    struct str name, object_name, description, location, vendor_name, model_name;
    struct str formerly;
    struct srcpos pos, name_pos, instance_pos;
    struct plc *plc;
    struct port *port;
    uint32_t port_id;
    struct srcpos port_pos;
    uint32_t instance, vendor_id, first_instance;
    bool enabled, read_only, use_subscriptions, commandable_values, domat_limits;
    enum { TIME_IGNORE, TIME_OFFSET, TIME_SET } time_sync;
    struct str password, password_file, password_hash;
    struct srcpos password_pos;
    struct ref default_class;
    struct notification_class *classes;
    struct recipient *recipients;                               /* for all its classes         */
    struct calendar *calendars;
    struct schedule *schedules;
    struct trend_log *trend_logs;
    struct object_row *rows;
    struct allow *allows;
    bool poisoned;
    struct device *next;
};
struct peer_entry { struct str address; uint8_t ip[4]; uint16_t udp_port; uint8_t mask[4]; struct srcpos pos; struct peer_entry *next; };
struct port {
    struct srcpos pos, network_pos, address_pos;
    uint32_t id, network, udp_port;
    enum network_type type;
    struct str adapter, address;
    bool enabled, bbmd, foreign;
    struct peer_entry *peers;
    struct str foreign_bbmd;
    uint32_t foreign_ttl;
    struct channel *channel;
    bool poisoned;
    struct port *next;
};
struct channel {
    struct str name, protocol, link;
    struct srcpos pos;
    struct port *ports;
    struct device *devices;
    struct allow *allows;
    struct channel *next;
};
struct plc {
    struct str name, description, time_zone, formerly, guid;
    struct srcpos pos, name_pos;
    struct channel *channels;
    bool poisoned;
    struct plc *next;
};

struct model {
    struct str name, guid, author, last_change, description;
    struct srcpos pos;
    struct unit_alias *units;
    struct state_set *state_sets;
    struct alarm_point *alarm_points;
    struct source *sources;
    struct variable *variables;  /* in the order of the project                                */
    uint32_t n_variables;
    struct recipient *recipients;                               /* for all classes of all devices */
    struct plc *plcs;
    /* look-ups, filled by resolve.c: name to thing                                            */
    struct map *variable_map, *state_set_map, *alarm_point_map, *source_map, *plc_map;
};
#endif
