/* See values.h. Order of things: a cell changes -> the objects that show it follow (show), unless
 * they are decoupled; a priority array changes -> its object's effective value goes to the cell. */
#include "runtime/object/values.h"

#include <math.h>

#include "runtime/data/change.h"
#include "runtime/object/binary.h"
#include "runtime/object/command.h"
#include "runtime/object/convert.h"

enum { SOURCE_PRIORITY = 15 };

static void show(struct db *db, uint32_t object, uint32_t wire)
{
    if (db->live[object].pv == wire)
        return;
    db_live(db, object)->pv = wire;
    if (db->live[object].binary != DB_NONE)
        binary_changed(db, object);
    db_touch(db, object);
}

/* Reliability: what a client says while Out_Of_Service; else the first trouble on the way from the
 * source through the conversion to the fault algorithm. */
static void judge(struct db *db, uint32_t object)
{
    const struct live *l = &db->live[object];
    uint32_t v = db_variable(db, object);
    if (l->flags & LIVE_OOS)
        return;
    uint8_t r = v == IMG_NONE || l->flags & LIVE_OVERRIDDEN ? 0 : db->cells[v].quality;
    r = r ? r : l->input ? l->input : l->fault;
    if (l->reliability == r)
        return;
    db_live(db, object)->reliability = r;
    db_touch(db, object);
}

/* The object shows its variable, unless a priority array has the say. */
static void follow(struct db *db, uint32_t object)
{
    struct live *l = db_live(db, object);
    uint32_t v = db_variable(db, object), wire = l->pv;
    if (l->flags & LIVE_OOS || v == IMG_NONE || convert_type(db, object) == DT_null)
        return;
    if (l->command != DB_NONE && !(l->flags & LIVE_OVERRIDDEN)) {
        l->input = 0;
        show(db, object, command_resolve(db_command(db, object)));
    } else {
        l->input = (uint8_t)convert_to_wire(db, object, db->cells[v].value, &wire);
        show(db, object, wire);
    }
    judge(db, object);
}

static void follow_all(struct db *db, uint32_t variable)
{
    const struct img_variable *v = &db->img.variables[variable];
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
        follow(db, img_shown_by(&db->img, v, k));
}

/* Nothing is changed. It may still wait for the disk with another's write; or the disk did not take that:
 * then it is to be stored once more, before somebody is told that it is. */
static void unchanged(struct db *db, enum journal_kind kind, uint32_t index, bool kept)
{
    if (kept && db->journal.failed)
        journal_note(&db->journal, kind, index, 0);
    else
        db->journal.noted = db->journal.last;
}

/* The object through which a variable is written by name: a commandable one before others. */
static uint32_t face(const struct db *db, uint32_t variable)
{
    const struct img_variable *v = &db->img.variables[variable];
    uint32_t n = le16_get(v->n_objects);
    for (uint32_t k = 0; k < n; k++)
        if (db->live[img_shown_by(&db->img, v, k)].command != DB_NONE)
            return img_shown_by(&db->img, v, k);
    return n ? img_shown_by(&db->img, v, 0) : DB_NONE;
}

bool values_commanded(const struct db *db, uint32_t variable)
{
    uint32_t object = face(db, variable);
    return object != DB_NONE && db->live[object].command != DB_NONE;
}

void values_delivered(struct db *db, uint32_t variable)
{
    if (!(db->cells[variable].flags & CELL_OWED))
        return;
    db_cell(db, variable)->flags &= (uint8_t)~CELL_OWED;
    journal_note(&db->journal, JOURNAL_VARIABLE, variable, 0);
}

/* A value that is kept is owed to the source until that has it, also over a restart. What a priority array
 * decides the array keeps. */
static void owe(struct db *db, uint32_t variable, bool kept, const struct origin *by)
{
    const struct img_variable *v = &db->img.variables[variable];
    if (by->who == BY_SOURCE)
        values_delivered(db, variable);
    else if (kept && le32_get(v->n_bindings) && !values_commanded(db, variable))
        db_cell(db, variable)->flags |= CELL_OWED;
}

/* What is to be stored of a retained variable: each write of somebody's; and of a source the first value after that,
 * or a crash would bring back what has long been another one. Its last is stored at the end (persist_last). */
static void keep(struct db *db, uint32_t variable, const struct origin *by)
{
    struct cell *c = db_cell(db, variable);
    bool source = by->who == BY_SOURCE, kept = by->who > BY_SOURCE;
    if (!(db->img.variables[variable].flags & IMG_VAR_RETAIN) || !(kept || (source && c->flags & CELL_KEPT)))
        return;
    c->flags = (uint8_t)((c->flags & ~CELL_KEPT) | (kept ? CELL_KEPT : 0));
    journal_note(&db->journal, JOURNAL_VARIABLE, variable, 0);
}

static void cell_set(struct db *db, uint32_t variable, double value, const struct origin *by)
{
    struct cell *c = db_cell(db, variable);
    bool kept = db->img.variables[variable].flags & IMG_VAR_RETAIN && by->who > BY_SOURCE;
    bool stored = !(c->flags & CELL_UNKEPT) || !kept;
    c->writer = by->who;
    if (c->value == value && stored) {
        if (by->who == BY_SOURCE)
            values_delivered(db, variable);
        unchanged(db, JOURNAL_VARIABLE, variable, kept);
        return;
    }
    owe(db, variable, kept, by);
    c->flags = (uint8_t)((c->flags & ~CELL_UNKEPT) | (by->who == BY_SOURCE ? CELL_UNKEPT : 0));
    if (c->value == value) {                    /* said by a source, now by somebody who wants it kept */
        keep(db, variable, by);
        return;
    }
    c->value = value;
    c->time_ms = db_now(db);
    db_touch_variable(db, variable);
    if (le16_get(db->img.variables[variable].n_objects))
        follow_all(db, variable);
    keep(db, variable, by);
}

/* A priority array changed: the effective value shows, and goes to the variable unless the object
 * is out of service (clause 8.3: the output is frozen) or an operator holds the variable. */
static void apply(struct db *db, uint32_t object, const struct origin *by)
{
    const struct live *l = &db->live[object];
    uint32_t v = db_variable(db, object);
    double value;
    uint32_t wire = command_resolve(db_command(db, object));
    if (l->flags & LIVE_OVERRIDDEN)
        return;
    show(db, object, wire);
    if (l->flags & LIVE_OOS || v == IMG_NONE || convert_from_wire(db, object, wire, &value))
        return;
    cell_set(db, v, value, by);
}

static void command(struct db *db, uint32_t object, bool null, uint32_t wire, unsigned priority,
                    const struct origin *by)
{
    struct command *c = db_command(db, object);
    bool kept = by->who != BY_SOURCE && le16_get(db->img.objects[object].flags) & IMG_OBJ_RETAIN;
    const uint16_t slot = (uint16_t)(1u << (priority - 1)), was = c->scheduled;
    bool changed = null ? command_clear(c, priority)
                        : command_put(c, priority, convert_held(db, object, wire));
    c->scheduled = (uint16_t)(by->who == BY_SCHEDULE && !null ? was | slot : was & ~slot);
    if (!changed && (c->scheduled == was || !kept)) {
        unchanged(db, JOURNAL_PRIORITY, object, kept);
        return;
    }
    if (!changed) {                             /* another one's, now */
        journal_note(&db->journal, JOURNAL_PRIORITY, object, 0);
        return;
    }
    db_touch(db, object);
    if (kept)
        journal_note(&db->journal, JOURNAL_PRIORITY, object, 0);
    apply(db, object, by);
}

void values_awaited(struct db *db, uint32_t variable, bool awaited)
{
    const struct img_variable *v = &db->img.variables[variable];
    if (!(db->cells[variable].flags & CELL_AWAITED) == !awaited)
        return;
    db_cell(db, variable)->flags ^= CELL_AWAITED;
    db->alarms.spoken |= !awaited;
    for (uint32_t k = 0; !awaited && k < le16_get(v->n_objects); k++)
        db_touch(db, img_shown_by(&db->img, v, k));     /* to be judged now, also where nothing changes */
}

void values_input(struct db *db, uint32_t variable, double value, const struct origin *by)
{
    struct cell *c = db_cell(db, variable);
    const struct img_variable *v = &db->img.variables[variable];
    bool commanded = false;
    double low, high;
    if (!isfinite(value)) {
        values_quality(db, variable, REL_unreliable_other);
        return;
    }
    if (convert_range(v->type, &low, &high) && (value < low || value > high)) {
        values_quality(db, variable, value > high ? REL_over_range : REL_under_range);
        return;
    }
    c->input = value;
    c->flags |= CELL_INPUT;
    values_awaited(db, variable, false);
    values_quality(db, variable, REL_no_fault_detected);
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t object = img_shown_by(&db->img, v, k), wire;
        if (db->live[object].command == DB_NONE)
            continue;
        commanded = true;
        db_live(db, object)->input = (uint8_t)convert_to_wire(db, object, value, &wire);
        if (!db->live[object].input)
            command(db, object, false, wire, by->priority ? by->priority : SOURCE_PRIORITY, by);
        judge(db, object);
    }
    if (!commanded && !(c->flags & CELL_MANUAL))
        cell_set(db, variable, value, by);
}

void values_quality(struct db *db, uint32_t variable, enum reliability quality)
{
    struct cell *c = db_cell(db, variable);
    const struct img_variable *v = &db->img.variables[variable];
    if (quality != REL_no_fault_detected)
        values_awaited(db, variable, false);
    if (c->quality == quality)
        return;
    c->quality = (uint8_t)quality;
    c->time_ms = db_now(db);
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
        judge(db, img_shown_by(&db->img, v, k));
}

static bac_err write_command(struct db *db, uint32_t object, bool null, uint32_t wire,
                             const struct origin *by)
{
    unsigned priority = by->priority ? by->priority : BACNET_PRIORITY_DEFAULT;
    if (priority > 16)
        return BAC_ERR(services, parameter_out_of_range);
    if (priority == BACNET_PRIORITY_MIN_ON_OFF && by->who != BY_ENGINE)
        return BAC_ERR(property, write_access_denied);       /* clause 19.2.3: reserved */
    bac_err e = null ? BAC_OK : values_check(db, object, wire);
    if (!e)
        command(db, object, null, wire, priority, by);
    return e;
}

/* `exact`: what the variable gets, where the wire would lose digits of it. */
static bac_err write_value(struct db *db, uint32_t object, bool null, uint32_t wire, const double *exact,
                           const struct origin *by)
{
    const struct live *l = &db->live[object];
    uint32_t variable = db_variable(db, object);
    double value;
    if (!journal_room(&db->journal))
        return BAC_ERR(resources, no_space_to_write_property);
    if (l->command != DB_NONE)
        return write_command(db, object, null, wire, by);
    if (null)
        return BAC_OK;                  /* clause 15.9.2: accepted, nothing changes */
    bac_err e = by->who == BY_START ? values_check_kept(db, object, wire) : values_check(db, object, wire);
    if (e)
        return e;
    if (l->flags & LIVE_OOS || variable == IMG_NONE) {
        show(db, object, convert_held(db, object, wire));
        if (l->flags & LIVE_OOS)
            journal_note(&db->journal, JOURNAL_PROPERTY, object, P_present_value);
        return BAC_OK;
    }
    if (l->flags & LIVE_OVERRIDDEN)
        return BAC_ERR(property, write_access_denied);       /* an operator holds it */
    e = convert_from_wire(db, object, wire, &value);
    if (!e && exact && db->img.variables[variable].type != VT_real) {
        value = *exact;
        e = convert_fit(db->img.variables[variable].type, &value);
    }
    if (e)
        return e;
    struct cell *c = db_cell(db, variable);
    c->input = value;
    c->flags |= CELL_INPUT;
    cell_set(db, variable, value, by);
    return BAC_OK;
}

bac_err values_write(struct db *db, uint32_t object, bool null, uint32_t wire,
                     const struct origin *by)
{
    return write_value(db, object, null, wire, NULL, by);
}

bac_err values_set(struct db *db, uint32_t variable, double value, const struct origin *by)
{
    uint32_t object = face(db, variable), wire = 0;
    bac_err e = values_in_range(db, variable, value);
    if (e)
        return e;
    if (object == DB_NONE) {
        struct cell *c = db_cell(db, variable);
        if (c->flags & CELL_MANUAL)
            return BAC_ERR(property, write_access_denied);
        e = convert_fit(db->img.variables[variable].type, &value);
        if (e)
            return e;
        c->input = value;
        c->flags |= CELL_INPUT;
        cell_set(db, variable, value, by);
        return BAC_OK;
    }
    if (convert_to_wire(db, object, value, &wire))
        return BAC_ERR(property, value_out_of_range);
    return write_value(db, object, false, wire, &value, by);
}

bac_err values_relinquish(struct db *db, uint32_t variable, const struct origin *by)
{
    uint32_t object = face(db, variable);
    return object == DB_NONE ? BAC_OK : values_write(db, object, true, 0, by);
}

static void override(struct db *db, uint32_t variable, bool on)
{
    const struct img_variable *v = &db->img.variables[variable];
    struct cell *c = db_cell(db, variable);
    c->flags &= (uint8_t)~CELL_MANUAL;
    if (on)
        c->flags |= CELL_MANUAL;
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t object = img_shown_by(&db->img, v, k);
        const struct live *l = &db->live[object];
        if (convert_type(db, object) == DT_null)
            continue;                   /* a Schedule goes on, and is never OVERRIDDEN (12.24.14) */
        uint8_t flags = (uint8_t)(on ? l->flags | LIVE_OVERRIDDEN : l->flags & ~LIVE_OVERRIDDEN);
        if (flags == l->flags)
            continue;
        db_live(db, object)->flags = flags;
        db_touch(db, object);
    }
}

bac_err values_manual(struct db *db, uint32_t variable, double value, const struct origin *by)
{
    const struct img_variable *v = &db->img.variables[variable];
    uint32_t wire;
    bac_err e = convert_fit(v->type, &value);
    if (e)
        return e;
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
        if (convert_to_wire(db, img_shown_by(&db->img, v, k), value, &wire))
            return BAC_ERR(property, value_out_of_range);
    if (!journal_room(&db->journal))
        return BAC_ERR(resources, no_space_to_write_property);
    struct cell *c = db_cell(db, variable);
    if (!(c->flags & (CELL_MANUAL | CELL_INPUT))) {
        c->input = c->value;                                 /* what comes back with `auto` */
        c->flags |= CELL_INPUT;
    }
    override(db, variable, true);
    cell_set(db, variable, value, by);
    follow_all(db, variable);
    journal_note(&db->journal, JOURNAL_VARIABLE, variable, 0);
    return BAC_OK;
}

void values_auto(struct db *db, uint32_t variable, const struct origin *by)
{
    const struct cell *c = &db->cells[variable];
    uint32_t object = face(db, variable);
    if (!(c->flags & CELL_MANUAL)) {
        unchanged(db, JOURNAL_VARIABLE, variable, true);
        return;
    }
    override(db, variable, false);
    if (object != DB_NONE && db->live[object].command != DB_NONE)
        apply(db, object, by);
    else if (c->flags & CELL_INPUT)
        cell_set(db, variable, c->input, by);
    follow_all(db, variable);
    journal_note(&db->journal, JOURNAL_VARIABLE, variable, 0);
}

bool values_is_manual(const struct db *db, uint32_t variable)
{
    return db->cells[variable].flags & CELL_MANUAL;
}

/* Clause 12.x.9: TRUE decouples the object from its variable; FALSE brings them together again,
 * an output by sending what was commanded meanwhile. */
void values_out_of_service(struct db *db, uint32_t object, bool oos)
{
    static const struct origin back = {BY_ENGINE, 0, NULL};
    const struct live *l = &db->live[object];
    if (l->flags & LIVE_OOS_SOURCE)
        db_live(db, object)->flags &= (uint8_t)~LIVE_OOS_SOURCE;
    if (!(l->flags & LIVE_OOS) == !oos)
        return;
    db_live(db, object)->flags ^= LIVE_OOS;
    db_touch(db, object);
    if (oos)
        return;
    if (l->command != DB_NONE)
        apply(db, object, &back);
    follow(db, object);
    judge(db, object);
}

void values_source_gone(struct db *db, uint32_t object, bool gone)
{
    uint8_t flags = db->live[object].flags;
    if (gone && !(flags & LIVE_OOS)) {
        values_out_of_service(db, object, true);
        db_live(db, object)->flags |= LIVE_OOS_SOURCE;
    } else if (!gone && flags & LIVE_OOS_SOURCE) {
        values_out_of_service(db, object, false);
    }
}

void values_reliability(struct db *db, uint32_t object, enum reliability r)
{
    if (db->live[object].reliability == r)
        return;
    db_live(db, object)->reliability = (uint8_t)r;
    db_touch(db, object);
}

void values_fault(struct db *db, uint32_t object, enum reliability fault)
{
    if (db->live[object].fault != fault)
        db_live(db, object)->fault = (uint8_t)fault;
    judge(db, object);
}

void values_event_state(struct db *db, uint32_t object, enum event_state state)
{
    if (db->live[object].event_state == state)
        return;
    db_live(db, object)->event_state = (uint8_t)state;
    db_touch(db, object);
}

void values_relinquish_default(struct db *db, uint32_t object, uint32_t wire)
{
    static const struct origin by = {BY_ENGINE, 0, NULL};
    db_command(db, object)->relinquish_default = convert_held(db, object, wire);
    db_touch(db, object);
    apply(db, object, &by);
}

void values_restored(struct db *db, uint32_t variable, double value, bool manual)
{
    struct cell *c = db_cell(db, variable);
    if (!isfinite(value))
        return;
    c->value = value;
    if (!manual) {
        c->input = value;
        c->flags |= CELL_INPUT;
    }
    override(db, variable, manual);
    follow_all(db, variable);
}

/* Does one of its objects that is commanded, and in service, show what the variable holds? */
static bool agreed(const struct db *db, uint32_t variable)
{
    const struct img_variable *v = &db->img.variables[variable];
    double value;
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t object = img_shown_by(&db->img, v, k);
        const struct live *l = &db->live[object];
        if (l->command != DB_NONE && !(l->flags & LIVE_OOS) &&
            !convert_from_wire(db, object, l->pv, &value) &&
            value == db->cells[variable].value)
            return true;
    }
    return false;
}

static void settle(struct db *db, uint32_t object)
{
    static const struct origin by = {BY_START, 0, NULL};
    const struct live *l = &db->live[object];
    if (l->command != DB_NONE && !(l->flags & LIVE_OOS) && db_variable(db, object) != IMG_NONE &&
        !agreed(db, db_variable(db, object)))
        apply(db, object, &by);
}

void values_settle(struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_objects; i++)
        settle(db, i);
}

void values_settle_one(struct db *db, uint32_t variable)
{
    const struct img_variable *v = &db->img.variables[variable];
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
        settle(db, img_shown_by(&db->img, v, k));
}

void values_array(const struct db *db, uint32_t object, struct wr *w)
{
    const struct command *c = &db->commands[db->live[object].command];
    for (unsigned p = 1; p <= 16; p++)
        if (command_has(c, p))
            convert_keep(db, object, c->slot[p - 1], w);
        else
            wr_null(w, APP);
    if (c->scheduled)
        wr_unsigned(w, APP, c->scheduled);
}

bool values_restored_array(struct db *db, uint32_t object, struct rd array)
{
    static const struct origin by = {BY_START, 0, NULL};
    struct command fresh = {.set = 0};
    bool fit = true;
    if (db->live[object].command == DB_NONE)
        return false;
    struct command *c = db_command(db, object);
    fresh.relinquish_default = c->relinquish_default;
    for (unsigned p = 1; p <= 16; p++) {
        if (rd_is(&array, APP, TAG_null)) {
            rd_null(&array, APP);
            continue;
        }
        uint32_t wire = 0;
        bool there = convert_kept(db, object, &array, &wire);
        if (!rd_ok(&array))
            return false;
        if (there && !values_check_kept(db, object, wire))
            (void)command_put(&fresh, p, convert_held(db, object, wire));
        else
            fit = false;
    }
    if (rd_is(&array, APP, TAG_unsigned))
        fresh.scheduled = (uint16_t)rd_unsigned(&array, APP) & fresh.set;
    if (!rd_end(&array))
        return false;
    *c = fresh;
    apply(db, object, &by);
    if (db->live[object].binary != DB_NONE)
        binary_resume(db, object);
    return fit;
}
