/* The store as the loop sees it: opening, the ring of puts, tickets, status. Nothing here touches
 * SQLite; see store_db.c (file), store_write.c (storage thread), store_trend.c, store_read.c. */
#include "runtime/data/store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/loop.h"
#include "runtime/data/store_int.h"

static const char *const fault_names[STORE_FAULTS] = {
    [STORE_OK] = "ok",           [STORE_IN_USE] = "in-use",        [STORE_NEWER] = "newer-version",
    [STORE_DAMAGED] = "damaged", [STORE_READ_ONLY] = "read-only", [STORE_FULL] = "disk-full",
    [STORE_IO] = "io-error",
};

const char *store_fault_name(enum store_fault f)
{
    return f < STORE_FAULTS ? fault_names[f] : "unknown";
}

/* --- opening ------------------------------------------------------------------------------- */

static int fault_of_errno(int e)
{
    switch (e) {
    case EACCES: case EPERM: case EROFS: return STORE_READ_ONLY;
    case ENOSPC: case EDQUOT: return STORE_FULL;
    default: return STORE_IO;
    }
}

static int say_errno(char *why, size_t why_n, const char *what, int e)
{
    snprintf(why, why_n, "%s: %s", what, strerror(e));
    return fault_of_errno(e);
}

/* A new directory is only there after a power cut if its parent was told. */
static void sync_parent(const char *dir)
{
    char parent[4096];
    int n = snprintf(parent, sizeof parent, "%s/..", dir);
    int fd = n > 0 && (size_t)n < sizeof parent ? open(parent, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* The lock belongs to the descriptor: whatever way the process ends, it is gone with it. */
static int lock(struct store *s, const char *dir, char *why, size_t why_n)
{
    char name[4096], pid[32];
    int n = snprintf(name, sizeof name, "%s/lock", dir);
    if (n < 0 || (size_t)n >= sizeof name)
        return say_errno(why, why_n, dir, ENAMETOOLONG);
    s->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (s->lock_fd < 0)
        return say_errno(why, why_n, name, errno);
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        ssize_t got = read(s->lock_fd, pid, sizeof pid - 1);
        pid[got > 0 ? got : 0] = 0;
        pid[strspn(pid, "0123456789")] = 0;
        snprintf(why, why_n, "%s is in use by process %s", dir, pid[0] ? pid : "(unknown)");
        return STORE_IN_USE;
    }
    n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    /* Where there is no room, the lock holds all the same and does not say whose it is. */
    bool said = !ftruncate(s->lock_fd, 0) && pwrite(s->lock_fd, pid, (size_t)n, 0) == n;
    (void)said;
    return STORE_OK;
}

static int make_dir(const char *dir, char *why, size_t why_n)
{
    if (mkdir(dir, 0755) == 0)
        sync_parent(dir);
    else if (errno != EEXIST)
        return say_errno(why, why_n, dir, errno);
    return STORE_OK;
}

static struct store_options with_defaults(const struct store_options *o)
{
    struct store_options d = o ? *o : (struct store_options){0};
    size_t queue = (size_t)4 * STORE_VALUE_MAX;
    int64_t days400 = (int64_t)400 * 86400 * 1000;
    while (queue < (d.queue ? d.queue : (size_t)4 << 20))
        queue <<= 1;
    d.queue = queue;
    d.lazy_ms = d.lazy_ms ? d.lazy_ms : 500;
    d.patience_ms = d.patience_ms ? d.patience_ms : 1000;
    d.audit_rows = d.audit_rows ? d.audit_rows : 100000;
    d.event_rows = d.event_rows ? d.event_rows : 100000;
    d.audit_ms = d.audit_ms ? d.audit_ms : days400;
    d.event_ms = d.event_ms ? d.event_ms : days400;
    d.file_max = d.file_max ? d.file_max : (uint64_t)4 << 30;
    return d;
}

static int begin(struct store *s, const char *dir, char *why, size_t why_n)
{
    size_t n = strlen(dir) + sizeof "/state.db";
    s->path = malloc(n);
    s->ring = calloc(1, s->o.queue);
    s->slots = calloc((size_t)2 * STORE_GROUP, sizeof *s->slots);
    if (!s->path || !s->ring || !s->slots)
        return say_errno(why, why_n, "state", ENOMEM);
    snprintf(s->path, n, "%s/state.db", dir);
    s->mask = s->o.queue - 1;
    int fault = make_dir(dir, why, why_n);
    if (!fault)
        fault = lock(s, dir, why, why_n);
    if (!fault)
        fault = sq_open(s, why, why_n);
    if (fault)
        return fault;
    s->fd = loop_waker();
    s->write_fd = loop_waker();
    s->read_fd = loop_waker();
    if (s->fd < 0 || s->write_fd < 0 || s->read_fd < 0)
        return say_errno(why, why_n, "state", EMFILE);
    return STORE_OK;
}

/* Signals are the loop's business: the threads begin with all of them blocked. */
static int start_threads(struct store *s, char *why, size_t why_n)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int e = pthread_create(&s->writer, NULL, store_writer, s);
    if (!e) {
        e = pthread_create(&s->reader, NULL, store_reader, s);
        if (e) {
            atomic_store(&s->stop, true);
            store_nudge(&s->asleep, s->write_fd, 1);
            pthread_join(s->writer, NULL);
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    s->threads = !e;
    return e ? say_errno(why, why_n, "state: threads", e) : STORE_OK;
}

static void shut(struct store *s)
{
    sq_close(&s->w);
    sq_close(&s->r);
    logs_free(s);
    free(s->ring);
    free(s->slots);
    s->ring = NULL;
    s->slots = NULL;
    int *fds[] = {&s->write_fd, &s->read_fd, &s->lock_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

int store_open(struct store **out, const char *dir, const struct store_options *o, char *why,
               size_t why_n)
{
    char reason[200] = "";
    struct store *s = calloc(1, sizeof *s);
    *out = s;
    if (!s)
        return say_errno(why, why_n, "state", ENOMEM);
    s->o = with_defaults(o);
    s->fd = s->write_fd = s->read_fd = s->lock_fd = -1;
    pthread_mutex_init(&s->status_lock, NULL);
    pthread_mutex_init(&s->logs_lock, NULL);
    clock_init(&s->clock);
    int fault = begin(s, dir, reason, sizeof reason);
    if (!fault)
        fault = start_threads(s, reason, sizeof reason);
    if (fault) {
        s->off = true;
        shut(s);
        s->st.state = (enum store_fault)fault;
        s->st.off = true;
        memcpy(s->st.reason, reason, sizeof reason);
    }
    if (why && why_n)
        snprintf(why, why_n, "%s", reason);
    return fault;
}

uint64_t store_close(struct store *s)
{
    if (!s)
        return 0;
    if (s->threads) {
        atomic_store(&s->reader_stop, true);
        store_nudge(&s->reader_asleep, s->read_fd, 1);
        pthread_join(s->reader, NULL);
        sq_close(&s->r);
        atomic_store(&s->stop, true);
        store_nudge(&s->asleep, s->write_fd, 1);
        pthread_join(s->writer, NULL);
    }
    uint64_t lost = s->st.lost;
    shut(s);
    if (s->fd >= 0)
        close(s->fd);
    pthread_mutex_destroy(&s->status_lock);
    pthread_mutex_destroy(&s->logs_lock);
    free(s->path);
    free(s);
    return lost;
}

/* --- sleeping and waking ------------------------------------------------------------------- */

/* A thread says how deep it sleeps before it looks a last time at what it waits for (its caller
 * does); who brings work publishes that first and looks at the sleeper afterwards. */
void store_wait(atomic_int *asleep, int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    poll(&p, 1, timeout_ms);
    atomic_store(asleep, 0);
    loop_wake_take(fd);
}

/* Wakes a sleeper that sleeps at least that deep. */
void store_nudge(atomic_int *asleep, int fd, int deep)
{
    if (atomic_load(asleep) >= deep && atomic_exchange(asleep, 0))
        loop_wake(fd);
}

/* --- putting ------------------------------------------------------------------------------- */

static size_t rounded(size_t n) { return (n + 15) & ~(size_t)15; }

/* Where the next entry goes. */
static uint64_t end_of(const struct store *s)
{
    return s->held.depth ? s->held.head : atomic_load_explicit(&s->head, memory_order_relaxed);
}

/* Room for an entry with n octets behind it, in one piece; NULL: none. Not yet visible. */
static struct store_entry *reserve(struct store *s, enum store_op op, size_t n, uint64_t *head)
{
    size_t need = rounded(sizeof(struct store_entry) + n);
    uint64_t h = end_of(s);
    uint64_t t = atomic_load_explicit(&s->tail, memory_order_acquire);
    size_t at = (size_t)h & s->mask, to_end = s->mask + 1 - at;
    size_t pad = need > to_end ? to_end : 0;
    if (need + pad > s->mask + 1 - (size_t)(h - t)) {
        atomic_fetch_add_explicit(&s->refused, 1, memory_order_relaxed);
        return NULL;
    }
    if (pad) {                  /* at least 16 octets: all sizes are multiples of that */
        uint32_t size = (uint32_t)pad;
        memcpy(s->ring + at, &size, sizeof size);
        s->ring[at + offsetof(struct store_entry, op)] = OP_PAD;
        at = 0;
    }
    void *place = s->ring + at;
    struct store_entry *e = place;
    memset(e, 0, sizeof *e);
    e->size = (uint32_t)need;
    e->op = (uint8_t)op;
    e->n = (uint32_t)n;
    e->ticket = atomic_load_explicit(&s->ticket, memory_order_relaxed) + 1;
    *head = h + pad + need;
    return e;
}

bool store_room(const struct store *s, size_t octets)
{
    size_t need = 2 * rounded(sizeof(struct store_entry) + octets);     /* the end may be padded */
    if (!s || s->off)
        return true;
    uint64_t h = end_of(s);
    return need <= s->mask + 1 - (size_t)(h - atomic_load_explicit(&s->tail, memory_order_acquire));
}

/* Entries up to there are the storage thread's now. */
static void show(struct store *s, uint64_t head, bool urgent)
{
    uint64_t ticket = atomic_load_explicit(&s->ticket, memory_order_relaxed);
    bool half = (size_t)(head - atomic_load(&s->tail)) > s->o.queue / 2;
    atomic_store(&s->head, head);
    if (urgent || half)
        atomic_store(&s->urgent, ticket);
    store_nudge(&s->asleep, s->write_fd, urgent || half ? 1 : 2);
}

static uint64_t publish(struct store *s, struct store_entry *e, uint64_t head, bool urgent)
{
    uint64_t ticket = e->ticket;        /* after the head moves, e is not ours any more */
    atomic_store(&s->ticket, ticket);
    atomic_fetch_add_explicit(&s->puts, 1, memory_order_relaxed);
    if (!s->held.depth) {
        show(s, head, urgent);
        return ticket;
    }
    e->more = 1;
    s->held.last = e;
    s->held.head = head;
    s->held.urgent |= urgent;
    return ticket;
}

void store_begin(struct store *s)
{
    if (!s || s->held.depth++)
        return;
    s->held.head = atomic_load_explicit(&s->head, memory_order_relaxed);
    s->held.last = NULL;
    s->held.urgent = false;
}

void store_end(struct store *s)
{
    if (!s || --s->held.depth || !s->held.last)
        return;
    s->held.last->more = 0;
    show(s, s->held.head, s->held.urgent);
}

/* Off: the status counts what is not kept. */
static uint64_t not_kept(struct store *s)
{
    if (s)
        atomic_fetch_add_explicit(&s->refused, 1, memory_order_relaxed);
    return 0;
}

/* Octets after the head are copied; e's other fields by the caller through `fill`. */
static uint64_t enqueue(struct store *s, const struct store_entry *what, struct span data,
                        bool urgent)
{
    uint64_t head;
    if (!s || s->off)
        return not_kept(s);
    struct store_entry *e = reserve(s, (enum store_op)what->op, data.n, &head);
    if (!e)
        return STORE_REFUSED;
    e->time = what->time;
    e->key = what->key;
    e->position = what->position;
    e->prune = what->prune;
    if (data.n)
        memcpy(e->data, data.p, data.n);
    return publish(s, e, head, urgent);
}

static struct store_entry entry_of(enum store_op op, const uint8_t id[16])
{
    struct store_entry e = {.op = (uint8_t)op};
    memcpy(e.key.id, id, sizeof e.key.id);
    return e;
}

uint64_t store_put(struct store *s, const struct store_key *key, int64_t time, struct span data)
{
    struct store_entry e = {.op = OP_PUT, .time = time, .key = *key};
    if (data.n > STORE_VALUE_MAX)
        return STORE_REFUSED;
    return enqueue(s, &e, data, true);
}

uint64_t store_erase(struct store *s, const struct store_key *key)
{
    struct store_entry e = {.op = OP_ERASE, .key = *key};
    return enqueue(s, &e, (struct span){NULL, 0}, true);
}

uint64_t store_trend(struct store *s, const uint8_t id[16], uint64_t position, int64_t time,
                     struct span record)
{
    struct store_entry e = entry_of(OP_TREND, id);
    e.time = time;
    e.position = position;
    if (record.n > STORE_VALUE_MAX)
        return STORE_REFUSED;
    return enqueue(s, &e, record, false);
}

uint64_t store_trend_limits(struct store *s, const uint8_t id[16], uint32_t records,
                            int64_t keep_ms)
{
    struct store_entry e = entry_of(OP_LIMITS, id);
    e.time = keep_ms;
    e.position = records;
    return enqueue(s, &e, (struct span){NULL, 0}, false);
}

uint64_t store_trend_purge(struct store *s, const uint8_t id[16], uint64_t up_to)
{
    struct store_entry e = entry_of(OP_PURGE, id);
    e.position = up_to;
    return enqueue(s, &e, (struct span){NULL, 0}, true);
}

uint64_t store_prune(struct store *s, struct store_prune *p)
{
    struct store_entry e = {.op = OP_PRUNE, .prune = p};
    return enqueue(s, &e, (struct span){NULL, 0}, true);
}

static void append(uint8_t **to, const void *from, size_t n)
{
    if (n)
        memcpy(*to, from, n);
    *to += n;
}

/* Packed as store_note_of() takes it apart: kind, device, object, numbers, lengths, octets.
 * An event is what a notification waits for; an audit line can wait for company. */
uint64_t store_note(struct store *s, enum store_table table, const struct store_note *note)
{
    uint32_t head[3 + STORE_NUMBERS + STORE_TEXTS] = {note->kind, note->device, note->object};
    size_t n = sizeof head + note->data.n;
    uint64_t pos;
    if (!s || s->off)
        return not_kept(s);
    memcpy(head + 3, note->number, sizeof note->number);
    for (int i = 0; i < STORE_TEXTS; i++) {
        if (note->text[i].n > STORE_VALUE_MAX)
            return STORE_REFUSED;
        head[3 + STORE_NUMBERS + i] = (uint32_t)note->text[i].n;
        n += note->text[i].n;
    }
    if (note->data.n > STORE_VALUE_MAX || n > STORE_VALUE_MAX + sizeof head)
        return STORE_REFUSED;
    struct store_entry *e = reserve(s, OP_NOTE, n, &pos);
    if (!e)
        return STORE_REFUSED;
    e->table = (uint8_t)table;
    e->time = note->time;
    memcpy(e->key.id, note->id, sizeof e->key.id);
    uint8_t *to = e->data;
    append(&to, head, sizeof head);
    for (int i = 0; i < STORE_TEXTS; i++)
        append(&to, note->text[i].p, note->text[i].n);
    append(&to, note->data.p, note->data.n);
    return publish(s, e, pos, table == STORE_EVENTS);
}

uint64_t store_flush(struct store *s)
{
    if (!s || s->off)
        return 0;
    const uint64_t newest = atomic_load(&s->ticket);
    atomic_store(&s->urgent, newest);
    store_nudge(&s->asleep, s->write_fd, 1);
    return newest;
}

/* --- how far it is ------------------------------------------------------------------------- */

uint64_t store_done(const struct store *s) { return s ? atomic_load(&s->done) : 0; }

bool store_failed(const struct store *s, uint64_t ticket)
{
    if (!s || !ticket)
        return false;
    for (uint32_t i = 0; i < STORE_FAILED_RANGES; i++)
        if (ticket >= atomic_load(&s->failed[i].from) && ticket <= atomic_load(&s->failed[i].to))
            return true;
    return ticket == STORE_REFUSED;
}

bool store_failed_since(const struct store *s, uint64_t ticket)
{
    for (uint32_t i = 0; s && i < STORE_FAILED_RANGES; i++)
        if (atomic_load(&s->failed[i].to) && ticket <= atomic_load(&s->failed[i].to))
            return true;
    return false;
}

int store_fd(const struct store *s) { return s ? s->fd : -1; }

void store_take(struct store *s)
{
    if (s && s->fd >= 0)
        loop_wake_take(s->fd);
}

bool store_ails(const struct store *s) { return s && atomic_load(&s->ails); }

void store_status(struct store *s, struct store_status *out)
{
    *out = (struct store_status){.off = true, .reason = "no --data"};
    if (!s)
        return;
    pthread_mutex_lock(&s->status_lock);
    *out = s->st;
    pthread_mutex_unlock(&s->status_lock);
    out->puts = atomic_load(&s->puts);
    out->refused = atomic_load(&s->refused);
    out->done = atomic_load(&s->done);
    out->queued = (size_t)(atomic_load(&s->head) - atomic_load(&s->tail));
    if (out->queued > out->queued_max)
        out->queued_max = out->queued;
}
