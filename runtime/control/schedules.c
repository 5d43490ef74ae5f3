/* Operations on Schedules: which there are, and one of them whole: what it says now and why, what it
 * will say in the next seven days, its week, its exceptions, what it writes. Values are those of the
 * schedule's variable, or of the first object that it writes. */
#include <stdio.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/control/names.h"
#include "runtime/engine/schedule.h"
#include "runtime/object/convert.h"
#include "runtime/object/program.h"
#include "runtime/wire/dates.h"

enum {
    PAGE = 50, REFERENCES = 200, WEEK_DAYS = 7,
    LOOK_AHEAD = 60, LOOK_AHEAD_LIST = 8,               /* days                                   */
    ENTRIES = 2000,             /* switching times told of one schedule, of all lists together    */
    DAY = 24 * 360000, WEEK_LAYER = 17,
    WORK = 8 << 20,             /* octets of programs gone through for one answer: milliseconds   */
};
static const char *const day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* ---- values ---- */

struct told {                   /* of which schedule, and whose values it speaks                  */
    struct db *db;
    uint32_t object;
    struct program *program;
    struct point point;
    uint32_t room;              /* entries that may still be told                                 */
    size_t size, *work;         /* of the program; what may still be gone through                 */
};

static struct told told_of(struct db *db, struct program *p, size_t *work)
{
    struct told t = {db, p->object, p, {db_variable(db, p->object), DB_NONE}, ENTRIES, 64, work};
    struct span s;
    if (prop_value(db, p->object, P_weekly_schedule, &s))
        t.size += s.n;
    if (prop_value(db, p->object, P_exception_schedule, &s))
        t.size += s.n;
    if (t.point.variable == IMG_NONE)
        t.point.variable = DB_NONE;
    t.point.object = program_target(db, p->object);
    return t;
}

static void say_value(const struct told *t, struct span value, struct wr *w)
{
    double v;
    struct span text;
    jw_key(w, "value");
    if (!program_as_variable(t->db, t->object, value, &v)) {
        jw_null(w);
        return;
    }
    if (t->point.variable == DB_NONE && t->point.object == DB_NONE)
        jw_number(w, v);
    else
        point_value_json(t->db, &t->point, v, w);
    if (point_text(t->db, &t->point, v, &text)) {
        jw_key(w, "text");
        jw_bytes(w, text.p, text.n);
    }
}

static void say_time(struct btime t, struct wr *w)
{
    bool fine = t.second % 60 || t.hundredth % 100;
    jw_key(w, "at");
    if (fine)
        jw_format(w, "%02u:%02u:%02u.%02u", t.hour % 24, t.minute % 60, t.second % 60, t.hundredth % 100);
    else
        jw_format(w, "%02u:%02u", t.hour % 24, t.minute % 60);
}

static void say_times(struct told *t, struct rd times, struct wr *w)
{
    jw_key(w, "times");
    jw_open(w, '[');
    while (rd_left(&times) && t->room) {
        struct time_value v = rd_time_value(&times);
        if (!rd_ok(&times))
            break;
        t->room--;
        jw_open(w, '{');
        say_time(v.time, w);
        say_value(t, v.value, w);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

/* ---- days, as the project writes them ---- */

static void date_text(char out[48], struct bdate d)
{
    char year[8] = "*", month[8] = "*", day[8] = "*";
    if (date_is_any(d)) {
        snprintf(out, 48, "any");
        return;
    }
    if (d.year != 255)
        snprintf(year, sizeof year, "%u", 1900u + d.year);
    if (d.month <= 12)
        snprintf(month, sizeof month, "%02u", d.month);
    else if (d.month != 255)
        snprintf(month, sizeof month, "%s", d.month == 13 ? "odd" : "even");
    if (d.day <= 31)
        snprintf(day, sizeof day, "%02u", d.day);
    else if (d.day != 255)
        snprintf(day, sizeof day, "%s", d.day == 32 ? "last" : d.day == 33 ? "odd" : "even");
    bool named = d.wday >= 1 && d.wday <= 7 && (d.year == 255 || d.month > 12 || d.day > 31);
    snprintf(out, 48, "%s-%s-%s%s%s", year, month, day, named ? " " : "", named ? day_names[d.wday - 1] : "");
}

static void say_date(const char *key, struct bdate d, struct wr *w)
{
    char text[48];
    date_text(text, d);
    jw_member(w, key, text);
}

static void say_week_n_day(const struct calendar_entry *e, struct wr *w)
{
    static const char *const weeks[] = {"1", "2", "3", "4", "5", "last", "last but one", "last but two",
                                        "last but three"};
    jw_key(w, "weekNDay");
    jw_open(w, '{');
    if (e->month >= 1 && e->month <= 12)
        jw_member_count(w, "month", e->month);
    else
        jw_member(w, "month", e->month == 13 ? "odd" : e->month == 14 ? "even" : "any");
    jw_member(w, "week", e->week >= 1 && e->week <= 9 ? weeks[e->week - 1] : "any");
    jw_member(w, "day", e->wday >= 1 && e->wday <= 7 ? day_names[e->wday - 1] : "any");
    jw_close(w, '}');
}

static uint32_t device_of(const struct told *t) { return le16_get(t->db->img.objects[t->object].device); }

/* When: a calendar by its name, a date, a range, or days of weeks. */
static void say_when(const struct told *t, const struct special_event *e, struct wr *w)
{
    uint32_t at = e->by_calendar ? db_find(&t->db->devices[device_of(t)], e->calendar) : DB_NONE;
    if (e->by_calendar && at != DB_NONE) {
        struct span name = db_name(t->db, at);
        jw_key(w, "calendar");
        jw_bytes(w, name.p, name.n);
    } else if (e->by_calendar) {
        jw_key(w, "calendar");
        jw_format(w, "%s,%u", "calendar", oid_instance(e->calendar));
    } else if (e->entry.kind == CE_date) {
        say_date("date", e->entry.range.from, w);
    } else if (e->entry.kind == CE_range) {
        say_date("from", e->entry.range.from, w);
        say_date("to", e->entry.range.to, w);
    } else {
        say_week_n_day(&e->entry, w);
    }
}

static void say_exceptions(struct told *t, struct wr *w)
{
    struct span all;
    jw_key(w, "exceptions");
    jw_open(w, '[');
    if (prop_value(t->db, t->object, P_exception_schedule, &all)) {
        struct rd r = rd_of(all.p, all.n);
        while (rd_left(&r) && t->room) {
            struct special_event e = rd_special_event(&r);
            if (!rd_ok(&r))
                break;
            t->room--;
            jw_open(w, '{');
            say_when(t, &e, w);
            jw_member_count(w, "priority", e.priority);
            say_times(t, e.times, w);
            jw_close(w, '}');
        }
    }
    jw_close(w, ']');
}

static void say_week(struct told *t, struct wr *w)
{
    struct span all;
    struct rd r;
    if (!prop_value(t->db, t->object, P_weekly_schedule, &all))
        return;
    r = rd_of(all.p, all.n);
    jw_key(w, "week");
    jw_open(w, '[');
    for (unsigned d = 0; d < WEEK_DAYS && rd_left(&r); d++) {
        struct rd times = rd_daily_schedule(&r);
        if (!rd_ok(&r))
            break;
        jw_open(w, '{');
        jw_member(w, "day", day_names[d]);
        say_times(t, times, w);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

/* ---- what it says, now and later ---- */

static struct btime time_at(uint32_t hundredths)
{
    return (struct btime){(uint8_t)(hundredths / 360000), (uint8_t)(hundredths / 6000 % 60),
                          (uint8_t)(hundredths / 100 % 60), (uint8_t)(hundredths % 100)};
}

static struct bdate day_after(struct bdate d)
{
    d.wday = (uint8_t)(d.wday % 7 + 1);
    if (++d.day > dates_in_month(d.year, d.month)) {
        d.day = 1;
        d.year = (uint8_t)(d.year + (d.month == 12));
        d.month = (uint8_t)(d.month % 12 + 1);
    }
    return d;
}

static const char *why(const struct schedule_now *s)
{
    return s->layer < WEEK_LAYER ? "exception" : s->layer == WEEK_LAYER ? "week" : "default";
}

static bool same(struct span a, struct span b) { return a.n == b.n && !memcmp(a.p, b.p, a.n); }

/* schedule_say(), as long as there is work left; false: there is none. */
static bool say_at(struct told *t, struct bdate day, uint32_t at, struct schedule_now *out)
{
    if (*t->work < t->size)
        return false;
    *t->work -= t->size;
    schedule_say(t->db, t->object, day, time_at(at), out);
    return true;
}

/* A local time that comes twice today and whose first time is over is the second one. */
static int64_t moment(struct told *t, struct bdate day, uint32_t at, struct btime local)
{
    int64_t now = db_now(t->db), when = zone_utc(&t->db->zone, day, time_at(at));
    return when > now ? when : now / 10 * 10 + ((int64_t)at - (int64_t)dates_hundredths(local)) * 10;
}

/* A time of day that the clock jumps over: the first one after the jump. Zones change at quarters of an hour. */
static uint32_t after_jump(struct told *t, struct bdate day, uint32_t at)
{
    enum { QUARTER = 90000 };
    struct bdate date;
    struct btime time;
    for (;; at = (at / QUARTER + 1) * QUARTER) {
        zone_local(&t->db->zone, zone_utc(&t->db->zone, day, time_at(at)), &date, &time);
        if (at + QUARTER >= DAY || dates_hundredths(time) == at)
            return at;
    }
}

/* The first moment after now when it says something else, if it comes within so many days. */
static void say_next(struct told *t, struct bdate day, struct btime now, unsigned days, struct wr *w)
{
    struct schedule_now first, say;
    schedule_say(t->db, t->object, day, now, &first);
    say = first;
    for (unsigned d = 0; d <= days; d++, day = day_after(day))
        for (uint32_t at = d ? 0 : say.next; at < DAY; at = say.next) {
            if (!say_at(t, day, at, &say))
                return;
            if (same(say.value, first.value) && say.in_effect == first.in_effect)
                continue;
            uint32_t there = after_jump(t, day, at);
            if (there != at) {
                if (!say_at(t, day, at = there, &say))
                    return;
                if (same(say.value, first.value) && say.in_effect == first.in_effect)
                    continue;
            }
            jw_key(w, "next");
            jw_open(w, '{');
            jw_key(w, "time");
            jw_time(w, moment(t, day, at, now));
            say_date("day", day, w);
            say_time(time_at(at), w);
            say_value(t, say.value, w);
            jw_member(w, "by", why(&say));
            jw_close(w, '}');
            return;
        }
}

/* Day by day from today on: the value at midnight and every change. */
static void say_course(struct told *t, struct bdate day, struct wr *w)
{
    struct schedule_now say;
    jw_key(w, "course");
    jw_open(w, '[');
    for (unsigned d = 0; d < WEEK_DAYS; d++, day = day_after(day)) {
        struct span before = {NULL, 0};
        jw_open(w, '{');
        say_date("date", day, w);
        jw_member(w, "day", day_names[(day.wday + 6) % 7]);
        jw_key(w, "says");
        jw_open(w, '[');
        for (uint32_t at = 0; at < DAY && t->room; at = say.next) {
            if (!say_at(t, day, at, &say)) {
                t->room = 0;
                break;
            }
            if (before.p && same(say.value, before))
                continue;
            before = say.value;
            t->room--;
            jw_open(w, '{');
            say_time(time_at(at), w);
            say_value(t, say.value, w);
            jw_member(w, "by", why(&say));
            jw_close(w, '}');
        }
        jw_close(w, ']');
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

static void say_writes(const struct told *t, struct wr *w)
{
    struct prop_ref ref;
    jw_key(w, "writes");
    jw_open(w, '[');
    for (uint32_t i = 0; i < REFERENCES && program_reference(t->db, t->object, i, &ref); i++) {
        const char *type = object_type_name(oid_type(ref.object)), *property = property_name(ref.property);
        jw_open(w, '{');
        jw_member_count(w, "device", ref.device == TYPE_NONE ? t->db->devices[device_of(t)].instance
                                                             : oid_instance(ref.device));
        jw_key(w, "object");
        jw_format(w, "%s,%u", type ? type : "proprietary", oid_instance(ref.object));
        if (property)
            jw_member(w, "property", property);
        else
            jw_member_count(w, "property", ref.property);
        if (program_waits(t->program, i))
            jw_member_bool(w, "waits", true);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

/* What is told of every schedule, also in the list. */
static void say_head(struct told *t, unsigned days, struct wr *w)
{
    struct span name = db_name(t->db, t->object);
    const struct live *l = &t->db->live[t->object];
    struct schedule_now say;
    struct bdate day;
    struct btime time;
    zone_local(&t->db->zone, db_now(t->db), &day, &time);
    schedule_say(t->db, t->object, day, time, &say);
    jw_key(w, "name");
    jw_bytes(w, name.p, name.n);
    object_write(t->db, t->object, w);
    if (t->point.variable != DB_NONE || t->point.object != DB_NONE) {
        jw_key(w, "of");
        point_name(t->db, &t->point, w);
    }
    say_value(t, (struct span){t->program->value, t->program->n}, w);
    jw_member(w, "by", l->flags & LIVE_OOS ? "client" : why(&say));
    jw_member_bool(w, "inEffect", say.in_effect);
    jw_member_bool(w, "outOfService", l->flags & LIVE_OOS);
    jw_member(w, "reliability", quality_name(l->reliability));
    say_next(t, day, time, days, w);
}

static void say_period(const struct told *t, struct wr *w)
{
    struct span s;
    if (!prop_value(t->db, t->object, P_effective_period, &s))
        return;
    struct rd r = rd_of(s.p, s.n);
    struct date_range period = rd_date_range(&r);
    if (!rd_ok(&r))
        return;
    say_date("effectiveFrom", period.from, w);
    say_date("effectiveTo", period.to, w);
}

static void say_whole(struct told *t, struct wr *w)
{
    struct span s;
    struct bdate day;
    struct btime time;
    zone_local(&t->db->zone, db_now(t->db), &day, &time);
    jw_open(w, '{');
    say_head(t, LOOK_AHEAD, w);
    say_date("today", day, w);
    say_time(time, w);
    say_period(t, w);
    if (prop_value(t->db, t->object, P_schedule_default, &s)) {
        jw_key(w, "default");
        jw_open(w, '{');
        say_value(t, s, w);
        jw_close(w, '}');
    }
    jw_member_count(w, "priority", program_priority(t->db, t->object));
    say_writes(t, w);
    say_course(t, day, w);
    say_week(t, w);
    say_exceptions(t, w);
    jw_member_bool(w, "cut", !t->room);
    jw_close(w, '}');
}

/* ---- operations ---- */

static struct program *program_at(const struct db *db, uint32_t object)
{
    return oid_type(db_oid(db, object)) == OT_schedule ? &db->programs[db->live[object].pv] : NULL;
}

/* By its own name or number, or by that of its variable or of the only object that it writes. */
static struct program *find(struct call *k, const char *name)
{
    struct point p;
    struct program *found = NULL;
    const char *code = "bad-request";
    if (!name) {
        (void)call_fail(k, code, "name: the name of a schedule");
        return NULL;
    }
    if (!point_find(k->db, name, &p, &code, k->text)) {
        k->code = code;
        return NULL;
    }
    if (p.object != DB_NONE && (found = program_at(k->db, p.object)))
        return found;
    struct program *all = k->db->programs;
    for (uint32_t i = 0; all && i < k->db->n_programs; i++) {
        struct told t = told_of(k->db, &all[i], NULL);
        bool hit = t.point.object != DB_NONE && t.point.object == p.object;
        if (p.variable != DB_NONE)
            hit = t.point.variable == p.variable ||
                  (t.point.object != DB_NONE && db_variable(k->db, t.point.object) == p.variable);
        if (hit && found) {
            (void)call_fail(k, "ambiguous-name", "several schedules say '%.80s'; say which", name);
            return NULL;
        }
        found = hit ? t.program : found;
    }
    if (!found)
        (void)call_fail(k, "unknown-name", "no schedule says '%.120s'", name);
    return found;
}

static enum end cmd_schedules(struct call *k)
{
    const char *pattern = json_string(json_get(k->req, "pattern"));
    double offset = 0;
    size_t work = WORK;
    uint32_t i, n = 0;
    if (!json_whole(k->req, "offset", 0, UINT32_MAX, &offset) || (pattern && strlen(pattern) > 64))
        return call_fail(k, "bad-request", "offset: a number; pattern: 64 characters at most");
    jw_open(&k->out, '{');
    jw_key(&k->out, "schedules");
    jw_open(&k->out, '[');
    for (i = (uint32_t)offset; i < k->db->n_programs && n < PAGE; i++) {
        struct told t = told_of(k->db, &k->db->programs[i], &work);
        struct span name = db_name(k->db, t.object);
        if (pattern && !pattern_matches(pattern, (const char *)name.p, name.n))
            continue;
        jw_open(&k->out, '{');
        say_head(&t, LOOK_AHEAD_LIST, &k->out);
        jw_close(&k->out, '}');
        n++;
    }
    jw_close(&k->out, ']');
    if (i < k->db->n_programs)
        jw_member_count(&k->out, "next", i);
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end cmd_schedule(struct call *k)
{
    struct program *p = find(k, json_string(json_get(k->req, "name")));
    if (!p)
        return END_FAILED;
    size_t work = WORK;
    struct told t = told_of(k->db, p, &work);
    say_whole(&t, &k->out);
    return END_DONE;
}

const struct command_row schedule_commands[] = {
    {"schedules", cmd_schedules},
    {"schedule", cmd_schedule},
    {NULL, NULL},
};
