/* Object_Names: the image's hash first; then the few that were given at run time. */
#include "runtime/data/change.h"

enum { NAME_ROOM = 4096 };       /* longest tagged name that is kept here                         */

struct span db_name(const struct db *db, uint32_t object)
{
    struct span s;
    uint8_t charset;
    if (!(db->live[object].flags & LIVE_RENAMED) ||
        !overlay_get(&db->overlay, object, P_object_name, &s))
        return img_object_name(&db->img, object);
    struct rd r = rd_of(s.p, s.n);
    return rd_string(&r, APP, &charset);
}

/* Slot of the name, or of the free place where it belongs. */
static uint32_t slot_of(const struct device *d, const void *name, size_t n)
{
    const struct overlay_names *t = &d->db->names;
    uint32_t h = img_hash_name(d->index, name, n);
    for (;; h++) {
        uint32_t object = t->slots[h & t->mask];
        if (!object)
            return h & t->mask;
        struct span s = db_name(d->db, --object);
        if (s.n == n && !memcmp(s.p, name, n) && object - d->first_object < d->n_objects)
            return h & t->mask;
    }
}

uint32_t db_find_name(const struct device *d, const void *name, size_t n)
{
    uint32_t hit = img_find_name(&d->db->img, d->index, name, n);
    if (hit != IMG_NONE && !(d->db->live[hit].flags & LIVE_RENAMED))
        return hit;
    if (!d->db->names.used)
        return DB_NONE;
    uint32_t object = d->db->names.slots[slot_of(d, name, n)];
    return object ? object - 1 : DB_NONE;
}

static void forget(const struct device *d, uint32_t object)
{
    struct overlay_names *t = &d->db->names;
    struct span s = db_name(d->db, object);
    uint32_t gap = slot_of(d, s.p, s.n);
    if (!t->slots[gap])
        return;
    for (uint32_t i = (gap + 1) & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
        uint32_t other = t->slots[i] - 1;
        struct span name = db_name(d->db, other);
        uint32_t h = img_hash_name(le16_get(d->db->img.objects[other].device), name.p, name.n);
        if (((i - h) & t->mask) >= ((i - gap) & t->mask)) {
            t->slots[gap] = t->slots[i];
            gap = i;
        }
    }
    t->slots[gap] = 0;
    t->used--;
}

void db_unname(const struct device *d, uint32_t object)
{
    if (!(d->db->live[object].flags & LIVE_RENAMED))
        return;
    forget(d, object);
    overlay_drop(&d->db->overlay, object, P_object_name);
    db_live(d->db, object)->flags &= (uint8_t)~LIVE_RENAMED;
}

bool db_rename(const struct device *d, uint32_t object, const void *name, size_t n)
{
    struct db *db = d->db;
    struct overlay_names *t = &db->names;
    struct live *l = db_live(db, object);
    uint8_t head[8];
    struct wr w = wr_of(head, sizeof head);
    if (n > NAME_ROOM || t->used > t->mask / 2)
        return false;
    wr_tag(&w, TAG_string, false, (uint32_t)n + 1);
    wr_u8(&w, 0);
    struct span parts[] = {{head, w.len}, {name, n}};
    bool renamed = (l->flags & LIVE_RENAMED) != 0;
    if (renamed)
        forget(d, object);
    if (!overlay_set(&db->overlay, object, P_object_name, parts, 2)) {
        if (renamed) {                                       /* still has its former name */
            struct span old = db_name(db, object);
            t->slots[slot_of(d, old.p, old.n)] = object + 1;
            t->used++;
        }
        return false;
    }
    l->flags |= LIVE_RENAMED | LIVE_OVERLAY;
    t->slots[slot_of(d, name, n)] = object + 1;
    t->used++;
    return true;
}

void db_name_aside(struct db *db, uint32_t object)
{
    char aside[9] = "\x01";
    for (unsigned i = 0; i < 8; i++)
        aside[1 + i] = (char)('a' + (object >> (4 * i) & 15));
    (void)db_rename(&db->devices[le16_get(db->img.objects[object].device)], object, aside, sizeof aside);
}

void db_name_own(struct db *db, uint32_t object)
{
    const struct device *d = &db->devices[le16_get(db->img.objects[object].device)];
    struct span own = img_object_name(&db->img, object);
    if (db_find_name(d, own.p, own.n) == DB_NONE)
        db_unname(d, object);
}
