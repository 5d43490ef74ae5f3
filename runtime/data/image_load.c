/* Reads an image file whole into private memory, so that nothing that happens to the file later can
 * touch what was checked. Only this file of the data side does file I/O on images. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/pages.h"
#include "runtime/data/db.h"

/* n octets of the file from `at` on; fewer where it ends. */
struct stretch {
    int fd;
    uint8_t *to;
    size_t at, n, got;
    int err;
};

static void *read_part(void *arg)
{
    struct stretch *p = arg;
    while (p->got < p->n && !p->err) {
        ssize_t k = pread(p->fd, p->to + p->got, p->n - p->got, (off_t)(p->at + p->got));
        if (k == 0)
            break;
        if (k > 0)
            p->got += (size_t)k;
        else if (errno != EINTR)
            p->err = errno;
    }
    return NULL;
}

/* The file whole, and an octet more if it grew. Most of the time is the system's, which finds memory for it: a
 * large one is read by two. NULL: errno. */
static uint8_t *read_all(int fd, size_t n, size_t *got)
{
    enum { WORTH_TWO = 1 << 22 };
    uint8_t *b = pages_alloc(n + 1);
    if (!b)
        return NULL;
    pthread_t thread;
    size_t half = n < WORTH_TWO ? n + 1 : n / 2 / PAGES_HUGE * PAGES_HUGE;
    struct stretch first = {fd, b, 0, half, 0, 0}, second = {fd, b + half, half, n + 1 - half, 0, 0};
    bool two = second.n && !pthread_create(&thread, NULL, read_part, &second);
    (void)read_part(&first);
    if (two)
        (void)pthread_join(thread, NULL);
    else
        (void)read_part(&second);
    *got = first.got < half ? first.got : half + second.got;
    if (!first.err && !second.err)
        return b;
    free(b);
    errno = first.err ? first.err : second.err;
    return NULL;
}

bool image_load(struct db *db, const char *path, struct clock *clock, struct outbox *outbox,
                char *why, size_t why_n)
{
    struct stat st;
    *db = (struct db){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        snprintf(why, why_n, "%s", strerror(errno));
        return false;
    }
    if (fstat(fd, &st)) {
        snprintf(why, why_n, "%s", strerror(errno));
        close(fd);
        return false;
    }
    if (!S_ISREG(st.st_mode) || st.st_size > INT32_MAX) {
        snprintf(why, why_n, "%s", S_ISREG(st.st_mode) ? "too large" : "not a file");
        close(fd);
        return false;
    }
    size_t got, want = (size_t)st.st_size;
    uint8_t *b = read_all(fd, want, &got);
    int e = errno;
    close(fd);
    if (!b) {
        snprintf(why, why_n, "%s", strerror(e));
        return false;
    }
    if (got != want) {
        snprintf(why, why_n, "changes while it is read");
        free(b);
        return false;
    }
    return db_open(db, b, got, clock, outbox, why, why_n);
}
