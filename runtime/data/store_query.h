#ifndef DATA_STORE_QUERY_H
#define DATA_STORE_QUERY_H
/* Reading back while the loop runs: a question is posted, a reader thread with its own connection
 * answers it into the caller's memory, store_answered() hands it back on the loop's side. Every
 * put made before the question is seen (unless it failed). Each costs O(log n) and its answer. */
#include "runtime/data/store.h"

enum store_of { STORE_OF_TREND, STORE_OF_AUDIT, STORE_OF_EVENTS, STORE_OF_VALUES };
enum store_from {
    STORE_FROM_POSITION,    /* begins at `position`, or the next there is in that direction;
                             * 0: at the end where that direction begins                         */
    STORE_FROM_TIME,        /* forwards: first record newer than `time`; backwards: last older   */
};

/* Belongs to the caller, who leaves it alone from store_ask() until store_answered(). */
struct store_query {
    enum store_of of;
    enum store_from from;
    bool backwards;         /* from the newest to older ones; the answer ascends all the same    */
    struct store_key key;   /* TREND: id of the log. VALUES: after this key, if `position`.
                             * Histories: id not zero: only that object                          */
    uint64_t position;
    int64_t time;           /* ms                                                                */
    uint64_t low, high;     /* only positions in between, both included; high 0: no bound        */
    uint32_t limit;         /* records at most                                                   */
    uint8_t *buf;           /* answer; 8-aligned                                                 */
    size_t cap;

    int fault;              /* enum store_fault; then nothing was read                           */
    uint32_t n;             /* records                                                           */
    size_t begin, end;      /* octets of buf with the records                                    */
    bool more;              /* there are others in that direction, within the bounds             */
    uint32_t kind, index;   /* the caller's                                                      */
    uint64_t after;         /* the store's                                                       */
};

/* A record of an answer. store_next() of NULL is the first; NULL: no more. */
struct store_row {
    uint64_t position;      /* VALUES: 0                                                         */
    int64_t time;
    struct store_key key;   /* VALUES; histories: id of the object                               */
    uint32_t n;             /* octets of data                                                    */
    uint32_t size;          /* of the row                                                        */
    uint8_t data[];
};
enum { STORE_ROW_HEAD = 48 };

bool store_ask(struct store *s, struct store_query *q);     /* false: too many wait, or it is off */
struct store_query *store_answered(struct store *s);        /* NULL: none                        */
const struct store_row *store_next(const struct store_query *q, const struct store_row *row);
/* A history's row taken apart; borrows from it. */
bool store_note_of(const struct store_row *row, struct store_note *note);
#endif
