/* The backup file: written from the state of a device, and taken apart with suspicion. See backup.h
 * and schemas/BACKUP.md. */
#include "runtime/object/backup.h"

#include <stdlib.h>

#include "runtime/object/convert.h"
#include "runtime/object/persist.h"
#include "runtime/object/prop.h"
#include "runtime/object/values.h"

static const char magic[16] = "bacrt config 1\r\n";
enum { AT_IDENTITY = 16, AT_COUNT = 32, AT_OCTETS = 36, AT_SUM = 40 };

static void put32(uint8_t *p, uint32_t v)
{
    le32 x = le32_of(v);
    memcpy(p, x.b, 4);
}

/* FNV-1a over the head before the sum and everything behind it. */
static uint64_t sum(const uint8_t *bytes, uint32_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < n; i++)
        if (i < AT_SUM || i >= BACKUP_HEAD)
            h = (h ^ bytes[i]) * 0x100000001b3u;
    return h;
}

/* ---- writing ---- */

struct making {
    const struct device *d;
    uint8_t *bytes;             /* records in the order of the objects                            */
    uint32_t n, cap;
    uint32_t *at, n_records, cap_at;
    bool failed;
};

static bool grow(struct making *m, uint32_t more)
{
    if (m->n_records == m->cap_at) {
        uint32_t cap = m->cap_at ? m->cap_at * 2 : 256;
        uint32_t *at = realloc(m->at, cap * sizeof *at);
        if (!at)
            return false;
        m->at = at;
        m->cap_at = cap;
    }
    if (more > BACKUP_MAX - BACKUP_HEAD - m->n)
        return false;
    if (!m->bytes || m->n + more > m->cap) {
        uint32_t cap = m->cap ? m->cap : 16384;
        while (cap < m->n + more)
            cap *= 2;
        uint8_t *bytes = realloc(m->bytes, cap);
        if (!bytes)
            return false;
        m->bytes = bytes;
        m->cap = cap;
    }
    return true;
}

static void record(struct making *m, const uint8_t id[16], uint32_t property, struct span value)
{
    if (m->failed || !grow(m, BACKUP_RECORD + (uint32_t)value.n)) {
        m->failed = true;
        return;
    }
    uint8_t *p = m->bytes + m->n;
    m->at[m->n_records++] = m->n;
    memcpy(p, id, 16);
    put32(p + 16, property);
    put32(p + 20, (uint32_t)value.n);
    if (value.n)
        memcpy(p + BACKUP_RECORD, value.p, value.n);
    m->n += BACKUP_RECORD + (uint32_t)value.n;
}

/* Does the live property differ from what the project says? */
static bool differs(const struct db *db, uint32_t object, const struct slot *s)
{
    const struct live *l = &db->live[object];
    uint32_t wire = 0;
    switch (s->def->code) {
    case PC_out_of_service: return (l->flags & (LIVE_OOS | LIVE_OOS_SOURCE)) == LIVE_OOS;   /* nobody wrote that one */
    case PC_priority_array:
        return l->command != DB_NONE && db->commands[l->command].set &&
               le16_get(db->img.objects[object].flags) & IMG_OBJ_RETAIN;
    case PC_relinquish_default:
        return values_project_default(db, object, &wire) && wire != db->commands[l->command].relinquish_default;
    default: return false;
    }
}

static void of_object(struct making *m, uint32_t object)
{
    const struct db *db = m->d->db;
    const struct shape *s = &db->shapes[le16_get(db->img.objects[object].shape)];
    struct span value;
    for (uint32_t k = 0; k < s->n_slots; k++) {
        const struct slot *slot = &db->slots[s->first_slot + k];
        if (overlay_get(&db->overlay, object, slot->property, &value)) {
            record(m, db->img.object_ids[object].b, slot->property, value);
        } else if (differs(db, object, slot)) {
            struct wr w = wr_of(db->scratch, OVERLAY_VALUE_MAX);
            if (persist_value(m->d, object, slot->property, &w))
                record(m, db->img.object_ids[object].b, slot->property, (struct span){w.buf, w.len});
        }
    }
    uint32_t v = db_variable(db, object);
    if (v == IMG_NONE || oid_type(db_oid(db, object)) == OT_schedule)
        return;
    uint8_t octets[PERSIST_VARIABLE_OCTETS];
    if (persist_variable(db, v, octets))
        record(m, db->img.variable_ids[v].b, PERSIST_VARIABLE, (struct span){octets, sizeof octets});
}

/* qsort has no context. */
struct sorted { const uint8_t *record; };

static int by_key(const void *a, const void *b)
{
    const uint8_t *x = ((const struct sorted *)a)->record, *y = ((const struct sorted *)b)->record;
    int id = memcmp(x, y, 16);
    uint32_t p = le32_at(x + 16), q = le32_at(y + 16);
    return id ? id : p < q ? -1 : p > q;
}

static bool finish(struct making *m, struct procedure *p)
{
    struct sorted *order = malloc((m->n_records + 1u) * sizeof *order);
    uint8_t *out = malloc(BACKUP_HEAD + m->n);
    uint32_t n = 0;
    if (!order || !out) {
        free(order);
        free(out);
        return false;
    }
    uint8_t *to = out + BACKUP_HEAD;
    for (uint32_t i = 0; i < m->n_records; i++)
        order[i].record = m->bytes + m->at[i];
    qsort(order, m->n_records, sizeof *order, by_key);
    for (uint32_t i = 0; i < m->n_records; i++) {
        uint32_t size = BACKUP_RECORD + le32_at(order[i].record + 20);
        if (i && !by_key(&order[i - 1], &order[i]))
            continue;                   /* a variable that two objects show */
        memcpy(to, order[i].record, size);
        to += size;
        n++;
    }
    free(order);
    p->bytes = out;
    p->n = p->cap = (uint32_t)(to - out);
    memcpy(out, magic, sizeof magic);
    memcpy(out + AT_IDENTITY, m->d->img->identity.b, 16);
    put32(out + AT_COUNT, n);
    put32(out + AT_OCTETS, p->n);
    uint64_t h = sum(out, p->n);
    put32(out + AT_SUM, (uint32_t)h);
    put32(out + AT_SUM + 4, (uint32_t)(h >> 32));
    return true;
}

bool backup_make(const struct device *d, struct procedure *p)
{
    struct making m = {.d = d};
    for (uint32_t i = 0; i < d->n_objects; i++)
        if (d->first_object + i != d->file)
            of_object(&m, d->first_object + i);
    record(&m, d->img->identity.b, PERSIST_PROJECT, persist_project_id(d->db));
    bool good = !m.failed && finish(&m, p);
    free(m.bytes);
    free(m.at);
    return good;
}

/* ---- reading ---- */

struct backup_record backup_record(const struct procedure *p, uint32_t i)
{
    const uint8_t *from = p->bytes + p->at[i];
    struct backup_record r = {.property = le32_at(from + 16)};
    memcpy(r.id, from, 16);
    r.value = (struct span){from + BACKUP_RECORD, le32_at(from + 20)};
    return r;
}

static int compare(const struct procedure *p, uint32_t i, const uint8_t id[16], uint32_t property)
{
    const uint8_t *r = p->bytes + p->at[i];
    int by_id = memcmp(r, id, 16);
    uint32_t has = le32_at(r + 16);
    return by_id ? by_id : has < property ? -1 : has > property;
}

uint32_t backup_find(const struct procedure *p, const uint8_t id[16], uint32_t property)
{
    uint32_t lo = 0, hi = p->n_records;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (compare(p, mid, id, property) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool is_of_project(const struct device *d, const struct procedure *p)
{
    const uint8_t *id = d->img->identity.b;
    uint32_t k = backup_find(p, id, PERSIST_PROJECT);
    if (k == p->n_records || compare(p, k, id, PERSIST_PROJECT) != 0)
        return true;                    /* older files do not say it */
    struct span project = backup_record(p, k).value, own = persist_project_id(d->db);
    return project.n == own.n && !memcmp(project.p, own.p, own.n);
}

bool backup_open(const struct device *d, struct procedure *p)
{
    if (p->n < BACKUP_HEAD || memcmp(p->bytes, magic, sizeof magic) != 0 ||
        memcmp(p->bytes + AT_IDENTITY, d->img->identity.b, 16) != 0 ||
        le32_at(p->bytes + AT_OCTETS) != p->n)
        return false;
    uint64_t h = le32_at(p->bytes + AT_SUM) | (uint64_t)le32_at(p->bytes + AT_SUM + 4) << 32;
    uint32_t n = le32_at(p->bytes + AT_COUNT), at = BACKUP_HEAD;
    if (h != sum(p->bytes, p->n) || n > (p->n - BACKUP_HEAD) / BACKUP_RECORD)
        return false;
    free(p->at);
    p->at = malloc((n + 1u) * sizeof *p->at);
    p->n_records = 0;
    if (!p->at)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (p->n - at < BACKUP_RECORD || p->n - at - BACKUP_RECORD < le32_at(p->bytes + at + 20))
            return false;
        if (i && compare(p, i - 1, p->bytes + at, le32_at(p->bytes + at + 16)) >= 0)
            return false;
        p->at[i] = at;
        p->n_records++;
        at += BACKUP_RECORD + le32_at(p->bytes + at + 20);
    }
    return at == p->n && is_of_project(d, p);
}
