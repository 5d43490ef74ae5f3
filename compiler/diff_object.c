/* One object before and after: identifier, name, what clients may write, and every constant. */
#include <math.h>
#include <string.h>

#include "compiler/diff.h"
#include "compiler/dump.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"

/* Properties that an EDE file shows; every other one is DIFF_COMPATIBLE under its own name. */
static const struct { uint16_t property; const char *what; } imported[] = {
    {P_units, "units"},                 {P_min_pres_value, "range"},       {P_max_pres_value, "range"},
    {P_high_limit, "limits"},           {P_low_limit, "limits"},           {P_limit_enable, "limits"},
    {P_inactive_text, "state texts"},   {P_active_text, "state texts"},    {P_state_text, "state texts"},
    {P_number_of_states, "states"},     {P_description, "description"},    {P_notification_class, "notification class"},
};

static struct span words(const char *s) { return (struct span){(const uint8_t *)s, strlen(s)}; }
static const struct img_object *object_of(struct diff_side s) { return &s.img->objects[s.object]; }
static uint32_t oid_of(struct diff_side s) { return le32_get(object_of(s)->oid); }

static struct span oid_words(struct ctx *ctx, uint32_t oid)
{
    return words(arena_printf(ctx->arena, "%s,%u", object_type_name(oid_type(oid)), oid_instance(oid)));
}

static bool writable(struct diff_side s)
{
    return le16_get(object_of(s)->flags) & IMG_OBJ_WRITABLE &&
           !(le16_get(s.img->devices[s.device].flags) & IMG_DEV_READ_ONLY);
}

static struct span variable_name(const struct image *img, le32 variable)
{
    uint32_t v = le32_get(variable);
    return v == IMG_NONE ? (struct span){NULL, 0} : img_text(img, img->variables[v].name);
}

static struct span variable_of(struct diff_side s) { return variable_name(s.img, object_of(s)->variable); }

static bool same_value(const struct img_value *a, const struct img_value *b)
{
    if (a->form != b->form || a->kind != b->kind || a->count != b->count ||
        a->n != b->n || memcmp(a->octets, b->octets, a->n) != 0)
        return false;
    for (uint32_t i = 1; a->form == ARRAY && i <= a->count; i++)
        if (!diff_same(img_element(a, i), img_element(b, i)))
            return false;
    return true;
}

static struct change change_of(struct diff_side s, uint8_t level, const char *what)
{
    return (struct change){.level = level, .what = what, .device = le32_get(s.img->devices[s.device].instance),
                           .oid = oid_of(s), .name = img_object_name(s.img, s.object)};
}

static void flag(struct ctx *ctx, struct diff *d, struct diff_side was, const char *what, bool a, bool b,
                 uint8_t lost, uint8_t won)
{
    struct change c = change_of(was, a ? lost : won, what);
    if (a == b)
        return;
    c.before = words(a ? "yes" : "no");
    c.after = words(b ? "yes" : "no");
    diff_add(ctx, d, c);
}

static bool has_property(struct diff_side s, uint32_t p)
{
    const struct img_shape *shape = &s.img->shapes[le16_get(object_of(s)->shape)];
    for (uint32_t i = 0; i < le16_get(shape->n_props); i++)
        if (le32_get(s.img->props[le32_get(shape->first_prop) + i].property) == p)
            return true;
    return false;
}

/* A property that the runtime answers: it is there or not. That an object is commandable or has alarms is told at once. */
static void presence(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is, uint32_t p)
{
    const struct prop_def *def = prop_def(obj_def(oid_type(oid_of(was))), p);
    bool had = has_property(was, p), has = has_property(is, p);
    struct change c = change_of(was, had ? DIFF_REIMPORT : DIFF_COMPATIBLE, property_name(p));
    if (had == has || !def || def->group & (G_COMMAND | G_INTRINSIC))
        return;
    *(had ? &c.before : &c.after) = words("present");
    diff_add(ctx, d, c);
}

static struct span discipline_of(struct diff_side s)
{
    uint32_t v = le32_get(object_of(s)->variable);
    return v == IMG_NONE ? (struct span){NULL, 0} : img_text(s.img, s.img->variables[v].discipline);
}

/* One property; either value may be missing. */
static void property(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is, uint32_t p)
{
    struct img_value a, b;
    bool had = img_const(was.img, was.object, p, &a), has = img_const(is.img, is.object, p, &b);
    const char *name = property_name(p);
    struct change c = change_of(was, DIFF_COMPATIBLE, name ? name : "property");
    if (!had && !has)
        presence(ctx, d, was, is, p);
    if (p == P_tags && !diff_same(discipline_of(was), discipline_of(is)))
        return;                         /* told of the variable */
    if (p == P_object_name || p == P_object_identifier || (had && has && same_value(&a, &b)) || (!had && !has))
        return;
    if (had && !has_property(is, p))
        c.level = DIFF_REIMPORT;                /* lost, as what presence() tells */
    for (size_t i = 0; i < sizeof imported / sizeof *imported; i++)
        if (imported[i].property == p) {
            c.level = DIFF_REIMPORT;
            c.what = imported[i].what;
        }
    if (had)
        c.before = dump_value(ctx->arena, &a, p);
    if (has)
        c.after = dump_value(ctx->arena, &b, p);
    diff_add(ctx, d, c);
}

static void properties(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is)
{
    const struct diff_side side[] = {was, is};
    for (int k = 0; k < 2; k++) {
        const struct img_shape *shape = &side[k].img->shapes[le16_get(object_of(side[k])->shape)];
        for (uint32_t i = 0; i < le16_get(shape->n_props); i++) {
            uint32_t p = le32_get(side[k].img->props[le32_get(shape->first_prop) + i].property);
            if (!k || !has_property(was, p))
                property(ctx, d, was, is, p);
        }
    }
}

/* EDE files show where a writable analog object begins: it is no property where the object is plain. */
static void preset(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is)
{
    struct diff_side side[] = {was, is};
    float x[2];
    for (int k = 0; k < 2; k++) {
        uint32_t v = le32_get(object_of(side[k])->variable), type = oid_type(oid_of(side[k]));
        if (v == IMG_NONE || !writable(side[k]) || (type != OT_analog_value && type != OT_analog_output))
            return;
        x[k] = (float)le64_real(side[k].img->variables[v].initial);
    }
    if (x[0] == x[1] || (isnan(x[0]) && isnan(x[1])))
        return;
    struct change c = change_of(was, DIFF_REIMPORT, "default");
    c.before = words(arena_printf(ctx->arena, "%.9g", (double)x[0]));
    c.after = words(arena_printf(ctx->arena, "%.9g", (double)x[1]));
    diff_add(ctx, d, c);
}

static const struct img_state_set *set_of(struct diff_side s)
{
    uint32_t v = le32_get(object_of(s)->variable), set = v == IMG_NONE ? IMG_NONE : le32_get(s.img->variables[v].states);
    return set == IMG_NONE ? NULL : &s.img->state_sets[set];
}

static const struct img_state *state_of(struct diff_side s, le32 value)
{
    const struct img_state_set *set = set_of(s);
    for (uint32_t i = 0; i < le32_get(set->count); i++)
        if (le32_get(s.img->states[le32_get(set->first) + i].value) == le32_get(value))
            return &s.img->states[le32_get(set->first) + i];
    return NULL;
}

static struct span state_words(struct ctx *ctx, struct diff_side s, const struct img_state *state)
{
    struct span text = img_text(s.img, state->text);
    return words(arena_printf(ctx->arena, "%u %.*s", le32_get(state->wire), (int)text.n, (const char *)text.p));
}

/* A state with another number on the wire: who writes the old one commands another state. The first one tells it. */
static void state_numbers(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is)
{
    const struct img_state_set *a = set_of(was), *b = set_of(is);
    bool numbered = obj_def(oid_type(oid_of(was)))->present == DT_unsigned;
    for (uint32_t i = 0; numbered && a && b && i < le32_get(a->count); i++) {
        const struct img_state *x = &was.img->states[le32_get(a->first) + i], *y = state_of(is, x->value);
        if (!y || le32_get(x->wire) == le32_get(y->wire))
            continue;
        struct change c = change_of(was, DIFF_BREAKING, "number of a state");
        c.before = state_words(ctx, was, x);
        c.after = state_words(ctx, is, y);
        diff_add(ctx, d, c);
        return;
    }
}

/* What of an alarm point no property says. */
static void alarm(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is)
{
    static const char *const resets[] = {"auto", "manual", "on-ack"};
    uint32_t i = le32_get(object_of(was)->alarm), k = le32_get(object_of(is)->alarm);
    if (i == IMG_NONE || k == IMG_NONE)
        return;
    const struct img_alarm *a = &was.img->alarms[i], *b = &is.img->alarms[k];
    const struct { const char *what; struct span a, b; } parts[] = {
        {"alarm reset", words(resets[a->reset]), words(resets[b->reset])},
        {"alarm reset variable", variable_name(was.img, a->reset_variable), variable_name(is.img, b->reset_variable)},
        {"alarm feedback", variable_name(was.img, a->feedback), variable_name(is.img, b->feedback)},
        {"alarm delay (ms)", words(arena_printf(ctx->arena, "%u", le32_get(a->delay))),
         words(arena_printf(ctx->arena, "%u", le32_get(b->delay)))},
        {"alarm delay to normal (ms)", words(arena_printf(ctx->arena, "%u", le32_get(a->delay_normal))),
         words(arena_printf(ctx->arena, "%u", le32_get(b->delay_normal)))},
    };
    for (size_t n = 0; n < sizeof parts / sizeof *parts; n++) {
        struct change c = change_of(was, DIFF_COMPATIBLE, parts[n].what);
        c.before = parts[n].a;
        c.after = parts[n].b;
        if (!diff_same(c.before, c.after))
            diff_add(ctx, d, c);
    }
}

/* How long a log keeps records beyond its buffer. */
static void keep(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is)
{
    uint32_t a = img_keep(was.img, was.object), b = img_keep(is.img, is.object);
    struct change c = change_of(was, DIFF_COMPATIBLE, "keep (s)");
    c.before = words(arena_printf(ctx->arena, "%u", a));
    c.after = words(arena_printf(ctx->arena, "%u", b));
    if (a != b)
        diff_add(ctx, d, c);
}

void diff_object(struct ctx *ctx, struct diff *d, struct diff_side was, struct diff_side is)
{
    struct change c = change_of(was, DIFF_BREAKING, NULL);
    uint32_t a = oid_of(was), b = oid_of(is), fa = le16_get(object_of(was)->flags), fb = le16_get(object_of(is)->flags);
    if (a != b && oid_type(a) != OT_device) {        /* a Device's instance is told by its device */
        c.what = oid_type(a) != oid_type(b) ? "retyped" : "renumbered";
        c.before = oid_words(ctx, a);
        c.after = oid_words(ctx, b);
        diff_add(ctx, d, c);
    }
    if (!diff_same(img_object_name(was.img, was.object), img_object_name(is.img, is.object))) {
        c = change_of(was, DIFF_REIMPORT, "renamed");
        c.before = c.name;
        c.after = img_object_name(is.img, is.object);
        diff_add(ctx, d, c);
    }
    flag(ctx, d, was, "settable", writable(was), writable(is), DIFF_BREAKING, DIFF_REIMPORT);
    flag(ctx, d, was, "commandable", fa & IMG_OBJ_COMMANDABLE, fb & IMG_OBJ_COMMANDABLE, DIFF_BREAKING, DIFF_COMPATIBLE);
    flag(ctx, d, was, "alarm", fa & IMG_OBJ_INTRINSIC, fb & IMG_OBJ_INTRINSIC, DIFF_REIMPORT, DIFF_REIMPORT);
    /* What clients know as ACTIVE, and command as such, becomes the opposite. */
    flag(ctx, d, was, "polarity reverse", fa & IMG_OBJ_REVERSE, fb & IMG_OBJ_REVERSE, DIFF_BREAKING, DIFF_BREAKING);
    state_numbers(ctx, d, was, is);
    preset(ctx, d, was, is);
    if (!diff_same(variable_of(was), variable_of(is))) {
        c = change_of(was, DIFF_REIMPORT, "variable");      /* vendor-specific-address */
        c.before = variable_of(was);
        c.after = variable_of(is);
        diff_add(ctx, d, c);
    }
    if (oid_type(a) == oid_type(b))
        properties(ctx, d, was, is);
    alarm(ctx, d, was, is);
    keep(ctx, d, was, is);
}

static bool same_const(struct diff_side a, struct diff_side b, uint32_t p)
{
    struct img_value x, y;
    bool had = img_const(a.img, a.object, p, &x), has = img_const(b.img, b.object, p, &y);
    return had == has && (!had || same_value(&x, &y));
}

bool diff_alike(struct diff_side a, struct diff_side b)
{
    struct img_value v;
    struct span va = variable_of(a), vb = variable_of(b);
    if (oid_type(oid_of(a)) != oid_type(oid_of(b)) || !same_const(a, b, P_units) || !same_const(a, b, P_state_text) ||
        !same_const(a, b, P_active_text))
        return false;
    if (va.n && diff_same(va, vb))
        return true;
    if (img_const(a.img, a.object, P_description, &v) && same_const(a, b, P_description))
        return true;
    struct span na = img_object_name(a.img, a.object), nb = img_object_name(b.img, b.object);
    return na.n <= 64 && nb.n <= 64 && str_distance((const char *)na.p, na.n, (const char *)nb.p, nb.n, 3) <= 3;
}
