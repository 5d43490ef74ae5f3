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
static bool never(const struct attrs *a, bool b)
{
    return !always(a, b);
}
static const struct feed_kind blind = {"Fake", true, fake_open, fake_run, free, never, always, "read", "write"};
static const struct feed_kind confirming = {"Fake", true, fake_open, fake_run, free, always, always, "read", "write"};
static const struct feed_kind echoing = {"Fake", false, fake_open, fake_run, free, always, always, "read", "write"};

static uint8_t plant_type = VT_real;
static bool plant_commands;     /* the variable is that of a commandable object                    */

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
    uint32_t bound = plant_commands ? q->w.speed : q->w.setp;
    struct img_binding binding = {le32_of(bound), le32_of(mk_put(&m, MK_sources, &source, sizeof source)),
                                  le32_of(0), le32_of(0)};
    struct img_variable *v = mk_at(&m, MK_variables, bound);
    v->first_binding = le32_of(mk_put(&m, MK_bindings, &binding, sizeof binding));
    v->n_bindings = le32_of(1);
    v->type = plant_commands ? v->type : plant_type;
    for (uint32_t i = bound + 1; i < mk_count(&m, MK_variables); i++)
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
    feed_result(q.feed, 0, mail_value(22));
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, shown(&q) == 22);                          /* held */
    clock_advance(&q.w.clock, 6000);
    client_writes(&q, 23);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    turn(&q);
    CHECK(u, shown(&q) == 23 && sent(&q) == 23);
    feed_result(q.feed, 0, mail_value(23));
    turn(&q);
    clock_advance(&q.w.clock, 4000);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    CHECK(u, shown(&q) == 23);                          /* 18 was before 23 */
    clock_advance(&q.w.clock, 2000);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    CHECK(u, shown(&q) == 18);                          /* the peer has decided otherwise */
    plant_close(&q);
}

/* A broker that hangs takes the write and says nothing; then it is lost. What it sent before is no answer. */
static void hanging(struct unit *u)
{
    struct plant q;
    plant_open(&q, &echoing);
    client_writes(&q, 22);
    turn(&q);
    CHECK(u, sent(&q) == 22);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    clock_advance(&q.w.clock, 90000);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    CHECK(u, shown(&q) == 22);
    feed_say(q.feed, FEED_LOST, "gone");
    feed_result(q.feed, 0, mail_bad(REL_communication_failure));
    turn(&q);
    feed_say(q.feed, FEED_CONNECTED, NULL);
    turn(&q);
    CHECK(u, shown(&q) == 22 && sent(&q) == 22);
    feed_result(q.feed, 0, mail_value(22));
    turn(&q);
    clock_advance(&q.w.clock, 6000);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    CHECK(u, shown(&q) == 22 && sent(&q) == -1);        /* nothing was said since */
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

static unsigned reliability(struct plant *q) { return q->w.db.live[q->w.av].reliability; }
static bool out_of_service(struct plant *q) { return q->w.db.live[q->w.av].flags & LIVE_OOS; }

/* One more is another value, however large it is; and what was before is no echo of it. */
static void large(struct unit *u, const struct feed_kind *kind)
{
    struct plant q;
    plant_type = VT_udint;
    plant_open(&q, kind);
    plant_type = VT_real;
    CHECK(u, !world_write_real(&q.w, q.w.av, P_max_pres_value, 0, 1e7f));
    feed_sample(q.feed, 0, mail_value(5000000));
    turn(&q);
    CHECK(u, shown(&q) == 5000000 && sent(&q) == -1);
    client_writes(&q, 5000001);
    turn(&q);
    CHECK(u, sent(&q) == 5000001);
    client_writes(&q, 5000003);                         /* while that one is under way */
    turn(&q);
    CHECK(u, sent(&q) == 5000003);
    feed_result(q.feed, 0, mail_value(5000001));
    feed_sample(q.feed, 0, mail_value(5000001));
    turn(&q);
    CHECK(u, shown(&q) == 5000003 && q.s->points[0].pending);
    feed_result(q.feed, 0, mail_value(5000003));
    turn(&q);
    feed_sample(q.feed, 0, mail_value(5000003));
    turn(&q);
    CHECK(u, shown(&q) == 5000003 && sent(&q) == -1 && !q.s->points[0].pending);
    plant_close(&q);
}

/* What the type cannot hold is no value, and any but 0 is TRUE. */
static void types(struct unit *u)
{
    struct plant q;
    plant_type = VT_usint;
    plant_open(&q, &confirming);
    feed_sample(q.feed, 0, mail_value(256));
    turn(&q);
    CHECK(u, shown(&q) == 18 && reliability(&q) == REL_over_range);
    feed_sample(q.feed, 0, mail_value(-1));
    turn(&q);
    CHECK(u, shown(&q) == 18 && reliability(&q) == REL_under_range);
    feed_sample(q.feed, 0, mail_value(255));
    turn(&q);
    CHECK(u, shown(&q) == 255 && reliability(&q) == REL_no_fault_detected && sent(&q) == -1);
    plant_close(&q);
    plant_type = VT_bool;
    plant_open(&q, &confirming);
    plant_type = VT_real;
    CHECK(u, q.w.db.cells[q.w.setp].value == 1 && sent(&q) == -1);
    plant_close(&q);
}

/* A client's value is not the source's, however near the source is to what it said before. */
static void deadband(struct unit *u)
{
    struct plant q;
    plant_open(&q, &echoing);
    q.s->points[0].deadband = 2;
    q.s->points[0].writes = false;
    feed_sample(q.feed, 0, mail_value(19));
    turn(&q);
    CHECK(u, shown(&q) == 18);
    client_writes(&q, 30);
    turn(&q);
    feed_sample(q.feed, 0, mail_value(19));
    turn(&q);
    CHECK(u, shown(&q) == 19);
    plant_close(&q);
}

/* An answer that is missing is silence: a fault at once, or after as long as it may last. */
static void silence(struct unit *u, uint64_t stale_ms)
{
    struct plant q;
    plant_open(&q, &confirming);
    q.s->points[0].stale_ms = stale_ms;
    feed_sample(q.feed, 0, mail_bad(REL_communication_failure));
    turn(&q);
    CHECK(u, reliability(&q) == (stale_ms ? REL_no_fault_detected : REL_communication_failure));
    clock_advance(&q.w.clock, 3000);
    feed_sample(q.feed, 0, mail_bad(REL_communication_failure));
    turn(&q);
    point_watch(q.s, &q.s->points[0], clock_ms(&q.w.clock));
    CHECK(u, reliability(&q) == REL_communication_failure);
    feed_sample(q.feed, 0, mail_value(18));
    turn(&q);
    CHECK(u, reliability(&q) == REL_no_fault_detected);
    plant_close(&q);
}

/* What is only written goes out again when its unit is back, and is in fault until it has arrived. */
static void written_only(struct unit *u)
{
    struct plant q;
    plant_open(&q, &blind);
    (void)sent(&q);
    client_writes(&q, 22);
    turn(&q);
    CHECK(u, sent(&q) == 22);
    feed_result(q.feed, 0, mail_bad(REL_communication_failure));
    turn(&q);
    CHECK(u, sent(&q) == -1 && reliability(&q) == REL_communication_failure);
    feed_again(q.feed, 0);
    turn(&q);
    CHECK(u, sent(&q) == 22 && reliability(&q) == REL_communication_failure);
    feed_result(q.feed, 0, mail_value(22));
    turn(&q);
    CHECK(u, sent(&q) == -1 && reliability(&q) == REL_no_fault_detected);
    plant_close(&q);
}

/* A command that the peer refuses rules over what it says: the object tells, until one of them is another. */
static void refused_command(struct unit *u, unsigned why)
{
    struct plant q;
    plant_commands = true;
    plant_open(&q, &confirming);
    plant_commands = false;
    const struct live *l = &q.w.db.live[q.w.mso];
    q.s->points[0].on_stale = STALE_OOS;
    feed_sample(q.feed, 0, mail_value(1));
    turn(&q);
    CHECK(u, l->pv == 2 && l->reliability == REL_no_fault_detected);
    for (int round = 0; round < 2; round++) {
        CHECK(u, !world_write_unsigned(&q.w, q.w.mso, P_present_value, BACNET_INDEX_ALL, 8, 3));
        turn(&q);
        for (int i = 0; i < (why == REL_communication_failure ? 4 : 1); i++) {
            CHECK(u, sent(&q) == 2);
            feed_result(q.feed, 0, mail_bad(why));
            turn(&q);
            q.s->points[0].on_stale = STALE_FAULT;
            feed_sample(q.feed, 0, mail_value(1));
            turn(&q);
        }
        CHECK(u, l->pv == 3 && l->reliability == REL_process_error && sent(&q) == -1);
        feed_sample(q.feed, 0, mail_value(1));
        turn(&q);
        CHECK(u, l->reliability == REL_process_error && !(l->flags & LIVE_OOS));
        if (!round)
            CHECK(u, !world_write_unsigned(&q.w, q.w.mso, P_present_value, BACNET_INDEX_ALL, 8, 2));
        turn(&q);
        feed_sample(q.feed, 0, mail_value(round ? 2 : 1));      /* obeyed at last              */
        turn(&q);
        CHECK(u, l->reliability == REL_no_fault_detected && sent(&q) == -1);
    }
    plant_close(&q);
}

static void say_out_of_service(struct plant *q, bool yes)
{
    uint8_t b[8];
    struct wr w = wr_of(b, sizeof b);
    wr_boolean(&w, APP, yes);
    (void)world_write(&q->w, q->w.av, P_out_of_service, BACNET_INDEX_ALL, 0, &w);
}

/* A source that is lost and back takes back what is its own: what a client took out of service stays. */
static void whose_service(struct unit *u)
{
    for (int when = 0; when < 4; when++) {              /* never, before, meanwhile, both ways */
        struct plant q;
        plant_open(&q, &confirming);
        q.s->points[0].on_stale = STALE_OOS;
        if (when == 1)
            say_out_of_service(&q, true);
        feed_say(q.feed, FEED_LOST, "gone");
        turn(&q);
        CHECK(u, out_of_service(&q));
        if (when > 1)
            say_out_of_service(&q, when == 2);
        CHECK(u, out_of_service(&q) == (when != 3));
        sources_pause(q.s);
        CHECK(u, out_of_service(&q) == (when == 1 || when == 2));
        feed_say(q.feed, FEED_CONNECTED, NULL);
        feed_sample(q.feed, 0, mail_value(18));
        turn(&q);
        CHECK(u, out_of_service(&q) == (when == 1 || when == 2));
        plant_close(&q);
    }
}

/* Lines of the log, and its last one. */
static unsigned lines(struct plant *q, char last[200])
{
    char text[8192], *p;
    ssize_t n = pread(q->log.fd, text, sizeof text - 1, 0);
    unsigned count = 0;
    text[n > 0 ? n : 0] = 0;
    last[0] = 0;
    for (p = strtok(text, "\n"); p; p = strtok(NULL, "\n"), count++)
        snprintf(last, 200, "%s", p);
    return count;
}

static void later(struct plant *q, uint64_t ms)
{
    clock_advance(&q->w.clock, ms);
    timers_take(&q->timers, clock_ms(&q->w.clock));
    for (struct timer *t; (t = timers_fired(&q->timers));)
        sources_timer(q->s, t);
}

/* A source that comes and goes: a few lines in a minute, and then how it is; a long one at once. */
static void told(struct unit *u)
{
    struct plant q;
    char last[200];
    plant_open(&q, &echoing);
    close(q.log.fd);
    char name[] = "/tmp/source-log-XXXXXX";
    q.log.fd = q.s->c.log->fd = mkstemp(name);
    for (int i = 0; i < 20; i++) {
        feed_say(q.feed, i & 1 ? FEED_CONNECTED : FEED_LOST, NULL);
        turn(&q);
        later(&q, 100);
    }
    CHECK(u, lines(&q, last) == 3);             /* with the one of the start: four */
    CHECK(u, strstr(last, "lost"));
    later(&q, 60000);
    CHECK(u, lines(&q, last) == 4 && strstr(last, "plant: connected (16 more left out)"));
    later(&q, 120000);
    CHECK(u, lines(&q, last) == 4);
    feed_say(q.feed, FEED_LOST, NULL);
    turn(&q);
    CHECK(u, lines(&q, last) == 5 && strstr(last, "plant: lost"));
    unlink(name);
    close(q.log.fd);
    plant_close(&q);
}

/* A connection that neither comes nor fails is none: after ten seconds the source is lost, until it comes. */
static void never_there(struct unit *u)
{
    struct plant q;
    plant_open(&q, &echoing);
    struct one *one = &q.s->items[0];
    one->state = FEED_CONNECTING;
    one->opened_ms = clock_ms(&q.w.clock);
    timer_set(&q.timers, &q.s->watch, clock_ms(&q.w.clock) + 50);
    later(&q, 9000);
    CHECK(u, one->state == FEED_CONNECTING && q.w.db.cells[q.w.setp].quality == REL_no_fault_detected);
    later(&q, 1000);
    CHECK(u, one->state == FEED_LOST && q.w.db.cells[q.w.setp].quality == REL_communication_failure);
    client_writes(&q, 23);
    turn(&q);
    CHECK(u, sent(&q) == -1);
    feed_say(q.feed, FEED_LOST, "refused");
    turn(&q);
    feed_say(q.feed, FEED_CONNECTED, NULL);
    turn(&q);
    CHECK(u, one->state == FEED_CONNECTED && sent(&q) == 23);
    plant_close(&q);
}

int main(void)
{
    struct unit u = {0};
    never_there(&u);
    told(&u);
    same_turn(&u, &confirming);
    same_turn(&u, &echoing);
    at_the_end_of_waiting(&u);
    hanging(&u);
    while_lost(&u, &confirming, false);
    while_lost(&u, &confirming, true);
    while_lost(&u, &echoing, false);
    while_silent(&u);
    refused(&u);
    large(&u, &confirming);
    large(&u, &echoing);
    types(&u);
    deadband(&u);
    silence(&u, 0);
    silence(&u, 2000);
    written_only(&u);
    whose_service(&u);
    refused_command(&u, REL_process_error);
    refused_command(&u, REL_communication_failure);
    return unit_end(&u);
}
