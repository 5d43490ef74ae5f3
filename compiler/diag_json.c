/* Diagnostics for machines: our own JSON object, and SARIF 2.1.0. Always a whole document, also
 * when there is nothing to say; always valid UTF-8. */
#include "compiler/diag_store.h"
#include "schemas/utf8.h"

#include <string.h>

static void json_str(FILE *f, const char *text)
{
    const unsigned char *s = (const unsigned char *)text, *end = s + strlen(text);
    unsigned code;
    fputc('"', f);
    while (*s) {
        size_t n = utf8_next(s, (size_t)(end - s), &code);
        if (!n) {
            fputs("\\ufffd", f);
            n = 1;
        } else if (*s == '"' || *s == '\\') {
            fprintf(f, "\\%c", *s);
        } else if (*s < ' ') {
            fprintf(f, "\\u%04x", *s);
        } else {
            fwrite(s, 1, n, f);
        }
        s += n;
    }
    fputc('"', f);
}

static void json_member(FILE *f, const char *name, const char *text)
{
    fprintf(f, "\"%s\":", name);
    json_str(f, text);
}

static void json_place(FILE *f, const struct diags *d, struct srcpos pos)
{
    if (pos.file == NO_FILE)
        return;
    json_member(f, "file", d->files[pos.file].path);
    fputc(',', f);
    if (pos.line)
        fprintf(f, "\"line\":%u,", pos.line);
    if (pos.line && pos.col)
        fprintf(f, "\"column\":%u,", pos.col);
}

static void rule_id(char id[16], const struct diag_info *info)
{
    snprintf(id, 16, "%c%u", info->severity == DIAG_ERROR ? 'E' : 'W', info->number);
}

static void json_line(FILE *f, const struct diags *d, const struct diag_line *l)
{
    char id[16], name[64];
    rule_id(id, l->info);
    diag_info_name(l->info, name);
    fputc('{', f);
    json_place(f, d, l->pos);
    fprintf(f, "\"severity\":\"%s\",\"code\":\"%s\",\"name\":\"%s\",",
            l->is_error ? "error" : "warning", id, name);
    json_member(f, "text", l->text);
    fputc(',', f);
    json_member(f, "hint", l->hint);
    fputs(",\"notes\":[", f);
    for (const struct diag_note_line *note = l->notes; note; note = note->next) {
        fputc('{', f);
        json_place(f, d, note->pos);
        json_member(f, "text", note->text);
        fputs(note->next ? "}," : "}", f);
    }
    fputs("]}", f);
}

void diag_print_json(struct ctx *ctx, FILE *f)
{
    const struct diags *d = ctx->diags;
    fputs("{\"diagnostics\":[", f);
    for (size_t i = 0; i < d->n; i++) {
        fputs(i ? ",\n" : "\n", f);
        json_line(f, d, &d->lines[i]);
    }
    fprintf(f, "%s],\"errors\":%zu,\"warnings\":%zu,\"failures\":[", d->n ? "\n" : "", d->errors, d->warnings);
    for (size_t i = 0; i < d->n_failures; i++) {
        fputs(i ? "," : "", f);
        json_str(f, d->failures[i]);
    }
    fputs("]}\n", f);
}

/* A relative or absolute path as a URI reference (RFC 3986). */
static void sarif_uri(FILE *f, const char *path)
{
    static const char keep[] = "/-._~!$&'()*+,;=@";     /* a colon would make what is before it a scheme */
    fprintf(f, "\"uri\":\"%s", *path == '/' ? "file://" : "");
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || strchr(keep, *p);
        fprintf(f, plain ? "%c" : "%%%02X", *p);
    }
    fputc('"', f);
}

static void sarif_place(FILE *f, const struct diags *d, struct srcpos pos)
{
    fputs("\"physicalLocation\":{\"artifactLocation\":{", f);
    sarif_uri(f, d->files[pos.file].path);
    fputc('}', f);
    if (pos.line)
        fprintf(f, ",\"region\":{\"startLine\":%u", pos.line);
    if (pos.line && pos.col)
        fprintf(f, ",\"startColumn\":%u", pos.col);
    fputs(pos.line ? "}}" : "}", f);
}

static void sarif_rules(FILE *f)
{
    for (size_t i = 0; i < n_diag_infos; i++) {
        char id[16], name[64];
        rule_id(id, &diag_infos[i]);
        diag_info_name(&diag_infos[i], name);
        fprintf(f, "%s\n{\"id\":\"%s\",\"name\":\"%s\",\"fullDescription\":{", i ? "," : "", id,
                name);
        json_member(f, "text", diag_infos[i].explanation);
        fprintf(f, "},\"defaultConfiguration\":{%s\"level\":\"%s\"}}",
                diag_infos[i].severity == DIAG_LINT ? "\"enabled\":false," : "",
                diag_infos[i].severity == DIAG_ERROR ? "error" : "warning");
    }
}

static void sarif_result(FILE *f, const struct diags *d, const struct diag_line *l)
{
    char id[16];
    rule_id(id, l->info);
    fprintf(f, "{\"ruleId\":\"%s\",\"ruleIndex\":%zu,\"level\":\"%s\",\"message\":{", id,
            (size_t)(l->info - diag_infos), l->is_error ? "error" : "warning");
    json_member(f, "text", l->text);
    fputc('}', f);
    if (l->pos.file != NO_FILE) {
        fputs(",\"locations\":[{", f);
        sarif_place(f, d, l->pos);
        fputs("}]", f);
    }
    const char *sep = ",\"relatedLocations\":[{";
    for (const struct diag_note_line *note = l->notes; note; note = note->next) {
        if (note->pos.file == NO_FILE)
            continue;
        fputs(sep, f);
        sarif_place(f, d, note->pos);
        fputs(",\"message\":{", f);
        json_member(f, "text", note->text);
        fputc('}', f);
        sep = "},{";
    }
    fputs(*sep == '}' ? "}]}" : "}", f);
}

/* Whether it could work at all, and if not, why. */
static void sarif_invocation(const struct ctx *ctx, FILE *f)
{
    const struct diags *d = ctx->diags;
    fprintf(f, "\"invocations\":[{\"executionSuccessful\":%s,\"toolExecutionNotifications\":[",
            d->machine_failed ? "false" : "true");
    for (size_t i = 0; i < d->n_failures; i++) {
        fprintf(f, "%s{\"level\":\"error\",\"message\":{", i ? "," : "");
        json_member(f, "text", d->failures[i]);
        fputs("}}", f);
    }
    fputs("]}]", f);
}

void diag_print_sarif(struct ctx *ctx, FILE *f)
{
    const struct diags *d = ctx->diags;
    fputs("{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
          "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"bacc\",\"rules\":[", f);
    sarif_rules(f);
    fputs("]}},", f);
    sarif_invocation(ctx, f);
    fputs(",\"columnKind\":\"unicodeCodePoints\",\"results\":[", f);
    for (size_t i = 0; i < d->n; i++) {
        fputs(i ? ",\n" : "\n", f);
        sarif_result(f, d, &d->lines[i]);
    }
    fputs("]}]}\n", f);
}
