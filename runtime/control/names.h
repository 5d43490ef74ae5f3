#ifndef CONTROL_NAMES_H
#define CONTROL_NAMES_H
/* How people and programs call what the control socket speaks of, and how they write its values. */
#include "runtime/control/json.h"
#include "runtime/data/db.h"

/* A point is a variable, or an object that shows none. */
struct point { uint32_t variable, object; };
bool point_find(const struct db *db, const char *name, struct point *p, const char **code,
                char text[256]);
bool pattern_matches(const char *pattern, const char *s, size_t n);     /* `*` any run, `?` one */
/* Objects that show a point: all those of its variable, or itself. */
uint32_t point_objects(const struct db *db, const struct point *p);
uint32_t point_object(const struct db *db, const struct point *p, uint32_t i);
uint32_t point_count(const struct db *db);
/* Point number i: variables first, then objects. False: an object that is no point of its own. */
bool point_at(const struct db *db, uint32_t i, struct point *p);
uint32_t point_number(const struct db *db, const struct point *p);
void object_write(const struct db *db, uint32_t object, struct wr *w);          /* device, number */
void point_name(const struct db *db, const struct point *p, struct wr *w);     /* as JSON text    */
double point_value(const struct db *db, const struct point *p);
void point_value_json(const struct db *db, const struct point *p, double value, struct wr *w);
void point_write(const struct db *db, const struct point *p, struct wr *w);    /* whole object    */
/* The word for a value; false: it has none. All of them, as member "states"; nothing if there are none. */
bool point_text(const struct db *db, const struct point *p, double value, struct span *text);
void point_states(const struct db *db, const struct point *p, struct wr *w);
/* For people: "16 to 28 °C", or "Off, Low, High"; may be cut. */
void point_allowed(const struct db *db, const struct point *p, struct wr *w);
/* A JSON value (number, boolean, name of a state) as the point counts. */
bool point_parse(const struct db *db, const struct point *p, const struct json *j, double *out);
bool device_find(const struct db *db, const char *name, uint32_t *device);
const char *device_state_name(uint8_t state);
const char *quality_name(uint32_t reliability);
const char *writer_name(uint32_t who);
#endif
