#include "compiler/diff.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/buf.h"
#include "schemas/bacnet.h"

/* An object of either side. Found by identity; else by variable; else by number and name. */
struct item {
    struct diff_side at;
    struct item *other;
};
struct side {
    const struct image *images;
    size_t n_images;
    struct item *items;
    size_t n;
    struct map *identity, *variable, *number;   /* of the other side's keys: struct item *      */
};
struct run {
    struct ctx *ctx;
    struct diff *d;
    struct side was, is;
    const struct item **gone;                   /* of the old side, without a partner           */
    size_t n_gone;
};

static struct span words(const char *s) { return (struct span){(const uint8_t *)s, strlen(s)}; }
bool diff_same(struct span a, struct span b)
{
    if (!a.p || !b.p)
        return !a.p && !b.p;
    return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

void diff_add(struct ctx *ctx, struct diff *d, struct change c)
{
    if (d->n == d->cap)
        d->changes = arena_grow(ctx->arena, d->changes, &d->cap, d->n + 1, sizeof *d->changes);
    d->changes[d->n++] = c;
    d->count[c.level]++;
}

/* ---- pairs ---- */

static const struct img_device *device_of(const struct item *i) { return &i->at.img->devices[i->at.device]; }
static const struct img_object *object_of(const struct item *i) { return &i->at.img->objects[i->at.object]; }
static bool is_device(const struct item *i) { return oid_type(le32_get(object_of(i)->oid)) == OT_device; }

static struct str identity_key(struct ctx *ctx, const struct item *i)
{
    return ctx_str(ctx, (const char *)i->at.img->object_ids[i->at.object].b, 16);
}

/* The variable on the same device: what is left when the type of an object changes. */
static struct str variable_key(struct ctx *ctx, const struct item *i)
{
    uint32_t v = le32_get(object_of(i)->variable);
    char key[33] = "";
    if (v == IMG_NONE)
        return ctx_str(ctx, "", 0);
    memcpy(key, device_of(i)->identity.b, 16);
    memcpy(key + 16, i->at.img->variable_ids[v].b, 16);
    return ctx_str(ctx, key, 32);
}

/* The same number and name on a device of the same instance: clients see no difference. */
static struct str number_key(struct ctx *ctx, const struct item *i)
{
    struct span name = img_object_name(i->at.img, i->at.object);
    struct buf b = buf_of(ctx);
    buf_printf(&b, "%u %u ", le32_get(device_of(i)->instance), le32_get(object_of(i)->oid));
    buf_bytes(&b, name.p, name.n);
    return ctx_str(ctx, b.s, b.n);
}

static void collect(struct ctx *ctx, struct side *s)
{
    for (size_t i = 0; i < s->n_images; i++)
        s->n += s->images[i].n_objects;
    s->items = arena_array(ctx->arena, s->n, sizeof *s->items);
    s->n = 0;
    for (size_t i = 0; i < s->n_images; i++) {
        const struct image *img = &s->images[i];
        for (uint32_t d = 0; d < img->n_devices; d++) {
            uint32_t first = le32_get(img->devices[d].first_object), n = le32_get(img->devices[d].n_objects);
            for (uint32_t k = 0; k < n; k++)
                s->items[s->n++] = (struct item){.at = {img, d, first + k}};
        }
    }
}

/* Pairs what is left on both sides and has the same key; a key that two share is no key. */
static void pair(struct run *r, struct str (*key)(struct ctx *ctx, const struct item *i))
{
    struct item ambiguous = {0};
    struct map *m = map_new(r->ctx->arena);
    for (size_t i = 0; i < r->was.n; i++) {
        struct item *x = &r->was.items[i];
        struct str k = x->other ? (struct str){"", 0} : key(r->ctx, x);
        if (k.n && map_add(m, k, x))
            map_set(m, k, &ambiguous);
    }
    for (size_t i = 0; i < r->is.n; i++) {
        struct item *y = &r->is.items[i], *x;
        struct str k = y->other ? (struct str){"", 0} : key(r->ctx, y);
        if (!k.n || !(x = map_get(m, k)) || x == &ambiguous || x->other)
            continue;
        x->other = y;
        y->other = x;
    }
}

/* ---- devices ---- */

static void number(struct run *r, uint32_t device, uint8_t level, const char *what, uint32_t a, uint32_t b)
{
    if (a != b)
        diff_add(r->ctx, r->d, (struct change){.level = level, .what = what, .device = device, .oid = IMG_NONE,
                 .before = words(arena_printf(r->ctx->arena, "%u", a)),
                 .after = words(arena_printf(r->ctx->arena, "%u", b))});
}

static void text(struct run *r, uint32_t device, uint8_t level, const char *what, struct span name, struct span a, struct span b)
{
    if (!diff_same(a, b))
        diff_add(r->ctx, r->d, (struct change){.level = level, .what = what, .device = device, .oid = IMG_NONE, .name = name,
                 .before = a, .after = b});
}

static void flags(struct run *r, uint32_t device, const char *what, bool a, bool b, uint8_t lost, uint8_t won)
{
    if (a != b)
        number(r, device, a ? lost : won, what, a, b);
}

/* Who may write and manage, as one text. */
static struct span accesses(struct run *r, const struct image *img, const struct img_device *d)
{
    struct buf b = buf_of(r->ctx);
    for (uint32_t i = 0; i < le32_get(d->n_accesses); i++) {
        const struct img_access *x = &img->accesses[le32_get(d->first_access) + i];
        buf_str(&b, i ? " " : "");
        for (size_t k = 0; k < (x->family == 4 ? 4u : sizeof x->address); k++)
            buf_printf(&b, x->family == 4 ? "%s%u" : "%s%02x", k && x->family == 4 ? "." : k && k % 2 == 0 ? ":" : "",
                       x->address[k]);
        buf_printf(&b, "/%u", x->prefix);
    }
    return (struct span){(const uint8_t *)b.s, b.n};
}

static const char *time_word(unsigned flags)
{
    return flags & IMG_DEV_TIME_SET ? "set" : flags & IMG_DEV_TIME_OFFSET ? "offset" : "ignore";
}

static void device_pair(struct run *r, const struct item *x, const struct item *y)
{
    const struct img_device *a = device_of(x), *b = device_of(y);
    const struct img_port *p = &x->at.img->ports[le16_get(a->port)], *q = &y->at.img->ports[le16_get(b->port)];
    uint32_t device = le32_get(a->instance), fa = le16_get(a->flags), fb = le16_get(b->flags);
    number(r, device, DIFF_BREAKING, "device instance", device, le32_get(b->instance));
    flags(r, device, "enabled", fa & IMG_DEV_ENABLED, fb & IMG_DEV_ENABLED, DIFF_BREAKING, DIFF_REIMPORT);
    flags(r, device, "read-only", fa & IMG_DEV_READ_ONLY, fb & IMG_DEV_READ_ONLY, DIFF_COMPATIBLE, DIFF_BREAKING);
    number(r, device, DIFF_BREAKING, "udp port", le16_get(p->udp_port), le16_get(q->udp_port));
    number(r, device, DIFF_REIMPORT, "network", le16_get(p->network), le16_get(q->network));
    number(r, device, DIFF_COMPATIBLE, "database revision", le32_get(a->database_revision), le32_get(b->database_revision));
    if (a->mac_len != b->mac_len || memcmp(a->mac, b->mac, a->mac_len) != 0)
        text(r, device, DIFF_COMPATIBLE, "mac", words(""), words("one"), words("another"));
    if (!diff_same(img_text(x->at.img, a->password), img_text(y->at.img, b->password)))
        text(r, device, DIFF_COMPATIBLE, "management password", words(""), words("one"), words("another"));
    text(r, device, DIFF_COMPATIBLE, "access", words(""), accesses(r, x->at.img, a), accesses(r, y->at.img, b));
    text(r, device, DIFF_COMPATIBLE, "time synchronization", words(""), words(time_word(fa)), words(time_word(fb)));
    flags(r, device, "schedule limits", fa & IMG_DEV_SCHEDULE_LIMITS, fb & IMG_DEV_SCHEDULE_LIMITS, DIFF_COMPATIBLE,
          DIFF_COMPATIBLE);
    flags(r, device, "use of subscriptions", fa & IMG_DEV_SUBSCRIBE, fb & IMG_DEV_SUBSCRIBE, DIFF_COMPATIBLE, DIFF_COMPATIBLE);
}

/* ---- all ---- */

/* What formerly would have to say: of a variable's object the handle. Ports and logs that come by themselves have none. */
static struct span former_name(const struct item *i)
{
    uint32_t v = le32_get(object_of(i)->variable), type = oid_type(le32_get(object_of(i)->oid));
    if (type == OT_network_port || type == OT_event_log || type == OT_file || type == OT_device)
        return (struct span){NULL, 0};
    return v == IMG_NONE || type == OT_schedule ? img_object_name(i->at.img, i->at.object)
                                                : img_text(i->at.img, i->at.img->variables[v].name);
}

/* The only one that is gone from the device and like it, NULL: there is none, or there are several. */
static const struct item *renamed_of(const struct run *r, const struct item *x)
{
    const struct item *best = NULL;
    for (size_t i = 0; i < r->n_gone; i++) {
        const struct item *y = r->gone[i];
        if (le32_get(device_of(y)->instance) != le32_get(device_of(x)->instance) || !diff_alike(x->at, y->at) ||
            diff_same(former_name(x), former_name(y)))
            continue;
        if (best)
            return NULL;
        best = y;
    }
    return best;
}

static void alone(struct run *r, const struct item *x, bool added)
{
    struct change c = {.level = added ? DIFF_REIMPORT : DIFF_BREAKING, .what = added ? "added" : "removed",
                       .device = le32_get(device_of(x)->instance), .oid = le32_get(object_of(x)->oid),
                       .name = img_object_name(x->at.img, x->at.object)};
    const struct item *was = added && former_name(x).p ? renamed_of(r, x) : NULL;
    if (was) {
        struct span name = img_object_name(was->at.img, was->at.object), former = former_name(was);
        c.hint = arena_printf(r->ctx->arena, "was '%.*s' renamed? formerly=\"%.*s\" keeps its number", (int)name.n,
                              (const char *)name.p, (int)former.n, (const char *)former.p);
    }
    diff_add(r->ctx, r->d, c);
}

/* Who may have been renamed. Each of the new is held against each of these: where there are too many, a hint for
 * each would help nobody. */
static void collect_gone(struct run *r)
{
    enum { PAIRS = 1000000 };
    size_t n_new = 0;
    for (size_t i = 0; i < r->is.n; i++)
        n_new += !r->is.items[i].other;
    r->gone = arena_array(r->ctx->arena, r->was.n + 1, sizeof *r->gone);
    for (size_t i = 0; i < r->was.n; i++)
        if (!r->was.items[i].other && former_name(&r->was.items[i]).p)
            r->gone[r->n_gone++] = &r->was.items[i];
    if (n_new && r->n_gone > PAIRS / n_new)
        r->n_gone = 0;
}

static void project(struct run *r)
{
    const struct image *a = r->was.images, *b = r->is.images;
    text(r, IMG_NONE, DIFF_REIMPORT, "project name", words(""), img_text(a, a->project->name), img_text(b, b->project->name));
    text(r, IMG_NONE, DIFF_REIMPORT, "project guid", words(""), img_text(a, a->project->guid), img_text(b, b->project->guid));
    text(r, IMG_NONE, DIFF_COMPATIBLE, "project description", words(""), img_text(a, a->project->description),
         img_text(b, b->project->description));
    text(r, IMG_NONE, DIFF_COMPATIBLE, "author", words(""), img_text(a, a->project->author), img_text(b, b->project->author));
    text(r, IMG_NONE, DIFF_COMPATIBLE, "last change", words(""), img_text(a, a->project->last_change),
         img_text(b, b->project->last_change));
}

/* Section by section: one that was just made does not lie in one piece. What a later program wrote
 * besides these is in the checksum. */
static bool same_image(const struct image *a, const struct image *b)
{
    bool same = a->size == b->size && !memcmp(a->bytes, b->bytes, sizeof(struct img_header));
#define X(name, number, record) \
    same = same && a->n_##name == b->n_##name && !memcmp(a->name, b->name, a->n_##name * sizeof(record));
    IMG_SECTIONS(X)
#undef X
    return same;
}

/* Octets that differ although nothing above did. */
static void rest(struct run *r)
{
    const struct image *a = r->was.images, *b = r->is.images;
    bool same = r->was.n_images == r->is.n_images;
    for (size_t i = 0; same && i < r->was.n_images; i++)
        same = same_image(&a[i], &b[i]);
    if (!same && !r->d->n)
        diff_add(r->ctx, r->d, (struct change){.level = DIFF_COMPATIBLE, .what = "details that no client sees",
                                               .device = IMG_NONE, .oid = IMG_NONE});
}

void diff_images(struct ctx *ctx, struct diff *d, const struct image *was, size_t n_was,
                 const struct image *is, size_t n_is)
{
    struct run r = {.ctx = ctx, .d = d, .was = {.images = was, .n_images = n_was}, .is = {.images = is, .n_images = n_is}};
    collect(ctx, &r.was);
    collect(ctx, &r.is);
    pair(&r, identity_key);
    pair(&r, variable_key);
    pair(&r, number_key);
    project(&r);
    collect_gone(&r);
    for (size_t i = 0; i < r.was.n; i++) {
        const struct item *x = &r.was.items[i], *y = x->other;
        if (!y) {
            alone(&r, x, false);
            continue;
        }
        if (is_device(x))
            device_pair(&r, x, y);
        diff_object(ctx, d, x->at, y->at);
    }
    for (size_t i = 0; i < r.is.n; i++)
        if (!r.is.items[i].other)
            alone(&r, &r.is.items[i], true);
    diff_plcs(ctx, d, was, n_was, is, n_is);
    rest(&r);
}
