/* See db.h. Lays out one block from the counts of the image and fills in what follows from it. */
#include "runtime/data/db.h"

#include <stdio.h>
#include <stdlib.h>

#include "runtime/base/pages.h"

/* One pass counts (base NULL), the next hands out; both walk the same list in the same order. */
struct layout {
    uint8_t *base;
    size_t at, filled;          /* the first `filled` octets are written at start                  */
};

static void *part(struct layout *l, size_t n, size_t size)
{
    void *p = l->base ? l->base + l->at : NULL;
    l->at += (n * size + 15) & ~(size_t)15;
    return p;
}

struct counts {
    uint32_t commands, events, programs, trends, binaries, index;
};

static uint32_t index_size(uint32_t n_props)
{
    uint32_t size = 4;
    while (size < n_props * 2)
        size *= 2;
    return size;
}

static struct counts count(const struct image *img)
{
    struct counts c = {0};
    for (uint32_t i = 0; i < img->n_objects; i++) {
        uint16_t flags = le16_get(img->objects[i].flags);
        c.commands += (flags & IMG_OBJ_COMMANDABLE) != 0;
        c.events += (flags & IMG_OBJ_INTRINSIC) != 0;
        c.binaries += (flags & IMG_OBJ_BINARY) != 0;
        c.programs += oid_type(le32_get(img->objects[i].oid)) == OT_schedule;
        c.trends += trends_has(oid_type(le32_get(img->objects[i].oid)));
    }
    for (uint32_t i = 0; i < img->n_shapes; i++)
        c.index += index_size(le16_get(img->shapes[i].n_props));
    return c;
}

static void lay_out(struct db *db, struct layout *l, struct counts c)
{
    const struct image *img = &db->img;
    size_t n_objects = img->n_objects;
    db->devices = part(l, img->n_devices, sizeof *db->devices);
    db->live = db->own.live = part(l, n_objects, sizeof *db->live);
    db->cells = db->own.cells = part(l, img->n_variables, sizeof *db->cells);
    db->commands = db->own.commands = part(l, c.commands, sizeof *db->commands);
    db->events = db->own.events = part(l, c.events, sizeof *db->events);
    db->binaries = db->own.binaries = part(l, c.binaries, sizeof *db->binaries);
    db->stirred_objects.words = part(l, stirred_words(img->n_objects), sizeof(uint64_t));
    db->stirred_variables.words = part(l, stirred_words(img->n_variables), sizeof(uint64_t));
    db->programs = part(l, c.programs, sizeof *db->programs);
    db->trends.items = part(l, c.trends, sizeof *db->trends.items);
    db->trends.mask = index_size(c.trends) - 1;
    db->trends.heads = part(l, (size_t)db->trends.mask + 1, sizeof *db->trends.heads);
    db->shapes = part(l, img->n_shapes, sizeof *db->shapes);
    db->slots = part(l, img->n_props, sizeof *db->slots);
    db->slot_index = part(l, c.index, sizeof *db->slot_index);
    db->ports = part(l, img->n_ports, sizeof *db->ports);
    l->filled = l->at;
    db->objects.items = part(l, n_objects, sizeof *db->objects.items);
    db->variables.items = part(l, img->n_variables, sizeof *db->variables.items);
    void *overlay = part(l, 1, overlay_bytes(img->n_objects));
    void *names = part(l, 1, overlay_names_bytes(img->n_objects));
    db->scratch = part(l, 2, OVERLAY_VALUE_MAX);
    db->journal.cap = 65536;
    db->journal.ring = part(l, db->journal.cap, sizeof *db->journal.ring);
    if (!l->base)
        return;
    overlay_init(&db->overlay, overlay, img->n_objects);
    overlay_names_init(&db->names, names, img->n_objects);
}

static uint32_t spread(uint32_t property) { return property * 2654435761u >> 16; }

static void open_shapes(struct db *db)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < db->img.n_shapes; i++) {
        const struct img_shape *is = &db->img.shapes[i];
        struct shape *s = &db->shapes[i];
        s->def = obj_def(le16_get(is->object_type));
        s->first_slot = le32_get(is->first_prop);
        s->n_slots = le16_get(is->n_props);
        s->first_index = at;
        s->index_mask = index_size(s->n_slots) - 1;
        at += s->index_mask + 1;
        for (uint32_t k = 0; k < s->n_slots; k++) {
            const struct img_prop *p = &db->img.props[s->first_slot + k];
            uint32_t property = le32_get(p->property), h = spread(property);
            db->slots[s->first_slot + k] =
                (struct slot){prop_def(s->def, property), property, le32_get(p->where)};
            while (db->slot_index[s->first_index + (h & s->index_mask)])
                h++;
            db->slot_index[s->first_index + (h & s->index_mask)] = k + 1;
        }
    }
}

static void open_devices(struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        const struct img_device *d = &db->img.devices[i];
        db->devices[i] = (struct device){
            .db = db,
            .index = i,
            .instance = le32_get(d->instance),
            .first_object = le32_get(d->first_object),
            .n_objects = le32_get(d->n_objects),
            .object = le32_get(d->object),
            .event_log = DB_NONE,
            .file = DB_NONE,
            .restored_date = {255, 255, 255, 255},
            .restored_time = {255, 255, 255, 255},
            .port = le16_get(d->port),
            .flags = le16_get(d->flags),
            .state = le16_get(d->flags) & IMG_DEV_ENABLED ? DEVICE_RUNNING : DEVICE_STOPPED,
            .system_status = le16_get(d->flags) & IMG_DEV_READ_ONLY ? DS_operational_read_only
                                                                    : DS_operational,
            .revision = le32_get(d->database_revision),
            .img = d,
        };
    }
}

static void open_objects(struct db *db)
{
    static const struct stamp unspecified = {{255, 255, 255, 255}, {255, 255, 255, 255}};
    for (uint32_t i = 0; i < db->img.n_objects; i++) {
        uint16_t flags = le16_get(db->img.objects[i].flags);
        struct live *l = &db->own.live[i];
        l->command = l->event = l->binary = DB_NONE;
        if (flags & IMG_OBJ_BINARY) {
            l->binary = db->n_binaries;
            db->own.binaries[db->n_binaries++].object = i;
        }
        if (oid_type(db_oid(db, i)) == OT_schedule) {
            db->programs[db->n_programs] = (struct program){.object = i, .n = 1, .due = INT64_MIN,
                                                             .retry = UINT64_MAX};
            l->pv = db->n_programs++;
        }
        if (oid_type(db_oid(db, i)) == OT_calendar) {
            db->calendars.from = db->calendars.end ? db->calendars.from : i;
            db->calendars.end = i + 1;
        }
        if (trends_has(oid_type(db_oid(db, i)))) {
            bool events = oid_type(db_oid(db, i)) == OT_event_log;
            db->trends.items[db->trends.n] = (struct trend){.object = i, .subject = DB_NONE,
                                                            .size = 1, .first = 1, .events = events};
            if (events)
                db->devices[le16_get(db->img.objects[i].device)].event_log = i;
            l->pv = db->trends.n++;
        }
        if (oid_type(db_oid(db, i)) == OT_file)
            db->devices[le16_get(db->img.objects[i].device)].file = i;
        if (flags & IMG_OBJ_COMMANDABLE)
            l->command = db->n_commands++;
        if (flags & IMG_OBJ_INTRINSIC) {
            struct event *e = &db->own.events[db->n_events];
            l->event = db->n_events++;
            e->object = i;
            e->acked = 7;
            for (int k = 0; k < TRANSITIONS; k++)
                e->stamp[k] = unspecified;
        }
    }
}

static void open_ports(struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_ports; i++) {
        const struct img_port *p = &db->img.ports[i];
        struct port_info *info = &db->ports[i];
        info->type = p->type;
        info->network = le16_get(p->network);
        info->udp_port = le16_get(p->udp_port);
        info->quality = info->network ? 3 : 0;                    /* configured, unknown */
        info->mode = le16_get(p->flags) & IMG_PORT_BBMD ? 2 : le16_get(p->flags) & IMG_PORT_FOREIGN;
        info->mode = info->mode == IMG_PORT_FOREIGN ? 1 : info->mode;
    }
    db->limits = (struct limits){BACNET_MAX_APDU_IP, 5000, SEG_none, 0};
}

bool db_open(struct db *db, uint8_t *bytes, size_t n, struct clock *clock,
             struct outbox *outbox, char *why, size_t why_n)
{
    *db = (struct db){.bytes = bytes, .clock = clock, .outbox = outbox,
                      .binary_due_ms = UINT64_MAX};
    if (!image_open(&db->img, bytes, n, why, why_n)) {
        db_close(db);
        return false;
    }
    struct counts c = count(&db->img);
    struct layout l = {0};
    lay_out(db, &l, c);
    db->block_n = l.at;
    db->block = pages_zeros(l.at, l.filled);
    db->listing = malloc(LISTING_MAX);  /* touched only by who asks for a long list */
    if (!db->block || !db->listing || subs_open(&db->subs, db->img.n_objects, SUBS_MAX) ||
        alarms_open(&db->alarms, c.events)) {
        snprintf(why, why_n, "no memory for %zu octets of state", l.at);
        db_close(db);
        return false;
    }
    l = (struct layout){.base = db->block};
    lay_out(db, &l, c);
    open_shapes(db);
    open_devices(db);
    open_objects(db);
    open_ports(db);
    const char *tz = "";
    if (db->img.n_project)
        tz = (const char *)img_text(&db->img, db->img.project->time_zone).p;
    (void)zone_init(&db->zone, tz);
    return true;
}

void db_close(struct db *db)
{
    for (uint32_t i = 0; db->devices && i < db->img.n_devices; i++) {
        free(db->devices[i].procedure.bytes);
        free(db->devices[i].procedure.at);
    }
    subs_close(db->subs);
    free(db->listing);
    for (struct recipients_left *l; (l = db->recipients_left); free(l))
        db->recipients_left = l->next;
    alarms_close(&db->alarms);
    pages_free(db->block, db->block_n);
    free(db->bytes);
    *db = (struct db){0};
}

const struct slot *db_slot(const struct db *db, uint32_t object, uint32_t property)
{
    const struct shape *s = &db->shapes[le16_get(db->img.objects[object].shape)];
    const uint32_t *index = db->slot_index + s->first_index;
    for (uint32_t h = spread(property);; h++) {
        uint32_t k = index[h & s->index_mask];
        if (!k)
            return NULL;
        const struct slot *slot = &db->slots[s->first_slot + k - 1];
        if (slot->property == property)
            return slot;
    }
}

uint32_t db_find(const struct device *d, uint32_t oid)
{
    return img_find_object(&d->db->img, d->index, oid);
}

void db_touch(struct db *db, uint32_t object)
{
    struct live *l = &db->own.live[object];
    if (l->flags & LIVE_DIRTY)
        return;
    l->flags |= LIVE_DIRTY;
    db->objects.items[db->objects.n++] = object;
}

void db_touch_variable(struct db *db, uint32_t variable)
{
    struct cell *c = &db->own.cells[variable];
    if (c->flags & CELL_DIRTY)
        return;
    c->flags |= CELL_DIRTY;
    db->variables.items[db->variables.n++] = variable;
}

void db_settle(struct db *db)
{
    for (uint32_t i = 0; i < db->objects.n; i++)
        db->own.live[db->objects.items[i]].flags &= (uint8_t)~LIVE_DIRTY;
    for (uint32_t i = 0; i < db->variables.n; i++)
        db->own.cells[db->variables.items[i]].flags &= (uint8_t)~CELL_DIRTY;
    db->objects.n = db->variables.n = 0;
}

int64_t db_now(const struct db *db) { return db->clock->wall_ms + db->time_offset_ms; }
