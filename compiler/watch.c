/* `bacc compile --watch`: compiles, waits until a file of the project changes, compiles again. Each
 * run is a process of its own, so that nothing of one run is left in the next. Files are looked at
 * by stat(2) and not by inotify: that also sees what changes on network file systems and in shared
 * folders of virtual machines, and editors that replace a file by renaming another. */
#include "compiler/watch.h"

#include "compiler/buf.h"
#include "compiler/lock.h"
#include "compiler/pass.h"
#include "compiler/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 250 };

struct seen {                    /* what tells one state of a file from another                */
    bool there;
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec at;
};
struct watched {
    struct str path;
    struct seen seen;
};
struct watch {
    struct ctx *ctx;
    struct map *known;           /* path -> struct watched                                     */
    struct buf paths;            /* of the run that is going on, each ended by a NUL           */
};

static struct seen look(const char *path)
{
    struct stat st;
    if (stat(path, &st))
        return (struct seen){0};
    return (struct seen){true, st.st_dev, st.st_ino, st.st_size, st.st_mtim};
}

static bool same(const struct seen *a, const struct seen *b)
{
    return a->there == b->there && a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
           a->at.tv_sec == b->at.tv_sec && a->at.tv_nsec == b->at.tv_nsec;
}

static void add(struct watch *w, const char *path, size_t n)
{
    struct str name = ctx_str(w->ctx, path, n);
    if (map_get(w->known, name))
        return;
    struct watched *f = arena_alloc(w->ctx->arena, sizeof *f);
    *f = (struct watched){name, look(name.s)};
    map_set(w->known, name, f);
}

/* The child's part: the passes, then the files that they read, so that the parent knows. */
static int compile(struct ctx *ctx, int to)
{
    source_copy_always();
    int status = passes_run(ctx, true) ? passes_finish(ctx) : 1;
    for (uint32_t i = 1; i < diag_file_count(ctx); i++) {
        const char *name = diag_file_name(ctx, i);
        size_t n = strlen(name) + 1;
        if (write(to, name, n) != (ssize_t)n)
            return 1;
    }
    return fflush(stdout) ? 1 : status;
}

static bool run(struct watch *w)
{
    int fd[2];
    char chunk[4096];
    ssize_t n;
    fflush(stdout);
    if (pipe(fd))
        return false;
    pid_t child = fork();
    if (child == 0) {
        close(fd[0]);
        _exit(compile(w->ctx, fd[1]));
    }
    close(fd[1]);
    w->paths.n = 0;
    while (child > 0 && ((n = read(fd[0], chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)))
        buf_bytes(&w->paths, chunk, n > 0 ? (size_t)n : 0);
    close(fd[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return child > 0;
}

/* Files that were known before the run keep the state from before it: what was saved while the
 * compiler was reading is compiled again. Only the numbers, which it writes itself, are looked at
 * afterwards. */
static void learn(struct watch *w)
{
    for (size_t at = 0, n; at < w->paths.n; at += n + 1) {
        n = strnlen(w->paths.s + at, w->paths.n - at);
        add(w, w->paths.s + at, n);
    }
    const char *lock = lock_path(w->ctx);
    struct watched *f = map_get(w->known, ctx_str(w->ctx, lock, strlen(lock)));
    if (f)
        f->seen = look(lock);
}

static bool changed(const struct watch *w)
{
    for (size_t i = 0; i < map_count(w->known); i++) {
        struct str name;
        const struct watched *f = map_at(w->known, i, &name);
        struct seen now = look(name.s);
        if (!same(&f->seen, &now))
            return true;
    }
    return false;
}

/* Takes the present state of all; true while something still moves (a save in several steps). */
static bool settle(struct watch *w)
{
    bool moved = false;
    for (size_t i = 0; i < map_count(w->known); i++) {
        struct str name;
        struct watched *f = map_at(w->known, i, &name);
        struct seen now = look(name.s);
        moved |= !same(&f->seen, &now);
        f->seen = now;
    }
    return moved;
}

static void pause_ms(long ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL); }

int watch_project(struct ctx *ctx)
{
    struct watch w = {.ctx = ctx, .known = map_new(ctx->arena), .paths = buf_of(ctx)};
    add(&w, ctx->project_path, strlen(ctx->project_path));
    for (;;) {
        if (!run(&w)) {
            diag_machine(ctx, "cannot start the compilation: %s", strerror(errno));
            return 1;
        }
        learn(&w);
        fprintf(stderr, "-- waiting for a change in %zu file%s; Ctrl-C ends\n", map_count(w.known),
                map_count(w.known) == 1 ? "" : "s");
        do
            pause_ms(LOOK_MS);
        while (!changed(&w));
        while (settle(&w))
            pause_ms(LOOK_MS / 5);
    }
}
