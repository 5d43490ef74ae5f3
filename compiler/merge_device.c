/* The list's devices in the project, and what stands in them: classes, calendars, schedules. */
#include "compiler/grammar.h"
#include "compiler/merge.h"
#include "compiler/plist_write.h"
#include "compiler/vocab.h"

#include <string.h>

struct place { const struct node *device; const char *plc, *name; bool same_number; };

static const struct node *merge_device(struct merge *m, const struct plist_device *d, const char **plc)
{
    const struct node *by_name = NULL, *by_number = NULL, *only = NULL;
    const char *name = m->o->device ? m->o->device : d->name.s, *at[3] = { "", "", "" };
    for (size_t i = 0; i < map_count(m->devices); i++) {
        struct str key;
        const struct node *n = map_at(m->devices, i, &key);
        const char *own = arena_printf(m->ctx->arena, "%.*s", (int)strcspn(key.s, "\n"), key.s);
        only = n;
        at[2] = own;
        if (!strcmp(merge_attr(n, AT_name), name) && (!by_name || !strcmp(own, d->plc.s))) {
            by_name = n;
            at[0] = own;
        }
        if (d->instance.n && !strcmp(merge_attr(n, AT_instance), d->instance.s) && !by_number) {
            by_number = n;
            at[1] = own;
        }
    }
    bool use_number = m->o->ede && by_number && !m->o->device;
    const struct node *found = use_number ? by_number : by_name;
    *plc = use_number ? at[1] : at[0];
    if (!found && m->n_devices == 1 && !m->l->devices->next && !m->o->device) {
        found = only;
        *plc = at[2];
    }
    if (!found) {
        diag(m->ctx, d->pos, D_IMPORT_TARGET, "the project has no device '%s'%s%s", name,
             m->o->ede ? ", nor one with instance " : "", m->o->ede ? d->instance.s : "");
        diag_hint(m->ctx, "--device=NAME says into which one");
    }
    return found;
}

static const struct node *find_child(const struct node *device, const struct plist_child *c)
{
    const struct node *by_name = NULL;
    for (const struct node *n = device->child; n; n = n->next) {
        if (strcmp(el_names[n->name], c->element) != 0)
            continue;
        if (c->instance.n && !strcmp(merge_attr(n, AT_instance), c->instance.s))
            return n;
        bool same = !strcmp(merge_attr(n, AT_name), c->name.s);
        same |= c->variable.n && !strcmp(merge_attr(n, AT_variable), c->variable.s);   /* it has one only */
        if (same)
            by_name = n;
    }
    return by_name;
}

static bool same_value(struct merge *m, const char *a, const char *b)
{
    struct str text;
    double x, y;
    return !strcmp(a, b) ||
           (plist_number(m->l, a, strlen(a), &text, &x) && plist_number(m->l, b, strlen(b), &text, &y) && x == y);
}

static bool same_name(const struct merge *m, const char *have, struct str want)
{
    return !strcmp(have, want.s) || (m->o->ede && merge_ede_text(have, want.s));
}

/* The row of the device's object table that is the schedule of a variable; NULL: there is none. */
static const struct node *schedule_row(const struct node *device, const struct plist_child *c)
{
    if (!c->variable.n || strcmp(c->element, "Schedule") != 0)
        return NULL;
    for (const struct node *n = node_child(device, EL_Object); n; n = node_next(n, EL_Object))
        if (!strcmp(merge_attr(n, AT_variable), c->variable.s) && strcmp(merge_attr(n, AT_enabled), "false") != 0)
            return n;
    return NULL;
}

/* What a variable's objects are called where nothing else is said. */
static const char *own_name_of(const struct node *var)
{
    const char *name = merge_attr(var, AT_dataPointName);
    return *name ? name : merge_attr(var, AT_name);
}

/* A schedule that a variable has without a Schedule element. */
static bool by_itself(struct merge *m, const struct plist_child *c, const struct node *device)
{
    const struct node *var = c->variable.n ? map_get(m->variables, c->variable) : NULL;
    if (!var || strncmp(merge_attr(var, AT_type), "SCHEDULE", 8) != 0)
        return false;
    const char *home = merge_attr(var, AT_bacnetDevice), *initial = merge_attr(var, AT_initial);
    const bool as_it_is = (!c->named || same_name(m, own_name_of(var), c->name)) &&
                          (!c->valued || same_value(m, c->initial.s, *initial ? initial : "0"));
    return as_it_is && (!*home || !strcmp(home, merge_attr(device, AT_name)));
}

/* What the list says of a schedule that is a row of the object table; the value is the variable's. */
static void update_schedule_row(struct merge *m, const struct node *row, const struct plist_child *c)
{
    const struct node *var = map_get(m->variables, c->variable);
    const char *name = merge_attr(row, AT_name);
    name = *name ? name : var ? own_name_of(var) : c->variable.s;
    if ((c->named || c->listed) && !same_name(m, name, c->name)) {
        merge_edit_attr(m, row, "name", c->name.s);
        merge_edit_attr(m, row, "formerly", name);
        map_set(m->schedules, c->variable, (void *)(uintptr_t)row);
    }
    if (c->fixed && strcmp(merge_attr(row, AT_instance), c->instance.s) != 0) {
        merge_edit_attr(m, row, "instance", c->instance.s);
        map_set(m->schedules, c->variable, (void *)(uintptr_t)row);
    }
}

/* What the list says of a class or calendar that is there. */
static void update_child(struct merge *m, const struct node *n, const struct plist_child *c)
{
    bool changed = false;
    for (size_t i = 0; i < c->n_attrs; i++) {
        const enum at at = at_by_name(c->attrs[i].name.s, c->attrs[i].name.n);
        const struct vocab_row *row = vocab_find((enum el)n->name, at);
        const char *have = merge_attr(n, at);
        if (!strcmp(*have || !row ? have : row->dflt, c->attrs[i].value.s) || !strcmp(have, c->attrs[i].value.s))
            continue;
        merge_edit_attr(m, n, at_names[at], c->attrs[i].value.s);
        changed = true;
    }
    if (m->o->ede && c->description.n && !merge_ede_text(merge_attr(n, AT_description), c->description.s) &&
        (*merge_attr(n, AT_description) || !same_name(m, merge_attr(n, AT_name), c->description))) {
        merge_edit_attr(m, n, "description", c->description.s);
        changed = true;
    }
    m->n_classes += changed && n->name == EL_NotificationClass;
}

/* What a point list says of a schedule that is there. */
static void update_schedule(struct merge *m, const struct node *n, const struct plist_child *c)
{
    const struct { bool given; enum at at; struct str want; } says[] = {
        { c->named, AT_name, c->name }, { c->valued, AT_default, c->initial }, { c->fixed, AT_instance, c->instance },
    };
    const char *variable = merge_attr(n, AT_variable);
    const struct node *var = map_get(m->variables, merge_named(m, n, AT_variable));
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        const char *have = merge_attr(n, says[i].at);
        have = *have || says[i].at != AT_name ? have : var ? own_name_of(var) : variable;
        if (!says[i].given || same_value(m, have, says[i].want.s))
            continue;
        merge_edit_attr(m, n, at_names[says[i].at], says[i].want.s);
        if (says[i].at == AT_name)
            merge_edit_attr(m, n, "formerly", have);            /* its number follows the new name */
        map_set(m->schedules, ctx_str(m->ctx, variable, strlen(variable)), (void *)(uintptr_t)n);
    }
}

/* ---- other names in an EDE file ------------------------------------------------------------ */

static const char *name_of(const struct merge *m, const struct node *n)
{
    const char *variable = merge_attr(n, AT_variable);
    const struct node *var = *variable ? map_get(m->variables, ctx_str(m->ctx, variable, strlen(variable))) : NULL;
    return *merge_attr(n, AT_name) ? merge_attr(n, AT_name) : var ? own_name_of(var) : variable;
}

static bool lists(const struct plist_device *d, const struct plist_child *but, const char *name)
{
    for (const struct plist_child *c = d->children; c; c = c->next)
        if (c != but && !strcmp(c->element, but->element) && merge_ede_text(name, c->name.s))
            return true;
    return false;
}

/* That which has the list's number, unless the list has it under its name, too. */
static const struct node *numbered_child(struct merge *m, const struct plist_device *d, const struct place *at,
                                         const struct plist_child *c)
{
    const struct str *name = m->o->ede && at->same_number ? merge_child_name(m, at->plc, at->name, c) : NULL;
    for (const struct node *n = name ? at->device->child : NULL; n; n = n->next)
        if (!strcmp(el_names[n->name], c->element) && !strcmp(name_of(m, n), name->s))
            return lists(d, c, name->s) ? NULL : n;
    return NULL;
}

static void rename_in(struct merge *m, const struct node *n, enum at at, const char *old, const char *name)
{
    for (; n; n = n->next) {
        if (!strcmp(merge_attr(n, at), old))
            merge_edit_attr(m, n, at_names[at], name);
        rename_in(m, n->child, at, old, name);
    }
}

/* How many devices have such a one of that name, or whether this one has. */
static size_t count_named(const struct merge *m, const struct node *only, enum el el, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < map_count(m->devices); i++) {
        struct str key;
        const struct node *device = map_at(m->devices, i, &key);
        for (const struct node *c = only && device != only ? NULL : node_child(device, el); c; c = node_next(c, el))
            n += !strcmp(name_of(m, c), name);
    }
    return n;
}

/* Its numbers, and what refers to it, follow the new name. */
static void rename_child(struct merge *m, const struct plist_device *d, const struct place *at, const struct node *n,
                         const struct plist_child *c)
{
    const char *old = name_of(m, n);
    const enum el el = (enum el)n->name;
    if (!m->o->ede || !c->listed || !at->same_number || merge_ede_text(old, c->name.s) || lists(d, c, old) || merge_made(m, n))
        return;
    const bool taken = count_named(m, at->device, el, c->name.s) > 0;
    if (taken || (el == EL_NotificationClass && count_named(m, NULL, el, old) > 1)) {
        diag(m->ctx, c->pos, D_IMPORT_ADJUSTED, "'%s' keeps its name: %s", old,
             taken ? "the device has another of the new one" : "other devices have a class of that name, too");
        return;
    }
    merge_edit_attr(m, n, "name", c->name.s);
    merge_edit_attr(m, n, "formerly", old);
    if (el == EL_Calendar)
        rename_in(m, at->device->child, AT_calendar, old, c->name.s);
    if (el == EL_NotificationClass) {
        struct str *now = arena_alloc(m->ctx->arena, sizeof *now);
        *now = c->name;
        map_set(m->classes_renamed, ctx_str(m->ctx, old, strlen(old)), now);
        rename_in(m, m->ctx->tree->child, AT_notificationClass, old, c->name.s);
        rename_in(m, m->ctx->tree->child, AT_defaultNotificationClass, old, c->name.s);
    }
    if (!m->n_renamed++)
        m->first_renamed = c->pos;
}

/* A schedule that a variable had by itself and the list has otherwise is written out: with the default that it had,
 * and its number follows a new name. */
static void write_out(struct merge *m, struct plist_child *c)
{
    const struct node *var = c->variable.n && !strcmp(c->element, "Schedule") ? map_get(m->variables, c->variable) : NULL;
    if (!var)
        return;
    const char *name = own_name_of(var), *initial = merge_attr(var, AT_initial);
    if (!c->valued)
        c->initial = ctx_str(m->ctx, initial, strlen(initial));
    if (same_name(m, name, c->name))
        return;
    struct plist_pair *attrs = arena_array(m->ctx->arena, c->n_attrs + 1, sizeof *attrs);
    if (c->n_attrs)
        memcpy(attrs, c->attrs, c->n_attrs * sizeof *attrs);
    attrs[c->n_attrs++] = (struct plist_pair){ctx_str(m->ctx, "formerly", 8), ctx_str(m->ctx, name, strlen(name))};
    c->attrs = attrs;
}

/* The variable of a schedule as the project calls it: a point list may give it another name. */
static struct str variable_now(struct merge *m, const struct plist_child *c)
{
    const struct plist_point *p = m->o->ede ? NULL : plist_find_point(m->l, c->variable);
    const struct node *var = p ? merge_variable(m, p) : NULL;
    return var ? merge_named(m, var, AT_name) : c->variable;
}

/* Classes, calendars and schedules that the device lacks; a class that it has under another name
 * gives that name to the points. */
static void merge_children(struct merge *m, struct plist_device *d, const struct place *at, struct map *classes)
{
    const struct node *device = at->device;
    struct textbuf text = { .arena = m->ctx->arena };
    const char *indent = xmledit_child_indent(m->edit, device);
    for (struct plist_child *c = d->children; c; c = c->next) {
        const struct str variable = c->variable;
        c->variable = variable_now(m, c);
        const struct node *have = find_child(device, c);
        have = have ? have : numbered_child(m, d, at, c);
        if (have && merge_updates(m))
            rename_child(m, d, at, have, c);
        if (have && c->variable.n && *merge_attr(have, AT_variable)) {      /* a schedule: that is its variable */
            struct str *own_name = arena_alloc(m->ctx->arena, sizeof *own_name);
            *own_name = ctx_str(m->ctx, merge_attr(have, AT_variable), strlen(merge_attr(have, AT_variable)));
            map_set(m->schedule_variables, c->variable, own_name);
            if (m->o->ede)
                map_set(m->schedule_of, *own_name, (void *)(uintptr_t)have);
        }
        if (!strcmp(c->element, "NotificationClass")) {
            struct str *name = arena_alloc(m->ctx->arena, sizeof *name);
            const char *own_name = have ? merge_attr(have, AT_name) : c->name.s;
            *name = ctx_str(m->ctx, own_name, strlen(own_name));
            const struct str *now = map_get(m->classes_renamed, *name);
            *name = now ? *now : *name;
            map_set(classes, merge_key(m, d->plc.s, d->name.s, c->name.s), name);
        }
        /* A device without classes has Class_1 of itself. */
        bool own = !strcmp(c->element, "NotificationClass") && !strcmp(c->name.s, "Class_1") &&
                   !node_child(device, EL_NotificationClass) && !c->n_attrs;
        if (have && merge_updates(m))
            strcmp(c->element, "Schedule") ? update_child(m, have, c) : update_schedule(m, have, c);
        const struct node *row = have ? NULL : schedule_row(device, c);
        if (row && merge_updates(m))
            update_schedule_row(m, row, c);
        if (have || row || own || by_itself(m, c, device) || !merge_adds(m))
            continue;
        if (!m->o->ede && !c->fixed && c->variable.n && map_get(m->variables, c->variable))
            c->instance.n = 0;                          /* the numbering file has that           */
        if (!c->instance.n)
            c->instance = ctx_str(m->ctx, "", 0);
        if (c->variable.n)
            map_set(m->schedules, c->variable, (void *)(uintptr_t)device);
        write_out(m, c);
        c->variable = variable;
        plist_write_child(c, indent, &text);
    }
    if (text.n)
        merge_edit_child(m, device, text.s);
}

/* An On of a controller that nobody knows would be a mistake of the project. */
static bool known_plcs(struct merge *m)
{
    struct map *plcs = map_new(m->ctx->arena);
    bool known = true;
    for (const struct node *n = m->first_plc; n; n = node_next(n, EL_Plc))
        map_set(plcs, merge_named(m, n, AT_name), m);
    for (const struct plist_point *p = m->l->points; p; p = p->next)
        for (const struct plist_publish *o = p->publish; o; o = o->next) {
            if (!o->plc.n || map_add(plcs, o->plc, m))
                continue;
            diag(m->ctx, o->pos, D_IMPORT_TARGET, "the project has no PLC '%s'", o->plc.s);
            known = false;
        }
    return known;
}

/* Names in the list become those of the project. */
bool merge_places(struct merge *m)
{
    struct map *places = map_new(m->ctx->arena), *classes = map_new(m->ctx->arena);
    struct map *used = map_new(m->ctx->arena), *named = map_new(m->ctx->arena);
    for (struct plist_point *p = m->l->points; p; p = p->next) {
        for (struct plist_publish *o = p->publish; o; o = o->next)
            map_set(used, merge_key(m, o->plc.s, o->device.s, ""), o);
        if (p->attrs[PA_bacnetDevice].n)
            map_set(named, p->attrs[PA_bacnetDevice], p);
    }
    for (struct plist_device *d = m->l->devices; d; d = d->next) {
        struct place *at = arena_alloc(m->ctx->arena, sizeof *at);
        bool needed = m->o->ede || d->children || map_get(named, d->name) ||
                      map_get(used, merge_key(m, d->plc.s, d->name.s, ""));
        if (!needed)
            continue;
        at->device = merge_device(m, d, &at->plc);
        if (!at->device)
            return false;
        at->name = merge_attr(at->device, AT_name);
        at->same_number = d->instance.n && !strcmp(merge_attr(at->device, AT_instance), d->instance.s);
        map_set(places, merge_key(m, d->plc.s, d->name.s, ""), at);
        if (map_get(named, d->name))
            map_set(named, d->name, at);
        merge_children(m, d, at, classes);
    }
    for (struct plist_point *p = m->l->points; p; p = p->next) {
        const struct place *home = p->attrs[PA_bacnetDevice].n ? map_get(named, p->attrs[PA_bacnetDevice]) : NULL;
        if (home)
            p->attrs[PA_bacnetDevice] = ctx_str(m->ctx, home->name, strlen(home->name));
        for (struct plist_publish *o = p->publish; o; o = o->next) {
            const struct place *at = map_get(places, merge_key(m, o->plc.s, o->device.s, ""));
            const struct str class = (o == p->publish ? p->attrs : o->over)[PA_notificationClass];
            const struct str *name = map_get(classes, merge_key(m, o->plc.s, o->device.s, class.s));
            if (name)
                (o == p->publish ? p->attrs : plist_over(m->l, o))[PA_notificationClass] = *name;
            if (at) {
                o->same_device = at->same_number;
                o->plc = ctx_str(m->ctx, at->plc, strlen(at->plc));
                o->device = ctx_str(m->ctx, at->name, strlen(at->name));
            }
        }
    }
    return known_plcs(m);
}
