/* Variables: those of this PLC, with their states, sources and bindings as written; then, which objects show
 * them. */
#include "compiler/emit.h"

#include "compiler/resolve.h"

#include <string.h>

uint32_t emit_variable_index(const struct emit *e, const struct variable *v)
{
    if (!v)
        return IMG_NONE;
    return e->variable_at ? e->variable_at[v->serial] : v->serial;
}

const struct variable *emit_variable_of(const struct plan_object *o)
{
    if (o->kind == LK_variable)
        return ((const struct publication *)o->of)->variable;
    return o->kind == LK_schedule ? ((const struct schedule *)o->of)->variable.to : NULL;
}

static void choose(struct emit *e, const struct variable *v)
{
    if (v)
        e->variable_at[v->serial] = 0;
}

static void choose_of_objects(struct emit *e, const struct plan_device *d)
{
    for (uint32_t k = 0; k < d->n_objects; k++) {
        const struct plan_object *o = &d->objects[k];
        const struct publication *p = o->of;
        if (o->kind == LK_schedule)
            choose(e, ((const struct schedule *)o->of)->variable.to);
        if (o->kind != LK_variable)
            continue;
        choose(e, p->variable);
        const struct alarm_point *a = publication_alarm(p);
        choose(e, a ? a->feedback.to : NULL);
        choose(e, a ? a->reset_variable.to : NULL);
    }
}

/* Published here, read by something here, or meant for no other controller. */
static void choose_some(struct emit *e)
{
    const struct model *m = e->ctx->model;
    e->n_variables = 0;
    e->variables = arena_array(e->ctx->arena, (size_t)m->n_variables + 1, sizeof(void *));
    e->variable_at = arena_array(e->ctx->arena, (size_t)m->n_variables + 1, sizeof *e->variable_at);
    memset(e->variable_at, 0xff, ((size_t)m->n_variables + 1) * sizeof *e->variable_at);
    for (uint32_t i = 0; i < e->plc->n_devices; i++)
        choose_of_objects(e, &e->plc->devices[i]);
    for (struct variable *v = m->variables; v; v = v->next) {
        look_ahead(v, BEFORE(node));
        if (on_of(v, e->of) || (!v->publications && !variable_rare(v)->on_list))
            choose(e, v);
        if (e->variable_at[v->serial] == IMG_NONE)
            continue;
        e->variable_at[v->serial] = e->n_variables;
        e->variables[e->n_variables++] = v;
    }
}

/* Where there is no other controller, all: their indexes are their serial numbers. */
void emit_choose(struct emit *e)
{
    const struct model *m = e->ctx->model;
    if (m->plcs && m->plcs->next)
        choose_some(e);
}

const struct variable *emit_chosen(const struct emit *e, uint32_t i)
{
    return e->variables ? e->variables[i] : variable_at(e->ctx->model->all, i);
}

static uint32_t known(const struct map *m, struct str name) { return (uint32_t)(uintptr_t)map_get(m, name); }

static void learn(struct map *m, struct str name, uint32_t index)
{
    map_set(m, name, (void *)(uintptr_t)((size_t)index + 1));
}

static uint32_t emit_states(struct emit *e, const struct state_set *set)
{
    struct image_build *b = &e->t;
    if (!set)
        return IMG_NONE;
    uint32_t have = known(e->state_sets, set->name), first = ib_count(b, SEC_states), n = set->n_states;
    if (have)
        return have - 1;
    struct img_state_set out = {ib_text(b, set->name), le32_of(first), le32_of(n)};
    uint32_t last = 0;
    for (uint32_t k = 0; k < n; k++) {  /* ascending by wire; sets are small */
        const struct state *next = NULL;
        for (uint32_t i = 0; i < n; i++)
            if (set->states[i].wire > last && (!next || set->states[i].wire < next->wire))
                next = &set->states[i];
        if (!next)
            break;
        struct img_state s = {ib_text(b, next->text), le32_of((uint32_t)(int32_t)next->value), le32_of(next->wire)};
        memcpy(ib_add(b, SEC_states, 1), &s, sizeof s);
        last = next->wire;
    }
    uint32_t index = ib_count(b, SEC_state_sets);
    memcpy(ib_add(b, SEC_state_sets, 1), &out, sizeof out);
    learn(e->state_sets, set->name, index);
    return index;
}

static le32 emit_settings(struct image_build *b, const struct setting *s, uint32_t n)
{
    uint32_t first = ib_count(b, SEC_attributes);
    for (uint32_t i = 0; i < n; i++) {
        struct img_attribute a = {ib_text(b, s[i].name), ib_text(b, s[i].value)};
        memcpy(ib_add(b, SEC_attributes, 1), &a, sizeof a);
    }
    return le32_of(first);
}

/* The Binary Input that says that the source is lost. */
static uint32_t loss_object(const struct emit *e, const struct source *s)
{
    const struct publication *p = s->lost ? s->lost->publications : NULL;
    while (p && p->device->plc != e->plc->plc)
        p = publication_next(p);
    const struct plan_device *d = p ? p->device->plan : NULL;
    const struct plan_object *o = d ? plan_find(d, plan_publication(d, p)) : NULL;
    return o ? e->first[d - d->plc->devices] + o->index : IMG_NONE;
}

static uint32_t emit_source(struct emit *e, const struct source *s)
{
    uint32_t have = known(e->sources, s->id);
    if (have)
        return have - 1;
    struct img_source out = {ib_text(&e->t, s->kind), ib_text(&e->t, s->id),
                             emit_settings(&e->t, s->settings, s->n_settings), le32_of(s->n_settings),
                             le32_of(IMG_NONE)};
    uint32_t index = ib_count(&e->t, SEC_sources);
    memcpy(ib_add(&e->t, SEC_sources, 1), &out, sizeof out);
    e->source_of = arena_grow(e->side.arena, e->source_of, &e->source_of_cap, (size_t)index + 1, sizeof *e->source_of);
    e->source_of[index] = s;
    learn(e->sources, s->id, index);
    return index;
}

/* The On child's bindings, where it has some, replace the variable's. */
static uint32_t emit_bindings(struct emit *e, const struct variable *v, uint32_t index)
{
    const struct on_plc *on = on_of(v, e->of);
    uint32_t n = 0;
    for (const struct binding *x = on && on->bindings ? on->bindings : variable_rare(v)->bindings; x; x = x->next) {
        if (!x->source.to)
            continue;
        struct img_binding out = {le32_of(index), le32_of(emit_source(e, x->source.to)),
                                  emit_settings(&e->t, x->settings, x->n_settings), le32_of(x->n_settings)};
        memcpy(ib_add(&e->t, SEC_bindings, 1), &out, sizeof out);
        n++;
    }
    return n;
}

static uint8_t flags_of(const struct variable *v)
{
    unsigned f = (v->retain == YES ? IMG_VAR_RETAIN : 0u) | (v->access != ACCESS_OUTPUT ? IMG_VAR_READABLE : 0u) |
                 (v->access != ACCESS_READ ? IMG_VAR_WRITABLE : 0u) |
                 (v->access == ACCESS_OUTPUT ? IMG_VAR_OUTPUT : 0u);
    return (uint8_t)f;
}

/* A unit, a discipline: mostly interned, so that the same one has the same address. */
static le32 seen_text(struct emit *e, struct str s)
{
    struct emit_seen *k = &e->seen[((uintptr_t)s.s * 0x9e3779b97f4a7c15u >> 40) % EMIT_SEEN];
    if (!s.n)
        return le32_of(0);
    if (k->s != s.s)
        *k = (struct emit_seen){s.s, ib_text(&e->t, s)};
    return k->at;
}

static void emit_variable(struct emit *e, uint32_t i, const struct variable *v)
{
    struct image_build *b = &e->t;
    struct img_variable out = {
        .name = ib_text_new(b, v->name), .description = ib_text_again(b, v->description),
        .unit = seen_text(e, v->unit), .discipline = seen_text(e, v->discipline),
        .type = v->type, .flags = flags_of(v), .states = le32_of(emit_states(e, v->states.to)),
        .initial = le64_of_real(v->initial), .low = le64_of_real(v->low),
        .high = le64_of_real(v->high),
        .first_binding = le32_of(ib_count(b, SEC_bindings)),
    };
    out.n_bindings = le32_of(emit_bindings(e, v, i));
    memcpy(ib_add(b, SEC_variables, 1), &out, sizeof out);
}

void emit_variables(struct emit *e)
{
    struct image_build *b = &e->t;
    size_t n = e->n_variables;
    uint32_t *names = arena_array(e->side.arena, n + 1, sizeof *names);
    (void)ib_text(b, (struct str){"", 0});
    ib_expect(b, SEC_variables, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct variable *v = emit_chosen(e, i);
        emit_variable(e, i, v);
        names[i] = img_hash_name(0, v->name.s, v->name.n);
    }
    ib_hash(b, SEC_variable_hash, e->n_variables, names);
    arena_release(e->side.arena, names, (n + 1) * sizeof *names);
}

/* ---- once objects have their numbers ---- */

/* The objects of each variable, behind one another; next[i] is where those of the i-th end. */
static uint32_t *list_objects(struct emit *e, const uint32_t *count, uint32_t total)
{
    uint32_t *next = arena_array(e->side.arena, (size_t)e->n_variables + 1, sizeof *next);
    for (uint32_t i = 0, at = 0; i < e->n_variables; at += count[i++])
        next[i] = at;
    le32 *list = ib_add(&e->t, SEC_variable_objects, total);
    for (uint32_t i = 0; i < e->n_objects; i++) {
        uint32_t v = e->variable_of[i];
        if (v != IMG_NONE)
            list[next[v]++] = le32_of(i);
    }
    return next;
}

void emit_links(struct emit *e)
{
    struct image_build *b = &e->t;
    size_t n = e->n_variables;
    uint32_t *count = arena_array(e->side.arena, n + 1, sizeof *count), total = 0;
    for (uint32_t i = 0; i < e->n_objects; i++) {
        uint32_t v = e->variable_of[i];
        if (v != IMG_NONE) {
            count[v]++;
            total++;
        }
    }
    uint32_t *next = list_objects(e, count, total);
    const le32 *list = ib_at(b, SEC_variable_objects, 0);
    for (uint32_t i = 0; i < n; i++) {
        struct img_variable *out = ib_at(b, SEC_variables, i);
        uint32_t first = next[i] - count[i];
        out->first_object = le32_of(first);
        out->n_objects = le16_of((uint16_t)count[i]);
        next[i] = count[i] ? le32_get(list[first]) : IMG_NONE;
    }
    emit_variable_identities(e, next);
    for (uint32_t i = 0; i < ib_count(b, SEC_sources); i++)
        ((struct img_source *)ib_at(b, SEC_sources, i))->alarm_object = le32_of(loss_object(e, e->source_of[i]));
    arena_release(e->side.arena, count, (n + 1) * sizeof *count);
    arena_release(e->side.arena, next, (n + 1) * sizeof *next);
}
