/* See persist.h. Properties and priority arrays are kept as on the wire; a variable as one flag octet
 * (1: manual) and its value in the image's form; a device's revision as the image's and its own. */
#include "runtime/object/persist.h"

#include <stdlib.h>

#include "runtime/object/values.h"

enum { VARIABLE_SIZE = 9, DEVICE_SIZE = 8 };

/* Identities to indexes, for the time of loading. Objects, variables, devices in one table. */
struct finder {
    struct db *db;
    uint32_t *slots, mask;
    uint32_t lost;
};

static const struct img_identity *identity_of(const struct image *img, uint32_t i)
{
    if (i < img->n_objects)
        return &img->object_ids[i];
    i -= img->n_objects;
    return i < img->n_variables ? &img->variable_ids[i] : &img->devices[i - img->n_variables].identity;
}

static uint32_t hash_of(const uint8_t *id)
{
    uint32_t h = 2166136261u;
    for (int i = 0; i < 16; i++)
        h = (h ^ id[i]) * 16777619u;
    return h;
}

static bool finder_open(struct finder *f, struct db *db)
{
    const struct image *img = &db->img;
    uint32_t n = img->n_objects + img->n_variables + img->n_devices, size = 16;
    while (size < n * 2)
        size *= 2;
    *f = (struct finder){db, calloc(size, sizeof(uint32_t)), size - 1, 0};
    for (uint32_t i = 0; f->slots && i < n; i++) {
        uint32_t h = hash_of(identity_of(img, i)->b);
        while (f->slots[h & f->mask])
            h++;
        f->slots[h & f->mask] = i + 1;
    }
    return f->slots != NULL;
}

/* Kinds have identities of their own; should two coincide, the property decides. */
static uint32_t find(const struct finder *f, const uint8_t id[16], uint32_t from, uint32_t n)
{
    for (uint32_t h = hash_of(id); f->slots[h & f->mask]; h++) {
        uint32_t i = f->slots[h & f->mask] - 1;
        if (i - from < n && !memcmp(identity_of(&f->db->img, i)->b, id, 16))
            return i - from;
    }
    return DB_NONE;
}

static uint32_t le_at(const uint8_t *p)
{
    le32 v;
    memcpy(&v, p, sizeof v);
    return le32_get(v);
}

/* A new compilation never brings the number down, and always moves it if it changed anything. */
static bool load_device(struct device *d, struct span data)
{
    if (data.n != DEVICE_SIZE)
        return false;
    uint32_t image = le_at(data.p), own = le_at(data.p + 4);
    if (d->revision == image)
        d->revision = own;
    else if (d->revision <= own)
        d->revision = own + 1;
    return true;
}

static bool load_variable(struct db *db, uint32_t variable, struct span data)
{
    le64 v;
    if (data.n != VARIABLE_SIZE)
        return false;
    memcpy(&v, data.p + 1, sizeof v);
    values_restored(db, variable, le64_real(v), data.p[0] & 1);
    return true;
}

static bool visit(void *ctx, const struct store_key *key, int64_t time, struct span data)
{
    struct finder *f = ctx;
    const struct image *img = &f->db->img;
    uint32_t i, n = img->n_objects;
    bool fits = true;
    (void)time;
    if ((i = find(f, key->id, 0, n)) != DB_NONE && key->sub == JOURNAL_PROPERTY)
        fits = prop_restore(f->db, i, key->property, data);
    else if (i != DB_NONE && key->sub == JOURNAL_PRIORITY)
        fits = values_restored_array(f->db, i, rd_of(data.p, data.n));
    else if (key->sub == JOURNAL_VARIABLE && (i = find(f, key->id, n, img->n_variables)) != DB_NONE)
        fits = load_variable(f->db, i, data);
    else if (key->sub == JOURNAL_DEVICE &&
             (i = find(f, key->id, n + img->n_variables, img->n_devices)) != DB_NONE)
        fits = load_device(&f->db->devices[i], data);
    f->lost += !fits;
    return true;
}

int persist_load(struct db *db, struct store *s, uint32_t *lost)
{
    struct finder f;
    int fault = STORE_OK;
    db->journal.on = false;
    if (!finder_open(&f, db))
        return STORE_IO;
    fault = store_load(s, visit, &f);
    free(f.slots);
    if (lost)
        *lost = f.lost;
    db_settle(db);
    db->journal.on = true;
    return fault;
}

/* The value that goes with an entry, into scratch memory. */
static struct span value_of(struct db *db, const struct journal_entry *e, struct store_key *key)
{
    struct wr w = wr_of(db->scratch, OVERLAY_VALUE_MAX);
    const struct img_identity *id;
    le64 v;
    if (e->kind == JOURNAL_VARIABLE) {
        id = &db->img.variable_ids[e->object];
        v = le64_of_real(db->cells[e->object].value);
        wr_u8(&w, db->cells[e->object].flags & CELL_MANUAL);
        wr_bytes(&w, v.b, sizeof v.b);
    } else if (e->kind == JOURNAL_DEVICE) {
        id = &db->devices[e->object].img->identity;
        le32 image = db->devices[e->object].img->database_revision;
        le32 own = le32_of(db->devices[e->object].revision);
        wr_bytes(&w, image.b, sizeof image.b);
        wr_bytes(&w, own.b, sizeof own.b);
    } else {
        const struct device *d = &db->devices[le16_get(db->img.objects[e->object].device)];
        uint32_t property = e->kind == JOURNAL_PRIORITY ? P_priority_array : e->arg;
        id = &db->img.object_ids[e->object];
        (void)prop_read(d, e->object, property, BACNET_INDEX_ALL, &w);
    }
    memcpy(key->id, id->b, sizeof key->id);
    key->property = e->kind == JOURNAL_PROPERTY ? e->arg : 0;
    key->sub = e->kind;
    return (struct span){w.buf, wr_fits(&w) ? w.len : 0};
}

uint64_t persist_flush(struct db *db, struct store *s)
{
    struct journal_entry e;
    struct store_key key;
    uint64_t number, ticket = 0;
    bool refused = false;
    while (journal_take(&db->journal, &e, &number)) {
        struct span data = value_of(db, &e, &key);
        uint64_t t = store_put(s, &key, db_now(db), data);
        refused |= t == STORE_REFUSED;
        ticket = t ? t : ticket;
    }
    return refused ? STORE_REFUSED : ticket;
}
