#ifndef COMPILER_MODEL_PASS_H
#define COMPILER_MODEL_PASS_H
/* The passes between the syntax tree and the plan, in running order (publish.h has its own). */
struct ctx;

void pass_expand(struct ctx *ctx);     /* expand.c: templates and their uses                      */
/* Also builds the variables, whose nodes then do not become part of the tree; not with --dump. */
void pass_load(struct ctx *ctx);
void pass_build(struct ctx *ctx);       /* ctx->tree -> ctx->model: values, defaults           */
void pass_resolve(struct ctx *ctx);     /* names -> references, units, states, defaults of meaning */
void pass_check(struct ctx *ctx);       /* after publish; reads only                           */
#endif
