#ifndef APDU_APDU_H
#define APDU_APDU_H
/* The application layer's headers, clause 20.1. Decodes and encodes; decides nothing. */
#include "schemas/wire.h"

enum pdu_type {
    PDU_confirmed, PDU_unconfirmed, PDU_simple_ack, PDU_complex_ack, PDU_segment_ack, PDU_error,
    PDU_reject, PDU_abort,
};
enum { APDU_MAX = 1476, APDU_MIN = 50 };
enum {                          /* octets before the service data                                */
    HEAD_REQUEST = 4, HEAD_REQUEST_SEG = 6, HEAD_ACK = 3, HEAD_ACK_SEG = 5,
};

struct apdu {
    uint8_t type;               /* enum pdu_type                                                 */
    bool seg, more;             /* segmented; more segments follow                               */
    bool sa;                    /* request: a segmented answer is accepted                       */
    bool nak, server;           /* SegmentACK; `server` also of an Abort                         */
    uint8_t max_segs;           /* request: segments accepted; 0: not said, 255: more than 64    */
    uint16_t max_apdu;          /* request: octets accepted                                      */
    uint8_t invoke, sequence, window;
    uint8_t choice;             /* service; reason of a Reject or Abort                          */
    struct rd body;
};

/* False: truncated or a reserved PDU type. */
bool apdu_decode(struct rd r, struct apdu *a);
/* The codes of clause 20.1.2.4 and .5 for what we accept. */
uint8_t apdu_code_segs(unsigned segs);
uint8_t apdu_code_size(unsigned octets);

void wr_request_head(struct wr *w, const struct apdu *a);       /* seg, more, sa, max_*, invoke...*/
void wr_ack_head(struct wr *w, const struct apdu *a);           /* ComplexACK: seg, more, ...     */
void wr_simple_ack(struct wr *w, uint8_t invoke, uint8_t choice);
void wr_segment_ack(struct wr *w, bool nak, bool server, uint8_t invoke, uint8_t sequence,
                    uint8_t window);
void wr_error_head(struct wr *w, uint8_t invoke, uint8_t choice);
void wr_error(struct wr *w, uint8_t invoke, uint8_t choice, uint16_t cls, uint16_t code);
void wr_reject(struct wr *w, uint8_t invoke, uint8_t reason);
void wr_abort(struct wr *w, bool server, uint8_t invoke, uint8_t reason);
#endif
