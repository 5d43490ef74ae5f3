#ifndef TOOL_REPLACE_H
#define TOOL_REPLACE_H
/* A file that is written whole or not at all: beside the one that is there, then in its place, which a link to it goes
 * on to name; who may read the old one may read the new one, and nobody else. What is no plain file (a pipe, a
 * terminal, a link such as /dev/stdout) is written as it is; "-" is the standard output. */
#include <stdbool.h>
#include <stdio.h>

struct replace {
    FILE *out;
    const char *path;
    char target[4096];          /* the file itself, where path is a link                         */
    char temp[4096];            /* "": written in place                                          */
};
bool replace_open(struct replace *r, const char *path);        /* false: it failed, and was said */
/* `good`: all of it was there to be written; else the old file stays. False: what failed was said. */
bool replace_close(struct replace *r, bool good);
#endif
