/* COV subscriptions: limits, lifetimes, turns, subscribers that do not answer, a new image. */
#include "runtime/data/subs.h"

#include <math.h>

#include "runtime/object/cov.h"
#include "tests/unit/unit.h"

static struct peer peer_of(unsigned n)
{
    return (struct peer){.mac = {10, 0, (uint8_t)(n >> 8), (uint8_t)n, 0xba, 0xc0}, .max_apdu = 1476};
}

static struct sub *subscribe(struct subs *s, unsigned peer, uint32_t process, uint32_t object, bool confirmed)
{
    struct peer p = peer_of(peer);
    struct sub_key k = {&p, process, 0, SUB_OBJECT, object, P_present_value, BACNET_INDEX_ALL};
    return subs_put(s, &k, confirmed);
}

static struct sub_item *item(struct subs *s, struct sub *x) { return subs_item_at(s, x->first); }

static void increments(struct unit *u)
{
    CHECK(u, cov_reached(23.3f, 23.2f, 0.1f));             /* the floats are 0.0999985 apart */
    CHECK(u, cov_reached(23.2f, 23.3f, 0.1f));
    CHECK(u, !cov_reached(23.29f, 23.2f, 0.1f));
    CHECK(u, !cov_reached(23.2f, 23.2f, 0));
    CHECK(u, cov_reached(nextafterf(23.2f, 30), 23.2f, 0));
    CHECK(u, cov_reached(1000000.1f, 1000000.0f, 0.1f));
    CHECK(u, cov_reached(NAN, 1, 5) && cov_reached(1, NAN, 5) && !cov_reached(NAN, NAN, 0));
    CHECK(u, cov_reached(INFINITY, 1, 5) && !cov_reached(INFINITY, INFINITY, 5));
    CHECK(u, !cov_reached(100.0f, 99.5f, 1));
    int missed = 0;                                     /* every step of a tenth is one */
    for (int i = -3000; i < 3000; i++)
        missed += !cov_reached((float)((i + 1) / 10.0), (float)(i / 10.0), 0.1f);
    CHECK(u, missed == 0);
}

static void limits(struct unit *u)
{
    struct subs *s;
    CHECK(u, !subs_open(&s, 8, 16));
    struct sub *a = subscribe(s, 1, 1, 0, false);
    CHECK(u, a && subscribe(s, 1, 1, 0, false) == a);      /* a renewal is no second one */
    CHECK(u, subscribe(s, 2, 1, 0, false) != a);
    for (uint32_t i = 2; i <= 12; i++)
        CHECK(u, subscribe(s, 1, i, i % 8, false));
    CHECK(u, !subscribe(s, 1, 13, 0, false));              /* one address never has all */
    for (uint32_t i = 2; i <= 4; i++)
        CHECK(u, subscribe(s, 2, i, 0, true));
    CHECK(u, !subscribe(s, 3, 1, 0, false) && s->stats.refused == 2);
    CHECK(u, s->subs.used == 16 && s->items.used == 16);
    CHECK(u, subscribe(s, 1, 1, 0, true) == a);            /* confirmed from here on */
    CHECK(u, subs_subscriber(s, a)->confirmed);
    subs_drop_device(s, 0);
    CHECK(u, !s->subs.used && !s->items.used && !s->watches.used && !s->subscribers.used);
    subs_close(s);
}

/* Neither by having them confirmed and unconfirmed, nor by several that each watch much. */
static void never_all(struct unit *u)
{
    struct subs *s;
    CHECK(u, !subs_open(&s, 8, 16));
    for (uint32_t i = 1; i <= 6; i++)
        CHECK(u, subscribe(s, 1, i, 0, false) && subscribe(s, 1, 100 + i, 0, true));
    CHECK(u, !subscribe(s, 1, 7, 0, false) && !subscribe(s, 1, 107, 0, true));
    CHECK(u, subscribe(s, 1, 1, 0, true) && subscribe(s, 1, 1, 0, false));     /* renewed, the other way and back */
    CHECK(u, subscribe(s, 2, 1, 0, false));
    subs_drop(s, subscribe(s, 1, 1, 0, false));
    struct peer p = peer_of(1);
    struct sub_key k = {&p, 7, 0, SUB_MULTIPLE, 0, 0, 0};
    struct sub *x = subs_put(s, &k, true);
    CHECK(u, x && subs_item(s, x, 1, P_present_value, BACNET_INDEX_ALL));
    CHECK(u, !subs_item(s, x, 2, P_present_value, BACNET_INDEX_ALL));
    subs_drop(s, subscribe(s, 1, 2, 0, false));
    CHECK(u, subs_item(s, x, 2, P_present_value, BACNET_INDEX_ALL) && !subs_item(s, x, 3, P_present_value, BACNET_INDEX_ALL));
    subs_drop_item(s, x, item(s, x));
    CHECK(u, subs_item(s, x, 3, P_present_value, BACNET_INDEX_ALL) && s->items.used == 13);
    subs_drop_device(s, 0);
    CHECK(u, !s->subs.used && !s->items.used && !s->subscribers.used);
    subs_close(s);
}

static void lifetimes(struct unit *u)
{
    struct subs *s;
    CHECK(u, !subs_open(&s, 8, 16));
    struct sub *a = subscribe(s, 1, 1, 0, false), *b = subscribe(s, 1, 2, 1, false);
    subs_lifetime(s, a, 1000, 10);
    subs_lifetime(s, b, 1000, 0);
    CHECK(u, subs_remaining(a, 1000) == 10 && subs_remaining(a, 10999) == 1 && subs_remaining(b, 99) == 0);
    CHECK(u, subs_next_tick(s) == 11000);
    subs_lifetime(s, a, 5000, 10);                      /* renewed */
    subs_tick(s, 11000);
    CHECK(u, s->subs.used == 2);
    subs_due(s, item(s, a));
    subs_tick(s, 15000);                                /* one that waits for its turn may expire */
    CHECK(u, s->subs.used == 1 && s->stats.expired == 1 && !subs_take(s));
    CHECK(u, subs_next_tick(s) == UINT64_MAX);
    subs_close(s);
}

/* Ten of one subscriber and one of another: the one does not wait for the ten. */
static void turns(struct unit *u)
{
    struct subs *s;
    struct sub *lone = NULL;
    unsigned before = 0;
    CHECK(u, !subs_open(&s, 4, 64));
    for (uint32_t i = 0; i < 10; i++)
        subs_due(s, item(s, subscribe(s, 1, i, 0, false)));
    lone = subscribe(s, 2, 1, 0, false);
    subs_due(s, item(s, lone));
    for (struct sub *x; (x = subs_take(s)) != lone; before++)
        subs_sent(s, x);
    CHECK(u, before <= 1);
    subs_close(s);
}

static void silence(struct unit *u)
{
    struct subs *s;
    struct sub *dead[40], *x;
    uint64_t now = 1000;
    unsigned n = 0;
    CHECK(u, !subs_open(&s, 4, 64));
    for (uint32_t i = 0; i < 40; i++) {
        dead[i] = subscribe(s, 1, i, 0, true);
        subs_due(s, item(s, dead[i]));
    }
    while ((x = subs_take(s))) {
        subs_sent(s, x);
        n++;
    }
    CHECK(u, n == SUBS_PEER_FLYING);                       /* no more at a time */
    for (n = 0; n < 40; n++)
        if (dead[n]->state == SUB_FLYING)
            subs_ended(s, dead[n], false, now);
    CHECK(u, !subs_take(s));                               /* a pause */
    CHECK(u, s->flying == 0);
    struct sub *alive = subscribe(s, 2, 1, 0, true);
    subs_due(s, item(s, alive));
    CHECK(u, subs_take(s) == alive);                       /* which concerns nobody else */
    subs_tick(s, now + 600000);
    x = subs_take(s);
    CHECK(u, x && !subs_take(s));                          /* then one to see whether it lives */
    subs_sent(s, x);
    subs_ended(s, x, true, now);
    CHECK(u, subs_take(s) && subs_take(s));                /* it does */
    subs_close(s);
}

/* While one is on its way the next waits, and is one. */
static void newest(struct unit *u)
{
    struct subs *s;
    CHECK(u, !subs_open(&s, 4, 64));
    struct sub *x = subscribe(s, 1, 1, 0, true);
    subs_due(s, item(s, x));
    CHECK(u, subs_take(s) == x);
    subs_sent(s, x);
    subs_due(s, item(s, x));
    subs_due(s, item(s, x));
    CHECK(u, !subs_take(s));
    subs_ended(s, x, true, 0);
    CHECK(u, subs_take(s) == x && !subs_take(s));
    subs_sent(s, x);
    subs_drop(s, x);                                    /* cancelled while it flies */
    CHECK(u, s->flying == 0 && !s->subscribers.used);
    subs_close(s);
}

/* What was not acknowledged is told again, as it is then, when the subscriber is there again. */
static void unheard(struct unit *u)
{
    struct subs *s;
    uint64_t now = 1000;
    CHECK(u, !subs_open(&s, 4, 64));
    struct sub *x = subscribe(s, 1, 1, 0, true);
    subs_due(s, item(s, x));
    for (unsigned i = 0; i < 4; i++, now += 600000) {
        CHECK(u, subs_take(s) == x);
        cov_mark(item(s, x), &(struct cov_value){.value = i});
        subs_sent(s, x);
        subs_again(s, x);
        subs_ended(s, x, false, now);
        CHECK(u, item(s, x)->due && (!i || !subs_take(s)));    /* less and less often */
        subs_tick(s, now + 600000);
    }
    CHECK(u, subs_take(s) == x);
    cov_mark(item(s, x), &(struct cov_value){.value = 5});
    subs_sent(s, x);
    subs_ended(s, x, true, now);
    CHECK(u, !subs_take(s) && !item(s, x)->due && s->flying == 0);
    subs_close(s);
}

/* Confirmed from now on, or no more, while one is on its way: that is not taken for the one that follows. */
static void another_way(struct unit *u)
{
    struct subs *s;
    CHECK(u, !subs_open(&s, 4, 64));
    for (unsigned confirmed = 0; confirmed < 2; confirmed++) {
        struct sub *x = subscribe(s, 1, 1 + confirmed, 0, confirmed);
        subs_due(s, item(s, x));
        CHECK(u, subs_take(s) == x);
        uint32_t handed = x->generation;                /* as the intent says it */
        CHECK(u, subscribe(s, 1, 1 + confirmed, 0, !confirmed) == x && x->generation != handed);
        subs_due(s, item(s, x));
        CHECK(u, subs_take(s) == x && !subs_take(s));
        subs_sent(s, x);
        subs_ended(s, x, true, 0);
        CHECK(u, !subs_take(s) && s->flying == 0);
    }
    subs_close(s);
}

static void looking(struct unit *u)
{
    struct subs *s;
    CHECK(u, !subs_open(&s, 4, 64));
    struct sub *a = subscribe(s, 1, 1, 2, false), *b = subscribe(s, 1, 2, 2, false);
    subs_pend(s, 3);                                    /* nobody watches it */
    CHECK(u, !subs_pending(s));
    subs_pend(s, 2);
    struct watch *w = subs_pending(s);
    CHECK(u, w && subs_look(s, w));
    subs_pend(s, 2);                                    /* again, while we look */
    subs_drop(s, a);
    unsigned seen = 0;
    for (int i = 0; i < 10 && subs_pending(s); i++)
        seen += subs_look(s, subs_pending(s)) != NULL;
    CHECK(u, seen >= 1 && !subs_pending(s));
    subs_pend(s, 2);
    subs_drop(s, b);                                    /* a watch that goes is not waited for */
    CHECK(u, !subs_pending(s));
    subs_close(s);
}

static void new_image(struct unit *u)
{
    struct subs *s;
    const uint32_t object[4] = {3, SUBS_NONE, 0, 5}, device[1] = {1};
    CHECK(u, !subs_open(&s, 4, 64));
    struct sub *kept = subscribe(s, 1, 1, 0, true);
    CHECK(u, subscribe(s, 1, 2, 1, false));
    subs_due(s, item(s, kept));
    CHECK(u, subs_take(s) == kept);
    cov_mark(item(s, kept), &(struct cov_value){.value = 7});
    subs_sent(s, kept);
    subs_move(s, object, device, 8);
    CHECK(u, cov_changed(item(s, kept), &(struct cov_value){.value = 7}));  /* nobody knows whether it came */
    CHECK(u, s->subs.used == 1 && kept->device == 1 && item(s, kept)->object == 3 && s->flying == 0);
    struct peer p = peer_of(1);
    struct sub_key k = {&p, 1, 1, SUB_OBJECT, 3, P_present_value, BACNET_INDEX_ALL};
    CHECK(u, subs_find(s, &k) == kept);
    subs_pend(s, 3);
    CHECK(u, subs_pending(s));
    subs_close(s);
}

int main(void)
{
    struct unit u = {0};
    increments(&u);
    limits(&u);
    never_all(&u);
    lifetimes(&u);
    turns(&u);
    silence(&u);
    newest(&u);
    unheard(&u);
    another_way(&u);
    looking(&u);
    new_image(&u);
    return unit_end(&u);
}
