/* `bacc export-pics` and `bacc export-epics`: conformance statements of one device. */
#include <stdio.h>
#include <string.h>

#include "compiler/commands.h"
#include "compiler/emit_pass.h"
#include "compiler/epics.h"
#include "compiler/options.h"
#include "compiler/outfile.h"
#include "compiler/output.h"
#include "compiler/pass.h"

static int statement(struct ctx *ctx, bool epics, bool markdown)
{
    size_t n;
    const char *path = opt_str(ctx, OPT_OUTPUT);
    ctx->prints = !path || output_is_stdout(path);
    const struct image *images = images_of_argument(ctx, &n, false), *img = NULL;
    struct buf b = buf_of(ctx);
    if (!images || !image_is_of_plc(ctx, images))
        return passes_finish(ctx);
    uint32_t device = statement_device(ctx, images, n, opt_str(ctx, OPT_DEVICE), &img);
    if (device != IMG_NONE && epics)
        epics_write(&b, img, device);
    else if (device != IMG_NONE)
        pics_write(&b, img, device, markdown);
    if (device != IMG_NONE && path && output_is_input(ctx, path))
        diag_machine(ctx, "%s: is part of the project; the statement would replace it", path);
    else if (device != IMG_NONE)
        (void)outfile_write(ctx, path ? path : "-", b.s, b.n, true);
    return passes_finish(ctx);
}

int cmd_export_epics(struct ctx *ctx) { return statement(ctx, true, false); }

int cmd_export_pics(struct ctx *ctx)
{
    const char *format = opt_str(ctx, OPT_FORMAT);
    if (format && strcmp(format, "text") != 0 && strcmp(format, "markdown") != 0) {
        fprintf(stderr, "bacc export-pics: --format is text or markdown, not '%s'\n", format);
        return 1;
    }
    return statement(ctx, false, format && !strcmp(format, "markdown"));
}
