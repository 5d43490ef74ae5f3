/* `bacc units`: the engineering units and the texts that mean them. */
#include "compiler/commands.h"
#include "compiler/ctx.h"
#include "compiler/options.h"
#include "schemas/units.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ASCII letters' case aside. */
static bool holds(const char *text, const char *part)
{
    size_t n = strlen(part);
    for (; *text; text++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

static bool wanted(const struct unit *u, const char *what)
{
    if (!what)
        return true;
    char code[16];
    snprintf(code, sizeof code, "%u", u->code);
    const char *number = strncmp(what, "bacnet:", 7) ? what : what + 7;
    if (!strcmp(code, number) || holds(u->name, what) || holds(u->aliases, what) ||
        holds(u->group, what))
        return true;
    for (size_t i = 0; i < n_unit_symbols; i++)     /* a symbol as a whole: "m" is not "mm"    */
        if (!strcmp(unit_symbols[i].text, what) &&
            (unit_symbols[i].code == u->code || unit_symbols[i].also == u->code))
            return true;
    return false;
}

static void print_text(const struct unit *u)
{
    printf("%5u  %-44s", u->code, u->name);
    const char *sep = " ";
    for (size_t i = 0; i < n_unit_symbols; i++)
        if (unit_symbols[i].code == u->code) {
            printf("%s%s", sep, unit_symbols[i].text);
            sep = ", ";
        }
    putchar('\n');
}

static void json_str(const char *s)
{
    putchar('"');
    for (; *s; s++)
        printf(*s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    putchar('"');
}

static void print_json(const struct unit *u, bool first)
{
    printf("%s\n{\"code\":%u,\"name\":\"%s\",\"group\":\"%s\",\"symbols\":[", first ? "" : ",",
           u->code, u->name, u->group);
    bool any = false;
    for (size_t i = 0; i < n_unit_symbols; i++)
        if (unit_symbols[i].code == u->code) {
            fputs(any ? "," : "", stdout);
            json_str(unit_symbols[i].text);
            any = true;
        }
    fputs("]}", stdout);
}

/* A text that more than one unit is written with: say which one it is taken for. */
static void note_ambiguous(const char *what)
{
    const struct unit_symbol *s = unit_by_symbol(what, strlen(what));
    const struct unit *a = s ? unit_by_code(s->code) : NULL;
    const struct unit *b = s && s->also != UINT32_MAX ? unit_by_code(s->also) : NULL;
    if (a && b)
        printf("note: '%s' is taken for %s; write 'bacnet:%u' for %s\n", what, a->name, b->code,
               b->name);
}

int cmd_units(struct ctx *ctx)
{
    const char *what = opt_arg(ctx, 0);
    bool json = opt_has(ctx, OPT_JSON);
    size_t found = 0;
    if (json)
        putchar('[');
    for (size_t i = 0; i < n_units; i++) {
        if (!wanted(&units[i], what))
            continue;
        if (json)
            print_json(&units[i], !found);
        else
            print_text(&units[i]);
        found++;
    }
    if (json)
        puts(found ? "\n]" : "]");
    else if (what)
        note_ambiguous(what);
    if (found)
        return 0;
    fprintf(stderr, "bacc units: no unit is named or written '%s'\n", what ? what : "");
    return 1;
}
