/* Writing files safely: temporary name, every write checked, fsync, rename. */
#include "compiler/outfile.h"
#include "compiler/ctx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *s, size_t n)
{
    while (n) {
        ssize_t done = write(fd, s, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        s += done;
        n -= (size_t)done;
    }
    return true;
}

/* Without this the rename may be lost with the power; a failure harms nothing that is written. */
static void sync_folder(struct ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = !slash ? "." : slash == path ? "/"
                       : arena_copy(ctx->arena, path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

static bool fill(int fd, const char *s, size_t n, mode_t mode)
{
    bool ok = write_all(fd, s, n) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    int error = errno;
    if (close(fd) != 0 && ok) {
        error = errno;
        ok = false;
    }
    errno = error;
    return ok;
}

bool outfile_write(struct ctx *ctx, const char *path, const char *s, size_t n, bool replace)
{
    if (!strcmp(path, "-")) {
        if (fwrite(s, 1, n, stdout) == n && fflush(stdout) == 0)
            return true;
        diag_machine(ctx, "cannot write to standard output: %s", strerror(errno));
        return false;
    }
    struct stat st;
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = 0666 & ~mask;
    if (stat(path, &st) == 0) {
        if (!replace || !S_ISREG(st.st_mode)) {
            diag_machine(ctx, "%s: %s", path, S_ISDIR(st.st_mode) ? "is a directory"
                         : "exists; --force replaces it, --into edits it");
            return false;
        }
        mode = st.st_mode & 07777;
    }
    char *real = replace ? realpath(path, NULL) : NULL;     /* a link stays a link             */
    const char *target = real ? arena_copy(ctx->arena, real, strlen(real)) : path;
    free(real);
    char *temp = arena_printf(ctx->arena, "%s.XXXXXX", target);
    int fd = mkstemp(temp);
    bool ok = fd >= 0 && fill(fd, s, n, mode) && rename(temp, target) == 0;
    int error = errno;
    if (!ok) {
        if (fd >= 0)
            unlink(temp);
        diag_machine(ctx, "%s: cannot write: %s", path, strerror(error));
        return false;
    }
    sync_folder(ctx, target);
    return true;
}
