/* `bacc compile` and `bacc check`: the passes, with and without those that write. */
#include <stdio.h>
#include <string.h>

#include "compiler/commands.h"
#include "compiler/emit_pass.h"
#include "compiler/options.h"
#include "compiler/output.h"
#include "compiler/pass.h"
#include "compiler/watch.h"

int cmd_compile(struct ctx *ctx)
{
    const char *stop = opt_str(ctx, OPT_STOP_AFTER);
    if (!strcmp(ctx->project_path, "-") && (!stop || !strcmp(stop, "emit"))) {
        fputs("bacc compile: a project from standard input has no place for its numbers; 'bacc check -' checks it\n", stderr);
        return 1;
    }
    const char *path = opt_str(ctx, OPT_OUTPUT);
    bool to_stdout = path && output_is_stdout(path), dump = opt_has(ctx, OPT_DUMP);
    const char *other = !to_stdout ? NULL : dump ? "dump" : opt_has(ctx, OPT_WATCH) ? "watch" : NULL;
    if (other) {
        fprintf(stderr, "bacc compile: -o %s and --%s: one of them; an image is alone where it goes\n", path, other);
        return 1;
    }
    ctx->prints = dump || to_stdout;
    if (opt_has(ctx, OPT_WATCH))
        return watch_project(ctx);
    return passes_run(ctx, true) ? passes_finish(ctx) : 1;
}

int cmd_check(struct ctx *ctx)
{
    if (!passes_run(ctx, false))
        return 1;
    if (ctx->plan && !opt_has(ctx, OPT_STOP_AFTER) && !diag_status(ctx))
        emit_passwords_sought(ctx);
    return passes_finish(ctx);
}
