/* What another image brings back, as after a change that was taken back. See carry.h. */
#include "runtime/object/carry.h"

#include <stdlib.h>

#include "runtime/object/alarm.h"
#include "runtime/object/trend.h"

/* By index in the new image: was it in the old one, too? */
struct had {
    bool *object, *variable, *device;
    bool all;
};

static bool *had_of(struct had *h, const uint32_t *to, uint32_t n_old, uint32_t n_now)
{
    bool *had = calloc(n_now ? n_now : 1, sizeof *had);
    uint32_t n = 0;
    for (uint32_t i = 0; had && i < n_old; i++)
        if (to[i] != DB_NONE) {
            n += !had[to[i]];
            had[to[i]] = true;
        }
    h->all = h->all && n == n_now;
    return had;
}

/* Notifications that were owed when it went are nobody's business any more, and there is one clock and one project. */
static bool is_back(void *ctx, enum persist_what what, uint32_t index, uint32_t property)
{
    const struct had *h = ctx;
    switch (what) {
    case PERSIST_OF_OBJECT: return !h->object[index] && property != ALARM_OWED;
    case PERSIST_OF_VARIABLE: return !h->variable[index];
    case PERSIST_OF_DEVICE: return !h->device[index] && property == PERSIST_REVISION;
    default: return false;
    }
}

int carry_back(const struct carry *c, struct store *s, struct persist *found)
{
    const struct image *old = &c->old->img, *now = &c->now->img;
    struct had had = {.all = true};
    const struct persist_wanted wanted = {is_back, &had};
    int fault = STORE_IO;
    *found = (struct persist){.db = c->now, .store = s};
    had.object = had_of(&had, c->object, old->n_objects, now->n_objects);
    had.variable = had_of(&had, c->variable, old->n_variables, now->n_variables);
    had.device = had_of(&had, c->device, old->n_devices, now->n_devices);
    if (had.object && had.variable && had.device)
        fault = had.all ? STORE_OK : persist_return(found, &wanted);
    if (!fault && !had.all && trend_load(c->now, s, &wanted))
        fault = STORE_IO;
    free(had.object);
    free(had.variable);
    free(had.device);
    return fault;
}
