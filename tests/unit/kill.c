/* kill -9 at any moment loses no acknowledged write. A runtime under a load of WriteProperty is killed
 * again and again; after each start everything that it had acknowledged must be there. A write that was
 * sent but not answered may be there or not. KILLS=500 for more of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "schemas/bacnet.h"
#include "schemas/tag.h"
#include "tests/unit/unit.h"

#define ADDRESS "127.0.4.77"
enum { TARGETS = 9, ROUNDS = 60, WINDOW = TARGETS };

struct target {
    uint32_t oid, property;
    unsigned priority;
    float acked, sent;          /* sent: not answered yet, if it is another                      */
    uint8_t invoke;
    bool waiting, touched;
};
static struct target targets[TARGETS] = {
    {OID(OT_analog_output, 0), P_present_value, 9, 0, 0, 0, false, false},
    {OID(OT_analog_output, 1), P_present_value, 9, 0, 0, 0, false, false},
    {OID(OT_analog_output, 0), P_relinquish_default, 0, 0, 0, 0, false, false},
    {OID(OT_analog_input, 0), P_cov_increment, 0, 0, 0, 0, false, false},
    {OID(OT_analog_input, 1), P_cov_increment, 0, 0, 0, 0, false, false},
    {OID(OT_analog_input, 2), P_cov_increment, 0, 0, 0, 0, false, false},
    {OID(OT_analog_input, 3), P_cov_increment, 0, 0, 0, 0, false, false},
    {OID(OT_analog_input, 4), P_cov_increment, 0, 0, 0, 0, false, false},
    {OID(OT_analog_output, 1), P_cov_increment, 0, 0, 0, 0, false, false},
};
struct run {
    struct unit u;
    char dir[256];
    int fd;
    pid_t child;
    uint64_t acked;
    unsigned next;
};

static pid_t spawn(const char *const argv[])
{
    pid_t pid = fork();
    if (pid)
        return pid;
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    union { const char *const *in; char *const *out; } u = {argv};
    execv(argv[0], u.out);
    _exit(127);
}

static struct wr head(uint8_t *b, uint8_t invoke, uint8_t choice)
{
    struct wr w = wr_of(b, 128);
    wr_bytes(&w, "\x81\x0a\x00\x00\x01\x04\x00\x05", 8);
    wr_u8(&w, invoke);
    wr_u8(&w, choice);
    return w;
}

static void ship(const struct run *r, struct wr *w)
{
    w->buf[3] = (uint8_t)w->len;
    (void)!send(r->fd, w->buf, w->len, 0);
}

static void write_target(struct run *r, unsigned i)
{
    uint8_t b[128];
    struct target *t = &targets[i];
    struct wr w = head(b, t->invoke = (uint8_t)(r->next & 0x7f), 15);
    t->sent = (float)(r->next++ % 97);
    t->waiting = t->touched = true;
    wr_oid(&w, 0, t->oid);
    wr_enumerated(&w, 1, t->property);
    wr_open(&w, 3);
    wr_real(&w, APP, t->sent);
    wr_close(&w, 3);
    if (t->priority)
        wr_unsigned(&w, 4, t->priority);
    ship(r, &w);
}

static ssize_t hear(const struct run *r, uint8_t *b, size_t n, int ms)
{
    struct pollfd p = {.fd = r->fd, .events = POLLIN};
    return poll(&p, 1, ms) == 1 ? recv(r->fd, b, n, 0) : -1;
}

/* The value of a REAL property; NaN without an answer in time. */
static bool read_target(struct run *r, const struct target *t, float *v)
{
    uint8_t b[1500];
    struct wr w = head(b, 0xfe, 12);
    wr_oid(&w, 0, t->oid);
    wr_enumerated(&w, 1, t->property);
    ship(r, &w);
    for (ssize_t n; (n = hear(r, b, sizeof b, 50)) > 0;) {
        if (n < 12 || b[6] != 0x30 || b[7] != 0xfe)
            continue;
        struct rd in = rd_of(b + 9, (size_t)n - 9);
        if (rd_oid(&in, 0) != t->oid || rd_enumerated(&in, 1) != t->property)
            continue;                                   /* late, of a read that was given up   */
        rd_open(&in, 3);
        *v = rd_real(&in, APP);
        return rd_ok(&in);
    }
    return false;
}

static void take_answers(struct run *r, int ms)
{
    uint8_t b[1500];
    for (ssize_t n; (n = hear(r, b, sizeof b, ms)) > 0; ms = 0)
        for (unsigned i = 0; i < TARGETS; i++)
            if (n >= 9 && targets[i].waiting && b[7] == targets[i].invoke) {
                CHECK(&r->u, b[6] == 0x20);             /* SimpleACK, nothing else */
                targets[i].acked = targets[i].sent;
                targets[i].waiting = false;
                r->acked++;
            }
}

static bool start(struct run *r)
{
    char image[300], data[300];
    float v;
    const char *bacrt = getenv("BACRT");
    snprintf(image, sizeof image, "%s/device.bin", r->dir);
    snprintf(data, sizeof data, "%s/data", r->dir);
    const char *const argv[] = {bacrt ? bacrt : "build/bacrt", "run", image, "--bind", ADDRESS,
                                "--port", "47877", "--data", data, "--log-level", "error", NULL};
    r->child = spawn(argv);
    for (unsigned i = 0; i < 200; i++) {
        if (read_target(r, &targets[3], &v))
            return true;
        usleep(5000);
    }
    return false;
}

static void verify(struct run *r)
{
    for (unsigned i = 0; i < TARGETS; i++) {
        struct target *t = &targets[i];
        float v = -1;
        bool there = false;
        for (unsigned k = 0; k < 10 && !there; k++)
            there = read_target(r, t, &v);
        CHECK(&r->u, there);
        bool right = !t->touched || v == t->acked || (t->waiting && v == t->sent);
        if (!CHECK(&r->u, right))
            fprintf(stderr, "target %u: %g, acknowledged %g, sent %g\n", i, (double)v,
                    (double)t->acked, (double)t->sent);
        t->acked = t->sent = v;
        t->waiting = false;
        t->touched = true;
    }
}

static void load(struct run *r, unsigned ms)
{
    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t until = end.tv_sec * 1000 + end.tv_nsec / 1000000 + ms;
    do {
        for (unsigned i = 0; i < TARGETS; i++)
            if (!targets[i].waiting)
                write_target(r, i);
        take_answers(r, 2);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < until);
}

static bool prepare(struct run *r)
{
    char image[300];
    const char *bacc = getenv("BACC"), *base = getenv("WORK");
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(47877)};
    int status;
    snprintf(r->dir, sizeof r->dir, "%s/kill.XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(r->dir))
        return false;
    snprintf(image, sizeof image, "%s/device.bin", r->dir);
    char project[300], cp[700];
    snprintf(project, sizeof project, "%s/project.xml", r->dir);
    snprintf(cp, sizeof cp, "cp samples/ahu/* '%s'", r->dir);
    if (system(cp))
        return false;
    const char *const argv[] = {bacc ? bacc : "build/bacc", "compile", project, "-o", image, NULL};
    if (waitpid(spawn(argv), &status, 0) < 0 || status)
        return false;
    r->fd = socket(AF_INET, SOCK_DGRAM, 0);
    inet_pton(AF_INET, ADDRESS, &to.sin_addr);
    return r->fd >= 0 && !connect(r->fd, (const struct sockaddr *)&to, sizeof to);
}

int main(void)
{
    struct run r = {.fd = -1};
    const char *kills = getenv("KILLS");
    int rounds = kills ? (int)strtol(kills, NULL, 10) : ROUNDS;
    char rm[400];
    if (!CHECK(&r.u, prepare(&r)))
        return unit_end(&r.u);
    srand(4711);
    for (int i = 0; i < rounds && !r.u.failures; i++) {
        if (!CHECK(&r.u, start(&r)))
            break;
        verify(&r);
        load(&r, 2 + (unsigned)rand() % 60);
        kill(r.child, SIGKILL);
        waitpid(r.child, NULL, 0);
        take_answers(&r, 0);            /* those that had left before */
    }
    printf("%d kills, %llu acknowledged writes\n", rounds, (unsigned long long)r.acked);
    snprintf(rm, sizeof rm, "rm -rf '%s'", r.dir);
    CHECK(&r.u, r.acked > 0 && system(rm) == 0);
    return unit_end(&r.u);
}
