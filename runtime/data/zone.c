/* See zone.h. The calendar is computed (civil days); only the offset comes from the C library. */
#include "runtime/data/zone.h"
#include "schemas/zones.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUARTER = 900, STEP = 28 * 86400, HALF_YEAR = 7 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

bool zone_init(struct zone *z, const char *name)
{
    *z = (struct zone){0};
    if (!*name)
        return true;
    if (strlen(name) >= sizeof z->name || (strcmp(name, "UTC") != 0 && !zone_is_there(name)))
        return false;
    snprintf(z->name, sizeof z->name, "%s", name);
    return true;
}

/* The C library knows one zone at a time, and a reload reads what is kept for another image beside the loop. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

static void use(const struct zone *z)
{
    static struct { char name[ZONE_NAME], machine[256]; bool begun, machine_has; } now;
    if (now.begun && !strcmp(now.name, z->name))
        return;
    if (!now.begun) {
        const char *tz = getenv("TZ");
        now.machine_has = tz != NULL;
        snprintf(now.machine, sizeof now.machine, "%s", tz ? tz : "");
        now.begun = true;
    }
    memcpy(now.name, z->name, sizeof now.name);
    if (*z->name || now.machine_has)
        setenv("TZ", *z->name ? z->name : now.machine, 1);
    else
        unsetenv("TZ");
    tzset();
}

static void look_up(struct zone *z, int64_t utc)
{
    time_t t = (time_t)utc;
    struct tm tm;
    if (utc >= z->from && utc < z->until)
        return;
    z->from = floor_div(utc, QUARTER) * QUARTER;
    z->until = z->from + QUARTER;
    z->offset = 0;
    z->judged = z->saving = false;
    pthread_mutex_lock(&library);
    use(z);
    bool known = localtime_r(&t, &tm) != NULL;
    pthread_mutex_unlock(&library);
    if (!known)
        return;
    z->offset = (int32_t)tm.tm_gmtoff;
    z->saving = tm.tm_isdst > 0;
}

/* The offset of the other of the zone's two times, the closest one within half a year; false: it has one. */
static bool other_time(const struct zone *z, int64_t utc, int32_t *offset)
{
    for (int k = 2; k < 2 * HALF_YEAR + 2; k++) {               /* ahead and back by turns */
        time_t t = (time_t)(utc + (k % 2 ? -1 : 1) * (int64_t)(k / 2) * STEP);
        struct tm tm;
        if (!localtime_r(&t, &tm) || (tm.tm_isdst > 0) == z->saving)
            continue;
        *offset = (int32_t)tm.tm_gmtoff;
        return true;
    }
    return false;
}

/* Clause 12.11.25: the offset of standard time, which does not change with the season. Where a zone calls its winter
 * the time that saves (an hour less than its standard), what BACnet can say is the other way round. */
static void judge(struct zone *z, int64_t utc)
{
    int32_t other = 0;
    look_up(z, utc);
    if (z->judged)
        return;
    z->judged = true;
    z->dst = z->saving;
    z->standard = z->offset;
    pthread_mutex_lock(&library);
    use(z);
    bool two = other_time(z, utc, &other);
    pthread_mutex_unlock(&library);
    if (!two)
        return;
    bool less = z->saving ? z->offset < other : other < z->offset;
    z->dst = z->saving != less;
    z->standard = z->dst ? other : z->offset;
}

/* Days since 1970-01-01 of a date, and back (proleptic Gregorian calendar, March-based years). */
static int64_t days_of(int32_t year, uint32_t month, uint32_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400), yoe = y - era * 400;
    int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct bdate date_of(int64_t days)
{
    int64_t z = days + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
    int64_t wday = (days + 3) % 7;                              /* 1970-01-01 was a Thursday */
    return (struct bdate){(uint8_t)(year < 1900 || year > 2154 ? 255 : year - 1900),
                          (uint8_t)month, (uint8_t)(doy - (153 * mp + 2) / 5 + 1),
                          (uint8_t)((wday < 0 ? wday + 7 : wday) + 1)};
}

void zone_local(struct zone *z, int64_t utc_ms, struct bdate *date, struct btime *time)
{
    int64_t utc = floor_div(utc_ms, 1000);
    look_up(z, utc);
    int64_t local = utc + z->offset, days = floor_div(local, 86400), s = local - days * 86400;
    *date = date_of(days);
    *time = (struct btime){(uint8_t)(s / 3600), (uint8_t)(s / 60 % 60), (uint8_t)(s % 60),
                           (uint8_t)((utc_ms - utc * 1000) / 10)};
}

int32_t zone_utc_offset(struct zone *z, int64_t utc_ms)
{
    judge(z, floor_div(utc_ms, 1000));
    return -z->standard / 60;
}

bool zone_dst(struct zone *z, int64_t utc_ms)
{
    judge(z, floor_div(utc_ms, 1000));
    return z->dst;
}

/* The offset before the moment and the one after it are tried; the earlier instant that really
 * shows this local time wins; a time that the clock skips is taken with the offset before it. */
int64_t zone_utc(struct zone *z, struct bdate date, struct btime time)
{
    int64_t local = days_of(date.year + 1900, date.month, date.day) * 86400 + time.hour * 3600 +
                    time.minute * 60 + time.second;
    struct zone probe = *z;
    int64_t before, tried;
    look_up(&probe, local - 86400);
    before = local - probe.offset;
    look_up(&probe, before);
    if (before + probe.offset == local)
        return before * 1000 + time.hundredth % 100 * 10;
    tried = local - probe.offset;
    look_up(&probe, tried);
    if (tried + probe.offset != local)
        tried = before;
    return tried * 1000 + time.hundredth % 100 * 10;
}

int64_t zone_utc_near(struct zone *z, struct bdate date, struct btime time, int64_t near_ms)
{
    enum { DAY = 86400 };
    int64_t first = zone_utc(z, date, time), local = floor_div(zone_plain(date, time), 1000);
    struct zone probe = *z;
    look_up(&probe, local + DAY);
    int64_t second = local - probe.offset;
    look_up(&probe, second);
    if (second + probe.offset != local)
        return first;
    second = second * 1000 + time.hundredth % 100 * 10;
    return llabs(second - near_ms) < llabs(first - near_ms) ? second : first;
}

int64_t zone_reached(struct zone *z, struct bdate date, struct btime time)
{
    int64_t at = floor_div(zone_utc(z, date, time), 1000), local = floor_div(zone_plain(date, time), 1000);
    struct zone probe = *z;
    look_up(&probe, at);
    if (at + probe.offset == local)
        return zone_utc(z, date, time);
    for (at = floor_div(at, QUARTER) * QUARTER;; at -= QUARTER) {
        look_up(&probe, at - 1);
        if (at - 1 + probe.offset <= local)
            return at * 1000 - 1;
    }
}

int64_t zone_plain(struct bdate date, struct btime time)
{
    int64_t s = days_of(date.year + 1900, date.month, date.day) * 86400 + time.hour * 3600 +
                time.minute * 60 + time.second;
    return s * 1000 + time.hundredth % 100 * 10;
}

uint8_t zone_weekday(uint8_t year, uint8_t month, uint8_t day)
{
    return date_of(days_of(year + 1900, month, day)).wday;
}
