#ifndef SOURCE_PAYLOAD_H
#define SOURCE_PAYLOAD_H
/* Payloads of messages: plain text or a place in JSON, to a number and back. Input is hostile; nothing
 * is allocated, nothing nested deeper than PAYLOAD_DEPTH is looked at. */
#include <stdbool.h>
#include <stddef.h>
#include "schemas/wire.h"

enum { PAYLOAD_MAX = 65536, PAYLOAD_DEPTH = 16 };
struct payload_word { const char *text; double value; };       /* names of states               */
struct payload_form {
    const char *path;           /* $.a.b[0]; NULL or "": the payload is the value                 */
    bool boolean;               /* written as true and false                                      */
    bool single;                /* written as short as a REAL is                                  */
    double scale, offset;       /* value = raw x scale + offset                                   */
    const struct payload_word *words;
    size_t n_words;
};
/* False: no such place, or no number there; *why (a constant) says which. */
bool payload_read(const struct payload_form *f, const void *bytes, size_t n, double *value,
                  const char **why);
/* Appends the payload. False: the path cannot be written (it has an index). */
bool payload_write(const struct payload_form *f, double value, struct wr *w);
/* Is it a path: $ followed by .name, ["name"] and [number], at most PAYLOAD_DEPTH of them? */
bool payload_path_good(const char *path);
#endif
