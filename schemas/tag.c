#include "schemas/tag.h"

#include "schemas/bacnet.h"

const char rd_missing[] = "missing parameter";
const char rd_bad_tag[] = "unexpected tag";
const char rd_bad_type[] = "wrong datatype";
const char rd_range[] = "value out of range";
const char rd_too_deep[] = "nested deeper than 16";

/* ---- writing ---- */

void wr_tag(struct wr *w, unsigned num, bool ctx, uint32_t len)
{
    uint8_t lvt = len < 5 ? (uint8_t)len : 5;
    wr_u8(w, (uint8_t)((num < 15 ? num : 15) << 4 | (ctx ? 8u : 0u) | lvt));
    if (num >= 15)
        wr_u8(w, (uint8_t)num);
    if (len < 5)
        return;
    if (len < 254) {
        wr_u8(w, (uint8_t)len);
    } else if (len <= UINT16_MAX) {
        wr_u8(w, 254);
        wr_u16(w, (uint16_t)len);
    } else {
        wr_u8(w, 255);
        wr_u32(w, len);
    }
}

static void wr_bracket(struct wr *w, unsigned num, uint8_t lvt)
{
    wr_u8(w, (uint8_t)((num < 15 ? num : 15) << 4 | 8 | lvt));
    if (num >= 15)
        wr_u8(w, (uint8_t)num);
}

void wr_open(struct wr *w, unsigned ctx) { wr_bracket(w, ctx, 6); }
void wr_close(struct wr *w, unsigned ctx) { wr_bracket(w, ctx, 7); }

static void wr_head(struct wr *w, int ctx, enum app_tag app, uint32_t len)
{
    wr_tag(w, ctx == APP ? (unsigned)app : (unsigned)ctx, ctx != APP, len);
}

void wr_null(struct wr *w, int ctx) { wr_head(w, ctx, TAG_null, 0); }

/* Clause 20.2.3: an application-tagged BOOLEAN carries its value in the length field. */
void wr_boolean(struct wr *w, int ctx, bool v)
{
    if (ctx == APP) {
        wr_tag(w, TAG_boolean, false, v);
    } else {
        wr_tag(w, (unsigned)ctx, true, 1);
        wr_u8(w, v);
    }
}

static void wr_number(struct wr *w, int ctx, enum app_tag app, uint64_t v)
{
    unsigned num = ctx == APP ? (unsigned)app : (unsigned)ctx;
    if (v < 256 && num < 15) {                   /* nearly always */
        const uint8_t two[2] = {(uint8_t)(num << 4 | (ctx == APP ? 1 : 9)), (uint8_t)v};
        wr_bytes(w, two, 2);
        return;
    }
    uint8_t b[8];
    size_t n = 0;
    if (v <= UINT8_MAX) {               /* nearly all of them */
        wr_head(w, ctx, app, 1);
        wr_u8(w, (uint8_t)v);
        return;
    }
    for (uint64_t rest = v; rest; rest >>= 8)
        n++;
    for (size_t i = 0; i < n; i++)
        b[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
    wr_head(w, ctx, app, (uint32_t)n);
    wr_bytes(w, b, n);
}

void wr_unsigned(struct wr *w, int ctx, uint64_t v) { wr_number(w, ctx, TAG_unsigned, v); }
void wr_enumerated(struct wr *w, int ctx, uint32_t v) { wr_number(w, ctx, TAG_enumerated, v); }

void wr_integer(struct wr *w, int ctx, int32_t v)
{
    uint32_t n = 1;
    while (n < 4 && (v < -((int32_t)1 << (8 * n - 1)) || v >= (int32_t)1 << (8 * n - 1)))
        n++;
    wr_head(w, ctx, TAG_integer, n);
    for (uint32_t i = n; i-- > 0;)
        wr_u8(w, (uint8_t)((uint32_t)v >> (8 * i)));
}

void wr_real(struct wr *w, int ctx, float v)
{
    uint32_t u;
    memcpy(&u, &v, sizeof u);
    wr_head(w, ctx, TAG_real, 4);
    wr_u32(w, u);
}

void wr_octets(struct wr *w, int ctx, const void *p, size_t n)
{
    wr_head(w, ctx, TAG_octets, (uint32_t)n);
    wr_bytes(w, p, n);
}

void wr_string(struct wr *w, int ctx, const char *utf8, size_t n)
{
    wr_head(w, ctx, TAG_string, (uint32_t)n + 1);
    wr_u8(w, 0);
    wr_bytes(w, utf8, n);
}

/* Clause 20.2.10: the first bit of the string is the most significant bit of the first octet. */
void wr_bits(struct wr *w, int ctx, struct bits v)
{
    static const uint8_t mirror[16] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
    uint32_t octets = (v.n + 7u) / 8u;
    uint64_t rest = v.n < 64 ? v.v & (((uint64_t)1 << v.n) - 1) : v.v;
    wr_head(w, ctx, TAG_bits, octets + 1);
    wr_u8(w, (uint8_t)(octets * 8 - v.n));
    for (uint32_t i = 0; i < octets; i++, rest >>= 8)
        wr_u8(w, (uint8_t)(mirror[rest & 15] << 4 | mirror[rest >> 4 & 15]));
}

void wr_date(struct wr *w, int ctx, struct bdate v)
{
    uint8_t b[4] = {v.year, v.month, v.day, v.wday};
    wr_head(w, ctx, TAG_date, 4);
    wr_bytes(w, b, 4);
}

void wr_time(struct wr *w, int ctx, struct btime v)
{
    uint8_t b[4] = {v.hour, v.minute, v.second, v.hundredth};
    wr_head(w, ctx, TAG_time, 4);
    wr_bytes(w, b, 4);
}

void wr_oid(struct wr *w, int ctx, uint32_t v)
{
    wr_head(w, ctx, TAG_oid, 4);
    wr_u32(w, v);
}

/* ---- reading ---- */

struct tag rd_tag(struct rd *r)
{
    uint8_t b = rd_u8(r);
    struct tag t = {(uint8_t)(b >> 4), (b & 8) != 0, TK_primitive, b & 7};
    if (t.num == 15) {
        t.num = rd_u8(r);
        if (t.num < 15 || t.num == 255)
            rd_fail(r, rd_bad_tag);              /* clause 20.2.1.2: has an octet of its own; reserved */
    }
    if (t.ctx && t.len >= 6) {
        t.kind = t.len == 6 ? TK_open : TK_close;
        t.len = 0;
        return t;
    }
    if (t.len == 5) {
        t.len = rd_u8(r);
        if (t.len == 254)
            t.len = rd_u16(r);
        else if (t.len == 255)
            t.len = rd_u32(r);
    } else if (t.len > 5) {
        rd_fail(r, rd_bad_tag);
    }
    return t;
}

bool rd_tag_peek(const struct rd *r, struct tag *t)
{
    struct rd ahead = *r;
    *t = rd_tag(&ahead);
    return rd_ok(r) && rd_ok(&ahead);
}

/* First octet of a primitive that is at most 4 octets long, length left out; -1: needs a second. */
static int head_of(int ctx, unsigned app)
{
    unsigned num = ctx == APP ? app : (unsigned)ctx;
    return num < 15 ? (int)(num << 4 | (ctx == APP ? 0u : 8u)) : -1;
}

/* Nearly every tag is one octet: that is decided by a comparison. */
bool rd_is(const struct rd *r, int ctx, unsigned app)
{
    struct tag t;
    int head = head_of(ctx, app);
    uint8_t b = rd_peek(r);
    if (head >= 0 && rd_left(r) && b >> 4 != 15 && ((b & 0xf8) != head || (b & 7) < 5))
        return (b & 0xf8) == head;
    return rd_tag_peek(r, &t) && t.kind == TK_primitive && t.ctx == (ctx != APP) &&
           t.num == (ctx == APP ? app : (unsigned)ctx);
}

bool rd_is_open(const struct rd *r, unsigned ctx)
{
    struct tag t;
    if (ctx < 15)
        return rd_left(r) && *r->p == (ctx << 4 | 8 | 6);
    return rd_tag_peek(r, &t) && t.kind == TK_open && t.num == ctx;
}

bool rd_is_close(const struct rd *r, unsigned ctx)
{
    struct tag t;
    if (ctx < 15)
        return rd_left(r) && *r->p == (ctx << 4 | 8 | 7);
    return rd_tag_peek(r, &t) && t.kind == TK_close && t.num == ctx;
}

/* Why the tag that was wanted is not the next one. */
static void rd_refuse(struct rd *r, int ctx)
{
    struct tag t;
    if (!rd_left(r))
        rd_fail(r, rd_missing);
    else if (!rd_tag_peek(r, &t))
        rd_fail(r, rd_bad_tag);
    else if (ctx == APP && !t.ctx)
        rd_fail(r, rd_bad_type);                 /* a primitive, but of another datatype */
    else if (t.ctx && t.kind != TK_close && t.num > ctx && ctx != APP)
        rd_fail(r, rd_missing);                  /* a later parameter stands there */
    else
        rd_fail(r, rd_bad_tag);
}

void rd_open(struct rd *r, unsigned ctx)
{
    if (rd_is_open(r, ctx))
        (void)rd_take(r, ctx < 15 ? 1 : 2);
    else
        rd_refuse(r, (int)ctx);
}

void rd_close(struct rd *r, unsigned ctx)
{
    if (rd_is_close(r, ctx))
        (void)rd_take(r, ctx < 15 ? 1 : 2);
    else
        rd_fail(r, rd_bad_tag);
}

/* Steps over one tag and its content; keeps the numbers of the brackets that are open. */
static void skip(struct rd *r, uint8_t *open, unsigned *depth)
{
    struct tag t = rd_tag(r);
    if (!rd_ok(r))
        return;
    if (t.kind == TK_open) {
        if (*depth == TAG_DEPTH_MAX)
            rd_fail(r, rd_too_deep);
        else
            open[(*depth)++] = t.num;
    } else if (t.kind == TK_close) {
        if (!*depth || open[*depth - 1] != t.num)
            rd_fail(r, rd_bad_tag);
        else
            --*depth;
    } else if (t.ctx || t.num != TAG_boolean) {
        (void)rd_take(r, t.len);
    }
}

struct span rd_element(struct rd *r)
{
    uint8_t open[TAG_DEPTH_MAX];
    unsigned depth = 0;
    const uint8_t *from = r->p;
    if (!rd_left(r))
        rd_fail(r, rd_missing);
    do
        skip(r, open, &depth);
    while (rd_ok(r) && depth);
    return (struct span){from, rd_ok(r) ? (size_t)(r->p - from) : 0};
}

struct rd rd_enclosed(struct rd *r, unsigned ctx)
{
    uint8_t open[TAG_DEPTH_MAX];
    unsigned depth = 0;
    rd_open(r, ctx);
    const uint8_t *from = r->p;
    while (rd_ok(r) && !(depth == 0 && rd_is_close(r, ctx))) {
        if (!rd_left(r))
            rd_fail(r, rd_bad_tag);
        else
            skip(r, open, &depth);
    }
    struct rd in = rd_of(from, rd_ok(r) ? (size_t)(r->p - from) : 0);
    rd_close(r, ctx);
    if (!rd_ok(r))
        rd_fail(&in, r->err);
    return in;
}

/* Content of the next primitive, if it carries the right tag and a length within min..max. */
static struct rd content(struct rd *r, int ctx, enum app_tag app, size_t min, size_t max)
{
    uint8_t b = rd_peek(r);
    size_t len = b & 7;
    if (rd_left(r) && len < 5 && (b & 0xf8) == head_of(ctx, app)) {
        r->p++;
    } else if (rd_is(r, ctx, app)) {
        len = rd_tag(r).len;
    } else {
        rd_refuse(r, ctx);
        return rd_of(r->p, 0);
    }
    if (len < min || len > max) {
        rd_fail(r, rd_bad_type);
        return rd_of(r->p, 0);
    }
    return rd_sub(r, len);
}

void rd_null(struct rd *r, int ctx) { (void)content(r, ctx, TAG_null, 0, 0); }

bool rd_boolean(struct rd *r, int ctx)
{
    if (ctx != APP) {
        struct rd c = content(r, ctx, TAG_boolean, 1, 1);
        uint8_t v = rd_u8(&c);
        if (rd_ok(r) && v > 1)
            rd_fail(r, rd_range);
        return v == 1;
    }
    if (!rd_is(r, APP, TAG_boolean)) {
        rd_refuse(r, APP);
        return false;
    }
    struct tag t = rd_tag(r);
    if (t.len > 1)
        rd_fail(r, rd_range);
    return t.len == 1;
}

/* Receivers accept leading zero octets (clause 20.2.4). */
static uint32_t number(struct rd *r, int ctx, enum app_tag app)
{
    if (rd_left(r) > 1 && *r->p == (head_of(ctx, app) | 1)) {
        r->p += 2;
        return r->p[-1];
    }
    struct rd c = content(r, ctx, app, 1, SIZE_MAX);
    uint64_t v = 0;
    if (rd_left(&c) == 1)
        return *c.p;
    while (rd_left(&c)) {
        v = v << 8 | rd_u8(&c);
        if (v > UINT32_MAX) {
            rd_fail(r, rd_range);
            return 0;
        }
    }
    return rd_ok(r) ? (uint32_t)v : 0;
}

uint32_t rd_unsigned(struct rd *r, int ctx) { return number(r, ctx, TAG_unsigned); }
uint32_t rd_enumerated(struct rd *r, int ctx) { return number(r, ctx, TAG_enumerated); }

int32_t rd_integer(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_integer, 1, 4);
    uint32_t v = rd_peek(&c) & 0x80 ? UINT32_MAX : 0;
    while (rd_left(&c))
        v = v << 8 | rd_u8(&c);
    return rd_ok(r) ? (int32_t)v : 0;
}

float rd_real(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_real, 4, 4);
    uint32_t u = rd_u32(&c);
    float v;
    memcpy(&v, &u, sizeof v);
    return rd_ok(r) ? v : 0.0f;
}

double rd_double(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_double, 8, 8);
    uint64_t u = (uint64_t)rd_u32(&c) << 32;
    u |= rd_u32(&c);
    double v;
    memcpy(&v, &u, sizeof v);
    return rd_ok(r) ? v : 0.0;
}

struct span rd_octets(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_octets, 0, SIZE_MAX);
    return rd_rest(&c);
}

struct span rd_string(struct rd *r, int ctx, uint8_t *charset)
{
    struct rd c = content(r, ctx, TAG_string, 1, SIZE_MAX);
    *charset = rd_u8(&c);
    return rd_rest(&c);
}

struct bits rd_bits(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_bits, 1, 9);
    uint8_t unused = rd_u8(&c);
    struct bits v = {0, 0};
    if (!rd_ok(r))
        return v;
    if (unused > 7 || (unused && !rd_left(&c))) {
        rd_fail(r, rd_bad_type);
        return v;
    }
    v.n = (uint8_t)(rd_left(&c) * 8 - unused);
    for (unsigned i = 0; rd_left(&c); i++) {
        uint8_t b = rd_u8(&c);
        for (unsigned k = 0; k < 8 && i * 8 + k < v.n; k++)
            if (b & 0x80 >> k)
                v.v |= (uint64_t)1 << (i * 8 + k);
    }
    return v;
}

struct bdate rd_date(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_date, 4, 4);
    struct span s = rd_take(&c, 4);
    return (struct bdate){s.p[0], s.p[1], s.p[2], s.p[3]};
}

struct btime rd_time(struct rd *r, int ctx)
{
    struct rd c = content(r, ctx, TAG_time, 4, 4);
    struct span s = rd_take(&c, 4);
    return (struct btime){s.p[0], s.p[1], s.p[2], s.p[3]};
}

uint32_t rd_oid(struct rd *r, int ctx)
{
    if (rd_left(r) > 4 && *r->p == (head_of(ctx, TAG_oid) | 4)) {
        r->p++;
        return rd_u32(r);
    }
    struct rd c = content(r, ctx, TAG_oid, 4, 4);
    return rd_u32(&c);
}

uint32_t rd_opt_unsigned(struct rd *r, unsigned ctx, uint32_t absent)
{
    return rd_is(r, (int)ctx, TAG_unsigned) ? rd_unsigned(r, (int)ctx) : absent;
}

uint32_t rd_opt_index(struct rd *r, unsigned ctx)
{
    bool other = ctx < 15 && rd_left(r) && ((*r->p & 0xf8) != (ctx << 4 | 8) || (*r->p & 7) > 5);
    if (other || !rd_is(r, (int)ctx, TAG_unsigned))
        return BACNET_INDEX_ALL;
    uint32_t given = rd_unsigned(r, (int)ctx);
    return given == BACNET_INDEX_ALL ? BACNET_INDEX_ALL - 1 : given;
}

uint32_t rd_index_given(struct rd r, unsigned ctx, uint32_t index)
{
    return index == BACNET_INDEX_ALL - 1 ? rd_unsigned(&r, (int)ctx) : index;
}
