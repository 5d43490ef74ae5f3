#ifndef SOURCE_REPLAY_H
#define SOURCE_REPLAY_H
/* A CSV file to replay: names of columns in the first line, numbers below (`,` or `;` between). A
 * column `time` holds seconds; without one the rows are a period apart. Empty fields keep what was. */
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
};
bool replay_open(struct replay *r, const char *path, char why[REPLAY_WHY]);
void replay_close(struct replay *r);
int replay_column(const struct replay *r, const char *name);   /* -1: none                       */
/* Over and over. period_ms: of a row where the file has no times. NaN: nothing yet. */
double replay_at(const struct replay *r, int column, uint64_t ms, uint64_t period_ms);
#endif
