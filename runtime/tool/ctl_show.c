/* `bacrt list`, `status`: what a running bacrt has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tool/ctl.h"

/* Options and so many words at most; false: *status is the exit status. */
static bool begin(const struct verb *verb, const struct option_row *rows, size_t n_rows, int argc,
                  char **argv, int *n, int most, int *status)
{
    bool helped;
    *status = 1;
    if (!options_take(verb, rows, n_rows, argc, argv, n, &helped) || (!helped && !ctl_words(verb, *n, most)))
        return false;
    *status = 0;
    return !helped;
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
    if (!begin(verb, rows, 3, argc, argv, &n, 1, &status))
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

static void print_status(const struct json *r)
{
    const struct json *storage = json_get(r, "storage");
    printf("bacrt %s, since %s\n", json_text(r, "version"), json_text(r, "started"));
    printf("image    %s (%s, %s)\n", json_text(r, "image"), json_text(r, "project"), json_text(r, "plc"));
    printf("data     %s\n", json_text(r, "data"));
    for (const struct json *p = json_first(json_get(r, "ports")); p; p = json_next(p))
        printf("port     %s\n", json_string(p));
    for (const struct json *d = json_first(json_get(r, "devices")); d; d = json_next(d))
        printf("device   %s %.0f %s%s%s, %.0f objects, revision %.0f\n", json_text(d, "name"),
               json_value(d, "instance"), json_text(d, "status"), *json_text(d, "reason") ? ": " : "",
               json_text(d, "reason"), json_value(d, "objects"), json_value(d, "revision"));
    for (const struct json *s = json_first(json_get(r, "sources")); s; s = json_next(s))
        printf("source   %s %s %s%s%s\n", json_text(s, "source"), json_text(s, "kind"), json_text(s, "state"),
               *json_text(s, "reason") ? " " : "", json_text(s, "reason"));
    printf("storage  %s%s%s\n", json_text(storage, "state"), *json_text(storage, "reason") ? ": " : "",
           json_text(storage, "reason"));
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
    if (!begin(verb, rows, 2, argc, argv, &n, 0, &status))
        return status;
    jw_raw(&w, "{\"id\":1,\"op\":\"status\"}");
    return ctl_once(path, &w, json, print_status);
}
