#ifndef SCHEMAS_UTF8_H
#define SCHEMAS_UTF8_H
/* UTF-8, as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool utf8_valid(const void *bytes, size_t n);
/* Octets 1 to 0x7f only, as nearly all texts are? */
bool utf8_plain(const void *bytes, size_t n);
/* Octets of the well-formed character at the start, 0: malformed or n is 0. */
size_t utf8_next(const void *bytes, size_t n, unsigned *code);
/* Of n octets the first ones, `most` at the most, that end between two characters: how many. */
size_t utf8_cut(const void *bytes, size_t n, size_t most);
/* The other way round of utf8_next(), for codes up to U+10FFFF: how many octets it takes. */
size_t utf8_put(uint8_t out[4], unsigned code);
#endif
