#ifndef COMPILER_NUMBER_DEVICE_H
#define COMPILER_NUMBER_DEVICE_H
/* Inside of pass "number": the devices of the lock, by what they are known by. */
#include "compiler/lock.h"

struct device;
struct number_devices;

/* In this order: what is sure before what is likely. HOME: with the name of its PLC. PLACE: with its instance, and there
 * until now; LIVING: there until now. Of controllers with other names several may have devices of one handle, and some
 * may be gone. BIRTH: a rename that is undone. */
enum number_by {
    BY_DEVICE_GUID, BY_HOME, BY_PLACE, BY_FORMER_HOME, BY_FORMER_PLACE, BY_LIVING, BY_HANDLE, BY_FORMER_LIVING, BY_FORMER_HANDLE,
    BY_DEVICE_BIRTH, NUMBER_BY
};

/* Of a lock as it was read. */
struct number_devices *number_devices_new(struct ctx *ctx, struct lock *l);
/* The first that nobody has claimed; NULL: there is none. */
struct lock_device *number_device_known(struct number_devices *x, const struct device *d, enum number_by by);
/* One that the lock did not have. Warns where it seems to be another by a new name. */
struct lock_device *number_device_new(struct number_devices *x, const struct device *d);
#endif
