/* What PLCs are beside their objects: clock, ports, sources, variables; by the PLC's name, port id, source id,
 * variable's identity. */
#include <string.h>

#include "compiler/buf.h"
#include "compiler/diff.h"
#include "schemas/bacnet.h"

struct run {
    struct ctx *ctx;
    struct diff *d;
    const struct image *was, *is;
};

static struct span words(const char *s) { return (struct span){(const uint8_t *)s, strlen(s)}; }

static void text(const struct run *r, uint8_t level, const char *what, struct span name, struct span a, struct span b)
{
    if (!diff_same(a, b))
        diff_add(r->ctx, r->d, (struct change){.level = level, .what = what, .device = IMG_NONE, .oid = IMG_NONE,
                                               .name = name, .before = a, .after = b});
}

static void texts(const struct run *r, uint8_t level, const char *what, struct span name, le32 a, le32 b)
{
    text(r, level, what, name, img_text(r->was, a), img_text(r->is, b));
}

static void number(const struct run *r, uint8_t level, const char *what, struct span name, uint32_t a, uint32_t b)
{
    text(r, level, what, name, words(arena_printf(r->ctx->arena, "%u", a)), words(arena_printf(r->ctx->arena, "%u", b)));
}

/* ---- ports ---- */

static struct span peers(const struct run *r, const struct image *img, const struct img_port *p)
{
    struct buf b = buf_of(r->ctx);
    for (uint32_t i = 0; i < le32_get(p->n_peers); i++) {
        const struct img_peer *x = &img->peers[le32_get(p->first_peer) + i];
        buf_printf(&b, "%s%u.%u.%u.%u:%u/%u.%u.%u.%u", i ? " " : "", x->address[0], x->address[1], x->address[2],
                   x->address[3], le16_get(x->port), x->mask[0], x->mask[1], x->mask[2], x->mask[3]);
    }
    return (struct span){(const uint8_t *)b.s, b.n};
}

static bool has_devices(const struct image *img, const struct img_port *p)
{
    for (uint32_t i = 0; i < img->n_devices; i++)
        if (&img->ports[le16_get(img->devices[i].port)] == p)
            return true;
    return false;
}

/* UDP port and network of the one that devices are on are told by them. */
static void port_pair(const struct run *r, const struct img_port *a, const struct img_port *b)
{
    unsigned fa = le16_get(a->flags), fb = le16_get(b->flags);
    struct span name = words(arena_printf(r->ctx->arena, "port %u", a->id));
    number(r, DIFF_BREAKING, "network type", name, a->type, b->type);
    number(r, fa & IMG_PORT_ENABLED ? DIFF_BREAKING : DIFF_REIMPORT, "in use", name, !!(fa & IMG_PORT_ENABLED),
           !!(fb & IMG_PORT_ENABLED));
    if (!has_devices(r->was, a) || !has_devices(r->is, b))
        number(r, DIFF_COMPATIBLE, "network", name, le16_get(a->network), le16_get(b->network));
    texts(r, DIFF_COMPATIBLE, "adapter", name, a->adapter, b->adapter);
    texts(r, DIFF_COMPATIBLE, "address", name, a->address, b->address);
    number(r, DIFF_COMPATIBLE, "mask bits", name, le16_get(a->prefix), le16_get(b->prefix));
    number(r, DIFF_COMPATIBLE, "bbmd", name, !!(fa & IMG_PORT_BBMD), !!(fb & IMG_PORT_BBMD));
    text(r, DIFF_COMPATIBLE, "bbmd peers", name, peers(r, r->was, a), peers(r, r->is, b));
    texts(r, DIFF_COMPATIBLE, "foreign bbmd", name, a->foreign_bbmd, b->foreign_bbmd);
    number(r, DIFF_COMPATIBLE, "foreign ttl", name, le16_get(a->foreign_ttl), le16_get(b->foreign_ttl));
}

static void ports(const struct run *r)
{
    for (uint32_t i = 0; i < r->was->n_ports; i++)
        for (uint32_t k = 0; k < r->is->n_ports; k++)
            if (r->was->ports[i].id == r->is->ports[k].id) {
                port_pair(r, &r->was->ports[i], &r->is->ports[k]);
                break;
            }
}

/* ---- sources ---- */

static bool secret(const char *attribute) { return !strcmp(attribute, "password"); }

/* As written in the project; passwords are compared and not shown. */
static void attributes(struct buf *b, const struct image *img, le32 first, le32 n, bool show)
{
    for (uint32_t i = 0; i < le32_get(n); i++) {
        const struct img_attribute *at = &img->attributes[le32_get(first) + i];
        const char *name = (const char *)img_text(img, at->name).p;
        buf_printf(b, " %s=%s", name, show && secret(name) ? "***" : (const char *)img_text(img, at->value).p);
    }
}

static struct span source_words(const struct run *r, const struct image *img, const struct img_source *s, bool show)
{
    struct buf b = buf_of(r->ctx);
    buf_str(&b, (const char *)img_text(img, s->kind).p);
    attributes(&b, img, s->first_attribute, s->n_attributes, show);
    return (struct span){(const uint8_t *)b.s, b.n};
}

static const struct img_source *source_of(const struct image *img, struct span id)
{
    for (uint32_t i = 0; i < img->n_sources; i++)
        if (diff_same(img_text(img, img->sources[i].id), id))
            return &img->sources[i];
    return NULL;
}

static void source(const struct run *r, struct span id)
{
    const struct img_source *a = source_of(r->was, id), *b = source_of(r->is, id);
    struct span none = {NULL, 0};
    struct span x = a ? source_words(r, r->was, a, false) : none, y = b ? source_words(r, r->is, b, false) : none;
    if (diff_same(x, y))
        return;
    diff_add(r->ctx, r->d, (struct change){.level = DIFF_COMPATIBLE, .what = "settings of source", .device = IMG_NONE,
             .oid = IMG_NONE, .name = id, .before = a ? source_words(r, r->was, a, true) : none,
             .after = b ? source_words(r, r->is, b, true) : none});
}

static void sources(const struct run *r)
{
    for (uint32_t i = 0; i < r->was->n_sources; i++)
        source(r, img_text(r->was, r->was->sources[i].id));
    for (uint32_t i = 0; i < r->is->n_sources; i++)
        if (!source_of(r->was, img_text(r->is, r->is->sources[i].id)))
            source(r, img_text(r->is, r->is->sources[i].id));
}

/* ---- variables ---- */

static struct span real_words(const struct run *r, le64 v)
{
    double d = le64_real(v);
    return d == d ? words(arena_printf(r->ctx->arena, "%.17g", d)) : words("");
}

/* Kind and attributes of all its sources, as one text. */
static struct span bindings(const struct run *r, const struct image *img, const struct img_variable *v)
{
    struct buf b = buf_of(r->ctx);
    for (uint32_t k = 0; k < le32_get(v->n_bindings); k++) {
        const struct img_binding *bind = &img->bindings[le32_get(v->first_binding) + k];
        buf_printf(&b, "%s%s", k ? "; " : "", (const char *)img_text(img, img->sources[le32_get(bind->source)].id).p);
        attributes(&b, img, bind->first_attribute, bind->n_attributes, false);
    }
    return (struct span){(const uint8_t *)b.s, b.n};
}

static struct span uses(const struct run *r, unsigned flags)
{
    static const struct { unsigned flag; const char *word; } all[] = {
        {IMG_VAR_READABLE, "read"}, {IMG_VAR_WRITABLE, "written"}, {IMG_VAR_OUTPUT, "output"}, {IMG_VAR_RETAIN, "retained"},
    };
    const char *list = "";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (flags & all[i].flag)
            list = arena_printf(r->ctx->arena, "%s%s%s", list, *list ? " " : "", all[i].word);
    return words(list);
}

static struct span states_of(const struct image *img, const struct img_variable *v)
{
    uint32_t set = le32_get(v->states);
    return set == IMG_NONE ? words("") : img_text(img, img->state_sets[set].name);
}

static void variable_pair(const struct run *r, const struct img_variable *a, const struct img_variable *b)
{
    static const char *const types[VAR_TYPES] = {
        "BOOL", "SINT", "INT", "DINT", "USINT", "UINT", "UDINT", "BYTE", "WORD", "DWORD", "REAL", "LREAL",
        "SCHEDULE_BOOL", "SCHEDULE_INT", "SCHEDULE_REAL",
    };
    struct span name = img_text(r->was, a->name);
    const bool tagged = le16_get(a->n_objects) && img_text(r->was, a->discipline).n;    /* its objects have Tags */
    text(r, DIFF_COMPATIBLE, "variable type", name, words(types[a->type]), words(types[b->type]));
    text(r, DIFF_COMPATIBLE, "initial value", name, real_words(r, a->initial), real_words(r, b->initial));
    text(r, DIFF_COMPATIBLE, "low", name, real_words(r, a->low), real_words(r, b->low));
    text(r, DIFF_COMPATIBLE, "high", name, real_words(r, a->high), real_words(r, b->high));
    text(r, DIFF_COMPATIBLE, "source", name, bindings(r, r->was, a), bindings(r, r->is, b));
    text(r, DIFF_COMPATIBLE, "states", name, states_of(r->was, a), states_of(r->is, b));
    texts(r, tagged && !img_text(r->is, b->discipline).n ? DIFF_REIMPORT : DIFF_COMPATIBLE, "discipline", name, a->discipline,
          b->discipline);
    if (a->flags != b->flags)
        text(r, DIFF_COMPATIBLE, "use", name, uses(r, a->flags), uses(r, b->flags));
    if (le16_get(a->n_objects) || le16_get(b->n_objects))
        return;                         /* objects tell the rest */
    texts(r, DIFF_COMPATIBLE, "variable renamed", name, a->name, b->name);
    texts(r, DIFF_COMPATIBLE, "variable description", name, a->description, b->description);
    texts(r, DIFF_COMPATIBLE, "variable unit", name, a->unit, b->unit);
}

/* A variable without an object: nobody else tells that it came or went. */
static void variable_alone(const struct run *r, const struct image *img, uint32_t v, const char *what)
{
    if (!le16_get(img->variables[v].n_objects))
        diff_add(r->ctx, r->d, (struct change){.level = DIFF_COMPATIBLE, .what = what, .device = IMG_NONE,
                                               .oid = IMG_NONE, .name = img_text(img, img->variables[v].name)});
}

static struct map *by_identity(const struct run *r, const struct image *img)
{
    struct map *m = map_new(r->ctx->arena);
    uint32_t *number_of = arena_array(r->ctx->arena, img->n_variables, sizeof *number_of);
    for (uint32_t v = 0; v < img->n_variables; v++) {
        number_of[v] = v;
        (void)map_add(m, ctx_str(r->ctx, (const char *)img->variable_ids[v].b, 16), &number_of[v]);
    }
    return m;
}

static void variables(const struct run *r)
{
    struct map *was = by_identity(r, r->was), *is = by_identity(r, r->is);
    for (uint32_t v = 0; v < r->was->n_variables; v++) {
        const uint32_t *at = map_get(is, ctx_str(r->ctx, (const char *)r->was->variable_ids[v].b, 16));
        if (at)
            variable_pair(r, &r->was->variables[v], &r->is->variables[*at]);
        else
            variable_alone(r, r->was, v, "variable removed");
    }
    for (uint32_t v = 0; v < r->is->n_variables; v++)
        if (!map_get(was, ctx_str(r->ctx, (const char *)r->is->variable_ids[v].b, 16)))
            variable_alone(r, r->is, v, "variable added");
}

/* ---- pairs ---- */

static struct span plc_name(const struct image *img) { return img_text(img, img->project->plc); }

static bool same_device(const struct image *a, const struct image *b)
{
    for (uint32_t i = 0; i < a->n_devices; i++)
        for (uint32_t k = 0; k < b->n_devices; k++)
            if (!memcmp(a->devices[i].identity.b, b->devices[k].identity.b, sizeof a->devices[i].identity.b))
                return true;
    return false;
}

/* The PLC of that name; else the one that has a device of it: it was renamed; else the only one, if it is the only
 * one there too. */
static const struct image *partner(const struct image *of, size_t n_of, const struct image *images, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (diff_same(plc_name(of), plc_name(&images[i])))
            return &images[i];
    for (size_t i = 0; i < n; i++)
        if (same_device(of, &images[i]))
            return &images[i];
    return n == 1 && n_of == 1 ? images : NULL;
}

void diff_plcs(struct ctx *ctx, struct diff *d, const struct image *was, size_t n_was, const struct image *is, size_t n_is)
{
    for (size_t i = 0; i < n_was; i++) {
        struct run r = {ctx, d, &was[i], partner(&was[i], n_was, is, n_is)};
        struct span name = n_was > 1 || n_is > 1 ? plc_name(&was[i]) : words("");
        if (!r.is)
            continue;                   /* its objects tell */
        texts(&r, DIFF_COMPATIBLE, "plc", words(""), was[i].project->plc, r.is->project->plc);
        texts(&r, DIFF_COMPATIBLE, "plc description", name, was[i].project->plc_description, r.is->project->plc_description);
        texts(&r, DIFF_COMPATIBLE, "time zone", name, was[i].project->time_zone, r.is->project->time_zone);
        ports(&r);
        sources(&r);
        variables(&r);
    }
}
