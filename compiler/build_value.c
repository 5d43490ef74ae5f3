/* One attribute value to one member of a record, by the kind in its vocabulary row. Every wrong
 * value is one diagnostic at the value's place; the member then keeps its default. */
#include "compiler/build.h"

#include "compiler/hash.h"
#include "compiler/number_text.h"

#include <math.h>
#include <regex.h>
#include <string.h>
#include <strings.h>

static bool complain(struct build *b, const struct node *n, const struct attr *a,
                     enum diag_code code, const char *must)
{
    struct srcpos pos = value_pos(n, a);
    if (a->n > 80)
        diag(b->ctx, pos, code, "%s %s, not a text of %u octets", at_names[a->name], must, a->n);
    else
        diag(b->ctx, pos, code, "%s %s, not '%s'", at_names[a->name], must, a->value);
    return false;
}

static void store_unsigned(void *to, size_t size, uint64_t v)
{
    uint8_t v8 = (uint8_t)v;
    uint16_t v16 = (uint16_t)v;
    uint32_t v32 = (uint32_t)v;
    if (to)
        memcpy(to, size == 1 ? (void *)&v8 : size == 2 ? (void *)&v16
                   : size == 4 ? (void *)&v32 : (void *)&v, size);
}

static void store_str(void *to, struct str v)
{
    if (to)
        memcpy(to, &v, sizeof v);
}

static bool in_range(struct build *b, const struct vocab_row *row, const struct node *n,
                     const struct attr *a, double v)
{
    char must[96], lo[32];
    if ((row->lo == 0 && row->hi == 0) || (v >= row->lo && v <= row->hi))
        return true;
    print_real(lo, row->lo);
    snprintf(must, sizeof must, "is %s..%.0f", lo, row->hi);
    return complain(b, n, a, D_OUT_OF_RANGE, must);
}

static bool number(struct build *b, const struct vocab_row *row, const struct node *n,
                   const struct attr *a, void *to)
{
    int64_t v;
    double real;
    if (row->kind == VK_real) {
        if (!parse_real(a->value, a->n, &real))
            return complain(b, n, a, D_BAD_NUMBER, "is a number");
        if (!in_range(b, row, n, a, real))
            return false;
        if (to)
            memcpy(to, &real, sizeof real);
        return true;
    }
    if (!parse_int(a->value, a->n, &v))
        return complain(b, n, a, D_BAD_NUMBER, "is a whole number");
    if (row->kind == VK_instance && v == BACNET_INSTANCE_WILDCARD)
        return complain(b, n, a, D_BAD_INSTANCE, "is 0..4194302");
    if (!in_range(b, row, n, a, (double)v))
        return false;
    store_unsigned(to, row->size, (uint64_t)v);
    return true;
}

static bool duration(struct build *b, const struct vocab_row *row, const struct node *n,
                     const struct attr *a, void *to)
{
    uint64_t ms;
    char lo[32], hi[32], must[80];
    if (!parse_duration(a->value, a->n, &ms))
        return complain(b, n, a, D_BAD_DURATION, "is a duration");
    if ((double)ms < row->lo || (double)ms > row->hi) {
        print_duration(lo, (uint64_t)row->lo);
        print_duration(hi, (uint64_t)row->hi);
        snprintf(must, sizeof must, "is %s..%s", lo, hi);
        return complain(b, n, a, D_OUT_OF_RANGE, must);
    }
    store_unsigned(to, row->size, row->kind == VK_seconds ? ms / 1000 : ms);
    return true;
}

/* "a, b or c" */
static const char *choices(struct build *b, const char *words)
{
    const char *out = "";
    size_t n;
    for (int i = 0;; i++) {
        const char *w = word_at(words, i, &n);
        const char *glue = !i ? "" : w[n] ? ", " : " or ";
        out = arena_printf(b->ctx->arena, "%s%s%.*s", out, glue, (int)n, w);
        if (!w[n])
            return out;
    }
}

/* The attribute's value as the two numbers that tell it from any other of its length; at most 16 octets. */
static uint64_t octets_of(const struct attr *a, uint64_t text[2])
{
    text[0] = str_octets(a->value, a->n);
    text[1] = a->n > 8 ? str_octets(a->value + 8, a->n - 8u) : 0;
    return (text[0] ^ text[1] * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
}

/* parse_word(), of which most answers have been given before. */
static int which_word(struct build *b, const struct attr *a, const char *words)
{
    struct build_word key = {.words = words, .n = a->n};
    if (!a->n || a->n > sizeof key.text)
        return parse_word(a->value, a->n, words);
    uint64_t hash = octets_of(a, key.text) + (uintptr_t)words * 0x9e3779b97f4a7c15u;
    struct build_word *w = &b->words[(hash >> 32) % BUILD_WORDS];
    if (w->words != words || w->n != key.n || w->text[0] != key.text[0] || w->text[1] != key.text[1]) {
        key.i = parse_word(a->value, a->n, words);
        *w = key;
    }
    return w->i;
}

/* The word that other tools and languages have something else for. */
static const char *synonym(const struct attr *a, const char *words)
{
    static const struct { const char *theirs, *ours; } same[] = {
        {"yes", "true"},        {"1", "true"},          {"on", "true"},         {"no", "false"},
        {"0", "false"},         {"off", "false"},       {"rw", "readWrite"},    {"read/write", "readWrite"},
        {"ro", "read"},         {"r", "read"},          {"input", "read"},      {"write", "output"},
        {"float", "REAL"},      {"single", "REAL"},     {"double", "LREAL"},    {"integer", "INT"},
        {"boolean", "BOOL"},    {"bit", "BOOL"},        {"long", "DINT"},       {"LINT", "DINT"},
        {"IP", "IPv4"},         {"BACnet/IP", "IPv4"},  {"analog-input", "AI"}, {"analog-output", "AO"},
        {"analog-value", "AV"}, {"binary-input", "BI"}, {"binary-output", "BO"}, {"binary-value", "BV"},
        {"multi-state-input", "MI"}, {"multi-state-output", "MO"}, {"multi-state-value", "MV"},
        {"MSI", "MI"},          {"MSO", "MO"},          {"MSV", "MV"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!strcasecmp(a->value, same[i].theirs) && parse_word(same[i].ours, strlen(same[i].ours), words) >= 0)
            return same[i].ours;
    return NULL;
}

static bool choice(struct build *b, const struct node *n, const struct attr *a, const char *words,
                   unsigned add, size_t size, void *to)
{
    int i = which_word(b, a, words);
    if (i < 0) {
        complain(b, n, a, D_BAD_CHOICE,
                 arena_printf(b->ctx->arena, "is %s", choices(b, words)));
        struct near near = near_of(a->value, a->n);
        size_t len;
        for (int k = 0;; k++) {
            const char *w = word_at(words, k, &len);
            near_offer(&near, arena_copy(b->ctx->arena, w, len), len);
            if (!w[len])
                break;
        }
        const char *other = synonym(a, words);
        if (other || near_take(&near))
            diag_hint(b->ctx, "did you mean '%s'?", other ? other : near_take(&near));
        return false;
    }
    store_unsigned(to, size, (unsigned)i + add);
    return true;
}

static bool bits(struct build *b, const struct node *n, const struct attr *a, const char *words,
                 void *to)
{
    uint8_t set = 0;
    for (const char *p = a->value; *p;) {
        size_t len = strcspn(p, " ");
        int i = len ? parse_word(p, len, words) : 0;
        if (i < 0)
            return complain(b, n, a, D_BAD_LIST,
                            arena_printf(b->ctx->arena, "is a list of %s", choices(b, words)));
        if (len)
            set = (uint8_t)(set | 1u << i);
        p += len + (p[len] == ' ');
    }
    store_unsigned(to, 1, set);
    return true;
}

/* UTF-8 is well-formed already; C0, DEL and C1 are control characters. */
static bool has_controls(const char *s, size_t n)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    size_t i = 0;
    for (; n - i >= 8; i += 8) {            /* ASCII from blank to '~', as most is               */
        uint64_t w = str_octets(s + i, 8);
        if (((w - 0x20 * ones) | (w + ones) | w) & tops)
            break;
    }
    for (; i < n; i++) {
        uint8_t c = (uint8_t)s[i];
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && (uint8_t)s[i + 1] < 0xa0))
            return true;
    }
    return false;
}

/* Where a short text is if it was seen lately, as most are: units, states, numbers. fresh: it is not, and
 * has this place now. */
static struct build_short *seen_lately(struct build_short *table, const struct attr *a, bool *fresh)
{
    struct build_short key = {.n = a->n};
    uint64_t hash = octets_of(a, key.text);
    struct build_short *s = &table[(hash >> 32) % BUILD_SHORTS];
    *fresh = s->n != key.n || s->text[0] != key.text[0] || s->text[1] != key.text[1];
    if (*fresh)
        *s = key;
    return s;
}

static bool is_short(const struct attr *a)
{
    return a->n && a->n <= sizeof ((struct build_short *)0)->text;
}

static struct str interned(struct build *b, const struct attr *a)
{
    bool fresh;
    if (!is_short(a))
        return str_intern(b->ctx->strs, a->value, a->n);
    struct build_short *s = seen_lately(b->interned, a, &fresh);
    if (fresh)
        s->str = str_intern(b->ctx->strs, a->value, a->n);
    return s->str;
}

/* A text that nobody looks up. */
static struct str copied(struct build *b, const struct attr *a)
{
    bool fresh = true;
    struct build_short *s = is_short(a) ? seen_lately(b->copied, a, &fresh) : NULL;
    if (!fresh)
        return s->str;
    const struct str copy = {a->n ? arena_copy(b->ctx->arena, a->value, a->n) : "", a->n};
    if (s)
        s->str = copy;
    return copy;
}

/* Attributes of which hardly two have the same value. */
static bool is_name(unsigned at)
{
    return at == AT_name || at == AT_dataPointName;
}

static void keep_text(struct build *b, const struct vocab_row *row, const struct attr *a, void *to)
{
    if (b->lent && to && row->kind != VK_text && is_name(a->name))
        str_later(b->ctx->strs, to, a->value, a->n);
    else if (row->kind != VK_text)
        store_str(to, interned(b, a));
    else
        store_str(to, b->lent ? copied(b, a) : (struct str){a->value, a->n});
}

static bool text(struct build *b, const struct vocab_row *row, const struct node *n,
                 const struct attr *a, void *to)
{
    if (row->kind == VK_name && !a->n) {
        diag(b->ctx, value_pos(n, a), D_EMPTY_NAME, "the %s of %s is empty", at_names[a->name],
             el_names[n->name]);
        return false;
    }
    if (has_controls(a->value, a->n)) {
        diag(b->ctx, value_pos(n, a), D_CONTROL_CHARACTER, "%s holds a control character",
             at_names[a->name]);
        return false;
    }
    if (row->hi > 0 && a->n > row->hi) {
        diag(b->ctx, value_pos(n, a), D_NAME_TOO_LONG, "%s has %u octets; %.0f is the limit",
             at_names[a->name], a->n, row->hi);
        return false;
    }
    if (row->kind == VK_name && (a->value[0] == ' ' || a->value[a->n - 1] == ' '))
        diag(b->ctx, value_pos(n, a), D_NAME_BLANKS, "'%s' begins or ends with a blank", a->value);
    keep_text(b, row, a, to);
    return true;
}

static bool reference(struct build *b, const struct vocab_row *row, const struct node *n, const struct attr *a,
                      void *to)
{
    if (!a->n && row->flags & VF_required) {
        diag(b->ctx, value_pos(n, a), D_EMPTY_NAME, "the %s of %s is empty", at_names[a->name], el_names[n->name]);
        diag_hint(b->ctx, "name the one that is meant");
        return false;
    }
    struct ref ref = {interned(b, a), NULL};
    if (to)
        memcpy(to, &ref, row->size);            /* or its name alone                           */
    return true;
}

static bool date(struct build *b, const struct vocab_row *row, const struct node *n,
                 const struct attr *a, void *to)
{
    struct date d = {0, 0, 0, 255};
    uint8_t ymd[3];
    if (row->kind == VK_day && !a->n)
        return true;
    if (!parse_date(a->value, a->n, row->kind == VK_date, ymd) ||
        (row->kind == VK_day && !date_exists(ymd)))
        return complain(b, n, a, D_BAD_DATE, "is a date such as 2026-12-24");
    if (row->kind == VK_day) {
        store_str(to, build_intern(b, a->value, a->n));
        return true;
    }
    d = (struct date){ymd[0], ymd[1], ymd[2], date_weekday(ymd)};
    if (!date_exists(ymd))
        d.wday = 255;
    if (to)
        memcpy(to, &d, sizeof d);
    return true;
}

static bool week_n_day(struct build *b, const struct vocab_row *row, const struct node *n,
                       const struct attr *a, void *to)
{
    static const char *const words[] = {
        MONTHS "|1|2|3|4|5|6|7|8|9|10|11|12|odd|even|any", "1|2|3|4|5|last|any", WEEKDAYS "|any",
    };
    const char *list = words[row->kind - VK_month];
    int i = parse_word(a->value, a->n, list);
    if (i < 0)
        return choice(b, n, a, list, 0, 1, NULL);
    if (row->kind == VK_month)
        i = i >= 24 ? i - 24 + 13 : i % 12 + 1;     /* 13 odd, 14 even                         */
    else
        i++;
    store_unsigned(to, 1, a->value[0] == 'a' ? 255 : (unsigned)i);
    return true;
}

static bool object(struct build *b, const struct node *n, const struct attr *a, void *to)
{
    const char *comma = strchr(a->value, ',');
    int64_t instance = -1;
    long type = comma ? object_type_by_name(a->value, (size_t)(comma - a->value)) : -1;
    if (type < 0 || !parse_int(comma + 1, a->n - (size_t)(comma + 1 - a->value), &instance) ||
        instance < 0 || instance > BACNET_INSTANCE_MAX)
        return complain(b, n, a, D_BAD_OBJECT, "is an object such as AI,7 or multi-state-value,4");
    store_unsigned(to, 4, OID(type, instance));
    return true;
}

static bool object_type(struct build *b, const struct vocab_row *row, const struct node *n,
                        const struct attr *a, void *to)
{
    static const uint8_t types[] = {
        OT_analog_input, OT_analog_value, OT_analog_output, OT_binary_input, OT_binary_value,
        OT_binary_output, OT_multi_state_input, OT_multi_state_value, OT_multi_state_output,
    };
    const char *words = "AI|AV|AO|BI|BV|BO|MI|MV|MO";
    int i = parse_word(a->value, a->n, words);
    if (i < 0)
        return choice(b, n, a, words, 0, 1, NULL);
    store_unsigned(to, row->size, types[i]);
    return true;
}

static bool property(struct build *b, const struct node *n, const struct attr *a, void *to)
{
    int64_t number;
    long id = property_by_name(a->value, a->n);
    if (id < 0 && parse_int(a->value, a->n, &number) && number >= 0 && number <= 4194303)
        id = (long)number;
    if (id >= 0) {
        store_unsigned(to, 4, (uint64_t)id);
        return true;
    }
    complain(b, n, a, D_BAD_PROPERTY, "is the name or number of a property");
    struct near near = near_of(a->value, a->n);
    for (uint32_t p = 0; p < 512; p++)
        if (property_name(p))
            near_offer(&near, property_name(p), strlen(property_name(p)));
    if (near_take(&near))
        diag_hint(b->ctx, "did you mean '%s'?", near_take(&near));
    return false;
}

/* ?baud=19200&parity=E&data=8&stop=1, all of them optional; parity N, E or O. */
static bool serial_options(const char *p)
{
    static const struct { const char *name; int64_t lo, hi; } numbers[] = {
        {"baud=", 50, 4000000}, {"data=", 5, 8}, {"stop=", 1, 2},
    };
    while (*p) {
        size_t n = strcspn(++p, "&");
        bool good = n == 8 && !strncmp(p, "parity=", 7) && strchr("NEOneo", p[7]);
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            int64_t v;
            if (!strncmp(p, numbers[i].name, 5) && n > 5 && parse_int(p + 5, n - 5, &v))
                good |= v >= numbers[i].lo && v <= numbers[i].hi;
        }
        if (!good)
            return false;
        p += n;
    }
    return true;
}

static bool url(struct build *b, const struct vocab_row *row, const struct node *n,
                const struct attr *a)
{
    const char *colon = strstr(a->value, "://");
    const char *rest = colon ? colon + 3 : "";
    if (!colon || parse_word(a->value, (size_t)(colon - a->value), row->words) < 0 || !*rest)
        return complain(b, n, a, D_BAD_URL,
                        arena_printf(b->ctx->arena, "begins with %s and ://, then the host or file",
                                     choices(b, row->words)));
    if (!strncmp(a->value, "modbus-rtu:", 11))
        return *rest != '/' ? complain(b, n, a, D_BAD_URL, "names a device such as modbus-rtu:///dev/ttyS0")
               : serial_options(rest + strcspn(rest, "?")) ? true
               : complain(b, n, a, D_BAD_URL, "ends in ?baud=19200&parity=E&data=8&stop=1 or some of these");
    if (!parse_url_host(rest, strcspn(rest, "/?")))
        return complain(b, n, a, D_BAD_URL, "names a host or host:port");
    return true;
}

/* Maps of devices count registers from 1, behind a digit for the table: 40001 is the first holding register. */
static bool complain_register(struct build *b, const struct node *n, const struct attr *a)
{
    static const char *const tables[10] = {[0] = "coil", [1] = "discrete", [3] = "input", [4] = "holding"};
    const char *table = *a->value >= '0' && *a->value <= '9' ? tables[*a->value - '0'] : NULL;
    int64_t number;
    (void)complain(b, n, a, D_BAD_REGISTER, "is coil:, discrete:, input: or holding: and 0..65535");
    if (table && (a->n == 5 || a->n == 6) && parse_int(a->value + 1, a->n - 1, &number) && number >= 1 && number <= 65536)
        diag_hint(b->ctx, "where a map counts from 1, this is %s:%d", table, (int)number - 1);
    return false;
}

static bool modbus_register(struct build *b, const struct node *n, const struct attr *a)
{
    const char *colon = strchr(a->value, ':');
    int64_t address;
    size_t table = colon ? (size_t)(colon - a->value) : 0;
    if (!colon || parse_word(a->value, table, "coil|discrete|input|holding") < 0 ||
        !parse_int(colon + 1, a->n - (size_t)(colon + 1 - a->value), &address) || address < 0 ||
        address > 65535)
        return complain_register(b, n, a);
    return true;
}

static bool pattern(struct build *b, const struct node *n, const struct attr *a, void *to)
{
    regex_t re;
    if (regcomp(&re, a->value, REG_EXTENDED | REG_NOSUB))
        return complain(b, n, a, D_BAD_PATTERN, "is an extended regular expression");
    regfree(&re);
    store_str(to, build_intern(b, a->value, a->n));
    return true;
}

static bool instance_range(struct build *b, const struct node *n, const struct attr *a, void *to)
{
    const char *dots = strstr(a->value, "..");
    size_t n_first = dots ? (size_t)(dots - a->value) : 0;
    int64_t first, last;
    if (!dots || !parse_int(a->value, n_first, &first) || first < 0 ||
        !parse_int(dots + 2, a->n - n_first - 2, &last) || last > 4194302 || first > last)
        return complain(b, n, a, D_BAD_LIST, "is the first and the last instance, such as 1000..1999");
    memcpy(to, &(struct instance_range){(uint32_t)first, (uint32_t)last}, sizeof(struct instance_range));
    return true;
}

static bool checked_str(struct build *b, bool good, const struct node *n, const struct attr *a,
                        void *to, enum diag_code code, const char *must)
{
    if (!good)
        return complain(b, n, a, code, must);
    store_str(to, build_intern(b, a->value, a->n));
    return true;
}

static bool is_mask(const uint8_t ip[4])
{
    uint32_t zeros = ~((uint32_t)ip[0] << 24 | (uint32_t)ip[1] << 16 | (uint32_t)ip[2] << 8 | ip[3]);
    return (zeros & (zeros + 1)) == 0;
}

static bool of_a_machine(const uint8_t ip[4]) { return ip[0] && ip[0] < 224; }

static bool special_form(struct build *b, const struct vocab_row *row, const struct node *n,
                         const struct attr *a, void *to)
{
    uint8_t ip[6];
    switch (row->kind) {
    case VK_guid:
        return checked_str(b, !a->n || parse_guid(a->value, a->n), n, a, to, D_BAD_GUID,
                           "is a GUID such as 0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a10");
    case VK_ip_port:
        return checked_str(b, parse_ipv4_port(a->value, a->n, ip) && of_a_machine(ip), n, a, to, D_BAD_ADDRESS,
                           "is an IPv4 address, perhaps with a port, such as 165.3.7.86:47808");
    case VK_hash:
        return checked_str(b, a->n > 3 && a->value[0] == '$' && !strpbrk(a->value, " :!*"), n, a,
                           to, D_BAD_HASH, "is a crypt(3) hash such as mkpasswd prints");
    case VK_ipv4:
        if (!parse_ipv4(a->value, a->n, ip))
            return complain(b, n, a, D_BAD_ADDRESS, "is an IPv4 address");
        if (row->words[0] && !is_mask(ip))
            return complain(b, n, a, D_BAD_ADDRESS, "is a mask such as 255.255.255.0");
        if (!row->words[0] && !of_a_machine(ip))
            return complain(b, n, a, D_BAD_ADDRESS, "is the address of one machine");
        if (to)
            memcpy(to, ip, 4);
        return true;
    case VK_url: return url(b, row, n, a);
    case VK_register: return modbus_register(b, n, a);
    case VK_pattern: return pattern(b, n, a, to);
    case VK_range: return instance_range(b, n, a, to);
    default: return true;
    }
}

bool build_value(struct build *b, const struct vocab_row *row, const struct node *n,
                 const struct attr *a, void *to)
{
    uint32_t time;
    switch ((enum value_kind)row->kind) {
    case VK_text: case VK_name: case VK_kept: return text(b, row, n, a, to);
    case VK_ref: return reference(b, row, n, a, to);
    case VK_bool: return choice(b, n, a, "false|true", 0, 1, to);
    case VK_tri:
        return choice(b, n, a, row->words[0] ? row->words : "false|true", NO, row->size, to);
    case VK_unsigned: case VK_instance: case VK_integer: case VK_real:
        return number(b, row, n, a, to);
    case VK_duration: case VK_seconds: return duration(b, row, n, a, to);
    case VK_choice: return choice(b, n, a, row->words, 0, row->size, to);
    case VK_transitions: return bits(b, n, a, "toOffnormal|toFault|toNormal", to);
    case VK_days: return bits(b, n, a, WEEKDAYS, to);
    case VK_time:
        if (!parse_time(a->value, a->n, false, &time))
            return complain(b, n, a, D_BAD_TIME, "is a time such as 06:00 or 23:59:59");
        store_unsigned(to, 4, time);
        return true;
    case VK_date: case VK_day: return date(b, row, n, a, to);
    case VK_month: case VK_week: case VK_weekday: return week_n_day(b, row, n, a, to);
    case VK_object_type: return object_type(b, row, n, a, to);
    case VK_object: return object(b, n, a, to);
    case VK_property: return property(b, n, a, to);
    default: return special_form(b, row, n, a, to);
    }
}
