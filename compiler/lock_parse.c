/* Reading the numbering file. It is kept by people and merged by tools: every mistake is reported
 * with its line, and nothing is guessed. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/lock.h"
#include "schemas/bacnet.h"
#include "schemas/utf8.h"

struct parse {
    struct ctx *ctx;
    struct lock *lock;
    const char *p, *end;        /* of the line                                                 */
    const char *begin;
    uint32_t line;
    struct map *keys;           /* device key -> lock_device                                   */
};

static struct srcpos at(const struct parse *s, const char *p)
{
    uint32_t col = 1;
    for (const char *q = s->begin; q < p; q++)
        col += ((unsigned char)*q & 0xc0) != 0x80;
    return (struct srcpos){s->lock->file, s->line, col};
}

static struct srcpos line_pos(const struct lock *l, uint32_t line) { return (struct srcpos){l->file, line, 1}; }

static void blanks(struct parse *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
        s->p++;
}

/* The next word, of letters, digits and '-'. */
static struct str word(struct parse *s)
{
    blanks(s);
    const char *from = s->p;
    while (s->p < s->end && *s->p != ' ' && *s->p != '\t' && *s->p != '"')
        s->p++;
    return (struct str){from, (uint32_t)(s->p - from)};
}

static bool is(struct str w, const char *text) { return w.n == strlen(text) && !memcmp(w.s, text, w.n); }

static bool bad(struct parse *s, const char *p, const char *what)
{
    diag(s->ctx, at(s, p), D_LOCK_LINE, "%s", what);
    return false;
}

static bool number(struct parse *s, uint32_t max, uint32_t *out)
{
    struct str w = word(s);
    uint64_t v = 0;
    for (uint32_t i = 0; i < w.n; i++) {
        if (w.s[i] < '0' || w.s[i] > '9' || v > max)
            return bad(s, w.s, "a number must stand here");
        v = v * 10 + (uint64_t)(w.s[i] - '0');
    }
    if (!w.n || v > max)
        return bad(s, w.s, w.n ? "the number is too large" : "a number is missing");
    *out = (uint32_t)v;
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool text(struct parse *s, struct str *out)
{
    blanks(s);
    const char *from = s->p;
    if (s->p == s->end || *s->p != '"')
        return bad(s, from, "a name in double quotes must stand here");
    const char *close = ++s->p;
    while (close < s->end && *close != '"')
        close += *close == '\\' && close + 1 < s->end ? 2 : 1;
    if (close >= s->end)
        return bad(s, from, "the closing quote is missing");
    char *copy = NULL;
    size_t n = 0;
    if (memchr(s->p, '\\', (size_t)(close - s->p))) {
        copy = arena_alloc(s->ctx->arena, (size_t)(close - s->p) + 1);
        for (const char *q = s->p; q < close; q++) {
            if (*q != '\\') {
                copy[n++] = *q;
            } else if (q + 3 < close && q[1] == 'x' && hex(q[2]) >= 0 && hex(q[3]) >= 0) {
                copy[n++] = (char)(hex(q[2]) * 16 + hex(q[3]));
                q += 3;
            } else {
                copy[n++] = *++q;
            }
        }
    }
    *out = copy ? ctx_str(s->ctx, copy, n) : ctx_str(s->ctx, s->p, (size_t)(close - s->p));
    s->p = close + 1;
    return true;
}

static bool expect(struct parse *s, const char *what)
{
    struct str w = word(s);
    if (is(w, what))
        return true;
    diag(s->ctx, at(s, w.s), D_LOCK_LINE, "'%s' must stand here", what);
    return false;
}

static bool device_line(struct parse *s)
{
    struct str key, w;
    const char *from = s->p;
    if (!text(s, &key))
        return false;
    struct lock_device *d = lock_add_device(s->ctx, s->lock, key), *other;
    d->line = s->line;
    if ((other = map_add(s->keys, key, d)) != NULL) {
        diag(s->ctx, at(s, from), D_LOCK_DUPLICATE_OBJECT, "device '%s' stands here twice", key.s);
        diag_note(s->ctx, line_pos(s->lock, other->line), "here as well");
        return false;
    }
    d->title = (struct str){NULL, 0};
    while ((w = word(s)).n) {
        bool fine = is(w, "instance")  ? number(s, BACNET_INSTANCE_MAX, &d->instance)
                    : is(w, "changes") ? number(s, UINT32_MAX - 1, &d->changes)
                    : is(w, "of")      ? text(s, &d->plc)
                    : is(w, "named")   ? text(s, &d->handle)
                    : is(w, "title")   ? text(s, &d->title)
                    : is(w, "guid")    ? text(s, &d->guid)
                    : is(w, "gone")    ? (d->gone = true)
                                       : bad(s, w.s, "unknown word");
        if (!fine)
            return false;
    }
    if (!d->title.s)
        d->title = d->handle;
    return true;
}

static bool object_line(struct parse *s, unsigned kind)
{
    struct str key, name, w;
    uint32_t instance, changes;
    blanks(s);
    const char *from = s->p;
    if (!text(s, &key) || !text(s, &name))
        return false;
    struct lock_device *d = map_get(s->keys, key);
    if (!d) {
        diag(s->ctx, at(s, from), D_LOCK_DEVICE, "no line above declares device '%s'", key.s);
        return false;
    }
    w = word(s);
    long type = object_type_by_name(w.s, w.n);
    if (type < 0)
        return bad(s, w.s, "an object type must stand here");
    if (!number(s, BACNET_INSTANCE_MAX, &instance) || !expect(s, "changes") || !number(s, UINT32_MAX - 1, &changes))
        return false;
    struct lock_line *l = lock_add(s->ctx, d, kind, (uint32_t)type, name);
    l->instance = instance;
    l->changes = changes;
    l->line = s->line;
    while ((w = word(s)).n) {
        bool fine = is(w, "title")  ? text(s, &l->title)
                    : is(w, "guid") ? text(s, &l->guid)
                    : is(w, "born") ? text(s, &l->born)
                    : is(w, "gone") ? (l->state = LOCK_GONE)
                    : is(w, "used") ? (l->state = LOCK_USED)
                                    : bad(s, w.s, "unknown word");
        if (!fine)
            return false;
    }
    lock_index(s->ctx, l);
    return true;
}

static bool is_marker(const struct parse *s)
{
    static const char *const marks[] = {"<<<<<<<", "=======", ">>>>>>>", "|||||||"};
    for (size_t i = 0; i < 4; i++)
        if (s->end - s->p >= 7 && !memcmp(s->p, marks[i], 7))
            return true;
    return false;
}

static bool one_line(struct parse *s)
{
    if (is_marker(s)) {
        diag(s->ctx, at(s, s->p), D_LOCK_MERGE, "the file still has merge conflict markers");
        return false;
    }
    struct str w = word(s);
    if (s->line > 1 && ((!w.n && s->p == s->end) || (w.n && w.s[0] == '#')))
        return true;
    if (s->line == 1) {
        uint32_t version = 0;
        struct str v = is(w, "bacids") ? word(s) : w;
        for (uint32_t i = 0; is(w, "bacids") && i < v.n && i < 9 && v.s[i] >= '0' && v.s[i] <= '9'; i++)
            version = version * 10 + (uint32_t)(v.s[i] - '0');
        if (version != 1)
            diag(s->ctx, at(s, s->begin), D_LOCK_FORMAT, version ? "numbering file of a later bacc: format %u" :
                 "not a numbering file: it must begin with 'bacids 1'", version);
        return version == 1;
    }
    for (unsigned kind = 0; kind < LOCK_KINDS; kind++)
        if (is(w, lock_kind_names[kind]))
            return kind == LK_device ? device_line(s) : object_line(s, kind);
    return bad(s, w.s, "unknown kind of line");
}

/* ---- what a merge may leave behind ---- */

static int by_number(const void *a, const void *b)
{
    const struct lock_line *x = *(struct lock_line *const *)a, *y = *(struct lock_line *const *)b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    if (x->instance != y->instance)
        return x->instance < y->instance ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static void same_number(struct ctx *ctx, struct lock *l, const struct lock_line *a, const struct lock_line *b)
{
    diag(ctx, line_pos(l, b->line), D_LOCK_DUPLICATE_NUMBER, "%s %u of device '%s' belongs to '%s' and to '%s'",
         object_type_name(b->type), b->instance, b->device->key.s, a->name.s, b->name.s);
    diag_note(ctx, line_pos(l, a->line), "'%s' has the number here", a->name.s);
}

static void check_device(struct ctx *ctx, struct lock *l, struct lock_device *d)
{
    struct lock_line **v = arena_array(ctx->arena, d->n_lines + 1, sizeof *v);
    size_t n = 0;
    for (size_t i = 0; i < d->n_lines; i++) {
        struct lock_line *a = d->lines[i];
        if (a->state == LOCK_LIVE)
            v[n++] = a;
        for (struct lock_line *b = a->state == LOCK_USED ? NULL : a->same_name; b; b = b->same_name)
            if (b->type == a->type) {
                diag(ctx, line_pos(l, a->line), D_LOCK_DUPLICATE_OBJECT, "%s '%s' of device '%s' stands here twice as %s",
                     lock_kind_names[a->kind], a->name.s, d->key.s, object_type_name(a->type));
                diag_note(ctx, line_pos(l, b->line), "here as well, with number %u", b->instance);
                break;
            }
    }
    bool sorted = true;
    for (size_t i = 1; i < n && sorted; i++)
        sorted = by_number(&v[i - 1], &v[i]) < 0;
    if (!sorted)
        qsort(v, n, sizeof *v, by_number);
    for (size_t i = 1; i < n; i++)
        if (v[i]->type == v[i - 1]->type && v[i]->instance == v[i - 1]->instance)
            same_number(ctx, l, v[i - 1], v[i]);
    arena_release(ctx->arena, v, (d->n_lines + 1) * sizeof *v);
}

struct lock *lock_parse(struct ctx *ctx, const char *path, const char *bytes, size_t n)
{
    struct lock *l = arena_alloc(ctx->arena, sizeof *l);
    struct parse s = {.ctx = ctx, .lock = l, .keys = map_new(ctx->arena)};
    size_t errors = diag_errors(ctx);
    l->path = path;
    l->file = diag_file(ctx, path);
    l->exists = true;
    diag_file_bytes(ctx, l->file, bytes, n);
    if (!n || !utf8_valid(bytes, n) || memchr(bytes, 0, n)) {
        diag(ctx, (struct srcpos){l->file, 0, 0}, D_LOCK_FORMAT, n ? "not a numbering file: it is not UTF-8 text" :
             "the numbering file is empty: every object would get another number");
        return NULL;
    }
    const char *p = bytes, *end = bytes + n;
    do {
        const char *eol = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        s.begin = s.p = p;
        s.end = eol ? eol : end;
        if (s.end > s.p && s.end[-1] == '\r')
            s.end--;
        s.line++;
        if (!one_line(&s) && s.line == 1)
            return NULL;
        if (!eol)
            bad(&s, end, "the file ends within a line: some of it may be lost");
        p = eol ? eol + 1 : end;
    } while (p < end);
    for (size_t i = 0; i < l->n_devices; i++)
        check_device(ctx, l, l->devices[i]);
    return diag_errors(ctx) > errors ? NULL : l;
}

struct lock *lock_load(struct ctx *ctx)
{
    const char *path = lock_path(ctx);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 && errno == ENOENT) {
        struct lock *l = arena_alloc(ctx->arena, sizeof *l);
        l->path = path;
        l->file = diag_file(ctx, path);
        return l;
    }
    if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > INT32_MAX) {
        diag_machine(ctx, "%s: cannot be read: %s", path, fd < 0 ? strerror(errno) : "not a plain file");
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    char *bytes = arena_alloc(ctx->arena, (size_t)st.st_size + 1);
    size_t n = 0;
    ssize_t got = 1;
    while (n < (size_t)st.st_size && (got = read(fd, bytes + n, (size_t)st.st_size - n)) > 0)
        n += (size_t)got;
    close(fd);
    if (got < 0) {
        diag_machine(ctx, "%s: cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    return lock_parse(ctx, path, bytes, n);
}
