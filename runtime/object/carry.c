/* See carry.h. */
#include "runtime/object/carry.h"

#include <errno.h>
#include <stdlib.h>

#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/command.h"
#include "runtime/object/convert.h"
#include "runtime/object/persist.h"
#include "runtime/object/program.h"
#include "runtime/object/trend.h"
#include "runtime/object/values.h"

static uint32_t *map(struct persist_index *x, const struct img_identity *ids, size_t step,
                     uint32_t n, uint32_t property)
{
    uint32_t *to = calloc(n ? n : 1, sizeof *to);
    for (uint32_t i = 0; to && i < n; i++) {
        struct store_key key = {.property = property};
        memcpy(key.id, (const uint8_t *)ids + i * step, sizeof key.id);
        if (persist_index_find(x, &key, &to[i]) == PERSIST_NOBODY)
            to[i] = DB_NONE;
    }
    return to;
}

static bool same_id(const struct image *a, uint32_t i, const struct image *b, uint32_t k)
{
    return i != IMG_NONE && k != IMG_NONE && !memcmp(a->variable_ids[i].b, b->variable_ids[k].b, sizeof a->variable_ids[i].b);
}

/* Compilers before this one gave two variables one identity where one had the former name of the other, or the name of
 * its schedule: then their names tell which is which. */
static void part_variables(struct carry *c)
{
    const struct image *was = &c->old->img, *is = &c->now->img;
    for (uint32_t i = 0; i < was->n_variables; i++) {
        const uint32_t to = c->variable[i];
        if (to == DB_NONE)
            continue;
        const struct span name = img_text(was, was->variables[i].name), other = img_text(is, is->variables[to].name);
        if (name.n == other.n && !memcmp(name.p, other.p, name.n))
            continue;
        const uint32_t own = img_find_variable(is, name.p, name.n);
        if (same_id(was, i, is, own))
            c->variable[i] = own;
        else if (same_id(was, img_find_variable(was, other.p, other.n), is, to))
            c->variable[i] = DB_NONE;
    }
}

int carry_open(struct carry *c, struct db *old, struct db *now)
{
    struct persist_index *x = persist_index_open(now);
    *c = (struct carry){.old = old, .now = now, .all = old->img.n_variables + old->img.n_objects};
    if (!x)
        return -ENOMEM;
    const struct image *img = &old->img;
    c->object = map(x, img->object_ids, sizeof *img->object_ids, img->n_objects, P_present_value);
    c->variable = map(x, img->variable_ids, sizeof *img->variable_ids, img->n_variables,
                      PERSIST_VARIABLE);
    c->device = map(x, &img->devices->identity, sizeof *img->devices, img->n_devices,
                    PERSIST_REVISION);
    persist_index_close(x);
    if (!c->object || !c->variable || !c->device) {
        carry_close(c);
        return -ENOMEM;
    }
    part_variables(c);
    for (uint32_t i = 0; i < img->n_objects; i++) {
        uint32_t to = c->object[i];
        if (to != DB_NONE && oid_type(db_oid(old, i)) != oid_type(db_oid(now, to)))
            c->object[i] = to = DB_NONE;        /* another type is another object */
        c->kept += to != DB_NONE;
        c->gone += to == DB_NONE;
    }
    c->fresh = now->img.n_objects - c->kept;
    return 0;
}

void carry_close(struct carry *c)
{
    free(c->object);
    free(c->variable);
    free(c->device);
    carry_forget(c);
}

void carry_forget(struct carry *c)
{
    *c = (struct carry){.kept = c->kept, .gone = c->gone, .fresh = c->fresh, .misfit = c->misfit};
}

static uint64_t bits_of(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

/* Of what a client or the project has written. A client's own limits come later, in the turn of the swap. */
static bool still_in_range(const struct carry *c, uint32_t i, uint32_t to)
{
    const struct img_variable *v = &c->old->img.variables[i];
    const struct cell *was = &c->old->cells[i];
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t o = img_shown_by(&c->old->img, v, k);
        if (c->object[o] != DB_NONE && db_variable(c->now, c->object[o]) == to && values_limited(c->old, o))
            return true;
    }
    return was->flags & (CELL_MANUAL | CELL_UNKEPT) || values_kept_fits(c->now, to, was->value);
}

/* An array that is new says what it is now; not where the variable is held, or its object out of service. */
static bool newly_decided(const struct carry *c, uint32_t i, uint32_t to)
{
    const struct img_variable *v = &c->old->img.variables[i];
    if (c->old->cells[i].flags & CELL_MANUAL || values_commanded(c->old, i) || !values_commanded(c->now, to))
        return false;
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t o = img_shown_by(&c->old->img, v, k);
        if (c->object[o] != DB_NONE && c->old->live[o].flags & LIVE_OOS)
            return false;
    }
    return true;
}

/* False: what it was does not fit, and is not what a source says again in any case. */
static bool carry_variable(struct carry *c, uint32_t i)
{
    static const struct origin by = {BY_START, 0, NULL};
    uint32_t to = c->variable[i];
    const struct cell *was = &c->old->cells[i];
    stirred_clear(&c->old->stirred_variables, i);
    if (to == DB_NONE)
        return true;
    const struct img_variable *v = &c->now->img.variables[to];
    struct cell *is = db_cell(c->now, to);
    const bool same = v->type == c->old->img.variables[i].type;        /* else as persist.c does at a start */
    if ((!same && !convert_holds(v->type, was->value)) ||
        !still_in_range(c, i, to)) {
        if (is->flags & CELL_MANUAL)
            values_auto(c->now, to, &by);       /* it was, when it was carried before */
        return !(was->flags & CELL_MANUAL) && (!(v->flags & IMG_VAR_RETAIN) || values_commanded(c->now, to));
    }
    const bool decided = newly_decided(c, i, to);
    if (!decided)
        values_restored(c->now, to, was->value, was->flags & CELL_MANUAL);
    else if (is->flags & CELL_MANUAL)
        values_auto(c->now, to, &by);           /* it was, when it was carried before */
    const bool input = same || convert_holds(v->type, was->input);
    const unsigned taken = CELL_UNKEPT | CELL_OWED | CELL_KEPT | (input ? CELL_INPUT : 0);
    if (input)
        is->input = was->input;
    is->flags = (uint8_t)((is->flags & ~taken) | (was->flags & taken));
    values_quality(c->now, to, (enum reliability)was->quality);
    if (!decided) {
        is->writer = was->writer;
        is->time_ms = was->time_ms;
    }
    return true;
}

/* What clients wrote over constants; names come later, see carry_names(). What fits only once another one is
 * there gets its turn after all (prop_comes_last()). */
static void carry_overlay(struct carry *c, uint32_t i, uint32_t to)
{
    const struct shape *s = &c->old->shapes[le16_get(c->old->img.objects[i].shape)];
    struct span value;
    for (unsigned round = 0; round < 2; round++)
        for (uint32_t k = 0; k < s->n_slots; k++) {
            uint32_t property = c->old->slots[s->first_slot + k].property;
            bool again = prop_comes_last(property);
            if (property == P_object_name || (round && !again) ||
                !overlay_get(&c->old->overlay, i, property, &value))
                continue;
            c->misfit += !prop_restore(c->now, to, property, value) && (round || !again) &&
                         !prop_is_simulated(property);
        }
}

/* A default that a client wrote; the project's own may be another now. False: it does not fit. */
static bool carry_default(struct carry *c, uint32_t i, uint32_t to)
{
    const struct command *was = &c->old->commands[c->old->live[i].command];
    uint32_t wire = 0;
    if (!values_project_default(c->old, i, &wire) || wire == was->relinquish_default)
        return true;
    uint8_t kept[8];
    struct wr w = wr_of(kept, sizeof kept);
    convert_keep(c->old, i, was->relinquish_default, &w);
    struct rd r = rd_of(kept, w.len);
    if (!wr_fits(&w) || !convert_kept(c->now, to, &r, &wire) || values_check(c->now, to, wire))
        return false;
    values_relinquish_default(c->now, to, wire);
    return true;
}

/* An array that is put back writes the variable, for nobody in particular: it was somebody. */
static void carry_writer(struct carry *c, uint32_t i, uint32_t to)
{
    uint32_t was = db_variable(c->old, i), is = db_variable(c->now, to);
    if (was == IMG_NONE || is == IMG_NONE || c->variable[was] != is ||
        bits_of(c->old->cells[was].value) != bits_of(c->now->cells[is].value))
        return;
    struct cell *cell = db_cell(c->now, is);
    cell->writer = c->old->cells[was].writer;
    cell->time_ms = c->old->cells[was].time_ms;
}

/* What a source commands, and clients may not write: it went with the array, and a source does not say again what it
 * has said. True: nothing else went. */
static bool carry_sourced(struct carry *c, uint32_t i, uint32_t to)
{
    const struct command *was = &c->old->commands[c->old->live[i].command],
                         *is = &c->now->commands[c->now->live[to].command];
    uint32_t v = db_variable(c->old, i), now = db_variable(c->now, to), wire;
    if (v == IMG_NONE || now == IMG_NONE || c->variable[v] != now || !(c->old->cells[v].flags & CELL_INPUT) ||
        convert_to_wire(c->old, i, c->old->cells[v].input, &wire) != REL_no_fault_detected)
        return false;
    for (uint8_t p = 1; p <= 16; p++) {
        const struct origin by = {.who = BY_SOURCE, .priority = p};
        if (!command_has(was, p) || command_has(is, p) || was->scheduled >> (p - 1) & 1 || was->slot[p - 1] != wire)
            continue;
        values_input(c->now, now, c->old->cells[v].input, &by);
        values_quality(c->now, now, (enum reliability)c->old->cells[v].quality);
    }
    return !(was->set & ~is->set);
}

/* Counts and minimum times; when the last one of those ends, binary_start() finds again. */
static void carry_binary(struct carry *c, uint32_t i, uint32_t to)
{
    const struct live *was = &c->old->live[i];
    if (was->binary == DB_NONE || c->now->live[to].binary == DB_NONE)
        return;
    struct binary *is = db_binary(c->now, to);
    *is = c->old->binaries[was->binary];
    is->object = to;
}

static void carry_event(struct carry *c, uint32_t i, uint32_t to)
{
    const struct live *was = &c->old->live[i];
    if (was->event == DB_NONE || c->now->live[to].event == DB_NONE)
        return;
    struct live *is = db_live(c->now, to);
    struct event *e = db_event(c->now, to);
    *e = c->old->events[was->event];
    e->object = to;
    memcpy(c->now->alarms.texts[is->event], c->old->alarms.texts[was->event],
           sizeof c->now->alarms.texts[is->event]);
    is->event_state = was->event_state;
    values_fault(c->now, to, (enum reliability)was->fault);
}

static void carry_written(struct carry *c, uint32_t i, uint32_t to)
{
    struct span then;
    carry_overlay(c, i, to);
    if (recipients_compiled(c->old, i, &then))
        (void)recipients_restore(c->now, to, then, recipients_left(c->old, i));    /* a list that was compiled anew */
}

/* Value, priority array, Out_Of_Service. What is there from a slice before is put right. How much of it does
 * not fit. */
static unsigned carry_object(struct carry *c, uint32_t i)
{
    uint32_t to = c->object[i];
    const struct live *was = &c->old->live[i];
    unsigned misfit = 0;
    stirred_clear(&c->old->stirred_objects, i);
    if (to == DB_NONE)
        return 0;
    struct live *is = db_live(c->now, to);
    if (c->last && was->flags & LIVE_OVERLAY)
        carry_written(c, i, to);                /* first: limits of values may be among it */
    uint8_t array[16 * 8];
    struct wr w = wr_of(array, sizeof array);
    if (was->flags & LIVE_OOS)
        values_out_of_service(c->now, to, true);        /* first: what it was commanded meanwhile stays in the object */
    if (was->command != DB_NONE && is->command != DB_NONE) {
        misfit += !carry_default(c, i, to);
        values_array(c->old, i, &w);
        const bool fit = wr_fits(&w) && values_restored_array(c->now, to, rd_of(array, w.len));
        misfit += !fit && !carry_sourced(c, i, to);
        carry_writer(c, i, to);
    }
    values_out_of_service(c->now, to, was->flags & LIVE_OOS);
    if ((was->flags & LIVE_OOS || db_variable(c->now, to) == IMG_NONE) &&
        (is->command == DB_NONE || is->flags & LIVE_OVERRIDDEN) &&      /* else it is what it is commanded */
        !values_check(c->now, to, was->pv))
        is->pv = was->pv;
    if (was->flags & LIVE_OOS)
        is->reliability = was->reliability;
    carry_binary(c, i, to);
    carry_event(c, i, to);
    return c->last || !(was->flags & LIVE_OVERLAY) ? misfit : 0;    /* its limits are not there yet: once more, then */
}

/* Up to `n` of those that have changed since they were carried. Variables first: their objects follow
 * them. */
static void carry_stirred(struct carry *c, uint32_t n)
{
    const struct stirred *v = &c->old->stirred_variables, *o = &c->old->stirred_objects;
    uint32_t n_variables = c->old->img.n_variables, n_objects = c->old->img.n_objects, i;
    for (i = 0; n && v->n && (i = stirred_next(v, i, n_variables)) < n_variables; n--)
        (void)carry_variable(c, i);
    for (i = 0; n && o->n && (i = stirred_next(o, i, n_objects)) < n_objects; n--) {
        bool first = c->last && c->old->live[i].flags & LIVE_OVERLAY;
        unsigned misfit = carry_object(c, i);
        c->misfit += first ? misfit : 0;
    }
}

uint32_t carry_some(struct carry *c, uint32_t n)
{
    uint32_t variables = c->old->img.n_variables;
    for (; n && c->done < c->all; n--, c->done++)
        if (c->done < variables)
            c->misfit += !carry_variable(c, c->done);
        else
            c->misfit += carry_object(c, c->done - variables);
    carry_stirred(c, n);
    return c->all - c->done + c->old->stirred_variables.n + c->old->stirred_objects.n;
}

/* Also a name that the image gives by now: a client wrote it, and another image may give another one. */
static void carry_names(struct carry *c)
{
    const struct db *old = c->old;
    for (unsigned round = 0; old->names.used && round < 2; round++)
        for (uint32_t i = 0; i < old->img.n_objects; i++) {
            uint32_t to = c->object[i];
            struct span name;
            if (to == DB_NONE || !(old->live[i].flags & LIVE_RENAMED))
                continue;
            if (!round)
                db_name_aside(c->now, to);
            else if (!overlay_get(&old->overlay, i, P_object_name, &name) ||
                     !prop_restore(c->now, to, P_object_name, name))
                db_name_own(c->now, to);
        }
}

static void carry_devices(struct carry *c)
{
    for (uint32_t i = 0; i < c->old->img.n_devices; i++) {
        const struct device *was = &c->old->devices[i];
        if (c->device[i] == DB_NONE)
            continue;
        struct device *is = &c->now->devices[c->device[i]];
        uint32_t image = le32_get(was->img->database_revision),
                 mine = le32_get(is->img->database_revision);
        is->revision = mine == image ? was->revision
                       : mine > was->revision ? mine : was->revision + 1;
        is->communication = was->communication;
        is->communication_until_ms = was->communication_until_ms;
        is->restored_date = was->restored_date;
        is->restored_time = was->restored_time;
        if (!procedure_runs(&was->procedure)) {
            is->procedure.state = was->procedure.state;
            is->procedure.cut = was->procedure.cut;
        }
        if (was->state == DEVICE_STOPPED)
            is->state = DEVICE_STOPPED;
    }
}

/* What the store has not taken yet, because it is full, is still to be stored. */
static void carry_journal(struct carry *c)
{
    const struct journal *j = &c->old->journal;
    for (uint32_t i = 0; i < j->n; i++) {
        const struct journal_entry *e = &j->ring[(j->head + i) % j->cap];
        enum journal_kind kind = (enum journal_kind)e->kind;
        uint32_t to = kind == JOURNAL_VARIABLE ? c->variable[e->object]
                      : kind == JOURNAL_DEVICE || kind == JOURNAL_RESTORE ? c->device[e->object]
                      : kind == JOURNAL_STORED ? e->object : c->object[e->object];
        if (to != DB_NONE)
            (void)journal_note(&c->now->journal, kind, to, e->arg);
    }
}

void carry_rest(struct carry *c)
{
    bool on = c->now->journal.on;
    const struct db *old = c->old;
    c->now->journal.on = false;
    c->last = true;
    for (uint32_t i = 0; i < old->overlay.used; i++)
        if (overlay_object(&old->overlay, i) != IMG_NONE)
            stir(&c->old->stirred_objects, overlay_object(&old->overlay, i));
    (void)carry_some(c, UINT32_MAX);
    for (uint32_t i = 0; i < old->n_programs; i++)
        if (c->object[old->programs[i].object] != DB_NONE)
            program_carry(old, old->programs[i].object, c->now, c->object[old->programs[i].object]);
    for (uint32_t i = 0; i < old->trends.n; i++)
        if (c->object[old->trends.items[i].object] != DB_NONE)
            trend_carry(old, old->trends.items[i].object, c->now,
                        c->object[old->trends.items[i].object]);
    carry_names(c);
    carry_devices(c);
    alarm_owed_carry(c->old, c->now, c->object);
    c->now->journal.on = on;
    carry_journal(c);
}
