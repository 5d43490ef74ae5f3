/* Reads an image file whole into private memory, so that nothing that happens to the file later can
 * touch what was checked. Only this file of the data side does file I/O on images. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/pages.h"
#include "runtime/data/db.h"

static uint8_t *read_all(int fd, size_t n, size_t *got)
{
    uint8_t *b = pages_alloc(n + 1);
    *got = 0;
    while (b && *got <= n) {
        ssize_t k = read(fd, b + *got, n + 1 - *got);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0) {
            int e = errno;
            free(b);
            errno = e;
            return NULL;
        }
        if (k == 0)
            break;
        *got += (size_t)k;
    }
    return b;
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
