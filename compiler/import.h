#ifndef COMPILER_IMPORT_H
#define COMPILER_IMPORT_H
/* Readers of other people's lists into a point list, and what becomes of it. */
#include "compiler/intext.h"
#include "compiler/plist.h"

struct import_options {
    const char *encoding;       /* NULL: detected                                              */
    const char *access;         /* of what the file does not say: "read"                       */
    bool access_given;
    const char *members;        /* vlist: "none", "fb", "array", "struct" ... or "all"         */
    const char *plc, *device;   /* names; NULL: from the file                                  */
    bool one_plc;               /* that one is meant, of several that the project has          */
    const char *instance;       /* of the device, where the file has none                      */
    char delimiter;             /* 0: detected                                                 */
    bool merging;               /* into a project that exists                                  */
    uint32_t n_files;           /* of that project; what is of a later one was made by a template */
    bool ede;                   /* state numbers are those of the wire                         */
    bool whole;                 /* the list has all that the controller has                    */
    bool limits_are_range;      /* EDE: hi-limit and low-limit are the setter's range          */
    bool limits_given;          /* else it depends on the columns                              */
};

enum merge_mode { MERGE_ADD_ALL, MERGE_ADD_NEW, MERGE_UPDATE, MERGE_UPDATE_ADD };
struct merge_count {
    size_t added, updated, unchanged, left, classes, alarms;
    size_t unlisted;            /* of a whole list: variables of the project that it lacks     */
    const char *first_unlisted; /* names of some                                               */
};

/* Each reads the named files into an empty list. Mistakes are diagnostics; what the list then
 * holds is used only if there was none. */
void import_ede(struct plist *l, const struct import_options *o, const char *const *paths,
                size_t n);
void import_csv(struct plist *l, const struct import_options *o, const char *path);
void import_vlist(struct plist *l, const struct import_options *o, const char *path);
/* The same from memory: what fuzzing and tests drive. */
void import_csv_text(struct plist *l, const struct import_options *o, const struct intext *t);
void import_vlist_text(struct plist *l, const struct import_options *o, const struct intext *t);

/* Parts of EDE: its side files by reference (edein_sets.c). */
struct edein_sets {
    struct map *states;         /* reference -> struct edein_texts                               */
    struct map *units;          /* code -> text                                                */
    bool any_states;
};
struct edein_texts { struct str *texts; size_t n; struct srcpos pos; };
enum edein_kind { EDE_MAIN, EDE_STATES, EDE_UNITS, EDE_TYPES, EDE_UNKNOWN };

void edein_sets_init(struct edein_sets *s, struct ctx *ctx);
enum edein_kind edein_kind_of(const struct intext *t);
void edein_read_states(struct plist *l, const struct import_options *o, const struct intext *t,
                     struct edein_sets *s);
void edein_read_units(struct plist *l, const struct import_options *o, const struct intext *t,
                    struct edein_sets *s);
/* Side files beside `path` that exist and are named after it. */
void edein_read_siblings(struct plist *l, const struct import_options *o, const char *path,
                       struct edein_sets *s);
/* "[Off|On]" */
struct edein_texts *edein_inline_texts(struct plist *l, struct str text, struct srcpos pos);
/* One EDE file from memory, with the sets read so far. */
void edein_read_main(struct plist *l, const struct import_options *o, const struct intext *t,
                   struct edein_sets *s);
/* A unit's text for the project: preferred symbol of a code, or what the text says. */
struct str edein_unit(struct plist *l, const struct edein_sets *s, struct str cell);

/* Brings the list into the project ctx->tree by editing its files; they are written unless
 * `dry_run`. */
void merge_into(struct plist *l, const struct import_options *o, enum merge_mode mode,
                bool dry_run, struct merge_count *count);
#endif
