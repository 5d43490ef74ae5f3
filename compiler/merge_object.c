/* What a list says of an object goes where the project says it: the variable, its On, or its row of the object
 * table of the device. */
#include "compiler/merge.h"
#include "compiler/plist_write.h"

#include <string.h>

bool merge_set(struct merge *m, const struct node *n, enum at at, const char *value)
{
    if (!strcmp(merge_attr(n, at), value))
        return false;
    merge_edit_attr(m, n, at_names[at], value);
    return true;
}

/* Does the variable itself already say where it is published, without a number? */
static bool said_by_variable(const struct merge *m, const struct node *var, const struct plist_publish *o)
{
    const char *visible = merge_attr(var, AT_bacnetVisible);
    return !o->instance.n && !strcmp(*visible ? visible : "false", o->visible.s) &&
           (!o->device.n || !strcmp(merge_device_meant(m, var, o->plc), o->device.s));
}

const struct node *merge_row(struct merge *m, const struct node *var, const struct plist_publish *o)
{
    return map_get(m->objects, merge_key(m, o->plc.s, o->device.s, merge_attr(var, AT_name)));
}

struct merge_word merge_word_of(struct merge *m, const struct node *n, const struct node *var, const struct plist_point *p,
                                const struct plist_publish *o)
{
    const char *plc = o ? o->plc.s : m->o->plc ? m->o->plc : "";
    const char *device = o ? o->device.s : merge_device_meant(m, var, ctx_str(m->ctx, plc, strlen(plc)));
    return (struct merge_word){ .n = n, .var = var, .device = map_get(m->devices, merge_key(m, plc, device, "")), .p = p,
                                .row = o && o->row ? o->row : p };
}

/* Will the variable say what the list has of its first object, and does not now? */
static bool says_anew(struct merge *m, const struct node *var, const struct plist_point *p, const struct node *first, enum pa a)
{
    const struct merge_word of_first = merge_word_of(m, var, var, p, p->publish);
    enum at at = merge_at[a];
    (void)merge_row_attr(a, &at);
    return p->attrs[a].n && !(first && *merge_attr(first, at)) && !merge_same(m, &of_first, merge_at[a], a, p->attrs[a]);
}

bool merge_named_so(const struct merge *m, const struct node *row, const struct node *var, struct str listed, struct str want)
{
    const char *name = row ? merge_attr(row, AT_name) : "";
    name = listed.n ? listed.s : *name ? name
         : merge_attr(var, *merge_attr(var, AT_dataPointName) ? AT_dataPointName : AT_name);
    return m->o->ede ? merge_ede_text(name, want.s) : !strcmp(name, want.s);
}

/* Does the project say `want` of a further object: its row, or the variable as it will be? */
static bool shown(struct merge *m, const struct node *row, const struct node *var,
                  const struct plist_point *p, const struct plist_publish *o, enum pa a, struct str want)
{
    const struct node *first = merge_row(m, var, p->publish);
    const struct merge_word of_row = merge_word_of(m, row, var, p, o), of_var = merge_word_of(m, var, var, p, o);
    enum at at = merge_at[a];
    (void)merge_row_attr(a, &at);
    const bool first_says = first && *merge_attr(first, at);
    if (row && *merge_attr(row, at))
        return merge_same(m, &of_row, at, a, want);
    if (a == PA_commandable || a == PA_notificationClass) {     /* without a word, as the device has it */
        const char *says = says_anew(m, var, p, first, a) ? p->attrs[a].s : merge_attr(var, merge_at[a]);
        return *says ? !strcmp(says, want.s) : merge_same(m, &of_var, merge_at[a], a, want);
    }
    if (a == PA_description && !*merge_attr(var, AT_description) && !says_anew(m, var, p, first, a))
        return merge_named_so(m, row, var, o->over[PA_dataPointName], want);
    if (p->attrs[a].n && !first_says)
        return str_eq(a == PA_alarmPoint ? merge_alarm(m, var, p->attrs[a]) : p->attrs[a], want);
    return merge_same(m, &of_var, merge_at[a], a, want);
}

/* An object that the variable has there without a row of the table, and that is as the list has it. */
static bool needs_no_row(struct merge *m, const struct node *var, const struct plist_point *p, const struct plist_publish *o)
{
    const struct node *on = merge_on(var, o->plc.s);
    const char *visible = merge_attr(on && *merge_attr(on, AT_bacnetVisible) ? on : var, AT_bacnetVisible);
    enum at at;
    const struct merge_word have = merge_word_of(m, var, var, p, o);
    bool same = !strcmp(visible, "true") && merge_at_home(m, var, o);
    for (enum pa a = 0; a < PA_COUNT && same; a++) {
        const struct str want = o->over[a];
        if (want.n && merge_row_attr(a, &at) && !(a == PA_alarmPoint && merge_served_range(m, &have, want)))
            same = shown(m, NULL, var, p, o, a, a == PA_alarmPoint ? merge_alarm(m, var, want) : want);
    }
    return same;
}

/* What a further row of the list says of its object goes to the object's row of the table. */
static bool refine_row(struct merge *m, const struct node *row, const struct node *var,
                       const struct plist_point *p, const struct plist_publish *o)
{
    bool changed = false;
    enum at at;
    for (enum pa a = 0; a < PA_COUNT; a++) {
        struct str want = o->over[a];
        if (!want.n || !merge_row_attr(a, &at))
            continue;
        if (a == PA_alarmPoint) {
            const struct merge_word have = merge_word_of(m, *merge_attr(row, at) ? row : var, var, p, o);
            if (merge_served_range(m, &have, want))
                continue;
            want = merge_alarm(m, have.n, want);
        }
        if (!shown(m, row, var, p, o, a, want)) {
            merge_edit_attr(m, row, at_names[at], want.s);
            changed = true;
        }
    }
    return changed;
}

bool merge_add_row(struct merge *m, const struct node *var, const struct plist_point *p, const struct plist_publish *o)
{
    const struct node *device = map_get(m->devices, merge_key(m, o->plc.s, o->device.s, ""));
    struct textbuf text = { .arena = m->ctx->arena };
    struct plist_point said = *p;
    struct plist_publish own = *o;
    struct str over[PA_COUNT];
    enum at at;
    if (!device)
        return false;
    memcpy(over, o->over, sizeof over);
    own.over = over;
    const struct merge_word have = merge_word_of(m, var, var, p, o);
    if (over[PA_alarmPoint].n && var && merge_served_range(m, &have, over[PA_alarmPoint]))
        over[PA_alarmPoint] = ctx_str(m->ctx, "", 0);
    if (over[PA_alarmPoint].n)
        over[PA_alarmPoint] = merge_alarm(m, var, over[PA_alarmPoint]);
    for (enum pa a = 0; a < PA_COUNT && var; a++)       /* what the variable will say            */
        if (merge_row_attr(a, &at) && over[a].n)
            said.attrs[a] = shown(m, NULL, var, p, o, a, over[a]) ? over[a] : ctx_str(m->ctx, "", 0);
    said.name = m->o->ede && var ? merge_named(m, var, AT_name) : p->name;
    plist_write_object(&said, &own, xmledit_child_indent(m->edit, device), &text);
    merge_edit_child(m, device, text.s);
    return true;
}

bool merge_publish(struct merge *m, const struct node *var, const struct plist_point *p, struct plist_publish *o)
{
    const struct node *on = merge_on(var, o->plc.s);
    const char *home = on ? merge_attr(on, AT_bacnetDevice) : "";
    home = *home ? home : merge_device_meant(m, var, o->plc);
    if (o->weak_device && *home)
        o->device = ctx_str(m->ctx, home, strlen(home));
    const struct node *row = merge_row(m, var, o), *says = row ? row : on ? on : var;
    bool changed = false;
    if (row && on && !*merge_attr(row, AT_instance) && *merge_attr(on, AT_instance) && !strcmp(home, o->device.s))
        says = on;                                      /* the row refines an object with a number */
    if (m->o->ede && !*merge_attr(says, AT_instance) && merge_numbered(m, var, p, o))
        o->instance = ctx_str(m->ctx, "", 0);           /* it has that number already          */
    if (row) {
        changed = (o != p->publish || o->over[PA_alarmPoint].n) && refine_row(m, row, var, p, o);
        return (o->instance.n && merge_set(m, says, AT_instance, o->instance.s)) || changed;
    }
    if (o->object && !needs_no_row(m, var, p, o)) {
        changed = merge_unbound(m, var, o);
        return merge_add_row(m, var, p, o) || changed;
    }
    if (on) {
        const char *visible = *merge_attr(on, AT_bacnetVisible) ? merge_attr(on, AT_bacnetVisible)
                                                                : merge_attr(var, AT_bacnetVisible);
        if (strcmp(visible, o->visible.s) != 0)
            changed = merge_set(m, on, AT_bacnetVisible, o->visible.s);
        if (o->device.n && (*merge_attr(on, AT_bacnetDevice) || strcmp(merge_device_meant(m, var, o->plc), o->device.s) != 0))
            changed |= merge_set(m, on, AT_bacnetDevice, o->device.s);
        if (o->instance.n)
            changed |= merge_set(m, on, AT_instance, o->instance.s);
        return changed;
    }
    if (said_by_variable(m, var, o))
        return merge_unbound(m, var, o);
    struct textbuf text = { .arena = m->ctx->arena };
    plist_write_publish(o, xmledit_child_indent(m->edit, var), m->step, &text);
    merge_edit_child(m, var, text.s);
    return true;
}
