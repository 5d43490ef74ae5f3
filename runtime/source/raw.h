#ifndef SOURCE_RAW_H
#define SOURCE_RAW_H
/* Numbers in Modbus registers: widths, signs, floats, order of octets. No I/O. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum raw_as { RAW_BOOL, RAW_INT8, RAW_UINT8, RAW_INT16, RAW_UINT16, RAW_INT32, RAW_UINT32, RAW_INT64,
              RAW_UINT64, RAW_FLOAT32, RAW_FLOAT64 };
struct raw_form {
    uint8_t as;                 /* enum raw_as                                                    */
    uint8_t order[8];           /* which octet of the number each octet on the wire is; 0: most   */
    int8_t bit;                 /* of the register, -1: none                                      */
    double scale, offset;       /* value = raw x scale + offset                                   */
};
int raw_usual(uint8_t type);      /* what a variable of that type is without `as`                  */
unsigned raw_registers(const struct raw_form *f);                /* 1, 2 or 4                     */
/* ABCD: as written in the project; NULL: most significant first. False: not for this width. */
bool raw_order(struct raw_form *f, const char *text);
double raw_read(const struct raw_form *f, const uint16_t *regs);  /* NaN: none                    */
/* A bit is put into the register that is there. False: it does not fit. */
bool raw_write(const struct raw_form *f, double value, uint16_t *regs);
#endif
