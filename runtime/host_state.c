/* What survives and who may look at it: the store, the journal's way into it, the audit, the control
 * socket and its counters. Part of the host; see host.h. A disk that fails costs durability, visibly;
 * never the network side. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/notify.h"
#include "runtime/data/log_reader.h"
#include "runtime/engine/manage.h"
#include "runtime/host.h"
#include "runtime/net/bbmd.h"
#include "runtime/object/alarm.h"
#include "runtime/object/trend.h"
#include "schemas/version.h"

/* The image's is absolute, so that a reload finds it wherever the process stands. */
static bool set_paths(struct host *h, char why[HOST_WHY])
{
    const struct host_options *o = &h->options;
    char *real = realpath(o->image, NULL);
    int n = snprintf(h->image, sizeof h->image, "%s", real ? real : o->image);
    size_t stem = n > 4 && !strcmp(h->image + n - 4, ".bin") ? (size_t)n - 4 : (size_t)n;
    free(real);
    bool fits = n > 0 && (size_t)n + 16 < sizeof h->image;
    if (fits && o->data)
        n = snprintf(h->data, sizeof h->data, "%s", o->data);
    else if (fits)
        n = snprintf(h->data, sizeof h->data, "%.*s.state", (int)stem, h->image);
    fits = fits && n > 0 && (size_t)n < sizeof h->data;
    if (fits)
        n = o->control ? snprintf(h->socket, sizeof h->socket, "%s", o->control)
                       : snprintf(h->socket, sizeof h->socket, "%.1000s/control", h->data);
    if (fits && n > 0 && (size_t)n < sizeof h->socket)
        return true;
    bool empty = (o->data && !*o->data) || (o->control && !*o->control);
    snprintf(why, HOST_WHY, empty ? "--data, --control: a path is empty" : "a path is longer than %d octets", HOST_PATH);
    return false;
}

/* Room for every alarm point to change at once. */
static size_t queue_size(const struct db *db)
{
    size_t want = ((size_t)1 << 20) + (size_t)db->n_events * 2048 + (size_t)db->img.n_objects * 64 +
                  (size_t)db->trends.n * 256;
    size_t size = (size_t)4 << 20;
    while (size < want && size < (size_t)1 << 30)
        size *= 2;
    return size;
}

/* Nothing is stored from here on. */
static void say_off(struct host *h, const char *reason)
{
    h->db.journal.on = false;
    log_say(&h->log, LOGGED_ERROR, "storage", "%s; %s", reason,
            h->persist.restored ? "the values in it are in effect, but nothing that changes from here on will survive a restart"
                                : "nothing will survive a restart");
}

bool host_state_open(struct host *h, char why[HOST_WHY])
{
    struct store_options o = {.queue = queue_size(&h->db)};
    char reason[HOST_WHY];
    int err = audit_init(&h->audit);
    h->db.audit = &h->audit;
    if (err || !set_paths(h, why)) {
        if (err)
            snprintf(why, HOST_WHY, "%s", strerror(-err));
        return false;
    }
    int fault = store_open(&h->store, h->data, &o, reason, sizeof reason);
    if (fault == STORE_IN_USE || !h->store) {
        snprintf(why, HOST_WHY, "%s", reason);
        return false;
    }
    err = persist_init(&h->persist, h->store, &h->log);
    err = err ? err : log_reader_open(&h->logs, h->store);
    if (err) {
        snprintf(why, HOST_WHY, "%s", strerror(-err));
        return false;
    }
    h->audit.store = h->store;
    h->db.alarms.store = h->store;
    h->persist.db = &h->db;
    h->db.logs = h->logs;
    (void)persist_restore(&h->persist, &h->db);
    if (!fault)
        (void)trend_load(&h->db, h->store, NULL);
    else
        say_off(h, reason);
    return true;
}

void host_ports_shown(struct host *h)
{
    h->view.ports = h->port_list;
    h->view.n_ports = 0;
    for (uint8_t i = 0; i < h->n_ports; i++)
        if (h->udp[i].fd >= 0)
            h->port_list[h->view.n_ports++] = udp_text(h->udp[i].mac, h->port_text[i]);
}

bool host_control_open(struct host *h, char why[HOST_WHY])
{
    struct control_config c = {
        .path = h->socket, .metrics = h->options.metrics, .loop = &h->loop,
        .tag = HOST_TAG_CONTROL, .clock = &h->clock, .log = &h->log, .db = &h->db,
        .store = h->store, .audit = &h->audit, .persist = &h->persist, .view = &h->view,
    };
    int fd = store_fd(h->store);
    int err = fd >= 0 ? loop_add(&h->loop, fd, HOST_TAG_STORE, LOOP_READ) : 0;
    if (err) {
        snprintf(why, HOST_WHY, "%s", strerror(-err));
        return false;
    }
    host_ports_shown(h);
    h->view.version = BAC_VERSION;
    h->view.image = h->image;
    h->view.data = h->data;
    h->view.started = h->clock.wall_ms;
    h->view.counters = h->counters;
    h->watchdog.kind = HOST_TIMER_WATCHDOG;
    h->watchdog_ms = notify_watchdog_ms();
    if (control_open(&h->control, &c, why))
        return true;
    if (h->options.control || h->options.metrics)
        return false;                   /* it was asked for */
    log_say(&h->log, LOGGED_WARNING, "control", "%s; there is no control socket", why);
    return true;
}

void host_state_close(struct host *h)
{
    persist_last(&h->persist);
    uint64_t lost = store_close(h->store);
    if (lost)
        log_say(&h->log, LOGGED_ERROR, "storage", "%llu values could not be kept",
                (unsigned long long)lost);
    h->store = NULL;
    control_close(h->control);
    h->control = NULL;
    persist_fini(&h->persist);
    log_reader_close(h->logs);
    h->logs = NULL;
    audit_fini(&h->audit);
}

void host_watchdog(struct host *h)
{
    if (!h->watchdog_ms)
        return;
    notify_say("WATCHDOG=1");
    timer_set(&h->timers, &h->watchdog, clock_ms(&h->clock) + h->watchdog_ms);
}

/* ---- counters ---- */

static void count(struct host *h, const char *name, const char *help, uint64_t value, bool gauge)
{
    if (h->view.n_counters < HOST_COUNTERS)
        h->counters[h->view.n_counters++] = (struct counter){name, help, value, gauge};
}

static void count_net(struct host *h, const struct router *r)
{
    uint64_t full = 0, foreign = 0, strangers = 0;
    for (uint8_t i = 0; i < r->n_ports; i++)
        if (r->ports[i].bbmd) {
            const struct bbmd_stats *b = &r->ports[i].bbmd->stats;
            full += b->queue_full + b->fdt_full;
            strangers += b->not_a_peer + b->unregistered;
            foreign += r->ports[i].bbmd->t.n_fdt;
        }
    count(h, "datagrams_in", "Datagrams received.", r->stats.in, false);
    count(h, "datagrams_out", "Datagrams sent.", r->stats.out, false);
    count(h, "malformed", "Datagrams that are no BACnet.", r->stats.bad_bvll + r->stats.bad_npdu,
          false);
    count(h, "forwarded", "Messages routed on.", r->stats.forwarded, false);
    count(h, "no_route", "Messages for networks that nobody knows.", r->stats.no_route, false);
    count(h, "hops_used_up", "Messages for other networks that had passed too many routers.", r->stats.hops, false);
    count(h, "network_loops", "Messages said to come from a network that only bacrt leads to.", r->stats.loops, false);
    count(h, "bbmd_full", "Broadcasts and registrations that found a BBMD's tables full.", full,
          false);
    count(h, "bbmd_strangers", "Broadcasts from who is neither peer nor registered.", strangers,
          false);
    count(h, "foreign_devices", "Foreign devices registered.", foreign, true);
}

static void count_subscriptions(struct host *h, const struct subs *s)
{
    count(h, "subscriptions", "COV subscriptions.", s->subs.used, true);
    count(h, "subscriptions_refused", "COV subscriptions that found no room.", s->stats.refused,
          false);
    count(h, "subscriptions_expired", "COV subscriptions whose time ran out.", s->stats.expired,
          false);
    count(h, "cov_given_up", "COV notifications that a subscriber did not acknowledge.",
          s->stats.failed, false);
}

static void take_counters(struct host *h)
{
    const struct stack_stats *s = stack_stats(h->stack);
    const struct tsm_stats *t = stack_tsm_stats(h->stack);
    h->view.n_counters = 0;
    count(h, "requests", "Confirmed requests served.", s->requests, false);
    count(h, "unconfirmed", "Unconfirmed requests served.", s->unconfirmed, false);
    count(h, "answers", "Answers sent.", s->answers, false);
    count(h, "errors", "Answers that were errors.", s->errors, false);
    count(h, "rejects", "Requests rejected.", s->rejects, false);
    count(h, "aborts", "Transactions aborted.", s->aborts + t->aborts, false);
    count(h, "unknown_services", "Requests for services that are not served.", s->unknown_service,
          false);
    count(h, "dropped", "Messages dropped.", s->dropped, false);
    count(h, "notified", "Messages sent unasked.", s->notified, false);
    count(h, "undelivered", "Confirmed messages that nobody acknowledged.", s->undelivered, false);
    count(h, "retries", "Requests sent again.", t->retries, false);
    count(h, "timeouts", "Transactions that timed out.", t->timeouts, false);
    count(h, "no_transaction", "Requests refused because all transactions were taken.", t->no_slot,
          false);
    count(h, "transactions", "Transactions open.", t->open, true);
    count(h, "transactions_high", "Most transactions open at once.", t->high, true);
    count(h, "duplicates", "Requests and segments that came twice.", t->duplicates, false);
    count(h, "limited_discovery", "I-Am not said: the asker's limit.",
          stack_limits(h->stack)->refused[LIMIT_DISCOVERY], false);
    count(h, "limited_names", "I-Have not said: the asker's limit.",
          stack_limits(h->stack)->refused[LIMIT_NAMES], false);
    count(h, "limited_network", "Network messages not answered: the asker's limit.",
          stack_limits(h->stack)->refused[LIMIT_NETWORK], false);
    count(h, "limited_bvll", "BACnet/IP requests not answered: the asker's limit.",
          stack_limits(h->stack)->refused[LIMIT_BVLL], false);
    count(h, "limited_distribute", "Broadcasts not distributed: the sender's limit.",
          stack_limits(h->stack)->refused[LIMIT_DISTRIBUTE], false);
    count(h, "parked_full", "Messages that found no room to wait for an address.", s->parked_full,
          false);
    count_net(h, stack_router(h->stack));
    count_subscriptions(h, h->db.subs);
    count(h, "datagrams_lost", "Datagrams that the system would not take.", h->lost, false);
    count(h, "outbox_refused", "Messages that found the outbox full.", h->outbox.refused, false);
    count(h, "recipients_left_out", "Recipients that clients added and a list had no room for beside the project's.",
          recipients_left_out(&h->db), true);
    count(h, "not_stored", "Changes that storage gave up.", h->persist.failed, false);
    count(h, "reloads", "Images taken while running.", h->reloads, false);
    count(h, "reloads_refused", "Images refused while running.", h->reloads_refused, false);
    count(h, "audit_lost", "Audit entries that found no room.", h->audit.lost, false);
}

/* ---- turns ---- */

static void run_device(struct host *h, const struct control_ask *a)
{
    struct device *d = &h->db.devices[a->device];
    bool running = a->what != ASK_STOP;
    bool starts = running && (a->what == ASK_RESTART || d->state == DEVICE_STOPPED);
    if (a->what == ASK_RESTART)
        stack_run(h->stack, (uint16_t)a->device, false);
    d->state = DEVICE_STOPPED;
    if (starts)                         /* while it is stopped: stack_run() says the I-Am */
        manage_restart(d, a->what == ASK_RESTART ? RESTART_warmstart : RESTART_coldstart);
    stack_run(h->stack, (uint16_t)a->device, running);
    d->state = running ? DEVICE_RUNNING : DEVICE_STOPPED;
    log_say(&h->log, LOGGED_INFO, "device", "device %u %s by %s", d->instance,
            running ? a->what == ASK_RESTART ? "restarted" : "started" : "stopped", a->who);
    control_device_state(h->control, a->device);
    control_reply(h->control, a, NULL, running ? "running" : "stopped");
}

static void take_asks(struct host *h)
{
    struct control_ask a;
    while (control_next(h->control, &a)) {
        if (a.what == ASK_RELOAD)
            host_reload(h, &a);
        else
            run_device(h, &a);
    }
}

static void take_store(struct host *h)
{
    struct store_query *q;
    store_take(h->store);
    while ((q = store_answered(h->store)))
        if (q->kind == LOG_QUERY) {
            uint64_t token = log_reader_answered(h->logs, q);
            stack_resume(h->stack, token);
            log_reader_forget(h->logs, token);
            while (log_reader_room(h->logs) && stack_resume_one(h->stack, LOG_READER_ROOM))
                continue;
        } else if (h->control && q->kind == CONTROL_QUERY) {
            control_answered(h->control, q);
        }
    if (h->control)
        control_store(h->control);
}

bool host_state_event(struct host *h, const struct loop_event *e)
{
    if (e->tag == HOST_TAG_STORE) {
        take_store(h);
    } else if (e->tag == HOST_TAG_RELOAD) {
        host_reload_done(h);
    } else if (h->control && e->tag >= HOST_TAG_CONTROL && e->tag < HOST_TAG_CONTROL + CONTROL_TAGS) {
        take_counters(h);               /* for the counters' page */
        host_sources_show(h);
        control_event(h->control, e->tag, e->flags);
    } else {
        return false;
    }
    return true;
}

void host_state_lines(struct host *h)
{
    if (!control_waits(h->control))
        return;
    take_counters(h);
    host_sources_show(h);
    control_lines(h->control);
}

static void see_conflicts(struct host *h)
{
    struct peer who;
    for (uint32_t i = 0; i < h->db.img.n_devices; i++) {
        struct device *d = &h->db.devices[i];
        bool conflict = stack_conflict(h->stack, (uint16_t)i, &who);
        if (d->state == DEVICE_STOPPED || conflict == (d->state == DEVICE_CONFIGURATION_ERROR))
            continue;
        d->state = conflict ? DEVICE_CONFIGURATION_ERROR : DEVICE_RUNNING;
        if (h->control)
            control_device_state(h->control, i);
    }
}

/* A disk that comes and goes fills no log; the last word is always how it is. */
static void see_storage(struct host *h)
{
    enum { EVERY_MS = 60000 };
    struct store_status st;
    bool ails = store_ails(h->store);
    uint64_t now = clock_ms(&h->clock);
    if (ails == h->ails_said || (h->ails_ms && now < h->ails_ms + EVERY_MS && ails))
        return;
    store_status(h->store, &st);
    if (ails)
        log_say(&h->log, LOGGED_ERROR, "storage", "%s; until that is over no write survives a restart", st.reason);
    else
        log_say(&h->log, LOGGED_INFO, "storage", "it is well again");
    h->ails_said = ails;
    h->ails_ms = now;
}

bool host_state_turn(struct host *h)
{
    uint64_t ticket;
    bool ok, more = false;
    if (h->seen_ms + 1000 <= clock_ms(&h->clock)) {
        h->seen_ms = clock_ms(&h->clock);
        see_conflicts(h);
    }
    see_storage(h);
    take_asks(h);
    control_turn(h->control);
    more |= persist_flush(&h->persist);
    while (persist_settled(&h->persist, &ticket, &ok)) {
        stack_committed(h->stack, ticket, ok);
        if (h->control)
            control_settled(h->control, ticket, ok);
        more = true;
    }
    return more || control_waits(h->control);
}
