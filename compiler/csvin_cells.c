/* Cells of a point list that hold several things: "0=Off|1=On", "kind=limits|high=70". */
#include "compiler/csvin.h"
#include "compiler/vocab.h"

#include <stdio.h>
#include <string.h>

bool csvin_piece(struct csvin *c, const char **p, struct str *key, struct str *value)
{
    struct textbuf b = { .arena = c->l->ctx->arena };
    const char *s = *p;
    size_t split = SIZE_MAX;
    textbuf_add(&b, "");
    if (!*s)
        return false;
    for (; *s && *s != '|'; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (*s == '=' && split == SIZE_MAX) {
            split = b.n;
            continue;
        }
        textbuf_bytes(&b, s, 1);
    }
    *p = *s ? s + 1 : s;
    *key = plist_text(c->l, b.s, split == SIZE_MAX ? 0 : split);
    *value = plist_text(c->l, b.s + (split == SIZE_MAX ? 0 : split),
                        b.n - (split == SIZE_MAX ? 0 : split));
    return true;
}

static bool state_numbers(struct str key, struct plist_state *s)
{
    long long value, wire = -1;
    int end = 0;
    char extra;
    if (!key.n || key.n > 18)
        return false;
    if (sscanf(key.s, "%lld%n", &value, &end) != 1)
        return false;
    if (key.s[end] == ':' && (sscanf(key.s + end + 1, "%lld%c", &wire, &extra) != 1 || wire < 1))
        return false;
    s->value = value;
    s->wire = wire;
    return key.s[end] == ':' || !key.s[end];
}

/* "0=Off|1=On", "0:3=Off" with its number on the wire, or just "Off|On". */
bool csvin_states(struct csvin *c, struct csvin_row *v)
{
    struct plist_state *states = NULL;
    size_t n = 0, cap = 0;
    const char *p = v->v[CC_states].s;
    struct str key, text;
    while (csvin_piece(c, &p, &key, &text)) {
        struct plist_state s = { .value = (int64_t)n, .wire = -1, .text = text };
        if (key.n && !state_numbers(key, &s)) {
            diag(c->l->ctx, v->at[CC_states], D_IMPORT_VALUE, "'%s' is no number of a state",
                 key.s);
            diag_hint(c->l->ctx, "write 0=Off|1=On");
            return false;
        }
        states = arena_grow(c->l->ctx->arena, states, &cap, n + 1, sizeof *states);
        states[n++] = s;
    }
    struct str name = v->v[PA_stateTexts];
    if (!name.n)
        name = plist_text(c->l, "States", 6);
    struct plist_states *set = plist_states_of(c->l, name, states, n, v->pos);
    struct str *known = map_get(c->sets, v->v[PA_stateTexts]);
    if (v->v[PA_stateTexts].n && known && !str_eq(*known, set->name))
        diag(c->l->ctx, v->at[CC_states], D_IMPORT_ADJUSTED,
             "'%s' has other texts above; these become '%s'", name.s, set->name.s);
    if (v->v[PA_stateTexts].n && !known)
        map_set(c->sets, v->v[PA_stateTexts], &set->name);
    v->v[PA_stateTexts] = set->name;
    return true;
}

struct str csvin_attributes(struct csvin *c, enum el el, enum at but)
{
    struct textbuf b = { .arena = c->l->ctx->arena };
    for (size_t i = 0; i < n_vocab_rows; i++)
        if (vocab_rows[i].el == el && vocab_rows[i].at != but && vocab_rows[i].at != AT_instance)
            textbuf_printf(&b, "%s%s", b.n ? ", " : "", at_names[vocab_rows[i].at]);
    return plist_text(c->l, b.s, b.n);
}

/* The cell's "a=b|c=d" as attributes of that element but its name and instance, which have columns of their own. */
static bool attributes(struct csvin *c, struct csvin_row *v, size_t col, enum el el, const char *what,
                       struct plist_pair **pairs, size_t *n)
{
    struct plist_pair pair;
    size_t cap = 0;
    const char *p = v->v[col].s;
    while (csvin_piece(c, &p, &pair.name, &pair.value)) {
        const enum at at = at_by_name(pair.name.s, pair.name.n);
        if (!at || at == AT_name || at == AT_instance || !vocab_find(el, at)) {
            diag(c->l->ctx, v->at[col], D_IMPORT_VALUE, "'%s' is no attribute of %s",
                 pair.name.n ? pair.name.s : pair.value.s, what);
            diag_hint(c->l->ctx, "write %s; the attributes are %s", el == EL_AlarmPoint ? "kind=limits|high=70|low=5"
                      : "toOffnormal=64|toFault=64|toNormal=192", csvin_attributes(c, el, AT_name).s);
            return false;
        }
        for (size_t i = 0; i < *n; i++)
            if (str_eq((*pairs)[i].name, pair.name)) {
                diag(c->l->ctx, v->at[col], D_IMPORT_VALUE, "'%s' stands twice", pair.name.s);
                return false;
            }
        *pairs = arena_grow(c->l->ctx->arena, *pairs, &cap, *n + 1, sizeof **pairs);
        (*pairs)[(*n)++] = pair;
    }
    return true;
}

/* "kind=limits|high=70|low=5"; "kind=none": this object has no alarm, whatever the variable's others have. */
bool csvin_alarm(struct csvin *c, struct csvin_row *v)
{
    if (!strcmp(v->v[CC_alarm].s, "kind=none")) {
        v->v[PA_alarmPoint] = plist_text(c->l, "", 0);
        v->no_alarm = true;
        return true;
    }
    struct plist_pair *pairs = NULL;
    size_t n = 0;
    if (!attributes(c, v, CC_alarm, EL_AlarmPoint, "an alarm point", &pairs, &n))
        return false;
    struct str name = v->v[PA_alarmPoint];
    if (!name.n)
        name = plist_text(c->l, "Alarm", 5);
    struct plist_alarm *a = plist_alarm_of(c->l, name, pairs, n, v->pos);
    const struct str *known = v->v[PA_alarmPoint].n ? map_add(c->alarms, name, &a->name) : NULL;
    if (known && !str_eq(*known, a->name))
        diag(c->l->ctx, v->at[CC_alarm], D_IMPORT_ADJUSTED, "'%s' is another alarm point above; this one becomes '%s'",
             name.s, a->name.s);
    v->v[PA_alarmPoint] = a->name;
    return true;
}

/* "toOffnormal=64|toFault=64|toNormal=192": the row's class of alarms, however many rows say it. */
bool csvin_class(struct csvin *c, struct csvin_row *v, struct plist_device *d)
{
    const struct str name = v->v[PA_notificationClass], number = v->v[CC_class_instance];
    struct plist_pair *pairs = NULL;
    size_t n = 0;
    if (!attributes(c, v, CC_class, EL_NotificationClass, "a notification class", &pairs, &n))
        return false;
    if (!name.n && !v->v[CC_class].n)
        return true;
    if (!name.n) {
        diag(c->l->ctx, v->at[CC_class], D_IMPORT_VALUE, "a notification class without a name");
        diag_hint(c->l->ctx, "its name is in the column notificationClass");
        return false;
    }
    struct str key = plist_format(c->l, "%s\n%s\n%s", d->plc.s, d->name.s, name.s);
    struct plist_child *k = map_get(c->classes, key);
    if (!k) {
        k = plist_child_of(c->l, d, "NotificationClass", number.n ? number : plist_format(c->l, "\n%s", name.s));
        if (k->name.n) {
            diag(c->l->ctx, v->at[CC_class_instance], D_IMPORT_VALUE, "class %s is '%s' above", number.s, k->name.s);
            diag_note(c->l->ctx, k->pos, "here");
            return false;
        }
        map_set(c->classes, key, k);
        k->name = name;
        k->instance = number;
        k->pos = v->pos;
    }
    if (number.n && k->instance.n && !str_eq(number, k->instance)) {
        diag(c->l->ctx, v->at[CC_class_instance], D_IMPORT_VALUE, "class '%s' has instance %s above", name.s, k->instance.s);
        diag_note(c->l->ctx, k->pos, "here");
        return false;
    }
    k->instance = number.n ? number : k->instance;
    bool same = n == k->n_attrs;
    for (size_t i = 0; i < n && same; i++)
        same = str_eq(k->attrs[i].name, pairs[i].name) && str_eq(k->attrs[i].value, pairs[i].value);
    if (n && k->n_attrs && !same) {
        diag(c->l->ctx, v->at[CC_class], D_IMPORT_VALUE, "class '%s' has other attributes above", name.s);
        diag_note(c->l->ctx, k->pos, "here");
        return false;
    }
    if (n && !k->n_attrs) {
        k->attrs = pairs;
        k->n_attrs = n;
        k->pos = v->pos;
    }
    return true;
}
