/* Property access over every object type, every property and every wrong kind of access, from the
 * property rows: the exact error class and code (135-2020 clauses 15.5, 15.9). */
#include "runtime/data/change.h"
#include "runtime/wire/types.h"
#include "tests/unit/world.h"

#define DENIED BAC_ERR(property, write_access_denied)
#define NOT_ARRAY BAC_ERR(property, property_is_not_an_array)
#define BAD_INDEX BAC_ERR(property, invalid_array_index)
#define BAD_TYPE BAC_ERR(property, invalid_data_type)

enum { ROOM = 4096 };

static const struct obj_def *def_of(const struct world *w, uint32_t object)
{
    return obj_def(oid_type(db_oid(&w->db, object)));
}

/* Says which row it was, once per failure. */
static void expect(struct unit *u, const struct world *w, uint32_t object, const struct prop_def *row,
                   const char *what, bac_err got, bac_err want)
{
    if (CHECK(u, got == want))
        return;
    fprintf(stderr, "    %s %s, %s: %s %s, not %s %s\n", object_type_name(def_of(w, object)->type),
            property_name(row->property), what, error_class_name(bac_err_class(got)),
            got ? error_code_name(bac_err_code(got)) : "done", error_class_name(bac_err_class(want)),
            want ? error_code_name(bac_err_code(want)) : "done");
}

static void read_row(struct unit *u, struct world *w, uint32_t object, const struct prop_def *row)
{
    uint8_t b[ROOM];
    bac_err e;
    bool there = db_slot(&w->db, object, row->property) != NULL;
    struct wr all = world_read(w, object, row->property, BACNET_INDEX_ALL, b, ROOM, &e);
    expect(u, w, object, row, "read", e, there ? BAC_OK : BAC_ERR(property, unknown_property));
    if (!there)
        return;
    struct rd r = rd_of(b, all.len);
    unsigned kind = mk_kind(def_of(w, object), row);
    bool null = rd_is(&r, APP, TAG_null);
    if (row->form == SCALAR && kind <= DT_oid && !null)
        CHECK(u, rd_is(&r, APP, kind));
    while (rd_left(&r))
        (void)rd_element(&r);
    CHECK(u, rd_ok(&r));
    if (row->form != ARRAY) {
        (void)world_read(w, object, row->property, 0, b, ROOM, &e);
        expect(u, w, object, row, "read [0]", e, NOT_ARRAY);
        (void)world_read(w, object, row->property, 1, b, ROOM, &e);
        expect(u, w, object, row, "read [1]", e, NOT_ARRAY);
        return;
    }
    uint32_t n = (uint32_t)world_number(w, object, row->property, 0);
    CHECK(u, !row->size || n == row->size);
    size_t sum = 0;
    for (uint32_t i = 1; i <= n; i++) {
        sum += world_read(w, object, row->property, i, b, ROOM, &e).len;
        expect(u, w, object, row, "read element", e, BAC_OK);
    }
    CHECK(u, sum == all.len);
    (void)world_read(w, object, row->property, n + 1, b, ROOM, &e);
    expect(u, w, object, row, "read [n+1]", e, BAD_INDEX);
    (void)world_read(w, object, row->property, UINT32_MAX - 1, b, ROOM, &e);
    expect(u, w, object, row, "read [huge]", e, BAD_INDEX);
}

/* What the project and the rows allow, said once more in the test's own words. */
static bool may_write(const struct world *w, uint32_t object, const struct prop_def *row)
{
    uint16_t flags = le16_get(w->db.img.objects[object].flags);
    bool oos = w->db.live[object].flags & LIVE_OOS;
    if (w->d->flags & IMG_DEV_READ_ONLY)
        return false;
    if (row->property == P_present_value)
        return flags & (IMG_OBJ_COMMANDABLE | IMG_OBJ_WRITABLE) || oos;
    return row->flags & PF_WRITE || (oos && row->flags & PF_OOS);
}

static void write_row(struct unit *u, struct world *w, uint32_t object, const struct prop_def *row)
{
    uint8_t b[ROOM], wrong[8], null[8];
    bac_err e;
    struct wr bad = wr_of(wrong, sizeof wrong), none = wr_of(null, sizeof null);
    const uint32_t all = BACNET_INDEX_ALL;
    wr_time(&bad, APP, (struct btime){1, 2, 3, 4});             /* no row is a Time that is written */
    wr_null(&none, APP);
    bool allowed = may_write(w, object, row);
    struct wr v = world_read(w, object, row->property, all, b, ROOM - 8, &e);
    if (row->property == P_present_value && row->type == DT_unsigned)
        v.len = 0, wr_unsigned(&v, APP, 1);
    expect(u, w, object, row, "write wrong type", world_write(w, object, row->property, all, 0, &bad),
           allowed ? BAD_TYPE : DENIED);
    expect(u, w, object, row, "write as read", world_write(w, object, row->property, all, 0, &v),
           allowed ? BAC_OK : DENIED);
    expect(u, w, object, row, "write NULL", world_write(w, object, row->property, all, 0, &none),
           allowed ? BAC_OK : DENIED);
    if (row->form == SCALAR && allowed) {
        size_t n = v.len;
        wr_bytes(&v, b, n);
        expect(u, w, object, row, "write twice", world_write(w, object, row->property, all, 0, &v),
               BAD_TYPE);
        v.len = 0;
        expect(u, w, object, row, "write nothing", world_write(w, object, row->property, all, 0, &v),
               BAD_TYPE);
    }
    if (row->form != ARRAY) {
        expect(u, w, object, row, "write [1]", world_write(w, object, row->property, 1, 0, &v), NOT_ARRAY);
        return;
    }
    uint32_t size = (uint32_t)world_number(w, object, row->property, 0);
    expect(u, w, object, row, "write [0]", world_write_unsigned(w, object, row->property, 0, 0, size),
           DENIED);
    expect(u, w, object, row, "write [n+1]", world_write(w, object, row->property, size + 1, 0, &bad),
           BAD_INDEX);
    for (uint32_t i = 1; i <= size; i++) {
        v = world_read(w, object, row->property, i, b, ROOM, &e);
        expect(u, w, object, row, "write element", world_write(w, object, row->property, i, 0, &v),
               allowed ? BAC_OK : DENIED);
    }
    expect(u, w, object, row, "write wrong element", world_write(w, object, row->property, 1, 0, &bad),
           allowed ? BAD_TYPE : DENIED);
}

/* Every value that was accepted reads back, also truncated at every byte it does no harm. */
static void truncate_row(struct unit *u, struct world *w, uint32_t object, const struct prop_def *row)
{
    uint8_t b[ROOM], after[ROOM];
    bac_err e;
    struct wr v = world_read(w, object, row->property, BACNET_INDEX_ALL, b, ROOM, &e);
    if (!may_write(w, object, row) || row->form != SCALAR || row->property == P_present_value)
        return;
    for (size_t n = 0; n < v.len; n++) {
        uint8_t *cut = malloc(n + 1);
        memcpy(cut, b, n);
        struct wr part = {cut, n, n};
        CHECK(u, world_write(w, object, row->property, BACNET_INDEX_ALL, 0, &part) != BAC_OK);
        free(cut);
    }
    struct wr now = world_read(w, object, row->property, BACNET_INDEX_ALL, after, ROOM, &e);
    CHECK(u, now.len == v.len && !memcmp(after, b, v.len));
}

static void matrix(struct unit *u, struct world *w)
{
    for (uint32_t object = 0; object < w->db.img.n_objects; object++) {
        const struct obj_def *def = def_of(w, object);
        uint32_t listed = (uint32_t)world_number(w, object, P_property_list, 0), n = 0;
        for (size_t i = 0; i < def->n_props; i++) {
            const struct prop_def *row = &def->props[i];
            read_row(u, w, object, row);
            if (!db_slot(&w->db, object, row->property))
                continue;
            write_row(u, w, object, row);
            truncate_row(u, w, object, row);
            n++;
        }
        CHECK(u, n == listed + 4);
        CHECK(u, prop_writable(w->d, object, 9999, 0) == BAC_ERR(property, unknown_property));
        CHECK(u, prop_writable(w->d, object, P_all, BACNET_INDEX_ALL) == BAC_ERR(property, unknown_property));
    }
}

static void test_names(struct unit *u, struct world *w)
{
    uint32_t before = w->d->revision;
    CHECK(u, world_write_text(w, w->ai, P_object_name, "setp") == BAC_ERR(property, duplicate_name));
    CHECK(u, world_write_text(w, w->ai, P_object_name, "") == BAC_ERR(property, value_out_of_range));
    CHECK(u, world_write_text(w, w->ai, P_object_name, "a\tb") == BAC_ERR(property, value_out_of_range));
    CHECK(u, world_write_text(w, w->ai, P_object_name, "\xff") == BAC_ERR(property, invalid_data_encoding));
    CHECK(u, world_write_text(w, w->ai, P_object_name, "temp") == BAC_OK && w->d->revision == before);
    CHECK(u, world_write_text(w, w->ai, P_object_name, "new") == BAC_OK && w->d->revision == before + 1);
    CHECK(u, db_find_name(w->d, "new", 3) == w->ai && db_find_name(w->d, "temp", 4) == DB_NONE);
    CHECK(u, world_write_text(w, w->ao, P_object_name, "temp") == BAC_OK);
    CHECK(u, db_find_name(w->d, "temp", 4) == w->ao && db_find_name(w->d, "valve", 5) == DB_NONE);
    CHECK(u, world_write_text(w, w->ai, P_object_name, "temp") == BAC_ERR(property, duplicate_name));
    CHECK(u, world_write_text(w, w->ao, P_object_name, "valve") == BAC_OK);
    CHECK(u, world_write_text(w, w->ai, P_object_name, "temp") == BAC_OK);
    CHECK(u, db_find_name(w->d, "temp", 4) == w->ai && db_find_name(w->d, "valve", 5) == w->ao);
    for (int i = 0; i < 2000; i++) {
        char name[64];
        snprintf(name, sizeof name, "name %d", i);
        CHECK(u, world_write_text(w, (uint32_t)i % 7, P_object_name, name) == BAC_OK);
        CHECK(u, db_find_name(w->d, name, strlen(name)) == (uint32_t)i % 7);
    }
    char old[] = "name 100";
    CHECK(u, db_find_name(w->d, old, strlen(old)) == DB_NONE);
}

static void test_ranges(struct unit *u, struct world *w)
{
    const bac_err range = BAC_ERR(property, value_out_of_range);
    uint8_t b[64];
    struct wr v = wr_of(b, sizeof b);
    CHECK(u, world_write_real(w, w->ai, P_cov_increment, 0, -1) == range);
    CHECK(u, world_write_real(w, w->ai, P_cov_increment, 0, INFINITY) == range);
    CHECK(u, world_write_real(w, w->ai, P_deadband, 0, -0.5f) == range);
    CHECK(u, world_write_enum(w, w->ai, P_notify_type, 0, 2) == range);
    wr_bits(&v, APP, (struct bits){2, 0});
    CHECK(u, world_write(w, w->ai, P_event_enable, BACNET_INDEX_ALL, 0, &v) ==
                 BAC_ERR(property, invalid_data_encoding));
    CHECK(u, world_write_unsigned(w, w->nc, P_priority, 2, 0, 255) == BAC_OK);
    CHECK(u, world_number(w, w->nc, P_priority, 2) == 255 && world_number(w, w->nc, P_priority, 3) == 1);
    CHECK(u, world_write_unsigned(w, w->nc, P_priority, 2, 0, 256) == range);
    v.len = 0;
    wr_unsigned(&v, APP, 1);
    wr_unsigned(&v, APP, 4);
    CHECK(u, world_write(w, w->msi, P_alarm_values, BACNET_INDEX_ALL, 0, &v) == range);
    v.len = 0;
    wr_unsigned(&v, APP, 1);
    wr_unsigned(&v, APP, 3);
    CHECK(u, world_write(w, w->msi, P_alarm_values, BACNET_INDEX_ALL, 0, &v) == BAC_OK);
    CHECK(u, world_write(w, w->nc, P_priority, BACNET_INDEX_ALL, 0, &v) == range);    /* 2 of 3 */
    /* leading zeros are taken and not given back */
    static const uint8_t padded[] = {0x24, 0, 0, 0, 7};
    v = (struct wr){b, sizeof b, 0};
    wr_bytes(&v, padded, sizeof padded);
    CHECK(u, world_write(w, w->ai, P_time_delay, BACNET_INDEX_ALL, 0, &v) == BAC_OK);
    bac_err e;
    v = world_read(w, w->ai, P_time_delay, BACNET_INDEX_ALL, b, sizeof b, &e);
    CHECK(u, v.len == 2 && b[0] == 0x21 && b[1] == 7);
    char *text = calloc(1, 1200);
    memset(text, 'x', 1100);
    CHECK(u, world_write_text(w, w->ai, P_description, text) == BAC_ERR(resources, no_space_to_write_property));
    free(text);
}

static void test_recipients(struct unit *u, struct world *w)
{
    uint8_t b[256], mac[6] = {10, 0, 0, 1, 0xba, 0xc0};
    const uint32_t all = BACNET_INDEX_ALL;
    struct wr v = wr_of(b, sizeof b);
    struct destination d = {0x7f, 7, {0, 0, 0, 0}, {23, 59, 59, 99}, {true, 0, 7, {mac, 6}}, 1, true};
    wr_destination(&v, &d);
    d.to_whom = (struct recipient){false, OID(OT_device, 77), 0, {NULL, 0}};
    wr_destination(&v, &d);
    CHECK(u, world_write(w, w->nc, P_recipient_list, all, 0, &v) == BAC_OK);
    CHECK(u, world_write(w, w->nc, P_recipient_list, 1, 0, &v) == NOT_ARRAY);
    for (size_t n = 1; n < v.len; n++) {
        uint8_t *cut = malloc(n);
        memcpy(cut, b, n);
        struct wr part = {cut, n, n};
        bac_err e = world_write(w, w->nc, P_recipient_list, all, 0, &part);
        CHECK(u, e == BAC_OK ? n * 2 < v.len + 12 : e == BAD_TYPE);
        free(cut);
    }
    d.to_whom = (struct recipient){true, 0, 65535, {NULL, 0}};
    v.len = 0;
    wr_destination(&v, &d);
    CHECK(u, world_write(w, w->nc, P_recipient_list, all, 0, &v) == BAC_ERR(property, value_out_of_range));
    v.len = 0;
    CHECK(u, world_write(w, w->nc, P_recipient_list, all, 0, &v) == BAC_OK);
    bac_err e;
    v = world_read(w, w->nc, P_recipient_list, all, b, sizeof b, &e);
    CHECK(u, !e && v.len == 0);
}

static void test_lists(struct unit *u, struct world *w)
{
    uint8_t b[64];
    uint32_t failed;
    bac_err e;
    struct wr v = wr_of(b, sizeof b);
    const uint32_t all = BACNET_INDEX_ALL;
    wr_unsigned(&v, APP, 2);
    wr_unsigned(&v, APP, 3);
    wr_unsigned(&v, APP, 2);
    struct span s = {b, v.len}, one = {b, 2};
    db_live(&w->db, w->msv)->flags &= (uint8_t)~LIVE_OOS;
    e = world_write(w, w->msv, P_alarm_values, all, 0, &(struct wr){b, 0, 0});
    CHECK(u, !e && !prop_list_add(w->d, w->msv, P_alarm_values, all, s, &by_client, &failed, NULL));
    v = world_read(w, w->msv, P_alarm_values, all, b, sizeof b, &e);
    CHECK(u, !e && v.len == 4);                              /* 2 stands there once */
    CHECK(u, !prop_list_remove(w->d, w->msv, P_alarm_values, all, one, &by_client, &failed, NULL));
    e = prop_list_remove(w->d, w->msv, P_alarm_values, all, one, &by_client, &failed, NULL);
    CHECK(u, e == BAC_ERR(services, list_element_not_found) && failed == 1);
    v = wr_of(b, sizeof b);
    wr_unsigned(&v, APP, 1);
    wr_unsigned(&v, APP, 9);
    s.n = v.len;
    e = prop_list_add(w->d, w->msv, P_alarm_values, all, s, &by_client, &failed, NULL);
    CHECK(u, e == BAC_ERR(property, value_out_of_range) && failed == 2);
    v = wr_of(b, sizeof b);
    wr_enumerated(&v, APP, 1);
    e = prop_list_add(w->d, w->msv, P_alarm_values, all, one, &by_client, &failed, NULL);
    CHECK(u, e == BAD_TYPE && failed == 1);
    e = prop_list_add(w->d, w->msv, P_priority, all, one, &by_client, &failed, NULL);
    CHECK(u, e == BAC_ERR(property, unknown_property) && failed == 0);
    e = prop_list_add(w->d, w->msv, P_time_delay, all, one, &by_client, &failed, NULL);
    CHECK(u, e == BAC_ERR(services, property_is_not_a_list));
    e = prop_list_add(w->d, w->msv, P_time_delay, 1, one, &by_client, &failed, NULL);
    CHECK(u, e == NOT_ARRAY);
    v = world_read(w, w->msv, P_alarm_values, all, b, sizeof b, &e);
    CHECK(u, !e && v.len == 2 && b[1] == 3);                 /* nothing of it stayed */
}

int main(void)
{
    struct unit u = {0, 0};
    struct world w;
    world_make(&w, 0);
    matrix(&u, &w);
    for (uint32_t i = 0; i < w.db.img.n_objects; i++)
        values_out_of_service(&w.db, i, true);
    matrix(&u, &w);
    test_names(&u, &w);
    test_ranges(&u, &w);
    test_recipients(&u, &w);
    test_lists(&u, &w);
    world_end(&w);
    world_make(&w, IMG_DEV_READ_ONLY);
    matrix(&u, &w);
    world_end(&w);
    return unit_end(&u);
}
