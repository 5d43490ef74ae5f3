#ifndef SOURCE_LINE_H
#define SOURCE_LINE_H
/* Where a Modbus line is, as its URL says. No I/O. */
#include <stdbool.h>

struct line {
    char host[128], device[128], port[8];       /* one of host and device is empty                */
    int baud, data_bits, stop_bits;
    char parity;
};
/* False: it is no URL of a line. */
bool line_of(struct line *q, const char *url);
#endif
