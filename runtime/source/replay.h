#ifndef SOURCE_REPLAY_H
#define SOURCE_REPLAY_H
/* A CSV file to replay: names of columns in the first line, numbers below. Where `;` stands between the
 * names a number may have a decimal comma; else `,` is between. A column `time` holds seconds, or dates
 * and times (2026-11-21T08:00:00Z); without one the rows are a period apart. What is no number, and a
 * row whose time goes back or is none, keeps what was. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLAY_WHY = 160 };
struct replay {
    char *text;                 /* of the names                                                   */
    const char **names;
    size_t n_columns, n_rows;
    double *cells;              /* row by row; NaN: empty                                         */
    int time;                   /* column of seconds, -1: none                                    */
    char separator;
};
bool replay_open(struct replay *r, const char *path, char why[REPLAY_WHY]);
void replay_close(struct replay *r);
int replay_column(const struct replay *r, const char *name);   /* -1: none                       */
bool replay_has_numbers(const struct replay *r, int column);
/* Over and over. period_ms: of a row where the file has no times. NaN: nothing yet. */
double replay_at(const struct replay *r, int column, uint64_t ms, uint64_t period_ms);
#endif
