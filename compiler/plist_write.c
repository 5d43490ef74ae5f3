/* A point list as the text of a project. What it writes compiles: the elements are in the order
 * that the schema wants, every device has a port. */
#include "compiler/plist_write.h"
#include "compiler/plist_bind.h"

void plist_write_states(const struct plist_states *s, const char *indent, const char *step, struct textbuf *out)
{
    textbuf_printf(out, "%s<StateTexts", indent);
    textbuf_attr(out, "name", s->name.s);
    textbuf_add(out, ">\n");
    for (size_t i = 0; i < s->n; i++) {
        textbuf_printf(out, "%s%s<State value=\"%lld\"", indent, step, (long long)s->states[i].value);
        if (s->states[i].wire >= 0)
            textbuf_printf(out, " wire=\"%lld\"", (long long)s->states[i].wire);
        textbuf_add(out, ">");
        textbuf_xml(out, s->states[i].text.s, 0);
        textbuf_add(out, "</State>\n");
    }
    textbuf_printf(out, "%s</StateTexts>\n", indent);
}

void plist_write_alarm(const struct plist_alarm *a, const char *indent, struct textbuf *out)
{
    textbuf_printf(out, "%s<AlarmPoint", indent);
    textbuf_attr(out, "name", a->name.s);
    for (size_t i = 0; i < a->n; i++)
        textbuf_attr(out, a->attrs[i].name.s, a->attrs[i].value.s);
    textbuf_add(out, "/>\n");
}

void plist_write_publish(const struct plist_publish *p, const char *indent, const char *step, struct textbuf *out)
{
    textbuf_printf(out, "%s<On", indent);
    textbuf_attr(out, "plc", p->plc.s);
    if (!p->object) {                                   /* else the row of the object table says it */
        textbuf_attr(out, "bacnetVisible", p->visible.s);
        textbuf_attr(out, "bacnetDevice", p->device.s);
        textbuf_attr(out, "instance", p->instance.s);
    }
    if (!p->binds) {
        textbuf_add(out, "/>\n");
        return;
    }
    textbuf_add(out, ">\n");
    plist_write_binds(p->binds, arena_printf(out->arena, "%s%s", indent, step), out);
    textbuf_printf(out, "%s</On>\n", indent);
}

void plist_write_point(const struct plist_point *p, const char *indent, const char *step, struct textbuf *out)
{
    const char *inside = plist_bound(p) || p->publish ? arena_printf(out->arena, "%s%s", indent, step) : "";
    bool open = p->binds != NULL;
    textbuf_printf(out, "%s<Variable", indent);
    textbuf_attr(out, "name", p->name.s);
    for (size_t i = 0; i < PA_COUNT; i++)
        textbuf_attr(out, plist_attr_names[i], p->attrs[i].s);
    if (open) {
        textbuf_add(out, ">\n");
        plist_write_binds(p->binds, inside, out);
    }
    for (const struct plist_publish *o = p->publish; o; o = o->next) {
        if (o->object && !o->binds)
            continue;
        if (!open)
            textbuf_add(out, ">\n");
        open = true;
        plist_write_publish(o, inside, step, out);
    }
    if (open)
        textbuf_printf(out, "%s</Variable>\n", indent);
    else
        textbuf_add(out, "/>\n");
}

void plist_write_object(const struct plist_point *p, const struct plist_publish *o,
                        const char *indent, struct textbuf *out)
{
    static const struct { enum pa pa; const char *attr; } rows[] = {
        { PA_dataPointType, "type" },       { PA_dataPointName, "name" },
        { PA_description, "description" },  { PA_polarity, "polarity" },
        { PA_commandable, "commandable" },  { PA_alarmPoint, "alarmPoint" },
        { PA_notificationClass, "notificationClass" },
    };
    textbuf_printf(out, "%s<Object", indent);
    textbuf_attr(out, "variable", p->name.s);
    textbuf_attr(out, "instance", o->instance.s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!str_eq(o->over[rows[i].pa], p->attrs[rows[i].pa]))     /* else the variable says it */
            textbuf_attr(out, rows[i].attr, o->over[rows[i].pa].s);
    if (o->visible.n && o->visible.s[0] == 'f')
        textbuf_attr(out, "enabled", "false");
    textbuf_add(out, "/>\n");
}

void plist_write_child(const struct plist_child *c, const char *indent, struct textbuf *out)
{
    textbuf_printf(out, "%s<%s", indent, c->element);
    textbuf_attr(out, "variable", c->variable.s);
    textbuf_attr(out, "name", c->name.s);
    textbuf_attr(out, "instance", c->instance.s);
    textbuf_attr(out, "description", c->description.s);
    textbuf_attr(out, "default", c->initial.s);
    for (size_t i = 0; i < c->n_attrs; i++)
        textbuf_attr(out, c->attrs[i].name.s, c->attrs[i].value.s);
    textbuf_add(out, "/>\n");
}

static void write_device(const struct plist_device *d, unsigned port, struct textbuf *out)
{
    bool open = false;
    textbuf_add(out, "      <Device");
    textbuf_attr(out, "name", d->name.s);
    textbuf_attr(out, "objectName", d->object_name.s);
    textbuf_attr(out, "instance", d->instance.s);
    textbuf_printf(out, " port=\"%u\"", port);
    textbuf_attr(out, "description", d->description.s);
    textbuf_attr(out, "defaultNotificationClass", d->default_class.s);
    for (const struct plist_child *c = d->children; c; c = c->next) {
        textbuf_add(out, open ? "" : ">\n");
        open = true;
        plist_write_child(c, "        ", out);
    }
    for (const struct plist_object *o = d->objects; o; o = o->next) {
        textbuf_add(out, open ? "" : ">\n");
        open = true;
        plist_write_object(o->point, o->publish, "        ", out);
    }
    textbuf_add(out, open ? "      </Device>\n" : "/>\n");
}

/* The first device of a PLC lies on the IP port and routes to the others. */
static void write_plc(const struct plist_device *first, struct textbuf *out)
{
    bool more = false;
    for (const struct plist_device *d = first->next; d; d = d->next)
        more |= str_eq(d->plc, first->plc);
    textbuf_add(out, "\n  <Plc");
    textbuf_attr(out, "name", first->plc.s);
    textbuf_add(out, ">\n    <Channel name=\"BACnet\" protocol=\"BACnetServer\" link=\"UDP\">\n"
                     "      <Port id=\"1\" network=\"1\" type=\"IPv4\" udpPort=\"47808\"/>\n");
    if (more)
        textbuf_add(out, "      <Port id=\"2\" network=\"2001\" type=\"Virtual\"/>\n");
    write_device(first, 1, out);
    for (const struct plist_device *d = first->next; d; d = d->next)
        if (str_eq(d->plc, first->plc))
            write_device(d, 2, out);
    textbuf_add(out, "    </Channel>\n  </Plc>\n");
}

static void collect_objects(struct plist *l)
{
    for (const struct plist_point *p = l->points; p; p = p->next) {
        for (const struct plist_publish *o = p->publish; o; o = o->next) {
            struct plist_device *d = o->object ? plist_device_of(l, o->plc, o->device) : NULL;
            if (!d)
                continue;
            struct plist_object *row = arena_alloc(l->ctx->arena, sizeof *row);
            *row = (struct plist_object){ .point = p, .publish = o };
            *d->objects_end = row;
            d->objects_end = &row->next;
        }
    }
}

void plist_write(struct plist *l, struct textbuf *out)
{
    collect_objects(l);
    textbuf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<Project xmlns=\"urn:bacc:project:1\"");
    textbuf_attr(out, "name", l->name.s);
    textbuf_attr(out, "guid", l->guid.s);
    textbuf_attr(out, "author", l->author.s);
    textbuf_attr(out, "lastChange", l->last_change.s);
    textbuf_attr(out, "description", l->description.s);
    textbuf_add(out, ">\n");
    for (const struct plist_states *s = l->states; s; s = s->next)
        plist_write_states(s, "  ", "  ", out);
    if (l->alarms) {
        textbuf_add(out, "\n  <AlarmPoints>\n");
        for (const struct plist_alarm *a = l->alarms; a; a = a->next)
            plist_write_alarm(a, "    ", out);
        textbuf_add(out, "  </AlarmPoints>\n");
    }
    if (l->sources) {
        textbuf_add(out, "\n  <Sources>\n");
        for (const struct plist_source *s = l->sources; s; s = s->next)
            plist_write_source(s, "    ", out);
        textbuf_add(out, "  </Sources>\n");
    }
    textbuf_add(out, "\n  <Variables>\n");
    for (const struct plist_point *p = l->points; p; p = p->next)
        plist_write_point(p, "    ", "  ", out);
    textbuf_add(out, "  </Variables>\n");
    struct map *done = map_new(l->ctx->arena);
    for (const struct plist_device *d = l->devices; d; d = d->next)
        if (!map_add(done, d->plc, out))
            write_plc(d, out);
    textbuf_add(out, "</Project>\n");
}
