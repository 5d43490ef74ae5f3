/* The reader thread: answers questions from its own connection, which sees one consistent state per
 * question and never waits for the storage thread. Trend records that are pending still come from
 * memory: copied before the state is fixed, so that a merge in between loses none. */
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/loop.h"
#include "runtime/data/store_int.h"

_Static_assert(sizeof(struct store_row) == STORE_ROW_HEAD, "rows are packed by hand");

struct reading {
    struct store *s;
    struct store_query *q;
    struct store_conn *c;
    int64_t log;                /* row in table log                                              */
    uint8_t *pend;              /* copy of the pending records                                   */
    size_t used, cap;
    struct store_pending before;                /* the one before the first of them              */
    uint64_t low, high;         /* positions wanted                                              */
    uint64_t pend_first;        /* from here on they are pending; INT64_MAX: none are            */
};

/* --- the answer ---------------------------------------------------------------------------- */

static bool room(struct store_query *q, size_t size)
{
    size_t left = q->backwards ? q->begin : (q->cap & ~(size_t)7) - q->end;
    if (q->n < q->limit && size <= left)
        return true;
    q->more = true;
    return false;
}

/* A place for a row with n octets of data; NULL: the answer is full. */
static struct store_row *row_new(struct store_query *q, size_t n)
{
    size_t size = (STORE_ROW_HEAD + n + 7) & ~(size_t)7;
    if (!room(q, size))
        return NULL;
    if (q->backwards)
        q->begin -= size;
    void *place = q->buf + (q->backwards ? q->begin : q->end);
    if (!q->backwards)
        q->end += size;
    struct store_row *row = place;
    memset(row, 0, STORE_ROW_HEAD);
    row->n = (uint32_t)n;
    row->size = (uint32_t)size;
    q->n++;
    return row;
}

static bool row_add(struct store_query *q, uint64_t position, int64_t time, const void *data,
                    size_t n)
{
    struct store_row *row = row_new(q, n);
    if (!row)
        return false;
    row->position = position;
    row->time = time;
    if (n)
        memcpy(row->data, data, n);
    return true;
}

/* --- finding a time ------------------------------------------------------------------------ */

/* The record next to one end of [low, high]. False: none there, or an error in rc. */
static bool peek(struct reading *r, enum store_statement which, uint64_t low, uint64_t high,
                 uint64_t *position, int64_t *time, int *rc)
{
    sqlite3_stmt *st = low <= high ? sq_get(r->c, which) : NULL;
    if (low > high)
        return false;
    if (st) {
        sqlite3_bind_int64(st, 1, r->log);
        sqlite3_bind_int64(st, 2, (int64_t)low);
        sqlite3_bind_int64(st, 3, (int64_t)high);
    }
    int step = st ? sqlite3_step(st) : SQLITE_ERROR;
    if (step == SQLITE_ROW) {
        *position = (uint64_t)sqlite3_column_int64(st, 0);
        if (time)
            *time = sqlite3_column_int64(st, 1);
    } else if (step != SQLITE_DONE) {
        *rc = sqlite3_extended_errcode(r->c->db);
    }
    sqlite3_reset(st);
    return step == SQLITE_ROW;
}

/* In [low, high] times ascend: the first position whose record is newer. */
static bool newer_in(struct reading *r, uint64_t low, uint64_t high, uint64_t *at, int *rc)
{
    int64_t time;
    uint64_t p;
    if (!peek(r, ST_TIME_DOWN, low, high, &high, &time, rc) || time <= r->q->time)
        return false;
    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        if (!peek(r, ST_TIME_UP, mid, high, &p, &time, rc) || time > r->q->time)
            high = mid;
        else
            low = p + 1;
    }
    *at = low;
    return true;
}

/* The last position whose record is older. */
static bool older_in(struct reading *r, uint64_t low, uint64_t high, uint64_t *at, int *rc)
{
    int64_t time;
    uint64_t p;
    if (!peek(r, ST_TIME_UP, low, high, &low, &time, rc) || time >= r->q->time)
        return false;
    while (low < high) {
        uint64_t mid = low + (high - low + 1) / 2;
        if (peek(r, ST_TIME_UP, mid, high, &p, &time, rc) && time < r->q->time)
            low = p;
        else
            high = mid - 1;
    }
    *at = low;
    return true;
}

/* Over the runs in between which clocks were set back; there is rarely more than one. */
static bool stored_newer(struct reading *r, uint64_t high, uint64_t *at, int *rc)
{
    uint64_t low = r->low, next;
    for (;;) {
        bool more = peek(r, ST_RUNS_UP, low, high, &next, NULL, rc);
        if (newer_in(r, low, more ? next - 1 : high, at, rc))
            return true;
        if (!more || *rc != SQLITE_OK)
            return false;
        low = next;
    }
}

static bool stored_older(struct reading *r, uint64_t high, uint64_t *at, int *rc)
{
    uint64_t start;
    for (;;) {
        bool more = peek(r, ST_RUNS_DOWN, r->low, high, &start, NULL, rc);
        if (older_in(r, more ? start : r->low, high, at, rc))
            return true;
        if (!more || *rc != SQLITE_OK)
            return false;
        high = start - 1;
    }
}

/* --- trend records ------------------------------------------------------------------------- */

static bool copy_pending(struct reading *r)
{
    struct store *s = r->s;
    bool good = true;
    r->used = 0;
    r->log = 0;
    pthread_mutex_lock(&s->logs_lock);
    const struct store_trendlog *l = log_find(s, r->q->key.id);
    if (l) {
        r->log = l->row;
        if (l->used > r->cap) {
            free(r->pend);
            r->pend = malloc(l->used);
            good = r->pend != NULL;
            r->cap = good ? l->used : 0;
        }
        if (good && l->used)
            memcpy(r->pend, l->pend, l->used);
        r->used = good ? l->used : 0;
        r->before = (struct store_pending){.position = l->before, .time = l->before_time};
    }
    pthread_mutex_unlock(&s->logs_lock);
    return good;
}

/* Where to begin, by time: among pending records too. 0: nowhere. */
static uint64_t begin_by_time(struct reading *r, uint64_t high, int *rc)
{
    const struct store_query *q = r->q;
    struct store_pending p = r->before;
    uint64_t at = 0, found = 0;
    if (!q->backwards && stored_newer(r, high, &at, rc))
        return at;
    for (size_t i = 0; pend_next(r->pend, r->used, &i, &p);) {
        if (p.position < r->low || p.position > r->high)
            continue;
        if (!q->backwards && p.time > q->time)
            return p.position;
        if (q->backwards && p.time < q->time)
            found = p.position;
    }
    if (!found && q->backwards && *rc == SQLITE_OK && stored_older(r, high, &at, rc))
        found = at;
    return found;
}

static bool add_stored(struct reading *r, uint64_t low, uint64_t high, int *rc)
{
    sqlite3_stmt *st = low <= high
                           ? sq_get(r->c, r->q->backwards ? ST_RECORDS_DOWN : ST_RECORDS_UP)
                           : NULL;
    bool go = true;
    int step = SQLITE_DONE;
    if (low > high)
        return true;
    if (!st) {
        *rc = sqlite3_extended_errcode(r->c->db);
        return false;
    }
    sqlite3_bind_int64(st, 1, r->log);
    sqlite3_bind_int64(st, 2, (int64_t)low);
    sqlite3_bind_int64(st, 3, (int64_t)high);
    while (go && (step = sqlite3_step(st)) == SQLITE_ROW)
        go = row_add(r->q, (uint64_t)sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
                     sqlite3_column_blob(st, 2), (size_t)sqlite3_column_bytes(st, 2));
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        *rc = sqlite3_extended_errcode(r->c->db);
    sqlite3_reset(st);
    return go && *rc == SQLITE_OK;
}

/* Pending records of [low, high]. Going backwards from the last one costs a walk for each: they
 * are a dozen. */
static bool add_pending(struct reading *r, uint64_t low, uint64_t high)
{
    struct store_pending p = r->before, last = {0};
    bool go = true;
    if (!r->q->backwards) {
        for (size_t i = 0; go && pend_next(r->pend, r->used, &i, &p);)
            if (p.position >= low && p.position <= high)
                go = row_add(r->q, p.position, p.time, p.data, p.n);
        return go;
    }
    for (; go; high = last.position - 1) {
        last.data = NULL;
        p = r->before;
        for (size_t i = 0; pend_next(r->pend, r->used, &i, &p);)
            if (p.position >= low && p.position <= high)
                last = p;
        if (!last.data)
            break;
        go = row_add(r->q, last.position, last.time, last.data, last.n);
    }
    return go;
}

static int read_trend(struct reading *r)
{
    struct store_query *q = r->q;
    int rc = SQLITE_OK;
    r->low = q->low > 1 ? q->low : 1;
    r->high = q->high && q->high < INT64_MAX ? q->high : INT64_MAX;
    r->pend_first = INT64_MAX;
    if (!copy_pending(r))
        return SQLITE_NOMEM;
    struct store_pending first = r->before;
    size_t at_first = 0;
    if (pend_next(r->pend, r->used, &at_first, &first))
        r->pend_first = first.position;
    if (!r->log || (rc = sq_run(r->c, ST_READ)) != SQLITE_OK)
        return rc;
    uint64_t stored = r->pend_first - 1 < r->high ? r->pend_first - 1 : r->high;
    uint64_t at = q->position;
    if (q->from == STORE_FROM_TIME) {
        at = begin_by_time(r, stored, &rc);
        if (!at || rc != SQLITE_OK)
            return rc;
    }
    if (q->backwards) {
        if (at && at < r->high)
            r->high = at;
        if (add_pending(r, r->low, r->high))
            add_stored(r, r->low, stored < r->high ? stored : r->high, &rc);
    } else {
        if (at > r->low)
            r->low = at;
        if (add_stored(r, r->low, stored, &rc))
            add_pending(r, r->low, r->high);
    }
    return rc;
}

/* --- histories and values ------------------------------------------------------------------ */

enum { COL_ID = 3, COL_NUMBERS = 6, COL_TEXTS = COL_NUMBERS + STORE_NUMBERS,
       COL_DATA = COL_TEXTS + STORE_TEXTS };

static bool add_note(struct store_query *q, sqlite3_stmt *st)
{
    uint32_t head[3 + STORE_NUMBERS + STORE_TEXTS];
    size_t n = sizeof head + (size_t)sqlite3_column_bytes(st, COL_DATA);
    head[0] = (uint32_t)sqlite3_column_int64(st, 2);
    for (int i = 1; i < 3 + STORE_NUMBERS; i++)
        head[i] = (uint32_t)sqlite3_column_int64(st, COL_ID + i);
    for (int i = 0; i < STORE_TEXTS; i++) {
        head[3 + STORE_NUMBERS + i] = (uint32_t)sqlite3_column_bytes(st, COL_TEXTS + i);
        n += head[3 + STORE_NUMBERS + i];
    }
    struct store_row *row = row_new(q, n);
    if (!row)
        return false;
    row->position = (uint64_t)sqlite3_column_int64(st, 0);
    row->time = sqlite3_column_int64(st, 1);
    if (sqlite3_column_bytes(st, COL_ID) == (int)sizeof row->key.id)
        memcpy(row->key.id, sqlite3_column_blob(st, COL_ID), sizeof row->key.id);
    uint8_t *to = row->data;
    memcpy(to, head, sizeof head);
    to += sizeof head;
    for (int i = 0; i <= STORE_TEXTS; i++) {    /* the last is the data */
        size_t len = (size_t)sqlite3_column_bytes(st, COL_TEXTS + i);
        if (len)
            memcpy(to, sqlite3_column_blob(st, COL_TEXTS + i), len);
        to += len;
    }
    return true;
}

/* Always in the order in which they were put, which is not that of their times where a clock was set back: who asks
 * for the next page goes on behind the last one. */
static int read_history(struct reading *r)
{
    static const uint8_t none[16];
    struct store_query *q = r->q;
    const char *table = q->of == STORE_OF_AUDIT ? "audit" : "event", *newer = q->backwards ? "<" : ">";
    bool by_time = q->from == STORE_FROM_TIME, by_id = memcmp(q->key.id, none, sizeof none) != 0;
    uint64_t low = q->low, high = q->high && q->high < INT64_MAX ? q->high : INT64_MAX;
    char text[300], times[120] = "";
    sqlite3_stmt *st = NULL;
    if (!by_time && !q->backwards && q->position > low)
        low = q->position;
    if (!by_time && q->backwards && q->position && q->position < high)
        high = q->position;
    if (by_time)                /* the first, or last, of these times is found by their index */
        snprintf(times, sizeof times, " AND +time %s ?3 AND position %s= (SELECT %s(position) FROM %s WHERE time %s ?3)",
                 newer, newer, q->backwards ? "max" : "min", table, newer);
    snprintf(text, sizeof text, "SELECT * FROM %s WHERE position BETWEEN ?1 AND ?2%s%s ORDER BY position%s", table,
             times, by_id ? " AND identity = ?4" : "", q->backwards ? " DESC" : "");
    int rc = sqlite3_prepare_v2(r->c->db, text, -1, &st, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_int64(st, 1, (int64_t)(low < INT64_MAX ? low : INT64_MAX));
    sqlite3_bind_int64(st, 2, (int64_t)high);
    if (by_time)
        sqlite3_bind_int64(st, 3, q->time);
    if (by_id)
        sqlite3_bind_blob(st, 4, q->key.id, sizeof q->key.id, SQLITE_STATIC);
    bool go = true;
    while (go && (rc = sqlite3_step(st)) == SQLITE_ROW)
        go = add_note(q, st);
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_values(struct reading *r)
{
    struct store_query *q = r->q;
    sqlite3_stmt *st = sq_get(r->c, ST_VALUES);
    bool go = true;
    int rc = SQLITE_DONE;
    q->backwards = false;
    if (!st)
        return sqlite3_extended_errcode(r->c->db);
    sqlite3_bind_blob(st, 1, q->key.id, q->position ? (int)sizeof q->key.id : 0, SQLITE_STATIC);
    if (!q->position)
        sqlite3_bind_zeroblob(st, 1, 0);
    sqlite3_bind_int64(st, 2, q->key.property);
    sqlite3_bind_int64(st, 3, q->key.sub);
    while (go && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        if (sqlite3_column_bytes(st, 0) != (int)sizeof q->key.id)
            continue;
        size_t n = (size_t)sqlite3_column_bytes(st, 4);
        struct store_row *row = row_new(q, n);
        go = row != NULL;
        if (!row)
            break;
        row->time = sqlite3_column_int64(st, 3);
        memcpy(row->key.id, sqlite3_column_blob(st, 0), sizeof row->key.id);
        row->key.property = (uint32_t)sqlite3_column_int64(st, 1);
        row->key.sub = (uint32_t)sqlite3_column_int64(st, 2);
        if (n)
            memcpy(row->data, sqlite3_column_blob(st, 4), n);
    }
    sqlite3_reset(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* --- the thread ---------------------------------------------------------------------------- */

static void answer(struct reading *r)
{
    struct store_query *q = r->q;
    q->n = 0;
    q->more = false;
    q->begin = q->end = q->backwards && q->of != STORE_OF_VALUES ? q->cap & ~(size_t)7 : 0;
    int rc = q->of == STORE_OF_TREND ? read_trend(r)
             : q->of == STORE_OF_VALUES ? read_values(r) : read_history(r);
    if (!sqlite3_get_autocommit(r->c->db))
        sq_run(r->c, ST_COMMIT);
    q->fault = sq_fault(rc);
    if (q->fault)
        q->n = 0;
}

/* Sleeps until there is a question, or until what it must see is settled. False: the end. */
static bool wait_for(struct store *s, const struct store_query *q)
{
    for (;;) {
        if (atomic_load(&s->reader_stop))
            return false;
        atomic_store(&s->reader_asleep, 1);
        bool ready = q ? atomic_load(&s->done) >= q->after
                       : atomic_load(&s->asked_head) != atomic_load(&s->asked_tail);
        if (ready || atomic_load(&s->reader_stop)) {
            atomic_store(&s->reader_asleep, 0);
            if (ready)
                return true;
            continue;
        }
        store_wait(&s->reader_asleep, s->read_fd, -1);
    }
}

void *store_reader(void *store)
{
    struct store *s = store;
    struct reading r = {.s = s, .c = &s->r};
    while (wait_for(s, NULL)) {
        uint32_t at = atomic_load(&s->asked_tail);
        r.q = s->asked[at % STORE_ASKED];
        if (!wait_for(s, r.q))
            break;
        answer(&r);
        uint32_t to = atomic_load(&s->told_head);
        s->told[to % STORE_ASKED] = r.q;
        atomic_store(&s->told_head, to + 1);
        atomic_store(&s->asked_tail, at + 1);
        loop_wake(s->fd);
    }
    free(r.pend);
    return NULL;
}

/* --- the loop's side ----------------------------------------------------------------------- */

bool store_ask(struct store *s, struct store_query *q)
{
    if (!s || s->off)
        return false;
    uint32_t at = atomic_load(&s->asked_head);
    if (at - atomic_load(&s->told_tail) >= STORE_ASKED)     /* asked or told, not yet taken */
        return false;
    q->after = atomic_load(&s->ticket);
    if (q->after > atomic_load(&s->done))
        store_flush(s);
    s->asked[at % STORE_ASKED] = q;
    atomic_store(&s->asked_head, at + 1);
    store_nudge(&s->reader_asleep, s->read_fd, 1);
    return true;
}

struct store_query *store_answered(struct store *s)
{
    if (!s || s->off)
        return NULL;
    uint32_t at = atomic_load(&s->told_tail);
    if (at == atomic_load(&s->told_head))
        return NULL;
    struct store_query *q = s->told[at % STORE_ASKED];
    atomic_store(&s->told_tail, at + 1);
    return q;
}

const struct store_row *store_next(const struct store_query *q, const struct store_row *row)
{
    const uint8_t *end = q->buf + q->end;
    const uint8_t *at = row ? (const uint8_t *)row + row->size : q->buf + q->begin;
    const void *next = at;
    return q->n && at < end ? next : NULL;
}

bool store_note_of(const struct store_row *row, struct store_note *note)
{
    uint32_t head[3 + STORE_NUMBERS + STORE_TEXTS];
    struct rd rd = rd_of(row->data, row->n);
    struct span first = rd_take(&rd, sizeof head);
    if (!rd_ok(&rd))
        return false;
    memcpy(head, first.p, sizeof head);
    *note = (struct store_note){.time = row->time, .position = row->position, .kind = head[0],
                                .device = head[1], .object = head[2]};
    memcpy(note->id, row->key.id, sizeof note->id);
    memcpy(note->number, head + 3, sizeof note->number);
    for (int i = 0; i < STORE_TEXTS; i++)
        note->text[i] = rd_take(&rd, head[3 + STORE_NUMBERS + i]);
    note->data = rd_rest(&rd);
    return rd_ok(&rd);
}
