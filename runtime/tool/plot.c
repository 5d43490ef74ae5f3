/* See plot.h: axes and words. */
#include "runtime/tool/plot.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "schemas/utf8.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

const char *plot_word(enum plot_what what)
{
    static const char *const words[PLOT_KINDS] = {
        [PLOT_VALUE] = "value",
        [PLOT_STOPPED] = "logging stopped",
        [PLOT_INTERRUPTED] = "log interrupted",
        [PLOT_PURGED] = "buffer purged",
        [PLOT_STARTED] = "logging started",
        [PLOT_CLOCK] = "clock changed",
        [PLOT_FAILURE] = "value not readable",
    };
    return words[what];
}

/* 1, 2 or 5 times a power of ten. */
static double nice(double least)
{
    double unit = pow(10, floor(log10(least)));
    static const double steps[] = {1, 2, 5, 10};
    for (unsigned i = 0; i < 4; i++)
        if (steps[i] * unit >= least * (1 - 1e-9))
            return steps[i] * unit;
    return 10 * unit;
}

static int64_t time_step(int64_t least)
{
    static const int64_t steps[] = {
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        (int64_t)2 * DAY,
        (int64_t)7 * DAY,
        (int64_t)14 * DAY,
        (int64_t)28 * DAY,
        (int64_t)56 * DAY,
    };
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i] >= least)
            return steps[i];
    return (least / DAY / 100 + 1) * 100 * (int64_t)DAY;
}

static void value_axis(struct plot *p, int rows)
{
    double span = p->max - p->min;
    if (p->n_states) {
        p->low = fmin(p->min, p->states[0].value) - 0.25;
        p->high = fmax(p->max, p->states[p->n_states - 1].value) + 0.25;
        p->step = 1;
        return;
    }
    if (!(span > 0))
        span = fabs(p->max) > 0 ? fabs(p->max) * 0.1 : 1;
    p->step = nice(span / (rows > 1 ? rows : 1));
    p->low = floor(p->min / p->step) * p->step;
    p->high = ceil(p->max / p->step) * p->step;
    if (!(p->high > p->low)) {
        p->low -= p->step;
        p->high += p->step;
    }
}

int plot_lines(const struct plot *p, double *first)
{
    *first = ceil(p->low / p->step - 1e-9) * p->step;
    return (int)floor((p->high - *first) / p->step + 1e-6) + 1;
}

bool plot_scale(struct plot *p, int rows, int columns)
{
    double sum = 0;
    p->values = 0;
    memset(p->marks, 0, sizeof p->marks);
    for (size_t i = 0; i < p->n; i++) {
        const struct plot_point *q = &p->points[i];
        p->from = !i || q->time < p->from ? q->time : p->from;
        p->to = !i || q->time > p->to ? q->time : p->to;
        p->marks[q->what]++;
        if (q->what != PLOT_VALUE)
            continue;
        p->min = !p->values || q->value < p->min ? q->value : p->min;
        p->max = !p->values || q->value > p->max ? q->value : p->max;
        sum += q->value;
        p->values++;
    }
    if (!p->values)
        return false;
    p->mean = sum / (double)p->values;
    if (p->to - p->from < SECOND)
        p->to = p->from + MINUTE;
    value_axis(p, rows);
    p->time_step = time_step((p->to - p->from) / (columns > 1 ? columns : 1));
    return true;
}

int64_t plot_tick(const struct plot *p, int64_t t)
{
    int64_t local = t + (int64_t)p->offset * MINUTE, past = local % p->time_step;
    return past ? t + p->time_step - past : t;
}

static struct tm civil(const struct plot *p, int64_t t)
{
    time_t s = (time_t)(t / 1000 + (int64_t)p->offset * 60);
    struct tm tm = {0};
    (void)gmtime_r(&s, &tm);
    return tm;
}

void plot_tick_text(const struct plot *p, int64_t t, char text[24])
{
    struct tm tm = civil(p, t);
    bool midnight = !tm.tm_hour && !tm.tm_min && !tm.tm_sec;
    (void)strftime(text, 24,
                   p->time_step >= DAY || midnight ? "%d %b"
                   : p->time_step < MINUTE         ? "%H:%M:%S"
                                                   : "%H:%M",
                   &tm);
}

void plot_time_text(const struct plot *p, int64_t t, char text[24])
{
    struct tm tm = civil(p, t);
    (void)strftime(text, 24, p->time_step < MINUTE ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M", &tm);
}

void plot_value_text(const struct plot *p, double v, char text[32])
{
    int decimals = p->step < 1 ? (int)ceil(-log10(p->step) - 1e-9) : 0;
    for (size_t i = 0; i < p->n_states; i++)
        if (fabs(p->states[i].value - v) < 0.25) {
            const char *state = p->states[i].text;
            snprintf(text, 32, "%.*s", (int)utf8_cut(state, strlen(state), 31), state);
            return;
        }
    if (p->n_states)
        text[0] = 0;
    else if (fabs(v) >= 1e7 || decimals > 6)
        snprintf(text, 32, "%.3g", v);
    else
        snprintf(text, 32, "%.*f", decimals, fabs(v) < p->step * 1e-6 ? 0.0 : v);
}

void plot_zone_text(const struct plot *p, char text[16])
{
    int m = p->offset < 0 ? -p->offset : p->offset;
    snprintf(text, 16, "UTC%c%02d:%02d", p->offset < 0 ? '-' : '+', m / 60 % 100, m % 60);
}

void plot_summary(const struct plot *p, char *text, size_t n)
{
    char from[24], to[24], zone[16];
    plot_time_text(p, p->from, from);
    plot_time_text(p, p->to, to);
    plot_zone_text(p, zone);
    int used = snprintf(text, n, "%zu values, %s to %s %s", p->values, from, to, zone);
    if (!p->n_states && used >= 0 && (size_t)used < n)
        used += snprintf(text + used, n - (size_t)used, "; least %.6g, mean %.6g, most %.6g%s%s",
                         p->min, p->mean, p->max, *p->unit ? " " : "", p->unit);
    for (int k = PLOT_STOPPED; k < PLOT_KINDS && used >= 0 && (size_t)used < n; k++)
        if (p->marks[k] && k != PLOT_STARTED)
            used += snprintf(text + used, n - (size_t)used, "; %s: %zu",
                             plot_word((enum plot_what)k), p->marks[k]);
}
