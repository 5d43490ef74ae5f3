/* What a command says, or one file that it makes: to standard output, or by the way that images take. */
#include "compiler/outfile.h"
#include "compiler/ctx.h"
#include "compiler/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool outfile_write(struct ctx *ctx, const char *path, const char *s, size_t n, bool replace)
{
    struct stat st;
    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
        (S_ISDIR(st.st_mode) || (!replace && S_ISREG(st.st_mode)))) {
        diag_machine(ctx, "%s: %s", path, S_ISDIR(st.st_mode) ? "is a directory"
                     : "exists; --force replaces it, --into edits it");
        return false;
    }
    struct outputs *out = outputs_new(ctx);
    return output_write(out, path, s, n) && outputs_commit(out);
}
