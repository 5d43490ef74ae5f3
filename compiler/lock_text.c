/* The numbering file's text: devices by key, their lines by kind and name. */
#include <stdlib.h>
#include <string.h>

#include "compiler/lock.h"
#include "compiler/output.h"
#include "compiler/sort.h"
#include "schemas/bacnet.h"

static int by_text(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = a.s == b.s ? 0 : memcmp(a.s, b.s, n);
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int by_device(const void *a, const void *b)
{
    return by_text((*(struct lock_device *const *)a)->key, (*(struct lock_device *const *)b)->key);
}

/* ---- the order of the lines ---- */

/* As the file says it. */
static enum lock_state said(const struct lock_line *l) { return l->state == LOCK_OUSTED ? LOCK_USED : (enum lock_state)l->state; }

static int by_line(const void *a, const void *b)
{
    const struct lock_line *x = ((const struct sort_item *)a)->of, *y = ((const struct sort_item *)b)->of;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int c = by_text(x->name, y->name);
    if (c)
        return c;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    if (said(x) != said(y))
        return said(x) < said(y) ? -1 : 1;
    return (x->instance > y->instance) - (x->instance < y->instance);
}

/* The beginning of a name as a number of the same order. Names are much alike: what occurs at a place,
 * counted from 0 (here the name has ended), takes few bits, and a place where all agree takes none. */
enum { PLACES = 48 };
struct ranks {
    uint8_t rank[PLACES][256], bits[PLACES];
    unsigned n;                 /* places that go into the number                              */
};

static void ranks_of(const struct lock_device *d, struct ranks *r)
{
    memset(r, 0, sizeof *r);
    for (uint32_t i = 0; i < d->n_lines; i++) {
        struct str name = lock_at(d, i)->name;
        for (uint32_t k = 0; k < name.n && k < PLACES; k++)
            r->rank[k][(unsigned char)name.s[k]] = 1;
        if (name.n < PLACES)
            r->rank[name.n][0] = 1;
    }
    unsigned total = 4;                 /* bits of the kind                                    */
    bool ended = false;                 /* some name has, here or at an earlier place          */
    for (; r->n < PLACES; r->n++) {
        uint8_t *rank = r->rank[r->n], bits = 0;
        ended = ended || rank[0];
        unsigned next = ended;
        for (unsigned c = 1; c < 256; c++)
            rank[c] = rank[c] ? (uint8_t)next++ : 0;
        while (next > 1u << bits)
            bits++;
        if (total + bits > 64)
            return;
        total += bits;
        r->bits[r->n] = bits;
    }
}

static uint64_t key_of(const struct ranks *r, const struct lock_line *line)
{
    uint64_t key = line->kind;
    for (uint32_t k = 0; k < r->n; k++) {
        unsigned c = k < line->name.n ? (unsigned char)line->name.s[k] : 0;
        key = key << r->bits[k] | r->rank[k][c];
    }
    return key;
}

/* The lines in their order. Where names agree as far as the number goes, they themselves are compared. */
static struct sort_item *sorted(struct ctx *ctx, const struct lock_device *d)
{
    struct ranks r;
    struct sort_item *v = arena_array(ctx->arena, d->n_lines + 1, sizeof *v);
    ranks_of(d, &r);
    for (uint32_t i = 0; i < d->n_lines; i++) {
        const struct lock_line *line = lock_at(d, i);
        v[i] = (struct sort_item){key_of(&r, line), {.of = line}};
    }
    sort_items(ctx->arena, v, d->n_lines);
    for (uint32_t i = 0, k; i < d->n_lines; i = k) {
        for (k = i + 1; k < d->n_lines && v[k].key == v[i].key; k++)
            ;
        if (k > i + 1)
            qsort(v + i, k - i, sizeof *v, by_line);
    }
    return v;
}

/* ---- the text ---- */

enum { AT_ONCE = 1 << 20, NUMBER_MAX = 10 };
struct text {                   /* what is not yet in the file                                 */
    struct output *f;
    struct buf b;
    struct buf begin;           /* of the device's lines of one kind: "variable "Main""        */
    int kind;                   /* LOCK_KINDS: none yet                                        */
};

static void flush(struct text *t)
{
    output_put(t->f, t->b.s, t->b.n);
    t->b.n = 0;
}

static char *put(char *p, const char *word)
{
    while (*word)
        *p++ = *word++;
    return p;
}

static char *put_number(char *p, uint32_t v)
{
    char digits[NUMBER_MAX];
    unsigned n = 0;
    do
        digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n)
        *p++ = digits[--n];
    return p;
}

static bool plain(unsigned char c) { return c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; }

/* None of these eight octets of ASCII or UTF-8 needs an escape; some false alarms do no harm. */
static bool all_plain(uint64_t w)
{
    const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
    uint64_t quote = w ^ '"' * ones, slash = w ^ '\\' * ones, del = w ^ 0x7f * ones;
    return !(((w - 0x20 * ones) | (quote - ones) | (slash - ones) | (del - ones)) & ~w & tops);
}

static char *put_quoted(char *p, struct str s)
{
    *p++ = ' ';
    *p++ = '"';
    uint32_t i = 0;
    uint64_t w;
    for (; s.n - i >= sizeof w; i += sizeof w, p += sizeof w) {
        memcpy(&w, s.s + i, sizeof w);
        if (!all_plain(w))
            break;
        memcpy(p, &w, sizeof w);
    }
    for (; i < s.n; i++) {
        unsigned char c = (unsigned char)s.s[i];
        if (c < 0x20 || c == 0x7f) {
            *p++ = '\\';
            *p++ = 'x';
            *p++ = "0123456789abcdef"[c >> 4];
            c = (unsigned char)"0123456789abcdef"[c & 15];
        } else if (!plain(c)) {
            *p++ = '\\';
        }
        *p++ = (char)c;
    }
    *p++ = '"';
    return p;
}

static char *put_option(char *p, const char *word, struct str s)
{
    if (!s.n)
        return p;
    *p++ = ' ';
    return put_quoted(put(p, word), s);
}

/* At most: words, numbers and quotes, and each octet of a text as "\xHH". */
static size_t most(struct str a, struct str b, struct str c, struct str d)
{
    return 200 + 4 * ((size_t)a.n + b.n + c.n + d.n);
}

static void device_text(struct text *t, const struct lock_device *d)
{
    size_t room = most(d->key, d->plc, d->handle, d->title) + most(d->guid, d->guid, d->guid, d->guid);
    char *begin = buf_take(&t->b, room), *p = put(begin, "\ndevice");
    p = put_option(put_quoted(p, d->key), "of", d->plc);
    p = put_number(put(p, " instance "), d->instance);
    p = put_number(put(p, " changes "), d->changes);
    if (!str_same(d->handle, d->key))
        p = put_option(p, "named", d->handle);
    if (!str_same(d->title, d->handle))
        p = put_option(p, "title", d->title);
    p = put(put_option(p, "guid", d->guid), d->gone ? " gone\n" : "\n");
    t->b.n -= room - (size_t)(p - begin);
}

static void put_begin(struct text *t, const struct lock_device *d, const struct lock_line *l)
{
    if (t->kind == l->kind)
        return;
    t->kind = l->kind;
    t->begin.n = 0;
    size_t room = most(d->key, d->key, d->key, d->key);
    char *begin = buf_take(&t->begin, room);
    t->begin.n = (size_t)(put_quoted(put(begin, lock_kind_names[l->kind]), d->key) - begin);
}

static void line_text(struct text *t, const struct lock_device *d, const struct lock_line *l)
{
    struct str guid = lock_guid(l), born = lock_born(l), of = lock_of(l);
    size_t room = most(d->key, l->name, l->title, guid) + 4 * ((size_t)born.n + of.n);
    if (t->b.n > AT_ONCE)
        flush(t);
    put_begin(t, d, l);
    char *begin = buf_take(&t->b, room), *p = (char *)memcpy(begin, t->begin.s, t->begin.n) + t->begin.n;
    p = put_quoted(p, l->name);
    *p++ = ' ';
    p = put(p, object_type_name(l->type));
    *p++ = ' ';
    p = put_number(put(put_number(p, l->instance), " changes "), l->changes);
    if (!str_same(l->title, l->name))
        p = put_option(p, "title", l->title);
    p = put_option(put_option(put_option(p, "guid", guid), "born", born), "of", of);
    p = put(p, said(l) == LOCK_GONE ? " gone\n" : said(l) == LOCK_USED ? " used\n" : "\n");
    t->b.n -= room - (size_t)(p - begin);
}

/* A line lies anywhere, and so do its texts: asked for some lines ahead. */
static void lines_text(struct ctx *ctx, struct text *t, const struct lock_device *d)
{
    enum { AHEAD = 24, TEXTS_AHEAD = 12 };
    struct sort_item *v = sorted(ctx, d);
    t->kind = LOCK_KINDS;
    for (uint32_t i = 0; i < d->n_lines; i++) {
        if (i + AHEAD < d->n_lines)
            __builtin_prefetch(v[i + AHEAD].of);
        if (i + TEXTS_AHEAD < d->n_lines) {
            const struct lock_line *l = v[i + TEXTS_AHEAD].of;
            __builtin_prefetch(l->name.s);
            __builtin_prefetch(l->title.s);
        }
        if (((const struct lock_line *)v[i].of)->state != LOCK_TWIN)
            line_text(t, d, v[i].of);
    }
    arena_release(ctx->arena, v, ((size_t)d->n_lines + 1) * sizeof *v);
}

void lock_write(struct ctx *ctx, const struct lock *l, struct output *f)
{
    struct text t = {f, buf_of(ctx), buf_of(ctx), LOCK_KINDS};
    struct lock_device **devices = arena_array(ctx->arena, l->n_devices + 1, sizeof *devices);
    buf_str(&t.b, "bacids 2\n"
                  "# BACnet numbers of this project, written by bacc. Keep it with the project, in version\n"
                  "# control; when branches meet, keep the lines of both and compile again.\n");
    for (size_t i = 0; i < l->n_devices; i++)
        devices[i] = l->devices[i];
    qsort(devices, l->n_devices, sizeof *devices, by_device);
    for (size_t i = 0; i < l->n_devices; i++) {
        device_text(&t, devices[i]);
        lines_text(ctx, &t, devices[i]);
    }
    buf_str(&t.b, "end\n");             /* who does not find it knows that lines are missing   */
    flush(&t);
    buf_free(&t.b);
    buf_free(&t.begin);
}
