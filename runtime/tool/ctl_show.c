/* `bacrt list`, `status`, `audit`: what a running bacrt has and does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    c.json = json;
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
