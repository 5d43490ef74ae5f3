/* See date_text.h. */
#include "runtime/base/date_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "Z", "+01:00", or nothing, which is UTC. Seconds east. */
static bool zone_of(const char *s, int *east)
{
    int h = 0, m = 0, end = 0;
    *east = 0;
    if (!*s || !strcmp(s, "Z"))
        return true;
    if ((*s != '+' && *s != '-') || sscanf(s + 1, "%2d:%2d%n", &h, &m, &end) != 2 || s[1 + end] ||
        h < 0 || h > 14 || m < 0 || m > 59)
        return false;
    *east = (h * 60 + m) * (*s == '-' ? -60 : 60);
    return true;
}

bool date_text_read(const char *text, int64_t *ms)
{
    struct tm tm = {0};
    int at = 0, end = 0, east;
    double second = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &at) != 3)
        return false;
    if (text[at] == 'T' || text[at] == ' ') {
        if (sscanf(text + at + 1, "%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &end) != 2)
            return false;
        at += 1 + end;
        if (text[at] == ':') {
            char digits[24] = "";
            size_t n = strspn(text + at + 1, "0123456789.");
            if (!n || n >= sizeof digits)
                return false;
            memcpy(digits, text + at + 1, n);
            char *rest;
            second = strtod(digits, &rest);
            if (*rest)
                return false;
            at += 1 + (int)n;
        }
    }
    if (!zone_of(text + at, &east) || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
        tm.tm_mday > 31 || tm.tm_year < 1970 || tm.tm_hour < 0 || tm.tm_hour > 24 ||
        tm.tm_min < 0 || tm.tm_min > 59 || !(second >= 0 && second < 61))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon--;
    struct tm same = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday};
    (void)timegm(&same);
    if (same.tm_mday != tm.tm_mday || (tm.tm_hour == 24 && (tm.tm_min || second > 0)))      /* 31 February */
        return false;
    *ms = ((int64_t)timegm(&tm) - east) * 1000 + (int64_t)(second * 1000);
    return true;
}
