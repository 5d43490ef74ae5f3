/* Modbus TCP and RTU through libmodbus: registers to points and back. Runs on its feed's thread
 * alone; blocking calls end after `timeout`. A unit that does not answer waits ever longer for its
 * next chance, and of those only one is asked between two rounds of the others: however many they
 * are, they do not hold up those that answer on their line. */
#include "runtime/source/blocks.h"
#include "runtime/source/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef HAVE_MODBUS

static void *without(const struct feed_setup *s, char why[FEED_WHY])
{
    (void)s;
    snprintf(why, FEED_WHY, "this bacrt was built without Modbus (libmodbus)");
    return NULL;
}

const struct feed_kind feed_modbus = {"Modbus", true, without, NULL, NULL, blocks_reads, blocks_writes,
                                      "register", "writeRegister"};

#else

#include <errno.h>
#include <math.h>
#include <modbus.h>
#include <poll.h>
#include <sys/socket.h>

#include "runtime/source/call.h"
#include "runtime/source/raw.h"
#include "schemas/bacnet.h"

enum { UNITS = 256, RETRY_MIN_MS = 1000, RETRY_MAX_MS = 30000, MUTE_MS = 10000, LOOK_MS = 60000, NONSENSE = 3, QUIET_MS = 20 };

struct reg {                    /* a binding                                                      */
    struct raw_form form;
    int32_t write;              /* address, -1: it does not                                       */
    uint8_t unit, write_table;
    bool read;                  /* it is among the places                                         */
    bool written;               /* value: has got there                                           */
    double value;
    bool deaf;                  /* what was written had no answer the last time                   */
    uint64_t again_ms;          /* when that is tried again, 0: not by itself                     */
};
struct unit {
    uint64_t until_ms;          /* silent: nobody asks it before                                  */
    uint32_t wait_ms;
    bool used, polled, silent;
    bool heard;                 /* it has answered, some time                                     */
    uint64_t heard_ms;          /* the last time                                                  */
};
struct modbus {
    struct reg *regs;
    struct place *places;
    struct block *blocks;       /* room for each place alone                                      */
    uint32_t n, n_places, n_blocks;
    /* the thread's */
    struct feed *feed;
    struct wire wire;
    struct unit units[UNITS];
    bool spent;                 /* something in this round had no answer: the rest of such waits  */
    bool turn;                  /* who of those is first next time                                */
    bool late;                  /* an answer may still come that nobody waits for                 */
    bool deaf;                  /* some register has again_ms                                     */
    uint64_t looked_ms;         /* when what is only written was looked at, 0: never              */
    unsigned nonsense;          /* answers in a row that are to something else                    */
    char why[FEED_WHY];
};

static void modbus_shut(void *work)
{
    struct modbus *q = work;
    free(q->regs);
    free(q->places);
    free(q->blocks);
    free(q);
}

/* ---- opening ---- */

static bool take_binding(struct modbus *q, uint32_t i, const struct image *img, uint32_t binding,
                         const struct attrs *src, char why[FEED_WHY])
{
    static const char *const as[] = {"bool", "int8", "uint8", "int16", "uint16", "int32", "uint32",
                                     "int64", "uint64", "float32", "float64", NULL};
    struct attrs a = attrs_of_binding(img, binding);
    const struct img_variable *v = &img->variables[le32_get(img->bindings[binding].variable)];
    struct reg *r = &q->regs[i];
    const char *text = attr_text(&a, "register", NULL), *out = attr_text(&a, "writeRegister", NULL);
    uint8_t table = TABLE_HOLDING;
    uint16_t address = 0;
    unsigned bit = attr_number(&a, "bit", 99);
    r->form.as = (uint8_t)attr_choice(&a, "as", as, bit < 16 ? RAW_UINT16 : raw_usual(v->type));
    r->form.bit = (int8_t)(bit < 16 ? (int)bit : -1);
    r->form.scale = attr_real(&a, "scale", 1);
    r->form.scale = r->form.scale != 0 ? r->form.scale : 1;
    r->form.offset = attr_real(&a, "offset", 0);
    r->unit = (uint8_t)attr_number(&a, "unit", attr_number(src, "unit", 1));
    r->write = -1;
    bool good = (!text || blocks_register(text, &table, &address)) &&
                raw_order(&r->form, attr_text(&a, "order", NULL)) && (r->form.bit < 0 || raw_registers(&r->form) == 1);
    uint16_t count = (uint16_t)(table <= TABLE_DISCRETE ? 1 : raw_registers(&r->form));
    good = good && (uint32_t)address + count <= 65536;
    if (good && text && blocks_reads(&a, v->flags & IMG_VAR_OUTPUT)) {
        uint64_t poll = attr_ms(&a, "poll", attr_ms(src, "poll", 1000));
        poll = poll < 10 ? 10 : poll > 86400000 ? 86400000 : poll;
        q->places[q->n_places++] =
            (struct place){i, (uint32_t)poll, address, count, r->unit, table};
        r->read = true;
        q->units[r->unit].polled = true;
    }
    if (good && blocks_writes(&a, v->flags & IMG_VAR_WRITABLE)) {
        good = !out || blocks_register(out, &table, &address);
        good = good && (table == TABLE_COIL || table == TABLE_HOLDING) &&
               (uint32_t)address + (table == TABLE_COIL ? 1 : raw_registers(&r->form)) <= 65536;
        r->write = address;
        r->write_table = table;
    }
    if (!good)
        snprintf(why, FEED_WHY, "register '%.60s' or its form is not possible",
                 out ? out : text ? text : "");
    q->units[r->unit].used = true;
    return good;
}

static void *modbus_take(const struct feed_setup *s, char why[FEED_WHY])
{
    struct attrs a = attrs_of_source(s->img, s->source);
    struct modbus *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->regs = calloc((size_t)s->n_points + 1, sizeof *q->regs);
    q->places = calloc((size_t)s->n_points + 1, sizeof *q->places);
    q->blocks = calloc(2 * (size_t)s->n_points + 1, sizeof *q->blocks);
    uint64_t timeout = attr_ms(&a, "timeout", 500);
    q->wire.timeout_ms = timeout < 10 ? 10 : timeout > 60000 ? 60000 : (uint32_t)timeout;
    bool good = q->regs && q->places && q->blocks;
    if (good && !line_of(&q->wire.line, attr_text(&a, "url", ""))) {
        snprintf(why, FEED_WHY, "its url is none");
        good = false;
    }
    for (; good && q->n < s->n_points; q->n++)
        good = take_binding(q, q->n, s->img, s->bindings[q->n], &a, why);
    if (!good) {
        modbus_shut(q);
        return NULL;
    }
    q->n_blocks = (uint32_t)blocks_plan(q->places, q->n_places, attr_number(&a, "maxGap", 8), q->blocks);
    return q;
}

/* ---- one exchange ---- */

/* TCP is in step again once what has come is thrown away, or never will be. */
static bool line_holds(struct modbus *q, int err)
{
    q->nonsense = err == EMBBADDATA && !q->wire.line.device[0] ? q->nonsense + 1 : 0;
    return !call_broken(err) && q->nonsense < NONSENSE;
}

/* A late answer is not that to the next question; where another's has come, one is still under way. */
static void clear_line(struct modbus *q)
{
    uint8_t octets[1024];
    int wait = q->nonsense ? (int)q->wire.timeout_ms : QUIET_MS;
    if (!q->late)
        return;
    q->late = false;
    if (q->wire.line.device[0])
        (void)modbus_flush(q->wire.m);
    struct pollfd p = {.fd = modbus_get_socket(q->wire.m), .events = POLLIN};
    for (int i = 0; !q->wire.line.device[0] && i < 64; i++, wait = QUIET_MS)      /* it may never stop */
        if (poll(&p, 1, wait) < 1 || recv(p.fd, octets, sizeof octets, MSG_DONTWAIT) <= 0)
            return;
}

static int transfer(struct modbus *q, const struct block *b, uint16_t regs[BLOCK_REGISTERS],
                    uint8_t bits[BLOCK_BITS])
{
    const struct call c = {b->unit, b->table, false, b->address, b->count, regs, bits};
    clear_line(q);
    return wire_call(&q->wire, &c);
}

/* What nobody reads is known to be in order, or not, by its unit. A unit that was silent may have been
 * without power: it gets what is to be there once more. */
static void unit_news(struct modbus *q, uint8_t unit, bool answers)
{
    for (uint32_t i = 0; i < q->n; i++) {
        const struct reg *r = &q->regs[i];
        if (r->unit == unit && !answers)
            feed_sample(q->feed, i, mail_bad(REL_communication_failure));
        else if (r->unit == unit && !r->read)
            feed_again(q->feed, i);
    }
    for (uint32_t k = 0; k < q->n_blocks && !answers; k++)
        if (q->blocks[k].unit == unit)
            q->blocks[k].due_ms = 0;    /* when it is back, and not one poll later                */
}

static void unit_answers(struct modbus *q, uint8_t unit, bool answers)
{
    struct unit *u = &q->units[unit];
    bool news = u->silent != !answers;
    q->spent |= !answers;
    u->heard |= answers;
    u->heard_ms = answers ? feed_ms() : u->heard_ms;
    u->silent = !answers;
    u->wait_ms = answers ? 0 : u->wait_ms ? 2 * u->wait_ms : RETRY_MIN_MS;
    u->wait_ms = u->wait_ms > RETRY_MAX_MS ? RETRY_MAX_MS : u->wait_ms;
    u->until_ms = answers ? 0 : feed_ms() + u->wait_ms;
    q->late |= !answers;
    if (news)
        unit_news(q, unit, answers);
}

static void deliver(struct modbus *q, const struct block *b, const uint16_t *regs, const uint8_t *bits)
{
    for (uint32_t i = 0; i < b->n; i++) {
        const struct place *p = &q->places[b->first + i];
        const struct raw_form *f = &q->regs[p->point].form;
        size_t at = (size_t)(p->address - b->address);
        double v = b->table <= TABLE_DISCRETE ? bits[at] * f->scale + f->offset : raw_read(f, regs + at);
        feed_sample(q->feed, p->point, mail_value(v));
    }
}

static void fail_block(struct modbus *q, const struct block *b, unsigned reliability)
{
    for (uint32_t i = 0; i < b->n; i++)
        feed_sample(q->feed, q->places[b->first + i].point, mail_bad(reliability));
}

/* A unit that refuses one register of many refuses the whole block: from then on one by one. */
static void split(struct modbus *q, uint32_t k)
{
    struct block b = q->blocks[k];
    b.bad = 0;
    q->blocks[k] = block_single(&b, q->places, 0);
    for (uint32_t i = 1; i < b.n; i++) {
        q->blocks[q->n_blocks] = block_single(&b, q->places, i);
        q->blocks[q->n_blocks++].due_ms = 0;
    }
    q->blocks[k].due_ms = 0;
}

static bool any_bad(const struct modbus *q)
{
    bool bad = false;
    for (uint32_t k = 0; k < q->n_blocks && !bad; k++)
        bad = q->blocks[k].bad;
    return bad;
}

static bool in_order(const struct unit *u) { return u->heard && !u->silent; }

/* Many a unit has no word for what it does not know. It is not silent for that: it has answered something else
 * since this had no answer the last time. */
static void deaf_block(struct modbus *q, uint32_t k, bool first)
{
    struct block *b = &q->blocks[k];
    q->spent = q->late = true;
    if (b->n > 1) {
        b->asked_ms = 0;
        split(q, k);
        return;
    }
    if (first)
        snprintf(q->why, sizeof q->why, "unit %u does not answer for register %u", b->unit, b->address);
    fail_block(q, b, REL_communication_failure);
    b->due_ms = feed_ms() + (b->poll_ms > RETRY_MAX_MS ? b->poll_ms : RETRY_MAX_MS);
}

/* False: the line itself is broken. */
static bool read_block(struct modbus *q, uint32_t k)
{
    struct block *b = &q->blocks[k];
    const struct unit *u = &q->units[b->unit];
    bool alone = b->deaf && in_order(u) && u->heard_ms > b->asked_ms;
    uint16_t regs[BLOCK_REGISTERS];
    uint8_t bits[BLOCK_BITS];
    uint64_t now = feed_ms();
    b->due_ms = b->due_ms + b->poll_ms > now ? b->due_ms + b->poll_ms : now + b->poll_ms;
    b->asked_ms = now;
    int err = transfer(q, b, regs, bits);
    if (err && !call_refused(err) && in_order(u) && !alone && line_holds(q, err)) {
        q->late = true;
        err = transfer(q, b, regs, bits);       /* one answer that is lost is no silence */
    }
    bool first = !any_bad(q);           /* the first reason is said, not each in turn */
    b->bad = err != 0;
    b->deaf = err && !call_refused(err);
    bool holds = line_holds(q, err);
    if (!err) {
        unit_answers(q, b->unit, true);
        deliver(q, b, regs, bits);
        return true;
    }
    if (call_refused(err)) {
        unit_answers(q, b->unit, true);
        if (b->n > 1 && !call_busy(err)) {
            split(q, k);
            return true;
        }
        if (first)
            snprintf(q->why, sizeof q->why, "unit %u refuses register %u: %s", b->unit, b->address, modbus_strerror(err));
        fail_block(q, b, call_busy(err) ? REL_communication_failure : REL_configuration_error);
        return true;
    }
    if (alone && holds) {
        deaf_block(q, k, first);
        return true;
    }
    if (first || !holds)
        snprintf(q->why, sizeof q->why, "unit %u: %s", b->unit, modbus_strerror(err));
    if (u->silent)
        fail_block(q, b, REL_communication_failure);
    unit_answers(q, b->unit, false);
    return holds;
}

static bool all_silent(const struct modbus *q)
{
    bool any = false, speaks = false;
    for (size_t i = 0; i < UNITS; i++) {
        any |= q->units[i].used;
        speaks |= q->units[i].used && !q->units[i].silent;
    }
    return any && !speaks;
}

static void say(struct modbus *q)
{
    if (all_silent(q))
        feed_say(q->feed, FEED_LOST, "%s", q->why);
    else
        feed_say(q->feed, FEED_CONNECTED, any_bad(q) ? "%s" : NULL, q->why);
}

/* A silent unit that nothing is read from is asked whether it is there again, one in a round. False: the line
 * is broken. *next: when the next is to be asked. */
static bool ask_units(struct modbus *q, uint64_t *next)
{
    uint16_t regs[BLOCK_REGISTERS];
    uint8_t bits[BLOCK_BITS];
    uint64_t now = feed_ms();
    for (uint32_t i = 0; i < q->n && !q->spent; i++) {
        const struct reg *r = &q->regs[i];
        const struct unit *u = &q->units[r->unit];
        if (!u->silent || u->polled || r->write < 0)
            continue;
        if (u->until_ms <= now) {
            struct block b = {.address = (uint16_t)r->write, .count = 1, .unit = r->unit, .table = r->write_table};
            int err = transfer(q, &b, regs, bits);
            unit_answers(q, r->unit, !err || call_refused(err));
            say(q);
            *next = 0;
            return line_holds(q, err);
        }
        if (u->until_ms < *next)
            *next = u->until_ms;
    }
    return true;
}

/* ---- writes ---- */

static struct spot spot_of(const struct reg *r)
{
    return (struct spot){&r->form, r->unit, r->write_table, (uint16_t)r->write};
}

static int exchange(struct modbus *q, const struct reg *r, double value, bool *fits)
{
    const struct spot p = spot_of(r);
    clear_line(q);
    return wire_put(&q->wire, &p, value, fits);
}

/* Who had to be called anew may have been without power: what is only written is looked at, and written again where it
 * is not there, or cannot be read. False: the line is broken. */
static bool outputs_again(struct modbus *q, uint64_t *next)
{
    uint64_t now = feed_ms();
    int err = 0;
    if (q->wire.anew && now < q->looked_ms + LOOK_MS && q->looked_ms) {
        *next = q->looked_ms + LOOK_MS < *next ? q->looked_ms + LOOK_MS : *next;
        return true;                    /* it may be one that ends each connection                */
    }
    if (!q->wire.anew)
        return true;
    q->looked_ms = now;
    for (uint32_t i = 0; i < q->n && !call_broken(err); i++) {
        const struct reg *r = &q->regs[i];
        const struct spot p = spot_of(r);
        if (r->read || !r->written || !in_order(&q->units[r->unit]))
            continue;
        clear_line(q);
        err = wire_has(&q->wire, &p, r->value);
        q->late |= err == ETIMEDOUT;
        if (err)
            feed_again(q->feed, i);
        err = err == EBADMSG ? 0 : err;
    }
    q->wire.anew = false;
    return !call_broken(err);
}

/* Nothing was said of what was written. Of a point that is read, the loop then tries again. */
static bool unheard(const struct reg *r, int err)
{
    return err && err != EBADMSG && (!call_refused(err) || (call_busy(err) && !r->read));
}

static bool write_one(struct modbus *q, uint32_t i, double value)
{
    struct reg *r = &q->regs[i];
    const struct unit *u = &q->units[r->unit];
    bool fits = true;
    if (r->write < 0 || u->until_ms > feed_ms()) {
        feed_result(q->feed, i, mail_bad(REL_communication_failure));
        return true;
    }
    int err = exchange(q, r, value, &fits);
    q->late = unheard(r, err);
    if (q->late && !r->read && !u->silent && line_holds(q, err))
        err = exchange(q, r, value, &fits);
    bool lost = unheard(r, err);
    bool alone = lost && r->deaf && u->polled && in_order(u);   /* this only: it has answered others since  */
    r->deaf = lost;
    r->again_ms = alone ? feed_ms() + RETRY_MAX_MS : 0;
    q->deaf |= alone;
    q->spent |= lost;
    q->late = lost;
    if (!lost || !(r->read || alone) || !in_order(u))   /* or who writes to a dead one keeps the others from their turn */
        unit_answers(q, r->unit, !lost);
    r->written = fits && !err;
    r->value = value;
    if (r->written) {
        feed_result(q->feed, i, mail_value(value));
        if (!q->n_places)
            say(q);
        return true;
    }
    snprintf(q->why, sizeof q->why, "unit %u, write to %d: %s", r->unit, (int)r->write,
             !fits ? "the value does not fit" : err == EBADMSG ? "reads back otherwise"
                                                               : modbus_strerror(err));
    feed_result(q->feed, i, mail_bad(lost || call_busy(err) ? REL_communication_failure : REL_process_error));
    feed_say(q->feed, all_silent(q) ? FEED_LOST : FEED_CONNECTED, "%s", q->why);
    return !lost || line_holds(q, err);
}

/* ---- the thread ---- */

/* Of those that are not answered one in a round. */
static bool write_wanted(struct modbus *q)
{
    uint32_t point;
    double value;
    bool good = true;
    while (good && !q->spent && feed_wanted(q->feed, &point, &value))
        good = write_one(q, point, value);
    return good;
}

static uint64_t due_at(const struct modbus *q, uint32_t k)
{
    const struct block *b = &q->blocks[k];
    const struct unit *u = &q->units[b->unit];
    return u->silent ? u->until_ms : b->due_ms;
}

/* Of one unit's it is another one each time. */
static bool before(const struct modbus *q, uint32_t k, uint32_t other)
{
    uint64_t a = due_at(q, k), b = due_at(q, other);
    return a != b ? a < b : q->blocks[k].asked_ms < q->blocks[other].asked_ms;
}

static bool ask(struct modbus *q, uint32_t k)
{
    bool good = read_block(q, k);
    say(q);
    return good;
}

/* What is due of the units that answer. *other: of the rest, what has waited longest. False: the line is broken. */
static bool round_of(struct modbus *q, uint64_t *next, uint32_t *other)
{
    uint64_t now = feed_ms();
    for (uint32_t k = 0; k < q->n_blocks && !feed_stopping(q->feed); k++) {
        const struct unit *u = &q->units[q->blocks[k].unit];
        if (!write_wanted(q))
            return false;
        if (!in_order(u)) {
            *other = *other == UINT32_MAX || before(q, k, *other) ? k : *other;
            continue;
        }
        const bool spent = q->spent;
        if (due_at(q, k) <= now && !ask(q, k))
            return false;
        if (!in_order(u) || q->spent != spent)
            return true;                /* it took its time: those before it may be due again */
        *next = due_at(q, k) < *next ? due_at(q, k) : *next;
    }
    return write_wanted(q);
}

/* One that may not answer. */
static bool ask_other(struct modbus *q, uint64_t *next, uint32_t other)
{
    if (other == UINT32_MAX || q->spent)
        return true;
    if (due_at(q, other) > feed_ms()) {
        *next = due_at(q, other) < *next ? due_at(q, other) : *next;
        return true;
    }
    *next = 0;
    return ask(q, other);
}

/* Written again what had no answer. */
static void deaf_again(struct modbus *q, uint64_t *next)
{
    uint64_t now = feed_ms();
    bool any = false;
    for (uint32_t i = 0; q->deaf && i < q->n; i++) {
        struct reg *r = &q->regs[i];
        if (r->again_ms && r->again_ms <= now) {
            r->again_ms = 0;
            feed_again(q->feed, i);
        }
        any |= r->again_ms != 0;
        *next = r->again_ms && r->again_ms < *next ? r->again_ms : *next;
    }
    q->deaf = any;
}

/* Until the line breaks. Writes go before reads, also between two blocks. Of what is not answered there is
 * one in a round, whichever it is. */
static void serve(struct modbus *q)
{
    for (bool good = true; good && !feed_stopping(q->feed);) {
        uint64_t next = UINT64_MAX, now;
        uint32_t other = UINT32_MAX;
        q->spent = false;
        good = round_of(q, &next, &other);
        for (int i = 0; good && i < 2; i++)
            good = (i == 0) == q->turn ? ask_other(q, &next, other) : ask_units(q, &next);
        q->turn = !q->turn;
        deaf_again(q, &next);
        good = good && outputs_again(q, &next);
        now = feed_ms();
        if (!q->wire.line.device[0] && now - q->wire.heard_ms > MUTE_MS && all_silent(q))
            return;                     /* it may be the connection that is dead                  */
        if (good && !q->spent && next > now)
            feed_sleep(q->feed, next == UINT64_MAX ? 60000 : next - now, -1, false);
    }
}

static void modbus_drive(struct feed *f, void *work)
{
    struct modbus *q = work;
    uint64_t retry = RETRY_MIN_MS;
    uint32_t point;
    double value;
    q->feed = f;
    while (!feed_stopping(f)) {
        if (wire_dial(&q->wire, q->why, sizeof q->why)) {
            uint64_t since = feed_ms();
            if (!q->n_places && !all_silent(q))
                feed_say(f, FEED_CONNECTED, NULL);
            serve(q);
            wire_hang_up(&q->wire);
            if (feed_ms() - since > RETRY_MAX_MS)
                retry = RETRY_MIN_MS;
        }
        if (feed_stopping(f))
            return;
        feed_say(f, FEED_LOST, "%s", q->why);
        while (feed_wanted(f, &point, &value))
            feed_result(f, point, mail_bad(REL_communication_failure));
        for (uint64_t until = feed_ms() + retry; !feed_stopping(f) && feed_ms() < until;)
            feed_sleep(f, until - feed_ms(), -1, false);
        retry = retry * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : retry * 2;
        for (size_t i = 0; i < UNITS; i++)
            q->units[i].until_ms = q->units[i].wait_ms = 0;
        for (uint32_t k = 0; k < q->n_blocks; k++)
            q->blocks[k].due_ms = 0;
    }
}

const struct feed_kind feed_modbus = {"Modbus", true, modbus_take, modbus_drive, modbus_shut, blocks_reads, blocks_writes,
                                      "register", "writeRegister"};

#endif
