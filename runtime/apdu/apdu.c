/* Clause 20.1. See apdu.h. */
#include "runtime/apdu/apdu.h"

#include "schemas/tag.h"

enum { BIT_SEG = 8, BIT_MORE = 4, BIT_SA = 2, BIT_NAK = 2, BIT_SERVER = 1 };

static const uint8_t seg_counts[8] = {0, 2, 4, 8, 16, 32, 64, 255};
/* The reserved codes 6..15 are read as the largest that B/IP has. */
static const uint16_t sizes[16] = {50,   128,  206,  480,  1024, 1476, 1476, 1476,
                                   1476, 1476, 1476, 1476, 1476, 1476, 1476, 1476};

bool apdu_decode(struct rd r, struct apdu *a)
{
    uint8_t b = rd_u8(&r);
    *a = (struct apdu){.type = b >> 4};
    if (a->type > PDU_abort)
        return false;
    if (a->type == PDU_confirmed || a->type == PDU_complex_ack) {
        a->seg = (b & BIT_SEG) != 0;
        a->more = a->seg && (b & BIT_MORE);
    }
    if (a->type == PDU_confirmed) {
        uint8_t limits = rd_u8(&r);
        a->sa = (b & BIT_SA) != 0;
        a->max_segs = seg_counts[limits >> 4 & 7];
        a->max_apdu = sizes[limits & 15];
    }
    if (a->type == PDU_segment_ack)
        a->nak = (b & BIT_NAK) != 0;
    a->server = (a->type == PDU_segment_ack || a->type == PDU_abort) && (b & BIT_SERVER);
    if (a->type != PDU_unconfirmed)
        a->invoke = rd_u8(&r);
    if (a->seg || a->type == PDU_segment_ack) {
        a->sequence = rd_u8(&r);
        a->window = rd_u8(&r);
    }
    if (a->type != PDU_segment_ack)
        a->choice = rd_u8(&r);
    a->body = r;
    return rd_ok(&r);
}

uint8_t apdu_code_segs(unsigned segs)
{
    uint8_t code = 7;
    while (code > 1 && seg_counts[code] > segs)
        code--;
    return segs < 2 ? 0 : code;
}

uint8_t apdu_code_size(unsigned octets)
{
    uint8_t code = 5;
    while (code && sizes[code] > octets)
        code--;
    return code;
}

static void wr_segment_fields(struct wr *w, const struct apdu *a)
{
    if (a->seg) {
        wr_u8(w, a->sequence);
        wr_u8(w, a->window);
    }
    wr_u8(w, a->choice);
}

void wr_request_head(struct wr *w, const struct apdu *a)
{
    wr_u8(w, (uint8_t)(PDU_confirmed << 4 | (a->seg ? BIT_SEG : 0) | (a->more ? BIT_MORE : 0) |
                       (a->sa ? BIT_SA : 0)));
    wr_u8(w, (uint8_t)(apdu_code_segs(a->max_segs) << 4 | apdu_code_size(a->max_apdu)));
    wr_u8(w, a->invoke);
    wr_segment_fields(w, a);
}

void wr_ack_head(struct wr *w, const struct apdu *a)
{
    wr_u8(w, (uint8_t)(PDU_complex_ack << 4 | (a->seg ? BIT_SEG : 0) | (a->more ? BIT_MORE : 0)));
    wr_u8(w, a->invoke);
    wr_segment_fields(w, a);
}

static void wr_three(struct wr *w, unsigned first, uint8_t invoke, uint8_t third)
{
    uint8_t b[3] = {(uint8_t)first, invoke, third};
    wr_bytes(w, b, sizeof b);
}

void wr_simple_ack(struct wr *w, uint8_t invoke, uint8_t choice)
{
    wr_three(w, PDU_simple_ack << 4, invoke, choice);
}

void wr_segment_ack(struct wr *w, bool nak, bool server, uint8_t invoke, uint8_t sequence,
                    uint8_t window)
{
    wr_three(w, PDU_segment_ack << 4 | (nak ? BIT_NAK : 0u) | (server ? BIT_SERVER : 0u), invoke,
             sequence);
    wr_u8(w, window);
}

void wr_error_head(struct wr *w, uint8_t invoke, uint8_t choice)
{
    wr_three(w, PDU_error << 4, invoke, choice);
}

void wr_error(struct wr *w, uint8_t invoke, uint8_t choice, uint16_t cls, uint16_t code)
{
    wr_error_head(w, invoke, choice);
    wr_enumerated(w, APP, cls);
    wr_enumerated(w, APP, code);
}

void wr_reject(struct wr *w, uint8_t invoke, uint8_t reason)
{
    wr_three(w, PDU_reject << 4, invoke, reason);
}

void wr_abort(struct wr *w, bool server, uint8_t invoke, uint8_t reason)
{
    wr_three(w, PDU_abort << 4 | (server ? BIT_SERVER : 0u), invoke, reason);
}
