/* See log.h. One write() per line, so that lines of several processes never mix. */
#include "runtime/base/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "schemas/utf8.h"

static const struct {
    const char *word;
    char priority;              /* syslog's, for the journal */
} levels[LOGGED_LEVELS] = {
    [LOGGED_ERROR] = {"error", '3'},
    [LOGGED_WARNING] = {"warning", '4'},
    [LOGGED_INFO] = {"info", '6'},
    [LOGGED_DEBUG] = {"debug", '7'},
};

void log_init(struct log *l, int fd, const struct clock *clock)
{
    *l = (struct log){.level = LOGGED_INFO, .fd = fd, .clock = clock};
}

bool log_level_of(const char *word, enum log_level *level)
{
    for (unsigned i = 0; i < LOGGED_LEVELS; i++)
        if (!strcmp(word, levels[i].word)) {
            *level = (enum log_level)i;
            return true;
        }
    if (!strcmp(word, "warn"))
        *level = LOGGED_WARNING;
    return !strcmp(word, "warn");
}

/* Room is kept for the closing bracket and the newline. */
struct line {
    char text[1024];
    size_t n;
};

static void add_char(struct line *o, char c)
{
    if (o->n < sizeof o->text - 8)
        o->text[o->n++] = c;
}

static void add(struct line *o, const char *s)
{
    for (; *s; s++)
        add_char(o, *s);
}

/* One character of a line, as it may be written; how many octets of `out` that are. Words may hold anything that came
 * over the network, and texts that were cut: no control character reaches a terminal, no half one a reader of JSON. */
static size_t spell(char out[8], const char *s, size_t n, unsigned code, bool json)
{
    if (!n && json)
        return utf8_put((uint8_t *)out, 0xfffd);
    if (!n || code < 0x20 || (code >= 0x7f && code < 0xa0))
        return (size_t)snprintf(out, 8, json ? "\\u%04x" : "\\x%02x", n ? code : (uint8_t)*s);
    if (json && (code == '"' || code == '\\')) {
        out[0] = '\\';
        out[1] = *s;
        return 2;
    }
    memcpy(out, s, n);
    return n;
}

/* Where the line is full it ends behind a whole one. */
static void add_words(struct line *o, const char *s, bool json)
{
    char one[8];
    size_t left = strlen(s);
    while (left) {
        unsigned code = 0;
        size_t n = utf8_next(s, left, &code), put = spell(one, s, n, code, json), took = n ? n : 1;
        if (o->n + put > sizeof o->text - 8)
            return;
        memcpy(o->text + o->n, one, put);
        o->n += put;
        s += took;
        left -= took;
    }
}

static void add_time(struct line *o, int64_t wall_ms)
{
    char buf[40];
    struct tm tm;
    time_t s = (time_t)(wall_ms / 1000);
    gmtime_r(&s, &tm);
    size_t n = strftime(buf, sizeof buf, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(buf + n, sizeof buf - n, ".%03dZ", (int)(wall_ms % 1000));
    add(o, buf);
}

/* Would a line be taken at once? A descriptor that is shared with a shell is not ours to make non-blocking. */
static bool has_room(const struct log *l)
{
    struct pollfd p = {.fd = l->fd, .events = POLLOUT};
    return poll(&p, 1, 0) > 0;
}

static void write_line(struct log *l, enum log_level level, const char *event, const char *words)
{
    struct line o = {.n = 0};
    if (l->json) {
        add(&o, "{\"time\":\"");
        add_time(&o, l->clock->wall_ms);
        add(&o, "\",\"level\":\"");
        add(&o, levels[level].word);
        add(&o, "\",\"event\":\"");
        add_words(&o, event, true);
        add(&o, "\",\"text\":\"");
        add_words(&o, words, true);
        o.text[o.n++] = '"';
        o.text[o.n++] = '}';
    } else {
        if (l->journal) {
            add_char(&o, '<');
            add_char(&o, levels[level].priority);
            add_char(&o, '>');
        } else {
            add_time(&o, l->clock->wall_ms);
            add_char(&o, ' ');
        }
        add(&o, levels[level].word);
        add_char(&o, ' ');
        add_words(&o, event, false);
        add(&o, ": ");
        add_words(&o, words, false);
    }
    o.text[o.n++] = '\n';
    ssize_t done = write(l->fd, o.text, o.n);
    (void)done;                 /* nobody to tell */
}

static void emit(struct log *l, enum log_level level, const char *event, const char *words)
{
    char gap[64];
    if (l->unwritten && has_room(l)) {
        snprintf(gap, sizeof gap, "%llu lines could not be written", (unsigned long long)l->unwritten);
        l->unwritten = 0;
        write_line(l, LOGGED_WARNING, "log", gap);
    }
    if (has_room(l))
        write_line(l, level, event, words);
    else
        l->unwritten++;
}

void log_say(struct log *l, enum log_level level, const char *event, const char *fmt, ...)
{
    char words[700];
    va_list ap;
    if (level > l->level)
        return;
    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    emit(l, level, event, words);
}

void log_limited(struct log *l, enum log_level level, uint64_t key, const char *event,
                 const char *fmt, ...)
{
    char words[700];
    va_list ap;
    uint64_t now = clock_ms(l->clock), h = key;
    if (level > l->level)
        return;
    for (const char *p = event; *p; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    struct log_slot *s = &l->slots[(h ^ h >> 32) % LOG_SLOTS];
    if (s->until > now) {       /* another key in the same slot is left out with it */
        s->left_out++;
        return;
    }
    va_start(ap, fmt);
    int n = vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    if (s->left_out && n > 0 && (size_t)n < sizeof words)
        snprintf(words + n, sizeof words - (size_t)n, " (%llu more left out)",
                 (unsigned long long)s->left_out);
    *s = (struct log_slot){h, now + LOG_EVERY_MS, 0};
    emit(l, level, event, words);
}
