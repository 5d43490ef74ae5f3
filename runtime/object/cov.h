#ifndef OBJECT_COV_H
#define OBJECT_COV_H
/* What COV watches and what a change is (135-2020 clause 13.1, table 13-1). */
#include "runtime/data/subs.h"
#include "runtime/object/prop.h"

struct cov_value {
    uint64_t value;             /* bits of a REAL, a number, or a hash of what is encoded        */
    float increment;            /* REAL: of the object; NaN: none                                */
    uint8_t flags;              /* Status_Flags                                                  */
    bool real;
};
/* May SubscribeCOV name this object? */
bool cov_object(const struct db *db, uint32_t object);
/* May SubscribeCOVProperty name this? Clause 13.15.1.3.1. */
bac_err cov_property(const struct device *d, uint32_t object, uint32_t property, uint32_t index);
void cov_read(const struct db *db, uint32_t object, uint32_t property, uint32_t index,
              struct cov_value *v);
/* Does it differ enough from what was sent last? */
bool cov_changed(const struct sub_item *i, const struct cov_value *now);
/* |a - b| >= increment, as it was meant before the numbers became 32-bit floats. */
bool cov_reached(float a, float b, float increment);
/* What is sent from now on is compared with this. */
void cov_mark(struct sub_item *i, const struct cov_value *now);
/* One element of the list of values of a notification: property, index, value. */
void cov_write_value(const struct device *d, const struct sub_item *i, struct wr *w);
/* Active_COV_Subscriptions and Active_COV_Multiple_Subscriptions of a device. */
void cov_list(const struct device *d, bool multiple, struct wr *w);
#endif
