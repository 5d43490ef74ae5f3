/* Values: variables, objects, priority arrays, Out_Of_Service, manual mode, sources' quality. */
#include "tests/unit/world.h"

#define DENIED BAC_ERR(property, write_access_denied)
#define RANGE BAC_ERR(property, value_out_of_range)

static bool dirty(const struct db *db, uint32_t object) { return db->live[object].flags & LIVE_DIRTY; }

static void test_start(struct unit *u, struct world *w)
{
    CHECK(u, world_real(w, w->ai) == 20.5f);
    CHECK(u, world_number(w, w->bi, P_present_value, BACNET_INDEX_ALL) == 1);      /* reversed */
    CHECK(u, world_number(w, w->msv, P_present_value, BACNET_INDEX_ALL) == 2);     /* 0-base   */
    CHECK(u, world_number(w, w->mso, P_present_value, BACNET_INDEX_ALL) == 1);
    CHECK(u, w->db.objects.n == 0);
}

static void test_source(struct unit *u, struct world *w)
{
    values_input(&w->db, w->temp, 23.25, &by_source);
    CHECK(u, world_real(w, w->ai) == 23.25f);
    CHECK(u, dirty(&w->db, w->ai) && w->db.objects.n == 1 && w->db.variables.n == 1);
    values_input(&w->db, w->temp, 23.5, &by_source);
    CHECK(u, w->db.objects.n == 1);
    db_settle(&w->db);
    values_input(&w->db, w->temp, 23.5, &by_source);
    CHECK(u, w->db.objects.n == 0);
    values_quality(&w->db, w->temp, REL_communication_failure);
    CHECK(u, world_number(w, w->ai, P_reliability, BACNET_INDEX_ALL) == 12);
    CHECK(u, world_number(w, w->ai, P_status_flags, BACNET_INDEX_ALL) == SF_fault);
    CHECK(u, world_real(w, w->ai) == 23.5f);
    values_input(&w->db, w->temp, NAN, &by_source);
    CHECK(u, world_number(w, w->ai, P_reliability, BACNET_INDEX_ALL) == REL_unreliable_other);
    values_input(&w->db, w->temp, 24, &by_source);
    CHECK(u, world_number(w, w->ai, P_status_flags, BACNET_INDEX_ALL) == 0);
    /* a state that the set lacks keeps the last one */
    values_input(&w->db, w->mode, 2, &by_source);
    CHECK(u, world_number(w, w->msv, P_present_value, BACNET_INDEX_ALL) == 3);
    values_input(&w->db, w->mode, 7, &by_source);
    CHECK(u, world_number(w, w->msi, P_present_value, BACNET_INDEX_ALL) == 3);
    CHECK(u, world_number(w, w->msi, P_reliability, BACNET_INDEX_ALL) == REL_multi_state_out_of_range);
    values_input(&w->db, w->mode, 0, &by_source);
    CHECK(u, world_number(w, w->msi, P_present_value, BACNET_INDEX_ALL) == 1);
    CHECK(u, world_number(w, w->msi, P_reliability, BACNET_INDEX_ALL) == 0);
    values_input(&w->db, w->trip, 1, &by_source);
    CHECK(u, world_number(w, w->bi, P_present_value, BACNET_INDEX_ALL) == 0);
}

static void test_plain(struct unit *u, struct world *w)
{
    CHECK(u, world_write_real(w, w->av, P_present_value, 0, 25) == BAC_OK);
    CHECK(u, world_real(w, w->av) == 25 && w->db.cells[w->setp].value == 25);
    CHECK(u, world_write_real(w, w->av, P_present_value, 8, 26) == BAC_OK);       /* ignored */
    CHECK(u, world_write_real(w, w->av, P_present_value, 0, 101) == RANGE);
    CHECK(u, world_write_real(w, w->av, P_present_value, 0, -1) == RANGE);
    CHECK(u, world_write_real(w, w->av, P_present_value, 0, NAN) == RANGE);
    CHECK(u, world_write_null(w, w->av, P_present_value, 0) == BAC_OK && world_real(w, w->av) == 26);
    CHECK(u, world_write_real(w, w->ai, P_present_value, 0, 1) == DENIED);
    CHECK(u, world_write_enum(w, w->av, P_present_value, 0, 1) == BAC_ERR(property, invalid_data_type));
    CHECK(u, world_write_unsigned(w, w->msv, P_present_value, BACNET_INDEX_ALL, 0, 0) == RANGE);
    CHECK(u, world_write_unsigned(w, w->msv, P_present_value, BACNET_INDEX_ALL, 0, 4) == RANGE);
    CHECK(u, world_write_unsigned(w, w->msv, P_present_value, BACNET_INDEX_ALL, 0, 2) == BAC_OK);
    CHECK(u, w->db.cells[w->mode].value == 1);
    CHECK(u, world_number(w, w->msi, P_present_value, BACNET_INDEX_ALL) == 2);    /* same variable */
    /* the range follows what clients write to Min_Pres_Value */
    CHECK(u, world_write_real(w, w->av, P_max_pres_value, 0, 30) == BAC_OK);
    CHECK(u, world_write_real(w, w->av, P_present_value, 0, 31) == RANGE);
    CHECK(u, world_write_real(w, w->av, P_min_pres_value, 0, 31) == RANGE);
    CHECK(u, values_set(&w->db, w->setp, 22, &by_operator) == BAC_OK && world_real(w, w->av) == 22);
    CHECK(u, values_set(&w->db, w->setp, 40, &by_operator) == RANGE);
}

static void test_command(struct unit *u, struct world *w)
{
    const uint32_t all = BACNET_INDEX_ALL;
    CHECK(u, world_number(w, w->bo, P_priority_array, 0) == 16);
    CHECK(u, world_number(w, w->bo, P_priority_array, 17) == UINT64_MAX);
    for (unsigned p = 16; p >= 1; p--) {
        bac_err e = world_write_enum(w, w->bo, P_present_value, p, p & 1);
        CHECK(u, e == (p == 6 ? DENIED : BAC_OK));
        if (p != 6) {
            CHECK(u, world_number(w, w->bo, P_present_value, all) == (p & 1));
            CHECK(u, world_number(w, w->bo, P_current_command_priority, all) == p);
            CHECK(u, w->db.cells[w->cmd].value == (p & 1));
        }
    }
    for (unsigned p = 1; p <= 16; p++)
        CHECK(u, world_write_null(w, w->bo, P_present_value, p) == (p == 6 ? DENIED : BAC_OK));
    CHECK(u, world_write_null(w, w->bo, P_present_value, 1) == BAC_OK);
    CHECK(u, world_number(w, w->bo, P_current_command_priority, all) == UINT64_MAX);     /* NULL */
    CHECK(u, world_number(w, w->bo, P_present_value, all) == 0);
    CHECK(u, world_write_enum(w, w->bo, P_relinquish_default, 0, 1) == BAC_OK);
    CHECK(u, world_number(w, w->bo, P_present_value, all) == 1 && w->db.cells[w->cmd].value == 1);
    CHECK(u, world_write_enum(w, w->bo, P_relinquish_default, 0, 2) == RANGE);
    CHECK(u, world_write_enum(w, w->bo, P_present_value, 0, 2) == RANGE);
    CHECK(u, world_write_null(w, w->bo, P_priority_array, 0) == DENIED);
    /* no priority: 16; a source: 15 */
    CHECK(u, world_write_unsigned(w, w->mso, P_present_value, all, 0, 2) == BAC_OK);
    CHECK(u, world_number(w, w->mso, P_current_command_priority, all) == 16);
    values_input(&w->db, w->speed, 2, &by_source);
    CHECK(u, world_number(w, w->mso, P_present_value, all) == 3);
    CHECK(u, world_number(w, w->mso, P_current_command_priority, all) == 15);
    CHECK(u, world_write_real(w, w->avc, P_present_value, 3, 1000) == RANGE);
}

static void test_out_of_service(struct unit *u, struct world *w)
{
    const uint32_t all = BACNET_INDEX_ALL;
    values_input(&w->db, w->temp, 18, &by_source);
    CHECK(u, world_write_enum(w, w->ai, P_reliability, 0, 2) == DENIED);
    CHECK(u, world_write_boolean(w, w->ai, P_out_of_service, true) == BAC_OK);
    CHECK(u, world_number(w, w->ai, P_status_flags, all) == SF_out_of_service);
    CHECK(u, world_write_real(w, w->ai, P_present_value, 0, 5.5f) == BAC_OK);
    values_input(&w->db, w->temp, 19, &by_source);
    CHECK(u, world_real(w, w->ai) == 5.5f && w->db.cells[w->temp].value == 19);
    CHECK(u, world_write_enum(w, w->ai, P_reliability, 0, 2) == BAC_OK);
    CHECK(u, world_number(w, w->ai, P_status_flags, all) == (SF_out_of_service | SF_fault));
    CHECK(u, world_write_enum(w, w->ai, P_reliability, 0, 99) == RANGE);
    CHECK(u, world_write_boolean(w, w->ai, P_out_of_service, false) == BAC_OK);
    CHECK(u, world_real(w, w->ai) == 19 && world_number(w, w->ai, P_status_flags, all) == 0);
    /* an output is frozen, its commands are remembered */
    (void)world_write_enum(w, w->bo, P_present_value, 8, 0);
    CHECK(u, world_write_boolean(w, w->bo, P_out_of_service, true) == BAC_OK);
    CHECK(u, world_write_enum(w, w->bo, P_present_value, 8, 1) == BAC_OK);
    CHECK(u, world_number(w, w->bo, P_present_value, all) == 1 && w->db.cells[w->cmd].value == 0);
    CHECK(u, world_write_boolean(w, w->bo, P_out_of_service, false) == BAC_OK);
    CHECK(u, w->db.cells[w->cmd].value == 1);
    /* reverse polarity is not applied to what a client simulates */
    (void)world_write_boolean(w, w->bi, P_out_of_service, true);
    CHECK(u, world_write_enum(w, w->bi, P_present_value, 0, 1) == BAC_OK);
    CHECK(u, world_number(w, w->bi, P_present_value, all) == 1);
    (void)world_write_boolean(w, w->bi, P_out_of_service, false);
}

static void test_manual(struct unit *u, struct world *w)
{
    const uint32_t all = BACNET_INDEX_ALL;
    values_input(&w->db, w->temp, 10, &by_source);
    CHECK(u, values_manual(&w->db, w->temp, 50, &by_operator) == BAC_OK);
    CHECK(u, world_real(w, w->ai) == 50);
    CHECK(u, world_number(w, w->ai, P_status_flags, all) == SF_overridden);
    values_input(&w->db, w->temp, 11, &by_source);
    CHECK(u, world_real(w, w->ai) == 50);
    values_auto(&w->db, w->temp, &by_operator);
    CHECK(u, world_real(w, w->ai) == 11 && !world_number(w, w->ai, P_status_flags, all));
    /* a commandable one: commands go on beneath */
    CHECK(u, values_manual(&w->db, w->cmd, 0, &by_operator) == BAC_OK);
    CHECK(u, world_write_enum(w, w->bo, P_present_value, 2, 1) == BAC_OK);
    CHECK(u, world_number(w, w->bo, P_present_value, all) == 0 && w->db.cells[w->cmd].value == 0);
    values_auto(&w->db, w->cmd, &by_operator);
    CHECK(u, world_number(w, w->bo, P_present_value, all) == 1 && w->db.cells[w->cmd].value == 1);
    /* a plain writable one refuses clients meanwhile */
    CHECK(u, values_manual(&w->db, w->setp, 20, &by_operator) == BAC_OK);
    CHECK(u, world_write_real(w, w->av, P_present_value, 0, 22) == DENIED);
    values_auto(&w->db, w->setp, &by_operator);
    CHECK(u, values_manual(&w->db, w->mode, 9, &by_operator) == RANGE);
}

static void test_journal(struct unit *u, struct world *w)
{
    struct journal_entry e = {0};
    uint64_t ticket = 0, taken;
    uint8_t b[8];
    struct wr v = wr_of(b, sizeof b);
    w->db.journal.on = true;
    wr_real(&v, APP, 0.5f);
    struct span s = {b, v.len};
    CHECK(u, !prop_write(w->d, w->ai, P_cov_increment, BACNET_INDEX_ALL, s, &by_client, &ticket));
    CHECK(u, ticket == 1 && journal_take(&w->db.journal, &e, &taken) && taken == 1);
    CHECK(u, e.kind == JOURNAL_PROPERTY && e.object == w->ai && e.arg == P_cov_increment);
    CHECK(u, !prop_write(w->d, w->avc, P_present_value, BACNET_INDEX_ALL, s, &by_client, &ticket));
    CHECK(u, ticket == 2 && journal_take(&w->db.journal, &e, &taken) && e.kind == JOURNAL_PRIORITY);
    CHECK(u, !prop_write(w->d, w->av, P_present_value, BACNET_INDEX_ALL, s, &by_client, &ticket));
    CHECK(u, ticket == 3 && journal_take(&w->db.journal, &e, &taken) && e.kind == JOURNAL_VARIABLE);
    while (journal_room(&w->db.journal))
        journal_note(&w->db.journal, JOURNAL_VARIABLE, (uint32_t)w->db.journal.n, 1);
    CHECK(u, prop_write(w->d, w->av, P_cov_increment, BACNET_INDEX_ALL, s, &by_client, &ticket) ==
                 BAC_ERR(resources, no_space_to_write_property));
}

int main(void)
{
    struct unit u = {0, 0};
    struct world w;
    world_make(&w, 0);
    test_start(&u, &w);
    test_source(&u, &w);
    test_plain(&u, &w);
    test_command(&u, &w);
    test_out_of_service(&u, &w);
    test_manual(&u, &w);
    test_journal(&u, &w);
    world_end(&w);
    return unit_end(&u);
}
