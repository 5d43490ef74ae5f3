/* Writes as fast as they are acknowledged: WINDOW WriteProperty requests under way, each with another
 * value than the last, to the first COUNT objects of one type.
 *     writes ADDRESS PORT SECONDS WINDOW TYPE COUNT
 * Prints: acknowledgements per second, median, 99th percentile and longest wait in us, refused. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { WINDOW_MAX = 128, MOST = 8000000, LOST_US = 2000000 };

struct writer {
    int fd;
    unsigned window, type, count;
    uint32_t n;                 /* writes ever                                                     */
    double sent_at[WINDOW_MAX];
    float took[MOST];
    size_t done;
    unsigned long refused, lost;
};

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static void write_one(struct writer *w, unsigned id, double t)
{
    uint32_t oid = w->type << 22 | w->n % w->count, bits;
    float value = (float)(w->n / w->count % 89 + 1);
    memcpy(&bits, &value, sizeof bits);
    const uint8_t b[] = {
        0x81, 0x0a, 0, 26, 1, 4, 0, 5, (uint8_t)id, 15,
        0x0c, (uint8_t)(oid >> 24), (uint8_t)(oid >> 16), (uint8_t)(oid >> 8), (uint8_t)oid, 0x19, 85,
        0x3e, 0x44, (uint8_t)(bits >> 24), (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits, 0x3f,
        0x49, 9,
    };
    w->n++;
    w->sent_at[id] = t;
    (void)!send(w->fd, b, sizeof b, 0);
}

static void take(struct writer *w, const uint8_t *b, ssize_t n, double t)
{
    if (n < 9 || b[7] >= w->window)
        return;
    w->refused += b[6] != 0x20;
    if (w->done < MOST)
        w->took[w->done++] = (float)(t - w->sent_at[b[7]]);
    write_one(w, b[7], t);
}

static void run(struct writer *w, double seconds)
{
    double begin = now_us(), t = begin;
    for (unsigned id = 0; id < w->window; id++)
        write_one(w, id, t);
    while (t - begin < seconds * 1e6) {
        struct pollfd p = {w->fd, POLLIN, 0};
        uint8_t b[1500];
        ssize_t n = poll(&p, 1, 100) == 1 ? recv(w->fd, b, sizeof b, 0) : 0;
        t = now_us();
        take(w, b, n, t);
        for (unsigned id = 0; n <= 0 && id < w->window; id++)
            if (t - w->sent_at[id] > LOST_US) {
                w->lost++;
                write_one(w, id, t);
            }
    }
}

static int ascending(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    static struct writer w;
    if (argc != 7 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
        fputs("usage: writes ADDRESS PORT SECONDS WINDOW TYPE COUNT\n", stderr);
        return 1;
    }
    to.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
    w.window = (unsigned)strtoul(argv[4], NULL, 10);
    w.type = (unsigned)strtoul(argv[5], NULL, 10);
    w.count = (unsigned)strtoul(argv[6], NULL, 10);
    w.fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (w.window < 1 || w.window > WINDOW_MAX || !w.count || w.fd < 0 ||
        connect(w.fd, (const struct sockaddr *)&to, sizeof to))
        return 1;
    double seconds = strtod(argv[3], NULL);
    run(&w, seconds);
    if (!w.done) {
        fputs("writes: no answer\n", stderr);
        return 1;
    }
    qsort(w.took, w.done, sizeof *w.took, ascending);
    printf("%.0f %.0f %.0f %.0f %lu\n", (double)w.done / seconds, (double)w.took[w.done / 2],
           (double)w.took[w.done - 1 - w.done / 100], (double)w.took[w.done - 1], w.refused + w.lost);
    return w.refused + w.lost != 0;
}
