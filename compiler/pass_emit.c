/* Pass "emit": the numbering file and one image per PLC, all written before any is put in place.
 * The lock goes first: a number that is in an image is then never unknown. What is written is not
 * kept in memory for the next. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/emit.h"
#include "compiler/emit_pass.h"
#include "compiler/options.h"
#include "compiler/output.h"
#include "compiler/progress.h"

/* project.bin, or project-<plc>.bin where the project has several. */
static const char *image_path(struct ctx *ctx, const struct plc *plc)
{
    const char *given = opt_str(ctx, OPT_OUTPUT);
    if (given)
        return given;
    const char *lock = lock_path(ctx);
    int stem = (int)(strlen(lock) - strlen(".bacids"));
    if (!ctx->model->plcs->next)
        return arena_printf(ctx->arena, "%.*s.bin", stem, lock);
    char *name = arena_copy(ctx->arena, plc->name.s, plc->name.n);
    for (char *p = name; *p; p++)
        if (*p == '/')
            *p = '_';
    return arena_printf(ctx->arena, "%.*s-%s.bin", stem, lock, name);
}

static void grouped(char out[32], size_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%zu", v), k = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            out[k++] = ',';
        out[k++] = digits[i];
    }
    out[k] = 0;
}

/* A password that cannot be read ends the image of its PLC; with several PLCs it is told before, of all of them. */
static bool passwords_there(struct ctx *ctx)
{
    if (ctx->plan->n_plcs > 1)
        emit_passwords_sought(ctx);
    return !diag_machine_failed(ctx);
}

struct image *emit_images(struct ctx *ctx)
{
    struct plan *plan = ctx->plan;
    if (!passwords_there(ctx))
        return NULL;
    struct image *images = arena_array(ctx->arena, plan->n_plcs, sizeof *images);
    for (uint32_t i = 0; i < plan->n_plcs; i++) {
        struct emitted x;
        if (!emit_image(ctx, &plan->plcs[i], NULL, &x) || !emit_checked(ctx, &plan->plcs[i], &x))
            return NULL;
        images[i] = x.img;
    }
    return images;
}

/* Into a pipe or a device: the image is for whoever reads there, and no file of that name comes to be. */
static bool passes_on(const char *path)
{
    struct stat st;
    return output_is_stdout(path) || (!stat(path, &st) && !S_ISREG(st.st_mode));
}

static void say(struct ctx *ctx, const struct image *img, const char *path)
{
    char size[32], objects[32];
    grouped(size, img->size);
    grouped(objects, img->n_objects);
    if (!passes_on(path))
        opt_say(ctx, "%s: %u device%s, %s objects, %s bytes\n", path, img->n_devices,
                img->n_devices == 1 ? "" : "s", objects, size);
}

/* The numbering file is written beside the longer half of the first image: nothing changes it any more. */
struct lock_writing {
    struct ctx view;                    /* with an arena of its own                            */
    struct output *f;                   /* NULL: it is as it was                               */
    struct beside beside;
    bool large, begun;
};

static void write_lock(void *arg)
{
    struct lock_writing *w = arg;
    lock_write(&w->view, w->view.plan->lock, w->f);
    if (w->large)
        output_sync(w->f);
    else
        output_end(w->f);               /* small files: the system's journal takes all at once */
}

static void lock_begin(void *arg)
{
    struct lock_writing *w = arg;
    if (!w->f || w->begun)
        return;
    w->begun = true;
    beside_begin(&w->beside, write_lock, w, w->large);
}

static bool lock_open(struct ctx *ctx, struct outputs *out, struct lock_writing *w)
{
    enum { WORTH = 4096, LINE = 70 };   /* octets: of a short line                              */
    size_t lines = 0;
    const struct lock *lock = ctx->plan->lock;
    *w = (struct lock_writing){ .f = NULL };
    if (!lock->changed)
        return true;
    for (size_t i = 0; i < lock->n_devices; i++)
        lines += lock->devices[i]->n_lines;
    w->f = output_open(out, lock->path, lines * LINE);
    if (!w->f)
        return false;
    w->view = *ctx;
    w->view.arena = arena_new();
    w->large = lines > WORTH;
    return true;
}

static bool lock_end(struct lock_writing *w)
{
    if (!w->f)
        return true;
    if (w->begun)
        beside_end(&w->beside);
    arena_drop(w->view.arena);
    return output_close(w->f);
}

static bool write_image(struct outputs *out, const char *path, const struct emitted *x)
{
    struct output *f = output_open(out, path, x->img.size);
    if (!f)
        return false;
    for (size_t i = 0; i < BUILD_SECTIONS; i++)
        output_put(f, x->pieces[i].s, x->pieces[i].n);
    return output_close(f);
}

/* Of images[] only what say() needs is left. */
static bool write_images(struct ctx *ctx, struct outputs *out, struct image *images, struct lock_writing *lock)
{
    const struct emit_next next = {lock_begin, lock};
    for (uint32_t i = 0; i < ctx->plan->n_plcs; i++) {
        struct plan_plc *plc = &ctx->plan->plcs[i];
        struct emitted x;
        if (!emit_image(ctx, plc, &next, &x)) {
            outputs_abandon(out);
            return false;
        }
        bool written = write_image(out, image_path(ctx, plc->plc), &x);
        if (!emit_checked(ctx, plc, &x) || !written) {
            outputs_abandon(out);
            return false;
        }
        images[i] = x.img;
        emit_drop(&x);
    }
    return true;
}

void pass_emit(struct ctx *ctx)
{
    struct plan *plan = ctx->plan;
    if (!plan)
        return;
    if (plan->n_plcs > 1 && opt_has(ctx, OPT_OUTPUT)) {
        diag_machine(ctx, "%s: the project has %u PLCs: -o needs --plc NAME", ctx->project_path, plan->n_plcs);
        return;
    }
    for (uint32_t i = 0; i < plan->n_plcs; i++) {
        const char *path = image_path(ctx, plan->plcs[i].plc);
        if (output_is_input(ctx, path)) {
            diag_machine(ctx, "%s: is part of the project; the image would replace it", path);
            return;
        }
        if (passes_on(path))
            (void)signal(SIGPIPE, SIG_IGN);     /* a reader who leaves: told, and no temporary stays */
    }
    if (!passwords_there(ctx))
        return;
    struct outputs *out = outputs_new(ctx);
    struct image *images = arena_array(ctx->arena, plan->n_plcs, sizeof *images);
    struct lock_writing lock;
    if (!lock_open(ctx, out, &lock))
        return;
    if (ctx->model->variable_map)
        map_drop(ctx->model->variable_map);     /* every name has been looked up               */
    strs_forget(ctx->strs);
    bool written = write_images(ctx, out, images, &lock);
    if (written)
        lock_begin(&lock);                      /* there is no image                           */
    if (!lock_end(&lock) || !written || !outputs_commit(out))
        return;
    progress_end(ctx);
    for (uint32_t i = 0; i < plan->n_plcs; i++)
        say(ctx, &images[i], image_path(ctx, plan->plcs[i].plc));
    if (!plan->lock->exists)
        opt_say(ctx, "%s: numbers of all objects; keep it with the project\n", plan->lock->path);
}
