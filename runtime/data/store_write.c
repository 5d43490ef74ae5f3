/* The storage thread: takes what the loop put, in order, commits it in groups, says how far it is.
 * A group that cannot be committed is tried again for as long as the process lives; after
 * patience_ms its tickets count as failed, so that nobody waits for a broken disk. Nothing put is
 * thrown away while there is room for it. */
#include <sqlite3.h>

#include <limits.h>
#include <string.h>
#include <time.h>

#include "runtime/base/loop.h"
#include "runtime/data/store_int.h"

enum {
    MOVED = SQLITE_IOERR | 250 << 8,        /* ours among SQLite's                              */
    BACKOFF_MIN = 20, BACKOFF_MAX = 2000,   /* ms between attempts                              */
    CHECKPOINT_IDLE = 1000, CHECKPOINT_MUST = 8000,         /* pages in the log                 */
    NOTES_EVERY = 256,                      /* lines of history between two trimmings           */
};

static uint64_t now_ms(struct store *s)
{
    clock_tick(&s->clock);
    return clock_ms(&s->clock);
}

static struct store_entry *entry_at(const struct store *s, uint64_t at)
{
    void *p = s->ring + ((size_t)at & s->mask);
    return p;
}

/* --- one entry ----------------------------------------------------------------------------- */

static int put(struct store *s, const struct store_entry *e)
{
    sqlite3_stmt *st = sq_get(&s->w, e->op == OP_PUT ? ST_PUT : ST_ERASE);
    if (!st)
        return sqlite3_extended_errcode(s->w.db);
    sqlite3_bind_blob(st, 1, e->key.id, sizeof e->key.id, SQLITE_STATIC);
    sqlite3_bind_int64(st, 2, e->key.property);
    sqlite3_bind_int64(st, 3, e->key.sub);
    if (e->op == OP_PUT) {
        sqlite3_bind_int64(st, 4, e->time);
        sqlite3_bind_blob(st, 5, e->data, (int)e->n, SQLITE_STATIC);
    }
    return sq_do(&s->w, st);
}

static int note(struct store *s, const struct store_entry *e)
{
    uint32_t head[3 + STORE_NUMBERS + STORE_TEXTS];
    const uint8_t *p = e->data + sizeof head;
    size_t left = e->n - sizeof head;
    sqlite3_stmt *st = sq_get(&s->w, (enum store_statement)(ST_NOTE + e->table));
    if (!st)
        return sqlite3_extended_errcode(s->w.db);
    memcpy(head, e->data, sizeof head);
    sqlite3_bind_int64(st, 1, e->time);
    sqlite3_bind_int64(st, 2, head[0]);
    sqlite3_bind_blob(st, 3, e->key.id, sizeof e->key.id, SQLITE_STATIC);
    for (int i = 1; i < 3 + STORE_NUMBERS; i++)
        sqlite3_bind_int64(st, 3 + i, head[i]);
    for (int i = 0; i < STORE_TEXTS; i++) {
        size_t n = head[3 + STORE_NUMBERS + i];
        sqlite3_bind_text(st, 6 + STORE_NUMBERS + i, (const char *)p, (int)n, SQLITE_STATIC);
        p += n;
        left -= n;
    }
    s->notes_staged[e->table]++;
    sqlite3_bind_blob(st, 6 + STORE_NUMBERS + STORE_TEXTS, p, (int)left, SQLITE_STATIC);
    return sq_do(&s->w, st);
}

static int stage(struct store *s, struct store_entry *e)
{
    switch (e->op) {
    case OP_PUT: case OP_ERASE: return put(s, e);
    case OP_TREND: case OP_LIMITS: case OP_PURGE: return trend_stage(s, e);
    case OP_NOTE: return note(s, e);
    case OP_PRUNE: return prune_stage(s, e->prune);
    default: return SQLITE_OK;
    }
}

static void apply(struct store *s, const struct store_entry *e)
{
    if (e->op == OP_TREND || e->op == OP_LIMITS || e->op == OP_PURGE)
        trend_apply(s, e);
    else if (e->op == OP_PRUNE)
        prune_apply(s, e->prune);
}

/* --- groups -------------------------------------------------------------------------------- */

struct group {
    uint64_t from, to;          /* in the ring                                                   */
    uint64_t first, last;       /* tickets; 0: none                                              */
};

/* Only the last put of a key in the group is worth writing. */
static void collapse(struct store *s, struct store_entry *e)
{
    uint64_t h = 0xcbf29ce484222325u;
    const uint8_t *b = (const uint8_t *)&e->key;
    for (size_t i = 0; i < sizeof e->key; i++)
        h = (h ^ b[i]) * 0x100000001b3u;
    size_t mask = (size_t)2 * STORE_GROUP - 1, at = (size_t)(h ^ h >> 32) & mask;
    while (s->slots[at].attempt == s->attempt) {
        if (!memcmp(s->slots[at].key, &e->key, sizeof e->key)) {
            s->slots[at].e->skip = 1;
            break;
        }
        at = (at + 1) & mask;
    }
    s->slots[at].attempt = s->attempt;
    s->slots[at].key = &e->key;
    s->slots[at].e = e;
}

/* What ages, ages by the time put last, but never by more than the machine's own clock: a client that sets ours
 * to another century does not empty what is kept for years. Nor does a clock that was ahead and has been set back. */
static void note_time(struct store *s, int64_t time)
{
    if (time)                   /* what is erased or purged has none */
        s->now = time < s->clock.wall_ms ? time : s->clock.wall_ms;
}

static struct group gather(struct store *s)
{
    uint64_t head = atomic_load(&s->head);
    struct group g = {.from = atomic_load(&s->tail)};
    g.to = g.from;
    bool more = false;          /* what was put together is not torn apart */
    for (unsigned n = 0; g.to != head && (n < STORE_GROUP || more); n++) {
        struct store_entry *e = entry_at(s, g.to);
        if (e->op == OP_PRUNE && g.first)
            break;              /* it has a group for itself */
        g.to += e->size;
        if (e->op == OP_PAD)
            continue;
        more = e->more;
        g.first = g.first ? g.first : e->ticket;
        g.last = e->ticket;
        if (e->op == OP_PRUNE)
            break;
        e->skip = 0;
        if (e->op == OP_PUT || e->op == OP_ERASE)
            collapse(s, e);
        if (e->op != OP_LIMITS)
            note_time(s, e->time);
    }
    return g;
}

/* A range of tickets that failed. Ranges that touch are one; the oldest of many gives way. */
static void fail(struct store *s, uint64_t from, uint64_t to)
{
    uint32_t n = atomic_load(&s->n_failed), last = (n + STORE_FAILED_RANGES - 1) %
                                                       STORE_FAILED_RANGES;
    if (n && from <= atomic_load(&s->failed[last].to) + 1) {
        if (to > atomic_load(&s->failed[last].to))
            atomic_store(&s->failed[last].to, to);
        return;
    }
    n %= STORE_FAILED_RANGES;
    atomic_store(&s->failed[n].to, 0);
    atomic_store(&s->failed[n].from, from);
    atomic_store(&s->failed[n].to, to);
    atomic_fetch_add(&s->n_failed, 1);
}

static int trim_notes(struct store *s)
{
    const int64_t rows[] = {s->o.audit_rows, s->o.event_rows};
    const int64_t age[] = {s->o.audit_ms, s->o.event_ms};
    int rc = SQLITE_OK;
    for (int t = 0; rc == SQLITE_OK && t < STORE_HISTORIES; t++) {
        if (s->notes[t] + s->notes_staged[t] < NOTES_EVERY)
            continue;
        sqlite3_stmt *st = sq_get(&s->w, (enum store_statement)(ST_NOTE_COUNT + t));
        if (st)
            sqlite3_bind_int64(st, 1, rows[t]);
        rc = sq_do(&s->w, st);
        if (rc == SQLITE_OK && (st = sq_get(&s->w, (enum store_statement)(ST_NOTE_AGE + t)))) {
            sqlite3_bind_int64(st, 1, s->now - age[t]);
            rc = sq_do(&s->w, st);
        }
    }
    return rc;
}

static int stage_group(struct store *s, const struct group *g, bool hurry)
{
    int rc = sq_run(&s->w, ST_BEGIN);
    memset(s->notes_staged, 0, sizeof s->notes_staged);
    if (rc == SQLITE_OK)
        rc = trend_stage_merges(s, hurry);
    for (uint64_t at = g->from; rc == SQLITE_OK && at != g->to;) {
        struct store_entry *e = entry_at(s, at);
        at += e->size;
        if (e->op == OP_PAD || e->skip || e->dead)
            continue;
        rc = stage(s, e);
        if (rc != SQLITE_OK && !sq_machine(rc)) {
            e->dead = 1;        /* this one alone; SQLite has undone its statement */
            rc = SQLITE_OK;
        }
    }
    if (rc == SQLITE_OK)
        rc = trim_notes(s);
    return rc == SQLITE_OK ? sq_run(&s->w, ST_COMMIT) : rc;
}

static void apply_group(struct store *s, const struct group *g)
{
    trend_apply_merges(s);
    for (int t = 0; t < STORE_HISTORIES; t++) {
        s->notes[t] += s->notes_staged[t];
        if (s->notes[t] >= NOTES_EVERY)
            s->notes[t] = 0;    /* trimmed by this very group */
    }
    for (uint64_t at = g->from; at != g->to;) {
        const struct store_entry *e = entry_at(s, at);
        at += e->size;
        if (e->op == OP_PAD || e->skip)
            continue;
        if (e->dead) {
            fail(s, e->ticket, e->ticket);
            s->st.lost++;
        } else {
            apply(s, e);
        }
    }
}

static void settle(struct store *s, uint64_t ticket)
{
    if (ticket > atomic_load(&s->done)) {
        atomic_store(&s->done, ticket);
        loop_wake(s->fd);
        store_nudge(&s->reader_asleep, s->read_fd, 1);
    }
}

/* --- status -------------------------------------------------------------------------------- */

static void say_failed(struct store *s, int rc)
{
    int fault = sq_fault(rc);
    if (fault == STORE_OK)
        fault = STORE_IO;
    pthread_mutex_lock(&s->status_lock);
    s->st.failures++;
    s->st.state = (enum store_fault)fault;
    sqlite3_snprintf((int)sizeof s->st.reason, s->st.reason, "%s: %s", s->path,
                     rc == MOVED ? "moved or deleted while it was in use" : sqlite3_errstr(rc));
    pthread_mutex_unlock(&s->status_lock);
}

static void say_committed(struct store *s, uint64_t ns, size_t queued)
{
    uint32_t us = ns / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ns / 1000);
    s->st.groups++;
    s->st.state = STORE_OK;
    s->st.reason[0] = 0;
    s->st.commit_us = us;
    if (us > s->st.commit_us_max)
        s->st.commit_us_max = us;
    if (queued > s->st.queued_max)
        s->st.queued_max = queued;
}

static void measure(struct store *s)
{
    sqlite3_stmt *st = sq_get(&s->w, ST_PAGES);
    if (!st || sqlite3_step(st) != SQLITE_ROW)
        return;
    int64_t size = sqlite3_column_int64(st, 0), used = sqlite3_column_int64(st, 1);
    sqlite3_reset(st);
    bool squeeze = (uint64_t)used > s->o.file_max;
    if (squeeze && !s->squeeze)
        s->aged = 0;            /* logs that record nothing have to give as well, now */
    s->squeeze = squeeze;
    pthread_mutex_lock(&s->status_lock);
    s->st.file_size = (uint64_t)size;
    pthread_mutex_unlock(&s->status_lock);
}

/* --- the thread ---------------------------------------------------------------------------- */

static bool hurried(const struct store *s)
{
    return atomic_load(&s->urgent) > atomic_load(&s->done);
}

/* What goes into a file that no name leads to is lost with the process. */
static bool has_moved(struct store *s)
{
    int moved = 0;
    return sqlite3_file_control(s->w.db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

static int commit(struct store *s)
{
    s->attempt++;
    now_ms(s);
    uint64_t begin = s->clock.mono_ns;
    size_t queued = (size_t)(atomic_load(&s->head) - atomic_load(&s->tail));
    struct group g = gather(s);
    trend_housekeep(s, atomic_load(&s->stop));
    int rc = has_moved(s) ? MOVED : stage_group(s, &g, hurried(s));
    if (rc != SQLITE_OK) {
        if (!sqlite3_get_autocommit(s->w.db))
            sq_run(&s->w, ST_ROLLBACK);
        say_failed(s, rc);
        return rc;
    }
    now_ms(s);
    pthread_mutex_lock(&s->status_lock);
    apply_group(s, &g);
    say_committed(s, s->clock.mono_ns - begin, queued);
    bool look = s->st.groups % 64 == 1;
    pthread_mutex_unlock(&s->status_lock);
    if (g.last > s->committed)
        s->committed = g.last;
    atomic_store(&s->tail, g.to);
    settle(s, g.last);
    if (look)
        measure(s);
    return SQLITE_OK;
}

/* Copies the log into the file while nobody waits for a ticket. Passive: waits for nobody. */
static void checkpoint(struct store *s)
{
    bool idle = !hurried(s);
    if (s->wal_pages < (idle ? CHECKPOINT_IDLE : CHECKPOINT_MUST))
        return;
    sqlite3_wal_checkpoint_v2(s->w.db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    s->wal_pages = 0;           /* asked again after the next commit, which tells anew */
}

static void sleep_until(struct store *s, uint64_t due)
{
    bool for_good = due == UINT64_MAX;
    uint64_t head = atomic_load(&s->head), now = for_good ? 0 : now_ms(s);
    if (due <= now)
        return;
    uint64_t ms = for_good ? 0 : due - now;
    atomic_store(&s->asleep, for_good ? 2 : 1);
    if (atomic_load(&s->stop) || hurried(s) || (for_good && head != atomic_load(&s->head)) ||
        (for_good && head != atomic_load(&s->tail)))
        atomic_store(&s->asleep, 0);
    else
        store_wait(&s->asleep, s->write_fd, for_good ? -1 : ms > INT_MAX ? INT_MAX : (int)ms);
}

/* The disk does not take it. The first attempts follow quickly; then all that was put meanwhile
 * has failed, and new puts fail when they come. False: the process ends and it did not help. */
static bool endure(struct store *s, uint64_t *backoff)
{
    uint64_t now = now_ms(s), until = now + *backoff;
    if (!s->failing_since)
        s->failing_since = now;
    *backoff = *backoff * 2 < BACKOFF_MAX ? *backoff * 2 : BACKOFF_MAX;
    while (now < until) {
        bool late = now - s->failing_since >= s->o.patience_ms;
        uint64_t done = atomic_load(&s->done), last = atomic_load(&s->ticket);
        if (late && !atomic_exchange(&s->ails, true))
            loop_wake(s->fd);
        if (late && last > done) {
            fail(s, done + 1, last);
            settle(s, last);
        }
        if (late && atomic_load(&s->stop))
            return false;
        atomic_store(&s->asleep, 1);
        if (!late || last == atomic_load(&s->ticket)) {
            uint64_t late_at = s->failing_since + s->o.patience_ms;
            uint64_t ms = !late && late_at < until ? late_at - now : until - now;
            store_wait(&s->asleep, s->write_fd, (int)ms + 1);
        }
        atomic_store(&s->asleep, 0);
        now = now_ms(s);
        if (!late && atomic_load(&s->stop))
            break;              /* try at once; then patience decides */
    }
    return true;
}

void *store_writer(void *store)
{
    struct store *s = store;
    uint64_t backoff = BACKOFF_MIN, lazy_since = 0;
    for (;;) {
        bool work = atomic_load(&s->head) != atomic_load(&s->tail), stop = atomic_load(&s->stop);
        if (!work && !s->n_merge && stop) {
            commit(s);          /* leaves no journal that the next start would read for nothing */
            break;
        }
        if (!work && !s->n_merge) {
            checkpoint(s);
            sleep_until(s, UINT64_MAX);
            lazy_since = 0;
            continue;
        }
        if (!lazy_since)
            lazy_since = now_ms(s);
        uint64_t due = lazy_since + s->o.lazy_ms;
        if (!hurried(s) && !stop && !s->failing_since && !s->n_merge && now_ms(s) < due) {
            sleep_until(s, due);
            continue;
        }
        lazy_since = 0;
        if (commit(s) == SQLITE_OK) {
            backoff = BACKOFF_MIN;
            s->failing_since = 0;
            if (atomic_exchange(&s->ails, false))
                loop_wake(s->fd);
            checkpoint(s);
        } else if (!endure(s, &backoff)) {
            break;
        }
    }
    pthread_mutex_lock(&s->status_lock);
    s->st.lost += atomic_load(&s->ticket) - s->committed;
    pthread_mutex_unlock(&s->status_lock);
    return NULL;
}
