/* Runs an entrance over a directory of seeds: each as it is, cut at many places, and with octets
 * changed. Deterministic and bounded; the search for new inputs is `make fuzz`. RUNS is over all seeds.
 *     ENTRANCE DIRECTORY [RUNS] */
#include <dirent.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { FILE_MAX = 1 << 20, RUNS = 4000, BUDGET = 4 << 20 };

/* In a block of exactly its size, so that a sanitizer sees a read past the end. */
static void one(const uint8_t *b, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        exit(1);
    memcpy(exact, b, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static void many(uint8_t *b, size_t n, size_t runs)
{
    static uint32_t rng = 1;
    size_t limit = n ? BUDGET / n + 1 : 1, cuts = limit < runs / 3 ? limit : runs / 3,
           flips = limit < runs ? limit : runs;
    one(b, n);
    for (size_t i = 0; i < cuts; i++)
        one(b, n < cuts ? (i < n ? i : n) : n * i / cuts);
    for (size_t i = 0; i < flips && n; i++) {
        rng = rng * 1664525u + 1013904223u;
        size_t at = (size_t)((uint64_t)(rng >> 8) * n >> 24);
        uint8_t keep = b[at];
        b[at] = (uint8_t)(i % 4 == 0 ? 0xff : i % 4 == 1 ? 0 : i % 4 == 2 ? keep ^ (1u << (rng & 7)) : rng >> 3);
        one(b, n);
        b[at] = keep;
    }
}

int main(int argc, char **argv)
{
    static uint8_t buf[FILE_MAX];
    struct dirent **names;
    int count = argc == 2 || argc == 3 ? scandir(argv[1], &names, NULL, alphasort) : -1;
    if (count < 0) {
        fputs("usage: ENTRANCE DIRECTORY [RUNS]\n", stderr);
        return 1;
    }
    unsigned files = 0, failed = 0, runs = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : RUNS;
    (void)mallopt(M_MMAP_THRESHOLD, 256 << 10);     /* large tables come clear, not cleared        */
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
        FILE *f = names[i]->d_name[0] == '.' ? NULL : fopen(path, "rb");
        free(names[i]);
        if (!f)
            continue;
        size_t n = fread(buf, 1, sizeof buf, f);
        fclose(f);
        pid_t child = fork();                   /* an entrance may keep its memory             */
        if (!child) {
            many(buf, n, runs / (unsigned)count + 12);
            _exit(0);
        }
        int status;
        if (child < 0 || waitpid(child, &status, 0) < 0 || status) {
            fprintf(stderr, "%s: fails on this seed\n", path);
            failed++;
        }
        files++;
    }
    free(names);
    printf("%u seeds\n", files);
    return files == 0 || failed;
}
