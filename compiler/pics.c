/* Protocol Implementation Conformance Statement: the headings of 135-2020 Annex A, as text or Markdown. */
#include <stdio.h>
#include <string.h>

#include "compiler/epics.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/services.h"
#include "schemas/version.h"

struct pics {
    struct buf *b;
    bool markdown;
    char has[64][24];           /* BIBBs                                                       */
    size_t n;
};

static void heading(struct pics *p, const char *text)
{
    if (p->markdown) {
        buf_printf(p->b, "\n## %s\n\n", text);
        return;
    }
    buf_printf(p->b, "\n%s\n", text);
    for (size_t i = strlen(text); i; i--)
        buf_char(p->b, '-');
    buf_char(p->b, '\n');
}

/* Text of the project: in Markdown its marks are only characters. */
static void fact(struct pics *p, const char *name, struct span value)
{
    buf_printf(p->b, p->markdown ? "- **%s:** " : "%s: ", name);
    for (size_t i = 0; i < value.n; i++) {
        if (p->markdown && strchr("\\`*_{}[]()<>#+!|~&", value.p[i]) && value.p[i])
            buf_char(p->b, '\\');
        buf_char(p->b, value.p[i] < 0x20 || value.p[i] == 0x7f ? ' ' : (char)value.p[i]);
    }
    buf_char(p->b, '\n');
}

static void fact_str(struct pics *p, const char *name, const char *value)
{
    fact(p, name, (struct span){(const uint8_t *)value, strlen(value)});
}

static void tick(struct pics *p, bool yes, const char *text)
{
    buf_printf(p->b, p->markdown ? "- [%c] %s\n" : "[%c] %s\n", yes ? 'x' : ' ', text);
}

static void take(void *to, const char *bibb)
{
    struct pics *p = to;
    if (p->n < sizeof p->has / sizeof *p->has)
        snprintf(p->has[p->n++], sizeof *p->has, "%s", bibb);
}

static bool has_all(const struct pics *p, const char *const *names)
{
    for (; *names; names++) {
        size_t i = 0;
        while (i < p->n && strcmp(p->has[i], *names) != 0)
            i++;
        if (i == p->n)
            return false;
    }
    return true;
}

/* Annex L: a profile is claimed where the device has all its BIBBs. */
static void profiles(struct pics *p)
{
    static const struct { const char *title, *bibbs[24]; } rows[] = {
        {"BACnet Building Controller (B-BC)",
         {"DS-RP-A", "DS-RP-B", "DS-RPM-A", "DS-RPM-B", "DS-WP-A", "DS-WP-B", "DS-WPM-B", "AE-N-I-B", "AE-ACK-B", "AE-INFO-B",
          "AE-CRL-B", "SCHED-E-B", "T-VMT-I-B", "T-ATR-B", "DM-DDB-A", "DM-DDB-B", "DM-DOB-B", "DM-DCC-B", "DM-TS-B", "DM-RD-B",
          "DM-BR-B"}},
        {"BACnet Advanced Application Controller (B-AAC)",
         {"DS-RP-B", "DS-RPM-B", "DS-WP-B", "DS-WPM-B", "AE-N-I-B", "AE-ACK-B", "AE-INFO-B", "AE-CRL-B", "SCHED-I-B", "DM-DDB-A",
          "DM-DDB-B", "DM-DOB-B", "DM-DCC-B", "DM-TS-B", "DM-RD-B"}},
        {"BACnet Application Specific Controller (B-ASC)", {"DS-RP-B", "DS-WP-B", "DM-DDB-B", "DM-DOB-B", "DM-DCC-B"}},
        {"BACnet Smart Actuator (B-SA)", {"DS-RP-B", "DS-WP-B", "DM-DDB-B", "DM-DOB-B"}},
        {"BACnet Smart Sensor (B-SS)", {"DS-RP-B", "DM-DDB-B", "DM-DOB-B"}},
        {"BACnet Gateway (B-GW)", {"DS-RP-B", "DS-WP-B", "DM-DDB-B", "DM-DOB-B", "DM-DCC-B", "GW-VN-B"}},
        {"BACnet Router (B-RTR)", {"DS-RP-B", "DS-WP-B", "DM-DDB-A", "DM-DDB-B", "DM-DOB-B", "NM-RC-B"}},
        {"BACnet Broadcast Management Device (B-BBMD)", {"DS-RP-B", "DS-WP-B", "DM-DDB-B", "DM-DOB-B", "NM-BBMDC-B"}},
        {"BACnet General (B-GENERAL)", {"DS-RP-B", "DM-DDB-B", "DM-DOB-B"}},
    };
    heading(p, "BACnet Standardized Device Profile (Annex L)");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        tick(p, has_all(p, rows[i].bibbs), rows[i].title);
}

enum list { OPTIONAL, WRITABLE, RANGES };

static bool is_writable(const struct prop_def *d) { return d->flags & (PF_WRITE | PF_OOS) || d->conf == C_W; }

/* Of all objects of a type that there may be: which properties are optional, which are writable, and which of
 * these do not take every value of their datatype. */
static void properties(struct pics *p, const struct obj_def *def, enum list list)
{
    static const char *const titles[] = {"optional", "writable", "ranges"};
    const char *before = "";
    buf_printf(p->b, "%s%s: ", p->markdown ? "  - " : "    ", titles[list]);
    for (size_t i = 0; i < def->n_props; i++) {
        const struct prop_def *d = &def->props[i];
        struct buf range = {.arena = p->b->arena};
        bool binary = def->present == DT_enumerated && (d->code == PC_present_value || d->code == PC_relinquish_default);
        if (list == OPTIONAL ? d->conf != C_O : !is_writable(d))
            continue;
        if (list == RANGES && (binary || d->code == PC_schedule_value || !statement_range(&range, d->property)))
            continue;
        buf_printf(p->b, "%s%s", before, property_name(d->property));
        if (list == WRITABLE && d->flags & PF_OOS && !(d->flags & PF_WRITE))
            buf_str(p->b, " (while out of service, or as configured)");
        if (list == RANGES) {
            buf_char(p->b, ' ');
            buf_bytes(p->b, range.s, range.n);
        }
        before = list == RANGES ? "; " : ", ";
    }
    buf_str(p->b, *before ? "\n" : "none\n");
}

static void types(struct pics *p, bool read_only)
{
    heading(p, "Standard Object Types Supported");
    buf_str(p->b, "Objects are neither created nor deleted dynamically; there are no proprietary properties.\n");
    if (read_only)
        buf_str(p->b, "The device is read-only: clients write none of its properties.\n");
    if (p->markdown)
        buf_char(p->b, '\n');
    for (size_t i = 0; i < n_obj_defs; i++) {
        char title[48];
        statement_type(title, obj_defs[i].type);
        buf_printf(p->b, p->markdown ? "- **%s**\n" : "%s\n", title);
        properties(p, &obj_defs[i], OPTIONAL);
        for (enum list list = WRITABLE; !read_only && list <= RANGES; list++)
            properties(p, &obj_defs[i], list);
    }
}

static void services_rows(struct pics *p)
{
    const char *title;
    heading(p, "Standard Application Services Supported");
    if (p->markdown)
        buf_str(p->b, "| Service | Initiates | Executes |\n| --- | --- | --- |\n");
    for (size_t i = 0; (title = service_title(i)); i++)
        buf_printf(p->b, p->markdown ? "| %s | %s | %s |\n" : "%-34s %-9s %s\n", title,
                   service_initiates(title) ? (p->markdown ? "yes" : "initiates") : "",
                   service_executes(title) ? (p->markdown ? "yes" : "executes") : "");
}

static void networking(struct pics *p, const struct image *img, uint32_t device)
{
    bool ip = statement_ip(img, device), between = statement_routes(img, device);
    uint32_t n_ip = 0;
    for (uint32_t i = 0; i < img->n_ports; i++)
        n_ip += img->ports[i].type == NT_ipv4 && le16_get(img->ports[i].flags) & IMG_PORT_ENABLED;
    heading(p, "Data Link Layer Options");
    tick(p, ip, "BACnet/IP (Annex J)");
    tick(p, statement_foreign(img, device), "BACnet/IP (Annex J), registers as a Foreign Device");
    tick(p, statement_bbmd(img, device), "BACnet/IP (Annex J), BACnet Broadcast Management Device (BBMD)");
    tick(p, !ip, "Other: virtual network (Annex H)");
    heading(p, "Device Address Binding");
    buf_str(p->b, "Is static device binding supported? No.\n");
    heading(p, "Networking Options");
    tick(p, statement_virtual(img, device), "Router: BACnet/IP - virtual network");
    tick(p, between && n_ip > 1, "Router: BACnet/IP - BACnet/IP");
    tick(p, statement_bbmd(img, device), "BBMD; registrations by Foreign Devices are accepted");
    tick(p, statement_virtual(img, device), "Virtual network of this device's own devices (Annex H)");
    heading(p, "Network Security Options");
    tick(p, true, "Non-secure device");
    heading(p, "Character Sets Supported");
    tick(p, true, "ISO 10646 (UTF-8)");
}

void pics_write(struct buf *b, const struct image *img, uint32_t device, bool markdown)
{
    struct pics p = {.b = b, .markdown = markdown};
    char number[16];
    struct span changed = img_text(img, img->project->last_change), about = img_text(img, img->project->description);
    statement_bibbs(img, device, take, &p);
    buf_printf(b, "%sBACnet Protocol Implementation Conformance Statement\n%s", markdown ? "# " : "", markdown ? "\n" : "");
    if (!markdown)
        buf_str(b, "====================================================\n\n");
    if (changed.n)
        fact(&p, "Date", changed);
    fact(&p, "Vendor Name", statement_text(img, device, P_vendor_name));
    fact(&p, "Product Name", statement_text(img, device, P_model_name));
    fact(&p, "Product Model Number", statement_text(img, device, P_model_name));
    fact_str(&p, "Application Software Version", BAC_VERSION);
    fact_str(&p, "Firmware Revision", BAC_VERSION);
    snprintf(number, sizeof number, "%d", BACNET_PROTOCOL_REVISION);
    fact_str(&p, "BACnet Protocol Revision", number);
    snprintf(number, sizeof number, "%u", le32_get(img->devices[device].instance));
    fact_str(&p, "Device Instance", number);
    if (about.n)
        fact(&p, "Product Description", about);
    profiles(&p);
    heading(&p, "BACnet Interoperability Building Blocks Supported (Annex K)");
    for (size_t i = 0; i < p.n; i++)
        buf_printf(b, markdown ? "- %s\n" : "%s\n", p.has[i]);
    services_rows(&p);
    heading(&p, "Segmentation Capability");
    snprintf(number, sizeof number, "%d", SERVICE_WINDOW);
    tick(&p, true, "Able to transmit segmented messages");
    tick(&p, true, "Able to receive segmented messages");
    fact_str(&p, "Window Size", number);
    types(&p, statement_read_only(img, device));
    networking(&p, img, device);
}
