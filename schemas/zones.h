#ifndef SCHEMAS_ZONES_H
#define SCHEMAS_ZONES_H
/* The machine's database of time zones, for both programs: what one takes for a zone, the other does. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ZONES "/usr/share/zoneinfo/"

/* Beside the files of zones (RFC 8536) lie directories and tables. */
static inline bool zone_is_there(const char *name)
{
    char path[256], magic[4] = "";
    if (*name == '/' || strstr(name, ".."))
        return false;
    int n = snprintf(path, sizeof path, ZONES "%s", name);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "re") : NULL;
    bool zone = f && fread(magic, 1, sizeof magic, f) == sizeof magic && !memcmp(magic, "TZif", sizeof magic);
    if (f)
        fclose(f);
    return zone;
}
#endif
