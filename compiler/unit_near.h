#ifndef COMPILER_UNIT_NEAR_H
#define COMPILER_UNIT_NEAR_H
/* "Did you mean" for units that nobody knows. */
#include "compiler/ctx.h"

/* The dictionary, and what the project calls units itself (text -> struct unit_alias). */
struct unit_near *unit_near_new(struct ctx *ctx, const struct map *aliases);
/* "'kWh' (kilowatt-hours)", perhaps with others that are as near behind "or"; NULL: none is near. */
const char *unit_near_to(const struct unit_near *u, struct str text);
#endif
