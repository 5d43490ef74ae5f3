#ifndef OBJECT_BINARY_H
#define OBJECT_BINARY_H
/* What binary objects do beside showing a value (135-2020 clauses 12.6 to 12.8, 19.2.3): they count
 * changes of state, measure how long they are ACTIVE, and keep minimum on and off times in priority 6
 * of their array. Only objects that have such properties; see live.binary. */
#include "runtime/data/db.h"

/* Present_Value is another now: counts, and begins the minimum time of the new state. */
void binary_changed(struct db *db, uint32_t object);
/* A priority array came back: a minimum time in it runs anew. */
void binary_resume(struct db *db, uint32_t object);
/* Minimum_On_Time or Minimum_Off_Time is another now: no state is held longer than that from now on. */
void binary_time_written(struct db *db, uint32_t object);
/* From here on what changes is counted; once all that was stored is back. */
void binary_start(struct db *db);
/* Ends minimum times; when to come again (monotonic ms). */
uint64_t binary_turn(struct db *db);

bac_err binary_read(struct db *db, uint32_t object, uint8_t code, struct wr *w);
/* Change_Of_State_Count, Elapsed_Active_Time; 0 also says when that was. */
bac_err binary_write(struct db *db, uint32_t object, uint8_t code, uint32_t value);
void binary_save(const struct db *db, uint32_t object, struct wr *w);
bool binary_restore(struct db *db, uint32_t object, struct span kept);
#endif
