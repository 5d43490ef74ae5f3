#ifndef OBJECT_NOTIFICATION_H
#define OBJECT_NOTIFICATION_H
/* What is said of a transition or an acknowledgement, as octets: to recipients, and as a record of the
 * Event Log (135-2020 clauses 13.6, 12.27.13). */
#include "runtime/data/db.h"

enum { NOTIFICATION_MAX = 448 };
/* The parameters of ConfirmedEventNotification-Request; `process` is the recipient's. Where Message Text is,
 * which may be left out. */
struct part notification_body(const struct device *d, const struct announcement *a, uint32_t process,
                              struct wr *w);
/* Into the device's Event Log, if it has one that records now. */
void notification_log(struct db *db, const struct announcement *a);
#endif
