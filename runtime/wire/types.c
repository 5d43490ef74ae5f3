/* See types.h: readers and writers. What a property may hold is type_check.c's. */
#include "runtime/wire/types.h"

#include <math.h>

#include "runtime/base/peer.h"
#include "runtime/wire/dates.h"

struct recipient rd_recipient(struct rd *r)
{
    struct recipient v = {false, TYPE_NONE, 0, {NULL, 0}};
    if (!rd_is_open(r, 1)) {
        v.device = rd_oid(r, 0);
        if (rd_ok(r) && oid_type(v.device) != OT_device)
            rd_fail(r, rd_range);
        return v;
    }
    rd_open(r, 1);
    v.is_address = true;
    uint32_t network = rd_unsigned(r, APP);
    v.mac = rd_octets(r, APP);
    rd_close(r, 1);
    if (rd_ok(r) && (network > UINT16_MAX || v.mac.n > PEER_SADR_MAX))
        rd_fail(r, rd_range);
    v.network = (uint16_t)network;
    return v;
}

static uint8_t rd_bits_of(struct rd *r, unsigned n)
{
    struct bits b = rd_bits(r, APP);
    if (rd_ok(r) && b.n != n)
        rd_fail(r, rd_range);
    return (uint8_t)b.v;
}

struct destination rd_destination(struct rd *r)
{
    struct destination v;
    v.days = rd_bits_of(r, 7);
    v.from = rd_time(r, APP);
    v.to = rd_time(r, APP);
    v.to_whom = rd_recipient(r);
    v.process = rd_unsigned(r, APP);
    v.confirmed = rd_boolean(r, APP);
    v.transitions = rd_bits_of(r, TRANSITIONS);
    return v;
}

struct datetime rd_datetime(struct rd *r)
{
    struct datetime v;
    v.date = rd_date(r, APP);
    v.time = rd_time(r, APP);
    return v;
}

struct time_stamp rd_time_stamp(struct rd *r)
{
    struct time_stamp v = {TS_time, 0, {{255, 255, 255, 255}, {255, 255, 255, 255}}};
    if (rd_is_open(r, 2)) {
        v.kind = TS_datetime;
        rd_open(r, 2);
        v.at = rd_datetime(r);
        rd_close(r, 2);
    } else if (rd_is(r, 1, TAG_unsigned)) {
        v.kind = TS_sequence;
        uint32_t n = rd_unsigned(r, 1);
        if (n > UINT16_MAX)
            rd_fail(r, rd_range);
        v.sequence = (uint16_t)n;
    } else {
        v.at.time = rd_time(r, 0);
    }
    return v;
}

struct date_range rd_date_range(struct rd *r)
{
    struct date_range v;
    v.from = rd_date(r, APP);
    v.to = rd_date(r, APP);
    return v;
}

struct calendar_entry rd_calendar_entry(struct rd *r)
{
    struct calendar_entry v = {CE_date, {{255, 255, 255, 255}, {255, 255, 255, 255}}, 255, 255, 255};
    if (rd_is_open(r, 1)) {
        v.kind = CE_range;
        rd_open(r, 1);
        v.range = rd_date_range(r);
        rd_close(r, 1);
    } else if (rd_is(r, 2, TAG_octets)) {
        v.kind = CE_week_n_day;
        struct span s = rd_octets(r, 2);
        if (s.n != 3) {
            rd_fail(r, rd_bad_type);
            return v;
        }
        v.month = s.p[0];
        v.week = s.p[1];
        v.wday = s.p[2];
    } else {
        v.range.from = rd_date(r, 0);
    }
    return v;
}

struct special_event rd_special_event(struct rd *r)
{
    struct special_event v = {.calendar = TYPE_NONE};
    if (rd_is_open(r, 0)) {
        rd_open(r, 0);
        v.entry = rd_calendar_entry(r);
        rd_close(r, 0);
    } else {
        v.by_calendar = true;
        v.calendar = rd_oid(r, 1);
    }
    v.times = rd_enclosed(r, 2);
    uint32_t priority = rd_unsigned(r, 3);
    if (rd_ok(r) && (priority < 1 || priority > 16))
        rd_fail(r, rd_range);
    v.priority = (uint8_t)priority;
    return v;
}

struct time_value rd_time_value(struct rd *r)
{
    struct time_value v;
    struct tag t;
    v.time = rd_time(r, APP);
    if (rd_tag_peek(r, &t) && (t.ctx || t.num > TAG_oid))
        rd_fail(r, rd_bad_type);
    v.value = rd_element(r);
    return v;
}

struct rd rd_daily_schedule(struct rd *r) { return rd_enclosed(r, 0); }

struct prop_ref rd_prop_ref(struct rd *r, bool device)
{
    struct prop_ref v;
    v.object = rd_oid(r, 0);
    v.property = rd_enumerated(r, 1);
    v.index = rd_opt_index(r, 2);
    v.device = device && rd_is(r, 3, TAG_oid) ? rd_oid(r, 3) : TYPE_NONE;
    return v;
}

/* So that a NaN that is given is not taken for none. */
float rd_opt_increment(struct rd *r, int tag)
{
    if (!rd_is(r, tag, TAG_real))
        return NAN;
    float v = rd_real(r, tag);
    return isnan(v) ? -1 : v;
}

void wr_recipient(struct wr *w, const struct recipient *v)
{
    if (!v->is_address) {
        wr_oid(w, 0, v->device);
        return;
    }
    wr_open(w, 1);
    wr_unsigned(w, APP, v->network);
    wr_octets(w, APP, v->mac.p, v->mac.n);
    wr_close(w, 1);
}

void wr_destination(struct wr *w, const struct destination *v)
{
    wr_bits(w, APP, (struct bits){7, v->days});
    wr_time(w, APP, v->from);
    wr_time(w, APP, v->to);
    wr_recipient(w, &v->to_whom);
    wr_unsigned(w, APP, v->process);
    wr_boolean(w, APP, v->confirmed);
    wr_bits(w, APP, (struct bits){TRANSITIONS, v->transitions});
}

void wr_datetime(struct wr *w, struct datetime v)
{
    wr_date(w, APP, v.date);
    wr_time(w, APP, v.time);
}

void wr_time_stamp(struct wr *w, const struct time_stamp *v)
{
    if (v->kind == TS_time) {
        wr_time(w, 0, v->at.time);
    } else if (v->kind == TS_sequence) {
        wr_unsigned(w, 1, v->sequence);
    } else {
        wr_open(w, 2);
        wr_datetime(w, v->at);
        wr_close(w, 2);
    }
}

void wr_failure(struct wr *w, unsigned ctx, bac_err e)
{
    wr_open(w, ctx);
    wr_enumerated(w, APP, bac_err_class(e));
    wr_enumerated(w, APP, bac_err_code(e));
    wr_close(w, ctx);
}

bool recipient_same(const struct recipient *a, const struct recipient *b)
{
    if (a->is_address != b->is_address)
        return false;
    if (!a->is_address)
        return a->device == b->device;
    return a->network == b->network && a->mac.n == b->mac.n &&
           (!a->mac.n || !memcmp(a->mac.p, b->mac.p, a->mac.n));
}

bool date_is_any(struct bdate d)
{
    return d.year == 255 && d.month == 255 && d.day == 255 && d.wday == 255;
}

/* The day of week may be left open: it follows from the rest. */
bool date_is_specific(struct bdate d)
{
    return d.year != 255 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= dates_in_month(d.year, d.month) && (d.wday == 255 || (d.wday >= 1 && d.wday <= 7));
}

/* A day that no year has is none: 30 February, 29 February 2027. */
bool date_is_pattern(struct bdate d)
{
    enum { LEAP = 100 };                        /* 2000 */
    return (d.month == 255 || (d.month >= 1 && d.month <= 14)) &&
           (d.day == 255 || (d.day >= 1 && d.day <= 34)) &&
           (d.month > 12 || d.day > 31 || d.day <= dates_in_month(d.year == 255 ? LEAP : d.year, d.month)) &&
           (d.wday == 255 || (d.wday >= 1 && d.wday <= 7));
}

bool time_is_specific(struct btime t)
{
    return t.hour < 24 && t.minute < 60 && t.second < 60 && t.hundredth < 100;
}
