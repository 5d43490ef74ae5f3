/* values_start(): the first values of everything, before anything is restored or served. */
#include <math.h>

#include "runtime/object/command.h"
#include "runtime/object/convert.h"
#include "runtime/object/values.h"

/* Without `initial` a variable is 0, or the first state of its set if 0 is none. */
static double initial_of(const struct db *db, const struct img_variable *v)
{
    double value = le64_real(v->initial);
    uint32_t set = le32_get(v->states);
    if (isfinite(value))
        return value;
    if (set == IMG_NONE || !le32_get(db->img.state_sets[set].count))
        return 0;
    const struct img_state *first = &db->img.states[le32_get(db->img.state_sets[set].first)];
    for (uint32_t i = 0; i < le32_get(db->img.state_sets[set].count); i++)
        if (!le32_get(first[i].value))
            return 0;
    return (int32_t)le32_get(first->value);
}

static void start_command(struct db *db, uint32_t object)
{
    struct live *l = &db->live[object];
    struct command *c = &db->commands[l->command];
    struct span s;
    double value;
    uint32_t variable = db_variable(db, object);
    if (prop_value(db, object, P_relinquish_default, &s)) {
        struct rd r = rd_of(s.p, s.n);
        c->relinquish_default = convert_decode(convert_type(db, object), &r);
    } else {
        c->relinquish_default = l->pv;
    }
    l->pv = command_resolve(c);
    l->input = 0;
    if (variable != IMG_NONE && !convert_from_wire(db, object, l->pv, &value))
        db->cells[variable].value = value;
}

void values_start(struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_variables; i++) {
        db->cells[i].value = initial_of(db, &db->img.variables[i]);
        db->cells[i].time_ms = db_now(db);
    }
    for (uint32_t i = 0; i < db->img.n_objects; i++) {
        struct live *l = &db->live[i];
        uint32_t variable = db_variable(db, i);
        if (convert_type(db, i) == DT_null)
            continue;                                        /* pv is something else's */
        l->pv = convert_type(db, i) == DT_unsigned;          /* no state 0 on the wire */
        if (variable != IMG_NONE)
            l->input = (uint8_t)convert_to_wire(db, i, db->cells[variable].value, &l->pv);
        if (l->command != DB_NONE)
            start_command(db, i);
        l->reliability = l->input;
    }
    for (uint32_t i = 0; i < db->img.n_objects; i++) {      /* several objects of one variable */
        struct live *l = &db->live[i];
        uint32_t variable = db_variable(db, i);
        if (variable == IMG_NONE || l->command != DB_NONE || convert_type(db, i) == DT_null)
            continue;
        l->input = (uint8_t)convert_to_wire(db, i, db->cells[variable].value, &l->pv);
        l->reliability = l->input;
    }
}
