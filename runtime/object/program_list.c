/* See program.h: the references of a Schedule change, by a client or with another image. */
#include "runtime/object/program.h"

static bool has(const uint64_t bits[PROGRAM_WORDS], uint32_t at) { return bits[at / 64] >> at % 64 & 1; }
static void put(uint64_t bits[PROGRAM_WORDS], uint32_t at) { bits[at / 64] |= (uint64_t)1 << at % 64; }

static bool next(struct rd *r, struct span *one)
{
    const uint8_t *from = r->p;
    struct prop_ref ref;
    if (!program_next(r, &ref))
        return false;
    *one = (struct span){from, (size_t)(r->p - from)};
    return true;
}

/* Where a list is being read, and which of its elements is next. */
struct cursor { struct rd r; uint32_t at; };

static bool seek(struct cursor *c, uint32_t end, struct span wanted)
{
    for (struct span one; c->at < end && next(&c->r, &one);) {
        c->at++;
        if (type_same(one, wanted))
            return true;
    }
    return false;
}

/* From behind the last one found, then from the beginning: a list that grew or shrank is read once. */
static bool find(struct cursor *c, struct rd all, struct span wanted)
{
    struct cursor ahead = *c, again = {all, 0};
    bool found = seek(&ahead, PROGRAM_REFERENCES, wanted);
    if (!found && !seek(&again, c->at, wanted))
        return false;
    *c = found ? ahead : again;
    return true;
}

/* Requests that are under way are `lost`: whoever answers them is not heard any more. */
static void compare(const struct db *db, uint32_t object, struct span list, bool lost, struct relist *out)
{
    const struct program *p = &db->programs[db->live[object].pv];
    struct rd all = program_references(db, object);
    struct span one;
    *out = (struct relist){{0}, {0}, false};
    struct cursor old = {all, 0};
    struct rd r = rd_of(list.p, list.n);
    for (uint32_t i = 0; i < PROGRAM_REFERENCES && next(&r, &one); i++) {
        bool known = find(&old, all, one);
        if (!known || has(p->fresh, old.at - 1))
            put(out->fresh, i);
        bool moved = known && old.at - 1 != i;
        if (known && (has(p->owed, old.at - 1) || ((moved || lost) && has(p->asked, old.at - 1)))) {
            put(out->owed, i);
            out->moved |= moved;
        }
    }
}

void program_compare(const struct db *db, uint32_t object, struct span list, struct relist *out)
{
    compare(db, object, list, false, out);
}

/* Is what a reference of ours means in this image what it meant in the other one, and takes commands, or
 * takes none, as it did? */
static bool same_target(const struct db *old, uint32_t from, const struct db *now, uint32_t to,
                        const struct prop_ref *ref)
{
    const struct device *a = prop_ref_device(old, ref, le16_get(old->img.objects[from].device)),
                        *b = prop_ref_device(now, ref, le16_get(now->img.objects[to].device));
    uint32_t was = a ? db_find(a, ref->object) : DB_NONE, is = b ? db_find(b, ref->object) : DB_NONE;
    if (!a || !b)
        return !a == !b;                        /* on the network */
    return was != DB_NONE && is != DB_NONE &&
           !memcmp(old->img.object_ids[was].b, now->img.object_ids[is].b, sizeof now->img.object_ids[is].b) &&
           (old->live[was].command == DB_NONE) == (now->live[is].command == DB_NONE);
}

void program_carry(const struct db *old, uint32_t from, struct db *now, uint32_t to)
{
    const struct program *was = &old->programs[old->live[from].pv];
    struct program *is = &now->programs[now->live[to].pv];
    struct span list;
    struct relist relist;
    if (!prop_value(now, to, P_list_of_object_property_references, &list))
        return;
    compare(old, from, list, true, &relist);
    memcpy(is->value, was->value, sizeof is->value);
    is->n = was->n;
    is->active = was->active;
    is->written = was->written;
    is->simulated = was->simulated;
    is->consistent = was->consistent;
    is->tries = was->tries;
    is->carried = true;
    memcpy(is->fresh, relist.fresh, sizeof is->fresh);
    memcpy(is->owed, relist.owed, sizeof is->owed);
    struct rd r = program_references(now, to);
    struct prop_ref ref;
    bool all = program_priority(old, from) != program_priority(now, to);
    for (uint32_t i = 0; i < PROGRAM_REFERENCES && program_next(&r, &ref); i++)
        if (all || !same_target(old, from, now, to, &ref))
            put(is->fresh, i);
    for (unsigned i = 0; i < PROGRAM_WORDS; i++)
        is->relisted |= is->fresh[i] != 0;
}

/* What is under way stays where it is: when it has ended, whoever is there now gets its value. */
void program_relist(struct db *db, uint32_t object, const struct relist *now)
{
    struct program *p = &db->programs[db->live[object].pv];
    memcpy(p->fresh, now->fresh, sizeof p->fresh);
    memcpy(p->owed, now->owed, sizeof p->owed);
    p->relisted = true;
    if (now->moved)
        p->retry = db->programs_retry = clock_ms(db->clock);
}

bool program_fresh(const struct program *p, uint32_t n) { return n < PROGRAM_REFERENCES && has(p->fresh, n); }

static bool concerns(const struct db *db, uint32_t object, uint16_t device)
{
    bool any = le16_get(db->img.objects[object].device) == device;
    struct rd r = program_references(db, object);
    struct prop_ref ref;
    while (!any && program_next(&r, &ref))
        any = ref.device != TYPE_NONE && oid_instance(ref.device) == db->devices[device].instance;
    return any;
}

void programs_again(struct db *db, uint16_t device)
{
    for (uint32_t i = 0; i < db->n_programs; i++) {
        if (!concerns(db, db->programs[i].object, device))
            continue;
        db->programs[i].priority = UINT8_MAX;           /* none that it can have */
        db->programs[i].due = INT64_MIN;
    }
    db->programs_due = INT64_MIN;
    db->programs_moved = true;
}

void program_all_told(struct program *p)
{
    memset(p->fresh, 0, sizeof p->fresh);
    p->relisted = false;
}
