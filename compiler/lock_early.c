/* A long numbering file is read beside the passes that do not need it yet, in a context of its own: with an
 * arena, strings and diagnostics that nobody else touches. Where anything is to be said of it, it is read
 * again, by who may say it. */
#include "compiler/lock.h"

#include <sys/stat.h>
#include <unistd.h>

#include "compiler/beside.h"

struct lock_early {
    struct beside beside;
    struct ctx view;
    struct lock *lock;
};

static void load(void *arg)
{
    struct lock_early *e = arg;
    e->lock = lock_load(&e->view);
}

void lock_begin_early(struct ctx *ctx)
{
    enum { WORTH = 1 << 16 };           /* octets: some hundred lines                          */
    struct stat st;
    if (stat(lock_path(ctx), &st) || !S_ISREG(st.st_mode) || st.st_size < WORTH ||
        access(lock_path(ctx), R_OK))
        return;
    struct lock_early *e = arena_alloc(ctx->arena, sizeof *e);
    e->view = (struct ctx){.arena = arena_new(), .options = ctx->options, .project_path = ctx->project_path};
    e->view.strs = strs_new(e->view.arena);
    e->view.diags = diags_silent(&e->view);
    ctx->lock_early = e;
    beside_begin(&e->beside, load, e, true);
}

void lock_end_early(struct ctx *ctx)
{
    if (ctx->lock_early)
        beside_end(&ctx->lock_early->beside);
}

/* From strings of its own to the project's. */
static void settle(struct ctx *ctx, struct lock *l)
{
    for (size_t i = 0; i < l->n_devices; i++) {
        struct lock_device *d = l->devices[i];
        struct str *const texts[] = {&d->key, &d->handle, &d->plc, &d->guid, &d->title};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            *texts[k] = ctx_str(ctx, texts[k]->s, texts[k]->n);
    }
    l->file = diag_file(ctx, l->path);
    diag_file_bytes(ctx, l->file, l->bytes, l->n_bytes);
}

struct lock *lock_take(struct ctx *ctx)
{
    struct lock_early *e = ctx->lock_early;
    lock_end_early(ctx);
    ctx->lock_early = NULL;
    if (!e || !e->lock || diags_said(e->view.diags) || diag_machine_failed(&e->view))
        return lock_load(ctx);
    settle(ctx, e->lock);
    return e->lock;
}
