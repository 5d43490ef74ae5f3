#ifndef COMPILER_LOCK_H
#define COMPILER_LOCK_H
/* project.bacids: which object has which number, kept beside the project. schemas/BACIDS.md is the
 * prose. One line per object, so that two branches merge; a device's revision is the sum of its
 * lines' change counts, so that it needs no line of its own to quarrel over. */
#include "compiler/buf.h"
#include "schemas/identity.h"

struct output;

enum lock_kind { LK_device, LK_port, LK_class, LK_calendar, LK_schedule, LK_trend, LK_event_log,
                 LK_file, LK_variable, LOCK_KINDS };
extern const char *const lock_kind_names[LOCK_KINDS];
enum lock_state {
    LOCK_LIVE,
    LOCK_GONE,                  /* the project has it no more; comes back with the same number */
    LOCK_OUSTED,                /* the same, but another object has its name: said as 'used'   */
    LOCK_USED,                  /* a number that an object had before it was given another     */
    LOCK_TWIN,                  /* said by another line as well: is not written any more       */
};
/* There may be a million: what few lines have lies elsewhere. Texts are those of the file, not
 * terminated, or the project's: equal where their bytes are. */
struct lock_line {
    struct lock_more *more;     /* NULL: no GUID, no other name at birth, no variable          */
    struct str name;            /* what the project calls it now                               */
    struct str title;           /* Object_Name                                                 */
    uint32_t instance, changes;
    uint32_t line;              /* in the file, 0: new                                         */
    uint16_t type;              /* enum object_type                                            */
    uint8_t kind, state;        /* enum lock_kind, lock_state                                  */
    bool claimed, given;        /* by an object of this run; whose number the project gives     */
    bool touched;               /* changes counts this run already                             */
};
struct lock_more { struct str guid, born, of; };    /* n == 0: none; of: see lock_of()         */
enum { LOCK_BLOCK = 8, LOCK_BLOCKS = 27 };      /* the first block's lines; each is twice the last */
struct lock_table {             /* open addressing: hash << 32 | index of a line + 1           */
    uint64_t *slots;
    size_t n, n_slots;
};
struct lock_device {
    struct str key;             /* how the lines call it: the handle it was born with          */
    struct str handle, plc, guid, title;        /* title: Object_Name                          */
    uint32_t instance, changes, line;
    bool gone, claimed;
    struct lock_line *blocks[LOCK_BLOCKS];      /* lines stay where they are: lock_at()        */
    uint32_t n_lines, n_guids, n_births, n_ofs; /* the latter: times found by them             */
    uint32_t n_ousted;          /* in the file                                                 */
    struct lock_table found;
};
struct lock {
    const char *path;
    uint32_t file;              /* for diagnostics                                             */
    const char *bytes;          /* what was read, NULL: nothing                                */
    size_t n_bytes;
    struct lock_device **devices;
    size_t n_devices, cap_devices;
    struct lock_births *births; /* number_born.c; NULL: nobody has asked                       */
    bool exists, changed;
};

/* The path of the lock of a project: PROJECT.xml -> PROJECT.bacids. */
const char *lock_path(struct ctx *ctx);
/* Reads it; a missing file is an empty lock. NULL: damaged (reported), or unreadable. */
struct lock *lock_load(struct ctx *ctx);
/* lock_early.c: the same, begun beside other passes; what was begun must be taken or ended. */
void lock_begin_early(struct ctx *ctx);
struct lock *lock_take(struct ctx *ctx);
void lock_end_early(struct ctx *ctx);
/* The same from memory, which the lock borrows. */
struct lock *lock_parse(struct ctx *ctx, const char *path, const char *text, size_t n);
/* lock_merge.c: what two branches left, in one device's lines, which are indexed; of a device's two lines. */
void lock_merge(struct ctx *ctx, struct lock *l, struct lock_device *d);
void lock_merge_device(struct lock *l, struct lock_device *d, const struct lock_device *twin);
/* lock_text.c: writes the file's text. Same lock, same bytes. */
void lock_write(struct ctx *ctx, const struct lock *l, struct output *f);

struct lock_device *lock_add_device(struct ctx *ctx, struct lock *l, struct str key);
/* A new line of that kind, type and name; in no look-up until lock_index(). */
struct lock_line *lock_add(struct ctx *ctx, struct lock_device *d, enum lock_kind kind, uint32_t type,
                           struct str name);
static inline struct lock_line *lock_at(const struct lock_device *d, uint32_t i)
{
    unsigned block = 31u - (unsigned)__builtin_clz(i / LOCK_BLOCK + 1);
    return d->blocks[block] + (i - LOCK_BLOCK * ((UINT32_C(1) << block) - 1));
}
struct str lock_guid(const struct lock_line *line);
struct str lock_born(const struct lock_line *line);     /* n == 0: as it is called now         */
/* The variable of a schedule that is called by its dataPointName, where it is not what the line was born with; with
 * what was born what a trend log logs, where that's Object_Name does not tell. */
struct str lock_of(const struct lock_line *line);
void lock_set_guid(struct ctx *ctx, struct lock_line *line, struct str guid);
void lock_set_born(struct ctx *ctx, struct lock_line *line, struct str born);
void lock_set_of(struct ctx *ctx, struct lock_line *line, struct str variable);
/* The name it had when it got its number; with device, kind and type the identity of an object. */
struct str lock_birth(const struct lock_line *line);
uint32_t lock_revision(const struct lock_device *d);
#endif
