#ifndef SCHEMAS_IMAGE_H
#define SCHEMAS_IMAGE_H
/* The device image: records, sections, look-ups. IMAGE.md is the prose.
 * One image holds one PLC: its ports, its devices, their objects, the variables behind them.
 * Records are made of bytes: no alignment, one byte order, no arithmetic without conversion. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "schemas/le.h"
#include "schemas/wire.h"

#define IMAGE_MAGIC "\x89" "BAC\r\n\x1a\n"  /* survives neither text mode nor 7-bit transfer   */
enum { IMAGE_FORMAT = 1 };
#define IMG_NONE UINT32_MAX                 /* "no such record"                                */

struct img_header {
    uint8_t magic[8];
    le16 format;          /* this one and the one before are read                              */
    le16 n_sections;
    le32 size;            /* of the file                                                       */
    le32 crc;             /* CRC-32 (IEEE) of the file with this field zero                    */
    le32 reserved;        /* 0                                                                 */
    uint8_t project[16];  /* Project@guid, or its identity                                     */
};
struct img_section {
    le32 id, offset, count, record_size;
};
struct img_identity { uint8_t b[16]; };     /* key in the value store: survives renumbering    */

/* Text: STRINGS offset, a multiple of 4, of le32 (0xff << 24 | length), UTF-8 without NUL, NUL,
 * zeros up to the next multiple of 4. Offset 0 is the empty text.
 * Value: index into VALUE_AT, which holds VALUES offsets. There: le32 head, for an array le32 count
 * and count x le32 end offsets, then the octets as they go out on the wire. Head: form << 30 |
 * kind << 24 | octets; kind: application tag of every element, or IMG_CONSTRUCTED.            */
enum { IMG_CONSTRUCTED = 63, IMG_VALUE_MAX = 0xffffff, IMG_TEXT_MAX = 0xffffff };
struct img_project {
    le32 name, guid, author, last_change, description;
    le32 plc, plc_description, time_zone;   /* time zone: "" is the machine's                  */
};
enum { IMG_PORT_ENABLED = 1, IMG_PORT_BBMD = 2, IMG_PORT_FOREIGN = 4 };
struct img_port {
    uint8_t id, type;     /* type: enum network_type                                           */
    le16 flags, network, udp_port;
    le32 adapter, address;
    le32 first_peer, n_peers;               /* broadcast distribution table                    */
    le32 foreign_bbmd;    /* "address:port" where we register                                  */
    le16 foreign_ttl, prefix;               /* seconds; bits of the mask that the project says */
    le32 object;          /* its Network Port object, IMG_NONE: none                           */
};
struct img_peer { uint8_t address[4]; le16 port; uint8_t mask[4]; };
enum {
    IMG_DEV_ENABLED = 1, IMG_DEV_READ_ONLY = 2, IMG_DEV_SUBSCRIBE = 4,
    IMG_DEV_TIME_OFFSET = 8, IMG_DEV_TIME_SET = 16,            /* neither: ignore              */
    IMG_DEV_SCHEDULE_LIMITS = 32,           /* IMG_WEEK_ENTRIES, IMG_EXCEPTIONS at most        */
    IMG_WEEK_ENTRIES = 42, IMG_EXCEPTIONS = 10,
};
struct img_device {
    le32 handle, instance;
    le32 first_object, n_objects;           /* contiguous, ascending by identifier             */
    le32 object;          /* its Device object                                                 */
    le16 port, flags;     /* index of its port                                                 */
    le32 database_revision;
    le32 password;        /* crypt(3) hash, "" : management is refused                         */
    le32 first_access, n_accesses;          /* who may write and manage; none: everybody       */
    uint8_t mac[6], mac_len, reserved;      /* address on a virtual network                    */
    struct img_identity identity;
};
struct img_access { uint8_t address[16]; uint8_t prefix, family, reserved[2]; };  /* family 4 or 6 */
struct img_shape {        /* the properties that a group of objects has                        */
    le16 object_type, n_props;              /* at most 255                                     */
    le32 first_prop;
    le16 n_consts, flags; /* constants that each object brings of its own                      */
};
enum { IMG_LIVE, IMG_SHARED, IMG_OWN };     /* answered by the runtime; same for all; per object */
/* where: kind << 30 | value, or index into the object's constants, or 0. A row answered by PC_image
 * always has a constant; another may have one, which is then what it starts from.             */
struct img_prop { le32 property, where; };
static inline uint32_t img_where_kind(uint32_t where) { return where >> 30; }
static inline uint32_t img_where_index(uint32_t where) { return where & 0x3fffffffu; }
enum {
    IMG_OBJ_REVERSE = 1,                    /* FALSE of the variable is ACTIVE                  */
    IMG_OBJ_COMMANDABLE = 2, IMG_OBJ_WRITABLE = 4,             /* Present_Value by clients     */
    IMG_OBJ_RETAIN = 8,                     /* the priority array survives a restart           */
    IMG_OBJ_INTRINSIC = 16,
    IMG_OBJ_BINARY = 32,                    /* counts its changes, or keeps minimum times      */
};
struct img_object {
    le32 oid;             /* ascending within the device                                       */
    le16 shape, flags, device, reserved;
    le32 consts;          /* first of its n_consts values in CONSTS; [0] is Object_Name        */
    le32 variable;        /* whose value it shows; IMG_NONE: none                              */
    le32 alarm;           /* IMG_NONE: none                                                    */
};
enum { IMG_VAR_RETAIN = 1, IMG_VAR_READABLE = 2, IMG_VAR_WRITABLE = 4, IMG_VAR_OUTPUT = 8 };
struct img_variable {
    le32 name, description, unit, discipline;
    uint8_t type, flags;  /* type: enum var_type                                               */
    le16 n_objects;
    le32 first_object;    /* into VARIABLE_OBJECTS                                             */
    le32 states;          /* state set, IMG_NONE: none                                         */
    le64 initial, low, high;                /* NaN: not given                                  */
    le32 first_binding, n_bindings;
};
enum var_type {
    VT_bool, VT_sint, VT_int, VT_dint, VT_usint, VT_uint, VT_udint, VT_byte, VT_word, VT_dword,
    VT_real, VT_lreal, VT_schedule_bool, VT_schedule_int, VT_schedule_real, VAR_TYPES,
};
struct img_state_set { le32 name, first, count; };             /* states ascending by wire     */
struct img_state { le32 text, value, wire; };                  /* value: int32, as the variable holds */
enum alarm_kind { ALARM_limits, ALARM_states, ALARM_feedback, ALARM_none };
enum alarm_reset { RESET_auto, RESET_manual, RESET_on_ack };
struct img_alarm {        /* what intrinsic reporting's properties do not say; logs: ALARM_none */
    le32 object, name, text;
    le32 feedback, reset_variable;          /* variables, or IMG_NONE                          */
    le32 delay, delay_normal;               /* ms                                              */
    uint8_t kind, reset, reserved[2];
};
struct img_trend { le32 object, keep; };        /* keep: seconds beyond the buffer, 0: none    */
struct img_source { le32 kind, id; le32 first_attribute, n_attributes; le32 alarm_object; };
struct img_binding { le32 variable, source; le32 first_attribute, n_attributes; };
struct img_attribute { le32 name, value; };                    /* as written in the project    */

/* X(name, number, record): every section. A number is never used for anything else. */
#define IMG_SECTIONS(X)                          \
    X(strings,          1, uint8_t)              \
    X(values,           2, uint8_t)              \
    X(project,          3, struct img_project)   \
    X(ports,            4, struct img_port)      \
    X(peers,            5, struct img_peer)      \
    X(devices,          6, struct img_device)    \
    X(accesses,         7, struct img_access)    \
    X(shapes,           8, struct img_shape)     \
    X(props,            9, struct img_prop)      \
    X(objects,         10, struct img_object)    \
    X(object_ids,      11, struct img_identity)  \
    X(consts,          12, le32)                 \
    X(variables,       13, struct img_variable)  \
    X(variable_ids,    14, struct img_identity)  \
    X(variable_objects,15, le32)                 \
    X(state_sets,      16, struct img_state_set) \
    X(states,          17, struct img_state)     \
    X(alarms,          18, struct img_alarm)     \
    X(sources,         19, struct img_source)    \
    X(bindings,        20, struct img_binding)   \
    X(attributes,      21, struct img_attribute) \
    X(object_hash,     22, le32)                 \
    X(name_hash,       23, le32)                 \
    X(variable_hash,   24, le32)                 \
    X(value_at,        25, le32)             \
    X(trends,          26, struct img_trend)

/* A checked image, used in place. Borrows the bytes. */
struct image {
    const uint8_t *bytes;
    size_t size;
#define X(name, number, record) const record *name; uint32_t n_##name;
    IMG_SECTIONS(X)
#undef X
};

/* Checks everything once, after which the accessors below trust. False: `why` (why_n octets) says
 * what is wrong and where. Never writes, never allocates. */
bool image_open(struct image *img, const void *bytes, size_t n, char *why, size_t why_n);
uint32_t image_crc(const uint8_t *bytes, size_t n);            /* with the header's field as 0 */

struct span img_text(const struct image *img, le32 text);      /* NUL-terminated as well       */
struct img_value {
    uint8_t form, kind;   /* enum form; application tag or IMG_CONSTRUCTED                     */
    const uint8_t *octets;
    uint32_t n, count;    /* count: elements of an array                                       */
    const le32 *ends;     /* NULL: not an array                                                */
};
struct img_value img_value(const struct image *img, uint32_t at);
struct span img_element(const struct img_value *v, uint32_t index);  /* 1..count               */
/* Constant of an object: false if the shape has none such (absent, or live). */
bool img_const(const struct image *img, uint32_t object, uint32_t property, struct img_value *v);
struct span img_object_name(const struct image *img, uint32_t object);   /* UTF-8              */

/* Of the objects that show the variable, the `k`th: 0 .. n_objects - 1. */
static inline uint32_t img_shown_by(const struct image *img, const struct img_variable *v, uint32_t k)
{
    return le32_get(img->variable_objects[le32_get(v->first_object) + k]);
}

/* Seconds that a Trend Log's records stay beyond its buffer; 0 for any other object. */
uint32_t img_keep(const struct image *img, uint32_t object);

/* Constant time. IMG_NONE: not there. */
uint32_t img_find_object(const struct image *img, uint32_t device, uint32_t oid);
uint32_t img_find_name(const struct image *img, uint32_t device, const void *name, size_t n);
uint32_t img_find_variable(const struct image *img, const void *name, size_t n);
/* Open addressing, linear probing from the hash; tables have a power of two of slots, at most
 * three quarters full; a slot holds index + 1, or 0. */
uint32_t img_hash_object(uint32_t device, uint32_t oid);
uint32_t img_hash_name(uint32_t device, const void *name, size_t n);     /* variables: device 0 */
uint32_t img_hash_slots(uint32_t n);
#endif
