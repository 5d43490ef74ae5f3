/* See vfs.h. Files keep a copy of their synced content and a list of the writes since. The -shm
 * file is memory that the kernel shares; it does not outlive the power. */
#include "tests/fault/vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FAULT_SECTOR = 512, FAULT_FILES = 16 };

struct fault_write {
    sqlite3_int64 at;           /* a cut to this length, if data is NULL                         */
    size_t n;
    uint8_t *data;
};
struct fault_disk {             /* a file as the disk knows it; outlives its descriptors         */
    char name[400];
    uint8_t *data;
    size_t n, cap;
    struct fault_write *writes;
    size_t n_writes, cap_writes;
};
struct fault_file {
    sqlite3_file base;
    struct fault_disk *disk;    /* NULL: not looked at                                           */
    sqlite3_file *real;
};

static struct {
    pthread_mutex_t lock;
    sqlite3_vfs vfs, *real;
    struct fault_disk disks[FAULT_FILES];
    size_t n_disks;
    long write_from, write_times, sync_from, sync_times;
    int write_code, sync_code, read_only;
    unsigned slow;
    uint64_t writes, syncs;
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

static sqlite3_file *real_of(sqlite3_file *f) { return ((struct fault_file *)(void *)f)->real; }
static struct fault_disk *disk_of(sqlite3_file *f)
{
    return ((struct fault_file *)(void *)f)->disk;
}

static int due(long *from, long *times, int code)
{
    if (*from > 1) {
        --*from;
        return SQLITE_OK;
    }
    if (*from != 1 || !*times)
        return SQLITE_OK;
    --*times;
    return code;
}

/* --- what the disk knows ------------------------------------------------------------------- */

static void disk_size(uint8_t **data, size_t *have, size_t *cap, size_t n)
{
    if (n > *cap) {
        *cap = n * 2;
        *data = realloc(*data, *cap);
        if (!*data)
            abort();
    }
    if (n > *have)
        memset(*data + *have, 0, n - *have);
    *have = n;
}

static void disk_apply(uint8_t **data, size_t *have, size_t *cap, const struct fault_write *w)
{
    if (!w->data) {
        if ((size_t)w->at < *have)
            *have = (size_t)w->at;
        return;
    }
    size_t end = (size_t)w->at + w->n;
    if (end > *have)
        disk_size(data, have, cap, end);
    memcpy(*data + w->at, w->data, w->n);
}

static void disk_write(struct fault_disk *d, const void *p, size_t n, sqlite3_int64 at)
{
    if (d->n_writes == d->cap_writes) {
        d->cap_writes = d->cap_writes ? d->cap_writes * 2 : 64;
        d->writes = realloc(d->writes, d->cap_writes * sizeof *d->writes);
        if (!d->writes)
            abort();
    }
    struct fault_write *w = &d->writes[d->n_writes++];
    *w = (struct fault_write){at, n, p ? malloc(n) : NULL};
    if (p && w->data)
        memcpy(w->data, p, n);
}

static void disk_sync(struct fault_disk *d)
{
    for (size_t i = 0; i < d->n_writes; i++) {
        disk_apply(&d->data, &d->n, &d->cap, &d->writes[i]);
        free(d->writes[i].data);
    }
    d->n_writes = 0;
}

static struct fault_disk *disk_at(const char *name)
{
    for (size_t i = 0; i < fault.n_disks; i++)
        if (!strcmp(fault.disks[i].name, name))
            return &fault.disks[i];
    if (fault.n_disks == FAULT_FILES)
        return NULL;
    struct fault_disk *d = &fault.disks[fault.n_disks++];
    snprintf(d->name, sizeof d->name, "%s", name);
    FILE *f = fopen(name, "r");     /* what is there before the test is on the disk */
    uint8_t buf[4096];
    for (size_t n; f && (n = fread(buf, 1, sizeof buf, f)) > 0;) {
        size_t at = d->n;
        disk_size(&d->data, &d->n, &d->cap, at + n);
        memcpy(d->data + at, buf, n);
    }
    if (f)
        fclose(f);
    return d;
}

/* Writes since the last sync: each sector of each of them arrived or not. */
static void cut_one(const struct fault_disk *d, const char *to, unsigned *seed)
{
    uint8_t *data = malloc(d->n + 1);
    size_t n = d->n, cap = d->n + 1;
    int mode = rand_r(seed) % 3;            /* nothing arrived, all did, some did */
    if (!data)
        abort();
    if (d->n)
        memcpy(data, d->data, d->n);
    for (size_t i = 0; mode && i < d->n_writes; i++) {
        const struct fault_write *w = &d->writes[i];
        if (!w->data && (mode == 1 || rand_r(seed) % 2))
            disk_apply(&data, &n, &cap, w);
        for (size_t at = 0; w->data && at < w->n; at += FAULT_SECTOR) {
            size_t len = w->n - at < FAULT_SECTOR ? w->n - at : FAULT_SECTOR;
            struct fault_write part = {w->at + (sqlite3_int64)at, len, w->data + at};
            if (mode == 1 || rand_r(seed) % 2)
                disk_apply(&data, &n, &cap, &part);
        }
    }
    FILE *f = fopen(to, "w");
    if (!f || fwrite(data, 1, n, f) != n || fclose(f))
        abort();
    free(data);
}

void fault_cut(const char *to, unsigned seed)
{
    char name[500];
    pthread_mutex_lock(&fault.lock);
    for (size_t i = 0; i < fault.n_disks; i++) {
        const char *base = strrchr(fault.disks[i].name, '/');
        snprintf(name, sizeof name, "%s%s", to, base ? base : fault.disks[i].name);
        cut_one(&fault.disks[i], name, &seed);
    }
    pthread_mutex_unlock(&fault.lock);
}

/* --- files --------------------------------------------------------------------------------- */

static int fv_close(sqlite3_file *f)
{
    int rc = real_of(f)->pMethods->xClose(real_of(f));
    sqlite3_free(real_of(f));
    return rc;
}
static int fv_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}
static int fv_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    pthread_mutex_lock(&fault.lock);
    fault.writes++;
    int rc = due(&fault.write_from, &fault.write_times, fault.write_code);
    if (rc == SQLITE_OK)
        rc = real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
    if (rc == SQLITE_OK && disk_of(f))
        disk_write(disk_of(f), p, (size_t)n, at);
    pthread_mutex_unlock(&fault.lock);
    return rc;
}
static int fv_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    pthread_mutex_lock(&fault.lock);
    int rc = real_of(f)->pMethods->xTruncate(real_of(f), n);
    if (rc == SQLITE_OK && disk_of(f))
        disk_write(disk_of(f), NULL, 0, n);
    pthread_mutex_unlock(&fault.lock);
    return rc;
}
static int fv_sync(sqlite3_file *f, int flags)
{
    (void)flags;                /* the machine that runs the test stays up */
    pthread_mutex_lock(&fault.lock);
    unsigned slow = fault.slow;
    fault.syncs++;
    pthread_mutex_unlock(&fault.lock);
    if (slow)
        usleep(slow * 1000);
    pthread_mutex_lock(&fault.lock);
    int rc = due(&fault.sync_from, &fault.sync_times, fault.sync_code);
    if (rc == SQLITE_OK && disk_of(f))
        disk_sync(disk_of(f));
    pthread_mutex_unlock(&fault.lock);
    return rc;
}
static int fv_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), n);
}
static int fv_lock(sqlite3_file *f, int how) { return real_of(f)->pMethods->xLock(real_of(f), how); }
static int fv_unlock(sqlite3_file *f, int how)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), how);
}
static int fv_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
static int fv_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int fv_sector(sqlite3_file *f)
{
    (void)f;
    return FAULT_SECTOR;
}
static int fv_traits(sqlite3_file *f)
{
    (void)f;
    return 0;                   /* promises nothing: not even that a write leaves its neighbours */
}
static int fv_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}
static int fv_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}
static void fv_shm_barrier(sqlite3_file *f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }
static int fv_shm_unmap(sqlite3_file *f, int del)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), del);
}

static const sqlite3_io_methods fault_methods = {
    2, fv_close, fv_read, fv_write, fv_truncate, fv_sync, fv_size, fv_lock, fv_unlock, fv_reserved,
    fv_control, fv_sector, fv_traits, fv_shm_map, fv_shm_lock, fv_shm_barrier, fv_shm_unmap,
    NULL, NULL,
};

static int fv_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct fault_file *file = (struct fault_file *)(void *)f;
    (void)v;
    *file = (struct fault_file){0};
    pthread_mutex_lock(&fault.lock);
    if (fault.read_only && flags & SQLITE_OPEN_READWRITE) {
        pthread_mutex_unlock(&fault.lock);
        return SQLITE_READONLY;
    }
    pthread_mutex_unlock(&fault.lock);
    file->real = sqlite3_malloc(fault.real->szOsFile);
    if (!file->real)
        return SQLITE_NOMEM;
    memset(file->real, 0, (size_t)fault.real->szOsFile);
    int rc = fault.real->xOpen(fault.real, name, file->real, flags, out);
    if (rc != SQLITE_OK) {
        sqlite3_free(file->real);
        return rc;
    }
    pthread_mutex_lock(&fault.lock);
    if (name && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))
        file->disk = disk_at(name);
    pthread_mutex_unlock(&fault.lock);
    file->base.pMethods = &fault_methods;
    return SQLITE_OK;
}

static int fv_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    int rc = fault.real->xDelete(fault.real, name, sync);
    pthread_mutex_lock(&fault.lock);
    struct fault_disk *d = disk_at(name);
    if (rc == SQLITE_OK && d) {
        disk_sync(d);
        d->n = 0;
    }
    pthread_mutex_unlock(&fault.lock);
    return rc;
}

void fault_install(void)
{
    fault.real = sqlite3_vfs_find(NULL);
    fault.vfs = *fault.real;
    fault.vfs.zName = "fault";
    fault.vfs.szOsFile = (int)sizeof(struct fault_file);
    fault.vfs.xOpen = fv_open;
    fault.vfs.xDelete = fv_delete;
    sqlite3_vfs_register(&fault.vfs, 1);
}

void fault_use(int on) { sqlite3_vfs_register(on ? &fault.vfs : fault.real, 1); }

void fault_writes(long n, long times, int code)
{
    pthread_mutex_lock(&fault.lock);
    fault.write_from = n;
    fault.write_times = times;
    fault.write_code = code;
    pthread_mutex_unlock(&fault.lock);
}
void fault_syncs(long n, long times, int code)
{
    pthread_mutex_lock(&fault.lock);
    fault.sync_from = n;
    fault.sync_times = times;
    fault.sync_code = code;
    pthread_mutex_unlock(&fault.lock);
}
void fault_slow_sync(unsigned ms)
{
    pthread_mutex_lock(&fault.lock);
    fault.slow = ms;
    pthread_mutex_unlock(&fault.lock);
}
void fault_read_only(int on)
{
    pthread_mutex_lock(&fault.lock);
    fault.read_only = on;
    pthread_mutex_unlock(&fault.lock);
}
uint64_t fault_writes_done(void) { return fault.writes; }
uint64_t fault_syncs_done(void) { return fault.syncs; }
