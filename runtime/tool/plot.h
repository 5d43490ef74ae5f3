#ifndef TOOL_PLOT_H
#define TOOL_PLOT_H
/* What a trend log recorded, as a picture: in a terminal or as SVG. Lines end at every mark: what
 * was not recorded is not drawn. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum plot_what {
    PLOT_VALUE, PLOT_STOPPED, PLOT_INTERRUPTED, PLOT_PURGED, PLOT_STARTED, PLOT_CLOCK, PLOT_FAILURE,
    PLOT_KINDS
};
/* Was the value before such a mark still known when it came? */
static inline bool plot_holds(uint8_t what) { return what != PLOT_INTERRUPTED; }
struct plot_point {
    int64_t time;               /* UTC ms                                                         */
    double value;               /* PLOT_VALUE                                                     */
    uint8_t what;               /* enum plot_what                                                 */
};
struct plot_state { double value; const char *text; };
struct plot {
    const char *title, *subtitle, *unit;        /* unit: "" none                                  */
    bool steps;                 /* a value holds until the next one                               */
    int32_t offset;             /* minutes east of Greenwich, of all times shown                  */
    const struct plot_point *points;            /* as they were recorded                          */
    size_t n;
    const struct plot_state *states;            /* ascending                                      */
    size_t n_states;
    /* plot_scale()'s */
    int64_t from, to;
    double low, high, step;     /* of the axis; step: between two lines                           */
    double min, max, mean;
    size_t values, marks[PLOT_KINDS];
    int64_t time_step;          /* ms                                                             */
};
/* Looks at all points, chooses the axes; about `rows` and `columns` lines. False: no value. */
bool plot_scale(struct plot *p, int rows, int columns);
/* The number of lines across; *first gets the lowest one's value, each next is a `step` higher. */
int plot_lines(const struct plot *p, double *first);
const char *plot_word(enum plot_what what);     /* "log interrupted"                              */
/* The next line of the time axis at or after `t`. */
int64_t plot_tick(const struct plot *p, int64_t t);
void plot_tick_text(const struct plot *p, int64_t t, char text[24]);
void plot_value_text(const struct plot *p, double v, char text[32]);
void plot_zone_text(const struct plot *p, char text[16]);       /* UTC+01:00                      */
void plot_time_text(const struct plot *p, int64_t t, char text[24]);   /* 2026-11-21 08:00        */
/* One line about all of it: extremes, mean, period, marks. */
void plot_summary(const struct plot *p, char *text, size_t n);

void plot_terminal(const struct plot *p, FILE *out, int width, int height, bool utf8);
void plot_svg(const struct plot *p, FILE *out);
#endif
