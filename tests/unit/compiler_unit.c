/* Units that a text may have meant: what is found by lengths and letters is what looking at every one of them finds.
 * The texts are units with letters wrong, left out, added and exchanged, of other case, and with words around them. */
#include "compiler/unit_near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "compiler/model.h"
#include "schemas/units.h"

enum { FAR = 99, SHOWN = 3, TEXTS = 3000, ROOM = 200 };

static bool same(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!b[i] || tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

static unsigned how_far(const char *text, size_t n, const char *unit)
{
    size_t size = strlen(unit);
    unsigned limit = n < 3 ? 0 : n < 9 ? 1 : 2, d;
    if (size == n && same(text, unit, n))
        return 0;
    if (n > 4 && size > n && size <= n + 2 && same(text, unit, n))
        return 1;
    for (size_t at = 0, word; at < n; at += word + 1) {
        word = strcspn(text + at, " ");
        if (word > 1 && word < n && size == word && same(text + at, unit, word))
            return 1;
    }
    d = limit ? str_distance(text, n, unit, size, limit) : FAR;
    return d > limit ? FAR : d + 1;
}

struct found {
    unsigned distance, n;
    uint32_t code[SHOWN];
};

static void look(struct found *f, const char *text, const char *unit, uint32_t code)
{
    unsigned d = how_far(text, strlen(text), unit), k = 0;
    if (d > f->distance || d == FAR)
        return;
    f->n = d < f->distance ? 0 : f->n;
    f->distance = d;
    while (k < f->n && f->code[k] != code)
        k++;
    if (k == f->n && k < SHOWN)
        f->code[f->n++] = code;
}

/* One after the other, in the order of the dictionary; the project's own first. */
static const char *all_looked_at(struct ctx *ctx, const struct map *aliases, const char *text)
{
    struct found f = {FAR, 0, {0}};
    const char *said = "";
    for (size_t i = 0; i < map_count(aliases); i++) {
        struct str key;
        const struct unit_alias *a = map_at(aliases, i, &key);
        look(&f, text, key.s, a->code);
    }
    for (size_t i = 0; i < n_unit_symbols; i++)
        look(&f, text, unit_symbols[i].text, unit_symbols[i].code);
    for (size_t i = 0; i < n_units; i++)
        look(&f, text, units[i].name, units[i].code);
    for (unsigned i = 0; i < f.n; i++) {
        const struct unit *u = unit_by_code(f.code[i]);
        if (u)
            said = arena_printf(ctx->arena, "%s%s'%s' (%s)", said, *said ? " or " : "", *u->symbol ? u->symbol : u->name,
                                u->name);
    }
    return said;
}

static uint32_t below(uint32_t n)               /* the same numbers on every run               */
{
    static uint64_t state = 7;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % n;
}

static void spoil(char text[ROOM])
{
    size_t n = strlen(text), at = below((uint32_t)n + 1);
    char other = "abcxyzMWh/3- "[below(13)];
    switch (below(6)) {
    case 0:                                     /* added                                       */
        memmove(text + at + 1, text + at, n - at + 1);
        text[at] = other;
        break;
    case 1:                                     /* left out                                    */
        if (n > 1 && at < n)
            memmove(text + at, text + at + 1, n - at);
        break;
    case 2:                                     /* wrong                                       */
        if (at < n)
            text[at] = other;
        break;
    case 3:                                     /* exchanged                                   */
        if (at + 1 < n) {
            char c = text[at];
            text[at] = text[at + 1];
            text[at + 1] = c;
        }
        break;
    case 4:
        for (size_t i = 0; i < n; i++)
            text[i] = (char)toupper((unsigned char)text[i]);
        break;
    default:
        (void)snprintf(text + n, ROOM - n, "%s", below(2) ? " abs" : " in h");
        break;
    }
}

int main(void)
{
    struct ctx ctx;
    ctx_init(&ctx);
    struct map *aliases = map_new(ctx.arena);
    static struct unit_alias own[] = {{.code = 62}, {.code = NOT_SET}, {.code = 47}};
    static const char *const names[] = {"stupnov", "neznama", "pracovni vykon v kotelne, ktery nikdo nemeri ani neuklada"};
    for (size_t i = 0; i < 3; i++)
        map_add(aliases, ctx_str(&ctx, names[i], strlen(names[i])), &own[i]);
    const struct unit_near *near = unit_near_new(&ctx, aliases);
    unsigned with = 0, several = 0, wrong = 0;
    for (int i = 0; i < TEXTS; i++) {
        char text[ROOM] = "";
        uint32_t k = below((uint32_t)(n_unit_symbols + n_units) + 30);
        const char *from = k < n_unit_symbols ? unit_symbols[k].text
                           : k < n_unit_symbols + n_units ? units[k - n_unit_symbols].name : names[k % 3];
        (void)snprintf(text, sizeof text, "%s", from);
        for (uint32_t j = 1 + below(3); j; j--)
            spoil(text);
        if (!*text)
            continue;                           /* no unit at all                              */
        const char *want = all_looked_at(&ctx, aliases, text);
        const char *got = unit_near_to(near, (struct str){text, (uint32_t)strlen(text)});
        if (strcmp(want, got ? got : "") != 0) {
            fprintf(stderr, "'%s': %s, not %s\n", text, got ? got : "nothing", *want ? want : "nothing");
            wrong++;
        }
        with += *want != 0;
        several += strstr(want, " or ") != NULL;
    }
    printf("%d texts, %u near to a unit, %u to several, %u wrong\n", TEXTS, with, several, wrong);
    arena_drop(ctx.arena);
    return wrong || with < TEXTS / 3 || with == TEXTS || several < TEXTS / 30;
}
