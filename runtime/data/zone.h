#ifndef DATA_ZONE_H
#define DATA_ZONE_H
/* The PLC's time zone: UTC to local date and time, through an offset that is looked up at most once
 * a quarter of an hour (no zone changes in between). The process's TZ follows the zone that is looked up
 * last: on the loop's thread alone, so that another image can be opened beside it, and refused. */
#include <stdbool.h>
#include <stdint.h>
#include "schemas/tag.h"

enum { ZONE_NAME = 64 };
struct zone {
    int64_t from, until;    /* UTC seconds for which the rest holds                               */
    int32_t offset;         /* seconds east of Greenwich, daylight saving included                */
    bool saving;            /* what the C library calls so                                        */
    bool judged, dst;       /* judged: the two that follow are known                              */
    int32_t standard;       /* seconds east without daylight saving                               */
    char name[ZONE_NAME];   /* "": the machine's                                                  */
};
/* `name`: "Europe/Prague"; "": the machine's. False: no such zone (the machine's is used). */
bool zone_init(struct zone *z, const char *name);
void zone_local(struct zone *z, int64_t utc_ms, struct bdate *date, struct btime *time);
/* UTC_Offset: minutes west of Greenwich, without daylight saving (clause 12.11.25). */
int32_t zone_utc_offset(struct zone *z, int64_t utc_ms);
bool zone_dst(struct zone *z, int64_t utc_ms);
/* Local date and time, all specific, to UTC ms. The earlier one where the clock shows it twice. */
int64_t zone_utc(struct zone *z, struct bdate date, struct btime time);
/* The same, but of two moments that the clock shows alike the one that is nearer to a third. */
int64_t zone_utc_near(struct zone *z, struct bdate date, struct btime time, int64_t near_ms);
/* zone_utc(), but for what the clock jumps over the last ms before the jump: all after the jump is later than that. */
int64_t zone_reached(struct zone *z, struct bdate date, struct btime time);
/* zone_utc() without any zone. */
int64_t zone_plain(struct bdate date, struct btime time);
/* 1 Monday .. 7 Sunday. Year since 1900. */
uint8_t zone_weekday(uint8_t year, uint8_t month, uint8_t day);
#endif
