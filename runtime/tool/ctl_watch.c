/* `bacrt watch`: values as they change and who writes them. A table where there is a terminal, else a
 * line for each event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/tool/watch.h"

enum { REQUEST = 65536, PAGE = 1000 };

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- rows ---- */

static uint32_t spread(const char *name)
{
    uint32_t h = 2166136261u;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return h ^ h >> 15;
}

static void enter(struct watch *w, uint32_t i)
{
    uint32_t h = spread(w->rows[i].name);
    if (!w->hash)
        return;                 /* grow() made it */
    while (w->hash[h & w->mask])
        h++;
    w->hash[h & w->mask] = i + 1;
}

static bool grow(struct watch *w)
{
    uint32_t cap = w->cap ? w->cap * 2 : 256;
    struct watch_row *rows = realloc(w->rows, cap * sizeof *rows);
    if (!rows)
        return false;
    w->rows = rows;
    uint32_t *hash = calloc((size_t)cap * 2, sizeof *hash);
    if (!hash)
        return false;
    free(w->hash);
    w->hash = hash;
    w->mask = cap * 2 - 1;
    w->cap = cap;
    for (uint32_t i = 0; i < w->n; i++)
        enter(w, i);
    return true;
}

/* Found, or new at the end; NULL: no memory. */
static struct watch_row *row_of(struct watch *w, const char *name)
{
    if (w->hash)
        for (uint32_t h = spread(name); w->hash[h & w->mask]; h++) {
            struct watch_row *r = &w->rows[w->hash[h & w->mask] - 1];
            if (!strcmp(r->name, name))
                return r;
        }
    if (w->n == w->cap && !grow(w))
        return NULL;
    char *copy = strdup(name);
    if (!copy)
        return NULL;
    w->rows[w->n] = (struct watch_row){.name = copy};
    enter(w, w->n);
    return &w->rows[w->n++];
}

static void take_point(struct watch *w, const struct json *p, bool change)
{
    const struct json *v = json_get(p, "value");
    struct watch_row *r = row_of(w, json_text(p, "name"));
    double d;
    bool b;
    if (!r)
        return;
    if (json_bool(v, &b))
        snprintf(r->value, sizeof r->value, "%s", b ? "true" : "false");
    else if (json_number(v, &d))
        snprintf(r->value, sizeof r->value, "%.7g", d);
    snprintf(r->unit, sizeof r->unit, "%s", json_text(p, "unit"));
    snprintf(r->state, sizeof r->state, "%s", json_text(p, "text"));
    snprintf(r->quality, sizeof r->quality, "%s",
             strcmp(json_text(p, "quality"), "good") ? json_text(p, "quality") : "");
    snprintf(r->by, sizeof r->by, "%s", json_text(p, "by"));
    snprintf(r->time, sizeof r->time, "%s", json_text(p, "time"));
    r->manual = !strcmp(json_text(p, "mode"), "manual");
    r->told_ms = change ? now_ms() : 0;
}

/* ---- events ---- */

static void alarm_text(const struct json *e, char *text, size_t n)
{
    snprintf(text, n, "%-28.28s %s -> %s  %s  priority %.0f  %s  %s", json_text(e, "name"),
             json_text(e, "from"), json_text(e, "to"), json_text(e, "state"), json_value(e, "priority"),
             json_text(e, "time"), json_text(e, "text"));
}

static void write_text(const struct json *e, char *text, size_t n)
{
    char priority[16] = "";
    if (json_value(e, "priority") > 0)
        snprintf(priority, sizeof priority, " @%.0f", json_value(e, "priority"));
    snprintf(text, n, "%-8s %s %s %s%s %s -> %s %s", json_text(e, "event"), json_text(e, "who"),
             json_text(e, "name"), json_text(e, "property"), priority, json_text(e, "old"),
             json_text(e, "new"), json_text(e, "result"));
}

static void take_news(struct watch *w, const struct json *e, const char *kind)
{
    struct watch_news *news = &w->news[w->n_news % WATCH_NEWS];
    news->alarm = !strcmp(kind, "alarm");
    if (news->alarm)
        alarm_text(e, news->text, sizeof news->text);
    else if (!strcmp(kind, "device"))
        snprintf(news->text, sizeof news->text, "device   %.0f is %s", json_value(e, "instance"),
                 json_text(e, "status"));
    else if (!strcmp(kind, "reloaded"))
        snprintf(news->text, sizeof news->text, "reloaded another image is served");
    else
        write_text(e, news->text, sizeof news->text);
    w->n_news++;
}

static bool subscribe(struct ctl *c, int n, char **names)
{
    static uint8_t b[REQUEST];
    struct wr w = wr_of(b, sizeof b);
    jw_open(&w, '{');
    jw_member(&w, "op", "subscribe");
    if (n) {
        jw_key(&w, "names");
        jw_open(&w, '[');
        for (int i = 0; i < n; i++)
            jw_text(&w, names[i]);
        jw_close(&w, ']');
    }
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, NULL);
    json_free(j);
    return j != NULL;
}

bool watch_take(struct ctl *c, struct watch *w)
{
    char *line = ctl_line(c);
    struct json *j = line ? ctl_parse(c, line) : NULL;
    const char *kind = json_text(j, "event");
    if (!strcmp(kind, "value"))
        take_point(w, json_get(j, "point"), true);
    else if (!strcmp(kind, "missed"))
        w->missed += (uint64_t)json_value(j, "count");
    else if (*kind)
        take_news(w, j, kind);
    json_free(j);
    return line != NULL;
}

/* ---- lines ---- */

static void print_row(const struct watch_row *r)
{
    printf("%-28s %12s %-10s %-10s %-8s %-8s %s\n", r->name, r->value, r->unit, r->state, r->quality,
           r->manual ? "manual" : "", r->time);
}

static void print_event(const struct json *e)
{
    static struct watch one;            /* whatever is told, a row of its own */
    const char *kind = json_text(e, "event");
    char text[WATCH_TEXT];
    if (!strcmp(kind, "value")) {
        const struct json *p = json_get(e, "point");
        take_point(&one, p, true);
        struct watch_row *r = row_of(&one, json_text(p, "name"));
        if (r)
            print_row(r);
    } else if (!strcmp(kind, "alarm")) {
        alarm_text(e, text, sizeof text);
        printf("alarm    %s\n", text);
    } else if (!strcmp(kind, "missed")) {
        printf("missed   %.0f events\n", json_value(e, "count"));
    } else {
        write_text(e, text, sizeof text);
        printf("%s\n", text);
    }
    fflush(stdout);
}

static int print_all(struct ctl *c)
{
    for (char *line; (line = ctl_line(c));) {
        if (c->json) {
            printf("%s\n", line);
            fflush(stdout);
            continue;
        }
        struct json *j = ctl_parse(c, line);
        if (j)
            print_event(j);
        json_free(j);
    }
    fprintf(stderr, "bacrt: the connection ended\n");
    return 1;
}

/* ---- the command ---- */

/* The named points, or all of them, page by page. */
static bool first_rows(struct ctl *c, struct watch *s, int n, char **names)
{
    static uint8_t b[REQUEST];
    double next = 0;
    for (bool more = true; more;) {
        struct wr w = wr_of(b, sizeof b);
        jw_open(&w, '{');
        jw_member(&w, "op", n ? "get" : "list");
        if (!n) {
            jw_member_count(&w, "offset", (uint64_t)next);
            jw_member_count(&w, "limit", PAGE);
        }
        jw_key(&w, "names");
        jw_open(&w, '[');
        for (int i = 0; i < n; i++)
            jw_text(&w, names[i]);
        jw_close(&w, ']');
        jw_close(&w, '}');
        struct json *j = ctl_ask(c, &w, NULL);
        const struct json *result = json_get(j, "result"), *p = json_first(json_get(result, "values"));
        if (!j)
            return false;
        for (; p; p = json_next(p))
            if (!json_get(p, "error"))
                take_point(s, p, false);
        more = !n && json_number(json_get(result, "next"), &next);
        json_free(j);
    }
    return true;
}

int cmd_watch(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false, helped;
    int n, status = 1;
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json}};
    struct ctl c;
    struct watch s = {0};
    if (!options_take(verb, rows, 2, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (!ctl_open(&c, path))
        return 1;
    c.json = json;
    bool good = (json || first_rows(&c, &s, n, argv)) && subscribe(&c, n, argv);
    bool table = good && !json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
                 watch_screen(&c, &s, &status);
    for (uint32_t i = 0; good && !table && i < s.n; i++)
        print_row(&s.rows[i]);
    fflush(stdout);
    if (good && !table)
        status = print_all(&c);
    ctl_close(&c);
    for (uint32_t i = 0; i < s.n; i++)
        free(s.rows[i].name);
    free(s.rows);
    free(s.hash);
    return status;
}
