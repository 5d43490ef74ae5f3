#ifndef COMPILER_LOCK_FIND_H
#define COMPILER_LOCK_FIND_H
/* Lines of a device by what they are called: the texts of a large file are neither interned nor
 * copied to be found. Several lines may answer to one text; they come in the order they were added. */
#include "compiler/lock.h"

enum lock_by { BY_NAME, BY_GUID, BY_BIRTH, BY_OF };     /* BY_BIRTH: of any kind               */
struct lock_search {
    const struct lock_device *d;
    struct str text;
    uint32_t hash, slot;
    uint8_t by, kind;
};

/* By name and GUID (not where the number is only used up) and by birth; again after one of them
 * has changed: what it was before no longer finds it. */
void lock_index(struct ctx *ctx, struct lock_device *d, struct lock_line *line);
/* All lines, for the first time. duplicate(): of two lines of one kind, type and name, later first. */
void lock_index_all(struct ctx *ctx, struct lock_device *d,
                    void (*duplicate)(void *arg, struct lock_line *a, struct lock_line *b), void *arg);
/* Look-ups are not needed any more. */
void lock_forget(struct ctx *ctx, struct lock *l);

uint32_t lock_hash(enum lock_by by, enum lock_kind kind, struct str text);
struct lock_search lock_search(const struct lock_device *d, enum lock_by by, enum lock_kind kind, struct str text);
struct lock_line *lock_next(struct lock_search *s);     /* NULL: no more                       */
/* For loops over many: brings the slot into the cache, then what probably is the line. */
void lock_prefetch(const struct lock_device *d, uint32_t hash);
const struct lock_line *lock_guess(const struct lock_device *d, uint32_t hash);
#endif
