/* Image check, first step: texts, values, and the shapes that say which properties an object has.
 * Every text and value is looked at once, however often it is referred to. */
#include "schemas/bacnet.h"
#include "schemas/image_check.h"
#include "schemas/objdefs.h"
#include "schemas/tag.h"
#include "schemas/utf8.h"

/* ---- texts ---- */

/* Texts tile the section. A head is the only aligned word whose top octet is 0xff: text is UTF-8,
 * which has no such octet. So a reference is known to be good by its head alone. */
static bool texts(struct img_check *c)
{
    const struct image *img = c->img;
    uint32_t at = 0;
    while (at < img->n_strings) {
        const uint8_t *p = img->strings + at;
        uint32_t left = img->n_strings - at;
        if (left < 8 || le32_at(p) >> 24 != 0xff)
            return img_refuse(c, SEC_strings, at, "no text begins here");
        uint32_t len = le32_at(p) & IMG_TEXT_MAX, whole = 4 + (len / 4 + 1) * 4;
        if (whole > left)
            return img_refuse(c, SEC_strings, at, "text of %u octets does not fit", len);
        if (le32_at(p + whole - 4) >> len % 4 * 8)
            return img_refuse(c, SEC_strings, at, "text is not terminated");
        if (!utf8_plain(p + 4, len) && (memchr(p + 4, 0, len) || !utf8_valid(p + 4, len)))
            return img_refuse(c, SEC_strings, at, "text is not UTF-8");
        at += whole;
    }
    if (!img->n_strings || le32_at(img->strings) & IMG_TEXT_MAX)
        return img_refuse(c, SEC_strings, IMG_NONE, "does not begin with the empty text");
    return true;
}

bool img_text_ok(const struct image *img, le32 text)
{
    uint32_t at = le32_get(text);
    return at % 4 == 0 && at < img->n_strings && img->strings[at + 3] == 0xff;
}

/* ---- values ---- */

static bool primitive(struct rd *r, unsigned kind)
{
    static const struct { uint8_t min, max; } len[] = {
        [TAG_null] = {0, 0},     [TAG_boolean] = {0, 1}, [TAG_unsigned] = {1, 4},   [TAG_integer] = {1, 4},
        [TAG_real] = {4, 4},     [TAG_double] = {8, 8},  [TAG_octets] = {0, 0},     [TAG_string] = {1, 0},
        [TAG_bits] = {1, 9},     [TAG_enumerated] = {1, 4}, [TAG_date] = {4, 4},    [TAG_time] = {4, 4},
        [TAG_oid] = {4, 4},
    };
    struct tag t = rd_tag(r);
    if (!rd_ok(r) || t.ctx || t.kind != TK_primitive || t.num != kind || kind > TAG_oid)
        return false;
    bool open_ended = kind == TAG_octets || kind == TAG_string;
    if (t.len < len[kind].min || (!open_ended && t.len > len[kind].max))
        return false;
    if (kind == TAG_boolean)
        return true;
    struct span s = rd_take(r, t.len);
    if (!rd_ok(r))
        return false;
    if (kind == TAG_string)
        return s.p[0] == 0 && utf8_valid(s.p + 1, s.n - 1);
    return kind != TAG_bits || (s.p[0] <= 7 && (s.n > 1 || !s.p[0]));
}

/* One element, or for a list and within constructed values any number of them. */
static bool octets_ok(struct span s, unsigned form, unsigned kind)
{
    struct rd r = rd_of(s.p, s.n);
    bool one = form != LIST && kind != IMG_CONSTRUCTED;
    if (form != LIST && !s.n && kind != IMG_CONSTRUCTED)
        return false;
    while (rd_left(&r)) {
        if (kind == IMG_CONSTRUCTED)
            (void)rd_element(&r);
        else if (!primitive(&r, kind))
            return false;
        if (one)
            break;
    }
    return rd_end(&r);
}

static bool value_ok(struct img_check *c, uint32_t i, uint32_t at, uint32_t size)
{
    const struct image *img = c->img;
    const uint8_t *p = img->values + at;
    if (size < 4)
        return img_refuse(c, SEC_value_at, i, "value does not fit");
    uint32_t head = le32_at(p), n = head & IMG_VALUE_MAX, left = size - 4;
    unsigned form = head >> 30, kind = head >> 24 & 63;
    if (form > LIST || (kind > TAG_oid && kind != IMG_CONSTRUCTED))
        return img_refuse(c, SEC_value_at, i, "form %u, kind %u: no such value", form, kind);
    if (form != ARRAY) {
        if (left != n || !octets_ok((struct span){p + 4, n}, form, kind))
            return img_refuse(c, SEC_value_at, i, "not a value of kind %u", kind);
        return true;
    }
    if (left < 4 || le32_at(p + 4) > (left - 4) / 4 || left - 4 - le32_at(p + 4) * 4 != n)
        return img_refuse(c, SEC_value_at, i, "array does not fit");
    uint32_t count = le32_at(p + 4), from = 0;
    const le32 *ends = (const void *)(p + 8);
    const uint8_t *octets = p + 8 + 4 * (size_t)count;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t to = le32_get(ends[k]);
        if (to < from || to > n || !octets_ok((struct span){octets + from, to - from}, SCALAR, kind))
            return img_refuse(c, SEC_value_at, i, "array element %u is not of kind %u", k + 1, kind);
        from = to;
    }
    if (from != n)
        return img_refuse(c, SEC_value_at, i, "octets behind the last element");
    return true;
}

static bool values(struct img_check *c)
{
    const struct image *img = c->img;
    uint32_t at = 0;
    for (uint32_t i = 0; i < img->n_value_at; i++) {
        uint32_t to = i + 1 < img->n_value_at ? le32_get(img->value_at[i + 1]) : img->n_values;
        if (le32_get(img->value_at[i]) != at || to < at || to > img->n_values)
            return img_refuse(c, SEC_value_at, i, "values do not follow each other");
        if (!value_ok(c, i, at, to - at))
            return false;
        at = to;
    }
    if (at != img->n_values)
        return img_refuse(c, SEC_values, IMG_NONE, "octets that belong to no value");
    return true;
}

/* ---- shapes ---- */

unsigned img_kind_of(const struct obj_def *o, const struct prop_def *row)
{
    unsigned type = row->type == DT_present ? o->present : row->type;
    return type <= DT_oid ? type : IMG_CONSTRUCTED;
}

/* ENUMERATED, Unsigned: at most `limit`; BIT STRING: that many bits. */
static bool within(const struct img_value *v, unsigned kind, uint16_t limit)
{
    struct rd r = rd_of(v->octets, v->n);
    while (limit && rd_left(&r)) {
        if (kind == TAG_enumerated && rd_enumerated(&r, APP) > limit)
            return false;
        if (kind == TAG_unsigned && rd_unsigned(&r, APP) > limit)
            return false;
        if (kind == TAG_bits && rd_bits(&r, APP).n != limit)
            return false;
        if (kind != TAG_enumerated && kind != TAG_unsigned && kind != TAG_bits)
            return true;
    }
    return true;
}

bool img_value_fits(const struct image *img, uint32_t at, const struct obj_def *o, const struct prop_def *row)
{
    if (at >= img->n_value_at)
        return false;
    struct img_value v = img_value(img, at);
    unsigned kind = img_kind_of(o, row);
    if (v.form != row->form || v.kind != kind)
        return false;
    if (v.form == ARRAY && row->size && v.count != row->size)
        return false;
    return !row->limit || within(&v, kind, row->limit);
}

static bool prop_ok(struct img_check *c, uint32_t shape, const struct obj_def *o, const struct prop_def *row,
                    uint32_t where, uint32_t *next_own)
{
    unsigned kind = img_where_kind(where);
    uint32_t at = img_where_index(where);
    if (kind > IMG_OWN || (kind == IMG_LIVE && at))
        return img_refuse(c, SEC_shapes, shape, "%s lives nowhere", property_name(row->property));
    if (kind == IMG_LIVE && (row->code == PC_image || row->code == PC_object_name))
        return img_refuse(c, SEC_shapes, shape, "%s has no value", property_name(row->property));
    if (kind == IMG_SHARED && (row->code == PC_object_name || !img_value_fits(c->img, at, o, row)))
        return img_refuse(c, SEC_shapes, shape, "value %u does not suit %s", at,
                          property_name(row->property));
    if (kind == IMG_OWN && at != (*next_own)++)
        return img_refuse(c, SEC_shapes, shape, "%s: constants are out of order", property_name(row->property));
    return true;
}

/* What the runtime itself cannot do without. Other required properties may be missing: the image was
 * made before this program learnt them, and it must still start. */
static bool essential(const struct prop_def *d)
{
    return d->code == PC_object_identifier || d->code == PC_object_name ||
           d->code == PC_object_type || d->code == PC_property_list || d->code == PC_present_value;
}

/* Properties stand in the order of the rows; none that must be there is missing. */
static bool shape_ok(struct img_check *c, uint32_t i)
{
    const struct image *img = c->img;
    const struct img_shape *s = &img->shapes[i];
    const struct obj_def *o = obj_def(le16_get(s->object_type));
    uint32_t first = le32_get(s->first_prop), n = le16_get(s->n_props), k = 0, own = 0;
    if (!o)
        return img_refuse(c, SEC_shapes, i, "object type %u is not served", le16_get(s->object_type));
    if (n > 255 || first > img->n_props || n > img->n_props - first)
        return img_refuse(c, SEC_shapes, i, "properties %u..+%u do not exist", first, n);
    for (size_t row = 0; row < o->n_props; row++) {
        const struct prop_def *d = &o->props[row];
        if (k < n && le32_get(img->props[first + k].property) == d->property) {
            if (!prop_ok(c, i, o, d, le32_get(img->props[first + k].where), &own))
                return false;
            k++;
        } else if (essential(d)) {
            return img_refuse(c, SEC_shapes, i, "%s is missing", property_name(d->property));
        }
    }
    if (k != n)
        return img_refuse(c, SEC_shapes, i, "property %u is unknown or out of order",
                          le32_get(img->props[first + k].property));
    if (own != le16_get(s->n_consts))
        return img_refuse(c, SEC_shapes, i, "%u constants, not %u", own, le16_get(s->n_consts));
    return true;
}

bool image_check_values(struct img_check *c)
{
    return (!img_first(c) || texts(c)) && (!img_second(c) || values(c));
}

bool image_check_shapes(struct img_check *c)
{
    if (c->img->n_shapes > UINT16_MAX)
        return img_refuse(c, SEC_shapes, IMG_NONE, "more than 65535");
    for (uint32_t i = 0; i < c->img->n_shapes; i++)
        if (!shape_ok(c, i))
            return false;
    return true;
}
