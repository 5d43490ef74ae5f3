#ifndef COMPILER_LOCK_H
#define COMPILER_LOCK_H
/* project.bacids: which object has which number, kept beside the project. schemas/BACIDS.md is the
 * prose. One line per object, so that two branches merge; a device's revision is the sum of its
 * lines' change counts, so that it needs no line of its own to quarrel over. */
#include "compiler/buf.h"
#include "schemas/identity.h"

enum lock_kind { LK_device, LK_port, LK_class, LK_calendar, LK_schedule, LK_trend, LK_event_log,
                 LK_file, LK_variable, LOCK_KINDS };
extern const char *const lock_kind_names[LOCK_KINDS];
enum lock_state {
    LOCK_LIVE,
    LOCK_GONE,                  /* the project has it no more; comes back with the same number */
    LOCK_USED,                  /* a number that an object had before it was given another     */
};
struct lock_line {
    struct lock_device *device;
    uint8_t kind, state;        /* enum lock_kind, lock_state                                  */
    uint16_t type;              /* enum object_type                                            */
    uint32_t instance, changes;
    uint32_t line;              /* in the file, 0: new                                         */
    struct str name;            /* what the project calls it now                               */
    struct str title;           /* Object_Name where another                                   */
    struct str guid;            /* empty: none                                                 */
    struct str born;            /* name at birth where another: lock_birth()                   */
    bool claimed, given;        /* by an object of this run; whose number the project gives     */
    bool touched;               /* changes counts this run already                             */
    struct lock_line *same_name, *same_guid;    /* other lines of that device, kind and name   */
};
struct lock_device {
    struct str key;             /* how the lines call it: the handle it was born with          */
    struct str handle, plc, guid, title;        /* title: Object_Name                          */
    uint32_t instance, changes, line;
    bool gone, claimed;
    struct lock_line **lines;
    size_t n_lines, cap_lines;
    struct map *names[LOCK_KINDS], *guids[LOCK_KINDS], *births;
};
struct lock {
    const char *path;
    uint32_t file;              /* for diagnostics                                             */
    struct lock_device **devices;
    size_t n_devices, cap_devices;
    bool exists, changed;
};

/* The path of the lock of a project: PROJECT.xml -> PROJECT.bacids. */
const char *lock_path(struct ctx *ctx);
/* Reads it; a missing file is an empty lock. NULL: damaged (reported), or unreadable. */
struct lock *lock_load(struct ctx *ctx);
/* The same from memory. */
struct lock *lock_parse(struct ctx *ctx, const char *path, const char *text, size_t n);
/* The look-ups by name, GUID and birth are not needed any more. */
void lock_forget(struct lock *l);
/* The file's text, in the arena. Same lock, same bytes. */
struct buf lock_text(struct ctx *ctx, const struct lock *l);

struct lock_device *lock_add_device(struct ctx *ctx, struct lock *l, struct str key);
/* A line that knows device, kind, type and name; lock_index() follows when it is complete. */
struct lock_line *lock_add(struct ctx *ctx, struct lock_device *d, enum lock_kind kind, uint32_t type,
                           struct str name);
void lock_index(struct ctx *ctx, struct lock_line *line);       /* after name, guid or born changed */
/* The name it had when it got its number; with device, kind and type the identity of an object. */
struct str lock_birth(const struct lock_line *line);
struct img_identity lock_identity(struct ctx *ctx, const struct lock_line *line);
uint32_t lock_revision(const struct lock_device *d);
#endif
