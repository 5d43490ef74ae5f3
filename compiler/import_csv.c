/* A point list from a spreadsheet: one row per variable and device, columns found by their
 * titles, in any order. What `bacc export-csv` writes, this reads back. An empty cell says
 * nothing: in an update it leaves the project's value alone. */
#include "compiler/csvin.h"
#include "compiler/number_text.h"
#include "compiler/syntax.h"
#include "schemas/bacnet.h"

#include <string.h>

enum kind { K_TEXT, K_NUMBER, K_BOOL, K_TYPE, K_ACCESS, K_OBJECT_TYPE, K_GUID, K_POLARITY,
            K_INSTANCE, K_INITIAL, K_DURATION };

static const struct column { const char *title; uint8_t col, kind; } columns[] = {
    /* title in small letters and digits      column                kind          */
    { "name", CC_name, K_TEXT },              { "variable", CC_name, K_TEXT },
    { "type", PA_type, K_TYPE },              { "unit", PA_unit, K_TEXT },
    { "units", PA_unit, K_TEXT },             { "access", PA_access, K_ACCESS },
    { "low", PA_low, K_NUMBER },              { "min", PA_low, K_NUMBER },
    { "high", PA_high, K_NUMBER },            { "max", PA_high, K_NUMBER },
    { "initial", PA_initial, K_INITIAL },     { "default", PA_initial, K_INITIAL },
    { "retain", PA_retain, K_BOOL },          { "commandable", PA_commandable, K_BOOL },
    { "covincrement", PA_covIncrement, K_NUMBER },
    { "minimumontime", PA_minimumOnTime, K_DURATION },
    { "minimumofftime", PA_minimumOffTime, K_DURATION },
    { "counters", PA_counters, K_BOOL },
    { "statetexts", PA_stateTexts, K_TEXT },  { "states", CC_states, K_TEXT },
    { "polarity", PA_polarity, K_POLARITY },  { "description", PA_description, K_TEXT },
    { "location", PA_location, K_TEXT },      { "discipline", PA_discipline, K_TEXT },
    { "datapointname", PA_dataPointName, K_TEXT },
    { "objectname", PA_dataPointName, K_TEXT },
    { "datapointtype", PA_dataPointType, K_OBJECT_TYPE },
    { "objecttype", PA_dataPointType, K_OBJECT_TYPE },
    { "alarmpoint", PA_alarmPoint, K_TEXT },  { "alarm", CC_alarm, K_TEXT },
    { "notificationclass", PA_notificationClass, K_TEXT },
    { "classinstance", CC_class_instance, K_INSTANCE }, { "class", CC_class, K_TEXT },
    { "guid", PA_guid, K_GUID },              { "formerly", PA_formerly, K_TEXT },
    { "bacnetvisible", PA_bacnetVisible, K_BOOL },
    { "bacnetdevice", CC_device, K_TEXT },    { "device", CC_device, K_TEXT },
    { "deviceinstance", CC_device_instance, K_INSTANCE },
    { "plc", CC_plc, K_TEXT },                { "instance", CC_instance, K_INSTANCE },
    { "number", CC_number, K_INSTANCE },      { "bind", CC_bind, K_TEXT },
    { "sources", CC_sources, K_TEXT },
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* ---- cells -------------------------------------------------------------------------------- */

static bool one_of(struct str s, const char *const *words, size_t n, size_t *which)
{
    for (size_t i = 0; i < n; i++)
        if (!strcasecmp(s.s, words[i])) {
            *which = i;
            return true;
        }
    return false;
}

/* A spreadsheet keeps true and false as its user's language has them, in capitals. */
static bool sheet_word(struct str s, bool *value)
{
    static const char *const words[] = { "FALSE", "FALSCH", "NEPRAVDA", "FA\u0141SZ", "FAUX", "FALSO", "ONWAAR", "HAMIS",
                                         "TRUE", "WAHR", "PRAVDA", "PRAWDA", "VRAI", "VERO", "VERDADERO", "WAAR", "IGAZ" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(s.s, words[i])) {
            *value = i >= 8;
            return true;
        }
    return false;
}

static bool bool_word(struct str s, bool *value)
{
    static const char *const words[] = { "true", "yes", "y", "1", "x", "on", "ja", "ano",
                                         "false", "no", "n", "0", "off", "nein", "ne" };
    size_t i = 0;
    if (sheet_word(s, value))
        return true;
    bool ok = one_of(s, words, sizeof words / sizeof *words, &i);
    *value = i < 8;
    return ok;
}

static bool access_word(struct str s, const char **access)
{
    static const char *const words[] = { "read", "r", "ro", "readonly", "output", "o", "w",
                                         "readWrite", "rw", "read/write" };
    size_t i = 0;
    bool ok = one_of(s, words, sizeof words / sizeof *words, &i);
    *access = i < 4 ? "read" : i < 7 ? "output" : "readWrite";
    return ok;
}

static const char *type_word(struct str s)
{
    static const char *const words[] = {
        "BOOL", "SINT", "INT", "DINT", "USINT", "UINT", "UDINT", "BYTE", "WORD", "DWORD", "REAL",
        "LREAL", "SCHEDULE_BOOL", "SCHEDULE_INT", "SCHEDULE_REAL",
    };
    size_t i = 0;
    return one_of(s, words, sizeof words / sizeof *words, &i) ? words[i] : NULL;
}

static const char *object_type_word(struct str s)
{
    static const struct { uint32_t type; const char *word; } words[] = {
        { OT_analog_input, "AI" },  { OT_analog_output, "AO" },      { OT_analog_value, "AV" },
        { OT_binary_input, "BI" },  { OT_binary_output, "BO" },      { OT_binary_value, "BV" },
        { OT_multi_state_input, "MI" }, { OT_multi_state_output, "MO" },
        { OT_multi_state_value, "MV" },
    };
    long type = object_type_by_name(s.s, s.n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (type == (long)words[i].type || !strcasecmp(s.s, words[i].word))
            return words[i].word;
    return NULL;
}

static bool is_instance(struct str s)
{
    uint32_t v = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.s[i] < '0' || s.s[i] > '9' || v > BACNET_INSTANCE_MAX)
            return false;
        v = v * 10 + (uint32_t)(s.s[i] - '0');
    }
    return s.n && v <= BACNET_INSTANCE_MAX;
}

/* Brings a cell to the project's spelling; NULL, or what it should have been. */
static const char *normalise(struct csvin *c, enum kind kind, struct str *s)
{
    double number;
    bool yes;
    uint64_t ms;
    const char *word = NULL, *unclear;
    switch (kind) {
    case K_NUMBER:
        if ((unclear = csv_unclear(&c->csv, s->s, s->n)))
            return unclear;
        return plist_number(c->l, s->s, s->n, s, &number) ? NULL : "a number";
    case K_INITIAL:
        if (sheet_word(*s, &yes))
            *s = plist_text(c->l, yes ? "true" : "false", yes ? 4 : 5);
        else if (!strcasecmp(s->s, "true") || !strcasecmp(s->s, "false"))
            *s = plist_text(c->l, (s->s[0] | 32) == 't' ? "true" : "false", (s->s[0] | 32) == 't' ? 4 : 5);
        else if ((unclear = csv_unclear(&c->csv, s->s, s->n)))
            return unclear;
        else
            plist_number(c->l, s->s, s->n, s, &number);
        return NULL;
    case K_BOOL:
        if (!bool_word(*s, &yes))
            return "true or false";
        word = yes ? "true" : "false";
        break;
    case K_TYPE:
        if (!(word = type_word(*s)))
            return "a type (BOOL, INT, REAL ...)";
        break;
    case K_ACCESS:
        if (!access_word(*s, &word))
            return "read, readWrite or output";
        break;
    case K_OBJECT_TYPE:
        if (!(word = object_type_word(*s)))
            return "an object type (AI AV AO BI BV BO MI MV MO)";
        break;
    case K_POLARITY:
        if (strcasecmp(s->s, "normal") != 0 && strcasecmp(s->s, "reverse") != 0)
            return "normal or reverse";
        word = (s->s[0] | 32) == 'n' ? "normal" : "reverse";
        break;
    case K_GUID:
        if (s->n == 38 && s->s[0] == '{' && s->s[37] == '}')
            *s = plist_text(c->l, s->s + 1, 36);
        return plist_is_guid(s->s, s->n) ? NULL : "a GUID";
    case K_INSTANCE:
        return is_instance(*s) ? NULL : "a number from 0 to 4194302";
    case K_DURATION:
        return parse_duration(s->s, s->n, &ms) ? NULL : "a duration (30s, 5min)";
    case K_TEXT:
        return NULL;
    }
    *s = plist_text(c->l, word, strlen(word));
    return NULL;
}

static bool read_cells(struct csvin *c, const struct csv_row *row, struct csvin_row *v)
{
    bool ok = true;
    v->pos = row->pos;
    v->no_alarm = v->unbound = false;
    v->binds = NULL;
    for (size_t i = 0; i < CC_COUNT; i++) {
        struct csv_cell cell = csv_cell(row, c->column[i] < 0 ? row->n : (size_t)c->column[i]);
        v->v[i] = plist_text(c->l, cell.s, cell.n);
        v->at[i] = csv_pos(&c->csv, &cell);
        const char *want = v->v[i].n ? normalise(c, c->kind[i], &v->v[i]) : NULL;
        if (want) {
            diag(c->l->ctx, v->at[i], D_IMPORT_VALUE, "'%s' is not %s", v->v[i].s, want);
            ok = false;
        }
    }
    if (!v->v[CC_name].n) {
        diag(c->l->ctx, row->pos, D_IMPORT_VALUE, "a row without a name");
        ok = false;
    }
    return ok;
}

/* ---- rows --------------------------------------------------------------------------------- */

static struct str default_plc(const struct csvin *c)
{
    if (c->o->plc)
        return plist_text(c->l, c->o->plc, strlen(c->o->plc));
    return c->l->devices ? c->l->devices->plc : c->l->name;
}

static struct plist_device *device_of(struct csvin *c, const struct csvin_row *v, struct str plc)
{
    struct str name = v->v[CC_device];
    if (!name.n && c->o->device)
        name = plist_text(c->l, c->o->device, strlen(c->o->device));
    struct plist_device *d = plist_device_of(c->l, plc, name.n ? name : plc);
    if (!d) {
        diag(c->l->ctx, v->pos, D_IMPORT_TOO_LARGE, "more than %d devices", PLIST_DEVICES_MAX);
        return NULL;
    }
    if (!d->pos.line)
        d->pos = v->v[CC_device].n ? v->at[CC_device] : v->pos;
    struct str number = v->v[CC_device_instance];
    if (number.n && d->instance.n && !str_eq(number, d->instance)) {
        diag(c->l->ctx, v->at[CC_device_instance], D_IMPORT_VALUE,
             "device '%s' has instance %s above", d->name.s, d->instance.s);
        diag_note(c->l->ctx, d->pos, "here");
        return NULL;
    }
    if (number.n && !d->instance.n) {
        d->instance = number;
        d->pos = v->at[CC_device_instance];
    }
    return d;
}

static void take_schedule(struct csvin *c, const struct csvin_row *v, struct plist_device *d)
{
    struct str number = v->v[CC_instance].n ? v->v[CC_instance] : v->v[CC_number];
    if ((!number.n && !v->v[CC_device].n) || !d)
        return;
    struct plist_child *k = plist_child_of(c->l, d, "Schedule", number.n ? number : plist_format(c->l, "\n%s", v->v[CC_name].s));
    if (k->variable.n) {
        diag(c->l->ctx, v->at[v->v[CC_instance].n ? CC_instance : CC_number], D_IMPORT_VALUE, "schedule %s is that of '%s' above",
             number.s, k->variable.s);
        diag_note(c->l->ctx, k->pos, "here");
        return;
    }
    k->pos = v->pos;
    k->instance = number;
    k->variable = v->v[CC_name];
    k->named = v->v[PA_dataPointName].n;
    k->name = k->named ? v->v[PA_dataPointName] : v->v[CC_name];
    k->valued = v->v[PA_initial].n;
    k->initial = k->valued ? v->v[PA_initial] : plist_text(c->l, "0", 1);
    k->fixed = v->v[CC_instance].n;
}

/* What a further row of a variable says otherwise than the first makes it a row of the device's
 * object table. */
static bool overrides(struct csvin *c, struct plist_point *p, const struct csvin_row *v, struct plist_publish *o)
{
    static const enum pa per_object[] = { PA_dataPointType, PA_dataPointName, PA_description, PA_commandable,
                                          PA_polarity, PA_alarmPoint, PA_notificationClass };
    struct str *over = plist_over(c->l, o);
    bool any = false;
    for (size_t i = 0; i < sizeof per_object / sizeof *per_object; i++) {
        enum pa a = per_object[i];
        over[a] = v->v[a];
        any |= v->v[a].n && !str_eq(v->v[a], p->attrs[a]);
    }
    return any;
}

/* All objects of a variable have these: a further row that has another is told. */
static void tell_contrary(struct csvin *c, const struct plist_point *p, const struct csvin_row *v)
{
    static const enum pa shared[] = { PA_type, PA_unit, PA_access, PA_low, PA_high, PA_initial, PA_covIncrement, PA_retain,
                                      PA_stateTexts, PA_minimumOnTime, PA_minimumOffTime, PA_counters, PA_location,
                                      PA_discipline };
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        const enum pa a = shared[i];
        if (!v->v[a].n || str_eq(v->v[a], p->attrs[a]))
            continue;
        diag(c->l->ctx, v->at[a], D_IMPORT_ADJUSTED, "'%s' has one %s for all its objects; '%s' is left out", p->name.s,
             plist_attr_names[a], v->v[a].s);
        diag_note(c->l->ctx, p->pos, "the first row is here");
    }
}

/* The one row that a variable had so far was said by its own attributes; now there is another. */
static void publish_first(struct csvin *c, struct plist_point *p)
{
    if (p->publish || !p->attrs[PA_bacnetDevice].n)
        return;
    struct str none = plist_text(c->l, "", 0), visible = p->attrs[PA_bacnetVisible];
    struct plist_publish *o = plist_publish_new(c->l, p, p->pos);
    o->plc = default_plc(c);
    o->device = p->attrs[PA_bacnetDevice];
    o->visible = visible.n ? visible : plist_text(c->l, "true", 4);
    o->no_alarm = p->no_alarm;
    o->weak_device = p->weak >> PA_bacnetDevice & 1;
    p->attrs[PA_bacnetDevice] = p->attrs[PA_bacnetVisible] = none;
    p->weak &= ~(1u << PA_bacnetDevice);
}

static bool same_place(struct csvin *c, const struct csvin_row *v, struct plist_point *p,
                       struct str plc)
{
    publish_first(c, p);
    for (const struct plist_publish *o = p->publish; o; o = o->next) {
        if (str_eq(o->plc, plc) && str_eq(o->device, v->v[CC_device])) {
            diag(c->l->ctx, v->at[CC_name], D_IMPORT_DUPLICATE,
                 "'%s' has a second row for the same device", p->name.s);
            diag_note(c->l->ctx, o->pos, "the first is here");
            return true;
        }
    }
    if (!p->publish) {
        diag(c->l->ctx, v->at[CC_name], D_IMPORT_DUPLICATE, "'%s' has a second row", p->name.s);
        diag_note(c->l->ctx, p->pos, "the first is here");
        return true;
    }
    return false;
}

static void take_publication(struct csvin *c, const struct csvin_row *v, struct plist_point *p,
                             bool first, bool by_option, struct str plc)
{
    struct str number = v->v[CC_instance].n || c->o->merging ? v->v[CC_instance]
                                                              : v->v[CC_number];
    bool on = v->v[CC_plc].n || number.n || !first;
    if (c->o->one_plc)          /* what a variable says of itself holds for all controllers    */
        on |= v->v[PA_bacnetVisible].n ? !strcmp(v->v[PA_bacnetVisible].s, "true") : v->v[CC_device].n && !by_option;
    p->number = first ? v->v[CC_number] : p->number;
    if (!on) {                  /* a row that names a device is an object there                */
        const bool there = v->v[CC_device].n && !by_option && !v->v[PA_bacnetVisible].n;
        p->attrs[PA_bacnetVisible] = there ? plist_text(c->l, "true", 4) : v->v[PA_bacnetVisible];
        p->attrs[PA_bacnetDevice] = v->v[CC_device];
        p->no_alarm = v->no_alarm;
        return;
    }
    bool same_plc = false;
    for (const struct plist_publish *o = p->publish; o; o = o->next)
        same_plc |= str_eq(o->plc, plc);
    struct plist_publish *o = plist_publish_new(c->l, p, v->pos);
    o->plc = plc;
    o->device = v->v[CC_device];
    o->visible = v->v[PA_bacnetVisible].n ? v->v[PA_bacnetVisible] : plist_text(c->l, "true", 4);
    o->instance = number;
    o->no_alarm = v->no_alarm;
    o->object = !first && (overrides(c, p, v, o) || same_plc);
    if (o->object && !o->device.n)
        o->device = plc;
    if (!first)
        tell_contrary(c, p, v);
}

static bool same_guid(struct csvin *c, const struct csvin_row *v, const struct plist_point *p)
{
    if (!v->v[PA_guid].n)
        return true;
    const struct plist_point *other = map_get(c->guids, v->v[PA_guid]);
    if (!other || other == p)
        return true;
    diag(c->l->ctx, v->at[PA_guid], D_IMPORT_DUPLICATE, "this GUID belongs to '%s'",
         other->name.s);
    diag_note(c->l->ctx, other->pos, "here");
    return false;
}

static bool is_schedule(const char *type)
{
    return !strncmp(type, "SCHEDULE", 8);
}

/* Rows without a type are of variables that the project has. */
static void find_schedules(struct csvin *c)
{
    const struct node *tree = c->o->merging ? c->l->ctx->tree : NULL;
    for (const struct node *n = tree ? node_child(tree, EL_Variables) : NULL; n; n = node_next(n, EL_Variables))
        for (struct node *v = node_child(n, EL_Variable); v; v = node_next(v, EL_Variable)) {
            const struct attr *name = node_attr(v, AT_name), *type = node_attr(v, AT_type);
            if (name && type && is_schedule(type->value))
                map_set(c->schedules, ctx_str(c->l->ctx, name->value, name->n), v);
        }
}

static void take_row(struct csvin *c, const struct csv_row *row)
{
    struct csvin_row v;
    if (!read_cells(c, row, &v))
        return;
    const bool supposed = !v.v[PA_stateTexts].n;    /* states without a set's name: of a schedule's targets */
    if ((v.v[CC_states].n && !csvin_states(c, &v)) || (v.v[CC_alarm].n && !csvin_alarm(c, &v)) ||
        !csvin_bind(c, &v))
        return;
    /* The device of the command line is for what has none: in the list, and in the project. */
    const bool by_option = !v.v[CC_device].n && c->o->device && (c->o->merging || c->column[CC_device] >= 0);
    if (by_option)
        v.v[CC_device] = plist_text(c->l, c->o->device, strlen(c->o->device));
    struct str plc = v.v[CC_plc].n ? v.v[CC_plc] : default_plc(c);
    struct plist_point *p = plist_find_point(c->l, v.v[CC_name]);
    bool first = !p;
    if (p && same_place(c, &v, p, plc))
        return;
    if (!same_guid(c, &v, p))
        return;
    bool schedule = v.v[PA_type].n ? is_schedule(v.v[PA_type].s) : map_get(c->schedules, v.v[CC_name]) != NULL;
    bool somewhere = v.v[CC_plc].n || v.v[CC_device].n || v.v[CC_instance].n || v.v[CC_number].n ||
                     v.v[CC_device_instance].n || v.v[PA_notificationClass].n || v.v[CC_class].n;
    struct plist_device *d = somewhere ? device_of(c, &v, plc) : NULL;
    if (somewhere && (!d || !csvin_class(c, &v, d)))
        return;
    if (first) {
        p = plist_add_point(c->l, v.v[CC_name], v.pos);
        memcpy(p->attrs, v.v, sizeof p->attrs);
        p->attrs[PA_bacnetVisible] = p->attrs[PA_bacnetDevice] = plist_text(c->l, "", 0);
        if (!p->attrs[PA_access].n && c->o->access_given && !schedule) {
            p->attrs[PA_access] = plist_text(c->l, c->o->access, strlen(c->o->access));
            p->weak |= 1u << PA_access;
        }
        if (v.v[PA_guid].n)
            map_set(c->guids, v.v[PA_guid], p);
    }
    if (schedule) {
        take_schedule(c, &v, d);
        p->weak |= supposed ? 1u << PA_stateTexts : 0;
        p->attrs[PA_initial] = p->attrs[PA_dataPointName] = plist_text(c->l, "", 0);
        p->binds = first ? v.binds : p->binds;
        return;
    }
    take_publication(c, &v, p, first, by_option, plc);
    if (!csvin_take_bind(c, &v, p, first, plc))
        return;
    if (by_option && p->attrs[PA_bacnetDevice].n)
        p->weak |= 1u << PA_bacnetDevice;
    for (struct plist_publish *o = by_option ? p->publish : NULL; o; o = o->next)
        o->weak_device |= !o->next;
}

static bool take_titles(struct csvin *c, const struct csv_row *row)
{
    for (size_t i = 0; i < CC_COUNT; i++)
        c->column[i] = -1;
    for (size_t i = 0; i < row->n; i++) {
        char title[64];
        size_t k = 0;
        csv_title(&row->cells[i], title, sizeof title);
        while (k < N_COLUMNS && strcmp(columns[k].title, title) != 0)
            k++;
        if (k < N_COLUMNS && c->column[columns[k].col] < 0) {
            c->column[columns[k].col] = (int)i;
            c->kind[columns[k].col] = columns[k].kind;
        } else if (*title) {
            struct near near = near_of(title, strlen(title));
            for (size_t j = 0; j < N_COLUMNS; j++)
                near_offer(&near, columns[j].title, strlen(columns[j].title));
            diag(c->l->ctx, csv_pos(&c->csv, &row->cells[i]), D_IMPORT_UNKNOWN_COLUMN,
                 k < N_COLUMNS ? "a second column '%.*s' is passed over"
                               : "column '%.*s' is not known and passed over",
                 (int)row->cells[i].n, row->cells[i].s);
            if (k == N_COLUMNS && near_take(&near))
                diag_hint(c->l->ctx, "did you mean '%s'?", near_take(&near));
        }
    }
    if (c->column[CC_name] >= 0)
        return true;
    diag(c->l->ctx, row->pos, D_IMPORT_COLUMNS, "there is no column 'name'");
    return false;
}

/* In a new project whatever a row names must be made by a row. */
static void check_complete(struct csvin *c)
{
    for (const struct plist_point *p = c->l->points; p; p = p->next) {
        if (!p->attrs[PA_type].n)
            diag(c->l->ctx, p->pos, D_IMPORT_VALUE, "'%s' has no type", p->name.s);
        struct str set = p->attrs[PA_stateTexts], alarm = p->attrs[PA_alarmPoint];
        if (set.n && !plist_has(c->l, "states", set))
            diag(c->l->ctx, p->pos, D_IMPORT_VALUE,
                 "no row says what the states of '%s' are (column states)", set.s);
        if (alarm.n && !plist_has(c->l, "alarm", alarm))
            diag(c->l->ctx, p->pos, D_IMPORT_VALUE,
                 "no row says what the alarm point '%s' is (column alarm)", alarm.s);
    }
    csvin_check_sources(c);
}

void import_csv_text(struct plist *l, const struct import_options *o, const struct intext *t)
{
    struct csvin c = { .l = l, .o = o, .sources = plist_text(l, "", 0), .guids = map_new(l->ctx->arena),
                      .sets = map_new(l->ctx->arena), .alarms = map_new(l->ctx->arena),
                      .classes = map_new(l->ctx->arena), .schedules = map_new(l->ctx->arena) };
    struct csv_row row;
    bool titled = false;
    find_schedules(&c);
    csv_init(&c.csv, l->ctx, t, o->delimiter, NULL);
    while (csv_next(&c.csv, &row)) {
        if (csv_blank(&row) || row.comment)
            continue;
        if (titled)
            take_row(&c, &row);
        else if (!take_titles(&c, &row))
            return;
        titled = true;
    }
    if (c.csv.failed)
        return;
    if (!titled)
        diag(l->ctx, (struct srcpos){ .file = t->file }, D_IMPORT_COLUMNS,
             "there is no row of column titles");
    else if (!l->n_points && !diag_errors(l->ctx))
        diag(l->ctx, (struct srcpos){ .file = t->file }, D_IMPORT_EMPTY, "there is no row in it");
    else if (!o->merging)
        check_complete(&c);
    for (struct plist_point *p = o->merging ? NULL : l->points; p; p = p->next)
        plist_part_alarms(l, p);
    if (!l->devices)
        plist_device_of(l, default_plc(&c), o->device ? plist_text(l, o->device, strlen(o->device))
                                                      : default_plc(&c));
    plist_default_classes(l);
    plist_number_devices(l, o->instance);
}

void import_csv(struct plist *l, const struct import_options *o, const char *path)
{
    struct intext t;
    plist_name_by_path(l, path);
    if (intext_read(l->ctx, path, o->encoding, "CP1252", &t))
        import_csv_text(l, o, &t);
}
