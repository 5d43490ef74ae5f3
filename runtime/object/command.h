#ifndef OBJECT_COMMAND_H
#define OBJECT_COMMAND_H
/* Priority arrays (135-2020 clause 19.2). Arithmetic on one array only; what follows from a new
 * effective value is values.c's. */
#include "runtime/data/db.h"

/* The value in control, as on the wire; `active` of the array is brought up to date. */
uint32_t command_resolve(struct command *c);
/* Priority 1..16. True: the array changed. */
bool command_put(struct command *c, unsigned priority, uint32_t wire);
bool command_clear(struct command *c, unsigned priority);
static inline bool command_has(const struct command *c, unsigned priority)
{
    return c->set >> (priority - 1) & 1;
}
#endif
