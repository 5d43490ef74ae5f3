/* The socket: who is connected, lines in, lines out. See control.h. */
#include "runtime/control/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/base/clock.h"

/* ---- opening ---- */

/* A socket file that nobody listens to was left behind by a kill; one that answers is another's. */
static bool stale(const struct sockaddr_un *a)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool dead = fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof *a) < 0 &&
                errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return dead;
}

static int listen_at(struct control *c, char why[CONTROL_WHY])
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    struct stat st;
    size_t n = strlen(c->c.path);
    if (n >= sizeof a.sun_path) {
        snprintf(why, CONTROL_WHY, "control socket: the path is longer than %zu octets",
                 sizeof a.sun_path - 1);
        return -ENAMETOOLONG;
    }
    memcpy(a.sun_path, c->c.path, n + 1);
    if (!lstat(c->c.path, &st) && S_ISSOCK(st.st_mode) && stale(&a))
        (void)unlink(c->c.path);
    c->listen = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* never more than 0660, from the first moment on */
    int err = c->listen < 0 || fchmod(c->listen, 0660) < 0 ||
                      bind(c->listen, (struct sockaddr *)&a, sizeof a) < 0 ||
                      chmod(c->c.path, 0660) < 0 || listen(c->listen, CLIENTS) < 0 ? -errno : 0;
    if (err) {
        bool other = err == -EADDRINUSE && !lstat(c->c.path, &st) && !S_ISSOCK(st.st_mode);
        snprintf(why, CONTROL_WHY, "control socket %.100s: %s", c->c.path,
                 other ? "what stands there is no socket" : err == -EADDRINUSE ? "in use by another process" : strerror(-err));
        return err;
    }
    if (!lstat(c->c.path, &st)) {
        c->path_dev = st.st_dev;
        c->path_ino = st.st_ino;
    }
    return loop_add(c->c.loop, c->listen, c->c.tag | TAG_LISTEN, LOOP_READ);
}

bool control_open(struct control **out, const struct control_config *config, char why[CONTROL_WHY])
{
    struct control *c = calloc(1, sizeof *c);
    *out = NULL;
    snprintf(why, CONTROL_WHY, "out of memory");
    if (!c)
        return false;
    c->c = *config;
    c->db = config->db;
    c->listen = c->metrics = -1;
    c->spare = loop_spare();
    c->answer = malloc(ANSWER_MAX);
    for (unsigned i = 0; i < CLIENTS; i++)
        c->clients[i].fd = -1;
    for (unsigned i = 0; i < SCRAPES; i++)
        c->scrapes[i].fd = -1;
    if (!c->answer || (config->path && listen_at(c, why)) ||
        (config->metrics && metrics_open(c, why))) {
        control_close(c);
        return false;
    }
    *out = c;
    return true;
}

static void drop(struct control *c, struct client *k)
{
    if (k->fd < 0)
        return;
    (void)loop_remove(c->c.loop, k->fd);
    close(k->fd);
    free(k->in);
    free(k->out);
    free(k->watched);
    *k = (struct client){.fd = -1, .generation = k->generation + 1};
    events_hear(c);
}

void control_close(struct control *c)
{
    struct stat st;
    if (!c)
        return;
    for (unsigned i = 0; i < CLIENTS; i++)
        drop(c, &c->clients[i]);
    for (unsigned i = 0; i < PENDING; i++)
        free(c->pending[i].line);
    for (unsigned i = 0; i < JOBS; i++) {       /* the store is closed by now: nobody reads them */
        free(c->jobs[i].q.buf);
        free(c->jobs[i].keep);
    }
    metrics_close(c);
    if (c->listen >= 0) {
        if (c->path_ino && !lstat(c->c.path, &st) && st.st_ino == c->path_ino &&
            st.st_dev == c->path_dev)
            (void)unlink(c->c.path);
        close(c->listen);
    }
    if (c->spare >= 0)
        close(c->spare);
    free(c->answer);
    free(c->last);
    free(c->told);
    free(c);
}

/* ---- clients ---- */

/* More than there is room for: told why, as far as that goes without waiting. */
static void turn_away(struct control *c, int fd)
{
    static const char said[] = "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"busy\","
                               "\"msg\":\"too many clients are connected\"}}\n";
    (void)!send(fd, said, sizeof said - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
    c->refused++;
}

static void come_in(struct control *c)
{
    struct ucred who = {0};
    socklen_t n = sizeof who;
    bool room;
    int fd;
    while ((fd = loop_accept(c->listen, &c->spare, &room)) >= 0) {
        unsigned i = room ? 0 : CLIENTS;
        while (i < CLIENTS && c->clients[i].fd >= 0)
            i++;
        char *in = i < CLIENTS ? malloc(LINE_MAX_OCTETS) : NULL;
        if (!in || loop_add(c->c.loop, fd, c->c.tag | (TAG_CLIENT + i), LOOP_READ)) {
            free(in);
            turn_away(c, fd);
            continue;
        }
        struct client *k = &c->clients[i];
        *k = (struct client){.fd = fd, .generation = k->generation, .in = in, .flags = LOOP_READ};
        if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n))
            snprintf(k->who, sizeof k->who, "local uid %u pid %d", (unsigned)who.uid, (int)who.pid);
    }
}

/* Nothing is left to be done for one who sends no more. */
static bool is_done(const struct client *k)
{
    return k->ended && !k->owed && !k->waiting && !k->n_out && !k->watched && !k->writes && !k->alarms;
}

static void push(struct control *c, struct client *k)
{
    while (k->sent < k->n_out) {
        ssize_t n = send(k->fd, k->out + k->sent, k->n_out - k->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n < 0) {
            drop(c, k);
            return;
        }
        k->sent += (size_t)n;
    }
    if (k->sent == k->n_out) {
        k->sent = k->n_out = 0;
        if (k->closing || is_done(k)) {
            drop(c, k);
            return;
        }
    }
    /* Who does not read what he asked for is not read from. */
    bool reads = k->n_out - k->sent < OUT_BUSY && !k->closing && !k->ended;
    uint32_t want = (reads ? (uint32_t)LOOP_READ : 0) |
                    (k->n_out ? (uint32_t)LOOP_WRITE : 0);
    if (want != k->flags && !loop_change(c->c.loop, k->fd, c->c.tag | (TAG_CLIENT +
                                         (uint32_t)(k - c->clients)), want))
        k->flags = want;
}

/* A whole line with its newline. What does not fit costs the connection. */
void control_send(struct control *c, struct client *k, const void *line, size_t n)
{
    if (k->fd < 0 || k->closing)
        return;
    if (k->sent) {
        memmove(k->out, k->out + k->sent, k->n_out - k->sent);
        k->n_out -= k->sent;
        k->sent = 0;
    }
    if (n > k->cap_out - k->n_out) {
        size_t cap = k->cap_out ? k->cap_out : 16384;
        while (cap < k->n_out + n && cap < OUT_MAX)
            cap *= 2;
        uint8_t *more = cap - k->n_out < n || cap < k->n_out ? NULL : realloc(k->out, cap);
        if (!more) {
            c->dropped++;
            k->closing = true;
            return;
        }
        k->out = more;
        k->cap_out = cap;
    }
    memcpy(k->out + k->n_out, line, n);
    k->n_out += n;
    push(c, k);
}

/* The rest of it is passed over (hear); those behind it count. */
static void too_long(struct control *c, struct client *k)
{
    static const char said[] = "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"line-too-long\","
                               "\"msg\":\"a line has more than 262144 octets\"}}\n";
    c->dropped++;
    k->n_in = 0;
    k->skips = true;
    control_send(c, k, said, sizeof said - 1);
}

/* Who does not read, or waits for the disk, waits with what else he wants. */
static bool has_room(const struct client *k)
{
    return k->n_out - k->sent < OUT_BUSY && k->owed < OWED_MOST;
}

/* One's lines, the first of them in any case; then as long as the slice lasts. */
static void lines(struct control *c, struct client *k, struct clock *now, uint64_t until)
{
    size_t from = 0;
    uint32_t generation = k->generation;
    char *end = NULL;
    while (!k->closing && (end = memchr(k->in + from, '\n', k->n_in - from))) {
        size_t n = (size_t)(end - (k->in + from));
        if (!has_room(k) || (from && now->mono_ns >= until))
            break;
        if (n)
            control_line(c, k, k->in + from, n);
        if (k->generation != generation)
            return;                     /* gone meanwhile */
        from += n + 1;
        clock_tick(now);
    }
    memmove(k->in, k->in + from, k->n_in - from);
    k->n_in -= from;
    k->waiting = end && !k->closing;
    if (!k->waiting && k->n_in == LINE_MAX_OCTETS)
        too_long(c, k);
    else if (is_done(k))
        drop(c, k);
}

bool control_waits(const struct control *c)
{
    for (unsigned i = 0; c && c->lines && i < CLIENTS; i++)
        if (c->clients[i].waiting && has_room(&c->clients[i]))
            return true;
    return false;
}

void control_lines(struct control *c)
{
    struct clock now;
    clock_init(&now);
    uint64_t until = now.mono_ns + SLICE_NS;
    c->lines = false;
    for (unsigned i = 0; i < CLIENTS; i++) {
        struct client *k = &c->clients[(c->first + i) % CLIENTS];
        if (k->fd >= 0 && k->waiting)
            lines(c, k, &now, until);
        c->lines |= k->fd >= 0 && k->waiting;
    }
    c->first = (c->first + 1) % CLIENTS;
}

/* The end of what is sent ends the last line, too. */
static void heard_all(struct control *c, struct client *k)
{
    k->ended = true;
    if (k->n_in && k->n_in < LINE_MAX_OCTETS)
        k->in[k->n_in++] = '\n';
    c->lines |= k->waiting = k->n_in > 0;
    push(c, k);
}

static void hear(struct control *c, struct client *k)
{
    if (k->n_in == LINE_MAX_OCTETS)
        return;                         /* lines are served first */
    ssize_t n = recv(k->fd, k->in + k->n_in, LINE_MAX_OCTETS - k->n_in, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0) {
        drop(c, k);
        return;
    }
    if (!n) {
        heard_all(c, k);
        return;
    }
    if (k->skips) {
        const char *end = memchr(k->in, '\n', (size_t)n);
        if (!end)
            return;
        n -= end + 1 - k->in;
        memmove(k->in, end + 1, (size_t)n);
        k->skips = false;
    }
    k->waiting |= k->n_in + (size_t)n == LINE_MAX_OCTETS || memchr(k->in + k->n_in, '\n', (size_t)n);
    k->n_in += (size_t)n;
    c->lines |= k->waiting;
}

void control_event(struct control *c, uint32_t tag, uint32_t flags)
{
    uint32_t t = tag & (CONTROL_TAGS - 1);
    if (t == TAG_LISTEN) {
        come_in(c);
    } else if (t >= TAG_CLIENT && t < TAG_CLIENT + CLIENTS) {
        struct client *k = &c->clients[t - TAG_CLIENT];
        uint32_t generation = k->generation;
        bool gone = k->ended && flags & LOOP_READ;      /* not asked for: it has hung up           */
        if (k->fd >= 0 && gone)
            drop(c, k);
        else if (k->fd >= 0 && flags & LOOP_WRITE)
            push(c, k);
        if (k->fd >= 0 && k->generation == generation && flags & LOOP_READ && !k->closing)
            hear(c, k);
    } else {
        metrics_event(c, t, flags);
    }
}

void control_turn(struct control *c)
{
    if (c)
        events_tell(c);
}
