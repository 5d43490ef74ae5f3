#ifndef OBJECT_VALUES_H
#define OBJECT_VALUES_H
/* The only way to change a value, whoever does it. A variable is one cell; the objects that show it
 * follow, unless Out_Of_Service decouples them. Values are as the variable counts: 0-base and
 * polarity are convert.c's. What changed is in the dirty set. */
#include "runtime/object/prop.h"

/* The process says `value` (a source, the simulator). Objects that are commandable get it as a
 * command at by->priority (0: 15); a variable in manual mode keeps it for later. What its type cannot
 * hold is not taken: it is over or under range. */
void values_input(struct db *db, uint32_t variable, double value, const struct origin *by);
/* Its source has never spoken, and has time to; what it holds is no reason for an alarm. Ends with the first
 * input, or when its quality is bad. */
void values_awaited(struct db *db, uint32_t variable, bool awaited);
/* The source of the variable has what was written: a restart need not tell it again. */
void values_delivered(struct db *db, uint32_t variable);
/* How good the input is: REL_no_fault_detected, REL_communication_failure (stale, lost) ... */
void values_quality(struct db *db, uint32_t variable, enum reliability quality);
/* A client, operator or engine writes the variable as if through its first object: range, state set
 * and priority are heeded. Not for manual mode. */
bac_err values_set(struct db *db, uint32_t variable, double value, const struct origin *by);
bac_err values_relinquish(struct db *db, uint32_t variable, const struct origin *by);
/* Manual mode: holds the operator's value, Overridden is shown, the process is kept out. */
bac_err values_manual(struct db *db, uint32_t variable, double value, const struct origin *by);
void values_auto(struct db *db, uint32_t variable, const struct origin *by);
bool values_is_manual(const struct db *db, uint32_t variable);

/* Present_Value of an object as on the wire, `null`: relinquish. Type and access have been checked;
 * range, states and priority are checked here. */
bac_err values_write(struct db *db, uint32_t object, bool null, uint32_t wire,
                     const struct origin *by);
/* Is it within the project's range? An analog object shows it to clients, who may set it: theirs is what holds. */
bac_err values_in_range(const struct db *db, uint32_t variable, double value);
/* Has a client set limits of the object's Present_Value? */
bool values_limited(const struct db *db, uint32_t object);
/* May a variable that was kept still be this? Not outside the project's range, unless a client has set limits that are
 * others: those hold for what is written. */
bool values_kept_fits(const struct db *db, uint32_t variable, double value);
/* May the object's Present_Value (or Relinquish_Default) be this? VALUE_OUT_OF_RANGE if not. */
bac_err values_check(const struct db *db, uint32_t object, uint32_t wire);
/* May it be so, whoever says it: is it a state that there is? The range holds for what clients write. */
bac_err values_check_state(const struct db *db, uint32_t object, uint32_t wire);
/* Of what was taken before, at start: a client may have narrowed the range since, which ended nothing. */
bac_err values_check_kept(const struct db *db, uint32_t object, uint32_t wire);
/* Relinquish_Default as the project says it. False: no priority array, or it says none. */
bool values_project_default(const struct db *db, uint32_t object, uint32_t *wire);
void values_relinquish_default(struct db *db, uint32_t object, uint32_t wire);
void values_out_of_service(struct db *db, uint32_t object, bool oos);
/* The same by the source of its variable, which takes back only what is its own: what a client says of
 * Out_Of_Service meanwhile is the client's. */
void values_source_gone(struct db *db, uint32_t object, bool gone);
void values_reliability(struct db *db, uint32_t object, enum reliability r); /* by a client, OOS */
/* The event engine's findings. */
void values_fault(struct db *db, uint32_t object, enum reliability fault);
void values_event_state(struct db *db, uint32_t object, enum event_state state);
/* All of it once, from the image's initial values (db is open, nothing restored yet). */
void values_start(struct db *db);
bool values_commanded(const struct db *db, uint32_t variable); /* a priority array decides its value */
/* Has one of its objects been taken out of service whose commands are kept? Then it stays as it is, also over a restart. */
bool values_frozen(const struct db *db, uint32_t variable);
/* A cell was restored: its objects follow, nobody is told. */
void values_restored(struct db *db, uint32_t variable, double value, bool manual);
/* All that was kept is there: what arrays decide is so, whatever was kept of their variables under another default. */
void values_settle(struct db *db);
void values_settle_one(struct db *db, uint32_t variable);       /* the same of one variable       */
/* A priority array: 16 times what convert_keep() writes, or NULL; then, if any, the slots that schedules wrote. */
void values_array(const struct db *db, uint32_t object, struct wr *w);
/* The same back, also with values as on the wire. False: not all of them fit; those that do are there. */
bool values_restored_array(struct db *db, uint32_t object, struct rd array);
#endif
