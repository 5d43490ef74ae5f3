#ifndef COMPILER_PLIST_H
#define COMPILER_PLIST_H
/* A point list: what an imported file says, whatever its format. The readers (import_*.c) fill
 * it, plist_write makes a new project of it, merge.c brings it into one that exists. Texts are
 * interned and clean (valid in XML, no control characters); numbers stay texts with a point. */
#include "compiler/ctx.h"
#include "compiler/textbuf.h"

/* The attributes of Variable that an import can set, in the order they are written. */
#define PLIST_ATTRS(X)                                                                             \
    X(type) X(unit) X(access) X(low) X(high) X(initial) X(retain) X(commandable) X(covIncrement)   \
    X(minimumOnTime) X(minimumOffTime) X(counters) X(stateTexts) X(polarity) X(description)        \
    X(location) X(discipline) X(dataPointName) X(dataPointType) X(alarmPoint) X(notificationClass) \
    X(guid) X(formerly) X(bacnetVisible) X(bacnetDevice)
enum { PLIST_DEVICES_MAX = 4096 };
enum pa {
#define X(name) PA_##name,
    PLIST_ATTRS(X)
#undef X
    PA_COUNT
};
_Static_assert(PA_COUNT <= 32, "attributes fit a mask");
extern const char *const plist_attr_names[PA_COUNT];

struct plist_state { int64_t value, wire; struct str text; };       /* wire -1: not given      */
struct plist_states {           /* a StateTexts set; equal content is one set                  */
    struct str name;
    struct plist_state *states;
    size_t n;
    struct srcpos pos;
    struct plist_states *next;
};
struct plist_pair { struct str name, value; };
struct plist_alarm {            /* an AlarmPoint: its attributes but the name                  */
    struct str name;
    struct plist_pair *attrs;
    size_t n;
    struct srcpos pos;
    struct plist_alarm *next;
};
struct plist_publish {          /* where a variable is published: On, or Object if it differs  */
    struct str plc, device;     /* empty: the only one                                         */
    struct str visible, instance;
    const struct str *over;     /* PA_COUNT: what a further row says of this object            */
    bool object;                /* a row of the device's object table                          */
    bool no_alarm;              /* the point's alarm is not this object's                      */
    bool same_device;           /* the project's has the instance that the list gives it        */
    bool weak_device;           /* supposed: where the project has it elsewhere, it stays there */
    struct plist_bind *binds;   /* its own (plist_bind.h); NULL: the point's                   */
    const struct plist_point *row;      /* EDE: the file's further row that it comes from      */
    struct plist_publish *next;
    struct srcpos pos;
};
struct plist_point {
    struct str name;
    struct srcpos pos;
    struct str attrs[PA_COUNT]; /* empty: not given                                            */
    struct str listed;          /* EDE: its object's name in the file, where others may have it, too */
    struct str number;          /* the number it had where it comes from                       */
    bool no_alarm, counted;     /* its row says that this object has none; EDE: how many states it has */
    bool by_address;            /* its name is what the EDE file gives as the vendor's address */
    uint32_t weak;              /* bit per attribute: supposed, no reason to change a project  */
    struct plist_publish *publish;
    struct plist_bind *binds;
    bool parted, unbound;       /* its Binds are those of single objects; its row says that there is none */
    struct plist_point *next;
};
struct plist_child {            /* a NotificationClass, Calendar or Schedule of a device       */
    const char *element;
    struct str name, instance, description, variable, initial;
    struct plist_pair *attrs;   /* further ones                                                */
    size_t n_attrs;
    struct srcpos pos;          /* of what says it in a point list                             */
    bool named, valued, fixed;  /* a point list gives name, initial, instance                  */
    bool listed;                /* an EDE file has the object, and so its name                 */
    struct plist_child *next;
};
struct plist_object {           /* a publication that stands in a device's object table        */
    const struct plist_point *point;
    const struct plist_publish *publish;
    struct plist_object *next;
};
struct plist_device {
    struct str name, plc, object_name, description, instance;
    struct str default_class;
    struct plist_child *children, **children_end;
    struct plist_object *objects, **objects_end;
    struct srcpos pos;
    struct plist_device *next;
};
struct plist {
    struct ctx *ctx;
    struct str name, guid, author, last_change, description;
    struct plist_states *states;
    struct plist_alarm *alarms;
    struct plist_device *devices;
    struct plist_source *sources, **sources_end;
    struct plist_point *points, *last_point;
    struct plist_states **states_end;
    struct plist_alarm **alarms_end;
    struct plist_device **devices_end;
    struct map *by_key, *point_by_name, *names;
    struct str nothing[PA_COUNT];
    size_t n_points, n_skipped, n_devices;
    size_t n_classless;         /* points whose class was left out: nothing says what alarms them */
    struct srcpos classless;    /* the first of them                                           */
};

void plist_init(struct plist *l, struct ctx *ctx);
/* Cleaned and interned: control characters become blanks, what XML cannot hold is dropped. */
struct str plist_text(struct plist *l, const char *s, size_t n);
__attribute__((format(printf, 2, 3)))
struct str plist_format(struct plist *l, const char *fmt, ...);

/* `want`, or the first of want_2, want_3 ... that was not given out for this kind of thing. */
struct str plist_unique(struct plist *l, const char *kind, struct str want);
bool plist_has(const struct plist *l, const char *kind, struct str name);   /* given out?      */
/* A project's name from a file's: without folder, ending and "_EDE" or "_utf8"; its GUID too. */
void plist_name_by_path(struct plist *l, const char *path);
/* A device with several classes and none called Class_1 gets the first as its default. */
void plist_default_classes(struct plist *l);
/* Numbers for devices that have none: `first` (NULL: 1) and upwards. */
void plist_number_devices(struct plist *l, const char *first);
struct plist_point *plist_add_point(struct plist *l, struct str name, struct srcpos pos);
/* The point's class of alarms is left out, for it has no alarm; and that is told, of all of them at once. */
void plist_drop_class(struct plist *l, struct plist_point *p);
void plist_tell_classless(const struct plist *l);
/* Where one of the point's objects has no alarm, the others have theirs in the object table. */
void plist_part_alarms(struct plist *l, struct plist_point *p);
struct plist_point *plist_find_point(const struct plist *l, struct str name);
/* The set with this content, made and named near `name` if there is none. */
struct plist_states *plist_states_of(struct plist *l, struct str name,
                                     const struct plist_state *states, size_t n, struct srcpos pos);
struct plist_alarm *plist_alarm_of(struct plist *l, struct str name,
                                   const struct plist_pair *attrs, size_t n, struct srcpos pos);
/* NULL: more devices than PLIST_DEVICES_MAX. */
struct plist_device *plist_device_of(struct plist *l, struct str plc, struct str name);
/* Adds the publication to its point; plc and device are not yet set. */
struct plist_publish *plist_publish_new(struct plist *l, struct plist_point *p, struct srcpos pos);
/* Its `over` to be written: until then all publications share one that says nothing. */
struct str *plist_over(struct plist *l, struct plist_publish *o);
struct plist_child *plist_child_of(struct plist *l, struct plist_device *d, const char *element,
                                   struct str instance);    /* found by number, or made        */

/* "1 234,5" is no number; "16,50" -> "16.5"; false: not a finite decimal number. */
bool plist_number(struct plist *l, const char *s, size_t n, struct str *text, double *value);
/* A GUID that depends on the text alone (RFC 9562 version 8). */
struct str plist_guid(struct plist *l, const char *text, size_t n);
bool plist_is_guid(const char *s, size_t n);
#endif
