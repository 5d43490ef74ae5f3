/* Another image while running: loaded, checked and compared beside the loop by a thread, its state
 * carried over in slices between turns, swapped in between two turns, the old one freed by a thread.
 * Part of the host; see host.h. What is the same by identity keeps its state; a bad image changes
 * nothing. Sockets stay; transactions under way end (their clients ask again). */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/notify.h"
#include "runtime/engine/cov.h"
#include "runtime/engine/restart.h"
#include "runtime/host.h"
#include "runtime/object/alarm.h"
#include "runtime/object/binary.h"
#include "runtime/object/carry.h"
#include "runtime/object/persist.h"
#include "runtime/object/values.h"
#include "runtime/object/written.h"
#include "runtime/service/services.h"
#include "runtime/source/source.h"

/* FEW: what the turn of the swap may have to carry again. */
enum { SETTLE_MS = 3000, LAST_TURNS = 64, CARRY_SLICE = 2000, FEW = 64 };

struct reload {
    pthread_t thread;
    int fd;                     /* the thread's word                                             */
    bool running, ready, good, asked;
    struct host *h;             /* the thread looks at h->db.img alone                           */
    struct clock clock;
    struct control_ask ask;
    char path[HOST_PATH], why[HOST_WHY];
    struct db now;
    struct carry carry;
    uint64_t put;               /* ticket: what the store was given before                       */
    struct persist back;        /* what was there before, and is again                           */
    int fault;                  /* of the store, when that was read                              */
    uint64_t until_ms;
};

static bool same_text(const struct image *a, le32 x, const struct image *b, le32 y)
{
    struct span s = img_text(a, x), t = img_text(b, y);
    return s.n == t.n && !memcmp(s.p, t.p, s.n);
}

/* Sockets cannot change hands while they serve. */
static bool same_ports(const struct image *a, const struct image *b)
{
    if (a->n_ports != b->n_ports)
        return false;
    for (uint32_t i = 0; i < a->n_ports; i++) {
        const struct img_port *p = &a->ports[i], *q = &b->ports[i];
        if (p->id != q->id || p->type != q->type || le16_get(p->flags) != le16_get(q->flags) ||
            le16_get(p->udp_port) != le16_get(q->udp_port) ||
            !same_text(a, p->adapter, b, q->adapter) || !same_text(a, p->address, b, q->address))
            return false;
    }
    return true;
}

/* From the store, once it has what it was given. A disk that fails tells nothing new. */
static void bring_back(struct reload *r)
{
    enum { WAITS = 400, WAIT_NS = 5000000 };
    struct store *s = r->h->store;
    for (unsigned i = 0; i < WAITS && store_done(s) < r->put; i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = WAIT_NS}, NULL);
    r->fault = carry_back(&r->carry, s, &r->back);
}

static void prepare(struct reload *r)
{
    char reason[160];
    if (!image_load(&r->now, r->path, &r->clock, &r->h->outbox, reason, sizeof reason)) {
        snprintf(r->why, sizeof r->why, "%s", reason);
        return;
    }
    if (!same_ports(&r->h->db.img, &r->now.img)) {
        snprintf(r->why, sizeof r->why, "its ports are others: restart bacrt to take it");
    } else if (carry_open(&r->carry, &r->h->db, &r->now)) {
        snprintf(r->why, sizeof r->why, "%s", strerror(ENOMEM));
    } else {
        values_start(&r->now);
        bring_back(r);
        r->good = true;
        return;
    }
    db_close(&r->now);
}

/* Threads of ours take no signals: they are the loop's. 0 or -errno. */
static int start_thread(pthread_t *thread, void *(*fn)(void *), void *ctx)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int err = -pthread_create(thread, NULL, fn, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

struct gone { struct db db; struct carry carry; };

static void *free_gone(void *ctx)
{
    struct gone *g = ctx;
    db_close(&g->db);
    carry_close(&g->carry);
    free(g);
    return NULL;
}

/* Unmapping many megabytes takes as long as serving a hundred requests: somebody else does it. */
static void release(struct db *was, struct carry *carry)
{
    struct gone *g = malloc(sizeof *g);
    pthread_t thread;
    if (g)
        *g = (struct gone){*was, *carry};
    if (g && !start_thread(&thread, free_gone, g)) {
        pthread_detach(thread);
        carry_forget(carry);
        return;
    }
    free(g);
    db_close(was);
}

/* Devices know where the state is that they belong to. */
static void adopt(struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        db->devices[i].db = db;
}

static void *work(void *ctx)
{
    struct reload *r = ctx;
    prepare(r);
    loop_wake(r->fd);
    return NULL;
}

static void end(struct host *h, const char *code, const char *text)
{
    struct reload *r = h->reload;
    char why[sizeof r->path + HOST_WHY];
    if (code) {
        snprintf(why, sizeof why, "%s: %s", r->path, text);
        text = why;
        log_say(&h->log, LOGGED_ERROR, "reload", "%s; the image before it goes on", text);
    } else {
        log_say(&h->log, LOGGED_INFO, "reload", "%s: %s", r->path, text);
    }
    h->reloads += !code;
    h->reloads_refused += code != NULL;
    if (r->asked && h->control)
        control_reply(h->control, &r->ask, code, text);
    notify_say("READY=1");
    host_reload_close(h);
}

void host_reload_close(struct host *h)
{
    struct reload *r = h->reload;
    if (!r)
        return;
    if (r->running)
        pthread_join(r->thread, NULL);
    if (r->good) {
        carry_close(&r->carry);
        db_close(&r->now);
    }
    if (r->fd >= 0) {
        (void)loop_remove(&h->loop, r->fd);
        close(r->fd);
    }
    free(r);
    h->reload = NULL;
}

static void audit_signal(struct host *h)
{
    struct audit_entry e = {.kind = AUDIT_MANAGE, .time = db_now(&h->db), .property = UINT32_MAX,
                            .index = UINT32_MAX, .who = "signal", .now = "reload"};
    audit_note(&h->audit, &e);
}

void host_reload(struct host *h, const struct control_ask *ask)
{
    bool busy = h->reload;
    struct reload *r = busy ? NULL : calloc(1, sizeof *r);
    if (!ask)
        audit_signal(h);
    if (!r) {
        const char *why = busy ? "a reload is under way" : "out of memory";
        log_say(&h->log, LOGGED_WARNING, "reload", "%s", why);
        if (ask)
            control_reply(h->control, ask, busy ? "busy" : "no-resources", why);
        return;
    }
    h->reload = r;
    r->h = h;
    r->clock = h->clock;
    r->put = store_flush(h->store);
    r->asked = ask != NULL;
    if (ask)
        r->ask = *ask;
    snprintf(r->path, sizeof r->path, "%s", ask && ask->path[0] ? ask->path : h->image);
    notify_say("RELOADING=1");
    r->fd = loop_waker();
    int err = r->fd < 0 ? r->fd : loop_add(&h->loop, r->fd, HOST_TAG_RELOAD, LOOP_READ);
    err = err ? err : start_thread(&r->thread, work, r);
    r->running = !err;
    if (err)
        end(h, "no-resources", strerror(-err));
}

void host_reload_done(struct host *h)
{
    struct reload *r = h->reload;
    if (!r || !r->running)
        return;
    loop_wake_take(r->fd);
    pthread_join(r->thread, NULL);
    r->running = false;
    if (!r->good) {
        end(h, "bad-image", r->why);
        return;
    }
    r->ready = true;
    r->now.clock = &h->clock;
    adopt(&r->now);
}

static void inherit(struct host *h, const struct db *was)
{
    h->db.audit = was->audit;
    h->db.gate = was->gate;
    h->db.time_steps = was->time_steps;
    h->db.alarms.store = was->alarms.store;
    h->db.logs = was->logs;
    h->db.alarms.serial = was->alarms.serial;       /* what is under way is not taken for its own */
    h->db.time_offset_ms = was->time_offset_ms;
    persist_clock_again(&h->db, was);
    h->db.journal.last = was->journal.last;
    h->db.journal.on = was->journal.on;
    h->db.journal.settled = was->journal.settled;
    h->db.journal.failed = was->journal.failed;
    services_announce(&h->db);
}

/* It has not restarted: what it said of its last start holds, and what it still has to say. */
static void known(struct device *is, const struct device *was)
{
    is->restart_reason = was->restart_reason;
    is->restarted_ms = was->restarted_ms;
    is->restart_told = was->restart_told;
    is->restarts = was->restarts;
    is->restart_untold = was->restart_untold;
    is->db->restarts_untold -= !was->restart_untold;
}

/* A device that somebody stopped or started stays so. Others say I-Am, and their new revision. */
static void run_devices(struct host *h, const struct reload *r, const struct db *was)
{
    restart_all(&h->db, RESTART_coldstart);
    for (uint32_t i = 0; i < was->img.n_devices; i++) {
        uint32_t to = r->carry.device[i];
        const bool ran = was->devices[i].state != DEVICE_STOPPED;
        if (to == DB_NONE)
            continue;
        known(&h->db.devices[to], &was->devices[i]);
        if (ran == host_runs_by_image(was, &was->devices[i]))
            continue;
        stack_run(h->stack, (uint16_t)to, ran);
        h->db.devices[to].state = ran ? DEVICE_RUNNING : DEVICE_STOPPED;
    }
    for (uint32_t i = 0; i < h->db.img.n_devices; i++)
        journal_note(&h->db.journal, JOURNAL_DEVICE, i, 0);
}

/* Subscribers stay, and are told what is different now. */
static void keep_subscriptions(struct host *h, const struct reload *r, struct db *was)
{
    subs_move(was->subs, r->carry.object, r->carry.device, h->db.img.n_objects);
    subs_close(h->db.subs);
    h->db.subs = was->subs;
    was->subs = NULL;
    for (uint32_t i = 0; i < h->db.img.n_devices; i++)
        cov_wake(&h->db, (uint16_t)i);
}

static bool swap(struct host *h, struct reload *r, char why[HOST_WHY])
{
    struct stack_port ports[NET_PORTS];
    struct stack *old = h->stack;
    char path[HOST_PATH];
    if (h->sources)
        sources_turn(h->sources);       /* what one device of ours wrote to another since */
    sources_pause(h->sources);
    struct db was = h->db;
    h->db = r->now;
    h->db.clock = &h->clock;
    adopt(&was);
    adopt(&h->db);
    inherit(h, &was);
    r->carry.old = &was;
    r->carry.now = &h->db;
    carry_rest(&r->carry);
    binary_start(&h->db);
    h->stack = NULL;
    int err = ports_again(h, ports, why) ? host_open_stack(h, ports) : -EINVAL;
    if (err) {
        if (err != -EINVAL)
            snprintf(why, HOST_WHY, "%s", strerror(-err));
        h->stack = old;
        h->db = was;                    /* r->now still owns the rest and frees it */
        adopt(&h->db);
        host_sources_close(h, false);
        host_sources_open(h);
        return false;
    }
    keep_subscriptions(h, r, &was);
    while (outbox_first(&h->outbox))    /* indexes of another image */
        outbox_drop(&h->outbox);
    stack_learned(h->stack, old);
    stack_close(old);
    stack_committed(h->stack, persist_done(&h->persist), true);
    run_devices(h, r, &was);
    if (h->control)
        control_swap(h->control, &h->db);
    memcpy(path, h->image, sizeof path);
    if (r->path[0])
        snprintf(h->image, sizeof h->image, "%s", r->path);
    host_sources_swap(h, &was.img, path);
    host_zone(h);
    persist_project(&h->db);
    db_settle(&h->db);
    release(&was, &r->carry);
    r->now = (struct db){0};
    if (engines_again(&h->engines)) {
        log_say(&h->log, LOGGED_ERROR, "memory", "none left for alarms");
        h->stop = true;                 /* a service manager starts it anew, from what is stored */
    }
    return true;
}

/* Everything once, then what changes meanwhile, until little is left or it changes too fast. */
static bool carried(struct host *h, struct reload *r)
{
    bool once = r->carry.done == r->carry.all;
    if (!once)
        r->until_ms = clock_ms(&h->clock) + SETTLE_MS;
    return carry_some(&r->carry, CARRY_SLICE) <= FEW || (once && clock_ms(&h->clock) >= r->until_ms);
}

/* A restore that has begun to take effect takes effect whole. */
static bool restoring(const struct db *db)
{
    bool any = false;
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        any |= db->devices[i].procedure.applying;
    return any;
}

bool host_reload_turn(struct host *h)
{
    struct reload *r = h->reload;
    char text[HOST_WHY];
    if (!r || !r->ready)
        return false;
    bool waiting = h->persist.n || h->db.journal.n;
    if (!carried(h, r))
        return true;                    /* others have their turn in between */
    if (waiting && clock_ms(&h->clock) < r->until_ms)
        return false;                   /* the store's word wakes the loop */
    if (restoring(&h->db))
        return false;                   /* which turns the loop, or waits for storage as well */
    for (unsigned i = 0; i < LAST_TURNS && stack_turn(h->stack); i++)
        continue;
    if (!swap(h, r, text)) {
        end(h, "bad-image", text);
        return true;
    }
    if (r->carry.misfit)
        log_say(&h->log, LOGGED_WARNING, "state", "%u value%s no longer fit%s: there it is as the project says",
                r->carry.misfit, r->carry.misfit == 1 ? "" : "s", r->carry.misfit == 1 ? "s" : "");
    if (r->back.misfit || r->fault)
        log_say(&h->log, LOGGED_WARNING, "state", "of what is back, %llu values no longer fit%s%s",
                (unsigned long long)r->back.misfit, r->fault ? ", reading ended: " : "",
                r->fault ? store_fault_name((enum store_fault)r->fault) : "");
    recipients_keep(&h->db);
    recipients_tell(&h->db, &h->log);
    const uint32_t written = written_tell(&h->db, &h->log);
    int n = snprintf(text, sizeof text, "%u objects: %u kept, %u new, %u gone", h->db.img.n_objects,
                     r->carry.kept, r->carry.fresh, r->carry.gone);
    if (written)
        snprintf(text + n, sizeof text - (size_t)n, "; %u %s as clients have written, see the log", written,
                 written == 1 ? "property stays" : "properties stay");
    end(h, NULL, text);
    stack_start(h->stack);
    return true;
}
