/* See carry.h. */
#include "runtime/object/carry.h"

#include <errno.h>
#include <stdlib.h>

#include "runtime/object/alarm.h"
#include "runtime/object/convert.h"
#include "runtime/object/persist.h"
#include "runtime/object/trend.h"
#include "runtime/object/values.h"

static uint32_t *map(struct persist_index *x, const struct img_identity *ids, size_t step,
                     uint32_t n, uint32_t property)
{
    uint32_t *to = malloc((n ? n : 1) * sizeof *to);
    for (uint32_t i = 0; to && i < n; i++) {
        struct store_key key = {.property = property};
        memcpy(key.id, (const uint8_t *)ids + i * step, sizeof key.id);
        if (persist_index_find(x, &key, &to[i]) == PERSIST_NOBODY)
            to[i] = DB_NONE;
    }
    return to;
}

int carry_open(struct carry *c, const struct db *old, struct db *now)
{
    struct persist_index *x = persist_index_open(now);
    *c = (struct carry){.old = old, .now = now};
    if (!x)
        return -ENOMEM;
    const struct image *img = &old->img;
    c->object = map(x, img->object_ids, sizeof *img->object_ids, img->n_objects, P_present_value);
    c->variable = map(x, img->variable_ids, sizeof *img->variable_ids, img->n_variables,
                      PERSIST_VARIABLE);
    c->device = map(x, &img->devices->identity, sizeof *img->devices, img->n_devices,
                    PERSIST_REVISION);
    persist_index_close(x);
    c->cells = malloc((img->n_variables + 1u) * sizeof *c->cells);
    c->live = malloc((img->n_objects + 1u) * sizeof *c->live);
    c->commands = malloc((old->n_commands + 1u) * sizeof *c->commands);
    if (!c->object || !c->variable || !c->device || !c->cells || !c->live || !c->commands) {
        carry_close(c);
        return -ENOMEM;
    }
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
    free(c->cells);
    free(c->live);
    free(c->commands);
    carry_forget(c);
}

void carry_forget(struct carry *c)
{
    *c = (struct carry){.kept = c->kept, .gone = c->gone, .fresh = c->fresh};
}

static bool still_in_range(const struct img_variable *v, double value)
{
    return !(value < le64_real(v->low)) && !(value > le64_real(v->high));
}

static void carry_variable(struct carry *c, uint32_t i)
{
    uint32_t to = c->variable[i];
    const struct cell *was = &c->old->cells[i];
    c->cells[i] = *was;
    if (to == DB_NONE)
        return;
    const struct img_variable *v = &c->now->img.variables[to];
    struct cell *is = &c->now->cells[to];
    if (v->type != c->old->img.variables[i].type ||
        (!(was->flags & CELL_MANUAL) && !still_in_range(v, was->value))) {
        static const struct origin by = {BY_START, 0, NULL};
        if (is->flags & CELL_MANUAL)
            values_auto(c->now, to, &by);       /* it was, when it was carried before */
        return;
    }
    values_restored(c->now, to, was->value, was->flags & CELL_MANUAL);
    is->input = was->input;
    is->flags = (uint8_t)((is->flags & ~CELL_INPUT) | (was->flags & CELL_INPUT));
    is->writer = was->writer;
    values_quality(c->now, to, (enum reliability)was->quality);
    is->time_ms = was->time_ms;
}

/* What clients wrote over constants; names come later, all others must have theirs first. */
static void carry_overlay(struct carry *c, uint32_t i, uint32_t to, bool names)
{
    const struct shape *s = &c->old->shapes[le16_get(c->old->img.objects[i].shape)];
    struct span value;
    for (uint32_t k = 0; k < s->n_slots; k++) {
        uint32_t property = c->old->slots[s->first_slot + k].property;
        if ((property == P_object_name) == names &&
            overlay_get(&c->old->overlay, i, property, &value))
            (void)prop_restore(c->now, to, property, value);
    }
}

/* A default that a client wrote; the project's own may be another now. */
static void carry_default(struct carry *c, uint32_t i, uint32_t to)
{
    const struct command *was = &c->old->commands[c->old->live[i].command];
    struct span s;
    if (!prop_value(c->old, i, P_relinquish_default, &s))
        return;
    struct rd r = rd_of(s.p, s.n);
    if (convert_decode(convert_type(c->old, i), &r) != was->relinquish_default &&
        !values_check(c->now, to, was->relinquish_default))
        values_relinquish_default(c->now, to, was->relinquish_default);
}

/* Value, priority array, Out_Of_Service. What is there from a slice before is put right. */
static void carry_object(struct carry *c, uint32_t i)
{
    uint32_t to = c->object[i];
    const struct live *was = &c->old->live[i];
    c->live[i] = *was;
    if (was->command != DB_NONE)
        c->commands[was->command] = c->old->commands[was->command];
    if (to == DB_NONE)
        return;
    struct live *is = &c->now->live[to];
    uint8_t array[16 * 8];
    struct wr w = wr_of(array, sizeof array);
    const struct device *d = &c->old->devices[le16_get(c->old->img.objects[i].device)];
    if (was->command != DB_NONE && is->command != DB_NONE) {
        carry_default(c, i, to);
        if (!prop_read(d, i, P_priority_array, BACNET_INDEX_ALL, &w) && wr_fits(&w))
            (void)values_restored_array(c->now, to, rd_of(array, w.len));
    }
    values_out_of_service(c->now, to, was->flags & LIVE_OOS);
    if ((was->flags & LIVE_OOS || db_variable(c->now, to) == IMG_NONE) && is->command == DB_NONE &&
        !values_check(c->now, to, was->pv))
        is->pv = was->pv;
    if (was->flags & LIVE_OOS)
        is->reliability = was->reliability;
}

static void carry_event(struct carry *c, uint32_t i, uint32_t to)
{
    const struct live *was = &c->old->live[i];
    struct live *is = &c->now->live[to];
    if (was->binary != DB_NONE && is->binary != DB_NONE) {
        c->now->binaries[is->binary] = c->old->binaries[was->binary];
        c->now->binaries[is->binary].object = to;
    }
    if (was->event == DB_NONE || is->event == DB_NONE)
        return;
    struct event *e = &c->now->events[is->event];
    *e = c->old->events[was->event];
    e->object = to;
    memcpy(c->now->alarms.texts[is->event], c->old->alarms.texts[was->event],
           sizeof c->now->alarms.texts[is->event]);
    is->event_state = was->event_state;
    is->fault = was->fault;
}

bool carry_some(struct carry *c, uint32_t n)
{
    uint32_t variables = c->old->img.n_variables, all = variables + c->old->img.n_objects;
    for (; n && c->done < all; n--, c->done++)
        if (c->done < variables)
            carry_variable(c, c->done);
        else
            carry_object(c, c->done - variables);
    return c->done < all;
}

/* ---- since then ---- */

static uint64_t bits_of(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return bits_of(a->value) == bits_of(b->value) && bits_of(a->input) == bits_of(b->input) &&
           a->time_ms == b->time_ms && a->quality == b->quality && a->writer == b->writer &&
           !((a->flags ^ b->flags) & ~CELL_DIRTY);
}

static bool same_object(const struct carry *c, uint32_t i)
{
    const struct live *a = &c->old->live[i], *b = &c->live[i];
    if (a->pv != b->pv || a->reliability != b->reliability || (a->flags ^ b->flags) & ~LIVE_DIRTY)
        return false;
    if (a->command == DB_NONE)
        return true;
    const struct command *x = &c->old->commands[a->command], *y = &c->commands[a->command];
    return x->set == y->set && x->relinquish_default == y->relinquish_default &&
           !memcmp(x->slot, y->slot, sizeof x->slot);
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
        is->restored_date = was->restored_date;
        is->restored_time = was->restored_time;
        if (was->state == DEVICE_STOPPED)
            is->state = DEVICE_STOPPED;
    }
}

void carry_rest(struct carry *c)
{
    bool on = c->now->journal.on;
    const struct db *old = c->old;
    c->now->journal.on = false;
    (void)carry_some(c, UINT32_MAX);
    for (uint32_t i = 0; i < old->img.n_variables; i++)
        if (!same_cell(&old->cells[i], &c->cells[i]))
            carry_variable(c, i);
    for (uint32_t i = 0; i < old->img.n_objects; i++) {
        uint32_t to = c->object[i];
        bool written = old->live[i].flags & LIVE_OVERLAY;
        if (to == DB_NONE)
            continue;
        struct span then;
        if (written)
            carry_overlay(c, i, to, false);     /* first: limits of values may be among it */
        if (written && recipients_compiled(old, i, &then))
            (void)recipients_restore(c->now, to, then);     /* a list that was compiled anew */
        if (written || !same_object(c, i))
            carry_object(c, i);
    }
    for (uint32_t i = 0; i < old->trends.n; i++)
        if (c->object[old->trends.items[i].object] != DB_NONE)
            trend_carry(old, old->trends.items[i].object, c->now,
                        c->object[old->trends.items[i].object]);
    for (uint32_t i = 0; i < old->n_events; i++)
        if (c->object[old->events[i].object] != DB_NONE)
            carry_event(c, old->events[i].object, c->object[old->events[i].object]);
    for (uint32_t i = 0; i < old->img.n_objects; i++)
        if (c->object[i] != DB_NONE && old->live[i].flags & LIVE_RENAMED)
            carry_overlay(c, i, c->object[i], true);
    carry_devices(c);
    alarm_owed_carry(c->old, c->now, c->object);
    c->now->journal.on = on;
}
