/* `bacrt doctor`: what keeps a runtime from working on this machine, asked of the machine itself.
 * Changes nothing. Exit 1 if something must be put right. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "runtime/data/store.h"
#include "runtime/data/store_check.h"
#include "runtime/tool/ctl.h"
#include "schemas/bacnet.h"
#include "schemas/image.h"
#include "schemas/tag.h"
#include "schemas/zones.h"

enum verdict { GOOD, NOTE, WRONG };
enum { ASKED_MAX = 64 };        /* device numbers that others are asked for                        */
struct doctor {
    bool json, any;
    int wrong, notes;
    const char *image, *data, *bind;
    uint16_t port;
    uint32_t instances[ASKED_MAX];
    unsigned n_instances, unasked;
};

static void say(struct doctor *d, enum verdict v, const char *check, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct doctor *d, enum verdict v, const char *check, const char *fmt, ...)
{
    static const char *const words[] = {"good", "note", "WRONG"};
    char text[400];
    uint8_t b[4096];
    struct wr w = wr_of(b, sizeof b);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    d->wrong += v == WRONG;
    d->notes += v == NOTE;
    if (!d->json) {
        printf("%-5s  %-10s %s\n", words[v], check, text);
        return;
    }
    jw_open(&w, '{');
    jw_member(&w, "check", check);
    jw_member(&w, "verdict", v == WRONG ? "wrong" : words[v]);
    jw_member(&w, "text", text);
    jw_close(&w, '}');
    printf("%s%.*s", d->any ? ",\n" : "", (int)w.len, (const char *)b);
    d->any = true;
}

/* ---- the image: its ports and device numbers ---- */

static uint8_t *read_whole(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    uint8_t *all = NULL;
    long size = -1;
    if (f && !fseek(f, 0, SEEK_END))
        size = ftell(f);
    if (size >= 0 && size < INT32_MAX && !fseek(f, 0, SEEK_SET))
        all = malloc((size_t)size + 1);
    *n = 0;
    if (all)
        *n = fread(all, 1, (size_t)size, f);
    if (f)
        fclose(f);
    return all;
}

static void look_at_image(struct doctor *d)
{
    struct image img;
    char why[160];
    size_t n;
    uint8_t *all = read_whole(d->image, &n);
    if (!all) {
        say(d, WRONG, "image", "%s: %s", d->image, strerror(errno));
        return;
    }
    if (!image_open(&img, all, n, why, sizeof why)) {
        say(d, WRONG, "image", "%s: %s", d->image, why);
        free(all);
        return;
    }
    say(d, GOOD, "image", "%s: %u devices, %u objects", d->image, img.n_devices, img.n_objects);
    const char *zone = img.n_project ? (const char *)img_text(&img, img.project->time_zone).p : "";
    if (*zone && strcmp(zone, "UTC") != 0 && !zone_is_there(zone))
        say(d, WRONG, "zone", "time zone '%s' is not known here (is tzdata installed?): schedules would go by the "
            "machine's time", zone);
    for (uint32_t i = 0; i < img.n_devices && d->n_instances < ASKED_MAX; i++)
        d->instances[d->n_instances++] = le32_get(img.devices[i].instance);
    d->unasked = img.n_devices - d->n_instances;
    for (uint32_t i = 0; i < img.n_ports; i++)
        if (img.ports[i].type == NT_ipv4 && !d->port)
            d->port = le16_get(img.ports[i].udp_port);
    free(all);
}

/* Is a bacrt running on the directory? */
static bool is_served(const struct doctor *d)
{
    char name[1100];
    if (!d->data)
        return false;
    snprintf(name, sizeof name, "%.1000s/lock", d->data);
    FILE *f = fopen(name, "r");
    bool held = f && flock(fileno(f), LOCK_SH | LOCK_NB);
    if (f)
        fclose(f);
    return held;
}

/* ---- network ---- */

static void look_at_port(struct doctor *d)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(d->port)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (d->bind && inet_pton(AF_INET, d->bind, &a.sin_addr) != 1) {
        say(d, WRONG, "port", "--bind %s: not an IPv4 address", d->bind);
    } else if (!bind(fd, (const struct sockaddr *)&a, sizeof a)) {
        say(d, GOOD, "port", "UDP %u is free", d->port);
    } else if (errno == EADDRINUSE) {
        bool ours = !d->data || is_served(d);
        say(d, ours ? NOTE : WRONG, "port", "UDP %u is in use%s (ss -ulnp 'sport = :%u' says by whom)",
            d->port, ours ? ", as it should while a bacrt runs" : ", and no bacrt runs on this data", d->port);
    } else {
        say(d, WRONG, "port", "UDP %u on %s: %s", d->port, d->bind ? d->bind : "all addresses",
            strerror(errno));
    }
    if (fd >= 0)
        close(fd);
}

static void look_at_interface(struct doctor *d, const struct ifaddrs *i)
{
    struct sockaddr_in a, m, b;
    char address[20], broadcast[20] = "none";
    memcpy(&a, i->ifa_addr, sizeof a);
    memcpy(&m, i->ifa_netmask, sizeof m);
    uint32_t want = a.sin_addr.s_addr | ~m.sin_addr.s_addr;
    inet_ntop(AF_INET, &a.sin_addr, address, sizeof address);
    bool has = i->ifa_flags & IFF_BROADCAST && i->ifa_broadaddr;
    if (has) {
        memcpy(&b, i->ifa_broadaddr, sizeof b);
        inet_ntop(AF_INET, &b.sin_addr, broadcast, sizeof broadcast);
    }
    if (!(i->ifa_flags & IFF_UP))
        say(d, NOTE, "interface", "%s %s is down", i->ifa_name, address);
    else if (!has)
        say(d, NOTE, "interface", "%s %s has no broadcast address: nobody is discovered there",
            i->ifa_name, address);
    else if (b.sin_addr.s_addr != want)
        say(d, WRONG, "interface", "%s %s: broadcast address %s does not fit the mask", i->ifa_name,
            address, broadcast);
    else
        say(d, GOOD, "interface", "%s %s, broadcast %s", i->ifa_name, address, broadcast);
}

static void look_at_interfaces(struct doctor *d)
{
    struct ifaddrs *all = NULL;
    unsigned n = 0;
    if (getifaddrs(&all)) {
        say(d, WRONG, "interface", "%s", strerror(errno));
        return;
    }
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || !i->ifa_netmask || i->ifa_addr->sa_family != AF_INET ||
            i->ifa_flags & IFF_LOOPBACK)
            continue;
        look_at_interface(d, i);
        n++;
    }
    freeifaddrs(all);
    if (!n)
        say(d, NOTE, "interface", "no IPv4 interface but loopback");
}

/* ---- does anybody else have our device numbers? ---- */

static void ask_who_is(struct doctor *d, int fd, uint32_t instance)
{
    uint8_t b[32];
    struct wr w = wr_of(b, sizeof b);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(d->port ? d->port : 47808)};
    to.sin_addr.s_addr = d->bind && !strncmp(d->bind, "127.", 4) ? htonl(0x7fffffff) : INADDR_NONE;
    wr_bytes(&w, "\x81\x0b\x00\x00\x01\x20\xff\xff\x00\xff\x10\x08", 12);
    wr_unsigned(&w, 0, instance);
    wr_unsigned(&w, 1, instance);
    b[3] = (uint8_t)w.len;
    (void)!sendto(fd, b, w.len, 0, (const struct sockaddr *)&to, sizeof to);
}

/* I-Am somewhere behind BVLL and NPDU: found by its first octets. */
static bool is_i_am(const uint8_t *b, size_t n, uint32_t *instance)
{
    for (size_t i = 4; i + 7 <= n; i++) {
        if (b[i] != 0x10 || b[i + 1] != 0x00 || b[i + 2] != 0xc4)
            continue;
        struct rd r = rd_of(b + i + 2, n - i - 2);
        uint32_t oid = rd_oid(&r, APP);
        *instance = oid_instance(oid);
        return rd_ok(&r) && oid_type(oid) == OT_device;
    }
    return false;
}

static void look_for_duplicates(struct doctor *d)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in me = {.sin_family = AF_INET}, from;
    struct timeval wait = {0, 700000};
    unsigned heard[ASKED_MAX] = {0};
    char at[ASKED_MAX][INET_ADDRSTRLEN] = {{0}};
    uint8_t b[1500];
    socklen_t len = sizeof from;
    if (!d->n_instances || fd < 0)
        return;
    if (d->bind)
        (void)inet_pton(AF_INET, d->bind, &me.sin_addr);
    (void)setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (bind(fd, (const struct sockaddr *)&me, sizeof me)) {
        close(fd);
        return;
    }
    for (unsigned i = 0; i < d->n_instances; i++)
        ask_who_is(d, fd, d->instances[i]);
    for (ssize_t n; (n = recvfrom(fd, b, sizeof b, 0, (struct sockaddr *)&from, &len)) > 0;) {
        uint32_t instance;
        for (unsigned i = 0; is_i_am(b, (size_t)n, &instance) && i < d->n_instances; i++)
            if (d->instances[i] == instance) {
                heard[i]++;
                (void)inet_ntop(AF_INET, &from.sin_addr, at[i], sizeof at[i]);
            }
    }
    close(fd);
    for (unsigned i = 0; i < d->n_instances; i++) {
        unsigned k = heard[i];
        if (k > 1)
            say(d, WRONG, "instance", "%u devices say they are device %u, one of them at %s", k,
                d->instances[i], at[i]);
        else if (k && !is_served(d))
            say(d, WRONG, "instance", "there is a device %u already, at %s", d->instances[i], at[i]);
        else
            say(d, GOOD, "instance", "device %u: %s%s%s", d->instances[i], k ? "one answers, at " : "nobody answers",
                k ? at[i] : "", k ? ", as it should while this one runs" : "");
    }
    if (d->unasked)
        say(d, NOTE, "instance", "only the first %d devices were looked for, %u more not", ASKED_MAX, d->unasked);
}

/* ---- clock and disk ---- */

static void look_at_clock(struct doctor *d)
{
    struct timex t = {.modes = 0};
    time_t now = time(NULL);
    int state = adjtimex(&t);
    if (now < 1767225600)                       /* 2026-01-01 */
        say(d, WRONG, "clock", "it shows a time before 2026: schedules and alarms will be wrong");
    else if (state == TIME_ERROR || t.status & STA_UNSYNC)
        say(d, NOTE, "clock", "not synchronised (no NTP)");
    else
        say(d, GOOD, "clock", "synchronised");
}

static void look_at_disk(struct doctor *d, const char *dir)
{
    struct statvfs v;
    if (statvfs(dir, &v))
        return;
    unsigned long long mib = (unsigned long long)v.f_bavail * v.f_frsize >> 20;
    if (v.f_flag & ST_RDONLY)
        say(d, WRONG, "disk", "%s is mounted read-only", dir);
    else
        say(d, mib < 16 ? WRONG : mib < 256 ? NOTE : GOOD, "disk", "%llu MiB free", mib);
}

/* Not there yet: can it be made where it will be? `run` makes the directory, not those above it. */
static void look_at_parent(struct doctor *d)
{
    char dir[1100];
    int n = snprintf(dir, sizeof dir, "%s%.1000s", d->data[0] == '/' ? "" : "./", d->data);
    while (n > 1 && dir[n - 1] == '/')
        dir[--n] = 0;
    char *slash = strrchr(dir, '/');
    slash[slash == dir] = 0;
    if (access(dir, W_OK | X_OK))
        say(d, WRONG, "data", "%s does not exist, and %s: %s", d->data, dir, strerror(errno));
    else
        say(d, NOTE, "data", "%s does not exist yet", d->data);
    look_at_disk(d, dir);
}

/* Is `name` there, and something else than a file? */
static bool is_other(const char *name)
{
    struct stat st;
    return !stat(name, &st) && !S_ISREG(st.st_mode);
}

static bool is_empty(const char *name)
{
    struct stat st;
    return stat(name, &st) || !st.st_size;
}

/* The pages of the values, as `run` looks at them; not while there is a log that goes before them. */
static void look_at_values(struct doctor *d, const char *name, const char *wal, unsigned version)
{
    char why[300];
    bool closed = is_empty(wal) && !is_empty(name) && !is_served(d);
    if (closed && store_check(name, why, sizeof why))
        say(d, WRONG, "state", "%s", why);
    else
        say(d, GOOD, "state", "%s, version %u", name, version);
}

/* What came with a copy, or was left by somebody else, is not ours to write: then nothing can be stored. */
static bool may_write(struct doctor *d, const char *name)
{
    bool may = !access(name, R_OK | W_OK) || errno == ENOENT;
    if (!may)
        say(d, WRONG, "state", "%s: %s", name, strerror(errno));
    return may;
}

/* The database's header, as SQLite writes it: its version is octets 60 to 63, its owner 68 to 71. */
static void look_at_state(struct doctor *d)
{
    char name[1100];
    uint8_t h[72] = {0};
    snprintf(name, sizeof name, "%.1000s/state.db", d->data);
    FILE *f = is_other(name) ? NULL : fopen(name, "r");
    if (!f) {
        if (is_other(name))
            say(d, WRONG, "state", "%s is no file", name);
        else if (errno != ENOENT)
            say(d, WRONG, "state", "%s: %s", name, strerror(errno));
        return;
    }
    size_t n = fread(h, 1, sizeof h, f);
    fclose(f);
    struct rd version = rd_of(h + 60, 4), owner = rd_of(h + 68, 4);
    uint32_t v = n == sizeof h ? rd_u32(&version) : 0;
    char wal[1120], shm[1120];
    snprintf(wal, sizeof wal, "%s-wal", name);
    snprintf(shm, sizeof shm, "%s-shm", name);
    bool young = n < sizeof h || !memcmp(h + 68, "\0\0\0\0", 4);
    if (young && !is_empty(wal))
        return;                         /* what it says of itself is in its log still */
    if (n && (n < sizeof h || memcmp(h, "SQLite format 3", 16) != 0 || rd_u32(&owner) != STORE_APPLICATION))
        say(d, WRONG, "state", "%s is not a state file of this program", name);
    else if (v > STORE_VERSION)
        say(d, WRONG, "state", "%s was written by a newer version (state %u, this one knows %d)", name, v,
            STORE_VERSION);
    else if (may_write(d, name) && may_write(d, wal) && may_write(d, shm))
        look_at_values(d, name, wal, v);
}

static void look_at_data(struct doctor *d)
{
    if (!d->data)
        return;
    if (access(d->data, F_OK)) {
        look_at_parent(d);
        return;
    }
    char lock[1100];
    snprintf(lock, sizeof lock, "%.1000s/lock", d->data);
    if (access(d->data, R_OK | W_OK | X_OK))
        say(d, WRONG, "data", "%s: %s", d->data, strerror(errno));
    else if (is_other(lock) || (access(lock, W_OK) && errno != ENOENT))
        say(d, WRONG, "data", "%s: %s", lock, is_other(lock) ? "no file" : strerror(errno));
    else
        say(d, GOOD, "data", "%s can be written", d->data);
    look_at_disk(d, d->data);
    look_at_state(d);
    if (is_served(d))
        say(d, NOTE, "data", "a bacrt is running on it");
}

int cmd_doctor(const struct verb *verb, int argc, char **argv)
{
    struct doctor d = {.port = 0};
    const char *port = NULL;
    char data[1024];
    uint64_t number = 0;
    bool helped;
    int n;
    const struct option_row rows[] = {{"bind", &d.bind, NULL}, {"port", &port, NULL},
                                      {"data", &d.data, NULL}, {"json", NULL, &d.json}};
    if (!options_take(verb, rows, 4, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (n > 1 || (port && !options_number(port, 1, 65535, &number))) {
        fprintf(stderr, "bacrt doctor: at most one image; --port 1 to 65535\n");
        return 1;
    }
    d.port = (uint16_t)number;
    d.image = n ? argv[0] : NULL;
    if (d.image && !d.data) {
        size_t len = strlen(d.image);
        snprintf(data, sizeof data, "%.*s.state",
                 (int)(len > 4 && !strcmp(d.image + len - 4, ".bin") ? len - 4 : len), d.image);
        d.data = data;
    }
    if (d.json)
        printf("[");
    if (d.image)
        look_at_image(&d);
    d.port = d.port ? d.port : 47808;
    look_at_port(&d);
    look_at_interfaces(&d);
    look_for_duplicates(&d);
    look_at_clock(&d);
    look_at_data(&d);
    if (d.json)
        printf("]\n");
    return d.wrong > 0;
}
