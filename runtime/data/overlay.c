/* See overlay.h. Offsets and free-list heads are stored plus one, so that zeroed memory is empty. */
#include "runtime/data/overlay.h"

static uint32_t entries_for(uint32_t n_objects)
{
    uint64_t n = 4096 + (uint64_t)n_objects * 4;
    return (uint32_t)(n < 1u << 21 ? n : 1u << 21);
}

static uint32_t slab_for(uint32_t n_objects)
{
    uint64_t n = (4u << 20) + (uint64_t)n_objects * 256;
    return (uint32_t)(n < 256u << 20 ? n : 256u << 20);
}

static uint32_t power_over(uint32_t n)
{
    uint32_t p = 16;
    while (p < n)
        p *= 2;
    return p;
}

size_t overlay_bytes(uint32_t n_objects)
{
    size_t n = entries_for(n_objects);
    return n * sizeof(struct overlay_entry) + power_over((uint32_t)n * 2) * sizeof(uint32_t) +
           slab_for(n_objects);
}

void overlay_init(struct overlay *o, void *zeroed, uint32_t n_objects)
{
    *o = (struct overlay){.n_entries = entries_for(n_objects), .slab_size = slab_for(n_objects)};
    o->entries = zeroed;
    o->mask = power_over(o->n_entries * 2) - 1;
    o->hash = (uint32_t *)(void *)(o->entries + o->n_entries);
    o->slab = (uint8_t *)(o->hash + o->mask + 1);
}

static uint32_t *bucket(const struct overlay *o, uint32_t object, uint32_t property)
{
    uint32_t h = (object * 2654435761u) ^ (property * 2246822519u);
    return &o->hash[(h ^ h >> 15) & o->mask];
}

/* Index + 1, or 0. Chains go through entry.next. */
static uint32_t find(const struct overlay *o, uint32_t object, uint32_t property)
{
    uint32_t i = *bucket(o, object, property);
    while (i && (o->entries[i - 1].object != object || o->entries[i - 1].property != property))
        i = o->entries[i - 1].next;
    return i;
}

bool overlay_get(const struct overlay *o, uint32_t object, uint32_t property, struct span *value)
{
    uint32_t i = find(o, object, property);
    if (!i)
        return false;
    *value = (struct span){o->slab + o->entries[i - 1].block, o->entries[i - 1].n};
    return true;
}

static unsigned class_of(size_t n)
{
    unsigned c = 0;
    while ((size_t)16 << c < n)
        c++;
    return c;
}

static bool block_take(struct overlay *o, unsigned class, uint32_t *block)
{
    uint32_t head = o->free_block[class], size = 16u << class;
    if (head) {
        *block = head - 1;
        memcpy(&o->free_block[class], o->slab + *block, sizeof(uint32_t));
        return true;
    }
    if (o->slab_size - o->slab_used < size)
        return false;
    *block = o->slab_used;
    o->slab_used += size;
    return true;
}

static void block_give(struct overlay *o, unsigned class, uint32_t block)
{
    memcpy(o->slab + block, &o->free_block[class], sizeof(uint32_t));
    o->free_block[class] = block + 1;
}

static uint32_t entry_take(struct overlay *o)
{
    uint32_t i = o->free_entry;
    if (i)
        o->free_entry = o->entries[i - 1].next;
    else if (o->used < o->n_entries)
        i = ++o->used;
    return i;
}

/* The new block is filled before the old one is given back: the parts may lie in the old one. */
bool overlay_set(struct overlay *o, uint32_t object, uint32_t property, const struct span *parts,
                 size_t n_parts)
{
    size_t n = 0;
    uint32_t block, i = find(o, object, property);
    for (size_t k = 0; k < n_parts; k++) {
        if (parts[k].n > OVERLAY_VALUE_MAX - n)
            return false;
        n += parts[k].n;
    }
    if (!block_take(o, class_of(n), &block))
        return false;
    uint8_t *to = o->slab + block;
    for (size_t k = 0; k < n_parts; k++) {
        if (parts[k].n)
            memcpy(to, parts[k].p, parts[k].n);
        to += parts[k].n;
    }
    if (i) {
        struct overlay_entry *e = &o->entries[i - 1];
        block_give(o, class_of(e->n), e->block);
        e->block = block;
        e->n = (uint32_t)n;
        return true;
    }
    i = entry_take(o);
    if (!i) {
        block_give(o, class_of(n), block);
        return false;
    }
    uint32_t *b = bucket(o, object, property);
    o->entries[i - 1] = (struct overlay_entry){object, property, block, (uint32_t)n, *b};
    *b = i;
    return true;
}

void overlay_drop(struct overlay *o, uint32_t object, uint32_t property)
{
    uint32_t *from = bucket(o, object, property), i;
    for (; (i = *from) != 0; from = &o->entries[i - 1].next) {
        struct overlay_entry *e = &o->entries[i - 1];
        if (e->object != object || e->property != property)
            continue;
        *from = e->next;
        block_give(o, class_of(e->n), e->block);
        e->object = IMG_NONE;
        e->next = o->free_entry;
        o->free_entry = i;
        return;
    }
}

size_t overlay_names_bytes(uint32_t n_objects)
{
    return power_over(n_objects < 1u << 20 ? n_objects * 2 : 1u << 21) * sizeof(uint32_t);
}

void overlay_names_init(struct overlay_names *t, void *zeroed, uint32_t n_objects)
{
    *t = (struct overlay_names){zeroed, (uint32_t)(overlay_names_bytes(n_objects) / 4) - 1, 0};
}
