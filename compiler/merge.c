/* Brings a point list into a project that exists. Identity is the GUID, then the name; what the
 * list does not say stays as it is, and so do comments, order and white space. */
#include "compiler/merge.h"
#include "compiler/plist_bind.h"
#include "compiler/plist_write.h"

#include <string.h>
#include <strings.h>

static const struct node *find(struct merge *m, struct plist_point *p)
{
    return m->o->ede ? merge_object(m, p) : merge_variable(m, p);
}

/* ---- variables ---------------------------------------------------------------------------- */

/* The row of a variable that one device alone shows, by that row. */
static const struct node *only_row(struct merge *m, const struct node *var)
{
    const char *name = merge_attr(var, AT_name);
    if (m->n_devices > 1 && !strcmp(merge_attr(var, AT_bacnetVisible), "true"))
        return NULL;
    return map_get(m->only_object, ctx_str(m->ctx, name, strlen(name)));
}

/* An EDE's state number in terms of the set that the project keeps. */
static struct str own_initial(struct merge *m, const struct node *var, struct str set, struct str value)
{
    const struct node *n = map_get(m->states, set);
    if (!n)                             /* a new one has the numbers of the one that it replaces */
        n = map_get(m->states, merge_named(m, var, AT_stateTexts));
    const struct node *first = n ? node_child(n, EL_State) : NULL;
    bool from_0 = false;
    if (!m->o->ede || !first || !value.n)
        return value;
    for (const struct node *t = first; t; t = node_next(t, EL_State)) {
        if (!strcmp(merge_attr(t, AT_wire), value.s))
            return ctx_str(m->ctx, merge_attr(t, AT_value), strlen(merge_attr(t, AT_value)));
        from_0 |= !strcmp(merge_attr(t, AT_value), "0");
    }
    double v;
    struct str text;
    bool shift = from_0 && plist_number(m->l, value.s, value.n, &text, &v) && v >= 1;
    return shift ? plist_format(m->l, "%.0f", v - 1) : value;
}

/* An EDE file has classes of alarms also where it cannot say what is alarmed. */
static bool class_without_alarm(const struct merge *m, const struct plist_point *p, const struct node *var,
                                const struct node *row)
{
    return m->o->ede && p->attrs[PA_notificationClass].n && !p->attrs[PA_alarmPoint].n &&
           !(var && *merge_attr(var, AT_alarmPoint)) && !(row && *merge_attr(row, AT_alarmPoint));
}

/* What the list says of objects that have no alarm, though the variable has one. */
static void part_alarms(struct merge *m, const struct node *var, struct plist_point *p)
{
    const bool own = *merge_attr(var, AT_alarmPoint);
    if (!own)
        plist_part_alarms(m->l, p);
    for (const struct plist_publish *o = p->publish; o; o = o->next) {
        const struct node *row = o->no_alarm ? merge_row(m, var, o) : NULL;
        if (!o->no_alarm || !(own || (row && *merge_attr(row, AT_alarmPoint))))
            continue;
        diag(m->ctx, o->pos, D_IMPORT_ADJUSTED, "this object of '%s' has an alarm in the project, which stays",
             merge_attr(var, AT_name));
        diag_hint(m->ctx, "remove alarmPoint from the project; give it to the Objects that keep it");
    }
}

/* Published where no device is named, and none is the only one. */
static bool homeless(const struct merge *m, const struct node *var, const struct plist_point *p)
{
    const char *plc = m->o->plc ? m->o->plc : "";
    const bool said = p->attrs[PA_bacnetVisible].n && !(p->weak >> PA_bacnetVisible & 1);
    const char *visible = said ? p->attrs[PA_bacnetVisible].s : merge_attr(var, AT_bacnetVisible);
    return !strcmp(visible, "true") && !*merge_device_meant(m, var, ctx_str(m->ctx, plc, strlen(plc)));
}

/* What an EDE set says of a variable's access: it lists the object's type and whether clients may write it, which is as it
 * is whatever access says where the type is given, and nothing is settable of a device that is read-only. */
enum access { ACCESS_SAID, ACCESS_AS_IT_IS, ACCESS_OTHER, ACCESS_COMMANDED };   /* settable by that, and listed as not so */
static enum access access_listed(struct merge *m, const struct node *var, const struct node *row, const struct plist_point *p)
{
    if (!m->o->ede || !p->attrs[PA_access].n || p->weak >> PA_access & 1)
        return ACCESS_SAID;
    const struct merge_word now = merge_word_of(m, var, var, NULL, p->publish);
    const bool reads = !strcmp(p->attrs[PA_access].s, "read"), commandable = merge_commandable(m, &now, row);
    if (reads && now.device && !strcmp(merge_attr(now.device, AT_readOnly), "true"))
        return ACCESS_AS_IT_IS;
    const char *type = merge_object_type(&now, row), *listed = p->attrs[PA_dataPointType].s;
    const bool writable = commandable || strcmp(merge_attr(var, AT_access), "read") != 0;
    if (!listed || strcmp(type, listed) != 0)
        return ACCESS_SAID;
    return type[1] != 'V' || reads == !writable ? ACCESS_AS_IT_IS : commandable ? ACCESS_COMMANDED : ACCESS_OTHER;
}

static void tell_commanded(struct merge *m, const struct node *var, const struct plist_point *p)
{
    diag(m->ctx, p->pos, D_IMPORT_ADJUSTED, "'%s' is commandable, and so settable, which stays", merge_attr(var, AT_name));
    diag_hint(m->ctx, "remove commandable from what clients are not to write, or write commandable=\"false\"");
}

static void take_access(struct merge *m, const struct node *var, const struct node *row, struct plist_point *p)
{
    const enum access is = access_listed(m, var, row, p);
    if (is == ACCESS_COMMANDED)
        tell_commanded(m, var, p);
    if (is == ACCESS_AS_IT_IS || is == ACCESS_COMMANDED)
        p->weak |= 1u << PA_access;
}

/* All objects of a variable have its access. */
static void access_of_further(struct merge *m, const struct node *var, const struct plist_point *first, struct plist_point *p)
{
    const bool said = !(first->weak >> PA_access & 1) && str_eq(first->attrs[PA_access], p->attrs[PA_access]);
    const enum access is = access_listed(m, var, merge_row(m, var, p->publish), p);
    if (is == ACCESS_COMMANDED)
        tell_commanded(m, var, p);
    if (said || is != ACCESS_OTHER)
        return;
    diag(m->ctx, p->pos, D_IMPORT_ADJUSTED, "'%s' has one access for all its objects; '%s' is left out", merge_attr(var, AT_name),
         p->attrs[PA_access].s);
    diag_note(m->ctx, first->pos, "this object's is taken");
}

/* Where the project says that of a variable: its object's row, its Schedule, or itself. */
static const struct node *says(struct merge *m, const struct node *var, const struct node *row, enum pa a, enum at *at)
{
    enum at row_at;
    const struct node *schedule = a == PA_description ? map_get(m->schedule_of, merge_named(m, var, AT_name)) : NULL;
    *at = merge_at[a];
    if (schedule) {                                     /* an EDE file has the object's, which is the Schedule's */
        *at = AT_description;
        return schedule;
    }
    if (!row || !merge_row_attr(a, &row_at) || !*merge_attr(row, row_at))
        return var;
    *at = row_at;
    return row;
}

/* A list without controllers has the variable in a device of that name, or just visible, and an On, or a row of the
 * object table, says so already. */
static bool said_by_on(struct merge *m, const struct node *var, const struct plist_point *p, enum pa a)
{
    const struct str device = p->attrs[PA_bacnetDevice];
    if ((a != PA_bacnetVisible && a != PA_bacnetDevice) || !p->attrs[PA_bacnetVisible].n ||
        strcmp(p->attrs[PA_bacnetVisible].s, "true") != 0)
        return false;
    if (!device.n && map_get(m->in_rows, merge_named(m, var, AT_name)))
        return true;
    for (const struct node *on = node_child(var, EL_On); on; on = node_next(on, EL_On)) {
        const char *name = merge_attr(on, AT_bacnetDevice), *plc = merge_attr(on, AT_plc);
        name = *name ? name : merge_device_meant(m, var, ctx_str(m->ctx, plc, strlen(plc)));
        if ((!device.n || !strcmp(name, device.s)) && !strcmp(merge_attr(on, AT_bacnetVisible), "true"))
            return true;
    }
    return false;
}

/* A variable that says itself that it is published is so in each controller: --plc means one. */
static void publish_in_one(struct merge *m, struct plist_point *p)
{
    const struct str none = ctx_str(m->ctx, "", 0);
    if (!m->o->one_plc || p->publish || strcmp(p->attrs[PA_bacnetVisible].s, "true") != 0)
        return;
    struct plist_publish *o = plist_publish_new(m->l, p, p->pos);
    o->plc = ctx_str(m->ctx, m->o->plc, strlen(m->o->plc));
    o->device = p->attrs[PA_bacnetDevice];
    o->visible = p->attrs[PA_bacnetVisible];
    p->attrs[PA_bacnetVisible] = p->attrs[PA_bacnetDevice] = none;
}

/* The list of one more controller has a variable that others show, each by an On: it is new there. */
static bool new_in_one(const struct merge *m, const struct node *var)
{
    return m->o->one_plc && merge_adds(m) && node_child(var, EL_On) && !merge_on(var, m->o->plc) &&
           strcmp(merge_attr(var, AT_bacnetVisible), "true") != 0;
}

static bool update(struct merge *m, const struct node *var, struct plist_point *p)
{
    bool changed = false, multi = !strcmp(p->attrs[PA_type].s, "INT");
    const char *name = merge_attr(var, AT_name);
    struct str set = p->attrs[PA_stateTexts];
    const struct node *row = p->publish ? merge_row(m, var, p->publish) : only_row(m, var);
    const bool undescribed = row && !*merge_attr(row, AT_description) && !*merge_attr(var, AT_description);
    if (class_without_alarm(m, p, var, row))
        plist_drop_class(m->l, p);
    part_alarms(m, var, p);
    take_access(m, var, row, p);
    const bool turned = m->o->ede && !strcmp(row && *merge_attr(row, AT_polarity) ? merge_attr(row, AT_polarity)
                                                                                  : merge_attr(var, AT_polarity), "reverse");
    if (set.n && merge_states_stay(m, var, p))
        set = merge_named(m, var, AT_stateTexts);
    else if (set.n && merge_no_states(m, var, set))
        set.n = 0;
    else if (set.n)
        set = merge_states(m, var, turned ? merge_turned(m, set) : set);
    for (enum pa a = 0; a < PA_COUNT; a++) {
        struct str want = p->attrs[a];
        enum at at;
        if (!want.n || ((p->weak >> a & 1) && !(a == PA_bacnetDevice && homeless(m, var, p))) || said_by_on(m, var, p, a))
            continue;
        const struct node *at_node = says(m, var, row, a, &at);
        const struct merge_word have = merge_word_of(m, at_node, var, p, p->publish);
        if (a == PA_alarmPoint && merge_served_range(m, &have, want))
            p->attrs[a].n = 0;
        if ((a == PA_stateTexts && !set.n) || !p->attrs[a].n)
            continue;
        if (a == PA_stateTexts)
            want = set;
        else if (a == PA_alarmPoint)
            want = merge_alarm(m, at_node, want);
        else if (a == PA_initial && multi)
            want = own_initial(m, var, set, want);
        else if (a == PA_initial && turned)
            want = ctx_str(m->ctx, strcmp(want.s, "0") != 0 ? "0" : "1", 1);
        if (merge_same(m, &have, at, a, want) ||
            (a == PA_description && undescribed && merge_named_so(m, row, var, p->attrs[PA_dataPointName], want)))
            continue;
        merge_edit_attr(m, at_node, at_names[at], want.s);
        changed = true;
    }
    for (struct plist_publish *o = p->publish; o; o = o->next)
        changed |= merge_publish(m, var, p, o);
    if (plist_bound(p) || p->unbound)
        changed |= merge_bind(m, var, p);
    const struct str guid = p->attrs[PA_guid];
    const bool renames = (guid.n && str_eq(merge_guid(m, merge_attr(var, AT_guid)), merge_guid(m, guid.s))) ||
                         (!m->o->ede && !strcmp(name, p->attrs[PA_formerly].s));
    if (renames && strcmp(name, p->name.s) != 0 && map_get(m->variables, p->name)) {
        diag(m->ctx, p->pos, D_IMPORT_ADJUSTED, "'%s' keeps its name: the project has another '%s'", name, p->name.s);
    } else if (renames && strcmp(name, p->name.s) != 0) {
        struct str *now = arena_alloc(m->ctx->arena, sizeof *now);
        *now = p->name;
        merge_edit_attr(m, var, "name", p->name.s);
        if (!merge_made(m, var))
            map_set(m->renamed, ctx_str(m->ctx, name, strlen(name)), now);
        changed = true;
    }
    return changed;
}

static void add(struct merge *m, struct plist_point *p, const struct node *exists)
{
    struct str none = ctx_str(m->ctx, "", 0);
    struct str list_name = p->name, object = p->attrs[PA_dataPointName].n ? p->attrs[PA_dataPointName] : p->name;
    if (p->listed.n && p->publish && !str_eq(object, p->listed))
        diag(m->ctx, p->pos, D_IMPORT_ADJUSTED, "device '%s' has two objects '%s'; this one becomes '%s'",
             p->publish->device.s, p->listed.s, object.s);
    publish_in_one(m, p);
    plist_part_alarms(m->l, p);
    if (exists) {                                       /* a copy beside the one that is there */
        p->attrs[PA_guid] = p->attrs[PA_formerly] = none;
        const char *type = merge_attr(exists, AT_type);
        if (!p->attrs[PA_type].n)
            p->attrs[PA_type] = ctx_str(m->ctx, type, strlen(type));
    }
    if (class_without_alarm(m, p, NULL, NULL))
        plist_drop_class(m->l, p);
    if (p->weak >> PA_bacnetDevice & 1 && m->n_devices == 1)
        p->attrs[PA_bacnetDevice] = none;
    p->name = plist_unique(m->l, "variable", p->name);
    if (exists && m->o->ede && str_eq(p->name, list_name))      /* the list has it under its object's name */
        p->name = plist_unique(m->l, "variable", p->name);
    const bool renamed = !str_eq(p->name, list_name) ||             /* the one that is there has the object's name */
                         (exists && p->attrs[PA_dataPointName].n);
    if (renamed && m->o->ede && !exists) {              /* another device has that variable    */
        if (!p->attrs[PA_dataPointName].n)
            p->attrs[PA_dataPointName] = list_name;
    } else if (renamed) {
        p->attrs[PA_dataPointName] = p->name;           /* object names are unique, too        */
    }
    if (p->attrs[PA_stateTexts].n)
        p->attrs[PA_stateTexts] = merge_states(m, NULL, p->attrs[PA_stateTexts]);
    if (p->attrs[PA_alarmPoint].n)
        p->attrs[PA_alarmPoint] = merge_alarm(m, NULL, p->attrs[PA_alarmPoint]);
    for (struct plist_publish *o = p->publish; o; o = o->next) {
        if (o->over[PA_alarmPoint].n)
            plist_over(m->l, o)[PA_alarmPoint] = merge_alarm(m, NULL, o->over[PA_alarmPoint]);
        if ((renamed || (exists && o->over[PA_dataPointName].n)) && !(m->o->ede && !exists))
            plist_over(m->l, o)[PA_dataPointName] = p->name;
    }
    if (!p->attrs[PA_type].n) {
        diag(m->ctx, p->pos, D_IMPORT_VALUE, "'%s' is new and has no type", p->name.s);
        return;
    }
    for (struct plist_publish *o = p->publish; o; o = o->next) {
        if (exists)
            o->instance = none;
        else if (!o->instance.n && o == p->publish)
            o->instance = p->number;
        if (o->object)
            merge_add_row(m, NULL, p, o);
    }
    plist_write_point(p, m->indent, m->step, &m->new_variables);
}

static void rename_references(struct merge *m, const struct node *n)
{
    static const enum at references[] = { AT_variable, AT_feedback, AT_resetVariable };
    for (; n; n = n->next) {
        for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
            const char *old = merge_attr(n, references[i]);
            const struct str *name = *old ? map_get(m->renamed, ctx_str(m->ctx, old, strlen(old)))
                                          : NULL;
            if (name)
                merge_edit_attr(m, n, at_names[references[i]], name->s);
        }
        rename_references(m, n->child);
    }
}

/* An EDE file has a row for each object, also where several show one variable: this is a further one. */
static bool update_further(struct merge *m, const struct node *var, struct plist_point *first, struct plist_point *p)
{
    bool changed = false;
    merge_contrary(m, var, first, p);
    access_of_further(m, var, first, p);
    for (struct plist_publish *o = p->publish; o; o = o->next) {
        enum at at;
        struct str *over = plist_over(m->l, o);
        for (enum pa a = 0; a < PA_COUNT; a++)
            if (merge_row_attr(a, &at) && !(p->weak >> a & 1))
                over[a] = p->attrs[a];
        if (!over[PA_dataPointName].n)
            over[PA_dataPointName] = p->listed;
        over[PA_notificationClass].n = over[PA_alarmPoint].n ? over[PA_notificationClass].n : 0;
        o->object = true;
        o->row = p;
        changed |= merge_publish(m, var, first, o);
    }
    return changed;
}

static void bring_in(struct merge *m, const struct node *var, struct plist_point *p, struct merge_count *count)
{
    struct str name = ctx_str(m->ctx, merge_attr(var, AT_name), strlen(merge_attr(var, AT_name)));
    struct plist_point *first = map_add(m->points, name, p);
    m->refused = false;
    if (first && !m->o->ede) {
        diag(m->ctx, p->pos, D_IMPORT_DUPLICATE, "'%s' and '%s' are one variable of the project, '%s'", first->name.s,
             p->name.s, name.s);
        diag_note(m->ctx, first->pos, "the first is here");
        return;
    }
    if (new_in_one(m, var))
        publish_in_one(m, p);
    bool changed = first ? update_further(m, var, first, p) : update(m, var, p);
    const struct node *schedule = map_get(m->schedules, name);
    m->refused |= schedule && merge_made(m, schedule);
    changed |= schedule != NULL;
    if (m->refused && !m->n_made++)
        m->made = p->pos;
    *(m->refused ? &count->left : changed ? &count->updated : &count->unchanged) += 1;
}

static void tell_renamed(const struct merge *m)
{
    if (m->n_renamed && merge_updates(m))
        diag(m->ctx, m->first_renamed, D_IMPORT_ADJUSTED, m->n_renamed == 1
             ? "%zu object is known by its number and gets the name that the list has"
             : "%zu objects are known by their numbers and get the names that the list has", m->n_renamed);
}

static void tell_made(const struct merge *m)
{
    if (!m->n_made)
        return;
    diag(m->ctx, m->made, D_IMPORT_SKIPPED, "%zu point%s made by a template and would change; left out", m->n_made,
         m->n_made == 1 ? " is" : "s are");
    diag_hint(m->ctx, "change the template, or what its Use gives it");
}

/* What the controller has no more is still published, with a value that nobody gives. Only people know that it is to go:
 * it may be the project's own. Of several controllers the list would be that of one. */
static void count_unlisted(struct merge *m, struct merge_count *count)
{
    enum { NAMED = 8 };
    struct textbuf names = { .arena = m->ctx->arena };
    const struct node *root = m->ctx->tree, *plc = node_child(root, EL_Plc);
    if (!m->o->whole || !merge_updates(m) || (plc && node_next(plc, EL_Plc)))
        return;
    for (const struct node *box = node_child(root, EL_Variables); box; box = node_next(box, EL_Variables))
        for (const struct node *v = node_child(box, EL_Variable); v; v = node_next(v, EL_Variable)) {
            const char *name = merge_attr(v, AT_name);
            if (!strncmp(merge_attr(v, AT_type), "SCHEDULE_", 9) ||
                map_get(m->points, ctx_str(m->ctx, name, strlen(name))))
                continue;
            if (count->unlisted++ < NAMED)
                textbuf_printf(&names, "%s%s", names.n ? ", " : "", name);
        }
    if (count->unlisted > NAMED)
        textbuf_add(&names, " ...");
    count->first_unlisted = names.n ? names.s : "";
}

static void merge_point(struct merge *m, struct plist_point *p, const struct node *var, struct merge_count *count)
{
    if (var ? m->mode != MERGE_ADD_NEW : merge_adds(m))
        merge_sources(m, p);
    if (!var && merge_of_source(m, p)) {
        count->unchanged++;
    } else if (var && merge_updates(m)) {
        bring_in(m, var, p, count);
    } else if (var ? m->mode == MERGE_ADD_ALL : merge_adds(m)) {
        add(m, p, var);
        count->added++;
    } else {
        count->left++;
    }
}

/* What an EDE file says of the object where a variable is at home goes to the variable: that comes before its others. */
static void merge_points(struct merge *m, struct merge_count *count)
{
    struct found { struct plist_point *p; const struct node *var; bool home; } *found;
    struct map *homes = map_new(m->ctx->arena);
    size_t n = 0, i = 0;
    for (const struct plist_point *p = m->l->points; p; p = p->next)
        n++;
    found = arena_array(m->ctx->arena, n, sizeof *found);
    for (struct plist_point *p = m->l->points; p; p = p->next) {
        struct found *f = &found[i++];
        *f = (struct found){ .p = p, .var = find(m, p) };
        f->home = m->o->ede && f->var && p->publish && merge_at_home(m, f->var, p->publish);
        if (f->home)
            map_set(homes, merge_named(m, f->var, AT_name), p);
    }
    for (int later = 0; later < 2; later++)
        for (i = 0; i < n; i++) {
            const struct found *f = &found[i];
            const bool waits = f->var && !f->home && map_get(homes, merge_named(m, f->var, AT_name));
            if (waits == later)
                merge_point(m, f->p, f->var, count);
        }
}

void merge_into(struct plist *l, const struct import_options *o, enum merge_mode mode,
                bool dry_run, struct merge_count *count)
{
    struct merge m = { .l = l, .ctx = l->ctx, .o = o, .mode = mode, .n_files = o->n_files };
    m.new_states.arena = m.new_alarms.arena = m.new_sources.arena = m.new_variables.arena = l->ctx->arena;
    m.edit = xmledit_new(l->ctx);
    merge_index(&m);
    if (o->ede)
        merge_index_places(&m);
    m.step = xmledit_child_indent(m.edit, l->ctx->tree);
    m.indent = merge_inside(&m, m.variables_last);
    if (!merge_places(&m))
        return;
    if (o->ede)
        merge_index_list(&m);
    merge_points(&m, count);
    count_unlisted(&m, count);
    count->classes = m.n_classes;
    count->alarms = m.n_alarms;
    plist_tell_classless(l);
    tell_made(&m);
    tell_renamed(&m);
    merge_insert_new(&m);
    if (map_count(m.renamed))
        rename_references(&m, l->ctx->tree);
    if (!dry_run && !diag_errors(l->ctx) && !diag_machine_failed(l->ctx))
        xmledit_save(m.edit);
}
