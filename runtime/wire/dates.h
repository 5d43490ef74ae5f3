#ifndef WIRE_DATES_H
#define WIRE_DATES_H
/* Dates and times as the standard compares them (clauses 20.2.12, 20.2.13, 21 CalendarEntry). A day
 * is a fully specific date with its day of the week; patterns may hold 255 and the special values.
 * Pure: no clock, no zone. */
#include "runtime/wire/types.h"

/* Days in a month, 1 to 12; of what is none, 31. Year since 1900. */
uint8_t dates_in_month(uint8_t year, uint8_t month);
/* Year, month, day in order; both specific. <0, 0, >0. */
int dates_order(struct bdate a, struct bdate b);
/* Hundredths of a second since midnight; unspecified fields count as 0. */
uint32_t dates_hundredths(struct btime t);
/* Odd and even months and days, the last day, any: clause 20.2.12. */
bool dates_match(struct bdate pattern, struct bdate day);
/* Both ends included; an unspecified end is open. */
bool dates_in_range(const struct date_range *r, struct bdate day);
/* Week 1..5: days 1-7, 8-14 ... 29-31; 6: the last 7 days; 7, 8, 9: the 7 days before those. */
bool dates_week_n_day(uint8_t month, uint8_t week, uint8_t wday, struct bdate day);
bool dates_entry(const struct calendar_entry *e, struct bdate day);
/* Does a Date_List (its elements one after the other) hold the day? */
bool dates_list(struct span list, struct bdate day);
#endif
