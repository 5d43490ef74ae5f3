/* Pass "build": the syntax tree becomes the typed model. Values are parsed by the vocabulary's
 * rows; what remains here is which record an element becomes and where it hangs. Never looks at a
 * second thing: references are resolve.c's. */
#include "compiler/build.h"

#include "compiler/model_pass.h"
#include "compiler/number_text.h"
#include "schemas/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct srcpos place(const struct node *n, enum at name)
{
    const struct attr *a = node_attr(n, name);
    return a ? value_pos(n, a) : node_pos(n);
}

bool sound(const struct node *n, enum at name)
{
    const struct attr *a = node_attr(n, name);
    const struct vocab_row *row = a ? NULL : vocab_find((enum el)n->name, name);
    return a ? !a->wrong : !row || !(row->flags & VF_required);
}

static void store_default(struct build *b, const struct vocab_row *row, uint8_t *record)
{
    static const double nan_value = NAN;
    static const uint32_t not_set = NOT_SET;
    static const struct str empty = {"", 0};
    struct attr a = {.value = row->dflt, .n = strlen(row->dflt) & ATTR_MAX, .name = row->at & 255u};
    struct node nowhere = {.name = row->el};
    uint8_t *to = record + row->offset;
    if (a.n) {
        build_value(b, row, &nowhere, &a, to);
        return;
    }
    switch (row->kind) {
    case VK_real: memcpy(to, &nan_value, sizeof nan_value); break;
    case VK_unsigned: case VK_instance: case VK_object: case VK_object_type: case VK_property:
    case VK_duration: case VK_seconds:
        memset(to, 0, row->size);
        if (row->size >= 4)
            memcpy(to, &not_set, sizeof not_set);
        break;
    case VK_date: memset(to, 255, row->size); break;
    case VK_text: case VK_name: case VK_kept: case VK_guid: case VK_day: case VK_ip_port:
    case VK_url: case VK_hash: case VK_pattern: case VK_ref:
        memcpy(to, &empty, sizeof empty);
        break;
    default: break;
    }
}

static void *prototype(struct build *b, enum el el, size_t size)
{
    if (b->prototype[el])
        return b->prototype[el];
    uint8_t *record = arena_alloc(b->ctx->arena, size);
    for (size_t i = 0; i < n_vocab_rows; i++)
        if (vocab_rows[i].el == el && vocab_rows[i].offset != NOWHERE && !(vocab_rows[i].flags & VF_rare))
            store_default(b, &vocab_rows[i], record);
    return b->prototype[el] = record;
}

const struct variable_rare variable_nothing_rare = {
    .formerly = {"", 0}, .guid = {"", 0}, .location = {"", 0},
    .notification_class = {{"", 0}, NULL}, .alarm_point = {{"", 0}, NULL},
    .minimum_on = NOT_SET, .minimum_off = NOT_SET,
};

struct variable_rare *build_rare(struct ctx *ctx, struct variable *v)
{
    if (!v->rare) {
        v->rare = arena_alloc(ctx->arena, sizeof *v->rare);
        *v->rare = variable_nothing_rare;
    }
    return v->rare;
}

/* Where the row's value goes; NULL: it is only checked. */
static void *member(struct build *b, const struct vocab_row *row, void *record)
{
    if (row->offset == NOWHERE)
        return NULL;
    return (uint8_t *)(row->flags & VF_rare ? build_rare(b->ctx, record) : record) + row->offset;
}

void build_fill(struct build *b, const struct node *n, void *record)
{
    unsigned n_required = 0;
    b->bad = false;
    for (uint32_t i = 0; i < n->n_attrs; i++) {
        const struct attr *a = &n->attrs[i];
        const struct vocab_row *row = b->row_of[n->name][a->name];
        n_required += row && row->flags & VF_required;
        n->attrs[i].wrong = a->wrong || (row && !build_value(b, row, n, a, member(b, row, record)));
        b->bad |= a->wrong;
    }
    /* a missing attribute has been reported with the form; the record is not to be trusted */
    b->bad |= n_required < b->n_required[n->name];
}

void *build_record(struct build *b, const struct node *n, size_t size)
{
    void *record = arena_alloc(b->ctx->arena, size);
    memcpy(record, prototype(b, (enum el)n->name, size), size);
    build_fill(b, n, record);
    return record;
}

struct setting *build_settings(struct build *b, const struct node *n, enum at but, enum at nor,
                               uint32_t *count)
{
    struct setting *list = arena_array(b->ctx->arena, n->n_attrs, sizeof *list);
    uint32_t k = 0;
    for (uint32_t i = 0; i < n->n_attrs; i++) {
        const struct attr *a = &n->attrs[i];
        if (a->name == but || a->name == nor || !a->n)
            continue;                   /* empty: not given                                    */
        list[k].name = build_intern(b, at_names[a->name], strlen(at_names[a->name]));
        list[k].value = build_intern(b, a->value, a->n);
        list[k++].pos = value_pos(n, a);
    }
    *count = k;
    return list;
}

/* A unit by BACnet name or number; NOT_SET if there is none. */
static uint32_t unit_code(const char *s, size_t n)
{
    const struct unit *u = unit_by_name(s, n);
    int64_t code;
    if (!u && parse_int(s, n, &code) && code >= 0 && code < UINT32_MAX)
        u = unit_by_code((uint32_t)code);
    return u ? u->code : NOT_SET;
}

static void build_unit(struct build *b, const struct node *n, struct unit_alias ***tail)
{
    struct unit_alias *u = build_record(b, n, sizeof *u);
    const struct attr *a = node_attr(n, AT_bacnet);
    u->pos = node_pos(n);
    u->code = a ? unit_code(a->value, a->n) : NOT_SET;
    if (a && u->code == NOT_SET) {
        diag(b->ctx, value_pos(n, a), D_BAD_UNIT, "'%s' is no BACnet unit", a->value);
        struct near near = near_of(a->value, a->n);
        for (size_t i = 0; i < n_units; i++)
            near_offer(&near, units[i].name, strlen(units[i].name));
        if (near_take(&near))
            diag_hint(b->ctx, "did you mean '%s'?", near_take(&near));
    }
    APPEND(tail, u);
}

static int by_value(const void *a, const void *b)
{
    const struct state *x = a, *y = b;
    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->pos.line > y->pos.line) - (x->pos.line < y->pos.line);
}

static void number_states(struct build *b, struct state_set *set)
{
    bool all = !set->poisoned;          /* none is missing because it is wrong                 */
    qsort(set->states, set->n_states, sizeof *set->states, by_value);
    for (uint32_t i = 1; i < set->n_states; i++)
        all = all && set->states[i].value != set->states[i - 1].value;
    for (uint32_t i = 0; i < set->n_states; i++) {
        struct state *s = &set->states[i];
        const struct state *before = i ? s - 1 : NULL;
        if (before && before->value == s->value) {
            diag(b->ctx, s->pos, D_DUPLICATE_STATE, "value %lld of '%s' is already '%s'",
                 (long long)s->value, set->name.s, before->text.s);
            diag_note(b->ctx, before->pos, "first given here");
            set->poisoned = true;
        } else if (before && all && !set->poisoned && !s->wire_given && s->value != before->value + 1) {
            diag(b->ctx, s->pos, D_STATE_GAP, "'%s' has no state between %lld and %lld",
                 set->name.s, (long long)before->value, (long long)s->value);
            diag_note(b->ctx, before->pos, "the state before");
            set->poisoned = true;
        }
        if (!s->wire_given)
            s->wire = (uint32_t)(s->value + 1 - set->states[0].value);
        set->max_wire = s->wire > set->max_wire ? s->wire : set->max_wire;
        for (uint32_t k = 0; k < i && !set->poisoned; k++)
            if (set->states[k].wire == s->wire) {
                diag(b->ctx, s->pos, D_DUPLICATE_WIRE, "state number %u of '%s' is already '%s'",
                     s->wire, set->name.s, set->states[k].text.s);
                diag_note(b->ctx, set->states[k].pos, "first given here");
                set->poisoned = true;
            }
    }
}

static void build_states(struct build *b, const struct node *n, struct state_set ***tail)
{
    struct state_set *set = build_record(b, n, sizeof *set);
    set->poisoned = b->bad;
    set->node = n;
    set->pos = node_pos(n);
    size_t room = 0;
    for (const struct node *c = n->child; c; c = c->next)
        room += c->name == EL_State;
    set->states = arena_array(b->ctx->arena, room, sizeof *set->states);
    for (const struct node *c = node_child(n, EL_State); c; c = node_next(c, EL_State)) {
        struct state *s = &set->states[set->n_states];
        *s = (struct state){0};
        build_fill(b, c, s);
        set->poisoned |= b->bad;
        set->n_states += sound(c, AT_value);
        s->pos = node_pos(c);
        s->wire_given = node_attr(c, AT_wire) != NULL;
        s->text = build_intern(b, c->text, c->text_n);
        if (!c->text_n && !c->lacks)
            diag(b->ctx, s->pos, D_EMPTY_NAME, "a state of '%s' has no text", set->name.s);
        set->poisoned |= !c->text_n;
    }
    set->poisoned |= n->lacks;          /* a state was left out                                */
    if (!node_child(n, EL_State) && !n->lacks) {
        diag(b->ctx, set->pos, D_MISSING_CHILD, "'%s' has no State", set->name.s);
        set->poisoned = true;
    }
    if (set->n_states > 4096) {
        diag(b->ctx, set->pos, D_TOO_MANY, "'%s' has %u states; 4096 is the limit", set->name.s,
             set->n_states);
        set->poisoned = true;
    }
    number_states(b, set);
    APPEND(tail, set);
}

void build_alarm_points(struct build *b, const struct node *n, struct alarm_point ***tail)
{
    for (const struct node *c = node_child(n, EL_AlarmPoint); c; c = node_next(c, EL_AlarmPoint)) {
        struct alarm_point *p = build_record(b, c, sizeof *p);
        p->poisoned = b->bad;
        p->node = c;
        p->pos = node_pos(c);
        APPEND(tail, p);
    }
}

void build_sources(struct build *b, const struct node *n, struct source ***tail)
{
    for (const struct node *c = n->child; c; c = c->next) {
        if (c->name != EL_Mqtt && c->name != EL_Modbus && c->name != EL_Simulate)
            continue;
        struct source *s = build_record(b, c, sizeof *s);
        s->poisoned = b->bad;
        s->node = c;
        s->pos = node_pos(c);
        s->kind = build_intern(b, el_names[c->name], strlen(el_names[c->name]));
        s->settings = build_settings(b, c, AT_id, AT_alarmPoint, &s->n_settings);
        APPEND(tail, s);
    }
}

static struct binding *build_bindings(struct build *b, const struct node *n)
{
    struct binding *first = NULL, **end = &first, ***tail = &end;
    for (const struct node *c = node_child(n, EL_Bind); c; c = node_next(c, EL_Bind)) {
        struct binding *bind = build_record(b, c, sizeof *bind);
        bind->node = c;
        bind->pos = node_pos(c);
        bind->settings = build_settings(b, c, AT_source, AT_NONE, &bind->n_settings);
        APPEND(tail, bind);
    }
    return first;
}

struct variable *variables_add(struct arena *a, struct variables *l)
{
    uint32_t i = l->n / VARIABLE_BLOCK + 1;
    if (!(i & (i - 1)) && l->n % VARIABLE_BLOCK == 0)
        l->blocks[31 - __builtin_clz(i)] = arena_array(a, (size_t)i * VARIABLE_BLOCK, sizeof(struct variable));
    struct variable *v = variable_at(l, l->n);
    v->serial = l->n++;
    return v;
}

struct variable *build_variable_room(struct build *b)
{
    struct variable *v = variables_add(b->ctx->arena, b->all);
    *b->end = v;
    b->end = &v->next;
    return v;
}

/* "True", "yes", "1" mean what true says, though they are mistakes: so the object is checked as well. */
static uint8_t visible_by_looks(const struct attr *a)
{
    static const char no[] = "nNfF0-";
    return a->n && !strchr(no, a->value[0]) ? YES : UNSET;
}

void build_variable(struct build *b, const struct node *n, struct variable *v)
{
    uint32_t serial = v->serial;
    struct on_plc *first = NULL, **end = &first, ***on_tail = &end;
    memcpy(v, prototype(b, EL_Variable, sizeof *v), sizeof *v);
    build_fill(b, n, v);
    v->poisoned = b->bad;
    if (b->bad && !sound(n, AT_bacnetVisible))
        v->visible = visible_by_looks(node_attr(n, AT_bacnetVisible));
    v->node = n;
    v->pos = node_pos(n);
    v->serial = serial;
    v->initial = NAN;
    v->unit_code = BACNET_UNITS_NO_UNITS;
    if (!n->child)
        return;
    build_rare(b->ctx, v)->bindings = build_bindings(b, n);
    for (const struct node *o = node_child(n, EL_On); o; o = node_next(o, EL_On)) {
        struct on_plc *on = build_record(b, o, sizeof *on);
        on->node = o;
        on->bindings = build_bindings(b, o);
        APPEND(on_tail, on);
    }
    v->rare->on_list = first;
}

static void build_variables(struct build *b, const struct node *n)
{
    for (const struct node *c = node_child(n, EL_Variable); c; c = node_next(c, EL_Variable))
        build_variable(b, c, build_variable_room(b));
}

/* Where each list of the model ends. */
struct tails {
    struct unit_alias **units;
    struct state_set **sets;
    struct alarm_point **points;
    struct source **sources;
    struct recipient **recipients;
    struct plc **plcs;
};

static void build_child(struct build *b, const struct node *n, struct tails *t)
{
    switch (n->name) {
    case EL_Units:
        for (const struct node *u = node_child(n, EL_Unit); u; u = node_next(u, EL_Unit))
            build_unit(b, u, &t->units);
        break;
    case EL_StateTexts: build_states(b, n, &t->sets); break;
    case EL_AlarmPoints: build_alarm_points(b, n, &t->points); break;
    case EL_Sources: build_sources(b, n, &t->sources); break;
    case EL_Variables: build_variables(b, n); break;
    case EL_Recipients: build_recipients(b, n, &t->recipients); break;
    case EL_Plc: build_plc(b, n, &t->plcs); break;
    default: break;
    }
}

struct build *build_new(struct ctx *ctx)
{
    struct build *b = arena_alloc(ctx->arena, sizeof *b);
    b->ctx = ctx;
    b->all = arena_alloc(ctx->arena, sizeof *b->all);
    b->end = &b->first;
    for (size_t i = n_vocab_rows; i-- > 0;) {
        b->row_of[vocab_rows[i].el][vocab_rows[i].at] = &vocab_rows[i];
        b->n_required[vocab_rows[i].el] += vocab_rows[i].flags & VF_required;
    }
    return b;
}

void pass_build(struct ctx *ctx)
{
    struct build *b = ctx->build ? ctx->build : build_new(ctx);
    if (!ctx->tree)
        return;
    struct model *m = build_record(b, ctx->tree, sizeof *m);
    ctx->model = b->model = m;
    m->node = ctx->tree;
    m->pos = node_pos(ctx->tree);
    struct tails tails = {&m->units, &m->state_sets, &m->alarm_points, &m->sources, &m->recipients, &m->plcs};
    build_waiting(b);
    for (const struct node *n = ctx->tree->child; n; n = n->next)
        build_child(b, n, &tails);
    m->variables = b->first;
    m->all = b->all;
    m->n_variables = b->all->n;
}
