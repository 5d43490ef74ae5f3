#ifndef COMPILER_TEXT_CHECK_H
#define COMPILER_TEXT_CHECK_H
/* One look at all octets of a text: are they UTF-8 without NUL, and where its lines are. */
#include <stddef.h>
#include <stdint.h>

enum { TEXT_BLOCK = 1 << 18 };      /* octets                                                  */

/* The first octet that is not UTF-8 (RFC 3629) or is NUL; n if all are well. A long text is looked at by two
 * processors. lines: NULL, or n / TEXT_BLOCK + 1 of them, which are set to the line ends in front of each
 * block, if all is well. */
size_t text_first_bad(const char *bytes, size_t n, uint32_t *lines);

/* Line ends from p to end. */
uint32_t text_newlines(const char *p, const char *end);
#endif
