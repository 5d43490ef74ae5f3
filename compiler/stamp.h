#ifndef COMPILER_STAMP_H
#define COMPILER_STAMP_H
/* What a file is as long as nobody writes it or puts another in its place; zero: nothing that stays. No inode: some
 * network file systems give a file another one each time. */
#include <stdint.h>

struct source_stamp { int64_t size, changed_s, changed_ns; };
#endif
