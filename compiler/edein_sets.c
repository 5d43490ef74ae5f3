/* EDE's side files: state texts and units; finding them beside the main file. Rows are found by
 * their reference, whatever it is: numbers, dense or not, or words. */
#include "compiler/csv.h"
#include "compiler/import.h"
#include "schemas/bacnet.h"
#include "schemas/units.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void edein_sets_init(struct edein_sets *s, struct ctx *ctx)
{
    s->states = map_new(ctx->arena);
    s->units = map_new(ctx->arena);
    s->any_states = false;
}

/* By its first lines; titles are comments, so spelling and blanks vary. */
enum edein_kind edein_kind_of(const struct intext *t)
{
    static const struct { const char *title; enum edein_kind kind; } titles[] = {
        { "statetextreference", EDE_STATES }, { "encodingofbacnetobjecttypes", EDE_TYPES },
        { "unittextsreference", EDE_UNITS },  { "encodingofbacnetengineeringunits", EDE_UNITS },
        { "keyname", EDE_MAIN },              { "projectname", EDE_MAIN },
    };
    const char *p = t->s, *end = t->s + t->n;
    for (unsigned line = 0; line < 20 && p < end; line++) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((eol ? eol : end) - p);
        struct csv_cell cell = { .s = p, .n = (uint32_t)(n < 400 ? n : 400) };
        char title[100];
        csv_title(&cell, title, sizeof title);
        for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
            if (!strncmp(title, titles[i].title, strlen(titles[i].title)))
                return titles[i].kind;
        p = eol ? eol + 1 : end;
    }
    return EDE_UNKNOWN;
}

/* "007" and "7" are one reference. */
static struct str reference(struct plist *l, const char *s, size_t n)
{
    while (n > 1 && *s == '0' && s[1] >= '0' && s[1] <= '9') {
        s++;
        n--;
    }
    return plist_text(l, s, n);
}

void edein_read_states(struct plist *l, const struct import_options *o, const struct intext *t,
                     struct edein_sets *s)
{
    struct csv c;
    struct csv_row row;
    csv_init(&c, l->ctx, t, o->delimiter, "reference number");
    while (csv_next(&c, &row)) {
        if (csv_blank(&row) || !row.cells[0].n || row.cells[0].s[0] == '#')
            continue;
        struct edein_texts *e = arena_alloc(l->ctx->arena, sizeof *e);
        size_t n = row.n;
        while (n > 1 && !row.cells[n - 1].n)
            n--;
        e->n = n - 1;
        e->pos = row.pos;
        e->texts = arena_array(l->ctx->arena, n, sizeof *e->texts);
        for (size_t i = 1; i < n; i++)
            e->texts[i - 1] = plist_text(l, row.cells[i].s, row.cells[i].n);
        map_set(s->states, reference(l, row.cells[0].s, row.cells[0].n), e);
        s->any_states = true;
    }
}

void edein_read_units(struct plist *l, const struct import_options *o, const struct intext *t,
                    struct edein_sets *s)
{
    struct csv c;
    struct csv_row row;
    csv_init(&c, l->ctx, t, o->delimiter, "code");
    while (csv_next(&c, &row)) {
        if (row.n < 2 || !row.cells[0].n || row.cells[0].s[0] == '#')
            continue;
        struct str text = plist_text(l, row.cells[1].s, row.cells[1].n);
        map_set(s->units, reference(l, row.cells[0].s, row.cells[0].n),
                arena_copy(l->ctx->arena, text.s, text.n));
    }
}

static bool try_sibling(struct plist *l, const struct import_options *o, const char *path,
                        enum edein_kind kind, struct edein_sets *s)
{
    struct intext t;
    if (access(path, R_OK) != 0)
        return false;
    if (!intext_read(l->ctx, path, o->encoding, "CP1252", &t))
        return true;
    if (kind == EDE_STATES)
        edein_read_states(l, o, &t, s);
    else
        edein_read_units(l, o, &t, s);
    return true;
}

static bool is_word(const char *s, const char *word)
{
    return !strncasecmp(s, word, strlen(word));
}

/* PLC4X's directory mode: edeDataText... goes with edeStateText..., the same behind it. */
static bool read_by_prefix(struct plist *l, const struct import_options *o, const char *path, const char *base,
                           struct edein_sets *s)
{
    static const struct { const char *word; enum edein_kind kind; } names[] = {
        { "edeStateText", EDE_STATES }, { "edeUnits", EDE_UNITS },
    };
    static const char main_word[] = "edeDataText";
    if (!is_word(base, main_word))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)try_sibling(l, o, arena_printf(l->ctx->arena, "%.*s%s%s", (int)(base - path), path, names[i].word,
                                             base + strlen(main_word)), names[i].kind, s);
    return true;
}

/* The names in use: BIG-EU, Desigo, thing-it; "_EDE" in the main file's name is replaced, else
 * the word is put behind the stem. */
void edein_read_siblings(struct plist *l, const struct import_options *o, const char *path,
                       struct edein_sets *s)
{
    static const struct { const char *word; enum edein_kind kind; } names[] = {
        { "StateTexts", EDE_STATES }, { "State-Texts", EDE_STATES }, { "states", EDE_STATES },
        { "stateTexts", EDE_STATES }, { "state-texts", EDE_STATES }, { "STATETEXTS", EDE_STATES },
        { "Units", EDE_UNITS },       { "Unit-Texts", EDE_UNITS },   { "unit", EDE_UNITS },
        { "UNITS", EDE_UNITS },
    };
    const char *base = strrchr(path, '/'), *mark = NULL;
    base = base ? base + 1 : path;
    if (read_by_prefix(l, o, path, base, s))
        return;
    for (const char *p = base; *p; p++)
        if ((*p == '_' || *p == '-') && is_word(p + 1, "EDE"))
            mark = p;
    const char *dot = strrchr(base, '.');
    if (!dot)
        dot = base + strlen(base);
    size_t stem = (size_t)((mark ? mark : dot) - path);
    const char *rest = mark ? mark + 4 : dot;
    bool found[EDE_UNKNOWN] = { false };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (const char *sep = "_-"; *sep && !found[names[i].kind]; sep++) {
            const char *name = arena_printf(l->ctx->arena, "%.*s%c%s%s", (int)stem, path, *sep,
                                            names[i].word, rest);
            found[names[i].kind] = try_sibling(l, o, name, names[i].kind, s);
        }
    }
}

struct edein_texts *edein_inline_texts(struct plist *l, struct str text, struct srcpos pos)
{
    const char *p = text.s, *end = text.s + text.n;
    if (text.n < 2 || *p != '[' || end[-1] != ']')
        return NULL;
    struct edein_texts *e = arena_alloc(l->ctx->arena, sizeof *e);
    size_t cap = 0;
    e->pos = pos;
    for (p++, end--; p <= end; p++) {
        const char *start = p;
        while (p < end && *p != '|')
            p++;
        e->texts = arena_grow(l->ctx->arena, e->texts, &cap, e->n + 1, sizeof *e->texts);
        e->texts[e->n++] = plist_text(l, start, (size_t)(p - start));
    }
    return e;
}

/* The symbol if it means just this unit, else the number or name that always does. */
static struct str unit_of_code(struct plist *l, uint32_t code)
{
    const struct unit *u = unit_by_code(code);
    if (code == BACNET_UNITS_NO_UNITS)
        return plist_text(l, "", 0);
    if (!u)
        return plist_format(l, "bacnet:%u", code);
    const struct unit_symbol *s = *u->symbol ? unit_by_symbol(u->symbol, strlen(u->symbol)) : NULL;
    if (s && s->code == code)
        return plist_text(l, u->symbol, strlen(u->symbol));
    return plist_format(l, "bacnet:%s", u->name);
}

struct str edein_unit(struct plist *l, const struct edein_sets *s, struct str cell)
{
    char *end;
    unsigned long code = strtoul(cell.s, &end, 10);
    if (cell.n && cell.n < 10 && cell.s[0] >= '0' && cell.s[0] <= '9' && !*end) {
        const char *own = unit_by_code((uint32_t)code) ? NULL
                              : map_get(s->units, reference(l, cell.s, cell.n));
        const struct unit *u = own ? unit_by_name(own, strlen(own)) : NULL;
        return unit_of_code(l, u ? u->code : (uint32_t)code);
    }
    if (!cell.n || !strcmp(cell.s, "---") || !strcmp(cell.s, "-"))
        return plist_text(l, "", 0);
    const struct unit *named = unit_by_name(cell.s, cell.n);
    if (named && !unit_by_symbol(cell.s, cell.n))
        return unit_of_code(l, named->code);
    return cell;                        /* a symbol; if it is none, the compiler says so       */
}
