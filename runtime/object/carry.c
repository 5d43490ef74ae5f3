/* See carry.h. */
#include "runtime/object/carry.h"

#include <errno.h>
#include <stdlib.h>

#include "runtime/object/alarm.h"
#include "runtime/object/convert.h"
#include "runtime/object/persist.h"
#include "runtime/object/trend.h"
#include "runtime/object/values.h"

static uint32_t *map(const struct persist_index *x, const struct img_identity *ids, size_t step,
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
    if (!c->object || !c->variable || !c->device) {
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
    c->object = c->variable = c->device = NULL;
}

static bool still_in_range(const struct img_variable *v, double value)
{
    return !(value < le64_real(v->low)) && !(value > le64_real(v->high));
}

static void carry_variables(struct carry *c)
{
    for (uint32_t i = 0; i < c->old->img.n_variables; i++) {
        uint32_t to = c->variable[i];
        const struct cell *was = &c->old->cells[i];
        if (to == DB_NONE)
            continue;
        const struct img_variable *v = &c->now->img.variables[to];
        if (v->type != c->old->img.variables[i].type ||
            (!(was->flags & CELL_MANUAL) && !still_in_range(v, was->value)))
            continue;
        struct cell *is = &c->now->cells[to];
        values_restored(c->now, to, was->value, was->flags & CELL_MANUAL);
        is->input = was->input;
        is->flags |= was->flags & CELL_INPUT;
        is->writer = was->writer;
        values_quality(c->now, to, (enum reliability)was->quality);
        is->time_ms = was->time_ms;
    }
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

static void carry_object(struct carry *c, uint32_t i, uint32_t to)
{
    const struct live *was = &c->old->live[i];
    struct live *is = &c->now->live[to];
    uint8_t array[16 * 8];
    struct wr w = wr_of(array, sizeof array);
    const struct device *d = &c->old->devices[le16_get(c->old->img.objects[i].device)];
    if (was->flags & LIVE_OVERLAY)
        carry_overlay(c, i, to, false);
    trend_carry(c->old, i, c->now, to);
    if (was->command != DB_NONE && is->command != DB_NONE) {
        carry_default(c, i, to);
        if (!prop_read(d, i, P_priority_array, BACNET_INDEX_ALL, &w) && wr_fits(&w))
            (void)values_restored_array(c->now, to, rd_of(array, w.len));
    }
    if (was->flags & LIVE_OOS)
        values_out_of_service(c->now, to, true);
    if ((was->flags & LIVE_OOS || db_variable(c->now, to) == IMG_NONE) && is->command == DB_NONE &&
        !values_check(c->now, to, was->pv))
        is->pv = was->pv;
    if (was->flags & LIVE_OOS)
        is->reliability = was->reliability;
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
        if (was->state == DEVICE_STOPPED)
            is->state = DEVICE_STOPPED;
    }
}

void carry_state(struct carry *c)
{
    bool on = c->now->journal.on;
    c->now->journal.on = false;
    carry_variables(c);
    for (uint32_t i = 0; i < c->old->img.n_objects; i++)
        if (c->object[i] != DB_NONE)
            carry_object(c, i, c->object[i]);
    for (uint32_t i = 0; i < c->old->img.n_objects; i++)
        if (c->object[i] != DB_NONE && c->old->live[i].flags & LIVE_RENAMED)
            carry_overlay(c, i, c->object[i], true);
    carry_devices(c);
    alarm_owed_carry(c->old, c->now, c->object);
    c->now->journal.on = on;
}
