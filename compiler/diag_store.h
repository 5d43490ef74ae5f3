#ifndef COMPILER_DIAG_STORE_H
#define COMPILER_DIAG_STORE_H
/* What diag.c collects and the three printers read. Nobody else includes this. */
#include "compiler/ctx.h"
#include "compiler/stamp.h"

struct diag_note_line {
    struct diag_note_line *next;
    struct srcpos pos;
    const char *text;
};
struct diag_line {
    struct srcpos pos;
    uint32_t seq;
    const struct diag_info *info;
    bool is_error;              /* after -Werror                                               */
    bool withdrawn;
    bool copied;                /* of what a Use made of its template: the first note shows it */
    uint32_t file;              /* of the place as it was given: the copy's                    */
    uint32_t uses;              /* others that met the same mistake, which are folded into it  */
    const char *text, *hint;
    struct diag_note_line *notes;
};
struct diag_source {
    const char *path;
    const char *bytes;          /* NULL: read the file again                                   */
    size_t n;
    uint32_t real;              /* of a copy: the file itself; else 0                          */
    struct srcpos use;          /* of a copy: where it was made                                */
    const char *note;
    struct lines *lines;        /* diag_place.c: where its lines begin; NULL: not asked yet    */
    struct source_stamp stamp;  /* as it was read first                                        */
    bool other;                 /* it was read first twice, and was another one meanwhile      */
};
struct diags {
    struct diag_line *lines;
    size_t n, cap;
    struct diag_line *current;  /* what notes and hints belong to; NULL: it was silenced        */
    struct diag_source *files;  /* [0] is nowhere                                               */
    size_t n_files, files_cap;
    struct map *by_path;        /* -> uint32_t, its index                                        */
    size_t errors, warnings;
    const char **failures;      /* of the machine, as they were said                           */
    size_t n_failures, failures_cap;
    bool machine_failed, werror;
    bool muted;                 /* diag() only counts, in n                                    */
    bool ended;                 /* diag() says nothing more: diag_file_lost()                   */
    bool silent;                /* diag_machine() only sets machine_failed                     */
    uint8_t *rule;              /* per diag_infos[]: RULE_*                                     */
};
enum { RULE_PLAIN, RULE_OFF, RULE_ERROR };

void diag_print_text(struct ctx *ctx, FILE *f, bool colour);
void diag_print_json(struct ctx *ctx, FILE *f);
void diag_print_sarif(struct ctx *ctx, FILE *f);
#endif
