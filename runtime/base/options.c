/* See options.h. */
#include "runtime/base/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -5 and -.5 are values, not options. */
static bool is_number(const char *word)
{
    const char *digits = word + (word[0] == '-');
    return digits[digits[0] == '.'] >= '0' && digits[digits[0] == '.'] <= '9';
}

static const struct option_row *find(const struct option_row *rows, size_t n, const char *name,
                                     size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(rows[i].name) == len && !memcmp(rows[i].name, name, len))
            return &rows[i];
    return NULL;
}

/* One option at argv[*i]; steps over its value. */
static bool take_one(const struct verb *c, const struct option_row *rows, size_t n_rows,
                     int argc, char **argv, int *i)
{
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct option_row *row = find(rows, n_rows, name, len);
    if (!row) {
        fprintf(stderr, "bacrt %s: unknown option --%.*s; see bacrt %s --help\n", c->name, (int)len,
                name, c->name);
        return false;
    }
    if (row->flag && equals) {
        fprintf(stderr, "bacrt %s: --%s takes no value\n", c->name, row->name);
        return false;
    }
    if (row->flag) {
        *row->flag = true;
        return true;
    }
    if (!equals && *i + 1 == argc) {
        fprintf(stderr, "bacrt %s: --%s needs a value\n", c->name, row->name);
        return false;
    }
    *row->value = equals ? equals + 1 : argv[++*i];
    return true;
}

bool options_take(const struct verb *c, const struct option_row *rows, size_t n_rows, int argc,
                  char **argv, int *n, bool *helped)
{
    bool words_only = false;
    *n = 0;
    *helped = false;
    for (int i = 0; i < argc; i++) {
        if (words_only || argv[i][0] != '-' || !argv[i][1] || is_number(argv[i])) {
            argv[(*n)++] = argv[i];
        } else if (!strcmp(argv[i], "--")) {
            words_only = true;
        } else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            printf("Usage: %s", c->help);
            *helped = true;
            return true;
        } else if (argv[i][1] != '-') {
            fprintf(stderr, "bacrt %s: unknown option %s; see bacrt %s --help\n", c->name, argv[i],
                    c->name);
            return false;
        } else if (!take_one(c, rows, n_rows, argc, argv, &i)) {
            return false;
        }
    }
    return true;
}

bool options_number(const char *text, uint64_t from, uint64_t to, uint64_t *out)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return !*end && !errno && *out >= from && *out <= to;
}
