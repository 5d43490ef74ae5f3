#ifndef DATA_JOURNAL_H
#define DATA_JOURNAL_H
/* What must be stored, in the order in which it happened: names of things, not values; the store
 * reads the values when it takes the entries. A ticket is the number of an entry; an answer that
 * promised durability leaves when the store has committed that far. Off (no store): ticket 0. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum journal_kind {
    JOURNAL_PROPERTY,       /* object, arg = property: an overlay value, Out_Of_Service ...       */
    JOURNAL_PRIORITY,       /* object: its priority array                                         */
    JOURNAL_VARIABLE,       /* object = variable: a retained value, or manual mode                */
    JOURNAL_DEVICE,         /* object = device: Database_Revision                                 */
    JOURNAL_RESTORE,        /* object = device: that a restore is taking effect, or no more       */
    JOURNAL_STORED,         /* object << 32 | arg: ticket of something the store already has      */
};
struct journal_entry { uint32_t kind, object, arg; };
struct journal {
    struct journal_entry *ring;
    uint32_t cap, head, n;
    uint64_t last;          /* ticket of the newest entry                                         */
    uint64_t noted;         /* ticket of the last note; a writer zeroes it, then asks             */
    uint64_t settled;       /* the store has, or gave up, all up to here                          */
    uint64_t failed;        /* newest ticket that the store gave up, and kept nothing since; or 0 */
    bool on;                /* set by the store once it has restored                              */
};
/* Ask before a durable change; three entries may follow. */
static inline bool journal_room(const struct journal *j) { return !j->on || j->cap - j->n >= 4; }
uint64_t journal_note(struct journal *j, enum journal_kind kind, uint32_t object, uint32_t arg);
bool journal_peek(const struct journal *j, struct journal_entry *e);
bool journal_take(struct journal *j, struct journal_entry *e, uint64_t *ticket);
#endif
