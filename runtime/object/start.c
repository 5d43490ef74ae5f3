/* values_start(): the first values of everything, before anything is restored or served. */
#include <math.h>

#include "runtime/object/command.h"
#include "runtime/data/change.h"
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

static void start_plain(struct db *db, uint32_t object, struct live *l)
{
    uint32_t variable = db_variable(db, object);
    if (variable != IMG_NONE)
        l->input = (uint8_t)convert_to_wire(db, object, db->cells[variable].value, &l->pv);
    l->reliability = l->input;
}

/* What a commandable object starts with is its variable's value: other objects of it show that too. */
static void start_variable(struct db *db, uint32_t variable, uint32_t by, double value)
{
    const struct img_variable *v = &db->img.variables[variable];
    db_cell(db, variable)->value = value;
    for (uint32_t i = 0; i < le16_get(v->n_objects); i++) {
        uint32_t object = img_shown_by(&db->img, v, i);
        struct live *l = db_live(db, object);
        if (object < by && l->command == DB_NONE && convert_type(db, object) != DT_null)
            start_plain(db, object, l);             /* those after it are still to come */
    }
}

static void start_command(struct db *db, uint32_t object)
{
    struct live *l = db_live(db, object);
    struct command *c = db_command(db, object);
    double value;
    uint32_t variable = db_variable(db, object);
    if (!values_project_default(db, object, &c->relinquish_default))
        c->relinquish_default = l->pv;
    l->pv = command_resolve(c);
    l->input = 0;
    l->reliability = 0;
    if (variable != IMG_NONE && !convert_from_wire(db, object, l->pv, &value))
        start_variable(db, variable, object, value);
}

/* Objects follow each other by number, their variables as the project has them: what the next ones need
 * is asked for before their turn. */
static void ask_ahead(const struct db *db, uint32_t i)
{
    uint32_t variable = i < db->img.n_objects ? db_variable(db, i) : IMG_NONE;
    if (variable == IMG_NONE)
        return;
    __builtin_prefetch(&db->cells[variable]);
    __builtin_prefetch(&db->img.variables[variable].states);
}

void values_start(struct db *db)
{
    enum { AHEAD = 16 };
    int64_t now = db_now(db);
    for (uint32_t i = 0; i < db->img.n_variables; i++) {
        struct cell *c = db_cell(db, i);
        c->value = initial_of(db, &db->img.variables[i]);
        c->time_ms = now;
    }
    for (uint32_t i = 0; i < db->img.n_objects; i++) {
        struct live *l = db_live(db, i);
        enum datatype type = convert_type(db, i);
        ask_ahead(db, i + AHEAD);
        if (type == DT_null)
            continue;                                        /* pv is something else's */
        l->pv = type == DT_unsigned;                         /* no state 0 on the wire */
        start_plain(db, i, l);
        if (l->command != DB_NONE)
            start_command(db, i);
    }
}
