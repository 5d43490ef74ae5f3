#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H
/* What a service sees and what it says. It gets the device, the peer and a cursor over the request;
 * it writes the service data of its answer. It sees no sockets, addresses, headers or segments.
 *
 * `ack` begins after the service choice; its `cap` is what the peer can take (segments counted
 * in), so a service that can stop early (ReadRange) looks at it, and every other one just writes:
 * an answer that does not fit is aborted by the conductor, by clause 5.4.5.3. */
#include "runtime/base/outbox.h"
#include "runtime/base/peer.h"
#include "schemas/bacnet.h"
#include "schemas/wire.h"

struct device;

enum svc_kind {
    SVC_DROP,           /* no answer (all unconfirmed services)                                  */
    SVC_SIMPLE_ACK,
    SVC_COMPLEX_ACK,    /* `ack` holds the service data                                          */
    SVC_ERROR,          /* cls, code                                                             */
    SVC_ERROR_BODY,     /* `ack` holds the whole error body (clause 21: WPM, list elements ...)  */
    SVC_REJECT,         /* code: enum reject_reason                                              */
    SVC_ABORT,          /* code: enum abort_reason                                               */
    SVC_WAIT,           /* not yet: the same request again when `ticket` is ready (stack_resume) */
};
struct svc_result {
    enum svc_kind kind;
    uint16_t cls, code;
    uint64_t ticket;    /* answer only when storage has committed it; 0: at once                 */
};

typedef struct svc_result svc_fn(struct device *d, const struct peer *from, struct rd *req,
                                 struct wr *ack);

struct service {
    uint8_t choice;
    uint8_t ss_bit;     /* in Protocol_Services_Supported                                        */
    const char *name;
    svc_fn *fn;
    bool always;        /* also while DeviceCommunicationControl has silenced the device         */
};

/* A service that we start: written by the encoder when the intent's turn has come. */
struct initiation {
    bool confirmed;
    uint8_t choice;
    uint8_t priority;   /* network priority 0..3                                                 */
    struct part spare;  /* of the body: optional, left out where it is too long for its peer     */
};

struct service_table {
    const struct service *confirmed, *unconfirmed;
    size_t n_confirmed, n_unconfirmed;
    /* Encodes an intent. False: nothing to say any more (withdrawn). Does not change the device. */
    bool (*initiate)(struct device *d, const struct intent *what, struct initiation *how,
                     struct wr *body);
    /* Tells how a confirmed one ended; once for each that left. */
    void (*outcome)(struct device *d, const struct intent *what, const struct outcome *end);
    /* DeviceCommunicationControl: 0 all, 1 nothing but `always` services, 2 no initiation. */
    uint8_t (*communication)(const struct device *d);
};
extern const struct service_table services;      /* runtime/service/table.c                     */

/* Answers in short. For a cursor that failed see svc_reject_rd() in runtime/service. */
static inline struct svc_result svc_ok(void) { return (struct svc_result){SVC_SIMPLE_ACK, 0, 0, 0}; }
static inline struct svc_result svc_ack(void)
{
    return (struct svc_result){SVC_COMPLEX_ACK, 0, 0, 0};
}
static inline struct svc_result svc_error(bac_err e)
{
    return (struct svc_result){SVC_ERROR, (uint16_t)bac_err_class(e), (uint16_t)bac_err_code(e), 0};
}
static inline struct svc_result svc_reject(enum reject_reason why)
{
    return (struct svc_result){SVC_REJECT, 0, (uint16_t)why, 0};
}
static inline struct svc_result svc_abort(enum abort_reason why)
{
    return (struct svc_result){SVC_ABORT, 0, (uint16_t)why, 0};
}
static inline struct svc_result svc_wait(uint64_t token)
{
    return (struct svc_result){SVC_WAIT, 0, 0, token};
}
static inline struct svc_result svc_drop(void) { return (struct svc_result){SVC_DROP, 0, 0, 0}; }
#endif
