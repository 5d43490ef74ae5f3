#include "compiler/ahead.h"

#include <semaphore.h>

#include "compiler/emit.h"
#include "compiler/options.h"

struct ahead {
    struct beside beside;
    struct ctx *ctx;
    struct plan *plan;
    sem_t planned;
    struct emit *emit;          /* NULL: nothing is written, or there are several images       */
};

static void run(void *arg)
{
    struct ahead *a = arg;
    plan_variables(a->ctx, a->plan);
    (void)sem_post(&a->planned);
    if (a->emit)
        emit_variables(a->emit);
}

void pass_ahead(struct ctx *ctx)
{
    enum { WORTH = 4096 };
    const struct model *m = ctx->model;
    if (!m || !m->plcs || m->n_variables < WORTH)
        return;
    struct ahead *a = ctx->ahead = arena_alloc(ctx->arena, sizeof *a);
    a->ctx = ctx;
    a->plan = plan_begin(ctx);
    a->emit = ctx->writes && !m->plcs->next ? emit_begin(ctx, m->plcs) : NULL;
    (void)sem_init(&a->planned, 0, 0);
    beside_begin(&a->beside, run, a, true);
}

struct plan *ahead_plan(struct ctx *ctx)
{
    struct ahead *a = ctx->ahead;
    if (!a)
        return NULL;
    while (sem_wait(&a->planned)) {
    }
    return a->plan;
}

struct emit *ahead_emit(struct ctx *ctx)
{
    struct ahead *a = ctx->ahead;
    if (!a)
        return NULL;
    beside_end(&a->beside);
    struct emit *e = a->emit;
    a->emit = NULL;
    return e;
}

void ahead_end(struct ctx *ctx)
{
    struct emit *e = ahead_emit(ctx);
    if (e)
        emit_abandon(e);
    if (ctx->ahead)
        (void)sem_destroy(&ctx->ahead->planned);
    ctx->ahead = NULL;
}
