/* Whether a list says what the project says already: in other words or numbers, or because the project says nothing
 * and means it. */
#include "compiler/merge.h"
#include "compiler/number_text.h"
#include "schemas/units.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const enum at merge_at[PA_COUNT] = {
#define X(name) AT_##name,
    PLIST_ATTRS(X)
#undef X
};

static bool unit_code(struct merge *m, const char *text, uint32_t *code)
{
    for (const struct node *u = node_child(m->ctx->tree, EL_Units); u; u = node_next(u, EL_Units))
        for (const struct node *a = u->child; a; a = a->next)
            if (!strcmp(merge_attr(a, AT_text), text))
                text = merge_attr(a, AT_bacnet);
    const struct unit_symbol *s = unit_by_symbol(text, strlen(text));
    if (s) {
        *code = s->code;
        return true;
    }
    if (!strncmp(text, "bacnet:", 7))
        text += 7;
    const struct unit *u = unit_by_name(text, strlen(text));
    char *end;
    *code = u ? u->code : (uint32_t)strtoul(text, &end, 10);
    return u || (*text && !*end);
}

/* What the variable will say when the list is brought in. */
static const char *to_be(const struct merge_word *w, enum pa a)
{
    return w->p && w->p->attrs[a].n && !(w->p->weak >> a & 1) ? w->p->attrs[a].s : merge_attr(w->var, merge_at[a]);
}

/* What the compiler would suggest for a variable that gives no data point type. */
static const char *suggested(const struct merge_word *w)
{
    static const char words[3][3][3] = { { "AI", "AO", "AV" }, { "BI", "BO", "BV" },
                                         { "MI", "MO", "MV" } };
    const char *type = to_be(w, PA_type), *access = to_be(w, PA_access);
    size_t kind = !strcmp(type, "BOOL") ? 1 : strstr(type, "REAL") ? 0 : *to_be(w, PA_stateTexts) ? 2 : 0;
    return words[kind][!strcmp(access, "read") ? 0 : !strcmp(access, "output") ? 1 : 2];
}

static const struct node *its_row(struct merge *m, const struct merge_word *w)
{
    return map_get(m->only_object, merge_named(m, w->var, AT_name));
}

const char *merge_object_type(const struct merge_word *w, const struct node *row)
{
    const char *type = row ? merge_attr(row, AT_type) : "";
    return *type ? type : *to_be(w, PA_dataPointType) ? to_be(w, PA_dataPointType) : suggested(w);
}

/* Has the object a priority array without a word of it: an output, or a value object of such a device? */
static bool by_itself(struct merge *m, const struct merge_word *w)
{
    const char role = merge_object_type(w, its_row(m, w))[1];
    return role == 'O' || (role == 'V' && w->device && !strcmp(merge_attr(w->device, AT_commandableValues), "true"));
}

bool merge_commandable(struct merge *m, const struct merge_word *w, const struct node *row)
{
    const char *commandable = row ? merge_attr(row, AT_commandable) : "";
    commandable = *commandable ? commandable : to_be(w, PA_commandable);
    return *commandable ? !strcmp(commandable, "true") : by_itself(m, w);
}

/* What a variable is that says nothing of retain: true where it is commandable. */
static const char *supposed_retain(struct merge *m, const struct merge_word *w)
{
    return merge_commandable(m, w, its_row(m, w)) ? "true" : "false";
}

/* The class of alarms that do not say theirs. */
static const char *supposed_class(const struct merge_word *w)
{
    const struct node *first = w->device ? node_child(w->device, EL_NotificationClass) : NULL;
    if (!w->device || *merge_attr(w->device, AT_defaultNotificationClass))
        return w->device ? merge_attr(w->device, AT_defaultNotificationClass) : "";
    for (const struct node *c = first; c; c = node_next(c, EL_NotificationClass))
        if (!strcmp(merge_attr(c, AT_name), "Class_1"))
            return "Class_1";
    return !first ? "Class_1" : node_next(first, EL_NotificationClass) ? "" : merge_attr(first, AT_name);
}

static const char *class_now(struct merge *m, const char *name)
{
    const struct str *now = map_get(m->classes_renamed, ctx_str(m->ctx, name, strlen(name)));
    return now ? now->s : name;
}

/* What the compiler takes for a value that is not given: 0, or what of the range is next to it. */
static double supposed_initial(struct merge *m, const struct node *v)
{
    const char *low = merge_attr(v, AT_low), *high = merge_attr(v, AT_high);
    struct str text;
    double bound, value = 0;
    if (plist_number(m->l, high, strlen(high), &text, &bound) && bound < value)
        value = bound;
    if (plist_number(m->l, low, strlen(low), &text, &bound) && bound > value)
        value = bound;
    return value;
}

bool merge_row_attr(enum pa a, enum at *at)
{
    switch (a) {
    case PA_dataPointName: *at = AT_name; return true;
    case PA_dataPointType: *at = AT_type; return true;
    case PA_description: case PA_polarity: case PA_commandable: case PA_alarmPoint:
    case PA_notificationClass: *at = merge_at[a]; return true;
    default: return false;
    }
}

/* An EDE file has no quotes and no separators in its texts, nor blanks around them: what it has instead is the same
 * text. The next octet of a text as such a file has it, 0 at the end. */
static char ede_octet(const char **s, const char *end)
{
    while (*s < end && **s == '"')
        ++*s;
    if (*s == end)
        return 0;
    const char ch = *(*s)++;
    return ch == ';' ? ',' : ch > 0 && ch < ' ' ? ' ' : ch;
}

static const char *ede_end(const char **s)
{
    static const char outer[] = " \t\r\n\"";
    *s += strspn(*s, outer);
    size_t n = strlen(*s);
    while (n && strchr(outer, (*s)[n - 1]))
        n--;
    return *s + n;
}

/* ... and a ? for a letter that its encoding lacks. */
bool merge_ede_text(const char *have, const char *want)
{
    const char *have_end = ede_end(&have), *want_end = ede_end(&want);
    for (;;) {
        const char a = ede_octet(&have, have_end), b = ede_octet(&want, want_end);
        if (a != b && !(b == '?' && (unsigned char)a >= 0xc0))
            return false;
        if (!a)
            return true;
        while (a != b && have < have_end && ((unsigned char)*have & 0xc0) == 0x80)
            have++;
    }
}

struct str merge_ede_form(struct merge *m, const char *text)
{
    struct textbuf b = { .arena = m->ctx->arena };
    const char *end = ede_end(&text);
    textbuf_add(&b, "");
    for (char ch; (ch = ede_octet(&text, end)) != 0;)
        textbuf_bytes(&b, &ch, 1);
    return ctx_str(m->ctx, b.s, b.n);
}

/* Where a file has limits only, they may be those of the alarm point. */
static bool alarm_limit(struct merge *m, const struct node *v, enum at at, double value)
{
    const char *alarm = merge_attr(v, AT_alarmPoint);
    const struct node *n = map_get(m->alarms, ctx_str(m->ctx, alarm, strlen(alarm)));
    const char *limit = n ? merge_attr(n, at) : "";
    struct str text;
    double x;
    return plist_number(m->l, limit, strlen(limit), &text, &x) && (float)x == (float)value;
}

/* Cells have no blanks around their text. */
static bool same_text(const struct merge *m, const char *have, struct str want)
{
    const char *s = have + strspn(have, " \t");
    size_t n = strlen(s);
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    return (n == want.n && !memcmp(s, want.s, n)) || (m->o->ede && *have && merge_ede_text(have, want.s));
}

bool merge_same(struct merge *m, const struct merge_word *w, enum at at, enum pa a, struct str want)
{
    const struct node *var = w->n;
    const char *have = merge_attr(var, at);
    struct str text;
    double x, y;
    uint32_t code, other;
    uint64_t ms = 0, want_ms;
    if (same_text(m, have, want))
        return true;
    switch (a) {
    case PA_unit:
        return unit_code(m, have, &code) && unit_code(m, want.s, &other) && code == other;
    case PA_dataPointType:
        return !*have && !strcmp(suggested(w), want.s);
    case PA_dataPointName:
        have = *have ? have : merge_attr(var, AT_name);
        return same_text(m, have, want) || (w->row->listed.n && same_text(m, have, w->row->listed));
    case PA_description:                                /* the name, where none is given       */
        if (*have)
            return false;
        have = *to_be(w, PA_dataPointName) ? to_be(w, PA_dataPointName) : merge_attr(var, AT_name);
        return *have && (same_text(m, have, want) ||
                         (w->row && w->row->listed.n && same_text(m, w->row->listed.s, want)));
    case PA_access:
        return !*have && !strcmp(want.s, "readWrite");
    case PA_low: case PA_high: case PA_initial: case PA_covIncrement:
        if (!plist_number(m->l, want.s, want.n, &text, &y))
            return false;
        if (!*have)
            return m->o->ede && (a == PA_initial ? (float)supposed_initial(m, var) == (float)y
                                                 : !m->o->limits_given && alarm_limit(m, var, at, y));
        /* An EDE file has them as the device has: REAL. */
        return plist_number(m->l, have, strlen(have), &text, &x) && (m->o->ede ? (float)x == (float)y : x == y);
    case PA_notificationClass:
        return !*have && !strcmp(class_now(m, supposed_class(w)), want.s);
    case PA_guid:
        return str_eq(merge_guid(m, have), merge_guid(m, want.s));
    case PA_retain:
        return !*have && !strcmp(supposed_retain(m, w), want.s);
    case PA_commandable:
        return !*have && !strcmp(want.s, by_itself(m, w) ? "true" : "false");
    case PA_counters: case PA_bacnetVisible:
        return !*have && !strcmp(want.s, "false");
    case PA_bacnetDevice:
        return !*have && w->device && !strcmp(merge_attr(w->device, AT_name), want.s);
    case PA_minimumOnTime: case PA_minimumOffTime:
        return parse_duration(want.s, want.n, &want_ms) && (!*have || parse_duration(have, strlen(have), &ms)) && ms == want_ms;
    case PA_polarity:
        return !*have && !strcmp(want.s, "normal");
    default:
        return false;
    }
}
