/* See schedule.h: what a program says, from its properties alone. */
#include "runtime/engine/schedule.h"
#include "runtime/object/program.h"
#include "runtime/wire/dates.h"

enum { DAY = 24 * 360000, WEEK_LAYER = 17, DEFAULT_LAYER = 18, DAYS = 7 };
enum kind { KIND_NULL, KIND_DISCRETE, KIND_REAL, KIND_OTHER };

/* Clients write binary and multi-state values as BOOLEAN, ENUMERATED or Unsigned as they like. */
static enum kind kind_of(struct span v)
{
    struct rd r = rd_of(v.p, v.n);
    struct tag t = rd_tag(&r);
    switch (rd_ok(&r) && !t.ctx ? t.num : TAG_oid) {
    case TAG_null: return KIND_NULL;
    case TAG_boolean:
    case TAG_enumerated:
    case TAG_unsigned:
    case TAG_integer: return KIND_DISCRETE;
    case TAG_real:
    case TAG_double: return KIND_REAL;
    default: return KIND_OTHER;
    }
}

struct look {
    uint32_t now;
    struct schedule_now *out;
    enum kind kind;
    uint32_t taken;             /* a bit for each primitive datatype that a reference takes       */
};

/* Of what is no standard property, nobody knows what it takes. */
static uint32_t datatypes(const struct db *db, uint32_t object)
{
    uint32_t taken = 0;
    struct rd r = program_references(db, object);
    struct prop_ref ref;
    while (program_next(&r, &ref)) {
        enum datatype type = program_takes(&ref);
        if (type > DT_null && type <= DT_oid)
            taken |= 1u << type;
    }
    return taken;
}

static bool fits(uint32_t taken, struct span v)
{
    uint8_t octets[2 * PROGRAM_VALUE];
    for (unsigned type = 0; taken >> type; type++) {
        struct wr w = wr_of(octets, sizeof octets);
        if (!(taken >> type & 1))
            continue;
        program_put((enum datatype)type, v, &w);
        struct rd r = rd_of(octets, wr_fits(&w) ? w.len : 0);
        if (!rd_is(&r, APP, type))
            return false;
    }
    return true;
}

static void judge(struct look *l, struct span v)
{
    enum kind k = kind_of(v);
    if (k == KIND_NULL)
        return;
    if (k == KIND_OTHER || (l->kind != KIND_NULL && l->kind != k))
        l->out->consistent = false;
    l->kind = k;
    l->out->fitting = l->out->fitting && fits(l->taken, v);
}

/* The latest entry that is not after now; `in_force`: the list counts today. */
static struct span latest(struct look *l, struct rd times, bool in_force)
{
    struct span best = {NULL, 0};
    uint32_t best_at = 0;
    while (rd_ok(&times) && rd_left(&times)) {
        struct time_value v = rd_time_value(&times);
        uint32_t at = dates_hundredths(v.time);
        if (!rd_ok(&times))
            break;
        judge(l, v.value);
        if (!in_force)
            continue;
        if (at > l->now) {
            l->out->next = at < l->out->next ? at : l->out->next;
        } else if (!best.p || at >= best_at) {
            best = v.value;
            best_at = at;
        }
    }
    return best;
}

static bool says(struct span v) { return v.p && kind_of(v) != KIND_NULL; }

static bool calendar_covers(const struct db *db, uint32_t object, uint32_t calendar, struct bdate day)
{
    const struct device *d = &db->devices[le16_get(db->img.objects[object].device)];
    uint32_t at = db_find(d, calendar);
    struct span list;
    return at != DB_NONE && prop_value(db, at, P_date_list, &list) && dates_list(list, day);
}

/* Clause 12.24.8: the most important in effect; among equals the first in the array. */
static void exceptions(struct look *l, const struct db *db, uint32_t object, struct bdate day)
{
    struct span all;
    if (!prop_value(db, object, P_exception_schedule, &all))
        return;
    struct rd r = rd_of(all.p, all.n);
    while (rd_left(&r)) {
        struct special_event e = rd_special_event(&r);
        if (!rd_ok(&r))
            return;
        bool today = e.by_calendar ? calendar_covers(db, object, e.calendar, day)
                                   : dates_entry(&e.entry, day);
        struct span v = latest(l, e.times, today);
        if (says(v) && e.priority < l->out->layer) {
            l->out->layer = e.priority;
            l->out->value = v;
        }
    }
}

static void week(struct look *l, const struct db *db, uint32_t object, struct bdate day)
{
    struct span all;
    if (!prop_value(db, object, P_weekly_schedule, &all))
        return;
    struct rd r = rd_of(all.p, all.n);
    for (unsigned k = 1; k <= DAYS && rd_left(&r); k++) {
        struct rd times = rd_daily_schedule(&r);
        struct span v = latest(l, times, k == day.wday);
        if (says(v) && l->out->layer > WEEK_LAYER) {
            l->out->layer = WEEK_LAYER;
            l->out->value = v;
        }
    }
}

void schedule_say(const struct db *db, uint32_t object, struct bdate day, struct btime time,
                  struct schedule_now *out)
{
    struct span s;
    *out = (struct schedule_now){{(const uint8_t *)"", 1}, true, true, true, DAY, DEFAULT_LAYER};
    struct look l = {dates_hundredths(time), out, KIND_NULL, datatypes(db, object)};
    if (prop_value(db, object, P_schedule_default, &s)) {
        out->value = s;
        judge(&l, s);
    }
    exceptions(&l, db, object, day);
    week(&l, db, object, day);
    if (prop_value(db, object, P_effective_period, &s)) {
        struct rd r = rd_of(s.p, s.n);
        struct date_range period = rd_date_range(&r);
        out->in_effect = !rd_ok(&r) || dates_in_range(&period, day);
    }
    if (!out->in_effect) {              /* clause 12.24.6: the schedule is not active */
        out->layer = DEFAULT_LAYER;
        if (prop_value(db, object, P_schedule_default, &s))
            out->value = s;
    }
}
