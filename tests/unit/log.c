/* Lines of the log: whoever does not read them holds nobody up, and hears afterwards how many were left out. */
#include "runtime/base/log.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "schemas/utf8.h"

enum { LINES = 2000 };

static size_t drain(int fd, char *text, size_t cap)
{
    size_t n = 0;
    for (ssize_t got; n < cap - 1 && (got = read(fd, text + n, cap - 1 - n)) > 0;)
        n += (size_t)got;
    text[n] = 0;
    return n;
}

static unsigned count(const char *text, const char *word)
{
    unsigned n = 0;
    for (; (text = strstr(text, word)); text++)
        n++;
    return n;
}

/* A line of JSON whatever is in it and wherever it ends: whole characters, and no quote that an escape takes. */
static void one_line(struct unit *u, struct log *l, int fd, const char *words)
{
    char line[4096];
    bool open = false;
    log_say(l, LOGGED_INFO, "test", "%s", words);
    size_t n = drain(fd, line, sizeof line);
    CHECK(u, n > 3 && !strcmp(line + n - 3, "\"}\n") && utf8_valid(line, n));
    for (size_t i = 0; i < n; i++) {
        CHECK(u, (unsigned char)line[i] >= 0x20 || i == n - 1);
        if (open && line[i] == '\\')
            i++;                                        /* what it escapes opens and ends nothing */
        else
            open ^= line[i] == '"';
    }
    CHECK(u, !open);
}

static void lines_of_json(struct unit *u, struct log *l, int fd)
{
    char words[700];
    l->json = true;
    one_line(u, l, fd, "caf\xc3");                       /* cut in the middle of a character */
    one_line(u, l, fd, "\xff \xc2\x9b \x1b \\");
    for (size_t n = 0; n < 8; n++) {
        memset(words, 'a', sizeof words);
        memset(words + n, 1, sizeof words - n);         /* six octets each: the line is full before */
        words[sizeof words - 1] = 0;
        one_line(u, l, fd, words);
    }
    for (size_t n = 0; n < 4; n++) {
        memset(words, 'a', n);
        memset(words + n, '\\', sizeof words - n);
        words[sizeof words - 1] = 0;
        one_line(u, l, fd, words);
    }
    l->json = false;
}

int main(void)
{
    struct unit u = {0};
    struct clock clock;
    struct log l;
    static char text[1 << 20];
    char want[64];
    int fd[2];
    clock_init(&clock);
    if (!CHECK(&u, !pipe(fd)))
        return 1;
    (void)alarm(20);                                    /* who waits for a reader ends here */
    log_init(&l, fd[1], &clock);
    CHECK(&u, fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0);
    for (unsigned i = 0; i < LINES; i++)
        log_say(&l, LOGGED_INFO, "test", "line %u, which is long enough to fill whatever a pipe holds", i);
    (void)drain(fd[0], text, sizeof text);
    unsigned held = count(text, " test: ");
    CHECK(&u, held > 10 && held < LINES && l.unwritten == LINES - held);
    CHECK(&u, strstr(text, "line 0,") && text[strlen(text) - 1] == '\n');

    log_say(&l, LOGGED_INFO, "test", "again");
    (void)drain(fd[0], text, sizeof text);
    snprintf(want, sizeof want, "warning log: %u lines could not be written\n", LINES - held);
    CHECK(&u, strstr(text, want) && strstr(text, "info test: again\n") && !l.unwritten);

    lines_of_json(&u, &l, fd[0]);

    (void)signal(SIGPIPE, SIG_IGN);                     /* nobody reads any more */
    CHECK(&u, !close(fd[0]));
    log_say(&l, LOGGED_INFO, "test", "to nobody");
    CHECK(&u, !close(fd[1]));
    return unit_end(&u);
}
