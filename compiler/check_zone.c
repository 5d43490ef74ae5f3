/* Check of time zones, against the database of this machine; where there is none, nothing is said.
 * bacrt knows a zone by the same files. */
#include "compiler/check.h"
#include "schemas/zones.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The nearest of the list of zones (its third column), or NULL. A city alone means its zone. */
static const char *zone_near(struct ctx *ctx, struct str name)
{
    char line[512];
    const char *meant = NULL;
    struct near near = near_of(name.s, name.n);
    FILE *f = fopen(ZONES "zone.tab", "re");
    if (!f)
        return NULL;
    while (!meant && fgets(line, sizeof line, f)) {
        char zone[64];
        if (*line == '#' || sscanf(line, "%*s %*s %63s", zone) != 1)
            continue;
        const char *copy = arena_printf(ctx->arena, "%s", zone), *city = strrchr(copy, '/');
        near_offer(&near, copy, strlen(copy));
        if (city && !strcmp(city + 1, name.s))
            meant = copy;
    }
    fclose(f);
    return meant ? meant : near_take(&near);
}

void check_zones(struct ctx *ctx)
{
    if (access(ZONES "zone.tab", R_OK) != 0)
        return;
    for (const struct plc *p = ctx->model->plcs; p; p = p->next) {
        if (!p->time_zone.n || !strcmp(p->time_zone.s, "UTC") || zone_is_there(p->time_zone.s))
            continue;
        diag(ctx, place(p->node, AT_timeZone), D_UNKNOWN_ZONE, "there is no time zone '%s'",
             p->time_zone.s);
        const char *meant = zone_near(ctx, p->time_zone);
        if (meant)
            diag_hint(ctx, "did you mean '%s'?", meant);
    }
}
