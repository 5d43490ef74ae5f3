#ifndef OBJECT_CONVERT_H
#define OBJECT_CONVERT_H
/* Between a variable's value and the wire value of an object that shows it: 0-base (state sets),
 * polarity, rounding. The only place that knows; both ways. */
#include "runtime/data/db.h"

static inline float pv_real(uint32_t pv)
{
    float f;
    memcpy(&f, &pv, sizeof f);
    return f;
}
static inline uint32_t pv_of_real(float f)
{
    uint32_t pv;
    memcpy(&pv, &f, sizeof pv);
    return pv;
}
/* enum datatype of Present_Value: DT_real, DT_enumerated, DT_unsigned; DT_null: none. */
enum datatype convert_type(const struct db *db, uint32_t object);
/* REL_no_fault_detected and *wire; else why the object keeps its last value. */
enum reliability convert_to_wire(const struct db *db, uint32_t object, double value, uint32_t *wire);
/* Error: the variable cannot hold what the wire says (clause 15.9: VALUE_OUT_OF_RANGE). */
bac_err convert_from_wire(const struct db *db, uint32_t object, uint32_t wire, double *value);
/* What the object shows of it: of a fraction that an integer was given, what the variable holds. */
uint32_t convert_held(const struct db *db, uint32_t object, uint32_t wire);
/* What the feedback variable of the object's alarm point says, as the object would show it (clauses 12.7.26,
 * 12.19.27). 0: that is none of its states, so that no command is equal to it. */
uint32_t convert_feedback(const struct db *db, uint32_t object);
/* As REAL, ENUMERATED or else Unsigned; false: it is not whole, or outside 32 bits. */
bool convert_put(enum datatype type, double value, struct wr *w);
/* What a schedule's own variable holds where its Present_Value is `wire`; false: it has no such state. */
bool convert_from_state(const struct db *db, uint32_t variable, double wire, double *value);
/* What a variable of that type (enum var_type) can hold at all; false: any number. */
bool convert_range(uint8_t type, double *low, double *high);
/* As a variable of that type holds it: integers rounded. What lies outside the type is refused, never wrapped. */
bac_err convert_fit(uint8_t type, double *value);
/* Does it hold the value as it is? What was kept may be from a project that gave the variable another type. */
bool convert_holds(uint8_t type, double value);
/* Application-tagged Present_Value. */
void convert_encode(enum datatype type, uint32_t wire, struct wr *w);
uint32_t convert_decode(enum datatype type, struct rd *r);
/* The same as it is stored: where there is a set of states the variable's value, as an INTEGER. Tomorrow's set may
 * give the state another number on the wire. */
void convert_keep(const struct db *db, uint32_t object, uint32_t wire, struct wr *w);
/* What was kept, on today's wire; false: there is no such state any more. */
bool convert_kept(const struct db *db, uint32_t object, struct rd *r, uint32_t *wire);
/* Is it n times what convert_keep() writes, or a value as on the wire, or NULL? */
bool convert_kept_fits(const struct db *db, uint32_t object, struct span kept, unsigned n);
#endif
