/* Objects: records, identities, alarms. Their properties are emit_shape.c's. */
#include "compiler/emit.h"

#include <string.h>

#include "compiler/consts.h"

static uint32_t index_of(const struct map *m, struct str name) { return (uint32_t)(uintptr_t)map_get(m, name) - 1; }

void emit_alarm_seen(struct emit *e, const struct plan_object *o)
{
    const struct alarm_point *a = o->kind == LK_variable ? publication_alarm(o->of) : NULL;
    if (!a || map_get(e->alarm_points, a->name))
        return;
    size_t n = map_count(e->alarm_points);
    map_set(e->alarm_points, a->name, (void *)(uintptr_t)(n + 1));
    e->alarms = arena_grow(e->ctx->arena, e->alarms, &e->alarms_cap, n + 1, sizeof *e->alarms);
    e->alarms[n] = a;
}

void emit_alarm_texts(struct emit *e)
{
    size_t n = map_count(e->alarm_points);
    e->alarm_texts = arena_array(e->ctx->arena, n + 1, sizeof *e->alarm_texts);
    for (size_t i = 0; i < n; i++) {
        e->alarm_texts[i].name = ib_text(&e->t, e->alarms[i]->name);
        e->alarm_texts[i].text = ib_text(&e->t, e->alarms[i]->text);
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
