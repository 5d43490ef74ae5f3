/* The yardstick: a bare UDP server, one recvfrom and one sendto per datagram, that answers each
 * with its own bytes, or with N bytes where a larger answer is to be compared.
 *     echo ADDRESS PORT [N] */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    if (argc < 3 || inet_pton(AF_INET, argv[1], &at.sin_addr) != 1) {
        fputs("usage: echo ADDRESS PORT [N]\n", stderr);
        return 1;
    }
    at.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
    size_t reply = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), big = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at)) {
        perror("echo");
        return 1;
    }
    static uint8_t buf[65536];
    for (;;) {
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        ssize_t n = recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&from, &len);
        if (n > 0)
            sendto(fd, buf, reply && reply <= sizeof buf ? reply : (size_t)n, 0, (struct sockaddr *)&from, len);
    }
}
