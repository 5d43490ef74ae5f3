#include "compiler/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "compiler/ctx.h"
#include "compiler/options.h"

enum { PATIENCE_MS = 1000, STEP_MS = 5 };

/* The project file stands for the project: the numbering file may not be there yet, and is replaced each time. */
int turn_begin(const struct ctx *ctx)
{
    struct stat st;
    int fd = stat(ctx->project_path, &st) || !S_ISREG(st.st_mode) ? -1 : open(ctx->project_path, O_RDONLY | O_CLOEXEC);
    int got = fd < 0 ? 0 : flock(fd, LOCK_EX | LOCK_NB);
    for (int waited = 0; got && (errno == EWOULDBLOCK || errno == EINTR) && waited < PATIENCE_MS; waited += STEP_MS) {
        nanosleep(&(struct timespec){0, STEP_MS * 1000000L}, NULL);
        got = flock(fd, LOCK_EX | LOCK_NB);
    }
    if (got && errno == EWOULDBLOCK && !opt_has(ctx, OPT_QUIET))
        fprintf(stderr, "%s: waits for another bacc that compiles this project\n", ctx->project_path);
    while (got && (errno == EWOULDBLOCK || errno == EINTR))
        got = flock(fd, LOCK_EX);
    return fd;
}

void turn_end(int turn)
{
    if (turn >= 0)
        close(turn);
}
