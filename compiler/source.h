#ifndef COMPILER_SOURCE_H
#define COMPILER_SOURCE_H
/* Input files: read whole, brought to UTF-8, checked for bytes that no text has. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/stamp.h"

struct ctx;

enum { SOURCE_MAX = 1 << 30 };      /* bytes                                                   */

struct source {
    struct source_stamp stamp;
    char *bytes;                    /* with a NUL behind the end                               */
    size_t n;
    bool recoded;                   /* no longer the file's own bytes                          */
    struct arena *arena;            /* holds large ones; NULL: malloc'd                        */
    size_t mapped, skipped;         /* octets that are mapped, not read; before bytes          */
    uint32_t *lines;                /* of a large one that is decoded: see text_check.h; may be NULL   */
    bool once;                      /* cannot be read again: a pipe, standard input            */
};

/* NULL, or why it cannot be read ("is a directory"); "-" is standard input. */
const char *source_read(const char *path, struct source *out);
void source_free(struct source *s);
/* Large files are copied as well from here on: whoever runs on and on may read one that is being
 * written, which ends a run that has mapped it (status 1, with a message). */
void source_copy_always(void);

/* Brings the bytes to UTF-8: by byte order mark, else by `encoding` (NULL: UTF-8). Reports bytes
 * that do not fit (E112) and NUL (E113) at their exact place; false: unusable. */
bool source_decode(struct ctx *ctx, uint32_t file, struct source *s, const char *encoding);
/* The encoding that the XML declaration names, or NULL; arena. Only plain names pass. */
const char *source_declared(struct ctx *ctx, const char *s, size_t n);
/* May UTF-8 stand in an XML file that begins so? */
bool source_takes_utf8(struct ctx *ctx, const char *s, size_t n);
#endif
