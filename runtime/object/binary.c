/* See binary.h. */
#include "runtime/object/binary.h"

#include "runtime/data/change.h"
#include "runtime/object/command.h"
#include "runtime/object/persist.h"
#include "runtime/object/values.h"
#include "runtime/wire/types.h"

enum { ACTIVE = 1, SAVE_MS = 600000 };  /* a power cut loses so much of an active time            */

static const struct binary *of(const struct db *db, uint32_t object)
{
    return &db->binaries[db->live[object].binary];
}

static uint64_t active_ms(const struct db *db, const struct binary *b)
{
    return b->active_ms + (b->since_ms ? clock_ms(db->clock) + 1 - b->since_ms : 0);
}

static void keep(struct db *db, uint32_t object)
{
    if (db_slot(db, object, P_change_of_state_count))
        journal_note(&db->journal, JOURNAL_PROPERTY, object, PERSIST_BINARY);
}

/* ---- minimum times ---- */

static uint64_t minimum_ms(const struct db *db, uint32_t object)
{
    uint32_t seconds = 0;
    (void)prop_unsigned(db, object,
                        db->live[object].pv == ACTIVE ? P_minimum_on_time : P_minimum_off_time,
                        &seconds);
    return seconds * UINT64_C(1000);
}

static void run(struct db *db, struct binary *b, uint64_t ms)
{
    b->until_ms = ms ? clock_ms(db->clock) + ms : 0;
    if (ms && b->until_ms < db->binary_due_ms)
        db->binary_due_ms = b->until_ms;
}

/* Clause 19.2.3: the new state goes into priority 6, where only 1 to 5 get past it. */
static void begin(struct db *db, uint32_t object)
{
    const struct live *l = &db->live[object];
    if (l->command == DB_NONE || l->flags & LIVE_OVERRIDDEN ||
        !db_slot(db, object, P_minimum_on_time))
        return;
    struct command *c = db_command(db, object);
    uint64_t ms = minimum_ms(db, object);
    bool other = ms ? command_put(c, BACNET_PRIORITY_MIN_ON_OFF, l->pv)
                    : command_clear(c, BACNET_PRIORITY_MIN_ON_OFF);
    (void)command_resolve(c);
    run(db, db_binary(db, object), ms);
    if (other && le16_get(db->img.objects[object].flags) & IMG_OBJ_RETAIN)
        journal_note(&db->journal, JOURNAL_PRIORITY, object, 0);
}

void binary_resume(struct db *db, uint32_t object)
{
    const struct live *l = &db->live[object];
    struct binary *b = db_binary(db, object);
    if (l->command == DB_NONE || b->until_ms ||
        !command_has(&db->commands[l->command], BACNET_PRIORITY_MIN_ON_OFF))
        return;
    uint64_t ms = minimum_ms(db, object);
    run(db, b, ms ? ms : 1);
}

void binary_time_written(struct db *db, uint32_t object)
{
    struct binary *b = db->live[object].binary == DB_NONE ? NULL : db_binary(db, object);
    uint64_t ms = minimum_ms(db, object);
    if (b && b->until_ms > clock_ms(db->clock) + ms)
        run(db, b, ms ? ms : 1);
}

uint64_t binary_turn(struct db *db)
{
    static const struct origin by = {BY_ENGINE, BACNET_PRIORITY_MIN_ON_OFF, NULL};
    uint64_t now = clock_ms(db->clock);
    if (!db->n_binaries)
        return UINT64_MAX;
    if (db->binary_due_ms <= now) {
        db->binary_due_ms = UINT64_MAX;
        for (uint32_t i = 0; i < db->n_binaries; i++) {
            const struct binary *b = &db->binaries[i];
            if (b->until_ms && b->until_ms <= now) {
                struct binary *own = db_binary(db, b->object);
                own->until_ms = 0;      /* before the next one begins */
                if (values_write(db, b->object, true, 0, &by))
                    run(db, own, 1000); /* storage is far behind: a little later */
            }
            if (b->until_ms && b->until_ms < db->binary_due_ms)
                db->binary_due_ms = b->until_ms;
        }
    }
    if (db->binary_save_ms <= now) {
        for (uint32_t i = 0; i < db->n_binaries; i++)
            if (db->binaries[i].since_ms && db->binary_save_ms)
                keep(db, db->binaries[i].object);
        db->binary_save_ms = now + SAVE_MS;
    }
    return db->binary_due_ms < db->binary_save_ms ? db->binary_due_ms : db->binary_save_ms;
}

/* ---- counting ---- */

static void measure(struct db *db, struct binary *b)
{
    uint64_t now = clock_ms(db->clock);
    b->active_ms = active_ms(db, b);
    b->since_ms = db->live[b->object].pv == ACTIVE ? now + 1 : 0;
}

void binary_changed(struct db *db, uint32_t object)
{
    if (!db->counting)
        return;
    struct binary *b = db_binary(db, object);
    b->changes++;
    b->changed_ms = db_now(db);
    measure(db, b);
    keep(db, object);
    begin(db, object);
}

void binary_start(struct db *db)
{
    db->counting = true;
    for (uint32_t i = 0; i < db->n_binaries; i++) {
        measure(db, db_binary(db, db->binaries[i].object));
        if (db->binaries[i].until_ms && db->binaries[i].until_ms < db->binary_due_ms)
            db->binary_due_ms = db->binaries[i].until_ms;
    }
}

static void moment(struct db *db, int64_t ms, struct wr *w)
{
    struct datetime t = {{255, 255, 255, 255}, {255, 255, 255, 255}};
    if (ms)
        zone_local(&db->zone, ms, &t.date, &t.time);
    wr_datetime(w, t);
}

bac_err binary_read(struct db *db, uint32_t object, uint8_t code, struct wr *w)
{
    if (db->live[object].binary == DB_NONE)
        return BAC_ERR(property, unknown_property);
    const struct binary *b = of(db, object);
    switch (code) {
    case PC_state_time: moment(db, b->changed_ms, w); break;
    case PC_state_count: wr_unsigned(w, APP, b->changes); break;
    case PC_state_count_reset: moment(db, b->changes_reset_ms, w); break;
    case PC_active_time: wr_unsigned(w, APP, (uint32_t)(active_ms(db, b) / 1000)); break;
    default: moment(db, b->active_reset_ms, w); break;
    }
    return BAC_OK;
}

bac_err binary_write(struct db *db, uint32_t object, uint8_t code, uint32_t value)
{
    if (db->live[object].binary == DB_NONE)
        return BAC_ERR(property, write_access_denied);
    struct binary *b = db_binary(db, object);
    if (code == PC_state_count) {
        b->changes = value;
        b->changes_reset_ms = value ? b->changes_reset_ms : db_now(db);
    } else {
        measure(db, b);
        b->active_ms = value * UINT64_C(1000);
        b->active_reset_ms = value ? b->active_reset_ms : db_now(db);
    }
    keep(db, object);
    return BAC_OK;
}

/* ---- kept over a restart ---- */

enum { WORDS = 5, OCTETS = WORDS * 8 };

static uint64_t word(const uint8_t *p, unsigned i)
{
    uint64_t v = 0;
    for (unsigned b = 8; b-- > 0;)
        v = v << 8 | p[i * 8 + b];
    return v;
}

void binary_save(const struct db *db, uint32_t object, struct wr *w)
{
    if (db->live[object].binary == DB_NONE)
        return;
    const struct binary *b = of(db, object);
    const uint64_t words[WORDS] = {b->changes, (uint64_t)b->changed_ms, (uint64_t)b->changes_reset_ms,
                                   (uint64_t)b->active_reset_ms, active_ms(db, b)};
    for (unsigned i = 0; i < OCTETS; i++)
        wr_u8(w, (uint8_t)(words[i / 8] >> (8 * (i % 8))));
}

bool binary_restore(struct db *db, uint32_t object, struct span s)
{
    if (db->live[object].binary == DB_NONE || s.n != OCTETS)
        return false;
    struct binary *b = db_binary(db, object);
    b->changes = (uint32_t)word(s.p, 0);
    b->changed_ms = (int64_t)word(s.p, 1);
    b->changes_reset_ms = (int64_t)word(s.p, 2);
    b->active_reset_ms = (int64_t)word(s.p, 3);
    b->active_ms = word(s.p, 4);
    return true;
}
