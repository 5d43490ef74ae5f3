/* See call.h. */
#include "runtime/source/call.h"

#ifdef HAVE_MODBUS

#include <errno.h>
#include <modbus.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/source/blocks.h"
#include "runtime/source/feed.h"

bool call_refused(int err) { return err >= EMBXILFUN && err < EMBXGPATH; }

bool call_busy(int err) { return err == EMBXACK || err == EMBXSBUSY || err == EMBXNACK || err == EMBXMEMPAR; }

bool call_broken(int err) { return err && err != ETIMEDOUT && err != EINVAL && err < MODBUS_ENOBASE; }

static int connect_to(const struct addrinfo *a, uint32_t timeout_ms)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol), err = 0;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    socklen_t n = sizeof err;
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (fd >= FD_SETSIZE)
        err = EMFILE;
    else if (connect(fd, a->ai_addr, a->ai_addrlen) < 0 && errno != EINPROGRESS)
        err = errno;
    else if (poll(&p, 1, (int)timeout_ms) < 1)
        err = ETIMEDOUT;
    else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) < 0)
        err = errno;
    if (!err)
        return fd;
    close(fd);
    errno = err;
    return -1;
}

/* libmodbus would wait for the connection with select(), whatever the number of its socket is. */
static bool connect_tcp(struct wire *w, const char **why)
{
    const struct addrinfo hint = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *all;
    int fd = -1, err = getaddrinfo(w->line.host, w->line.port, &hint, &all);
    if (err) {
        *why = gai_strerror(err);
        return false;
    }
    for (const struct addrinfo *a = all; a && fd < 0; a = a->ai_next)
        fd = connect_to(a, w->timeout_ms);
    err = errno;
    freeaddrinfo(all);
    errno = err;
    return fd >= 0 && !modbus_set_socket(w->m, fd);
}

static bool connect_rtu(struct wire *w)
{
    if (modbus_connect(w->m))
        return false;
    if (modbus_get_socket(w->m) < FD_SETSIZE)
        return true;
    modbus_close(w->m);
    errno = EMFILE;
    return false;
}

bool wire_dial(struct wire *w, char *why, size_t cap)
{
    const struct line *l = &w->line;
    const char *says = NULL;
    w->m = l->device[0] ? modbus_new_rtu(l->device, l->baud, l->parity, l->data_bits, l->stop_bits)
                        : modbus_new_tcp_pi(l->host, l->port);
    w->spoke = false;
    w->heard_ms = feed_ms();
    errno = w->m ? 0 : errno;
    if (w->m) {
        (void)modbus_set_response_timeout(w->m, w->timeout_ms / 1000, w->timeout_ms % 1000 * 1000);
        if (l->device[0] ? connect_rtu(w) : connect_tcp(w, &says))
            return true;
    }
    snprintf(why, cap, "%.100s: %s", l->device[0] ? l->device : l->host,
             says ? says : errno ? modbus_strerror(errno) : "cannot be opened");
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
        w->anew = wire_dial(w, why, sizeof why);
        err = w->anew ? once(w, c) : err;
    }
    if (!err || call_refused(err)) {
        w->spoke = true;
        w->heard_ms = feed_ms();
    }
    return err;
}

/* As it is written, but for a bit's neighbours. False: it does not fit. */
static bool encode(const struct spot *p, double value, struct call *c)
{
    bool coil = p->table == TABLE_COIL;
    c->unit = p->unit;
    c->table = p->table;
    c->address = p->address;
    c->n = (uint16_t)(coil ? 1 : raw_registers(p->form));
    c->bits[0] = (value - p->form->offset) / p->form->scale != 0;
    return coil || raw_write(p->form, value, c->regs);
}

static int is_there(struct wire *w, const struct spot *p, const struct call *wrote)
{
    uint16_t is[4] = {0};
    uint8_t bit = 0;
    const struct call c = {wrote->unit, wrote->table, false, wrote->address, wrote->n, is, &bit};
    int err = wire_call(w, &c);
    if (err)
        return err;
    if (c.table == TABLE_COIL)
        return bit == wrote->bits[0] ? 0 : EBADMSG;
    if (p->form->bit >= 0)                              /* the other bits are others' */
        return raw_read(p->form, is) == raw_read(p->form, wrote->regs) ? 0 : EBADMSG;
    return memcmp(is, wrote->regs, wrote->n * sizeof *is) ? EBADMSG : 0;
}

int wire_has(struct wire *w, const struct spot *p, double value)
{
    uint16_t regs[4] = {0};
    uint8_t bit;
    struct call c = {.regs = regs, .bits = &bit};
    return encode(p, value, &c) ? is_there(w, p, &c) : 0;
}

int wire_put(struct wire *w, const struct spot *p, double value, bool *fits)
{
    uint16_t regs[4] = {0};
    uint8_t bit;
    struct call c = {p->unit, p->table, false, p->address, 1, regs, &bit};
    int err = p->form->bit >= 0 && p->table != TABLE_COIL ? wire_call(w, &c) : 0;
    if (err)
        return err;
    *fits = encode(p, value, &c);
    if (!*fits)
        return 0;
    c.write = true;
    err = wire_call(w, &c);
    if (err)
        return err;
    err = is_there(w, p, &c);
    return call_refused(err) ? 0 : err;
}

#endif
