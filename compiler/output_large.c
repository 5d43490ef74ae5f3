#include "compiler/output_large.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNED = 4096, STEP = 1 << 22 };        /* what every disk accepts; what keeps one busy    */

struct output_large {
    int fd;
    size_t n;                   /* in the buffer                                               */
    char *buffer;
};

static bool past_cache(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

struct output_large *output_large_new(int fd)
{
    struct output_large *x = malloc(sizeof *x);
    void *buffer = NULL;
    if (!x || posix_memalign(&buffer, ALIGNED, STEP) || !past_cache(fd, true)) {
        free(buffer);
        free(x);
        return NULL;
    }
    *x = (struct output_large){.fd = fd, .buffer = buffer};
    return x;
}

static int flush(struct output_large *x)
{
    for (size_t done = 0; done < x->n;) {
        ssize_t k = write(x->fd, x->buffer + done, x->n - done);
        if (k > 0)
            done += (size_t)k;
        else if (k == 0)
            return EIO;
        else if (errno == EINVAL && (fcntl(x->fd, F_GETFL) & O_DIRECT)) {
            if (!past_cache(x->fd, false))      /* a disk with larger sectors, or part of one was written  */
                return EINVAL;
        } else if (errno != EINTR)
            return errno;
    }
    x->n = 0;
    return 0;
}

int output_large_put(struct output_large *x, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n) {
        size_t k = STEP - x->n < n ? STEP - x->n : n;
        memcpy(x->buffer + x->n, p, k);
        x->n += k;
        p += k;
        n -= k;
        int why = x->n == STEP ? flush(x) : 0;
        if (why)
            return why;
    }
    return 0;
}

int output_large_end(struct output_large *x)
{
    int why = past_cache(x->fd, false) ? flush(x) : errno;      /* the last piece is no whole page         */
    free(x->buffer);
    free(x);
    return why;
}
