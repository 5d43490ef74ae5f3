/* Forms of values: what text is a number, a duration, a date. Owns nothing, reports nothing: the
 * callers know the place and the attribute. */
#include "compiler/number_text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/bacnet.h"

static bool digit(char c) { return c >= '0' && c <= '9'; }

static const char *digits(const char *p)
{
    while (digit(*p))
        p++;
    return p;
}

/* Reads up to 18 digits: the double is exact while they are below 2^53, so that the common case
 * (short decimals) needs no strtod. */
static bool short_real(const char *s, size_t n, double *out)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
    size_t i = s[0] == '-', point = n;
    int64_t v = 0;
    if (n - i > 11)
        return false;
    for (size_t k = i; k < n; k++)
        if (s[k] == '.')
            point = k + 1;
        else
            v = v * 10 + (s[k] - '0');
    *out = (double)v / powers[n - point];
    if (i)
        *out = -*out;
    return true;
}

bool parse_real(const char *s, size_t n, double *out)
{
    const char *p = s + (*s == '-' || *s == '+'), *q = digits(p);
    size_t mantissa = (size_t)(q - p);
    if (*q == '.') {
        p = q + 1;
        q = digits(p);
        mantissa += (size_t)(q - p);
    }
    if (!mantissa)
        return false;
    if ((size_t)(q - s) == n && *s != '+' && short_real(s, n, out))
        return true;
    if (*q == 'e' || *q == 'E') {
        p = q + 1 + (q[1] == '-' || q[1] == '+');
        q = digits(p);
        if (q == p)
            return false;
    }
    if ((size_t)(q - s) != n)
        return false;
    double v = strtod(s, NULL);             /* the C locale: nobody calls setlocale()          */
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

bool parse_int(const char *s, size_t n, int64_t *out)
{
    const char *p = s + (*s == '-' || *s == '+'), *q = digits(p);
    if (q == p || q - p > 18 || (size_t)(q - s) != n)
        return false;
    int64_t v = 0;
    for (; p < q; p++)
        v = v * 10 + (*p - '0');
    *out = *s == '-' ? -v : v;
    return true;
}

void print_real(char out[32], double v)
{
    if (isnan(v)) {
        snprintf(out, 32, "nan");
        return;
    }
    if (fabs(v) < 1e15 && floor(v) == v) {
        snprintf(out, 32, "%.0f", v + 0.0);         /* no -0                                   */
        return;
    }
    for (int i = 1; i <= 17; i++) {
        snprintf(out, 32, "%.*g", i, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

static const struct { const char *unit; uint64_t ms; } durations[] = {
    {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"d", 86400000},
};
enum { N_DURATIONS = sizeof durations / sizeof *durations };

bool parse_duration(const char *s, size_t n, uint64_t *ms)
{
    const char *q = digits(s);
    int64_t v;
    size_t len = (size_t)(q - s);
    if (!parse_int(s, len, &v) || v > 1000000000)
        return false;
    if (len == n) {
        *ms = 0;
        return v == 0;                      /* a bare number but 0 has no unit                 */
    }
    for (int i = 0; i < N_DURATIONS; i++)
        if (!strcmp(q, durations[i].unit) && len + strlen(q) == n) {
            *ms = (uint64_t)v * durations[i].ms;
            return true;
        }
    return false;
}

void print_duration(char out[32], uint64_t ms)
{
    for (int i = N_DURATIONS - 1; i >= 0; i--)
        if (ms % durations[i].ms == 0 && (ms || i == 1)) {
            snprintf(out, 32, "%" PRIu64 "%s", ms / durations[i].ms, durations[i].unit);
            return;
        }
}

static bool two(const char *s, unsigned max, unsigned *v)
{
    if (!digit(s[0]) || !digit(s[1]))
        return false;
    *v = (unsigned)(s[0] - '0') * 10 + (unsigned)(s[1] - '0');
    return *v <= max;
}

bool parse_time(const char *s, size_t n, bool day_end, uint32_t *hundredths)
{
    unsigned h, m, sec = 0, cc = 0;
    if ((n != 5 && n != 8 && n != 11) || !two(s, 24, &h) || s[2] != ':' || !two(s + 3, 59, &m))
        return false;
    if (n >= 8 && (s[5] != ':' || !two(s + 6, 59, &sec)))
        return false;
    if (n == 11 && (s[8] != '.' || !two(s + 9, 99, &cc)))
        return false;
    *hundredths = ((h * 60 + m) * 60 + sec) * 100 + cc;
    return *hundredths < 8640000 || (day_end && *hundredths == 8640000);
}

bool parse_date(const char *s, size_t n, bool any, uint8_t ymd[3])
{
    const char *p = s;
    unsigned v = 0, century;
    if (any && *p == '*') {
        ymd[0] = 255;
        p++;
    } else {
        if (n < 4 || !two(p, 99, &century) || !two(p + 2, 99, &v) || century * 100 + v < 1900 ||
            century * 100 + v > 2154)
            return false;
        ymd[0] = (uint8_t)(century * 100 + v - 1900);
        p += 4;
    }
    for (int i = 1; i < 3; i++) {
        if (*p++ != '-')
            return false;
        if (any && *p == '*') {
            ymd[i] = 255;
            p++;
        } else {
            if (!two(p, i == 1 ? 12 : 31, &v) || !v)
                return false;
            ymd[i] = (uint8_t)v;
            p += 2;
        }
    }
    return (size_t)(p - s) == n;
}

bool date_exists(const uint8_t ymd[3])
{
    static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (ymd[1] == 255 || ymd[2] == 255)
        return true;
    if (ymd[2] > days[ymd[1] - 1])
        return false;
    unsigned year = 1900u + ymd[0];
    bool leap = ymd[0] == 255 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    return ymd[1] != 2 || ymd[2] < 29 || leap;
}

uint8_t date_weekday(const uint8_t ymd[3])
{
    static const uint8_t shift[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    if (ymd[0] == 255 || ymd[1] == 255 || ymd[2] == 255)
        return 255;
    unsigned y = 1900u + ymd[0] - (ymd[1] < 3);
    unsigned sunday0 = (y + y / 4 - y / 100 + y / 400 + shift[ymd[1] - 1] + ymd[2]) % 7;
    return (uint8_t)(sunday0 ? sunday0 : 7);
}

static int nibble(char c)
{
    if (digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parse_guid(const char *s, size_t n)
{
    if (n == 38 && s[0] == '{' && s[37] == '}') {
        s++;
        n = 36;
    }
    if (n != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s[i] != '-' : nibble(s[i]) < 0)
            return false;
    }
    return true;
}

int parse_hex(const char *s, size_t n, uint8_t *out, size_t cap)
{
    if (n % 2 || n / 2 > cap)
        return -1;
    for (size_t i = 0; i < n / 2; i++) {
        int hi = nibble(s[2 * i]), lo = nibble(s[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return -1;
        out[i] = (uint8_t)(hi << 4 | lo);
    }
    return (int)(n / 2);
}

bool parse_ipv4(const char *s, size_t n, uint8_t ip[4])
{
    return strlen(s) == n && inet_pton(AF_INET, s, ip) == 1;
}

bool parse_network(const char *s, size_t n, uint8_t address[16], uint8_t *prefix, uint8_t *family)
{
    char host[64];
    size_t len = strcspn(s, "/");
    if (len >= sizeof host || len > n)
        return false;
    memcpy(host, s, len);
    host[len] = 0;
    memset(address, 0, 16);
    *family = strchr(host, ':') ? 6 : 4;
    uint8_t bits = *family == 6 ? 128 : 32;
    int64_t p = bits;
    if (inet_pton(*family == 6 ? AF_INET6 : AF_INET, host, address) != 1)
        return false;
    if (len < n && (!parse_int(s + len + 1, n - len - 1, &p) || p < 0 || p > bits))
        return false;
    *prefix = (uint8_t)p;
    return true;
}

/* A colon and a port, or nothing. */
static bool port_or_none(const char *s, size_t n)
{
    int64_t port;
    return !n || (s[0] == ':' && parse_int(s + 1, n - 1, &port) && port > 0 && port < 65536);
}

bool parse_ipv4_port(const char *s, size_t n, uint8_t mac[6])
{
    size_t host = strcspn(s, ":");
    char ip[16];
    int64_t port = BACNET_UDP_PORT;
    if (host > n || host >= sizeof ip)
        return false;
    memcpy(ip, s, host);
    ip[host] = 0;
    if (!parse_ipv4(ip, host, mac) || !port_or_none(s + host, n - host))
        return false;
    if (host < n)
        (void)parse_int(s + host + 1, n - host - 1, &port);
    mac[4] = (uint8_t)(port >> 8);
    mac[5] = (uint8_t)port;
    return true;
}

bool parse_host_port(const char *s, size_t n)
{
    const char *colon = memchr(s, ':', n);
    size_t host = colon ? (size_t)(colon - s) : n;
    if (!host || host > 253 || s[0] == '-')
        return false;
    for (size_t i = 0; i < host; i++)
        if (!digit(s[i]) && s[i] != '.' && s[i] != '-' &&
            !((s[i] | 0x20) >= 'a' && (s[i] | 0x20) <= 'z'))
            return false;
    return port_or_none(s + host, n - host);
}

bool parse_url_host(const char *s, size_t n)
{
    char host[64];
    struct in6_addr ip;
    const char *end = s[0] == '[' ? memchr(s, ']', n) : NULL;
    size_t len = end ? (size_t)(end - s) - 1 : 0;
    if (!end || len >= sizeof host)
        return parse_host_port(s, n);
    memcpy(host, s + 1, len);
    host[len] = 0;
    return inet_pton(AF_INET6, host, &ip) == 1 && port_or_none(end + 1, n - len - 2);
}

const char *word_at(const char *words, int i, size_t *n)
{
    while (i-- > 0)
        words += strcspn(words, "|") + 1;
    *n = strcspn(words, "|");
    return words;
}

int parse_word(const char *s, size_t n, const char *words)
{
    for (int i = 0;; i++) {
        size_t same = 0;
        while (same < n && words[same] == s[same] && s[same] != '|' && s[same])
            same++;
        bool ends = !words[same] || words[same] == '|';
        if (ends && same == n)
            return i;
        words += same;
        while (*words && *words != '|')
            words++;
        if (!*words++)
            return -1;
    }
}
