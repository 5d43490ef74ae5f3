#include "compiler/epics.h"

#include <string.h>

#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/services.h"
#include "schemas/tag.h"
#include "schemas/utf8.h"
#include "schemas/version.h"

/* On one line: what does not fit is left off, between two characters. */
static void scalar(struct buf *b, const char *name, struct span value)
{
    value.n = utf8_cut(value.p, value.n, EPICS_LINE - strlen(name) - 4);
    buf_printf(b, "%s: ", name);
    (void)epics_string(b, value);
    buf_char(b, '\n');
}

static void list(struct buf *b, const char *name) { buf_printf(b, "\n%s:\n{\n", name); }
static void list_end(struct buf *b) { buf_str(b, "}\n"); }

static void item(void *to, const char *text) { buf_printf(to, "%s\n", text); }

static struct span words(const char *s) { return (struct span){(const uint8_t *)s, strlen(s)}; }

/* ---- facts of the whole device ---- */

static void services_list(struct buf *b)
{
    const char *title;
    list(b, "BACnet Standard Application Services Supported");
    for (size_t i = 0; (title = service_title(i)); i++)
        buf_printf(b, "%-34s%s%s\n", title, service_initiates(title) ? " Initiate" : "",
                   service_executes(title) ? " Execute" : "");
    list_end(b);
}

static void types_list(struct buf *b)
{
    list(b, "Standard Object-Types Supported");
    for (size_t i = 0; i < n_obj_defs; i++) {
        char title[48];
        statement_type(title, obj_defs[i].type);
        item(b, title);
    }
    list_end(b);
}

static void special(struct buf *b, const struct image *img, uint32_t device)
{
    list(b, "Special Functionality");
    buf_printf(b, "Maximum APDU size in octets: %d\n", BACNET_MAX_APDU_IP);
    buf_printf(b, "Segmented Requests Supported, window size: %d\n", SERVICE_WINDOW);
    buf_printf(b, "Segmented Responses Supported, window size: %d\n", SERVICE_WINDOW);
    if (statement_routes(img, device))
        item(b, "Router");
    if (statement_bbmd(img, device))
        item(b, "BACnet/IP BBMD");
    list_end(b);
}

/* Of writable properties for which nothing else is said. */
static void restrictions(struct buf *b)
{
    list(b, "Default Property Value Restrictions");
    item(b, "unsigned-integer: <minimum: 0; maximum: 4294967295>");
    item(b, "signed-integer: <minimum: -2147483648; maximum: 2147483647>");
    item(b, "real: <minimum: -3.40282347E38; maximum: 3.40282347E38>");
    item(b, "date: <minimum: 01-Jan-1900; maximum: 31-Dec-2154>");
    buf_printf(b, "character-string: <maximum length string: %d>\n", PROP_TEXT_MAX);
    buf_printf(b, "list: <maximum length list: %d>\n", PROP_ELEMENTS_MAX);
    buf_printf(b, "variable-length-array: <maximum length array: %d>\n", PROP_ELEMENTS_MAX);
    list_end(b);
}

/* What a test tool waits, in seconds (135.1 clause 4.4): our reactions take milliseconds. */
static void fail_times(struct buf *b)
{
    static const char *const times[] = {
        "Notification Fail Time: 2", "Internal Processing Fail Time: 2", "Minimum ON/OFF Time: 10",
        "Schedule Evaluation Fail Time: 10", "External Command Fail Time: 5", "Program Object State Change Fail Time: 2",
        "Acknowledgement Fail Time: 2", "Slave Proxy Confirm Interval: 60", "Unconfirmed Response Fail Time: 5",
    };
    list(b, "Fail Times");
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        item(b, times[i]);
    list_end(b);
}

/* ---- objects ---- */

static void flags(struct buf *b, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_printf(b, "%c%c", i ? ',' : '(', i < 64 && v >> i & 1 ? 'T' : 'F');
    buf_char(b, ')');
}

static void object_types(struct buf *b)
{
    for (unsigned i = 0; i < OTS_BITS; i++)
        buf_printf(b, "%c%c", i ? ',' : '(', obj_def(i) ? 'T' : 'F');
    buf_char(b, ')');
}

static void property_list(struct buf *b, const struct image *img, uint32_t object)
{
    const struct img_shape *s = &img->shapes[le16_get(img->objects[object].shape)];
    bool first = true;
    buf_char(b, '{');
    for (uint32_t i = 0; i < le16_get(s->n_props); i++) {
        uint32_t p = le32_get(img->props[le32_get(s->first_prop) + i].property);
        if (p == P_object_identifier || p == P_object_name || p == P_object_type || p == P_property_list)
            continue;
        if (!first)
            epics_comma(b, strlen(property_name(p)));
        buf_str(b, property_name(p));
        first = false;
    }
    buf_char(b, '}');
}

static void object_list(struct buf *b, const struct image *img, uint32_t device)
{
    uint32_t first = le32_get(img->devices[device].first_object), n = le32_get(img->devices[device].n_objects);
    for (uint32_t i = first; i < first + n; i++) {
        if (i == first)
            buf_char(b, '{');
        else
            epics_comma(b, 32);
        epics_oid(b, le32_get(img->objects[i].oid));
    }
    buf_char(b, '}');
}

/* What the runtime computes and never changes; "?" for what it measures or keeps. */
static void computed(struct buf *b, const struct image *img, uint32_t object, const struct prop_def *def)
{
    switch (def->code) {
    case PC_object_type: buf_str(b, object_type_name(oid_type(le32_get(img->objects[object].oid)))); break;
    case PC_property_list: property_list(b, img, object); break;
    case PC_object_list: object_list(b, img, le16_get(img->objects[object].device)); break;
    case PC_services_supported: flags(b, services_supported(), SS_BITS); break;
    case PC_object_types_supported: object_types(b); break;
    case PC_max_apdu_length: buf_printf(b, "%d", BACNET_MAX_APDU_IP); break;
    case PC_segmentation_supported: buf_str(b, "segmented-both"); break;
    case PC_max_segments_accepted: buf_printf(b, "%d", SERVICE_MAX_SEGMENTS); break;
    case PC_apdu_segment_timeout: buf_printf(b, "%d", SERVICE_SEGMENT_TIMEOUT_MS); break;
    case PC_firmware_revision: case PC_application_software_version: buf_str(b, "\"" BAC_VERSION "\""); break;
    default: buf_char(b, '?'); break;
    }
}

static void property(struct buf *b, const struct image *img, uint32_t object, const struct prop_def *def)
{
    struct img_value v;
    bool kept = img_const(img, object, def->property, &v) && (def->code == PC_image || def->code == PC_object_name ||
                def->code == PC_relinquish_default || def->code == PC_number_of_states);
    bool name = def->code == PC_object_name;    /* whoever reads this needs one, whatever it looks like */
    buf_printf(b, "  %s: ", property_name(def->property));
    size_t from = b->n;
    if (!kept) {
        computed(b, img, object, def);
    } else if ((!epics_value(b, &v, def) || !epics_fits(b, from)) && !name) {
        b->n = from;
        buf_char(b, '?');
    }
    if (statement_writable(img, object, def)) {
        buf_str(b, " W");
        statement_limits(b, img, object, def);
    }
    buf_char(b, '\n');
}

static void object_block(struct buf *b, const struct image *img, uint32_t object)
{
    const struct img_object *o = &img->objects[object];
    const struct img_shape *s = &img->shapes[le16_get(o->shape)];
    const struct obj_def *def = obj_def(oid_type(le32_get(o->oid)));
    buf_str(b, " {\n  object-identifier: ");
    epics_oid(b, le32_get(o->oid));
    buf_char(b, '\n');
    for (uint32_t i = 0; def && i < le16_get(s->n_props); i++) {
        const struct prop_def *p = prop_def(def, le32_get(img->props[le32_get(s->first_prop) + i].property));
        if (p && p->property != P_object_identifier)
            property(b, img, object, p);
    }
    buf_str(b, " }\n");
}

void epics_write(struct buf *b, const struct image *img, uint32_t device)
{
    uint32_t first = le32_get(img->devices[device].first_object), n = le32_get(img->devices[device].n_objects);
    buf_str(b, "PICS 0\nBACnet Protocol Implementation Conformance Statement\n\n");
    scalar(b, "Vendor Name", statement_text(img, device, P_vendor_name));
    scalar(b, "Product Name", statement_text(img, device, P_model_name));
    scalar(b, "Product Model Number", statement_text(img, device, P_model_name));
    struct span about = img_text(img, img->project->description);
    scalar(b, "Product Description", about.n ? about : words("BACnet server of a programmable controller"));
    list(b, "BIBBs Supported");
    statement_bibbs(img, device, item, b);
    list_end(b);
    services_list(b);
    types_list(b);
    list(b, "Data Link Layer Option");
    item(b, statement_ip(img, device) ? "BACnet/IP, 'DIX' Ethernet" : "Other");
    list_end(b);
    list(b, "Character Sets Supported");
    item(b, "ISO 10646 (UTF-8)");
    list_end(b);
    special(b, img, device);
    restrictions(b);
    fail_times(b);
    list(b, "List of Objects in Test Device");
    for (uint32_t i = first; i < first + n; i++)
        object_block(b, img, i);
    list_end(b);
    buf_str(b, "\nEnd of BACnet Protocol Implementation Conformance Statement\n");
}
