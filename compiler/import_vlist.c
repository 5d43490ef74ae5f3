/* Variable lists of the Domat, Mervis and Idekit tools (.vlist): one row per variable and per
 * member of a structured one, `$segment$.$segment$` for names and types. CommUid and offsets
 * change with every build and are no identity; they are not kept. */
#include "compiler/csv.h"
#include "compiler/import.h"

#include <string.h>

enum { V_project, V_name, V_type, V_family, V_COLS };
static const char *const titles[V_COLS] = { "project", "name", "type", "parenttypefamily" };
static const char *const shown[V_COLS] = { "Project", "Name", "Type", "ParentTypeFamily" };

struct vlist {
    struct plist *l;
    const struct import_options *o;
    struct csv csv;
    size_t column[V_COLS];
    struct map *skipped;        /* type -> struct skipped                                      */
    struct map *rows;           /* project and name, with a tab between -> struct srcpos       */
    size_t members;
    struct plist_device *device;
};
struct skipped { size_t count; struct srcpos pos; };

/* "$hw$.$ai.1$" -> "hw.ai.1" */
static struct str dotted(struct plist *l, struct csv_cell c)
{
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_add(&b, "");
    for (uint32_t i = 0; i < c.n; i++)
        if (c.s[i] != '$')
            textbuf_bytes(&b, c.s + i, 1);
    return plist_text(l, b.s, b.n);
}

static bool ends_with(struct str s, const char *end)
{
    size_t n = strlen(end);
    return s.n >= n && !strcasecmp(s.s + s.n - n, end);
}

/* The project's type, or NULL for what has no place in an object: times, texts, blocks. */
static const char *type_of(struct str t)
{
    static const struct { const char *vlist, *type; } types[] = {
        { "real", "REAL" },   { "lreal", "LREAL" }, { "bool", "BOOL" },  { "bool_1", "BOOL" },
        { "sint", "SINT" },   { "int", "INT" },     { "dint", "DINT" },  { "usint", "USINT" },
        { "uint", "UINT" },   { "udint", "UDINT" }, { "byte", "BYTE" },  { "word", "WORD" },
        { "dword", "DWORD" },
    };
    static const struct { const char *block, *type; } blocks[] = {
        { "t17_boolean_scheduler", "SCHEDULE_BOOL" }, { "t18_real_scheduler", "SCHEDULE_REAL" },
        { "t19_int_scheduler", "SCHEDULE_INT" },
        { "t17_boolean_scheduler_base", "SCHEDULE_BOOL" },
        { "t18_real_scheduler_base", "SCHEDULE_REAL" },
        { "t19_int_scheduler_base", "SCHEDULE_INT" },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcasecmp(t.s, types[i].vlist))
            return types[i].type;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (ends_with(t, blocks[i].block))
            return blocks[i].type;
    return NULL;
}

static bool find_columns(struct vlist *v, const struct csv_row *row)
{
    bool ok = true;
    for (size_t k = 0; k < V_COLS; k++) {
        size_t i = 0;
        for (; i < row->n; i++) {
            char title[40];
            csv_title(&row->cells[i], title, sizeof title);
            if (!strcmp(title, titles[k]))
                break;
        }
        v->column[k] = i;
        if (i < row->n || k == V_project)
            continue;
        diag(v->l->ctx, row->pos, D_IMPORT_COLUMNS, "there is no column '%s'", shown[k]);
        ok = false;
    }
    return ok;
}

/* Members of blocks, arrays and structures only where asked for. */
static bool wanted(const struct vlist *v, struct csv_cell family)
{
    const char *m = v->o->members;
    if (!family.n || (family.n == 4 && !strncasecmp(family.s, "none", 4)))
        return true;
    return m && (!strcasecmp(m, "all") ||
                 (strlen(m) == family.n && !strncasecmp(m, family.s, family.n)));
}

static void skip_type(struct vlist *v, struct str type, struct srcpos pos)
{
    struct skipped *s = map_get(v->skipped, type);
    if (!s) {
        s = arena_alloc(v->l->ctx->arena, sizeof *s);
        s->pos = pos;
        map_set(v->skipped, type, s);
    }
    s->count++;
    v->l->n_skipped++;
}

/* A second row would be a variable that the controller does not have, under the name with its project. */
static bool is_second(struct vlist *v, struct csv_cell project, struct str name, struct srcpos pos)
{
    struct str key = plist_format(v->l, "%.*s\t%s", (int)project.n, project.s, name.s);
    struct srcpos *first = map_get(v->rows, key);
    if (first) {
        diag(v->l->ctx, pos, D_IMPORT_DUPLICATE, "'%s' has a second row", name.s);
        diag_note(v->l->ctx, *first, "the first is here");
        return true;
    }
    first = arena_alloc(v->l->ctx->arena, sizeof *first);
    *first = pos;
    map_set(v->rows, key, first);
    return false;
}

static void take_row(struct vlist *v, const struct csv_row *row)
{
    struct plist *l = v->l;
    struct csv_cell name_cell = csv_cell(row, v->column[V_name]);
    struct str type = dotted(l, csv_cell(row, v->column[V_type]));
    struct str name = dotted(l, name_cell);
    if (!wanted(v, csv_cell(row, v->column[V_family]))) {
        v->members++;
        return;
    }
    const char *known = type_of(type);
    if (!name.n || !type.n) {
        diag(l->ctx, csv_pos(&v->csv, &name_cell), D_IMPORT_VALUE, "a row without a %s",
             name.n ? "type" : "name");
        return;
    }
    if (!known) {
        skip_type(v, type, row->pos);
        return;
    }
    struct csv_cell project = csv_cell(row, v->column[V_project]);
    if (is_second(v, project, name, row->pos))
        return;
    struct str want = name;
    if (plist_find_point(l, name))          /* the same name in another project of the solution */
        want = plist_format(l, "%.*s.%s", (int)project.n, project.s, name.s);
    struct plist_point *p = plist_add_point(l, plist_unique(l, "point", want), row->pos);
    p->attrs[PA_type] = plist_text(l, known, strlen(known));
    if (!strncmp(known, "SCHEDULE", 8))
        return;
    p->attrs[PA_access] = plist_text(l, v->o->access, strlen(v->o->access));
    p->attrs[PA_bacnetVisible] = plist_text(l, "true", 4);
    p->weak = 1u << PA_access | 1u << PA_bacnetVisible;
    p->weak |= v->o->device ? 1u << PA_bacnetDevice : 0;        /* where the project has it, it stays     */
    p->attrs[PA_bacnetDevice] = v->o->device ? v->device->name : plist_text(l, "", 0);
}

static void report_skipped(struct vlist *v)
{
    for (size_t i = 0; i < map_count(v->skipped); i++) {
        struct str type;
        const struct skipped *s = map_at(v->skipped, i, &type);
        diag(v->l->ctx, s->pos, D_IMPORT_SKIPPED, "%zu variable%s of type '%s' left out", s->count,
             s->count == 1 ? "" : "s", type.s);
    }
}

void import_vlist_text(struct plist *l, const struct import_options *o, const struct intext *t)
{
    struct vlist v = { .l = l, .o = o, .skipped = map_new(l->ctx->arena), .rows = map_new(l->ctx->arena) };
    struct csv_row row;
    bool titled = false;
    plist_name_by_path(l, t->path);
    const char *plc = o->plc ? o->plc : l->name.s;
    const char *device = o->device ? o->device : plc;
    v.device = plist_device_of(l, plist_text(l, plc, strlen(plc)),
                               plist_text(l, device, strlen(device)));
    plist_number_devices(l, o->instance);
    csv_init(&v.csv, l->ctx, t, o->delimiter, "commuid");
    while (csv_next(&v.csv, &row)) {
        if (csv_blank(&row) || row.cells[0].s[0] == '#')
            continue;
        if (titled)
            take_row(&v, &row);
        else if (!find_columns(&v, &row))
            return;
        titled = true;
    }
    if (v.csv.failed)
        return;
    report_skipped(&v);
    l->n_skipped += v.members;
    if (!titled)
        diag(l->ctx, (struct srcpos){ .file = t->file }, D_IMPORT_COLUMNS,
             "there is no row of column titles");
    else if (!l->n_points)
        diag(l->ctx, (struct srcpos){ .file = t->file }, D_IMPORT_EMPTY,
             "there is no variable in it");
}

void import_vlist(struct plist *l, const struct import_options *o, const char *path)
{
    struct intext t;
    if (intext_read(l->ctx, path, o->encoding, "CP1250", &t))
        import_vlist_text(l, o, &t);
}
