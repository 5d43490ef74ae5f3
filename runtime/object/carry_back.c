/* What another image brings back, as after a change that was taken back. See carry.h. */
#include "runtime/object/carry.h"

#include <stdlib.h>

#include "runtime/object/alarm.h"
#include "runtime/object/trend.h"

/* By index in the new image: which one was it in the old one, if any? And of objects, does it have more properties now? */
struct had {
    const struct carry *c;
    uint32_t *object, *variable, *device;
    bool all;
};

static uint32_t *had_of(struct had *h, const uint32_t *to, uint32_t n_old, uint32_t n_now)
{
    uint32_t *had = malloc((n_now ? n_now : 1) * sizeof *had);
    uint32_t n = 0;
    for (uint32_t i = 0; had && i < n_now; i++)
        had[i] = DB_NONE;
    for (uint32_t i = 0; had && i < n_old; i++)
        if (to[i] != DB_NONE) {
            n += had[to[i]] == DB_NONE;
            had[to[i]] = i;
        }
    h->all = h->all && n == n_now;
    return had;
}

/* Has an object of both images this property now, and had it not? (What is kept of an alarm is so, too.) */
static bool gained(const struct carry *c, uint32_t was, uint32_t is, uint32_t property)
{
    if (property == ALARM_KEPT)
        return c->old->live[was].event == DB_NONE;
    if (property == PERSIST_BINARY)
        return c->old->live[was].binary == DB_NONE;
    return property < STORE_OWN && !db_slot(c->old, was, property) && db_slot(c->now, is, property);
}

/* An alarm point, or a property, that an object had not in the old image: objects of a shape have the same. */
static bool gains(const struct had *h)
{
    const struct carry *c = h->c;
    uint16_t last_was = UINT16_MAX, last_is = UINT16_MAX;
    for (uint32_t i = 0; i < c->now->img.n_objects; i++) {
        uint32_t o = h->object[i];
        if (o == DB_NONE)
            continue;
        if (c->old->live[o].event == DB_NONE && c->now->live[i].event != DB_NONE)
            return true;
        uint16_t was = le16_get(c->old->img.objects[o].shape), is = le16_get(c->now->img.objects[i].shape);
        if (was == last_was && is == last_is)
            continue;
        const struct shape *s = &c->now->shapes[is];
        for (uint32_t k = 0; k < s->n_slots; k++)
            if (gained(c, o, i, c->now->slots[s->first_slot + k].property))
                return true;
        last_was = was;
        last_is = is;
    }
    return false;
}

/* Notifications that were owed when it went are nobody's business any more, and there is one clock and one project. */
static bool is_back(void *ctx, enum persist_what what, uint32_t index, uint32_t property)
{
    const struct had *h = ctx;
    switch (what) {
    case PERSIST_OF_OBJECT:
        return property != ALARM_OWED &&
               (h->object[index] == DB_NONE || gained(h->c, h->object[index], index, property));
    case PERSIST_OF_VARIABLE: return h->variable[index] == DB_NONE;
    case PERSIST_OF_DEVICE: return h->device[index] == DB_NONE && property == PERSIST_REVISION;
    default: return false;
    }
}

int carry_back(const struct carry *c, struct store *s, struct persist *found)
{
    const struct image *old = &c->old->img, *now = &c->now->img;
    struct had had = {.c = c, .all = true};
    const struct persist_wanted wanted = {is_back, &had};
    int fault = STORE_IO;
    *found = (struct persist){.db = c->now, .store = s};
    had.object = had_of(&had, c->object, old->n_objects, now->n_objects);
    had.variable = had_of(&had, c->variable, old->n_variables, now->n_variables);
    had.device = had_of(&had, c->device, old->n_devices, now->n_devices);
    if (had.object && had.variable && had.device) {
        had.all = had.all && !gains(&had);
        fault = had.all ? STORE_OK : persist_return(found, &wanted);
    }
    if (!fault && !had.all && trend_load(c->now, s, &wanted))
        fault = STORE_IO;
    free(had.object);
    free(had.variable);
    free(had.device);
    return fault;
}
