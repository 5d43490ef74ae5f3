/* See feed.h. */
#include "runtime/source/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/base/loop.h"
#include "schemas/bacnet.h"

static const uint64_t bad_mail = 0x7ff8000000000000u;

uint64_t mail_bad(unsigned reliability) { return bad_mail | (reliability & 0xff); }

uint64_t mail_value(double v)
{
    uint64_t bits;
    if (!isfinite(v))
        return mail_bad(REL_unreliable_other);
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

bool mail_is_bad(uint64_t mail, unsigned *reliability)
{
    *reliability = mail & 0xff;
    return (mail & bad_mail) == bad_mail;
}

double mail_double(uint64_t mail)
{
    double v;
    memcpy(&v, &mail, sizeof v);
    return v;
}

/* ---- mailboxes ---- */

/* libmodbus waits with select(): numbers that this can take are left to its sockets. */
static int out_of_the_way(int fd)
{
    int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_SETSIZE);
    if (high < 0)
        return fd;
    close(fd);
    return high;
}

/* 0 or -errno. */
static int box_open(struct mailbox *b, size_t n)
{
    size_t cap = 2;
    while (cap < n + 1)
        cap *= 2;
    b->value = calloc(n, sizeof *b->value);
    b->queued = calloc(n, sizeof *b->queued);
    b->ring = calloc(cap, sizeof *b->ring);
    b->mask = cap - 1;
    b->fd = out_of_the_way(loop_waker());
    return !b->value || !b->queued || !b->ring ? -ENOMEM : b->fd < 0 ? b->fd : 0;
}

static void box_close(struct mailbox *b)
{
    free(b->value);
    free(b->queued);
    free(b->ring);
    if (b->fd >= 0)
        close(b->fd);
}

/* A slot is in the ring at most once, so the ring cannot overflow. */
static void box_put(struct mailbox *b, uint32_t slot, uint64_t mail)
{
    atomic_store(&b->value[slot], mail);
    if (atomic_exchange(&b->queued[slot], true))
        return;
    size_t tail = atomic_load_explicit(&b->tail, memory_order_relaxed);
    b->ring[tail & b->mask] = slot;
    atomic_store(&b->tail, tail + 1);
    loop_wake(b->fd);
}

static bool box_take(struct mailbox *b, uint32_t *slot, uint64_t *mail)
{
    size_t head = atomic_load_explicit(&b->head, memory_order_relaxed);
    if (head == atomic_load(&b->tail))
        return false;
    *slot = b->ring[head & b->mask];
    atomic_store(&b->head, head + 1);
    atomic_store(&b->queued[*slot], false);     /* before the look: news after it are queued again */
    *mail = atomic_load(&b->value[*slot]);
    return true;
}

/* ---- life ---- */

static void let_go(struct feed *f)
{
    if (atomic_fetch_sub(&f->refs, 1) != 1)
        return;
    if (f->work)
        f->kind->close(f->work);
    box_close(&f->in);
    box_close(&f->out);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static void *run(void *ctx)
{
    struct feed *f = ctx;
    f->kind->run(f, f->work);
    atomic_store(&f->ended, true);
    let_go(f);
    return NULL;
}

static int start(struct feed *f)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, before;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    atomic_store(&f->refs, 2);
    int err = pthread_create(&thread, &attr, run, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (err)
        atomic_store(&f->refs, 1);
    return err;
}

struct feed *feed_open(const struct feed_kind *kind, const struct feed_setup *s, char why[FEED_WHY])
{
    struct feed *f = calloc(1, sizeof *f);
    int err = ENOMEM;
    if (!f) {
        snprintf(why, FEED_WHY, "%s", strerror(err));
        return NULL;
    }
    f->kind = kind;
    f->n = s->n_points;
    f->in.fd = f->out.fd = -1;
    atomic_store(&f->refs, 1);
    pthread_mutex_init(&f->lock, NULL);
    err = -box_open(&f->in, 2 * (size_t)f->n + 1);
    err = err ? err : -box_open(&f->out, (size_t)f->n + 1);
    bool good = !err;
    if (!good) {
        snprintf(why, FEED_WHY, "%s", strerror(err));
    } else {
        f->work = kind->open(s, why);
        good = f->work != NULL;
    }
    if (good && (err = start(f))) {
        snprintf(why, FEED_WHY, "%s", strerror(err));
        good = false;
    }
    if (!good) {
        let_go(f);
        return NULL;
    }
    return f;
}

void feed_stop(struct feed *f, bool farewell)
{
    atomic_store(&f->farewell, farewell);
    atomic_store(&f->stop, true);
    loop_wake(f->out.fd);
}

void feed_close(struct feed *f, uint64_t until_ms)
{
    const struct timespec step = {0, 5000000};
    if (!feed_stopping(f))
        feed_stop(f, false);
    while (!atomic_load(&f->ended) && feed_ms() < until_ms)
        nanosleep(&step, NULL);
    let_go(f);
}

/* ---- the loop's side ---- */

bool feed_take(struct feed *f, uint32_t *slot, uint64_t *mail)
{
    return box_take(&f->in, slot, mail);
}

void feed_send(struct feed *f, uint32_t point, double value)
{
    box_put(&f->out, point, mail_value(value));
}

enum feed_state feed_look(struct feed *f, char reason[FEED_WHY])
{
    pthread_mutex_lock(&f->lock);
    enum feed_state state = f->state;
    memcpy(reason, f->reason, FEED_WHY);
    pthread_mutex_unlock(&f->lock);
    return state;
}

/* ---- the thread's side ---- */

bool feed_stopping(const struct feed *f) { return atomic_load(&f->stop); }

void feed_sample(struct feed *f, uint32_t point, uint64_t mail)
{
    unsigned reliability;
    if (mail_is_bad(mail, &reliability))
        atomic_fetch_add(&f->failures, 1);
    else
        atomic_fetch_add(&f->samples, 1);
    box_put(&f->in, point, mail);
}

void feed_again(struct feed *f, uint32_t point)
{
    box_put(&f->in, point, mail_bad(REL_no_fault_detected));
}

void feed_result(struct feed *f, uint32_t point, uint64_t mail)
{
    unsigned reliability;
    if (mail_is_bad(mail, &reliability))
        atomic_fetch_add(&f->failures, 1);
    box_put(&f->in, f->n + point, mail);
}

void feed_say(struct feed *f, enum feed_state state, const char *fmt, ...)
{
    char reason[FEED_WHY] = "";
    va_list ap;
    if (fmt) {
        va_start(ap, fmt);
        vsnprintf(reason, sizeof reason, fmt, ap);
        va_end(ap);
    }
    pthread_mutex_lock(&f->lock);
    bool news = f->state != state || strcmp(f->reason, reason) != 0;
    f->state = state;
    memcpy(f->reason, reason, sizeof reason);
    pthread_mutex_unlock(&f->lock);
    if (news)
        box_put(&f->in, 2 * f->n, 0);
}

bool feed_wanted(struct feed *f, uint32_t *point, double *value)
{
    uint64_t mail;
    if (!box_take(&f->out, point, &mail))
        return false;
    *value = mail_double(mail);
    return true;
}

void feed_sleep(struct feed *f, uint64_t ms, int fd, bool out)
{
    struct pollfd p[2] = {
        {.fd = f->out.fd, .events = POLLIN},
        {.fd = fd, .events = (short)(out ? POLLIN | POLLOUT : POLLIN)},
    };
    if (feed_stopping(f))
        return;
    (void)poll(p, fd < 0 ? 1 : 2, ms > 60000 ? 60000 : (int)ms);
    loop_wake_take(f->out.fd);
}

uint64_t feed_ms(void)
{
    struct clock c;
    clock_init(&c);
    return clock_ms(&c);
}
