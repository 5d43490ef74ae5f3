/* What clients have asked for, as it stands in the audit. */
#include <stdio.h>

#include "runtime/data/audit.h"
#include "runtime/service/services.h"

void svc_note_old(const struct device *d, uint32_t object, const struct reference *ref, struct audit_entry *e)
{
    uint8_t b[AUDIT_VALUE];
    struct wr w = wr_of(b, sizeof b);
    *e = (struct audit_entry){.kind = AUDIT_WRITE};
    if (object != DB_NONE && !prop_read(d, object, ref->property, ref->index, &w) && wr_fits(&w))
        audit_value(e->old, ref->property, (struct span){b, w.len});
}

static void note(const struct device *d, const struct peer *from, bac_err result, struct audit_entry *e)
{
    e->device = d->instance;
    e->code = result;
    e->time = db_now(d->db);
    if (from)
        audit_peer(from, e->who, sizeof e->who);
    audit_note(d->db->audit, e);
}

void svc_note_write(const struct device *d, const struct peer *from, uint32_t object,
                    const struct write_item *item, bac_err result, struct audit_entry *e)
{
    const struct db *db = d->db;
    e->oid = item->ref.oid;
    e->property = item->ref.property;
    e->index = item->ref.index;
    if (object != DB_NONE) {
        memcpy(e->id, db->img.object_ids[object].b, sizeof e->id);
        audit_text(e->name, db_name(db, object));
        if (db->live[object].command != DB_NONE && item->ref.property == P_present_value && item->priority <= 16)
            e->priority = (uint8_t)item->priority;
    }
    audit_value(e->now, item->ref.property, item->value);
    note(d, from, result, e);
}

void svc_note_elements(const struct device *d, const struct peer *from, uint32_t object,
                       const struct reference *ref, char sign, struct span elements, bac_err result)
{
    struct audit_entry e = {.kind = AUDIT_WRITE, .now = {sign}};
    if (d->db->audit)
        svc_note_write(d, from, object, &(struct write_item){.ref = *ref, .value = elements}, result, &e);
}

void svc_note_management(const struct device *d, const struct peer *from, const struct svc_result *answer,
                         const char *what)
{
    struct audit_entry e = {.kind = AUDIT_MANAGE, .oid = OID(OT_device, d->instance), .property = UINT32_MAX,
                            .index = BACNET_INDEX_ALL};
    bac_err result = answer->kind == SVC_ERROR ? 0x80000000u | (uint32_t)answer->cls << 16 | answer->code : BAC_OK;
    if (!d->db->audit || (answer->kind != SVC_SIMPLE_ACK && answer->kind != SVC_ERROR))
        return;                                 /* not decided yet, or not looked at */
    memcpy(e.id, d->img->identity.b, sizeof e.id);
    snprintf(e.now, sizeof e.now, "%s", what);
    note(d, from, result, &e);
}
