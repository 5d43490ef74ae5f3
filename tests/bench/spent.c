/* Runs a program and prints what it took: milliseconds gone by, milliseconds of CPU, resident KiB at
 * most. With -u WORD only until it says WORD; it is ended then.
 *     spent [-u WORD] PROGRAM [ARGUMENT...] */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double ms_of(clockid_t clock)
{
    struct timespec t = {0, 0};
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms_of_cpu(const struct rusage *u)
{
    return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
           (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

/* Its output does not disturb the figures; -u reads it. */
static void become(char **argv, int out)
{
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(out, STDERR_FILENO);
    (void)close(out);
    execvp(argv[0], argv);
    _exit(127);
}

/* Reads until a line holds the word (NULL: to the end); false: it never did. */
static bool heard(FILE *f, const char *word)
{
    char line[1024];
    while (fgets(line, sizeof line, f))
        if (word && strstr(line, word))
            return true;
    return !word;
}

int main(int argc, char **argv)
{
    const char *word = argc > 3 && !strcmp(argv[1], "-u") ? argv[2] : NULL;
    char **program = argv + (word ? 3 : 1);
    int ends[2];
    if (argc < 2 || pipe(ends)) {
        fputs("usage: spent [-u WORD] PROGRAM [ARGUMENT...]\n", stderr);
        return 1;
    }
    double from = ms_of(CLOCK_MONOTONIC);
    pid_t pid = fork();
    if (pid < 0)
        return 1;
    if (!pid) {
        (void)close(ends[0]);
        become(program, ends[1]);
    }
    (void)close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    bool fine = f && heard(f, word);
    double gone = ms_of(CLOCK_MONOTONIC) - from, cpu = 0;
    clockid_t clock;
    if (word && !clock_getcpuclockid(pid, &clock)) {
        cpu = ms_of(clock);
        (void)kill(pid, SIGTERM);
    }
    if (f)
        (void)fclose(f);
    struct rusage used;
    int status = 0;
    if (wait4(pid, &status, 0, &used) != pid)
        return 1;
    if (!word) {
        gone = ms_of(CLOCK_MONOTONIC) - from;
        cpu = ms_of_cpu(&used);
        fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    printf("%.1f %.1f %ld\n", gone, cpu, used.ru_maxrss);
    return fine ? 0 : 1;
}
