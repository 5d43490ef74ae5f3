/* Trend logs on the storage thread. A record goes to the journal, and to memory as "pending"; a
 * log's pending records move to its own pages a dozen at a time. Memory changes only after the
 * transaction that justifies it (stage: in it, apply: after it). Also forgets whole identities.
 * Buffers and sequence numbers of clause 12.25 are the engine's; here are positions. */
#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>

#include "runtime/data/store_int.h"

enum {
    MERGE_BUDGET = 256, MERGE_HURRY = 16,   /* logs per group; when somebody waits              */
    PEND_LOG = 8192, PEND_ALL = 4 << 20,    /* octets pending that make a log merge early       */
    CHECK_EVERY = 4096,                     /* journal rows between two looks at its old end    */
    JOURNAL_BASE = 32768, JOURNAL_PER_LOG = 2 * STORE_MERGE_AT, /* rows before laggards merge   */
    TRIM_SLACK = 64,
    AGE_BATCH = 256, AGE_ROUNDS = 16,       /* as in the statement                              */
    AGE_EVERY = 3600000, SQUEEZE_EVERY = 10000, /* ms between looks at logs that record nothing */
};

/* --- the logs ------------------------------------------------------------------------------ */

static size_t slot_of(struct store_trendlog *const *logs, size_t cap, const uint8_t id[16])
{
    uint64_t h = 0xcbf29ce484222325u;
    for (int i = 0; i < 16; i++)
        h = (h ^ id[i]) * 0x100000001b3u;
    size_t at = (size_t)(h ^ h >> 32) & (cap - 1);
    while (logs[at] && memcmp(logs[at]->id, id, 16))
        at = (at + 1) & (cap - 1);
    return at;
}

struct store_trendlog *log_find(const struct store *s, const uint8_t id[16])
{
    struct store_trendlog *l = s->cap_logs ? s->logs[slot_of(s->logs, s->cap_logs, id)] : NULL;
    return l && !l->gone ? l : NULL;
}

static bool grow(struct store *s)
{
    size_t cap = s->cap_logs ? s->cap_logs * 2 : 64;
    struct store_trendlog **logs = calloc(cap, sizeof *logs), **old = s->logs;
    if (!logs)
        return false;
    for (size_t i = 0; i < s->cap_logs; i++)
        if (old[i])
            logs[slot_of(logs, cap, old[i]->id)] = old[i];
    pthread_mutex_lock(&s->logs_lock);
    s->logs = logs;
    s->cap_logs = cap;
    pthread_mutex_unlock(&s->logs_lock);
    free(old);
    return true;
}

struct store_trendlog *log_at(struct store *s, const uint8_t id[16])
{
    if (s->n_logs * 2 >= s->cap_logs && !grow(s))
        return NULL;
    size_t at = slot_of(s->logs, s->cap_logs, id);
    struct store_trendlog *l = s->logs[at];
    if (l && !l->gone)
        return l;
    bool fresh = !l;
    if (fresh && !(l = calloc(1, sizeof *l)))
        return NULL;
    pthread_mutex_lock(&s->logs_lock);
    l->gone = false;
    l->row = ++s->last_row;
    memcpy(l->id, id, 16);
    s->logs[at] = l;
    s->n_logs += fresh;
    pthread_mutex_unlock(&s->logs_lock);
    return l;
}

void logs_free(struct store *s)
{
    for (size_t i = 0; i < s->cap_logs; i++)
        if (s->logs[i]) {
            free(s->logs[i]->pend);
            free(s->logs[i]);
        }
    free(s->logs);
    s->logs = NULL;
    s->n_logs = s->cap_logs = 0;
}

static void queue_merge(struct store *s, struct store_trendlog *l)
{
    if (l->queued || (!l->n && !l->old))
        return;
    l->queued = true;
    l->next_merge = NULL;
    if (s->merge_last)
        s->merge_last->next_merge = l;
    else
        s->merge_first = l;
    s->merge_last = l;
    s->n_merge++;
}

/* --- pending records ----------------------------------------------------------------------- */

static struct store_pending pend_before(const struct store_trendlog *l)
{
    return (struct store_pending){.position = l->before, .time = l->before_time};
}

/* For one more of n octets, behind `used`. At once for as many as a log merges, so that ten thousand of
 * these do not grow past one another. */
static bool pend_room(struct store *s, struct store_trendlog *l, size_t used, size_t n)
{
    size_t cap = used + PEND_HEAD + n, usual = STORE_MERGE_AT * (n + 6) + PEND_HEAD;
    bool good = true;
    if (cap <= l->cap)
        return true;
    cap = n <= 64 && cap < usual ? usual : (cap + 255) & ~(size_t)255;
    if (cap > UINT32_MAX)
        return false;
    pthread_mutex_lock(&s->logs_lock);
    uint8_t *p = realloc(l->pend, cap);
    if (p) {
        l->pend = p;
        l->cap = (uint32_t)cap;
    } else {
        good = false;
    }
    pthread_mutex_unlock(&s->logs_lock);
    return good;
}

/* Room was made before. The last record of all is the last one pending, if one is. */
static void pend_add(struct store *s, struct store_trendlog *l, uint64_t journal,
                     const struct store_pending *p)
{
    struct store_pending last = {.position = l->last, .time = l->last_time};
    pthread_mutex_lock(&s->logs_lock);
    if (!l->n++) {
        l->journal = journal;
        l->before = last.position;
        l->before_time = last.time;
    }
    uint32_t size = (uint32_t)pend_put(l->pend + l->used, &last, p);
    l->used += size;
    s->pending += size;
    if (!l->first)
        l->first = p->position;
    l->last = p->position;
    l->last_time = p->time;
    pthread_mutex_unlock(&s->logs_lock);
    if (l->n >= STORE_MERGE_AT || l->used > PEND_LOG || (s->pending > PEND_ALL && l->n > 1))
        queue_merge(s, l);
}

/* Takes away pending records up to a position. */
static void pend_drop(struct store *s, struct store_trendlog *l, uint64_t up_to)
{
    size_t at = 0, next = 0;
    uint32_t gone = 0;
    struct store_pending p = pend_before(l);
    pthread_mutex_lock(&s->logs_lock);
    for (; pend_next(l->pend, l->used, &next, &p) && p.position <= up_to; at = next, gone++) {
        l->before = p.position;
        l->before_time = p.time;
    }
    if (at)
        memmove(l->pend, l->pend + at, l->used - at);
    l->used -= (uint32_t)at;
    l->n -= gone;
    s->pending -= at;
    pthread_mutex_unlock(&s->logs_lock);
}

/* --- loading ------------------------------------------------------------------------------- */

static int load_first(struct store *s, struct store_trendlog *l)
{
    sqlite3_stmt *st = sq_get(&s->w, ST_TREND_FIRST);
    if (!st)
        return sqlite3_extended_errcode(s->w.db);
    sqlite3_bind_int64(st, 1, l->row);
    int rc = sqlite3_step(st);
    l->tent_first = rc == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return rc == SQLITE_ROW ? SQLITE_OK : sqlite3_extended_errcode(s->w.db);
}

static int load_log(struct store *s, sqlite3_stmt *st)
{
    if (sqlite3_column_bytes(st, 1) != 16)
        return SQLITE_OK;
    int64_t row = sqlite3_column_int64(st, 0), max = s->last_row > row ? s->last_row : row;
    struct store_trendlog *l = log_at(s, sqlite3_column_blob(st, 1));
    if (!l)
        return SQLITE_NOMEM;
    s->last_row = max;
    l->row = row;
    l->stored = true;
    l->last = l->merged = (uint64_t)sqlite3_column_int64(st, 2);
    l->last_time = l->merged_time = sqlite3_column_int64(st, 3);
    l->purged = (uint64_t)sqlite3_column_int64(st, 4);
    l->keep_records = (uint64_t)sqlite3_column_int64(st, 5);
    l->keep_ms = sqlite3_column_int64(st, 6);
    if (l->purged > l->last && !l->keep_ms)
        l->last = l->purged;    /* records that only the journal knew were purged */
    int rc = l->merged ? load_first(s, l) : SQLITE_OK;
    l->first = l->tent_first;
    return rc;
}

static int load_pending(struct store *s, sqlite3_stmt *st, struct store_trendlog **rows)
{
    int64_t row = sqlite3_column_int64(st, 1);
    size_t n = (size_t)sqlite3_column_bytes(st, 4);
    struct store_trendlog *l = row > 0 && row <= s->last_row ? rows[row] : NULL;
    struct store_pending p = {.position = (uint64_t)sqlite3_column_int64(st, 2),
                              .time = sqlite3_column_int64(st, 3), .n = (uint32_t)n,
                              .data = sqlite3_column_blob(st, 4)};
    s->journal_last = (uint64_t)sqlite3_column_int64(st, 0);
    if (!l || p.position <= l->last || n > STORE_VALUE_MAX ||
        (p.position <= l->purged && !l->keep_ms))
        return SQLITE_OK;
    if (!pend_room(s, l, l->used, n))
        return SQLITE_NOMEM;
    pend_add(s, l, s->journal_last, &p);
    return SQLITE_OK;
}

int logs_load(struct store *s)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(s->w.db, "SELECT id, identity, last, last_time, purged, records, "
                                         "keep FROM log", -1, &st, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
        rc = load_log(s, st);
    sqlite3_finalize(st);
    if (rc != SQLITE_DONE)
        return rc;
    struct store_trendlog **rows = calloc((size_t)s->last_row + 1, sizeof *rows);
    for (size_t i = 0; rows && i < s->cap_logs; i++)
        if (s->logs[i])
            rows[s->logs[i]->row] = s->logs[i];
    rc = rows ? sqlite3_prepare_v2(s->w.db, "SELECT id, log, position, time, data FROM journal "
                                            "ORDER BY id", -1, &st, NULL) : SQLITE_NOMEM;
    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
        rc = load_pending(s, st, rows);
    if (rows)
        sqlite3_finalize(st);
    free(rows);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* --- entries ------------------------------------------------------------------------------- */

/* The log as the transaction being tried sees it; a rolled-back one leaves no trace. */
static struct store_trendlog *staged(struct store *s, const uint8_t id[16], int *rc)
{
    struct store_trendlog *l = log_at(s, id);
    *rc = l ? SQLITE_OK : SQLITE_NOMEM;
    if (!l)
        return NULL;
    if (l->attempt != s->attempt) {
        l->attempt = s->attempt;
        l->tent = l->last;
        l->tent_used = l->used;
        sqlite3_stmt *st = l->stored ? NULL : sq_get(&s->w, ST_LOG_NEW);
        if (st) {
            sqlite3_bind_int64(st, 1, l->row);
            sqlite3_bind_blob(st, 2, l->id, 16, SQLITE_STATIC);
        }
        if (!l->stored)
            *rc = sq_do(&s->w, st);
    }
    return l;
}

static int run3(struct store *s, enum store_statement which, int64_t a, int64_t b, int64_t c)
{
    sqlite3_stmt *st = sq_get(&s->w, which);
    if (st) {
        sqlite3_bind_int64(st, 1, a);
        sqlite3_bind_int64(st, 2, b);
        if (sqlite3_bind_parameter_count(st) > 2)
            sqlite3_bind_int64(st, 3, c);
    }
    return sq_do(&s->w, st);
}

static int stage_record(struct store *s, struct store_trendlog *l, struct store_entry *e)
{
    if (e->position <= l->tent || e->position > INT64_MAX) {
        e->dead = 1;
        return SQLITE_OK;
    }
    if (!pend_room(s, l, l->tent_used, e->n))
        return SQLITE_NOMEM;
    l->tent = e->position;
    l->tent_used += PEND_HEAD + e->n;
    sqlite3_stmt *st = sq_get(&s->w, ST_JOURNAL);
    if (st) {
        sqlite3_bind_int64(st, 1, (int64_t)++s->journal_tent);
        sqlite3_bind_int64(st, 2, l->row);
        sqlite3_bind_int64(st, 3, (int64_t)e->position);
        sqlite3_bind_int64(st, 4, e->time);
        sqlite3_bind_blob(st, 5, e->data, (int)e->n, SQLITE_STATIC);
    }
    return sq_do(&s->w, st);
}

int trend_stage(struct store *s, struct store_entry *e)
{
    int rc;
    struct store_trendlog *l = staged(s, e->key.id, &rc);
    if (rc != SQLITE_OK)
        return rc;
    if (e->op == OP_TREND)
        return stage_record(s, l, e);
    if (e->op == OP_LIMITS)
        return run3(s, ST_LOG_LIMITS, l->row, (int64_t)e->position, e->time);
    if (e->position > l->tent)
        e->position = l->tent;  /* what comes later is not purged */
    if (!l->keep_ms)
        rc = run3(s, ST_TREND_CUT, l->row, (int64_t)e->position, 0);
    if (rc == SQLITE_OK && !l->keep_ms)
        rc = run3(s, ST_RUN_CUT, l->row, (int64_t)e->position, 0);
    if (rc == SQLITE_OK)
        rc = run3(s, ST_LOG_PURGED, l->row, (int64_t)e->position, 0);
    return rc;
}

void trend_apply(struct store *s, const struct store_entry *e)
{
    struct store_trendlog *l = log_find(s, e->key.id);
    if (!l)
        return;
    l->stored = true;
    if (e->op == OP_TREND) {
        struct store_pending p = {e->position, e->time, e->data, e->n};
        pend_add(s, l, ++s->journal_last, &p);
    } else if (e->op == OP_LIMITS) {
        l->keep_records = e->position;
        l->keep_ms = e->time;
    } else if (l->keep_ms) {
        l->purged = e->position;
    } else {
        pend_drop(s, l, e->position);
        pthread_mutex_lock(&s->logs_lock);
        l->purged = e->position;
        if (l->first <= e->position)
            l->first = e->position < l->last ? e->position + 1 : 0;
        pthread_mutex_unlock(&s->logs_lock);
    }
}

/* --- merging ------------------------------------------------------------------------------- */

/* What is beyond the log's buffer and too old; everything beyond it while the file is too large. */
static int stage_trim(struct store *s, struct store_trendlog *l)
{
    int rc = SQLITE_OK;
    l->tent_first = l->first;
    if (!l->keep_records || l->last < l->keep_records)
        return rc;
    uint64_t cut = l->last - l->keep_records;
    if (cut < l->first + TRIM_SLACK)
        return rc;
    if (l->keep_ms && !s->squeeze) {
        int rounds = AGE_ROUNDS;        /* each looks at the oldest AGE_BATCH records */
        do
            rc = run3(s, ST_TREND_AGE, l->row, (int64_t)cut, s->now - l->keep_ms);
        while (rc == SQLITE_OK && sqlite3_changes(s->w.db) == AGE_BATCH && --rounds);
    } else if (l->keep_ms)
        rc = run3(s, ST_TREND_AGE, l->row, (int64_t)cut, INT64_MAX);
    else
        rc = run3(s, ST_TREND_CUT, l->row, (int64_t)cut, 0);
    if (rc == SQLITE_OK)
        rc = load_first(s, l);
    if (rc == SQLITE_OK && l->tent_first > l->first)
        rc = run3(s, ST_RUN_CUT, l->row, (int64_t)l->tent_first, 0);
    return rc;
}

static int stage_merge(struct store *s, struct store_trendlog *l)
{
    int64_t before = l->merged ? l->merged_time : INT64_MIN;
    struct store_pending p = pend_before(l);
    int rc = SQLITE_OK;
    for (size_t at = 0; rc == SQLITE_OK && pend_next(l->pend, l->used, &at, &p);) {
        sqlite3_stmt *st = sq_get(&s->w, ST_TREND);
        if (st) {
            sqlite3_bind_int64(st, 1, l->row);
            sqlite3_bind_int64(st, 2, (int64_t)p.position);
            sqlite3_bind_int64(st, 3, p.time);
            sqlite3_bind_blob(st, 4, p.data, (int)p.n, SQLITE_STATIC);
        }
        rc = sq_do(&s->w, st);
        if (rc == SQLITE_OK && p.time < before)
            rc = run3(s, ST_RUN, l->row, (int64_t)p.position, 0);
        before = p.time;
    }
    if (rc == SQLITE_OK)
        rc = run3(s, ST_LOG_MERGED, l->row, (int64_t)p.position, p.time);
    return rc == SQLITE_OK ? stage_trim(s, l) : rc;
}

int trend_stage_merges(struct store *s, bool hurry)
{
    uint32_t budget = hurry && s->n_merge < 4096 ? MERGE_HURRY : MERGE_BUDGET;
    int rc = SQLITE_OK;
    s->merging = 0;
    s->journal_tent = s->journal_last;
    for (struct store_trendlog *l = s->merge_first; l && s->merging < budget; l = l->next_merge) {
        if (!l->gone)
            rc = l->n ? stage_merge(s, l) : stage_trim(s, l);
        if (rc != SQLITE_OK)
            return rc;
        s->merging++;
    }
    if (s->journal_cut) {
        sqlite3_stmt *st = sq_get(&s->w, ST_JOURNAL_TRIM);
        if (st)
            sqlite3_bind_int64(st, 1, (int64_t)s->journal_cut);
        rc = sq_do(&s->w, st);
    }
    return rc;
}

void trend_apply_merges(struct store *s)
{
    s->journal_cut = 0;
    for (; s->merging && s->merge_first; s->merging--, s->n_merge--) {
        struct store_trendlog *l = s->merge_first;
        s->merge_first = l->next_merge;
        if (!s->merge_first)
            s->merge_last = NULL;
        l->queued = l->old = false;
        if (l->gone)
            continue;
        s->st.merged += l->n;
        if (l->tent_first > l->first)
            s->st.trimmed += l->tent_first - l->first;
        pthread_mutex_lock(&s->logs_lock);
        s->pending -= l->used;
        if (l->n) {
            l->merged = l->last;
            l->merged_time = l->last_time;
        }
        l->first = l->tent_first ? l->tent_first : l->first;
        l->n = 0;
        l->used = 0;
        pthread_mutex_unlock(&s->logs_lock);
    }
}

/* A log trims what it keeps when it records. One that does not any more has to be looked at. */
static void age_quiet(struct store *s)
{
    uint64_t now = clock_ms(&s->clock), every = s->squeeze ? SQUEEZE_EVERY : AGE_EVERY;
    if (!s->now || (s->aged && now - s->aged < every))
        return;
    s->aged = now;
    for (size_t i = 0; i < s->cap_logs; i++) {
        struct store_trendlog *l = s->logs[i];
        if (!l || l->gone || l->n || !l->first || !l->keep_ms || !l->keep_records)
            continue;
        l->old = l->last - l->first >= l->keep_records + TRIM_SLACK &&
                 (s->squeeze || l->last_time < s->now - AGE_EVERY);
        queue_merge(s, l);
    }
}

/* The journal's old end goes as soon as no log needs it; logs that hold it up have to merge. */
void trend_housekeep(struct store *s, bool now)
{
    age_quiet(s);
    if (s->journal_last - s->journal_checked < (now ? 1 : CHECK_EVERY))
        return;
    uint64_t most = JOURNAL_BASE + (uint64_t)JOURNAL_PER_LOG * s->n_logs;
    uint64_t oldest = s->journal_last + 1;
    s->journal_checked = s->journal_last;
    for (size_t i = 0; i < s->cap_logs; i++) {
        struct store_trendlog *l = s->logs[i];
        if (!l || !l->n)
            continue;
        if (l->journal < oldest)
            oldest = l->journal;
        if (s->journal_last - l->journal > most)
            queue_merge(s, l);
    }
    s->journal_cut = oldest;
}

/* --- forgetting ---------------------------------------------------------------------------- */

static bool kept(const struct store_prune *p, const void *id)
{
    size_t low = 0, high = p->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = memcmp(id, p->keep[mid], 16);
        if (!c)
            return true;
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return false;
}

static int one(struct store *s, const char *text, const void *id, size_t n, int64_t *out)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(s->w.db, text, -1, &st, NULL);
    if (rc == SQLITE_OK && id)
        sqlite3_bind_blob(st, 1, id, (int)n, SQLITE_TRANSIENT);
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW && out)
        *out = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int prune_values(struct store *s, struct store_prune *p)
{
    uint8_t id[16];
    size_t n = 0;
    int rc = SQLITE_OK;
    for (;;) {
        sqlite3_stmt *st = NULL;
        int64_t count = 0;
        rc = sqlite3_prepare_v2(s->w.db, "SELECT min(identity) FROM value WHERE identity > ?1", -1,
                                &st, NULL);
        if (rc != SQLITE_OK)
            return rc;
        sqlite3_bind_blob(st, 1, id, (int)n, SQLITE_STATIC);
        rc = sqlite3_step(st);
        bool found = rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) == (int)sizeof id;
        if (found) {
            n = sizeof id;
            memcpy(id, sqlite3_column_blob(st, 0), n);
        }
        sqlite3_finalize(st);
        if (!found)
            return rc == SQLITE_ROW ? SQLITE_OK : rc;
        if (kept(p, id))
            continue;
        rc = one(s, "SELECT count(*) FROM value WHERE identity = ?1", id, n, &count);
        if (rc == SQLITE_OK && !p->dry)
            rc = one(s, "DELETE FROM value WHERE identity = ?1", id, n, NULL);
        if (rc != SQLITE_OK)
            return rc;
        p->values += (uint64_t)count;
    }
}

int prune_stage(struct store *s, struct store_prune *p)
{
    p->values = p->logs = p->records = 0;
    int rc = prune_values(s, p);
    for (size_t i = 0; rc == SQLITE_OK && i < s->cap_logs; i++) {
        const struct store_trendlog *l = s->logs[i];
        if (!l || l->gone || kept(p, l->id))
            continue;
        p->logs++;
        p->records += l->first ? l->last - l->first + 1 : 0;
        if (p->dry)
            continue;
        rc = run3(s, ST_TREND_CUT, l->row, INT64_MAX, 0);
        if (rc == SQLITE_OK)
            rc = run3(s, ST_RUN_CUT, l->row, INT64_MAX, 0);
        if (rc == SQLITE_OK)
            rc = one(s, "DELETE FROM log WHERE identity = ?1", l->id, 16, NULL);
    }
    if (rc == SQLITE_OK && !p->dry && p->logs)
        rc = one(s, "DELETE FROM journal WHERE log NOT IN (SELECT id FROM log)", NULL, 0, NULL);
    return rc;
}

void prune_apply(struct store *s, const struct store_prune *p)
{
    for (size_t i = 0; !p->dry && i < s->cap_logs; i++) {
        struct store_trendlog *l = s->logs[i];
        if (!l || l->gone || kept(p, l->id))
            continue;
        pthread_mutex_lock(&s->logs_lock);
        s->pending -= l->used;
        l->gone = true;
        l->stored = false;
        l->n = 0;
        l->used = 0;
        l->first = l->last = l->purged = l->merged = l->keep_records = 0;
        l->keep_ms = l->last_time = l->merged_time = 0;
        pthread_mutex_unlock(&s->logs_lock);
    }
}
