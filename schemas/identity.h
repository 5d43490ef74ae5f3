#ifndef SCHEMAS_IDENTITY_H
#define SCHEMAS_IDENTITY_H
/* The 16 octets by which state is kept for an object, a variable, a device: a hash of its birth
 * key (BACIDS.md), which neither renaming nor renumbering changes. Frozen: a change would orphan
 * what every installed runtime has stored. Spreads well; not meant to resist forgery. */
#include "schemas/image.h"

struct img_identity identity_of(const void *key, size_t n);
#endif
