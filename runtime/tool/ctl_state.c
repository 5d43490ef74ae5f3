/* `bacrt state export|import|prune`: what is stored, as a JSON file; page by page both ways. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/store.h"
#include "runtime/tool/ctl.h"
#include "runtime/tool/replace.h"

enum { IMPORT_BATCH = 100000, FORMAT = 2 };      /* and the longest value behind it is still one request */

/* Copies the members of the page's array as they stand. The key to go on from in `after` ("": the end);
 * false: it failed. */
static bool export_page(struct ctl *c, char *after, size_t after_n, bool *any, FILE *out)
{
    uint8_t b[1024];
    struct wr w = wr_of(b, sizeof b);
    char *raw = NULL;
    jw_raw(&w, "{\"id\":1,\"op\":\"state-export\"");
    if (*after) {
        jw_key(&w, "after");
        jw_raw(&w, after);
    }
    wr_u8(&w, '}');
    struct json *j = ctl_ask(c, &w, &raw);
    if (!j)
        return false;
    char *from = raw ? strchr(raw, '[') : NULL, *end = from ? strrchr(from, ']') : NULL;
    if (from && end > from + 1) {
        fprintf(out, "%s%.*s", *any ? ",\n" : "", (int)(end - from - 1), from + 1);
        *any = true;
    }
    char *next = end ? strstr(end, "\"next\":") : NULL;
    *after = 0;
    if (next && strlen(next) > 8)
        snprintf(after, after_n, "%.*s", (int)(strlen(next) - 8), next + 7);
    json_free(j);
    return true;
}

/* What is not whole has no end, so that no import takes it for all there is. */
static bool export_to(struct ctl *c, FILE *out)
{
    char after[256] = "";
    bool any = false, good = true;
    fprintf(out, "{\"format\":\"bacrt-state\",\"version\":%d,\"values\":[\n", FORMAT);
    do
        good = export_page(c, after, sizeof after, &any, out);
    while (good && *after && !ferror(out));
    if (good)
        fprintf(out, "\n]}\n");
    return good;
}

static int export_file(struct ctl *c, const char *path)
{
    struct replace r;
    return !replace_open(&r, path) || !replace_close(&r, export_to(c, r.out));
}

static void put_value(struct wr *w, const struct json *v, bool first_version)
{
    static const char *const texts[] = {"id", "data", "time"}, *const numbers[] = {"property", "sub"};
    double d = 0;
    jw_open(w, '{');
    for (unsigned i = 0; i < 3; i++)
        if (json_string(json_get(v, texts[i])))
            jw_member(w, texts[i], json_string(json_get(v, texts[i])));
    for (unsigned i = 0; i < 2; i++)
        if (json_number(json_get(v, numbers[i]), &d) && d >= 0)
            jw_member_count(w, numbers[i], (uint64_t)d + (first_version && !i && d >= STORE_OWN_1
                                                              ? STORE_OWN - STORE_OWN_1 : 0));
    jw_close(w, '}');
}

static bool send_batch(struct ctl *c, struct wr *w, double sums[3])
{
    static const char *const keys[] = {"stored", "applied", "refused"};
    double d;
    jw_close(w, ']');
    jw_close(w, '}');
    struct json *j = ctl_ask(c, w, NULL);
    for (unsigned i = 0; i < 3; i++)
        if (json_number(json_get(json_get(j, "result"), keys[i]), &d))
            sums[i] += d;
    bool good = j != NULL;
    json_free(j);
    return good;
}

static void begin_batch(struct wr *w)
{
    w->len = 0;
    jw_raw(w, "{\"id\":1,\"op\":\"state-import\",\"values\":[");
}

static int import_values(struct ctl *c, const struct json *values, double version)
{
    struct wr w = wr_of(malloc(CTL_REQUEST), CTL_REQUEST);
    double sums[3] = {0};
    bool good = w.buf != NULL;
    begin_batch(&w);
    size_t empty = w.len;
    for (const struct json *v = json_first(values); good && v; v = json_next(v)) {
        put_value(&w, v, version < FORMAT);
        if (w.len > IMPORT_BATCH || !json_next(v)) {
            good = wr_fits(&w) && send_batch(c, &w, sums);
            begin_batch(&w);
        }
    }
    if (good && w.len != empty)
        good = false;
    free(w.buf);
    if (!good && !(sums[0] + sums[2] > 0))
        return 1;
    if (c->json)
        printf("{\"stored\":%.0f,\"applied\":%.0f,\"refused\":%.0f}\n", sums[0], sums[1], sums[2]);
    else
        printf("%.0f stored, %.0f in effect now, %.0f refused\n", sums[0], sums[1], sums[2]);
    return !good || sums[2] > 0;
}

static char *read_file(const char *path, size_t *n)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "r") : stdin;
    size_t cap = 1 << 16;
    char *all = malloc(cap);
    *n = 0;
    while (f && all) {
        *n += fread(all + *n, 1, cap - *n, f);
        if (*n < cap)
            break;
        char *more = realloc(all, cap *= 2);
        if (!more)
            free(all);
        all = more;
    }
    if (!f || !all || ferror(f)) {
        fprintf(stderr, "bacrt: %s: %s\n", path, strerror(errno));
        free(all);
        all = NULL;
    }
    if (f && f != stdin)
        fclose(f);
    return all;
}

static int import_file(struct ctl *c, const char *path)
{
    size_t n;
    const char *why;
    char *text = read_file(path, &n);
    if (!text)
        return 1;
    struct json *j = json_parse(text, n, &why);
    const char *format = json_string(json_get(j, "format"));
    int status = 1;
    double version = json_get(j, "version") ? INFINITY : 1;
    (void)json_number(json_get(j, "version"), &version);
    if (!j)
        fprintf(stderr, "bacrt: %s: %s\n", path, why);
    else if (!format || strcmp(format, "bacrt-state") || !json_array(json_get(j, "values")) || !isfinite(version))
        fprintf(stderr, "bacrt: %s: not an export of bacrt's state\n", path);
    else if (version > FORMAT)
        fprintf(stderr, "bacrt: %s: an export of a newer bacrt (version %.0f, this one knows %d)\n", path,
                version, FORMAT);
    else
        status = import_values(c, json_get(j, "values"), version);
    json_free(j);
    free(text);
    return status;
}

static int prune(struct ctl *c, bool dry)
{
    uint8_t b[128];
    struct wr w = wr_of(b, sizeof b);
    char *raw = NULL;
    double v = 0, l = 0, r = 0;
    jw_open(&w, '{');
    jw_member(&w, "op", "state-prune");
    jw_member_bool(&w, "dry", dry);
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, &raw);
    const struct json *result = json_get(j, "result");
    (void)json_number(json_get(result, "values"), &v);
    (void)json_number(json_get(result, "logs"), &l);
    (void)json_number(json_get(result, "records"), &r);
    if (j && c->json)
        printf("%s\n", raw);
    else if (j)
        printf("%s%.0f values, %.0f logs, %.0f records\n", dry ? "would remove " : "removed ", v, l, r);
    int status = !j;
    json_free(j);
    return status;
}

int cmd_state(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false, dry = false, helped;
    int n, status = 1;
    struct ctl c;
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json},
                                      {"dry-run", NULL, &dry}};
    if (!options_take(verb, rows, 3, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    bool export = n >= 1 && n <= 2 && !strcmp(argv[0], "export");
    bool import = n == 2 && !strcmp(argv[0], "import");
    bool pruning = n == 1 && !strcmp(argv[0], "prune");
    if (!export && !import && !pruning) {
        fprintf(stderr, "bacrt state: export [FILE], import FILE, or prune; see bacrt state --help\n");
        return 1;
    }
    if (!ctl_open(&c, path))
        return 1;
    c.json = json;
    if (export)
        status = n == 2 ? export_file(&c, argv[1]) : !export_to(&c, stdout);
    else
        status = import ? import_file(&c, argv[1]) : prune(&c, dry);
    ctl_close(&c);
    return status;
}
