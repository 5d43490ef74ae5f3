/* The reader of separated values. Knows nothing of EDE or of point lists. */
#include "compiler/csv.h"
#include "compiler/arena.h"
#include "compiler/ctx.h"

#include <string.h>

static const char delimiters[] = ";,\t|";

char csv_delimiter(const char *text)
{
    if (!strcmp(text, "tab") || !strcmp(text, "\\t"))
        return '\t';
    return text[0] && !text[1] && strchr(delimiters, text[0]) ? text[0] : 0;
}

static char lower(char ch)
{
    return ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
}

static bool holds(const char *s, size_t n, const char *want)
{
    size_t w = strlen(want);
    for (size_t i = 0; w <= n && i <= n - w; i++) {
        size_t k = 0;
        while (k < w && lower(s[i + k]) == want[k])
            k++;
        if (k == w)
            return true;
    }
    return false;
}

/* The separator that occurs most often outside quotes; ';' where none does. */
static char most_frequent(const char *s, size_t n)
{
    size_t count[sizeof delimiters - 1] = { 0 };
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        const char *at = s[i] ? strchr(delimiters, s[i]) : NULL;
        if (s[i] == '"')
            quoted = !quoted;
        else if (at && !quoted)
            count[at - delimiters]++;
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof count / sizeof *count; i++)
        if (count[i] > count[best])
            best = i;
    return delimiters[best];
}

static char detect(const char *p, const char *end, const char *title)
{
    const char *first = NULL;
    size_t first_n = 0;
    while (p < end) {
        const char *eol = p;
        while (eol < end && *eol != '\n' && *eol != '\r')
            eol++;
        size_t n = (size_t)(eol - p);
        if (title && holds(p, n, title))
            return most_frequent(p, n);
        if (!first && n && *p != '#') {             /* a comment's commas separate nothing         */
            first = p;
            first_n = n;
            if (!title)
                break;
        }
        p = eol < end ? eol + 1 : eol;
    }
    return most_frequent(first, first_n);
}

static const char *digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* Is there a cell that is a number with a decimal comma? */
static bool has_decimal_commas(const struct csv *c)
{
    bool begins = true;
    for (const char *p = c->p; p < c->end; p++) {
        if (begins) {
            const char *whole = p + (*p == '-' || *p == '+'), *comma = digits(whole, c->end);
            if (comma > whole && comma < c->end && *comma == ',') {
                const char *end = digits(comma + 1, c->end);
                if (end > comma + 1 && (end == c->end || *end == c->delimiter || strchr("\r\n\" ", *end)))
                    return true;
            }
        }
        begins = *p == c->delimiter || *p == '\n' || *p == '\r' || (begins && (*p == ' ' || *p == '"'));
    }
    return false;
}

void csv_init(struct csv *c, struct ctx *ctx, const struct intext *text, char delimiter,
              const char *title)
{
    *c = (struct csv){ .ctx = ctx, .p = text->s, .end = text->s + text->n, .file = text->file,
                       .line = 1, .col = 1, .delimiter = delimiter };
    if (text->n >= 5 && !memcmp(c->p, "sep=", 4) && strchr(delimiters, c->p[4]) && c->p[4]) {
        if (!delimiter)
            c->delimiter = c->p[4];
        c->p += 5;
        c->col += 5;
        while (c->p < c->end && *c->p == '\r')
            c->p++;
        if (c->p < c->end && *c->p == '\n')
            c->p++;
        c->line++;
        c->col = 1;
    }
    if (!c->delimiter)
        c->delimiter = detect(c->p, c->end, title);
    c->commas = c->delimiter != ',' && has_decimal_commas(c);
}

static void step(struct csv *c)
{
    char ch = *c->p++;
    if (ch == '\n' || (ch == '\r' && !(c->p < c->end && *c->p == '\n'))) {
        c->line++;
        c->col = 1;
    } else if (((unsigned char)ch & 0xc0) != 0x80) {
        c->col++;
    }
}

static bool at_line_end(const struct csv *c)
{
    return c->p == c->end || *c->p == '\n' || *c->p == '\r';
}

static void skip_blanks(struct csv *c)
{
    while (c->p < c->end && (*c->p == ' ' || (*c->p == '\t' && c->delimiter != '\t')))
        step(c);
}

static void raw_cell(struct csv *c, struct csv_cell *cell)
{
    const char *start = c->p;
    while (!at_line_end(c) && *c->p != c->delimiter)
        step(c);
    const char *end = c->p;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    cell->s = start;
    cell->n = (uint32_t)(end - start);
}

/* The text between quotes, doubled ones halved, in a copy if there were any. */
static void unquote(struct csv *c, struct csv_cell *cell, const char *s, size_t n, size_t doubled)
{
    cell->s = s;
    cell->n = (uint32_t)(n - doubled);
    if (doubled) {
        char *copy = arena_copy(c->ctx->arena, s, n);
        size_t k = 0;
        for (size_t i = 0; i < n; i++) {
            copy[k++] = s[i];
            i += s[i] == '"';
        }
        cell->s = copy;
    }
    while (cell->n && (cell->s[cell->n - 1] == ' ' || cell->s[cell->n - 1] == '\t'))
        cell->n--;
    while (cell->n && (*cell->s == ' ' || *cell->s == '\t')) {
        cell->s++;
        cell->n--;
    }
}

/* At a quote. A cell that only looks quoted ("A" pump) is read as it stands. */
static bool quoted_cell(struct csv *c, struct csv_cell *cell)
{
    struct csv before = *c;
    size_t doubled = 0;
    step(c);
    const char *start = c->p;
    for (;;) {
        if (c->p == c->end) {
            diag(c->ctx, csv_pos(c, cell), D_IMPORT_QUOTE, "this quote is never closed");
            return false;
        }
        if (*c->p == '"') {
            if (c->end - c->p < 2 || c->p[1] != '"')
                break;
            doubled++;
            step(c);
        }
        step(c);
    }
    const char *close = c->p;
    step(c);
    skip_blanks(c);
    if (!at_line_end(c) && *c->p != c->delimiter) {
        *c = before;
        raw_cell(c, cell);
        return true;
    }
    unquote(c, cell, start, (size_t)(close - start), doubled);
    return true;
}

static bool next_cell(struct csv *c, struct csv_cell *cell)
{
    skip_blanks(c);
    const char *start = c->p;
    cell->line = c->line;
    cell->col = c->col;
    if (c->p < c->end && *c->p == '"') {
        if (!quoted_cell(c, cell))
            return false;
    } else {
        raw_cell(c, cell);
    }
    if (c->p - start > CSV_CELL_MAX) {
        diag(c->ctx, csv_pos(c, cell), D_IMPORT_TOO_LARGE, "this cell is longer than %d bytes",
             CSV_CELL_MAX);
        return false;
    }
    return true;
}

bool csv_next(struct csv *c, struct csv_row *row)
{
    size_t n = 0;
    if (c->p == c->end || c->failed)
        return false;
    row->pos = (struct srcpos){ c->file, c->line, c->col };
    row->comment = *c->p == '#';
    for (;;) {
        c->cells = arena_grow(c->ctx->arena, c->cells, &c->cap, n + 1, sizeof *c->cells);
        if (n == CSV_COLUMNS_MAX) {
            diag(c->ctx, row->pos, D_IMPORT_TOO_LARGE, "this row has more than %d cells",
                 CSV_COLUMNS_MAX);
            c->failed = true;
        }
        if (c->failed || !next_cell(c, &c->cells[n])) {
            c->failed = true;
            return false;
        }
        n++;
        if (at_line_end(c))
            break;
        step(c);
    }
    if (c->p < c->end && *c->p == '\r')
        step(c);
    if (c->p < c->end && *c->p == '\n')
        step(c);
    row->cells = c->cells;
    row->n = n;
    return true;
}

struct srcpos csv_pos(const struct csv *c, const struct csv_cell *cell)
{
    return (struct srcpos){ c->file, cell->line, cell->col };
}

struct csv_cell csv_cell(const struct csv_row *row, size_t i)
{
    return i < row->n ? row->cells[i]
                      : (struct csv_cell){ .s = "", .line = row->pos.line, .col = row->pos.col };
}

bool csv_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->cells[i].n)
            return false;
    return true;
}

void csv_title(const struct csv_cell *cell, char *out, size_t size)
{
    size_t k = 0;
    for (size_t i = 0; i < cell->n && k + 1 < size; i++) {
        char ch = lower(cell->s[i]);
        if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || (unsigned char)ch >= 0x80)
            out[k++] = ch;
    }
    out[k] = 0;
}

const char *csv_unclear(const struct csv *c, const char *s, size_t n)
{
    const size_t sign = n && (*s == '-' || *s == '+');
    s += sign;
    n -= sign;
    const char *point = memchr(s, c->commas ? '.' : ',', n);
    size_t whole = point ? (size_t)(point - s) : 0;
    if ((c->delimiter != ',' && !c->commas) || whole < 1 || whole > 3 || n != whole + 4 || *s == '0')
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (i != whole && (s[i] < '0' || s[i] > '9'))
            return NULL;
    return c->commas ? "clear where other numbers have a decimal comma: thousands, or a fraction"
                     : "clear where commas stand between the cells: thousands, or a fraction";
}
