#ifndef OBJECT_PROGRAM_H
#define OBJECT_PROGRAM_H
/* What a Schedule object holds at run time and how its value is said to the objects that it
 * references (135-2020 clause 12.24). When it says what is the engine's. */
#include "runtime/object/prop.h"
#include "runtime/wire/types.h"

/* A number in any of the numeric datatypes, BOOLEAN and ENUMERATED; false: NULL or no number. */
bool program_number(struct span value, double *out);
/* The value in the datatype that the target takes: a boolean program switches binary objects, whole
 * numbers go to analog ones. What cannot be said so goes out as it is; the target will refuse. */
void program_put(enum datatype want, struct span value, struct wr *w);
enum datatype program_takes(const struct prop_ref *ref);       /* DT_null: not known             */
uint8_t program_priority(const struct db *db, uint32_t object);/* 1..16                           */
/* Its references, one after the other: `r` begins with program_references(). false: that was all. */
struct rd program_references(const struct db *db, uint32_t object);
bool program_next(struct rd *r, struct prop_ref *out);
/* The n-th of them. */
bool program_reference(const struct db *db, uint32_t object, uint32_t n, struct prop_ref *out);
/* The first object of this process that it writes the Present_Value of; DB_NONE: none. */
uint32_t program_target(const struct db *db, uint32_t object);
/* The value as the schedule's variable counts it: what its first object of ours would show, counted
 * that object's way. False: NULL or no number. */
bool program_as_variable(const struct db *db, uint32_t object, struct span value, double *out);
double program_count(const struct db *db, uint32_t object, double n);   /* ... of a number */
/* And back: the value that says so, in the datatype that the first object of ours takes, or as Schedule_Default. */
bac_err program_encode(const struct db *db, uint32_t object, double as_variable, struct wr *w);
/* The n-th reference is to another device on the network: it is to have the value. Never two requests at a
 * time, so that an old value that is still repeated cannot arrive after the new one; one that fails is
 * made again, later and later, until it succeeds or is refused. */
void program_send(struct db *db, struct program *p, uint32_t n, uint32_t instance);
void program_ended(struct db *db, uint32_t object, uint32_t n, enum outcome_kind how);
uint64_t program_retry(struct db *db);          /* makes what is due; when to come again, monotonic ms */
void program_forget(struct program *p);
/* The n-th reference does not have the present value yet. */
static inline bool program_waits(const struct program *p, uint32_t n)
{
    return n < PROGRAM_REFERENCES && (p->owed[n / 64] | p->asked[n / 64]) >> n % 64 & 1;
}
/* A write was refused, or nobody was there: it stands in the audit. */
void program_refused(struct db *db, uint32_t object, const struct prop_ref *ref, struct span value, bac_err e);
void program_refused_there(struct db *db, const struct intent *what, const struct outcome *end);
/* What a client's new List_Of_Object_Property_References means, found before it takes the old one's place:
 * references that the old one has not are to have the present value at once, what others are owed goes
 * with them to their new places. */
struct relist { uint64_t fresh[PROGRAM_WORDS], owed[PROGRAM_WORDS]; bool moved; };
void program_compare(const struct db *db, uint32_t object, struct span list, struct relist *out);
void program_relist(struct db *db, uint32_t object, const struct relist *now);
/* Another image's program goes on in this one: what it has written stays written, and is not written again. */
void program_carry(const struct db *old, uint32_t from, struct db *now, uint32_t to);
bool program_fresh(const struct program *p, uint32_t n);       /* the n-th reference is new       */
/* What they have commanded in this device, or what its own have, may be there no more, or be what others commanded
 * once: they say it again. */
void programs_again(struct db *db, uint16_t device);
void program_all_told(struct program *p);                      /* none is new any more            */
/* The WriteProperty request for the n-th reference (clause 15.9); false: it is not to that device any more. */
bool program_request(const struct db *db, uint32_t object, uint32_t reference, uint32_t instance,
                     struct wr *body);
/* Is a Weekly_Schedule or Exception_Schedule, in parts of whole elements, within what Device@scheduleLimits
 * allows? An entry at midnight that repeats the one before only carries it over, and is not counted. */
bool program_within_limits(uint32_t property, const struct span *parts, size_t n);
/* Present_Value by a client, while Out_Of_Service. */
bac_err program_write(struct db *db, uint32_t object, struct span value);
#endif
