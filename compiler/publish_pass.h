#ifndef COMPILER_PUBLISH_PASS_H
#define COMPILER_PUBLISH_PASS_H
/* Inside of the publish pass, and its eye in the resolve pass. Nobody else includes this. */
#include "compiler/ctx.h"
#include "compiler/publish.h"

/* publish_room.c: device->n_publications becomes what the device has at most. */
struct room;
struct room *room_new(struct ctx *ctx);
void room_variable(struct room *r, const struct variable *v);
void room_end(struct room *r);

/* publish_class.c: the class of an object's alarms, reported if there is none; then what each class of the
 * device sends to. */
void publish_class(struct ctx *ctx, const struct publication *p);
void publish_classes(struct ctx *ctx, struct device *d);

/* The manual rows of one variable, over all devices, the last device first. */
struct row_link {
    const struct object_row *row;
    struct device *device;
    struct row_link *next;
};

/* publish_schedule.c: the schedules of variables, after those that are written have been seen. */
struct schedules;
struct schedules *schedules_new(struct ctx *ctx);
void publish_schedule(struct schedules *all, struct variable *v, const struct row_link *rows);
/* What the variable became in that PLC; NULL: nothing. */
const struct schedule *schedule_of(const struct schedules *all, const struct plc *plc, const struct variable *v);

/* publish.c: the device that an automatic row goes to; NULL: none (reported if that is a mistake). */
struct device *automatic_device(struct ctx *ctx, const struct variable *v, const struct on_plc *on,
                                const struct plc *plc);
/* Whether any PLC has a device of that name. */
bool device_name_known(const struct model *m, struct str name);

static inline enum tristate refined(uint8_t own, uint8_t inherited)
{
    return own != UNSET ? own : inherited;
}

static inline struct str device_on(const struct variable *v, const struct on_plc *on)
{
    return on && on->device.name.n ? on->device.name : v->device;
}
static inline bool visible_on(const struct variable *v, const struct on_plc *on)
{
    return refined(on ? on->visible : UNSET, v->visible) == YES;
}
#endif
