/* What clients and operators leave behind is there after a restart, under other numbers too. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/object/alarm.h"
#include "runtime/object/backup.h"
#include "runtime/object/persist.h"
#include "tests/fault/vfs.c"
#include "tests/unit/world.h"

static struct log quiet;

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

static void change(struct unit *u, struct world *w, struct store *s)
{
    struct persist p;
    CHECK(u, !persist_init(&p, s, &quiet));
    CHECK(u, persist_restore(&p, &w->db) == 0 && p.misfit == 0 && w->db.journal.on);
    CHECK(u, !persist_flush(&p) && p.n == 0);
    CHECK(u, !world_write_real(w, w->ai, P_cov_increment, 0, 2.5f));
    CHECK(u, !world_write_text(w, w->ai, P_object_name, "renamed"));
    CHECK(u, !world_write_real(w, w->av, P_present_value, 0, 25));           /* retained variable  */
    CHECK(u, !world_write_real(w, w->avc, P_present_value, 8, 40));
    CHECK(u, !world_write_real(w, w->avc, P_relinquish_default, 0, 30));
    /* limits beyond those of the project, each of which fits only with the other; a range that has become
     * narrower than what stands in it */
    CHECK(u, !world_write_real(w, w->ao, P_min_pres_value, 0, -300));
    CHECK(u, !world_write_real(w, w->ao, P_max_pres_value, 0, -200));
    CHECK(u, !world_write_real(w, w->ao, P_present_value, 5, -250));
    CHECK(u, !world_write_real(w, w->avc, P_max_pres_value, 0, 25));
    CHECK(u, !world_write_enum(w, w->bo, P_present_value, 4, 1));
    /* what is simulated is there until the object is in service again */
    CHECK(u, !world_write_boolean(w, w->msi, P_out_of_service, true));
    CHECK(u, !world_write_unsigned(w, w->msi, P_present_value, BACNET_INDEX_ALL, 0, 3));
    CHECK(u, !world_write_enum(w, w->msi, P_reliability, 0, REL_unreliable_other));
    CHECK(u, !world_write_boolean(w, w->av, P_out_of_service, true));
    CHECK(u, !world_write_real(w, w->av, P_present_value, 0, 44));
    CHECK(u, !world_write_boolean(w, w->bi, P_out_of_service, true));
    CHECK(u, !world_write_enum(w, w->bi, P_present_value, 0, 0));
    CHECK(u, !world_write_enum(w, w->bi, P_reliability, 0, REL_unreliable_other));
    CHECK(u, !world_write_boolean(w, w->bi, P_out_of_service, false));
    CHECK(u, !values_manual(&w->db, w->temp, 66, &by_operator));
    uint64_t last = w->db.journal.last, ticket = 0;
    bool ok = false;
    CHECK(u, !persist_flush(&p) && p.n > 0 && p.taken == last && w->db.journal.n == 0);
    for (int i = 0; i < 500 && ticket != last; i++) {
        usleep(10000);
        if (persist_settled(&p, &ticket, &ok))
            CHECK(u, ok);
    }
    CHECK(u, ticket == last && p.failed == 0);
    persist_fini(&p);
}

static void check(struct unit *u, struct world *w, struct store *s)
{
    struct persist p;
    float f = 0;
    CHECK(u, !persist_init(&p, s, &quiet));
    CHECK(u, persist_restore(&p, &w->db) == 0 && p.misfit == 0 && p.restored > 0);
    CHECK(u, prop_real(&w->db, w->ai, P_cov_increment, &f) && f == 2.5f);
    CHECK(u, db_find_name(w->d, "renamed", 7) == w->ai && w->d->revision == 2);
    CHECK(u, world_real(w, w->av) == 44 && w->db.cells[w->setp].value == 25);
    CHECK(u, world_real(w, w->avc) == 40);
    CHECK(u, prop_real(&w->db, w->ao, P_min_pres_value, &f) && f == -300);
    CHECK(u, prop_real(&w->db, w->ao, P_max_pres_value, &f) && f == -200);
    CHECK(u, world_real(w, w->ao) == -250);
    CHECK(u, world_number(w, w->avc, P_current_command_priority, BACNET_INDEX_ALL) == 8);
    CHECK(u, !world_write_null(w, w->avc, P_present_value, 8) && world_real(w, w->avc) == 30);
    CHECK(u, world_number(w, w->bo, P_present_value, BACNET_INDEX_ALL) == 1);
    CHECK(u, w->db.cells[w->cmd].value == 1);
    CHECK(u, world_number(w, w->msi, P_out_of_service, BACNET_INDEX_ALL) == 1);
    CHECK(u, world_number(w, w->msi, P_present_value, BACNET_INDEX_ALL) == 3);
    CHECK(u, world_number(w, w->msi, P_reliability, BACNET_INDEX_ALL) == REL_unreliable_other);
    CHECK(u, world_number(w, w->bi, P_present_value, BACNET_INDEX_ALL) == 1);
    CHECK(u, world_number(w, w->bi, P_reliability, BACNET_INDEX_ALL) == REL_no_fault_detected);
    CHECK(u, world_real(w, w->ai) == 66 && values_is_manual(&w->db, w->temp));
    CHECK(u, w->db.objects.n > 0);                           /* the write just now; nothing else   */
    persist_fini(&p);
}

/* What a write waits for: its ticket; 0: nothing. */
static uint64_t written(struct unit *u, struct world *w, uint32_t object, float v)
{
    uint8_t b[8];
    struct wr out = wr_of(b, sizeof b);
    struct origin by = {BY_CLIENT, 8, NULL};
    uint64_t ticket = 0;
    wr_real(&out, APP, v);
    CHECK(u, !prop_write(w->d, object, P_present_value, BACNET_INDEX_ALL, (struct span){b, out.len}, &by, &ticket));
    return ticket;
}

static bool stored(struct persist *p, uint64_t ticket)
{
    uint64_t newest = 0;
    bool ok = false;
    (void)persist_flush(p);
    for (int i = 0; i < 1000 && newest < ticket; i++) {
        usleep(5000);
        while (newest < ticket && persist_settled(p, &newest, &ok))
            continue;
    }
    return newest >= ticket && ok;
}

/* A disk that takes nothing: who writes the same again is not told that it is kept, because it is there
 * already; once the disk is sound, he is. */
static void doubt(struct unit *u, struct world *w, const char *dir)
{
    static const struct span me = {(const uint8_t *)"me", 2};
    struct store *s = NULL;
    struct persist p;
    char why[200];
    struct store_options o = {.queue = 1 << 20, .patience_ms = 50};
    CHECK(u, !store_open(&s, dir, &o, why, sizeof why) && !persist_init(&p, s, &quiet));
    CHECK(u, persist_restore(&p, &w->db) == 0);
    w->db.alarms.store = s;
    uint64_t first = written(u, w, w->avc, 41), again = written(u, w, w->avc, 41);
    CHECK(u, first && again == first && persist_done(&p) < first);     /* the journal has it, or the store */
    (void)persist_flush(&p);
    CHECK(u, p.taken == first && persist_done(&p) < first);
    CHECK(u, stored(&p, first) && persist_done(&p) == first);
    CHECK(u, written(u, w, w->avc, 41) == first);                      /* it is there */
    fault_writes(1, LONG_MAX, SQLITE_FULL);
    uint64_t last = w->db.journal.last;
    const uint32_t objects[] = {w->avc, w->av};                        /* by an array, and by a variable */
    for (unsigned k = 0; k < 2; k++)
        for (unsigned i = 0; i < 3; i++) {
            uint64_t ticket = written(u, w, objects[k], 43);
            CHECK(u, ticket > last && !stored(&p, ticket));
            last = w->db.journal.last;
        }
    struct event *e = &w->db.own.events[w->db.live[w->av].event];
    struct alarm_ack ack = {.state = ES_normal, .source = me};
    e->acked = 0;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t ticket = 0;
        CHECK(u, !alarm_acknowledge(&w->db, w->av, &ack, NULL, &ticket));
        CHECK(u, ticket > last && !stored(&p, ticket));
        last = w->db.journal.last;
    }
    fault_writes(0, 0, 0);
    last = written(u, w, w->avc, 43);
    for (int i = 0; i < 100 && !stored(&p, last); i++)                 /* the disk is asked now and then */
        last = written(u, w, w->avc, 43);
    CHECK(u, w->db.journal.failed == 0 && written(u, w, w->avc, 43) == last && written(u, w, w->av, 43) == last);
    /* of a source the first value after a write is stored, no other; the same one written by a client is */
    values_input(&w->db, w->setp, 45, &by_source);
    CHECK(u, w->db.journal.last == last + 1);
    values_input(&w->db, w->setp, 44, &by_source);
    CHECK(u, w->db.journal.last == last + 1);
    uint64_t ticket = written(u, w, w->av, 44);
    CHECK(u, ticket == last + 1 && stored(&p, ticket));     /* it has not gone to the store: the same entry */
    values_input(&w->db, w->setp, 44, &by_source);
    CHECK(u, written(u, w, w->av, 44) == ticket);
    w->db.alarms.store = NULL;
    persist_fini(&p);
    CHECK(u, store_close(s) == 0);
}

/* The time that the network gave: a second restart, one of the machine, one after which its clock was set or
 * was lost. `wall`, `mono`: how far the machine's clocks are from those of the moment it was given. */
static void clock_case(struct unit *u, const char *dir, int64_t wall, int64_t mono, int64_t want)
{
    struct world w;
    struct persist p;
    struct store *s = open_store(dir);
    world_make(&w, IMG_DEV_TIME_OFFSET);
    w.clock.wall_ms += wall;
    w.clock.mono_ns = (uint64_t)((int64_t)w.clock.mono_ns + mono * 1000000);
    w.db.alarms.store = s;
    CHECK(u, !persist_init(&p, s, &quiet) && persist_restore(&p, &w.db) == 0 && p.misfit == 0);
    CHECK(u, w.db.time_offset_ms == want && w.db.time_kept_ms == want);
    persist_fini(&p);
    CHECK(u, store_close(s) == 0);
    world_end(&w);
}

static void give_time(struct unit *u, const char *dir, int64_t offset)
{
    struct world w;
    struct store *s = open_store(dir);
    world_make(&w, IMG_DEV_TIME_OFFSET);
    clock_advance(&w.clock, 100000);
    w.clock.wall_ms -= 100000;
    w.db.alarms.store = s;
    w.db.time_offset_ms = offset;
    CHECK(u, persist_clock(&w.db) && !persist_clock(&w.db));
    w.db.time_offset_ms += 999;                              /* drift is not worth a commit */
    CHECK(u, !persist_clock(&w.db));
    CHECK(u, store_close(s) == 0);
    world_end(&w);
}

static void keeps_time(struct unit *u, const char *dir)
{
    const int64_t hour = 3600000;
    give_time(u, dir, -hour);
    clock_case(u, dir, 5000, 105000, -hour);                 /* the program alone */
    clock_case(u, dir, 5000, 50000, -hour);                  /* the machine: its monotonic clock began anew */
    clock_case(u, dir, 5000 + hour, 105000, 0);              /* somebody set its clock */
    clock_case(u, dir, 5000, 105000, 0);                     /* and that was that */
    give_time(u, dir, 2 * hour);
    clock_case(u, dir, -40 * 365 * 24 * hour, 0, 0);         /* it does not know the time when it starts */
    clock_case(u, dir, 5000, 105000, 0);
}

static void of_one_setting(struct world *w)
{
    struct mk m;
    mk_begin(&m);
    (void)mk_object(&m, OID(OT_device, 1001), "Main", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_file, 1), "configuration", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_schedule, 1), "program", 0, 0, IMG_NONE);
    (void)mk_object(&m, OID(OT_network_port, 1), "port", G_IPV4, 0, IMG_NONE);
    mk_device(&m, 1001, IMG_DEV_ENABLED);
    mk_link(&m);
    world_open(w, &m);
}

static void restores(struct unit *u, struct world *w, struct span file)
{
    static const struct peer who = {.mac = {10, 0, 0, 9, 0xba, 0xc0}};
    uint32_t where;
    CHECK(u, !restore_begin(w->d, &who));
    CHECK(u, !backup_write(w->d, &who, -1, file, &where));
    CHECK(u, !restore_end(w->d));
}

/* A restore is over when all of it is stored. One that was cut short by the end of the process has failed, at every
 * start until one is whole (19.1: Backup_And_Restore_State). */
static void restore_cut_short(struct unit *u, const char *dir)
{
    struct world w;
    struct persist p;
    of_one_setting(&w);
    static const struct peer who = {.mac = {10, 0, 0, 9, 0xba, 0xc0}};
    CHECK(u, !backup_begin(w.d, &who));
    uint32_t n = w.d->procedure.n;
    uint8_t *file = malloc(n);
    memcpy(file, w.d->procedure.bytes, n);
    backup_end(w.d, BACKUP_IDLE);
    for (unsigned start = 0; start < 4; start++) {
        struct store *s = open_store(dir);
        if (start) {
            world_end(&w);
            of_one_setting(&w);
        }
        CHECK(u, !persist_init(&p, s, &quiet) && persist_restore(&p, &w.db) == 0);
        CHECK(u, w.d->procedure.state == (start == 1 || start == 2 ? RESTORE_FAILED : BACKUP_IDLE));
        if (start == 0) {               /* ends when it has just begun to take effect */
            restores(u, &w, (struct span){file, n});
            CHECK(u, stored(&p, w.db.journal.last));
            CHECK(u, w.d->procedure.state == RESTORE_PERFORMING);
        } else if (start == 1) {        /* given up by the client: that changes nothing */
            CHECK(u, !restore_begin(w.d, &who));
            backup_end(w.d, BACKUP_IDLE);
            CHECK(u, w.d->procedure.state == RESTORE_FAILED);
        } else if (start == 2) {
            restores(u, &w, (struct span){file, n});
            CHECK(u, !restore_turn(w.d) && !restore_turn(w.d));
            CHECK(u, w.d->procedure.state == RESTORE_PERFORMING);
            CHECK(u, stored(&p, w.db.journal.last) && restore_turn(w.d));
            CHECK(u, w.d->procedure.state == BACKUP_IDLE);
            CHECK(u, stored(&p, w.db.journal.last));
        }
        persist_fini(&p);
        CHECK(u, store_close(s) == 0);
    }
    free(file);
    world_end(&w);
}

int main(void)
{
    struct unit u = {0, 0};
    struct world w;
    const char *base = getenv("WORK");
    char dir[300], cmd[400];
    snprintf(dir, sizeof dir, "%s/persist.XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(dir))
        return 1;
    struct store *s = open_store(dir);
    world_make(&w, 0);
    change(&u, &w, s);
    CHECK(&u, store_close(s) == 0);
    world_end(&w);
    s = open_store(dir);
    world_make(&w, 0);
    check(&u, &w, s);
    CHECK(&u, store_close(s) == 0);
    world_end(&w);
    fault_install();
    snprintf(cmd, sizeof cmd, "%s/doubt", dir);
    world_make(&w, 0);
    doubt(&u, &w, cmd);
    world_end(&w);
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
    CHECK(&u, system(cmd) == 0);
    keeps_time(&u, dir);
    CHECK(&u, system(cmd) == 0);
    restore_cut_short(&u, dir);
    CHECK(&u, system(cmd) == 0);
    return unit_end(&u);
}
