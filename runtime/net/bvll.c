/* Annex J.2. See bvll.h. */
#include "runtime/net/bvll.h"

enum { NPDU_LEAST = 2 };        /* version and control information, 6.2 */

static bool carries_npdu(uint8_t function)
{
    return function == BVLL_forwarded || function == BVLL_distribute || function == BVLL_unicast ||
           function == BVLL_broadcast;
}

bool bvll_decode(const void *bytes, size_t n, struct bvll *b)
{
    struct rd r = rd_of(bytes, n);
    uint8_t type = rd_u8(&r);
    b->function = rd_u8(&r);
    uint16_t length = rd_u16(&r);
    if (!rd_ok(&r) || type != BVLL_TYPE || length != n || b->function >= BVLL_secure)
        return false;
    if (b->function == BVLL_forwarded) {
        struct span origin = rd_take(&r, sizeof b->origin);
        if (rd_ok(&r))
            memcpy(b->origin, origin.p, sizeof b->origin);
    }
    b->body = r;
    return rd_ok(&r) && (!carries_npdu(b->function) || rd_left(&r) >= NPDU_LEAST);
}

uint16_t bvll_nak(uint8_t function)
{
    static const uint16_t naks[BVLL_secure] = {
        [BVLL_write_bdt] = BVLL_nak_write_bdt,      [BVLL_read_bdt] = BVLL_nak_read_bdt,
        [BVLL_register_foreign] = BVLL_nak_register, [BVLL_read_fdt] = BVLL_nak_read_fdt,
        [BVLL_delete_foreign] = BVLL_nak_delete,    [BVLL_distribute] = BVLL_nak_distribute,
    };
    return function < BVLL_secure ? naks[function] : 0;
}

void bvll_encode_result(struct wr *w, uint16_t code)
{
    uint8_t head[BVLL_HEADER];
    bvll_put_header(head, BVLL_result, BVLL_HEADER + 2);
    wr_bytes(w, head, sizeof head);
    wr_u16(w, code);
}
