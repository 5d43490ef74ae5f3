/* See broker.h. */
#include "runtime/source/broker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/utf8.h"

static char *copy(const char *s) { return s ? strdup(s) : NULL; }

/* mqtt://host:port, mqtt://[::1]:port; a path is nothing. */
static bool take_url(struct broker *q, const char *url)
{
    q->tls = !strncmp(url, "mqtts://", 8);
    q->port = q->tls ? 8883 : 1883;
    const char *p = strstr(url, "://");
    if (!p)
        return false;
    p += 3;
    bool v6 = *p == '[';
    size_t n = strcspn(p += v6, v6 ? "]" : ":/");
    q->host = strndup(p, n);
    p += n + (v6 && p[n] == ']');
    if (*p == ':') {
        long port = strtol(p + 1, NULL, 10);
        if (port < 1 || port > 65535)
            return false;
        q->port = (int)port;
    }
    return n > 0;
}

/* A file that the project names: beside the image, unless it says where. NULL: none. */
static char *path_of(const struct attrs *a, const char *name, const char *folder)
{
    const char *file = attr_text(a, name, NULL);
    char path[1200];
    if (!file || file[0] == '/' || !folder[0])
        return copy(file);
    snprintf(path, sizeof path, "%.900s/%.250s", folder, file);
    return strdup(path);
}

static bool take_password(struct broker *q, const struct attrs *a, const char *folder,
                          char why[FEED_WHY])
{
    char *path = path_of(a, "passwordFile", folder), line[512];
    q->password = copy(attr_text(a, "password", NULL));
    if (!path)
        return true;
    FILE *f = fopen(path, "r");
    bool good = f && fgets(line, sizeof line, f);
    if (good) {
        line[strcspn(line, "\r\n")] = 0;
        free(q->password);
        q->password = strdup(line);
        explicit_bzero(line, sizeof line);
    } else {
        snprintf(why, FEED_WHY, "%.100s: %s", path, f ? "empty" : strerror(errno));
    }
    if (f)
        fclose(f);
    free(path);
    return good;
}

/* Of 71 octets at most, and a sum where names are longer: they are cut between characters, as a broker takes no half
 * ones, and of two that begin alike it would have one only. */
static char *client_id(const char *plc, const char *source)
{
    enum { MOST = 32 };
    const char *const names[2] = {plc, source};
    uint32_t sum = 2166136261u;
    char id[96];
    int n[2];
    bool cut = false;
    for (unsigned k = 0; k < 2; k++) {
        n[k] = (int)utf8_cut(names[k], strlen(names[k]), MOST);
        cut |= names[k][n[k]] != 0;
        for (const char *p = names[k]; *p; p++)
            sum = (sum ^ (uint8_t)*p) * 16777619u;
        sum *= 16777619u;
    }
    int used = snprintf(id, sizeof id, "bacrt-%.*s-%.*s", n[0], plc, n[1], source);
    if (cut)
        snprintf(id + used, sizeof id - (size_t)used, "-%08x", sum);
    return strdup(id);
}

bool broker_of(struct broker *q, const struct attrs *a, const char *plc, const char *source, const char *folder,
               char why[FEED_WHY])
{
    uint64_t keep = attr_ms(a, "keepAlive", 60000) / 1000;
    q->keep_alive = keep < 5 ? 5 : keep > 65535 ? 65535 : (int)keep;
    const char *given = attr_text(a, "clientId", NULL);
    q->id = given ? strdup(given) : client_id(plc, source);
    q->user = copy(attr_text(a, "user", NULL));
    q->ca = path_of(a, "caFile", folder);
    q->cert = path_of(a, "certFile", folder);
    q->key = path_of(a, "keyFile", folder);
    if (!take_url(q, attr_text(a, "url", ""))) {
        snprintf(why, FEED_WHY, "its url is none");
        return false;
    }
    return take_password(q, a, folder, why);
}

void broker_forget(struct broker *q)
{
    if (q->password)
        explicit_bzero(q->password, strlen(q->password));
    char *texts[] = {q->host, q->id, q->user, q->password, q->ca, q->cert, q->key};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
}
