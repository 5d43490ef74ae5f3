#ifndef DATA_OVERLAY_H
#define DATA_OVERLAY_H
/* Values that clients wrote over the image's constants, as on the wire; and the names that objects
 * got that way. A bounded slab of power-of-two blocks and a hash by (object, property): constant
 * time, nothing allocated after start. The owner keeps LIVE_OVERLAY in step. */
#include "schemas/image.h"

enum { OVERLAY_VALUE_MAX = 65536, OVERLAY_CLASSES = 13 };     /* blocks of 16 .. 65536 octets     */

struct overlay_entry { uint32_t object, property, block, n, next; };
struct overlay {
    uint8_t *slab;
    uint32_t slab_size, slab_used;
    uint32_t free_block[OVERLAY_CLASSES];      /* offset + 1 of the first free one                */
    struct overlay_entry *entries;
    uint32_t n_entries, used, free_entry;      /* free_entry: index + 1                           */
    uint32_t *hash, mask;
};

/* Memory that the overlay of so many objects takes; most of it is never touched. */
size_t overlay_bytes(uint32_t n_objects);
void overlay_init(struct overlay *o, void *zeroed, uint32_t n_objects);
/* Borrowed until the next write to the same key. False: none. */
bool overlay_get(const struct overlay *o, uint32_t object, uint32_t property, struct span *value);
/* Sets the value to the parts, one after the other; they may lie in the old value. False: no room,
 * nothing changed. */
bool overlay_set(struct overlay *o, uint32_t object, uint32_t property, const struct span *parts,
                 size_t n_parts);
void overlay_drop(struct overlay *o, uint32_t object, uint32_t property);
/* All of it, entry by entry, i from 0 to o->used: the object; IMG_NONE: a free entry. */
static inline uint32_t overlay_object(const struct overlay *o, uint32_t i) { return o->entries[i].object; }

/* Names given at run time: open addressing over object indexes. */
struct overlay_names { uint32_t *slots, mask, used; };
size_t overlay_names_bytes(uint32_t n_objects);
void overlay_names_init(struct overlay_names *t, void *zeroed, uint32_t n_objects);
#endif
