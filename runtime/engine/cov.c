/* See cov.h. */
#include "runtime/engine/cov.h"

static bool silent(const struct db *db, uint16_t device)
{
    return db->devices[device].communication || db->devices[device].state == DEVICE_STOPPED;
}

/* Several subscriptions to the same property of an object: it is read once. */
struct last_read {
    uint32_t object, property, index;
    struct cov_value value;
};

static void look(struct db *db, struct sub_item *i, struct last_read *last)
{
    if (last->object != i->object || last->property != i->property || last->index != i->index) {
        *last = (struct last_read){.object = i->object, .property = i->property, .index = i->index};
        cov_read(db, i->object, i->property, i->index, &last->value);
    }
    bool tell = cov_changed(i, &last->value);
    struct sub *x = subs_at(db->subs, i->sub);
    if (!tell || silent(db, x->device))
        return;
    if (!i->due)
        i->changed_ms = db_now(db);
    subs_due(db->subs, i);
}

static void hand_over(struct db *db, struct sub *x)
{
    struct subs *s = db->subs;
    struct intent what = {.kind = INTENT_COV, .to = INTENT_PEER, .device = x->device,
                          .object = subs_item_at(s, x->first)->object,
                          .arg = pool_index(&s->subs, x), .arg2 = x->generation,
                          .peer = subs_subscriber(s, x)->peer};
    if (silent(db, x->device) || !outbox_put(db->outbox, &what))
        subs_ended(s, x, true, 0);
}

bool cov_turn(struct db *db)
{
    struct subs *s = db->subs;
    struct last_read last = {.object = DB_NONE};
    struct watch *w;
    struct sub *x = NULL;
    unsigned n = 0;
    if (!s->subs.used)
        return false;
    for (uint32_t i = 0; i < db->objects.n; i++)
        subs_pend(s, db->objects.items[i]);
    while (n < COV_LOOK && (w = subs_pending(s))) {
        struct sub_item *i = subs_look(s, w);
        n++;
        if (i)
            look(db, i, &last);
    }
    for (n = 0; n < COV_HAND && db->outbox->n < db->outbox->cap / 2 && (x = subs_take(s)); n++)
        hand_over(db, x);
    return subs_pending(s) || (x && n == COV_HAND);
}

uint64_t cov_tick(struct db *db)
{
    subs_tick(db->subs, clock_ms(db->clock));
    return subs_next_tick(db->subs);
}

void cov_wake(struct db *db, uint16_t device)
{
    struct subs *s = db->subs;
    for (uint32_t i = 0; i < s->watches.high; i++) {
        const struct watch *w = pool_at(&s->watches, i);
        if (w->n && le16_get(db->img.objects[w->object].device) == device)
            subs_pend(s, w->object);
    }
}
