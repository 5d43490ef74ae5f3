#ifndef COMPILER_PASS_H
#define COMPILER_PASS_H
/* The passes, in running order (table in pass.c), and the one function that runs them. */
#include "compiler/ctx.h"

enum pass_kind {
    PASS_ALWAYS,        /* tolerates what earlier passes reported                              */
    PASS_SURE,          /* only when no error casts doubt on what is numbered                  */
    PASS_WRITES         /* only when there is no error; touches files: only `compile`          */
};
struct pass {
    const char *name;
    void (*run)(struct ctx *ctx);
    void (*dump)(const struct ctx *ctx, FILE *f);   /* NULL: nothing to show                   */
    enum pass_kind kind;
    void (*beside)(struct ctx *ctx);                /* begins what later passes need, for a second processor that
                                                       has nothing to do; NULL: nothing        */
    const char *what;                               /* for people who wait                     */
};

/* Runs the passes on ctx->project_path up to --stop-after; `writes` lets PASS_WRITES run.
 * false: --stop-after names no pass, or --dump one that has nothing to show. */
bool passes_run(struct ctx *ctx, bool writes);
/* Prints the diagnostics as the options ask and returns the exit status. */
int passes_finish(struct ctx *ctx);
#endif
