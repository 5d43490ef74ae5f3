#ifndef WIRE_TYPES_H
#define WIRE_TYPES_H
/* Constructed datatypes of clause 21: decode, and check what a client wants to write. A reader that
 * fails keeps one of tag.h's reasons. Spans point into the message. */
#include "schemas/objdefs.h"
#include "schemas/tag.h"

#define TYPE_NONE UINT32_MAX    /* an optional number that is absent                               */

struct recipient {
    bool is_address;
    uint32_t device;            /* oid                                                            */
    uint16_t network;           /* address: 0 local, 65535 everywhere                             */
    struct span mac;            /* empty: broadcast                                               */
};
struct destination {
    uint8_t days, transitions;  /* bit 0 Monday; bit enum event_transition                        */
    struct btime from, to;
    struct recipient to_whom;
    uint32_t process;
    bool confirmed;
};
struct datetime { struct bdate date; struct btime time; };
enum time_stamp_kind { TS_time, TS_sequence, TS_datetime };
struct time_stamp { uint8_t kind; uint16_t sequence; struct datetime at; };
struct date_range { struct bdate from, to; };
enum calendar_kind { CE_date, CE_range, CE_week_n_day };
struct calendar_entry { uint8_t kind; struct date_range range; uint8_t month, week, wday; };
struct special_event {
    bool by_calendar;
    uint32_t calendar;          /* oid                                                            */
    struct calendar_entry entry;
    struct rd times;            /* time values                                                    */
    uint8_t priority;
};
struct time_value { struct btime time; struct span value; };
struct prop_ref {               /* BACnetDeviceObjectPropertyReference                            */
    uint32_t object, property;
    uint32_t index;             /* BACNET_INDEX_ALL: none                                         */
    uint32_t device;            /* oid, TYPE_NONE: this device                                    */
};

struct recipient rd_recipient(struct rd *r);
struct destination rd_destination(struct rd *r);
struct datetime rd_datetime(struct rd *r);
struct time_stamp rd_time_stamp(struct rd *r);
struct date_range rd_date_range(struct rd *r);
struct calendar_entry rd_calendar_entry(struct rd *r);
struct special_event rd_special_event(struct rd *r);
struct time_value rd_time_value(struct rd *r);
struct rd rd_daily_schedule(struct rd *r);               /* its time values                       */
struct prop_ref rd_prop_ref(struct rd *r, bool device);  /* device: member [3] is allowed         */
float rd_opt_increment(struct rd *r, int tag);          /* NaN: not given; negative: no increment */

void wr_recipient(struct wr *w, const struct recipient *v);
void wr_destination(struct wr *w, const struct destination *v);
void wr_datetime(struct wr *w, struct datetime v);
void wr_time_stamp(struct wr *w, const struct time_stamp *v);
void wr_failure(struct wr *w, unsigned ctx, bac_err e);  /* an Error between tags                 */

/* The same device, or the same address. */
bool recipient_same(const struct recipient *a, const struct recipient *b);

/* Fully specific, or the whole thing unspecified. */
bool date_is_specific(struct bdate d);
bool date_is_any(struct bdate d);
bool date_is_pattern(struct bdate d);                    /* every field within clause 20.2.12     */
bool time_is_specific(struct btime t);

/* Takes one element of the type off the cursor and says whether a property may hold it. `limit` is
 * the row's: highest number, or bits of a bit string; 0: none. `present` stands for DT_present. */
bac_err type_check(enum datatype type, enum datatype present, struct rd *r, uint32_t limit);
/* Appends the element in its shortest encoding; it has passed type_check(). */
void type_copy(struct rd *r, enum datatype type, enum datatype present, struct wr *w);
/* Equal as list elements (AddListElement, RemoveListElement); both copied by type_copy(). */
bool type_same(struct span a, struct span b);
/* What a new element of a resized array holds. False: such arrays do not grow. */
bool type_default(enum datatype type, struct wr *w);
#endif
