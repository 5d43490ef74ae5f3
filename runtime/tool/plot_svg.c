/* See plot.h: SVG 1.1, nothing in it is fetched or run. Pictures of a dense log draw the extremes
 * of each column of pixels, so that none is lost and the file stays small. */
#include <math.h>

#include "runtime/tool/plot.h"

enum { WIDTH = 960, HEIGHT = 420, LEFT = 76, RIGHT = 28, TOP = 66, BOTTOM = 54, DOTS = 90 };

static double across(const struct plot *p, int64_t t)
{
    return LEFT + (double)(t - p->from) / (double)(p->to - p->from) * (WIDTH - LEFT - RIGHT);
}

static double down(const struct plot *p, double v)
{
    return TOP + (p->high - v) / (p->high - p->low) * (HEIGHT - TOP - BOTTOM);
}

static void escaped(FILE *out, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default:
            if ((unsigned char)*s >= ' ')
                fputc(*s, out);
        }
}

static void words(FILE *out, const char *class, double x, double y, const char *anchor,
                  const char *s)
{
    fprintf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", class, x, y,
            anchor);
    escaped(out, s);
    fputs("</text>\n", out);
}

/* Colours of both themes; what shows it chooses. */
static const char style[] =
    "<style>\n"
    "text{font-family:'Inter','Segoe UI','Helvetica Neue',Arial,sans-serif;"
    "font-size:12px;fill:#52606d}\n"
    ".title{font-size:18px;font-weight:600;fill:#1f2933}\n"
    ".back{fill:#ffffff}.dot{fill:#0b69a3}.note{font-size:11px;fill:#b44d12}\n"
    ".grid{stroke:#e4e7eb;stroke-width:1}.axis{stroke:#9aa5b1;stroke-width:1}\n"
    ".line{fill:none;stroke:#0b69a3;stroke-width:1.8;"
    "stroke-linejoin:round;stroke-linecap:round}\n"
    ".area{fill:#0b69a3;fill-opacity:.09;stroke:none}.gap{fill:#f0b429;fill-opacity:.16}\n"
    ".mark{stroke:#cb6e17;stroke-width:1.4;stroke-dasharray:3 3}\n"
    "@media (prefers-color-scheme:dark){\n"
    ".back{fill:#15202b}text{fill:#b8c4ce}.title{fill:#f0f4f8}.note{fill:#f7c948}\n"
    ".grid{stroke:#2b3a48}.axis{stroke:#627d98}.line{stroke:#4098d7}.dot{fill:#4098d7}\n"
    ".area{fill:#4098d7;fill-opacity:.15}\n"
    "}\n</style>\n";

static void head(const struct plot *p, FILE *out)
{
    char text[400];
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" ", WIDTH,
            HEIGHT);
    fprintf(out, "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>", WIDTH, HEIGHT);
    escaped(out, p->title);
    fputs("</title>\n", out);
    fputs(style, out);
    fprintf(out, "<rect class=\"back\" width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT);
    words(out, "title", LEFT, 28, "start", p->title);
    plot_summary(p, text, sizeof text);
    words(out, "sub", LEFT, 48, "start", text);
    words(out, "sub", WIDTH - RIGHT, 28, "end", p->subtitle);
}

static void grid(const struct plot *p, FILE *out)
{
    char text[48];
    double bottom = HEIGHT - BOTTOM, right = WIDTH - RIGHT;
    double first;
    int lines = plot_lines(p, &first);
    for (int line = 0; line < lines; line++) {
        double v = first + line * p->step;
        plot_value_text(p, v, text);
        if (!*text)
            continue;
        fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", LEFT,
                right, down(p, v), down(p, v));
        words(out, "y", LEFT - 8, down(p, v) + 4, "end", text);
    }
    for (int64_t t = plot_tick(p, p->from); t <= p->to; t += p->time_step) {
        plot_tick_text(p, t, text);
        fprintf(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.0f\"/>\n",
                across(p, t), across(p, t), TOP, bottom + 4);
        words(out, "x", across(p, t), bottom + 19, "middle", text);
    }
    fprintf(out, "<line class=\"axis\" x1=\"%d\" x2=\"%.0f\" y1=\"%.0f\" y2=\"%.0f\"/>\n", LEFT,
            right, bottom, bottom);
    if (*p->unit)
        words(out, "y", LEFT - 8, TOP - 8, "end", p->unit);
    plot_zone_text(p, text);
    words(out, "x", right, HEIGHT - 14, "end", text);
}

/* Where nothing was recorded: from what was known last to what is known next. */
static void gaps(const struct plot *p, FILE *out)
{
    double note_from = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct plot_point *q = &p->points[i];
        if (q->what == PLOT_VALUE || q->what == PLOT_STARTED)
            continue;
        int64_t from = i ? p->points[i - 1].time : q->time,
                to = i + 1 < p->n ? p->points[i + 1].time : q->time;
        from =
            q->what == PLOT_STOPPED || q->what == PLOT_FAILURE || from > q->time ? q->time : from;
        to = to < q->time ? q->time : to;
        double x0 = across(p, from), x1 = across(p, to), x = across(p, q->time);
        if (x1 - x0 > 1)
            fprintf(out, "<rect class=\"gap\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                    x0, TOP, x1 - x0, HEIGHT - TOP - BOTTOM);
        fprintf(out,
                "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
                "y2=\"%d\"><title>%s</title></line>\n",
                x, x, TOP, HEIGHT - BOTTOM, plot_word((enum plot_what)q->what));
        bool before = x > WIDTH - 140;
        if (x < note_from)
            continue;
        words(out, "note", before ? x - 5 : x + 5, TOP + 12, before ? "end" : "start",
              plot_word((enum plot_what)q->what));
        note_from = x + 130;
    }
}

struct pen { /* one column of pixels being gathered                            */
    FILE *out;
    const struct plot *p;
    bool open;
    double x, first, least, most, last, from_x;
};

static void flush(struct pen *n)
{
    if (n->least < n->first || n->least < n->last)
        fprintf(n->out, "L%.1f %.1f", n->x, down(n->p, n->least));
    if (n->most > n->first || n->most > n->last)
        fprintf(n->out, "L%.1f %.1f", n->x, down(n->p, n->most));
    fprintf(n->out, "L%.1f %.1f", n->x, down(n->p, n->last));
}

static void end_run(struct pen *n, double until, bool area)
{
    if (!n->open)
        return;
    flush(n);
    if (n->p->steps && until > n->x) {
        fprintf(n->out, "H%.1f", until);
        n->x = until;
    }
    if (area)
        fprintf(n->out, "L%.1f %dL%.1f %dZ", n->x, HEIGHT - BOTTOM, n->from_x, HEIGHT - BOTTOM);
    n->open = false;
}

static void trace(const struct plot *p, FILE *out, bool area)
{
    struct pen n = {.out = out, .p = p};
    fprintf(out, "<path class=\"%s\" d=\"", area ? "area" : "line");
    for (size_t i = 0; i < p->n; i++) {
        const struct plot_point *q = &p->points[i];
        double x = floor(across(p, q->time) * 2) / 2, v = q->value;
        if (q->what != PLOT_VALUE || (n.open && x < n.x)) {
            end_run(&n, plot_holds(q->what) ? x : 0, area);
            if (q->what != PLOT_VALUE)
                continue;
        }
        if (n.open && x == n.x) {
            n.least = fmin(n.least, v);
            n.most = fmax(n.most, v);
            n.last = v;
            continue;
        }
        if (n.open) {
            flush(&n);
            if (p->steps)
                fprintf(out, "H%.1f", x);
            fprintf(out, "L%.1f %.1f", x, down(p, v));
        } else {
            fprintf(out, "M%.1f %.1f", x, down(p, v));
            n.from_x = x;
        }
        n = (struct pen){out, p, true, x, v, v, v, v, n.from_x};
    }
    end_run(&n, 0, area);
    fputs("\"/>\n", out);
}

void plot_svg(const struct plot *p, FILE *out)
{
    head(p, out);
    grid(p, out);
    gaps(p, out);
    trace(p, out, true);
    trace(p, out, false);
    for (size_t i = 0; i < p->n && p->values <= DOTS; i++)
        if (p->points[i].what == PLOT_VALUE)
            fprintf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.4\"/>\n",
                    across(p, p->points[i].time), down(p, p->points[i].value));
    fputs("</svg>\n", out);
}
