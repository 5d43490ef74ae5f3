#ifndef OBJECT_COMPUTE_H
#define OBJECT_COMPUTE_H
/* The named computations behind objdefs' codes: properties that are no constants. */
#include "runtime/data/db.h"

/* The row's code is not PC_image or PC_object_name; index and form have been checked, but not
 * against the size of the array. */
bac_err compute_read(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                     struct wr *w);
/* Device and Network Port (compute_device.c). */
bac_err compute_device(const struct device *d, const struct slot *s, uint32_t index, struct wr *w);
bac_err compute_port(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                     struct wr *w);

/* An array of n elements: size, one element, or all of them. `write` gets elements from 0. */
typedef void array_fn(const struct device *d, uint32_t object, uint32_t i, struct wr *w);
bac_err compute_array(const struct device *d, uint32_t object, uint32_t n, array_fn *write,
                      uint32_t index, struct wr *w);
#endif
