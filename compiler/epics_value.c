/* Property values in the notation of 135.1 clause 4, from their tagged encoding. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/epics.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/print.h"
#include "schemas/tag.h"

static void date(struct buf *b, struct bdate d)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    buf_char(b, '(');
    if (d.day == 255)
        buf_char(b, '*');
    else
        buf_printf(b, "%u", d.day);
    if (d.month >= 1 && d.month <= 12)
        buf_printf(b, "-%.3s-", &months[3 * (d.month - 1)]);
    else if (d.month == 255)
        buf_str(b, "-*-");
    else
        buf_printf(b, "-%u-", d.month);
    if (d.year == 255)
        buf_str(b, "*,");
    else
        buf_printf(b, "%u,", d.year + 1900u);
    if (d.wday == 255)
        buf_str(b, "*)");
    else
        buf_printf(b, "%u)", d.wday);
}

static void clock_time(struct buf *b, struct btime t)
{
    const uint8_t parts[] = {t.hour, t.minute, t.second};
    for (size_t i = 0; i < 3; i++) {
        buf_str(b, i ? ":" : "");
        if (parts[i] == 255)
            buf_char(b, '*');
        else
            buf_printf(b, i ? "%02u" : "%u", parts[i]);
    }
    if (t.hundredth == 255)
        buf_str(b, ".*");
    else
        buf_printf(b, ".%02u", t.hundredth);
}

static void bits(struct buf *b, struct bits v)
{
    for (unsigned i = 0; i < v.n; i++)
        buf_printf(b, "%c%c", i ? ',' : '(', v.v >> i & 1 ? 'T' : 'F');
    buf_str(b, v.n ? ")" : "()");
}

static void octets(struct buf *b, struct span s)
{
    buf_str(b, "X'");
    for (size_t i = 0; i < s.n; i++)
        buf_printf(b, "%02X", s.p[i]);
    buf_char(b, '\'');
}

/* No escapes in this notation: the quote that the text does not have, else without its own. */
bool epics_string(struct buf *b, struct span s)
{
    char quote = s.n && memchr(s.p, '"', s.n) && !memchr(s.p, '\'', s.n) ? '\'' : '"';
    bool whole = true;
    buf_char(b, quote);
    for (size_t i = 0; i < s.n; i++) {
        bool control = s.p[i] < 0x20 || s.p[i] == 0x7f, quoting = s.p[i] == (uint8_t)quote;
        buf_char(b, control ? ' ' : quoting ? '`' : (char)s.p[i]);
        whole = whole && !control && !quoting;
    }
    buf_char(b, quote);
    return whole;
}

/* Always with a point: a number without one is an Unsigned. */
void epics_real(struct buf *b, float v)
{
    uint8_t text[64];
    struct wr w = wr_of(text, sizeof text);
    print_real32(&w, v);
    const uint8_t *e = memchr(text, 'e', w.len);
    size_t n = e ? (size_t)(e - text) : w.len;
    buf_bytes(b, text, n);
    if (!memchr(text, '.', n))
        buf_str(b, ".0");
    buf_bytes(b, text + n, w.len - n);
}

/* ---- lines ---- */

static size_t column(const struct buf *b)
{
    size_t n = 0;
    while (n < b->n && b->s[b->n - 1 - n] != '\n')
        n++;
    return n;
}

void epics_comma(struct buf *b, size_t next)
{
    enum { CLOSING = 8 };       /* brackets and a W behind the last element                    */
    buf_char(b, ',');
    if (column(b) + next + CLOSING > EPICS_LINE)
        buf_str(b, "\n    ");
}

bool epics_fits(const struct buf *b, size_t from)
{
    size_t n = 0;
    while (from && b->s[from - 1] != '\n')
        from--;
    for (size_t i = from; i < b->n && n <= EPICS_LINE; i++)
        n = b->s[i] == '\n' ? 0 : n + 1;
    return n <= EPICS_LINE;
}

void epics_oid(struct buf *b, uint32_t oid)
{
    const char *name = object_type_name(oid_type(oid));
    if (name)
        buf_printf(b, "(%s,%u)", name, oid_instance(oid));
    else
        buf_printf(b, "(proprietary %u,%u)", oid_type(oid), oid_instance(oid));
}

static void enumerated(struct buf *b, struct rd r, uint32_t property)
{
    uint8_t text[80];
    struct wr w = wr_of(text, sizeof text);
    print_tagged(&w, r, property);
    if (text[0] >= '0' && text[0] <= '9')       /* without a name */
        buf_str(b, "unknown:");
    buf_bytes(b, text, w.len < sizeof text ? w.len : sizeof text);
}

static void no_form(struct rd *r) { rd_fail(r, "no form"); }

/* Any primitive with its application tag. */
static void primitive(struct buf *b, struct rd *r, uint32_t property)
{
    struct tag t;
    uint8_t charset;
    if (!rd_tag_peek(r, &t))
        return;
    switch (t.num) {
    case TAG_null: rd_null(r, APP); buf_str(b, "NULL"); break;
    case TAG_boolean: buf_str(b, rd_boolean(r, APP) ? "TRUE" : "FALSE"); break;
    case TAG_unsigned: buf_printf(b, "%u", rd_unsigned(r, APP)); break;
    case TAG_integer: buf_printf(b, "%d", rd_integer(r, APP)); break;
    case TAG_real: {
        float v = rd_real(r, APP);
        if (isfinite(v))
            epics_real(b, v);
        else
            no_form(r);
        break;
    }
    case TAG_octets: octets(b, rd_octets(r, APP)); break;
    case TAG_string:
        if (!epics_string(b, rd_string(r, APP, &charset)) || charset)
            no_form(r);
        break;
    case TAG_bits: bits(b, rd_bits(r, APP)); break;
    case TAG_enumerated: {
        struct span s = rd_element(r);
        enumerated(b, rd_of(s.p, s.n), property);
        break;
    }
    case TAG_date: date(b, rd_date(r, APP)); break;
    case TAG_time: clock_time(b, rd_time(r, APP)); break;
    case TAG_oid: epics_oid(b, rd_oid(r, APP)); break;
    default: rd_fail(r, rd_bad_tag); break;
    }
}

/* ---- constructed types ---- */

static void date_range(struct buf *b, struct rd *r)
{
    date(b, rd_date(r, APP));
    buf_char(b, ',');
    date(b, rd_date(r, APP));
}

/* What is in the braces tells which it is. */
static void calendar_entry(struct buf *b, struct rd *r)
{
    buf_char(b, '{');
    if (rd_is(r, 0, TAG_date)) {
        date(b, rd_date(r, 0));
    } else if (rd_is_open(r, 1)) {
        struct rd in = rd_enclosed(r, 1);
        date_range(b, &in);
    } else {
        octets(b, rd_octets(r, 2));
    }
    buf_char(b, '}');
}

static void time_values(struct buf *b, struct rd *r, unsigned ctx)
{
    struct rd in = rd_enclosed(r, ctx);
    buf_char(b, '(');
    for (bool first = true; rd_left(&in) && rd_ok(&in); first = false) {
        if (!first)
            epics_comma(b, 40);
        buf_char(b, '{');
        clock_time(b, rd_time(&in, APP));
        buf_char(b, ',');
        primitive(b, &in, P_present_value);
        buf_char(b, '}');
    }
    buf_char(b, ')');
}

/* A device, or the two items of an address. */
static void recipient(struct buf *b, struct rd *r)
{
    if (rd_is(r, 0, TAG_oid)) {
        epics_oid(b, rd_oid(r, 0));
        return;
    }
    struct rd in = rd_enclosed(r, 1);
    buf_printf(b, "%u,", rd_unsigned(&in, APP));
    octets(b, rd_octets(&in, APP));
}

static void destination(struct buf *b, struct rd *r)
{
    buf_char(b, '{');
    bits(b, rd_bits(r, APP));
    buf_char(b, ',');
    clock_time(b, rd_time(r, APP));
    buf_char(b, ',');
    clock_time(b, rd_time(r, APP));
    buf_char(b, ',');
    recipient(b, r);
    buf_printf(b, ",%u,", rd_unsigned(r, APP));
    buf_str(b, rd_boolean(r, APP) ? "TRUE," : "FALSE,");
    bits(b, rd_bits(r, APP));
    buf_char(b, '}');
}

/* An absent index keeps its comma before a device; at the end nothing does. */
static void reference(struct buf *b, struct rd *r)
{
    buf_char(b, '{');
    epics_oid(b, rd_oid(r, 0));
    uint32_t property = rd_enumerated(r, 1), index = rd_opt_index(r, 2);
    const char *name = property_name(property);
    bool device = rd_is(r, 3, TAG_oid);
    if (name)
        buf_printf(b, ",%s", name);
    else
        buf_printf(b, ",proprietary-%u", property);
    if (index != BACNET_INDEX_ALL)
        buf_printf(b, ",%u", index);
    else if (device)
        buf_char(b, ',');
    if (device) {
        buf_char(b, ',');
        epics_oid(b, rd_oid(r, 3));
    }
    buf_char(b, '}');
}

/* BACnetNameValue, in the order of its production. */
static void name_value(struct buf *b, struct rd *r)
{
    uint8_t charset;
    buf_char(b, '{');
    bool whole = epics_string(b, rd_string(r, 0, &charset)) && !charset;
    buf_char(b, ',');
    primitive(b, r, P_tags);
    buf_char(b, '}');
    if (!whole)
        no_form(r);
}

static void element(struct buf *b, struct rd *r, unsigned type, uint32_t property)
{
    switch (type) {
    case DT_datetime:
        date(b, rd_date(r, APP));
        buf_char(b, ',');
        clock_time(b, rd_time(r, APP));
        break;
    case DT_date_range: date_range(b, r); break;
    case DT_calendar_entry: calendar_entry(b, r); break;
    case DT_daily_schedule: time_values(b, r, 0); break;
    case DT_special_event: no_form(r); break;   /* 135.1's has tags, VTS knows another, and neither knows the other's */
    case DT_destination: destination(b, r); break;
    case DT_recipient:
        buf_char(b, '{');
        recipient(b, r);
        buf_char(b, '}');
        break;
    case DT_object_property_reference: case DT_device_object_property_reference: reference(b, r); break;
    case DT_name_value: name_value(b, r); break;
    default: primitive(b, r, property); break;
    }
}

/* Octets that the text of the next element will have, or more. */
static size_t length(const struct rd *r, unsigned type)
{
    struct rd look = *r;
    uint8_t charset;
    if (type == DT_string)
        return rd_string(&look, APP, &charset).n + 2;
    return type == DT_destination || type == DT_device_object_property_reference ? 140 : 48;
}

bool epics_value(struct buf *b, const struct img_value *v, const struct prop_def *def)
{
    struct rd r = rd_of(v->octets, v->n);
    if (v->form == SCALAR) {
        element(b, &r, def->type, def->property);
        return rd_end(&r);
    }
    bool fine = true;
    buf_char(b, v->form == ARRAY ? '{' : '(');
    for (uint32_t i = 1; v->form == ARRAY && i <= v->count; i++) {
        struct span s = img_element(v, i);
        r = rd_of(s.p, s.n);
        if (i > 1)
            epics_comma(b, length(&r, def->type));
        element(b, &r, def->type, def->property);
        fine &= rd_end(&r);
    }
    for (bool first = true; v->form == LIST && rd_left(&r) && rd_ok(&r); first = false) {
        if (!first)
            epics_comma(b, length(&r, def->type));
        element(b, &r, def->type, def->property);
    }
    buf_char(b, v->form == ARRAY ? '}' : ')');
    return fine && (v->form == ARRAY || rd_end(&r));
}
