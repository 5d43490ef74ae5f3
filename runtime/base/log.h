#ifndef BASE_LOG_H
#define BASE_LOG_H
/* Lines for people and for machines. Text: "<level> <event>: words"; JSON: one object per line. A
 * line that anybody on the network can provoke goes through log_limited(): once a minute per event
 * and key, with the number that were left out. Never fails and never waits: what a pipe or a terminal
 * that was stopped has no room for is left out, and their number is told when there is some. */
#include <stdbool.h>
#include <stdint.h>
#include "runtime/base/clock.h"

enum log_level { LOGGED_ERROR, LOGGED_WARNING, LOGGED_INFO, LOGGED_DEBUG, LOGGED_LEVELS };
enum { LOG_SLOTS = 64, LOG_EVERY_MS = 60000 };

struct log {
    enum log_level level;       /* this and what is graver is written                            */
    bool json, journal;         /* journal: "<6>" prefixes instead of times                      */
    int fd;
    const struct clock *clock;
    uint64_t unwritten;         /* lines for which there was no room                              */
    struct log_slot {
        uint64_t key, until, left_out;
    } slots[LOG_SLOTS];
};

void log_init(struct log *l, int fd, const struct clock *clock);
/* error, warning, info, debug; false: unknown word. */
bool log_level_of(const char *word, enum log_level *level);
void log_say(struct log *l, enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void log_limited(struct log *l, enum log_level level, uint64_t key, const char *event,
                 const char *fmt, ...) __attribute__((format(printf, 5, 6)));
#endif
