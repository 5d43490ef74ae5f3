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
        uint64_t w = le64_get(*(const le64 *)p);
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
    uint32_t taken = 0, beyond = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = le32_get(slots[i]);
        beyond += v > n;
        taken += v != 0;
    }
    for (uint32_t i = 0; beyond; i++)
        if (le32_get(slots[i]) > n)
            return img_refuse(c, id, i, "entry %u does not exist", le32_get(slots[i]) - 1);
    if (taken != n)
        return img_refuse(c, id, IMG_NONE, "%u entries, not %u", taken, n);
    return true;
}

/* The proof that a search for its key comes by each entry. A slot may be anywhere in its table, so the
 * slots of a few entries are asked for before the first of them is looked at. */
enum { BATCH = 32 };
struct reach {
    const le32 *slots;
    uint32_t mask, from, done, n;   /* entries from `from` to before `done` are proven; n more wait */
    uint64_t probes;            /* slots looked at                                                 */
    uint32_t hash[BATCH];
};

static struct reach reach_of(const le32 *slots, uint32_t count, uint32_t from)
{
    return (struct reach){.slots = slots, .mask = count - 1, .from = from, .done = from};
}

/* Crowded beyond what chance does: a search would no longer take constant time. */
static bool crowded(const struct reach *r)
{
    return r->probes > 64 * (uint64_t)(r->done - r->from) + 4096;
}

/* False: a search does not find entry `done`, or took too long. */
static bool reach_all(struct reach *r)
{
    for (uint32_t k = 0; k < r->n; k++, r->done++)
        for (uint32_t h = r->hash[k], v = 0; v != r->done + 1; h++) {
            v = le32_get(r->slots[h & r->mask]);
            r->probes++;
            if (!v || crowded(r))
                return false;
        }
    r->n = 0;
    return true;
}

static bool reach(struct reach *r, uint32_t hash)
{
    __builtin_prefetch(&r->slots[hash & r->mask]);
    r->hash[r->n++] = hash;
    return r->n < BATCH || reach_all(r);
}

static bool not_reached(struct img_check *c, enum img_section_id id, const struct reach *r, const char *what)
{
    if (crowded(r))
        return img_refuse(c, id, IMG_NONE, "too crowded");
    return img_refuse(c, id, IMG_NONE, "%s %u is not found", what, r->done);
}

static bool objects_reached(struct img_check *c)
{
    const struct image *img = c->img;
    uint32_t from = img_from(c, img->n_objects), to = img_to(c, img->n_objects);
    struct reach ids = reach_of(img->object_hash, img->n_object_hash, from);
    struct reach names = reach_of(img->name_hash, img->n_name_hash, from);
    bool ids_ok = true, names_ok = true;
    for (uint32_t i = from; ids_ok && names_ok && i < to; i++) {
        uint32_t device = le16_get(img->objects[i].device);
        struct span s = img_object_name(img, i);
        ids_ok = reach(&ids, img_hash_object(device, le32_get(img->objects[i].oid)));
        names_ok = reach(&names, img_hash_name(device, s.p, s.n));
    }
    if (!ids_ok || !reach_all(&ids))
        return not_reached(c, SEC_object_hash, &ids, "object");
    if (!names_ok || !reach_all(&names))
        return not_reached(c, SEC_name_hash, &names, "the name of object");
    return true;
}

static bool variables_reached(struct img_check *c)
{
    const struct image *img = c->img;
    struct reach names = reach_of(img->variable_hash, img->n_variable_hash, 0);
    bool ok = true;
    for (uint32_t i = 0; ok && i < img->n_variables; i++) {
        struct span s = img_text(img, img->variables[i].name);
        ok = reach(&names, img_hash_name(0, s.p, s.n));
    }
    return (ok && reach_all(&names)) || not_reached(c, SEC_variable_hash, &names, "variable");
}

bool image_check_hashes(struct img_check *c)
{
    const struct image *img = c->img;
    return table_ok(c, SEC_object_hash, img->object_hash, img->n_object_hash, img->n_objects) &&
           table_ok(c, SEC_name_hash, img->name_hash, img->n_name_hash, img->n_objects) &&
           table_ok(c, SEC_variable_hash, img->variable_hash, img->n_variable_hash, img->n_variables) &&
           objects_reached(c) && (!img_second(c) || variables_reached(c));
}
