#ifndef SOURCE_CALL_H
#define SOURCE_CALL_H
/* A connection to a Modbus line, and a question and its answer on it. Blocks, `timeout_ms` at most. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/source/line.h"
#include "runtime/source/raw.h"

struct _modbus;                 /* libmodbus has it                                               */
struct wire {
    struct line line;
    uint32_t timeout_ms;
    struct _modbus *m;          /* NULL: there is none                                            */
    bool spoke;                 /* something has been answered on this connection                 */
    bool anew;                  /* wire_call() has made it: for its caller to note                */
    uint64_t heard_ms;          /* when, or when it was made                                      */
};
struct call {
    uint8_t unit, table;        /* enum table                                                     */
    bool write;
    uint16_t address, n;
    uint16_t *regs;
    uint8_t *bits;
};

struct spot {                   /* where a number is written                                      */
    const struct raw_form *form;
    uint8_t unit, table;
    uint16_t address;
};

/* Connects. False: why not. */
bool wire_dial(struct wire *w, char *why, size_t cap);
void wire_hang_up(struct wire *w);
/* 0, or an errno of libmodbus. Many a server ends a connection that is idle for some time, or after each answer: the
 * question then goes over a new one, and nothing is lost. Where none can be had, w->m is NULL and the line broken. */
int wire_call(struct wire *w, const struct call *c);
/* Writes it, one bit into what the others are, and reads it back: a unit that cannot has acknowledged it at least.
 * EBADMSG: something else is there. */
int wire_put(struct wire *w, const struct spot *p, double value, bool *fits);
int wire_has(struct wire *w, const struct spot *p, double value);    /* 0: it is there             */
bool call_refused(int err);     /* the answer says no, rather than there being none               */
bool call_busy(int err);        /* it says no for now; what was asked is right                    */
/* The line itself is broken: silence, noise and a unit that cannot be asked are that unit's. */
bool call_broken(int err);
#endif
