/* Objects: records, identities, alarms. Their properties are emit_shape.c's. */
#include "compiler/emit.h"

#include <string.h>

/* Alarm points are shared by many objects, in no order: each one's texts are looked up again for the one
 * before only. */
void emit_alarm_texts(struct emit *e)
{
    const struct alarm_point *last = NULL;
    le32 name = le32_of(0), text = name;
    uint32_t n = ib_count(&e->b, SEC_alarms);
    for (uint32_t i = 0; i < n; i++) {
        struct img_alarm *out = ib_at(&e->b, SEC_alarms, i);
        const struct alarm_point *a = e->alarms[i];
        if (!a)
            continue;
        if (a != last) {
            name = ib_text(&e->t, a->name);
            text = ib_text(&e->t, a->text);
            last = a;
        }
        out->name = name;
        out->text = text;
    }
}

/* The next record's number. */
static uint32_t alarm_of(struct emit *e, const struct alarm_point *a)
{
    uint32_t index = ib_count(&e->b, SEC_alarms);
    e->alarms = arena_grow(e->ctx->arena, e->alarms, &e->alarms_cap, (size_t)index + 1, sizeof *e->alarms);
    e->alarms[index] = a;
    return index;
}

static uint32_t emit_alarm(struct emit *e, const struct publication *p, uint32_t object)
{
    const struct alarm_point *a = publication_alarm(p);
    if (!a)
        return IMG_NONE;
    uint32_t index = alarm_of(e, a);
    struct img_alarm out = {.object = le32_of(object)};
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
    uint32_t index = alarm_of(e, NULL);
    struct img_alarm out = {.object = le32_of(object), .kind = ALARM_none};
    out.feedback = out.reset_variable = le32_of(IMG_NONE);
    memcpy(ib_add(&e->b, SEC_alarms, 1), &out, sizeof out);
    return index;
}

static void emit_log(struct emit *e, const struct trend_log *t, struct img_object *o, uint32_t object)
{
    e->trends = arena_grow(e->ctx->arena, e->trends, &e->trends_cap, (size_t)e->n_trends + 1, sizeof *e->trends);
    e->trends[e->n_trends++] = (struct sort_item){object, {.of = t}};
    if (t->full_alarm) {
        o->flags = le16_of(IMG_OBJ_INTRINSIC);
        o->alarm = le32_of(emit_buffer_ready(e, object));
    }
}

void emit_trends(struct emit *e)
{
    sort_items(e->ctx->arena, e->trends, e->n_trends);
    for (uint32_t i = 0; i < e->n_trends; i++) {
        uint64_t keep = (((const struct trend_log *)e->trends[i].of)->keep + 999) / 1000;
        struct img_trend out = {le32_of((uint32_t)e->trends[i].key),
                                le32_of(keep < IMG_NONE ? (uint32_t)keep : IMG_NONE - 1)};
        memcpy(ib_add(&e->b, SEC_trends, 1), &out, sizeof out);
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

/* The project lists objects as they lie in memory, one behind the other. Only their records are in another
 * order: by type and number. */
void emit_objects(struct emit *e, const struct plan_device *d, uint32_t device)
{
    enum { SOME = 4096 };               /* objects that tell what all will take                */
    struct img_object *records = ib_at(&e->b, SEC_objects, e->first[device]);
    for (uint32_t i = 0; i < d->n_objects; i++) {
        if (i == SOME)
            ib_expect_values(&e->b, SOME, d->n_objects);
        const struct plan_object *o = &d->objects[i];
        uint32_t index = e->first[device] + o->index;
        struct img_object out = {.oid = le32_of(OID(plan_type(o), o->instance))};
        out.device = le16_of((uint16_t)device);
        out.consts = le32_of(ib_count(&e->b, SEC_consts));
        out.variable = le32_of(emit_variable_index(e, emit_variable_of(o)));
        out.alarm = le32_of(IMG_NONE);
        out.shape = le16_of((uint16_t)emit_shape(e, o, d));
        if (o->kind == LK_variable) {
            const struct publication *p = o->of;
            out.flags = le16_of(flags_of(o));
            out.alarm = le32_of(emit_alarm(e, p, index));
        } else if (o->kind == LK_trend) {
            emit_log(e, o->of, &out, index);
        } else if (o->kind == LK_schedule) {
            emit_schedule(o->of, &out);
        }
        records[o->index] = out;
    }
}
