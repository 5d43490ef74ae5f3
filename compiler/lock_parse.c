/* Reading the numbering file. It is kept by people and merged by tools: every mistake is reported
 * with its line, and nothing is guessed. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/lock_find.h"
#include "schemas/bacnet.h"
#include "schemas/utf8.h"

struct parse {
    struct ctx *ctx;
    struct lock *lock;
    const char *p, *end;        /* of the line                                                 */
    const char *begin;
    uint32_t line, format;      /* format 1 had no last line                                   */
    bool ended;                 /* there was one: in a merged file others may stand behind it  */
    struct map *keys;           /* device key -> lock_device                                   */
    struct lock_device *device; /* of the last line: most likely the next one's                */
    unsigned kind;
    struct type_word { struct str text; uint16_t type; } types[32];     /* words seen, by their looks */
};

static struct srcpos at(const struct parse *s, const char *p)
{
    uint32_t col = 1;
    for (const char *q = s->begin; q < p; q++)
        col += ((unsigned char)*q & 0xc0) != 0x80;
    return (struct srcpos){s->lock->file, s->line, col};
}

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

/* A text with backslashes; what they stand for. */
static struct str unescaped(struct ctx *ctx, const char *p, const char *end)
{
    char *copy = arena_alloc(ctx->arena, (size_t)(end - p) + 1);
    uint32_t n = 0;
    for (; p < end; p++) {
        if (*p != '\\') {
            copy[n++] = *p;
        } else if (p + 3 < end && p[1] == 'x' && hex(p[2]) >= 0 && hex(p[3]) >= 0) {
            copy[n++] = (char)(hex(p[2]) * 16 + hex(p[3]));
            p += 3;
        } else {
            copy[n++] = *++p;
        }
    }
    return (struct str){copy, n};
}

/* Neither copied nor terminated if it stands there as it is. */
static bool text(struct parse *s, struct str *out)
{
    blanks(s);
    const char *from = s->p;
    if (s->p == s->end || *s->p != '"')
        return bad(s, from, "a name in double quotes must stand here");
    const char *close = ++s->p;
    bool escapes = false;
    for (; close < s->end && *close != '"'; close++)
        if (*close == '\\' && close + 1 < s->end) {
            escapes = true;
            close++;
        }
    if (close >= s->end)
        return bad(s, from, "the closing quote is missing");
    *out = escapes ? unescaped(s->ctx, s->p, close) : (struct str){s->p, (uint32_t)(close - s->p)};
    s->p = close + 1;
    return true;
}

static bool interned_text(struct parse *s, struct str *out)
{
    if (!text(s, out))
        return false;
    *out = ctx_str(s->ctx, out->s, out->n);
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
    if (!interned_text(s, &key))
        return false;
    struct lock_device twin = {.key = key, .handle = key}, *other = map_get(s->keys, key);
    twin.plc = twin.guid = ctx_str(s->ctx, "", 0);
    struct lock_device *d = other ? &twin : lock_add_device(s->ctx, s->lock, key);
    d->line = s->line;
    if (!other)
        map_set(s->keys, key, d);
    d->title = (struct str){NULL, 0};
    while ((w = word(s)).n) {
        bool fine = is(w, "instance")  ? number(s, BACNET_INSTANCE_MAX, &d->instance)
                    : is(w, "changes") ? number(s, UINT32_MAX - 1, &d->changes)
                    : is(w, "of")      ? interned_text(s, &d->plc)
                    : is(w, "named")   ? interned_text(s, &d->handle)
                    : is(w, "title")   ? interned_text(s, &d->title)
                    : is(w, "guid")    ? interned_text(s, &d->guid)
                    : is(w, "gone")    ? (d->gone = true)
                                       : bad(s, w.s, "unknown word");
        if (!fine)
            return false;
    }
    if (!d->title.s)
        d->title = d->handle;
    if (other)
        lock_merge_device(s->lock, other, d);
    return true;
}

/* The device of that key; NULL: no line above declares it (reported). */
static struct lock_device *device_of(struct parse *s, const char *from, struct str key)
{
    struct lock_device *d = s->device;
    if (d && d->key.n == key.n && !memcmp(d->key.s, key.s, key.n))
        return d;
    struct str interned;
    s->device = str_find(s->ctx->strs, key.s, key.n, &interned) ? map_get(s->keys, interned) : NULL;
    if (!s->device)
        diag(s->ctx, at(s, from), D_LOCK_DEVICE, "no line above declares device '%.*s'", (int)key.n, key.s);
    return s->device;
}

/* There are few types, and a million lines. */
static long type_of(struct parse *s, struct str w)
{
    if (!w.n)
        return -1;
    struct type_word *t = &s->types[(w.n + 7u * (unsigned char)w.s[0] + (unsigned char)w.s[w.n - 1]) % 32];
    if (t->text.n == w.n && !memcmp(t->text.s, w.s, w.n))
        return t->type;
    long type = object_type_by_name(w.s, w.n);
    if (type >= 0)
        *t = (struct type_word){w, (uint16_t)type};
    return type;
}

/* What may stand behind a line's numbers. */
static bool line_options(struct parse *s, struct lock_line *l)
{
    struct str w, t = {"", 0};
    while ((w = word(s)).n) {
        if (is(w, "title")) {
            if (!text(s, &l->title))
                return false;
        } else if (is(w, "guid") || is(w, "born") || is(w, "of")) {
            if (!text(s, &t))
                return false;
            (is(w, "guid") ? lock_set_guid : is(w, "born") ? lock_set_born : lock_set_of)(s->ctx, l, t);
        } else if (is(w, "gone") || is(w, "used")) {
            l->state = is(w, "gone") ? LOCK_GONE : l->changes ? LOCK_OUSTED : LOCK_USED;
        } else {
            return bad(s, w.s, "unknown word");
        }
    }
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
    struct lock_device *d = device_of(s, from, key);
    if (!d)
        return false;
    w = word(s);
    long type = type_of(s, w);
    if (type < 0)
        return bad(s, w.s, "an object type must stand here");
    if (!number(s, BACNET_INSTANCE_MAX, &instance) || !expect(s, "changes") || !number(s, UINT32_MAX - 1, &changes))
        return false;
    struct lock_line *l = lock_add(s->ctx, d, kind, (uint32_t)type, name);
    l->instance = instance;
    l->changes = changes;
    l->line = s->line;
    bool fine = line_options(s, l);
    d->n_ousted += l->state == LOCK_OUSTED;
    return fine;
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
        s->format = version;
        if (version < 1 || version > 2)
            diag(s->ctx, at(s, s->begin), D_LOCK_FORMAT, version ? "numbering file of a later bacc: format %u" :
                 "not a numbering file: it must begin with 'bacids 2'", version);
        return version == 1 || version == 2;
    }
    if (is(w, "end")) {
        s->ended = true;
        return true;
    }
    for (unsigned i = 0; i < LOCK_KINDS; i++, s->kind = (s->kind + 1) % LOCK_KINDS)
        if (is(w, lock_kind_names[s->kind]))
            return s->kind == LK_device ? device_line(s) : object_line(s, s->kind);
    return bad(s, w.s, "unknown kind of line");
}

struct lock *lock_parse(struct ctx *ctx, const char *path, const char *bytes, size_t n)
{
    struct lock *l = arena_alloc(ctx->arena, sizeof *l);
    struct parse s = {.ctx = ctx, .lock = l, .keys = map_new(ctx->arena)};
    size_t errors = diag_errors(ctx);
    l->path = path;
    l->file = diag_file(ctx, path);
    l->exists = true;
    l->bytes = bytes;
    l->n_bytes = n;
    diag_file_bytes(ctx, l->file, bytes, n);
    if (!n || !utf8_valid(bytes, n) || memchr(bytes, 0, n)) {
        diag(ctx, (struct srcpos){l->file, 0, 0}, D_LOCK_FORMAT, n ? "not a numbering file: it is not UTF-8 text" :
             "the numbering file is empty: every object would get another number");
        return NULL;
    }
    const char *p = bytes, *end = bytes + n;
    if (n > 3 && !memcmp(p, "\xef\xbb\xbf", 3))    /* an editor's byte order mark               */
        p += 3;
    do {
        const char *eol = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        s.begin = s.p = p;
        s.end = eol ? eol : end;
        if (s.end > s.p && s.end[-1] == '\r')
            s.end--;
        s.line++;
        if (!one_line(&s) && s.line == 1)
            return NULL;
        if (!eol) {
            bad(&s, end, "the file ends within a line: some of it may be lost");
            s.ended = true;             /* this says it all                                    */
        }
        p = eol ? eol + 1 : end;
    } while (p < end);
    if (s.format > 1 && !s.ended)
        diag(ctx, (struct srcpos){l->file, s.line, 1}, D_LOCK_FORMAT,
             "the file ends without its last line, 'end': lines are missing");
    for (size_t i = 0; i < l->n_devices; i++)
        lock_merge(ctx, l, l->devices[i]);
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
    bool plain = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode);
    if (!plain || st.st_size > INT32_MAX) {
        diag_machine(ctx, "%s: cannot be read: %s", path,
                     fd < 0 ? strerror(errno) : plain ? "larger than 2 GiB" : "not a plain file");
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
