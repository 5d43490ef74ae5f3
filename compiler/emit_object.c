/* Objects: records, shapes, constants, alarms. A property that many objects have in common with the
 * same value lies in the shape; the others are the object's own. */
#include "compiler/emit.h"

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
        return true;
    default:
        return false;
    }
}

/* The value's index, IMG_NONE: the object has none. */
static uint32_t encode(struct emit *e, const struct plan_object *o, const struct plan_device *d,
                       const struct prop_def *row)
{
    struct const_value *v = &e->value;
    v->ctx = e->ctx;
    if (!const_encode(o, d, row, v))
        return IMG_NONE;
    if (!wr_fits(&v->w)) {
        size_t need = 2 * v->w.len;
        v->w = wr_of(arena_alloc(e->ctx->arena, need), need);
        (void)const_encode(o, d, row, v);
    }
    return ib_value(&e->b, v, row->property != P_object_name);
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
    for (size_t i = 0; i < o->def->n_props && l->n < MAX_PROPS; i++) {
        const struct prop_def *row = &o->def->props[i];
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

static uint32_t index_of(const struct map *m, struct str name) { return (uint32_t)(uintptr_t)map_get(m, name) - 1; }

void emit_alarm_texts(struct emit *e, const struct plan_device *d)
{
    size_t cap = map_count(e->alarm_points);
    for (uint32_t i = 0; i < d->n_objects; i++) {
        const struct plan_object *o = plan_at(d, i);
        const struct alarm_point *a = o->kind == LK_variable ? publication_alarm(o->of) : NULL;
        if (!a || map_get(e->alarm_points, a->name))
            continue;
        size_t n = map_count(e->alarm_points);
        map_set(e->alarm_points, a->name, (void *)(uintptr_t)(n + 1));
        e->alarm_texts = arena_grow(e->ctx->arena, e->alarm_texts, &cap, n + 1, sizeof *e->alarm_texts);
        e->alarm_texts[n].name = ib_text(&e->t, a->name);
        e->alarm_texts[n].text = ib_text(&e->t, a->text);
    }
}

static uint32_t emit_alarm(struct emit *e, const struct publication *p, uint32_t object)
{
    const struct alarm_point *a = publication_alarm(p);
    if (!a)
        return IMG_NONE;
    uint32_t index = ib_count(&e->b, SEC_alarms);
    const struct emit_texts *texts = &e->alarm_texts[index_of(e->alarm_points, a->name)];
    struct img_alarm out = {.object = le32_of(object), .name = texts->name, .text = texts->text};
    out.feedback = le32_of(emit_variable_index(e, a->feedback.to));
    out.reset_variable = le32_of(emit_variable_index(e, a->reset_variable.to));
    out.delay = le32_of(a->delay == NOT_SET ? 0 : a->delay);
    out.delay_normal = le32_of(a->delay_normal == NOT_SET ? le32_get(out.delay) : a->delay_normal);
    out.kind = a->kind;
    out.reset = a->reset;
    memcpy(ib_add(&e->b, SEC_alarms, 1), &out, sizeof out);
    return index;
}

/* A log has no alarm point; the record says that it notifies. Its texts are the empty one. */
static uint32_t emit_buffer_ready(struct emit *e, uint32_t object)
{
    uint32_t index = ib_count(&e->b, SEC_alarms);
    struct img_alarm out = {.object = le32_of(object), .kind = ALARM_none};
    out.feedback = out.reset_variable = le32_of(IMG_NONE);
    memcpy(ib_add(&e->b, SEC_alarms, 1), &out, sizeof out);
    return index;
}

static void emit_trend(struct emit *e, const struct trend_log *t, struct img_object *o, uint32_t object)
{
    uint64_t keep = (t->keep + 999) / 1000;
    struct img_trend out = {le32_of(object), le32_of(keep < IMG_NONE ? (uint32_t)keep : IMG_NONE - 1)};
    memcpy(ib_add(&e->b, SEC_trends, 1), &out, sizeof out);
    if (t->full_alarm) {
        o->flags = le16_of(IMG_OBJ_INTRINSIC);
        o->alarm = le32_of(emit_buffer_ready(e, object));
    }
}

static void emit_schedule(const struct schedule *s, struct img_object *o)
{
    const struct target *t = s->targets;
    while (t && !t->publication)
        t = t->next;
    o->flags = le16_of(t && t->publication->reverse ? IMG_OBJ_REVERSE : 0);
}

static uint16_t flags_of(const struct plan_object *o)
{
    const struct publication *p = o->of;
    const struct variable *v = p->variable;
    unsigned f = (p->reverse ? IMG_OBJ_REVERSE : 0u) | (p->commandable ? IMG_OBJ_COMMANDABLE : 0u) |
                 (p->writable || p->commandable ? IMG_OBJ_WRITABLE : 0u) | (publication_alarm(p) ? IMG_OBJ_INTRINSIC : 0u);
    if (p->commandable && v->retain != NO)
        f |= IMG_OBJ_RETAIN;
    if (obj_def(p->type)->present == DT_enumerated && o->groups & (G_COUNTED | G_MINIMUM))
        f |= IMG_OBJ_BINARY;
    return (uint16_t)f;
}

/* Over "Main/variable/analog-input/AHU1_TSup": what it was called when it got its number. Objects of one
 * kind and type follow each other: what they have in common is kept. */
struct identities {
    const struct plan_device *d;
    const struct obj_def *def;
    int kind;
    struct buf key;
    size_t common;
};

static struct img_identity identity(struct identities *x, const struct plan_object *o)
{
    struct str key = x->d->lock->key;
    if (x->def != o->def || x->kind != o->kind) {
        x->def = o->def;
        x->kind = o->kind;
        x->key.n = 0;
        buf_bytes(&x->key, key.s, key.n);
        if (o->line)
            buf_printf(&x->key, "/%s/%s/", lock_kind_names[o->kind], object_type_name(o->def->type));
        else
            buf_str(&x->key, "/device");
        x->common = x->key.n;
    }
    x->key.n = x->common;
    if (o->line) {
        struct str birth = lock_birth(o->line);
        buf_bytes(&x->key, birth.s, birth.n);
    }
    return identity_of(x->key.s, x->key.n);
}

/* Objects come by type and number, not as they lie in memory: what the next ones are made of is fetched
 * while this one is encoded, each step from what the step before has brought. */
static void fetch(const struct plan_device *d, uint32_t i)
{
    enum { OBJECT = 12, PUBLICATION = 9, VARIABLE = 6, TEXTS = 3, LINE = 64 };
    if (i + OBJECT >= d->n_objects)
        return;
    const char *o = (const char *)plan_at(d, i + OBJECT);
    __builtin_prefetch(o);
    __builtin_prefetch(o + LINE);
    const struct plan_object *of = plan_at(d, i + PUBLICATION);
    __builtin_prefetch(of->of);
    __builtin_prefetch(of->line);
    of = plan_at(d, i + VARIABLE);
    if (of->kind == LK_variable)
        for (size_t k = 0; k < sizeof(struct variable); k += LINE)
            __builtin_prefetch((const char *)((const struct publication *)of->of)->variable + k);
    of = plan_at(d, i + TEXTS);
    if (of->kind == LK_variable)
        __builtin_prefetch(((const struct publication *)of->of)->variable->description.s);
    __builtin_prefetch(of->name.s);
    __builtin_prefetch(of->key.s);
}

void emit_objects(struct emit *e, const struct plan_device *d, uint32_t device)
{
    struct row_list *rows = arena_alloc(e->ctx->arena, sizeof *rows);
    struct identities ids = {.d = d, .key = buf_of(e->ctx), .kind = -1};
    for (uint32_t i = 0; i < d->n_objects; i++) {
        fetch(d, i);
        const struct plan_object *o = plan_at(d, i);
        struct img_object out = {.oid = le32_of(OID(o->def->type, o->instance))};
        out.device = le16_of((uint16_t)device);
        out.consts = le32_of(ib_count(&e->b, SEC_consts));
        out.variable = le32_of(emit_variable_index(e, emit_variable_of(o)));
        out.alarm = le32_of(IMG_NONE);
        rows_of(e, o, d, rows);
        out.shape = le16_of((uint16_t)shape_of(e, o->def->type, rows));
        if (o->kind == LK_variable) {
            const struct publication *p = o->of;
            out.flags = le16_of(flags_of(o));
            out.alarm = le32_of(emit_alarm(e, p, o->index));
        } else if (o->kind == LK_trend) {
            emit_trend(e, o->of, &out, o->index);
        } else if (o->kind == LK_schedule) {
            emit_schedule(o->of, &out);
        }
        memcpy(ib_add(&e->b, SEC_objects, 1), &out, sizeof out);
        *(struct img_identity *)ib_add(&e->b, SEC_object_ids, 1) = identity(&ids, o);
    }
}
