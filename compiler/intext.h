#ifndef COMPILER_INTEXT_H
#define COMPILER_INTEXT_H
/* Text files of other people's tools, whatever their encoding, as UTF-8 in memory. A byte order
 * mark, the pattern of UTF-16 and valid UTF-8 are recognised; what is left is an 8-bit code page.
 * Never used for the project itself (xml.c). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;

struct intext {
    const char *path;           /* as given                                                    */
    const char *s;              /* UTF-8 without byte order mark, NUL-terminated, no other NUL */
    size_t n;
    uint32_t file;              /* for struct srcpos                                           */
    bool guessed;               /* read as an 8-bit code page that nobody named                */
};

enum { INTEXT_MAX = 256 << 20 };        /* bytes: larger files are refused                     */

/* encoding: an iconv name, or NULL to detect; fallback: the code page tried last ("CP1252").
 * A file that cannot be opened is a failure of the machine, bad bytes are a diagnostic with
 * their place; false after either. */
bool intext_read(struct ctx *ctx, const char *path, const char *encoding, const char *fallback,
                 struct intext *out);
bool intext_of(struct ctx *ctx, const char *name, const void *bytes, size_t n,
               const char *encoding, const char *fallback, struct intext *out);
/* The whole file as it is, in the arena; NULL after a message. */
char *intext_bytes(struct ctx *ctx, const char *path, size_t *n);
#endif
