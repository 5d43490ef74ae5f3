#ifndef COMPILER_CHECK_H
#define COMPILER_CHECK_H
/* Inside of the check pass. A check reads the whole model, reports all it finds and repairs
 * nothing; it may rely on what the checks before it in the table have refused. */
#include "compiler/ctx.h"
#include "compiler/model.h"
#include "compiler/publish.h"
#include "schemas/objdefs.h"

void check_zones(struct ctx *ctx);
void check_project(struct ctx *ctx);            /* check.c                                     */
void check_guids(struct ctx *ctx);              /* check_identity.c                            */
void check_former_names(struct ctx *ctx);
void check_alarm_points(struct ctx *ctx);       /* check_alarm.c                               */
void check_classes(struct ctx *ctx);
void check_ports(struct ctx *ctx);              /* check_device.c                              */
void check_devices(struct ctx *ctx);
void check_sources(struct ctx *ctx);            /* check_bind.c                                */
void check_calendars(struct ctx *ctx);          /* check_time.c                                */
void check_schedules(struct ctx *ctx);
void check_trend_logs(struct ctx *ctx);
void check_lints(struct ctx *ctx);              /* lint.c                                      */

/* Whether the mistakes so far leave no doubt which objects there are, so that they can be numbered. */
bool numbers_sure(const struct ctx *ctx);       /* sure.c                                      */
/* The same, and of all that the numbering file holds of them, once they have their numbers. */
bool lock_sure(const struct ctx *ctx);
/* Not in the table: what can be said only when objects have their numbers. */
void check_references(struct ctx *ctx, const struct plan *plan);       /* check_reference.c    */
/* The property that is meant, and whether it has an index; NULL: there is none (reported). */
const struct prop_def *check_property(struct ctx *ctx, const struct target *t, const struct obj_def *def);
/* The same of one that a schedule writes, which is to be writable. */
void check_written(struct ctx *ctx, const struct target *t, const struct obj_def *def);
/* The targets given by number that turned out to be objects of this PLC. */
void check_found_targets(struct ctx *ctx, const struct schedule *s);    /* check_time.c        */
/* The others, in a project without a mistake: what these refuse whatever they are. */
void check_targets_elsewhere(struct ctx *ctx, const struct schedule *s);

/* Of each variable, and of each object that object_known(). */
void check_variable(struct ctx *ctx, const struct variable *v);         /* check_value.c       */
void check_object(struct ctx *ctx, const struct publication *p);
void check_alarm(struct ctx *ctx, const struct publication *p);         /* check_alarm.c       */

/* check_name.c: object names and explicit instances, device by device. Each of its publications is shown,
 * and at the end all are looked at again if something is there twice. */
struct unique;
struct unique *unique_new(struct ctx *ctx);
void unique_device(struct unique *u, struct device *d);
void unique_object(struct unique *u, const struct publication *p);
void unique_end(struct unique *u);
void unique_drop(struct unique *u);

/* Warns that an attribute, if it is given, does nothing because of `why`. */
void check_no_effect(struct ctx *ctx, const struct node *n, enum at at, const char *why);
/* What becomes a REAL on the wire has to be one; `whose` holds it. NaN: not given. */
void check_real(struct ctx *ctx, const struct node *n, enum at at, double value, const char *whose);
/* Characters; clauses 16.1 and 16.4 have room for PASSWORD_MAX. */
enum { PASSWORD_MAX = 20 };
size_t password_length(const char *s);
/* Dates that the calendar has; reported with the entry's place. */
void check_entry(struct ctx *ctx, const struct calendar_entry *e);

/* The object's type is what the project says, and not what stands for something misread. */
bool object_known(const struct publication *p);         /* check_value.c                       */
bool writing_known(const struct publication *p);        /* the same of who writes it           */
bool visibility_known(const struct variable *v);        /* of where it is an object            */
/* Whether what makes it an object in that PLC may have been there, and was not understood. */
bool row_may_be_lost(struct ctx *ctx, const struct plc *plc, const struct variable *v, struct srcpos at);

static inline bool is_analog(uint32_t t) { return t <= OT_analog_value; }
static inline bool is_binary(uint32_t t) { return t >= OT_binary_input && t <= OT_binary_value; }
static inline bool is_input(uint32_t t)
{
    return t == OT_analog_input || t == OT_binary_input || t == OT_multi_state_input;
}
static inline bool is_output(uint32_t t)
{
    return t == OT_analog_output || t == OT_binary_output || t == OT_multi_state_output;
}
static inline bool is_multi(uint32_t t)
{
    return t == OT_multi_state_input || t == OT_multi_state_output || t == OT_multi_state_value;
}
#endif
