/* `bacrt trend`: the logs there are, and what they recorded: a plot, CSV, JSON, SVG. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/date_text.h"
#include "runtime/tool/ctl.h"
#include "runtime/tool/plot.h"
#include "runtime/tool/replace.h"
#include "runtime/tool/terminal.h"

struct wish { /* what the command line asks for                                 */
    const char *name, *since, *until, *svg;
    bool buffer, json;
};
struct gathered {
    struct plot_point *points;
    size_t n, cap;
    struct json *page; /* the newest with records: what is said of the log, and its offset then  */
};

/* ---- pages ---- */

static struct json *ask_page(struct ctl *c, const struct wish *wish, double from, char **raw)
{
    uint8_t b[4096];
    struct wr w = wr_of(b, sizeof b);
    jw_open(&w, '{');
    jw_member_count(&w, "id", 1);
    jw_member(&w, "op", "trend");
    jw_member(&w, "name", wish->name);
    if (from > 0)
        jw_member_count(&w, "from", (uint64_t)from);
    if (wish->since)
        jw_member(&w, "since", wish->since);
    if (wish->until)
        jw_member(&w, "until", wish->until);
    jw_member_bool(&w, "buffer", wish->buffer);
    jw_close(&w, '}');
    return ctl_ask(c, &w, raw);
}

/* ---- list ---- */

static void print_log(const struct json *log)
{
    const struct json *of = json_get(log, "of");
    char every[32] = "";
    if (json_get(log, "interval"))
        snprintf(every, sizeof every, " %.10gs", json_value(log, "interval"));
    printf("%-28s %-9s%-8s %-8s %6.0f/%-6.0f %4.0f:%-14s %s %s\n", json_text(log, "name"),
           json_text(log, "logging"), every, json_text(log, "state"), json_value(log, "records"),
           json_value(log, "size"), json_value(log, "device"), json_text(log, "object"),
           json_text(of, "name"), json_text(of, "property"));
}

/* ---- JSON and CSV ---- */

/* A field of RFC 4180. */
static void field(FILE *out, const char *s)
{
    if (!strpbrk(s, ",\"\r\n")) {
        fputs(s, out);
        return;
    }
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"')
            fputc('"', out);
        fputc(*s, out);
    }
    fputc('"', out);
}

static void words(FILE *out, const struct json *list)
{
    for (const struct json *j = json_first(list); j; j = json_next(j))
        fprintf(out, "%s%s", json_string(j) ? json_string(j) : "", json_next(j) ? " " : "");
}

static void csv_row(FILE *out, const struct json *r)
{
    const struct json *value = json_get(r, "value");
    double d;
    bool b;
    fprintf(out, "%.0f,%s,", json_value(r, "n"), json_text(r, "time"));
    if (json_bool(value, &b))
        fputs(b ? "true" : "false", out);
    else if (json_number(value, &d))
        fprintf(out, "%.*g", fabs(d) < 1e15 && d == floor(d) ? 15 : 9, d);
    else
        field(out, json_string(value) ? json_string(value) : json_text(r, "encoded"));
    fputc(',', out);
    field(out, json_text(r, "text"));
    fputc(',', out);
    words(out, json_get(r, "flags"));
    fputc(',', out);
    if (json_get(r, "status"))
        fputs(json_first(json_get(r, "status")) ? "" : "log-enabled", out);
    words(out, json_get(r, "status"));
    if (json_number(json_get(r, "timeChange"), &d))
        fprintf(out, "time-change %+.9g", d);
    if (json_get(r, "failure"))
        fprintf(out, "failure %s", json_text(r, "failure"));
    fputs("\r\n", out);
}

/* Pages one after the other, as they come. */
static int stream(struct ctl *c, const struct wish *wish)
{
    double next = 0;
    bool any = false, head = false;
    do {
        char *raw = NULL;
        struct json *j = ask_page(c, wish, next, &raw);
        if (!j)
            return 1;
        const struct json *result = json_get(j, "result");
        const struct json *first = json_first(json_get(result, "records"));
        char *from = raw ? strstr(raw, ",\"records\":[") : NULL,
             *end = raw ? strrchr(raw, ']') : NULL;
        if (wish->json && from && end) {
            from += sizeof ",\"records\":[" - 1;
            if (!head)
                printf("%.*s\n", (int)(from - raw), raw);
            printf("%s%.*s", any && first ? ",\n" : "", (int)(end - from), from);
        } else if (!wish->json && !head) {
            printf("sequence,time,value,text,flags,event\r\n");
        }
        head = true;
        any |= first != NULL;
        for (const struct json *r = wish->json ? NULL : first; r; r = json_next(r))
            csv_row(stdout, r);
        next = json_value(result, "next");
        json_free(j);
    } while (next > 0);
    if (wish->json)
        printf("\n]}\n");
    return fflush(stdout) != 0;
}

/* ---- pictures ---- */

static enum plot_what status_of(const struct json *status)
{
    enum plot_what what = PLOT_STARTED;
    for (const struct json *j = json_first(status); j; j = json_next(j)) {
        const char *s = json_string(j);
        if (s && !strcmp(s, "log-interrupted"))
            return PLOT_INTERRUPTED;
        if (s && !strcmp(s, "buffer-purged"))
            what = PLOT_PURGED;
        else if (s && what != PLOT_PURGED)
            what = PLOT_STOPPED;
    }
    return what;
}

/* False: nothing that can be drawn, which a plot passes over. */
static bool point_of(const struct json *r, struct plot_point *out)
{
    const struct json *value = json_get(r, "value");
    bool b;
    *out = (struct plot_point){.what = PLOT_VALUE};
    if (!date_text_read(json_text(r, "time"), &out->time))
        return false;
    if (json_get(r, "status"))
        out->what = (uint8_t)status_of(json_get(r, "status"));
    else if (json_get(r, "timeChange"))
        out->what = PLOT_CLOCK;
    else if (json_get(r, "failure"))
        out->what = PLOT_FAILURE;
    else if (json_bool(value, &b))
        out->value = b;
    else
        return json_number(value, &out->value);
    return true;
}

static bool gather_page(struct gathered *g, const struct json *records)
{
    for (const struct json *r = json_first(records); r; r = json_next(r)) {
        if (g->n == g->cap) {
            size_t cap = g->cap ? g->cap * 2 : 4096;
            struct plot_point *more = realloc(g->points, cap * sizeof *more);
            if (!more)
                return false;
            g->points = more;
            g->cap = cap;
        }
        g->n += point_of(r, &g->points[g->n]);
    }
    return true;
}

static bool gather(struct ctl *c, const struct wish *wish, struct gathered *g)
{
    double next = 0;
    do {
        struct json *j = ask_page(c, wish, next, NULL);
        const struct json *records = json_get(json_get(j, "result"), "records");
        bool good = j && gather_page(g, records);
        next = json_value(json_get(j, "result"), "next");
        if (!g->page || json_first(records)) {
            json_free(g->page);
            g->page = j;
        } else {
            json_free(j);
        }
        if (!good)
            return false;
    } while (next > 0);
    return true;
}

static size_t take_states(const struct json *states, struct plot_state *out, size_t cap)
{
    size_t n = 0;
    for (const struct json *s = json_first(states); s && n < cap; s = json_next(s)) {
        struct plot_state one = {json_value(s, "value"), json_text(s, "text")};
        size_t at = n++;
        for (; at && out[at - 1].value > one.value; at--)
            out[at] = out[at - 1];
        out[at] = one;
    }
    return n;
}

static int write_svg(const struct plot *p, const char *path)
{
    struct replace r;
    if (!replace_open(&r, path))
        return 1;
    plot_svg(p, r.out);
    return !replace_close(&r, true);
}

static int picture(struct ctl *c, const struct wish *wish)
{
    enum { STATES = 256 };
    static struct plot_state states[STATES];
    struct gathered g = {0};
    char subtitle[1024];
    int width, height, status = 1;
    if (gather(c, wish, &g)) {
        const struct json *log = json_get(json_get(g.page, "result"), "log");
        const struct json *of = json_get(log, "of");
        struct plot p = {.title = json_text(log, "name"),
                         .subtitle = subtitle,
                         .unit = json_text(log, "unit"),
                         .offset = (int32_t)json_value(log, "utcOffset"),
                         .points = g.points,
                         .n = g.n};
        bool steps = false;
        (void)json_bool(json_get(log, "steps"), &steps);
        p.steps = steps || !strcmp(json_text(log, "logging"), "cov");
        p.states = states;
        p.n_states = take_states(json_get(log, "states"), states, STATES);
        snprintf(subtitle, sizeof subtitle, "%s %s", json_text(of, "name"), json_text(of, "property"));
        terminal_size(&width, &height);
        height = !height ? 14 : height > 24 ? height / 2 : 12;
        status = 0;
        if (!plot_scale(&p, wish->svg ? 6 : height / 2, wish->svg ? 9 : width / 10))
            printf("%s: nothing recorded that can be drawn\n", p.title);
        else if (wish->svg)
            status = write_svg(&p, wish->svg);
        else
            plot_terminal(&p, stdout, width, height, terminal_is_utf8());
    }
    json_free(g.page);
    free(g.points);
    return status;
}

/* ---- the command ---- */

static int run(struct ctl *c, const char *what, const struct wish *wish)
{
    if (!strcmp(what, "list"))
        return ctl_list(c, "trends", "logs", wish->name, print_log);
    if (wish->svg)
        return picture(c, wish);
    return !strcmp(what, "export") || wish->json ? stream(c, wish) : picture(c, wish);
}

int cmd_trend(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    struct wish wish = {0};
    struct ctl c;
    bool helped;
    int n;
    const struct option_row rows[] = {
        {"control", &path, NULL},     {"json", NULL, &wish.json}, {"since", &wish.since, NULL},
        {"until", &wish.until, NULL}, {"svg", &wish.svg, NULL},   {"buffer", NULL, &wish.buffer},
    };
    if (!options_take(verb, rows, sizeof rows / sizeof *rows, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    const char *what = n ? argv[0] : "";
    bool lists = !strcmp(what, "list");
    if ((!lists && strcmp(what, "show") && strcmp(what, "export")) || n > 2 || (!lists && n != 2)) {
        fprintf(stderr,
                "bacrt trend: list [PATTERN], show NAME or export NAME; see bacrt trend --help\n");
        return 1;
    }
    wish.name = n > 1 ? argv[1] : NULL;
    if (!ctl_open(&c, path))
        return 1;
    c.json = wish.json;
    int status = run(&c, what, &wish);
    ctl_close(&c);
    return status;
}
