/* ReadPropertyMultiple, 135-2020 clause 15.7. One pass: nothing has effect, so a syntax fault may
 * still reject the whole after half of the answer was written. */
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

/* `given` is the index as the request has it. */
static void put_name(struct wr *ack, uint32_t property, uint32_t index, uint32_t given)
{
    wr_enumerated(ack, 2, property);
    if (index != BACNET_INDEX_ALL)
        wr_unsigned(ack, 3, given);
}

/* The value, or what stands in its place. */
static void put_slot(const struct device *d, uint32_t object, const struct slot *s, uint32_t index,
                     struct wr *ack)
{
    size_t mark = ack->len;
    wr_open(ack, 4);
    bac_err e = s ? prop_read_slot(d, object, s, index, ack) : BAC_ERR(property, unknown_property);
    if (!e) {
        wr_close(ack, 4);
        return;
    }
    ack->len = mark;
    wr_failure(ack, 5, e);
}

/* Clause 15.7.3.1.2: ALL is everything but Property_List; REQUIRED what the object type demands
 * where it is present; OPTIONAL the rest. */
static bool in_group(const struct prop_def *def, uint32_t group)
{
    if (def->property == P_property_list)
        return false;
    return group == P_all || (def->conf == C_O) == (group == P_optional);
}

static void put_group(const struct device *d, uint32_t object, uint32_t group, struct wr *ack)
{
    const struct db *db = d->db;
    const struct shape *shape = &db->shapes[le16_get(db->img.objects[object].shape)];
    for (uint32_t k = 0; k < shape->n_slots && wr_fits(ack); k++) {
        const struct slot *s = &db->slots[shape->first_slot + k];
        if (!in_group(s->def, group))
            continue;
        put_name(ack, s->property, BACNET_INDEX_ALL, 0);
        put_slot(d, object, s, BACNET_INDEX_ALL, ack);
    }
}

static void put_property(const struct device *d, uint32_t object, uint32_t property, uint32_t index,
                         uint32_t given, struct wr *ack)
{
    bool group = property == P_all || property == P_required || property == P_optional;
    if (!group && object != DB_NONE) {          /* nearly always */
        put_name(ack, property, index, given);
        put_slot(d, object, db_slot(d->db, object, property), index, ack);
        return;
    }
    if (group && object != DB_NONE && index == BACNET_INDEX_ALL) {
        put_group(d, object, property, ack);
        return;
    }
    put_name(ack, property, index, given);
    wr_failure(ack, 5, object == DB_NONE ? BAC_ERR(object, unknown_object)
                                         : BAC_ERR(property, property_is_not_an_array));
}

struct svc_result svc_read_property_multiple(struct device *d, const struct peer *from,
                                             struct rd *req, struct wr *ack)
{
    do {
        uint32_t oid = rd_oid(req, 0);
        rd_open(req, 1);
        if (!rd_ok(req))
            return svc_reject_rd(req);
        uint32_t object = object_find(d, oid, from->port);
        wr_oid(ack, 0, object == DB_NONE ? oid : db_oid(d->db, object));
        wr_open(ack, 1);
        do {
            uint32_t property = rd_enumerated(req, 0);
            struct rd at = *req;
            uint32_t index = rd_opt_index(req, 1);
            if (!rd_ok(req))
                return svc_reject_rd(req);
            put_property(d, object, property, index, rd_index_given(at, 1, index), ack);
            if (!wr_fits(ack))
                return svc_ack();               /* too long already; the conductor aborts */
        } while (!rd_is_close(req, 1));
        rd_close(req, 1);
        wr_close(ack, 1);
    } while (rd_left(req));
    return svc_ack();
}
