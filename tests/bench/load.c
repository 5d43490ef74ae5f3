/* Load generator: keeps a window of confirmed requests open to one server and counts the answers.
 *     load ADDRESS PORT rp|rpm SECONDS [WINDOW [OBJECTS [PID]]]
 * rp reads Present_Value of one object, rpm of 20 objects the Present_Value, Status_Flags and
 * Object_Name. Objects are found through Object_List, OBJECTS of them spread over the device
 * (default 1 and 20). OBJECTS 0: any server that sends something back (the echo server).
 * Prints: answers per second, median and 99th percentile of the round trip in us, CPU us of process
 * PID per answer, octets of an answer, lost requests. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <sys/uio.h>

enum { WINDOW_MAX = 128, MESSAGE = 1500, OBJECTS_MAX = 4096, BUCKETS = 100000 };

struct request {
    uint8_t b[512];
    size_t n;
};
struct load {
    int fd;
    bool rpm;
    unsigned window, n_objects;
    uint32_t object[OBJECTS_MAX];
    struct request slot[WINDOW_MAX];
    double sent_at[WINDOW_MAX];
    bool open[WINDOW_MAX];
    uint32_t bucket[BUCKETS];                   /* of 1 us                                     */
    unsigned long answers, lost, errors;
    size_t answer_size;
    uint32_t rng;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void put(struct request *r, const void *bytes, size_t n)
{
    if (n > sizeof r->b - r->n)
        abort();
    memcpy(r->b + r->n, bytes, n);
    r->n += n;
}

static void put_oid(struct request *r, uint32_t oid)
{
    uint8_t b[5] = {0x0c, (uint8_t)(oid >> 24), (uint8_t)(oid >> 16), (uint8_t)(oid >> 8), (uint8_t)oid};
    put(r, b, 5);
}

static void head(struct request *r, uint8_t id, uint8_t service)
{
    r->n = 0;
    uint8_t b[] = {0x81, 0x0a, 0, 0, 1, 4, 0, 5, id, service};
    put(r, b, sizeof b);
}

static void finish(struct request *r)
{
    r->b[2] = (uint8_t)(r->n >> 8);
    r->b[3] = (uint8_t)r->n;
}

static void fill(struct load *l, unsigned id)
{
    struct request *r = &l->slot[id];
    head(r, (uint8_t)id, l->rpm ? 14 : 12);
    unsigned count = l->rpm ? 20 : 1;
    for (unsigned i = 0; i < count; i++) {
        l->rng = l->rng * 1664525u + 1013904223u;
        uint32_t oid = l->n_objects ? l->object[(l->rng >> 8) % l->n_objects] : 2u << 22 | 1;
        if (l->n_objects == 20)
            oid = l->object[i];
        put_oid(r, oid);
        if (l->rpm)
            put(r, "\x1e\x09\x55\x09\x6f\x09\x4d\x1f", 8);
        else
            put(r, "\x19\x55", 2);
    }
    finish(r);
}

static void send_slot(struct load *l, unsigned id, double t)
{
    l->open[id] = true;
    l->sent_at[id] = t;
    if (send(l->fd, l->slot[id].b, l->slot[id].n, 0) < 0 && errno != ECONNREFUSED)
        perror("send");
}

/* Asks one thing, waits for its answer; the value of the answer, 0 if there was none. */
static uint32_t ask_list(struct load *l, uint32_t index)
{
    struct request r;
    head(&r, 200, 12);
    put_oid(&r, 8u << 22 | 4194303);
    uint8_t q[] = {0x19, 76, 0x2c, (uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8), (uint8_t)index};
    put(&r, q, sizeof q);
    finish(&r);
    uint8_t b[MESSAGE];
    for (int tries = 0; tries < 20; tries++) {
        send(l->fd, r.b, r.n, 0);
        struct pollfd p = {l->fd, POLLIN, 0};
        ssize_t n = poll(&p, 1, 200) > 0 ? recv(l->fd, b, sizeof b, 0) : 0;
        if (n < 20 || b[6] != 0x30)
            continue;
        size_t at = 17 + (b[16] & 7u);              /* behind the index comes the value          */
        const uint8_t *v = b + at + 1;
        size_t left = (size_t)n > at + 1 ? (size_t)n - at - 1 : 0;
        uint32_t x = 0;
        for (unsigned k = 0; left > 1 && k < (v[0] & 7u) && k + 1 < left; k++)
            x = x << 8 | v[1 + k];
        return x;
    }
    return 0;
}

static void find_objects(struct load *l, unsigned want)
{
    uint32_t n = ask_list(l, 0);
    for (unsigned tries = 0; l->n_objects < want && tries < 20 * want + 100 && n; tries++) {
        l->rng = l->rng * 1664525u + 1013904223u;
        uint32_t index = n <= want + 10 ? 1 + tries : 1 + (uint32_t)((uint64_t)(l->rng >> 8) * n >> 24);
        if (index > n)
            break;
        uint32_t oid = ask_list(l, index), type = oid >> 22;
        if (type <= 5 || type == 13 || type == 14 || type == 19)
            l->object[l->n_objects++] = oid;
    }
    if (l->n_objects < want && l->n_objects)
        for (unsigned i = 0; l->n_objects < want; i++)
            l->object[l->n_objects++] = l->object[i];
    if (!l->n_objects) {
        fputs("load: no objects found\n", stderr);
        exit(1);
    }
}

static void take(struct load *l, const uint8_t *b, size_t n, double t)
{
    if (n < 9)
        return;
    bool echo = l->n_objects == 0;
    unsigned id = echo ? b[8] : b[7];
    if (!echo && b[6] != 0x30 && !l->errors++)
        fprintf(stderr, "load: first answer of another kind: %02x %02x %02x %02x %02x\n", b[6], b[7], b[8], n > 9 ? b[9] : 0,
                n > 10 ? b[10] : 0);
    if (id >= l->window || !l->open[id])
        return;
    double us = (t - l->sent_at[id]) * 1e6;
    l->bucket[us < BUCKETS - 1 ? (size_t)us : BUCKETS - 1]++;
    l->answers++;
    l->answer_size = n;
    if (!echo && !l->rpm && l->n_objects > 1)
        fill(l, id);
    send_slot(l, id, t);
}

static void run(struct load *l, double seconds)
{
    static uint8_t buf[64][MESSAGE];
    struct iovec io[64];
    struct mmsghdr m[64];
    for (size_t i = 0; i < 64; i++) {
        io[i] = (struct iovec){buf[i], MESSAGE};
        m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &io[i], .msg_iovlen = 1}};
    }
    double begin = now(), t = begin;
    for (unsigned id = 0; id < l->window; id++) {
        fill(l, id);
        send_slot(l, id, t);
    }
    while (t - begin < seconds) {
        struct pollfd p = {l->fd, POLLIN, 0};
        if (poll(&p, 1, 100) <= 0) {
            t = now();
            for (unsigned id = 0; id < l->window; id++)
                if (t - l->sent_at[id] > 0.1) {
                    l->lost++;
                    send_slot(l, id, t);
                }
            continue;
        }
        int n = recvmmsg(l->fd, m, 64, MSG_DONTWAIT, NULL);
        t = now();
        for (int i = 0; i < n; i++)
            take(l, buf[i], m[i].msg_len, t);
    }
}

static double cpu_of(const char *pid)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return 0;
    char *at = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
    fclose(f);
    for (int field = 0; at && field < 12; field++)
        at = strchr(at + 1, ' ');
    if (!at)
        return 0;
    char *rest;
    double user = strtod(at, &rest), sys = strtod(rest, NULL);
    return (user + sys) / (double)sysconf(_SC_CLK_TCK);
}

static unsigned percentile(const struct load *l, double p)
{
    double sum = 0;
    for (unsigned i = 0; i < BUCKETS; i++)
        if ((sum += l->bucket[i]) >= p * (double)l->answers)
            return i;
    return BUCKETS;
}

int main(int argc, char **argv)
{
    static struct load l = {.rng = 12345};
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (argc < 5 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
        fputs("usage: load ADDRESS PORT rp|rpm SECONDS [WINDOW [OBJECTS [PID]]]\n", stderr);
        return 1;
    }
    to.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
    l.rpm = !strcmp(argv[3], "rpm");
    l.window = argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 32;
    unsigned objects = argc > 6 ? (unsigned)strtoul(argv[6], NULL, 10) : l.rpm ? 20 : 1;
    if (l.window < 1 || l.window > WINDOW_MAX || objects > OBJECTS_MAX)
        return 1;
    l.fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (l.fd < 0 || connect(l.fd, (struct sockaddr *)&to, sizeof to)) {
        perror("load");
        return 1;
    }
    if (objects)
        find_objects(&l, objects);
    const char *pid = argc > 7 ? argv[7] : "";
    double cpu = cpu_of(pid), seconds = strtod(argv[4], NULL);
    run(&l, seconds);
    cpu = cpu_of(pid) - cpu;
    printf("%.0f %u %u %.2f %zu %lu\n", (double)l.answers / seconds, percentile(&l, 0.5), percentile(&l, 0.99),
           l.answers ? cpu * 1e6 / (double)l.answers : 0, l.answer_size, l.lost);
    if (l.errors)
        fprintf(stderr, "load: %lu answers were no acknowledgements\n", l.errors);
    return l.errors != 0;
}
