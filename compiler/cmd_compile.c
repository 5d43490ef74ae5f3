/* `bacc compile` and `bacc check`: the passes, with and without those that write. */
#include <string.h>

#include "compiler/commands.h"
#include "compiler/options.h"
#include "compiler/pass.h"
#include "compiler/watch.h"

int cmd_compile(struct ctx *ctx)
{
    const char *path = opt_str(ctx, OPT_OUTPUT);
    ctx->prints = opt_has(ctx, OPT_DUMP) || (path && !strcmp(path, "/dev/stdout"));
    if (opt_has(ctx, OPT_WATCH))
        return watch_project(ctx);
    return passes_run(ctx, true) ? passes_finish(ctx) : 1;
}

int cmd_check(struct ctx *ctx)
{
    ctx->prints = opt_has(ctx, OPT_DUMP);
    return passes_run(ctx, false) ? passes_finish(ctx) : 1;
}
