/* Which variable of a project an object of a list is: by the device it stands in and its name there,
 * and whether its number is that of the numbering file already. */
#include "compiler/lock.h"
#include "compiler/merge.h"
#include "schemas/bacnet.h"

#include <string.h>

const struct node *merge_on(const struct node *var, const char *plc)
{
    const struct node *on = node_child(var, EL_On);
    while (on && strcmp(merge_attr(on, AT_plc), plc) != 0)
        on = node_next(on, EL_On);
    return on;
}

const char *merge_device_meant(const struct merge *m, const struct node *var, struct str plc)
{
    if (*merge_attr(var, AT_bacnetDevice))
        return merge_attr(var, AT_bacnetDevice);
    const struct node *only = map_get(m->only_device, plc);
    return only ? merge_attr(only, AT_name) : "";
}

static struct str object_name_of(struct merge *m, const struct node *var, const struct node *row)
{
    const char *name = row && *merge_attr(row, AT_name) ? merge_attr(row, AT_name) : merge_attr(var, AT_dataPointName);
    name = *name ? name : merge_attr(var, AT_name);
    return ctx_str(m->ctx, name, strlen(name));
}

struct stand {                  /* an object in its place                                      */
    struct node *var;
    struct str name;
};

static struct str number_of(struct merge *m, const char *plc, const char *device, const char *type, const char *number)
{
    return merge_key(m, plc, device, arena_printf(m->ctx->arena, "%s\n%s", type, number));
}

static void stands(struct merge *m, struct node *var, const char *plc, const char *device, const struct node *row)
{
    struct stand *s = arena_alloc(m->ctx->arena, sizeof *s);
    const char *variable = merge_attr(var, AT_name);
    const struct node *on = merge_on(var, plc);
    const struct merge_word word = { .n = var, .var = var };
    const char *number = row ? merge_attr(row, AT_instance) : on ? merge_attr(on, AT_instance) : "";
    *s = (struct stand){ var, object_name_of(m, var, row) };
    struct str form = merge_key(m, plc, device, merge_ede_form(m, s->name.s).s);
    map_add(m->by_place, merge_key(m, plc, device, s->name.s), s);
    map_add(m->in_place, merge_key(m, plc, device, variable), s);
    if (map_add(m->by_form, form, s))
        map_set(m->by_form, form, NULL);
    if (*number)
        map_add(m->by_number, number_of(m, plc, device, merge_object_type(&word, row), number), s);
    map_add(m->placed, ctx_str(m->ctx, variable, strlen(variable)), var);
}

static void place_variable(struct merge *m, struct node *var)
{
    const bool everywhere = !strcmp(merge_attr(var, AT_bacnetVisible), "true");
    for (const struct node *plc = m->first_plc; plc; plc = node_next(plc, EL_Plc)) {
        const char *name = merge_attr(plc, AT_name);
        const struct node *on = merge_on(var, name);
        const char *here = on ? merge_attr(on, AT_bacnetVisible) : "";
        if (*here ? strcmp(here, "true") != 0 : !everywhere)
            continue;
        const char *device = on && *merge_attr(on, AT_bacnetDevice)
                                 ? merge_attr(on, AT_bacnetDevice)
                                 : merge_device_meant(m, var, ctx_str(m->ctx, name, strlen(name)));
        if (!map_get(m->in_place, merge_key(m, name, device, merge_attr(var, AT_name))))
            stands(m, var, name, device, NULL);
    }
}

/* Rows first: where one names the object, the variable's own name says nothing. */
static void place_rows(struct merge *m)
{
    for (size_t i = 0; i < map_count(m->objects); i++) {
        struct str key;
        const struct node *row = map_at(m->objects, i, &key);
        const char *variable = merge_attr(row, AT_variable), *device = strchr(key.s, '\n') + 1;
        struct node *var = map_get(m->variables, ctx_str(m->ctx, variable, strlen(variable)));
        if (var)
            stands(m, var, arena_copy(m->ctx->arena, key.s, (size_t)(device - 1 - key.s)),
                   arena_copy(m->ctx->arena, device, strcspn(device, "\n")), row);
    }
}

/* ---- numbers ------------------------------------------------------------------------------ */

static const char *type_word(uint32_t type)
{
    static const char words[3][3][3] = { { "AI", "AO", "AV" }, { "BI", "BO", "BV" }, { "MI", "MO", "MV" } };
    static const uint32_t types[3][3] = {
        { OT_analog_input, OT_analog_output, OT_analog_value },
        { OT_binary_input, OT_binary_output, OT_binary_value },
        { OT_multi_state_input, OT_multi_state_output, OT_multi_state_value },
    };
    for (size_t i = 0; i < 9; i++)
        if (types[i / 3][i % 3] == type)
            return words[i / 3][i % 3];
    return "";
}

static struct str number_key(struct merge *m, const char *plc, const char *device, const char *variable, const char *type)
{
    return merge_key(m, plc, device, arena_printf(m->ctx->arena, "%s\n%s", variable, type));
}

static struct str child_key(struct merge *m, const char *plc, const char *device, const char *element, const char *number)
{
    return merge_key(m, plc, device, arena_printf(m->ctx->arena, "%s\n%s", element, number));
}

const struct str *merge_child_name(struct merge *m, const char *plc, const char *device, const struct plist_child *c)
{
    return map_get(m->child_names, child_key(m, plc, device, c->element, c->instance.s));
}

static void keep_child_name(struct merge *m, const char *plc, const char *device, const struct lock_line *line)
{
    static const enum el elements[LOCK_KINDS] = {
        [LK_class] = EL_NotificationClass, [LK_calendar] = EL_Calendar, [LK_schedule] = EL_Schedule,
    };
    if (!elements[line->kind])
        return;
    struct str *name = arena_alloc(m->ctx->arena, sizeof *name);
    *name = ctx_str(m->ctx, line->name.s, line->name.n);
    map_set(m->child_names, child_key(m, plc, device, el_names[elements[line->kind]], plist_format(m->l, "%u", line->instance).s),
            name);
}

static void read_numbers(struct merge *m)
{
    const struct lock *lock = lock_load(m->ctx);
    for (size_t i = 0; lock && i < lock->n_devices; i++) {
        const struct lock_device *d = lock->devices[i];
        const char *plc = arena_copy(m->ctx->arena, d->plc.s, d->plc.n);
        const char *device = arena_copy(m->ctx->arena, d->handle.s, d->handle.n);
        for (uint32_t k = 0; k < d->n_lines && !d->gone; k++) {
            const struct lock_line *line = lock_at(d, k);
            if (line->state != LOCK_LIVE)
                continue;
            if (line->kind != LK_variable) {
                keep_child_name(m, plc, device, line);
                continue;
            }
            struct str *number = arena_alloc(m->ctx->arena, sizeof *number);
            *number = plist_format(m->l, "%u", line->instance);
            const char *variable = arena_copy(m->ctx->arena, line->name.s, line->name.n), *type = type_word(line->type);
            map_set(m->numbers, number_key(m, plc, device, variable, type), number);
            struct stand *s = map_get(m->in_place, merge_key(m, plc, device, variable));
            if (s)
                map_add(m->by_number, number_of(m, plc, device, type, number->s), s);
        }
    }
}

void merge_index_places(struct merge *m)
{
    struct map **maps[] = { &m->by_place, &m->in_place, &m->placed, &m->numbers, &m->by_form, &m->by_number, &m->listed,
                            &m->child_names };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = map_new(m->ctx->arena);
    place_rows(m);
    for (size_t i = 0; i < map_count(m->variables); i++) {
        struct str name;
        place_variable(m, map_at(m->variables, i, &name));
    }
    read_numbers(m);
}

bool merge_of_source(struct merge *m, const struct plist_point *p)
{
    static const char prefix[] = "Source_";
    if (!m->o->ede || strncmp(p->name.s, prefix, sizeof prefix - 1) != 0)
        return false;
    for (const struct node *s = node_child(m->ctx->tree, EL_Sources); s; s = node_next(s, EL_Sources))
        for (const struct node *n = s->child; n; n = n->next)
            if (*merge_attr(n, AT_alarmPoint) && !strcmp(merge_attr(n, AT_id), p->name.s + sizeof prefix - 1))
                return true;
    return false;
}

bool merge_numbered(struct merge *m, const struct node *var, const struct plist_point *p,
                    const struct plist_publish *o)
{
    const struct str *number = map_get(m->numbers, number_key(m, o->plc.s, o->device.s, merge_attr(var, AT_name),
                                                              p->attrs[PA_dataPointType].s));
    return number && str_eq(*number, o->instance);
}

void merge_index_list(struct merge *m)
{
    for (const struct plist_point *p = m->l->points; p; p = p->next)
        for (const struct plist_publish *o = p->publish; o; o = o->next)
            map_set(m->listed, merge_key(m, o->plc.s, o->device.s, merge_ede_form(m, p->listed.s).s), m);
}

/* By its number in the device that has the list's instance, unless the list has the object under its name, too. */
static const struct node *by_number(struct merge *m, struct plist_point *p)
{
    const struct plist_publish *o = p->publish;
    struct str number = number_of(m, o->plc.s, o->device.s, p->attrs[PA_dataPointType].s, o->instance.s);
    const struct stand *s = o->same_device ? map_get(m->by_number, number) : NULL;
    if (!s || map_get(m->listed, merge_key(m, o->plc.s, o->device.s, merge_ede_form(m, s->name.s).s)))
        return NULL;
    if (!p->attrs[PA_dataPointName].n)
        p->attrs[PA_dataPointName] = p->listed;
    if (!merge_ede_text(s->name.s, p->listed.s) && !m->n_renamed++)
        m->first_renamed = p->pos;
    return s->var;
}

const struct node *merge_object(struct merge *m, struct plist_point *p)
{
    const struct plist_publish *o = p->publish;
    const struct str *other = map_get(m->schedule_variables, p->name);
    const struct node *var = map_get(m->variables, other ? *other : p->name);
    if (!o)
        return var;
    struct str name = p->attrs[PA_dataPointName].n ? p->attrs[PA_dataPointName] : p->name;
    bool here = var && map_get(m->in_place, merge_key(m, o->plc.s, o->device.s, p->name.s));
    bool nowhere = var && !map_get(m->placed, p->name);
    if (here && p->by_address)
        return var;
    const struct stand *s = map_get(m->by_place, merge_key(m, o->plc.s, o->device.s, name.s));
    if (s || here || nowhere)
        return s ? s->var : var;
    s = map_get(m->by_form, merge_key(m, o->plc.s, o->device.s, merge_ede_form(m, name.s).s));
    const struct node *numbered = s ? s->var : by_number(m, p);
    if (numbered)
        return numbered;
    const struct node *by_object = map_get(m->by_object, name);
    if (!by_object || map_get(m->placed, merge_named(m, by_object, AT_name)))
        return NULL;
    return by_object;
}

bool merge_at_home(struct merge *m, const struct node *var, const struct plist_publish *o)
{
    const struct node *on = merge_on(var, o->plc.s);
    const char *device = on && *merge_attr(on, AT_bacnetDevice) ? merge_attr(on, AT_bacnetDevice)
                                                                : merge_device_meant(m, var, o->plc);
    return !strcmp(device, o->device.s);
}

void merge_contrary(struct merge *m, const struct node *var, const struct plist_point *first, const struct plist_point *p)
{
    static const enum pa shared[] = { PA_unit, PA_low, PA_high, PA_initial };
    const size_t n = sizeof shared / sizeof *shared - (p->attrs[PA_stateTexts].n > 0 || !strcmp(p->attrs[PA_type].s, "BOOL"));
    const struct merge_word have = merge_word_of(m, var, var, NULL, p->publish);
    for (size_t i = 0; i < n; i++) {
        const enum pa a = shared[i];
        const struct str of_first = first->attrs[a];
        if (!p->attrs[a].n || (of_first.n ? str_eq(p->attrs[a], of_first) : merge_same(m, &have, merge_at[a], a, p->attrs[a])))
            continue;
        diag(m->ctx, p->pos, D_IMPORT_ADJUSTED, "'%s' has one %s for all its objects; '%s' is left out", merge_attr(var, AT_name),
             plist_attr_names[a], p->attrs[a].s);
        diag_note(m->ctx, first->pos, of_first.n ? "this object's is taken" : "this object has none");
    }
}
