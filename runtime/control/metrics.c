/* The counters as a page for Prometheus (text format 0.0.4) over a minimal HTTP/1.0: GET /metrics and
 * nothing else. Off unless asked for. A scraper that is slow or mad costs its own connection. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/control/inside.h"

static void put(struct wr *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct wr *w, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    wr_bytes(w, text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static void row(struct wr *w, const char *name, const char *help, bool gauge, uint64_t value)
{
    put(w, "# HELP bacrt_%s%s %s\n# TYPE bacrt_%s%s %s\nbacrt_%s%s %llu\n", name,
        gauge ? "" : "_total", help, name, gauge ? "" : "_total", gauge ? "gauge" : "counter", name,
        gauge ? "" : "_total", (unsigned long long)value);
}

/* Its name as a label: whole, for two may begin alike, and with quotes as the format has them. */
static void source_row(struct wr *w, const char *id, bool up)
{
    put(w, "bacrt_source_up{source=\"");
    for (; *id; id++) {
        if (*id == '"' || *id == '\\')
            wr_u8(w, '\\');
        wr_u8(w, (uint8_t)*id);
    }
    put(w, "\"} %d\n", up);
}

static void page(const struct control *c, struct wr *w)
{
    const struct control_view *v = c->c.view;
    struct store_status st = {0};
    uint32_t stale = 0, manual = 0, running = 0;
    for (uint32_t i = 0; i < c->db->img.n_variables; i++) {
        stale += c->db->cells[i].quality != 0;
        manual += (c->db->cells[i].flags & CELL_MANUAL) != 0;
    }
    for (uint32_t i = 0; i < c->db->img.n_devices; i++)
        running += c->db->devices[i].state == DEVICE_RUNNING;
    for (size_t i = 0; i < v->n_counters; i++)
        row(w, v->counters[i].name, v->counters[i].help, v->counters[i].gauge, v->counters[i].value);
    row(w, "objects", "Objects served.", true, c->db->img.n_objects);
    row(w, "variables", "Variables.", true, c->db->img.n_variables);
    row(w, "variables_faulty", "Variables without a good reading.", true, stale);
    row(w, "variables_manual", "Variables in manual mode.", true, manual);
    row(w, "devices_running", "Devices that answer.", true, running);
    row(w, "control_requests", "Requests on the control socket.", false, c->served);
    row(w, "audit_entries", "Entries of the audit.", false, c->c.audit->noted);
    if (v->n_sources)
        put(w, "# HELP bacrt_source_up 1: the source is connected.\n# TYPE bacrt_source_up gauge\n");
    for (size_t i = 0; i < v->n_sources; i++)
        source_row(w, v->sources[i].id, !strcmp(v->sources[i].state, "connected"));
    if (!c->c.store)
        return;
    store_status(c->c.store, &st);
    row(w, "storage_ok", "1: what is written is kept.", true, st.state == STORE_OK && !st.off);
    row(w, "storage_puts", "Values handed to storage.", false, st.puts);
    row(w, "storage_lost", "Values that storage gave up.", false, st.lost);
    row(w, "storage_commits", "Groups committed.", false, st.groups);
    row(w, "storage_bytes", "Size of the database.", true, st.file_size);
}

int metrics_open(struct control *c, char why[CONTROL_WHY])
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    char host[64];
    const char *colon = strrchr(c->c.metrics, ':');
    char *end = NULL;
    unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;
    size_t n = colon ? (size_t)(colon - c->c.metrics) : 0;
    int one = 1;
    if (!colon || n >= sizeof host || !port || port > 65535 || *end) {
        snprintf(why, CONTROL_WHY, "--metrics %.80s: not ADDR:PORT", c->c.metrics);
        return -EINVAL;
    }
    memcpy(host, c->c.metrics, n);
    host[n] = 0;
    a.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, host, &a.sin_addr) != 1) {
        snprintf(why, CONTROL_WHY, "--metrics %.80s: not an IPv4 address", c->c.metrics);
        return -EINVAL;
    }
    c->metrics = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->metrics >= 0)
        (void)setsockopt(c->metrics, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    int err = c->metrics < 0 || bind(c->metrics, (struct sockaddr *)&a, sizeof a) < 0 ||
                      listen(c->metrics, SCRAPES) < 0 ? -errno : 0;
    if (err) {
        snprintf(why, CONTROL_WHY, "--metrics %.80s: %s", c->c.metrics, strerror(-err));
        return err;
    }
    return loop_add(c->c.loop, c->metrics, c->c.tag | TAG_METRICS, LOOP_READ);
}

static void end_scrape(struct control *c, struct scrape *s)
{
    if (s->fd < 0)
        return;
    (void)loop_remove(c->c.loop, s->fd);
    close(s->fd);
    free(s->out);
    *s = (struct scrape){.fd = -1};
}

void metrics_close(struct control *c)
{
    for (unsigned i = 0; i < SCRAPES; i++)
        end_scrape(c, &c->scrapes[i]);
    if (c->metrics >= 0)
        close(c->metrics);
    c->metrics = -1;
}

static void take_scrapers(struct control *c)
{
    bool room;
    int fd;
    while ((fd = loop_accept(c->metrics, &c->spare, &room)) >= 0) {
        unsigned i = 0;
        if (!room) {
            close(fd);
            continue;
        }
        while (i < SCRAPES && c->scrapes[i].fd >= 0)
            i++;
        if (i == SCRAPES)               /* the oldest has had its time */
            end_scrape(c, &c->scrapes[i = 0]);
        if (loop_add(c->c.loop, fd, c->c.tag | (TAG_SCRAPE + i), LOOP_READ)) {
            close(fd);
            continue;
        }
        c->scrapes[i] = (struct scrape){.fd = fd};
    }
}

static bool compose(struct control *c, struct scrape *s)
{
    struct wr body = wr_of(c->answer, ANSWER_MAX);
    bool known = !strncmp(s->head, "GET /metrics ", 13) || !strncmp(s->head, "GET / ", 6);
    char head[200];
    if (known)
        page(c, &body);
    if (!wr_fits(&body))
        return false;
    int n = snprintf(head, sizeof head,
                     "HTTP/1.0 %s\r\nContent-Type: text/plain; version=0.0.4\r\n"
                     "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                     known ? "200 OK" : "404 Not Found", body.len);
    s->out = malloc((size_t)n + body.len);
    if (!s->out)
        return false;
    memcpy(s->out, head, (size_t)n);
    memcpy(s->out + n, body.buf, body.len);
    s->n_out = (size_t)n + body.len;
    return true;
}

static void serve(struct control *c, struct scrape *s, uint32_t tag)
{
    if (!s->out) {
        ssize_t n = recv(s->fd, s->head + s->n, sizeof s->head - 1 - s->n, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            end_scrape(c, s);
            return;
        }
        s->n += (size_t)n;
        s->head[s->n] = 0;
        bool whole = memchr(s->head, '\n', s->n) != NULL;       /* the first line says it all */
        if (!whole && s->n < sizeof s->head - 1)
            return;
        if (!whole || !compose(c, s) ||
            loop_change(c->c.loop, s->fd, c->c.tag | tag, LOOP_WRITE)) {
            end_scrape(c, s);
            return;
        }
    }
    while (s->sent < s->n_out) {
        ssize_t n = send(s->fd, s->out + s->sent, s->n_out - s->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n < 0)
            break;
        s->sent += (size_t)n;
    }
    (void)shutdown(s->fd, SHUT_WR);
    end_scrape(c, s);
}

void metrics_event(struct control *c, uint32_t tag, uint32_t flags)
{
    (void)flags;
    if (tag == TAG_METRICS)
        take_scrapers(c);
    else if (tag >= TAG_SCRAPE && tag < TAG_SCRAPE + SCRAPES && c->scrapes[tag - TAG_SCRAPE].fd >= 0)
        serve(c, &c->scrapes[tag - TAG_SCRAPE], tag);
}
