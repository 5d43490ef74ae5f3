/* What schedules have commanded and none commands any more: another priority, another list of references, another
 * image. Clause 12.24 is silent; left there, it would go before whatever is said at a lower priority, for ever.
 * See schedule.h. */
#include "runtime/engine/schedule.h"

#include <stdlib.h>

#include "runtime/object/program.h"
#include "runtime/object/values.h"

static void note_held(const struct db *db, uint32_t schedule, uint16_t *held)
{
    uint16_t own = le16_get(db->img.objects[schedule].device);
    unsigned priority = program_priority(db, schedule);
    struct rd r = program_references(db, schedule);
    struct prop_ref ref;
    while (program_next(&r, &ref)) {
        const struct device *d = ref.property == P_present_value ? prop_ref_device(db, &ref, own) : NULL;
        uint32_t target = d ? db_find(d, ref.object) : DB_NONE;
        if (target != DB_NONE && db->live[target].command != DB_NONE)
            held[db->live[target].command] |= (uint16_t)(1u << (priority - 1));
    }
}

static bool let_go(struct db *db, uint32_t object, unsigned slots)
{
    bool all = true;
    for (uint8_t p = 1; p <= 16; p++) {
        const struct origin by = {.who = BY_SCHEDULE, .priority = p};
        if (slots >> (p - 1) & 1)
            all &= !values_write(db, object, true, 0, &by);
    }
    return all;
}

void schedule_let_go(struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        if (db->devices[i].procedure.applying)
            return;                     /* not all of what is restored is there yet            */
    uint16_t *held = calloc(db->n_commands ? db->n_commands : 1, sizeof *held);
    if (!held)
        return;                         /* the next time                                       */
    db->programs_moved = false;
    for (uint32_t i = 0; i < db->n_programs; i++)
        note_held(db, db->programs[i].object, held);
    for (uint32_t i = 0; i < db->img.n_objects; i++) {
        uint32_t k = db->live[i].command;
        const struct command *c = k == DB_NONE ? NULL : &db->commands[k];
        if (c && c->scheduled & ~held[k] && !let_go(db, i, c->scheduled & ~(unsigned)held[k]))
            db->programs_moved = true;          /* storage has no room: in a later turn            */
    }
    free(held);
}
