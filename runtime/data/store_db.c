/* The file: opening, schema, statements, what SQLite's results mean. The statements of all of the
 * store stand in one table here. Never deletes a file. Tables: schemas/store.sql. */
#include <sqlite3.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/data/store_check.h"
#include "runtime/data/store_int.h"

enum { CHECKS = 2 };            /* of check_values()                                            */

/* clang-format off */
#define NOTE_VALUES " (NULL, ?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)"
static const char *const sql[ST_STATEMENTS] = {
    [ST_BEGIN] = "BEGIN IMMEDIATE",
    [ST_READ] = "BEGIN",
    [ST_COMMIT] = "COMMIT",
    [ST_ROLLBACK] = "ROLLBACK",
    [ST_PUT] = "INSERT INTO value VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
               " SET time = excluded.time, data = excluded.data",
    [ST_ERASE] = "DELETE FROM value WHERE identity = ?1 AND property = ?2 AND sub = ?3",
    [ST_NOTE + STORE_AUDIT] =
        "INSERT INTO audit VALUES" NOTE_VALUES,
    [ST_NOTE + STORE_EVENTS] =
        "INSERT INTO event VALUES" NOTE_VALUES,
    [ST_NOTE_COUNT + STORE_AUDIT] =
        "DELETE FROM audit WHERE position <= (SELECT max(position) FROM audit) - ?1",
    [ST_NOTE_COUNT + STORE_EVENTS] =
        "DELETE FROM event WHERE position <= (SELECT max(position) FROM event) - ?1",
    [ST_NOTE_AGE + STORE_AUDIT] = "DELETE FROM audit WHERE position IN"
        " (SELECT position FROM audit WHERE time < ?1 ORDER BY time LIMIT 1024)",
    [ST_NOTE_AGE + STORE_EVENTS] = "DELETE FROM event WHERE position IN"
        " (SELECT position FROM event WHERE time < ?1 ORDER BY time LIMIT 1024)",
    [ST_LOG_NEW] = "INSERT OR IGNORE INTO log VALUES (?1, ?2, 0, 0, 0, 0, 0)",
    [ST_LOG_MERGED] = "UPDATE log SET last = ?2, last_time = ?3 WHERE id = ?1",
    [ST_LOG_LIMITS] = "UPDATE log SET records = ?2, keep = ?3 WHERE id = ?1"
                      " AND (records != ?2 OR keep != ?3)",
    [ST_LOG_PURGED] = "UPDATE log SET purged = ?2 WHERE id = ?1",
    [ST_JOURNAL] = "INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5)",
    [ST_JOURNAL_TRIM] = "DELETE FROM journal WHERE id < ?1",
    [ST_TREND] = "INSERT OR REPLACE INTO trend VALUES (?1, ?2, ?3, ?4)",
    [ST_RUN] = "INSERT OR REPLACE INTO trend_run VALUES (?1, ?2)",
    [ST_TREND_CUT] = "DELETE FROM trend WHERE log = ?1 AND position <= ?2",
    [ST_RUN_CUT] = "DELETE FROM trend_run WHERE log = ?1 AND position <= ?2",
    [ST_TREND_AGE] = "DELETE FROM trend WHERE log = ?1 AND position IN (SELECT position FROM trend"
                     " WHERE log = ?1 AND position <= ?2 ORDER BY position LIMIT 256)"
                     " AND time < ?3",
    [ST_TREND_FIRST] = "SELECT min(position) FROM trend WHERE log = ?1",
    [ST_RECORDS_UP] = "SELECT position, time, data FROM trend WHERE log = ?1"
                      " AND position BETWEEN ?2 AND ?3 ORDER BY position",
    [ST_RECORDS_DOWN] = "SELECT position, time, data FROM trend WHERE log = ?1"
                        " AND position BETWEEN ?2 AND ?3 ORDER BY position DESC",
    [ST_TIME_UP] = "SELECT position, time FROM trend WHERE log = ?1"
                   " AND position BETWEEN ?2 AND ?3 ORDER BY position LIMIT 1",
    [ST_TIME_DOWN] = "SELECT position, time FROM trend WHERE log = ?1"
                     " AND position BETWEEN ?2 AND ?3 ORDER BY position DESC LIMIT 1",
    [ST_RUNS_UP] = "SELECT position FROM trend_run WHERE log = ?1 AND position > ?2"
                   " AND position <= ?3 ORDER BY position LIMIT 1",
    [ST_RUNS_DOWN] = "SELECT position FROM trend_run WHERE log = ?1 AND position > ?2"
                     " AND position <= ?3 ORDER BY position DESC LIMIT 1",
    [ST_VALUES] = "SELECT identity, property, sub, time, data FROM value"
                  " WHERE (identity, property, sub) > (?1, ?2, ?3)"
                  " ORDER BY identity, property, sub",
    [ST_PAGES] = "SELECT page_count * page_size, (page_count - freelist_count) * page_size"
                 " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
};
/* clang-format on */

sqlite3_stmt *sq_get(struct store_conn *c, enum store_statement which)
{
    if (c->st[which])
        sqlite3_reset(c->st[which]);
    else
        sqlite3_prepare_v3(c->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, &c->st[which], NULL);
    return c->st[which];
}

int sq_do(struct store_conn *c, sqlite3_stmt *st)
{
    int rc;
    if (!st)
        return sqlite3_extended_errcode(c->db);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW)
        ;
    if (rc != SQLITE_DONE)
        rc = sqlite3_extended_errcode(c->db);
    sqlite3_reset(st);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sq_run(struct store_conn *c, enum store_statement which) { return sq_do(c, sq_get(c, which)); }

int sq_fault(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK: case SQLITE_DONE: case SQLITE_ROW: return STORE_OK;
    case SQLITE_CORRUPT: case SQLITE_NOTADB: return STORE_DAMAGED;
    case SQLITE_READONLY: case SQLITE_PERM: return STORE_READ_ONLY;
    case SQLITE_FULL: return STORE_FULL;
    default: return STORE_IO;
    }
}

bool sq_machine(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT: case SQLITE_MISMATCH: case SQLITE_TOOBIG: case SQLITE_RANGE:
    case SQLITE_ERROR: case SQLITE_MISUSE:
        return false;
    default:
        return true;
    }
}

/* WAL: an append and one sync make a group durable, and the reader never waits for the writer.
 * The storage thread runs checkpoints itself, when nothing urgent waits. */
int sq_connect(struct store *s, struct store_conn *c, bool write)
{
    int rc = sqlite3_open_v2(s->path, &c->db,
                             SQLITE_OPEN_READWRITE | (write ? SQLITE_OPEN_CREATE : 0) |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                             NULL);
    if (rc != SQLITE_OK)
        return c->db ? sqlite3_extended_errcode(c->db) : rc;
    /* The log, empty, and its index stay beside the file: where there is no room to make them, nothing could be
     * read. */
    int stay = 1;
    (void)sqlite3_file_control(c->db, "main", SQLITE_FCNTL_PERSIST_WAL, &stay);
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, 2000);
    /* Until it is known to be ours and whole, closing must not write to it. */
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return sqlite3_exec(c->db,
                        write ? "PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;"
                                "PRAGMA wal_autocheckpoint = 0;"
                                "PRAGMA journal_size_limit = 16777216"
                              : "PRAGMA cache_size = -1000; PRAGMA query_only = 1;"
                                "PRAGMA temp_store = MEMORY",
                        NULL, NULL, NULL);
}

void sq_close(struct store_conn *c)
{
    for (int i = 0; i < ST_STATEMENTS; i++)
        sqlite3_finalize(c->st[i]);
    if (c->db)
        sqlite3_close(c->db);
    *c = (struct store_conn){0};
}

static int number_of(sqlite3 *db, const char *text, int64_t *out)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, text, -1, &st, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = sqlite3_column_int64(st, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(st);
    return rc;
}

static int say_of(sqlite3 *db, const char *path, int rc, char *why, size_t why_n)
{
    int fault = sq_fault(rc);
    if (fault == STORE_IO && db && sqlite3_system_errno(db) == ENOSPC)
        fault = STORE_FULL;
    snprintf(why, why_n, "%s: %s", path, db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
    return fault;
}

static int say(struct store *s, int rc, char *why, size_t why_n)
{
    return say_of(s->w.db, s->path, rc, why, why_n);
}

static int create(struct store *s)
{
    int rc = sqlite3_exec(s->w.db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN",
                          NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(s->w.db, sq_schema(), NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(s->w.db, "COMMIT", NULL, NULL, NULL);
    return rc;
}

/* Version 1 numbered what is the runtime's own like properties that BACnet has since got. All or
 * nothing: a file is of the one version or of the other. */
static int upgrade(struct store *s)
{
    char text[400];
    int rc = sq_run(&s->w, ST_BEGIN);
    if (rc != SQLITE_OK)
        return rc;
    snprintf(text, sizeof text,
             "UPDATE OR REPLACE value SET property = property + %d WHERE property IN (%d, %d, %d, %d);"
             "PRAGMA user_version = %d",
             STORE_OWN - STORE_OWN_1, STORE_OWN_1 | 1, STORE_OWN_1 | 2, STORE_OWN_1 | 0x11,
             STORE_OWN_1 | 0x12, STORE_VERSION);
    rc = sqlite3_exec(s->w.db, text, NULL, NULL, NULL);
    rc = rc == SQLITE_OK ? sq_run(&s->w, ST_COMMIT) : rc;
    if (rc != SQLITE_OK)
        (void)sq_run(&s->w, ST_ROLLBACK);
    return rc;
}

/* What must be right before anything is served: the values, then the logs (n: how many of the two). A damaged page
 * in the histories shows when it is read. */
static int check_values(sqlite3 *db, const char *path, size_t n, char *why, size_t why_n)
{
    static const char *const checks[CHECKS] = {"PRAGMA quick_check(value)", "PRAGMA quick_check(log)"};
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *st = NULL;
        int rc = sqlite3_prepare_v2(db, checks[i], -1, &st, NULL);
        if (rc == SQLITE_OK)
            rc = sqlite3_step(st);
        const unsigned char *word = rc == SQLITE_ROW ? sqlite3_column_text(st, 0) : NULL;
        bool good = word && !strcmp((const char *)word, "ok");
        if (rc == SQLITE_ROW && !good)
            snprintf(why, why_n, "%s is damaged: %s", path, word ? (const char *)word : "?");
        sqlite3_finalize(st);
        if (rc != SQLITE_ROW)
            return say_of(db, path, rc, why, why_n);
        if (!good)
            return STORE_DAMAGED;
    }
    return STORE_OK;
}

/* A file of ours that is damaged elsewhere gives its values, and is not written any more. */
static bool values_whole(struct store *s)
{
    int64_t app = 0, version = 0;
    char why[200];
    return s->w.db && number_of(s->w.db, "PRAGMA application_id", &app) == SQLITE_OK && app == STORE_APPLICATION &&
           number_of(s->w.db, "PRAGMA user_version", &version) == SQLITE_OK && version == STORE_VERSION &&
           check_values(s->w.db, s->path, 1, why, sizeof why) == STORE_OK;
}

/* Of a file that does not change SQLite wants no others beside it. */
int store_check(const char *path, char *why, size_t why_n)
{
    char uri[4200] = "file:";
    size_t n = strlen(uri);
    sqlite3 *db = NULL;
    for (const char *p = path; *p && n < sizeof uri - 32; p++)
        n += (size_t)snprintf(uri + n, sizeof uri - n, strchr("?#%", *p) ? "%%%02x" : "%c", *p);
    snprintf(uri + n, sizeof uri - n, "?immutable=1");
    int rc = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    int fault = rc == SQLITE_OK ? check_values(db, path, CHECKS, why, why_n) : say_of(db, path, rc, why, why_n);
    sqlite3_close(db);
    return fault;
}

static int open_file(struct store *s, char *why, size_t why_n)
{
    int64_t app = 0, version = 0, tables = 0;
    int rc = sq_connect(s, &s->w, true);
    if (rc != SQLITE_OK)
        return say(s, rc, why, why_n);
    if (sqlite3_db_readonly(s->w.db, "main") == 1) {
        snprintf(why, why_n, "%s may not be written", s->path);
        return STORE_READ_ONLY;
    }
    rc = number_of(s->w.db, "PRAGMA application_id", &app);
    if (rc == SQLITE_OK)
        rc = number_of(s->w.db, "PRAGMA user_version", &version);
    if (rc == SQLITE_OK)
        rc = number_of(s->w.db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (rc == SQLITE_OK && !app && !version && !tables)
        rc = create(s);
    else if (rc == SQLITE_OK && app != STORE_APPLICATION) {
        snprintf(why, why_n, "%s is not a state file of this program", s->path);
        return STORE_DAMAGED;
    } else if (rc == SQLITE_OK && version > STORE_VERSION) {
        snprintf(why, why_n, "%s was written by a newer version (state %lld, this one knows %d)",
                 s->path, (long long)version, STORE_VERSION);
        return STORE_NEWER;
    }
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(s->w.db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL,
                          NULL, NULL);
    if (rc != SQLITE_OK)
        return say(s, rc, why, why_n);
    int fault = check_values(s->w.db, s->path, CHECKS, why, why_n);
    if (!fault && app && version < STORE_VERSION && (rc = upgrade(s)) != SQLITE_OK)
        fault = say(s, rc, why, why_n);
    return fault;
}

/* state.db -> state.db.damaged-N, its log with it (what it holds may still be read by hand). The
 * index of the log (-shm) is made anew from it. */
static int move_aside(const struct store *s)
{
    char to[4200], from[4200];
    int n = 1, len = 0;
    do
        len = snprintf(to, sizeof to, "%s.damaged-%d", s->path, n);
    while (len > 0 && (size_t)len < sizeof to && access(to, F_OK) == 0 && ++n < 10000);
    if (len < 0 || (size_t)len >= sizeof to || rename(s->path, to) < 0)
        return -1;
    snprintf(from, sizeof from, "%s-wal", s->path);
    snprintf(to, sizeof to, "%s.damaged-%d-wal", s->path, n);
    if (rename(from, to) < 0 && errno != ENOENT)
        return -1;
    snprintf(from, sizeof from, "%s-shm", s->path);
    return unlink(from) < 0 && errno != ENOENT ? -1 : 0;
}

static int wal_hook(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct store *s = ctx;
    (void)db;
    (void)name;
    s->wal_pages = (uint64_t)pages;
    return SQLITE_OK;
}

int sq_open(struct store *s, char *why, size_t why_n)
{
    int fault = open_file(s, why, why_n);
    if (fault == STORE_DAMAGED && s->o.set_aside) {
        sq_close(&s->w);
        if (move_aside(s) == 0)
            fault = open_file(s, why, why_n);
    }
    int rc = fault ? SQLITE_OK : logs_load(s);
    if (!fault && rc == SQLITE_OK)
        rc = sq_connect(s, &s->r, false);
    fault = rc == SQLITE_OK ? fault : say(s, rc, why, why_n);
    s->values_whole = fault == STORE_DAMAGED && values_whole(s);
    if (fault)
        return fault;
    sqlite3_db_config(s->w.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    sqlite3_wal_hook(s->w.db, wal_hook, s);
    return STORE_OK;
}

/* --- everything, at start ------------------------------------------------------------------ */

int store_load(struct store *s, store_visit_value *visit, void *ctx)
{
    struct store_conn c = {0};
    if (!s || (s->off && !s->values_whole))
        return STORE_OK;
    int rc = sq_connect(s, &c, false);
    sqlite3_stmt *st = rc == SQLITE_OK ? sq_get(&c, ST_VALUES) : NULL;
    bool go = st != NULL;
    if (st) {
        sqlite3_bind_zeroblob(st, 1, 0);
        sqlite3_bind_int(st, 2, -1);
        sqlite3_bind_int(st, 3, -1);
    }
    while (go && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        struct store_key key = {.property = (uint32_t)sqlite3_column_int64(st, 1),
                                .sub = (uint32_t)sqlite3_column_int64(st, 2)};
        struct span data = {sqlite3_column_blob(st, 4), (size_t)sqlite3_column_bytes(st, 4)};
        if (sqlite3_column_bytes(st, 0) != sizeof key.id || data.n > STORE_VALUE_MAX)
            continue;           /* somebody else's row */
        memcpy(key.id, sqlite3_column_blob(st, 0), sizeof key.id);
        go = visit(ctx, &key, sqlite3_column_int64(st, 3), data);
    }
    if (c.db && rc != SQLITE_ROW && rc != SQLITE_DONE)
        rc = sqlite3_extended_errcode(c.db);
    sq_close(&c);
    return sq_fault(rc);
}

/* From memory. The storage thread may already be merging what the last process left in the journal:
 * each log is copied under the lock, and shown without it. */
int store_load_logs(struct store *s, store_visit_log *visit, void *ctx)
{
    if (!s || s->off)
        return STORE_OK;
    for (size_t i = 0;; i++) {
        struct store_log log = {0};
        pthread_mutex_lock(&s->logs_lock);
        const struct store_trendlog *l = i < s->cap_logs ? s->logs[i] : NULL;
        bool end = i >= s->cap_logs;
        if (l && !l->gone) {
            log.first = l->first;
            log.purged = l->purged;
            log.last = l->last;
            log.last_time = l->last_time;
            memcpy(log.id, l->id, sizeof log.id);
        }
        pthread_mutex_unlock(&s->logs_lock);
        if (end || (log.last && !visit(ctx, &log)))
            return STORE_OK;
    }
}
