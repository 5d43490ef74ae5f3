/* The rows of an EDE file as devices, notification classes and variables. Texts and numbers are
 * kept; what a project could not hold is left out or renamed, each with a warning. */
#include "compiler/edein.h"
#include "schemas/bacnet.h"

#include <string.h>

/* ---- devices and their notification classes ---------------------------------------------- */

static struct plist_device *device_of(struct edein *e, uint32_t instance, struct srcpos pos)
{
    struct str key = plist_format(e->l, "ede-device\n%u", instance);
    struct plist_device *d = map_get(e->l->by_key, key);
    if (d)
        return d;
    const char *only = e->l->devices ? NULL : e->o->device;
    struct str name = plist_unique(e->l, "device", only ? plist_text(e->l, only, strlen(only))
                                       : plist_format(e->l, "Device_%u", instance));
    const char *plc = e->o->plc ? e->o->plc : e->l->name.s;
    d = plist_device_of(e->l, plist_text(e->l, plc, strlen(plc)), name);
    if (!d) {
        diag(e->l->ctx, pos, D_IMPORT_TOO_LARGE, "more than %d devices", PLIST_DEVICES_MAX);
        return NULL;
    }
    d->instance = plist_format(e->l, "%u", instance);
    d->pos = pos;
    map_set(e->l->by_key, key, d);
    return d;
}

/* Device rows first: they name the devices; a file without them still has devices. */
static bool make_devices(struct edein *e)
{
    for (size_t i = 0; i < e->n; i++) {
        struct edein_row *r = &e->rows[i];
        if (r->type != OT_device)
            continue;
        struct plist_device *d = device_of(e, r->instance, r->pos);
        if (!d)
            return false;
        if (!(e->o->device && d == e->l->devices) && r->cell[C_name].n)
            d->name = plist_unique(e->l, "device", r->cell[C_name]);
        d->object_name = r->cell[C_name];
        d->description = r->cell[C_description];
    }
    for (size_t i = 0; i < e->n; i++) {
        e->rows[i].dev = device_of(e, e->rows[i].device, e->rows[i].pos);
        if (!e->rows[i].dev)
            return false;
    }
    return true;
}

static struct str listed_name(struct edein *e, const struct edein_row *r)
{
    struct str want = r->cell[C_name].n ? r->cell[C_name] : r->cell[C_keyname];
    if (!want.n)
        want = plist_format(e->l, "%s_%u", object_type_name(r->type), r->instance);
    return want;
}

/* Unique in its device. `tell` of what it is not: a merge does that itself where the object is new. */
static struct str object_name(struct edein *e, const struct edein_row *r, bool tell)
{
    struct str want = listed_name(e, r);
    const char *kind = plist_format(e->l, "object %u", r->device).s;
    struct str name = plist_unique(e->l, kind, want);
    if (tell && !str_eq(name, want))
        diag(e->l->ctx, edein_at(r, C_name), D_IMPORT_ADJUSTED,
             "device %u has two objects '%s'; this one becomes '%s'", r->device, want.s, name.s);
    return name;
}

static struct plist_child *add_child(struct edein *e, const struct edein_row *r,
                                     const char *element)
{
    struct str instance = plist_format(e->l, "%u", r->instance);
    struct plist_child *c = plist_child_of(e->l, r->dev, element, instance);
    c->name = object_name(e, r, true);
    c->listed = true;
    c->pos = r->pos;
    c->description = r->cell[C_description];
    return c;
}

static struct str class_name(struct edein *e, const struct edein_row *r)
{
    uint32_t number;
    if (!r->cell[C_class].n)
        return r->cell[C_class];
    if (!edein_whole(r->cell[C_class], BACNET_INSTANCE_MAX, &number)) {
        diag(e->l->ctx, edein_at(r, C_class), D_IMPORT_ADJUSTED,
             "'%s' is no notification class; left out", r->cell[C_class].s);
        return plist_text(e->l, "", 0);
    }
    struct plist_child *c = plist_child_of(e->l, r->dev, "NotificationClass",
                                           plist_format(e->l, "%u", number));
    if (!c->name.n)
        c->name = plist_unique(e->l, arena_printf(e->l->ctx->arena, "object %u", r->device),
                               plist_format(e->l, "Class_%u", number));
    return c->name;
}

/* ---- objects ------------------------------------------------------------------------------ */

static bool is_yes(struct str s)
{
    return s.n && (s.s[0] == 'y' || s.s[0] == 'Y' || s.s[0] == '1' || s.s[0] == 't' ||
                   s.s[0] == 'T' || s.s[0] == 'j' || s.s[0] == 'J' || s.s[0] == 'x');
}

static struct str number_cell(struct edein *e, const struct edein_row *r, enum edein_col col,
                              double *value)
{
    struct str text = plist_text(e->l, "", 0);
    if (csv_unclear(&e->csv, r->cell[col].s, r->cell[col].n))
        diag(e->l->ctx, edein_at(r, col), D_IMPORT_ADJUSTED, "'%s' may be thousands or a fraction; left out",
             r->cell[col].s);
    else if (r->cell[col].n && !plist_number(e->l, r->cell[col].s, r->cell[col].n, &text, value))
        diag(e->l->ctx, edein_at(r, col), D_IMPORT_ADJUSTED, "'%s' is no number; left out",
             r->cell[col].s);
    return text;
}

static void take_limits(struct edein *e, const struct edein_row *r, struct plist_point *p)
{
    double hi = 0, lo = 0;
    struct str high = number_cell(e, r, C_hi, &hi), low = number_cell(e, r, C_lo, &lo);
    if (!high.n && !low.n)
        return;
    if (high.n && low.n && lo >= hi) {
        if (lo != 0 || hi != 0)
            diag(e->l->ctx, edein_at(r, C_hi), D_IMPORT_ADJUSTED,
                 "the limits %s to %s hold no value; left out", low.s, high.s);
        return;
    }
    if (e->limits_are_range) {
        p->attrs[PA_high] = high;
        p->attrs[PA_low] = low;
        return;
    }
    struct plist_pair pairs[3] = { { plist_text(e->l, "kind", 4), plist_text(e->l, "limits", 6) } };
    size_t n = 1;
    if (high.n)
        pairs[n++] = (struct plist_pair){ plist_text(e->l, "high", 4), high };
    if (low.n)
        pairs[n++] = (struct plist_pair){ plist_text(e->l, "low", 3), low };
    struct str name = high.n && low.n ? plist_format(e->l, "Limits_%s_%s", low.s, high.s)
                    : high.n ? plist_format(e->l, "High_%s", high.s)
                             : plist_format(e->l, "Low_%s", low.s);
    p->attrs[PA_alarmPoint] = plist_alarm_of(e->l, name, pairs, n, r->pos)->name;
}

static void take_analog(struct edein *e, const struct edein_row *r, struct plist_point *p)
{
    double low = 0, high = 0, initial = 0;
    struct str lo = number_cell(e, r, C_min, &low), hi = number_cell(e, r, C_max, &high);
    p->attrs[PA_type] = plist_text(e->l, "REAL", 4);
    p->attrs[PA_unit] = edein_unit(e->l, e->sets, r->cell[C_unit]);
    take_limits(e, r, p);
    bool empty = lo.n && hi.n && low >= high;
    if (empty && (low != 0 || high != 0))
        diag(e->l->ctx, edein_at(r, C_min), D_IMPORT_ADJUSTED,
             "the range %s to %s holds no value; left out", lo.s, hi.s);
    if (!empty && (lo.n || hi.n)) {
        p->attrs[PA_low] = lo;
        p->attrs[PA_high] = hi;
    }
    struct str first = number_cell(e, r, C_default, &initial);
    if (first.n && !empty && ((lo.n && initial < low) || (hi.n && initial > high))) {
        diag(e->l->ctx, edein_at(r, C_default), D_IMPORT_ADJUSTED,
             "the default %s is outside the range; left out", first.s);
        first.n = 0;
    }
    if (first.n)
        p->attrs[PA_initial] = first;
}

static const struct edein_texts *texts_of(struct edein *e, const struct edein_row *r)
{
    const struct edein_texts *t = edein_inline_texts(e->l, r->cell[C_inline], edein_at(r, C_inline));
    struct str ref = r->cell[C_states];
    if (t || !ref.n)
        return t;
    while (ref.n > 1 && *ref.s == '0' && ref.s[1] >= '0' && ref.s[1] <= '9')
        ref = ctx_str(e->l->ctx, ref.s + 1, ref.n - 1);
    t = map_get(e->sets->states, ref);
    if (!t)
        diag(e->l->ctx, edein_at(r, C_states), D_IMPORT_STATE_TEXTS,
             e->sets->any_states ? "there are no state texts with reference %s"
                                 : "state texts %s, but no file of state texts was given or found",
             ref.s);
    return t;
}

/* "Off_On" of the first texts, or the reference if that is a word. */
static struct str states_name(struct edein *e, const struct edein_row *r, bool binary,
                              const struct plist_state *states, size_t n)
{
    struct str ref = r->cell[C_states];
    if (ref.n && !(ref.s[0] >= '0' && ref.s[0] <= '9'))
        return ref;
    if (!binary)
        return ref.n ? plist_format(e->l, "States_%s", ref.s) : plist_format(e->l, "States_%zu", n);
    return plist_format(e->l, "%s_%s", states[0].text.s, states[1].text.s);
}

enum { STATES_MAX = 1024 };

static void take_states(struct edein *e, const struct edein_row *r, struct plist_point *p,
                        bool binary, size_t *count)
{
    static const char *const filler[] = { "Inactive", "Active" };
    const struct edein_texts *t = texts_of(e, r);
    struct plist_state states[STATES_MAX];
    uint32_t max = 0;
    size_t n = t ? t->n : 0;
    if (!binary && edein_whole(r->cell[C_max], STATES_MAX, &max) && max > n)
        n = max;
    if (binary && n > 2)
        diag(e->l->ctx, r->pos, D_IMPORT_ADJUSTED,
             "a binary object has two states; the first two of %zu texts are kept", n);
    if (!binary && n > STATES_MAX)
        diag(e->l->ctx, r->pos, D_IMPORT_ADJUSTED, "only the first %d of %zu states are kept",
             STATES_MAX, n);
    if (binary && n)
        n = 2;
    if (!binary && !n) {
        n = edein_whole(r->cell[C_default], STATES_MAX, &max) && max > 2 ? max : 2;
        diag(e->l->ctx, r->pos, D_IMPORT_STATE_TEXTS,
             "the number of states is not given; taken to be %zu", n);
    } else {
        p->counted = true;
    }
    if (!t)
        p->weak |= 1u << PA_stateTexts;
    n = n < STATES_MAX ? n : STATES_MAX;
    *count = n;
    for (size_t i = 0; i < n; i++) {
        states[i] = (struct plist_state){ .value = (int64_t)i + !binary, .wire = -1 };
        if (t && i < t->n && t->texts[i].n)
            states[i].text = t->texts[i];
        else
            states[i].text = binary ? plist_text(e->l, filler[i], strlen(filler[i]))
                                    : plist_format(e->l, "State %zu", i + 1);
    }
    if (n)
        p->attrs[PA_stateTexts] =
            plist_states_of(e->l, states_name(e, r, binary, states, n), states, n, r->pos)->name;
}

/* A default of a binary or multi-state object: a number, a truth value or a state's text. */
static void take_state_default(struct edein *e, const struct edein_row *r, struct plist_point *p,
                               bool binary, size_t n)
{
    struct str cell = r->cell[C_default];
    uint32_t value = 0;
    const struct edein_texts *t = cell.n ? texts_of(e, r) : NULL;
    bool found = cell.n && edein_whole(cell, STATES_MAX, &value) &&
                 (binary ? value < 2 : value >= 1 && value <= n);
    for (uint32_t i = 0; t && i < t->n && i < n && !found; i++)
        if (t->texts[i].n && str_eq(t->texts[i], cell)) {
            value = binary ? i : i + 1;
            found = true;
        }
    if (!found && binary) {
        bool no = !strcasecmp(cell.s, "false") || !strcasecmp(cell.s, "inactive") ||
                  !strcasecmp(cell.s, "off");
        bool yes = !strcasecmp(cell.s, "true") || !strcasecmp(cell.s, "active") ||
                   !strcasecmp(cell.s, "on");
        value = yes;
        found = yes || no;
    }
    if (found)
        p->attrs[PA_initial] = plist_format(e->l, "%u", value);
    else if (cell.n)
        diag(e->l->ctx, edein_at(r, C_default), D_IMPORT_ADJUSTED,
             "the default '%s' is none of the states; left out", cell.s);
}

/* The variable's name: the vendor's address if each object has its own (our own exports carry
 * the name there), else the object's name, made unique by the key name or the device. */
static struct str point_name(struct edein *e, const struct edein_row *r, struct str object)
{
    struct str tries[] = { r->cell[C_vendor], object, r->cell[C_keyname], { "", 0 } };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        bool own = i || (uintptr_t)map_get(e->vendor_count, tries[i]) == 1;
        if (i == 3)
            tries[i] = plist_format(e->l, "%s.%s", r->dev->name.s, object.s);
        if (tries[i].n && own && !plist_find_point(e->l, tries[i]))
            return plist_unique(e->l, "point", tries[i]);
    }
    return plist_unique(e->l, "point", tries[3]);
}

static struct plist_point *add_point(struct edein *e, const struct edein_row *r, struct str object)
{
    struct plist_point *p = plist_add_point(e->l, point_name(e, r, object), r->pos);
    p->listed = listed_name(e, r);
    p->by_address = r->cell[C_vendor].n && str_eq(p->name, r->cell[C_vendor]);
    p->attrs[PA_description] = r->cell[C_description];
    p->attrs[PA_discipline] = r->cell[C_discipline];
    if (!str_eq(p->name, object))
        p->attrs[PA_dataPointName] = object;
    struct plist_publish *o = plist_publish_new(e->l, p, r->pos);
    o->visible = plist_text(e->l, "true", 4);
    o->instance = plist_format(e->l, "%u", r->instance);
    o->plc = r->dev->plc;
    o->device = r->dev->name;
    return p;
}

static void take_access(struct edein *e, const struct edein_row *r, struct plist_point *p,
                        char role)
{
    const char *access = role == 'I' ? "read" : role == 'O' ? "output" : NULL;
    if (!access && is_yes(r->cell[C_commandable])) {
        p->attrs[PA_commandable] = plist_text(e->l, "true", 4);
        p->weak |= 1u << PA_commandable;        /* our own layout 2 has settable objects there */
        access = "readWrite";
    }
    if (!access && (r->cell[C_settable].n || r->cell[C_commandable].n))
        access = is_yes(r->cell[C_settable]) ? "readWrite" : "read";
    if (!access) {
        access = e->o->access;
        p->weak |= 1u << PA_access;
    }
    p->attrs[PA_access] = plist_text(e->l, access, strlen(access));
}

static void take_schedule(struct edein *e, const struct edein_row *r)
{
    double value = 0;
    struct str text, cell = r->cell[C_default];
    const char *type = "SCHEDULE_INT";
    if (cell.n && plist_number(e->l, cell.s, cell.n, &text, &value)) {
        if (strchr(text.s, '.') || strchr(text.s, 'e'))
            type = "SCHEDULE_REAL";
    } else if (cell.n) {
        value = !strcasecmp(cell.s, "true") || !strcasecmp(cell.s, "on") ||
                !strcasecmp(cell.s, "active");
        text = plist_text(e->l, value != 0 ? "1" : "0", 1);
        type = "SCHEDULE_BOOL";
    } else {
        text = plist_text(e->l, "0", 1);
    }
    struct plist_child *c = add_child(e, r, "Schedule");
    c->initial = text;
    struct str name = point_name(e, r, c->name);
    struct plist_point *p = plist_add_point(e->l, name, r->pos);
    p->listed = c->name;
    p->attrs[PA_type] = plist_text(e->l, type, strlen(type));
    p->weak |= 1u << PA_type;                   /* guessed of its default                      */
    p->attrs[PA_description] = c->description;
    c->description = plist_text(e->l, "", 0);
    c->variable = name;
}

static void take_object(struct edein *e, const struct edein_row *r)
{
    static const struct { uint32_t type; const char *word; } kinds[] = {
        { OT_analog_input, "AI" },      { OT_analog_output, "AO" },  { OT_analog_value, "AV" },
        { OT_binary_input, "BI" },      { OT_binary_output, "BO" },  { OT_binary_value, "BV" },
        { OT_multi_state_input, "MI" }, { OT_multi_state_output, "MO" },
        { OT_multi_state_value, "MV" },
    };
    size_t k = 0, n = 0;
    while (k < sizeof kinds / sizeof *kinds && kinds[k].type != r->type)
        k++;
    if (k == sizeof kinds / sizeof *kinds) {
        if (!e->skipped[r->type].count++)
            e->skipped[r->type].pos = r->pos;
        e->l->n_skipped++;
        return;
    }
    struct plist_point *p = add_point(e, r, object_name(e, r, !e->o->merging));
    p->attrs[PA_dataPointType] = plist_text(e->l, kinds[k].word, 2);
    take_access(e, r, p, kinds[k].word[1]);
    p->weak |= 1u << PA_type;
    p->attrs[PA_notificationClass] = class_name(e, r);
    if (kinds[k].word[0] == 'A') {
        take_analog(e, r, p);
        return;
    }
    bool binary = kinds[k].word[0] == 'B';
    p->attrs[PA_type] = binary ? plist_text(e->l, "BOOL", 4) : plist_text(e->l, "INT", 3);
    take_states(e, r, p, binary, &n);
    take_state_default(e, r, p, binary, n);
}

static void take_objects(struct edein *e)
{
    for (size_t i = 0; i < e->n; i++) {
        struct edein_row *r = &e->rows[i];
        if (r->type == OT_notification_class)
            add_child(e, r, "NotificationClass");
        else if (r->type == OT_calendar)
            add_child(e, r, "Calendar");
    }
    for (size_t i = 0; i < e->n; i++) {
        struct edein_row *r = &e->rows[i];
        if (r->type == OT_schedule)
            take_schedule(e, r);
        else if (r->type != OT_device && r->type != OT_notification_class &&
                 r->type != OT_calendar)
            take_object(e, r);
    }
    for (uint32_t i = 0; i < 1024; i++) {
        const char *type = object_type_name(i);
        if (e->skipped[i].count)
            diag(e->l->ctx, e->skipped[i].pos, D_IMPORT_SKIPPED,
                 "%zu object%s of type %u (%s) cannot be made here; left out", e->skipped[i].count,
                 e->skipped[i].count == 1 ? "" : "s", i, type ? type : "proprietary");
    }
}

void edein_objects(struct edein *e)
{
    if (!make_devices(e))
        return;
    take_objects(e);
    for (struct plist_point *p = e->o->merging ? NULL : e->l->points; p; p = p->next)
        if (p->attrs[PA_notificationClass].n && !p->attrs[PA_alarmPoint].n)
            plist_drop_class(e->l, p);
    plist_tell_classless(e->l);
    plist_default_classes(e->l);
}
