#ifndef OBJECT_PERSIST_H
#define OBJECT_PERSIST_H
/* Between live state and the store: what is kept, under which key, in which form. Keys are
 * identities, so that a recompiled project with other numbers finds its state. Lists, logs and
 * histories are other modules'. */
#include "runtime/data/db.h"
#include "runtime/data/store.h"

/* Puts back what was stored; after values_start(), before the first request. From then on changes
 * are journalled. `lost`: values that no longer fit an object (may be NULL). 0 or a store fault. */
int persist_load(struct db *db, struct store *s, uint32_t *lost);
/* Hands over what the journal names. Ticket of the last put, STORE_REFUSED, or 0: nothing to wait
 * for. Call after each request that returned a ticket, and at the end of the turn. */
uint64_t persist_flush(struct db *db, struct store *s);
#endif
