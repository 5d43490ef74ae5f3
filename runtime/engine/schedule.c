/* See schedule.h: when to look, and what to write. */
#include "runtime/engine/schedule.h"

#include "runtime/object/convert.h"
#include "runtime/object/program.h"
#include "runtime/object/values.h"
#include "runtime/wire/dates.h"

/* Zones change their offset at quarters of an hour only; whoever looks that often misses none. */
enum { QUARTER_MS = 900000, STEP_MS = 500 };
/* What one schedule writes to another is said in the same turn, so far; a ring of them goes on later. */
enum { ROUNDS = 4, LATER_MS = 1000 };

/* ---- writing ---- */

/* A schedule that is referenced by another: it is to be looked at. False: it says that already. */
static bool pass_on(struct db *db, uint32_t object, const struct prop_ref *ref, struct span value)
{
    if (oid_type(ref->object) != OT_schedule)
        return true;
    struct program *p = &db->programs[db->live[object].pv];
    if (ref->property == P_present_value && p->n == value.n && !memcmp(p->value, value.p, value.n))
        return false;
    p->due = INT64_MIN;
    return true;
}

static void write_local(struct device *d, const struct prop_ref *ref, const struct program *p)
{
    uint8_t octets[2 * PROGRAM_VALUE];
    struct wr w = wr_of(octets, sizeof octets);
    struct origin by = {.who = BY_SCHEDULE, .priority = program_priority(d->db, p->object)};
    uint32_t object = db_find(d, ref->object);
    program_put(program_takes(ref), (struct span){p->value, p->n}, &w);
    struct span value = {octets, wr_fits(&w) ? w.len : 0};
    bac_err e = object == DB_NONE ? BAC_ERR(object, unknown_object) : BAC_OK;
    if (!e && value.n && pass_on(d->db, object, ref, value))
        e = prop_write(d, object, ref->property, ref->index, value, &by, NULL);
    if (e)
        program_refused(d->db, p->object, ref, value, e);
}

/* Instance 4194303, of a device or an object, is none yet (clause 12.1). */
static bool is_set(const struct prop_ref *ref)
{
    return oid_instance(ref->object) != BACNET_INSTANCE_WILDCARD &&
           (ref->device == TYPE_NONE || oid_instance(ref->device) != BACNET_INSTANCE_WILDCARD);
}

/* To every reference, or to those that are new in the list, which stays where it is: what is written
 * are other properties, for none takes a primitive that holds references. */
static void write_to(struct db *db, struct program *p, bool all)
{
    uint16_t own = le16_get(db->img.objects[p->object].device);
    struct rd r = program_references(db, p->object);
    struct prop_ref ref;
    if (all) {
        p->tries = 0;
        p->failed = false;
    }
    for (uint32_t i = 0; program_next(&r, &ref); i++) {
        struct device *d = prop_ref_device(db, &ref, own);
        if (!is_set(&ref) || (!all && !program_fresh(p, i)))
            continue;
        if (d)
            write_local(d, &ref, p);
        else
            program_send(db, p, i, oid_instance(ref.device));
    }
}

static void tell_variable(struct db *db, const struct program *p)
{
    uint32_t variable = db_variable(db, p->object);
    struct origin by = {.who = BY_SCHEDULE};
    double n;
    if (variable != IMG_NONE && program_as_variable(db, p->object, (struct span){p->value, p->n}, &n))
        values_input(db, variable, n, &by);
}

/* ---- looking ---- */

static bool take(struct program *p, struct span v)
{
    if (v.n > PROGRAM_VALUE || (p->n == v.n && !memcmp(p->value, v.p, v.n)))
        return false;
    memcpy(p->value, v.p, v.n);
    p->n = (uint8_t)v.n;
    return true;
}

static int64_t quarter_after(int64_t ms) { return (ms / QUARTER_MS + 1) * QUARTER_MS; }

/* Counted from the time of day that it is: within a quarter clocks go evenly, while a local time alone
 * may mean two moments. */
static int64_t next_look(struct btime time, uint32_t next, int64_t now)
{
    int64_t quarter = quarter_after(now), at;
    at = now / 10 * 10 + ((int64_t)next - (int64_t)dates_hundredths(time)) * 10;
    return at > now && at < quarter ? at : quarter; /* midnight is a quarter of an hour as well */
}

/* Present_Value as it is now, and to everybody who is to have it. `again`: even if it is the same. */
static void look(struct db *db, struct program *p, bool again)
{
    const struct live *l = &db->live[p->object];
    struct schedule_now say;
    struct bdate day;
    struct btime time;
    int64_t now = db_now(db);
    bool simulated = (l->flags & LIVE_OOS) != 0, mended, changed;
    zone_local(&db->zone, now, &day, &time);
    schedule_say(db, p->object, day, time, &say);
    p->due = next_look(time, say.next, now);
    bool sound = say.consistent && say.fitting; /* 12.24.13; what fits somewhere is written there       */
    values_fault(db, p->object, sound ? REL_no_fault_detected : REL_configuration_error);
    mended = say.consistent && !p->consistent;  /* what was not written meanwhile                   */
    if (simulated) {                            /* clause 12.24.14: what a client writes counts */
        changed = p->written || mended;
    } else {
        changed = take(p, say.value);
        again = again || mended || p->simulated || (say.in_effect && !p->active);
        if (changed)
            db_touch(db, p->object);
    }
    uint8_t priority = program_priority(db, p->object);
    db->programs_moved |= p->relisted || priority != p->priority;
    again = again || (p->priority && p->priority != priority);
    p->priority = priority;
    p->written = false;
    p->simulated = simulated;
    p->active = say.in_effect;
    p->consistent = say.consistent;
    if ((changed || again || p->relisted) && (say.in_effect || simulated) && say.consistent) {
        write_to(db, p, changed || again);
        tell_variable(db, p);
    }
    program_all_told(p);
}

/* What it says, before anybody reads it; to whom it says that comes with the first turn. */
static void begin(struct db *db, struct program *p)
{
    struct schedule_now say;
    struct bdate day;
    struct btime time;
    zone_local(&db->zone, db_now(db), &day, &time);
    schedule_say(db, p->object, day, time, &say);
    if (!(db->live[p->object].flags & LIVE_OOS) && take(p, say.value))
        db_touch(db, p->object);
}

void schedule_start(struct db *db)
{
    db->programs_retry = UINT64_MAX;
    db->programs_due = db->calendars.due = INT64_MIN;
    db->programs_moved = true;
    for (uint32_t i = 0; i < db->n_programs; i++) {
        struct program *p = &db->programs[i];
        p->due = INT64_MIN;
        if (p->carried) {
            p->carried = false;
            p->retry = db->programs_retry = clock_ms(db->clock);        /* what it still owes */
            continue;
        }
        p->active = false;                      /* entering the period writes once */
        p->consistent = true;
        program_forget(p);
        begin(db, p);
    }
}

/* Programs whose properties, or whose device's calendars, somebody touched. */
static void note_changes(struct db *db)
{
    for (uint32_t i = 0; i < db->objects.n; i++) {
        uint32_t object = db->objects.items[i], type = oid_type(db_oid(db, object));
        if (type != OT_schedule && type != OT_calendar)
            continue;
        uint16_t device = le16_get(db->img.objects[object].device);
        for (uint32_t k = 0; k < db->n_programs; k++) {
            struct program *p = &db->programs[k];
            if (type == OT_schedule ? p->object == object
                                    : le16_get(db->img.objects[p->object].device) == device)
                p->due = db->programs_due = INT64_MIN;
        }
    }
}

/* A Calendar is asked when it is read; that it may say something else is known by the day. */
static void note_day(struct db *db, int64_t now)
{
    struct bdate day;
    struct btime time;
    if (now < db->calendars.due)
        return;
    zone_local(&db->zone, now, &day, &time);
    db->calendars.due = quarter_after(now);
    if (!dates_order(day, db->calendars.day))
        return;
    db->calendars.day = day;
    for (uint32_t i = db->calendars.from; i < db->calendars.end; i++)
        if (oid_type(db_oid(db, i)) == OT_calendar)
            db_touch(db, i);
}

/* When the next can change; what is due already, at `now` ... or later. */
static int64_t first_due(struct db *db, int64_t now)
{
    int64_t first = INT64_MAX;
    for (uint32_t i = 0; i < db->n_programs; i++) {
        struct program *p = &db->programs[i];
        p->due = p->due == INT64_MIN ? now : p->due;
        first = p->due < first ? p->due : first;
    }
    return first;
}

uint64_t schedule_turn(struct db *db)
{
    int64_t now = db_now(db), lag = now - (int64_t)clock_ms(db->clock);
    if (!db->n_programs && !db->calendars.end && !db->programs_moved)
        return UINT64_MAX;
    if (lag - db->programs_lag > STEP_MS || db->programs_lag - lag > STEP_MS)
        db->programs_due = db->calendars.due = INT64_MIN;       /* the clock was set */
    bool stepped = db->programs_due == INT64_MIN && lag != db->programs_lag;
    db->programs_lag = lag;
    note_changes(db);
    if (db->calendars.end)
        note_day(db, now);
    for (unsigned round = 0; now >= db->programs_due && round < ROUNDS; round++) {
        for (uint32_t i = 0; i < db->n_programs; i++)
            if (now >= db->programs[i].due || (stepped && !round))
                look(db, &db->programs[i], false);
        db->programs_due = first_due(db, round + 1 < ROUNDS ? now : now + LATER_MS);
    }
    if (db->programs_moved)             /* what takes the place of another command stands already */
        schedule_let_go(db);
    uint64_t retry = program_retry(db);
    int64_t next = db->calendars.end && db->calendars.due < db->programs_due ? db->calendars.due : db->programs_due;
    uint64_t due = clock_ms(db->clock) + (uint64_t)(next > now ? next - now : 0);
    return retry < due ? retry : due;
}
