#ifndef OBJECT_PROP_H
#define OBJECT_PROP_H
/* Properties: find, read, write. One way for every object type; objdefs' rows say what a property
 * is and where it lives (135-2020 clauses 12, 15.5, 15.9). Errors are the standard's. */
#include "runtime/data/db.h"

enum writer {                  /* who changes a value                                             */
    BY_START, BY_SOURCE, BY_CLIENT, BY_OPERATOR, BY_SCHEDULE, BY_ENGINE,
};
struct origin {
    uint8_t who;               /* enum writer                                                     */
    uint8_t priority;          /* of a command, 1..16; 0: not given                               */
    const struct peer *peer;   /* BY_CLIENT                                                       */
};

/* The object that a client means: (device, 4194303) is this device, (network-port, 4194303) the
 * port of reception (clauses 15.5.2, 12.56). DB_NONE: unknown. `port`: index of that port. */
uint32_t object_find(const struct device *d, uint32_t oid, uint32_t port);
/* The device of a reference that stands in device number `own`; NULL: none of this process. */
struct prop_ref;
struct device *prop_ref_device(const struct db *db, const struct prop_ref *ref, uint16_t own);

/* Value of a property as on the wire, appended to `w`. `index`: BACNET_INDEX_ALL, 0 (size), 1... */
bac_err prop_read(const struct device *d, uint32_t object, uint32_t property, uint32_t index,
                  struct wr *w);
/* The same for a slot that the caller has looked up. */
bac_err prop_read_slot(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                       struct wr *w);
/* What prop_write() would say to any value: object, property, array-ness, index, access. */
bac_err prop_writable(const struct device *d, uint32_t object, uint32_t property, uint32_t index);
/* `value`: as on the wire. All or nothing. `ticket` (may be NULL): when storage holds it, 0: now. */
bac_err prop_write(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                   struct span value, const struct origin *by, uint64_t *ticket);

/* Beyond the datatype: may the property hold this element? VALUE_OUT_OF_RANGE if not. */
bac_err prop_admit(const struct db *db, uint32_t object, uint32_t property, struct rd element);
enum { ELEMENTS_MAX = PROP_ELEMENTS_MAX };

/* AddListElement, RemoveListElement (15.1, 15.2) on a list, or on an element of an array of lists:
 * all or nothing. `failed`: number of the first element that did it, from 1; 0: none did. */
bac_err prop_list_add(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                      struct span elements, const struct origin *by, uint32_t *failed,
                      uint64_t *ticket);
bac_err prop_list_remove(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                         struct span elements, const struct origin *by, uint32_t *failed,
                         uint64_t *ticket);

/* Could the store have kept this value of the property (datatype and number of elements)? */
bool prop_fits(const struct db *db, uint32_t object, uint32_t property, struct span value);

/* Status_Flags of an object: SF_* bits (clause 8.5 of every input, output, value). */
uint8_t prop_status_flags(const struct db *db, uint32_t object);

/* For engines: a constant or what a client wrote over it. False: the object has no such property
 * (or it is computed), `out` untouched. */
bool prop_real(const struct db *db, uint32_t object, uint32_t property, float *out);
bool prop_unsigned(const struct db *db, uint32_t object, uint32_t property, uint32_t *out);
bool prop_boolean(const struct db *db, uint32_t object, uint32_t property, bool *out);
bool prop_bits(const struct db *db, uint32_t object, uint32_t property, uint64_t *out);
/* The encoded value whole (arrays: elements one after the other); borrowed until it is written. */
bool prop_value(const struct db *db, uint32_t object, uint32_t property, struct span *out);
/* Puts back what the store kept (no access rules, no journal); false: no longer fits. */
bool prop_restore(struct db *db, uint32_t object, uint32_t property, struct span value);
/* It may fit no more until another one is back, so that it is put back last: one of two limits, or ... */
bool prop_comes_last(uint32_t property);
/* ... what an object says that is Out_Of_Service; kept until it is in service again. */
bool prop_is_simulated(uint32_t property);
#endif
