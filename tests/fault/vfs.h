#ifndef TESTS_FAULT_VFS_H
#define TESTS_FAULT_VFS_H
/* A disk for tests, between SQLite and the real one: fails when told, is slow when told, and knows
 * what would be left after a power cut. A program includes vfs.c once. */
#include <stdint.h>

void fault_install(void);                       /* SQLite's default from now on ...              */
void fault_use(int on);                         /* ... or not, for what is opened next           */
/* From the n-th write (sync) on, `times` of them fail with this SQLite code; n 0: none. */
void fault_writes(long n, long times, int code);
void fault_syncs(long n, long times, int code);
void fault_slow_sync(unsigned ms);
void fault_read_only(int on);                   /* files open for reading only                   */
uint64_t fault_writes_done(void), fault_syncs_done(void);

/* Puts into directory `to` what a disk may hold if the power fails now: everything that was synced;
 * of what was written since, any part in pieces of a sector (seed). */
void fault_cut(const char *to, unsigned seed);
#endif
