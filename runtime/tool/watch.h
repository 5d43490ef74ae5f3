#ifndef TOOL_WATCH_H
#define TOOL_WATCH_H
/* What `bacrt watch` knows: the points watched, as they were told last, and the latest events. The
 * command (ctl_watch.c) fills it; the screen (watch_screen.c) shows it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/tool/ctl.h"

enum { WATCH_NEWS = 64, WATCH_TEXT = 240 };
struct watch_row {
    char *name;
    char value[32], unit[24], state[48], quality[32], by[12], time[28];
    bool manual, known;
    uint64_t told_ms;           /* monotonic; 0: as it was at first                               */
};
struct watch {
    struct watch_row *rows;
    uint32_t n, cap;
    uint32_t *hash, mask;       /* index + 1 by name                                              */
    struct watch_news { char text[WATCH_TEXT]; bool alarm; } news[WATCH_NEWS];
    uint32_t n_news;            /* ever; the last WATCH_NEWS are there                            */
    uint64_t missed;
    int n_names;                /* what is watched; 0: all                                        */
    char **names;
    bool anew;                  /* another image is served: ask for everything again              */
    bool lines;                 /* no table: events are printed as they come                      */
};
/* Listens, then takes the points as they are. False: it failed, which was said. */
bool watch_begin(struct ctl *c, struct watch *w);
/* Takes the next line of the connection into account. False: the connection has ended. */
bool watch_take(struct ctl *c, struct watch *w);
/* Until the user has enough (0) or the connection ends (1). False: there is no such terminal. */
bool watch_screen(struct ctl *c, struct watch *w, int *status);
#endif
