#include "compiler/dump.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/print.h"

static const char *const type_names[VAR_TYPES] = {
    "BOOL", "SINT", "INT", "DINT", "USINT", "UINT", "UDINT", "BYTE", "WORD", "DWORD", "REAL", "LREAL",
    "SCHEDULE_BOOL", "SCHEDULE_INT", "SCHEDULE_REAL",
};

static void text(struct out *o, const struct image *img, const char *key, le32 t) { out_text(o, key, img_text(img, t)); }

static void hex(struct out *o, const char *key, const uint8_t *p, size_t n)
{
    char s[64];
    for (size_t i = 0; i < n && i < 31; i++)
        snprintf(s + 2 * i, 3, "%02x", p[i]);
    out_value(o, key, (struct span){(const uint8_t *)s, 2 * n}, false);
}

/* ---- objects ---- */

struct span dump_value(struct arena *a, const struct img_value *v, uint32_t property)
{
    struct wr w = wr_of(NULL, 0);
    for (int pass = 0; pass < 2; pass++) {
        if (pass)
            w = wr_of(arena_alloc(a, w.len + 1), w.len);
        if (v->form != SCALAR)
            print_bytes(&w, v->form == ARRAY ? "{" : "(");
        for (uint32_t i = 1; v->form == ARRAY && i <= v->count; i++) {
            struct span e = img_element(v, i);
            print_bytes(&w, i > 1 ? ", " : "");
            print_tagged(&w, rd_of(e.p, e.n), property);
        }
        if (v->form != ARRAY)
            print_tagged(&w, rd_of(v->octets, v->n), property);
        if (v->form != SCALAR)
            print_bytes(&w, v->form == ARRAY ? "}" : ")");
    }
    return (struct span){w.buf, w.len};
}

static void value(struct out *o, const char *key, const struct img_value *v, uint32_t property)
{
    struct span s = dump_value(o->b.arena, v, property);
    bool minus = s.n > 1 && s.p[0] == '-';
    bool digit = s.n && s.p[minus] >= '0' && s.p[minus] <= '9';
    bool raw = v->form == SCALAR && s.n && (s.p[0] == '"' || (digit && v->kind >= 2 && v->kind <= 5) || v->kind == 1);
    out_value(o, key, s, raw);
}

static void properties(struct out *o, const struct image *img, uint32_t object)
{
    const struct img_object *x = &img->objects[object];
    const struct img_shape *s = &img->shapes[le16_get(x->shape)];
    for (uint32_t i = 0; i < le16_get(s->n_props); i++) {
        const struct img_prop *p = &img->props[le32_get(s->first_prop) + i];
        uint32_t property = le32_get(p->property);
        struct img_value v;
        if (img_where_kind(le32_get(p->where)) != IMG_LIVE && img_const(img, object, property, &v))
            value(o, property_name(property), &v, property);
    }
}

static void dump_alarm(struct out *o, const struct image *img, uint32_t i)
{
    static const char *const kinds[] = {"limits", "states", "feedback", "none"};
    static const char *const resets[] = {"auto", "manual", "on-ack"};
    const struct img_alarm *a = &img->alarms[i];
    text(o, img, "alarm-point", a->name);
    out_value(o, "alarm-kind", (struct span){(const uint8_t *)kinds[a->kind], strlen(kinds[a->kind])}, false);
    out_value(o, "alarm-reset", (struct span){(const uint8_t *)resets[a->reset], strlen(resets[a->reset])}, false);
    text(o, img, "alarm-text", a->text);
    out_number(o, "alarm-delay-ms", le32_get(a->delay));
    out_number(o, "alarm-delay-normal-ms", le32_get(a->delay_normal));
    if (le32_get(a->feedback) != IMG_NONE)
        text(o, img, "feedback", img->variables[le32_get(a->feedback)].name);
    if (le32_get(a->reset_variable) != IMG_NONE)
        text(o, img, "reset-variable", img->variables[le32_get(a->reset_variable)].name);
}

static void dump_object(struct out *o, const struct image *img, uint32_t i)
{
    const struct img_object *x = &img->objects[i];
    uint32_t oid = le32_get(x->oid), variable = le32_get(x->variable), flags = le16_get(x->flags);
    char label[64];
    int n = snprintf(label, sizeof label, "%s,%u", object_type_name(oid_type(oid)), oid_instance(oid));
    out_open(o, "object", label);
    if (o->json)
        out_value(o, "object-identifier", (struct span){(const uint8_t *)label, (size_t)n}, false);
    if (variable != IMG_NONE)
        text(o, img, "variable", img->variables[variable].name);
    out_flag(o, "reverse", flags & IMG_OBJ_REVERSE);
    out_flag(o, "commandable", flags & IMG_OBJ_COMMANDABLE);
    out_flag(o, "writable", flags & IMG_OBJ_WRITABLE);
    out_flag(o, "retain-commands", flags & IMG_OBJ_RETAIN);
    out_flag(o, "intrinsic-reporting", flags & IMG_OBJ_INTRINSIC);
    if (o->json)
        hex(o, "identity", img->object_ids[i].b, 16);
    properties(o, img, i);
    if (img_keep(img, i))
        out_number(o, "keep-seconds", img_keep(img, i));
    if (le32_get(x->alarm) != IMG_NONE)
        dump_alarm(o, img, le32_get(x->alarm));
    out_close(o);
}

/* ---- ports, devices, variables ---- */

/* Members of lists: objects of one member in JSON, lines without a heading in text. */
static void member(struct out *o, const char *key, const char *text)
{
    if (o->json)
        out_open(o, NULL, NULL);
    out_value(o, key, (struct span){(const uint8_t *)text, strlen(text)}, false);
    if (o->json)
        out_close(o);
}

static void dump_peer(struct out *o, const struct img_peer *p)
{
    char s[64], address[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];
    (void)inet_ntop(AF_INET, p->address, address, sizeof address);
    (void)inet_ntop(AF_INET, p->mask, mask, sizeof mask);
    snprintf(s, sizeof s, "%s:%u mask %s", address, le16_get(p->port), mask);
    member(o, "peer", s);
}

static void dump_access(struct out *o, const struct img_access *a)
{
    char s[64], address[INET6_ADDRSTRLEN];
    (void)inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->address, address, sizeof address);
    snprintf(s, sizeof s, "%s/%u", address, a->prefix);
    member(o, "allow", s);
}

static void dump_port(struct out *o, const struct image *img, const struct img_port *p)
{
    char label[16];
    snprintf(label, sizeof label, "%u", p->id);
    uint32_t flags = le16_get(p->flags), first = le32_get(p->first_peer);
    out_open(o, "port", label);
    if (o->json)
        out_number(o, "id", p->id);
    const char *type = p->type == NT_ipv4 ? "ipv4" : "virtual";
    out_value(o, "type", (struct span){(const uint8_t *)type, strlen(type)}, false);
    out_flag(o, "enabled", flags & IMG_PORT_ENABLED);
    out_number(o, "network", le16_get(p->network));
    if (p->type == NT_ipv4)
        out_number(o, "udp-port", le16_get(p->udp_port));
    text(o, img, "adapter", p->adapter);
    text(o, img, "address", p->address);
    if (le16_get(p->prefix))
        out_number(o, "mask-bits", le16_get(p->prefix));
    out_flag(o, "bbmd", flags & IMG_PORT_BBMD);
    const bool peers = le32_get(p->n_peers) > 0;
    if (peers)
        out_list(o, "peers");
    for (uint32_t i = first; i < first + le32_get(p->n_peers); i++)
        dump_peer(o, &img->peers[i]);
    if (peers)
        out_list_end(o);
    if (flags & IMG_PORT_FOREIGN) {
        text(o, img, "foreign-bbmd", p->foreign_bbmd);
        out_number(o, "foreign-ttl", le16_get(p->foreign_ttl));
    }
    out_close(o);
}

static void dump_device(struct out *o, const struct image *img, uint32_t i)
{
    const struct img_device *d = &img->devices[i];
    char label[16];
    snprintf(label, sizeof label, "%u", le32_get(d->instance));
    uint32_t flags = le16_get(d->flags), first = le32_get(d->first_access);
    out_open(o, "device", label);
    if (o->json)
        out_number(o, "instance", le32_get(d->instance));
    text(o, img, "handle", d->handle);
    out_number(o, "port", img->ports[le16_get(d->port)].id);
    out_flag(o, "enabled", flags & IMG_DEV_ENABLED);
    out_flag(o, "read-only", flags & IMG_DEV_READ_ONLY);
    out_flag(o, "use-subscriptions", flags & IMG_DEV_SUBSCRIBE);
    out_flag(o, "time-sync-offset", flags & IMG_DEV_TIME_OFFSET);
    out_flag(o, "time-sync-set", flags & IMG_DEV_TIME_SET);
    out_flag(o, "schedule-limits", flags & IMG_DEV_SCHEDULE_LIMITS);
    out_number(o, "database-revision", le32_get(d->database_revision));
    out_flag(o, "management-password", img_text(img, d->password).n != 0);
    const bool guarded = le32_get(d->n_accesses) > 0;
    if (guarded)
        out_list(o, "access");
    for (uint32_t k = first; k < first + le32_get(d->n_accesses); k++)
        dump_access(o, &img->accesses[k]);
    if (guarded)
        out_list_end(o);
    if (d->mac_len)
        hex(o, "mac", d->mac, d->mac_len);
    out_list(o, "objects");
    for (uint32_t k = 0; k < le32_get(d->n_objects); k++)
        dump_object(o, img, le32_get(d->first_object) + k);
    out_list_end(o);
    out_close(o);
}

static void attributes(struct out *o, const struct image *img, le32 first, le32 n)
{
    for (uint32_t i = le32_get(first); i < le32_get(first) + le32_get(n); i++) {
        struct span name = img_text(img, img->attributes[i].name);
        out_text(o, (const char *)name.p, img_text(img, img->attributes[i].value));
    }
}

static void dump_variable(struct out *o, const struct image *img, uint32_t i)
{
    const struct img_variable *v = &img->variables[i];
    struct span name = img_text(img, v->name);
    out_open(o, "variable", (const char *)name.p);
    if (o->json)
        out_text(o, "name", name);
    out_value(o, "type", (struct span){(const uint8_t *)type_names[v->type], strlen(type_names[v->type])}, false);
    text(o, img, "description", v->description);
    text(o, img, "unit", v->unit);
    text(o, img, "discipline", v->discipline);
    out_flag(o, "readable", v->flags & IMG_VAR_READABLE);
    out_flag(o, "writable", v->flags & IMG_VAR_WRITABLE);
    out_flag(o, "output", v->flags & IMG_VAR_OUTPUT);
    out_flag(o, "retain", v->flags & IMG_VAR_RETAIN);
    if (le32_get(v->states) != IMG_NONE)
        text(o, img, "states", img->state_sets[le32_get(v->states)].name);
    out_real(o, "initial", le64_real(v->initial));
    out_real(o, "low", le64_real(v->low));
    out_real(o, "high", le64_real(v->high));
    if (o->json)
        hex(o, "identity", img->variable_ids[i].b, 16);
    out_list(o, "bindings");
    for (uint32_t k = 0; k < le32_get(v->n_bindings); k++) {
        const struct img_binding *b = &img->bindings[le32_get(v->first_binding) + k];
        out_open(o, "bind", NULL);
        text(o, img, "source", img->sources[le32_get(b->source)].id);
        attributes(o, img, b->first_attribute, b->n_attributes);
        out_close(o);
    }
    out_list_end(o);
    out_close(o);
}

static void dump_states(struct out *o, const struct image *img, const struct img_state_set *s)
{
    out_open(o, "states", (const char *)img_text(img, s->name).p);
    if (o->json)
        text(o, img, "name", s->name);
    for (uint32_t k = 0; k < le32_get(s->count); k++) {
        const struct img_state *x = &img->states[le32_get(s->first) + k];
        char key[48];
        snprintf(key, sizeof key, "%d wire %u", (int32_t)le32_get(x->value), le32_get(x->wire));
        text(o, img, key, x->text);
    }
    out_close(o);
}

void dump_image(struct out *o, const struct image *img)
{
    const struct img_project *p = img->project;
    out_open(o, "image", NULL);
    out_number(o, "format", IMAGE_FORMAT);
    text(o, img, "project", p->name);
    text(o, img, "guid", p->guid);
    text(o, img, "author", p->author);
    text(o, img, "last-change", p->last_change);
    text(o, img, "description", p->description);
    text(o, img, "plc", p->plc);
    text(o, img, "plc-description", p->plc_description);
    text(o, img, "time-zone", p->time_zone);
    out_list(o, "ports");
    for (uint32_t i = 0; i < img->n_ports; i++)
        dump_port(o, img, &img->ports[i]);
    out_list_end(o);
    out_list(o, "devices");
    for (uint32_t i = 0; i < img->n_devices; i++)
        dump_device(o, img, i);
    out_list_end(o);
    out_list(o, "variables");
    for (uint32_t i = 0; i < img->n_variables; i++)
        dump_variable(o, img, i);
    out_list_end(o);
    out_list(o, "state-sets");
    for (uint32_t i = 0; i < img->n_state_sets; i++)
        dump_states(o, img, &img->state_sets[i]);
    out_list_end(o);
    out_list(o, "sources");
    for (uint32_t i = 0; i < img->n_sources; i++) {
        out_open(o, "source", (const char *)img_text(img, img->sources[i].id).p);
        if (o->json)
            text(o, img, "id", img->sources[i].id);
        text(o, img, "kind", img->sources[i].kind);
        uint32_t lost = le32_get(img->sources[i].alarm_object);
        if (lost != IMG_NONE)
            out_text(o, "alarm-object", img_object_name(img, lost));
        attributes(o, img, img->sources[i].first_attribute, img->sources[i].n_attributes);
        out_close(o);
    }
    out_list_end(o);
    out_close(o);
}
