/* Diagnostics for people: place, text, the source line with a caret, notes, hint, summary. The
 * source is read again for its excerpts; whoever changed it meanwhile gets a wrong excerpt, never
 * a crash. */
#include "compiler/diag_store.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = 100 };          /* characters shown of a line that is longer than this + 20   */

/* One file's bytes with a cursor that only goes forward: diagnostics come sorted, also those on one
 * line, which may be the whole file. */
struct excerpt {
    uint32_t file;
    char *owned;
    const char *p, *end;
    uint32_t line;
    uint32_t measured;          /* the line whose length and last column are known; 0 none     */
    size_t length, col, at;     /* of it: bytes, the column last shown (from 1), its byte      */
};
struct colours {
    const char *bold, *error, *warning, *note, *mark, *off;
};
static const struct colours plain = { "", "", "", "", "", "" };
static const struct colours terminal = { "\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;36m",
                                         "\033[1;32m", "\033[0m" };

static void excerpt_open(struct excerpt *x, const struct diags *d, uint32_t file)
{
    free(x->owned);
    *x = (struct excerpt){ .file = file, .line = 1 };
    const struct diag_source *src = &d->files[file];
    if (src->bytes) {
        x->p = src->bytes;
        x->end = src->bytes + src->n;
        return;
    }
    FILE *f = fopen(src->path, "rb");
    size_t cap = 0, n = 0;
    while (f && !ferror(f) && !feof(f)) {
        if (n == cap) {
            cap = cap ? cap * 2 : 65536;
            char *more = realloc(x->owned, cap);
            if (!more)
                break;
            x->owned = more;
        }
        n += fread(x->owned + n, 1, cap - n, f);
    }
    if (f)
        fclose(f);
    x->p = x->owned;
    x->end = x->owned ? x->owned + n : NULL;
    if (n >= 3 && !memcmp(x->p, "\xef\xbb\xbf", 3))
        x->p += 3;
}

/* The line's first byte, or NULL; *n without its end of line. */
static const char *excerpt_line(struct excerpt *x, uint32_t line, size_t *n)
{
    while (x->p && x->line < line) {
        const char *nl = memchr(x->p, '\n', (size_t)(x->end - x->p));
        if (!nl)
            return NULL;
        x->p = nl + 1;
        x->line++;
    }
    if (!x->p || x->line != line)
        return NULL;
    if (x->measured != line) {
        const char *nl = memchr(x->p, '\n', (size_t)(x->end - x->p));
        x->length = (size_t)((nl ? nl : x->end) - x->p);
        if (x->length && x->p[x->length - 1] == '\r')
            x->length--;
        x->measured = line;
        x->col = 1;
        x->at = 0;
    }
    *n = x->length;
    return x->p;
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes of the first `chars` characters. */
static size_t bytes_of(const char *s, size_t n, size_t chars)
{
    size_t i = 0;
    for (; i < n; i++)
        if (!continues(s[i]) && !chars--)
            break;
    return i;
}

/* Byte of a column in the line that was asked for last. */
static size_t excerpt_at(struct excerpt *x, size_t col)
{
    if (col < x->col) {
        x->col = 1;
        x->at = 0;
    }
    x->at += bytes_of(x->p + x->at, x->length - x->at, col - x->col);
    x->col = col;
    return x->at;
}

static void print_clean(FILE *f, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        fputc(c < ' ' && c != '\t' ? '?' : c == 0x7f ? '?' : c, f);
    }
}

static void print_excerpt(FILE *f, struct excerpt *x, struct srcpos pos, const struct colours *c)
{
    size_t n = 0;
    const char *s = excerpt_line(x, pos.line, &n);
    if (!s)
        return;
    size_t at = excerpt_at(x, pos.col ? pos.col : 1), from = 0, to = n;
    if (n > WINDOW + 20) {
        from = at > WINDOW / 2 ? at - WINDOW / 2 : 0;
        to = n - from > WINDOW ? from + WINDOW : n;
        while (from < at && continues(s[from]))
            from++;
        while (to < n && continues(s[to]))
            to++;
    }
    char number[16];
    int width = snprintf(number, sizeof number, "%5u", pos.line);
    fprintf(f, "%s | %s", number, from ? "..." : "");
    print_clean(f, s + from, to - from);
    fprintf(f, "%s\n", to < n ? "..." : "");
    if (!pos.col)
        return;
    fprintf(f, "%*s | %s", width, "", from ? "   " : "");
    for (size_t i = from; i < at; i++)
        if (!continues(s[i]))
            fputc(s[i] == '\t' ? '\t' : ' ', f);
    fprintf(f, "%s^%s\n", c->mark, c->off);
}

static void print_place(FILE *f, const struct diags *d, struct srcpos pos, const struct colours *c)
{
    fprintf(f, "%s%s:", c->bold, d->files[pos.file].path);
    if (pos.line)
        fprintf(f, "%u:", pos.line);
    if (pos.line && pos.col)
        fprintf(f, "%u:", pos.col);
    fprintf(f, "%s ", c->off);
}

static void print_line(FILE *f, const struct diags *d, const struct diag_line *l,
                       struct excerpt *x, const struct colours *c)
{
    char name[64];
    diag_info_name(l->info, name);
    print_place(f, d, l->pos, c);
    fprintf(f, "%s%s:%s %s [%c%u %s]\n", l->is_error ? c->error : c->warning,
            l->is_error ? "error" : "warning", c->off, l->text,
            l->info->severity == DIAG_ERROR ? 'E' : 'W', l->info->number, name);
    if (l->pos.file != NO_FILE && l->pos.line) {
        if (x->file != l->pos.file)
            excerpt_open(x, d, l->pos.file);
        print_excerpt(f, x, l->pos, c);
    }
    for (const struct diag_note_line *note = l->notes; note; note = note->next) {
        print_place(f, d, note->pos, c);
        fprintf(f, "%snote:%s %s\n", c->note, c->off, note->text);
    }
    if (*l->hint)
        fprintf(f, "    hint: %s\n", l->hint);
}

void diag_print_text(struct ctx *ctx, FILE *f, bool colour)
{
    const struct diags *d = ctx->diags;
    const struct colours *c = colour ? &terminal : &plain;
    struct excerpt x = { 0 };
    for (size_t i = 0; i < d->n; i++)
        print_line(f, d, &d->lines[i], &x, c);
    free(x.owned);
    if (d->errors)
        fprintf(f, "%zu error%s%s", d->errors, d->errors == 1 ? "" : "s", d->warnings ? ", " : "");
    if (d->warnings)
        fprintf(f, "%zu warning%s", d->warnings, d->warnings == 1 ? "" : "s");
    if (d->errors || d->warnings)
        fputc('\n', f);
}
