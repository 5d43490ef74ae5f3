#include "schemas/print.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "schemas/bacnet.h"
#include "schemas/tag.h"
#include "schemas/units.h"

void print_bytes(struct wr *w, const char *s) { wr_bytes(w, s, strlen(s)); }

__attribute__((format(printf, 2, 3)))
static void printed(struct wr *w, const char *fmt, ...)
{
    char text[64];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    print_bytes(w, text);
}

void print_real32(struct wr *w, float v)
{
    char text[32];
    if (v != v) {
        print_bytes(w, "nan");
        return;
    }
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)v);
        if (strtof(text, NULL) == v)
            break;
    }
    print_bytes(w, text);
}

void print_quoted(struct wr *w, const void *s, size_t n)
{
    const uint8_t *p = s;
    wr_u8(w, '"');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"' || p[i] == '\\') {
            wr_u8(w, '\\');
            wr_u8(w, p[i]);
        } else if (p[i] == '\n') {
            print_bytes(w, "\\n");
        } else if (p[i] < 0x20 || p[i] == 0x7f) {
            printed(w, "\\u%04x", p[i]);
        } else {
            wr_u8(w, p[i]);
        }
    }
    wr_u8(w, '"');
}

static const char *const reliabilities[] = {
    "no-fault-detected", "no-sensor", "over-range", "under-range", "open-loop", "shorted-loop", "no-output",
    "unreliable-other", "process-error", "multi-state-fault", "configuration-error", "reserved-11",
    "communication-failure", "member-fault", "monitored-object-fault", "tripped", "lamp-failure",
    "activation-failure", "renew-dhcp-failure", "renew-fd-registration-failure",
    "restart-auto-negotiation-failure", "restart-failure", "proprietary-command-failure", "faults-listed",
    "referenced-object-fault", "multi-state-out-of-range",
};
static const char *const event_states[] = {"normal", "fault", "offnormal", "high-limit", "low-limit", "life-safety-alarm"};
static const char *const notify_types[] = {"alarm", "event", "ack-notification"};
static const char *const polarities[] = {"normal", "reverse"};
static const char *const binaries[] = {"inactive", "active"};
static const char *const logging_types[] = {"polled", "cov", "triggered"};
static const char *const segmentations[] = {"segmented-both", "segmented-transmit", "segmented-receive", "no-segmentation"};
static const char *const device_states[] = {
    "operational", "operational-read-only", "download-required", "download-in-progress", "non-operational",
    "backup-in-progress",
};
static const char *const network_types[] = {
    "ethernet", "arcnet", "mstp", "ptp", "lontalk", "ipv4", "zigbee", "virtual", "non-bacnet", "ipv6", "serial",
    "secure-connect",
};
static const char *const file_accesses[] = {"record-access", "stream-access"};
static const char *const number_qualities[] = {"unknown", "learned", "learned-configured", "configured"};
static const char *const ip_modes[] = {"normal", "foreign", "bbmd"};
static const char *const restart_reasons[] = {
    "unknown", "coldstart", "warmstart", "detected-power-lost", "detected-powered-off", "hardware-watchdog",
    "software-watchdog", "suspended", "activate-changes",
};
static const char *const backup_states[] = {
    "idle", "preparing-for-backup", "preparing-for-restore", "performing-a-backup", "performing-a-restore",
    "backup-failure", "restore-failure",
};
static const char *const protocol_levels[] = {"physical", "protocol", "bacnet-application", "non-bacnet-application"};

#define NAMES(property, list) {P_##property, sizeof(list) / sizeof *(list), list}
static const struct enum_names { uint32_t property; size_t n; const char *const *names; } enum_names[] = {
    NAMES(reliability, reliabilities),       NAMES(event_state, event_states),
    NAMES(notify_type, notify_types),        NAMES(polarity, polarities),
    NAMES(present_value, binaries),          NAMES(relinquish_default, binaries),
    NAMES(priority_array, binaries),         NAMES(alarm_value, binaries),
    NAMES(feedback_value, binaries),         NAMES(logging_type, logging_types),
    NAMES(system_status, device_states),     NAMES(segmentation_supported, segmentations),
    NAMES(network_type, network_types),      NAMES(protocol_level, protocol_levels),
    NAMES(file_access_method, file_accesses), NAMES(network_number_quality, number_qualities),
    NAMES(bacnet_ip_mode, ip_modes),         NAMES(last_restart_reason, restart_reasons),
    NAMES(backup_and_restore_state, backup_states),
};

const char *print_enum_name(uint32_t property, uint32_t v)
{
    if (property == P_units)
        return unit_by_code(v) ? unit_by_code(v)->name : NULL;
    if (property == P_object_type)
        return object_type_name(v);
    if (property == P_property_list)
        return property_name(v);
    for (size_t i = 0; i < sizeof enum_names / sizeof *enum_names; i++)
        if (enum_names[i].property == property)
            return v < enum_names[i].n ? enum_names[i].names[v] : NULL;
    return NULL;
}

static void date(struct wr *w, struct bdate d)
{
    if (d.year == 255)
        print_bytes(w, "*");
    else
        printed(w, "%u", d.year + 1900u);
    const uint8_t parts[] = {d.month, d.day};
    for (size_t i = 0; i < 2; i++)
        if (parts[i] == 255)
            print_bytes(w, "-*");
        else
            printed(w, "-%02u", parts[i]);
    if (d.wday >= 1 && d.wday <= 7)
        printed(w, "/%.3s", &"MonTueWedThuFriSatSun"[3 * (d.wday - 1)]);
}

static void btime(struct wr *w, struct btime t)
{
    const uint8_t parts[] = {t.hour, t.minute, t.second};
    for (size_t i = 0; i < 3; i++)
        if (parts[i] == 255)
            print_bytes(w, i ? ":*" : "*");
        else
            printed(w, i ? ":%02u" : "%02u", parts[i]);
    if (t.hundredth && t.hundredth != 255)
        printed(w, ".%02u", t.hundredth);
}

static void octets(struct wr *w, struct span s)
{
    print_bytes(w, "x'");
    for (size_t i = 0; i < s.n; i++)
        printed(w, "%02x", s.p[i]);
    wr_u8(w, '\'');
}

static void bits(struct wr *w, struct bits b)
{
    wr_u8(w, 'b');
    for (unsigned i = 0; i < b.n; i++)
        wr_u8(w, b.v >> i & 1 ? '1' : '0');
}

static void oid(struct wr *w, uint32_t v)
{
    const char *name = object_type_name(oid_type(v));
    if (name)
        print_bytes(w, name);
    else
        printed(w, "%u", oid_type(v));
    printed(w, ",%u", oid_instance(v));
}

static void string(struct wr *w, struct rd *r, int ctx)
{
    uint8_t charset;
    struct span s = rd_string(r, ctx, &charset);
    if (charset)
        octets(w, s);
    else
        print_quoted(w, s.p, s.n);
}

static void enumerated(struct wr *w, uint32_t v, uint32_t property)
{
    const char *name = print_enum_name(property, v);
    if (name)
        print_bytes(w, name);
    else
        printed(w, "%u", v);
}

static void application(struct wr *w, struct rd *r, unsigned tag, uint32_t property)
{
    switch (tag) {
    case TAG_null: rd_null(r, APP); print_bytes(w, "null"); break;
    case TAG_boolean: print_bytes(w, rd_boolean(r, APP) ? "true" : "false"); break;
    case TAG_unsigned: printed(w, "%u", rd_unsigned(r, APP)); break;
    case TAG_integer: printed(w, "%d", rd_integer(r, APP)); break;
    case TAG_real: print_real32(w, rd_real(r, APP)); break;
    case TAG_double: printed(w, "%.17g", rd_double(r, APP)); break;
    case TAG_octets: octets(w, rd_octets(r, APP)); break;
    case TAG_string: string(w, r, APP); break;
    case TAG_bits: bits(w, rd_bits(r, APP)); break;
    case TAG_enumerated: enumerated(w, rd_enumerated(r, APP), property); break;
    case TAG_date: date(w, rd_date(r, APP)); break;
    case TAG_time: btime(w, rd_time(r, APP)); break;
    case TAG_oid: oid(w, rd_oid(r, APP)); break;
    default: rd_fail(r, rd_bad_tag);
    }
}

/* What its datatype is only the property knows. BACnetNameValue begins with a name. */
static void context(struct wr *w, struct rd *r, struct tag t, uint32_t property)
{
    bool text = property == P_tags && t.num == 0 && t.len;
    if (text) {
        string(w, r, 0);
    } else {
        (void)rd_tag(r);
        octets(w, rd_take(r, t.len));
    }
}

void print_tagged(struct wr *w, struct rd r, uint32_t property)
{
    struct tag t;
    unsigned depth = 0;
    for (bool first = true; rd_left(&r) && rd_tag_peek(&r, &t); first = false) {
        if (!first && t.kind != TK_close)
            wr_u8(w, ' ');
        if (t.kind == TK_open) {
            (void)rd_tag(&r);
            printed(w, "[%u]{", t.num);
            if (++depth > TAG_DEPTH_MAX)
                rd_fail(&r, rd_too_deep);
        } else if (t.kind == TK_close) {
            (void)rd_tag(&r);
            wr_u8(w, '}');
        } else if (t.ctx) {
            printed(w, "[%u]", t.num);
            context(w, &r, t, property);
        } else {
            application(w, &r, t.num, property);
        }
    }
    if (!rd_end(&r))
        wr_u8(w, '!');
}
