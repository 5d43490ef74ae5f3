#ifndef TOOL_SHOW_H
#define TOOL_SHOW_H
/* Encoded values as text for people, and as JSON. Knows the names of enumerations by property; shows
 * any tagged value, also one that it does not know the meaning of. Never fails: what is broken is
 * shown as hex. */
#include "schemas/bacnet.h"
#include "schemas/wire.h"

enum show_form { SHOW_TEXT, SHOW_JSON };

/* All values in `value`, as a property of that object type holds them. `w` gets text without NUL. */
void show_value(struct wr *w, enum show_form form, uint32_t object_type, uint32_t property,
                 struct span value);
/* analog-value,1; an unknown type as its number. */
void show_oid(struct wr *w, uint32_t oid);
/* The shortest decimal that reads back the same; "NaN", "INF", "-INF". No locale. */
void show_real(struct wr *w, double v, bool is_float);
void show_text(struct wr *w, const char *s);
/* "analog-value,1", "AV,1", "AV1", "2,1"; false: none of them. */
bool show_parse_oid(const char *text, uint32_t *oid);
/* Name or number; false: neither. */
bool show_parse_property(const char *text, uint32_t *property);
#endif
