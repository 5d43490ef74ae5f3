/* What a point may be set to, in words: for whoever asked for something else. */
#include <math.h>
#include <stdio.h>

#include "runtime/control/names.h"
#include "runtime/object/convert.h"
#include "runtime/object/prop.h"
#include "schemas/print.h"

enum { STATES_SAID = 40 };

static void say_states(const struct db *db, const struct img_state_set *set, struct wr *w)
{
    uint32_t n = le32_get(set->count);
    for (uint32_t i = 0; i < n && i < STATES_SAID; i++) {
        struct span s = img_text(&db->img, db->img.states[le32_get(set->first) + i].text);
        print_bytes(w, i ? ", " : "");
        wr_bytes(w, s.p, s.n);
    }
    print_bytes(w, n > STATES_SAID ? ", ..." : "");
}

static void say_number(double v, struct wr *w)
{
    char text[40];
    snprintf(text, sizeof text, "%.*g", fabs(v) < 1e15 && v == floor(v) ? 15 : 9, v);
    print_bytes(w, text);
}

static void say_range(double low, double high, struct span unit, struct wr *w)
{
    bool from = isfinite(low), to = isfinite(high);
    if (!from && !to) {
        print_bytes(w, "any number");
        return;
    }
    print_bytes(w, !to ? "at least " : !from ? "at most " : "");
    say_number(from ? low : high, w);
    if (from && to) {
        print_bytes(w, " to ");
        say_number(high, w);
    }
    if (unit.n) {
        wr_u8(w, ' ');
        wr_bytes(w, unit.p, unit.n);
    }
}

/* The project's range, the type's, and what a client wrote to the object: all of them hold. */
static void say_variable(const struct db *db, const struct point *p, struct wr *w)
{
    const struct img_variable *v = &db->img.variables[p->variable];
    double low = le64_real(v->low), high = le64_real(v->high), least, most;
    bool shown = p->object != DB_NONE && convert_type(db, p->object) == DT_real;
    float limit;
    if (convert_range(v->type, &least, &most)) {
        low = low > least ? low : least;        /* NaN, not given, compares false */
        high = high < most ? high : most;
    }
    if (shown && prop_real(db, p->object, P_min_pres_value, &limit) && !(low >= (double)limit))
        low = (double)limit;
    if (shown && prop_real(db, p->object, P_max_pres_value, &limit) && !(high <= (double)limit))
        high = (double)limit;
    say_range(low, high, img_text(&db->img, v->unit), w);
}

static void say_object(const struct db *db, uint32_t object, struct wr *w)
{
    float low, high;
    uint32_t n = 0;
    double from = NAN, to = NAN;
    switch (convert_type(db, object)) {
    case DT_real:
        from = prop_real(db, object, P_min_pres_value, &low) ? (double)low : NAN;
        to = prop_real(db, object, P_max_pres_value, &high) ? (double)high : NAN;
        break;
    case DT_unsigned:
        from = 1;
        to = prop_unsigned(db, object, P_number_of_states, &n) ? (double)n : NAN;
        break;
    default:
        print_bytes(w, "true or false");
        return;
    }
    say_range(from, to, (struct span){NULL, 0}, w);
}

void point_allowed(const struct db *db, const struct point *p, struct wr *w)
{
    if (p->variable == DB_NONE) {
        say_object(db, p->object, w);
        return;
    }
    const struct img_variable *v = &db->img.variables[p->variable];
    if (le32_get(v->states) != IMG_NONE)
        say_states(db, &db->img.state_sets[le32_get(v->states)], w);
    else if (v->type == VT_bool || v->type == VT_schedule_bool)
        print_bytes(w, "true or false");
    else
        say_variable(db, p, w);
}
