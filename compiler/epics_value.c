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
    if (t.hour == 255 && t.minute == 255 && t.second == 255 && t.hundredth == 255) {
        buf_char(b, '*');
        return;
    }
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
void epics_string(struct buf *b, struct span s)
{
    char quote = s.n && memchr(s.p, '"', s.n) && !memchr(s.p, '\'', s.n) ? '\'' : '"';
    buf_char(b, quote);
    for (size_t i = 0; i < s.n; i++)
        buf_char(b, s.p[i] < 0x20 || s.p[i] == 0x7f ? ' ' : s.p[i] == (uint8_t)quote ? '`' : (char)s.p[i]);
    buf_char(b, quote);
}

static void real(struct buf *b, float v)
{
    uint8_t text[64];
    struct wr w = wr_of(text, sizeof text);
    print_real32(&w, v);
    if (!isfinite(v)) {
        buf_char(b, '?');
        return;
    }
    buf_bytes(b, text, w.len);
    if (!memchr(text, '.', w.len) && !memchr(text, 'e', w.len))
        buf_str(b, ".0");
}

void epics_oid(struct buf *b, uint32_t oid)
{
    const char *name = object_type_name(oid_type(oid));
    if (name)
        buf_printf(b, "(%s,%u)", name, oid_instance(oid));
    else
        buf_printf(b, "(proprietary-%u,%u)", oid_type(oid), oid_instance(oid));
}

static void enumerated(struct buf *b, struct rd r, uint32_t property)
{
    uint8_t text[80];
    struct wr w = wr_of(text, sizeof text);
    print_tagged(&w, r, property);
    buf_bytes(b, text, w.len < sizeof text ? w.len : sizeof text);
}

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
    case TAG_real: real(b, rd_real(r, APP)); break;
    case TAG_octets: octets(b, rd_octets(r, APP)); break;
    case TAG_string: epics_string(b, rd_string(r, APP, &charset)); break;
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

static void date_range(struct buf *b, struct rd *r, int ctx)
{
    struct rd in = *r;
    if (ctx >= 0)
        in = rd_enclosed(r, (unsigned)ctx);
    struct rd *from = ctx >= 0 ? &in : r;
    buf_char(b, '{');
    date(b, rd_date(from, APP));
    buf_char(b, ',');
    date(b, rd_date(from, APP));
    buf_char(b, '}');
}

static void calendar_entry(struct buf *b, struct rd *r)
{
    if (rd_is(r, 0, TAG_date)) {
        buf_str(b, "[0]");
        date(b, rd_date(r, 0));
    } else if (rd_is_open(r, 1)) {
        buf_str(b, "[1]");
        date_range(b, r, 1);
    } else {
        buf_str(b, "[2]");
        octets(b, rd_octets(r, 2));
    }
}

static void time_values(struct buf *b, struct rd *r, unsigned ctx)
{
    struct rd in = rd_enclosed(r, ctx);
    buf_char(b, '(');
    for (bool first = true; rd_left(&in) && rd_ok(&in); first = false) {
        buf_str(b, first ? "{" : ",{");
        clock_time(b, rd_time(&in, APP));
        buf_char(b, ',');
        primitive(b, &in, P_present_value);
        buf_char(b, '}');
    }
    buf_char(b, ')');
}

static void special_event(struct buf *b, struct rd *r)
{
    buf_char(b, '{');
    if (rd_is_open(r, 0)) {
        struct rd in = rd_enclosed(r, 0);
        buf_str(b, "[0]");
        calendar_entry(b, &in);
    } else {
        buf_str(b, "[1]");
        epics_oid(b, rd_oid(r, 1));
    }
    buf_char(b, ',');
    time_values(b, r, 2);
    buf_printf(b, ",%u}", rd_unsigned(r, 3));
}

static void recipient(struct buf *b, struct rd *r)
{
    if (rd_is(r, 0, TAG_oid)) {
        epics_oid(b, rd_oid(r, 0));
        return;
    }
    struct rd in = rd_enclosed(r, 1);
    buf_printf(b, "{%u,", rd_unsigned(&in, APP));
    octets(b, rd_octets(&in, APP));
    buf_char(b, '}');
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

/* An absent index or device keeps its comma. */
static void reference(struct buf *b, struct rd *r)
{
    buf_char(b, '{');
    epics_oid(b, rd_oid(r, 0));
    uint32_t property = rd_enumerated(r, 1), index = rd_opt_index(r, 2);
    const char *name = property_name(property);
    if (name)
        buf_printf(b, ",%s,", name);
    else
        buf_printf(b, ",proprietary-%u,", property);
    if (index != BACNET_INDEX_ALL)
        buf_printf(b, "%u", index);
    buf_char(b, ',');
    if (rd_is(r, 3, TAG_oid))
        epics_oid(b, rd_oid(r, 3));
    buf_char(b, '}');
}

static void element(struct buf *b, struct rd *r, unsigned type, uint32_t property)
{
    switch (type) {
    case DT_datetime:
        buf_char(b, '{');
        date(b, rd_date(r, APP));
        buf_char(b, ',');
        clock_time(b, rd_time(r, APP));
        buf_char(b, '}');
        break;
    case DT_date_range: date_range(b, r, APP); break;
    case DT_calendar_entry: calendar_entry(b, r); break;
    case DT_daily_schedule: time_values(b, r, 0); break;
    case DT_special_event: special_event(b, r); break;
    case DT_destination: destination(b, r); break;
    case DT_recipient: recipient(b, r); break;
    case DT_object_property_reference: case DT_device_object_property_reference: reference(b, r); break;
    default: primitive(b, r, property); break;
    }
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
        buf_str(b, i > 1 ? "," : "");
        element(b, &r, def->type, def->property);
        fine &= rd_end(&r);
    }
    for (bool first = true; v->form == LIST && rd_left(&r) && rd_ok(&r); first = false) {
        buf_str(b, first ? "" : ",");
        element(b, &r, def->type, def->property);
    }
    buf_char(b, v->form == ARRAY ? '}' : ')');
    return fine && (v->form == ARRAY || rd_end(&r));
}
