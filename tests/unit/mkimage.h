#ifndef UNIT_MKIMAGE_H
#define UNIT_MKIMAGE_H
/* A device image built by hand: sections are buffers that a test may spoil before mk_finish().
 * Objects are given in ascending order, device by device; each gets all the rows of its type that
 * its groups ask for, with constants of its own, which mk_const() then replaces. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/image.h"
#include "schemas/objdefs.h"
#include "schemas/tag.h"

enum { MK_ROOM = 1 << 22 };
enum mk_section {
#define X(name, number, record) MK_##name,
    IMG_SECTIONS(X)
#undef X
    MK_SECTIONS
};
struct mk_buffer { uint8_t *p; size_t n; };
struct mk {
    struct mk_buffer s[MK_SECTIONS];
    uint32_t device, first_object;   /* the device that is being filled                           */
};

static const struct { uint32_t number, size; } mk_known[] = {
#define X(name, number, record) {number, sizeof(record)},
    IMG_SECTIONS(X)
#undef X
};

static inline uint32_t mk_count(const struct mk *m, enum mk_section s)
{
    return (uint32_t)(m->s[s].n / mk_known[s].size);
}

/* Appends; index of the record. */
static inline uint32_t mk_put(struct mk *m, enum mk_section s, const void *record, size_t n)
{
    struct mk_buffer *b = &m->s[s];
    uint32_t at = mk_count(m, s);
    if (!b->p)
        b->p = calloc(1, MK_ROOM);
    if (!b->p || b->n + n > MK_ROOM)
        abort();
    memcpy(b->p + b->n, record, n);
    b->n += n;
    return at;
}

static inline void *mk_at(struct mk *m, enum mk_section s, uint32_t i)
{
    return m->s[s].p + (size_t)i * mk_known[s].size;
}

static inline le32 mk_text(struct mk *m, const char *text)
{
    uint8_t b[1024] = {0};
    size_t len = strlen(text), whole = 4 + (len / 4 + 1) * 4;
    if (!len && m->s[MK_strings].n)
        return le32_of(0);
    le32 head = le32_of(0xff000000u | (uint32_t)len);
    memcpy(b, &head, 4);
    memcpy(b + 4, text, len);
    return le32_of(mk_put(m, MK_strings, b, whole));
}

/* A value of so many elements (1 for a scalar or list), each as on the wire. */
static inline uint32_t mk_value(struct mk *m, unsigned form, unsigned kind, const struct wr *elements,
                                uint32_t count)
{
    le32 at = le32_of((uint32_t)m->s[MK_values].n), word;
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++)
        n += (uint32_t)elements[i].len;
    word = le32_of((uint32_t)form << 30 | kind << 24 | n);
    mk_put(m, MK_values, &word, 4);
    if (form == ARRAY) {
        uint32_t end = 0;
        word = le32_of(count);
        mk_put(m, MK_values, &word, 4);
        for (uint32_t i = 0; i < count; i++) {
            word = le32_of(end += (uint32_t)elements[i].len);
            mk_put(m, MK_values, &word, 4);
        }
    }
    for (uint32_t i = 0; i < count; i++)
        mk_put(m, MK_values, elements[i].buf, elements[i].len);
    return mk_put(m, MK_value_at, &at, 4);
}

static inline unsigned mk_kind(const struct obj_def *o, const struct prop_def *row)
{
    unsigned type = row->type == DT_present ? o->present : row->type;
    return type <= DT_oid ? type : IMG_CONSTRUCTED;
}

/* Something that suits the row. */
static inline uint32_t mk_default(struct mk *m, const struct obj_def *o, const struct prop_def *row)
{
    uint8_t b[32];
    struct wr w = wr_of(b, sizeof b), all[16];
    unsigned kind = mk_kind(o, row);
    switch (kind) {
    case DT_boolean: wr_boolean(&w, APP, true); break;
    case DT_unsigned: wr_unsigned(&w, APP, 1); break;
    case DT_integer: wr_integer(&w, APP, 0); break;
    case DT_real: wr_real(&w, APP, 0); break;
    case DT_octets: wr_octets(&w, APP, "", 0); break;
    case DT_string: wr_string(&w, APP, "text", 4); break;
    case DT_bits: wr_bits(&w, APP, (struct bits){(uint8_t)row->limit, 0}); break;
    case DT_enumerated: wr_enumerated(&w, APP, 0); break;
    default: break;
    }
    if (row->form == LIST)
        return mk_value(m, LIST, kind, &w, 0);
    if (row->form == SCALAR)
        return mk_value(m, SCALAR, kind, &w, 1);
    for (unsigned i = 0; i < 16; i++)
        all[i] = w;
    return mk_value(m, ARRAY, kind, all, row->size ? row->size : 3);
}

static inline uint32_t mk_shape(struct mk *m, const struct obj_def *o, unsigned groups)
{
    struct img_shape s = {le16_of(o->type), le16_of(0), le32_of(mk_count(m, MK_props)), le16_of(0),
                          le16_of(0)};
    uint16_t n = 0, own = 0;
    for (size_t i = 0; i < o->n_props; i++) {
        const struct prop_def *row = &o->props[i];
        if (!(row->group & (groups | G_ALL)))
            continue;
        bool constant = row->code == PC_image || row->code == PC_object_name ||
                        row->code == PC_relinquish_default;
        struct img_prop p = {le32_of(row->property),
                             le32_of(constant ? (uint32_t)IMG_OWN << 30 | own++ : IMG_LIVE)};
        mk_put(m, MK_props, &p, sizeof p);
        n++;
    }
    s.n_props = le16_of(n);
    s.n_consts = le16_of(own);
    return mk_put(m, MK_shapes, &s, sizeof s);
}

/* Where the object keeps its own constant. */
static inline le32 *mk_slot(struct mk *m, uint32_t object, uint32_t property)
{
    struct img_object *o = mk_at(m, MK_objects, object);
    struct img_shape *s = mk_at(m, MK_shapes, le16_get(o->shape));
    for (uint32_t i = 0; i < le16_get(s->n_props); i++) {
        struct img_prop *p = mk_at(m, MK_props, le32_get(s->first_prop) + i);
        if (le32_get(p->property) == property && img_where_kind(le32_get(p->where)) == IMG_OWN)
            return mk_at(m, MK_consts, le32_get(o->consts) + img_where_index(le32_get(p->where)));
    }
    return NULL;
}

static inline void mk_const(struct mk *m, uint32_t object, uint32_t property, unsigned form,
                            unsigned kind, const struct wr *elements, uint32_t count)
{
    le32 *slot = mk_slot(m, object, property);
    if (slot)
        *slot = le32_of(mk_value(m, form, kind, elements, count));
}

static inline void mk_real(struct mk *m, uint32_t object, uint32_t property, float v)
{
    uint8_t b[8];
    struct wr w = wr_of(b, sizeof b);
    wr_real(&w, APP, v);
    mk_const(m, object, property, SCALAR, DT_real, &w, 1);
}

static inline void mk_unsigned(struct mk *m, uint32_t object, uint32_t property, uint32_t v)
{
    uint8_t b[8];
    struct wr w = wr_of(b, sizeof b);
    wr_unsigned(&w, APP, v);
    mk_const(m, object, property, SCALAR, DT_unsigned, &w, 1);
}

static inline uint32_t mk_object(struct mk *m, uint32_t oid, const char *name, unsigned groups,
                                 unsigned flags, uint32_t variable)
{
    const struct obj_def *def = obj_def(oid_type(oid));
    uint32_t shape = mk_shape(m, def, groups), alarm = IMG_NONE;
    struct img_identity id = {{0}};
    struct img_object o = {le32_of(oid), le16_of((uint16_t)shape), le16_of((uint16_t)flags),
                           le16_of((uint16_t)m->device), le16_of(0),
                           le32_of(mk_count(m, MK_consts)), le32_of(variable), le32_of(IMG_NONE)};
    for (size_t i = 0; i < def->n_props; i++) {
        const struct prop_def *row = &def->props[i];
        bool constant = row->code == PC_image || row->code == PC_object_name ||
                        row->code == PC_relinquish_default;
        if (!constant || !(row->group & (groups | G_ALL)))
            continue;
        le32 v = le32_of(mk_default(m, def, row));
        mk_put(m, MK_consts, &v, 4);
    }
    uint32_t object = mk_count(m, MK_objects);
    if (flags & IMG_OBJ_INTRINSIC) {
        struct img_alarm a = {le32_of(object), le32_of(0), le32_of(0), le32_of(IMG_NONE),
                              le32_of(IMG_NONE), le32_of(0), le32_of(0), 0, 0, {0, 0}};
        alarm = mk_put(m, MK_alarms, &a, sizeof a);
        o.alarm = le32_of(alarm);
    }
    mk_put(m, MK_objects, &o, sizeof o);
    memcpy(id.b, &o.oid, sizeof o.oid);
    id.b[15] = (uint8_t)(m->device + 1);
    mk_put(m, MK_object_ids, &id, sizeof id);
    uint8_t b[256];
    struct wr w = wr_of(b, sizeof b);
    wr_string(&w, APP, name, strlen(name));
    mk_const(m, object, P_object_name, SCALAR, DT_string, &w, 1);
    return object;
}

/* Variables are given before the objects that show them. */
static inline uint32_t mk_variable(struct mk *m, const char *name, enum var_type type, unsigned flags,
                                   uint32_t states, double initial)
{
    struct img_identity id = {{0}};
    struct img_variable v = {.name = mk_text(m, name), .type = (uint8_t)type,
                             .flags = (uint8_t)flags, .states = le32_of(states),
                             .initial = le64_of_real(initial), .low = le64_of_real(NAN),
                             .high = le64_of_real(NAN)};
    id.b[0] = (uint8_t)mk_count(m, MK_variables);
    id.b[15] = 0xff;
    mk_put(m, MK_variable_ids, &id, sizeof id);
    return mk_put(m, MK_variables, &v, sizeof v);
}

/* States named s0, s1, ... from value `from`; on the wire from 1. */
static inline uint32_t mk_states(struct mk *m, int32_t from, uint32_t n)
{
    struct img_state_set set = {mk_text(m, "states"), le32_of(mk_count(m, MK_states)), le32_of(n)};
    for (uint32_t i = 0; i < n; i++) {
        char text[16];
        snprintf(text, sizeof text, "s%u", i);
        struct img_state s = {mk_text(m, text), le32_of((uint32_t)from + i), le32_of(i + 1)};
        mk_put(m, MK_states, &s, sizeof s);
    }
    return mk_put(m, MK_state_sets, &set, sizeof set);
}

static inline void mk_begin(struct mk *m)
{
    struct img_project p;
    *m = (struct mk){.device = 0};
    memset(&p, 0, sizeof p);
    mk_text(m, "");
    p.name = mk_text(m, "Test");
    p.time_zone = mk_text(m, "UTC");
    mk_put(m, MK_project, &p, sizeof p);
    struct img_port port = {.id = 1, .type = 5, .flags = le16_of(IMG_PORT_ENABLED),
                            .udp_port = le16_of(47808), .object = le32_of(IMG_NONE)};
    mk_put(m, MK_ports, &port, sizeof port);
}

/* Closes the device whose objects were given since the last call. */
static inline void mk_device(struct mk *m, uint32_t instance, unsigned flags)
{
    uint32_t n = mk_count(m, MK_objects) - m->first_object, own = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct img_object *o = mk_at(m, MK_objects, m->first_object + i);
        if (oid_type(le32_get(o->oid)) == OT_device)
            own = m->first_object + i;
        if (oid_type(le32_get(o->oid)) == OT_network_port && !m->device)
            ((struct img_port *)mk_at(m, MK_ports, 0))->object = le32_of(m->first_object + i);
    }
    struct img_device d = {.instance = le32_of(instance), .first_object = le32_of(m->first_object),
                           .n_objects = le32_of(n), .object = le32_of(own),
                           .flags = le16_of((uint16_t)(flags | IMG_DEV_ENABLED)),
                           .database_revision = le32_of(1), .identity = {{0xde, (uint8_t)m->device}}};
    mk_put(m, MK_devices, &d, sizeof d);
    m->first_object += n;
    m->device++;
}

static inline void mk_hash_put(struct mk *m, enum mk_section s, uint32_t slots, uint32_t hash,
                               uint32_t index)
{
    while (le32_get(*(le32 *)mk_at(m, s, hash & (slots - 1))))
        hash++;
    *(le32 *)mk_at(m, s, hash & (slots - 1)) = le32_of(index + 1);
}

static inline void mk_hash_room(struct mk *m, enum mk_section s, uint32_t n)
{
    le32 none = le32_of(0);
    for (uint32_t i = 0; i < img_hash_slots(n); i++)
        mk_put(m, s, &none, 4);
}

static inline void mk_link(struct mk *m)
{
    uint32_t n = mk_count(m, MK_objects), nv = mk_count(m, MK_variables);
    mk_hash_room(m, MK_object_hash, n);
    mk_hash_room(m, MK_name_hash, n);
    mk_hash_room(m, MK_variable_hash, nv);
    for (uint32_t i = 0; i < n; i++) {
        struct img_object *o = mk_at(m, MK_objects, i);
        uint32_t at = le32_get(*mk_slot(m, i, P_object_name));
        const uint8_t *v = m->s[MK_values].p + le32_get(*(le32 *)mk_at(m, MK_value_at, at)) + 4;
        struct rd r = rd_of(v, 300);
        uint8_t charset;
        struct span name = rd_string(&r, APP, &charset);
        uint32_t device = le16_get(o->device);
        mk_hash_put(m, MK_object_hash, img_hash_slots(n), img_hash_object(device, le32_get(o->oid)), i);
        mk_hash_put(m, MK_name_hash, img_hash_slots(n), img_hash_name(device, name.p, name.n), i);
    }
    for (uint32_t v = 0; v < nv; v++) {
        struct img_variable *var = mk_at(m, MK_variables, v);
        uint16_t shown = 0;
        var->first_object = le32_of(mk_count(m, MK_variable_objects));
        var->first_binding = le32_of(mk_count(m, MK_bindings));
        for (uint32_t i = 0; i < n; i++) {
            le32 index = le32_of(i);
            if (le32_get(((struct img_object *)mk_at(m, MK_objects, i))->variable) != v)
                continue;
            mk_put(m, MK_variable_objects, &index, 4);
            shown++;
        }
        var->n_objects = le16_of(shown);
        const char *name = (const char *)m->s[MK_strings].p + le32_get(var->name) + 4;
        mk_hash_put(m, MK_variable_hash, img_hash_slots(nv), img_hash_name(0, name, strlen(name)), v);
    }
}

/* The file, malloc'ed; the builder is empty afterwards. Without mk_link() the tables are missing. */
static inline uint8_t *mk_finish(struct mk *m, size_t *size)
{
    size_t n = sizeof(struct img_header) + MK_SECTIONS * sizeof(struct img_section);
    for (unsigned s = 0; s < MK_SECTIONS; s++)
        n += m->s[s].n;
    uint8_t *file = calloc(1, n);
    struct img_section *dir = (void *)(file + sizeof(struct img_header));
    size_t at = sizeof(struct img_header) + MK_SECTIONS * sizeof *dir;
    struct img_header h = {.format = le16_of(IMAGE_FORMAT), .n_sections = le16_of(MK_SECTIONS),
                           .size = le32_of((uint32_t)n)};
    memcpy(h.magic, IMAGE_MAGIC, sizeof h.magic);
    for (unsigned s = 0; s < MK_SECTIONS; s++) {
        dir[s] = (struct img_section){le32_of(mk_known[s].number), le32_of((uint32_t)at),
                                      le32_of(mk_count(m, s)), le32_of(mk_known[s].size)};
        if (m->s[s].n)
            memcpy(file + at, m->s[s].p, m->s[s].n);
        at += m->s[s].n;
        free(m->s[s].p);
        m->s[s] = (struct mk_buffer){NULL, 0};
    }
    memcpy(file, &h, sizeof h);
    h.crc = le32_of(image_crc(file, n));
    memcpy(file, &h, sizeof h);
    *size = n;
    return file;
}
#endif
