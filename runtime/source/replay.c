/* See replay.h. */
#include "runtime/source/replay.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 32 << 20, COLUMNS_MAX = 1024 };

static char *slurp(const char *path, char why[REPLAY_WHY])
{
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(FILE_MAX + 1) : NULL;
    size_t n = text ? fread(text, 1, FILE_MAX + 1, f) : 0;
    bool good = text && !ferror(f) && n <= FILE_MAX && !memchr(text, 0, n);
    if (!good)
        snprintf(why, REPLAY_WHY, "%.100s: %s", path,
                 !f || !text ? strerror(errno) : "no text, or more than 32 MiB");
    if (f)
        fclose(f);
    if (!good) {
        free(text);
        return NULL;
    }
    text[n] = 0;
    char *fit = realloc(text, n + 1);
    if (fit)
        text = fit;
    return text;
}

/* Ends the field at *p and steps over its separator; *last: it was the line's last. */
static char *field(char **p, bool *last)
{
    char *s = *p + strspn(*p, " \t\""), *end = *p + strcspn(*p, ",;\r\n");
    *last = *end != ',' && *end != ';';
    *p = end + (*end && !*last);
    if (*last) {
        *p += strspn(*p, "\r");
        *p += **p == '\n';
    }
    if (s > end)
        s = end;
    *end = 0;
    while (end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '"'))
        *--end = 0;
    return s;
}

static bool head(struct replay *r, char **p)
{
    bool last = false;
    r->names = calloc(COLUMNS_MAX, sizeof *r->names);
    for (r->time = -1; r->names && !last && r->n_columns < COLUMNS_MAX; r->n_columns++) {
        r->names[r->n_columns] = field(p, &last);
        if (!strcmp(r->names[r->n_columns], "time"))
            r->time = (int)r->n_columns;
    }
    return r->names && last;
}

static double number(const char *s)
{
    char *end;
    double v = strtod(s, &end);
    if (!strcmp(s, "true"))
        return 1;
    if (!strcmp(s, "false"))
        return 0;
    return end == s || *end || !isfinite(v) ? NAN : v;
}

static bool body(struct replay *r, char *p)
{
    size_t cap = 1;
    for (const char *q = p; (q = strchr(q, '\n')); q++)
        cap++;
    if (cap > SIZE_MAX / sizeof(double) / r->n_columns ||
        !(r->cells = calloc(cap * r->n_columns, sizeof(double))))
        return false;
    while (*p) {
        double *row = r->cells + r->n_rows * r->n_columns;
        bool last = false, any = false;
        for (size_t i = 0; i < r->n_columns; i++) {
            row[i] = last ? NAN : number(field(&p, &last));
            any |= isfinite(row[i]);
        }
        while (!last)
            (void)field(&p, &last);
        for (size_t i = 0; r->n_rows && i < r->n_columns; i++)
            row[i] = isfinite(row[i]) ? row[i] : row[i - r->n_columns];
        bool back = any && r->time >= 0 && r->n_rows &&
                    !(row[r->time] >= row[r->time - (int)r->n_columns]);
        if (any && !back)
            r->n_rows++;
    }
    return true;
}

bool replay_open(struct replay *r, const char *path, char why[REPLAY_WHY])
{
    *r = (struct replay){.time = -1};
    char *p = r->text = slurp(path, why);
    if (!p)
        return false;
    if (!strncmp(p, "\xef\xbb\xbf", 3))
        p += 3;
    bool good = head(r, &p) && body(r, p) && r->n_rows;
    if (!good) {
        snprintf(why, REPLAY_WHY, "%.100s: no column names with rows of numbers below", path);
        replay_close(r);
    }
    return good;
}

void replay_close(struct replay *r)
{
    free(r->text);
    free(r->names);
    free(r->cells);
    *r = (struct replay){.time = -1};
}

int replay_column(const struct replay *r, const char *name)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (!strcmp(r->names[i], name))
            return (int)i;
    return -1;
}

double replay_at(const struct replay *r, int column, uint64_t ms, uint64_t period_ms)
{
    size_t row = period_ms ? (size_t)(ms / period_ms % r->n_rows) : 0;
    if (r->time >= 0) {
        const double *t = r->cells + r->time;
        double first = t[0], length = t[(r->n_rows - 1) * r->n_columns] - first;
        double step = r->n_rows > 1 ? length / (double)(r->n_rows - 1) : 1;
        double at = first + (length > 0 ? fmod((double)ms / 1000, length + step) : 0);
        size_t lo = 0, hi = r->n_rows;
        while (hi - lo > 1) {
            size_t mid = lo + (hi - lo) / 2;
            if (t[mid * r->n_columns] <= at)
                lo = mid;
            else
                hi = mid;
        }
        row = lo;
    }
    return r->cells[row * r->n_columns + (size_t)column];
}
