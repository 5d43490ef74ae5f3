/* object/carry.h: whatever is changed, and whenever while an image is carried to the next, the next one
 * then answers every property of every object as the old one did. */
#include "runtime/object/carry.h"

#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/binary.h"
#include "tests/unit/world.h"

static const struct said cause = {.type = EV_out_of_range, .flags = 1};

static bool input(struct world *w)
{
    values_input(&w->db, w->temp, 33.25, &by_source);
    values_input(&w->db, w->mode, 3, &by_source);
    return world_real(w, w->ai) == 33.25f;
}

static bool quality(struct world *w)
{
    values_quality(&w->db, w->temp, REL_communication_failure);
    return world_number(w, w->ai, P_reliability, BACNET_INDEX_ALL) == REL_communication_failure;
}

static bool quality_again(struct world *w)
{
    values_input(&w->db, w->temp, 20.5, &by_source);        /* nothing but the quality changes */
    return !w->db.cells[w->temp].quality;
}

static bool command(struct world *w)
{
    return !world_write_real(w, w->ao, P_present_value, 5, 44) &&
           !world_write_real(w, w->ao, P_present_value, 9, 45) &&
           !world_write_enum(w, w->bo, P_present_value, 4, 1) && world_real(w, w->ao) == 44;
}

static bool relinquish(struct world *w)
{
    return !world_write_null(w, w->ao, P_present_value, 5) && world_real(w, w->ao) != 44;
}

static bool fallback(struct world *w)
{
    return !world_write_real(w, w->avc, P_relinquish_default, 0, 31);
}

static bool write_variable(struct world *w) { return !world_write_real(w, w->av, P_present_value, 0, 25); }
static bool hold(struct world *w) { return !values_manual(&w->db, w->temp, 66, &by_operator); }

static bool let_go(struct world *w)
{
    values_auto(&w->db, w->temp, &by_operator);
    return !values_is_manual(&w->db, w->temp);
}

static bool out_of_service(struct world *w)
{
    return !world_write_boolean(w, w->msi, P_out_of_service, true) &&
           !world_write_boolean(w, w->ai, P_out_of_service, true) &&
           !world_write_real(w, w->ai, P_present_value, 0, 12) &&
           !world_write_enum(w, w->ai, P_reliability, 0, REL_no_sensor);
}

static bool in_service(struct world *w) { return !world_write_boolean(w, w->ai, P_out_of_service, false); }
static bool constant(struct world *w) { return !world_write_real(w, w->ai, P_cov_increment, 0, 2.5f); }
static bool rename_it(struct world *w) { return !world_write_text(w, w->ai, P_object_name, "renamed"); }

static bool count(struct world *w)
{
    uint64_t was = w->db.binaries[w->db.live[w->bi].binary].changes;
    values_input(&w->db, w->trip, w->db.cells[w->trip].value == 0, &by_source);
    return w->db.binaries[w->db.live[w->bi].binary].changes == was + 1;
}

static bool set_count(struct world *w) { return !binary_write(&w->db, w->bi, PC_state_count, 77); }

static bool alarm_comes(struct world *w)
{
    bool came = alarm_enter(&w->db, w->ai, ES_high_limit, &cause);
    db_event(&w->db, w->ai)->acked &= (uint8_t)~(1u << TO_offnormal);    /* as if the class asked for it */
    return came && w->db.live[w->ai].event_state == ES_high_limit;
}

static bool alarm_stays(struct world *w)
{
    alarm_remember(&w->db, w->ai, true);
    return alarm_event(&w->db, w->ai)->memory;
}

static const struct span who = {(const uint8_t *)"me", 2};

static bool alarm_taken(struct world *w)
{
    uint64_t ticket = 0;
    return alarm_acknowledge_all(&w->db, w->ai, who, &ticket) == 1 && alarm_event(&w->db, w->ai)->acked == 7;
}

static bool alarm_reset_it(struct world *w)
{
    uint64_t ticket = 0;
    return alarm_reset(&w->db, w->ai, who, &ticket);
}

static bool alarm_goes(struct world *w)
{
    return alarm_enter(&w->db, w->ai, ES_normal, &cause) && w->db.live[w->ai].event_state == ES_normal;
}

static bool fault(struct world *w)
{
    values_fault(&w->db, w->av, REL_over_range);
    return world_number(w, w->av, P_reliability, BACNET_INDEX_ALL) == REL_over_range;
}

static bool state(struct world *w)
{
    values_event_state(&w->db, w->bv, ES_offnormal);
    return w->db.live[w->bv].event_state == ES_offnormal;
}

/* In this order one after the other: some need what an earlier one did. */
static const struct {
    const char *name;
    bool (*make)(struct world *w);
} changes[] = {
    {"input", input}, {"quality", quality}, {"quality again", quality_again}, {"command", command},
    {"relinquish", relinquish}, {"relinquish default", fallback}, {"variable", write_variable},
    {"manual", hold}, {"auto", let_go}, {"out of service", out_of_service}, {"in service", in_service},
    {"constant", constant}, {"rename", rename_it}, {"count", count}, {"count written", set_count},
    {"alarm", alarm_comes}, {"memory", alarm_stays}, {"ack", alarm_taken}, {"reset", alarm_reset_it},
    {"normal", alarm_goes}, {"fault", fault}, {"event state", state},
};
enum { CHANGES = sizeof changes / sizeof *changes };

static void same_properties(struct unit *u, struct world *a, struct world *b, uint32_t object, const char *what)
{
    static uint8_t x[4096], y[4096];
    const struct shape *s = &a->db.shapes[le16_get(a->db.img.objects[object].shape)];
    for (uint32_t k = 0; k < s->n_slots; k++) {
        uint32_t property = a->db.slots[s->first_slot + k].property;
        bac_err e, f;
        struct wr p = world_read(a, object, property, BACNET_INDEX_ALL, x, sizeof x, &e);
        struct wr q = world_read(b, object, property, BACNET_INDEX_ALL, y, sizeof y, &f);
        if (!CHECK(u, e == f && (e || (p.len == q.len && !memcmp(x, y, p.len)))))
            fprintf(stderr, "  %s: object %u, property %u\n", what, object, property);
    }
}

static void same(struct unit *u, struct world *a, struct world *b, const char *what)
{
    for (uint32_t i = 0; i < a->db.img.n_objects; i++) {
        same_properties(u, a, b, i, what);
        uint32_t e = a->db.live[i].event, f = b->db.live[i].event;
        CHECK(u, e == f);
        if (e == DB_NONE)
            continue;
        CHECK(u, a->db.events[e].memory == b->db.events[f].memory);
        CHECK(u, a->db.events[e].reset == b->db.events[f].reset);
        CHECK(u, a->db.live[i].fault == b->db.live[i].fault);
    }
    for (uint32_t i = 0; i < a->db.img.n_variables; i++) {
        const struct cell *x = &a->db.cells[i], *y = &b->db.cells[i];
        if (!CHECK(u, x->value == y->value && x->time_ms == y->time_ms && x->quality == y->quality &&
                          x->writer == y->writer && !((x->flags ^ y->flags) & CELL_MANUAL) &&
                          (!(x->flags & CELL_INPUT) || x->input == y->input)))
            fprintf(stderr, "  %s: variable %u\n", what, i);
    }
}

/* Changes before `from` are made before anything is carried, those before `to` after some of it was, the
 * rest when all was carried once. `slice` at a time. */
static void one(struct unit *u, unsigned from, unsigned to, uint32_t slice)
{
    struct world a, b;
    struct carry c;
    char what[80];
    unsigned k = 0;
    world_make(&a, 0);
    world_make(&b, 0);
    binary_start(&a.db);
    clock_advance(&a.clock, 5000);
    clock_advance(&b.clock, 5000);
    for (; k < from; k++)
        CHECK(u, changes[k].make(&a));
    CHECK(u, !carry_open(&c, &a.db, &b.db));
    CHECK(u, c.gone == 0 && c.fresh == 0);
    for (; k < to; k++) {
        (void)carry_some(&c, slice);
        CHECK(u, changes[k].make(&a));
    }
    while (c.done < c.all)
        (void)carry_some(&c, slice);
    for (; k < CHANGES; k++) {
        if (k % 2)
            (void)carry_some(&c, slice);
        if (!CHECK(u, changes[k].make(&a)))
            fprintf(stderr, "  %s\n", changes[k].name);
    }
    carry_rest(&c);
    CHECK(u, a.db.stirred_objects.n == 0 && a.db.stirred_variables.n == 0);
    binary_start(&b.db);
    snprintf(what, sizeof what, "%u %u %u", from, to, slice);
    same(u, &a, &b, what);
    carry_close(&c);
    world_end(&a);
    world_end(&b);
}

/* Only change `last` comes after everything was carried, so that nothing else carries it along. */
static void alone(struct unit *u, unsigned last)
{
    struct world a, b;
    struct carry c;
    world_make(&a, 0);
    world_make(&b, 0);
    binary_start(&a.db);
    for (unsigned k = 0; k < last; k++)
        CHECK(u, changes[k].make(&a));
    CHECK(u, !carry_open(&c, &a.db, &b.db));
    while (carry_some(&c, 3))
        continue;
    CHECK(u, changes[last].make(&a));
    if (!CHECK(u, a.db.stirred_objects.n + a.db.stirred_variables.n > 0))
        fprintf(stderr, "  %s\n", changes[last].name);
    carry_rest(&c);
    binary_start(&b.db);
    same(u, &a, &b, changes[last].name);
    carry_close(&c);
    world_end(&a);
    world_end(&b);
}

/* An image of before has two variables of one identity: each goes to the one of its name. */
static void twins(struct unit *u)
{
    struct world a, b;
    struct carry c;
    struct world *both[] = {&a, &b};
    for (int i = 0; i < 2; i++) {
        world_make(both[i], 0);
        const struct img_identity *ids = both[i]->db.img.variable_ids;
        memcpy((uint8_t *)(uintptr_t)ids[both[i]->setp].b, ids[both[i]->temp].b, sizeof ids->b);
    }
    binary_start(&a.db);
    for (unsigned k = 0; k < CHANGES; k++)
        CHECK(u, changes[k].make(&a));
    CHECK(u, !carry_open(&c, &a.db, &b.db));
    CHECK(u, c.variable[a.temp] == b.temp && c.variable[a.setp] == b.setp);
    carry_rest(&c);
    binary_start(&b.db);
    same(u, &a, &b, "twins");
    carry_close(&c);
    world_end(&a);
    world_end(&b);
}

/* Changes that wait for storage, which is full, wait for it with the next image as well. */
static void waiting(struct unit *u)
{
    struct world a, b;
    struct carry c;
    struct journal_entry e;
    uint64_t ticket;
    world_make(&a, 0);
    world_make(&b, 0);
    a.db.journal.on = b.db.journal.on = true;
    CHECK(u, !world_write_real(&a, a.av, P_present_value, 0, 25));
    CHECK(u, !world_write_real(&a, a.ao, P_present_value, 9, 45));
    CHECK(u, !world_write_real(&a, a.ai, P_cov_increment, 0, 2.5f));
    CHECK(u, a.db.journal.n == 3);
    b.db.journal.last = a.db.journal.last;
    CHECK(u, !carry_open(&c, &a.db, &b.db));
    c.object[a.ao] = DB_NONE;                           /* gone in the next one */
    carry_rest(&c);
    CHECK(u, b.db.journal.n == 2 && b.db.journal.on);
    CHECK(u, journal_take(&b.db.journal, &e, &ticket) && e.kind == JOURNAL_VARIABLE && e.object == b.setp);
    CHECK(u, ticket == a.db.journal.last + 1);
    CHECK(u, journal_take(&b.db.journal, &e, &ticket) && e.kind == JOURNAL_PROPERTY && e.object == b.ai &&
                 e.arg == P_cov_increment);
    carry_close(&c);
    world_end(&a);
    world_end(&b);
}

static void marks(struct unit *u)
{
    uint64_t words[4] = {0};
    struct stirred s = {words, 0};
    static const uint32_t some[] = {0, 1, 63, 64, 127, 128, 191};
    CHECK(u, stirred_next(&s, 0, 192) == 192);
    for (unsigned i = 0; i < 7; i++) {
        stir(&s, some[i]);
        stir(&s, some[i]);
    }
    CHECK(u, s.n == 7 && stirred_words(192) <= 4);
    uint32_t at = 0;
    for (unsigned i = 0; i < 7; i++, at++) {
        at = stirred_next(&s, at, 192);
        CHECK(u, at == some[i]);
    }
    CHECK(u, stirred_next(&s, at, 192) == 192 && stirred_next(&s, 2, 63) == 63);
    for (unsigned i = 0; i < 7; i++) {
        stirred_clear(&s, some[i]);
        stirred_clear(&s, some[i]);
    }
    CHECK(u, s.n == 0 && stirred_next(&s, 0, 192) == 192);
}

int main(void)
{
    struct unit u = {0};
    marks(&u);
    waiting(&u);
    twins(&u);
    for (unsigned k = 0; k < CHANGES; k++)
        alone(&u, k);
    for (unsigned from = 0; from <= CHANGES; from += 3)
        for (unsigned to = from; to <= CHANGES; to += 2)
            for (uint32_t slice = 1; slice < 40; slice += 6)
                one(&u, from, to, slice);
    return unit_end(&u);
}
