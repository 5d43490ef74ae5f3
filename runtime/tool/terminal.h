#ifndef TOOL_TERMINAL_H
#define TOOL_TERMINAL_H
/* What is known of the terminal that a picture is drawn in. */
#include <stdbool.h>

bool terminal_is_utf8(void);            /* by LC_ALL, LC_CTYPE, LANG                              */
/* Columns ($COLUMNS, the terminal, 80) and rows (0: not known). */
void terminal_size(int *width, int *height);
#endif
