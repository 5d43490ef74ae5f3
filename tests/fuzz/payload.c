/* Entrance: a message's payload and the path into it, from memory, to a number and back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/source/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The path up to the first NUL or newline, then the payload. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    size_t path_n = 0;
    uint8_t out[256];
    double value;
    const char *why;
    while (path_n < n && bytes[path_n] && bytes[path_n] != '\n')
        path_n++;
    char *path = malloc(path_n + 1);
    if (!path)
        return 0;
    memcpy(path, bytes, path_n);
    path[path_n] = 0;
    const struct payload_word words[] = {{"on", 1}, {"Off", 0}};
    struct payload_form f = {.path = path_n && payload_path_good(path) ? path : NULL, .scale = 0.1,
                             .offset = 1, .words = words, .n_words = 2};
    size_t at = path_n < n ? path_n + 1 : n;
    if (payload_read(&f, bytes + at, n - at, &value, &why)) {
        struct wr w = wr_of(out, sizeof out);
        (void)payload_write(&f, value, &w);
    }
    free(path);
    return 0;
}
