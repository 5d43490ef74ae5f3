/* Notification classes of a device: the automatic Class_1, the class of each alarm, and the
 * recipients that are copied into every class (project, device, the class's own). */
#include "compiler/publish_pass.h"

#include "compiler/resolve.h"

#include <string.h>

static struct notification_class *automatic_class(struct ctx *ctx, struct device *d)
{
    struct notification_class *c = arena_alloc(ctx->arena, sizeof *c);
    c->name = str_of(ctx->strs, "Class_1");
    c->description = c->guid = c->formerly = (struct str){"", 0};
    c->node = d->node;
    c->pos = d->pos;
    c->instance = 1;
    c->priority[TO_offnormal] = c->priority[TO_fault] = 64;
    c->priority[TO_normal] = 192;
    c->ack_required = TR_OFFNORMAL | TR_FAULT;
    c->automatic = true;
    d->classes = c;
    d->default_class.to = c;
    return c;
}

/* The class that `name` means in the device; empty: the default. NULL: reported, at the
 * attribute of `n` that names it or at the user. */
static struct notification_class *class_of(struct ctx *ctx, struct device *d, struct str name,
                                           const struct node *n, struct srcpos user, const char *what)
{
    struct notification_class *c = name.n ? class_by_name(d, name) : d->default_class.to;
    if (c)
        return c;
    if (name.n ? name_may_be_lost(ctx, EL_NotificationClass, name, place(n, AT_notificationClass))
               : may_be_lost(ctx, EL_NotificationClass))
        return NULL;
    if (!d->classes && (!name.n || !strcmp(name.s, "Class_1")))
        return d->default_class.name.n ? NULL : automatic_class(ctx, d);
    if (name.n) {
        struct near near = near_of(name.s, name.n);
        diag(ctx, place(n, AT_notificationClass), D_UNKNOWN_CLASS,
             "device '%s' has no notification class '%s'", d->name.s, name.s);
        for (c = diag_errors(ctx) > HINTS_LIMIT ? NULL : d->classes; c; c = c->next)
            near_offer(&near, c->name.s, c->name.n);
        if (near_take(&near))
            diag_hint(ctx, "did you mean '%s'?", near_take(&near));
    } else if (!d->default_class.name.n) {
        diag(ctx, user, D_ALARM_WITHOUT_CLASS,
             "%s names no notification class, and none of device '%s' is the default", what,
             d->name.s);
    }
    return NULL;
}

/* What a recipient is, process id aside: two with the same key are one. */
static struct str recipient_key(struct ctx *ctx, const struct recipient *r)
{
    bool device = r->kind == RCP_DEVICE, net = r->kind == RCP_ADDRESS || r->kind == RCP_REMOTE;
    char key[80];
    int n = snprintf(key, sizeof key, "%d %u %u ", (int)r->kind, device ? r->device : 0, net ? r->network : 0);
    for (unsigned i = 0; r->kind == RCP_ADDRESS && i < r->mac_len && n < (int)sizeof key - 2; i++)
        n += snprintf(key + n, sizeof key - (size_t)n, "%02x", r->mac[i]);
    return ctx_str(ctx, key, (size_t)n);
}

/* A class's own entries for one recipient. */
struct own { const struct recipient *first; unsigned transitions; };

static struct map *own_entries(struct ctx *ctx, const struct recipient *list)
{
    struct map *m = map_new(ctx->arena);
    for (const struct recipient *r = list; r; r = r->next) {
        if (r->kind == RCP_NONE)
            continue;
        struct str key = recipient_key(ctx, r);
        struct own *o = map_get(m, key);
        if (!o) {
            o = arena_alloc(ctx->arena, sizeof *o);
            *o = (struct own){r, 0};
            map_set(m, key, o);
        }
        o->transitions |= r->transitions;
    }
    return m;
}

/* `to` with copies of `from` before them, but for those that `to` has an entry of its own for. */
static struct recipient *copied_before(struct ctx *ctx, const struct recipient *from,
                                       struct recipient *to)
{
    struct recipient *first = NULL, **end = &first;
    struct map *owned = from && to ? own_entries(ctx, to) : NULL;
    for (; from; from = from->next) {
        const struct own *own = owned && from->kind != RCP_NONE ? map_get(owned, recipient_key(ctx, from)) : NULL;
        if (!own) {
            struct recipient *copy = arena_alloc(ctx->arena, sizeof *copy);
            *copy = *from;
            copy->next = NULL;
            *end = copy;
            end = &copy->next;
        } else if (from->transitions & ~own->transitions) {
            diag(ctx, own->first->pos, D_LOST_TRANSITIONS,
                 "this entry replaces the one for all classes, and transitions get lost");
            diag_note(ctx, from->pos, "the entry for all classes");
        }
    }
    *end = to;
    return first;
}

void publish_class(struct ctx *ctx, const struct publication *p)
{
    struct device *d = p->device;
    const struct object_row *r = publication_row(p);
    bool own = r && r->notification_class.name.n;
    const struct node *n = own ? r->node : p->variable->node;
    struct str name = own ? r->notification_class.name : variable_rare(p->variable)->notification_class.name;
    if (publication_alarm(p))
        class_of(ctx, d, name, n, publication_pos(p), "an object with an alarm point");
    else if (own || (name.n && d->classes))
        class_of(ctx, d, name, n, publication_pos(p), "the object");
}

void publish_classes(struct ctx *ctx, struct device *d)
{
    for (struct trend_log *t = d->trend_logs; t; t = t->next)
        if (t->full_alarm || t->notification_class.name.n)
            t->notification_class.to =
                class_of(ctx, d, t->notification_class.name, t->node, t->pos, "a trend log with fullAlarm");
    for (struct notification_class *c = d->classes; c; c = c->next) {
        c->recipients = copied_before(ctx, d->recipients, c->recipients);
        c->recipients = copied_before(ctx, ctx->model->recipients, c->recipients);
    }
}
