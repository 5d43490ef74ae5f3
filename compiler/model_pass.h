#ifndef COMPILER_MODEL_PASS_H
#define COMPILER_MODEL_PASS_H
/* The passes between the syntax tree and the plan, in running order (publish.h has its own). */
struct ctx;

void pass_expand(struct ctx *ctx);     /* expand.c: templates and their uses                      */
/* Before load: variables are built while the file is read, and their nodes do not become part of the
 * tree. */
void build_early(struct ctx *ctx);
void pass_build(struct ctx *ctx);       /* ctx->tree -> ctx->model: values, defaults           */
void pass_resolve(struct ctx *ctx);     /* names -> references, units, states, defaults of meaning */
void pass_check(struct ctx *ctx);       /* after publish; reads only                           */
#endif
