/* bacc: the command line. Knows the commands, nothing of what they do. */
#include "compiler/commands.h"
#include "compiler/ctx.h"
#include "compiler/options.h"
#include "schemas/streams.h"
#include "schemas/version.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    { "compile", cmd_compile,
      OPTS_PROJECT | OPT_BIT(OUTPUT) | OPT_BIT(PLC) | OPT_BIT(FROZEN) | OPT_BIT(STOP_AFTER) |
          OPT_BIT(DUMP) | OPT_BIT(WATCH),
      1, "[PROJECT.xml]", "Compile a project to a device image.",
      "Reads PROJECT.xml (default ./project.xml) and what it includes, checks it, numbers its\n"
      "objects by PROJECT.bacids and writes one image per PLC (PROJECT.bin, or PROJECT-PLC.bin\n"
      "where there are several). Exit status: 0 done, 1 could not work, 2 errors in the project." },
    { "check", cmd_check, OPTS_PROJECT | OPT_BIT(PLC) | OPT_BIT(FROZEN) | OPT_BIT(STOP_AFTER),
      1, "[PROJECT.xml]", "Check a project and write nothing.",
      "Reports every mistake that compile would. Exit status as for compile." },
    { "new", cmd_new, OPT_BIT(NAME), 1, "DIR", "Make a commented project to start from.",
      "DIR is made, or must be empty. The project has one PLC with one device and compiles." },
    { "export-csv", cmd_export_csv, OPTS_PROJECT | OPT_BIT(OUTPUT) | OPT_BIT(DELIMITER) | OPT_BIT(DECIMAL) | OPT_BIT(BOM), 1,
      "[PROJECT.xml]", "Write the variables as a point list.",
      "One row per variable and device, to -o or to standard output; 'bacc import csv' reads it\n"
      "back, into this project or a new one. `instance` is what the project fixes, `number` what\n"
      "the object has." },
    { "import", cmd_import,
      OPTS_PROJECT | OPT_BIT(OUTPUT) | OPT_BIT(INTO) | OPT_BIT(MODE) | OPT_BIT(DRY_RUN) |
          OPT_BIT(FORCE) | OPT_BIT(NAME) | OPT_BIT(PLC) | OPT_BIT(DEVICE) | OPT_BIT(INSTANCE) |
          OPT_BIT(ACCESS) | OPT_BIT(MEMBERS) | OPT_BIT(LIMITS) | OPT_BIT(DELIMITER) |
          OPT_BIT(ENCODING),
      255, "ede|csv|vlist FILE...", "Make or update a project from other tools' lists.",
      "ede: an EDE set; state texts and units are found beside the first file or given as further\n"
      "files. csv: a point list such as export-csv writes. vlist: a variable list of Domat,\n"
      "Mervis or Idekit. Without --into a new project goes to -o, or to standard output." },
    { "dump", cmd_dump, OPTS_PROJECT | OPT_BIT(PLC) | OPT_BIT(JSON), 1, "[IMAGE | PROJECT.xml]",
      "Show what is in an image.",
      "Prints everything in an image, or in the images of a project (compiled in memory; nothing is\n"
      "written): devices, objects with their constant properties, variables, states, sources." },
    { "export-ede", cmd_export_ede,
      OPTS_PROJECT | OPT_BIT(EDE_OUTPUT) | OPT_BIT(DEVICE) | OPT_BIT(PROFILE) | OPT_BIT(LAYOUT) |
          OPT_BIT(COLUMNS) | OPT_BIT(EDE_DELIMITER) | OPT_BIT(DECIMAL) | OPT_BIT(EDE_ENCODING) |
          OPT_BIT(EOL) | OPT_BIT(NAMES) | OPT_BIT(TITLE) | OPT_BIT(KEYNAME) | OPT_BIT(HASH_KEYS) |
          OPT_BIT(UNITS_TITLE) | OPT_BIT(STATE_TITLES) | OPT_BIT(STATE_BASE) | OPT_BIT(TRAILING) |
          OPT_BIT(TIMESTAMP) | OPT_BIT(QUOTE) | OPT_BIT(TABLES) | OPT_BIT(BOM) | OPT_BIT(PAD_HEADER) | OPT_BIT(COMMENTS) |
          OPT_BIT(NO_NOTIFICATION_CLASS),
      1, "[PROJECT.xml | IMAGE]", "Write the EDE files that a SCADA imports.",
      "Writes four CSV files to BACnet-export/ beside the project (-o DIR: there). The project\n"
      "(default ./project.xml) must have been compiled: without its numbers it is refused." },
    { "export-pics", cmd_export_pics,
      OPTS_PROJECT | OPT_BIT(OUTPUT) | OPT_BIT(PLC) | OPT_BIT(DEVICE) | OPT_BIT(FORMAT), 1,
      "[PROJECT.xml | IMAGE]", "Write a device's conformance statement (PICS).",
      "For tenders and acceptance, with the headings of 135-2020 Annex A; to -o or to standard\n"
      "output. --device is needed where there are several." },
    { "export-epics", cmd_export_epics, OPTS_PROJECT | OPT_BIT(OUTPUT) | OPT_BIT(PLC) | OPT_BIT(DEVICE), 1,
      "[PROJECT.xml | IMAGE]", "Write a device's statement for test tools (EPICS).",
      "Every object with its properties, in the form of 135.1 clause 4, as VTS reads it; to -o or\n"
      "to standard output. --device is needed where there are several." },
    { "diff", cmd_diff, OPTS_PROJECT | OPT_BIT(PLC) | OPT_BIT(JSON), 2, "OLD NEW",
      "Say what differs between two images or projects.",
      "OLD and NEW are images or projects, in any mix; projects are compiled in memory. Exit status:\n"
      "0 the same, 3 compatible (no client sees it), 4 needs re-import (EDE rows differ), 5 breaking\n"
      "(something known is gone, or answers under another number); 1 and 2 as for compile." },
    { "units", cmd_units, OPT_BIT(JSON), 1, "[TEXT]", "List or search the engineering units.",
      "TEXT may be a symbol, a part of a name, or a BACnet code. Without it all are listed." },
    { "explain", cmd_explain, OPT_BIT(ALL) | OPT_BIT(VOCABULARY), 1, "[E301 | 301 | NAME]", "Explain a diagnostic.",
      "Says what is wrong, why it matters, and how to mend it." },
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void usage(FILE *f)
{
    fputs("usage: bacc COMMAND [options] [arguments]\n\n", f);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(f, "  %-14s %s\n", commands[i].name, commands[i].summary);
    fputs("\n'bacc COMMAND --help' tells more; 'bacc --version' the version.\n", f);
}

static int unknown(const char *name)
{
    struct near s = near_of(name, strlen(name));
    for (size_t i = 0; i < N_COMMANDS; i++)
        near_offer(&s, commands[i].name, strlen(commands[i].name));
    fprintf(stderr, "bacc: unknown command '%s'", name);
    if (near_take(&s))
        fprintf(stderr, "; did you mean '%s'?", near_take(&s));
    fputs("\n\n", stderr);
    usage(stderr);
    return 1;
}

/* What may be meant by a -W that is none: only what is then taken. What stands behind a prefix is compared. */
static const char *meant(struct ctx *ctx, const char *what)
{
    const char *eq = strchr(what, '=');
    const bool off = !strncmp(what, "no-", 3);
    const char *prefix = off ? "no-" : eq ? "error=" : "", *rest = off ? what + 3 : eq ? eq + 1 : what;
    const size_t skip = strlen(prefix);
    struct near s = near_of(rest, strlen(rest));
    for (size_t i = 0; i < n_diag_infos; i++) {
        char name[64];
        diag_info_name(&diag_infos[i], name);
        if (off && !strncmp(name, "no-", 3))                    /* a name by itself                */
            near_offer(&s, arena_copy(ctx->arena, name, strlen(name)) + 3, strlen(name) - 3);
        if (!off || diag_infos[i].severity != DIAG_ERROR)
            near_offer(&s, arena_printf(ctx->arena, "%s%s", prefix, name) + skip, strlen(name));
    }
    if (!skip) {
        near_offer(&s, "all", 3);
        near_offer(&s, "error", 5);
    }
    return near_take(&s) ? near_take(&s) - skip : NULL;
}

/* One -W. An error is what no image can be made of: there is nothing to silence. */
static bool warning_option(struct ctx *ctx, const struct command *cmd, const char *what)
{
    bool off = !strncmp(what, "no-", 3);
    const char *name = what + (off ? 3 : !strncmp(what, "error=", 6) ? 6 : 0);
    const struct diag_info *silenced = off ? diag_info_find(name) : NULL;
    if (silenced && silenced->severity == DIAG_ERROR) {
        fprintf(stderr, "bacc %s: -W %s: E%u is an error, which cannot be silenced\n", cmd->name, what,
                silenced->number);
        return false;
    }
    if (diag_option(ctx, what))
        return true;
    fprintf(stderr, "bacc %s: -W %s: ", cmd->name, what);
    if (!*name)
        fputs("a diagnostic's name is missing", stderr);
    else if (name != what && (!strcmp(name, "all") || !strncmp(name, "error", 5)))
        fputs("'all' and 'error' stand alone; 'no-' and 'error=' go before the name of a diagnostic", stderr);
    else if (meant(ctx, what))
        fprintf(stderr, "no such diagnostic; did you mean '%s'?", meant(ctx, what));
    else
        fputs("no such diagnostic", stderr);
    fputs(" ('bacc explain' lists them)\n", stderr);
    return false;
}

/* All -W: what names a diagnostic says more than "all", whichever comes first. */
static bool warning_options(struct ctx *ctx, const struct command *cmd)
{
    const char *what;
    for (size_t i = 0; (what = opt_nth(ctx, OPT_WARN, i)); i++)
        if (!strcmp(what, "all"))
            (void)diag_option(ctx, what);
    for (size_t i = 0; (what = opt_nth(ctx, OPT_WARN, i)); i++)
        if (strcmp(what, "all") != 0 && !warning_option(ctx, cmd, what))
            return false;
    return true;
}

static int run(const struct command *cmd, int argc, char **argv)
{
    struct ctx ctx;
    struct options options;
    ctx_init(&ctx);
    if (!options_parse(&ctx, cmd, argc, argv, &options))
        return 1;
    if (opt_has(&ctx, OPT_HELP)) {
        options_help(cmd);
        return 0;
    }
    if (!warning_options(&ctx, cmd))
        return 1;
    const char *what = opt_str(&ctx, OPT_DIAGNOSTICS);
    if (what && strcmp(what, "text") != 0 && strcmp(what, "json") != 0 &&
        strcmp(what, "sarif") != 0) {
        fprintf(stderr, "bacc %s: --diagnostics is text, json or sarif, not '%s'\n", cmd->name,
                what);
        return 1;
    }
    const char *path = opt_arg(&ctx, 0);
    ctx.project_path = path ? path : "project.xml";
    return cmd->run(&ctx);
}

static int command_line(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return 1;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        usage(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version")) {
        puts("bacc " BAC_VERSION);
        return 0;
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (!strcmp(commands[i].name, argv[1]))
            return run(&commands[i], argc - 2, argv + 2);
    return unknown(argv[1]);
}

int main(int argc, char **argv)
{
    keep_standard_numbers();
    (void)signal(SIGXFSZ, SIG_IGN);             /* a file that may not grow is an error like any other */
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);      /* a line is one write, also of 100,000 lines */
    int status = command_line(argc, argv);
    if (status != 1 && (fflush(stdout) != 0 || ferror(stdout))) {      /* 1: told, or what is worse */
        fputs("bacc: error: cannot write to standard output\n", stderr);
        return 1;
    }
    return status;
}
