#ifndef COMPILER_TURN_H
#define COMPILER_TURN_H
/* One after the other: two that compile a project at once (make -j, one for each PLC) would both read the numbering
 * file, and the later one would write it without the numbers that the earlier one gave. */

struct ctx;

/* Waits while another process has its turn, and says so if that takes long. The descriptor that turn_end() takes;
 * negative: there is no such file, which the loader tells, or the file system knows no turns. */
int turn_begin(const struct ctx *ctx);
void turn_end(int turn);
#endif
