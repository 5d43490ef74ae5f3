#ifndef COMPILER_NUMBER_BORN_H
#define COMPILER_NUMBER_BORN_H
/* Inside of pass "number": with what variables' objects of all devices were born, where that is not their name now. */
#include "compiler/lock.h"

/* Is, or was, any of them born otherwise? */
bool number_born_any(struct ctx *ctx, struct lock *l);
/* Is there an object, or was there, of a variable that is not called `name`, which was born so? */
bool number_born_other(struct ctx *ctx, struct lock *l, struct str born, struct str name);
/* That line has another name now than it was born with, or another birth. */
void number_born_note(struct ctx *ctx, struct lock *l, const struct lock_line *line);
#endif
