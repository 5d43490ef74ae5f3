/* An acknowledgement while every announcement waits for a slow recipient: it is taken, and its notification is
 * owed, over a restart too, and said when there is room, before the object's next transition. */
#include <stdlib.h>
#include <unistd.h>

#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/persist.h"
#include "tests/unit/world.h"

static struct log quiet;
static const struct said too_high = {.type = EV_out_of_range};

static struct store *open_store(const char *dir)
{
    struct store *s = NULL;
    char why[200] = "";
    struct store_options o = {.queue = 1 << 20};
    if (store_open(&s, dir, &o, why, sizeof why)) {
        fprintf(stderr, "store: %s\n", why);
        exit(1);
    }
    return s;
}

static void fill(struct alarms *a)
{
    while (alarms_take(a))
        continue;
}

static void enable(struct unit *u, struct world *w, uint32_t object, uint64_t bits)
{
    uint8_t b[8];
    struct wr v = wr_of(b, sizeof b);
    wr_bits(&v, APP, (struct bits){TRANSITIONS, bits});
    CHECK(u, !world_write(w, object, P_event_enable, BACNET_INDEX_ALL, 0, &v));
}

static void acknowledge(struct unit *u, struct world *w, uint32_t object)
{
    struct alarm_ack ack = {.state = ES_high_limit};
    uint64_t ticket;
    enable(u, w, object, 7);
    CHECK(u, alarm_enter(&w->db, object, ES_high_limit, &too_high));
    db_event(&w->db, object)->acked = 6;                     /* as if its class wanted it acknowledged */
    fill(&w->db.alarms);
    CHECK(u, !alarm_acknowledge(&w->db, object, &ack, NULL, &ticket));
    CHECK(u, alarm_event(&w->db, object)->acked == 7);
}

static const struct announcement *said_last(const struct world *w, uint32_t object)
{
    uint32_t i = w->db.alarms.newest[w->db.live[object].event];
    return i ? &w->db.alarms.announcements[i - 1] : NULL;
}

static bool is_ack(const struct announcement *n, const struct stamp *at)
{
    return n && n->notify == NOTIFY_ack_notification && n->transition == TO_offnormal && n->said.to == ES_high_limit &&
           !memcmp(&n->stamp, at, sizeof *at);
}

/* Some announcement is over. */
static void make_room(struct world *w)
{
    struct alarms *a = &w->db.alarms;
    uint32_t i = a->used - 1;
    while (a->announcements[i].waits || !a->announcements[i].live)
        i--;
    alarms_give(a, &a->announcements[i]);
}

static void while_it_runs(struct unit *u)
{
    struct world w;
    world_make(&w, 0);
    acknowledge(u, &w, w.ai);
    struct stamp at = alarm_event(&w.db, w.ai)->ack_at[TO_offnormal];
    CHECK(u, w.db.alarms.owing == 1 && !is_ack(said_last(&w, w.ai), &at));
    clock_advance(&w.clock, 5000);
    alarm_acks_late(&w.db);
    CHECK(u, w.db.alarms.owing == 1);                        /* there still is none */
    CHECK(u, !alarm_enter(&w.db, w.ai, ES_normal, &too_high));
    make_room(&w);
    CHECK(u, !alarm_enter(&w.db, w.ai, ES_normal, &too_high));       /* room for one: the older */
    CHECK(u, w.db.alarms.owing == 0 && is_ack(said_last(&w, w.ai), &at));
    make_room(&w);
    CHECK(u, alarm_enter(&w.db, w.ai, ES_normal, &too_high));
    CHECK(u, said_last(&w, w.ai)->transition == TO_normal);
    world_end(&w);
}

/* Nobody is told what Event_Enable does not let be told, nor of an object whose alarms are off. */
static void no_longer(struct unit *u)
{
    struct world w;
    world_make(&w, 0);
    acknowledge(u, &w, w.ai);
    alarm_forget(&w.db, w.ai);
    CHECK(u, w.db.alarms.owing == 0);
    make_room(&w);
    acknowledge(u, &w, w.ao);
    CHECK(u, w.db.alarms.owing == 1);
    enable(u, &w, w.ao, 6);
    make_room(&w);
    alarm_acks_late(&w.db);
    CHECK(u, w.db.alarms.owing == 0 && said_last(&w, w.ao)->notify != NOTIFY_ack_notification);
    world_end(&w);
}

static void after_a_restart(struct unit *u, const char *dir)
{
    struct world w;
    struct persist p;
    struct store *s = open_store(dir);
    world_make(&w, 0);
    w.db.alarms.store = s;
    CHECK(u, !persist_init(&p, s, &quiet) && !persist_restore(&p, &w.db));
    acknowledge(u, &w, w.ao);
    struct stamp at = alarm_event(&w.db, w.ao)->ack_at[TO_offnormal];
    CHECK(u, store_close(s) == 0);
    persist_fini(&p);
    world_end(&w);

    s = open_store(dir);
    world_make(&w, 0);
    w.db.alarms.store = s;
    clock_advance(&w.clock, 60000);
    CHECK(u, !persist_init(&p, s, &quiet) && !persist_restore(&p, &w.db) && p.misfit == 0);
    CHECK(u, w.db.alarms.owing == 1 && w.db.live[w.ao].event_state == ES_high_limit);
    enable(u, &w, w.ao, 7);
    alarm_acks_late(&w.db);
    CHECK(u, w.db.alarms.owing == 1 && w.db.alarms.restored);        /* behind the transition's own */
    alarms_queue(&w.db.alarms, &w.db.alarms.announcements[w.db.alarms.restored - 1]);
    w.db.alarms.restored = 0;
    alarm_acks_late(&w.db);
    CHECK(u, w.db.alarms.owing == 0 && is_ack(said_last(&w, w.ao), &at));
    CHECK(u, store_close(s) == 0);
    persist_fini(&p);
    world_end(&w);

    s = open_store(dir);                                     /* paid is paid */
    world_make(&w, 0);
    w.db.alarms.store = s;
    CHECK(u, !persist_init(&p, s, &quiet) && !persist_restore(&p, &w.db) && p.misfit == 0);
    CHECK(u, w.db.alarms.owing == 0);
    CHECK(u, store_close(s) == 0);
    persist_fini(&p);
    world_end(&w);
}

/* An image whose list is longer than a record has room for: after a restart rather all are told again than none. */
static void longer_than_a_record(struct unit *u, const char *dir)
{
    enum { MARKS = 700 };
    struct world w;
    struct persist p;
    struct store *s = open_store(dir);
    world_make(&w, 0);
    w.db.alarms.store = s;
    CHECK(u, !persist_init(&p, s, &quiet) && !persist_restore(&p, &w.db));
    enable(u, &w, w.av, 7);
    CHECK(u, alarm_enter(&w.db, w.av, ES_high_limit, &too_high));
    struct announcement *n = &w.db.alarms.announcements[w.db.alarms.newest[w.db.live[w.av].event] - 1];
    n->only = calloc(MARKS, sizeof *n->only);
    n->n_only = MARKS;
    CHECK(u, n->only && alarm_owe(&w.db, n));
    CHECK(u, store_close(s) == 0);
    persist_fini(&p);
    world_end(&w);

    s = open_store(dir);
    world_make(&w, 0);
    w.db.alarms.store = s;
    CHECK(u, !persist_init(&p, s, &quiet) && !persist_restore(&p, &w.db) && p.misfit == 0);
    n = NULL;
    for (uint32_t i = w.db.alarms.restored; i; i = w.db.alarms.announcements[i - 1].next)
        if (w.db.alarms.announcements[i - 1].event == w.db.live[w.av].event)
            n = &w.db.alarms.announcements[i - 1];
    CHECK(u, n && !n->n_only && !n->listed);
    CHECK(u, store_close(s) == 0);
    persist_fini(&p);
    world_end(&w);
}

int main(void)
{
    struct unit u = {0, 0};
    const char *base = getenv("WORK");
    char dir[300], cmd[400];
    snprintf(dir, sizeof dir, "%s/acks.XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(dir))
        return 1;
    while_it_runs(&u);
    no_longer(&u);
    after_a_restart(&u, dir);
    longer_than_a_record(&u, dir);
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
    CHECK(&u, system(cmd) == 0);
    return unit_end(&u);
}
