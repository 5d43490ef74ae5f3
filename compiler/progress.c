#include "compiler/progress.h"
#include "compiler/ctx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 1000, EVERY_MS = 100, PARTS = 4096 };

struct progress {
    int64_t begin, shown;       /* ms; shown 0: nothing stands there                           */
    int64_t quiet;              /* ms from begin on                                            */
    const char *what;
    unsigned skipped;           /* parts since the clock was looked at                         */
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(struct ctx *ctx)
{
    const char *term = getenv("TERM"), *after = getenv("BACC_PROGRESS");
    char *end = NULL;
    long quiet = after && *after ? strtol(after, &end, 10) : QUIET_MS;
    if (ctx->progress || !isatty(STDERR_FILENO) || !term || !strcmp(term, "dumb") || (end && *end) || quiet < 0)
        return;
    ctx->progress = arena_alloc(ctx->arena, sizeof *ctx->progress);
    ctx->progress->begin = now_ms();
    ctx->progress->quiet = quiet;
    ctx->progress->what = "";
}

static void show(struct progress *p, unsigned percent)
{
    int64_t now = now_ms();
    if (now - p->begin < p->quiet || now - p->shown < EVERY_MS)
        return;
    p->shown = now;
    if (percent <= 100)
        fprintf(stderr, "\r\033[Kbacc: %s, %u %%", p->what, percent);
    else
        fprintf(stderr, "\r\033[Kbacc: %s", p->what);
    fflush(stderr);
}

void progress_step(struct ctx *ctx, const char *what)
{
    struct progress *p = ctx->progress;
    if (!p)
        return;
    p->what = what;
    if (p->shown)
        p->shown = 1;           /* each step of a long run is seen */
    show(p, 101);
}

void progress_part(struct ctx *ctx, size_t done, size_t total)
{
    struct progress *p = ctx->progress;
    if (!p || ++p->skipped % PARTS)
        return;
    show(p, total ? (unsigned)((double)done / (double)total * 100) : 101);
}

void progress_end(struct ctx *ctx)
{
    struct progress *p = ctx->progress;
    if (!p || !p->shown)
        return;
    p->shown = 0;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}
