/* Collects diagnostics, knows their list, decides severities; sorts and folds before printing. */
#include "compiler/diag_store.h"
#include "compiler/progress.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR = DIAG_ERROR, WARNING = DIAG_WARNING, LINT = DIAG_LINT };

const struct diag_info diag_infos[] = {
#define X(number, name, severity, hint, explanation) { number, severity, #name, hint, explanation },
    DIAGS(X)
#undef X
};
const size_t n_diag_infos = sizeof diag_infos / sizeof *diag_infos;

void diag_info_name(const struct diag_info *info, char name[64])
{
    size_t i = 0;
    for (; i < 63 && info->symbol[i]; i++)
        name[i] = info->symbol[i] == '_' ? '-' : (char)tolower((unsigned char)info->symbol[i]);
    name[i] = 0;
}

const struct diag_info *diag_info_find(const char *what)
{
    const char *digits = what + (*what == 'E' || *what == 'W' || *what == 'e' || *what == 'w');
    char *end;
    unsigned long number = strtoul(digits, &end, 10);
    for (size_t i = 0; i < n_diag_infos; i++) {
        char name[64];
        diag_info_name(&diag_infos[i], name);
        if (!strcmp(name, what) || (isdigit((unsigned char)*digits) && !*end &&
                                    number == diag_infos[i].number))
            return &diag_infos[i];
    }
    return NULL;
}

static const struct diag_info *info_of(enum diag_code code)
{
    size_t i = 0;
    while (i + 1 < n_diag_infos && diag_infos[i].number != (unsigned)code)
        i++;
    return &diag_infos[i];
}

struct diags *diags_new(struct ctx *ctx)
{
    struct diags *d = arena_alloc(ctx->arena, sizeof *d);
    d->by_path = map_new(ctx->arena);
    d->rule = arena_array(ctx->arena, n_diag_infos, sizeof *d->rule);
    for (size_t i = 0; i < n_diag_infos; i++)
        d->rule[i] = diag_infos[i].severity == DIAG_LINT ? RULE_OFF : RULE_PLAIN;
    d->files = arena_grow(ctx->arena, NULL, &d->files_cap, 8, sizeof *d->files);
    d->files[0].path = "bacc";
    d->n_files = 1;
    return d;
}

struct diags *diags_muted(struct ctx *ctx)
{
    struct diags *d = arena_alloc(ctx->arena, sizeof *d);
    *d = *ctx->diags;
    d->n = 0;
    d->current = NULL;
    d->muted = true;
    return d;
}

struct diags *diags_silent(struct ctx *ctx)
{
    struct diags *d = diags_new(ctx);
    d->muted = d->silent = true;
    return d;
}

size_t diags_said(const struct diags *d)
{
    return d->n;
}

uint32_t diag_file(struct ctx *ctx, const char *path)
{
    struct diags *d = ctx->diags;
    struct str name = str_of(ctx->strs, path);
    const uint32_t *known = map_get(d->by_path, name);
    if (known)
        return *known;
    uint32_t *index = arena_alloc(ctx->arena, sizeof *index);
    *index = (uint32_t)d->n_files;
    d->files = arena_grow(ctx->arena, d->files, &d->files_cap, d->n_files + 1, sizeof *d->files);
    d->files[d->n_files].path = name.s;
    map_set(d->by_path, name, index);
    d->n_files++;
    return *index;
}

uint32_t diag_file_use(struct ctx *ctx, uint32_t file, struct srcpos use, const char *note)
{
    struct diags *d = ctx->diags;
    d->files = arena_grow(ctx->arena, d->files, &d->files_cap, d->n_files + 1, sizeof *d->files);
    const struct diag_source *of = &d->files[file];
    d->files[d->n_files] = (struct diag_source){
        .path = of->path, .real = of->real ? of->real : file, .use = use, .note = note,
    };
    return (uint32_t)d->n_files++;
}

uint32_t diag_file_outer(const struct ctx *ctx, uint32_t file, struct srcpos *use)
{
    const struct diag_source *files = ctx->diags->files;
    while (files[file].real && files[files[file].use.file].real)
        file = files[file].use.file;
    *use = files[file].use;
    return files[file].real ? file : 0;
}

uint32_t diag_file_count(const struct ctx *ctx)
{
    return (uint32_t)ctx->diags->n_files;
}

const char *diag_file_name(const struct ctx *ctx, uint32_t file)
{
    return ctx->diags->files[file < ctx->diags->n_files ? file : 0].path;
}

void diag_file_bytes(struct ctx *ctx, uint32_t file, const void *bytes, size_t n)
{
    ctx->diags->files[file].bytes = bytes;
    ctx->diags->files[file].n = n;
}

static char *format(struct ctx *ctx, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static char *format(struct ctx *ctx, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    size_t size = n > 0 ? (size_t)n + 1 : 1;
    char *text = arena_alloc(ctx->arena, size);
    vsnprintf(text, size, fmt, again);      /* NOLINT(clang-analyzer-valist.Uninitialized)     */
    va_end(again);
    for (char *p = text; *p; p++)           /* one line, and no escape sequences               */
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return text;
}

static struct srcpos real_place(struct ctx *ctx, struct srcpos pos)
{
    const struct diags *d = ctx->diags;
    pos = diag_place(ctx, pos);
    uint32_t real = d->files[pos.file].real;
    return (struct srcpos){real ? real : pos.file, pos.line, pos.col};
}

static void add_note(struct ctx *ctx, struct srcpos pos, const char *text)
{
    struct diag_line *l = ctx->diags->current;
    struct diag_note_line *note = arena_alloc(ctx->arena, sizeof *note), **at = &l->notes;
    *note = (struct diag_note_line){.pos = real_place(ctx, pos), .text = text};
    while (*at)
        at = &(*at)->next;
    *at = note;
}

/* Where what stands in a copy of a template was made, Use by Use. */
static void note_uses(struct ctx *ctx, uint32_t file)
{
    const struct diags *d = ctx->diags;
    for (; d->files[file].real; file = d->files[file].use.file)
        add_note(ctx, d->files[file].use, d->files[file].note);
}

void diag(struct ctx *ctx, struct srcpos pos, enum diag_code code, const char *fmt, ...)
{
    struct diags *d = ctx->diags;
    if (d->muted) {
        d->n++;
        return;
    }
    const struct diag_info *info = info_of(code);
    uint8_t rule = d->rule[info - diag_infos];
    bool is_error = info->severity == DIAG_ERROR || rule == RULE_ERROR ||
                    (d->werror && rule != RULE_OFF);
    d->current = NULL;
    if (d->ended || (!is_error && rule == RULE_OFF))
        return;
    d->lines = arena_grow(ctx->arena, d->lines, &d->cap, d->n + 1, sizeof *d->lines);
    struct diag_line *l = &d->lines[d->n];
    va_list ap;
    va_start(ap, fmt);
    *l = (struct diag_line){ .pos = real_place(ctx, pos), .seq = (uint32_t)d->n, .info = info,
                             .is_error = is_error, .copied = d->files[pos.file].real != 0, .file = pos.file,
                             .text = format(ctx, fmt, ap), .hint = info->hint };
    va_end(ap);
    d->n++;
    d->current = l;
    *(is_error ? &d->errors : &d->warnings) += 1;
    note_uses(ctx, pos.file);
}

bool diag_resume(struct ctx *ctx, struct srcpos pos)
{
    struct diags *d = ctx->diags;
    pos = real_place(ctx, pos);
    d->current = NULL;
    for (size_t i = 0; i < d->n && !d->muted && !d->current; i++) {
        struct diag_line *l = &d->lines[i];
        if (l->is_error && l->pos.file == pos.file && l->pos.line == pos.line && l->pos.col == pos.col)
            d->current = l;
    }
    return d->current != NULL;
}

void diag_withdraw(struct ctx *ctx, enum diag_code code, struct srcpos behind)
{
    struct diags *d = ctx->diags;
    behind = real_place(ctx, behind);
    d->current = NULL;
    for (size_t i = 0; i < d->n && !d->muted; i++) {
        struct diag_line *l = &d->lines[i];
        if (l->withdrawn || l->info->number != (uint16_t)code || l->pos.file != behind.file ||
            l->pos.line < behind.line || (l->pos.line == behind.line && l->pos.col <= behind.col))
            continue;
        l->withdrawn = true;
        *(l->is_error ? &d->errors : &d->warnings) -= 1;
    }
}

/* What a Use made elsewhere in the same template lies where the mistake does: it takes the Use to tell them apart. */
void diag_note(struct ctx *ctx, struct srcpos pos, const char *fmt, ...)
{
    struct diag_line *l = ctx->diags->current;
    if (!l)
        return;
    va_list ap;
    va_start(ap, fmt);
    add_note(ctx, pos, format(ctx, fmt, ap));
    va_end(ap);
    if (pos.file != l->file)
        note_uses(ctx, pos.file);
}

void diag_hint(struct ctx *ctx, const char *fmt, ...)
{
    if (!ctx->diags->current)
        return;
    va_list ap;
    va_start(ap, fmt);
    ctx->diags->current->hint = format(ctx, fmt, ap);
    va_end(ap);
}

void diag_machine(struct ctx *ctx, const char *fmt, ...)
{
    va_list ap;
    struct diags *d = ctx->diags;
    d->machine_failed = true;
    if (d->silent)
        return;
    progress_end(ctx);
    va_start(ap, fmt);
    const char *text = format(ctx, fmt, ap);
    va_end(ap);
    fprintf(stderr, "bacc: error: %s\n", text);
    d->failures = arena_grow(ctx->arena, d->failures, &d->failures_cap, d->n_failures + 1, sizeof *d->failures);
    d->failures[d->n_failures++] = text;
}

size_t diag_errors(const struct ctx *ctx)
{
    return ctx->diags->errors;
}

bool diag_machine_failed(const struct ctx *ctx)
{
    return ctx->diags->machine_failed;
}

int diag_status(const struct ctx *ctx)
{
    return ctx->diags->machine_failed ? 1 : ctx->diags->errors ? 2 : 0;
}

bool diag_wanted(const struct ctx *ctx, enum diag_code code)
{
    return ctx->diags->rule[info_of(code) - diag_infos] != RULE_OFF;
}

const char *diag_nearest(struct ctx *ctx, const char *what)
{
    struct near s = near_of(what, strlen(what));
    for (size_t i = 0; i < n_diag_infos; i++) {
        char name[64];
        diag_info_name(&diag_infos[i], name);
        near_offer(&s, arena_copy(ctx->arena, name, strlen(name)), strlen(name));
    }
    return near_take(&s);
}

bool diag_option(struct ctx *ctx, const char *what)
{
    struct diags *d = ctx->diags;
    if (!strcmp(what, "error")) {
        d->werror = true;
        return true;
    }
    if (!strcmp(what, "all")) {
        for (size_t i = 0; i < n_diag_infos; i++)
            if (d->rule[i] == RULE_OFF)
                d->rule[i] = RULE_PLAIN;
        return true;
    }
    bool off = !strncmp(what, "no-", 3), error = !strncmp(what, "error=", 6);
    const struct diag_info *info = diag_info_find(what + (off ? 3 : error ? 6 : 0));
    if (!info && off) {                     /* "no-effect" is a name itself                    */
        off = false;
        info = diag_info_find(what);
    }
    if (!info)
        return false;
    d->rule[info - diag_infos] = off ? RULE_OFF : error ? RULE_ERROR : RULE_PLAIN;
    return true;
}

static int by_place(const void *va, const void *vb)
{
    const struct diag_line *a = va, *b = vb;
    const uint32_t ka[] = { a->pos.file, a->pos.line, a->pos.col, a->seq };
    const uint32_t kb[] = { b->pos.file, b->pos.line, b->pos.col, b->seq };
    for (size_t i = 0; i < 4; i++)
        if (ka[i] != kb[i])
            return ka[i] < kb[i] ? -1 : 1;
    return 0;
}

static bool same_place(const struct diag_line *a, const struct diag_line *b)
{
    return a->info == b->info && a->pos.file == b->pos.file && a->pos.line == b->pos.line && a->pos.col == b->pos.col;
}

enum { USES_SHOWN = 8 };

static bool of_two_uses(const struct diag_line *a, const struct diag_line *b)
{
    return a->copied && b->copied && a->notes && b->notes && strcmp(a->notes->text, b->notes->text) != 0;
}

/* One mistake in a template, which each Use meets under its own names. */
static void fold_use(struct ctx *ctx, struct diag_line *into, const struct diag_line *l)
{
    ctx->diags->current = into;
    if (++into->uses <= USES_SHOWN)
        diag_note(ctx, l->notes->pos, "%s: %s", l->notes->text, l->text);
}

static void tell_further_uses(struct ctx *ctx, struct diag_line *l)
{
    ctx->diags->current = l;
    if (l->uses > USES_SHOWN)
        diag_note(ctx, l->pos, "%u further uses of the template meet it", l->uses - USES_SHOWN);
}

/* The line among the last of `kept` that says it already; NULL: none does. */
static struct diag_line *said(struct diags *d, size_t kept, const struct diag_line *l)
{
    for (size_t k = kept; k && d->lines[k - 1].pos.line == l->pos.line && kept - k < 16; k--) {
        struct diag_line *was = &d->lines[k - 1];
        if (same_place(was, l) && (of_two_uses(was, l) || !strcmp(was->text, l->text)))
            return was;
    }
    return NULL;
}

static void sort_and_fold(struct ctx *ctx)
{
    struct diags *d = ctx->diags;
    size_t kept = 0;
    if (d->n)
        qsort(d->lines, d->n, sizeof *d->lines, by_place);
    for (size_t i = 0; i < d->n; i++) {
        struct diag_line *l = &d->lines[i], *was = l->withdrawn ? NULL : said(d, kept, l);
        if (was) {
            *(l->is_error ? &d->errors : &d->warnings) -= 1;
            if (strcmp(was->text, l->text) != 0)
                fold_use(ctx, was, l);
        } else if (!l->withdrawn) {
            d->lines[kept++] = *l;
        }
    }
    d->n = kept;
    for (size_t i = 0; i < kept; i++)
        tell_further_uses(ctx, &d->lines[i]);
    d->current = NULL;
}

void diag_print(struct ctx *ctx, FILE *f, struct diag_style style)
{
    sort_and_fold(ctx);
    switch (style.format) {
    case DIAG_TEXT:
        diag_print_text(ctx, f, style.colour);
        break;
    case DIAG_JSON:
        diag_print_json(ctx, f);
        break;
    case DIAG_SARIF:
        diag_print_sarif(ctx, f);
        break;
    }
}
