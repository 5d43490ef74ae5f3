/* See line.h. */
#include "runtime/source/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long query(const char *url, const char *name, long none)
{
    const char *p = strchr(url, '?');
    size_t n = strlen(name);
    for (; p; p = strchr(p, '&'))
        if (p++, !strncmp(p, name, n) && p[n] == '=')
            return p[n + 1] >= '0' && p[n + 1] <= '9' ? strtol(p + n + 1, NULL, 10) : p[n + 1];
    return none;
}

/* modbus-tcp://host:port, modbus-rtu:///dev/ttyS0?baud=19200&parity=E&data=8&stop=1 */
bool line_of(struct line *q, const char *url)
{
    const char *p = strstr(url, "://");
    if (!p)
        return false;
    p += 3;
    if (!strncmp(url, "modbus-rtu", 10)) {
        long parity = query(url, "parity", 'E');
        snprintf(q->device, sizeof q->device, "%.*s", (int)strcspn(p, "?"), p);
        q->baud = (int)query(url, "baud", 19200);
        q->parity = parity == 'e' || parity == 'E' ? 'E' : parity == 'o' || parity == 'O' ? 'O' : 'N';
        q->data_bits = (int)query(url, "data", 8);
        q->stop_bits = (int)query(url, "stop", q->parity == 'N' ? 2 : 1);
        return q->device[0] == '/';
    }
    bool v6 = *p == '[';
    size_t n = strcspn(p += v6, v6 ? "]" : ":/?");
    if (!n || n >= sizeof q->host)
        return false;
    memcpy(q->host, p, n);
    p += n + (v6 && p[n] == ']');
    long port = *p == ':' ? strtol(p + 1, NULL, 10) : 502;
    snprintf(q->port, sizeof q->port, "%ld", port & 0xffff);
    return port > 0 && port <= 65535;
}
