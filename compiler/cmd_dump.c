/* `bacc dump`: an image, or a project compiled in memory, as text or JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compiler/commands.h"
#include "compiler/dump.h"
#include "compiler/emit_pass.h"
#include "compiler/options.h"
#include "compiler/pass.h"
#include "compiler/plan.h"

/* The whole file if it is an image; false: it is something else, or cannot be read (reported). */
static bool read_image(struct ctx *ctx, struct image *img)
{
    char magic[8], why[256];
    FILE *f = fopen(ctx->project_path, "rbe");
    if (!f)
        return false;                   /* the front end says it in its own words */
    bool is = fread(magic, 1, sizeof magic, f) == sizeof magic && !memcmp(magic, IMAGE_MAGIC, sizeof magic);
    struct buf b = buf_of(ctx);
    if (is)
        buf_bytes(&b, magic, sizeof magic);
    for (size_t got = 1; is && got;) {
        char *p = buf_take(&b, 65536);
        got = fread(p, 1, 65536, f);
        b.n -= 65536 - got;
    }
    if (is && ferror(f))
        diag_machine(ctx, "%s: cannot be read: %s", ctx->project_path, strerror(errno));
    else if (is && !image_open(img, b.s, b.n, why, sizeof why))
        diag_machine(ctx, "%s: %s", ctx->project_path, why);
    fclose(f);
    return is;
}

struct image *images_of_argument(struct ctx *ctx, size_t *n, bool fresh)
{
    struct image *img = arena_alloc(ctx->arena, sizeof *img);
    *n = 1;
    if (read_image(ctx, img))
        return diag_machine_failed(ctx) ? NULL : img;
    if (!passes_run(ctx, false) || !ctx->plan || diag_status(ctx))
        return NULL;
    const struct lock *lock = ctx->plan->lock;
    if (fresh && (lock->changed || !lock->exists)) {
        diag(ctx, (struct srcpos){lock->file, 0, 0}, D_LOCK_STALE, "the numbers are not up to date");
        return NULL;
    }
    *n = ctx->plan->n_plcs;
    return emit_images(ctx);
}

bool image_is_of_plc(struct ctx *ctx, const struct image *img)
{
    const char *plc = opt_str(ctx, OPT_PLC), *is = (const char *)img_text(img, img->project->plc).p;
    if (ctx->plan || !plc || !strcmp(plc, is))
        return true;
    diag_machine(ctx, "%s: is the image of PLC '%s', not of '%s'", ctx->project_path, is, plc);
    return false;
}

int cmd_dump(struct ctx *ctx)
{
    size_t n;
    ctx->prints = true;
    const struct image *images = images_of_argument(ctx, &n, false);
    if (images && !image_is_of_plc(ctx, images))
        images = NULL;
    struct out o = {.b = buf_of(ctx), .json = opt_has(ctx, OPT_JSON), .fresh = true};
    if (images && o.json)
        out_open(&o, NULL, NULL);
    if (images)
        out_list(&o, "images");
    for (size_t i = 0; images && i < n; i++)
        dump_image(&o, &images[i]);
    if (images) {
        out_list_end(&o);
        if (o.json) {
            out_close(&o);
            buf_char(&o.b, '\n');
        }
        fwrite(o.b.s, 1, o.b.n, stdout);
    }
    return passes_finish(ctx);
}
