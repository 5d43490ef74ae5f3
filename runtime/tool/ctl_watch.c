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

static void print_row(const struct watch_row *r)
{
    printf("%-28s %12s %-10s %-10s %-8s %-8s %s\n", r->name, r->value, r->unit, r->state, r->quality,
           r->manual ? "manual" : "", r->time);
}

/* Where there is no table it is printed if it is told, or not as it was. */
static void take_point(struct watch *w, const struct json *p, bool change)
{
    const struct json *v = json_get(p, "value");
    struct watch_row *r = row_of(w, json_text(p, "name"));
    double d;
    bool b;
    if (!r)
        return;
    struct watch_row was = *r;
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
    r->known = true;
    if (w->lines && (change || strcmp(was.value, r->value) || strcmp(was.state, r->state) ||
                     strcmp(was.quality, r->quality) || was.manual != r->manual || !was.known))
        print_row(r);
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

static void event_text(const struct json *e, const char *kind, char *text, size_t n)
{
    if (!strcmp(kind, "device"))
        snprintf(text, n, "device   %.0f is %s", json_value(e, "instance"), json_text(e, "status"));
    else if (!strcmp(kind, "reloaded"))
        snprintf(text, n, "reloaded another image is served");
    else
        write_text(e, text, n);
}

static void take_news(struct watch *w, const struct json *e, const char *kind)
{
    struct watch_news *news = &w->news[w->n_news % WATCH_NEWS];
    news->alarm = !strcmp(kind, "alarm");
    if (news->alarm)
        alarm_text(e, news->text, sizeof news->text);
    else
        event_text(e, kind, news->text, sizeof news->text);
    w->n_news++;
}

static void print_event(const struct json *e, const char *kind)
{
    char text[WATCH_TEXT];
    if (!strcmp(kind, "alarm")) {
        alarm_text(e, text, sizeof text);
        printf("alarm    %s\n", text);
    } else {
        event_text(e, kind, text, sizeof text);
        printf("%s\n", text);
    }
}

static void take_event(void *ctx, const struct json *e)
{
    struct watch *w = ctx;
    const char *kind = json_text(e, "event");
    if (!*kind)
        return;
    w->anew |= !strcmp(kind, "reloaded");
    if (!strcmp(kind, "value")) {
        take_point(w, json_get(e, "point"), true);
    } else if (!strcmp(kind, "missed")) {
        w->missed += (uint64_t)json_value(e, "count");
        if (w->lines)
            printf("missed   %.0f events\n", json_value(e, "count"));
    } else if (w->lines) {
        print_event(e, kind);
    } else {
        take_news(w, e, kind);
    }
}

bool watch_take(struct ctl *c, struct watch *w)
{
    char *line = ctl_line(c);
    struct json *j = line ? ctl_parse(c, line) : NULL;
    take_event(w, j);
    json_free(j);
    return line != NULL;
}

/* ---- asking ---- */

static void put_names(const struct watch *s, struct wr *w)
{
    jw_key(w, "names");
    jw_open(w, '[');
    for (int i = 0; i < s->n_names; i++)
        jw_text(w, s->names[i]);
    jw_close(w, ']');
}

static bool subscribe(struct ctl *c, const struct watch *s)
{
    static uint8_t b[REQUEST];
    struct wr w = wr_of(b, sizeof b);
    jw_open(&w, '{');
    jw_member(&w, "op", "subscribe");
    if (s->n_names)
        put_names(s, &w);
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, NULL);
    json_free(j);
    return j != NULL;
}

/* The named points, or all of them, page by page. */
static bool first_rows(struct ctl *c, struct watch *s)
{
    static uint8_t b[REQUEST];
    double next = 0;
    for (bool more = true; more;) {
        struct wr w = wr_of(b, sizeof b);
        jw_open(&w, '{');
        jw_member(&w, "op", s->n_names ? "get" : "list");
        if (s->n_names) {
            put_names(s, &w);
        } else {
            jw_member_count(&w, "offset", (uint64_t)next);
            jw_member_count(&w, "limit", PAGE);
        }
        jw_close(&w, '}');
        struct json *j = ctl_ask(c, &w, NULL);
        const struct json *result = json_get(j, "result"), *p = json_first(json_get(result, "values"));
        if (!j)
            return false;
        for (; p; p = json_next(p))
            if (!json_get(p, "error"))
                take_point(s, p, false);
        more = !s->n_names && json_number(json_get(result, "next"), &next);
        json_free(j);
    }
    return true;
}

/* First of all it listens: what changes while the points come is not missed. Another image has other
 * points: those of a table are gathered anew, of lines only what is other than before is said. */
bool watch_begin(struct ctl *c, struct watch *w)
{
    w->anew = false;
    for (uint32_t i = 0; !w->lines && i < w->n; i++)
        free(w->rows[i].name);
    if (!w->lines && w->hash) {
        w->n = 0;
        memset(w->hash, 0, (size_t)(w->mask + 1) * sizeof *w->hash);
    }
    return subscribe(c, w) && first_rows(c, w);
}

/* ---- lines ---- */

static void print_copy(void *ctx, const struct json *e)
{
    static uint8_t b[REQUEST];
    struct wr w = wr_of(b, sizeof b);
    struct watch *s = ctx;
    s->anew |= !strcmp(json_text(e, "event"), "reloaded");
    ctl_copy(e, &w);
    if (wr_fits(&w))
        printf("%.*s\n", (int)w.len, (const char *)b);
}

static int print_json(struct ctl *c, struct watch *s)
{
    for (char *line; (line = ctl_line(c));) {
        struct json *j = ctl_parse(c, line);
        printf("%s\n", line);
        s->anew = s->n_names && !strcmp(json_text(j, "event"), "reloaded");
        json_free(j);
        while (s->anew) {
            s->anew = false;
            if (!subscribe(c, s))
                return 1;
        }
        if (fflush(stdout))
            return 1;
    }
    fprintf(stderr, "bacrt: the connection ended\n");
    return 1;
}

static int print_all(struct ctl *c, struct watch *w)
{
    do
        if (fflush(stdout) || (w->anew && !watch_begin(c, w)))
            return 1;
    while (w->anew || watch_take(c, w));
    fprintf(stderr, "bacrt: the connection ended\n");
    return 1;
}

/* ---- the command ---- */

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
    s.n_names = n;
    s.names = argv;
    s.lines = json || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO);
    c.json = json;
    c.told = json ? print_copy : take_event;
    c.ctx = &s;
    bool good = json ? subscribe(&c, &s) : watch_begin(&c, &s);
    if (good && !s.lines && !watch_screen(&c, &s, &status)) {
        s.lines = true;         /* a terminal that nobody knows */
        for (uint32_t i = 0; i < s.n; i++)
            print_row(&s.rows[i]);
    }
    if (good && s.lines)
        status = json ? print_json(&c, &s) : print_all(&c, &s);
    ctl_close(&c);
    for (uint32_t i = 0; i < s.n; i++)
        free(s.rows[i].name);
    free(s.rows);
    free(s.hash);
    return status;
}
