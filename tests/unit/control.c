/* The control socket against a small device: requests and answers, listeners, and clients that are
 * slow, mad or hostile, each of which costs its own connection at most. */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/control/control.h"
#include "tests/unit/world.h"

struct bench {
    struct unit u;
    struct world w;
    struct loop loop;
    struct log log;
    struct audit audit;
    struct persist persist;
    struct control *c;
    char path[100];
    char said[1 << 21];
    size_t n;
};
static const struct control_view view = {.version = "1", .image = "i", .data = "d"};

static int call(const struct bench *b)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    memcpy(a.sun_path, b->path, strlen(b->path) + 1);
    if (connect(fd, (struct sockaddr *)&a, sizeof a))
        abort();
    return fd;
}

static void pump(struct bench *b)
{
    struct loop_event e[LOOP_EVENTS];
    for (int i = 0; i < 4; i++) {
        int n = loop_wait(&b->loop, 0, e, LOOP_EVENTS);
        for (int k = 0; k < n; k++)
            control_event(b->c, e[k].tag, e[k].flags);
        control_lines(b->c);
        control_turn(b->c);
        db_settle(&b->w.db);
    }
}

static bool hear(struct bench *b, int fd)
{
    ssize_t n = recv(fd, b->said, sizeof b->said - 1, 0);
    b->n = n > 0 ? (size_t)n : 0;
    b->said[b->n] = 0;
    return n != 0;                      /* 0: closed */
}

static const char *ask(struct bench *b, int fd, const char *line)
{
    (void)!send(fd, line, strlen(line), MSG_NOSIGNAL);
    (void)!send(fd, "\n", 1, MSG_NOSIGNAL);
    pump(b);
    hear(b, fd);
    return b->said;
}

static bool has(struct bench *b, int fd, const char *line, const char *want)
{
    const char *got = ask(b, fd, line);
    bool found = strstr(got, want) != NULL;
    if (!found)
        fprintf(stderr, "%s\n  gave %s\n  not  %s\n", line, got, want);
    return found;
}

static void requests(struct bench *b)
{
    static const struct { const char *line, *want; } rows[] = {
        {"{\"id\":1,\"op\":\"hello\"}", "{\"id\":1,\"ok\":true,\"result\":{\"program\":\"bacrt\""},
        {"{\"id\":\"a\\\"b\",\"op\":\"get\",\"name\":\"temp\"}", "{\"id\":\"a\\\"b\",\"ok\":true"},
        {"{\"id\":1000000,\"op\":\"hello\"}", "{\"id\":1000000,"},
        {"{\"a\":{\"id\":2},\"b\":\"id\",\"id\" : 1764331234567890123 ,\"op\":\"hello\"}", "{\"id\":1764331234567890123,"},
        {"{\"id\":-1.5e-3,\"op\":\"hello\"}", "{\"id\":-0.0015,"},
        {"{\"op\":\"get\",\"name\":\"temp\"}", "\"value\":20.5,\"quality\":\"good\",\"mode\":\"auto\""},
        {"{\"op\":\"get\",\"name\":\"analog-input,1\"}", "\"name\":\"temp\",\"value\":20.5"},
        {"{\"op\":\"get\",\"name\":\"1001:analog-input,1\"}", "\"name\":\"temp\",\"value\":20.5"},
        {"{\"op\":\"get\",\"name\":\"Main:temp\"}", "\"name\":\"temp\",\"value\":20.5"},
        {"{\"op\":\"get\",\"names\":[\"temp\",\"x\",3]}", "\"code\":\"unknown-name\""},
        {"{\"op\":\"get\",\"name\":\"temp\",\"property\":\"reliability\"}", "\"property\":\"reliability\""},
        {"{\"op\":\"set\",\"name\":\"setp\",\"value\":33.5}", "\"value\":33.5"},
        {"{\"op\":\"set\",\"values\":{\"setp\":30,\"mode\":\"s2\"}}", "\"value\":2,\"text\":\"s2\""},
        {"{\"op\":\"set\",\"name\":\"setp\",\"value\":1e9}", "\"code\":\"value-out-of-range\""},
        {"{\"op\":\"set\",\"name\":\"mode\",\"value\":\"s9\"}", "\"code\":\"bad-value\""},
        {"{\"op\":\"set\",\"name\":\"valve\",\"value\":40,\"priority\":3}", "\"priority\":3"},
        {"{\"op\":\"set\",\"name\":\"valve\",\"value\":null,\"priority\":3}", "\"priority\":0"},
        {"{\"op\":\"set\",\"name\":\"valve\",\"value\":1,\"priority\":6}", "\"code\":\"write-access-denied\""},
        {"{\"op\":\"set\",\"name\":\"valve\",\"value\":1,\"priority\":17}", "\"code\":\"bad-request\""},
        {"{\"op\":\"set\",\"name\":\"cmd\",\"value\":true}", "\"value\":true"},
        {"{\"op\":\"set\",\"name\":\"temp\",\"value\":true}", "\"code\":\"bad-value\""},
        {"{\"op\":\"set\",\"name\":\"temp\",\"property\":\"out-of-service\",\"value\":true}", "\"flags\":8"},
        {"{\"op\":\"set\",\"name\":\"temp\",\"property\":\"out-of-service\",\"value\":false}", "\"flags\":0"},
        {"{\"op\":\"manual\",\"name\":\"temp\",\"value\":3000000}", "\"value\":3000000,"},
        {"{\"op\":\"manual\",\"name\":\"temp\",\"value\":-5}", "\"value\":-5,\"quality\":\"good\",\"mode\":\"manual\""},
        {"{\"op\":\"auto\",\"name\":\"temp\"}", "\"value\":20.5"},
        {"{\"op\":\"manual\",\"name\":\"valve\"}", "\"code\":\"no-variable\""},
        {"{\"op\":\"list\",\"limit\":2}", "\"next\":2"},
        {"{\"op\":\"list\",\"pattern\":\"*ee?\",\"offset\":0}", "\"name\":\"speed\""},
        {"{\"op\":\"list\",\"limit\":0}", "\"code\":\"bad-request\""},
        {"{\"op\":\"list\",\"device\":\"no\"}", "\"code\":\"unknown-device\""},
        {"{\"op\":\"list\",\"device\":1001,\"limit\":1}", "\"name\":"},
        {"{\"op\":\"list\",\"device\":7}", "\"code\":\"unknown-device\""},
        {"{\"op\":\"list\",\"device\":1001.5}", "\"code\":\"bad-request\""},
        {"{\"op\":\"set\",\"name\":\"setp\",\"property\":22,\"value\":7}", "\"msg\":\"property: a text\""},
        {"{\"op\":\"set\",\"values\":[{\"name\":\"setp\",\"property\":22,\"value\":7}]}", "\"code\":\"bad-request\""},
        {"{\"op\":\"state-prune\",\"dry\":\"true\"}", "\"msg\":\"dry: true or false\""},
        {"{\"op\":\"recipients\",\"action\":\"add\",\"recipient\":{\"device\":5,\"confirmed\":1}}", "\"code\":\"bad-request\""},
        {"{\"op\":\"list\",\"limit\":1,\"pattern\":null}", "\"ok\":true"},
        {"{\"op\":\"recipients\",\"of\":7}", "\"code\":\"unknown-device\""},
        {"{\"op\":\"recipients\",\"of\":[]}", "\"code\":\"bad-request\""},
        {"{\"op\":\"recipients\",\"of\":1001}", "\"classes\":["},
        {"{\"op\":\"recipients\",\"class\":99}", "\"code\":\"unknown-name\""},
        {"{\"op\":\"recipients\",\"class\":true}", "\"code\":\"bad-request\""},
        {"{\"op\":\"recipients\",\"action\":\"copy\",\"class\":1,\"to\":7}", "\"ok\":false"},
        {"{\"op\":\"alarms\",\"device\":[]}", "\"code\":\"bad-request\""},
        {"{\"op\":\"subscribe\",\"names\":\"temp\"}", "\"code\":\"bad-request\""},
        {"{\"op\":\"set\",\"name\":\"cmd\",\"value\":\"5\"}", "\"code\":\"bad-value\""},
        {"{\"op\":\"set\",\"name\":\"temp\",\"property\":\"out-of-service\",\"value\":1.5}", "\"code\":\"bad-value\""},
        {"{\"op\":\"manual\",\"name\":\"temp\",\"value\":1e39}", "\"code\":\"value-out-of-range\""},
        {"{\"op\":\"status\"}", "\"devices\":[{"},
        {"{\"op\":\"audit\"}", "\"code\":\"no-storage\""},
        {"{\"op\":\"state-export\"}", "\"code\":\"no-storage\""},
        {"{\"op\":\"state-import\",\"values\":[{\"id\":\"zz\"}]}", "\"code\":\"no-storage\""},
        {"{\"op\":\"nothing\"}", "\"code\":\"unknown-op\""},
        {"[]", "\"code\":\"bad-request\""},
        {"{\"op\":\"get\"", "\"code\":\"bad-json\""},
        {"{\"op\":\"get\",\"name\":\"a\\u0000b\"}", "\"code\":\"bad-json\""},
        {"{\"op\":\"get\",\"name\":\"\xff\"}", "not UTF-8"},
        {"[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "nested deeper than 16"},
        {"{} {}", "something follows"},
        {"{\"id\":{},\"op\":\"hello\"}", "\"code\":\"bad-request\""},
        {"{\"id\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}",
         "{\"id\":null,\"ok\":false"},
    };
    int fd = call(b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(&b->u, has(b, fd, rows[i].line, rows[i].want));
    close(fd);
    pump(b);
}

/* What is imported is kept, and a change like others: the engines and sources of this turn look at it. */
static void import(struct bench *b, const struct control_config *config)
{
    static const struct store_options o = {0};
    char line[600], dir[128], why[CONTROL_WHY];
    struct control_config kept = *config;
    snprintf(dir, sizeof dir, "%s.d", b->path);
    CHECK(&b->u, !store_open(&kept.store, dir, &o, why, sizeof why) && control_open(&b->c, &kept, why));
    struct loop_event e[LOOP_EVENTS];
    int fd = call(b);
    float limit = 0;
    pump(b);
    int n = snprintf(line, sizeof line,
                     "{\"op\":\"state-import\",\"values\":["
                     "{\"id\":\"01000000000000000000000000000001\",\"property\":%d,\"data\":\"4442480000\"},"
                     "{\"id\":\"010000000000000000000000000000ff\",\"property\":%u,"
                     "\"data\":\"0000000000000039400000000000003940\"},{\"id\":\"zz\"}]}\n",
                     P_high_limit, (unsigned)PERSIST_VARIABLE);
    (void)!send(fd, line, (size_t)n, MSG_NOSIGNAL);
    n = loop_wait(&b->loop, 1000, e, LOOP_EVENTS);
    for (int k = 0; k < n; k++)
        control_event(b->c, e[k].tag, e[k].flags);
    control_lines(b->c);
    CHECK(&b->u, prop_real(&b->w.db, b->w.ai, P_high_limit, &limit) && limit == 50);
    CHECK(&b->u, b->w.db.cells[b->w.setp].value == 25);
    CHECK(&b->u, b->w.db.live[b->w.ai].flags & LIVE_DIRTY);
    CHECK(&b->u, b->w.db.live[b->w.av].flags & LIVE_DIRTY);
    CHECK(&b->u, b->w.db.cells[b->w.setp].flags & CELL_DIRTY);
    uint64_t all = store_flush(kept.store);
    struct pollfd p = {.fd = store_fd(kept.store), .events = POLLIN};
    while (store_done(kept.store) < all && poll(&p, 1, 20000) == 1)
        store_take(kept.store);
    control_settled(b->c, all, true);
    pump(b);
    CHECK(&b->u, hear(b, fd) && strstr(b->said, "\"stored\":2,\"applied\":2,\"refused\":1"));
    close(fd);
    pump(b);
    control_close(b->c);
    store_close(kept.store);
    snprintf(line, sizeof line, "rm -r '%s'", dir);
    CHECK(&b->u, !system(line));
}

static void listeners(struct bench *b)
{
    int all = call(b), one = call(b), writer = call(b);
    CHECK(&b->u, has(b, all, "{\"op\":\"subscribe\"}", "\"subscribed\":true"));
    CHECK(&b->u, has(b, one, "{\"op\":\"subscribe\",\"names\":[\"setp\"],\"writes\":false}", "true"));
    CHECK(&b->u, has(b, one, "{\"op\":\"subscribe\",\"names\":[\"nix\"]}", "unknown-name"));
    ask(b, writer, "{\"op\":\"set\",\"name\":\"setp\",\"value\":17}");
    hear(b, all);
    CHECK(&b->u, strstr(b->said, "\"event\":\"write\"") && strstr(b->said, "\"old\":\"30\",\"new\":\"17\""));
    CHECK(&b->u, strstr(b->said, "\"event\":\"value\",\"old\":30"));
    hear(b, one);
    CHECK(&b->u, strstr(b->said, "\"event\":\"value\"") && !strstr(b->said, "\"event\":\"write\""));
    values_input(&b->w.db, b->w.temp, 5, &by_source);
    pump(b);
    hear(b, all);
    CHECK(&b->u, strstr(b->said, "\"by\":\"source\"") && strstr(b->said, "\"value\":5"));
    hear(b, one);
    CHECK(&b->u, b->n == 0);
    CHECK(&b->u, has(b, all, "{\"op\":\"unsubscribe\"}", "\"subscribed\":false"));
    close(all);
    close(one);
    close(writer);
    pump(b);
}

/* A listener who never reads misses events, and is told; an asker who never reads is not read from. */
static void deaf(struct bench *b)
{
    int lazy = call(b), asker = call(b), good;
    static const char list[] = "{\"op\":\"list\"}\n";
    ask(b, lazy, "{\"op\":\"subscribe\"}");
    for (int i = 0; i < 20000; i++) {
        values_input(&b->w.db, b->w.temp, i, &by_source);
        control_turn(b->c);
        db_settle(&b->w.db);
    }
    for (int i = 0; i < 2000; i++) {
        (void)!send(asker, list, sizeof list - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        pump(b);
    }
    good = call(b);
    CHECK(&b->u, has(b, good, "{\"op\":\"hello\"}", "true"));
    bool missed = false;
    for (int i = 0; i < 2000 && !missed; i++) {
        hear(b, lazy);
        missed = strstr(b->said, "\"event\":\"missed\"") != NULL;
        values_input(&b->w.db, b->w.temp, -i, &by_source);
        pump(b);
    }
    CHECK(&b->u, missed);
    close(lazy);
    close(asker);
    close(good);
    pump(b);
}

static void crowd(struct bench *b)
{
    int fds[60];
    for (int i = 0; i < 60; i++) {
        fds[i] = call(b);
        pump(b);
    }
    CHECK(&b->u, has(b, fds[0], "{\"op\":\"hello\"}", "true"));
    CHECK(&b->u, hear(b, fds[59]) && strstr(b->said, "\"code\":\"busy\""));       /* one too many is told, */
    CHECK(&b->u, !hear(b, fds[59]));                     /* and shown the door */
    for (int i = 0; i < 60; i++)
        close(fds[i]);
    pump(b);
    int fd = call(b);
    CHECK(&b->u, has(b, fd, "{\"op\":\"hello\"}", "true"));
    close(fd);
    pump(b);
}

/* What one sends at once is served by and by: others, and the loop, do not wait for it. */
static void burst(struct bench *b)
{
    static const char line[] = "{\"op\":\"list\",\"pattern\":\"*a*e*i*o*u\"}\n";
    static char many[200000];
    struct loop_event e[LOOP_EVENTS];
    int greedy = call(b), other = call(b);
    size_t n = 0, lines = 0, answers = 0;
    for (; n + sizeof line < sizeof many; n += sizeof line - 1, lines++)
        memcpy(many + n, line, sizeof line - 1);
    pump(b);
    CHECK(&b->u, send(greedy, many, n, MSG_NOSIGNAL) == (ssize_t)n && send(other, "{\"op\":\"hello\"}\n", 15, 0) == 15);
    for (int k = loop_wait(&b->loop, 0, e, LOOP_EVENTS); k--;)
        control_event(b->c, e[k].tag, e[k].flags);
    control_lines(b->c);
    CHECK(&b->u, control_waits(b->c));                   /* not all of it at once */
    CHECK(&b->u, hear(b, other) && strstr(b->said, "\"program\""));
    for (int i = 0; i < 100000 && answers < lines; i++) {
        pump(b);
        hear(b, greedy);
        for (const char *s = b->said; (s = strchr(s, '\n')); s++)
            answers++;
    }
    CHECK(&b->u, answers == lines && !control_waits(b->c));
    close(greedy);
    close(other);
    pump(b);
}

/* Who has said all gets what he asked for, a last line without its end too; then he is gone. */
static void last_words(struct bench *b)
{
    struct control_ask asked;
    int fd = call(b);
    static const char said[] = "{\"id\":1,\"op\":\"hello\"}\n{\"id\":2,\"op\":\"stop\",\"device\":1001}";
    CHECK(&b->u, send(fd, said, sizeof said - 1, MSG_NOSIGNAL) == (ssize_t)sizeof said - 1);
    shutdown(fd, SHUT_WR);
    pump(b);
    CHECK(&b->u, hear(b, fd) && strstr(b->said, "{\"id\":1,\"ok\":true") && !strstr(b->said, "\"id\":2"));
    CHECK(&b->u, control_next(b->c, &asked));
    control_reply(b->c, &asked, NULL, "stopped");
    CHECK(&b->u, hear(b, fd) && strstr(b->said, "{\"id\":2,\"ok\":true"));
    CHECK(&b->u, !hear(b, fd));
    close(fd);
    fd = call(b);                                        /* gone before the answer */
    CHECK(&b->u, send(fd, said, sizeof said - 1, MSG_NOSIGNAL) > 0);
    close(fd);
    pump(b);
    while (control_next(b->c, &asked))
        control_reply(b->c, &asked, NULL, "stopped");
    fd = call(b);                                        /* a listener who asks no more still hears */
    CHECK(&b->u, send(fd, "{\"op\":\"subscribe\"}", 18, 0) == 18);
    shutdown(fd, SHUT_WR);
    pump(b);
    hear(b, fd);
    values_input(&b->w.db, b->w.temp, 99, &by_source);
    pump(b);
    CHECK(&b->u, hear(b, fd) && strstr(b->said, "\"value\":99"));
    close(fd);
    pump(b);
}

static void long_line(struct bench *b)
{
    static char junk[300000];
    int fd = call(b);
    size_t sent = 0;
    memset(junk, 'x', sizeof junk);
    for (int i = 0; i < 100 && sent < sizeof junk; i++) {
        ssize_t n = send(fd, junk + sent, sizeof junk - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        pump(b);
    }
    hear(b, fd);
    CHECK(&b->u, strstr(b->said, "line-too-long") != NULL);
    static const char rest[] = "xxx\n{\"id\":7,\"op\":\"status\"}\n";      /* it ends here; the next one counts */
    CHECK(&b->u, send(fd, rest, sizeof rest - 1, MSG_NOSIGNAL) == sizeof rest - 1);
    pump(b);
    CHECK(&b->u, hear(b, fd) && strstr(b->said, "\"id\":7,\"ok\":true") && !strstr(b->said, "bad-json"));
    close(fd);
    pump(b);
}

/* Lines that are nearly right, in pieces of any size. */
static void mutants(struct bench *b, unsigned rounds)
{
    static const char *const lines[] = {
        "{\"id\":1,\"op\":\"set\",\"values\":[{\"name\":\"setp\",\"value\":12.5,\"priority\":8}]}\n",
        "{\"id\":2,\"op\":\"list\",\"pattern\":\"*a*\",\"offset\":1,\"limit\":3}\n",
        "{\"op\":\"subscribe\",\"names\":[\"temp\",\"mode\"],\"values\":true}\n",
        ("{\"op\":\"state-import\",\"values\":[{\"id\":\"00112233445566778899aabbccddeeff\","
         "\"property\":87,\"sub\":0,\"data\":\"0000\",\"time\":\"2026-11-21T00:00:00.5+01:00\"}]}\n"),
        "{\"op\":\"manual\",\"name\":\"mode\",\"value\":\"s1\"}\n{\"op\":\"auto\",\"name\":\"mode\"}\n",
        "{\"op\":\"audit\",\"since\":\"2026-01-01\",\"kind\":\"write\",\"from\":3}\n",
        "{\"op\":\"stop\",\"device\":\"1001\"}\n{\"op\":\"reload\",\"image\":\"/x\"}\n",
    };
    int fd = call(b);
    struct control_ask asked;
    srand(1);
    for (unsigned i = 0; i < rounds; i++) {
        char line[400];
        const char *from = lines[(unsigned)rand() % (sizeof lines / sizeof *lines)];
        size_t n = strlen(from);
        memcpy(line, from, n);
        for (int k = rand() % 4; k > 0; k--)
            line[(size_t)rand() % n] = (char)(rand() % 5 ? "\"{}[]:,\\0e-\n"[rand() % 12] : rand());
        n = rand() % 8 ? n : (size_t)rand() % n;
        if (send(fd, line, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            close(fd);
            pump(b);
            fd = call(b);
        }
        pump(b);
        while (control_next(b->c, &asked))
            control_reply(b->c, &asked, i % 2 ? "no" : NULL, "said");
        if (i % 16 == 0)
            hear(b, fd);
    }
    close(fd);
    pump(b);
    fd = call(b);
    CHECK(&b->u, has(b, fd, "{\"op\":\"hello\"}", "true"));
    close(fd);
    pump(b);
}

int main(void)
{
    static struct bench b;
    struct stat st;
    char why[CONTROL_WHY];
    snprintf(b.path, sizeof b.path, "/tmp/bacrt-control.%ld", (long)getpid());
    world_make(&b.w, 0);
    log_init(&b.log, 2, &b.w.clock);
    if (loop_open(&b.loop) || audit_init(&b.audit) || persist_init(&b.persist, NULL, &b.log))
        return 1;
    b.persist.db = &b.w.db;
    b.w.db.audit = &b.audit;
    struct control_config config = {.path = b.path, .loop = &b.loop, .tag = 64, .clock = &b.w.clock,
                                    .log = &b.log, .db = &b.w.db, .audit = &b.audit,
                                    .persist = &b.persist, .view = &view};
    struct control *second;
    CHECK(&b.u, control_open(&b.c, &config, why));
    CHECK(&b.u, !stat(b.path, &st) && (st.st_mode & 07777) == 0660);
    CHECK(&b.u, !control_open(&second, &config, why) && strstr(why, "in use"));
    requests(&b);
    listeners(&b);
    deaf(&b);
    crowd(&b);
    burst(&b);
    last_words(&b);
    long_line(&b);
    control_close(b.c);
    import(&b, &config);
    CHECK(&b.u, control_open(&b.c, &config, why));
    mutants(&b, 20000);
    control_close(b.c);
    CHECK(&b.u, stat(b.path, &st) != 0);
    persist_fini(&b.persist);
    audit_fini(&b.audit);
    loop_close(&b.loop);
    world_end(&b.w);
    return unit_end(&b.u);
}
