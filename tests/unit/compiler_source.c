/* A large source lies in the system's pages: its end, a byte order mark, and a file that gets shorter
 * while it is read. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/ctx.h"
#include "compiler/source.h"
#include "tests/unit/unit.h"

enum { SIZE = (1 << 24) + 8192 };       /* whole pages, so that no zero of the file ends it */
static struct unit unit;
static char path[] = "/tmp/bacc-source.XXXXXX";

static bool write_file(const char *begin)
{
    FILE *f = fopen(path, "wb");
    bool fine = f && fputs(begin, f) >= 0;
    for (size_t i = strlen(begin); fine && i < SIZE; i++)
        fine = putc('a', f) != EOF;
    return f && !fclose(f) && fine;
}

static void test_ends(void)
{
    struct source s;
    struct ctx ctx;
    ctx_init(&ctx);
    CHECK(&unit, write_file("\xef\xbb\xbf<"));
    CHECK(&unit, source_read(path, &s) == NULL);
    CHECK(&unit, s.mapped != 0 && s.n == SIZE && s.bytes[SIZE - 1] == 'a' && s.bytes[SIZE] == 0);
    CHECK(&unit, source_decode(&ctx, diag_file(&ctx, path), &s, NULL));
    CHECK(&unit, s.n == SIZE - 3 && s.bytes[0] == '<' && s.bytes[s.n] == 0);
    source_free(&s);
}

/* In a child, whose standard error is the pipe: it must say what happened, and end with 1. */
static void test_shorter(void)
{
    int to[2] = {-1, -1}, status = 0;
    char said[256] = "";
    CHECK(&unit, write_file("<") && !pipe(to));
    pid_t child = fork();
    if (!child) {
        struct source s;
        dup2(to[1], STDERR_FILENO);
        if (source_read(path, &s) || !s.mapped || truncate(path, 0))
            _exit(3);
        volatile const char *p = s.bytes;
        _exit(p[SIZE / 2] == 'a' ? 4 : 5);
    }
    close(to[1]);
    CHECK(&unit, child > 0 && waitpid(child, &status, 0) == child);
    CHECK(&unit, WIFEXITED(status) && WEXITSTATUS(status) == 1);
    CHECK(&unit, read(to[0], said, sizeof said - 1) > 0 && strstr(said, path) && strstr(said, "shorter"));
    close(to[0]);
}

static void test_copied(void)
{
    struct source s;
    CHECK(&unit, write_file("<"));
    source_copy_always();
    CHECK(&unit, source_read(path, &s) == NULL && !s.mapped && s.n == SIZE && s.bytes[SIZE] == 0);
    source_free(&s);
}

int main(void)
{
    int fd = mkstemp(path);
    CHECK(&unit, fd >= 0 && !close(fd));
    test_ends();
    test_shorter();
    test_copied();
    (void)unlink(path);
    return unit_end(&unit);
}
