/* Point lists: keeping names and sets apart, cleaning texts. */
#include "compiler/plist.h"
#include "compiler/number_text.h"
#include "schemas/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const plist_attr_names[PA_COUNT] = {
#define X(name) #name,
    PLIST_ATTRS(X)
#undef X
};

static void clear(struct ctx *ctx, struct str *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        s[i] = ctx_str(ctx, "", 0);
}

void plist_init(struct plist *l, struct ctx *ctx)
{
    *l = (struct plist){ .ctx = ctx };
    struct str none = ctx_str(ctx, "", 0);
    l->name = l->guid = l->author = l->last_change = l->description = none;
    clear(ctx, l->nothing, PA_COUNT);
    l->states_end = &l->states;
    l->alarms_end = &l->alarms;
    l->devices_end = &l->devices;
    l->sources_end = &l->sources;
    l->by_key = map_new(ctx->arena);
    l->point_by_name = map_new(ctx->arena);
    l->names = map_new(ctx->arena);
}

struct str plist_text(struct plist *l, const char *s, size_t n)
{
    struct textbuf b = { .arena = l->ctx->arena };
    bool clean = true;
    for (size_t i = 0; i < n && clean; i++)
        clean = (unsigned char)s[i] >= ' ' && s[i] != 0x7f && s[i] != '\xef' && s[i] != '\xc2';
    if (clean)
        return ctx_str(l->ctx, s, n);
    for (size_t i = 0; i < n; i++) {
        if (n - i >= 3 && s[i] == '\xef' && s[i + 1] == '\xbf' &&
            (s[i + 2] == '\xbe' || s[i + 2] == '\xbf'))
            i += 2;                                     /* U+FFFE, U+FFFF: not in XML          */
        else if (n - i >= 2 && s[i] == '\xc2' && (unsigned char)s[i + 1] < 0xa0)
            i += 1;                                     /* C1 control characters               */
        else if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
            textbuf_add(&b, " ");
        else
            textbuf_bytes(&b, s + i, 1);
    }
    return ctx_str(l->ctx, b.s ? b.s : "", b.n);
}

struct str plist_format(struct plist *l, const char *fmt, ...)
{
    char buf[512], *s = buf;
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    if (n >= (int)sizeof buf) {
        s = arena_alloc(l->ctx->arena, (size_t)n + 1);
        vsnprintf(s, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return ctx_str(l->ctx, s, n < 0 ? 0 : (size_t)n);
}

struct str plist_unique(struct plist *l, const char *kind, struct str want)
{
    struct str name = want;
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_printf(&b, "%s\n%s", kind, want.s);
    struct str base = ctx_str(l->ctx, b.s, b.n);
    /* The map holds the last suffix tried, so that many equal names stay linear. */
    size_t i = (size_t)(uintptr_t)map_get(l->names, base);
    if (!i) {
        map_set(l->names, base, (void *)(uintptr_t)1);
        return name;
    }
    for (;;) {
        i++;
        b.n = 0;
        textbuf_printf(&b, "%s\n%s_%zu", kind, want.s, i);
        struct str key = ctx_str(l->ctx, b.s, b.n);
        if (map_get(l->names, key))
            continue;
        map_set(l->names, key, (void *)(uintptr_t)1);
        map_set(l->names, base, (void *)(uintptr_t)i);
        size_t skip = strlen(kind) + 1;
        return ctx_str(l->ctx, key.s + skip, key.n - skip);
    }
}

struct plist_point *plist_add_point(struct plist *l, struct str name, struct srcpos pos)
{
    struct plist_point *p = arena_alloc(l->ctx->arena, sizeof *p);
    clear(l->ctx, p->attrs, PA_COUNT);
    p->name = name;
    p->number = p->listed = ctx_str(l->ctx, "", 0);
    p->pos = pos;
    if (l->last_point)
        l->last_point->next = p;
    else
        l->points = p;
    l->last_point = p;
    l->n_points++;
    map_add(l->point_by_name, name, p);
    return p;
}

struct plist_publish *plist_publish_new(struct plist *l, struct plist_point *p, struct srcpos pos)
{
    struct plist_publish *o = arena_alloc(l->ctx->arena, sizeof *o);
    struct str none = ctx_str(l->ctx, "", 0);
    o->plc = o->device = o->visible = o->instance = none;
    o->over = l->nothing;
    o->pos = pos;
    struct plist_publish **at = &p->publish;
    while (*at)
        at = &(*at)->next;
    return *at = o;
}

struct str *plist_over(struct plist *l, struct plist_publish *o)
{
    if (o->over != l->nothing)
        return (struct str *)(uintptr_t)o->over;
    struct str *own = arena_array(l->ctx->arena, PA_COUNT, sizeof *own);
    memcpy(own, l->nothing, sizeof l->nothing);
    o->over = own;
    return own;
}

void plist_part_alarms(struct plist *l, struct plist_point *p)
{
    const struct str alarm = p->attrs[PA_alarmPoint];
    bool part = false;
    for (const struct plist_publish *o = p->publish; o; o = o->next)
        part |= o->no_alarm;
    if (!part || !alarm.n)
        return;
    p->attrs[PA_alarmPoint] = plist_text(l, "", 0);
    for (struct plist_publish *o = p->publish; o; o = o->next) {
        if (o->no_alarm)
            continue;
        if (!o->over[PA_alarmPoint].n)
            plist_over(l, o)[PA_alarmPoint] = alarm;
        o->object = true;
        if (!o->device.n)
            o->device = o->plc;
    }
}

void plist_drop_class(struct plist *l, struct plist_point *p)
{
    p->attrs[PA_notificationClass] = plist_text(l, "", 0);
    if (!l->n_classless++)
        l->classless = p->pos;
}

void plist_tell_classless(const struct plist *l)
{
    if (!l->n_classless)
        return;
    const bool one = l->n_classless == 1;
    diag(l->ctx, l->classless, D_IMPORT_ADJUSTED, "%zu object%s a notification class, but the file does not say what "
         "alarms %s; left out", l->n_classless, one ? " has" : "s have", one ? "it" : "them");
    diag_hint(l->ctx, "a variable gets its alarms by alarmPoint, and their class by notificationClass");
}

struct plist_point *plist_find_point(const struct plist *l, struct str name)
{
    return map_get(l->point_by_name, name);
}

struct plist_states *plist_states_of(struct plist *l, struct str name,
                                     const struct plist_state *states, size_t n, struct srcpos pos)
{
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_add(&b, "states\n");
    for (size_t i = 0; i < n; i++)
        textbuf_printf(&b, "%lld:%lld=%s\n", (long long)states[i].value,
                       (long long)states[i].wire, states[i].text.s);
    struct str key = ctx_str(l->ctx, b.s, b.n);
    struct plist_states *s = map_get(l->by_key, key);
    if (s)
        return s;
    s = arena_alloc(l->ctx->arena, sizeof *s);
    s->name = plist_unique(l, "states", name);
    s->states = arena_array(l->ctx->arena, n, sizeof *s->states);
    memcpy(s->states, states, n * sizeof *states);
    s->n = n;
    s->pos = pos;
    *l->states_end = s;
    l->states_end = &s->next;
    map_set(l->by_key, plist_format(l, "states named\n%s", s->name.s), s);
    map_set(l->by_key, key, s);
    return s;
}

struct plist_alarm *plist_alarm_of(struct plist *l, struct str name,
                                   const struct plist_pair *attrs, size_t n, struct srcpos pos)
{
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_add(&b, "alarm\n");
    for (size_t i = 0; i < n; i++)
        textbuf_printf(&b, "%s=%s\n", attrs[i].name.s, attrs[i].value.s);
    struct str key = ctx_str(l->ctx, b.s, b.n);
    struct plist_alarm *a = map_get(l->by_key, key);
    if (a)
        return a;
    a = arena_alloc(l->ctx->arena, sizeof *a);
    a->name = plist_unique(l, "alarm", name);
    a->attrs = arena_array(l->ctx->arena, n, sizeof *a->attrs);
    memcpy(a->attrs, attrs, n * sizeof *attrs);
    a->n = n;
    a->pos = pos;
    *l->alarms_end = a;
    l->alarms_end = &a->next;
    map_set(l->by_key, plist_format(l, "alarm named\n%s", a->name.s), a);
    map_set(l->by_key, key, a);
    return a;
}

struct plist_device *plist_device_of(struct plist *l, struct str plc, struct str name)
{
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_printf(&b, "device\n%s\n%s", plc.s, name.s);
    struct str key = ctx_str(l->ctx, b.s, b.n);
    struct plist_device *d = map_get(l->by_key, key);
    if (d || l->n_devices == PLIST_DEVICES_MAX)
        return d;
    l->n_devices++;
    d = arena_alloc(l->ctx->arena, sizeof *d);
    d->name = name;
    d->plc = plc;
    d->object_name = d->description = d->instance = d->default_class = ctx_str(l->ctx, "", 0);
    d->children_end = &d->children;
    d->objects_end = &d->objects;
    *l->devices_end = d;
    l->devices_end = &d->next;
    map_set(l->by_key, key, d);
    return d;
}

struct plist_child *plist_child_of(struct plist *l, struct plist_device *d, const char *element,
                                   struct str instance)
{
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_printf(&b, "%s\n%s\n%s\n%s", element, d->plc.s, d->name.s, instance.s);
    struct str key = ctx_str(l->ctx, b.s, b.n);
    struct plist_child *c = map_get(l->by_key, key);
    if (c)
        return c;
    c = arena_alloc(l->ctx->arena, sizeof *c);
    c->element = element;
    c->instance = instance;
    c->name = c->description = c->variable = c->initial = ctx_str(l->ctx, "", 0);
    *d->children_end = c;
    d->children_end = &c->next;
    map_set(l->by_key, key, c);
    return c;
}

bool plist_number(struct plist *l, const char *s, size_t n, struct str *text, double *value)
{
    char buf[400];
    size_t k = 0, digits = 0, points = 0;
    if (!n || n >= sizeof buf)
        return false;
    for (size_t i = 0; i < n; i++) {
        char ch = s[i] == ',' ? '.' : s[i];
        bool sign = (ch == '-' || ch == '+') && (i == 0 || s[i - 1] == 'e' || s[i - 1] == 'E');
        bool exponent = (ch == 'e' || ch == 'E') && digits;
        digits += ch >= '0' && ch <= '9';
        points += ch == '.';
        if (!sign && !exponent && ch != '.' && !(ch >= '0' && ch <= '9'))
            return false;
        if (!(i == 0 && ch == '+'))
            buf[k++] = ch;
    }
    buf[k] = 0;
    char *end;
    double v = strtod(buf, &end);
    if (*end || !digits || points > 1 || !isfinite(v))
        return false;
    char out[32];
    print_real(out, v);
    *text = ctx_str(l->ctx, out, strlen(out));
    *value = v;
    return true;
}

struct str plist_guid(struct plist *l, const char *text, size_t n)
{
    uint64_t h[2] = { 0xcbf29ce484222325u, 0x9e3779b97f4a7c15u };
    for (size_t i = 0; i < n; i++) {
        h[0] = (h[0] ^ (unsigned char)text[i]) * 0x100000001b3u;
        h[1] = (h[1] ^ (unsigned char)text[i]) * 0x100000001b3u;
        h[1] ^= h[1] >> 29;
    }
    h[0] = (h[0] & ~UINT64_C(0xf000)) | 0x8000;                         /* version 8           */
    h[1] = (h[1] & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;           /* variant             */
    return plist_format(l, "%08llx-%04llx-%04llx-%04llx-%012llx", (unsigned long long)(h[0] >> 32),
                        (unsigned long long)(h[0] >> 16 & 0xffff),
                        (unsigned long long)(h[0] & 0xffff), (unsigned long long)(h[1] >> 48),
                        (unsigned long long)(h[1] & 0xffffffffffffu));
}

bool plist_is_guid(const char *s, size_t n)
{
    for (size_t i = 0; i < n && n == 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char ch = s[i];
        bool hex = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
        if (dash ? ch != '-' : !hex)
            return false;
    }
    return n == 36;
}

bool plist_has(const struct plist *l, const char *kind, struct str name)
{
    struct textbuf b = { .arena = l->ctx->arena };
    textbuf_printf(&b, "%s\n%s", kind, name.s);
    return map_get(l->names, ctx_str(l->ctx, b.s, b.n)) != NULL;
}

void plist_name_by_path(struct plist *l, const char *path)
{
    static const char *const tails[] = { "_utf8", "_EDE", "-EDE" };
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        size_t t = strlen(tails[i]);
        if (n > t && !strncasecmp(base + n - t, tails[i], t))
            n -= t;
    }
    if (n > 37 && base[n - 37] == '_' && plist_is_guid(base + n - 36, 36)) {
        l->guid = plist_text(l, base + n - 36, 36);
        n -= 37;
    }
    const bool named = n && utf8_valid(base, n) && strcmp(path, "-") != 0;
    l->name = named ? plist_text(l, base, n) : plist_text(l, "Imported", 8);
}

void plist_default_classes(struct plist *l)
{
    for (struct plist_device *d = l->devices; d; d = d->next) {
        const struct plist_child *first = NULL;
        size_t n = 0;
        bool standard = false;
        for (const struct plist_child *c = d->children; c; c = c->next) {
            if (strcmp(c->element, "NotificationClass") != 0)
                continue;
            standard |= !strcmp(c->name.s, "Class_1");
            first = first ? first : c;
            n++;
        }
        if (n > 1 && !standard)
            d->default_class = first->name;
    }
}

void plist_number_devices(struct plist *l, const char *first)
{
    struct map *taken = map_new(l->ctx->arena);
    unsigned next = first ? (unsigned)strtoul(first, NULL, 10) : 1;
    for (struct plist_device *d = l->devices; d; d = d->next)
        if (d->instance.n)
            map_set(taken, d->instance, d);
    for (struct plist_device *d = l->devices; d; d = d->next) {
        while (!d->instance.n) {
            struct str number = plist_format(l, "%u", next++);
            if (!map_add(taken, number, d))
                d->instance = number;
        }
    }
}
