/* The other side of sources, for tests: publishes and listens at an MQTT broker, serves Modbus/TCP.
 *     peer has mqtt|modbus                0: built with it
 *     peer pub HOST PORT TOPIC PAYLOAD [retain]
 *     peer sub HOST PORT TOPIC...         one line "topic payload" per message, until ended
 *     peer bridge HOST PORT FROM TO       what comes on FROM goes to TO, retained
 *     peer modbus HOST PORT FILE          registers 0..199 of all tables; holding 0..9 from FILE,
 *                                         holding registers go to FILE.now when written; holding
 *                                         register 50 does not exist, 60 ignores writes, 61 hears
 *                                         only every second one, bit 0 of 62 toggles; unit 9 is dead,
 *                                         8 and those from 200 on while FILE.dead is there; with FILE.late the next
 *                                         answer takes 300 ms
 *     peer notify PATH                    one line for each message of sd_notify, until STOPPING=1
 *     peer serial LINK FILE               the same on a serial line, unit 1; LINK is the line's other end;
 *                                         with FILE.noise the next answer is garbled */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

__attribute__((unused)) static int missing(const char *what)
{
    fprintf(stderr, "peer: built without %s\n", what);
    return 77;
}

#ifdef HAVE_MQTT
#include <mosquitto.h>

enum { HAS_MQTT = 1 };

static const char *bridge_to;
static int delivered;

static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *msg)
{
    (void)ctx;
    if (bridge_to)
        (void)mosquitto_publish(m, NULL, bridge_to, msg->payloadlen, msg->payload, 1, true);
    printf("%s %.*s\n", msg->topic, msg->payloadlen, msg->payload ? (char *)msg->payload : "");
    fflush(stdout);
}

static void on_publish(struct mosquitto *m, void *ctx, int mid)
{
    (void)m;
    (void)ctx;
    (void)mid;
    delivered = 1;
}

static int mqtt(int argc, char **argv)
{
    mosquitto_lib_init();
    struct mosquitto *m = mosquitto_new(NULL, true, NULL);
    int pub = !strcmp(argv[1], "pub"), rc;
    bridge_to = !strcmp(argv[1], "bridge") ? argv[5] : NULL;
    mosquitto_message_callback_set(m, on_message);
    mosquitto_publish_callback_set(m, on_publish);
    rc = mosquitto_connect(m, argv[2], atoi(argv[3]), 60);
    if (!rc && pub)
        rc = mosquitto_publish(m, NULL, argv[4], (int)strlen(argv[5]), argv[5], 1, argc > 6);
    for (int i = 4; !rc && !pub && i < (bridge_to ? 5 : argc); i++)
        rc = mosquitto_subscribe(m, NULL, argv[i], 1);
    while (!rc && !(pub && delivered))
        rc = mosquitto_loop(m, 200, 1);
    (void)mosquitto_disconnect(m);
    mosquitto_destroy(m);
    if (rc)
        fprintf(stderr, "peer: %s\n", mosquitto_strerror(rc));
    return rc != 0;
}
#else
enum { HAS_MQTT = 0 };
static int mqtt(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return missing("MQTT");
}
#endif

#ifdef HAVE_MODBUS
#include <modbus.h>

enum { HAS_MODBUS = 1 };

static void show(const modbus_mapping_t *map, const char *file)
{
    char now[1024], next[1024];
    snprintf(now, sizeof now, "%s.now", file);
    snprintf(next, sizeof next, "%s.next", file);
    FILE *f = fopen(next, "w");
    for (int i = 0; f && i < 200; i++)
        fprintf(f, "%d %u %u\n", i, map->tab_registers[i], map->tab_bits[i]);
    if (f && !fclose(f))
        (void)rename(next, now);        /* whoever reads it sees one moment                    */
}

static modbus_mapping_t *map_of(const char *file)
{
    modbus_mapping_t *map = modbus_mapping_new(200, 200, 200, 200);
    FILE *f = fopen(file, "r");
    for (int i = 0, v; map && f && i < 10 && fscanf(f, "%d", &v) == 1; i++)
        map->tab_registers[i] = map->tab_input_registers[i] = (uint16_t)v;
    if (f)
        fclose(f);
    return map;
}

static int there(const char *file, const char *end)
{
    char path[1024];
    snprintf(path, sizeof path, "%s.%s", file, end);
    return !access(path, F_OK);
}

static void take_time(const char *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%s.late", file);
    if (!unlink(path))
        usleep(300000);
}

/* Until the peer is gone, or modbus_receive() has another error than one frame's. */
static void answer(modbus_t *m, modbus_mapping_t *map, const char *file)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int head = modbus_get_header_length(m);
    unsigned unheard = 0;
    for (int n; (n = modbus_receive(m, query)) >= 0 || errno == EMBBADCRC;) {
        if (n <= 0)
            continue;
        int at = query[head + 1] << 8 | query[head + 2], count = query[head + 3] << 8 | query[head + 4];
        if ((query[head] == 6 || query[head] == 16) && at == 61 && unheard++ % 2 == 0)
            continue;
        take_time(file);
        map->tab_registers[62] ^= 1;
        uint16_t stuck = map->tab_registers[60];
        if (query[head] == 3 && at <= 50 && at + count > 50)
            modbus_reply_exception(m, query, MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
        else if (query[head - 1] == 9 || (query[head - 1] >= 200 && there(file, "dead")) ||
                 (query[head - 1] == 8 && there(file, "dead")))
            continue;
        else
            modbus_reply(m, query, n, map);
        map->tab_registers[60] = stuck;
        show(map, file);
    }
}

static int serve(const char *host, const char *port, const char *file)
{
    modbus_t *m = modbus_new_tcp(host, atoi(port));
    modbus_mapping_t *map = map_of(file);
    int fd = modbus_tcp_listen(m, 1);
    while (fd >= 0 && modbus_tcp_accept(m, &fd) >= 0) {
        answer(m, map, file);
        modbus_close(m);
    }
    fprintf(stderr, "peer: %s\n", modbus_strerror(errno));
    return 1;
}

static int terminal(char *name, size_t n)
{
    struct termios raw;
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd < 0 || grantpt(fd) || unlockpt(fd) || ptsname_r(fd, name, n))
        return -1;
    int other = open(name, O_RDWR | O_NOCTTY);  /* stays open: no hang-up while nobody else has it */
    if (other < 0 || tcgetattr(other, &raw))
        return -1;
    cfmakeraw(&raw);
    return tcsetattr(other, TCSANOW, &raw) ? -1 : fd;
}

struct pump { int from, to; const char *file; };

static void *pump(void *ctx)
{
    const struct pump *p = ctx;
    uint8_t b[512];
    char noise[1024];
    snprintf(noise, sizeof noise, "%s.noise", p->file ? p->file : "");
    for (ssize_t n; (n = read(p->from, b, sizeof b)) > 0;) {
        b[n - 1] ^= !p->file || unlink(noise) ? 0 : 0x55;
        if (write(p->to, b, (size_t)n) != n)
            break;
    }
    return NULL;
}

/* A serial line is two pseudo-terminals with somebody between who carries octets. */
static int serve_serial(const char *link, const char *file)
{
    char near[64], far[64];
    struct pump out = {terminal(near, sizeof near), terminal(far, sizeof far), file}, back = {out.to, out.from, NULL};
    pthread_t yonder, here;
    if (out.from < 0 || out.to < 0 || symlink(far, link) || pthread_create(&yonder, NULL, pump, &out) ||
        pthread_create(&here, NULL, pump, &back)) {
        fprintf(stderr, "peer: no pseudo-terminals here: %s\n", strerror(errno));
        return 77;
    }
    modbus_t *m = modbus_new_rtu(near, 19200, 'E', 8, 1);
    modbus_mapping_t *map = map_of(file);
    if (!m || !map || modbus_set_slave(m, 1) || modbus_connect(m)) {
        fprintf(stderr, "peer: %s\n", modbus_strerror(errno));
        return 1;
    }
    for (;;)
        answer(m, map, file);
}
#else
enum { HAS_MODBUS = 0 };
static int serve_serial(const char *link, const char *file)
{
    (void)link;
    (void)file;
    return missing("Modbus");
}
static int serve(const char *host, const char *port, const char *file)
{
    (void)host;
    (void)port;
    (void)file;
    return missing("Modbus");
}
#endif

static int notified(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    char text[512];
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof a)) {
        fprintf(stderr, "peer: %s: %s\n", path, strerror(errno));
        return 1;
    }
    for (ssize_t n; (n = recv(fd, text, sizeof text - 1, 0)) >= 0;) {
        text[n] = 0;
        printf("%s\n", text);
        fflush(stdout);
        if (!strcmp(text, "STOPPING=1"))
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "has"))
        return !(!strcmp(argv[2], "mqtt") ? HAS_MQTT : HAS_MODBUS);
    if (argc == 5 && !strcmp(argv[1], "modbus"))
        return serve(argv[2], argv[3], argv[4]);
    if (argc == 3 && !strcmp(argv[1], "notify"))
        return notified(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "serial"))
        return serve_serial(argv[2], argv[3]);
    if (argc >= 5)
        return mqtt(argc, argv);
    fprintf(stderr, "peer: see tests/peer.c\n");
    return 2;
}
