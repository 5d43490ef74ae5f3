/* Image check, second step: records that refer to other records. Texts, values and shapes are
 * known to be good. */
#include "schemas/image_check.h"

#include "schemas/bacnet.h"
#include "schemas/objdefs.h"

#define FAIL(section, record, ...) return img_refuse(c, SEC_##section, record, __VA_ARGS__)

static bool in_range(uint32_t first, uint32_t n, uint32_t count) { return first <= count && n <= count - first; }
static bool index_ok(le32 i, uint32_t n) { return le32_get(i) < n || le32_get(i) == IMG_NONE; }

/* All the texts of a record; they stand together in each. */
static bool texts_ok(const struct image *img, const le32 *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!img_text_ok(img, text[i]))
            return false;
    return true;
}

static bool project_and_ports(struct img_check *c)
{
    const struct image *img = c->img;
    if (img->n_project != 1)
        FAIL(project, IMG_NONE, "%u records, not 1", img->n_project);
    if (!texts_ok(img, &img->project->name, sizeof *img->project / sizeof(le32)))
        FAIL(project, 0, "a text does not exist");
    if (img->n_ports > 255)
        FAIL(ports, IMG_NONE, "more than 255");
    for (uint32_t i = 0; i < img->n_ports; i++) {
        const struct img_port *p = &img->ports[i];
        uint32_t object = le32_get(p->object);
        if (!img_text_ok(img, p->adapter) || !img_text_ok(img, p->address) || !img_text_ok(img, p->foreign_bbmd))
            FAIL(ports, i, "a text does not exist");
        if (p->type != NT_ipv4 && p->type != NT_virtual)
            FAIL(ports, i, "network type %u is not served", p->type);
        if (le16_get(p->prefix) > 30)
            FAIL(ports, i, "subnet mask of %u bits", le16_get(p->prefix));
        if (!in_range(le32_get(p->first_peer), le32_get(p->n_peers), img->n_peers))
            FAIL(ports, i, "peers do not exist");
        if (object != IMG_NONE && (object >= img->n_objects ||
                                   oid_type(le32_get(img->objects[object].oid)) != OT_network_port))
            FAIL(ports, i, "object %u is not its Network Port", object);
    }
    for (uint32_t i = 0; i < img->n_accesses; i++) {
        const struct img_access *a = &img->accesses[i];
        if (!(a->family == 4 && a->prefix <= 32) && !(a->family == 6 && a->prefix <= 128))
            FAIL(accesses, i, "family %u, prefix %u", a->family, a->prefix);
    }
    return true;
}

/* Devices cut the objects into contiguous ranges. */
static bool devices(struct img_check *c)
{
    const struct image *img = c->img;
    uint32_t next = 0;
    if (!img->n_devices || img->n_devices > UINT16_MAX)
        FAIL(devices, IMG_NONE, "%u devices", img->n_devices);
    for (uint32_t i = 0; i < img->n_devices; i++) {
        const struct img_device *d = &img->devices[i];
        uint32_t object = le32_get(d->object), first = le32_get(d->first_object);
        uint32_t n = le32_get(d->n_objects), instance = le32_get(d->instance);
        if (first != next || !in_range(first, n, img->n_objects))
            FAIL(devices, i, "objects %u..+%u do not exist or belong to another device", first, n);
        if (instance > BACNET_INSTANCE_MAX || object < first || object - first >= n ||
            le32_get(img->objects[object].oid) != OID(OT_device, instance))
            FAIL(devices, i, "object %u is not its Device", object);
        if (le16_get(d->port) >= img->n_ports)
            FAIL(devices, i, "port %u does not exist", le16_get(d->port));
        if (!img_text_ok(img, d->handle) || !img_text_ok(img, d->password))
            FAIL(devices, i, "a text does not exist");
        if (!in_range(le32_get(d->first_access), le32_get(d->n_accesses), img->n_accesses))
            FAIL(devices, i, "accesses do not exist");
        if (d->mac_len > sizeof d->mac)
            FAIL(devices, i, "address of %u octets", d->mac_len);
        next = first + n;
    }
    if (next != img->n_objects)
        FAIL(objects, next, "belongs to no device");
    return true;
}

/* The rows behind the constants that objects of a shape bring of their own. Objects are ordered by
 * number, so shapes take turns: the last ones of each remainder are kept. */
enum { OWN_KEPT = 128, AHEAD = 16 };
struct own_rows {
    const struct obj_def *def;  /* NULL: nothing is kept here yet                                  */
    uint16_t shape, n;
    bool commandable;           /* has a Priority_Array                                            */
    uint8_t row[255];           /* the first n: row numbers of def                                 */
};

static const struct own_rows *own_rows_of(struct own_rows kept[OWN_KEPT], const struct image *img, uint16_t shape)
{
    const struct img_shape *s = &img->shapes[shape];
    const struct img_prop *p = &img->props[le32_get(s->first_prop)];
    struct own_rows *own = &kept[shape % OWN_KEPT];
    if (own->def && own->shape == shape)
        return own;
    const struct obj_def *def = obj_def(le16_get(s->object_type));
    own->def = def;
    own->shape = shape;
    own->n = 0;
    own->commandable = false;
    for (uint32_t i = 0, row = 0; i < le16_get(s->n_props); i++, row++) {
        while (def->props[row].property != le32_get(p[i].property))
            row++;
        own->commandable |= def->props[row].code == PC_priority_array;
        if (img_where_kind(le32_get(p[i].where)) == IMG_OWN)
            own->row[own->n++] = (uint8_t)row;
    }
    return own;
}

/* Where an object's name and its other values lie is known long before they are looked at. */
static void ask_ahead(const struct image *img, uint32_t constant)
{
    uint32_t at = constant < img->n_consts ? le32_get(img->consts[constant]) : IMG_NONE;
    if (at < img->n_value_at)
        __builtin_prefetch(img->values + le32_get(img->value_at[at]));
}

static bool object_ok(struct img_check *c, uint32_t i, struct own_rows kept[OWN_KEPT])
{
    const struct image *img = c->img;
    const struct img_object *o = &img->objects[i];
    uint32_t oid = le32_get(o->oid), shape = le16_get(o->shape), first = le32_get(o->consts);
    uint32_t alarm = le32_get(o->alarm);
    if (shape >= img->n_shapes)
        FAIL(objects, i, "shape %u does not exist", shape);
    const struct own_rows *own = own_rows_of(kept, img, (uint16_t)shape);
    const struct obj_def *def = own->def;
    if (oid_type(oid) != def->type || oid_instance(oid) > BACNET_INSTANCE_MAX)
        FAIL(objects, i, "identifier %u,%u does not suit shape %u", oid_type(oid), oid_instance(oid), shape);
    if (!in_range(first, own->n, img->n_consts))
        FAIL(objects, i, "constants %u..+%u do not exist", first, own->n);
    for (uint32_t k = 0; k < own->n; k++) {
        ask_ahead(img, first + k + AHEAD);
        if (!img_value_fits(img, le32_get(img->consts[first + k]), def, &def->props[own->row[k]]))
            FAIL(objects, i, "value %u does not suit %s", le32_get(img->consts[first + k]),
                 property_name(def->props[own->row[k]].property));
    }
    if (!index_ok(o->variable, img->n_variables))
        FAIL(objects, i, "variable %u does not exist", le32_get(o->variable));
    if (!index_ok(o->alarm, img->n_alarms) || (alarm != IMG_NONE && le32_get(img->alarms[alarm].object) != i))
        FAIL(objects, i, "alarm %u is not its own", alarm);
    if (le16_get(o->flags) & IMG_OBJ_INTRINSIC && (alarm == IMG_NONE || def->event_type == EV_none))
        FAIL(objects, i, "intrinsic reporting without an alarm");
    if (le16_get(o->flags) & IMG_OBJ_COMMANDABLE && !own->commandable)
        FAIL(objects, i, "commands without a priority array");
    if (le16_get(o->flags) & IMG_OBJ_BINARY && def->present != DT_enumerated)
        FAIL(objects, i, "counts changes of what is not binary");
    return true;
}

static bool objects(struct img_check *c)
{
    const struct image *img = c->img;
    struct own_rows kept[OWN_KEPT] = {0};
    uint32_t from = img_from(c, img->n_objects), to = img_to(c, img->n_objects);
    if (img->n_object_ids != img->n_objects)
        FAIL(object_ids, IMG_NONE, "%u identities for %u objects", img->n_object_ids, img->n_objects);
    for (uint32_t d = 0; d < img->n_devices; d++) {
        uint32_t first = le32_get(img->devices[d].first_object), n = le32_get(img->devices[d].n_objects);
        for (uint32_t i = first > from ? first : from; i < first + n && i < to; i++) {
            if (le16_get(img->objects[i].device) != d)
                FAIL(objects, i, "belongs to device %u, not %u", le16_get(img->objects[i].device), d);
            if (i > first && le32_get(img->objects[i].oid) <= le32_get(img->objects[i - 1].oid))
                FAIL(objects, i, "identifiers do not ascend");
            if (!object_ok(c, i, kept))
                return false;
        }
    }
    return true;
}

static bool variable_ok(struct img_check *c, uint32_t i)
{
    const struct image *img = c->img;
    const struct img_variable *v = &img->variables[i];
    uint32_t first = le32_get(v->first_object), n = le16_get(v->n_objects);
    uint32_t binding = le32_get(v->first_binding), n_bindings = le32_get(v->n_bindings);
    if (!texts_ok(img, &v->name, 4))
        FAIL(variables, i, "a text does not exist");
    if (v->type >= VAR_TYPES)
        FAIL(variables, i, "type %u does not exist", v->type);
    if (!index_ok(v->states, img->n_state_sets))
        FAIL(variables, i, "state set %u does not exist", le32_get(v->states));
    if (!in_range(first, n, img->n_variable_objects))
        FAIL(variables, i, "objects do not exist");
    for (uint32_t k = first; k < first + n; k++) {
        uint32_t object = le32_get(img->variable_objects[k]);
        if (object >= img->n_objects || le32_get(img->objects[object].variable) != i)
            FAIL(variables, i, "object %u shows something else", object);
        if (k > first && object <= le32_get(img->variable_objects[k - 1]))
            FAIL(variables, i, "objects do not ascend");
    }
    if (!in_range(binding, n_bindings, img->n_bindings))
        FAIL(variables, i, "bindings do not exist");
    for (uint32_t k = binding; k < binding + n_bindings; k++)
        if (le32_get(img->bindings[k].variable) != i)
            FAIL(bindings, k, "is not variable %u's", i);
    return true;
}

static bool variables(struct img_check *c)
{
    const struct image *img = c->img;
    uint32_t objects_seen = 0, shown = 0;
    uint64_t bindings_seen = 0;
    if (img->n_variable_ids != img->n_variables)
        FAIL(variable_ids, IMG_NONE, "%u identities for %u variables", img->n_variable_ids, img->n_variables);
    for (uint32_t i = 0; i < img->n_variables; i++) {
        if (le32_get(img->variables[i].first_object) != objects_seen ||
            (uint32_t)bindings_seen != le32_get(img->variables[i].first_binding))
            FAIL(variables, i, "objects or bindings do not follow the previous variable's");
        if (!variable_ok(c, i))
            return false;
        objects_seen += le16_get(img->variables[i].n_objects);
        bindings_seen += le32_get(img->variables[i].n_bindings);
    }
    for (uint32_t i = 0; i < img->n_objects; i++)
        shown += le32_get(img->objects[i].variable) != IMG_NONE;
    if (objects_seen != img->n_variable_objects || shown != objects_seen)
        FAIL(variable_objects, IMG_NONE, "%u objects show variables, %u are listed", shown,
             img->n_variable_objects);
    if (bindings_seen != img->n_bindings)
        FAIL(bindings, (uint32_t)bindings_seen, "belongs to no variable");
    return true;
}

static bool state_sets(struct img_check *c)
{
    const struct image *img = c->img;
    for (uint32_t i = 0; i < img->n_states; i++)
        if (!img_text_ok(img, img->states[i].text))
            FAIL(states, i, "a text does not exist");
    uint32_t next = 0;
    for (uint32_t i = 0; i < img->n_state_sets; i++) {
        const struct img_state_set *s = &img->state_sets[i];
        uint32_t first = le32_get(s->first), n = le32_get(s->count);
        if (!img_text_ok(img, s->name))
            FAIL(state_sets, i, "a text does not exist");
        if (!n || first != next || !in_range(first, n, img->n_states))
            FAIL(state_sets, i, "states %u..+%u do not exist", first, n);
        next = first + n;
        for (uint32_t k = first + 1; k < next; k++)
            if (le32_get(img->states[k].wire) <= le32_get(img->states[k - 1].wire))
                FAIL(states, k, "numbers on the wire do not ascend");
    }
    return true;
}

static bool alarms(struct img_check *c)
{
    const struct image *img = c->img;
    for (uint32_t i = 0; i < img->n_alarms; i++) {
        const struct img_alarm *a = &img->alarms[i];
        uint32_t object = le32_get(a->object);
        if (object >= img->n_objects || le32_get(img->objects[object].alarm) != i)
            FAIL(alarms, i, "object %u has another alarm", object);
        if (!img_text_ok(img, a->name) || !img_text_ok(img, a->text))
            FAIL(alarms, i, "a text does not exist");
        if (a->kind > ALARM_none || a->reset > RESET_on_ack)
            FAIL(alarms, i, "kind %u, reset %u", a->kind, a->reset);
        if (!index_ok(a->feedback, img->n_variables) || !index_ok(a->reset_variable, img->n_variables))
            FAIL(alarms, i, "a variable does not exist");
    }
    return true;
}

/* One for each Trend Log, in their order. */
static bool trends(struct img_check *c)
{
    const struct image *img = c->img;
    uint32_t last = IMG_NONE;
    for (uint32_t i = 0; i < img->n_trends; i++) {
        uint32_t object = le32_get(img->trends[i].object);
        if (object >= img->n_objects || oid_type(le32_get(img->objects[object].oid)) != OT_trend_log)
            FAIL(trends, i, "object %u is no Trend Log", object);
        if (last != IMG_NONE && object <= last)
            FAIL(trends, i, "objects do not ascend");
        last = object;
    }
    return true;
}

static bool sources(struct img_check *c)
{
    const struct image *img = c->img;
    for (uint32_t i = 0; i < img->n_sources; i++) {
        const struct img_source *s = &img->sources[i];
        if (!img_text_ok(img, s->kind) || !img_text_ok(img, s->id))
            FAIL(sources, i, "a text does not exist");
        if (!in_range(le32_get(s->first_attribute), le32_get(s->n_attributes), img->n_attributes))
            FAIL(sources, i, "attributes do not exist");
        if (!index_ok(s->alarm_object, img->n_objects))
            FAIL(sources, i, "object %u does not exist", le32_get(s->alarm_object));
    }
    for (uint32_t i = 0; i < img->n_bindings; i++) {
        const struct img_binding *b = &img->bindings[i];
        if (le32_get(b->source) >= img->n_sources)
            FAIL(bindings, i, "source %u does not exist", le32_get(b->source));
        if (!in_range(le32_get(b->first_attribute), le32_get(b->n_attributes), img->n_attributes))
            FAIL(bindings, i, "attributes do not exist");
    }
    for (uint32_t i = 0; i < img->n_attributes; i++)
        if (!texts_ok(img, &img->attributes[i].name, 2))
            FAIL(attributes, i, "a text does not exist");
    return true;
}

bool image_check_records(struct img_check *c)
{
    return project_and_ports(c) && devices(c) && objects(c) &&
           (!img_second(c) || (variables(c) && state_sets(c) && alarms(c) && trends(c) && sources(c)));
}
