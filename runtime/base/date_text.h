#ifndef BASE_DATE_TEXT_H
#define BASE_DATE_TEXT_H
/* Times as people and programs write them (ISO 8601). */
#include <stdbool.h>
#include <stdint.h>

/* 2026-11-21, 2026-11-21T08:00, 2026-11-21 08:00:30.5+01:00, ...Z, in ms since 1970; without an offset it
 * is UTC. False: no such form, or no such day. */
bool date_text_read(const char *text, int64_t *ms);
#endif
