/* EDE (engineering data exchange, layouts 1 to 2.3 and what vendors made of them) to a point
 * list. Columns are found by their titles, never by position. Every object keeps its numbers:
 * what a client addressed in the imported device, it finds under the same identifiers. */
#include "compiler/edein.h"
#include "compiler/number_text.h"
#include "schemas/bacnet.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct { const char *title; int col; } titles[] = {
    { "keyname", C_keyname },           { "deviceobjinstance", C_device },
    { "deviceinstance", C_device },     { "deviceobjectinstance", C_device },
    { "objectname", C_name },           { "objecttype", C_type },
    { "objectinstance", C_instance },   { "description", C_description },
    { "presentvaluedefault", C_default }, { "minpresentvalue", C_min },
    { "maxpresentvalue", C_max },       { "settable", C_settable },
    { "commandvalue", C_settable },     { "commandable", C_commandable },
    { "hilimit", C_hi },                { "highlimit", C_hi },
    { "lowlimit", C_lo },               { "lolimit", C_lo },
    { "statetextreference", C_states }, { "unitcode", C_unit },
    { "vendorspecificaddress", C_vendor }, { "vendorspecificaddres", C_vendor },
    { "notificationclass", C_class },   { "statetext", C_inline },
    { "discipline", C_discipline },
    { "supportscov", COLS },            { "objecttagtext", COLS },  /* nothing to be kept here  */
};

static struct str text_of(struct edein *e, const struct csv_row *row, size_t i)
{
    struct csv_cell c = csv_cell(row, i);
    return plist_text(e->l, c.s, c.n);
}

/* A `PROJECT_NAME;x` row in any of its spellings; the first file's word counts. */
static bool key_row(struct edein *e, const struct csv_row *row)
{
    char key[64];
    csv_title(&row->cells[0], key, sizeof key);
    struct str value = text_of(e, row, 1);
    if (!strcmp(key, "projectname")) {
        if (!e->l->name.n)
            e->l->name = value;
    } else if (!strcmp(key, "authoroflastchange")) {
        if (!e->l->author.n)
            e->l->author = value;
    } else if (!strcmp(key, "timestampoflastchange")) {
        unsigned d, m, y;
        if (e->l->last_change.n)
            return true;
        bool iso = sscanf(value.s, "%4u-%2u-%2u", &y, &m, &d) == 3;
        if (!iso && sscanf(value.s, "%2u.%2u.%4u", &d, &m, &y) != 3)
            return true;
        uint8_t ymd[3];
        struct str day = plist_format(e->l, "%04u-%02u-%02u", y, m, d);
        if (y >= 1970 && parse_date(day.s, day.n, false, ymd) && date_exists(ymd))
            e->l->last_change = day;
    } else if (strcmp(key, "versionofreferencefile") != 0 && strcmp(key, "versionoflayout") != 0 &&
               strcmp(key, "limitedresources") != 0) {
        return false;
    }
    return true;
}

static bool is_title_row(const struct csv_row *row)
{
    char title[64];
    for (size_t i = 0; i < row->n && row->n > 1; i++) {
        csv_title(&row->cells[i], title, sizeof title);
        if (!strcmp(title, "keyname"))
            return true;
    }
    return false;
}

static bool take_titles(struct edein *e, const struct csv_row *row)
{
    static const char *const needed[] = { [C_device] = "device obj.-instance",
        [C_name] = "object-name", [C_type] = "object-type", [C_instance] = "object-instance" };
    const struct csv_cell *unknown = NULL;
    size_t n_unknown = 0;
    for (size_t i = 0; i < COLS; i++)
        e->column[i] = -1;
    for (size_t i = 0; i < row->n; i++) {
        char title[64];
        size_t k = 0;
        csv_title(&row->cells[i], title, sizeof title);
        while (k < sizeof titles / sizeof *titles && strcmp(title, titles[k].title) != 0)
            k++;
        if (k == sizeof titles / sizeof *titles) {
            if (*title && !n_unknown++)
                unknown = &row->cells[i];
        } else if (titles[k].col < COLS && e->column[titles[k].col] < 0) {
            e->column[titles[k].col] = (int)i;
        }
    }
    if (unknown)
        diag(e->l->ctx, csv_pos(&e->csv, unknown), D_IMPORT_UNKNOWN_COLUMN,
             "column '%.*s'%s not known and passed over", (int)unknown->n, unknown->s,
             n_unknown > 1 ? " and others are" : " is");
    bool ok = true;
    for (size_t i = C_device; i <= C_instance; i++) {
        if (e->column[i] >= 0)
            continue;
        diag(e->l->ctx, row->pos, D_IMPORT_COLUMNS, "there is no column '%s'", needed[i]);
        ok = false;
    }
    e->limits_are_range = e->o->limits_given ? e->o->limits_are_range
                              : e->column[C_min] < 0 && e->column[C_max] < 0;
    return ok;
}

bool edein_whole(struct str s, uint32_t max, uint32_t *out)
{
    uint64_t v = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.s[i] < '0' || s.s[i] > '9' || v > max)
            return false;
        v = v * 10 + (uint64_t)(s.s[i] - '0');
    }
    *out = (uint32_t)v;
    return s.n && v <= max;
}

/* "analog-input", "Analog Input", "Multistate Value", "av"; -1: none of them. */
static long named_type(struct str s)
{
    char word[64];
    size_t n = 0;
    static const char joined[] = "multistate-";
    for (uint32_t i = 0; i < s.n && n < sizeof word - 2; i++) {
        const char ch = s.s[i];
        word[n++] = (char)(ch == ' ' || ch == '_' ? '-' : s.n == 2 && ch >= 'a' && ch <= 'z' ? ch - ('a' - 'A') : ch);
        if (n == sizeof joined - 1 && !strncasecmp(word, joined, n)) {
            memcpy(word, "multi-state-", n + 1);
            n++;
        }
    }
    return object_type_by_name(word, n);
}

static bool mandatory_numbers(struct edein *e, struct edein_row *r)
{
    long named = named_type(r->cell[C_type]);
    if (named >= 0) {
        r->type = (uint32_t)named;
    } else if (!edein_whole(r->cell[C_type], 1023, &r->type)) {
        diag(e->l->ctx, edein_at(r, C_type), D_IMPORT_VALUE, "'%s' is no object type",
             r->cell[C_type].s);
        return false;
    }
    if (!edein_whole(r->cell[C_device], BACNET_INSTANCE_MAX, &r->device)) {
        diag(e->l->ctx, edein_at(r, C_device), D_IMPORT_VALUE, "'%s' is no device instance (0 to %d)",
             r->cell[C_device].s, BACNET_INSTANCE_MAX);
        return false;
    }
    if (!edein_whole(r->cell[C_instance], BACNET_INSTANCE_MAX, &r->instance)) {
        diag(e->l->ctx, edein_at(r, C_instance), D_IMPORT_VALUE, "'%s' is no object instance (0 to %d)",
             r->cell[C_instance].s, BACNET_INSTANCE_MAX);
        return false;
    }
    return true;
}

static void take_row(struct edein *e, const struct csv_row *row)
{
    struct edein_row r = { .pos = row->pos };
    for (size_t i = 0; i < COLS; i++) {
        size_t k = e->column[i] < 0 ? row->n : (size_t)e->column[i];
        r.cell[i] = text_of(e, row, k);
        r.at[i].line = k < row->n ? row->cells[k].line : row->pos.line;
        r.at[i].col = k < row->n ? row->cells[k].col : row->pos.col;
    }
    if (!mandatory_numbers(e, &r))
        return;
    struct str key = plist_format(e->l, "ede-object\n%u\n%u\n%u", r.device, r.type, r.instance);
    struct srcpos *first = map_get(e->l->by_key, key);
    if (first) {
        const char *type = object_type_name(r.type);
        diag(e->l->ctx, r.pos, D_IMPORT_SKIPPED, "%s %u of device %u stands here again; left out",
             type ? type : "object", r.instance, r.device);
        diag_note(e->l->ctx, *first, "first here");
        e->l->n_skipped++;
        return;
    }
    first = arena_alloc(e->l->ctx->arena, sizeof *first);
    *first = r.pos;
    map_set(e->l->by_key, key, first);
    e->any_settable |= r.cell[C_settable].n || r.cell[C_commandable].n;
    size_t seen = (size_t)(uintptr_t)map_get(e->vendor_count, r.cell[C_vendor]);
    map_set(e->vendor_count, r.cell[C_vendor], (void *)(uintptr_t)(seen + 1));
    e->rows = arena_grow(e->arena, e->rows, &e->cap, e->n + 1, sizeof *e->rows);
    e->rows[e->n++] = r;
}

static bool read_rows(struct edein *e)
{
    struct csv_row row;
    bool titled = false;
    while (csv_next(&e->csv, &row)) {
        if (csv_blank(&row))
            continue;
        if (!titled && is_title_row(&row)) {
            titled = true;
            if (!take_titles(e, &row))
                return false;
        } else if (!key_row(e, &row) && row.cells[0].s[0] != '#') {
            if (!titled) {
                diag(e->l->ctx, row.pos, D_IMPORT_COLUMNS,
                     "an object's row before the column titles");
                return false;
            }
            take_row(e, &row);
        }
    }
    if (!titled && !e->csv.failed)
        diag(e->l->ctx, (struct srcpos){ .file = e->csv.file }, D_IMPORT_COLUMNS,
             "there is no row of column titles, which has '# keyname'");
    return titled && !e->csv.failed;
}

void edein_read_main(struct plist *l, const struct import_options *o, const struct intext *t,
                   struct edein_sets *s)
{
    struct edein *e = arena_alloc(l->ctx->arena, sizeof *e);
    e->l = l;
    e->o = o;
    e->sets = s;
    e->arena = arena_new();
    e->vendor_count = map_new(e->arena);
    csv_init(&e->csv, l->ctx, t, o->delimiter, "keyname");
    if (read_rows(e)) {
        if (!l->name.n)
            plist_name_by_path(l, t->path);
        if (!e->n && !diag_errors(l->ctx))
            diag(l->ctx, (struct srcpos){ .file = t->file }, D_IMPORT_EMPTY,
                 "there is no object in it");
        edein_objects(e);
    }
    arena_drop(e->arena);
}

static bool read_side_file(struct plist *l, const struct import_options *o, const struct intext *t,
                           struct edein_sets *sets)
{
    switch (edein_kind_of(t)) {
    case EDE_STATES: edein_read_states(l, o, t, sets); return true;
    case EDE_UNITS: edein_read_units(l, o, t, sets); return true;
    case EDE_TYPES: return true;
    default: return false;
    }
}

void import_ede(struct plist *l, const struct import_options *o, const char *const *paths,
                size_t n)
{
    struct intext *texts = arena_array(l->ctx->arena, n, sizeof *texts);
    struct edein_sets sets;
    size_t mains = 0;
    edein_sets_init(&sets, l->ctx);
    for (size_t i = 0; i < n; i++) {
        if (!intext_read(l->ctx, paths[i], o->encoding, "CP1252", &texts[i]))
            texts[i].s = NULL;
        else if (read_side_file(l, o, &texts[i], &sets))
            texts[i].s = NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (!texts[i].s)
            continue;
        mains++;
        struct edein_sets own = sets;
        if (!sets.any_states) {
            edein_sets_init(&own, l->ctx);
            edein_read_siblings(l, o, paths[i], &own);
        }
        edein_read_main(l, o, &texts[i], &own);
    }
    if (mains || diag_errors(l->ctx) || diag_machine_failed(l->ctx))
        return;
    diag(l->ctx, (struct srcpos){ .file = texts[0].file }, D_IMPORT_EMPTY,
         "no list of objects: it is one of the files that belong to one");
    diag_hint(l->ctx, "name the file that ends in _EDE.csv first");
}
