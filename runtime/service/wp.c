/* WriteProperty, 135-2020 clause 15.9. */
#include "runtime/data/audit.h"
#include "runtime/service/services.h"
#include "schemas/print.h"

static void print(char text[AUDIT_TEXT], uint32_t property, struct span value)
{
    struct wr w = wr_of(text, AUDIT_TEXT - 1);
    print_tagged(&w, rd_of(value.p, value.n), property);
    text[w.len < AUDIT_TEXT ? w.len : AUDIT_TEXT - 1] = 0;
}

/* What there was before the write; "" where it cannot be read. */
static void print_old(const struct device *d, uint32_t object, const struct write_item *item,
                      char text[AUDIT_TEXT])
{
    uint8_t b[AUDIT_TEXT];
    struct wr w = wr_of(b, sizeof b);
    if (object != DB_NONE && !prop_read(d, object, item->ref.property, item->ref.index, &w) &&
        wr_fits(&w))
        print(text, item->ref.property, (struct span){b, w.len});
}

static void note(const struct device *d, const struct peer *from, uint32_t object,
                 const struct write_item *item, bac_err result, struct audit_entry *e)
{
    const struct db *db = d->db;
    e->kind = AUDIT_WRITE;
    e->priority = item->priority <= 16 ? (uint8_t)item->priority : 0;
    e->device = d->instance;
    e->oid = item->ref.oid;
    e->property = item->ref.property;
    e->index = item->ref.index;
    e->code = result;
    e->time = db_now(db);
    if (object != DB_NONE) {
        struct span name = db_name(db, object);
        size_t n = name.n < AUDIT_TEXT ? name.n : AUDIT_TEXT - 1;
        while (n && n < name.n && (name.p[n] & 0xc0) == 0x80)
            n--;
        memcpy(e->id, db->img.object_ids[object].b, sizeof e->id);
        memcpy(e->name, name.p, n);
    }
    if (from)
        audit_peer(from, e->who, sizeof e->who);
    print(e->now, item->ref.property, item->value);
    audit_note(db->audit, e);
}

static bac_err write_one(struct device *d, const struct peer *from, uint32_t object,
                         const struct write_item *item, uint64_t *ticket);

/* (Device, 4194303) is no wildcard for writers. */
bac_err svc_write(struct device *d, const struct peer *from, const struct write_item *item,
                  uint64_t *ticket)
{
    uint32_t object = db_find(d, item->ref.oid);
    if (!d->db->audit)
        return write_one(d, from, object, item, ticket);
    struct audit_entry e = {0};
    print_old(d, object, item, e.old);
    bac_err result = write_one(d, from, object, item, ticket);
    note(d, from, object, item, result, &e);
    return result;
}

static bac_err write_one(struct device *d, const struct peer *from, uint32_t object,
                         const struct write_item *item, uint64_t *ticket)
{
    if (object == DB_NONE)
        return BAC_ERR(object, unknown_object);
    if (item->priority > 16)
        return BAC_ERR(services, parameter_out_of_range);
    if (!svc_may_write(d, from)) {
        bac_err e = prop_writable(d, object, item->ref.property, item->ref.index);
        return e ? e : BAC_ERR(property, write_access_denied);
    }
    struct origin by = {BY_CLIENT, (uint8_t)item->priority, from};
    return prop_write(d, object, item->ref.property, item->ref.index, item->value, &by, ticket);
}

struct svc_result svc_write_property(struct device *d, const struct peer *from, struct rd *req,
                                     struct wr *ack)
{
    struct write_item item;
    uint64_t ticket = 0;
    (void)ack;
    item.ref = rd_reference(req);
    struct rd value = rd_enclosed(req, 3);
    bool given = rd_is(req, 4, TAG_unsigned);
    item.priority = given ? rd_unsigned(req, 4) : 0;
    if (!rd_end(req))
        return svc_reject_rd(req);
    if (given && !item.priority)
        item.priority = UINT32_MAX;             /* zero is as wrong as 17 */
    item.value = (struct span){value.p, rd_left(&value)};
    bac_err e = svc_write(d, from, &item, &ticket);
    struct svc_result ok = svc_ok();
    ok.ticket = ticket;
    return e ? svc_error(e) : ok;
}
