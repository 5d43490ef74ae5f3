/* The connection to a running bacrt, and the commands that are one request and one answer. */
#include "runtime/tool/ctl.h"

#include <errno.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { OUT_OF_SERVICE = 8 };    /* of Status_Flags */

static bool find_socket(char *path, size_t n)
{
    static const char *const places[] = {"*.state/control", "/run/bacrt/*/control",
                                         "/var/lib/bacrt/*/control"};
    const char *given = getenv("BACRT_CONTROL");
    glob_t g = {0};
    if (given && *given) {
        bool fits = snprintf(path, n, "%s", given) < (int)n;
        if (!fits)
            fprintf(stderr, "bacrt: BACRT_CONTROL: the path is too long\n");
        return fits;
    }
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++)
        (void)glob(places[i], i ? GLOB_APPEND : 0, NULL, &g);
    if (g.gl_pathc == 1)
        snprintf(path, n, "%s", g.gl_pathv[0]);
    else if (!g.gl_pathc)
        fprintf(stderr, "bacrt: no control socket found here; say which with --control PATH\n");
    else
        fprintf(stderr, "bacrt: several control sockets found; say which with --control PATH\n");
    bool one = g.gl_pathc == 1;
    globfree(&g);
    return one;
}

bool ctl_open(struct ctl *c, const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    char found[sizeof a.sun_path];
    *c = (struct ctl){.fd = -1};
    if (!path && !find_socket(found, sizeof found))
        return false;
    path = path ? path : found;
    if (strlen(path) >= sizeof a.sun_path) {
        fprintf(stderr, "bacrt: --control: the path is too long\n");
        return false;
    }
    memcpy(a.sun_path, path, strlen(path) + 1);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&a, sizeof a) < 0) {
        fprintf(stderr, "bacrt: %s: %s\n", path, errno == ECONNREFUSED || errno == ENOENT
                                                     ? "no bacrt is running there" : strerror(errno));
        ctl_close(c);
        return false;
    }
    return true;
}

void ctl_close(struct ctl *c)
{
    if (c->fd >= 0)
        close(c->fd);
    free(c->in);
    *c = (struct ctl){.fd = -1};
}

char *ctl_line(struct ctl *c)
{
    for (;;) {
        char *from = c->in ? c->in + c->at : NULL;
        char *end = from ? memchr(from, '\n', c->n - c->at) : NULL;
        if (end) {
            *end = 0;
            c->at = (size_t)(end + 1 - c->in);
            return from;
        }
        if (from && c->at) {
            memmove(c->in, from, c->n - c->at);
            c->n -= c->at;
            c->at = 0;
        }
        if (c->n == c->cap) {
            size_t cap = c->cap ? c->cap * 2 : 65536;
            char *more = realloc(c->in, cap);
            if (!more)
                return NULL;
            c->in = more;
            c->cap = cap;
        }
        ssize_t n = read(c->fd, c->in + c->n, c->cap - c->n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NULL;
        c->n += (size_t)n;
    }
}

static bool send_all(int fd, const uint8_t *p, size_t n)
{
    while (n) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

/* What came from the network is not to move a terminal's cursor: control characters, which the server
 * writes as \u00xx, become U+FFFD in what people read. */
static void scrub(char *line)
{
    for (char *p = strchr(line, '\\'); p && p[1]; p = strchr(p, '\\')) {
        char *end = p + 2;
        if (!strncmp(p, "\\u00", 4) && p[4] && p[5]) {
            char two[3] = {p[4], p[5], 0};
            unsigned long code = strtoul(two, NULL, 16);
            if (code < ' ' || (code >= 127 && code < 160))
                memset(p + 2, 'f', 3), p[5] = 'd';
            end = p + 6;
        }
        p = end;
    }
}

struct json *ctl_parse(const struct ctl *c, const char *line)
{
    const char *why;
    char *copy = strdup(line);
    if (copy && !c->json)
        scrub(copy);
    struct json *j = copy ? json_parse(copy, strlen(copy), &why) : NULL;
    free(copy);
    return j;
}

struct json *ctl_ask(struct ctl *c, struct wr *request, char **raw)
{
    wr_u8(request, '\n');
    bool ok = wr_fits(request), sent = ok && send_all(c->fd, request->buf, request->len);
    char *line = NULL;
    struct json *j = NULL;
    /* also where nothing could be sent: who is turned away may have been told why */
    while (ok && (line = ctl_line(c), j = line ? ctl_parse(c, line) : NULL) && json_get(j, "event")) {
        if (c->told)
            c->told(c->ctx, j);
        json_free(j);
    }
    if (!j) {
        fprintf(stderr, "bacrt: %s%s\n", sent ? "no answer" : "the request could not be sent",
                sent && line ? " that can be read" : "");
        return NULL;
    }
    ok = false;
    (void)json_bool(json_get(j, "ok"), &ok);
    if (!ok) {
        const char *msg = json_string(json_get(json_get(j, "error"), "msg"));
        fprintf(stderr, "bacrt: %s\n", msg ? msg : "refused");
        json_free(j);
        return NULL;
    }
    char *result = strstr(line, "\"result\":");
    size_t n = strlen(line);
    if (raw && result) {
        line[n - 1] = 0;                /* the brace that closes the answer */
        *raw = result + 9;
    }
    return j;
}

bool ctl_words(const struct verb *verb, int n, int most)
{
    if (n > most)
        fprintf(stderr, "bacrt %s: too many arguments; see bacrt %s --help\n", verb->name, verb->name);
    return n <= most;
}

int ctl_once(const char *path, struct wr *request, bool json, void (*print)(const struct json *result))
{
    struct ctl c;
    char *raw = NULL;
    if (!ctl_open(&c, path))
        return 1;
    c.json = json;
    struct json *j = ctl_ask(&c, request, &raw);
    if (j && json)
        printf("%s\n", raw);
    else if (j)
        print(json_get(j, "result"));
    int status = !j;
    json_free(j);
    ctl_close(&c);
    return status;
}

void ctl_copy(const struct json *j, struct wr *w)
{
    double d;
    bool b;
    if (json_array(j) || json_object(j)) {
        bool object = json_object(j);
        jw_open(w, object ? '{' : '[');
        for (const struct json *m = json_first(j); m; m = json_next(m)) {
            if (object)
                jw_key(w, json_key(m));
            ctl_copy(m, w);
        }
        jw_close(w, object ? '}' : ']');
    } else if (json_string(j)) {
        jw_text(w, json_string(j));
    } else if (json_number(j, &d)) {
        jw_number(w, d);
    } else if (json_bool(j, &b)) {
        jw_bool(w, b);
    } else {
        jw_null(w);
    }
}

/* ---- printing ---- */

static void print_scalar(const struct json *v)
{
    double d;
    bool b;
    if (json_string(v))
        printf("%s", json_string(v));
    else if (json_bool(v, &b))
        printf("%s", b ? "true" : "false");
    else if (json_number(v, &d))
        printf("%.*g", fabs(d) < 1e15 && d == floor(d) ? 15 : 9, d);
    else
        printf("null");
}

static void print_objects(const struct json *p)
{
    for (const struct json *o = json_first(json_get(p, "objects")); o; o = json_next(o)) {
        double device = 0;
        (void)json_number(json_get(o, "device"), &device);
        printf("  %.0f:%s%s", device, json_text(o, "object"),
               (unsigned)json_value(o, "flags") & OUT_OF_SERVICE ? " (out of service)" : "");
    }
}

void ctl_print_point(const struct json *p)
{
    const char *name = json_string(json_get(p, "name")), *unit = json_string(json_get(p, "unit")),
               *quality = json_string(json_get(p, "quality")),
               *mode = json_string(json_get(p, "mode")), *text = json_string(json_get(p, "text"));
    printf("%-28s ", name ? name : "?");
    if (json_get(p, "value"))
        print_scalar(json_get(p, "value"));
    if (text)
        printf(" (%s)", text);
    if (unit)
        printf(" %s", unit);
    if (quality && strcmp(quality, "good"))
        printf("  [%s]", quality);
    if (mode && !strcmp(mode, "manual"))
        printf("  [manual]");
    print_objects(p);
    printf("\n");
}

/* False: one of them was an error. */
static bool print_values(const struct json *result)
{
    bool good = true;
    for (const struct json *p = json_first(json_get(result, "values")); p; p = json_next(p)) {
        const struct json *e = json_get(p, "error");
        if (e)
            fprintf(stderr, "bacrt: %s: %s\n", json_string(json_get(p, "name")),
                    json_string(json_get(e, "msg")));
        else
            ctl_print_point(p);
        good &= !e;
    }
    return good;
}

/* ---- one request, one answer ---- */

/* A word as the JSON that it looks like: number, true, false, null; else a string. */
static void put_word(struct wr *w, const char *word)
{
    char *end;
    double d = strtod(word, &end);
    bool number = end != word && !*end && isfinite(d) && strspn(word, "+-.0123456789eE") == strlen(word);
    if (number)
        jw_number(w, d);
    else if (!strcmp(word, "true") || !strcmp(word, "false") || !strcmp(word, "null"))
        jw_raw(w, word);
    else
        jw_text(w, word);
}

/* A description may be 007, or true. */
static bool is_text(const char *property)
{
    static const char *const texts[] = {"object-name", "description", "location"};
    for (unsigned i = 0; property && i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(property, texts[i]))
            return true;
    return false;
}

struct form {                   /* what the words of a command are                               */
    const char *verb;
    int least, most;
    const char *first, *second; /* keys; `names` takes all words                                  */
};

static bool compose(const struct form *f, int n, char **words, const char *priority,
                    const char *property, struct wr *w)
{
    uint64_t p = 0;
    jw_open(w, '{');
    jw_member_count(w, "id", 1);
    jw_member(w, "op", f->verb);
    if (!strcmp(f->first, "names")) {
        jw_key(w, "names");
        jw_open(w, '[');
        for (int i = 0; i < n; i++)
            jw_text(w, words[i]);
        jw_close(w, ']');
    } else if (!strcmp(f->first, "image") && n) {
        char *real = realpath(words[0], NULL);
        if (!real && words[0][0] != '/') {
            fprintf(stderr, "bacrt: %s: %s\n", words[0], strerror(errno));
            return false;
        }
        jw_member(w, "image", real ? real : words[0]);
        free(real);
    } else if (n) {
        jw_member(w, f->first, words[0]);
    }
    if (n > 1 && f->second) {
        jw_key(w, f->second);
        if (is_text(property))
            jw_text(w, words[1]);
        else
            put_word(w, words[1]);
    }
    if (priority && !options_number(priority, 1, 16, &p)) {
        fprintf(stderr, "bacrt %s: --priority: 1 to 16\n", f->verb);
        return false;
    }
    if (priority)
        jw_member_count(w, "priority", p);
    if (property)
        jw_member(w, "property", property);
    jw_close(w, '}');
    return true;
}

static const struct form *form_of(const char *verb)
{
    static const struct form forms[] = {
        {"get", 1, 1000, "names", NULL},   {"set", 2, 2, "name", "value"},
        {"manual", 1, 2, "name", "value"}, {"auto", 1, 1, "name", NULL},
        {"start", 1, 1, "device", NULL},   {"stop", 1, 1, "device", NULL},
        {"restart", 1, 1, "device", NULL}, {"reload", 0, 1, "image", NULL},
    };
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++)
        if (!strcmp(forms[i].verb, verb))
            return &forms[i];
    return NULL;
}

static int run_form(struct ctl *c, struct wr *w)
{
    char *raw = NULL;
    struct json *j = ctl_ask(c, w, &raw);
    if (!j)
        return 1;
    const struct json *result = json_get(j, "result");
    const char *text = json_string(json_get(result, "text"));
    bool good = true;
    if (c->json) {
        printf("%s\n", raw);
        for (const struct json *p = json_first(json_get(result, "values")); p; p = json_next(p))
            good &= !json_get(p, "error");
    } else if (text) {
        printf("%s\n", text);
    } else {
        good = print_values(result);
    }
    json_free(j);
    return !good;
}

int cmd_ctl(const struct verb *verb, int argc, char **argv)
{
    const struct form *f = form_of(verb->name);
    const char *path = NULL, *priority = NULL, *property = NULL;
    struct ctl c = {.fd = -1};
    bool json = false, helped;
    int n;
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json},
                                      {"priority", &priority, NULL}, {"property", &property, NULL}};
    if (!f || !options_take(verb, rows, sizeof rows / sizeof *rows, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (n < f->least || n > f->most) {
        fprintf(stderr, "bacrt %s: wrong number of arguments; see bacrt %s --help\n", verb->name,
                verb->name);
        return 1;
    }
    struct wr w = wr_of(malloc(CTL_REQUEST), CTL_REQUEST);
    int status = 1;
    if (w.buf && compose(f, n, argv, priority, property, &w) && ctl_open(&c, path)) {
        c.json = json;
        status = run_form(&c, &w);
        ctl_close(&c);
    }
    free(w.buf);
    return status;
}

/* ---- lists that come page by page ---- */

struct listing { const char *op, *key, *pattern; ctl_print *print; };

/* The next page's offset; -1: that was the last; -2: it failed. */
static double list_page(struct ctl *c, const struct listing *l, double offset, bool *any)
{
    uint8_t b[1024];
    struct wr w = wr_of(b, sizeof b);
    char *raw = NULL;
    double next = -1;
    jw_open(&w, '{');
    jw_member_count(&w, "id", 1);
    jw_member(&w, "op", l->op);
    jw_member_count(&w, "offset", (uint64_t)offset);
    if (l->pattern)
        jw_member(&w, "pattern", l->pattern);
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, &raw);
    if (!j)
        return -2;
    const struct json *result = json_get(j, "result"), *first = json_first(json_get(result, l->key));
    (void)json_number(json_get(result, "next"), &next);
    if (c->json && raw) {
        char *from = strchr(raw, '['), *end = strrchr(raw, ']');
        if (first && from && end)
            printf("%s%.*s", *any ? ",\n" : "", (int)(end - from - 1), from + 1);
    }
    for (const struct json *s = c->json ? NULL : first; s; s = json_next(s))
        l->print(s);
    *any |= first != NULL;
    json_free(j);
    return next;
}

int ctl_list(struct ctl *c, const char *op, const char *key, const char *pattern, ctl_print *print)
{
    const struct listing l = {op, key, pattern, print};
    bool any = false;
    double at = 0;
    if (c->json)
        printf("[");
    do
        at = list_page(c, &l, at, &any);
    while (at >= 0);
    if (c->json)
        printf("]\n");
    return at == -2;
}
