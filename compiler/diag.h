#ifndef COMPILER_DIAG_H
#define COMPILER_DIAG_H
/* Diagnostics: collected during the run, sorted by place, printed once at its end. The format
 * stays at the call, where the C compiler can check it. Usage:
 *
 *     diag(ctx, pos, D_DUPLICATE_INSTANCE, "%s %u is already taken by '%s'", type, inst, name);
 *     diag_note(ctx, other, "first used here");           belongs to the diagnostic before it
 *     diag_hint(ctx, "did you mean '%s'?", best);         replaces that diagnostic's hint
 */
#include "compiler/diag_list.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct ctx;
struct diags;

/* A place in a file: 1-based, columns count characters. line 0: the file as a whole.
 * file is an index into the file table (diag_file); NO_FILE: nowhere. */
struct srcpos {
    uint32_t file, line, col;   /* col POS_OFFSET: line is an offset in octets; where that is gets
                                   found out when something is reported there                  */
};
enum { NO_FILE = 0 };
#define POS_OFFSET UINT32_MAX

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_LINT };  /* lint: a warning that is asked for */
enum diag_code {
#define X(number, name, severity, hint, explanation) D_##name = (number),
    DIAGS(X)
#undef X
};

/* One row of the list; name is "duplicate-instance". */
struct diag_info {
    uint16_t number;
    uint8_t severity;
    const char *symbol;         /* "DUPLICATE_INSTANCE"                                        */
    const char *hint;           /* "" for none                                                 */
    const char *explanation;
};
extern const struct diag_info diag_infos[];
extern const size_t n_diag_infos;
const struct diag_info *diag_info_find(const char *what);   /* "E301", "301", name; NULL       */
void diag_info_name(const struct diag_info *info, char name[64]);    /* "duplicate-instance"   */

struct diags *diags_new(struct ctx *ctx);
/* For a copy of a context, when only whether anything was to be said counts: diags_said(). */
struct diags *diags_muted(struct ctx *ctx);
/* New ones, of which nothing is printed either when the machine fails; for who reads again what failed. */
struct diags *diags_silent(struct ctx *ctx);
size_t diags_said(const struct diags *d);

/* A file's index; the same path gives the same index. Order of first mention is print order. */
uint32_t diag_file(struct ctx *ctx, const char *path);
/* The same file once more, for what is copied out of it: diagnostics about the copy show the file's
 * own place, with a note at `use`. */
uint32_t diag_file_use(struct ctx *ctx, uint32_t file, struct srcpos use, const char *note);
/* Of a copy, perhaps within copies, the outermost, and where that was made; 0: it is the file itself. */
uint32_t diag_file_outer(const struct ctx *ctx, uint32_t file, struct srcpos *use);
uint32_t diag_file_count(const struct ctx *ctx);     /* their indices are 1 to below it        */
const char *diag_file_name(const struct ctx *ctx, uint32_t file);
/* Bytes for excerpts of a file that cannot be read again (standard input, tests); borrowed. */
void diag_file_bytes(struct ctx *ctx, uint32_t file, const void *bytes, size_t n);

__attribute__((format(printf, 4, 5)))
void diag(struct ctx *ctx, struct srcpos pos, enum diag_code code, const char *fmt, ...);
/* The error that was told at that place is the one that notes and hints belong to; false: there is none. */
bool diag_resume(struct ctx *ctx, struct srcpos pos);
/* What was told so far with that code of the file, behind that place, turns out to follow from something else. */
void diag_withdraw(struct ctx *ctx, enum diag_code code, struct srcpos behind);
__attribute__((format(printf, 3, 4)))
void diag_note(struct ctx *ctx, struct srcpos pos, const char *fmt, ...);
__attribute__((format(printf, 2, 3)))
void diag_hint(struct ctx *ctx, const char *fmt, ...);

/* The file has been read, and will be again. */
struct source_stamp;
void diag_file_stamp(struct ctx *ctx, uint32_t file, const struct source_stamp *stamp);
/* The file's bytes as the loader saw them, read once more if need be; NULL: that is not possible, or it has changed. */
const char *diag_file_again(struct ctx *ctx, uint32_t file, size_t *n);
/* What was to be read again is no longer there: that is told, once, and nothing else from here on. */
void diag_file_lost(struct ctx *ctx, uint32_t file);
/* The place as line and column. */
struct srcpos diag_place(struct ctx *ctx, struct srcpos pos);

/* The machine failed, not the project (a file that cannot be opened, a full disk): one line on
 * stderr at once, and the run ends with status 1. */
__attribute__((format(printf, 2, 3)))
void diag_machine(struct ctx *ctx, const char *fmt, ...);

size_t diag_errors(const struct ctx *ctx);      /* after -Werror and -W no-NAME; duplicates count */
bool diag_machine_failed(const struct ctx *ctx);
int diag_status(const struct ctx *ctx);         /* exit status: 1 machine, 2 errors, 0          */

/* -Werror: "error"; -Werror=NAME: "error=NAME"; -W no-NAME: "no-NAME"; -W NAME: a lint; -W all: every
 * lint. false: no such name. */
bool diag_option(struct ctx *ctx, const char *what);
/* Not silenced, or asked for: worth looking for. */
bool diag_wanted(const struct ctx *ctx, enum diag_code code);
const char *diag_nearest(struct ctx *ctx, const char *what);    /* the name meant, or NULL     */

enum diag_format { DIAG_TEXT, DIAG_JSON, DIAG_SARIF };
struct diag_style {
    enum diag_format format;
    bool colour;
};
/* Sorts, folds duplicates, prints everything and the summary line; call once. */
void diag_print(struct ctx *ctx, FILE *f, struct diag_style style);
#endif
