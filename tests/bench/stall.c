/* How long one server keeps a client waiting at worst: one ReadProperty after the other, each asked
 * when the last is answered, until the time is over.
 *     stall ADDRESS PORT SECONDS
 * Prints: answers, median, 99.9th percentile and longest wait in us. A question that is not answered
 * in a second is asked again, and counts with the whole wait. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST = 4000000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int ascending(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Object_Name of device,4194303: every BACnet device has it; an echo server sends it back. */
static void ask(int fd, uint8_t id)
{
    const uint8_t b[] = {0x81, 0x0a, 0, 17, 1, 4, 0, 5, id, 12, 0x0c, 0x02, 0x3f, 0xff, 0xff, 0x19, 77};
    (void)!send(fd, b, sizeof b, 0);
}

int main(int argc, char **argv)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
        fputs("usage: stall ADDRESS PORT SECONDS\n", stderr);
        return 1;
    }
    to.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
    static float took[MOST];
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    size_t n = 0;
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to)) {
        perror("stall");
        return 1;
    }
    double end = now() + strtod(argv[3], NULL) * 1e6;
    while (n < MOST) {
        double begin = now();
        uint8_t id = (uint8_t)n, b[1500];
        if (begin > end)
            break;
        for (int answered = 0; !answered && now() < end + 2e6;) {
            struct pollfd p = {.fd = fd, .events = POLLIN};
            ask(fd, id);
            while (!answered && poll(&p, 1, 1000) == 1) {
                ssize_t got = recv(fd, b, sizeof b, 0);
                answered = got > 8 && b[b[6] == 0x30 ? 7 : 8] == id;     /* ComplexACK, or the echo */
            }
        }
        took[n++] = (float)(now() - begin);
    }
    if (!n) {
        fputs("stall: no answer\n", stderr);
        return 1;
    }
    qsort(took, n, sizeof *took, ascending);
    printf("%zu %.0f %.0f %.0f\n", n, (double)took[n / 2], (double)took[n - 1 - n / 1000],
           (double)took[n - 1]);
    return 0;
}
