#ifndef TESTS_DUT_H
#define TESTS_DUT_H
/* A device under test: an image, served in process without sockets, on a clock that moves only when
 * told. What it says is collected. Used by the wire runner and the fuzz entrances. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DUT_OUT_MAX = 512, DUT_MESSAGE = 1600 };

struct dut_out {
    uint8_t to[6];
    size_t n;
    uint8_t bytes[DUT_MESSAGE];
};
struct dut;

/* The image that $FUZZ_IMAGE names, read once; exits with a message if there is none. */
const uint8_t *dut_image(size_t *n);
/* The image's bytes are copied. Exits with a message if the image is refused. */
struct dut *dut_open(const uint8_t *image, size_t n);
void dut_close(struct dut *d);
/* A datagram from `from` (address, port); `directed`: to the broadcast address. Runs turns until
 * the device has nothing more to do now. */
void dut_input(struct dut *d, const uint8_t from[6], bool directed, const uint8_t *bytes, size_t n);
/* Lets time pass, timer by timer. */
void dut_sleep(struct dut *d, uint64_t ms);
/* The process says that a variable has a value. False: no such variable. */
bool dut_set(struct dut *d, const char *variable, double value);
/* Quality of a variable's source, a number of BACnetReliability. */
bool dut_quality(struct dut *d, const char *variable, unsigned reliability);
/* What was sent and not yet taken; the next one, or NULL. */
const struct dut_out *dut_take(struct dut *d);
struct db *dut_db(struct dut *t);                /* what it knows, for a look inside              */
size_t dut_waiting(const struct dut *d);
void dut_clear(struct dut *d);
/* Our own address, and where our broadcasts go. */
extern const uint8_t dut_mac[6], dut_everyone[6];
#endif
