/* The image's hash tables: the hash functions, finding, and the proof that everything is found. */
#include "schemas/image.h"
#include "schemas/image_check.h"

static uint32_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

uint32_t img_hash_object(uint32_t device, uint32_t oid)
{
    return mix(((uint64_t)device << 32 | oid) * 0xd6e8feb86659fd93u);
}

uint32_t img_hash_name(uint32_t device, const void *name, size_t n)
{
    const uint8_t *p = name;
    uint64_t h = ((uint64_t)device + 1) * 0xff51afd7ed558ccdu ^ n;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t w = 0;
        for (unsigned i = 0; i < 8; i++)
            w |= (uint64_t)p[i] << (8 * i);
        h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
        h ^= h >> 29;
    }
    for (; n; p++, n--)
        h = (h ^ *p) * 0x100000001b3u;
    return mix(h);
}

uint32_t img_hash_slots(uint32_t n)
{
    uint32_t slots = 4;
    while (slots < UINT32_C(1) << 31 && slots / 4 * 3 < n)
        slots *= 2;
    return slots;
}

static bool is_object(const struct image *img, uint32_t i, uint32_t device, uint32_t oid)
{
    return le32_get(img->objects[i].oid) == oid && le16_get(img->objects[i].device) == device;
}

static bool is_name(const struct image *img, uint32_t i, uint32_t device, const void *name, size_t n)
{
    if (le16_get(img->objects[i].device) != device)
        return false;
    struct span s = img_object_name(img, i);
    return s.n == n && !memcmp(s.p, name, n);
}

static bool is_variable(const struct image *img, uint32_t i, const void *name, size_t n)
{
    struct span s = img_text(img, img->variables[i].name);
    return s.n == n && !memcmp(s.p, name, n);
}

/* Asks `hit` of each index i from the hash on, until it says yes or a slot is free. */
#define PROBE(table, count, hash, hit)                                          \
    for (uint32_t slot = (hash);; slot++) {                                     \
        uint32_t i = (count) ? le32_get((table)[slot & ((count) - 1)]) : 0;     \
        if (!i--)                                                               \
            return IMG_NONE;                                                    \
        if (hit)                                                                \
            return i;                                                           \
    }

uint32_t img_find_object(const struct image *img, uint32_t device, uint32_t oid)
{
    PROBE(img->object_hash, img->n_object_hash, img_hash_object(device, oid), is_object(img, i, device, oid))
}

uint32_t img_find_name(const struct image *img, uint32_t device, const void *name, size_t n)
{
    PROBE(img->name_hash, img->n_name_hash, img_hash_name(device, name, n), is_name(img, i, device, name, n))
}

uint32_t img_find_variable(const struct image *img, const void *name, size_t n)
{
    PROBE(img->variable_hash, img->n_variable_hash, img_hash_name(0, name, n), is_variable(img, i, name, n))
}

/* ---- checking ---- */

/* Slots hold 0 or an index + 1, exactly `n` of them are taken, and a quarter is free. */
static bool table_ok(struct img_check *c, enum img_section_id id, const le32 *slots, uint32_t count,
                     uint32_t n)
{
    if (count & (count - 1))
        return img_refuse(c, id, IMG_NONE, "%u slots: not a power of two", count);
    if (n > count / 4 * 3)
        return img_refuse(c, id, IMG_NONE, "%u slots are too few for %u entries", count, n);
    uint32_t taken = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = le32_get(slots[i]);
        if (v > n)
            return img_refuse(c, id, i, "entry %u does not exist", v - 1);
        taken += v != 0;
    }
    if (taken != n)
        return img_refuse(c, id, IMG_NONE, "%u entries, not %u", taken, n);
    return true;
}

/* Is entry i where a search for its key comes by? *probes counts the slots looked at. */
static bool reached(const le32 *slots, uint32_t count, uint32_t hash, uint32_t i, uint64_t *probes)
{
    for (;; hash++) {
        uint32_t v = le32_get(slots[hash & (count - 1)]);
        ++*probes;
        if (v == i + 1 || !v)
            return v != 0;
    }
}

/* Crowded beyond what chance does: a search would no longer be constant time. */
static bool crowded(uint64_t probes, uint32_t n) { return probes > 64 * (uint64_t)n + 4096; }

static bool objects_reached(struct img_check *c)
{
    const struct image *img = c->img;
    uint64_t ids = 0, names = 0;
    for (uint32_t i = 0; i < img->n_objects; i++) {
        uint32_t device = le16_get(img->objects[i].device), oid = le32_get(img->objects[i].oid);
        struct span s = img_object_name(img, i);
        if (!reached(img->object_hash, img->n_object_hash, img_hash_object(device, oid), i, &ids))
            return img_refuse(c, SEC_object_hash, IMG_NONE, "object %u is not found", i);
        if (!reached(img->name_hash, img->n_name_hash, img_hash_name(device, s.p, s.n), i, &names))
            return img_refuse(c, SEC_name_hash, IMG_NONE, "the name of object %u is not found", i);
        if (crowded(ids, i) || crowded(names, i))
            return img_refuse(c, crowded(ids, i) ? SEC_object_hash : SEC_name_hash, IMG_NONE, "too crowded");
    }
    return true;
}

bool image_check_hashes(struct img_check *c)
{
    const struct image *img = c->img;
    uint64_t probes = 0;
    if (!table_ok(c, SEC_object_hash, img->object_hash, img->n_object_hash, img->n_objects) ||
        !table_ok(c, SEC_name_hash, img->name_hash, img->n_name_hash, img->n_objects) ||
        !table_ok(c, SEC_variable_hash, img->variable_hash, img->n_variable_hash, img->n_variables) ||
        !objects_reached(c))
        return false;
    for (uint32_t i = 0; i < img->n_variables; i++) {
        struct span s = img_text(img, img->variables[i].name);
        if (!reached(img->variable_hash, img->n_variable_hash, img_hash_name(0, s.p, s.n), i, &probes))
            return img_refuse(c, SEC_variable_hash, IMG_NONE, "variable %u is not found", i);
        if (crowded(probes, i))
            return img_refuse(c, SEC_variable_hash, IMG_NONE, "too crowded");
    }
    return true;
}
