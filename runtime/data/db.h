#ifndef DATA_DB_H
#define DATA_DB_H
/* All that the runtime knows: a private image and the live state of its devices, objects and
 * variables. Sized from the image when it is opened; nothing here allocates afterwards. Indexes
 * are the image's: object 17 is img.objects[17]. Knows nothing of sockets. */
#include "runtime/base/clock.h"
#include "runtime/base/outbox.h"
#include "runtime/base/tables.h"
#include "runtime/data/alarms.h"
#include "runtime/data/journal.h"
#include "runtime/data/live.h"
#include "runtime/data/overlay.h"
#include "runtime/data/port_info.h"
#include "runtime/data/procedure.h"
#include "runtime/data/stirred.h"
#include "runtime/data/subs.h"
#include "runtime/data/trends.h"
#include "runtime/data/zone.h"
#include "schemas/image.h"
#include "schemas/objdefs.h"
#include "schemas/tag.h"

#define DB_NONE IMG_NONE

enum { LISTING_MAX = 1 << 20 };
enum restart_reason {
    RESTART_unknown, RESTART_coldstart, RESTART_warmstart, RESTART_power_lost, RESTART_powered_off,
    RESTART_hardware_watchdog, RESTART_software_watchdog, RESTART_suspended,
    RESTART_activate_changes,
};
enum device_state { DEVICE_STOPPED, DEVICE_RUNNING, DEVICE_CONFIGURATION_ERROR };
struct device {
    struct db *db;
    uint32_t index, instance;
    uint32_t first_object, n_objects, object;  /* object: the Device object                       */
    uint32_t event_log;         /* its Event Log object; DB_NONE: none                            */
    uint16_t port;              /* index of its port                                              */
    uint16_t flags;             /* IMG_DEV_*                                                      */
    uint8_t state;              /* enum device_state                                              */
    uint8_t communication;      /* DeviceCommunicationControl: 0 on, 1 off, 2 no initiation       */
    uint8_t system_status;      /* enum device_status                                             */
    uint8_t restart_reason;
    uint8_t communication_wanted;              /* the new one + 1, after this turn's answers      */
    uint8_t restart_wanted;     /* reason of a restart after this turn's answers, 0: none         */
    uint32_t restarts;
    int64_t restarted_ms;       /* Time_Of_Device_Restart, UTC                                    */
    bool restart_untold;        /* recipients from number restart_told on are to hear of it       */
    uint16_t restart_told;
    uint64_t communication_until_ms;           /* monotonic; 0: not limited                       */
    uint32_t revision;          /* Database_Revision                                              */
    uint32_t file;              /* its configuration as a File object; DB_NONE: none              */
    struct procedure procedure; /* backup or restore                                              */
    struct bdate restored_date; /* Last_Restore_Time, local                                       */
    struct btime restored_time;
    const struct img_device *img;
};
/* What changed in this turn, each once; what is added during a walk by index is met on it. */
struct dirty { uint32_t *items, n; };

struct db {
    struct image img;
    struct clock *clock;
    struct outbox *outbox;      /* intents; the conductor's                                       */
    struct audit *audit;        /* who wrote what; may be NULL                                    */
    struct device *devices;
    /* To read; data/change.h changes them, and notes what has been changed.                      */
    const struct live *live;
    const struct cell *cells;
    const struct command *commands;            /* by live.command                                 */
    const struct event *events;                /* by live.event                                   */
    const struct binary *binaries;             /* by live.binary                                  */
    struct {
        struct live *live;
        struct cell *cells;
        struct command *commands;
        struct event *events;
        struct binary *binaries;
    } own;
    struct stirred stirred_objects, stirred_variables;
    struct alarms alarms;
    struct program *programs;
    bool counting;              /* changes are changes: all that was stored is back               */
    uint64_t binary_due_ms, binary_save_ms;    /* end of the next minimum time; next save         */
    struct shape *shapes;
    struct slot *slots;
    uint32_t *slot_index;
    struct port_info *ports;
    struct limits limits;
    struct dirty objects, variables;           /* variables: whose value sources may send out     */
    struct overlay overlay;
    struct overlay_names names;
    struct journal journal;
    const struct route_table *routes;          /* all three: the conductor's; NULL: none yet      */
    const struct binding *bindings;
    uint32_t n_bindings;
    bool activate_ports;        /* a service asks: Network Port changes take effect               */
    struct subs *subs;          /* COV                                                            */
    struct trends trends;
    struct log_reader *logs;    /* records of logs, read back; its owner's; NULL: there is no store */
    struct gate *gate;          /* management passwords; its owner's                              */
    uint8_t *listing;           /* LISTING_MAX octets for a list that is cut (ReadRange)          */
    uint32_t managed, managed_seen;            /* counts what engine/manage.c must look at        */
    uint64_t managed_ms;
    uint32_t restarts_untold;                  /* devices with restart_untold                     */
    uint64_t restart_due_ms;
    struct zone zone;
    uint64_t services;          /* Protocol_Services_Supported, by whoever owns the table         */
    uint32_t time_steps;        /* counts what time synchronisation changed, and by how much last */
    int64_t time_step_ms;
    int64_t time_offset_ms;     /* added to the machine's clock (time synchronisation)            */
    int64_t time_kept_ms, time_kept_at;        /* as storage has it, by which time of the machine's */
    struct recipients_left *recipients_left;   /* malloc'ed                                       */
    uint32_t n_commands, n_events, n_programs, n_binaries;
    int64_t programs_due, programs_lag;        /* UTC ms; wall clock less monotonic clock         */
    uint64_t programs_retry; bool programs_moved;      /* monotonic ms, of all; may they have let go of something? */
    struct { uint32_t from, end; int64_t due; struct bdate day; } calendars;   /* between which objects; UTC ms; as told */
    uint8_t *bytes;             /* the image, owned                                               */
    void *block;                /* all the rest, of block_n octets                                 */
    size_t block_n;
    uint8_t *scratch;           /* 2 * OVERLAY_VALUE_MAX octets for whoever builds a value         */
};

/* Takes `bytes` (malloc'ed) over, also on failure. False: `why`. One allocation for the state. */
bool db_open(struct db *db, uint8_t *bytes, size_t n, struct clock *clock,
             struct outbox *outbox, char *why, size_t why_n);
void db_close(struct db *db);
/* Reads the file whole and opens it (image_load.c). */
bool image_load(struct db *db, const char *path, struct clock *clock, struct outbox *outbox,
                char *why, size_t why_n);

const struct slot *db_slot(const struct db *db, uint32_t object, uint32_t property); /* or NULL */
uint32_t db_find(const struct device *d, uint32_t oid);                 /* exact; DB_NONE       */
uint32_t db_find_name(const struct device *d, const void *name, size_t n);
static inline uint32_t db_oid(const struct db *db, uint32_t object)
{
    return le32_get(db->img.objects[object].oid);
}
static inline uint32_t db_variable(const struct db *db, uint32_t object)
{
    return le32_get(db->img.objects[object].variable);
}
/* UTF-8. The caller has seen to duplicates. False: no room, nothing changed. */
bool db_rename(const struct device *d, uint32_t object, const void *name, size_t n);
void db_unname(const struct device *d, uint32_t object);     /* the image's name again        */
struct span db_name(const struct db *db, uint32_t object);             /* UTF-8, no tag         */
void db_touch(struct db *db, uint32_t object);               /* into the dirty set               */
void db_touch_variable(struct db *db, uint32_t variable);
void db_settle(struct db *db);                               /* empties both; end of the turn    */
int64_t db_now(const struct db *db);                         /* UTC, ms                          */
#endif
