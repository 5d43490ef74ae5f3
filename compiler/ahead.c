#include "compiler/ahead.h"

#include <semaphore.h>

#include "compiler/emit.h"

struct ahead {
    struct beside beside;
    struct ctx *ctx;
    struct plan *plan;
    sem_t planned;
    struct emit *emit;          /* NULL: nothing is written, or there are several images       */
    bool taken;                 /* emit, by ahead_emit()                                       */
};

static void run(void *arg)
{
    struct ahead *a = arg;
    plan_variables(a->ctx, a->plan);
    (void)sem_post(&a->planned);
    if (a->emit)
        emit_variables(a->emit);
}

void ahead_begin(struct ctx *ctx)
{
    enum { WORTH = 4096 };
    const struct model *m = ctx->model;
    if (!m || !m->plcs || m->n_variables < WORTH || diag_errors(ctx))
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
    if (!a || a->taken)
        return NULL;
    a->taken = true;
    return a->emit;
}

void ahead_wait(struct ctx *ctx)
{
    if (ctx->ahead)
        beside_end(&ctx->ahead->beside);
}

void ahead_end(struct ctx *ctx)
{
    struct ahead *a = ctx->ahead;
    if (!a)
        return;
    ahead_wait(ctx);
    if (a->emit && !a->taken)
        emit_abandon(a->emit);
    (void)sem_destroy(&a->planned);
    ctx->ahead = NULL;
}
