/* See replace.h. */
#include "runtime/tool/replace.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const struct replace *r, int why)
{
    fprintf(stderr, "bacrt: %s: %s\n", r->path, strerror(why));
    return false;
}

bool replace_open(struct replace *r, const char *path)
{
    struct stat st;
    if (!strcmp(path, "-")) {
        *r = (struct replace){.path = "standard output", .out = stdout};
        return true;
    }
    bool plain = lstat(path, &st) || S_ISREG(st.st_mode);
    *r = (struct replace){.path = path};
    if (plain && (size_t)snprintf(r->temp, sizeof r->temp, "%s.%ld", path, (long)getpid()) >= sizeof r->temp)
        return failed(r, ENAMETOOLONG);
    r->out = fopen(plain ? r->temp : path, "we");
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
    if (plain && good && written && rename(r->temp, r->path)) {
        written = false;
        why = errno;
    }
    if (plain && !(good && written))
        (void)unlink(r->temp);
    return written ? good : failed(r, why);
}
