/* `bacc explain`: what a diagnostic means, from the one list of them. */
#include "compiler/commands.h"
#include "compiler/ctx.h"
#include "compiler/options.h"
#include "compiler/vocab.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80 };

/* A paragraph in lines of at most WIDTH bytes. */
static void print_wrapped(const char *text)
{
    size_t col = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (col && col + 1 + n > WIDTH) {
            putchar('\n');
            col = 0;
        }
        printf("%s%.*s", col ? " " : "", (int)n, text);
        col += n + (col != 0);
        text += n;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void explain(const struct diag_info *info)
{
    char name[64];
    static const char *const kinds[] = {"error", "warning", "lint"};
    bool error = info->severity == DIAG_ERROR;
    diag_info_name(info, name);
    printf("%c%u %s (%s)\n\n", error ? 'E' : 'W', info->number, name, kinds[info->severity]);
    print_wrapped(info->explanation);
    if (*info->hint)
        printf("\nhint: %s\n", info->hint);
    if (info->severity == DIAG_LINT)
        printf("\nIt is off: ask for it with -W %s, make it an error with -Werror=%s.\n", name, name);
    else if (!error)
        printf("\nSilence it with -W no-%s, make it an error with -Werror=%s.\n", name, name);
}

static int unknown(struct ctx *ctx, const char *what)
{
    const char *meant = diag_nearest(ctx, what);
    fprintf(stderr, "bacc explain: no diagnostic '%s'", what);
    if (meant)
        fprintf(stderr, "; did you mean '%s'?", meant);
    fputs("\n'bacc explain --all' explains every one.\n", stderr);
    return 1;
}

int cmd_explain(struct ctx *ctx)
{
    const char *what = opt_arg(ctx, 0);
    const int questions = opt_has(ctx, OPT_VOCABULARY) + opt_has(ctx, OPT_ALL) + (what != NULL);
    if (questions > 1) {
        fputs("bacc explain: one of a diagnostic, --all and --vocabulary\n", stderr);
        return 1;
    }
    if (opt_has(ctx, OPT_VOCABULARY)) {
        vocab_print(stdout);
        return 0;
    }
    if (opt_has(ctx, OPT_ALL)) {
        for (size_t i = 0; i < n_diag_infos; i++) {
            if (i)
                fputs("\n\n", stdout);
            explain(&diag_infos[i]);
        }
        return 0;
    }
    if (!what) {
        for (size_t i = 0; i < n_diag_infos; i++) {
            char name[64];
            diag_info_name(&diag_infos[i], name);
            printf("%c%u %s\n", diag_infos[i].severity == DIAG_ERROR ? 'E' : 'W',
                   diag_infos[i].number, name);
        }
        return 0;
    }
    const struct diag_info *info = diag_info_find(what);
    if (!info)
        return unknown(ctx, what);
    explain(info);
    return 0;
}
