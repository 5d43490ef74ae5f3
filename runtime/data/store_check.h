#ifndef DATA_STORE_CHECK_H
#define DATA_STORE_CHECK_H
/* Would store_open() (store.h) take this file? Of one that nobody has open and that has no log beside it;
 * changes nothing. 0, or an enum store_fault with `why` (why_n octets) for people. */
#include <stddef.h>

int store_check(const char *path, char *why, size_t why_n);
#endif
