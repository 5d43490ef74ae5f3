/* Entrance: datagrams, one after the other, to a running device on a virtual clock. Input: any
 * number of records of a flag octet (1: to the broadcast address, 2: from somebody else, 4: a second
 * passes first), a length octet pair and the datagram. The image comes from $FUZZ_IMAGE. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "schemas/wire.h"
#include "tests/dut.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    size_t size;
    const uint8_t *img = dut_image(&size);
    struct dut *d = dut_open(img, size);
    struct rd r = rd_of(bytes, n);
    for (unsigned i = 0; rd_left(&r) >= 3 && i < 64; i++) {
        uint8_t flags = rd_u8(&r);
        size_t len = rd_u16(&r);
        struct span s = rd_take(&r, len < rd_left(&r) ? len : rd_left(&r));
        uint8_t from[6] = {127, 0, 3, flags & 2 ? 3 : 2, 0xba, 0xc0};
        if (flags & 4)
            dut_sleep(d, 1000);
        dut_input(d, from, flags & 1, s.p, s.n);
        for (const struct dut_out *o; (o = dut_take(d));)
            if (o->n < 4 || (size_t)(o->bytes[2] << 8 | o->bytes[3]) != o->n)
                abort();                             /* said something that is no datagram         */
    }
    static const uint8_t ask[] = {0x81, 0x0a, 0, 0x11, 1, 4, 0, 5, 0xfe, 12, 0x0c, 2, 0x3f, 0xff, 0xff, 0x19, 98};
    dut_clear(d);
    dut_input(d, (const uint8_t[6]){127, 0, 3, 9, 0xba, 0xc0}, false, ask, sizeof ask);
    if (!dut_waiting(d))
        abort();                                     /* dead                                       */
    dut_close(d);
    return 0;
}
