/* Nodes on their way from the loader: all arrive, in order, with their values, few or many, small or
 * larger than a batch; nothing is under way after a wait. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/offers.h"
#include "compiler/syntax.h"
#include "tests/unit/unit.h"

enum { MANY = 30000, HUGE_VALUE = 1 << 20 };
struct taken {
    struct unit *u;
    uint32_t n;
};

/* What the i-th node has: 0 to 6 attributes, whose values tell which it is; sometimes a huge one. */
static unsigned attrs_of(uint32_t i) { return i % 7; }
static size_t value_of(uint32_t i, unsigned k, char *to)
{
    if (i % 9973 == 3 && k == 1) {
        memset(to, 'x', HUGE_VALUE);
        to[HUGE_VALUE] = 0;
        return HUGE_VALUE;
    }
    return (size_t)snprintf(to, 64, "node %u attribute %u", i, k);
}

static void take(void *arg, const struct node *n)
{
    static char want[HUGE_VALUE + 1];
    struct taken *t = arg;
    bool good = n->line == t->n && n->n_attrs == attrs_of(t->n);
    for (unsigned k = 0; good && k < n->n_attrs; k++) {
        size_t size = value_of(t->n, k, want);
        good = n->attrs[k].n == size && !memcmp(n->attrs[k].value, want, size + 1);
    }
    if (!good)
        CHECK(t->u, good);
    t->n++;
}

static void send(struct offers *o, uint32_t i)
{
    static char value[HUGE_VALUE + 1];
    size_t octets = 0;
    char *room;
    for (unsigned k = 0; k < attrs_of(i); k++)
        octets += value_of(i, k, value) + 1;
    if (i % 5 == 0)                             /* room that is asked for, and not used        */
        (void)offers_room(o, 50, 5000, &room);
    struct node *n = offers_room(o, attrs_of(i), octets, &room);
    n->line = i;
    n->n_attrs = (uint16_t)attrs_of(i);
    for (unsigned k = 0; k < n->n_attrs; k++) {
        size_t size = value_of(i, k, value);
        n->attrs[k] = (struct attr){.value = memcpy(room, value, size + 1), .n = size & ATTR_MAX};
        room += size + 1;
    }
    offers_send(o);
}

static void run(struct unit *u, uint32_t many, uint32_t wait_every)
{
    struct taken t = {u, 0};
    struct offers *o = offers_new(take, &t);
    for (uint32_t i = 0; i < many; i++) {
        send(o, i);
        if (wait_every && i % wait_every == wait_every - 1) {
            offers_wait(o);
            CHECK(u, t.n == i + 1);
        }
    }
    offers_end(o);
    CHECK(u, t.n == many);
}

int main(void)
{
    struct unit u = {0};
    run(&u, 0, 0);
    run(&u, 1, 0);
    run(&u, 100, 1);
    run(&u, MANY, 0);
    run(&u, MANY, 7001);
    return unit_end(&u);
}
