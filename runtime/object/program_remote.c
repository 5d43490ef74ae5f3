/* Writes of programs to devices on the network; see program.h. */
#include "runtime/object/program.h"

#include <assert.h>

static_assert((int)PROGRAM_REFERENCES == (int)ELEMENTS_MAX, "a bit for every reference that a list can hold");

/* Tried again so long after a failure, each time twice as long, up to the longest; when the outbox was
 * full; when nobody has said how it ended. */
enum { AGAIN_MS = 15000, TRIES_MAX = 5, FULL_MS = 1000, LOST_MS = 300000 };

static uint64_t bit(uint32_t at) { return (uint64_t)1 << at % 64; }

static void come_again(struct db *db, struct program *p, uint64_t at)
{
    p->retry = at < p->retry ? at : p->retry;
    db->programs_retry = at < db->programs_retry ? at : db->programs_retry;
}

void program_send(struct db *db, struct program *p, uint32_t at, uint32_t instance)
{
    struct intent what = {.kind = INTENT_WRITE, .to = INTENT_DEVICE, .object = p->object, .arg = at,
                          .device = le16_get(db->img.objects[p->object].device), .instance = instance};
    if (!db->outbox || at >= PROGRAM_REFERENCES)
        return;
    uint64_t now = clock_ms(db->clock), *asked = &p->asked[at / 64], *owed = &p->owed[at / 64];
    *owed |= bit(at);
    if (*asked & bit(at))
        return;                                 /* when that has ended */
    if (!outbox_put(db->outbox, &what)) {
        come_again(db, p, now + FULL_MS);
        return;
    }
    *asked |= bit(at);
    *owed &= ~bit(at);
    p->lost = now + LOST_MS;
    come_again(db, p, p->lost);
}

void program_ended(struct db *db, uint32_t object, uint32_t at, enum outcome_kind how)
{
    if (object >= db->img.n_objects || oid_type(db_oid(db, object)) != OT_schedule ||
        at >= PROGRAM_REFERENCES)
        return;                                 /* of an image that is no more */
    struct program *p = &db->programs[db->live[object].pv];
    uint64_t now = clock_ms(db->clock), *asked = &p->asked[at / 64], *owed = &p->owed[at / 64];
    bool failed = how == OUTCOME_TIMEOUT || how == OUTCOME_UNREACHABLE || how == OUTCOME_ABORT ||
                  how == OUTCOME_STOPPED || how == OUTCOME_NEVER;
    if (!(*asked & bit(at)))
        return;
    *asked &= ~bit(at);
    if (*owed & bit(at)) {                      /* there is a newer value */
        come_again(db, p, failed ? now + FULL_MS : now);
    } else if (failed) {
        *owed |= bit(at);
        p->failed = true;
        come_again(db, p, now + ((uint64_t)AGAIN_MS << p->tries));
    }
}

void program_forget(struct program *p)
{
    memset(p->asked, 0, sizeof p->asked);
    memset(p->owed, 0, sizeof p->owed);
    program_all_told(p);
    p->retry = UINT64_MAX;
    p->tries = 0;
    p->failed = false;
}

static bool any(const uint64_t bits[PROGRAM_WORDS])
{
    uint64_t all = 0;
    for (unsigned i = 0; i < PROGRAM_WORDS; i++)
        all |= bits[i];
    return all;
}

/* What is owed and not under way, with the value as it is now. */
static void send_owed(struct db *db, struct program *p)
{
    uint16_t own = le16_get(db->img.objects[p->object].device);
    struct rd r = program_references(db, p->object);
    struct prop_ref ref;
    for (uint32_t i = 0; i < PROGRAM_REFERENCES && program_next(&r, &ref); i++) {
        if (!(p->owed[i / 64] & bit(i)) || p->asked[i / 64] & bit(i))
            continue;
        p->owed[i / 64] &= ~bit(i);
        if (!prop_ref_device(db, &ref, own))
            program_send(db, p, i, oid_instance(ref.device));
    }
}

static void try_again(struct db *db, struct program *p, uint64_t now)
{
    p->retry = UINT64_MAX;
    if (now >= p->lost)
        for (unsigned i = 0; i < PROGRAM_WORDS; i++) {
            p->owed[i] |= p->asked[i];
            p->asked[i] = 0;
        }
    else if (any(p->asked))
        p->retry = p->lost;
    if (!any(p->owed))
        return;
    if ((!p->active && !p->simulated) || !p->consistent) {      /* it writes no more */
        memset(p->owed, 0, sizeof p->owed);
        return;
    }
    if (p->failed && p->tries < TRIES_MAX)
        p->tries++;
    p->failed = false;
    send_owed(db, p);
}

uint64_t program_retry(struct db *db)
{
    uint64_t now = clock_ms(db->clock), next = UINT64_MAX;
    if (now < db->programs_retry)
        return db->programs_retry;
    for (uint32_t i = 0; i < db->n_programs; i++) {
        struct program *p = &db->programs[i];
        if (now >= p->retry)
            try_again(db, p, now);
        next = p->retry < next ? p->retry : next;
    }
    db->programs_retry = next;
    return next;
}
