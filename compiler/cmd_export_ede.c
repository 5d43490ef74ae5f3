/* `bacc export-ede`: the four EDE files of a project or an image, in BACnet-export/ beside it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/commands.h"
#include "compiler/ede.h"
#include "compiler/emit_pass.h"
#include "compiler/options.h"
#include "compiler/output.h"
#include "compiler/pass.h"
#include "compiler/plan.h"

static const char *directory(struct ctx *ctx)
{
    const char *given = opt_str(ctx, OPT_EDE_OUTPUT), *slash = strrchr(ctx->project_path, '/');
    if (given)
        return given;
    return arena_printf(ctx->arena, "%.*sBACnet-export", slash ? (int)(slash + 1 - ctx->project_path) : 0,
                        ctx->project_path);
}

/* The project's GUID as written, or what stands for it in the image. */
static const char *guid_of(struct ctx *ctx, const struct image *img)
{
    struct span text = img_text(img, img->project->guid);
    if (text.n)
        return (const char *)text.p;
    const uint8_t *p = ((const struct img_header *)(const void *)img->bytes)->project;
    struct buf b = buf_of(ctx);
    for (size_t i = 0; i < 16; i++)
        buf_printf(&b, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", p[i]);
    buf_char(&b, 0);
    return b.s;
}

/* <project>_<guid>_EDE.csv; what no file name may hold becomes '_'. */
static const char *path_of(struct ctx *ctx, const struct image *img, const char *dir, const char *part,
                           bool first)
{
    const char *project = (const char *)img_text(img, img->project->name).p, *guid = guid_of(ctx, img);
    char *name = first ? arena_printf(ctx->arena, "%s_%s_%s.csv", part, project, guid)
                       : arena_printf(ctx->arena, "%s_%s%s%s.csv", project, guid, *part == '-' ? "" : "_", part);
    for (char *p = name; *p; p++)
        if (strchr("/\\:*?\"<>|", *p) || (unsigned char)*p < 0x20)
            *p = '_';
    return arena_printf(ctx->arena, "%s/%s", dir, name);
}

static void write_files(struct ctx *ctx, struct ede *e, const struct image *img)
{
    const char *dir = directory(ctx), *paths[EDE_FILES];
    if (mkdir(dir, 0777) && errno != EEXIST) {
        diag_machine(ctx, "%s: cannot be made: %s", dir, strerror(errno));
        return;
    }
    struct outputs *out = outputs_new(ctx);
    for (unsigned f = 0; f < EDE_FILES; f++) {
        paths[f] = path_of(ctx, img, dir, e->dialect->names[f], e->dialect->part_first);
        if (!output_write(out, paths[f], e->file[f].s, e->file[f].n))
            return;
    }
    if (!outputs_commit(out))
        return;
    opt_say(ctx, "%s: %u device%s, %u objects\n", paths[EDE_MAIN], e->devices, e->devices == 1 ? "" : "s", e->objects);
    for (unsigned f = 1; f < EDE_FILES; f++)
        opt_say(ctx, "%s\n", paths[f]);
}

/* The version of the files is the sum of all revisions, and only rises: with those of devices that went. */
static uint64_t revisions_gone(const struct ctx *ctx)
{
    uint64_t sum = 0;
    for (size_t i = 0; ctx->plan && i < ctx->plan->lock->n_devices; i++)
        sum += ctx->plan->lock->devices[i]->gone ? lock_revision(ctx->plan->lock->devices[i]) : 0;
    return sum;
}

int cmd_export_ede(struct ctx *ctx)
{
    struct ede_dialect dialect;
    size_t n;
    if (!ede_dialect_read(ctx, &dialect))
        return 1;
    if (opt_str(ctx, OPT_EDE_OUTPUT) && output_is_stdout(opt_str(ctx, OPT_EDE_OUTPUT))) {
        fputs("bacc export-ede: -o names a folder: there are four files (./- is a folder of that name)\n", stderr);
        return 1;
    }
    const struct image *images = images_of_argument(ctx, &n, true);
    struct ede *e = arena_alloc(ctx->arena, sizeof *e);
    const char *device = opt_str(ctx, OPT_DEVICE);
    if (images && ede_make(e, ctx, &dialect, images, n, device, device ? 0 : revisions_gone(ctx)) && !diag_status(ctx))
        write_files(ctx, e, &images[0]);
    return passes_finish(ctx);
}
