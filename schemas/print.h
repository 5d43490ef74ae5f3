#ifndef SCHEMAS_PRINT_H
#define SCHEMAS_PRINT_H
/* Tagged values as text for people: dumps, EPICS, the client. No locale. Counts on past the end as
 * every writer does. */
#include "schemas/wire.h"

void print_bytes(struct wr *w, const char *s);
/* Shortest text that reads back to the same float; "nan", "inf", "-inf". */
void print_real32(struct wr *w, float v);
/* In double quotes; quotes, backslashes and control characters escaped as JSON does. */
void print_quoted(struct wr *w, const void *s, size_t n);
/* What a value of an enumerated property is called; present values, and what is like them, as binary
 * objects have them. NULL: it has no name. */
const char *print_enum_name(uint32_t property, uint32_t v);
/* All elements of `r`, blanks between; constructed ones in braces with their context numbers.
 * `property` names enumerations (units, object types ...). A broken value ends with "!". */
void print_tagged(struct wr *w, struct rd r, uint32_t property);
#endif
