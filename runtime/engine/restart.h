#ifndef ENGINE_RESTART_H
#define ENGINE_RESTART_H
/* Restart notification (135-2020 clause 19.3): a device that has started tells the recipients in
 * Restart_Notification_Recipients when and why. Many devices start at once; what they say is spread
 * over time, behind the I-Am that tells where they are. */
#include "runtime/data/db.h"

/* The device has just started; reason: enum restart_reason. */
void restart_note(struct device *d, uint8_t reason);
/* The same for all of them, when the program starts; after stored state is back. */
void restart_all(struct db *db, uint8_t reason);
/* Says some of what is to be said. When to come again (monotonic ms), UINT64_MAX: all is said. */
uint64_t restart_turn(struct db *db);
#endif
