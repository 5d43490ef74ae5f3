/* runtime/source: a client's write and the samples around it, in every order that a turn of the loop can
 * have. What was written is sent and stays, whatever an older sample says; then the peer decides. */
#include <fcntl.h>
#include <unistd.h>

#include "runtime/source/inside.h"
#include "tests/unit/world.h"

/* The other side is this test: what it has is given by feed_sample(), what it gets is feed_wanted(). */
static void *fake_open(const struct feed_setup *s, char why[FEED_WHY])
{
    (void)s;
    (void)why;
    return malloc(1);
}
static void fake_run(struct feed *f, void *work)
{
    (void)work;
    while (!feed_stopping(f))
        usleep(1000);
}
static bool always(const struct attrs *a, bool b)
{
    (void)a;
    (void)b;
    return true;
}
static const struct feed_kind confirming = {"Fake", true, fake_open, fake_run, free, always, always};
static const struct feed_kind echoing = {"Fake", false, fake_open, fake_run, free, always, always};

struct plant {
    struct world w;
    struct loop loop;
    struct timers timers;
    struct log log;
    struct sources *s;
    struct feed *feed;
};

static void plant_open(struct plant *q, const struct feed_kind *kind)
{
    struct mk m;
    char why[FEED_WHY];
    mk_begin(&m);
    world_variables(&q->w, &m);
    world_objects(&q->w, &m);
    mk_device(&m, 1001, 0);
    mk_link(&m);
    struct img_source source = {mk_text(&m, "Fake"), mk_text(&m, "plant"), le32_of(0), le32_of(0),
                                le32_of(IMG_NONE)};
    struct img_binding binding = {le32_of(q->w.setp), le32_of(mk_put(&m, MK_sources, &source, sizeof source)),
                                  le32_of(0), le32_of(0)};
    struct img_variable *v = mk_at(&m, MK_variables, q->w.setp);
    v->first_binding = le32_of(mk_put(&m, MK_bindings, &binding, sizeof binding));
    v->n_bindings = le32_of(1);
    for (uint32_t i = q->w.setp + 1; i < mk_count(&m, MK_variables); i++)
        ((struct img_variable *)mk_at(&m, MK_variables, i))->first_binding = le32_of(1);
    world_open(&q->w, &m);
    if (loop_open(&q->loop) || timers_init(&q->timers, 16))
        exit(1);
    log_init(&q->log, open("/dev/null", O_WRONLY | O_CLOEXEC), &q->w.clock);
    struct source_config c = {.db = &q->w.db, .loop = &q->loop, .timers = &q->timers,
                              .clock = &q->w.clock, .log = &q->log, .tag = 0x1000, .timer = 1};
    if (sources_open(&q->s, &c))
        exit(1);
    struct one *one = &q->s->items[0];
    struct feed_setup setup = {&q->w.db.img, 0, one->bindings, 1, NULL};
    one->kind = kind;
    one->feed = q->feed = feed_open(kind, &setup, why);
    point_open(q->s, 0);
    feed_say(q->feed, FEED_CONNECTED, NULL);
    feed_sample(q->feed, 0, mail_value(18));
    sources_event(q->s, 0);
    sources_turn(q->s);
    db_settle(&q->w.db);
}

static void plant_close(struct plant *q)
{
    sources_close(q->s, true);
    timers_fini(&q->timers);
    loop_close(&q->loop);
    world_end(&q->w);
}

static void turn(struct plant *q)
{
    sources_event(q->s, 0);
    sources_turn(q->s);
    db_settle(&q->w.db);
}

static void client_writes(struct plant *q, float v)
{
    world_write_real(&q->w, q->w.av, P_present_value, 0, v);
}

/* What goes out next; -1: nothing. */
static double sent(struct plant *q)
{
    uint32_t point;
    double value;
    return feed_wanted(q->feed, &point, &value) ? value : -1;
}

static double shown(struct plant *q) { return (double)world_real(&q->w, q->w.av); }

/* A write and a sample that was under way come in one turn, the write first. */
static void same_turn(struct unit *u, const struct feed_kind *kind)
{
    struct plant q;
    plant_open(&q, kind);
    CHECK(u, shown(&q) == 18 && sent(&q) == -1);
    client_writes(&q, 22);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, shown(&q) == 22);
    CHECK(u, sent(&q) == 22);
    CHECK(u, sent(&q) == -1);
    feed_result(q.feed, 0, mail_value(22));
    feed_sample(q.feed, 0, mail_value(22));
    turn(&q);
    CHECK(u, shown(&q) == 22 && sent(&q) == -1);
    feed_sample(q.feed, 0, mail_value(19));             /* then somebody turns a knob */
    turn(&q);
    CHECK(u, shown(&q) == 19 && sent(&q) == -1);
    plant_close(&q);
}

/* The time for an echo ends in the turn in which a client writes again. */
static void at_the_end_of_waiting(struct unit *u)
{
    struct plant q;
    plant_open(&q, &echoing);
    client_writes(&q, 22);
    turn(&q);
    CHECK(u, sent(&q) == 22);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, shown(&q) == 22);                          /* held */
    clock_advance(&q.w.clock, 6000);
    client_writes(&q, 23);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    turn(&q);
    CHECK(u, shown(&q) == 23 && sent(&q) == 23);
    clock_advance(&q.w.clock, 6000);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    CHECK(u, shown(&q) == 18);                          /* the peer has decided otherwise */
    plant_close(&q);
}

/* The first sample of a source that was lost comes before word that it is back. */
static void while_lost(struct unit *u, const struct feed_kind *kind, bool tried)
{
    struct plant q;
    plant_open(&q, kind);
    if (tried) {                                        /* it was lost in the middle of a write */
        client_writes(&q, 21);
        turn(&q);
        CHECK(u, sent(&q) == 21);
        feed_result(q.feed, 0, mail_bad(REL_communication_failure));
    }
    feed_say(q.feed, FEED_LOST, "gone");
    turn(&q);
    client_writes(&q, 22);
    turn(&q);
    CHECK(u, shown(&q) == 22 && sent(&q) == -1);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, shown(&q) == 22);
    feed_say(q.feed, FEED_CONNECTED, NULL);
    turn(&q);
    CHECK(u, shown(&q) == 22 && sent(&q) == 22);
    feed_result(q.feed, 0, mail_value(22));
    feed_sample(q.feed, 0, mail_value(22));
    turn(&q);
    CHECK(u, shown(&q) == 22 && sent(&q) == -1);
    plant_close(&q);
}

/* A unit of several that is silent: each new value is tried again when it answers. */
static void while_silent(struct unit *u)
{
    struct plant q;
    plant_open(&q, &confirming);
    for (int i = 0; i < 8; i++) {
        client_writes(&q, (float)(20 + i));
        turn(&q);
        CHECK(u, sent(&q) == 20 + i);
        feed_result(q.feed, 0, mail_bad(REL_communication_failure));
        turn(&q);
    }
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, shown(&q) == 27 && sent(&q) == 27);
    plant_close(&q);
}

/* What the peer refuses is over: its own value shows, and is not sent to it later. */
static void refused(struct unit *u)
{
    struct plant q;
    plant_open(&q, &confirming);
    client_writes(&q, 99);
    turn(&q);
    CHECK(u, sent(&q) == 99);
    feed_result(q.feed, 0, mail_bad(REL_process_error));
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, shown(&q) == 18 && sent(&q) == -1);
    feed_say(q.feed, FEED_LOST, "gone");
    turn(&q);
    feed_sample(q.feed, 0, mail_value(17));
    feed_say(q.feed, FEED_CONNECTED, NULL);
    turn(&q);
    CHECK(u, shown(&q) == 17 && sent(&q) == -1);
    plant_close(&q);
}

int main(void)
{
    struct unit u = {0};
    same_turn(&u, &confirming);
    same_turn(&u, &echoing);
    at_the_end_of_waiting(&u);
    while_lost(&u, &confirming, false);
    while_lost(&u, &confirming, true);
    while_lost(&u, &echoing, false);
    while_silent(&u);
    refused(&u);
    return unit_end(&u);
}
