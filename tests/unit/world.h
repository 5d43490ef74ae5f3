#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H
/* A small device with everything in it, for the tests of the data half. */
#include "runtime/object/values.h"
#include "runtime/service/services.h"
#include "tests/unit/mkimage.h"
#include "tests/unit/unit.h"

struct world {
    struct clock clock;
    struct outbox outbox;
    struct db db;
    struct device *d;
    /* variables */
    uint32_t temp, setp, cmd, speed, trip, mode;
    /* objects */
    uint32_t ai, ao, av, avc, bi, bo, bv, dev, msi, mso, nc, msv, np;
};

enum { ALL_GROUPS = 0xffff & ~(G_COMMAND | G_BBMD | G_FOREIGN | G_ROUTER) };

static inline void world_variables(struct world *w, struct mk *m)
{
    uint32_t set = mk_states(m, 0, 3);
    w->temp = mk_variable(m, "temp", VT_real, IMG_VAR_READABLE, IMG_NONE, 20.5);
    w->setp = mk_variable(m, "setp", VT_real, IMG_VAR_READABLE | IMG_VAR_WRITABLE | IMG_VAR_RETAIN,
                          IMG_NONE, 21);
    w->cmd = mk_variable(m, "cmd", VT_bool, IMG_VAR_OUTPUT, IMG_NONE, 0);
    w->speed = mk_variable(m, "speed", VT_int, IMG_VAR_OUTPUT, set, 0);
    w->trip = mk_variable(m, "trip", VT_bool, IMG_VAR_READABLE, IMG_NONE, 0);
    w->mode = mk_variable(m, "mode", VT_int, IMG_VAR_READABLE | IMG_VAR_WRITABLE, set, 1);
}

static inline void world_objects(struct world *w, struct mk *m)
{
    const unsigned plain = ALL_GROUPS, command = ALL_GROUPS | G_COMMAND, event = IMG_OBJ_INTRINSIC;
    const unsigned c = IMG_OBJ_COMMANDABLE | IMG_OBJ_WRITABLE | IMG_OBJ_RETAIN | event;
    w->ai = mk_object(m, OID(OT_analog_input, 1), "temp", plain, event, w->temp);
    w->ao = mk_object(m, OID(OT_analog_output, 1), "valve", command, c, IMG_NONE);
    w->av = mk_object(m, OID(OT_analog_value, 1), "setp", plain, event | IMG_OBJ_WRITABLE, w->setp);
    w->avc = mk_object(m, OID(OT_analog_value, 2), "setc", command, c, IMG_NONE);
    w->bi = mk_object(m, OID(OT_binary_input, 1), "trip", plain, event | IMG_OBJ_REVERSE | IMG_OBJ_BINARY, w->trip);
    w->bo = mk_object(m, OID(OT_binary_output, 1), "cmd", command, c | IMG_OBJ_BINARY, w->cmd);
    w->bv = mk_object(m, OID(OT_binary_value, 1), "bv", plain, event | IMG_OBJ_BINARY, IMG_NONE);
    w->dev = mk_object(m, OID(OT_device, 1001), "Main", G_LOCATION, 0, IMG_NONE);
    w->msi = mk_object(m, OID(OT_multi_state_input, 1), "msi", plain, event, w->mode);
    w->mso = mk_object(m, OID(OT_multi_state_output, 1), "speed", command, c, w->speed);
    w->nc = mk_object(m, OID(OT_notification_class, 1), "class", 0, 0, IMG_NONE);
    w->msv = mk_object(m, OID(OT_multi_state_value, 1), "mode", plain, event | IMG_OBJ_WRITABLE, w->mode);
    w->np = mk_object(m, OID(OT_network_port, 1), "port", G_IPV4, 0, IMG_NONE);
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t analog[] = {w->ai, w->ao, w->av, w->avc};
        mk_real(m, analog[i], P_min_pres_value, 0);
        mk_real(m, analog[i], P_max_pres_value, 100);
    }
    mk_unsigned(m, w->msi, P_number_of_states, 3);
    mk_unsigned(m, w->mso, P_number_of_states, 3);
    mk_unsigned(m, w->msv, P_number_of_states, 3);
}

static inline void world_open(struct world *w, struct mk *m)
{
    char why[200] = "";
    size_t n;
    uint8_t *file = mk_finish(m, &n);
    clock_init_manual(&w->clock, 1795219200000);              /* 2026-11-21 00:00 UTC, a Saturday */
    if (outbox_init(&w->outbox, 16) || !db_open(&w->db, file, n, &w->clock, &w->outbox, why, sizeof why)) {
        fprintf(stderr, "image: %s\n", why);
        exit(1);
    }
    values_start(&w->db);
    services_announce(&w->db);
    w->d = &w->db.devices[0];
}

static inline void world_make(struct world *w, unsigned device_flags)
{
    struct mk m;
    mk_begin(&m);
    world_variables(w, &m);
    world_objects(w, &m);
    mk_device(&m, 1001, device_flags);
    mk_link(&m);
    world_open(w, &m);
}

static inline void world_end(struct world *w)
{
    db_close(&w->db);
    outbox_fini(&w->outbox);
}

static const struct origin by_client = {BY_CLIENT, 0, NULL};
static const struct origin by_source = {BY_SOURCE, 0, NULL};
static const struct origin by_operator = {BY_OPERATOR, 0, NULL};

/* What ReadProperty would carry; "" after an error, which is left in *e. */
static inline struct wr world_read(struct world *w, uint32_t object, uint32_t property, uint32_t index,
                                   uint8_t *b, size_t cap, bac_err *e)
{
    struct wr out = wr_of(b, cap);
    *e = prop_read(w->d, object, property, index, &out);
    return out;
}

static inline float world_real(struct world *w, uint32_t object)
{
    uint8_t b[16];
    bac_err e;
    struct wr out = world_read(w, object, P_present_value, BACNET_INDEX_ALL, b, sizeof b, &e);
    struct rd r = rd_of(b, out.len);
    return rd_real(&r, APP);
}

/* ENUMERATED, Unsigned, BIT STRING, BOOLEAN as a number; UINT64_MAX: an error, or something else. */
static inline uint64_t world_number(struct world *w, uint32_t object, uint32_t property, uint32_t index)
{
    uint8_t b[64];
    bac_err e;
    struct wr out = world_read(w, object, property, index, b, sizeof b, &e);
    struct rd r = rd_of(b, out.len);
    if (e || !wr_fits(&out))
        return UINT64_MAX;
    if (rd_is(&r, APP, TAG_enumerated))
        return rd_enumerated(&r, APP);
    if (rd_is(&r, APP, TAG_bits))
        return rd_bits(&r, APP).v;
    if (rd_is(&r, APP, TAG_boolean))
        return rd_boolean(&r, APP);
    return rd_is(&r, APP, TAG_unsigned) ? rd_unsigned(&r, APP) : UINT64_MAX;
}

static inline bac_err world_write(struct world *w, uint32_t object, uint32_t property, uint32_t index,
                                  unsigned priority, const struct wr *value)
{
    struct origin by = {BY_CLIENT, (uint8_t)priority, NULL};
    return prop_write(w->d, object, property, index, (struct span){value->buf, value->len}, &by, NULL);
}

static inline bac_err world_write_real(struct world *w, uint32_t object, uint32_t property,
                                       unsigned priority, float v)
{
    uint8_t b[8];
    struct wr out = wr_of(b, sizeof b);
    wr_real(&out, APP, v);
    return world_write(w, object, property, BACNET_INDEX_ALL, priority, &out);
}

static inline bac_err world_write_enum(struct world *w, uint32_t object, uint32_t property,
                                       unsigned priority, uint32_t v)
{
    uint8_t b[8];
    struct wr out = wr_of(b, sizeof b);
    wr_enumerated(&out, APP, v);
    return world_write(w, object, property, BACNET_INDEX_ALL, priority, &out);
}

static inline bac_err world_write_unsigned(struct world *w, uint32_t object, uint32_t property,
                                           uint32_t index, unsigned priority, uint32_t v)
{
    uint8_t b[8];
    struct wr out = wr_of(b, sizeof b);
    wr_unsigned(&out, APP, v);
    return world_write(w, object, property, index, priority, &out);
}

static inline bac_err world_write_boolean(struct world *w, uint32_t object, uint32_t property, bool v)
{
    uint8_t b[8];
    struct wr out = wr_of(b, sizeof b);
    wr_boolean(&out, APP, v);
    return world_write(w, object, property, BACNET_INDEX_ALL, 0, &out);
}

static inline bac_err world_write_null(struct world *w, uint32_t object, uint32_t property, unsigned priority)
{
    uint8_t b[8];
    struct wr out = wr_of(b, sizeof b);
    wr_null(&out, APP);
    return world_write(w, object, property, BACNET_INDEX_ALL, priority, &out);
}

static inline bac_err world_write_text(struct world *w, uint32_t object, uint32_t property, const char *v)
{
    uint8_t b[2000];
    struct wr out = wr_of(b, sizeof b);
    wr_string(&out, APP, v, strlen(v));
    return world_write(w, object, property, BACNET_INDEX_ALL, 0, &out);
}
#endif
