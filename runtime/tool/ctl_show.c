/* `bacrt list`, `status`, `audit`, `watch`: what a running bacrt has and does. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runtime/tool/ctl.h"

/* Options that all of them have; false: *status is the exit status. */
static bool begin(const struct verb *verb, const struct option_row *rows, size_t n_rows, int argc,
                  char **argv, int *n, int *status)
{
    bool helped;
    *status = 1;
    if (!options_take(verb, rows, n_rows, argc, argv, n, &helped))
        return false;
    *status = 0;
    return !helped;
}

static const char *text_of(const struct json *o, const char *key)
{
    const char *s = json_string(json_get(o, key));
    return s ? s : "";
}

static double number_of(const struct json *o, const char *key)
{
    double d = 0;
    (void)json_number(json_get(o, key), &d);
    return d;
}

/* ---- list ---- */

/* One page; the offset of the next, or -1; -2: it failed. */
static double list_page(struct ctl *c, const char *pattern, const char *device, double offset,
                        bool *any)
{
    uint8_t b[4096];
    struct wr w = wr_of(b, sizeof b);
    char *raw = NULL;
    double next = -1;
    jw_open(&w, '{');
    jw_member(&w, "op", "list");
    jw_member_count(&w, "id", 1);
    jw_member_count(&w, "offset", (uint64_t)offset);
    if (pattern)
        jw_member(&w, "pattern", pattern);
    if (device)
        jw_member(&w, "device", device);
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, &raw);
    if (!j)
        return -2;
    const struct json *result = json_get(j, "result");
    (void)json_number(json_get(result, "next"), &next);
    const struct json *first = json_first(json_get(result, "values"));
    if (c->json && first && raw) {
        char *from = strchr(raw, '['), *end = NULL;
        for (char *s = from; s && (s = strstr(s, "],\"next\":")); s++)
            end = s;
        if (end)
            printf("%s%.*s", *any ? ",\n" : "", (int)(end - from - 1), from + 1);
    }
    for (const struct json *p = c->json ? NULL : first; p; p = json_next(p))
        ctl_print_point(p);
    *any |= first != NULL;
    json_free(j);
    return next;
}

int cmd_list(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL, *device = NULL;
    bool json = false, any = false;
    int n, status;
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json},
                                      {"device", &device, NULL}};
    struct ctl c;
    double at = 0;
    if (!begin(verb, rows, 3, argc, argv, &n, &status))
        return status;
    if (!ctl_open(&c, path))
        return 1;
    c.json = json;
    if (json)
        printf("[");
    do
        at = list_page(&c, n ? argv[0] : NULL, device, at, &any);
    while (at >= 0);
    if (json)
        printf("]\n");
    ctl_close(&c);
    return at == -2;
}

/* ---- status ---- */

static int simple(const struct verb *verb, const char *path, struct wr *w, bool json,
                  void (*print)(const struct json *result))
{
    struct ctl c;
    char *raw = NULL;
    (void)verb;
    if (!ctl_open(&c, path))
        return 1;
    struct json *j = ctl_ask(&c, w, &raw);
    if (j && json)
        printf("%s\n", raw);
    else if (j)
        print(json_get(j, "result"));
    int status = !j;
    json_free(j);
    ctl_close(&c);
    return status;
}

static void print_status(const struct json *r)
{
    const struct json *storage = json_get(r, "storage");
    printf("bacrt %s, since %s\n", text_of(r, "version"), text_of(r, "started"));
    printf("image    %s (%s, %s)\n", text_of(r, "image"), text_of(r, "project"), text_of(r, "plc"));
    printf("data     %s\n", text_of(r, "data"));
    for (const struct json *p = json_first(json_get(r, "ports")); p; p = json_next(p))
        printf("port     %s\n", json_string(p));
    for (const struct json *d = json_first(json_get(r, "devices")); d; d = json_next(d))
        printf("device   %s %.0f %s%s%s, %.0f objects, revision %.0f\n", text_of(d, "name"),
               number_of(d, "instance"), text_of(d, "status"), *text_of(d, "reason") ? ": " : "",
               text_of(d, "reason"), number_of(d, "objects"), number_of(d, "revision"));
    for (const struct json *s = json_first(json_get(r, "sources")); s; s = json_next(s))
        printf("source   %s %s %s %s\n", text_of(s, "source"), text_of(s, "kind"),
               text_of(s, "state"), text_of(s, "reason"));
    printf("storage  %s%s%s\n", text_of(storage, "state"), *text_of(storage, "reason") ? ": " : "",
           text_of(storage, "reason"));
    const struct json *counters = json_get(r, "counters");
    for (const struct json *k = json_first(counters); k; k = json_next(k)) {
        double v = 0;
        if (json_number(k, &v) && v > 0)
            printf("%-24s %.0f\n", json_key(k), v);
    }
}

int cmd_status(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false;
    int n, status;
    uint8_t b[128];
    struct wr w = wr_of(b, sizeof b);
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json}};
    if (!begin(verb, rows, 2, argc, argv, &n, &status))
        return status;
    jw_raw(&w, "{\"id\":1,\"op\":\"status\"}");
    return simple(verb, path, &w, json, print_status);
}

/* ---- audit ---- */

static void print_audit(const struct json *r)
{
    for (const struct json *e = json_first(json_get(r, "entries")); e; e = json_next(e)) {
        printf("%s  %-6s %-22s %s", text_of(e, "time"), text_of(e, "kind"), text_of(e, "who"),
               text_of(e, "name"));
        if (*text_of(e, "object"))
            printf(" %.0f:%s", number_of(e, "device"), text_of(e, "object"));
        if (*text_of(e, "property"))
            printf(" %s", text_of(e, "property"));
        if (number_of(e, "priority") > 0)
            printf(" @%.0f", number_of(e, "priority"));
        printf("  %s -> %s  %s\n", text_of(e, "old"), text_of(e, "new"), text_of(e, "result"));
    }
    if (json_get(r, "next"))
        printf("(more: --from %.0f)\n", number_of(r, "next"));
}

int cmd_audit(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL, *limit = NULL, *from = NULL;
    const char *words[4] = {NULL};
    static const char *const keys[4] = {"since", "until", "kind", "device"};
    bool json = false;
    int n, status;
    unsigned long v;
    uint8_t b[4096];
    struct wr w = wr_of(b, sizeof b);
    const struct option_row rows[] = {
        {"control", &path, NULL},   {"json", NULL, &json},      {"limit", &limit, NULL},
        {"since", &words[0], NULL}, {"until", &words[1], NULL}, {"kind", &words[2], NULL},
        {"device", &words[3], NULL}, {"from", &from, NULL},
    };
    if (!begin(verb, rows, sizeof rows / sizeof *rows, argc, argv, &n, &status))
        return status;
    jw_open(&w, '{');
    jw_member(&w, "op", "audit");
    jw_member_count(&w, "id", 1);
    if (n)
        jw_member(&w, "name", argv[0]);
    for (unsigned i = 0; i < 4; i++)
        if (words[i])
            jw_member(&w, keys[i], words[i]);
    if ((limit && !options_number(limit, 1, 200, &v)) ||
        (from && !options_number(from, 1, 1ul << 50, &v))) {
        fprintf(stderr, "bacrt audit: --limit 1 to 200, --from a number\n");
        return 1;
    }
    if (limit && options_number(limit, 1, 200, &v))
        jw_member_count(&w, "limit", v);
    if (from && options_number(from, 1, 1ul << 50, &v))
        jw_member_count(&w, "from", v);
    jw_close(&w, '}');
    return simple(verb, path, &w, json, print_audit);
}

/* ---- watch ---- */

enum { ROWS = 512, ROW_TEXT = 200, NEWS = 5 };
struct screen {
    char name[ROWS][64], row[ROWS][ROW_TEXT];
    char news[NEWS][ROW_TEXT];  /* the last alarms, below the table                               */
    int n, n_news;
    bool table;
};

static void point_text(const struct json *p, char *text, size_t n)
{
    const struct json *v = json_get(p, "value");
    char value[64] = "";
    double d;
    bool b;
    if (json_bool(v, &b))
        snprintf(value, sizeof value, "%s", b ? "true" : "false");
    else if (json_number(v, &d))
        snprintf(value, sizeof value, "%.7g", d);
    snprintf(text, n, "%-28.28s %12s %-10.10s %-10.10s %-8s %-8s %s", text_of(p, "name"), value,
             text_of(p, "unit"), text_of(p, "text"),
             strcmp(text_of(p, "quality"), "good") ? text_of(p, "quality") : "",
             strcmp(text_of(p, "mode"), "manual") ? "" : "manual", text_of(p, "time"));
}

static void draw(const struct screen *s)
{
    struct winsize size;
    int rows = !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row > 2 ? size.ws_row - 2 : 22;
    int news = s->n_news < NEWS ? s->n_news : NEWS;
    rows -= news && rows > NEWS + 1 ? news + 1 : 0;
    printf("\033[H\033[1m%-28s %12s %-10s %-10s %-8s %-8s %s\033[0m\033[K\n", "name", "value", "unit",
           "state", "quality", "mode", "changed");
    for (int i = 0; i < s->n && i < rows; i++)
        printf("%s\033[K\n", s->row[i]);
    if (news)
        printf("\033[1malarms\033[0m\033[K\n");
    for (int i = s->n_news - news; i < s->n_news; i++)
        printf("%s\033[K\n", s->news[i % NEWS]);
    printf("\033[J");
    fflush(stdout);
}

static void put_row(struct screen *s, const struct json *p)
{
    const char *name = text_of(p, "name");
    int i = 0;
    while (i < s->n && strncmp(s->name[i], name, sizeof s->name[i] - 1))
        i++;
    if (i == ROWS)
        return;
    s->n += i == s->n;
    snprintf(s->name[i], sizeof s->name[i], "%s", name);
    point_text(p, s->row[i], ROW_TEXT);
}

static void alarm_text(const struct json *e, char *text, size_t n)
{
    double priority = 0;
    (void)json_number(json_get(e, "priority"), &priority);
    snprintf(text, n, "%-28.28s %s -> %s  %s  priority %.0f  %s  %s", text_of(e, "name"),
             text_of(e, "from"), text_of(e, "to"), text_of(e, "state"), priority, text_of(e, "time"),
             text_of(e, "text"));
}

static void print_event(const struct json *e)
{
    const char *kind = text_of(e, "event");
    char text[ROW_TEXT];
    if (!strcmp(kind, "value")) {
        point_text(json_get(e, "point"), text, sizeof text);
        printf("%s\n", text);
    } else if (!strcmp(kind, "alarm")) {
        alarm_text(e, text, sizeof text);
        printf("alarm    %s\n", text);
    } else {
        printf("%-8s %s %s %s %s -> %s %s\n", kind, text_of(e, "who"), text_of(e, "name"),
               text_of(e, "property"), text_of(e, "old"), text_of(e, "new"), text_of(e, "result"));
    }
    fflush(stdout);
}

static void first_rows(struct ctl *c, struct screen *s, int n, char **names)
{
    uint8_t b[65536];
    struct wr w = wr_of(b, sizeof b);
    jw_open(&w, '{');
    jw_member(&w, "op", n ? "get" : "list");
    jw_key(&w, "names");
    jw_open(&w, '[');
    for (int i = 0; i < n; i++)
        jw_text(&w, names[i]);
    jw_close(&w, ']');
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, NULL);
    for (const struct json *p = json_first(json_get(json_get(j, "result"), "values")); p;
         p = json_next(p))
        if (!json_get(p, "error"))
            put_row(s, p);
    json_free(j);
}

static int follow(struct ctl *c, struct screen *s)
{
    char *line;
    while ((line = ctl_line(c))) {
        if (c->json) {
            printf("%s\n", line);
            fflush(stdout);
            continue;
        }
        struct json *j = ctl_parse(c, line);
        if (s->table && json_get(j, "point")) {
            put_row(s, json_get(j, "point"));
            if (!memchr(c->in + c->at, '\n', c->n - c->at))
                draw(s);
        } else if (s->table && !strcmp(text_of(j, "event"), "alarm")) {
            alarm_text(j, s->news[s->n_news % NEWS], ROW_TEXT);
            s->n_news++;
            if (!memchr(c->in + c->at, '\n', c->n - c->at))
                draw(s);
        } else if (!s->table && j) {
            print_event(j);
        }
        json_free(j);
    }
    fprintf(stderr, "bacrt: the connection ended\n");
    return 1;
}

int cmd_watch(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false;
    int n, status;
    uint8_t b[65536];
    struct wr w = wr_of(b, sizeof b);
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json}};
    struct ctl c;
    if (!begin(verb, rows, 2, argc, argv, &n, &status))
        return status;
    struct screen *s = calloc(1, sizeof *s);
    if (!s || !ctl_open(&c, path)) {
        free(s);
        return 1;
    }
    c.json = json;
    s->table = !json && isatty(STDOUT_FILENO);
    if (!json)
        first_rows(&c, s, n, argv);
    jw_open(&w, '{');
    jw_member(&w, "op", "subscribe");
    if (n) {
        jw_key(&w, "names");
        jw_open(&w, '[');
        for (int i = 0; i < n; i++)
            jw_text(&w, argv[i]);
        jw_close(&w, ']');
    }
    jw_close(&w, '}');
    struct json *j = ctl_ask(&c, &w, NULL);
    status = 1;
    if (j && s->table)
        printf("\033[2J"), draw(s);
    for (int i = 0; j && !s->table && !json && i < s->n; i++)
        printf("%s\n", s->row[i]);
    fflush(stdout);
    if (j)
        status = follow(&c, s);
    json_free(j);
    ctl_close(&c);
    free(s);
    return status;
}
