#ifndef NET_BVLL_H
#define NET_BVLL_H
/* BACnet/IP's header, Annex J.2. Decodes and encodes; decides nothing. */
#include "schemas/wire.h"

enum { BVLL_TYPE = 0x81, BVLL_HEADER = 4, BVLL_MTU = 1536, BVLL_NPDU_MAX = 1497 };

enum bvll_function {
    BVLL_result, BVLL_write_bdt, BVLL_read_bdt, BVLL_read_bdt_ack, BVLL_forwarded,
    BVLL_register_foreign, BVLL_read_fdt, BVLL_read_fdt_ack, BVLL_delete_foreign,
    BVLL_distribute, BVLL_unicast, BVLL_broadcast, BVLL_secure,
};
enum bvll_result {
    BVLL_ok = 0, BVLL_nak_write_bdt = 0x10, BVLL_nak_read_bdt = 0x20, BVLL_nak_register = 0x30,
    BVLL_nak_read_fdt = 0x40, BVLL_nak_delete = 0x50, BVLL_nak_distribute = 0x60,
};

struct bvll {
    uint8_t function;
    struct rd body;             /* what follows the header; without the origin of a forwarded one */
    uint8_t origin[6];          /* Forwarded-NPDU: who sent it first                             */
};

/* False: not BACnet/IP, or the length field is not the datagram's, or an unknown function. */
bool bvll_decode(const void *bytes, size_t n, struct bvll *b);
/* The NAK of a node that is no BBMD, or 0 where the function asks for none. */
uint16_t bvll_nak(uint8_t function);
void bvll_encode_result(struct wr *w, uint16_t code);

static inline void bvll_put_header(uint8_t at[BVLL_HEADER], uint8_t function, size_t whole)
{
    at[0] = BVLL_TYPE;
    at[1] = function;
    at[2] = (uint8_t)(whole >> 8);
    at[3] = (uint8_t)whole;
}
#endif
