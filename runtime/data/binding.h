#ifndef DATA_BINDING_H
#define DATA_BINDING_H
/* Where other devices are: filled from I-Am, asked for recipients and schedule targets, shown as
 * Device_Address_Binding. Bounded; the entry that was not used for longest gives way. */
#include <stddef.h>
#include "runtime/base/peer.h"

enum { BINDINGS_MAX = 1024 };

struct binding {
    uint32_t instance;
    uint64_t used_ms;       /* monotonic: last asked for or heard                                 */
    bool wanted;            /* somebody asked for it: shown, and the last to give way             */
    bool known;             /* false: Who-Is is out, the address is not there yet                 */
    uint16_t max_apdu;
    uint8_t segmentation;   /* enum segmentation                                                  */
    uint16_t vendor;
    struct peer peer;
};
struct bindings {
    struct binding *items;
    uint32_t *hash;         /* 2 * BINDINGS_MAX slots of index + 1                                */
    uint32_t n;
};

size_t bindings_bytes(void);
void bindings_init(struct bindings *b, void *zeroed);
/* An I-Am was heard. Strangers are kept only while there is room that nobody wants. */
void bindings_heard(struct bindings *b, const struct binding *heard, uint64_t now_ms);
/* Known: its address. NULL: not known (yet); it is wanted from now on, send a Who-Is. */
const struct binding *bindings_find(struct bindings *b, uint32_t instance, uint64_t now_ms);
/* Forgets an address that proved wrong (a confirmed service found nobody there). */
void bindings_drop(struct bindings *b, uint32_t instance);
#endif
