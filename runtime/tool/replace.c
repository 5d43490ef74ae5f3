/* See replace.h. */
#include "runtime/tool/replace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const struct replace *r, int why)
{
    fprintf(stderr, "bacrt: %s: %s\n", r->path, strerror(why));
    return false;
}

/* The file that there is, or is to be, at path. False: none that can be replaced. */
static bool find_target(struct replace *r, struct stat *st, bool *exists)
{
    bool link = !lstat(r->path, st) && S_ISLNK(st->st_mode);
    *exists = !stat(r->path, st);
    bool machine = !strncmp(r->path, "/dev/", 5) || !strncmp(r->path, "/proc/", 6);
    if ((*exists ? !S_ISREG(st->st_mode) : link) || machine)
        return false;
    char *real = link ? realpath(r->path, NULL) : NULL;
    const char *target = real ? real : r->path;
    bool found = (real || !link) && (size_t)snprintf(r->target, sizeof r->target, "%s", target) < sizeof r->target;
    free(real);
    return found;
}

bool replace_open(struct replace *r, const char *path)
{
    struct stat st;
    bool exists;
    if (!strcmp(path, "-")) {
        *r = (struct replace){.path = "standard output", .out = stdout};
        return true;
    }
    *r = (struct replace){.path = path};
    bool plain = find_target(r, &st, &exists);
    if (plain && (size_t)snprintf(r->temp, sizeof r->temp, "%s.%ld", r->target, (long)getpid()) >= sizeof r->temp)
        return failed(r, ENAMETOOLONG);
    r->out = fopen(plain ? r->temp : path, "we");
    if (plain && exists && r->out) {
        (void)!fchown(fileno(r->out), st.st_uid, st.st_gid);    /* as far as that is ours to give */
        (void)fchmod(fileno(r->out), st.st_mode & 07777);
    }
    return r->out || failed(r, errno);
}

bool replace_close(struct replace *r, bool good)
{
    bool plain = *r->temp;
    bool written = !fflush(r->out) && !ferror(r->out) && (!plain || !fsync(fileno(r->out)));
    int why = errno;
    if (r->out != stdout && fclose(r->out) && written) {
        written = false;
        why = errno;
    }
    if (plain && good && written && rename(r->temp, r->target)) {
        written = false;
        why = errno;
    }
    if (plain && !(good && written))
        (void)unlink(r->temp);
    return written ? good : failed(r, why);
}
