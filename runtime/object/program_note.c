/* See program.h: what a Schedule could not write, for those who look why nothing happened. */
#include "runtime/object/program.h"

#include <stdio.h>

#include "runtime/data/audit.h"

/* What is another device's is found under the schedule. */
void program_refused(struct db *db, uint32_t object, const struct prop_ref *ref, struct span value, bac_err e)
{
    uint8_t b[AUDIT_VALUE];
    struct wr was = wr_of(b, sizeof b);
    struct span by = db_name(db, object);
    struct device *d = prop_ref_device(db, ref, le16_get(db->img.objects[object].device));
    uint32_t target = d ? db_find(d, ref->object) : DB_NONE, of = target == DB_NONE ? object : target;
    struct audit_entry n = {.kind = AUDIT_WRITE, .oid = ref->object, .property = ref->property,
                            .index = ref->index, .code = e, .time = db_now(db)};
    if (!db->audit)
        return;
    n.device = d ? d->instance : oid_instance(ref->device);
    memcpy(n.id, db->img.object_ids[of].b, sizeof n.id);
    audit_text(n.name, db_name(db, of));
    snprintf(n.who, sizeof n.who, "schedule %.*s", (int)by.n, (const char *)by.p);
    if (target != DB_NONE && !prop_read(d, target, ref->property, ref->index, &was) && wr_fits(&was))
        audit_value(n.old, ref->property, (struct span){b, was.len});
    audit_value(n.now, ref->property, value);
    if (d && target != DB_NONE && db->live[target].command != DB_NONE && ref->property == P_present_value)
        n.priority = program_priority(db, object);
    audit_note(db->audit, &n);
}

/* Why nothing arrived, said once for each value: it is tried again for long. 0: it did, or will be said otherwise. */
static bac_err refusal(const struct program *p, const struct outcome *end)
{
    if (end->kind == OUTCOME_ERROR)
        return 0x80000000u | (uint32_t)end->cls << 16 | end->code;
    if (p->tries)
        return BAC_OK;
    return end->kind == OUTCOME_TIMEOUT ? BAC_ERR(communication, timeout)
           : end->kind == OUTCOME_UNREACHABLE ? BAC_ERR(communication, unknown_device) : BAC_OK;
}

/* The answer to a request of ours: of the list and the value as they still are. */
void program_refused_there(struct db *db, const struct intent *what, const struct outcome *end)
{
    struct prop_ref ref;
    uint8_t octets[2 * PROGRAM_VALUE];
    struct wr w = wr_of(octets, sizeof octets);
    if (what->object >= db->img.n_objects || what->arg >= PROGRAM_REFERENCES ||
        oid_type(db_oid(db, what->object)) != OT_schedule)
        return;
    const struct program *p = &db->programs[db->live[what->object].pv];
    bac_err e = refusal(p, end);
    if (!e || p->owed[what->arg / 64] >> what->arg % 64 & 1 || !program_reference(db, what->object, what->arg, &ref) ||
        ref.device == TYPE_NONE || oid_instance(ref.device) != what->instance)
        return;
    program_put(program_takes(&ref), (struct span){p->value, p->n}, &w);
    program_refused(db, what->object, &ref, (struct span){octets, wr_fits(&w) ? w.len : 0}, e);
}
