/* Properties of objects: constants and shapes. A property that many objects have in common with the same
 * value lies in the shape; the others are the object's own. */
#include "compiler/emit.h"

#include <math.h>
#include <string.h>

#include "compiler/consts.h"

enum { SHARED_SHAPES = 16384, MAX_PROPS = 255 };

/* Few values, many objects. */
static bool is_shared(uint32_t property)
{
    switch (property) {
    case P_units:
    case P_cov_increment:
    case P_polarity:
    case P_minimum_on_time:
    case P_minimum_off_time:
    case P_inactive_text:
    case P_active_text:
    case P_number_of_states:
    case P_state_text:
    case P_event_detection_enable:
    case P_notification_class:
    case P_event_enable:
    case P_notify_type:
    case P_event_message_texts_config:
    case P_time_delay:
    case P_time_delay_normal:
    case P_event_algorithm_inhibit:
    case P_deadband:
    case P_limit_enable:
    case P_alarm_value:
    case P_alarm_values:
    case P_fault_values:
    case P_enable:
    case P_start_time:
    case P_stop_time:
    case P_stop_when_full:
    case P_buffer_size:
    case P_logging_type:
    case P_log_interval:
    case P_align_intervals:
    case P_interval_offset:
    case P_cov_resubscription_interval:
    case P_client_cov_increment:
    case P_notification_threshold:
    case P_effective_period:
    case P_priority_for_writing:
    case P_tags:
        return true;
    default:
        return false;
    }
}

/* The value's index, IMG_NONE: the object has none. */
static uint32_t encode(struct emit *e, const struct plan_object *o, const struct plan_device *d,
                       const struct prop_def *row)
{
    if (row->property == P_object_name)
        return ib_string(&e->b, o->name);       /* no other has it in its device               */
    if (row->property == P_description)
        return ib_string_again(&e->b, plan_description(d, o));
    struct const_value *v = &e->value;
    v->ctx = e->ctx;
    if (!const_encode(o, d, row, v))
        return IMG_NONE;
    if (!wr_fits(&v->w)) {
        size_t need = 2 * v->w.len;
        v->w = wr_of(arena_alloc(e->ctx->arena, need), need);
        (void)const_encode(o, d, row, v);
    }
    return ib_value(&e->b, v);
}

static bool live_only(const struct prop_def *row)
{
    return row->code != PC_image && row->code != PC_object_name && row->code != PC_relinquish_default &&
           row->code != PC_log_enable;
}

struct row_list { struct img_prop props[MAX_PROPS]; uint16_t n, n_own; };

static void rows_of(struct emit *e, const struct plan_object *o, const struct plan_device *d, struct row_list *l)
{
    bool many = ib_count(&e->b, SEC_shapes) >= SHARED_SHAPES;
    l->n = l->n_own = 0;
    for (size_t i = 0; i < plan_def(o)->n_props && l->n < MAX_PROPS; i++) {
        const struct prop_def *row = &plan_def(o)->props[i];
        if (!(row->group & o->groups))
            continue;
        uint32_t where = 0, value = live_only(row) ? IMG_NONE : encode(e, o, d, row);
        if (value == IMG_NONE && row->code == PC_image)
            continue;
        if (value != IMG_NONE && !many && is_shared(row->property)) {
            where = (uint32_t)IMG_SHARED << 30 | value;
        } else if (value != IMG_NONE) {
            where = (uint32_t)IMG_OWN << 30 | l->n_own++;
            *(le32 *)ib_add(&e->b, SEC_consts, 1) = le32_of(value);
        }
        l->props[l->n++] = (struct img_prop){le32_of(row->property), le32_of(where)};
    }
}

static bool is_shape(const struct image_build *b, uint32_t i, uint32_t type, const struct row_list *l)
{
    const struct img_shape *s = ib_at(b, SEC_shapes, i);
    return le16_get(s->object_type) == type && le16_get(s->n_props) == l->n &&
           !memcmp(ib_at(b, SEC_props, le32_get(s->first_prop)), l->props, l->n * sizeof *l->props);
}

static uint32_t shape_of(struct emit *e, uint32_t type, const struct row_list *l)
{
    struct image_build *b = &e->b;
    uint32_t hash = img_hash_name(type, l->props, l->n * sizeof *l->props);
    uint32_t k = intern_slot(b, &e->shapes, hash);
    uint32_t i;
    for (; (i = e->shapes.slots[2 * k + 1]); k = (k + 1) & e->shapes.mask)
        if (e->shapes.slots[2 * k] == hash && is_shape(b, i - 1, type, l))
            return i - 1;
    i = ib_count(b, SEC_shapes);
    intern_add(&e->shapes, k, hash, i);
    struct img_shape *s = ib_add(b, SEC_shapes, 1);
    s->object_type = le16_of((uint16_t)type);
    s->n_props = le16_of(l->n);
    s->first_prop = le32_of(ib_count(b, SEC_props));
    s->n_consts = le16_of(l->n_own);
    memcpy(ib_add(b, SEC_props, l->n), l->props, l->n * sizeof *l->props);
    return i;
}

/* ---- objects of variables: what many have in common is encoded once ---- */

/* All that is_shared() properties of a variable's object come from, and which of its own there are. */
struct kin_key {
    const struct obj_def *def;
    const struct state_set *states;
    const struct alarm_point *alarm;
    const struct notification_class *class;
    const char *discipline;     /* interned: the same text has the same address                */
    uint64_t cov_increment;     /* as it lies in memory                                        */
    uint32_t unit_code;
    uint16_t groups;
    uint8_t type, bits;         /* type: of the variable                                       */
};
enum { KIN_REVERSE = 1, KIN_LOW = 2, KIN_HIGH = 4, KIN_ROWS = 24 };
struct emit_kin {
    struct kin_key key;
    uint32_t shape;
    uint8_t n, rows[KIN_ROWS];  /* those that are each object's own, by index                  */
};

/* false: there is something else in it, which is not compared. */
static bool kin_key(const struct plan_object *o, struct kin_key *k)
{
    if (o->kind != LK_variable)
        return false;
    const struct publication *p = o->of;
    const struct variable *v = p->variable;
    const struct state_set *states = v->states.to;
    if ((plan_def(o)->present == DT_enumerated && o->groups & G_MINIMUM) ||
        (plan_def(o)->present == DT_unsigned && !states))
        return false;
    memset(k, 0, sizeof *k);
    k->def = plan_def(o);
    k->states = states;
    k->alarm = publication_alarm(p);
    k->class = k->alarm ? publication_class(p) : NULL;
    k->discipline = v->discipline.n ? v->discipline.s : NULL;
    memcpy(&k->cov_increment, &v->cov_increment, sizeof k->cov_increment);
    k->unit_code = v->unit_code;
    k->groups = o->groups;
    k->type = v->type;
    k->bits = (uint8_t)((p->reverse ? KIN_REVERSE : 0) | (isnan(v->low) ? 0 : KIN_LOW) | (isnan(v->high) ? 0 : KIN_HIGH));
    return true;
}

/* Remembers the object as one of a kind, if it is not too large for that. */
static void kin_add(struct emit *e, const struct kin_key *key, uint32_t slot, uint32_t hash, const struct row_list *l,
                    uint32_t shape)
{
    struct emit_kin kin = {.key = *key, .shape = shape};
    for (size_t i = 0; i < key->def->n_props; i++) {
        const struct prop_def *row = &key->def->props[i];
        if (!(row->group & key->groups) || live_only(row) || is_shared(row->property))
            continue;
        if (kin.n == KIN_ROWS || i > UINT8_MAX)
            return;
        kin.rows[kin.n++] = (uint8_t)i;
    }
    if (l->n == MAX_PROPS)
        return;
    e->kin = arena_grow(e->ctx->arena, e->kin, &e->kin_cap, (size_t)e->n_kin + 1, sizeof *e->kin);
    e->kin[e->n_kin] = kin;
    intern_add(&e->kin_table, slot, hash, e->n_kin++);
}

/* The object's own constants, as the first of its kind has them. */
static uint32_t emit_own(struct emit *e, const struct plan_object *o, const struct plan_device *d,
                         const struct emit_kin *kin)
{
    for (uint8_t i = 0; i < kin->n; i++) {
        uint32_t value = encode(e, o, d, &plan_def(o)->props[kin->rows[i]]);
        if (value != IMG_NONE)
            *(le32 *)ib_add(&e->b, SEC_consts, 1) = le32_of(value);
    }
    return kin->shape;
}

uint32_t emit_shape(struct emit *e, const struct plan_object *o, const struct plan_device *d)
{
    struct kin_key key;
    bool many = ib_count(&e->b, SEC_shapes) >= SHARED_SHAPES, kind = !many && kin_key(o, &key);
    uint32_t hash = 0, k = 0, i;
    if (kind) {
        hash = img_hash_name(0, &key, sizeof key);
        k = intern_slot(&e->b, &e->kin_table, hash);
        for (; (i = e->kin_table.slots[2 * k + 1]); k = (k + 1) & e->kin_table.mask)
            if (e->kin_table.slots[2 * k] == hash && !memcmp(&e->kin[i - 1].key, &key, sizeof key))
                return emit_own(e, o, d, &e->kin[i - 1]);
    }
    struct row_list l;
    rows_of(e, o, d, &l);
    uint32_t shape = shape_of(e, plan_type(o), &l);
    if (kind)
        kin_add(e, &key, k, hash, &l, shape);
    return shape;
}
