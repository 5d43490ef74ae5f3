#ifndef APDU_BIND_H
#define APDU_BIND_H
/* Which address a device instance has: learned from I-Am, used by recipients and targets that name
 * a device (Device_Address_Binding, clause 12.11.32). Bounded; a new one displaces an old one. */
#include "runtime/base/tables.h"
#include "schemas/wire.h"

struct bind {
    struct binding *table;
    uint32_t size;              /* a power of two                                                */
    uint32_t changes;           /* counts what a reader of the wanted ones would notice          */
};
struct i_am {
    uint32_t instance;
    uint16_t max_apdu, vendor;
    uint8_t segmentation;       /* enum segmentation                                             */
};

int bind_init(struct bind *b, uint32_t size);                   /* 0 or -ENOMEM                  */
void bind_fini(struct bind *b);
bool bind_i_am(struct rd body, struct i_am *said);              /* I-Am's service data           */
/* Strangers give way to each other before they displace a wanted one. */
void bind_put(struct bind *b, const struct i_am *said, const struct peer *from, uint64_t now_ms);
/* Its address; it is wanted from now on. NULL: not known, send a Who-Is. */
const struct binding *bind_want(struct bind *b, uint32_t instance);
void bind_drop(struct bind *b, uint32_t instance);              /* it does not answer there      */
#endif
