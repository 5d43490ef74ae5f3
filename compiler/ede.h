#ifndef COMPILER_EDE_H
#define COMPILER_EDE_H
/* EDE (Engineering Data Exchange) sets from images: four CSV files that SCADA engineers import. A
 * dialect is data: layouts, profiles and the options of the command line set its fields. */
#include "compiler/buf.h"
#include "schemas/image.h"

enum ede_column {
    EC_keyname, EC_device, EC_name, EC_type, EC_instance, EC_description, EC_default, EC_min, EC_max,
    EC_settable, EC_cov, EC_high, EC_low, EC_states, EC_unit, EC_address, EC_class,
    EC_discipline,              /* of no layout: where --columns asks for it                   */
    EDE_COLUMNS,
};
enum ede_file { EDE_MAIN, EDE_OBJ_TYPES, EDE_STATE_TEXTS, EDE_UNITS, EDE_FILES };
enum ede_quote { QUOTE_never, QUOTE_minimal, QUOTE_text, QUOTE_all };
struct ede_dialect {
    const char *layout;         /* VERSION_OF_LAYOUT                                           */
    const char *title, *keys;   /* first row; what stands before PROJECT_NAME ...              */
    const char *keyname;        /* "# keyname"                                                 */
    const char *settable;       /* title of column 10: "settable", "commandable"               */
    const char *names[EDE_FILES];       /* "EDE", "ObjTypes" ...                               */
    bool part_first;            /* edeDataText_<project>_<guid>.csv                            */
    const char *units_title;    /* first row of the units file                                 */
    const char *stamp;          /* dd.mm.yyyy; NULL: Project@lastChange                        */
    const char *encoding;       /* iconv name, "UTF-8"                                         */
    const char *eol;
    uint8_t columns[EDE_COLUMNS], n_columns;
    bool own_columns;           /* not those of the layout                                     */
    char delimiter, decimal;
    uint8_t quote;              /* enum ede_quote                                              */
    bool bom, trailing;         /* a delimiter at the end of every row                         */
    bool comments;              /* a line "# discipline" for each before the titles            */
    bool pad_header;            /* key rows have all columns                                   */
    bool range_as_limits;       /* hi- and low-limit show the range of the variable            */
    bool state_numbers;         /* titles 0;1;2 instead of Text 1;Text 2                       */
    bool state_slash;           /* titles Text 1/Inactive-Text, as in layout 2                 */
    uint8_t state_base;         /* the first reference, 1 or 0                                 */
    bool units_titles;          /* a second header row in the units file                       */
    bool all_tables;            /* every object type and unit, not only used ones              */
};
/* From --profile, --layout, --columns, --delimiter ... false: said which of them is wrong. */
bool ede_dialect_read(struct ctx *ctx, struct ede_dialect *d);
extern const char *const ede_titles[EDE_COLUMNS];       /* of layout 2.2, and our own          */

struct ede {
    struct ctx *ctx;
    const struct ede_dialect *dialect;
    struct buf file[EDE_FILES];
    struct map *sets[2];        /* binary, multi-state: joined texts -> reference              */
    struct map *keynames;
    struct ede_discipline { struct span text; uint32_t objects; struct ede_discipline *next; } *disciplines, **last;
    struct map *by_discipline;
    uint32_t n_binary, n_multi, widest;         /* texts of the widest set                     */
    struct buf set_rows[2];
    uint32_t objects, devices, changed_texts, lost;
    struct str first_changed;
    uint32_t apostrophes;       /* texts with an odd number of them                            */
    struct str first_apostrophe;
    uint8_t types_used[128];
    uint8_t units_used[65536 / 8];
};

/* All four files of some images of one project; `device` (handle or instance, NULL: all) chooses.
 * `gone`: the revisions of devices that the project has no more. Bytes in e->file, already encoded. false: reported. */
bool ede_make(struct ede *e, struct ctx *ctx, const struct ede_dialect *d, const struct image *images,
              size_t n, const char *device, uint64_t gone);

/* ede_text.c: cells */
void ede_cell(struct ede *e, enum ede_file f, bool first, struct span text);
void ede_cell_of(struct ede *e, enum ede_file f, bool first, struct span text, bool is_text);
void ede_cell_str(struct ede *e, enum ede_file f, bool first, const char *text);
void ede_row_end(struct ede *e, enum ede_file f, unsigned cells, unsigned pad_to);
struct str ede_safe(struct ede *e, struct span text);
struct str ede_key(struct ede *e, struct span text);    /* the same for the first cell of a row */
void ede_real(struct ede *e, char out[64], float v);    /* no exponent; "" if not finite       */
/* In the file's encoding; characters that it lacks become '?', and are counted. */
bool ede_encode(struct ede *e, enum ede_file f);
struct str ede_as_read(struct ede *e, struct str text);
/* ede_tables.c: the other three files */
uint32_t ede_states(struct ede *e, const struct image *img, uint32_t object, uint32_t type);
void ede_tables(struct ede *e);
#endif
