#ifndef BASE_OUTBOX_H
#define BASE_OUTBOX_H
/* What services and engines want to be said, recorded here and said by the conductor at the end
 * of its turn. An intent is not bytes: it is encoded (runtime/service) when it is sent, so that a
 * value that changed twice is announced once. Bounded; a full box refuses and counts. */
#include <stddef.h>
#include "runtime/base/peer.h"

enum intent_kind {
    INTENT_I_AM,        /* object: unused                                                        */
    INTENT_I_HAVE,      /* object: index of the object found                                     */
    INTENT_WHO_IS,      /* object: device instance looked for                                    */
    INTENT_COV,         /* object: index; arg: subscription                                      */
    INTENT_EVENT,       /* object: index; arg: recorded event                                    */
    INTENT_WRITE,       /* schedule target; arg: index of the target                             */
    INTENT_RESTART,     /* the device has started                                                */
    INTENT_OTHER,       /* the encoder knows from object, arg, arg2                              */
};
enum intent_to {
    INTENT_PEER,        /* `peer`                                                                */
    INTENT_DEVICE,      /* device instance in `instance`, address from the binding cache         */
    INTENT_ADDRESS,     /* peer.snet (0: our network, else that one), peer.slen, peer.sadr       */
    INTENT_LOCAL,       /* broadcast on the device's own network                                 */
    INTENT_REMOTE,      /* broadcast on network peer.snet                                        */
    INTENT_GLOBAL,      /* broadcast everywhere                                                  */
};

struct intent {
    uint8_t kind;       /* enum intent_kind                                                      */
    uint8_t to;         /* enum intent_to                                                        */
    uint16_t device;    /* index of the device that speaks                                       */
    uint32_t object;    /* what about: index of the object                                       */
    uint32_t arg, arg2; /* for the encoder                                                       */
    uint32_t instance;  /* INTENT_DEVICE                                                         */
    struct peer peer;
};

/* How a confirmed one ended. STOPPED: our own device was, and says no more of it. */
enum outcome_kind { OUTCOME_ACK, OUTCOME_ERROR, OUTCOME_REJECT, OUTCOME_ABORT, OUTCOME_TIMEOUT,
                    OUTCOME_UNREACHABLE, OUTCOME_STOPPED, OUTCOME_NEVER };
struct outcome {
    uint8_t kind;       /* enum outcome_kind                                                     */
    uint8_t choice;     /* the service                                                           */
    uint16_t cls, code; /* of an error; code alone for reject and abort                          */
    const uint8_t *body;/* service data of a ComplexACK, or a whole error body; borrowed         */
    size_t n;
};

struct outbox {
    struct intent *ring;
    size_t cap, head, n;
    uint64_t refused;   /* intents that found the box full                                       */
};

int outbox_init(struct outbox *o, size_t cap);      /* 0 or -ENOMEM                              */
void outbox_fini(struct outbox *o);
bool outbox_put(struct outbox *o, const struct intent *what);  /* false: full, counted           */
const struct intent *outbox_first(const struct outbox *o);     /* borrowed; NULL: empty          */
void outbox_drop(struct outbox *o);                            /* takes the first one away       */
#endif
