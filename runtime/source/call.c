/* See call.h. */
#include "runtime/source/call.h"

#ifdef HAVE_MODBUS

#include <errno.h>
#include <modbus.h>
#include <stdio.h>

#include "runtime/source/blocks.h"
#include "runtime/source/feed.h"

bool call_refused(int err) { return err >= EMBXILFUN && err < EMBXGPATH; }

bool call_busy(int err) { return err == EMBXACK || err == EMBXSBUSY || err == EMBXNACK || err == EMBXMEMPAR; }

bool call_broken(int err) { return err && err != ETIMEDOUT && err != EINVAL && err < MODBUS_ENOBASE; }

bool wire_dial(struct wire *w, char *why, size_t cap)
{
    const struct line *l = &w->line;
    w->m = l->device[0] ? modbus_new_rtu(l->device, l->baud, l->parity, l->data_bits, l->stop_bits)
                        : modbus_new_tcp_pi(l->host, l->port);
    w->spoke = false;
    w->heard_ms = feed_ms();
    errno = w->m ? 0 : errno;
    if (w->m) {
        (void)modbus_set_response_timeout(w->m, w->timeout_ms / 1000, w->timeout_ms % 1000 * 1000);
        if (!modbus_connect(w->m))
            return true;
        errno = errno == EINPROGRESS ? ETIMEDOUT : errno;
    }
    snprintf(why, cap, "%.100s: %s", l->device[0] ? l->device : l->host,
             errno ? modbus_strerror(errno) : "cannot be opened");
    if (w->m)
        modbus_free(w->m);
    w->m = NULL;
    return false;
}

void wire_hang_up(struct wire *w)
{
    if (!w->m)
        return;
    modbus_close(w->m);
    modbus_free(w->m);
    w->m = NULL;
}

static int once(struct wire *w, const struct call *c)
{
    int n = -1;
    errno = 0;
    if (modbus_set_slave(w->m, c->unit) < 0)
        return errno;
    if (c->write) {
        n = c->table == TABLE_COIL ? modbus_write_bit(w->m, c->address, c->bits[0])
            : c->n == 1            ? modbus_write_register(w->m, c->address, c->regs[0])
                                   : modbus_write_registers(w->m, c->address, c->n, c->regs);
    } else {
        switch ((enum table)c->table) {
        case TABLE_COIL: n = modbus_read_bits(w->m, c->address, c->n, c->bits); break;
        case TABLE_DISCRETE: n = modbus_read_input_bits(w->m, c->address, c->n, c->bits); break;
        case TABLE_INPUT: n = modbus_read_input_registers(w->m, c->address, c->n, c->regs); break;
        case TABLE_HOLDING: n = modbus_read_registers(w->m, c->address, c->n, c->regs); break;
        }
    }
    if (n == c->n)
        return 0;
    return n < 0 && errno ? errno : EMBBADDATA;
}

int wire_call(struct wire *w, const struct call *c)
{
    char why[FEED_WHY];
    int err = once(w, c);
    if (call_broken(err) && w->spoke && !w->line.device[0]) {
        wire_hang_up(w);
        err = wire_dial(w, why, sizeof why) ? once(w, c) : err;
    }
    if (!err || call_refused(err)) {
        w->spoke = true;
        w->heard_ms = feed_ms();
    }
    return err;
}

#endif
