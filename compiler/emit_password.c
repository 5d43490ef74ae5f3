/* Management passwords: only a salted hash leaves the project. The salt comes from the device's
 * identity, so that the same project gives the same image. */
#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compiler/check.h"
#include "compiler/emit.h"
#include "compiler/emit_pass.h"
#include "compiler/plan.h"
#include "compiler/syntax.h"
#include "schemas/utf8.h"

/* sha512crypt: every libcrypt has it. */
static struct str hashed(struct ctx *ctx, const char *password, const struct img_identity *id)
{
    static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char setting[32] = "$6$";
    for (size_t i = 0; i < 16; i++)
        setting[3 + i] = digits[id->b[i] & 63];
    setting[19] = '$';
    struct crypt_data *data = arena_alloc(ctx->arena, sizeof *data);
    const char *hash = crypt_r(password, setting, data);
    if (!hash || hash[0] == '*') {
        diag_machine(ctx, "the management password cannot be hashed: %s", strerror(errno));
        return (struct str){"", 0};
    }
    return (struct str){hash, (uint32_t)strlen(hash)};
}

/* The first line of the file, which lies beside the project. */
static const char *from_file(struct ctx *ctx, const struct device *d)
{
    const char *slash = d->password_file.s[0] == '/' ? NULL : strrchr(ctx->project_path, '/');
    const char *path = arena_printf(ctx->arena, "%.*s%s", slash ? (int)(slash + 1 - ctx->project_path) : 0,
                                    ctx->project_path, d->password_file.s);
    char line[256];
    (void)diag_file(ctx, path);         /* --watch looks at it as well                         */
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(line, 1, sizeof line - 1, f) : 0;
    const char *why = !f || ferror(f) ? strerror(errno) : NULL;
    if (f)
        fclose(f);
    line[n] = 0;
    line[strcspn(line, "\r\n")] = 0;
    if (!why && !line[0])
        why = "its first line is empty";
    if (!why && !utf8_valid(line, strlen(line)))
        why = "it is not UTF-8";
    if (!why && password_length(line) > PASSWORD_MAX)
        why = "it has more than 20 characters, and clients can send no more";
    if (why) {
        const struct srcpos at = diag_place(ctx, place(d->node, AT_managementPasswordFile));
        diag_machine(ctx, "%s:%u:%u: %s: no management password for device '%s': %s", diag_file_name(ctx, at.file),
                     at.line, at.col, path, d->name.s, why);
    }
    return arena_copy(ctx->arena, why ? "" : line, why ? 0 : strlen(line));
}

void emit_passwords_sought(struct ctx *ctx)
{
    for (uint32_t i = 0; i < ctx->plan->n_plcs; i++)
        for (uint32_t k = 0; k < ctx->plan->plcs[i].n_devices; k++)
            if (ctx->plan->plcs[i].devices[k].device->password_file.n)
                (void)from_file(ctx, ctx->plan->plcs[i].devices[k].device);
}

struct str emit_password(struct ctx *ctx, const struct device *d, const struct img_identity *id)
{
    if (d->password_hash.n)
        return d->password_hash;
    const char *clear = d->password.n ? d->password.s : d->password_file.n ? from_file(ctx, d) : "";
    return *clear ? hashed(ctx, clear, id) : (struct str){"", 0};
}
