/* `bacc diff`: two images or projects; what differs, and what that means for those who imported. */
#include <stdio.h>
#include <string.h>

#include "compiler/commands.h"
#include "compiler/diff.h"
#include "compiler/emit_pass.h"
#include "compiler/options.h"
#include "compiler/out.h"
#include "compiler/pass.h"
#include "schemas/bacnet.h"

static const struct { const char *name, *title; int status; } levels[DIFF_LEVELS] = {
    {"same", "", 0}, {"compatible", "compatible", 3}, {"re-import", "RE-IMPORT", 4}, {"breaking", "BREAKING", 5},
};

static enum diff_level worst(const struct diff *d)
{
    enum diff_level l = DIFF_BREAKING;
    while (l > DIFF_SAME && !d->count[l])
        l--;
    return l;
}

static void label(char out[80], const struct change *c)
{
    out[0] = 0;
    if (c->oid != IMG_NONE)
        snprintf(out, 80, "%s,%u", object_type_name(oid_type(c->oid)), oid_instance(c->oid));
}

static void print_text(const struct diff *d)
{
    uint32_t device = 0;
    for (size_t i = 0; i < d->n; i++) {
        const struct change *c = &d->changes[i];
        char oid[80];
        if (!i || c->device != device) {
            if (c->device != IMG_NONE)
                printf("device %u\n", c->device);
            else
                puts("project");
        }
        device = c->device;
        label(oid, c);
        printf("  %-10s  %s", levels[c->level].title, c->what);
        if (*oid)
            printf(" %s", oid);
        if (c->name.n)
            printf(" '%.*s'", (int)c->name.n, (const char *)c->name.p);
        if (c->before.p || c->after.p)
            printf(": %.*s -> %.*s", c->before.n ? (int)c->before.n : 1, c->before.n ? (const char *)c->before.p : "-",
                   c->after.n ? (int)c->after.n : 1, c->after.n ? (const char *)c->after.p : "-");
        if (c->hint)
            printf("\n              hint: %s", c->hint);
        putchar('\n');
    }
    if (!d->n)
        puts("no difference");
    else
        printf("%zu difference%s: %zu breaking, %zu need%s re-import, %zu compatible\n", d->n, d->n == 1 ? "" : "s",
               d->count[DIFF_BREAKING], d->count[DIFF_REIMPORT], d->count[DIFF_REIMPORT] == 1 ? "s" : "",
               d->count[DIFF_COMPATIBLE]);
}

static void print_json(struct ctx *ctx, const struct diff *d)
{
    struct out o = {.b = buf_of(ctx), .json = true, .fresh = true};
    const char *name = levels[worst(d)].name;
    out_open(&o, NULL, NULL);
    out_text(&o, "result", (struct span){(const uint8_t *)name, strlen(name)});
    out_number(&o, "status", (uint64_t)levels[worst(d)].status);
    out_list(&o, "changes");
    for (size_t i = 0; i < d->n; i++) {
        const struct change *c = &d->changes[i];
        char oid[80];
        label(oid, c);
        out_open(&o, NULL, NULL);
        out_value(&o, "level", (struct span){(const uint8_t *)levels[c->level].name, strlen(levels[c->level].name)}, false);
        out_value(&o, "what", (struct span){(const uint8_t *)c->what, strlen(c->what)}, false);
        if (c->device != IMG_NONE)
            out_number(&o, "device", c->device);
        if (*oid)
            out_value(&o, "object", (struct span){(const uint8_t *)oid, strlen(oid)}, false);
        if (c->name.n)
            out_text(&o, "name", c->name);
        if (c->before.p)
            out_value(&o, "before", c->before, false);
        if (c->after.p)
            out_value(&o, "after", c->after, false);
        if (c->hint)
            out_value(&o, "hint", (struct span){(const uint8_t *)c->hint, strlen(c->hint)}, false);
        out_close(&o);
    }
    out_list_end(&o);
    out_close(&o);
    buf_char(&o.b, '\n');
    fwrite(o.b.s, 1, o.b.n, stdout);
}

int cmd_diff(struct ctx *ctx)
{
    struct ctx second;
    struct diff d = {0};
    size_t n_was, n_is;
    if (!opt_arg(ctx, 1)) {
        fputs("bacc diff: two images or projects are needed\nTry 'bacc diff --help'.\n", stderr);
        return 1;
    }
    ctx->prints = true;
    const struct image *was = images_of_argument(ctx, &n_was, false);
    ctx_init(&second);
    second.diags = ctx->diags;          /* what is wrong with either is told together          */
    second.options = ctx->options;
    second.project_path = opt_arg(ctx, 1);
    const struct image *is = images_of_argument(&second, &n_is, false);
    if (was && is && !ctx->plan && !second.plan && opt_has(ctx, OPT_PLC)) {
        fputs("bacc diff: --plc says which PLC of a project; both are images\n", stderr);
        return 1;
    }
    int status = passes_finish(ctx);
    if (status || !was || !is)
        return status ? status : 1;
    diff_images(ctx, &d, was, n_was, is, n_is);
    if (opt_has(ctx, OPT_JSON))
        print_json(ctx, &d);
    else if (!opt_has(ctx, OPT_QUIET))
        print_text(&d);
    return levels[worst(&d)].status;
}
