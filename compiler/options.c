#include "compiler/options.h"
#include "compiler/ctx.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct opt_row {
    const char *name;
    char letter;
    const char *value, *help;
} rows[OPT_COUNT] = {
#define X(id, name, letter, value, help) [OPT_##id] = { name, letter, value, help },
    OPTIONS(X)
#undef X
};

static bool takes(const struct command *cmd, unsigned id)
{
    return id == OPT_HELP || (cmd->opts >> id & 1);
}

static bool fail(const struct command *cmd, const char *what, const char *which)
{
    fprintf(stderr, "bacc %s: %s '%s'\nTry 'bacc %s --help'.\n", cmd->name, what, which, cmd->name);
    return false;
}

static unsigned find(const struct command *cmd, const char *name, size_t n, char letter)
{
    for (unsigned id = 0; id < OPT_COUNT; id++)
        if (takes(cmd, id) && (name ? strlen(rows[id].name) == n && !memcmp(rows[id].name, name, n)
                                    : rows[id].letter == letter))
            return id;
    return OPT_COUNT;
}

static bool unknown(const struct command *cmd, const char *arg)
{
    struct near s = near_of(arg + 2, strcspn(arg + 2, "="));
    for (unsigned id = 0; id < OPT_COUNT && !strncmp(arg, "--", 2); id++)
        if (takes(cmd, id))
            near_offer(&s, rows[id].name, strlen(rows[id].name));
    if (near_take(&s))
        fprintf(stderr, "bacc %s: unknown option '%s'; did you mean '--%s'?\n", cmd->name, arg,
                near_take(&s));
    else
        fail(cmd, "unknown option", arg);
    return false;
}

/* One option at argv[i]; its value may be argv[i + 1]. Returns how many it used, 0: wrong. */
static int one(const struct command *cmd, int left, char **argv, struct opt_use *use)
{
    const char *arg = argv[0], *value = NULL;
    unsigned id;
    if (arg[1] == '-') {
        size_t n = strcspn(arg + 2, "=");
        id = find(cmd, arg + 2, n, 0);
        value = arg[2 + n] ? arg + 3 + n : NULL;
    } else {
        id = find(cmd, NULL, 0, arg[1]);
        value = arg[1] && arg[2] ? arg + 2 : NULL;
    }
    if (id == OPT_COUNT)
        return unknown(cmd, arg);
    if (!rows[id].value && value)
        return fail(cmd, "no value is expected:", arg);
    int used = 1;
    if (rows[id].value && !value) {
        if (left < 2)
            return fail(cmd, "a value is missing after", arg);
        value = argv[1];
        used = 2;
    }
    *use = (struct opt_use){ (enum opt)id, value };
    return used;
}

bool options_parse(struct ctx *ctx, const struct command *cmd, int argc, char **argv,
                   struct options *out)
{
    size_t room = argc > 0 ? (size_t)argc : 0;
    bool only_args = false;
    *out = (struct options){ 0 };
    out->uses = arena_array(ctx->arena, room, sizeof *out->uses);
    out->args = arena_array(ctx->arena, room, sizeof *out->args);
    for (int i = 0; i < argc;) {
        const char *arg = argv[i];
        if (only_args || *arg != '-' || !arg[1]) {
            if (out->n_args == cmd->max_args)
                return fail(cmd, "one argument too many:", arg);
            out->args[out->n_args++] = arg;
            i++;
        } else if (!strcmp(arg, "--")) {
            only_args = true;
            i++;
        } else {
            int used = one(cmd, argc - i, argv + i, &out->uses[out->n_uses]);
            if (!used)
                return false;
            out->n_uses++;
            i += used;
        }
    }
    ctx->options = out;
    return true;
}

bool opt_has(const struct ctx *ctx, enum opt id)
{
    for (size_t i = 0; ctx->options && i < ctx->options->n_uses; i++)
        if (ctx->options->uses[i].id == id)
            return true;
    return false;
}

const char *opt_nth(const struct ctx *ctx, enum opt id, size_t i)
{
    for (size_t k = 0; ctx->options && k < ctx->options->n_uses; k++)
        if (ctx->options->uses[k].id == id && !i--)
            return ctx->options->uses[k].value;
    return NULL;
}

const char *opt_str(const struct ctx *ctx, enum opt id)
{
    const char *last = NULL;
    for (size_t k = 0; ctx->options && k < ctx->options->n_uses; k++)
        if (ctx->options->uses[k].id == id)
            last = ctx->options->uses[k].value;
    return last;
}

const char *opt_arg(const struct ctx *ctx, size_t i)
{
    return ctx->options && i < ctx->options->n_args ? ctx->options->args[i] : NULL;
}

void opt_say(const struct ctx *ctx, const char *fmt, ...)
{
    va_list ap;
    if (opt_has(ctx, OPT_QUIET))
        return;
    const char *format = opt_str(ctx, OPT_DIAGNOSTICS);
    va_start(ap, fmt);
    bool alone = ctx->prints || (format && strcmp(format, "text") != 0);
    vfprintf(alone ? stderr : stdout, fmt, ap);
    va_end(ap);
}

void options_help(const struct command *cmd)
{
    printf("usage: bacc %s%s%s%s\n%s\n\n", cmd->name, cmd->opts ? " [options]" : "",
           *cmd->args ? " " : "", cmd->args, cmd->summary);
    if (*cmd->help)
        printf("%s\n\n", cmd->help);
    for (unsigned id = 0; id < OPT_COUNT; id++) {
        if (!takes(cmd, id))
            continue;
        const char *value = rows[id].value;
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", rows[id].name, value ? "=" : "",
                 value ? value : "");
        if (rows[id].letter)
            printf("  -%c, %-22s %s\n", rows[id].letter, left, rows[id].help);
        else
            printf("      %-22s %s\n", left, rows[id].help);
    }
}
