/* See persist.h. What is stored for each kind of journal entry, and how it comes back; the order of
 * tickets is persist_ticket.c's business. */
#include "runtime/object/persist_inside.h"

#include <stdlib.h>

#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/backup.h"
#include "runtime/object/binary.h"
#include "runtime/object/convert.h"
#include "runtime/object/trend.h"
#include "runtime/object/values.h"

enum { MANUAL = 1, HAS_INPUT = 2, OWED = 4, SAID = 8, REVISION_OCTETS = 8 };

/* ---- identities ---- */

struct persist_index {
    const struct db *db;
    unsigned entered;           /* bit of each kind that somebody has asked for                    */
    uint32_t mask;
    uint32_t slots[];           /* index << 2 | enum persist_what; 0: free                         */
};

static uint32_t spread(const uint8_t id[16], unsigned kind)
{
    uint32_t a, b, c, d;
    memcpy(&a, id, 4);
    memcpy(&b, id + 4, 4);
    memcpy(&c, id + 8, 4);
    memcpy(&d, id + 12, 4);
    uint32_t h = (a ^ b * 2654435761u ^ c * 2246822519u ^ d * 3266489917u) + kind * 668265263u;
    return h ^ h >> 15;
}

static const uint8_t *identity(const struct image *img, unsigned kind, uint32_t i)
{
    switch (kind) {
    case PERSIST_OF_OBJECT: return img->object_ids[i].b;
    case PERSIST_OF_VARIABLE: return img->variable_ids[i].b;
    default: return img->devices[i].identity.b;
    }
}

/* The slots lie all over memory: each is asked for a few identities before its turn. */
static void enter(struct persist_index *x, unsigned kind)
{
    enum { AHEAD = 16 };
    const struct image *img = &x->db->img;
    uint32_t n = kind == PERSIST_OF_OBJECT ? img->n_objects
                 : kind == PERSIST_OF_VARIABLE ? img->n_variables : img->n_devices;
    uint32_t next[AHEAD] = {0};
    for (uint32_t i = 0; i < n + AHEAD; i++) {
        uint32_t *ahead = &next[i % AHEAD], h = *ahead;
        if (i < n) {
            *ahead = spread(identity(img, kind, i), kind);
            __builtin_prefetch(&x->slots[*ahead & x->mask], 1);
        }
        if (i < AHEAD)
            continue;
        while (x->slots[h & x->mask])
            h++;
        x->slots[h & x->mask] = (i - AHEAD) << 2 | kind;
    }
    x->entered |= 1u << kind;
}

struct persist_index *persist_index_open(const struct db *db)
{
    const struct image *img = &db->img;
    size_t n = (size_t)img->n_objects + img->n_variables + img->n_devices, size = 16;
    while (size < 2 * n)
        size *= 2;
    struct persist_index *x = calloc(1, sizeof *x + size * sizeof *x->slots);
    if (!x)
        return NULL;
    x->db = db;
    x->mask = (uint32_t)size - 1;
    return x;
}

void persist_index_close(struct persist_index *x) { free(x); }

static bool of_device(uint32_t property)
{
    return property == PERSIST_REVISION || property == PERSIST_CLOCK || property == PERSIST_PROJECT ||
           property == PERSIST_RESTORE;
}

enum persist_what persist_index_find(struct persist_index *x, const struct store_key *key, uint32_t *index)
{
    unsigned kind = key->property == PERSIST_VARIABLE ? PERSIST_OF_VARIABLE
                    : of_device(key->property) ? PERSIST_OF_DEVICE : PERSIST_OF_OBJECT;
    if (!(x->entered & 1u << kind))
        enter(x, kind);
    for (uint32_t h = spread(key->id, kind); x->slots[h & x->mask]; h++) {
        uint32_t s = x->slots[h & x->mask];
        if ((s & 3) != kind || memcmp(identity(&x->db->img, kind, s >> 2), key->id, 16))
            continue;
        *index = s >> 2;
        return (enum persist_what)kind;
    }
    return PERSIST_NOBODY;
}

const char *persist_name(uint32_t property)
{
    switch (property) {
    case PERSIST_VARIABLE: return "variable";
    case PERSIST_REVISION: return "revision";
    case PERSIST_BINARY: return "counters";
    case PERSIST_CLOCK: return "clock";
    case PERSIST_PROJECT: return "project";
    case PERSIST_RESTORE: return "restore";
    case ALARM_KEPT: return "alarm";
    case ALARM_KEPT_RECIPIENTS: return "recipients";
    case ALARM_OWED: return "notification";
    case TREND_KEPT: return "subject";
    default: return property_name(property);
    }
}

bool persist_stays(uint32_t property)
{
    return property == PERSIST_CLOCK || property == PERSIST_PROJECT || property == PERSIST_RESTORE || property == TREND_KEPT;
}

static int by_octets(const void *a, const void *b) { return memcmp(a, b, 16); }

uint8_t (*persist_identities(const struct db *db, size_t *n))[16]
{
    const struct image *img = &db->img;
    *n = (size_t)img->n_objects + img->n_variables + img->n_devices;
    uint8_t (*all)[16] = malloc((*n ? *n : 1) * sizeof *all), (*at)[16] = all;
    if (!all)
        return NULL;
    for (uint32_t i = 0; i < img->n_objects; i++)
        memcpy(*at++, identity(img, PERSIST_OF_OBJECT, i), 16);
    for (uint32_t i = 0; i < img->n_variables; i++)
        memcpy(*at++, identity(img, PERSIST_OF_VARIABLE, i), 16);
    for (uint32_t i = 0; i < img->n_devices; i++)
        memcpy(*at++, identity(img, PERSIST_OF_DEVICE, i), 16);
    qsort(all, *n, sizeof *all, by_octets);
    return all;
}

/* ---- to the store ---- */

/* Also without manual mode. */
static bool keeps(const struct db *db, uint32_t variable)
{
    return db->img.variables[variable].flags & IMG_VAR_RETAIN || values_frozen(db, variable);
}

static void as_stored(const struct cell *c, uint8_t b[PERSIST_VARIABLE_OCTETS])
{
    le64 value = le64_of_real(c->value), input = le64_of_real(c->input);
    b[0] = (uint8_t)((c->flags & CELL_MANUAL ? MANUAL : 0) | (c->flags & CELL_INPUT ? HAS_INPUT : 0) |
                     (c->flags & CELL_OWED ? OWED : 0) | (c->flags & CELL_UNKEPT ? SAID : 0));
    memcpy(b + 1, value.b, 8);
    memcpy(b + 9, input.b, 8);
}

bool persist_variable(const struct db *db, uint32_t variable, uint8_t out[PERSIST_VARIABLE_OCTETS])
{
    const struct cell *c = &db->cells[variable];
    as_stored(c, out);
    return keeps(db, variable) && !(c->flags & CELL_MANUAL);
}

static uint64_t put_variable(struct persist *p, uint32_t v)
{
    const struct cell *c = &p->db->cells[v];
    struct store_key key = {.property = PERSIST_VARIABLE};
    uint8_t b[PERSIST_VARIABLE_OCTETS];
    memcpy(key.id, p->db->img.variable_ids[v].b, 16);
    if (!(c->flags & CELL_MANUAL) && !keeps(p->db, v))
        return store_erase(p->store, &key);
    as_stored(c, b);
    return store_put(p->store, &key, c->time_ms, (struct span){b, sizeof b});
}

/* Is the property again what the image says? */
static bool is_constant(const struct db *db, uint32_t object, uint32_t property)
{
    const struct slot *s = db_slot(db, object, property);
    uint32_t wire = 0;
    struct span value;
    if (s && s->def->code == PC_relinquish_default && values_project_default(db, object, &wire))
        return wire == db->commands[db->live[object].command].relinquish_default;
    return s && (s->def->code == PC_image || s->def->code == PC_object_name) &&
           !overlay_get(&db->overlay, object, property, &value);
}

bool persist_value(const struct device *d, uint32_t object, uint32_t property, struct wr *w)
{
    const struct db *db = d->db;
    const uint32_t command = db->live[object].command;
    if (command != DB_NONE && property == P_priority_array)
        values_array(db, object, w);
    else if (command != DB_NONE && property == P_relinquish_default)
        convert_keep(db, object, db->commands[command].relinquish_default, w);
    else if (prop_read(d, object, property, BACNET_INDEX_ALL, w))
        return false;
    return wr_fits(w);
}

static uint64_t put_property(struct persist *p, uint32_t object, uint32_t property)
{
    struct db *db = p->db;
    struct store_key key = {.property = property};
    const struct device *d = &db->devices[le16_get(db->img.objects[object].device)];
    struct wr w = wr_of(db->scratch, OVERLAY_VALUE_MAX);
    memcpy(key.id, db->img.object_ids[object].b, 16);
    if (property == PERSIST_BINARY) {
        binary_save(db, object, &w);
        return store_put(p->store, &key, db_now(db), (struct span){w.buf, w.len});
    }
    if (is_constant(db, object, property) ||    /* what a client had written has been taken back */
        (prop_is_simulated(property) && !(db->live[object].flags & LIVE_OOS)))
        return store_erase(p->store, &key);
    if (!persist_value(d, object, property, &w))
        return 0;
    return store_put(p->store, &key, db_now(db), (struct span){w.buf, w.len});
}

void persist_last(struct persist *p)
{
    const struct db *db = p->db;
    if (!db || !db->journal.on)                 /* what is stored has not been restored: it is to stay */
        return;
    while (persist_flush(p))
        ;
    for (uint32_t i = 0; i < db->img.n_variables; i++)
        if (db->img.variables[i].flags & IMG_VAR_RETAIN && db->cells[i].flags & CELL_UNKEPT)
            (void)put_variable(p, i);
    for (uint32_t i = 0; i < db->n_binaries; i++)
        if (db->binaries[i].since_ms && db_slot(db, db->binaries[i].object, P_elapsed_active_time))
            (void)put_property(p, db->binaries[i].object, PERSIST_BINARY);
}

static uint64_t put_revision(struct persist *p, uint32_t device)
{
    const struct device *d = &p->db->devices[device];
    struct store_key key = {.property = PERSIST_REVISION};
    le32 words[2] = {d->img->database_revision, le32_of(d->revision)};
    uint8_t b[REVISION_OCTETS];
    memcpy(key.id, d->img->identity.b, 16);
    memcpy(b, words, sizeof b);
    return store_put(p->store, &key, db_now(p->db), (struct span){b, sizeof b});
}

static uint64_t put_restore(struct persist *p, uint32_t device)
{
    const struct device *d = &p->db->devices[device];
    struct store_key key = {.property = PERSIST_RESTORE};
    memcpy(key.id, d->img->identity.b, 16);
    if (!d->procedure.applying && !d->procedure.cut)
        return store_erase(p->store, &key);
    static const uint8_t begun[1] = {1};
    return store_put(p->store, &key, db_now(p->db), (struct span){begun, sizeof begun});
}

uint64_t persist_entry(struct persist *p, const struct journal_entry *e)
{
    switch ((enum journal_kind)e->kind) {
    case JOURNAL_PROPERTY: return put_property(p, e->object, e->arg);
    case JOURNAL_PRIORITY: return put_property(p, e->object, P_priority_array);
    case JOURNAL_VARIABLE: return put_variable(p, e->object);
    case JOURNAL_DEVICE: return put_revision(p, e->object);
    case JOURNAL_RESTORE: return put_restore(p, e->object);
    case JOURNAL_STORED: return (uint64_t)e->object << 32 | e->arg;
    }
    return 0;
}

/* ---- back from the store ---- */

static bool take_variable(struct db *db, uint32_t v, struct span s)
{
    le64 value, input;
    if (s.n != PERSIST_VARIABLE_OCTETS)
        return false;
    memcpy(value.b, s.p + 1, 8);
    memcpy(input.b, s.p + 9, 8);
    bool manual = s.p[0] & MANUAL;
    const uint8_t type = db->img.variables[v].type;
    double x = le64_real(value);
    if (!convert_holds(type, x) || (!manual && !keeps(db, v)) ||
        (!(s.p[0] & (MANUAL | SAID)) && !values_kept_fits(db, v, x)))
        return false;                   /* a new project may allow less than the old one, or have another type */
    if (s.p[0] & HAS_INPUT && convert_holds(type, le64_real(input))) {
        db_cell(db, v)->input = le64_real(input);
        db_cell(db, v)->flags |= CELL_INPUT;
    }
    if (s.p[0] & OWED)
        db_cell(db, v)->flags |= CELL_OWED;
    if (!(s.p[0] & (MANUAL | SAID)))
        db_cell(db, v)->flags |= CELL_KEPT;
    values_restored(db, v, x, manual);
    return true;
}

static bool take_default(struct db *db, uint32_t object, struct span s)
{
    struct rd r = rd_of(s.p, s.n);
    uint8_t b[8];
    struct wr w = wr_of(b, sizeof b);
    uint32_t wire = 0;
    if (!convert_kept(db, object, &r, &wire) || !rd_end(&r))
        return false;
    convert_encode(convert_type(db, object), wire, &w);
    return wr_fits(&w) && prop_restore(db, object, P_relinquish_default, (struct span){b, w.len});
}

/* The image's revision rises with its structure; renaming at run time raises the device's own. What
 * clients have seen never comes again with another meaning. */
static bool take_revision(struct device *d, struct span s)
{
    le32 image, last;
    if (s.n != REVISION_OCTETS)
        return false;
    memcpy(image.b, s.p, 4);
    memcpy(last.b, s.p + 4, 4);
    uint32_t now = le32_get(d->img->database_revision), was = le32_get(last);
    if (le32_get(image) == now)
        d->revision = was;
    else
        d->revision = now > was ? now : was + 1;
    return true;
}

bool persist_put_back(struct db *db, enum persist_what what, uint32_t index,
                      const struct store_key *key, struct span data)
{
    switch (what) {
    case PERSIST_OF_VARIABLE: return take_variable(db, index, data);
    case PERSIST_OF_DEVICE:
        if (key->property == PERSIST_RESTORE) {
            restore_cut(&db->devices[index]);
            return true;
        }
        return key->property == PERSIST_CLOCK ? persist_clock_restore(db, data)
                                              : take_revision(&db->devices[index], data);
    case PERSIST_OF_OBJECT:
        if (key->property == P_priority_array)
            return values_restored_array(db, index, rd_of(data.p, data.n));
        if (key->property == P_relinquish_default)
            return take_default(db, index, data);
        if (key->property == PERSIST_BINARY)
            return binary_restore(db, index, data);
        if (key->property == ALARM_KEPT)
            return alarm_restore(db, index, data);
        if (key->property == ALARM_OWED)
            return alarm_owed(db, index, key->sub, data);
        if (key->property == TREND_KEPT)
            return trend_restore_subject(db, index, data);
        if (key->property == ALARM_KEPT_RECIPIENTS)
            return recipients_restore(db, index, data, (struct span){NULL, 0});
        return prop_restore(db, index, key->property, data);
    default: return false;
    }
}
