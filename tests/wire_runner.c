/* Replays scripts of hand-written datagrams against a device in process (tests/dut.h):
 *     wire_runner [--pcap FILE] IMAGE SCRIPT
 *   > bytes                 a datagram to the device (BVLC function 0b: to the broadcast address)
 *   < bytes                 what it answers, in order; ?? is any octet
 *   <@ADDRESS:PORT bytes    the same, to somebody else than who asked
 *   | bytes                 or this, in place of the line before
 *   <none                   it says nothing (more)
 *   from ADDRESS:PORT       who speaks from here on (at first 127.0.3.2:47808)
 *   set VARIABLE VALUE      the process says     quality VARIABLE N    and how good it is
 *   sleep 10s               time passes (ms, s, min, h)
 *   # comment
 * Whatever is said and not expected before the next > or the end is a failure. Then the whole script
 * again for every > and every length: that request cut short (as it is, and with its length field
 * mended), which must neither crash nor be acknowledged as if it were whole; the device must live. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "schemas/tag.h"
#include "tests/dut.h"

enum { LINES_MAX = 2000, OCTETS_MAX = 1500, ANY = 0x100 };
enum kind { K_SEND, K_WANT, K_OR, K_NONE, K_FROM, K_SET, K_QUALITY, K_SLEEP };

struct line {
    enum kind kind;
    unsigned number;
    uint16_t octet[OCTETS_MAX];                 /* ANY: ??                                     */
    size_t n;
    bool elsewhere;
    uint8_t address[6];                         /* K_FROM, and K_WANT elsewhere                */
    char name[128];
    double value;
    uint64_t ms;
};
struct script {
    const char *path;
    struct line *lines;
    size_t n;
};
struct run {
    struct dut *dut;
    const struct script *script;
    FILE *pcap;
    uint8_t from[6];
    unsigned packets;
    bool failed;
};

static void die(const char *path, unsigned line, const char *what)
{
    fprintf(stderr, "%s:%u: %s\n", path, line, what);
    exit(1);
}

static bool parse_address(const char *s, uint8_t mac[6])
{
    char host[64];
    const char *colon = strchr(s, ':');
    size_t n = colon ? (size_t)(colon - s) : strcspn(s, " \t\r\n");
    if (n >= sizeof host)
        return false;
    memcpy(host, s, n);
    host[n] = 0;
    unsigned long port = colon ? strtoul(colon + 1, NULL, 10) : 47808;
    mac[4] = (uint8_t)(port >> 8);
    mac[5] = (uint8_t)port;
    return inet_pton(AF_INET, host, mac) == 1 && port < 65536;
}

static void parse_octets(const struct script *s, struct line *l, const char *p)
{
    for (;;) {
        while (isspace((unsigned char)*p))
            p++;
        if (!*p || *p == '#')
            return;
        if (l->n == OCTETS_MAX)
            die(s->path, l->number, "too many octets");
        if (p[0] == '?' && p[1] == '?') {
            l->octet[l->n++] = ANY;
        } else {
            char two[3] = {p[0], p[1], 0}, *end;
            unsigned long v = strtoul(two, &end, 16);
            if (end != two + 2 || (p[2] && !isspace((unsigned char)p[2])))
                die(s->path, l->number, "octets are two hexadecimal digits");
            l->octet[l->n++] = (uint16_t)v;
        }
        p += 2;
    }
}

static uint64_t parse_time(const char *s)
{
    char *unit;
    double v = strtod(s, &unit);
    if (!strncmp(unit, "ms", 2))
        return (uint64_t)v;
    if (!strncmp(unit, "min", 3))
        return (uint64_t)(v * 60e3);
    return (uint64_t)(v * (*unit == 'h' ? 3600e3 : 1e3));
}

static bool parse_line(const struct script *s, struct line *l, char *p)
{
    p[strcspn(p, "\r\n")] = 0;
    while (isspace((unsigned char)*p))
        p++;
    if (!*p || *p == '#')
        return false;
    if (*p == '>') {
        l->kind = K_SEND;
        parse_octets(s, l, p + 1);
    } else if (!strncmp(p, "<none", 5)) {
        l->kind = K_NONE;
    } else if (*p == '<' || *p == '|') {
        l->kind = *p == '<' ? K_WANT : K_OR;
        l->elsewhere = p[1] == '@';
        if (l->elsewhere && !parse_address(p + 2, l->address))
            die(s->path, l->number, "address expected after @");
        parse_octets(s, l, l->elsewhere ? p + strcspn(p, " \t") : p + 1);
    } else if (!strncmp(p, "from ", 5)) {
        l->kind = K_FROM;
        if (!parse_address(p + 5 + strspn(p + 5, " \t"), l->address))
            die(s->path, l->number, "from ADDRESS:PORT");
    } else if (!strncmp(p, "sleep ", 6)) {
        l->kind = K_SLEEP;
        l->ms = parse_time(p + 6 + strspn(p + 6, " \t"));
    } else if (sscanf(p, "set %127s %lf", l->name, &l->value) == 2) {
        l->kind = K_SET;
    } else if (sscanf(p, "quality %127s %lf", l->name, &l->value) == 2) {
        l->kind = K_QUALITY;
    } else {
        die(s->path, l->number, "not understood");
    }
    return true;
}

static void script_read(struct script *s, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        die(path, 0, strerror(errno));
    s->path = path;
    s->lines = calloc(LINES_MAX, sizeof *s->lines);
    char text[8192];
    for (unsigned number = 1; fgets(text, sizeof text, f); number++) {
        if (s->n == LINES_MAX)
            die(path, number, "too many lines");
        s->lines[s->n].number = number;
        if (parse_line(s, &s->lines[s->n], text))
            s->n++;
    }
    fclose(f);
}

/* --- recording, as raw IPv4 packets --- */

static void pcap_open(struct run *r, const char *path)
{
    r->pcap = fopen(path, "wb");
    if (!r->pcap)
        die(path, 0, strerror(errno));
    const uint32_t head[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 101};
    fwrite(head, sizeof head, 1, r->pcap);
}

static void pcap_add(struct run *r, const uint8_t from[6], const uint8_t to[6], const uint8_t *b, size_t n)
{
    if (!r->pcap)
        return;
    uint32_t size = (uint32_t)(28 + n), head[4] = {1 + r->packets / 1000, r->packets % 1000 * 1000, size, size};
    uint8_t ip[28] = {0x45, 0, (uint8_t)(size >> 8), (uint8_t)size, 0, 0, 0, 0, 64, 17};
    memcpy(ip + 12, from, 4);
    memcpy(ip + 16, to, 4);
    memcpy(ip + 20, from + 4, 2);
    memcpy(ip + 22, to + 4, 2);
    ip[24] = (uint8_t)((n + 8) >> 8);
    ip[25] = (uint8_t)(n + 8);
    fwrite(head, sizeof head, 1, r->pcap);
    fwrite(ip, sizeof ip, 1, r->pcap);
    fwrite(b, n, 1, r->pcap);
    r->packets++;
}

/* --- comparing --- */

static void print_octets(const char *what, const uint8_t *b, size_t n)
{
    printf("    %-9s", what);
    for (size_t i = 0; i < n; i++)
        printf(" %02x", b[i]);
    putchar('\n');
}

static void print_want(const char *what, const struct line *l)
{
    printf("    %-9s", what);
    for (size_t i = 0; i < l->n; i++)
        l->octet[i] == ANY ? printf(" ??") : printf(" %02x", l->octet[i]);
    putchar('\n');
}

static void complain(struct run *r, const struct line *l, const char *what)
{
    printf("%s:%u: %s\n", r->script->path, l->number, what);
    r->failed = true;
}

static bool matches(const struct run *r, const struct line *l, const struct dut_out *o)
{
    if (l->n != o->n)
        return false;
    for (size_t i = 0; i < l->n; i++)
        if (l->octet[i] != ANY && l->octet[i] != o->bytes[i])
            return false;
    bool everyone = l->n > 1 && l->octet[1] == 0x0b;
    const uint8_t *to = l->elsewhere ? l->address : everyone ? dut_everyone : r->from;
    return !memcmp(to, o->to, 6);
}

static void expect(struct run *r, size_t at)
{
    const struct line *first = &r->script->lines[at];
    const struct dut_out *o = dut_take(r->dut);
    if (!o) {
        complain(r, first, "no answer");
        print_want("expected", first);
        return;
    }
    pcap_add(r, dut_mac, o->to, o->bytes, o->n);
    for (size_t i = at; i < r->script->n && (i == at || r->script->lines[i].kind == K_OR); i++)
        if (matches(r, &r->script->lines[i], o))
            return;
    complain(r, first, "another answer");
    print_want("expected", first);
    print_octets("got", o->bytes, o->n);
    printf("    sent to   %u.%u.%u.%u:%u\n", o->to[0], o->to[1], o->to[2], o->to[3], o->to[4] << 8 | o->to[5]);
}

static void expect_silence(struct run *r, const struct line *l)
{
    const struct dut_out *o;
    while ((o = dut_take(r->dut))) {
        pcap_add(r, dut_mac, o->to, o->bytes, o->n);
        complain(r, l, "an answer that was not expected");
        print_octets("got", o->bytes, o->n);
    }
}

static void send_octets(struct run *r, const uint8_t *b, size_t n)
{
    bool directed = n > 1 && b[1] == 0x0b;
    pcap_add(r, r->from, directed ? dut_everyone : dut_mac, b, n);
    dut_input(r->dut, r->from, directed, b, n);
}

static size_t octets_of(const struct line *l, uint8_t b[OCTETS_MAX])
{
    for (size_t i = 0; i < l->n; i++)
        b[i] = (uint8_t)l->octet[i];
    return l->n;
}

static void step(struct run *r, size_t at, bool check)
{
    const struct line *l = &r->script->lines[at];
    uint8_t b[OCTETS_MAX];
    switch (l->kind) {
    case K_SEND:
        if (check)
            expect_silence(r, l);
        send_octets(r, b, octets_of(l, b));
        break;
    case K_WANT:
        if (check)
            expect(r, at);
        break;
    case K_NONE:
        if (check)
            expect_silence(r, l);
        break;
    case K_FROM: memcpy(r->from, l->address, 6); break;
    case K_SLEEP: dut_sleep(r->dut, l->ms); break;
    case K_SET:
        if (!dut_set(r->dut, l->name, l->value))
            die(r->script->path, l->number, "no such variable");
        break;
    case K_QUALITY:
        if (!dut_quality(r->dut, l->name, (unsigned)l->value))
            die(r->script->path, l->number, "no such variable");
        break;
    case K_OR: break;
    }
}

/* --- cut requests --- */

/* Tags nest and end where the bytes end. */
static bool balanced(const uint8_t *b, size_t n)
{
    struct rd r = rd_of(b, n);
    uint8_t open[TAG_DEPTH_MAX];
    size_t depth = 0;
    while (rd_left(&r)) {
        uint8_t t = rd_u8(&r), num = t >> 4;
        if (num == 15)
            num = rd_u8(&r);
        bool ctx = t & 8;
        uint32_t len = t & 7;
        if (ctx && len == 6) {
            if (depth == TAG_DEPTH_MAX)
                return false;
            open[depth++] = num;
            continue;
        }
        if (ctx && len == 7) {
            if (!depth || open[--depth] != num)
                return false;
            continue;
        }
        if (!ctx && num == 1)
            continue;
        if (len == 5)
            len = rd_u8(&r);
        if (len == 254 && (t & 7) == 5)
            len = rd_u16(&r);
        else if (len == 255 && (t & 7) == 5)
            len = rd_u32(&r);
        rd_take(&r, len);
    }
    return rd_ok(&r) && !depth;
}

/* Where the APDU begins; n if there is none. */
static size_t apdu_at(const uint8_t *b, size_t n)
{
    size_t at = n > 1 && b[1] == 0x04 ? 10 : 4;
    if (n < at + 2 || b[at] != 1 || b[at + 1] & 0x80)
        return n;
    uint8_t control = b[at + 1];
    at += 2;
    for (int field = 0x20; field >= 0x08; field >>= 2)
        if (control & field)
            at = n >= at + 3 && n - at - 3 >= b[at + 2] ? at + 3 + b[at + 2] : n;
    if (control & 0x20 && at < n)
        at++;
    return at;
}

/* An answer to a request that was cut: well-formed, and no acknowledgement unless what was left of
 * the request still is a sequence of whole tags. Was it more than an Error, Reject or Abort? */
static bool judge_cut(struct run *r, const struct line *l, const uint8_t *req, size_t n, const struct dut_out *o)
{
    size_t at = apdu_at(o->bytes, o->n), q = apdu_at(req, n);
    bool well = o->n >= 4 && o->bytes[0] == 0x81 && (size_t)(o->bytes[2] << 8 | o->bytes[3]) == o->n;
    const char *wrong = well ? NULL : "malformed answer to a cut request";
    unsigned type = at < o->n ? o->bytes[at] >> 4 : 6;
    if (!wrong && type == 3 && o->n >= at + 3 && !(o->bytes[at] & 8) && !balanced(o->bytes + at + 3, o->n - at - 3))
        wrong = "malformed ack to a cut request";
    if (!wrong && (type == 2 || type == 3) && n > q + 4 && !balanced(req + q + 4, n - q - 4))
        wrong = "a request cut inside a tag was acknowledged";
    if (wrong) {
        complain(r, l, wrong);
        print_octets("cut to", req, n);
        print_octets("got", o->bytes, o->n);
    }
    return type < 5 || wrong;
}

static void check_alive(struct run *r, const struct line *l)
{
    static const uint8_t ask[] = {0x81, 0x0a, 0, 0x11, 1, 4, 0, 5, 0xfe, 12, 0x0c, 2, 0x3f, 0xff, 0xff, 0x19, 98};
    dut_clear(r->dut);
    dut_input(r->dut, r->from, false, ask, sizeof ask);
    const struct dut_out *o;
    while ((o = dut_take(r->dut)))
        if (o->n > 8 && o->bytes[6] == 0x30 && o->bytes[7] == 0xfe)
            return;
    complain(r, l, "dead after this request was cut short");
}

/* A device to which all before line `at` has been said. */
static void fresh_device(struct run *r, const uint8_t *image, size_t image_n, size_t at)
{
    if (r->dut)
        dut_close(r->dut);
    r->dut = dut_open(image, image_n);
    parse_address("127.0.3.2:47808", r->from);
    for (size_t i = 0; i < at; i++) {
        step(r, i, false);
        dut_clear(r->dut);
    }
}

/* True: the device may have done something, and is no longer what it was. */
static bool run_cut(struct run *r, size_t at, size_t length, bool mend)
{
    const struct line *l = &r->script->lines[at];
    bool stirred = false;
    uint8_t b[OCTETS_MAX], *exact;
    octets_of(l, b);
    if (mend && length >= 4) {
        b[2] = (uint8_t)(length >> 8);
        b[3] = (uint8_t)length;
    }
    exact = malloc(length ? length : 1);        /* so that a sanitizer sees a read past the end */
    memcpy(exact, b, length);
    send_octets(r, exact, length);
    const struct dut_out *o;
    while ((o = dut_take(r->dut)))
        stirred |= judge_cut(r, l, exact, length, o);
    free(exact);
    check_alive(r, l);
    return stirred;
}

/* A device takes cuts as long as it refuses them; what of it may have been done nevertheless lasts for a few. */
static void run_all_cuts(struct run *r, const uint8_t *image, size_t n)
{
    enum { FEW = 16 };
    for (size_t i = 0; i < r->script->n && !r->failed; i++) {
        const struct line *l = &r->script->lines[i];
        unsigned taken = FEW;
        for (size_t k = 0; l->kind == K_SEND && k < 2 * (size_t)l->n; k++) {
            bool mend = k & 1;
            if (mend && k / 2 < 4)
                continue;
            if (taken == FEW) {
                fresh_device(r, image, n, i);
                taken = 0;
            }
            taken = run_cut(r, i, k / 2, mend) ? FEW : taken + 1;
        }
    }
    if (r->dut)
        dut_close(r->dut);
}

static uint8_t *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        die(path, 0, strerror(errno));
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    uint8_t *b = malloc((size_t)size + 1);
    *n = fread(b, 1, (size_t)size, f);
    fclose(f);
    return b;
}

int main(int argc, char **argv)
{
    static struct script s;
    struct run r = {.script = &s};
    int at = 1;
    if (argc > 2 && !strcmp(argv[1], "--pcap")) {
        pcap_open(&r, argv[2]);
        at = 3;
    }
    if (argc != at + 2) {
        fputs("usage: wire_runner [--pcap FILE] IMAGE SCRIPT\n", stderr);
        return 1;
    }
    size_t n;
    uint8_t *image = read_file(argv[at], &n);
    script_read(&s, argv[at + 1]);
    r.dut = dut_open(image, n);
    parse_address("127.0.3.2:47808", r.from);
    for (size_t i = 0; i < s.n; i++)
        step(&r, i, true);
    if (s.n)
        expect_silence(&r, &s.lines[s.n - 1]);
    dut_close(r.dut);
    r.dut = NULL;
    if (r.pcap)
        fclose(r.pcap);
    r.pcap = NULL;
    if (!r.failed)
        run_all_cuts(&r, image, n);
    free(image);
    free(s.lines);
    return r.failed;
}
