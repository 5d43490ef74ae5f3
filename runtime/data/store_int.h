#ifndef DATA_STORE_INT_H
#define DATA_STORE_INT_H
/* Inside the store: what the loop's side, the storage thread and the reader thread share. For
 * runtime/data/store*.c alone. Fields say which thread writes them. */
#include <pthread.h>
#include <stdatomic.h>
#include "runtime/base/clock.h"
#include "runtime/data/store.h"
#include "runtime/data/store_pend.h"
#include "runtime/data/store_query.h"

struct sqlite3;
struct sqlite3_stmt;

enum store_statement {
    ST_BEGIN, ST_READ, ST_COMMIT, ST_ROLLBACK,
    ST_PUT, ST_ERASE, ST_NOTE, ST_NOTE_LAST = ST_NOTE + STORE_HISTORIES - 1,
    ST_NOTE_COUNT, ST_NOTE_COUNT_LAST = ST_NOTE_COUNT + STORE_HISTORIES - 1,
    ST_NOTE_AGE, ST_NOTE_AGE_LAST = ST_NOTE_AGE + STORE_HISTORIES - 1,
    ST_LOG_NEW, ST_LOG_MERGED, ST_LOG_LIMITS, ST_LOG_PURGED, ST_JOURNAL, ST_JOURNAL_TRIM,
    ST_TREND, ST_RUN, ST_TREND_CUT, ST_RUN_CUT, ST_TREND_AGE, ST_TREND_FIRST,
    ST_RECORDS_UP, ST_RECORDS_DOWN, ST_TIME_UP, ST_TIME_DOWN, ST_RUNS_UP, ST_RUNS_DOWN,
    ST_VALUES, ST_PAGES, ST_STATEMENTS,
};
struct store_conn {
    struct sqlite3 *db;
    struct sqlite3_stmt *st[ST_STATEMENTS];     /* prepared when first asked for                 */
};

enum store_op { OP_PAD, OP_PUT, OP_ERASE, OP_TREND, OP_LIMITS, OP_PURGE, OP_NOTE, OP_PRUNE };
struct store_entry {            /* in the ring; the storage thread's until it moves the tail     */
    uint32_t size;              /* with its bytes, a multiple of 16                              */
    uint8_t op;
    uint8_t skip;               /* a later put of the same key is in the same group              */
    uint8_t dead;               /* cannot be done whatever the disk says                         */
    uint8_t table;              /* OP_NOTE                                                       */
    uint64_t ticket;
    int64_t time;               /* OP_LIMITS: keep_ms                                            */
    struct store_key key;
    uint64_t position;          /* OP_LIMITS: records                                            */
    struct store_prune *prune;
    uint32_t n;                 /* octets that follow                                            */
    uint8_t more, reserved[3];  /* more: the next entry belongs to the same group                */
    uint8_t data[];
};
struct store_trendlog {         /* storage thread writes, under logs_lock                        */
    uint8_t id[16];
    int64_t row;                /* in table log                                                  */
    bool stored, queued;        /* that row is committed; to be merged                           */
    bool gone, old;             /* pruned, the slot stays; silent, and what it kept is too old   */
    uint32_t n;                 /* records pending: in the journal alone                         */
    uint8_t *pend;              /* as store_pend.h has them, ascending                           */
    uint32_t used, cap;
    uint64_t before;            /* position and time of the one before the first of them         */
    int64_t before_time;
    uint64_t journal;           /* id of the oldest pending one                                  */
    uint64_t first, last, purged;       /* last: pending ones included                           */
    int64_t last_time, merged_time;
    uint64_t merged;            /* last position in table trend                                  */
    uint64_t keep_records;
    int64_t keep_ms;
    uint64_t attempt, tent;     /* last position within the group being tried ...                */
    size_t tent_used;           /* ... and octets pending at most                                */
    uint64_t tent_first;
    struct store_trendlog *next_merge;
};

enum { STORE_ASKED = 256, STORE_FAILED_RANGES = 64, STORE_GROUP = 8192, STORE_MERGE_AT = 12 };

struct store {
    struct store_options o;
    char *path;                 /* of state.db                                                   */
    int lock_fd;
    int fd, write_fd, read_fd;  /* eventfds: to the loop, the storage thread, the reader         */
    bool off, threads, values_whole;    /* values_whole: store_load() reads them although it is off     */
    uint8_t *ring;              /* loop fills, storage thread empties                            */
    size_t mask;
    _Atomic uint64_t head, tail;                    /* octets ever                               */
    _Atomic uint64_t ticket, urgent, done;
    /* the loop's own: puts that are not shown yet */
    struct { uint64_t head; struct store_entry *last; unsigned depth; bool urgent; } held;
    atomic_int asleep, reader_asleep;               /* 0: awake, 1: until a time, 2: for good    */
    atomic_bool stop, reader_stop, ails;
    _Atomic uint64_t refused, puts;
    struct { _Atomic uint64_t from, to; } failed[STORE_FAILED_RANGES];
    _Atomic uint32_t n_failed;
    struct store_query *asked[STORE_ASKED], *told[STORE_ASKED];
    _Atomic uint32_t asked_head, asked_tail, told_head, told_tail;

    pthread_t writer, reader;
    struct store_conn w, r;     /* each its thread's                                             */

    pthread_mutex_t status_lock;                    /* never held over anything slow             */
    struct store_status st;
    /* The storage thread's own. */
    struct clock clock;
    uint64_t attempt, committed, wal_pages;
    uint64_t failing_since;     /* ms, 0: not                                                    */
    int64_t now;                /* time put last, as far as the machine's clock agrees           */
    struct store_key_slot { const struct store_key *key; struct store_entry *e; uint64_t attempt; }
        *slots;                 /* 2 * STORE_GROUP                                               */
    uint32_t notes[STORE_HISTORIES], notes_staged[STORE_HISTORIES];  /* since the last trimming  */

    pthread_mutex_t logs_lock;
    struct store_trendlog **logs;                   /* open addressing by identity               */
    size_t n_logs, cap_logs;
    int64_t last_row;
    size_t pending;             /* octets of all logs' pending records                           */
    struct store_trendlog *merge_first, *merge_last;
    uint32_t n_merge, merging;  /* waiting; in the group being tried                             */
    uint64_t journal_last, journal_tent, journal_checked, journal_cut;
    bool squeeze;               /* the file is larger than file_max                              */
    uint64_t aged;              /* monotonic ms of the last look for old records, 0: none yet    */
};

/* store_db.c. Results are SQLite's codes; sq_fault() makes an enum store_fault of them. */
int sq_open(struct store *s, char *why, size_t why_n);              /* enum store_fault          */
int sq_connect(struct store *s, struct store_conn *c, bool write);
void sq_close(struct store_conn *c);
struct sqlite3_stmt *sq_get(struct store_conn *c, enum store_statement which);  /* reset; or NULL */
int sq_do(struct store_conn *c, struct sqlite3_stmt *st);           /* step to the end, reset    */
int sq_run(struct store_conn *c, enum store_statement which);
int sq_fault(int code);
bool sq_machine(int code);              /* the disk's mistake: worth another attempt             */
const char *sq_schema(void);

/* store_trend.c, storage thread (and store_open). Stage: in the transaction; apply: after it. */
struct store_trendlog *log_find(const struct store *s, const uint8_t id[16]);
struct store_trendlog *log_at(struct store *s, const uint8_t id[16]);          /* made; or NULL  */
int logs_load(struct store *s);
void logs_free(struct store *s);
int trend_stage(struct store *s, struct store_entry *e);
void trend_apply(struct store *s, const struct store_entry *e);
int trend_stage_merges(struct store *s, bool hurry);
void trend_apply_merges(struct store *s);
void trend_housekeep(struct store *s, bool now);
int prune_stage(struct store *s, struct store_prune *p);
void prune_apply(struct store *s, const struct store_prune *p);
void *store_writer(void *store);        /* store_write.c                                         */
void *store_reader(void *store);        /* store_read.c                                          */
void store_wait(atomic_int *asleep, int fd, int timeout_ms);
void store_nudge(atomic_int *asleep, int fd, int deep);
#endif
