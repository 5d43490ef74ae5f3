/* See prop.h: finding and reading. Writing is prop_write.c's. */
#include "runtime/object/prop.h"

#include "runtime/object/compute.h"
#include "runtime/wire/types.h"

/* A virtual device is reached through the network that it is on, whatever port the router used. */
static uint32_t port_object(const struct device *d, uint32_t port)
{
    const struct img_port *ports = d->db->img.ports;
    uint32_t object = port < d->db->img.n_ports ? le32_get(ports[port].object) : IMG_NONE;
    if (object != IMG_NONE && object - d->first_object < d->n_objects)
        return object;
    return db_find(d, OID(OT_network_port, ports[d->port].id));
}

uint32_t object_find(const struct device *d, uint32_t oid, uint32_t port)
{
    if (oid_instance(oid) != BACNET_INSTANCE_WILDCARD)
        return db_find(d, oid);
    if (oid_type(oid) == OT_device)
        return d->object;
    return oid_type(oid) == OT_network_port ? port_object(d, port) : DB_NONE;
}

struct device *prop_ref_device(const struct db *db, const struct prop_ref *ref, uint16_t own)
{
    if (ref->device == TYPE_NONE || oid_instance(ref->device) == db->devices[own].instance)
        return &db->devices[own];
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        if (db->devices[i].instance == oid_instance(ref->device))
            return &db->devices[i];
    return NULL;
}

enum where { NOWHERE, IN_IMAGE, IN_OVERLAY };

/* A constant, or what was written over it. */
static enum where locate(const struct db *db, uint32_t object, const struct slot *s,
                         struct img_value *v, struct span *over)
{
    uint32_t kind = img_where_kind(s->where), at = img_where_index(s->where);
    if (db->live[object].flags & LIVE_OVERLAY &&
        overlay_get(&db->overlay, object, s->property, over))
        return IN_OVERLAY;
    if (kind == IMG_LIVE)
        return NOWHERE;
    if (kind == IMG_OWN)
        at = le32_get(db->img.consts[le32_get(db->img.objects[object].consts) + at]);
    *v = img_value(&db->img, at);
    return IN_IMAGE;
}

/* What clients wrote has no table of element ends: it is short, and walked through. */
static bac_err read_over(const struct prop_def *def, struct span over, uint32_t index, struct wr *w)
{
    struct rd r = rd_of(over.p, over.n);
    uint32_t n = 0;
    if (index == BACNET_INDEX_ALL) {
        wr_bytes(w, over.p, over.n);
        return BAC_OK;
    }
    while (rd_left(&r)) {
        const uint8_t *from = r.p;
        (void)type_check((enum datatype)def->type, DT_null, &r, 0);
        if (++n == index) {
            wr_bytes(w, from, (size_t)(r.p - from));
            return BAC_OK;
        }
    }
    if (index)
        return BAC_ERR(property, invalid_array_index);
    wr_unsigned(w, APP, n);
    return BAC_OK;
}

static bac_err read_constant(const struct db *db, uint32_t object, const struct slot *s,
                             uint32_t index, struct wr *w)
{
    struct img_value v;
    struct span over;
    enum where where = locate(db, object, s, &v, &over);
    if (where == NOWHERE)
        return BAC_ERR(property, unknown_property);
    if (where == IN_OVERLAY)
        return read_over(s->def, over, index, w);
    if (index == BACNET_INDEX_ALL) {
        wr_bytes(w, v.octets, v.n);
    } else if (index == 0) {
        wr_unsigned(w, APP, v.count);
    } else if (index > v.count) {
        return BAC_ERR(property, invalid_array_index);
    } else {
        struct span e = img_element(&v, index);
        wr_bytes(w, e.p, e.n);
    }
    return BAC_OK;
}

/* Order of the checks: array or not, index, access (clause 15.5.1.3.1). */
bac_err prop_read_slot(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                       struct wr *w)
{
    const struct prop_def *def = s->def;
    if (index != BACNET_INDEX_ALL && def->form != ARRAY)
        return BAC_ERR(property, property_is_not_an_array);
    if (def->code == PC_image || def->code == PC_object_name)
        return read_constant(d->db, object, s, index, w);
    if (def->flags & PF_NO_READ)
        return BAC_ERR(property, read_access_denied);
    return compute_read(d, object, s, index, w);
}

bac_err prop_read(const struct device *d, uint32_t object, uint32_t property, uint32_t index,
                  struct wr *w)
{
    const struct slot *s = db_slot(d->db, object, property);
    return s ? prop_read_slot(d, object, s, index, w) : BAC_ERR(property, unknown_property);
}

bool prop_value(const struct db *db, uint32_t object, uint32_t property, struct span *out)
{
    const struct slot *s = db_slot(db, object, property);
    struct img_value v;
    struct span over;
    if (!s)
        return false;
    switch (locate(db, object, s, &v, &over)) {
    case IN_OVERLAY: *out = over; return true;
    case IN_IMAGE: *out = (struct span){v.octets, v.n}; return true;
    default: return false;
    }
}

static bool typed(const struct db *db, uint32_t object, uint32_t property, unsigned tag,
                  struct rd *r)
{
    struct span s;
    if (!prop_value(db, object, property, &s))
        return false;
    *r = rd_of(s.p, s.n);
    return rd_is(r, APP, tag);
}

bool prop_real(const struct db *db, uint32_t object, uint32_t property, float *out)
{
    struct rd r;
    if (!typed(db, object, property, TAG_real, &r))
        return false;
    *out = rd_real(&r, APP);
    return rd_ok(&r);
}

bool prop_unsigned(const struct db *db, uint32_t object, uint32_t property, uint32_t *out)
{
    struct rd r;
    if (typed(db, object, property, TAG_unsigned, &r))
        *out = rd_unsigned(&r, APP);
    else if (typed(db, object, property, TAG_enumerated, &r))
        *out = rd_enumerated(&r, APP);
    else
        return false;
    return rd_ok(&r);
}

bool prop_boolean(const struct db *db, uint32_t object, uint32_t property, bool *out)
{
    struct rd r;
    if (!typed(db, object, property, TAG_boolean, &r))
        return false;
    *out = rd_boolean(&r, APP);
    return rd_ok(&r);
}

bool prop_bits(const struct db *db, uint32_t object, uint32_t property, uint64_t *out)
{
    struct rd r;
    if (!typed(db, object, property, TAG_bits, &r))
        return false;
    *out = rd_bits(&r, APP).v;
    return rd_ok(&r);
}
