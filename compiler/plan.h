#ifndef COMPILER_PLAN_H
#define COMPILER_PLAN_H
/* Everything that becomes an object, per PLC and device, with its number: the form between the
 * model and the image. Made by plan.c, numbered by number.c against the lock. */
#include "compiler/lock.h"
#include "compiler/publish.h"
#include "schemas/objdefs.h"

struct plan_object {                    /* a million of them: no larger than must be           */
    const void *of;                     /* device, port, notification_class, calendar,
                                           schedule, trend_log, publication; event log, file: device */
    struct lock_line *line;             /* NULL: the Device object                             */
    const char *key;                    /* see plan_key()                                      */
    struct str name;                    /* Object_Name                                         */
    uint32_t instance;                  /* NOT_SET until numbered                              */
    uint32_t index;                     /* in its device, by identifier; set with the number   */
    uint16_t groups;                    /* enum group: which rows it has                       */
    uint8_t kind : 4;                   /* enum lock_kind: says what `of` is                   */
    bool given : 1;                     /* the project gives the instance                      */
    bool remembered : 1;                /* the project gives a GUID or a former name           */
    uint8_t def;                        /* see plan_def()                                      */
};
struct plan_device {
    struct device *device;
    const struct plan_plc *plc;
    struct lock_device *lock;
    uint32_t port;                      /* index in plan_plc's ports                           */
    struct plan_object *objects;        /* in the order of the project                         */
    uint32_t n_objects, cap;
    uint32_t *order;                    /* number.c: of objects, ascending by identifier       */
    uint32_t *published;                /* number of each of the device's publications         */
};
struct plan_plc {
    struct plc *plc;
    struct port **ports;
    uint32_t n_ports;
    struct plan_device *devices;        /* the one on the IPv4 port first                      */
    uint32_t n_devices;
    uint8_t *uses;                      /* number_former.c; NULL: nobody has asked             */
};
struct plan {
    struct plan_plc *plcs;              /* all, or the one of --plc                            */
    uint32_t n_plcs;
    struct lock *lock;
};

static inline const struct obj_def *plan_def(const struct plan_object *o) { return &obj_defs[o->def]; }
static inline uint32_t plan_type(const struct plan_object *o) { return obj_defs[o->def].type; }
/* What the project calls it. */
static inline struct str plan_key(const struct plan_object *o) { return str_interned(o->key); }

/* The i-th of a numbered device by identifier. */
static inline struct plan_object *plan_at(const struct plan_device *d, uint32_t i)
{
    return &d->objects[d->order[i]];
}

/* Of what an object was made: Description, identity, the name before, and where it stands. */
struct str plan_description(const struct plan_device *d, const struct plan_object *o);
struct str plan_guid(const struct plan_object *o);
/* A variable has one schedule: without a GUID of its own that is known by its variable's. */
bool plan_guid_of_variable(const struct plan_object *o);
struct str plan_variable_guid(const struct plan_object *o);     /* n == 0: none, or no schedule */
struct str plan_formerly(const struct plan_object *o);
struct srcpos plan_pos(const struct plan_object *o);

/* Parts of the pass, which ahead.c begins: the plan with room for its objects; the Device objects and those of
 * variables, which allocates nothing, says nothing, and reads only what is not in the plan. */
struct plan *plan_begin(struct ctx *ctx);
void plan_variables(struct ctx *ctx, struct plan *plan);
/* Pass "plan": model and publications -> ctx->plan. An unknown --plc is reported as usage. */
void pass_plan(struct ctx *ctx);
/* The identifier of what is numbered: a variable's object, or what calendar or schedule became.
 * NOT_SET: it is no object of that PLC, or none at all. */
uint32_t plan_publication(const struct plan_device *d, const struct publication *p);
uint32_t plan_calendar(const struct calendar *c);
uint32_t plan_schedule(const struct schedule *s);
/* Of a numbered device; NULL: there is none. */
const struct plan_object *plan_find(const struct plan_device *d, uint32_t oid);
/* Part of pass "number": what the object was made of learns its number. */
void plan_note(struct plan_device *d, const struct plan_object *o);
/* Pass "number": gives every object its number, from the lock beside the project, and brings the
 * lock in memory up to date. ctx->plan is NULL afterwards if that was not possible. */
void pass_number(struct ctx *ctx);
/* lint.c, part of the pass: numbers outside Device@instanceRange. */
void lint_instances(struct ctx *ctx, const struct plan *plan);
/* The objects of that PLC's devices, and the publications behind them, are not needed any more. */
void plan_drop(struct ctx *ctx, struct plan_plc *p);
void plan_dump(const struct ctx *ctx, FILE *f);
#endif
