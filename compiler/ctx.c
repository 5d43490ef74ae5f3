#include "compiler/ctx.h"

void ctx_init(struct ctx *ctx)
{
    *ctx = (struct ctx){ .arena = arena_new(), .nodes = arena_new() };
    ctx->strs = strs_new(arena_new());
    ctx->diags = diags_new(ctx);
}

void ctx_forget_nodes(struct ctx *ctx)
{
    if (ctx->nodes && !ctx->keeps_nodes) {
        arena_drop(ctx->nodes);
        if (ctx->early_nodes)
            arena_drop(ctx->early_nodes);
        ctx->nodes = ctx->early_nodes = NULL;
        ctx->tree = NULL;
    }
}
