/* See types.h: what a property may hold. The errors are those of clause 15.9.1.3: another datatype
 * is INVALID_DATA_TYPE, the right one with a broken inside INVALID_DATA_ENCODING, a value that the
 * property cannot take VALUE_OUT_OF_RANGE. */
#include <math.h>

#include "runtime/wire/dates.h"
#include "runtime/wire/types.h"
#include "schemas/utf8.h"

enum {
    TIMES_MAX = 256,             /* time values of one day                                         */
    PROPERTY_MAX = 4194303,
};

static bac_err of_reason(const struct rd *r)
{
    return r->err == rd_range ? BAC_ERR(property, value_out_of_range)
                              : BAC_ERR(property, invalid_data_type);
}

static bac_err check_string(struct rd *r)
{
    uint8_t charset;
    struct span s = rd_string(r, APP, &charset);
    if (!rd_ok(r))
        return BAC_ERR(property, invalid_data_encoding);
    if (charset != 0)
        return BAC_ERR(property, character_set_not_supported);
    if (s.n > PROP_TEXT_MAX)
        return BAC_ERR(resources, no_space_to_write_property);
    bool fine = utf8_valid(s.p, s.n) && !(s.n && memchr(s.p, 0, s.n));
    return fine ? BAC_OK : BAC_ERR(property, invalid_data_encoding);
}

static bac_err check_bits(struct rd *r, uint32_t limit)
{
    struct bits b = rd_bits(r, APP);
    if (!rd_ok(r) || (limit && b.n != limit))
        return BAC_ERR(property, invalid_data_encoding);
    return BAC_OK;
}

static bac_err check_real(struct rd *r)
{
    float v = rd_real(r, APP);
    if (!rd_ok(r))
        return BAC_ERR(property, invalid_data_encoding);
    return isfinite(v) ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

static bac_err check_double(struct rd *r)
{
    double v = rd_double(r, APP);
    if (!rd_ok(r))
        return BAC_ERR(property, invalid_data_encoding);
    return isfinite(v) ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

static bac_err check_number(struct rd *r, enum datatype type, uint32_t limit)
{
    uint32_t v = type == DT_unsigned ? rd_unsigned(r, APP) : rd_enumerated(r, APP);
    if (r->err == rd_range || (rd_ok(r) && limit && v > limit))
        return BAC_ERR(property, value_out_of_range);
    return rd_ok(r) ? BAC_OK : BAC_ERR(property, invalid_data_encoding);
}

static bac_err check_primitive(enum datatype type, struct rd *r, uint32_t limit)
{
    if (!rd_is(r, APP, type)) {
        rd_fail(r, rd_bad_type);
        return BAC_ERR(property, invalid_data_type);
    }
    switch (type) {
    case DT_unsigned:
    case DT_enumerated: return check_number(r, type, limit);
    case DT_real: return check_real(r);
    case DT_double: return check_double(r);
    case DT_string: return check_string(r);
    case DT_bits: return check_bits(r, limit);
    case DT_null: rd_null(r, APP); break;
    case DT_boolean: (void)rd_boolean(r, APP); break;
    case DT_integer: (void)rd_integer(r, APP); break;
    case DT_octets: (void)rd_octets(r, APP); break;
    case DT_date:
        if (!date_is_pattern(rd_date(r, APP)))
            return BAC_ERR(property, value_out_of_range);
        break;
    case DT_time: (void)rd_time(r, APP); break;
    default: (void)rd_oid(r, APP); break;
    }
    return rd_ok(r) ? BAC_OK : BAC_ERR(property, invalid_data_encoding);
}

/* What a Schedule may say (clause 12.24): a primitive, and of these the ones that its calculation
 * knows. Another is one that the standard allows and this device does not support. */
static bac_err check_any(struct rd *r)
{
    struct tag t;
    if (!rd_tag_peek(r, &t) || t.ctx || t.num > TAG_oid) {
        rd_fail(r, rd_bad_type);
        return BAC_ERR(property, invalid_data_type);
    }
    bool known = t.num <= TAG_double || t.num == TAG_enumerated;
    return known ? check_primitive((enum datatype)t.num, r, 0)
                 : BAC_ERR(property, datatype_not_supported);
}

/* Clause 12.24.4: both ends fully specific, or fully unspecified (the row of Effective_Period); it does
 * not end before it begins. */
static bac_err check_range(struct date_range v)
{
    bool from = date_is_specific(v.from), to = date_is_specific(v.to);
    bool good = (from || date_is_any(v.from)) && (to || date_is_any(v.to)) &&
                !(from && to && dates_order(v.from, v.to) > 0);
    return good ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

static bac_err check_entry(const struct calendar_entry *e)
{
    bool ok = true;
    if (e->kind == CE_range)
        return check_range(e->range);
    if (e->kind == CE_date)
        ok = date_is_pattern(e->range.from);
    else
        ok = (e->month == 255 || (e->month >= 1 && e->month <= 14)) &&
             (e->week == 255 || (e->week >= 1 && e->week <= 9)) &&
             (e->wday == 255 || (e->wday >= 1 && e->wday <= 7));
    return ok ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

/* Times are specific and differ (clause 12.24.7); the values are primitives. */
static bac_err check_times(struct rd times)
{
    uint32_t seen[TIMES_MAX], n = 0;
    while (rd_ok(&times) && rd_left(&times)) {
        struct time_value v = rd_time_value(&times);
        struct rd value = rd_of(v.value.p, v.value.n);
        if (!rd_ok(&times))
            return of_reason(&times);
        bac_err e = check_any(&value);
        if (e)
            return e;
        if (!time_is_specific(v.time))
            return BAC_ERR(property, value_out_of_range);
        if (n == TIMES_MAX)
            return BAC_ERR(resources, no_space_to_write_property);
        uint32_t t = (uint32_t)v.time.hour << 24 | (uint32_t)v.time.minute << 16 |
                     (uint32_t)v.time.second << 8 | v.time.hundredth;
        for (uint32_t i = 0; i < n; i++)
            if (seen[i] == t)
                return BAC_ERR(property, value_out_of_range);
        seen[n++] = t;
    }
    return rd_ok(&times) ? BAC_OK : of_reason(&times);
}

static bac_err check_special(struct rd *r)
{
    struct special_event v = rd_special_event(r);
    if (!rd_ok(r))
        return of_reason(r);
    bac_err e = v.by_calendar ? BAC_OK : check_entry(&v.entry);
    if (!e && v.by_calendar && oid_type(v.calendar) != OT_calendar)
        e = BAC_ERR(property, value_out_of_range);
    return e ? e : check_times(v.times);
}

/* A confirmed notification cannot be sent to a broadcast address (clause 13.8). */
static bac_err check_destination(struct rd *r)
{
    struct destination v = rd_destination(r);
    if (!rd_ok(r))
        return of_reason(r);
    bool times = time_is_specific(v.from) && time_is_specific(v.to);
    bool broadcast = v.to_whom.is_address && (!v.to_whom.mac.n || v.to_whom.network == 65535);
    if (!times || (broadcast && v.confirmed))
        return BAC_ERR(property, value_out_of_range);
    return BAC_OK;
}

/* Fully specific or unspecified (Start_Time, Stop_Time). */
static bac_err check_datetime(struct rd *r)
{
    static const struct btime any = {255, 255, 255, 255};
    struct datetime v = rd_datetime(r);
    if (!rd_ok(r))
        return of_reason(r);
    bool unset = date_is_any(v.date) && !memcmp(&v.time, &any, sizeof any);
    return unset || (date_is_specific(v.date) && time_is_specific(v.time))
               ? BAC_OK
               : BAC_ERR(property, value_out_of_range);
}

/* A property of an object, not a group of properties (ALL, REQUIRED, OPTIONAL); clause 21 numbers them in
 * 22 bits. */
static bac_err check_reference(struct rd *r, bool device)
{
    struct prop_ref v = rd_prop_ref(r, device);
    if (!rd_ok(r))
        return of_reason(r);
    bool none = v.property == P_all || v.property == P_required || v.property == P_optional ||
                 v.property > PROPERTY_MAX;
    bool dev = v.device == TYPE_NONE || oid_type(v.device) == OT_device;
    return none || !dev ? BAC_ERR(property, value_out_of_range) : BAC_OK;
}

static bac_err check_host_n_port(struct rd *r)
{
    uint8_t charset;
    rd_open(r, 0);
    if (rd_is(r, 0, TAG_null))
        rd_null(r, 0);
    else if (rd_is(r, 1, TAG_octets))
        (void)rd_octets(r, 1);
    else
        (void)rd_string(r, 2, &charset);
    rd_close(r, 0);
    uint32_t port = rd_unsigned(r, 1);
    if (rd_ok(r) && port > UINT16_MAX)
        rd_fail(r, rd_range);
    return rd_ok(r) ? BAC_OK : of_reason(r);
}

static bac_err check_bdt_entry(struct rd *r)
{
    struct rd address = rd_enclosed(r, 0);
    bac_err e = rd_ok(r) ? check_host_n_port(&address) : of_reason(r);
    if (!e && rd_left(&address))
        e = BAC_ERR(property, invalid_data_type);
    if (!e && rd_is(r, 1, TAG_octets) && rd_octets(r, 1).n != 4)
        e = BAC_ERR(property, value_out_of_range);
    return e;
}

bac_err type_check(enum datatype type, enum datatype present, struct rd *r, uint32_t limit)
{
    bool null = rd_is(r, APP, TAG_null);
    if (type == DT_present)
        type = present;
    switch (type) {
    case DT_any: return check_any(r);
    case DT_priority: return null ? check_primitive(DT_null, r, 0) : check_primitive(present, r, limit);
    case DT_optional_unsigned: return check_primitive(null ? DT_null : DT_unsigned, r, limit);
    case DT_client_cov: return check_primitive(null ? DT_null : DT_real, r, 0);
    case DT_datetime: return check_datetime(r);
    case DT_date_range: {
        struct date_range v = rd_date_range(r);
        return rd_ok(r) ? check_range(v) : of_reason(r);
    }
    case DT_time_stamp: (void)rd_time_stamp(r); break;
    case DT_calendar_entry: {
        struct calendar_entry v = rd_calendar_entry(r);
        return rd_ok(r) ? check_entry(&v) : of_reason(r);
    }
    case DT_special_event: return check_special(r);
    case DT_daily_schedule: {
        struct rd times = rd_daily_schedule(r);
        return rd_ok(r) ? check_times(times) : of_reason(r);
    }
    case DT_destination: return check_destination(r);
    case DT_recipient: (void)rd_recipient(r); break;
    case DT_object_property_reference: return check_reference(r, false);
    case DT_device_object_property_reference: return check_reference(r, true);
    case DT_host_n_port: return check_host_n_port(r);
    case DT_bdt_entry: return check_bdt_entry(r);
    default:
        if (type <= DT_oid)
            return check_primitive(type, r, limit);
        rd_fail(r, rd_bad_type);      /* clients write none of the others */
    }
    return rd_ok(r) ? BAC_OK : of_reason(r);
}

/* The context tags with a number in them, and how deep in a value of the type they stand. */
static bool is_number(enum datatype type, unsigned depth, unsigned tag)
{
    switch (type) {
    case DT_object_property_reference:
    case DT_device_object_property_reference: return depth == 0 && (tag == 1 || tag == 2);
    case DT_special_event: return depth == 0 && tag == 3;
    case DT_time_stamp: return depth == 0 && tag == 1;
    case DT_host_n_port: return depth == 0 && tag == 1;
    case DT_bdt_entry: return depth == 1 && tag == 1;
    default: return false;
    }
}

static void copy_primitive(struct rd *r, const struct tag *t, bool number, struct wr *w)
{
    unsigned app = t->ctx ? TAG_octets : t->num;
    if (t->ctx && number) {
        wr_unsigned(w, t->num, rd_unsigned(r, t->num));
    } else if (app == TAG_unsigned) {
        wr_unsigned(w, APP, rd_unsigned(r, APP));
    } else if (app == TAG_enumerated) {
        wr_enumerated(w, APP, rd_enumerated(r, APP));
    } else if (app == TAG_integer) {
        wr_integer(w, APP, rd_integer(r, APP));
    } else if (app == TAG_bits) {
        wr_bits(w, APP, rd_bits(r, APP));
    } else {
        (void)rd_tag(r);
        wr_tag(w, t->num, t->ctx, t->len);
        if (app != TAG_boolean)
            wr_bytes(w, rd_take(r, t->len).p, t->len);
    }
}

/* Clauses 20.2.1, 20.2.4: the shortest header, the fewest octets of a number, no bits beyond a string's. */
void type_copy(struct rd *r, enum datatype type, enum datatype present, struct wr *w)
{
    struct rd from = *r;
    struct tag t;
    unsigned depth = 0;
    (void)type_check(type, present, r, 0);
    from.end = r->p;
    while (rd_left(&from) && rd_tag_peek(&from, &t)) {
        if (t.kind == TK_primitive) {
            copy_primitive(&from, &t, is_number(type, depth, t.num), w);
            continue;
        }
        (void)rd_tag(&from);
        if (t.kind == TK_open)
            wr_open(w, t.num);
        else
            wr_close(w, t.num);
        depth = t.kind == TK_open ? depth + 1 : depth - 1;
    }
}

bool type_same(struct span a, struct span b) { return a.n == b.n && !memcmp(a.p, b.p, a.n); }

bool type_default(enum datatype type, struct wr *w)
{
    if (type == DT_special_event) {       /* clause 12.24.8: empty list, lowest priority */
        wr_open(w, 0);
        wr_date(w, 0, (struct bdate){255, 255, 255, 255});
        wr_close(w, 0);
        wr_open(w, 2);
        wr_close(w, 2);
        wr_unsigned(w, 3, 16);
        return true;
    }
    return false;
}
