/* See plot.h: dots of a terminal. A cell of Braille holds two by four of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tool/plot.h"

struct canvas {
    uint8_t *dots;           /* a cell's eight, as Unicode numbers them                        */
    int columns, rows, w, h; /* cells; dots                                                    */
};
enum { MARGIN_MAX = 16, LEAST_COLUMNS = 20 };

static void dot(struct canvas *c, int x, int y)
{
    static const uint8_t of[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (x >= 0 && x < c->w && y >= 0 && y < c->h)
        c->dots[y / 4 * c->columns + x / 2] |= of[y % 4][x % 2];
}

static void line(struct canvas *c, int x0, int y0, int x1, int y1)
{
    int n = abs(x1 - x0) > abs(y1 - y0) ? abs(x1 - x0) : abs(y1 - y0);
    for (int i = 0; i <= n; i++)
        dot(c, n ? x0 + (x1 - x0) * i / n : x0, n ? y0 + (y1 - y0) * i / n : y0);
}

static int across(const struct plot *p, int64_t t, int n)
{
    return (int)((double)(t - p->from) / (double)(p->to - p->from) * (n - 1) + 0.5);
}

static int down(const struct plot *p, double v, int n)
{
    return (int)((p->high - v) / (p->high - p->low) * (n - 1) + 0.5);
}

static void draw(const struct plot *p, struct canvas *c)
{
    bool open = false;
    int x0 = 0, y0 = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct plot_point *q = &p->points[i];
        int x = across(p, q->time, c->w);
        if (q->what == PLOT_VALUE) {
            int y = down(p, q->value, c->h);
            if (open && x >= x0) {
                line(c, x0, y0, x, p->steps ? y0 : y);
                line(c, x, p->steps ? y0 : y, x, y);
            }
            dot(c, x, y);
            x0 = x;
            y0 = y;
        } else if (open && p->steps && plot_holds(q->what) && x >= x0) {
            line(c, x0, y0, x, y0); /* held until then */
        }
        open = q->what == PLOT_VALUE;
    }
}

static void put_cell(FILE *out, uint8_t dots, bool utf8)
{
    if (!dots)
        fputc(' ', out);
    else if (!utf8)
        fputc('*', out);
    else
        fprintf(out, "%c%c%c", 0xe2, 0xa0 | dots >> 6, 0x80 | (dots & 0x3f));
}

/* Characters, not octets. */
static int length(const char *s)
{
    int n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static void put_right(FILE *out, const char *s, int width)
{
    for (int n = length(s); n < width; n++)
        fputc(' ', out);
    for (int n = 0; *s; s++) {
        n += (*s & 0xc0) != 0x80;
        if (n <= width)
            fputc(*s, out);
    }
}

/* The label of a row of cells: the line of the axis that runs through it. */
static void label_of(const struct plot *p, int row, int rows, char text[32])
{
    text[0] = 0;
    double first;
    int lines = plot_lines(p, &first);
    for (int line = 0; line < lines; line++)
        if (down(p, first + line * p->step, rows * 4) / 4 == row)
            plot_value_text(p, first + line * p->step, text);
}

static int margin_of(const struct plot *p, int rows)
{
    int width = 1;
    char text[32];
    for (int row = 0; row < rows; row++) {
        label_of(p, row, rows, text);
        width = length(text) > width ? length(text) : width;
    }
    return width < MARGIN_MAX ? width : MARGIN_MAX;
}

static void axis(const struct plot *p, FILE *out, int margin, int columns, bool utf8)
{
    char *ticks = malloc((size_t)columns + 1), *words = malloc((size_t)columns + 1), text[24];
    int free_at = 0;
    if (ticks && words) {
        memset(ticks, '-', (size_t)columns);
        memset(words, ' ', (size_t)columns);
        ticks[columns] = words[columns] = 0;
        for (int64_t t = plot_tick(p, p->from); t <= p->to; t += p->time_step) {
            int x = across(p, t, columns);
            plot_tick_text(p, t, text);
            int n = (int)strlen(text), at = x - n / 2 > 0 ? x - n / 2 : 0;
            ticks[x] = '+';
            if (at < free_at || at + n > columns)
                continue;
            memcpy(words + at, text, (size_t)n);
            free_at = at + n + 1;
        }
        for (size_t i = 0; i < p->n; i++)
            if (p->points[i].what != PLOT_VALUE && p->points[i].what != PLOT_STARTED)
                ticks[across(p, p->points[i].time, columns)] = '!';
        fprintf(out, "%*s %s", margin, "", utf8 ? "└" : "+");
        for (int i = 0; i < columns; i++)
            fputs(!utf8 || ticks[i] == '!' ? (char[2]){ticks[i], 0}
                  : ticks[i] == '+'        ? "┬"
                                           : "─",
                  out);
        fprintf(out, "\n%*s  %s\n", margin, "", words);
    }
    free(ticks);
    free(words);
}

void plot_terminal(const struct plot *p, FILE *out, int width, int height, bool utf8)
{
    char text[400];
    int margin = margin_of(p, height);
    int columns = width - margin - 3 > LEAST_COLUMNS ? width - margin - 3 : LEAST_COLUMNS;
    struct canvas c = {.columns = columns, .rows = height, .w = columns * 2, .h = height * 4};
    c.dots = calloc((size_t)columns * (size_t)height, 1);
    if (!c.dots)
        return;
    draw(p, &c);
    fprintf(out, "%s%s%s%s\n", p->title, *p->unit ? " [" : "", p->unit, *p->unit ? "]" : "");
    for (int row = 0; row < height; row++) {
        label_of(p, row, height, text);
        put_right(out, text, margin);
        fputs(utf8 ? text[0] ? " ┤" : " │" : text[0] ? " +" : " |", out);
        for (int i = 0; i < columns; i++)
            put_cell(out, c.dots[row * columns + i], utf8);
        fputc('\n', out);
    }
    axis(p, out, margin, columns, utf8);
    plot_summary(p, text, sizeof text);
    fprintf(out, "%s\n", text);
    free(c.dots);
}
