#ifndef OBJECT_PERSIST_INSIDE_H
#define OBJECT_PERSIST_INSIDE_H
/* Shared by persist.c (contents) and persist_ticket.c (order). Nobody else includes it. */
#include "runtime/object/persist.h"

/* The store's ticket for what the entry names; 0: nothing to wait for; STORE_REFUSED: no room. */
uint64_t persist_entry(struct persist *p, const struct journal_entry *e);
#endif
