/* The pass table. A pass that cannot start from what there is (no tree, no model) returns at once:
 * what was wrong has been reported where it was found. */
#include "compiler/pass.h"
#include "compiler/ahead.h"
#include "compiler/check.h"
#include "compiler/emit_pass.h"
#include "compiler/model_pass.h"
#include "compiler/options.h"
#include "compiler/plan.h"
#include "compiler/progress.h"
#include "compiler/publish.h"
#include "compiler/syntax.h"
#include "compiler/turn.h"
#include "compiler/xml.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void dump_tree(const struct ctx *ctx, FILE *f)
{
    if (ctx->tree)
        syntax_dump(ctx->tree, ctx, f);
}

static const struct pass passes[] = {
    /* name       run        dump        kind         begun beside      what, while it takes long */
    { "load",     pass_load,      dump_tree,    PASS_ALWAYS, NULL,             "reading" },
    { "expand",   pass_expand,    dump_tree,    PASS_ALWAYS, lock_begin_early, "expanding templates" },
    { "build",    pass_build,     NULL,         PASS_ALWAYS, NULL,             "understanding" },
    { "resolve",  pass_resolve,   NULL,         PASS_ALWAYS, NULL,             "connecting" },
    { "publish",  pass_publish,   publish_dump, PASS_ALWAYS, NULL,             "publishing" },
    { "check",    pass_check,     NULL,         PASS_ALWAYS, ahead_begin,      "checking" },
    { "plan",     pass_plan,      plan_dump,    PASS_SURE,   NULL,             "planning" },
    { "number",   pass_number,    plan_dump,    PASS_SURE,   NULL,             "numbering" },
    { "emit",     pass_emit,      NULL,         PASS_WRITES, NULL,             "writing" },
};
enum { N_PASSES = sizeof passes / sizeof *passes };

static const struct pass *pass_find(const char *name)
{
    for (size_t i = 0; i < N_PASSES; i++)
        if (!strcmp(passes[i].name, name))
            return &passes[i];
    return NULL;
}

bool passes_run(struct ctx *ctx, bool writes)
{
    const char *stop = opt_str(ctx, OPT_STOP_AFTER);
    const struct pass *last = &passes[N_PASSES - 1];
    if (stop && !(last = pass_find(stop))) {
        fprintf(stderr, "bacc: no pass '%s'; there are:", stop);
        for (size_t i = 0; i < N_PASSES; i++)
            fprintf(stderr, " %s", passes[i].name);
        fputc('\n', stderr);
        return false;
    }
    if (opt_has(ctx, OPT_DUMP) && !last->dump) {
        fprintf(stderr, "bacc: --dump: nothing to show of pass '%s'; --stop-after one of:", last->name);
        for (size_t i = 0; i < N_PASSES; i++)
            if (passes[i].dump)
                fprintf(stderr, " %s", passes[i].name);
        fputc('\n', stderr);
        return false;
    }
    ctx->writes = writes;
    int turn = writes && last->kind == PASS_WRITES ? turn_begin(ctx) : -1;
    if (!opt_has(ctx, OPT_QUIET))
        progress_begin(ctx);
    for (const struct pass *p = passes; p <= last; p++) {
        if (diag_machine_failed(ctx))
            break;
        if (p->kind == PASS_SURE && !numbers_sure(ctx))
            continue;
        if (p->kind == PASS_WRITES && (diag_errors(ctx) || !writes))
            continue;
        progress_step(ctx, p->what);
        if (p->beside)
            p->beside(ctx);
        if (p->kind != PASS_ALWAYS && !diag_errors(ctx))    /* then no line is quoted          */
            ctx_forget_nodes(ctx);
        p->run(ctx);
    }
    lost_tell(ctx);
    lock_end_early(ctx);
    ahead_end(ctx);
    turn_end(turn);
    progress_end(ctx);
    if (diag_machine_failed(ctx))
        return true;
    if (opt_has(ctx, OPT_DUMP))
        last->dump(ctx, stdout);
    return true;
}

int passes_finish(struct ctx *ctx)
{
    const char *format = opt_str(ctx, OPT_DIAGNOSTICS);
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool plain = (no_color && *no_color) || (term && !strcmp(term, "dumb"));
    struct diag_style style = { DIAG_TEXT, isatty(STDERR_FILENO) && !plain };
    if (format && !strcmp(format, "json"))
        style.format = DIAG_JSON;
    else if (format && !strcmp(format, "sarif"))
        style.format = DIAG_SARIF;
    /* a document is alone where it goes: on standard output, unless the result is there */
    FILE *f = style.format == DIAG_TEXT || ctx->prints ? stderr : stdout;
    diag_print(ctx, f, style);
    if (fflush(stdout) != 0 || ferror(stdout))
        diag_machine(ctx, "cannot write to standard output");
    return diag_status(ctx);
}
