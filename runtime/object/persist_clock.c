/* See persist.h: the time that the network gave, over a restart. Kept is by how much it differed from the
 * machine's clock, and what that and the monotonic clock said then: a machine whose clock has been set
 * meanwhile, or lost the time with its power, is not what the difference was measured against. */
#include "runtime/object/persist.h"

#include <stdlib.h>

enum { CLOCK_OCTETS = 24, WORTH_MS = 1000, SLEWED_MS = 60000 };

static bool takes_time(const struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        if (db->devices[i].flags & (IMG_DEV_TIME_OFFSET | IMG_DEV_TIME_SET))
            return true;
    return false;
}

bool persist_clock(struct db *db)
{
    struct store *s = db->alarms.store;
    struct store_key key = {.property = PERSIST_CLOCK};
    le64 words[3] = {le64_of((uint64_t)db->time_offset_ms), le64_of((uint64_t)db->clock->wall_ms),
                     le64_of(clock_ms(db->clock))};
    uint8_t b[CLOCK_OCTETS];
    if (!s || !db->img.n_devices || llabs(db->time_offset_ms - db->time_kept_ms) < WORTH_MS)
        return false;
    memcpy(key.id, db->img.devices[0].identity.b, sizeof key.id);       /* one clock for all of them */
    memcpy(b, words, sizeof b);
    uint64_t ticket = db->time_offset_ms ? store_put(s, &key, db_now(db), (struct span){b, sizeof b})
                                         : store_erase(s, &key);
    if (ticket == STORE_REFUSED)
        return false;
    db->time_kept_ms = db->time_offset_ms;
    db->time_kept_at = db->clock->wall_ms;
    return true;
}

void persist_clock_again(struct db *db, const struct db *was)
{
    const struct image *a = &db->img, *b = &was->img;
    bool same = a->n_devices && b->n_devices &&
                !memcmp(&a->devices[0].identity, &b->devices[0].identity, sizeof a->devices[0].identity);
    db->time_kept_ms = same ? was->time_kept_ms : 0;
    db->time_kept_at = was->time_kept_at;
    (void)persist_clock(db);
}

/* With one start of the machine both clocks run alike unless somebody sets one; after another start the
 * monotonic one is behind, and the other at least not. */
static bool still_holds(const struct clock *c, int64_t wall, uint64_t mono)
{
    uint64_t now = clock_ms(c);
    int64_t passed = c->wall_ms - wall;
    return now < mono ? passed >= 0 : llabs(passed - (int64_t)(now - mono)) < SLEWED_MS;
}

bool persist_clock_restore(struct db *db, struct span s)
{
    le64 words[3];
    if (s.n != CLOCK_OCTETS || !takes_time(db))
        return false;
    memcpy(words, s.p, sizeof words);
    if (db->time_kept_at && (int64_t)le64_get(words[1]) < db->time_kept_at)
        return true;                            /* of a time when another device was the first */
    db->time_kept_at = (int64_t)le64_get(words[1]);
    db->time_kept_ms = (int64_t)le64_get(words[0]);
    if (still_holds(db->clock, (int64_t)le64_get(words[1]), le64_get(words[2])))
        db->time_offset_ms = db->time_kept_ms;
    return true;
}
