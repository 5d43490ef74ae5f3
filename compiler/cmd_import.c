/* `bacc import`: other people's lists become a project, or update one. */
#include "compiler/commands.h"
#include "compiler/csv.h"
#include "compiler/import.h"
#include "compiler/merge.h"
#include "compiler/model_pass.h"
#include "compiler/options.h"
#include "compiler/outfile.h"
#include "compiler/output.h"
#include "compiler/pass.h"
#include "compiler/plist_write.h"
#include "compiler/syntax.h"
#include "compiler/xml.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct word { const char *word; int value; } modes[] = {
    { "add-all", MERGE_ADD_ALL },
    { "add-new", MERGE_ADD_NEW },
    { "update", MERGE_UPDATE },
    { "update-add", MERGE_UPDATE_ADD },
};

static int usage(const char *what, const char *value, const char *allowed)
{
    fprintf(stderr, "bacc import: %s%s%s%s: %s\n", what, value ? " '" : "", value ? value : "",
            value ? "'" : "", allowed);
    return 1;
}

static bool is_instance(const char *s)
{
    unsigned long v = 0;
    for (const char *p = s; *p; p++) {
        if (*p < '0' || *p > '9' || v > 4194302)
            return false;
        v = v * 10 + (unsigned long)(*p - '0');
    }
    return *s && v <= 4194302;
}

static bool is_family(const char *s)
{
    static const char *const families[] = { "none", "fb", "array", "struct", "all" };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (!strcasecmp(s, families[i]))
            return true;
    return false;
}

/* Options to `o` and `mode`; 0, or the exit status after a message. */
static int read_options(const struct ctx *ctx, struct import_options *o, enum merge_mode *mode)
{
    const char *delimiter = opt_str(ctx, OPT_DELIMITER), *limits = opt_str(ctx, OPT_LIMITS);
    const char *how = opt_str(ctx, OPT_MODE), *access = opt_str(ctx, OPT_ACCESS);
    *o = (struct import_options){ .encoding = opt_str(ctx, OPT_ENCODING),
                                  .plc = opt_str(ctx, OPT_PLC),
                                  .device = opt_str(ctx, OPT_DEVICE),
                                  .access = access ? access : "read",
                                  .access_given = access != NULL,
                                  .members = opt_str(ctx, OPT_MEMBERS),
                                  .instance = opt_str(ctx, OPT_INSTANCE),
                                  .merging = opt_has(ctx, OPT_INTO) };
    if (delimiter && !(o->delimiter = csv_delimiter(delimiter)))
        return usage("--delimiter", delimiter, "it is ; , | or tab");
    if (strcmp(o->access, "read") != 0 && strcmp(o->access, "readWrite") != 0)
        return usage("--access", access, "it is read or readWrite");
    if (o->instance && !is_instance(o->instance))
        return usage("--instance", o->instance, "it is a number from 0 to 4194302");
    if (o->members && !is_family(o->members))
        return usage("--members", o->members, "it is none, fb, array, struct or all");
    if (limits && strcmp(limits, "alarm") != 0 && strcmp(limits, "range") != 0)
        return usage("--limits", limits, "it is alarm or range");
    o->limits_given = limits != NULL;
    o->limits_are_range = limits && !strcmp(limits, "range");
    if (!o->merging && !o->plc)
        o->plc = opt_str(ctx, OPT_NAME);
    const char *kind = opt_arg(ctx, 0);
    o->ede = kind && !strcmp(kind, "ede");
    o->whole = kind && !strcmp(kind, "vlist");
    *mode = MERGE_UPDATE_ADD;
    if (limits && kind && !o->ede)
        return usage("--limits", NULL, "goes with ede");
    if (o->members && kind && strcmp(kind, "vlist") != 0)
        return usage("--members", NULL, "goes with vlist");
    if (how && !o->merging)
        return usage("--mode", NULL, "goes with --into");
    if (o->merging && (opt_has(ctx, OPT_NAME) || opt_has(ctx, OPT_FORCE)))
        return usage(opt_has(ctx, OPT_NAME) ? "--name" : "--force", NULL, "is for a new project, not for --into");
    if (o->merging && opt_has(ctx, OPT_OUTPUT))
        return usage("--into and -o", NULL, "one of them");
    if (o->merging && !strcmp(opt_str(ctx, OPT_INTO), "-"))
        return usage("--into", "-", "standard input cannot be changed in place");
    size_t i = 0, n = sizeof modes / sizeof *modes;
    while (how && i < n && strcmp(how, modes[i].word) != 0)
        i++;
    if (i == n)
        return usage("--mode", how, "it is add-all, add-new, update or update-add");
    if (how)
        *mode = (enum merge_mode)modes[i].value;
    return 0;
}

static int read_lists(struct ctx *ctx, struct plist *l, const struct import_options *o)
{
    const char *kind = opt_arg(ctx, 0);
    size_t n = ctx->options->n_args;
    if (!kind || n < 2)
        return usage("arguments", NULL, "bacc import ede|csv|vlist FILE");
    if (!strcmp(kind, "ede"))
        import_ede(l, o, ctx->options->args + 1, n - 1);
    else if (n > 2)
        return usage("arguments", kind, "takes one file");
    else if (!strcmp(kind, "csv"))
        import_csv(l, o, opt_arg(ctx, 1));
    else if (!strcmp(kind, "vlist"))
        import_vlist(l, o, opt_arg(ctx, 1));
    else
        return usage("kind", kind, "it is ede, csv or vlist");
    return 0;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void new_project(struct ctx *ctx, struct plist *l)
{
    struct textbuf out = { .arena = ctx->arena };
    const char *path = opt_str(ctx, OPT_OUTPUT);
    const char *name = opt_str(ctx, OPT_NAME);
    if (name)
        l->name = plist_text(l, name, strlen(name));
    if (!l->guid.n) {
        plist_write(l, &out);
        l->guid = plist_guid(l, out.s, out.n);
        out.n = 0;
        for (struct plist_device *d = l->devices; d; d = d->next) {
            d->objects = NULL;                      /* collected anew                          */
            d->objects_end = &d->objects;
        }
    }
    plist_write(l, &out);
    if (!opt_has(ctx, OPT_DRY_RUN) &&
        !outfile_write(ctx, path ? path : "-", out.s, out.n, opt_has(ctx, OPT_FORCE)))
        return;
    opt_say(ctx, "%s%s: %zu variable%s, %zu device%s%s%s\n", opt_has(ctx, OPT_DRY_RUN) ? "would write " : "",
            path ? path : "-", l->n_points, plural(l->n_points), l->n_devices, plural(l->n_devices),
            l->n_skipped ? ", left out: " : "",
            l->n_skipped ? plist_format(l, "%zu row%s", l->n_skipped, plural(l->n_skipped)).s : "");
}

/* The project that is there; NULL: unusable, reported. */
static struct node *load_project(struct ctx *ctx, struct import_options *o)
{
    ctx->project_path = opt_str(ctx, OPT_INTO);
    xml_load(ctx);
    if (diag_errors(ctx) || diag_machine_failed(ctx) || !ctx->tree)
        return NULL;
    o->n_files = diag_file_count(ctx);
    pass_expand(ctx);
    if (diag_file_count(ctx) > MERGE_FILES_MAX)
        diag(ctx, node_pos(ctx->tree), D_IMPORT_TOO_LARGE, "the project uses templates more than %d times", MERGE_FILES_MAX);
    if (diag_errors(ctx))
        return NULL;
    const struct node *plc = node_child(ctx->tree, EL_Plc);
    for (const struct node *n = plc; n && o->plc; n = node_next(n, EL_Plc))
        if (!strcmp(node_attr(n, AT_name)->value, o->plc)) {
            o->one_plc = node_next(plc, EL_Plc) != NULL;
            return ctx->tree;
        }
    if (o->plc) {
        diag(ctx, node_pos(ctx->tree), D_IMPORT_TARGET, "the project has no PLC '%s'", o->plc);
        return NULL;
    }
    o->plc = plc ? node_attr(plc, AT_name)->value : NULL;
    return ctx->tree;
}

static void update_project(struct ctx *ctx, struct plist *l, const struct import_options *o,
                           enum merge_mode mode)
{
    struct merge_count count = { 0 };
    bool dry = opt_has(ctx, OPT_DRY_RUN);
    merge_into(l, o, mode, dry, &count);
    if (!diag_errors(ctx) && !diag_machine_failed(ctx))
        opt_say(ctx, "%s%s: %zu added, %zu updated, %zu unchanged, %zu left out%s%s\n",
                dry ? "would write " : "", ctx->project_path, count.added, count.updated, count.unchanged,
                count.left + l->n_skipped,
                count.alarms ? plist_format(l, "; alarm points updated: %zu", count.alarms).s : "",
                count.classes ? plist_format(l, "; notification classes updated: %zu", count.classes).s : "");
    if (count.unlisted && !diag_errors(ctx) && !diag_machine_failed(ctx))
        opt_say(ctx, "%s: %zu variable%s not in the list: %s\n", ctx->project_path, count.unlisted,
                count.unlisted == 1 ? " is" : "s are", count.first_unlisted);
}

int cmd_import(struct ctx *ctx)
{
    struct import_options o;
    enum merge_mode mode;
    struct plist l;
    int status = read_options(ctx, &o, &mode);
    if (status)
        return status;
    const char *path = opt_str(ctx, OPT_OUTPUT);
    ctx->prints = !o.merging && (!path || output_is_stdout(path));
    if (o.merging && !load_project(ctx, &o))
        return passes_finish(ctx);
    plist_init(&l, ctx);
    status = read_lists(ctx, &l, &o);
    if (status)
        return status;
    if (!diag_errors(ctx) && !diag_machine_failed(ctx)) {
        if (o.merging)
            update_project(ctx, &l, &o, mode);
        else
            new_project(ctx, &l);
    }
    return passes_finish(ctx);
}
