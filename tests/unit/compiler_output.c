/* compiler/output_large.h: what is put in pieces of any size is in the file, whole, also where the file system
 * knows no way past its cache; and a disk that is full is told. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include "compiler/output_large.h"
#include "tests/unit/unit.h"

enum { SIZE = 3 * (1 << 22) + 4321 };
static struct unit unit;

static char *pattern(void)
{
    char *p = malloc(SIZE);
    for (size_t i = 0; p && i < SIZE; i++)
        p[i] = (char)(i * 31 ^ i >> 11);
    return p;
}

/* In pieces that grow; *why is the first error. */
static void put(struct output_large *x, const char *bytes, size_t n, int *why)
{
    for (size_t at = 0, step = 1; at < n && !*why; at += step, step = step * 3 + 1) {
        if (step > n - at)
            step = n - at;
        *why = output_large_put(x, bytes + at, step);
        if (step == n - at)
            break;
    }
}

static void test_whole(const char *dir, const char *bytes, size_t n)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/bacc-output.XXXXXX", dir);
    int fd = mkstemp(path), why = 0;
    if (fd < 0)
        return;                         /* no such place here                                      */
    struct output_large *x = output_large_new(fd);
    if (x) {
        put(x, bytes, n, &why);
        int last = output_large_end(x);
        char *back = malloc(n + 1);
        CHECK(&unit, !why && !last && back && pread(fd, back, n + 1, 0) == (ssize_t)n && !memcmp(back, bytes, n));
        CHECK(&unit, !(fcntl(fd, F_GETFL) & O_DIRECT));
        free(back);
    }
    close(fd);
    unlink(path);
}

static void test_full(const char *bytes)
{
    char path[] = "/tmp/bacc-output.XXXXXX";
    struct rlimit old, few = {1 << 20, 1 << 20};
    int fd = mkstemp(path), why = 0;
    struct output_large *x = fd < 0 ? NULL : output_large_new(fd);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    few.rlim_max = old.rlim_max;
    CHECK(&unit, !setrlimit(RLIMIT_FSIZE, &few));
    if (x) {
        put(x, bytes, SIZE, &why);
        int last = output_large_end(x);
        CHECK(&unit, why == EFBIG || last == EFBIG);
    }
    CHECK(&unit, !setrlimit(RLIMIT_FSIZE, &old));
    close(fd);
    unlink(path);
}

int main(void)
{
    char *bytes = pattern();
    if (!bytes)
        return 1;
    const size_t sizes[] = {SIZE, 2 * (1 << 22), 4096, 1, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        test_whole("/tmp", bytes, sizes[i]);
        test_whole("/dev/shm", bytes, sizes[i]);
    }
    test_full(bytes);
    free(bytes);
    return unit_end(&unit);
}
