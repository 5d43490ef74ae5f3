/* Several things in one turn of the loop, and turns with another image or a restore between them: nothing
 * that somebody did is lost to the order in which the engines look (runtime/engine, object/carry.h). */
#include "runtime/data/change.h"
#include "runtime/engine/engines.h"
#include "runtime/engine/manage.h"
#include "runtime/object/alarm.h"
#include "runtime/object/backup.h"
#include "runtime/object/carry.h"
#include "tests/unit/world.h"

struct plant {
    struct world w;
    struct timers timers;
    struct engines e;
    uint32_t schedule;
};

static void bits(struct plant *p, uint32_t object, uint32_t property, struct bits v)
{
    uint8_t b[8];
    struct wr w = wr_of(b, sizeof b);
    wr_bits(&w, APP, v);
    if (world_write(&p->w, object, property, BACNET_INDEX_ALL, 0, &w))
        exit(1);
}

/* Its variable `trip` resets the latched alarm of `temp`, which is above 50. */
static void world_with_alarm(struct plant *p)
{
    struct mk m;
    mk_begin(&m);
    world_variables(&p->w, &m);
    world_objects(&p->w, &m);
    for (uint32_t i = 0; i < mk_count(&m, MK_alarms); i++) {
        struct img_alarm *a = mk_at(&m, MK_alarms, i);
        if (le32_get(a->object) != p->w.ai)
            continue;
        a->reset = RESET_manual;
        a->reset_variable = le32_of(p->w.trip);
    }
    mk_device(&m, 1001, IMG_DEV_ENABLED);
    mk_link(&m);
    world_open(&p->w, &m);
}

static void turn(struct plant *p)
{
    (void)engines_turn(&p->e);
    db_settle(&p->w.db);
}

static void open_plant(struct plant *p)
{
    if (timers_init(&p->timers, ENGINES_TIMERS + 8) || engines_open(&p->e, &p->w.db, &p->timers))
        exit(1);
    turn(p);
}

static void close_plant(struct plant *p)
{
    engines_close(&p->e);
    timers_fini(&p->timers);
    world_end(&p->w);
}

static void alarm_plant(struct plant *p, uint32_t delay_s)
{
    world_with_alarm(p);
    open_plant(p);
    if (world_write_boolean(&p->w, p->w.ai, P_event_algorithm_inhibit, false) ||
        world_write_real(&p->w, p->w.ai, P_high_limit, 0, 50) ||
        world_write_real(&p->w, p->w.ai, P_fault_high_limit, 0, 1000) ||
        world_write_unsigned(&p->w, p->w.ai, P_time_delay, BACNET_INDEX_ALL, 0, delay_s) ||
        world_write_unsigned(&p->w, p->w.ai, P_time_delay_normal, BACNET_INDEX_ALL, 0, 0))
        exit(1);
    bits(p, p->w.ai, P_limit_enable, (struct bits){2, 3});
    bits(p, p->w.ai, P_event_enable, (struct bits){3, 7});
    turn(p);
    clock_advance(&p->w.clock, 60000);
    turn(p);
}

static void set(struct plant *p, uint32_t variable, double v) { values_input(&p->w.db, variable, v, &by_source); }
static uint8_t state(const struct plant *p) { return p->w.db.live[p->w.ai].event_state; }

/* The cause goes and the reset comes in one turn, whichever is first. */
static void reset_with_the_end(struct unit *u, bool reset_first)
{
    struct plant p;
    alarm_plant(&p, 0);
    set(&p, p.w.temp, 60);
    turn(&p);
    CHECK(u, state(&p) == ES_high_limit);
    if (reset_first)
        set(&p, p.w.trip, 1);
    set(&p, p.w.temp, 20);
    set(&p, p.w.trip, 1);
    turn(&p);
    turn(&p);
    CHECK(u, state(&p) == ES_normal);
    close_plant(&p);
}

/* One that comes while the cause is there resets nothing, then or later. */
static void reset_too_early(struct unit *u)
{
    struct plant p;
    alarm_plant(&p, 0);
    set(&p, p.w.temp, 60);
    turn(&p);
    set(&p, p.w.trip, 1);
    turn(&p);
    CHECK(u, state(&p) == ES_high_limit);
    set(&p, p.w.temp, 20);
    turn(&p);
    CHECK(u, state(&p) == ES_high_limit && alarm_event(&p.w.db, p.w.ai)->memory);
    set(&p, p.w.trip, 0);
    turn(&p);
    CHECK(u, state(&p) == ES_high_limit);
    set(&p, p.w.trip, 1);
    turn(&p);
    CHECK(u, state(&p) == ES_normal);
    close_plant(&p);
}

/* Another image takes over; what it shares with the one before goes on. */
static void reload(struct unit *u, struct plant *p)
{
    struct plant next = {.schedule = p->schedule};
    struct carry c;
    world_with_alarm(&next);
    next.w.clock = p->w.clock;
    CHECK(u, !carry_open(&c, &p->w.db, &next.w.db));
    carry_rest(&c);
    carry_close(&c);
    struct db was = p->w.db;
    p->w.db = next.w.db;
    p->w.db.clock = &p->w.clock;
    p->w.db.outbox = &p->w.outbox;
    p->w.d = &p->w.db.devices[0];
    p->w.d->db = &p->w.db;
    outbox_fini(&next.w.outbox);
    db_settle(&p->w.db);
    CHECK(u, !engines_again(&p->e));
    db_close(&was);
    turn(p);
}

/* A delay that runs is not begun anew by a reload; one that has not begun does not run. */
static void delay_over_reload(struct unit *u)
{
    struct plant p;
    alarm_plant(&p, 10);
    set(&p, p.w.temp, 60);
    turn(&p);
    clock_advance(&p.w.clock, 7000);
    turn(&p);
    reload(u, &p);
    CHECK(u, state(&p) == ES_normal);
    clock_advance(&p.w.clock, 2900);
    turn(&p);
    CHECK(u, state(&p) == ES_normal);
    clock_advance(&p.w.clock, 200);
    turn(&p);
    CHECK(u, state(&p) == ES_high_limit);
    close_plant(&p);
    alarm_plant(&p, 10);
    reload(u, &p);
    clock_advance(&p.w.clock, 60000);
    set(&p, p.w.temp, 60);
    turn(&p);
    CHECK(u, state(&p) == ES_normal);
    close_plant(&p);
}

/* DeviceCommunicationControl for five minutes, and a reload in between: it ends nevertheless. */
static void silence_over_reload(struct unit *u)
{
    struct plant p;
    alarm_plant(&p, 0);
    manage_communication(p.w.d, 2, clock_ms(&p.w.clock) + 300000);
    turn(&p);
    reload(u, &p);
    CHECK(u, p.w.d->communication == 2);
    clock_advance(&p.w.clock, 299000);
    turn(&p);
    CHECK(u, p.w.d->communication == 2);
    clock_advance(&p.w.clock, 2000);
    turn(&p);
    CHECK(u, p.w.d->communication == 0);
    close_plant(&p);
}

/* A restore brings another program: the Schedule follows it at once. */
static void schedule_restored(struct unit *u)
{
    struct plant p;
    struct mk m;
    static const struct peer who = {.mac = {10, 0, 0, 9, 0xba, 0xc0}};
    uint32_t where;
    mk_begin(&m);
    (void)mk_object(&m, OID(OT_device, 1001), "Main", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_file, 1), "configuration", 0, 0, IMG_NONE);
    p.schedule = mk_object(&m, OID(OT_schedule, 1), "program", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_network_port, 1), "port", G_IPV4, 0, IMG_NONE);
    mk_device(&m, 1001, IMG_DEV_ENABLED);
    mk_link(&m);
    world_open(&p.w, &m);
    open_plant(&p);
    CHECK(u, !world_write_real(&p.w, p.schedule, P_schedule_default, 0, 10));
    turn(&p);
    CHECK(u, world_real(&p.w, p.schedule) == 10);
    CHECK(u, !backup_begin(p.w.d, &who));
    struct procedure *now = &p.w.d->procedure;
    uint32_t n = now->n;
    uint8_t *file = malloc(n);
    memcpy(file, now->bytes, n);
    backup_end(p.w.d, BACKUP_IDLE);
    CHECK(u, !world_write_real(&p.w, p.schedule, P_schedule_default, 0, 33));
    turn(&p);
    CHECK(u, world_real(&p.w, p.schedule) == 33);
    CHECK(u, !restore_begin(p.w.d, &who));
    CHECK(u, !backup_write(p.w.d, &who, -1, (struct span){file, n}, &where));
    CHECK(u, !restore_end(p.w.d));
    for (unsigned i = 0; i < 3; i++)
        turn(&p);
    CHECK(u, !now->applying && world_real(&p.w, p.schedule) == 10);
    free(file);
    close_plant(&p);
}

/* ---- notifications ---- */

static void recipient(struct plant *p)
{
    uint8_t b[64];
    struct wr w = wr_of(b, sizeof b);
    wr_bits(&w, APP, (struct bits){7, 127});
    wr_time(&w, APP, (struct btime){0, 0, 0, 0});
    wr_time(&w, APP, (struct btime){23, 59, 59, 99});
    wr_oid(&w, 0, OID(OT_device, 2001));
    wr_unsigned(&w, APP, 1);
    wr_boolean(&w, APP, true);
    wr_bits(&w, APP, (struct bits){3, 7});
    if (world_write(&p->w, p->w.nc, P_recipient_list, BACNET_INDEX_ALL, 0, &w) ||
        world_write_unsigned(&p->w, p->w.nc, P_priority, 1, 0, 10) ||           /* to-offnormal */
        world_write_unsigned(&p->w, p->w.nc, P_priority, 3, 0, 200) ||
        world_write_unsigned(&p->w, p->w.ai, P_notification_class, BACNET_INDEX_ALL, 0, 1))
        exit(1);
    turn(p);
}

/* The next notification goes out; arg2 0: none does. */
static struct intent said(struct plant *p)
{
    struct intent none = {0};
    const struct intent *first = outbox_first(&p->w.outbox);
    if (!first)
        return none;
    none = *first;
    outbox_drop(&p->w.outbox);
    return none;
}

static void answered(struct plant *p, const struct intent *what, enum delivery_end how)
{
    delivery_end(&p->w.db.alarms, what->arg, what->arg2, how);
    turn(p);
}

static void alarm_over(struct plant *p)
{
    set(p, p->w.trip, 0);
    set(p, p->w.temp, 20);
    turn(p);
    set(p, p->w.trip, 1);
    turn(p);
}

/* A request that is lost is made again seconds later: what the same object says next waits for that, or
 * a recipient would hear of the end first and of the alarm last. */
static void in_order(struct unit *u)
{
    struct plant p;
    alarm_plant(&p, 0);
    recipient(&p);
    set(&p, p.w.temp, 60);
    turn(&p);
    struct intent a = said(&p);
    CHECK(u, a.arg2 && !said(&p).arg2);
    answered(&p, &a, DELIVERY_DONE);                    /* it is there: several may be under way */
    alarm_over(&p);
    struct intent b = said(&p);
    CHECK(u, state(&p) == ES_normal && b.arg2 && !said(&p).arg2);
    set(&p, p.w.temp, 60);                              /* more urgent, which changes nothing    */
    turn(&p);
    turn(&p);
    CHECK(u, state(&p) == ES_high_limit && !said(&p).arg2);
    clock_advance(&p.w.clock, 9000);
    answered(&p, &b, DELIVERY_FAILED);                  /* it is looked for once more            */
    struct intent again = said(&p);
    CHECK(u, again.arg2 == b.arg2 && !said(&p).arg2);
    answered(&p, &again, DELIVERY_DONE);
    struct intent c = said(&p);
    CHECK(u, c.arg2 && c.arg2 != b.arg2 && !said(&p).arg2);
    answered(&p, &c, DELIVERY_AGAIN);                   /* the device was restarted meanwhile    */
    c = said(&p);
    CHECK(u, c.arg2 && !said(&p).arg2);
    answered(&p, &c, DELIVERY_DONE);
    CHECK(u, p.w.db.alarms.sent == 3 && p.w.db.alarms.taken == 0);
    close_plant(&p);
}

int main(void)
{
    struct unit u = {0};
    in_order(&u);
    reset_with_the_end(&u, false);
    reset_with_the_end(&u, true);
    reset_too_early(&u);
    delay_over_reload(&u);
    silence_over_reload(&u);
    schedule_restored(&u);
    return unit_end(&u);
}
