#include "compiler/ctx.h"

void ctx_init(struct ctx *ctx)
{
    *ctx = (struct ctx){ .arena = arena_new() };
    ctx->strs = strs_new(ctx->arena);
    ctx->diags = diags_new(ctx);
}
