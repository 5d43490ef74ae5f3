#ifndef APDU_I_AM_H
#define APDU_I_AM_H
/* What an I-Am says (clause 16.10.2), for whoever keeps addresses. Decodes only. */
#include "schemas/bacnet.h"
#include "schemas/tag.h"

struct i_am {
    uint32_t instance;
    uint16_t max_apdu, vendor;
    uint8_t segmentation;       /* enum segmentation                                             */
};

/* False: malformed, or no device that there can be. */
static inline bool i_am_decode(struct rd r, struct i_am *said)
{
    uint32_t oid = rd_oid(&r, APP);
    uint32_t max = rd_unsigned(&r, APP);
    uint32_t seg = rd_enumerated(&r, APP);
    uint32_t vendor = rd_unsigned(&r, APP);
    if (!rd_end(&r) || oid_type(oid) != OT_device || oid_instance(oid) > BACNET_INSTANCE_MAX ||
        seg > SEG_none || vendor > UINT16_MAX)
        return false;
    max = max < 50 ? 50 : max > UINT16_MAX ? UINT16_MAX : max;
    *said = (struct i_am){oid_instance(oid), (uint16_t)max, (uint16_t)vendor, (uint8_t)seg};
    return true;
}
#endif
