#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H
/* Command lines: `--name value`, `--name=value`, flags, and words. One message and false for what is
 * unknown or lacks its value. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_row {
    const char *name;           /* without the dashes                                            */
    const char **value;         /* set to the value given (borrowed from argv), or ...           */
    bool *flag;                 /* ... set to true                                               */
};
struct verb {
    const char *name, *summary, *help;
    int (*run)(const struct verb *c, int argc, char **argv);     /* argv[0]: first word after name */
};

/* Words that are no options are moved to the front of argv; their count comes back in *n. A --help
 * prints the command's help and sets *helped. */
bool options_take(const struct verb *c, const struct option_row *rows, size_t n_rows, int argc,
                  char **argv, int *n, bool *helped);
/* A number from..to, digits alone; false: it is none. */
bool options_number(const char *text, uint64_t from, uint64_t to, uint64_t *out);
#endif
