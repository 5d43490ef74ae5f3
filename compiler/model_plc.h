#ifndef COMPILER_MODEL_PLC_H
#define COMPILER_MODEL_PLC_H
/* The model, third part: PLCs, their ports and devices. Included by model.h. */

struct allow {                   /* an address and its prefix length                           */
    uint8_t address[16];         /* family 4: the first four octets                            */
    uint8_t prefix, family;
    struct srcpos pos;
    struct allow *next;
};

struct device {
    struct str name;             /* the handle                                                 */
    struct str object_name;      /* resolve.c: given, or the PLC's name, or the handle         */
    struct str description, location, vendor_name, model_name, formerly, guid;
    struct srcpos pos;
    const struct node *node;
    struct plc *plc;
    struct channel *channel;
    struct port *port;           /* resolve.c                                                  */
    uint32_t port_id;
    uint32_t instance, vendor_id, first_instance;
    struct instance_range instance_range;       /* of its objects                              */
    uint32_t apdu_timeout, apdu_retries;        /* ms                                          */
    bool enabled, read_only, use_subscriptions, commandable_values, domat_limits, domat_schedules, poisoned;
    enum { TIME_IGNORE, TIME_OFFSET, TIME_SET } time_sync;
    struct str password, password_file, password_hash;
    struct ref default_class;    /* resolve.c: also where not given; to == NULL: none          */
    struct notification_class *classes;
    struct map *class_map, *calendar_map;       /* resolve.c; NULL where nobody wrote any      */
    struct recipient *recipients;               /* for all its classes                         */
    struct calendar *calendars;
    struct schedule *schedules, **schedules_end;        /* the end: publish_schedule.c          */
    struct trend_log *trend_logs;
    struct object_row *rows;
    struct allow *allows;
    struct publication *publications;           /* publish.c; in the order of the project      */
    uint32_t n_publications;
    struct plan_device *plan;    /* plan.c: NULL where its PLC is not compiled                 */
    struct device *next;
};
struct peer_entry {
    uint8_t ip[4], mask[4];
    uint16_t udp_port;
    struct srcpos pos;
    struct peer_entry *next;
};
struct port {
    struct srcpos pos;
    const struct node *node;
    uint32_t id, network, udp_port;             /* network: 0 where not given                  */
    enum network_type type;
    struct str adapter, address;
    uint8_t mask[4];             /* 0.0.0.0: not given                                         */
    bool enabled, bbmd, foreign, poisoned;
    struct peer_entry *peers;
    struct str foreign_bbmd;     /* "IPv4 address:port"                                        */
    uint32_t foreign_ttl;        /* seconds                                                    */
    struct channel *channel;
    struct port *next;
};
struct channel {
    struct str name;
    struct srcpos pos;
    const struct node *node;
    struct plc *plc;
    struct port *ports;
    struct device *devices;
    struct allow *allows;
    bool enabled;
    struct channel *next;
};
static inline bool port_in_use(const struct port *p) { return p->enabled && p->channel->enabled; }
struct plc {
    struct str name, description, time_zone, formerly, guid;
    struct srcpos pos;
    const struct node *node;
    struct channel *channels;
    bool poisoned;
    struct map *device_map;      /* resolve.c: handle to device                                */
    struct device *only_device;  /* resolve.c: NULL where there are none or several            */
    struct sort_item *instances; /* check_time.c, when first asked for: its devices' numbers   */
    uint32_t n_instances;
    struct plc *next;
};
#endif
