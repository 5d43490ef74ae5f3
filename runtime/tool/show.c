/* See show.h. */
#include "runtime/tool/show.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "schemas/print.h"
#include "schemas/tag.h"
#include "schemas/utf8.h"

#define NAMES(...) (const char *const[]){__VA_ARGS__, NULL}

/* Bit strings by property. */
static const struct bit_names {
    uint32_t property;
    const char *const *names;
} bit_names[] = {
    {P_status_flags, NAMES("in-alarm", "fault", "overridden", "out-of-service")},
    {P_event_enable, NAMES("to-offnormal", "to-fault", "to-normal")},
    {P_acked_transitions, NAMES("to-offnormal", "to-fault", "to-normal")},
    {P_ack_required, NAMES("to-offnormal", "to-fault", "to-normal")},
    {P_limit_enable, NAMES("low-limit", "high-limit")},
};

void show_text(struct wr *w, const char *s) { wr_bytes(w, s, strlen(s)); }

static void print_number(struct wr *w, long long v)
{
    char s[24];
    snprintf(s, sizeof s, "%lld", v);
    show_text(w, s);
}

void show_real(struct wr *w, double v, bool is_float)
{
    char s[40];
    if (isnan(v)) {
        show_text(w, "NaN");
        return;
    }
    if (isinf(v)) {
        show_text(w, v < 0 ? "-INF" : "INF");
        return;
    }
    if (fabs(v) < 1e15 && !(v > floor(v))) {     /* a whole number: 30, not 3e+01 */
        snprintf(s, sizeof s, "%.0f", v + 0.0);
        show_text(w, s);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, v);
        double back = strtod(s, NULL);
        if (is_float ? (float)back == (float)v : !(back < v || back > v))
            break;
    }
    show_text(w, s);
}

void show_oid(struct wr *w, uint32_t oid)
{
    const char *name = object_type_name(oid_type(oid));
    if (name)
        show_text(w, name);
    else
        print_number(w, oid_type(oid));
    show_text(w, ",");
    print_number(w, oid_instance(oid));
}

/* ---- primitives ---- */

struct out {
    struct wr *w;
    enum show_form form;
    uint32_t type, property;
};

static void quote(const struct out *o)
{
    if (o->form == SHOW_JSON)
        show_text(o->w, "\"");
}

static void print_hex(const struct out *o, struct span s)
{
    static const char digits[] = "0123456789abcdef";
    quote(o);
    for (size_t i = 0; i < s.n; i++) {
        wr_u8(o->w, (uint8_t)digits[s.p[i] >> 4]);
        wr_u8(o->w, (uint8_t)digits[s.p[i] & 15]);
    }
    quote(o);
}

static const char *const *names_of(uint32_t property)
{
    for (size_t i = 0; i < sizeof bit_names / sizeof *bit_names; i++)
        if (bit_names[i].property == property)
            return bit_names[i].names;
    return NULL;
}

static const char *enum_name(const struct out *o, uint32_t v)
{
    bool binary = o->type == OT_binary_input || o->type == OT_binary_output ||
                  o->type == OT_binary_value;
    bool state = o->property == P_present_value || o->property == P_relinquish_default ||
                 o->property == P_feedback_value || o->property == P_alarm_value ||
                 o->property == P_priority_array;
    return state && !binary ? NULL : print_enum_name(o->property, v);
}

static void print_enum(const struct out *o, uint32_t v)
{
    const char *name = enum_name(o, v);
    if (name && o->form == SHOW_JSON)
        quote(o);
    if (name)
        show_text(o->w, name);
    else
        print_number(o->w, v);
    if (name && o->form == SHOW_JSON)
        quote(o);
}

static void print_bits(const struct out *o, struct bits b)
{
    const char *const *names = names_of(o->property);
    bool json = o->form == SHOW_JSON, any = false;
    show_text(o->w, json ? "[" : "{");
    for (unsigned i = 0; i < b.n; i++) {
        if (!(b.v >> i & 1))
            continue;
        show_text(o->w, any ? (json ? "," : " ") : "");
        any = true;
        const char *name = NULL;
        for (unsigned k = 0; names && names[k] && k <= i; k++)
            name = k == i ? names[k] : NULL;
        if (name)
            quote(o);
        if (name)
            show_text(o->w, name);
        else
            print_number(o->w, i);
        if (name)
            quote(o);
    }
    show_text(o->w, json ? "]" : "}");
}

enum { CHARSET_UTF8, CHARSET_UCS4 = 3, CHARSET_UCS2, CHARSET_LATIN1, NO_CHARACTER = 0xfffd };

/* The character at the start (clause 20.2.9) and its octets; what is none is U+FFFD. */
static size_t character(struct span s, uint8_t charset, unsigned *code)
{
    size_t n = charset == CHARSET_UCS4 ? 4 : charset == CHARSET_UCS2 ? 2 : 1;
    *code = 0;
    if (charset == CHARSET_UTF8) {
        n = utf8_next(s.p, s.n, code);
        if (!n)
            *code = NO_CHARACTER;
        return n ? n : 1;
    }
    for (size_t i = 0; i < n && i < s.n; i++)
        *code = *code << 8 | s.p[i];
    if (n > s.n || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        *code = NO_CHARACTER;
    return n < s.n ? n : s.n;
}

/* Whatever others say, it comes out as UTF-8. Control characters, the second set of them too, never
 * reach a terminal; JSON escapes what it must. */
static void print_string(const struct out *o, struct span s, uint8_t charset)
{
    bool json = o->form == SHOW_JSON;
    if (charset != CHARSET_UTF8 && (charset < CHARSET_UCS4 || charset > CHARSET_LATIN1)) {
        char head[8];
        snprintf(head, sizeof head, "(%u)", charset);
        if (!json)
            show_text(o->w, head);
        print_hex(o, s);
        return;
    }
    quote(o);
    while (s.n) {
        unsigned code;
        char c[8];
        size_t n = character(s, charset, &code);
        s = (struct span){s.p + n, s.n - n};
        if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
            snprintf(c, sizeof c, json ? "\\u%04x" : "\\x%02x", code);
            show_text(o->w, c);
        } else {
            if (json && (code == '"' || code == '\\'))
                wr_u8(o->w, '\\');
            uint8_t octets[4];
            wr_bytes(o->w, octets, utf8_put(octets, code));
        }
    }
    quote(o);
}

static void print_part(struct wr *w, unsigned v, unsigned any, int width)
{
    char s[12];
    snprintf(s, sizeof s, "%0*u", width, v);
    show_text(w, v == any ? "*" : s);
}

static void print_date(const struct out *o, struct bdate d)
{
    static const char *const days[] = {"", " Mon", " Tue", " Wed", " Thu", " Fri", " Sat", " Sun"};
    static const char *const months[] = {"odd", "even"};
    quote(o);
    print_part(o->w, d.year == 255 ? 255 : d.year + 1900u, 255, 4);
    show_text(o->w, "-");
    if (d.month == 13 || d.month == 14)
        show_text(o->w, months[d.month - 13]);
    else
        print_part(o->w, d.month, 255, 2);
    show_text(o->w, "-");
    if (d.day == 32)
        show_text(o->w, "last");
    else
        print_part(o->w, d.day, 255, 2);
    if (d.wday >= 1 && d.wday <= 7)
        show_text(o->w, days[d.wday]);
    quote(o);
}

static void print_time(const struct out *o, struct btime t)
{
    quote(o);
    print_part(o->w, t.hour, 255, 2);
    show_text(o->w, ":");
    print_part(o->w, t.minute, 255, 2);
    show_text(o->w, ":");
    print_part(o->w, t.second, 255, 2);
    show_text(o->w, ".");
    print_part(o->w, t.hundredth, 255, 2);
    quote(o);
}

static void print_float(const struct out *o, double v, bool is_float)
{
    bool odd = isnan(v) || isinf(v);
    if (odd)
        quote(o);
    show_real(o->w, v, is_float);
    if (odd)
        quote(o);
}

static void print_bool(const struct out *o, bool v) { show_text(o->w, v ? "true" : "false"); }

static void print_application(const struct out *o, struct rd *r, uint8_t num)
{
    uint8_t charset = 0;
    switch (num) {
    case TAG_null: rd_null(r, APP); show_text(o->w, "null"); break;
    case TAG_boolean: print_bool(o, rd_boolean(r, APP)); break;
    case TAG_unsigned: print_number(o->w, rd_unsigned(r, APP)); break;
    case TAG_integer: print_number(o->w, rd_integer(r, APP)); break;
    case TAG_real: print_float(o, (double)rd_real(r, APP), true); break;
    case TAG_double: print_float(o, rd_double(r, APP), false); break;
    case TAG_octets: print_hex(o, rd_octets(r, APP)); break;
    case TAG_string: {
        struct span s = rd_string(r, APP, &charset);
        print_string(o, s, charset);
        break;
    }
    case TAG_bits: print_bits(o, rd_bits(r, APP)); break;
    case TAG_enumerated: print_enum(o, rd_enumerated(r, APP)); break;
    case TAG_date: print_date(o, rd_date(r, APP)); break;
    case TAG_time: print_time(o, rd_time(r, APP)); break;
    case TAG_oid:
        quote(o);
        show_oid(o->w, rd_oid(r, APP));
        quote(o);
        break;
    default: print_hex(o, rd_element(r));
    }
}

/* ---- anything ---- */

static void print_all(const struct out *o, struct rd *r, unsigned depth);

/* A context-tagged value: its number, and what is in it as far as one can tell without a schema. */
static void print_context(const struct out *o, struct rd *r, const struct tag *t, unsigned depth)
{
    char label[16];
    snprintf(label, sizeof label, o->form == SHOW_JSON ? "{\"%u\":" : "[%u] ", t->num);
    show_text(o->w, label);
    if (t->kind == TK_open && depth < TAG_DEPTH_MAX) {
        struct rd inner = rd_enclosed(r, t->num);
        show_text(o->w, o->form == SHOW_JSON ? "[" : "{");
        print_all(o, &inner, depth + 1);
        show_text(o->w, o->form == SHOW_JSON ? "]" : "}");
    } else if (t->kind == TK_primitive && t->num == 0 && t->len &&
               (o->property == P_tags || o->property == P_subordinate_tags)) {
        uint8_t charset = 0;            /* the name of a BACnetNameValue */
        struct span s = rd_string(r, 0, &charset);
        print_string(o, s, charset);
    } else if (t->kind == TK_primitive) {
        (void)rd_tag(r);
        print_hex(o, rd_take(r, t->len));
    } else {
        rd_fail(r, rd_bad_tag);
    }
    if (o->form == SHOW_JSON)
        show_text(o->w, "}");
}

static void print_all(const struct out *o, struct rd *r, unsigned depth)
{
    struct tag t;
    for (bool first = true; rd_ok(r) && rd_left(r); first = false) {
        if (!first)
            show_text(o->w, o->form == SHOW_JSON ? "," : depth ? ", " : "\n");
        struct rd before = *r;
        size_t len = o->w->len;
        if (!rd_tag_peek(r, &t))
            rd_fail(r, rd_bad_tag);
        else if (t.ctx)
            print_context(o, r, &t, depth);
        else
            print_application(o, r, t.num);
        if (!rd_ok(r)) {                /* broken from here on */
            o->w->len = len;
            print_hex(o, rd_rest(&before));
        }
    }
}

void show_value(struct wr *w, enum show_form form, uint32_t object_type, uint32_t property,
                 struct span value)
{
    struct out o = {w, form, object_type, property};
    struct rd r = rd_of(value.p, value.n), one = r;
    struct tag t;
    (void)rd_element(&one);
    bool several = form == SHOW_JSON && (!value.n || rd_left(&one) ||
                                          (rd_tag_peek(&r, &t) && t.ctx));
    if (several)
        show_text(w, "[");
    print_all(&o, &r, 0);
    if (several)
        show_text(w, "]");
}

/* ---- reading what people type ---- */

static bool parse_number(const char *s, unsigned long max, uint32_t *out)
{
    char *end;
    if (*s < '0' || *s > '9')
        return false;
    unsigned long v = strtoul(s, &end, 10);
    *out = (uint32_t)v;
    return !*end && v <= max;
}

bool show_parse_oid(const char *text, uint32_t *oid)
{
    size_t n = strcspn(text, ",:");
    const char *rest = text[n] ? text + n + 1 : text + n;
    if (!text[n]) {                     /* AV1 */
        n = strcspn(text, "0123456789");
        rest = text + n;
    }
    uint32_t type, instance;
    char number[8] = "";
    if (n && n < sizeof number)
        memcpy(number, text, n);
    long known = n ? object_type_by_name(text, n) : -1;
    if (known >= 0)
        type = (uint32_t)known;
    else if (!parse_number(number, 1023, &type))
        return false;
    if (!parse_number(rest, BACNET_INSTANCE_WILDCARD, &instance))
        return false;
    *oid = OID(type, instance);
    return true;
}

bool show_parse_property(const char *text, uint32_t *property)
{
    long known = property_by_name(text, strlen(text));
    if (known >= 0)
        *property = (uint32_t)known;
    return known >= 0 || parse_number(text, 4194303, property);
}
