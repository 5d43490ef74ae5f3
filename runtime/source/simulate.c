/* See simulate.h. */
#include "runtime/source/simulate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/object/values.h"

enum { FOLLOW_MS = 2000, STEP_MIN_MS = 50, STEP_MAX_MS = 1000 };
enum signal { SIG_CONSTANT, SIG_SINE, SIG_RAMP, SIG_SQUARE, SIG_WALK, SIG_CSV, SIG_PULSE, SIG_STATES,
              SIG_FOLLOW };
struct sim {
    uint32_t variable;
    uint32_t other;             /* variable to follow; column of the file; index of the state     */
    uint8_t signal, priority;
    uint64_t period_ms, phase_ms, random;
    double mean, amplitude, resolution, walk;
    double seen;                /* SIG_FOLLOW                                                     */
    uint64_t seen_ms;
    const struct replay *file;
};
struct sims {
    struct db *db;
    struct sim *items;
    size_t n, max, at;
    uint64_t start_ms, due_ms, step_ms;
};

static uint64_t mix(uint64_t x)                 /* splitmix64 */
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static double chance(uint64_t *random)          /* 0 .. 1 */
{
    *random = mix(*random);
    return (double)(*random >> 11) / 9007199254740992.0;
}

static uint64_t seed_of(const struct db *db, uint32_t variable, uint32_t seed)
{
    struct span name = img_text(&db->img, db->img.variables[variable].name);
    uint64_t h = 0xcbf29ce484222325u ^ seed;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ name.p[i]) * 0x100000001b3u;
    return mix(h);
}

/* ---- what is plausible ---- */

static const struct usual { const char *unit; double mean, amplitude; } usual[] = {
    {"°C", 21, 2},    {"K", 294, 2},    {"°F", 70, 3},    {"%RH", 45, 10}, {"%", 50, 20},
    {"ppm", 650, 200},{"Pa", 150, 40},  {"hPa", 1013, 8}, {"kPa", 150, 20},{"bar", 1.8, 0.3},
    {"mbar", 20, 4},  {"W", 800, 300},  {"kW", 20, 8},    {"MW", 1, 0.3},  {"V", 230, 3},
    {"A", 8, 3},      {"Hz", 50, 0.05}, {"lx", 420, 150}, {"l/s", 2, 0.6}, {"l/h", 600, 200},
    {"m3/h", 900, 250}, {"m³/h", 900, 250}, {"m3/hod", 900, 250}, {"m/s", 2.5, 0.8},
    {"rpm", 1200, 200}, {"W/m2", 350, 150}, {"W/m²", 350, 150}, {"g/kg", 8, 1},
};

static bool whole(uint8_t type) { return type != VT_real && type != VT_lreal && type != VT_schedule_real; }

static double resolution_of(double amplitude)
{
    return pow(10, floor(log10(amplitude > 0 ? amplitude : 1)) - 2);
}

/* Middle and swing from the unit, kept within the range; from the range where the unit is unknown. */
static void usual_swing(const struct db *db, const struct img_variable *v, struct sim *s)
{
    const char *unit = (const char *)img_text(&db->img, v->unit).p;
    double low = le64_real(v->low), high = le64_real(v->high), initial = le64_real(v->initial);
    s->mean = isfinite(initial) ? initial : 50;
    s->amplitude = fabs(s->mean) > 0 ? fabs(s->mean) * 0.2 : 10;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (!strcmp(unit, usual[i].unit)) {
            s->mean = isfinite(initial) && initial != 0 ? initial : usual[i].mean;
            s->amplitude = usual[i].amplitude;
        }
    if (isfinite(low) && isfinite(high)) {
        if (!(s->mean - s->amplitude >= low) || !(s->mean + s->amplitude <= high)) {
            s->mean = (low + high) / 2;
            s->amplitude = fmin(s->amplitude, (high - low) / 4);
        }
    } else if (isfinite(low) && s->mean - s->amplitude < low) {
        s->mean = low + s->amplitude;
    } else if (isfinite(high) && s->mean + s->amplitude > high) {
        s->mean = high - s->amplitude;
    }
}

static bool watched(const struct db *db, const struct img_variable *v)
{
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t o = img_shown_by(&db->img, v, k);
        if (le32_get(db->img.objects[o].alarm) != IMG_NONE)
            return true;
    }
    return false;
}

/* By type, unit and range; phases differ, so that not everything moves at once. */
static struct sim plausible(const struct db *db, uint32_t variable, uint32_t seed)
{
    const struct img_variable *v = &db->img.variables[variable];
    struct sim s = {.variable = variable, .other = IMG_NONE, .random = seed_of(db, variable, seed)};
    bool alarmed = watched(db, v);
    s.period_ms = 300000 + mix(s.random) % 300000;
    s.mean = isfinite(le64_real(v->initial)) ? le64_real(v->initial) : 0;
    if (le32_get(v->states) != IMG_NONE && v->type != VT_bool) {
        s.signal = alarmed ? SIG_CONSTANT : SIG_STATES;
        s.mean = db->cells[variable].value;
    } else if (v->type == VT_bool) {
        s.signal = alarmed ? SIG_PULSE : SIG_SQUARE;
        s.amplitude = 1;
        s.period_ms = alarmed ? 1200000 + mix(s.random) % 1200000 : s.period_ms;
    } else {
        usual_swing(db, v, &s);
        s.signal = mix(s.random) & 1 ? SIG_SINE : SIG_WALK;
        s.resolution = whole(v->type) ? 1 : resolution_of(s.amplitude);
    }
    s.phase_ms = mix(s.random + 1) % s.period_ms;
    s.walk = s.mean;
    return s;
}

/* ---- signals ---- */

static double of_state(const struct db *db, const struct sim *s, uint64_t t)
{
    uint32_t set = le32_get(db->img.variables[s->variable].states);
    const struct img_state_set *x = &db->img.state_sets[set];
    uint32_t n = le32_get(x->count);
    if (!n)
        return s->mean;
    return (int32_t)le32_get(db->img.states[le32_get(x->first) + t / s->period_ms % n].value);
}

/* Back to the middle a little with every step: it wanders, but not away. */
static double walk(struct sim *s)
{
    s->walk += (chance(&s->random) - 0.5) * s->amplitude * 0.2 + (s->mean - s->walk) * 0.02;
    s->walk = fmax(s->mean - s->amplitude, fmin(s->mean + s->amplitude, s->walk));
    return s->walk;
}

static double follow(const struct db *db, struct sim *s, uint64_t now)
{
    double is = db->cells[s->other].value;
    if (is != s->seen) {
        s->seen = is;
        s->seen_ms = now;
    }
    return now - s->seen_ms >= FOLLOW_MS ? is : db->cells[s->variable].value;
}

static double value_at(const struct sims *all, struct sim *s, uint64_t now)
{
    uint64_t t = now - all->start_ms + s->phase_ms;
    double turn = (double)(t % s->period_ms) / (double)s->period_ms;
    switch ((enum signal)s->signal) {
    case SIG_SINE: return s->mean + s->amplitude * sin(turn * 6.283185307179586);
    case SIG_RAMP: return s->mean + s->amplitude * (2 * turn - 1);
    case SIG_SQUARE:
        return all->db->img.variables[s->variable].type == VT_bool ? turn >= 0.5
               : s->mean + (turn < 0.5 ? s->amplitude : -s->amplitude);
    case SIG_WALK: return walk(s);
    case SIG_CSV: return replay_at(s->file, (int)s->other, now - all->start_ms, s->period_ms);
    case SIG_PULSE: return (t % s->period_ms > s->period_ms - 30000) != (s->mean != 0);
    case SIG_STATES: return of_state(all->db, s, t);
    case SIG_FOLLOW: return follow(all->db, s, now);
    case SIG_CONSTANT: break;
    }
    return s->mean;
}

static double in_steps(const struct db *db, const struct sim *s, double v)
{
    if (s->resolution > 0)
        v = round(v / s->resolution) * s->resolution;
    if (s->resolution > 0 && s->resolution < 1)
        v = round(v * 1e9) / 1e9;
    return whole(db->img.variables[s->variable].type) ? round(v) : v;
}

/* ---- which ---- */

int sims_open(struct sims **out, struct db *db, size_t max, uint64_t now_ms)
{
    struct sims *s = *out = calloc(1, sizeof *s);
    if (!s || !(s->items = calloc(max ? max : 1, sizeof *s->items))) {
        free(s);
        *out = NULL;
        return -ENOMEM;
    }
    s->db = db;
    s->max = max;
    s->start_ms = s->due_ms = now_ms;
    s->step_ms = STEP_MAX_MS;
    return 0;
}

void sims_close(struct sims *s)
{
    if (s)
        free(s->items);
    free(s);
}

size_t sims_count(const struct sims *s) { return s->n; }

static void add(struct sims *all, struct sim s)
{
    uint64_t step = s.signal == SIG_SQUARE || s.signal == SIG_CSV ? s.period_ms / 2 : s.period_ms / 20;
    if (all->n == all->max)
        return;
    if (step < all->step_ms && s.signal != SIG_CONSTANT)
        all->step_ms = step < STEP_MIN_MS ? STEP_MIN_MS : step;
    s.seen = s.other < all->db->img.n_variables && s.signal == SIG_FOLLOW
                 ? all->db->cells[s.other].value : 0;
    all->items[all->n++] = s;
}

/* `value` of a constant: a number, true, false, or the name of a state. */
static double constant(const struct db *db, uint32_t variable, const char *text, double none)
{
    uint32_t set = le32_get(db->img.variables[variable].states);
    char *end;
    double v = strtod(text, &end);
    if (*text && !*end && isfinite(v))
        return v;
    if (!strcmp(text, "true") || !strcmp(text, "false"))
        return *text == 't';
    for (uint32_t i = 0; set != IMG_NONE && i < le32_get(db->img.state_sets[set].count); i++) {
        const struct img_state *x = &db->img.states[le32_get(db->img.state_sets[set].first) + i];
        if (!strcmp((const char *)img_text(&db->img, x->text).p, text))
            return (int32_t)le32_get(x->value);
    }
    return none;
}

bool sims_bind(struct sims *all, uint32_t binding, uint32_t seed, const struct replay *file,
               char why[REPLAY_WHY])
{
    static const char *const words[] = {"constant", "sine", "ramp", "square", "walk", "csv", NULL};
    struct db *db = all->db;
    uint32_t variable = le32_get(db->img.bindings[binding].variable);
    struct attrs a = attrs_of_binding(&db->img, binding);
    struct sim s = plausible(db, variable, seed);
    const char *value = attr_text(&a, "value", NULL), *path = attr_text(&a, "path", NULL);
    int none = value ? SIG_CONSTANT : path && file ? SIG_CSV : s.signal;
    s.signal = (uint8_t)attr_choice(&a, "signal", words, none);
    s.priority = (uint8_t)attr_number(&a, "priority", 0);
    s.mean = attr_real(&a, "mean", s.mean);
    s.amplitude = attr_real(&a, "amplitude", s.amplitude);
    if (value)
        s.mean = constant(db, variable, value, s.mean);
    s.resolution = attr_real(&a, "resolution", attr_text(&a, "amplitude", NULL) ? 0 : s.resolution);
    if (attr_text(&a, "period", NULL))          /* asked for: begins at its beginning */
        s.phase_ms = 0;
    s.period_ms = attr_ms(&a, "period", s.signal == SIG_CSV ? 1000 : s.period_ms);
    s.period_ms = s.period_ms ? s.period_ms : 1;
    s.walk = s.mean;
    if (s.signal == SIG_CSV) {
        const char *name = path ? path : (const char *)img_text(&db->img, db->img.variables[variable].name).p;
        int column = file ? replay_column(file, name) : -1;
        if (column < 0 || !replay_has_numbers(file, column)) {
            snprintf(why, REPLAY_WHY, !file ? "no file for '%.80s'" : column < 0 ? "no column '%.80s' in its file"
                                                                            : "no numbers in column '%.80s'", name);
            return false;
        }
        s.other = (uint32_t)column;
        s.file = file;
    }
    add(all, s);
    return true;
}

/* The variables that answer a command follow it. */
static void follow_commands(struct sims *all, uint8_t *taken)
{
    const struct image *img = &all->db->img;
    for (uint32_t i = 0; i < img->n_alarms; i++) {
        uint32_t v = le32_get(img->alarms[i].feedback), o = le32_get(img->alarms[i].object);
        uint32_t command = v == IMG_NONE ? IMG_NONE : db_variable(all->db, o);
        if (command == IMG_NONE || taken[v] || le32_get(img->variables[v].n_bindings))
            continue;
        struct sim s = plausible(all->db, v, 0);
        s.signal = SIG_FOLLOW;
        s.other = command;
        taken[v] = 1;
        add(all, s);
    }
}

void sims_rest(struct sims *all)
{
    const struct image *img = &all->db->img;
    uint8_t *taken = calloc(img->n_variables ? img->n_variables : 1, 1);
    if (!taken)
        return;
    follow_commands(all, taken);
    for (uint32_t i = 0; i < img->n_variables; i++) {
        const struct img_variable *v = &img->variables[i];
        bool read_only = (v->flags & IMG_VAR_READABLE) && !(v->flags & IMG_VAR_WRITABLE);
        if (read_only && !taken[i] && !le32_get(v->n_bindings) && v->type < VT_schedule_bool)
            add(all, plausible(all->db, i, 0));
    }
    free(taken);
}

uint64_t sims_step(struct sims *all, uint64_t now)
{
    if (now < all->due_ms)
        return all->due_ms;
    for (size_t i = 0; i < SIMS_SLICE && all->at < all->n; i++, all->at++) {
        struct sim *s = &all->items[all->at];
        struct origin by = {BY_SOURCE, s->priority, NULL};
        double v = value_at(all, s, now);
        if (isfinite(v))
            values_input(all->db, s->variable, in_steps(all->db, s, v), &by);
    }
    if (all->at < all->n)
        return now;
    all->at = 0;
    all->due_ms = now + all->step_ms;
    return all->due_ms;
}
