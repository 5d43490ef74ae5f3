/* What PICS and EPICS have in common: BIBBs (135-2020 Annex K), networking, what may be written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/epics.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/services.h"
#include "schemas/tag.h"

uint32_t statement_device(struct ctx *ctx, const struct image *images, size_t n, const char *want,
                          const struct image **img)
{
    uint32_t found = IMG_NONE;
    const char *names = "";
    size_t devices = 0, wanted = 0;
    for (size_t i = 0; i < n; i++)
        for (uint32_t d = 0; d < images[i].n_devices; d++) {
            const char *handle = (const char *)img_text(&images[i], images[i].devices[d].handle).p;
            const char *number = arena_printf(ctx->arena, "%u", le32_get(images[i].devices[d].instance));
            names = arena_printf(ctx->arena, "%s%s'%s' (%s)", names, *names ? ", " : "", handle, number);
            devices++;
            if (want && strcmp(want, handle) != 0 && strcmp(want, number) != 0)
                continue;
            if (!wanted++) {
                found = d;
                *img = &images[i];
            }
        }
    if (found == IMG_NONE)
        diag_machine(ctx, "%s: no device '%s'; there is %s", ctx->project_path, want ? want : "", *names ? names : "none");
    else if (!want && devices > 1)
        diag_machine(ctx, "%s: a statement is of one device: --device is needed: %s", ctx->project_path, names);
    else if (wanted > 1)
        diag_machine(ctx, "%s: several devices are '%s', give the instance: %s", ctx->project_path, want, names);
    if (wanted > 1)
        return IMG_NONE;
    return found;
}

bool statement_ip(const struct image *img, uint32_t device)
{
    return img->ports[le16_get(img->devices[device].port)].type == NT_ipv4;
}

/* Ports in use that are of the type and have the flag. */
static unsigned ports_with(const struct image *img, uint32_t device, uint8_t type, unsigned flag)
{
    unsigned n = 0;
    for (uint32_t i = 0; statement_ip(img, device) && i < img->n_ports; i++)
        n += img->ports[i].type == type && le16_get(img->ports[i].flags) & IMG_PORT_ENABLED &&
             (le16_get(img->ports[i].flags) & flag) == flag;
    return n;
}

bool statement_virtual(const struct image *img, uint32_t device)
{
    return ports_with(img, device, NT_ipv4, 0) && ports_with(img, device, NT_virtual, 0);
}

bool statement_routes(const struct image *img, uint32_t device)
{
    return ports_with(img, device, NT_ipv4, 0) + ports_with(img, device, NT_virtual, 0) > 1;
}

bool statement_bbmd(const struct image *img, uint32_t device) { return ports_with(img, device, NT_ipv4, IMG_PORT_BBMD); }
bool statement_foreign(const struct image *img, uint32_t device)
{
    return ports_with(img, device, NT_ipv4, IMG_PORT_FOREIGN);
}

bool statement_read_only(const struct image *img, uint32_t device)
{
    return le16_get(img->devices[device].flags) & IMG_DEV_READ_ONLY;
}

struct span statement_text(const struct image *img, uint32_t device, uint32_t property)
{
    struct img_value v;
    uint8_t charset;
    if (!img_const(img, le32_get(img->devices[device].object), property, &v))
        return (struct span){(const uint8_t *)"", 0};
    struct rd r = rd_of(v.octets, v.n);
    return rd_string(&r, APP, &charset);
}

bool statement_writable(const struct image *img, uint32_t object, const struct prop_def *def)
{
    const struct img_object *o = &img->objects[object];
    unsigned flags = le16_get(o->flags);
    if (statement_read_only(img, le16_get(o->device)))
        return false;
    if (def->code == PC_present_value)
        return flags & (IMG_OBJ_COMMANDABLE | IMG_OBJ_WRITABLE);
    if (def->code == PC_relinquish_default && !(flags & IMG_OBJ_COMMANDABLE))
        return false;
    return def->flags & PF_WRITE;
}

void statement_type(char out[48], uint32_t type)
{
    static const struct { uint16_t type; const char *title; } odd[] = {
        {OT_multi_state_input, "Multi-state Input"}, {OT_multi_state_output, "Multi-state Output"},
        {OT_multi_state_value, "Multi-state Value"},
    };
    const char *name = object_type_name(type);
    bool start = true;
    snprintf(out, 48, "%s", name ? name : "Proprietary");
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (odd[i].type == type) {
            snprintf(out, 48, "%s", odd[i].title);
            return;
        }
    for (char *p = out; *p; p++) {
        if (*p == '-')
            *p = ' ';
        else if (start && *p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
        start = *p == ' ';
    }
}

/* ---- BIBBs ---- */

/* Beside object types: any; one that SubscribeCOV takes; one with a property that SubscribeCOVProperty takes. */
enum { ANY_OBJECT = 0xffff, COV_OBJECT = 0xfffe, COVP_OBJECT = 0xfffd };
/* What it needs beside services and objects: alarms; to be the router, to have virtual devices, a BBMD, a foreign
 * device; that clients may write; a management password, without which all is refused; to set a clock. */
enum need {
    NEED_intrinsic = 1, NEED_router = 2, NEED_virtual = 4, NEED_bbmd = 8, NEED_foreign = 16, NEED_writes = 32,
    NEED_password = 64, NEED_clock = 128,
};
static const struct bibb {
    const char *name, *executes, *executes_too, *initiates;     /* NULL: nothing               */
    uint16_t object, and_object;                                /* that the device must have   */
    uint8_t need;
} bibbs[] = {
    {"DS-RP-B", "ReadProperty", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-RPM-B", "ReadPropertyMultiple", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-WP-A", NULL, NULL, "WriteProperty", OT_schedule, ANY_OBJECT, 0},
    {"DS-WP-B", "WriteProperty", NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_writes},
    {"DS-WPM-B", "WritePropertyMultiple", NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_writes},
    {"DS-COV-B", "SubscribeCOV", NULL, "ConfirmedCOVNotification", COV_OBJECT, ANY_OBJECT, 0},
    {"DS-COVP-B", "SubscribeCOVProperty", NULL, "ConfirmedCOVNotification", COVP_OBJECT, ANY_OBJECT, 0},
    {"DS-COVM-B", "SubscribeCOVPropertyMultiple", NULL, "ConfirmedCOVNotificationMultiple", COVP_OBJECT, ANY_OBJECT, 0},
    {"AE-N-I-B", NULL, NULL, "ConfirmedEventNotification", OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-ACK-B", "AcknowledgeAlarm", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic | NEED_writes},
    {"AE-ASUM-B", "GetAlarmSummary", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-ESUM-B", "GetEnrollmentSummary", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-INFO-B", "GetEventInformation", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-CRL-B", "WriteProperty", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic | NEED_writes},
    {"AE-EL-I-B", "ReadRange", NULL, NULL, OT_event_log, ANY_OBJECT, NEED_writes},
    {"SCHED-I-B", "WriteProperty", "TimeSynchronization", NULL, OT_schedule, OT_calendar, NEED_writes | NEED_clock},
    {"SCHED-E-B", "WriteProperty", "TimeSynchronization", "WriteProperty", OT_schedule, OT_calendar, NEED_writes | NEED_clock},
    {"T-VMT-I-B", "ReadRange", NULL, NULL, OT_trend_log, ANY_OBJECT, NEED_writes},
    {"T-ATR-B", "ReadRange", NULL, "ConfirmedEventNotification", OT_trend_log, OT_notification_class,
     NEED_intrinsic | NEED_writes},
    {"DM-DDB-A", "I-Am", NULL, "Who-Is", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-DDB-B", "Who-Is", NULL, "I-Am", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-DOB-B", "Who-Has", NULL, "I-Have", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-DCC-B", "DeviceCommunicationControl", NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_password},
    {"DM-TS-B", "TimeSynchronization", NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_clock},
    {"DM-UTC-B", "UTCTimeSynchronization", NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_clock},
    {"DM-RD-B", "ReinitializeDevice", NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_password},
    {"DM-BR-B", "AtomicReadFile", "AtomicWriteFile", NULL, OT_file, ANY_OBJECT, NEED_writes},
    {"DM-R-B", NULL, NULL, "UnconfirmedCOVNotification", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-LM-B", "AddListElement", "RemoveListElement", NULL, ANY_OBJECT, ANY_OBJECT, NEED_writes},
    {"NM-RC-B", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_router},
    {"NM-BBMDC-B", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_bbmd},
    {"NM-FDR-A", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_foreign},
    {"GW-VN-B", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_virtual},
};

static bool has_cov(const struct obj_def *def, bool whole)
{
    bool some = false;
    for (size_t i = 0; def && !whole && i < def->n_props; i++)
        some = some || def->props[i].flags & PF_COV;
    return some || (def && whole && obj_has_cov(def));
}

static bool is_such(uint32_t type, uint16_t wanted)
{
    return wanted == ANY_OBJECT || type == wanted ||
           ((wanted == COV_OBJECT || wanted == COVP_OBJECT) && has_cov(obj_def(type), wanted == COV_OBJECT));
}

/* Has the device such an object, perhaps one with event reporting? */
static bool has(const struct image *img, uint32_t device, uint16_t type, bool intrinsic)
{
    uint32_t first = le32_get(img->devices[device].first_object), n = le32_get(img->devices[device].n_objects);
    for (uint32_t i = first; i < first + n; i++)
        if (is_such(oid_type(le32_get(img->objects[i].oid)), type) &&
            (!intrinsic || le16_get(img->objects[i].flags) & IMG_OBJ_INTRINSIC))
            return true;
    return false;
}

static unsigned needs_met(const struct image *img, uint32_t device)
{
    const struct img_device *d = &img->devices[device];
    return (has(img, device, ANY_OBJECT, true) ? NEED_intrinsic : 0u) |
           (statement_routes(img, device) ? NEED_router : 0u) | (statement_virtual(img, device) ? NEED_virtual : 0u) |
           (statement_bbmd(img, device) ? NEED_bbmd : 0u) | (statement_foreign(img, device) ? NEED_foreign : 0u) |
           (statement_read_only(img, device) ? 0u : NEED_writes) | (img_text(img, d->password).n ? NEED_password : 0u) |
           (le16_get(d->flags) & (IMG_DEV_TIME_OFFSET | IMG_DEV_TIME_SET) ? NEED_clock : 0u);
}

static bool has_bibb(const struct image *img, uint32_t device, const struct bibb *b, unsigned met)
{
    bool intrinsic = b->need & NEED_intrinsic;
    if ((b->executes && !service_executes(b->executes)) || (b->executes_too && !service_executes(b->executes_too)) ||
        (b->initiates && !service_initiates(b->initiates)))
        return false;
    return has(img, device, b->object, intrinsic && b->object == OT_trend_log) && has(img, device, b->and_object, false) &&
           (b->need & met) == b->need;
}

void statement_bibbs(const struct image *img, uint32_t device, void (*say)(void *to, const char *bibb), void *to)
{
    unsigned met = needs_met(img, device);
    for (size_t i = 0; i < sizeof bibbs / sizeof *bibbs; i++)
        if (has_bibb(img, device, &bibbs[i], met))
            say(to, bibbs[i].name);
}
