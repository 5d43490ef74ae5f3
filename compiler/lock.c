/* The numbering file as data: lines, devices, birth keys, and its text. Reading is lock_parse.c's,
 * giving numbers is number.c's. Never touches the disk but to read (lock_load). */
#include "compiler/lock.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/buf.h"
#include "schemas/bacnet.h"

const char *const lock_kind_names[LOCK_KINDS] = {
    [LK_device] = "device",     [LK_port] = "port",         [LK_class] = "class",
    [LK_calendar] = "calendar", [LK_schedule] = "schedule", [LK_trend] = "trend",
    [LK_event_log] = "event-log", [LK_file] = "file",
    [LK_variable] = "variable",
};

const char *lock_path(struct ctx *ctx)
{
    const char *p = ctx->project_path, *slash = strrchr(p, '/'), *dot = strrchr(p, '.');
    size_t n = dot && (!slash || dot > slash + 1) && dot != p ? (size_t)(dot - p) : strlen(p);
    return arena_printf(ctx->arena, "%.*s.bacids", (int)n, p);
}

struct lock_device *lock_add_device(struct ctx *ctx, struct lock *l, struct str key)
{
    struct lock_device *d = arena_alloc(ctx->arena, sizeof *d);
    d->key = d->handle = d->title = key;
    d->plc = d->guid = ctx_str(ctx, "", 0);
    d->births = map_new(ctx->arena);
    l->devices = arena_grow(ctx->arena, l->devices, &l->cap_devices, l->n_devices + 1, sizeof(void *));
    l->devices[l->n_devices++] = d;
    return d;
}

struct str lock_birth(const struct lock_line *line) { return line->born.n ? line->born : line->name; }

/* Over "Main/variable/analog-input/AHU1_TSup": what it was called when it got its number. */
struct img_identity lock_identity(struct ctx *ctx, const struct lock_line *line)
{
    struct str parts[4] = {line->device->key, {lock_kind_names[line->kind], 0},
                           {object_type_name(line->type), 0}, lock_birth(line)};
    char small[512], *key = small;
    size_t n = 0, at = 0;
    parts[1].n = (uint32_t)strlen(parts[1].s);
    parts[2].n = (uint32_t)strlen(parts[2].s);
    for (int i = 0; i < 4; i++)
        n += parts[i].n + 1;
    if (n > sizeof small)
        key = arena_alloc(ctx->arena, n);
    for (int i = 0; i < 4; i++) {
        memcpy(key + at, parts[i].s, parts[i].n);
        at += parts[i].n;
        key[at++] = '/';
    }
    return identity_of(key, n - 1);
}

static struct map *map_at_kind(struct ctx *ctx, struct map **m)
{
    if (!*m)
        *m = map_new(ctx->arena);
    return *m;
}

void lock_index(struct ctx *ctx, struct lock_line *line)
{
    struct lock_device *d = line->device;
    struct map *names = map_at_kind(ctx, &d->names[line->kind]);
    struct lock_line *other = map_get(names, line->name);
    if (line->state != LOCK_USED && other != line) {
        line->same_name = other;
        map_set(names, line->name, line);
    }
    if (line->state != LOCK_USED && line->guid.n) {
        struct map *guids = map_at_kind(ctx, &d->guids[line->kind]);
        other = map_get(guids, line->guid);
        if (other != line) {
            line->same_guid = other;
            map_set(guids, line->guid, line);
        }
    }
    if (line->born.n)
        map_set(d->births, line->born, line);
}

static void forget(struct map **m)
{
    if (*m)
        map_drop(*m);
}

void lock_forget(struct lock *l)
{
    for (size_t i = 0; i < l->n_devices; i++) {
        struct lock_device *d = l->devices[i];
        for (size_t k = 0; k < LOCK_KINDS; k++) {
            forget(&d->names[k]);
            forget(&d->guids[k]);
        }
        forget(&d->births);
    }
}

static void append(struct ctx *ctx, struct lock_line *line)
{
    struct lock_device *d = line->device;
    d->lines = arena_grow(ctx->arena, d->lines, &d->cap_lines, d->n_lines + 1, sizeof(void *));
    d->lines[d->n_lines++] = line;
}

struct lock_line *lock_add(struct ctx *ctx, struct lock_device *d, enum lock_kind kind, uint32_t type,
                           struct str name)
{
    struct lock_line *line = arena_alloc(ctx->arena, sizeof *line);
    line->device = d;
    line->kind = (uint8_t)kind;
    line->type = (uint16_t)type;
    line->name = line->title = name;
    line->guid = line->born = ctx_str(ctx, "", 0);
    append(ctx, line);
    return line;
}

uint32_t lock_revision(const struct lock_device *d)
{
    uint64_t sum = d->changes;
    for (size_t i = 0; i < d->n_lines; i++)
        sum += d->lines[i]->changes;
    return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

/* ---- the text ---- */

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

/* A line with the beginning of what it is sorted by: most comparisons look no further. */
struct sortable {
    uint64_t kind_and_name, more_name;  /* kind and 7 octets; 8 octets                         */
    struct lock_line *line;
};

static struct sortable sortable_of(struct lock_line *line)
{
    struct sortable s = {line->kind, 0, line};
    for (uint32_t i = 0; i < 15; i++) {
        uint64_t c = i < line->name.n ? (unsigned char)line->name.s[i] : 0;
        if (i < 7)
            s.kind_and_name = s.kind_and_name << 8 | c;
        else
            s.more_name = s.more_name << 8 | c;
    }
    return s;
}

static int by_line(const void *a, const void *b)
{
    const struct sortable *s = a, *t = b;
    if (s->kind_and_name != t->kind_and_name)
        return s->kind_and_name < t->kind_and_name ? -1 : 1;
    if (s->more_name != t->more_name)
        return s->more_name < t->more_name ? -1 : 1;
    const struct lock_line *x = s->line, *y = t->line;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int c = by_text(x->name, y->name);
    if (c)
        return c;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    if (x->state != y->state)
        return x->state < y->state ? -1 : 1;
    return (x->instance > y->instance) - (x->instance < y->instance);
}

static void quoted(struct buf *b, struct str s)
{
    buf_str(b, " \"");
    uint32_t plain = 0;
    while (plain < s.n && (unsigned char)s.s[plain] >= 0x20 && s.s[plain] != 0x7f && s.s[plain] != '"' &&
           s.s[plain] != '\\')
        plain++;
    buf_bytes(b, s.s, plain);
    for (uint32_t i = plain; i < s.n; i++) {
        unsigned char c = (unsigned char)s.s[i];
        if (c < 0x20 || c == 0x7f) {
            buf_printf(b, "\\x%02x", c);
        } else {
            if (c == '"' || c == '\\')
                buf_char(b, '\\');
            buf_char(b, (char)c);
        }
    }
    buf_char(b, '"');
}

static void option(struct buf *b, const char *word, struct str s)
{
    if (!s.n)
        return;
    buf_char(b, ' ');
    buf_str(b, word);
    quoted(b, s);
}

static void device_text(struct buf *b, const struct lock_device *d)
{
    buf_str(b, "\ndevice");
    quoted(b, d->key);
    option(b, "of", d->plc);
    buf_printf(b, " instance %u changes %u", d->instance, d->changes);
    if (!str_eq(d->handle, d->key))
        option(b, "named", d->handle);
    if (!str_eq(d->title, d->handle))
        option(b, "title", d->title);
    option(b, "guid", d->guid);
    buf_str(b, d->gone ? " gone\n" : "\n");
}

static void line_text(struct buf *b, const struct lock_line *l)
{
    buf_str(b, lock_kind_names[l->kind]);
    quoted(b, l->device->key);
    quoted(b, l->name);
    buf_char(b, ' ');
    buf_str(b, object_type_name(l->type));
    buf_char(b, ' ');
    buf_number(b, l->instance);
    buf_str(b, " changes ");
    buf_number(b, l->changes);
    if (!str_eq(l->title, l->name))
        option(b, "title", l->title);
    option(b, "guid", l->guid);
    option(b, "born", l->born);
    buf_str(b, l->state == LOCK_GONE ? " gone\n" : l->state == LOCK_USED ? " used\n" : "\n");
}

struct buf lock_text(struct ctx *ctx, const struct lock *l)
{
    struct buf b = buf_of(ctx);
    struct lock_device **devices = arena_array(ctx->arena, l->n_devices + 1, sizeof *devices);
    buf_str(&b, "bacids 1\n"
                "# BACnet numbers of this project, written by bacc. Keep it with the project, in version\n"
                "# control; when branches meet, keep the lines of both and compile again.\n");
    for (size_t i = 0; i < l->n_devices; i++)
        devices[i] = l->devices[i];
    qsort(devices, l->n_devices, sizeof *devices, by_device);
    for (size_t i = 0; i < l->n_devices; i++) {
        struct lock_device *d = devices[i];
        device_text(&b, d);
        struct sortable *lines = arena_array(ctx->arena, d->n_lines, sizeof *lines);
        for (size_t k = 0; k < d->n_lines; k++)
            lines[k] = sortable_of(d->lines[k]);
        qsort(lines, d->n_lines, sizeof *lines, by_line);
        for (size_t k = 0; k < d->n_lines; k++)
            line_text(&b, lines[k].line);
        arena_release(ctx->arena, lines, d->n_lines * sizeof *lines);
    }
    return b;
}
