#ifndef COMPILER_CONSTS_H
#define COMPILER_CONSTS_H
/* Property values as they go out on the wire, from plan and model. One function per kind of object,
 * a switch over its properties; which properties there are is said by the rows (objdefs.h). */
#include "compiler/image_build.h"
#include "compiler/plan.h"
#include "schemas/tag.h"

/* Encodes the property of that row; arrays end each element with const_end(). false: the object
 * has no such value (an optional property that is not given, or one that the runtime answers).
 * May be called again with a larger buffer. */
bool const_encode(const struct plan_object *o, const struct plan_device *d, const struct prop_def *row,
                  struct const_value *v);

bool consts_common(const struct plan_object *o, const struct plan_device *d, uint32_t property, struct wr *w);
bool consts_device(const struct device *d, uint32_t property, struct wr *w);
bool consts_port(const struct port *p, uint32_t property, struct wr *w);
bool consts_value(const struct publication *p, uint32_t property, struct const_value *v);
bool consts_alarm(const struct publication *p, uint32_t property, struct const_value *v);
bool consts_class(const struct plan_object *o, uint32_t property, struct const_value *v);
bool consts_schedule(const struct schedule *s, const struct plan_device *d, uint32_t property,
                     struct const_value *v);
bool consts_calendar(const struct calendar *c, uint32_t property, struct wr *w);
bool consts_trend(const struct trend_log *t, const struct plan_device *d, uint32_t property,
                  struct const_value *v);
bool consts_event_log(uint32_t property, struct wr *w);
bool consts_file(const struct device *d, uint32_t property, struct wr *w);
/* Tags of an object that shows the variable; false: it has none. */
bool const_tags(const struct variable *variable, struct const_value *v);
bool const_reference(const struct target *t, const struct plan_device *d, struct wr *w);
struct btime time_of_day(uint32_t hundredths);
/* Datatype of a schedule's values on the wire. */
enum datatype schedule_type(const struct schedule *s);
/* The number of a class in its device; NOT_SET: none such. */
uint32_t class_number(const struct notification_class *c);
#endif
