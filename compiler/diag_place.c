/* Places that are given by their offset: the file is read once more when the first of them is wanted, and
 * its line ends are counted in steps, so that each further one costs little. */
#include <string.h>

#include "compiler/diag_store.h"
#include "compiler/scan.h"
#include "compiler/source.h"

enum { STEP = 1 << 14 };            /* octets                                                  */
struct lines {
    const char *bytes;              /* NULL: the file cannot be read, or is none               */
    size_t n;
    struct mark { uint32_t line, col; } *marks; /* of each STEP's first octet                  */
};

static bool is_same(const struct diag_source *first, const struct source_stamp *now)
{
    return !first->other && (!first->stamp.changed_s || !memcmp(&first->stamp, now, sizeof *now));
}

void diag_file_stamp(struct ctx *ctx, uint32_t file, const struct source_stamp *stamp)
{
    struct diag_source *src = &ctx->diags->files[file];
    src->other |= !is_same(src, stamp);
    src->stamp = *stamp;
}

void diag_file_lost(struct ctx *ctx, uint32_t file)
{
    if (!ctx->diags->ended)
        diag_machine(ctx, "%s: changed, or could no longer be read, before all of it was looked at",
                     ctx->diags->files[file].path);
    ctx->diags->ended = true;
}

static void read_again(struct ctx *ctx, uint32_t file, struct lines *l)
{
    struct diag_source *src = &ctx->diags->files[file];
    struct source s;
    struct ctx quiet = *ctx;
    quiet.diags = diags_muted(ctx);
    const struct diag_source *first = src->real ? &ctx->diags->files[src->real] : src;
    l->bytes = src->bytes;
    l->n = src->n;
    if (src->bytes)
        return;
    if (!source_read(src->path, &s) && is_same(first, &s.stamp) && source_decode(&quiet, file, &s, NULL)) {
        l->bytes = arena_copy(ctx->arena, s.bytes, s.n);
        l->n = s.n;
    }
    source_free(&s);
}

static struct lines *lines_of(struct ctx *ctx, uint32_t file)
{
    struct lines *l = ctx->diags->files[file].lines;
    if (l)
        return l;
    l = ctx->diags->files[file].lines = arena_alloc(ctx->arena, sizeof *l);
    read_again(ctx, file, l);
    if (!l->bytes)
        return l;
    l->marks = arena_array(ctx->arena, l->n / STEP + 1, sizeof *l->marks);
    struct scan s = scan_of(l->bytes, l->n);
    for (size_t i = 0; i <= l->n / STEP; i++) {
        scan_to(&s, l->bytes + i * STEP);
        l->marks[i] = (struct mark){s.line, s.col};
    }
    return l;
}

const char *diag_file_again(struct ctx *ctx, uint32_t file, size_t *n)
{
    const struct lines *l = lines_of(ctx, file);
    *n = l->n;
    return l->bytes;
}

struct srcpos diag_place(struct ctx *ctx, struct srcpos pos)
{
    if (pos.col != POS_OFFSET)
        return pos;
    const struct lines *l = lines_of(ctx, pos.file);
    if (!l->bytes || pos.line > l->n)       /* another file has its name now                   */
        return (struct srcpos){pos.file, 0, 0};
    const struct mark *m = &l->marks[pos.line / STEP];
    struct scan s = scan_of(l->bytes, l->n);
    s.p = l->bytes + pos.line / STEP * STEP;
    s.line = m->line;
    s.col = m->col;
    scan_to(&s, l->bytes + pos.line);
    return (struct srcpos){pos.file, s.line, s.col};
}
