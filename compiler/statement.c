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
    size_t devices = 0;
    for (size_t i = 0; i < n; i++)
        for (uint32_t d = 0; d < images[i].n_devices; d++) {
            const char *handle = (const char *)img_text(&images[i], images[i].devices[d].handle).p;
            const char *number = arena_printf(ctx->arena, "%u", le32_get(images[i].devices[d].instance));
            names = arena_printf(ctx->arena, "%s%s'%s'", names, *names ? ", " : "", handle);
            devices++;
            if (found != IMG_NONE || (want && strcmp(want, handle) != 0 && strcmp(want, number) != 0))
                continue;
            found = d;
            *img = &images[i];
        }
    if (found == IMG_NONE)
        diag_machine(ctx, "%s: no device '%s'; there is %s", ctx->project_path, want ? want : "", *names ? names : "none");
    else if (!want && devices > 1) {
        diag_machine(ctx, "%s: a statement is of one device: --device is needed: %s", ctx->project_path, names);
        return IMG_NONE;
    }
    return found;
}

bool statement_routes(const struct image *img) { return img->n_ports > 1; }

static bool port_flag(const struct image *img, unsigned flag)
{
    for (uint32_t i = 0; i < img->n_ports; i++)
        if (le16_get(img->ports[i].flags) & flag)
            return true;
    return false;
}

bool statement_bbmd(const struct image *img) { return port_flag(img, IMG_PORT_BBMD); }
bool statement_foreign(const struct image *img) { return port_flag(img, IMG_PORT_FOREIGN); }

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
    if (le16_get(img->devices[le16_get(o->device)].flags) & IMG_DEV_READ_ONLY)
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

enum { ANY_OBJECT = 0xffff };
enum need { NEED_nothing, NEED_intrinsic, NEED_router, NEED_bbmd, NEED_foreign };
static const struct bibb {
    const char *name, *executes, *executes_too, *initiates;     /* NULL: nothing               */
    uint16_t object, and_object;                                /* that the device must have   */
    uint8_t need;
} bibbs[] = {
    {"DS-RP-B", "ReadProperty", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-RPM-B", "ReadPropertyMultiple", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-WP-A", NULL, NULL, "WriteProperty", OT_schedule, ANY_OBJECT, 0},
    {"DS-WP-B", "WriteProperty", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-WPM-B", "WritePropertyMultiple", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-COV-B", "SubscribeCOV", NULL, "ConfirmedCOVNotification", ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-COVP-B", "SubscribeCOVProperty", NULL, "ConfirmedCOVNotification", ANY_OBJECT, ANY_OBJECT, 0},
    {"DS-COVM-B", "SubscribeCOVPropertyMultiple", NULL, "ConfirmedCOVNotificationMultiple", ANY_OBJECT, ANY_OBJECT, 0},
    {"AE-N-I-B", NULL, NULL, "ConfirmedEventNotification", OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-ACK-B", "AcknowledgeAlarm", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-ASUM-B", "GetAlarmSummary", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-ESUM-B", "GetEnrollmentSummary", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-INFO-B", "GetEventInformation", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-CRL-B", "WriteProperty", NULL, NULL, OT_notification_class, ANY_OBJECT, NEED_intrinsic},
    {"AE-EL-I-B", "ReadRange", NULL, NULL, OT_event_log, ANY_OBJECT, 0},
    {"SCHED-I-B", "WriteProperty", "TimeSynchronization", NULL, OT_schedule, OT_calendar, 0},
    {"SCHED-E-B", "WriteProperty", "TimeSynchronization", "WriteProperty", OT_schedule, OT_calendar, 0},
    {"T-VMT-I-B", "ReadRange", NULL, NULL, OT_trend_log, ANY_OBJECT, 0},
    {"T-ATR-B", "ReadRange", NULL, "ConfirmedEventNotification", OT_trend_log, OT_notification_class, NEED_intrinsic},
    {"DM-DDB-A", "I-Am", NULL, "Who-Is", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-DDB-B", "Who-Is", NULL, "I-Am", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-DOB-B", "Who-Has", NULL, "I-Have", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-DCC-B", "DeviceCommunicationControl", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-TS-B", "TimeSynchronization", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-UTC-B", "UTCTimeSynchronization", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-RD-B", "ReinitializeDevice", NULL, NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-BR-B", "AtomicReadFile", "AtomicWriteFile", NULL, OT_file, ANY_OBJECT, 0},
    {"DM-R-B", NULL, NULL, "UnconfirmedCOVNotification", ANY_OBJECT, ANY_OBJECT, 0},
    {"DM-LM-B", "AddListElement", "RemoveListElement", NULL, ANY_OBJECT, ANY_OBJECT, 0},
    {"NM-RC-B", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_router},
    {"NM-BBMDC-B", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_bbmd},
    {"NM-FDR-A", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_foreign},
    {"GW-VN-B", NULL, NULL, NULL, ANY_OBJECT, ANY_OBJECT, NEED_router},
};

/* Has the device such an object, perhaps one with event reporting? */
static bool has(const struct image *img, uint32_t device, uint16_t type, bool intrinsic)
{
    uint32_t first = le32_get(img->devices[device].first_object), n = le32_get(img->devices[device].n_objects);
    for (uint32_t i = first; i < first + n; i++)
        if ((type == ANY_OBJECT || oid_type(le32_get(img->objects[i].oid)) == type) &&
            (!intrinsic || le16_get(img->objects[i].flags) & IMG_OBJ_INTRINSIC))
            return true;
    return false;
}

static bool has_bibb(const struct image *img, uint32_t device, const struct bibb *b)
{
    bool intrinsic = b->need == NEED_intrinsic;
    if ((b->executes && !service_executes(b->executes)) || (b->executes_too && !service_executes(b->executes_too)) ||
        (b->initiates && !service_initiates(b->initiates)))
        return false;
    if (!has(img, device, b->object, intrinsic && b->object == OT_trend_log) || !has(img, device, b->and_object, false))
        return false;
    return (b->need != NEED_intrinsic || has(img, device, ANY_OBJECT, true)) &&
           (b->need != NEED_router || (statement_routes(img) && !device)) &&
           (b->need != NEED_bbmd || (statement_bbmd(img) && !device)) &&
           (b->need != NEED_foreign || (statement_foreign(img) && !device));
}

void statement_bibbs(const struct image *img, uint32_t device, void (*say)(void *to, const char *bibb), void *to)
{
    for (size_t i = 0; i < sizeof bibbs / sizeof *bibbs; i++)
        if (has_bibb(img, device, &bibbs[i]))
            say(to, bibbs[i].name);
}
