/* Which element may stand where: rows, and the masks made from them. Attributes are the rows of
 * vocab.h. A name that is not in syntax_names.h is a bug of ours and stops the program at once. */
#include "compiler/grammar.h"
#include "compiler/ctx.h"
#include "compiler/vocab.h"

#include <assert.h>
#include <string.h>

enum { OFTEN = 0, ONCE = 1, TEXT = 2 };

static const struct rule {
    enum el el;
    uint8_t how;
    const char *parents;
} rules[] = {
    { EL_Project, ONCE, "" },
    { EL_Units, OFTEN, "Project" },
    { EL_Unit, OFTEN, "Units" },
    { EL_StateTexts, OFTEN, "Project" },
    { EL_State, TEXT, "StateTexts" },
    { EL_AlarmPoints, OFTEN, "Project" },
    { EL_AlarmPoint, OFTEN, "AlarmPoints Template" },
    { EL_Sources, OFTEN, "Project" },
    { EL_Mqtt, OFTEN, "Sources" },
    { EL_Modbus, OFTEN, "Sources" },
    { EL_Simulate, OFTEN, "Sources" },
    { EL_Variables, OFTEN, "Project" },
    { EL_Variable, OFTEN, "Variables Template" },
    { EL_Bind, OFTEN, "Variable On" },
    { EL_On, OFTEN, "Variable" },
    { EL_Plc, OFTEN, "Project" },
    { EL_Channel, OFTEN, "Plc" },
    { EL_Port, OFTEN, "Channel" },
    { EL_Bbmd, ONCE, "Port" },
    { EL_Peer, OFTEN, "Bbmd" },
    { EL_ForeignDevice, ONCE, "Port" },
    { EL_Access, ONCE, "Channel Device" },
    { EL_Allow, OFTEN, "Access" },
    { EL_Device, OFTEN, "Channel" },
    { EL_NotificationClass, OFTEN, "Device" },
    { EL_Recipients, OFTEN, "Project Device" },
    { EL_Recipient, OFTEN, "NotificationClass Recipients" },
    { EL_Calendar, OFTEN, "Device Template" },
    { EL_Date, OFTEN, "Calendar Exception" },
    { EL_DateRange, OFTEN, "Calendar Exception" },
    { EL_WeekNDay, OFTEN, "Calendar Exception" },
    { EL_Schedule, OFTEN, "Device Template" },
    { EL_Week, ONCE, "Schedule" },
    { EL_Monday, ONCE, "Week" },
    { EL_Tuesday, ONCE, "Week" },
    { EL_Wednesday, ONCE, "Week" },
    { EL_Thursday, ONCE, "Week" },
    { EL_Friday, ONCE, "Week" },
    { EL_Saturday, ONCE, "Week" },
    { EL_Sunday, ONCE, "Week" },
    { EL_At, OFTEN, "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Exception" },
    { EL_Exception, OFTEN, "Schedule" },
    { EL_Target, OFTEN, "Schedule" },
    { EL_TrendLog, OFTEN, "Device Template" },
    { EL_Object, OFTEN, "Device Template" },
    { EL_Template, OFTEN, "Project" },
    { EL_Param, OFTEN, "Template" },
    { EL_Use, OFTEN, "Project Variables AlarmPoints Device Template" },
    { EL_Arg, OFTEN, "Use" },
};

const char *const el_names[EL_COUNT] = { "",
#define X(name) #name,
    ELEMENTS(X)
#undef X
};
const char *const at_names[AT_COUNT] = { "",
#define X(name) #name,
    ATTRIBUTES(X)
#undef X
};

static unsigned name_find(const char *const *names, unsigned count, const char *name, size_t n)
{
    for (unsigned i = 1; i < count; i++)
        if (!strncmp(names[i], name, n) && !names[i][n])
            return i;
    return 0;
}

enum el el_by_name(const char *name, size_t n)
{
    return (enum el)name_find(el_names, EL_COUNT, name, n);
}

enum at at_by_name(const char *name, size_t n)
{
    return (enum at)name_find(at_names, AT_COUNT, name, n);
}

/* The next word of a list; NULL at its end. */
static const char *word(const char **list, size_t *n)
{
    const char *w = *list + strspn(*list, " ");
    *n = strcspn(w, " ");
    *list = w + *n;
    return *n ? w : NULL;
}

const struct grammar *grammar_new(struct ctx *ctx)
{
    struct grammar *g = arena_alloc(ctx->arena, sizeof *g);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *r = &rules[i];
        const char *list = r->parents;
        size_t n;
        for (const char *w; (w = word(&list, &n));) {
            enum el parent = el_by_name(w, n);
            assert(parent != EL_NONE);
            g->children[parent] |= UINT64_C(1) << r->el;
        }
        g->once |= (uint64_t)(r->how == ONCE) << r->el;
        g->text |= (uint64_t)(r->how == TEXT) << r->el;
    }
    for (size_t i = 0; i < n_vocab_rows; i++) {
        const struct vocab_row *row = &vocab_rows[i];
        at_put(&g->allowed[row->el], (enum at)row->at);
        if (row->flags & VF_required)
            at_put(&g->required[row->el], (enum at)row->at);
        if (row->flags & VF_required && (row->kind == VK_name || row->kind == VK_unsigned) &&
            (row->at == AT_name || row->at == AT_id)) {
            g->naming[row->el] = (enum at)row->at;
            g->numbered |= (uint64_t)(row->kind == VK_unsigned) << row->el;
        }
    }
    g->children[EL_NONE] = UINT64_C(1) << EL_Project;
    return g;
}

const char *grammar_near_child(const struct grammar *g, enum el parent, const char *want, size_t n)
{
    struct near s = near_of(want, n);
    for (unsigned el = 1; el < EL_COUNT; el++)
        if (el_in(g->children[parent], (enum el)el))
            near_offer(&s, el_names[el], strlen(el_names[el]));
    return near_take(&s);
}

const char *grammar_near_attr(const struct grammar *g, enum el el, const char *want, size_t n)
{
    struct near s = near_of(want, n);
    for (unsigned at = 1; at < AT_COUNT; at++)
        if (at_in(&g->allowed[el], (enum at)at))
            near_offer(&s, at_names[at], strlen(at_names[at]));
    return near_take(&s);
}

/* Letters are compared without their case. */
static bool same_letter(char a, char b) { return (a | 32) == (b | 32); }

static bool one_apart(const char *a, size_t an, const char *b, size_t bn)
{
    size_t head = 0, tail = 0, most = an < bn ? an : bn;
    while (head < most && same_letter(a[head], b[head]))
        head++;
    while (tail < most - head && same_letter(a[an - 1 - tail], b[bn - 1 - tail]))
        tail++;
    size_t x = an - head - tail, y = bn - head - tail;      /* what differs                     */
    bool exchanged = x == 2 && y == 2 && same_letter(a[head], b[head + 1]) && same_letter(a[head + 1], b[head]);
    return (x <= 1 && y <= 1) || exchanged;
}

/* The attribute that names the element, if the value can be such a name. */
static enum at naming(const struct grammar *g, enum el el, const char *value, size_t n)
{
    bool number = n > 0;
    for (size_t i = 0; i < n; i++)
        number = number && value[i] >= '0' && value[i] <= '9';
    return number || !el_in(g->numbered, el) ? g->naming[el] : AT_NONE;
}

enum at grammar_meant_attr(const struct grammar *g, enum el el, const char *want, size_t n, const char *value,
                           size_t value_n)
{
    const char *near = grammar_near_attr(g, el, want, n);
    if (!near)
        return naming(g, el, value, value_n);
    enum at at = at_by_name(near, strlen(near));
    return one_apart(want, n, near, strlen(near)) || at == naming(g, el, value, value_n) ? at : AT_NONE;
}

enum el grammar_meant_child(const struct grammar *g, enum el parent, const char *want, size_t n)
{
    const char *near = grammar_near_child(g, parent, want, n);
    return near && one_apart(want, n, near, strlen(near)) ? el_by_name(near, strlen(near)) : EL_NONE;
}

uint64_t grammar_below(const struct grammar *g, enum el el)
{
    uint64_t below = g->children[el], before = 0;
    while (below != before) {
        before = below;
        for (unsigned c = 1; c < EL_COUNT; c++)
            if (el_in(before, (enum el)c))
                below |= g->children[c];
    }
    return below;
}

const char *grammar_parents(const struct grammar *g, struct ctx *ctx, enum el el)
{
    const char *list = "";
    for (unsigned p = 1; p < EL_COUNT; p++)
        if (el_in(g->children[p], el))
            list = arena_printf(ctx->arena, "%s%s%s", list, *list ? ", " : "", el_names[p]);
    return list;
}
