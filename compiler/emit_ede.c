/* The main EDE file: header rows, one row per object. Importers count on positions: eight rows
 * before the data, every row as wide as the titles. */
#include <stdlib.h>
#include <string.h>

#include "compiler/ede.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/tag.h"

struct row {                    /* one object                                                  */
    struct ede *e;
    const struct image *img;
    const struct img_device *device;
    const struct img_object *o;
    uint32_t object, type, states;      /* states: reference within its kind, 0: none          */
    unsigned present;           /* datatype of Present_Value, DT_null: no value object         */
};

/* ---- header ---- */

const char *const ede_titles[EDE_COLUMNS] = {
    "# keyname", "device obj.-instance", "object-name", "object-type", "object-instance", "description",
    "present-value-default", "min-present-value", "max-present-value", "settable", "supports COV", "hi-limit",
    "low-limit", "state-text-reference", "unit-code", "vendor-specific-address", "notification-class",
    "discipline",
};

static void key_row(struct ede *e, const char *key, struct span value, bool text)
{
    const struct ede_dialect *d = e->dialect;
    buf_str(&e->file[EDE_MAIN], d->keys);
    buf_str(&e->file[EDE_MAIN], key);
    ede_cell_of(e, EDE_MAIN, false, value, text);
    if (d->pad_header)
        ede_row_end(e, EDE_MAIN, 2, d->n_columns);
    else
        buf_str(&e->file[EDE_MAIN], d->eol);
}

static struct span span_of(const char *s) { return (struct span){(const uint8_t *)s, strlen(s)}; }

/* Days since 1970 as a date, in years that begin in March. */
static void civil(int64_t days, unsigned *year, unsigned *month, unsigned *day)
{
    uint64_t z = (uint64_t)days + 719468, era = z / 146097, doe = z % 146097;
    uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
    *month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    *year = (unsigned)(yoe + era * 400 + (*month <= 2));
}

/* Project@lastChange as dd.mm.yyyy; where that is no date, SOURCE_DATE_EPOCH or the epoch. */
static void time_stamp(struct span iso, char out[40])
{
    const char *s = (const char *)iso.p;
    bool fine = iso.n >= 10 && s[4] == '-' && s[7] == '-';
    for (int i = 0; fine && i < 10; i++)
        fine = i == 4 || i == 7 || (s[i] >= '0' && s[i] <= '9');
    if (fine) {
        snprintf(out, 40, "%.2s.%.2s.%.4s", s + 8, s + 5, s);
        return;
    }
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t seconds = epoch ? strtoll(epoch, NULL, 10) : 0;
    unsigned year, month, day;
    civil(seconds > 0 ? seconds / 86400 % 2900000 : 0, &year, &month, &day);
    snprintf(out, 40, "%02u.%02u.%04u", day, month, year);
}

/* Each with how many objects it has: for people; whoever counts the header's rows cannot have them. */
static void disciplines(struct ede *e)
{
    const struct ede_dialect *d = e->dialect;
    char objects[16];
    for (const struct ede_discipline *x = e->disciplines; d->comments && x; x = x->next) {
        snprintf(objects, sizeof objects, "%u", x->objects);
        ede_cell_str(e, EDE_MAIN, true, "# discipline");
        ede_cell_of(e, EDE_MAIN, false, x->text, true);
        ede_cell_str(e, EDE_MAIN, false, objects);
        ede_row_end(e, EDE_MAIN, 3, d->pad_header ? d->n_columns : 3);
    }
}

static void header(struct ede *e, const struct image *img, uint64_t revision)
{
    const struct ede_dialect *d = e->dialect;
    char stamp[40], version[24];
    buf_str(&e->file[EDE_MAIN], d->title);
    if (d->pad_header)
        ede_row_end(e, EDE_MAIN, 1, d->n_columns);
    else
        buf_str(&e->file[EDE_MAIN], d->eol);
    snprintf(version, sizeof version, "%llu", (unsigned long long)revision);
    time_stamp(img_text(img, img->project->last_change), stamp);
    if (d->stamp)
        snprintf(stamp, sizeof stamp, "%s", d->stamp);
    key_row(e, "PROJECT_NAME", img_text(img, img->project->name), true);
    key_row(e, "VERSION_OF_REFERENCEFILE", span_of(version), false);
    key_row(e, "TIMESTAMP_OF_LAST_CHANGE", span_of(stamp), false);
    key_row(e, "AUTHOR_OF_LAST_CHANGE", img_text(img, img->project->author), true);
    key_row(e, "VERSION_OF_LAYOUT", span_of(d->layout), false);
    disciplines(e);
    for (unsigned i = 0; i < d->n_columns; i++) {
        const char *comment = d->columns[i] > EC_instance ? "#optional" : "#mandatory";
        ede_cell_str(e, EDE_MAIN, !i, i ? comment + 1 : comment);
    }
    ede_row_end(e, EDE_MAIN, d->n_columns, d->n_columns);
    for (unsigned i = 0; i < d->n_columns; i++) {
        unsigned c = d->columns[i];
        ede_cell_str(e, EDE_MAIN, !i, c == EC_keyname ? d->keyname : c == EC_settable ? d->settable : ede_titles[c]);
    }
    ede_row_end(e, EDE_MAIN, d->n_columns, d->n_columns);
}

/* ---- cells ---- */

static void number(char out[64], uint32_t v) { snprintf(out, 64, "%u", v); }

static bool real_of(const struct row *r, uint32_t property, char out[64])
{
    struct img_value v;
    if (r->present != DT_real || !img_const(r->img, r->object, property, &v))
        return false;
    struct rd rd = rd_of(v.octets, v.n);
    ede_real(r->e, out, rd_real(&rd, APP));
    return true;
}

static bool unsigned_of(const struct row *r, uint32_t property, uint32_t *out)
{
    struct img_value v;
    if (!img_const(r->img, r->object, property, &v))
        return false;
    struct rd rd = rd_of(v.octets, v.n);
    *out = v.kind == TAG_enumerated ? rd_enumerated(&rd, APP) : rd_unsigned(&rd, APP);
    return true;
}

static struct span string_of(const struct row *r, uint32_t property)
{
    struct img_value v;
    uint8_t charset;
    if (!img_const(r->img, r->object, property, &v))
        return (struct span){NULL, 0};
    struct rd rd = rd_of(v.octets, v.n);
    return rd_string(&rd, APP, &charset);
}

/* High_Limit, Low_Limit: what is enabled; the range where the dialect wants that. */
static void limit_cell(const struct row *r, bool high, char out[64])
{
    struct img_value v;
    if (r->e->dialect->range_as_limits && real_of(r, high ? P_max_pres_value : P_min_pres_value, out))
        return;
    if (img_const(r->img, r->object, P_limit_enable, &v)) {
        struct rd rd = rd_of(v.octets, v.n);
        if (!(rd_bits(&rd, APP).v & (high ? 2u : 1u)))
            return;
    }
    (void)real_of(r, high ? P_high_limit : P_low_limit, out);
}

static bool writable(const struct row *r)
{
    return le16_get(r->o->flags) & IMG_OBJ_WRITABLE && !(le16_get(r->device->flags) & IMG_DEV_READ_ONLY);
}

static void default_cell(const struct row *r, char out[64])
{
    uint32_t variable = le32_get(r->o->variable);
    if (r->present != DT_real || !(le16_get(r->o->flags) & IMG_OBJ_WRITABLE) || variable == IMG_NONE)
        return;
    if (!real_of(r, P_relinquish_default, out))
        ede_real(r->e, out, (float)le64_real(r->img->variables[variable].initial));
}

static void range_cell(const struct row *r, bool high, char out[64])
{
    uint32_t n;
    if (r->present == DT_unsigned && unsigned_of(r, P_number_of_states, &n))
        number(out, high ? n : 1);
    else
        (void)real_of(r, high ? P_max_pres_value : P_min_pres_value, out);
}

static void unit_cell(const struct row *r, char out[64])
{
    uint32_t code;
    if (r->present != DT_real || !unsigned_of(r, P_units, &code))
        return;
    if (code < 65536)
        r->e->units_used[code / 8] |= (uint8_t)(1u << (code % 8));
    number(out, code);
}

static void class_cell(const struct row *r, char out[64])
{
    uint32_t n;
    if (unsigned_of(r, P_notification_class, &n) || (r->type == OT_notification_class &&
                                                     (n = oid_instance(le32_get(r->o->oid)), true)))
        number(out, n);
}

/* "Device.Object", made unique: importers keep one object per key. */
static struct span keyname(const struct row *r)
{
    struct span device = img_object_name(r->img, le32_get(r->device->object));
    struct span name = img_object_name(r->img, r->object);
    const char *key = r->type == OT_device
        ? arena_printf(r->e->ctx->arena, "%.*s", (int)device.n, (const char *)device.p)
        : arena_printf(r->e->ctx->arena, "%.*s.%.*s", (int)device.n, (const char *)device.p, (int)name.n,
                       (const char *)name.p);
    struct str safe = ede_key(r->e, span_of(key)), unique = ctx_str(r->e->ctx, safe.s, safe.n);
    for (unsigned k = 2; map_add(r->e->keynames, ede_as_read(r->e, unique), r->e); k++) {
        key = arena_printf(r->e->ctx->arena, "%s (%u)", safe.s, k);
        unique = ctx_str(r->e->ctx, key, strlen(key));
    }
    return (struct span){(const uint8_t *)unique.s, unique.n};
}

static struct span discipline_of(const struct row *r)
{
    uint32_t variable = le32_get(r->o->variable);
    return variable == IMG_NONE ? (struct span){NULL, 0} : img_text(r->img, r->img->variables[variable].discipline);
}

static struct span cell(const struct row *r, enum ede_column c, char out[64])
{
    out[0] = 0;
    switch (c) {
    case EC_keyname: return keyname(r);
    case EC_device: number(out, le32_get(r->device->instance)); break;
    case EC_name: return img_object_name(r->img, r->object);
    case EC_type: number(out, r->type); break;
    case EC_instance: number(out, oid_instance(le32_get(r->o->oid))); break;
    case EC_description: return string_of(r, P_description);
    case EC_default: default_cell(r, out); break;
    case EC_min: range_cell(r, false, out); break;
    case EC_max: range_cell(r, true, out); break;
    case EC_settable: snprintf(out, 64, writable(r) ? "Y" : "N"); break;
    case EC_cov: snprintf(out, 64, r->present != DT_null ? "Y" : "N"); break;
    case EC_high: limit_cell(r, true, out); break;
    case EC_low: limit_cell(r, false, out); break;
    case EC_states:
        if (r->states)
            number(out, r->states + (r->present == DT_unsigned ? r->e->n_binary : 0) + r->e->dialect->state_base - 1);
        break;
    case EC_unit: unit_cell(r, out); break;
    case EC_address:
        if (le32_get(r->o->variable) != IMG_NONE)
            return img_text(r->img, r->img->variables[le32_get(r->o->variable)].name);
        break;
    case EC_class: class_cell(r, out); break;
    case EC_discipline: return discipline_of(r);
    default: break;
    }
    return span_of(out);
}

/* ---- rows ---- */

static bool chosen(const struct image *img, const struct img_device *d, const char *want)
{
    char instance[16];
    struct span handle = img_text(img, d->handle);
    snprintf(instance, sizeof instance, "%u", le32_get(d->instance));
    return !want || !strcmp(want, instance) || !strcmp(want, (const char *)handle.p);
}

static struct row row_of(struct ede *e, const struct image *img, const struct img_device *d, uint32_t object)
{
    struct row r = {.e = e, .img = img, .device = d, .o = &img->objects[object], .object = object};
    r.type = oid_type(le32_get(r.o->oid));
    r.present = obj_def(r.type)->present;
    r.states = ede_states(e, img, object, r.type);
    return r;
}

static bool is_text(unsigned column)
{
    return column == EC_keyname || column == EC_name || column == EC_description || column == EC_address ||
           column == EC_discipline;
}

static void object_row(struct ede *e, const struct image *img, const struct img_device *d, uint32_t object)
{
    struct row r = row_of(e, img, d, object);
    char text[64];
    for (unsigned i = 0; i < e->dialect->n_columns; i++)
        ede_cell_of(e, EDE_MAIN, !i, cell(&r, e->dialect->columns[i], text), is_text(e->dialect->columns[i]));
    ede_row_end(e, EDE_MAIN, e->dialect->n_columns, e->dialect->n_columns);
    e->types_used[r.type & 127] = 1;
    e->objects++;
}

/* In the order in which objects have them. */
static void count_discipline(struct ede *e, const struct row *r)
{
    struct span text = discipline_of(r);
    if (!text.n)
        return;
    struct str key = ctx_str(e->ctx, (const char *)text.p, text.n);
    struct ede_discipline *x = map_get(e->by_discipline, key);
    if (!x) {
        x = arena_alloc(e->ctx->arena, sizeof *x);
        *x = (struct ede_discipline){text, 0, NULL};
        *e->last = x;
        e->last = &x->next;
        map_set(e->by_discipline, key, x);
    }
    x->objects++;
}

/* Once for the state texts' numbers, which depend on how many binary sets there are; once for the
 * rows: the Device first, then by type and instance. */
static void device_rows(struct ede *e, const struct image *img, const struct img_device *d, bool write)
{
    uint32_t first = le32_get(d->first_object), n = le32_get(d->n_objects);
    if (write)
        object_row(e, img, d, le32_get(d->object));
    for (uint32_t i = first; i < first + n; i++) {
        if (!write) {
            struct row r = row_of(e, img, d, i);
            if (e->dialect->comments)
                count_discipline(e, &r);
        } else if (i != le32_get(d->object)) {
            object_row(e, img, d, i);
        }
    }
    e->devices += write;
}

static void report(struct ede *e)
{
    struct srcpos pos = {diag_file(e->ctx, e->ctx->project_path), 0, 0};
    if (e->changed_texts)
        diag(e->ctx, pos, D_EDE_TEXT, "texts were changed for the EDE files (%u); the first is '%s'", e->changed_texts,
             e->first_changed.s);
    if (e->apostrophes)
        diag(e->ctx, pos, D_EDE_APOSTROPHE, "texts with a single apostrophe (%u); the first is '%s'", e->apostrophes,
             e->first_apostrophe.s);
    if (e->lost)
        diag(e->ctx, pos, D_EDE_ENCODING, "characters became '?' (%u): %s does not have them", e->lost,
             e->dialect->encoding);
}

bool ede_make(struct ede *e, struct ctx *ctx, const struct ede_dialect *d, const struct image *images,
              size_t n, const char *device, uint64_t gone)
{
    uint64_t revision = gone;
    memset(e, 0, sizeof *e);
    e->ctx = ctx;
    e->dialect = d;
    e->sets[0] = map_new(ctx->arena);
    e->sets[1] = map_new(ctx->arena);
    e->keynames = map_new(ctx->arena);
    e->by_discipline = map_new(ctx->arena);
    e->last = &e->disciplines;
    e->widest = d->state_numbers ? 5 : 2;
    for (size_t f = 0; f < EDE_FILES; f++)
        e->file[f] = buf_of(ctx);
    for (int write = 0; write < 2; write++) {
        if (write) {
            e->changed_texts = e->apostrophes = 0;      /* counted in the rows, not twice */
            header(e, &images[0], revision);
        }
        for (size_t i = 0; i < n; i++)
            for (uint32_t k = 0; k < images[i].n_devices; k++) {
                const struct img_device *x = &images[i].devices[k];
                if (!chosen(&images[i], x, device))
                    continue;
                revision += write ? 0 : le32_get(x->database_revision);
                device_rows(e, &images[i], x, write);
            }
    }
    if (!e->devices) {
        diag_machine(ctx, "%s: no device is named '%s'", ctx->project_path, device ? device : "");
        return false;
    }
    ede_tables(e);
    for (unsigned f = 0; f < EDE_FILES; f++)
        if (!ede_encode(e, f))
            return false;
    report(e);
    return true;
}
