/* The numbering file as data: devices, their lines, and what they are called. Its text is lock_parse.c's
 * and lock_text.c's, look-ups are lock_find.c's, giving numbers is number.c's. */
#include "compiler/lock.h"

#include <string.h>

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
    l->devices = arena_grow(ctx->arena, l->devices, &l->cap_devices, l->n_devices + 1, sizeof(void *));
    l->devices[l->n_devices++] = d;
    return d;
}

struct lock_line *lock_add(struct ctx *ctx, struct lock_device *d, enum lock_kind kind, uint32_t type,
                           struct str name)
{
    uint32_t i = d->n_lines++;
    unsigned block = 31u - (unsigned)__builtin_clz(i / LOCK_BLOCK + 1);
    if (!d->blocks[block])
        d->blocks[block] = arena_array(ctx->arena, (size_t)LOCK_BLOCK << block, sizeof **d->blocks);
    struct lock_line *line = lock_at(d, i);
    line->kind = (uint8_t)kind;
    line->type = (uint16_t)type;
    line->name = line->title = name;
    return line;
}

/* ---- what few lines have ---- */

static const struct str nothing = {"", 0};

struct str lock_guid(const struct lock_line *line) { return line->more ? line->more->guid : nothing; }
struct str lock_born(const struct lock_line *line) { return line->more ? line->more->born : nothing; }
struct str lock_of(const struct lock_line *line) { return line->more ? line->more->of : nothing; }

static struct lock_more *more(struct ctx *ctx, struct lock_line *line)
{
    if (!line->more) {
        line->more = arena_alloc(ctx->arena, sizeof *line->more);
        line->more->guid = line->more->born = line->more->of = nothing;
    }
    return line->more;
}

void lock_set_guid(struct ctx *ctx, struct lock_line *line, struct str guid) { more(ctx, line)->guid = guid; }
void lock_set_born(struct ctx *ctx, struct lock_line *line, struct str born) { more(ctx, line)->born = born; }
void lock_set_of(struct ctx *ctx, struct lock_line *line, struct str variable) { more(ctx, line)->of = variable; }

struct str lock_birth(const struct lock_line *line)
{
    struct str born = lock_born(line);
    return born.n ? born : line->name;
}

uint32_t lock_revision(const struct lock_device *d)
{
    uint64_t sum = d->changes;
    for (uint32_t i = 0; i < d->n_lines; i++)
        sum += lock_at(d, i)->changes;
    return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}
