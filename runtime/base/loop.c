/* epoll, signalfd, timerfd and eventfd behind loop.h; nothing else in the tree knows them. */
#include "runtime/base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

int loop_open(struct loop *l)
{
    l->fd = epoll_create1(EPOLL_CLOEXEC);
    return l->fd < 0 ? -errno : 0;
}

void loop_close(struct loop *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}

static int control(struct loop *l, int op, int fd, uint32_t tag, uint32_t flags)
{
    struct epoll_event e = {.data.u32 = tag};
    e.events = (flags & LOOP_READ ? (uint32_t)EPOLLIN : 0) |
               (flags & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0);
    return epoll_ctl(l->fd, op, fd, &e) < 0 ? -errno : 0;
}

int loop_add(struct loop *l, int fd, uint32_t tag, uint32_t flags)
{
    return control(l, EPOLL_CTL_ADD, fd, tag, flags);
}

int loop_change(struct loop *l, int fd, uint32_t tag, uint32_t flags)
{
    return control(l, EPOLL_CTL_MOD, fd, tag, flags);
}

int loop_remove(struct loop *l, int fd) { return control(l, EPOLL_CTL_DEL, fd, 0, 0); }

int loop_wait(struct loop *l, uint64_t timeout_ms, struct loop_event *out, int max)
{
    struct epoll_event e[LOOP_EVENTS];
    int timeout = timeout_ms == UINT64_MAX ? -1 : timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms;
    int n = epoll_wait(l->fd, e, max < LOOP_EVENTS ? max : LOOP_EVENTS, timeout);
    if (n < 0)
        return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < n; i++) {
        uint32_t all = e[i].events & (EPOLLERR | EPOLLHUP) ? LOOP_READ | LOOP_WRITE : 0;
        out[i].tag = e[i].data.u32;
        out[i].flags = all | (e[i].events & EPOLLIN ? LOOP_READ : 0u) |
                       (e[i].events & EPOLLOUT ? LOOP_WRITE : 0u);
    }
    return n;
}

int loop_signals(const int *signals, size_t n)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < n; i++)
        sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -errno;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int loop_signal_take(int fd)
{
    struct signalfd_siginfo s;
    return read(fd, &s, sizeof s) == (ssize_t)sizeof s ? (int)s.ssi_signo : 0;
}

int loop_spare(void) { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

int loop_accept(int listening, int *spare, bool *room)
{
    if (*spare < 0)
        *spare = loop_spare();
    int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    *room = fd >= 0;
    if (fd < 0 && (errno == EMFILE || errno == ENFILE) && *spare >= 0) {
        close(*spare);
        *spare = -1;
        fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
    return fd;
}

int loop_waker(void)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void loop_wake(int fd)
{
    uint64_t one = 1;
    ssize_t done = write(fd, &one, sizeof one);
    (void)done;                 /* full means: already awake */
}

void loop_wake_take(int fd)
{
    uint64_t n;
    ssize_t done = read(fd, &n, sizeof n);
    (void)done;
}

/* A timer that never ends, but that the system cancels when somebody sets its clock. */
static int watch_clock(int fd)
{
    const struct itimerspec never = {.it_value.tv_sec = (time_t)1 << 40};
    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 ? -errno : 0;
}

int loop_clock(void)
{
    int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    int err = fd < 0 ? -errno : watch_clock(fd);
    if (err && fd >= 0)
        close(fd);
    return err ? err : fd;
}

void loop_clock_take(int fd)
{
    uint64_t n;
    ssize_t done = read(fd, &n, sizeof n);
    (void)done;                 /* ECANCELED, which is what it is for */
    (void)watch_clock(fd);
}
