/* See dates.h. */
#include "runtime/wire/dates.h"

enum { ANY = 255, ODD_MONTHS = 13, EVEN_MONTHS = 14, LAST_DAY = 32, ODD_DAYS = 33, EVEN_DAYS = 34 };

uint8_t dates_in_month(uint8_t year, uint8_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned y = 1900u + year;
    if (month < 1 || month > 12)
        return 31;
    return month == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : days[month - 1];
}

int dates_order(struct bdate a, struct bdate b)
{
    int x = a.year << 16 | a.month << 8 | a.day, y = b.year << 16 | b.month << 8 | b.day;
    return x - y;
}

uint32_t dates_hundredths(struct btime t)
{
    uint32_t h = t.hour == ANY ? 0 : t.hour, m = t.minute == ANY ? 0 : t.minute;
    uint32_t s = t.second == ANY ? 0 : t.second, c = t.hundredth == ANY ? 0 : t.hundredth;
    return ((h * 60 + m) * 60 + s) * 100 + c;
}

static bool month_matches(uint8_t pattern, uint8_t month)
{
    switch (pattern) {
    case ANY: return true;
    case ODD_MONTHS: return month & 1;
    case EVEN_MONTHS: return !(month & 1);
    default: return pattern == month;
    }
}

static bool day_matches(uint8_t pattern, struct bdate day)
{
    switch (pattern) {
    case ANY: return true;
    case LAST_DAY: return day.day == dates_in_month(day.year, day.month);
    case ODD_DAYS: return day.day & 1;
    case EVEN_DAYS: return !(day.day & 1);
    default: return pattern == day.day;
    }
}

bool dates_match(struct bdate p, struct bdate day)
{
    return (p.year == ANY || p.year == day.year) && month_matches(p.month, day.month) &&
           day_matches(p.day, day) && (p.wday == ANY || p.wday == day.wday);
}

bool dates_in_range(const struct date_range *r, struct bdate day)
{
    return (date_is_any(r->from) || dates_order(r->from, day) <= 0) &&
           (date_is_any(r->to) || dates_order(day, r->to) <= 0);
}

bool dates_week_n_day(uint8_t month, uint8_t week, uint8_t wday, struct bdate day)
{
    unsigned last = dates_in_month(day.year, day.month), back = last - day.day;
    bool in_week = week == ANY || (week >= 1 && week <= 5 && (day.day - 1u) / 7 + 1 == week) ||
                   (week >= 6 && week <= 9 && back / 7 == week - 6u);
    return month_matches(month, day.month) && in_week && (wday == ANY || wday == day.wday);
}

bool dates_entry(const struct calendar_entry *e, struct bdate day)
{
    switch (e->kind) {
    case CE_date: return dates_match(e->range.from, day);
    case CE_range: return dates_in_range(&e->range, day);
    default: return dates_week_n_day(e->month, e->week, e->wday, day);
    }
}

bool dates_list(struct span list, struct bdate day)
{
    struct rd r = rd_of(list.p, list.n);
    while (rd_left(&r)) {
        struct calendar_entry e = rd_calendar_entry(&r);
        if (rd_ok(&r) && dates_entry(&e, day))
            return true;
    }
    return false;
}
