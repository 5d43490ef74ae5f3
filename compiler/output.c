#include "compiler/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/lock.h"
#include "compiler/output_large.h"

struct output {
    struct outputs *of;
    const char *path, *temporary;       /* temporary: NULL once it is in place                 */
    int fd, why;                        /* why: errno of the first write that failed, or 0     */
    struct output_large *large;         /* NULL: it goes the usual way                         */
    bool synced;
    struct output *next;
};
struct outputs {
    struct ctx *ctx;
    struct output *first, **last;       /* in the order they were opened                       */
};

bool output_is_input(struct ctx *ctx, const char *path)
{
    struct stat out, in;
    if (!strcmp(path, lock_path(ctx)))
        return true;
    if (stat(path, &out) || !S_ISREG(out.st_mode))
        return false;
    for (uint32_t f = 1; f < diag_file_count(ctx); f++)
        if (!stat(diag_file_name(ctx, f), &in) && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return true;
    return false;
}

/* Those that are being written: who ends the run from outside leaves no temporary. */
static struct outputs *_Atomic writing;

static void on_end(int sig)
{
    const struct outputs *o = atomic_load(&writing);
    for (const struct output *f = o ? o->first : NULL; f; f = f->next)
        if (f->temporary)
            (void)unlink(f->temporary);
    (void)signal(sig, SIG_DFL);
    (void)raise(sig);
}

static void end_cleanly(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction act = {.sa_handler = on_end}, was;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!sigaction(signals[i], NULL, &was) && was.sa_handler == SIG_DFL)    /* not under nohup */
            (void)sigaction(signals[i], &act, NULL);
}

struct outputs *outputs_new(struct ctx *ctx)
{
    struct outputs *o = arena_alloc(ctx->arena, sizeof *o);
    o->ctx = ctx;
    o->last = &o->first;
    atomic_store(&writing, o);
    end_cleanly();
    return o;
}

/* What a symbolic link points to is replaced, not the link. */
static const char *target_of(struct ctx *ctx, const char *path)
{
    char to[4096];
    for (int hops = 0; hops < 40; hops++) {
        ssize_t n = readlink(path, to, sizeof to - 1);
        if (n < 0)
            return path;
        const char *slash = to[0] == '/' ? NULL : strrchr(path, '/');
        path = arena_printf(ctx->arena, "%.*s%.*s", slash ? (int)(slash + 1 - path) : 0, path, (int)n, to);
    }
    return path;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

bool output_is_stdout(const char *path)
{
    return !strcmp(path, "-") || !strcmp(path, "/dev/stdout");
}

/* A pipe or a device: there is nothing to replace. */
static bool special(const char *path)
{
    struct stat st;
    return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static bool refuse(struct outputs *o, const char *path, int why)
{
    diag_machine(o->ctx, "%s: cannot be written: %s", path, strerror(why));
    outputs_abandon(o);
    return false;
}

/* Nobody else's file: a temporary that a killed run left goes first. */
static int open_temporary(const char *path, mode_t mode)
{
    const int flags = O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL | O_NOFOLLOW;
    int fd = open(path, flags, mode);
    if (fd < 0 && errno == EEXIST && !unlink(path))
        fd = open(path, flags, mode);
    return fd;
}

/* Its successor belongs to whom the old file belongs and allows what that allows, whatever the umask says. */
static void take_owner(int fd, const struct stat *old)
{
    if (fchown(fd, old->st_uid, old->st_gid) && fchown(fd, (uid_t)-1, old->st_gid))
        errno = 0;                      /* not ours to give away                               */
    (void)fchmod(fd, old->st_mode & 07777);
}

struct output *output_open(struct outputs *o, const char *path, size_t expected)
{
    struct ctx *ctx = o->ctx;
    bool standard = !strcmp(path, "-"), direct = standard || special(path);
    const char *target = direct ? path : target_of(ctx, path);
    struct stat st;
    bool exists = !standard && !stat(target, &st);
    if (exists && S_ISDIR(st.st_mode)) {
        refuse(o, path, EISDIR);
        return NULL;
    }
    mode_t mode = exists ? st.st_mode & 07777 : 0666;
    const char *temporary = direct ? target : arena_printf(ctx->arena, "%s.tmp%ld", target, (long)getpid());
    struct output *f = arena_alloc(ctx->arena, sizeof *f);
    *f = (struct output){.of = o, .path = standard ? "standard output" : path, .temporary = direct ? NULL : temporary, .fd = -1};
    *o->last = f;                       /* before there is a file that on_end() would have to know */
    o->last = &f->next;
    f->fd = standard ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
            : direct   ? open(target, O_WRONLY | O_CLOEXEC)
                       : open_temporary(temporary, mode);
    if (f->fd < 0) {
        refuse(o, f->path, errno);
        return NULL;
    }
    if (exists && !direct)
        take_owner(f->fd, &st);
    if (!direct && expected >= OUTPUT_LARGE)
        f->large = output_large_new(f->fd);
    return f;
}

/* The disk begins with what is there. */
static void begin_sync(const struct output *f)
{
    if (!f->why && f->temporary)
        (void)sync_file_range(f->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

enum { WORTH = 1 << 20 };

void output_put(struct output *f, const void *bytes, size_t n)
{
    if (f->why)
        return;
    if (f->large)
        f->why = output_large_put(f->large, bytes, n);
    else if (!write_all(f->fd, bytes, n))
        f->why = errno ? errno : EIO;
    else if (n >= WORTH)
        begin_sync(f);
}

static void end_large(struct output *f)
{
    int why = f->large ? output_large_end(f->large) : 0;
    f->large = NULL;
    if (!f->why)
        f->why = why;
}

void output_end(struct output *f)
{
    end_large(f);
    begin_sync(f);
}

void output_sync(struct output *f)
{
    end_large(f);
    if (!f->why && f->temporary && !f->synced && fsync(f->fd))
        f->why = errno;
    f->synced = true;
}

bool output_close(struct output *f)
{
    output_sync(f);
    if (close(f->fd) && !f->why)
        f->why = errno;
    return !f->why || refuse(f->of, f->path, f->why);
}

bool output_write(struct outputs *o, const char *path, const void *bytes, size_t n)
{
    struct output *f = output_open(o, path, n);
    if (!f)
        return false;
    output_put(f, bytes, n);
    return output_close(f);
}

static const char *directory_of(struct ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_printf(ctx->arena, "%.*s", (int)(slash + 1 - path), path) : ".";
}

static void sync_directory(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);                /* some file systems cannot: the rename stands */
        close(fd);
    }
}

bool outputs_commit(struct outputs *o)
{
    const char *dir = NULL;             /* of what was put in place last; mostly all are in one */
    for (struct output *f = o->first; f; f = f->next) {
        const char *target = target_of(o->ctx, f->path);
        if (!f->temporary)
            continue;
        if (rename(f->temporary, target)) {
            diag_machine(o->ctx, "%s: cannot be replaced: %s", f->path, strerror(errno));
            outputs_abandon(o);
            return false;
        }
        f->temporary = NULL;
        const char *in = directory_of(o->ctx, target);
        if (dir && strcmp(dir, in))
            sync_directory(dir);
        dir = in;
    }
    atomic_store(&writing, NULL);
    if (dir)
        sync_directory(dir);
    return true;
}

void outputs_abandon(struct outputs *o)
{
    atomic_store(&writing, NULL);
    for (struct output *f = o->first; f; f = f->next)
        if (f->temporary)
            (void)unlink(f->temporary);
    o->first = NULL;
    o->last = &o->first;
}
