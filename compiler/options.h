#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H
/* The command line. One list of options; a command's row says which of them it takes. Accepted
 * forms: --name=value, --name value, --flag, -o FILE, -oFILE, and `--` before arguments. What one name
 * means or may be in one command only is an option of that command alone (EDE_...). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;

/* X(ID, "name", letter or 0, "VALUE" or NULL for a flag, "help") */
#define OPTIONS(X)                                                                                 \
    X(HELP, "help", 'h', NULL, "show this help")                                                   \
    X(OUTPUT, "output", 'o', "FILE", "write to FILE")                                              \
    X(EDE_OUTPUT, "output", 'o', "DIR", "write the files to DIR")                                  \
    X(PLC, "plc", 0, "NAME", "only the PLC of that name")                                          \
    X(FROZEN, "frozen", 0, NULL, "fail if the numbering (.bacids) would change")                   \
    X(WARN, "warn", 'W', "WHAT", "NAME, all, no-NAME, error, error=NAME: lints, silence, promote") \
    X(DIAGNOSTICS, "diagnostics", 0, "FORMAT", "text, json or sarif")                              \
    X(STOP_AFTER, "stop-after", 0, "PASS", "stop after that pass")                                 \
    X(WATCH, "watch", 0, NULL, "compile again whenever a file of the project changes")             \
    X(DUMP, "dump", 0, NULL, "print the form reached by --stop-after")                             \
    X(QUIET, "quiet", 'q', NULL, "no progress line, nothing said of files that were written")       \
    X(JSON, "json", 0, NULL, "print JSON")                                                         \
    X(VOCABULARY, "vocabulary", 0, NULL, "print every attribute of a project with its type")      \
    X(ALL, "all", 0, NULL, "all of them")                                                          \
    X(INTO, "into", 0, "PROJECT", "bring it into that project instead of making a new one")        \
    X(MODE, "mode", 0, "MODE", "add-all, add-new, update or update-add (the default)")             \
    X(DRY_RUN, "dry-run", 0, NULL, "say what would be done and write nothing")                     \
    X(FORCE, "force", 0, NULL, "replace a file that exists")                                       \
    X(NAME, "name", 0, "NAME", "name of the new project")                                          \
    X(DEVICE, "device", 0, "NAME", "only the device of that name; of import: into it")             \
    X(INSTANCE, "instance", 0, "N", "instance of a device whose file gives none")                  \
    X(ACCESS, "access", 0, "ACCESS", "read or readWrite: of variables whose file does not say")    \
    X(MEMBERS, "members", 0, "KIND", "vlist: also members of fb, array, struct, or all")           \
    X(LIMITS, "limits", 0, "USE", "EDE: hi-limit and low-limit are alarm limits or the range")     \
    X(DELIMITER, "delimiter", 0, "CHAR", "; , | or tab between cells")                             \
    X(ENCODING, "encoding", 0, "NAME", "of the file: UTF-8, CP1250, UTF-16LE ...")                 \
    X(EDE_DELIMITER, "delimiter", 0, "CHAR", "; (default) , or tab between cells")                 \
    X(EDE_ENCODING, "encoding", 0, "NAME", "utf-8 (default), cp1252, cp1250, iso8859-1 or ascii")  \
    X(FORMAT, "format", 0, "FORMAT", "text (default) or markdown")                                 \
    X(PROFILE, "profile", 0, "NAME", "standard, domat, jci, plc4x, iridi, niagara, desigo, yabe")  \
    X(LAYOUT, "layout", 0, "N", "EDE layout: 2, 2.1, 2.2 (default) or 2.3")                        \
    X(COLUMNS, "columns", 0, "SET", "standard, domat, jci, or titles with commas between")         \
    X(DECIMAL, "decimal", 0, "C", "'.' (default) or ','")                                          \
    X(EOL, "eol", 0, "KIND", "crlf (default) or lf")                                               \
    X(QUOTE, "quote", 0, "WHEN", "never (default), minimal, text or all")                          \
    X(TABLES, "tables", 0, "WHICH", "used (default) or all object types and units")                \
    X(BOM, "bom", 0, NULL, "begin UTF-8 files with a byte order mark")                             \
    X(PAD_HEADER, "pad-header", 0, NULL, "header rows with all columns")                           \
    X(COMMENTS, "comments", 0, NULL, "a comment line for each discipline before the column titles") \
    X(NAMES, "names", 0, "STYLE", "of the files: bigeu, desigo, desigo-hyphen or plc4x")           \
    X(TITLE, "hash-title", 0, "TEXT", "the first row of the EDE file")                             \
    X(KEYNAME, "hash-keyname", 0, "TEXT", "'# keyname' (default), '#keyname' or 'keyname'")        \
    X(HASH_KEYS, "hash-keys", 0, NULL, "'# ' before PROJECT_NAME and the other keys")              \
    X(UNITS_TITLE, "units-title", 0, "KIND", "of the units file: layout2 or layout22")             \
    X(STATE_TITLES, "state-titles", 0, "KIND", "text (default) or numbers")                        \
    X(STATE_BASE, "state-base", 0, "N", "references to state texts count from 1 (default) or 0")   \
    X(TRAILING, "trailing-delimiter", 0, NULL, "a delimiter at the end of every row")              \
    X(TIMESTAMP, "timestamp", 0, "DATE", "TIMESTAMP_OF_LAST_CHANGE: yyyy-mm-dd or dd.mm.yyyy")     \
    X(NO_NOTIFICATION_CLASS, "no-notification-class", 0, NULL, "layout 2.3 without its 17th column")

enum opt {
#define X(id, name, letter, value, help) OPT_##id,
    OPTIONS(X)
#undef X
    OPT_COUNT
};
#define OPT_BIT(id) (UINT64_C(1) << OPT_##id)
_Static_assert(OPT_COUNT <= 64, "options fit a mask");
/* What every command that reads a project takes. */
#define OPTS_PROJECT (OPT_BIT(WARN) | OPT_BIT(DIAGNOSTICS) | OPT_BIT(QUIET))

struct opt_use {
    enum opt id;
    const char *value;          /* NULL for a flag                                             */
};
struct options {
    struct opt_use *uses;       /* in order of appearance                                      */
    size_t n_uses;
    const char **args;          /* what is not an option                                       */
    size_t n_args;
};

struct command {
    const char *name;
    int (*run)(struct ctx *ctx);        /* exit status                                         */
    uint64_t opts;              /* OPT_BIT(...) | ...; HELP is always there                    */
    uint8_t max_args;
    const char *args;           /* "[PROJECT.xml]" as shown in usage                           */
    const char *summary;        /* one line                                                    */
    const char *help;           /* paragraphs shown by --help after the usage                  */
};

/* argv without the program and command names. false: a message has been printed. */
bool options_parse(struct ctx *ctx, const struct command *cmd, int argc, char **argv,
                   struct options *out);
bool opt_has(const struct ctx *ctx, enum opt id);
const char *opt_str(const struct ctx *ctx, enum opt id);    /* the last one given, or NULL    */
/* The i-th use of a repeatable option, or NULL. */
const char *opt_nth(const struct ctx *ctx, enum opt id, size_t i);
const char *opt_arg(const struct ctx *ctx, size_t i);       /* NULL: not given                */
/* Says on standard output what was done, unless -q is given. */
__attribute__((format(printf, 2, 3))) void opt_say(const struct ctx *ctx, const char *fmt, ...);
void options_help(const struct command *cmd);
#endif
