/* Backup and restore of one device, step by step. See backup.h. A restore is looked through whole
 * before the first octet of it takes effect, and then goes in a slice a turn. */
#include "runtime/object/backup.h"

#include <stdlib.h>

#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/convert.h"
#include "runtime/object/persist.h"
#include "runtime/object/program.h"
#include "runtime/object/port.h"
#include "runtime/object/prop.h"
#include "runtime/object/values.h"

enum { SLICE = 256, JOURNAL_ROOM = 16384 };

/* ---- the procedure ---- */

void backup_alive(struct device *d)
{
    uint32_t seconds = 0;
    (void)prop_unsigned(d->db, d->object, P_backup_failure_timeout, &seconds);
    d->procedure.until_ms = clock_ms(d->db->clock) + seconds * UINT64_C(1000);
    d->db->managed++;
}

static void unload(struct procedure *p)
{
    free(p->bytes);
    free(p->at);
    *p = (struct procedure){.state = p->state, .by = p->by, .changed_ms = p->changed_ms, .cut = p->cut};
}

void restore_cut(struct device *d)
{
    d->procedure.cut = true;
    d->procedure.state = RESTORE_FAILED;
}

void backup_end(struct device *d, enum backup_state state)
{
    unload(&d->procedure);
    d->procedure.state = (uint8_t)(state == BACKUP_IDLE && d->procedure.cut ? RESTORE_FAILED : state);
    d->system_status = d->flags & IMG_DEV_READ_ONLY ? DS_operational_read_only : DS_operational;
    db_touch(d->db, d->object);
}

/* The file is another now: nobody has archived it (12.13.8). */
static void file_changed(struct device *d)
{
    uint32_t file = d->file;
    d->procedure.changed_ms = db_now(d->db);
    overlay_drop(&d->db->overlay, file, P_archive);
    journal_note(&d->db->journal, JOURNAL_PROPERTY, file, P_archive);
}

static void enter(struct device *d, enum backup_state state, enum device_status status,
                  const struct peer *by)
{
    d->procedure.state = (uint8_t)state;
    d->procedure.by = *by;
    d->system_status = (uint8_t)status;
    db_touch(d->db, d->object);
    backup_alive(d);
}

bac_err backup_begin(struct device *d, const struct peer *by)
{
    unload(&d->procedure);
    if (!backup_make(d, &d->procedure))
        return BAC_ERR(resources, no_space_for_object);
    if (d->procedure.cut) {             /* what there is now is what is wanted */
        d->procedure.cut = false;
        journal_note(&d->db->journal, JOURNAL_RESTORE, d->index, 0);
    }
    file_changed(d);
    enter(d, BACKUP_PERFORMING, DS_backup_in_progress, by);
    return BAC_OK;
}

bac_err restore_begin(struct device *d, const struct peer *by)
{
    unload(&d->procedure);
    enter(d, RESTORE_PERFORMING, DS_download_in_progress, by);
    return BAC_OK;
}

bac_err backup_read(const struct device *d, int64_t start, uint32_t count, struct span *out,
                    bool *end)
{
    const struct procedure *p = &d->procedure;
    if (!procedure_runs(p))
        return BAC_ERR(services, file_access_denied);
    if (start < 0 || start > p->n)
        return BAC_ERR(services, invalid_file_start_position);
    uint32_t left = p->n - (uint32_t)start;
    *out = (struct span){left ? p->bytes + start : NULL, count < left ? count : left};
    *end = count >= left;
    return BAC_OK;
}

static bool room_for(struct procedure *p, uint32_t n)
{
    uint32_t cap = p->cap ? p->cap : 16384;
    while (cap < n)
        cap *= 2;
    if (cap == p->cap)
        return true;
    uint8_t *bytes = realloc(p->bytes, cap);
    if (!bytes)
        return false;
    p->bytes = bytes;
    p->cap = cap;
    return true;
}

bac_err backup_write(struct device *d, const struct peer *by, int64_t start, struct span data,
                     uint32_t *where)
{
    struct procedure *p = &d->procedure;
    if (!procedure_restores(p) || p->applying || !peer_same(&p->by, by))
        return BAC_ERR(services, file_access_denied);
    *where = start == -1 ? p->n : (uint32_t)start;
    if (start < -1 || start > p->n)
        return BAC_ERR(services, invalid_file_start_position);
    if (data.n > BACKUP_MAX - *where || !room_for(p, *where + (uint32_t)data.n))
        return BAC_ERR(object, file_full);
    if (data.n)
        memcpy(p->bytes + *where, data.p, data.n);
    if (*where + data.n > p->n)
        p->n = *where + (uint32_t)data.n;
    file_changed(d);
    return BAC_OK;
}

/* ---- restoring ---- */

static bool value_fits(struct db *db, uint32_t object, const struct backup_record *r)
{
    bool command = r->property == P_priority_array || r->property == P_relinquish_default;
    if (!db_slot(db, object, r->property))
        return true;
    if (command && db->live[object].command != DB_NONE)
        return convert_kept_fits(db, object, r->value, r->property == P_priority_array ? 16 : 1);
    return prop_fits(db, object, r->property, r->value);
}

static bool values_fit(struct device *d)
{
    struct db *db = d->db;
    const struct procedure *p = &d->procedure;
    for (uint32_t i = 0; i < d->n_objects; i++) {
        const uint8_t *id = db->img.object_ids[d->first_object + i].b;
        for (uint32_t k = backup_find(p, id, 0); k < p->n_records; k++) {
            struct backup_record r = backup_record(p, k);
            if (memcmp(r.id, id, 16) != 0)
                break;
            if (!value_fits(db, d->first_object + i, &r))
                return false;
        }
    }
    return true;
}

bac_err restore_end(struct device *d)
{
    struct procedure *p = &d->procedure;
    if (!p->bytes || !backup_open(d, p) || !values_fit(d)) {
        backup_end(d, RESTORE_FAILED);
        return BAC_ERR(services, invalid_configuration_data);
    }
    p->applying = true;
    p->next = 0;
    p->first = journal_note(&d->db->journal, JOURNAL_RESTORE, d->index, 0);
    d->db->managed++;
    return BAC_OK;
}

static void changed(struct db *db, uint32_t object, uint32_t property)
{
    db_touch(db, object);
    if (property == P_recipient_list)
        recipients_changed(db, object);
    journal_note(&db->journal, JOURNAL_PROPERTY, object, property);
}

static bool has_record(const struct procedure *p, const uint8_t id[16], uint32_t property)
{
    uint32_t k = backup_find(p, id, property);
    if (k == p->n_records)
        return false;
    struct backup_record r = backup_record(p, k);
    return r.property == property && !memcmp(r.id, id, 16);
}

/* What the file does not hold is as the project says. */
static void revert(struct device *d, uint32_t object, const struct slot *s)
{
    struct db *db = d->db;
    const struct live *l = &db->live[object];
    struct span constant;
    if (s->def->code == PC_out_of_service && l->flags & LIVE_OOS) {
        if (l->flags & LIVE_OOS_SOURCE)
            return;                         /* its source is lost, and puts it back itself */
        values_out_of_service(db, object, false);
        changed(db, object, s->property);
    } else if (s->def->code == PC_priority_array && l->command != DB_NONE &&
               le16_get(db->img.objects[object].flags) & IMG_OBJ_RETAIN) {
        static const uint8_t nothing[16] = {0};         /* sixteen NULLs */
        (void)values_restored_array(db, object, rd_of(nothing, sizeof nothing));
        journal_note(&db->journal, JOURNAL_PRIORITY, object, 0);
        db_touch(db, object);
    } else if (s->def->code == PC_relinquish_default && l->command != DB_NONE) {
        uint32_t wire = 0;
        if (!values_project_default(db, object, &wire) || wire == db->commands[l->command].relinquish_default)
            return;
        values_relinquish_default(db, object, wire);
        changed(db, object, s->property);
    } else if (overlay_get(&db->overlay, object, s->property, &constant)) {
        overlay_drop(&db->overlay, object, s->property);
        if (port_setting((enum prop_code)s->def->code))
            port_written(db, object);
        changed(db, object, s->property);
    }
}

static void take(struct device *d, uint32_t object, const struct backup_record *r)
{
    struct db *db = d->db;
    const struct store_key key = {.property = r->property};
    bool command = r->property == P_priority_array || r->property == P_relinquish_default;
    bool good = command ? persist_put_back(db, PERSIST_OF_OBJECT, object, &key, r->value)
                        : prop_restore(db, object, r->property, r->value);
    d->procedure.kept += good;
    d->procedure.misfit += !good;
    if (!good && r->property != P_priority_array)
        return;
    if (r->property == P_priority_array)        /* of its commands those that fit are there    */
        journal_note(&db->journal, JOURNAL_PRIORITY, object, 0);
    else
        changed(db, object, r->property);
    if (r->property == P_out_of_service && db->live[object].command == DB_NONE)      /* as after a client's write */
        journal_note(&db->journal, JOURNAL_PROPERTY, object, P_present_value);
    if (r->property == P_out_of_service)
        journal_note(&db->journal, JOURNAL_PROPERTY, object, P_reliability);
    db_touch(db, object);
}

/* False: it does not fit, and there is a `next` time. */
static bool restore_variable(struct device *d, uint32_t variable, bool next)
{
    struct db *db = d->db;
    static const uint8_t none[16];
    const uint8_t *id = variable == IMG_NONE ? none : db->img.variable_ids[variable].b;
    if (variable == IMG_NONE || values_is_manual(db, variable) ||
        !has_record(&d->procedure, id, PERSIST_VARIABLE))
        return true;
    struct backup_record r = backup_record(&d->procedure,
                                           backup_find(&d->procedure, id, PERSIST_VARIABLE));
    struct store_key key = {.property = PERSIST_VARIABLE};
    memcpy(key.id, id, 16);
    bool good = persist_put_back(db, PERSIST_OF_VARIABLE, variable, &key, r.value);
    if (!good && next)
        return false;
    d->procedure.kept += good;
    d->procedure.misfit += !good;
    db_touch_variable(db, variable);
    journal_note(&db->journal, JOURNAL_VARIABLE, variable, 0);
    return true;
}

static void restore_object(struct device *d, uint32_t object)
{
    struct db *db = d->db;
    const struct procedure *p = &d->procedure;
    const uint8_t *id = db->img.object_ids[object].b;
    const struct shape *s = &db->shapes[le16_get(db->img.objects[object].shape)];
    const bool fits = restore_variable(d, db_variable(db, object), true);
    for (uint32_t k = 0; k < s->n_slots; k++) {
        const struct slot *slot = &db->slots[s->first_slot + k];
        if (slot->property != P_object_name && !has_record(p, id, slot->property))
            revert(d, object, slot);
    }
    for (unsigned round = 0; round < 2; round++)        /* one may want another: prop_comes_last() */
        for (uint32_t k = backup_find(p, id, 0); k < p->n_records; k++) {
            struct backup_record r = backup_record(p, k);
            if (memcmp(r.id, id, 16) != 0)
                break;
            if (r.property == P_object_name || !db_slot(db, object, r.property))
                continue;
            if (!round && prop_comes_last(r.property))
                (void)prop_restore(db, object, r.property, r.value);
            else if (!round == !prop_comes_last(r.property))
                take(d, object, &r);
        }
    if (!fits)                                          /* within limits that were written */
        (void)restore_variable(d, db_variable(db, object), false);
    if (db_variable(db, object) != IMG_NONE)            /* another device may command it, and goes on to */
        values_settle_one(db, db_variable(db, object));
    if (db->live[object].flags & LIVE_RENAMED) {
        db_unname(d, object);           /* the file's names come when all others have gone */
        changed(db, object, P_object_name);
    }
}

/* Names may have been swapped: each first steps aside. */
static void restore_names(struct device *d)
{
    struct procedure *p = &d->procedure;
    for (unsigned round = 0; round < 2; round++)
        for (uint32_t i = 0; i < d->n_objects; i++) {
            uint32_t object = d->first_object + i;
            const uint8_t *id = d->db->img.object_ids[object].b;
            if (!has_record(p, id, P_object_name))
                continue;
            struct backup_record r = backup_record(p, backup_find(p, id, P_object_name));
            if (!round) {
                db_name_aside(d->db, object);
                continue;
            }
            bool good = prop_restore(d->db, object, P_object_name, r.value);
            if (!good)
                db_name_own(d->db, object);
            p->kept += good;
            p->misfit += !good;
            changed(d->db, object, P_object_name);
        }
}

/* All of it has taken effect. True: and is kept, or given up by the storage. */
static bool restore_kept(struct device *d)
{
    struct journal *j = &d->db->journal;
    struct procedure *p = &d->procedure;
    if (j->on && j->settled < p->last)
        return false;
    bool failed = j->failed >= p->first && p->first;
    p->cut = failed;
    backup_end(d, failed ? RESTORE_FAILED : BACKUP_IDLE);
    journal_note(j, JOURNAL_RESTORE, d->index, 0);
    return true;
}

bool restore_turn(struct device *d)
{
    struct db *db = d->db;
    struct procedure *p = &d->procedure;
    if (p->next == d->n_objects)
        return restore_kept(d);
    for (unsigned i = 0; i < SLICE && p->next < d->n_objects; i++) {
        if (db->journal.on && db->journal.cap - db->journal.n < JOURNAL_ROOM)
            return false;               /* storage first */
        if (d->first_object + p->next != d->file)
            restore_object(d, d->first_object + p->next);
        p->next++;
    }
    if (p->next < d->n_objects)
        return false;
    restore_names(d);
    zone_local(&db->zone, db_now(db), &d->restored_date, &d->restored_time);
    d->revision++;
    journal_note(&db->journal, JOURNAL_DEVICE, d->index, 0);
    journal_note(&db->journal, JOURNAL_PROPERTY, d->object, P_last_restore_time);
    port_restarted(d);
    programs_again(db, (uint16_t)d->index);
    p->last = db->journal.last;
    return restore_kept(d);
}
