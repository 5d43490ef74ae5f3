#ifndef COMPILER_CSV_H
#define COMPILER_CSV_H
/* Separated values (RFC 4180): rows of cells with their places, out of UTF-8 text in memory.
 * Lenient where real files differ: any line end, blanks around quotes, quotes inside unquoted
 * cells, rows of any length. Strict about what would lose rows: a quote that is never closed. */
#include "compiler/diag.h"
#include "compiler/intext.h"

struct csv_cell {
    const char *s;              /* trimmed, not terminated; lives as long as the text          */
    uint32_t n;
    uint32_t line, col;
};
struct csv_row {
    struct csv_cell *cells;     /* until the next csv_next                                     */
    size_t n;
    struct srcpos pos;
    bool comment;               /* begins with #, not in quotes                                */
};
struct csv {
    struct ctx *ctx;
    const char *p, *end;
    struct csv_cell *cells;
    size_t cap;
    uint32_t file, line, col;
    char delimiter;
    bool commas;                /* some number has a decimal comma                             */
    bool failed;                /* a row could not be read; it has been reported               */
};

enum { CSV_COLUMNS_MAX = 4096, CSV_CELL_MAX = 1 << 20 };

/* delimiter 0: found in the first line that holds `title` without case (NULL: in the first line
 * that is not empty); an Excel line `sep=;` at the top decides and is passed over. */
void csv_init(struct csv *c, struct ctx *ctx, const struct intext *text, char delimiter,
              const char *title);
bool csv_next(struct csv *c, struct csv_row *row);      /* false: the end, or failed           */
struct srcpos csv_pos(const struct csv *c, const struct csv_cell *cell);
/* Cell i of a row, an empty one beyond its end. */
struct csv_cell csv_cell(const struct csv_row *row, size_t i);
bool csv_blank(const struct csv_row *row);              /* no cell has text                    */
/* "# device obj.-instance" -> "deviceobjinstance": letters and digits, lower case. */
void csv_title(const struct csv_cell *cell, char *out, size_t size);
/* "1,234" in a list with commas between its cells, or "1.234" in one with decimal commas: thousands, or a
 * fraction? In what it is not clear, for "... is not"; NULL: it is. */
const char *csv_unclear(const struct csv *c, const char *s, size_t n);
/* One of ; , tab | from an option's text, 0 if it is none of them. */
char csv_delimiter(const char *text);
#endif
