/* Entrance: what a client of the control socket sends, lines or not. Every answer is a line of JSON, another
 * client is served afterwards. The image comes from $FUZZ_IMAGE; nothing is stored, but what is imported
 * takes effect. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/control/control.h"
#include "runtime/control/json.h"
#include "runtime/object/values.h"
#include "runtime/service/services.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct bench {
    struct clock clock;
    struct outbox outbox;
    struct db db;
    struct loop loop;
    struct log log;
    struct audit audit;
    struct persist persist;
    struct control *c;
    char path[100];
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "control: %s\n", what);
    abort();
}

static void open_bench(struct bench *b)
{
    static const struct control_view view = {.version = "1", .image = "i", .data = "d"};
    static uint8_t image[1 << 20];
    static size_t size;
    const char *path = getenv("FUZZ_IMAGE");
    char why[CONTROL_WHY];
    FILE *f = size || !path ? NULL : fopen(path, "rb");
    if (f) {
        size = fread(image, 1, sizeof image, f);
        fclose(f);
    }
    must(size > 0, "FUZZ_IMAGE must name an image");
    *b = (struct bench){.clock = {.wall_ms = 1700000000000}};
    uint8_t *own = malloc(size);
    must(own != NULL, "memory");
    memcpy(own, image, size);
    must(!outbox_init(&b->outbox, 256), "memory");
    must(db_open(&b->db, own, size, &b->clock, &b->outbox, why, sizeof why), "FUZZ_IMAGE is no image");
    services_announce(&b->db);
    values_start(&b->db);
    log_init(&b->log, -1, &b->clock);
    must(!loop_open(&b->loop) && !audit_init(&b->audit) && !persist_init(&b->persist, NULL, &b->log), "memory");
    b->persist.db = &b->db;
    b->db.audit = &b->audit;
    const char *dir = getenv("TMPDIR");
    snprintf(b->path, sizeof b->path, "%.60s/fuzz-control.%ld", dir ? dir : "/tmp", (long)getpid());
    const struct control_config c = {.path = b->path, .loop = &b->loop, .tag = 0x1000, .clock = &b->clock,
                                     .log = &b->log, .db = &b->db, .audit = &b->audit,
                                     .persist = &b->persist, .view = &view};
    must(control_open(&b->c, &c, why), why);
}

static void close_bench(struct bench *b)
{
    control_close(b->c);
    persist_fini(&b->persist);
    audit_fini(&b->audit);
    loop_close(&b->loop);
    db_close(&b->db);
    outbox_fini(&b->outbox);
}

static int call(const struct bench *b)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    memcpy(a.sun_path, b->path, strlen(b->path) + 1);
    must(fd >= 0 && !connect(fd, (const struct sockaddr *)&a, sizeof a), "no connection");
    return fd;
}

static void turn(struct bench *b)
{
    struct loop_event e[LOOP_EVENTS];
    struct control_ask a;
    int n = loop_wait(&b->loop, 0, e, LOOP_EVENTS);
    for (int k = 0; k < n; k++)
        control_event(b->c, e[k].tag, e[k].flags);
    control_lines(b->c);
    while (control_next(b->c, &a))
        control_reply(b->c, &a, a.what == ASK_RELOAD ? "bad-image" : NULL, "as asked");
    control_turn(b->c);
    db_settle(&b->db);
    b->clock.wall_ms += 10;
}

/* All that is there; each line is JSON. The last may not be whole yet. */
static size_t hear(int fd)
{
    static char said[1 << 21];
    static size_t have;
    const char *why;
    size_t lines = 0;
    have = 0;
    for (ssize_t n; have < sizeof said && (n = recv(fd, said + have, sizeof said - have, 0)) > 0;)
        have += (size_t)n;
    for (char *at = said, *end; (end = memchr(at, '\n', have - (size_t)(at - said))); at = end + 1) {
        struct json *j = json_parse(at, (size_t)(end - at), &why);
        must(j && json_object(j), "an answer that is no JSON object");
        json_free(j);
        lines++;
    }
    return lines;
}

/* Identities are hashes that no mutation guesses: 32 equal digits stand for one, 0 to 9 an object's, a to e
 * a variable's, f the device's. */
static void put_identities(const struct image *img, uint8_t *s, size_t n)
{
    for (size_t i = 0; i + 32 <= n; i++) {
        uint8_t c = s[i];
        size_t k = 1;
        while (k < 32 && s[i + k] == c)
            k++;
        if (k < 32 || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            continue;
        const uint8_t *id = c <= '9' ? img->object_ids[(uint32_t)(c - '0') * 2 % img->n_objects].b
                            : c < 'f' ? img->variable_ids[(uint32_t)(c - 'a') % img->n_variables].b
                                      : img->devices[0].identity.b;
        char hex[33];
        for (size_t d = 0; d < 16; d++)
            snprintf(hex + 2 * d, 3, "%02x", id[d]);
        memcpy(s + i, hex, 32);
        i += 31;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *given, size_t n)
{
    static struct bench b;
    static const char hello[] = "{\"id\":1,\"op\":\"hello\"}\n";
    open_bench(&b);
    uint8_t *bytes = malloc(n + 1);
    must(bytes != NULL, "memory");
    memcpy(bytes, given, n);
    put_identities(&b.db.img, bytes, n);
    int fd = call(&b), other = -1;
    turn(&b);
    for (size_t at = 0; at < n;) {
        ssize_t k = send(fd, bytes + at, n - at < 4096 ? n - at : 4096, MSG_NOSIGNAL);
        at += k > 0 ? (size_t)k : n;            /* thrown out: that was it */
        turn(&b);
        (void)hear(fd);
    }
    (void)!send(fd, "\n", 1, MSG_NOSIGNAL);
    turn(&b);
    turn(&b);
    (void)hear(fd);
    other = call(&b);
    (void)!send(other, hello, sizeof hello - 1, MSG_NOSIGNAL);
    for (int i = 0; i < 4; i++)
        turn(&b);
    must(hear(other) > 0, "another client is not served");
    close(fd);
    close(other);
    turn(&b);
    close_bench(&b);
    free(bytes);
    return 0;
}
